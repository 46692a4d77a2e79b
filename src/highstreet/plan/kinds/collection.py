"""Collections: lists of products in pages, and the list of everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from highstreet.action.action import Action
from highstreet.base.digest import Value, value
from highstreet.model.catalog import Collection
from highstreet.plan.facts import facts, structured
from highstreet.plan.kinds.text import summary
from highstreet.plan.routes import file_of, numbered
from highstreet.plan.sections import composed
from highstreet.plan.site import Entry, Planned, Site, Source
from highstreet.theme.views import CollectionView, ImageView, LinkView

PAGE_SIZE = 24


def pages(site: Site) -> Iterator[Planned]:
    everything = Collection("", site.word("collection", "all"), tuple(site.tenant.products))
    yield from _List(site, everything, site.routes.products, "products/", "products").pages()
    for collection in site.tenant.collections.values():
        url, topic = site.routes.collection(collection.handle), f"collections/{collection.handle}/"
        yield from _List(site, collection, url, topic, "collection").pages()


@dataclass
class _List:
    """The pages of one list: a collection, or everything."""

    site: Site
    collection: Collection
    url: str
    topic: str
    kind: str  # "collection" | "products"

    def pages(self) -> Iterator[Planned]:
        for number, url in enumerate(self.urls, 1):
            yield Planned(file_of(url), partial(self._page, number), partial(self._entry, number))

    @cached_property
    def urls(self) -> tuple[str, ...]:
        count = max(1, -(-len(self.collection.products) // PAGE_SIZE))
        return tuple(numbered(self.url, number) for number in range(1, count + 1))

    @cached_property
    def image(self) -> ImageView | None:
        return self.site.collection_image(self.collection) if self.kind == "collection" else None

    @cached_property
    def siblings(self) -> Value[tuple[LinkView, ...]]:
        others = tuple(link for link in self.site.shop.collections if link.url != self.url)
        if self.kind == "collection":
            others = (LinkView(self.site.word("collection", "all"), self.site.routes.products, False), *others)
        return value(others)

    def _page(self, number: int) -> Action:
        site, collection, urls = self.site, self.collection, self.urls
        shown = collection.products[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        title = collection.seo.title or collection.title
        page_title = site.word("common", "page").replace("{page}", str(number))
        view = site.page_view(
            self.kind,
            urls[number - 1],
            title if number == 1 else f"{title} – {page_title}",
            collection.seo.description or summary(collection.description),
            topic=self._topic(number),
            breadcrumbs=site.crumbs(
                (site.word("collection", "all"), site.routes.products), (collection.title, self.url)
            )
            if self.kind == "collection"
            else site.crumbs((collection.title, self.url)),
            image=_social(self.image),
            prev_url=urls[number - 2] if number > 1 else "",
            next_url=urls[number] if number < len(urls) else "",
            sections=site.tenant.content.templates.get(self.kind, ()) if number == 1 else (),
        )
        listing = CollectionView(
            collection.handle,
            self.url,
            collection.title,
            collection.description if number == 1 else "",
            self.image if number == 1 else None,
            len(collection.products),
            number,
            len(urls),
            urls,
        )
        items = tuple(
            (card.title, site.routes.absolute(card.url)) for handle in shown if (card := site.card(handle)) is not None
        )
        context: dict[str, Source] = {
            "collection": value(listing),
            "cards": site.cards_html(shown),
            "siblings": self.siblings,
            "sections": composed(site, self.kind) if number == 1 else (),
        }
        told = facts(site, view, "collection", name=collection.title, items=items)
        return site.page(f"templates/{self.kind}.html", view, context, structured(told))

    def _entry(self, number: int) -> Entry:
        image = self.image if number == 1 else None
        pictures = (self.site.routes.absolute(image.full),) if image else ()
        return Entry(self.urls[number - 1], self._topic(number), pictures, "")

    def _topic(self, number: int) -> str:
        return f"{self.topic}page/{number}/" if number > 1 else self.topic


def _social(image: ImageView | None) -> tuple[str, int, int] | None:
    # Its real size is not the derivative's; leaving the numbers out is better than telling wrong ones.
    return (image.full, 0, 0) if image is not None and not image.full.endswith((".svg", ".avif")) else None
