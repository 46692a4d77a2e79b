"""Collections: lists of products in pages, and the list of everything."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.model.catalog import Collection
from highstreet.plan.facts import facts, structured
from highstreet.plan.kinds.text import summary
from highstreet.plan.routes import numbered
from highstreet.plan.sections import sections
from highstreet.plan.site import Entry, Site, Source
from highstreet.theme.views import CollectionView, ImageView, LinkView

PAGE_SIZE = 24


def pages(site: Site) -> Iterator[Action]:
    everything = Collection("", site.word("collection", "all"), tuple(site.tenant.products))
    yield from _list(site, everything, site.routes.products, "products/", "templates/products.html", "products", None)
    for collection in site.tenant.collections.values():
        url, topic = site.routes.collection(collection.handle), f"collections/{collection.handle}/"
        yield from _list(
            site, collection, url, topic, "templates/collection.html", "collection", site.collection_image(collection)
        )


def _list(
    site: Site, collection: Collection, url: str, topic: str, root: str, kind: str, image: ImageView | None
) -> Iterator[Action]:
    handles = collection.products
    count = max(1, -(-len(handles) // PAGE_SIZE))
    urls = tuple(numbered(url, number) for number in range(1, count + 1))
    others = tuple(link for link in site.shop.collections if link.url != url)
    if kind == "collection":
        others = (LinkView(site.word("collection", "all"), site.routes.products, False), *others)
    siblings = value(others)
    composed = sections(site, site.tenant.content.templates.get(kind, ()))
    for number in range(1, count + 1):
        shown = handles[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        title = collection.seo.title or collection.title
        page_title = site.word("common", "page").replace("{page}", str(number))
        view = site.page_view(
            kind,
            urls[number - 1],
            title if number == 1 else f"{title} – {page_title}",
            collection.seo.description or summary(collection.description),
            topic=topic if number == 1 else f"{topic}page/{number}/",
            breadcrumbs=site.crumbs((site.word("collection", "all"), site.routes.products), (collection.title, url))
            if kind == "collection"
            else site.crumbs((collection.title, url)),
            image=_social(image),
            prev_url=urls[number - 2] if number > 1 else "",
            next_url=urls[number] if number < count else "",
        )
        listing = CollectionView(
            collection.handle,
            url,
            collection.title,
            collection.description if number == 1 else "",
            image if number == 1 else None,
            len(handles),
            number,
            count,
            urls,
        )
        items = tuple(
            (card.title, site.routes.absolute(card.url)) for handle in shown if (card := site.card(handle)) is not None
        )
        context: dict[str, Source] = {
            "collection": value(listing),
            "cards": site.cards_html(shown),
            "siblings": siblings,
            "sections": composed if number == 1 else (),
        }
        yield site.page(
            root, view, context, structured(facts(site, view, "collection", name=collection.title, items=items))
        )
        site.entries.append(
            Entry(
                view.url,
                f"{topic}page/{number}/" if number > 1 else topic,
                (site.routes.absolute(image.full),) if image and number == 1 else (),
                "",
            )
        )


def _social(image: ImageView | None) -> tuple[str, int, int] | None:
    # Its real size is not the derivative's; leaving the numbers out is better than telling wrong ones.
    return (image.full, 0, 0) if image is not None and not image.full.endswith((".svg", ".avif")) else None
