"""Collections: lists of products in pages, and the list of everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from highstreet.action.action import Action
from highstreet.base.digest import Value, value
from highstreet.model.catalog import Collection
from highstreet.plan import rows
from highstreet.plan.facets import Facet, facets, index
from highstreet.plan.facets import pages as paged
from highstreet.plan.facts import facts, structured
from highstreet.plan.kinds.text import summary
from highstreet.plan.routes import file_of, numbered_all
from highstreet.plan.sections import composed
from highstreet.plan.site import Entry, Planned, Several, Site, Source, View
from highstreet.theme.views import ChosenView, CollectionView, ImageView, LinkView, ListingView

PAGE_SIZE = 24
_WORTH_FINDING = 4  # products of a narrowed list that search engines are told of


def pages(site: Site) -> Iterator[Several]:
    everything = Collection("", site.word("collection", "all"), tuple(site.tenant.products))
    yield from _listing(_List(site, everything, site.routes.products, "products/", "products"))
    for collection in site.tenant.collections.values():
        url, topic = site.routes.collection(collection.handle), f"collections/{collection.handle}/"
        yield from _listing(_List(site, collection, url, topic, "collection"))


def _listing(whole: _List) -> Iterator[Several]:
    yield Several(whole.url.removeprefix("/"), partial(_all, whole), whole.page_at)


def _all(whole: _List) -> Iterator[Planned]:
    """The pages of a collection, the index its facets are counted by, and the pages of its parts."""
    yield from whole.pages()
    if whole.facets:
        yield Planned(file_of(whole.site.routes.index(whole.url)), whole.index)
    for place, part in whole.parts.items():
        yield from _List(
            whole.site, whole.collection, whole.url + place, whole.topic + place, whole.kind, whole, part
        ).pages()


class _Part(NamedTuple):
    """A collection narrowed to one value."""

    chosen: ChosenView
    products: tuple[str, ...]
    told: bool  # to search engines


@dataclass
class _List:
    """The pages of one list: a collection, everything, or a `part` of the `whole`."""

    site: Site
    collection: Collection
    url: str
    topic: str
    kind: str  # "collection" | "products"
    whole: _List | None = None
    part: _Part | None = None

    def pages(self) -> Iterator[Planned]:
        return (self._planned(number) for number in range(1, len(self.urls) + 1))

    def page_at(self, path: str) -> Planned | None:
        """The page with this path, without counting facets."""
        number = next((number for number, url in enumerate(self.urls, 1) if file_of(url) == path), None)
        return self._planned(number) if number is not None else None

    def _planned(self, number: int) -> Planned:
        told = self.part is None or self.part.told
        entry = partial(self._entry, number) if told else None
        return Planned(file_of(self.urls[number - 1]), partial(self._page, number), entry)

    def index(self) -> Action:
        site = self.site
        head = index(self.collection, self.facets, site.tenant.products, site.numbers)
        return site.make("data", {"format": value("packed"), "head": value(head)}, file_of(site.routes.index(self.url)))

    @cached_property
    def handles(self) -> tuple[str, ...]:
        return self.part.products if self.part else self.collection.products

    @cached_property
    def urls(self) -> tuple[str, ...]:
        return numbered_all(self.url, max(1, len(self.handles)), PAGE_SIZE)

    @cached_property
    def image(self) -> ImageView | None:
        return self.site.collection_image(self.collection) if self.kind == "collection" else None

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        site = self.site
        if not site.uses_facets:
            return ()
        return facets(self.collection, site.catalogue)

    @cached_property
    def parts(self) -> dict[str, _Part]:
        """Narrowed lists that have pages of their own, by what their addresses add."""
        most = getattr(self.site.settings, "collection_filter_pages", 0)
        seen: set[tuple[str, ...]] = set()
        found = {}
        for facet, chosen in paged(self.facets, len(self.handles), most):
            view = ChosenView(facet.slug, chosen.slug, f"{facet.label}: {chosen.label}")
            told = len(chosen.members) >= _WORTH_FINDING and chosen.members not in seen
            seen.add(chosen.members)
            found[f"{facet.slug}/{chosen.slug}/"] = _Part(view, chosen.members, told)
        return found

    @cached_property
    def panel(self) -> tuple[Action, ...]:
        """The ways to narrow the list, the same on all its pages. None where there is nothing to choose."""
        if self.whole is not None:
            return self.whole.panel
        if not self.facets:
            return ()
        views = tuple(
            view._replace(
                values=tuple(
                    shown._replace(
                        url=self.url + place if (place := f"{view.slug}/{shown.slug}/") in self.parts else ""
                    )
                    for shown in view.values
                )
            )
            for view in (facet.view for facet in self.facets)
        )
        return (self.site.fragment("snippets/facets.html", {"facets": value(views)}),)

    @cached_property
    def siblings(self) -> Value[tuple[LinkView, ...]]:
        if self.whole is not None:
            return self.whole.siblings
        others = tuple(link for link in self.site.shop.main_collections if link.url != self.url)
        if self.kind == "collection":
            others = (LinkView(self.site.word("collection", "all"), self.site.routes.products, False), *others)
        return value(others)

    @property
    def _listed(self) -> str:
        return self.whole.url if self.whole else self.url

    def _page(self, number: int) -> Action:
        site, collection, urls, part = self.site, self.collection, self.urls, self.part
        shown = self.handles[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        first = number == 1 and part is None
        name = f"{collection.title} – {part.chosen.label}" if part else collection.title
        title = name if part else collection.seo.title or collection.title
        listing = ListingView(number, urls)
        parent = (site.word("collection", "collections"), site.routes.collections)
        trail = [parent] if self.kind == "collection" else []
        trail += [(collection.title, self._listed), *([(part.chosen.label, self.url)] if part else [])]
        view = site.page_view(
            self.kind,
            urls[number - 1],
            title,
            "" if part else collection.seo.description or summary(collection.description),
            topic=self._topic(number) if part is None or part.told else None,
            breadcrumbs=site.crumbs(*trail),
            image=_social(self.image),
            listing=listing,
            sections=site.tenant.content.templates.get(self.kind, ()) if first else (),
        )
        shown_as = CollectionView(
            collection.handle,
            self.url,
            collection.title,
            site.prose(collection.description) if first else "",
            self.image if first else None,
            len(self.handles),
            self.whole.url if self.whole else "",
            site.routes.index(self._listed) if self.panel else "",
            site.routes.rows(),
            collection.sort,
            part.chosen if part else None,
        )
        items = tuple(
            (card.title, site.routes.absolute(card.url)) for handle in shown if (card := site.card(handle)) is not None
        )
        context: dict[str, Source | View] = {
            "collection": shown_as,
            "listing": listing,
            "cards": site.cards_html(shown),
            "siblings": self.siblings,
            "sections": composed(site, self.kind) if first else (),
            "filters": self.panel,
            "blank": (rows.blank(site),) if self.panel else (),
        }
        told = facts(site, view, "collection", name=name, items=items)
        return site.page(f"templates/{self.kind}.html", view, context, structured(told))

    def _entry(self, number: int) -> Entry:
        image = self.image if number == 1 and self.part is None else None
        pictures = (self.site.routes.absolute(image.full),) if image else ()
        return Entry(self.urls[number - 1], self._topic(number), pictures, "")

    def _topic(self, number: int) -> str:
        return f"{self.topic}page/{number}/" if number > 1 else self.topic


def _social(image: ImageView | None) -> tuple[str, int, int] | None:
    # Its real size is not the derivative's; leaving the numbers out is better than telling wrong ones.
    return (image.full, 0, 0) if image is not None and not image.full.endswith((".svg", ".avif")) else None
