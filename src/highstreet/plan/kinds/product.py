"""Products: one page for each product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.model.catalog import Collection, Product
from highstreet.plan.checkout import singles
from highstreet.plan.facts import facts, structured
from highstreet.plan.kinds.text import summary
from highstreet.plan.routes import file_of
from highstreet.plan.sections import composed
from highstreet.plan.site import Entry, Planned, Several, Site, Source, View

_RELATED = 4
_COMPLEMENTS = 3


def pages(site: Site) -> Iterator[Several]:
    yield Several(site.routes.products.removeprefix("/"), partial(_all, site), partial(_one, site))


def _all(site: Site) -> Iterator[Planned]:
    return (_planned(site, product) for product in site.tenant.products.values())


def _one(site: Site, path: str) -> Planned | None:
    product = site.tenant.products.get(path.split("/")[-2])
    planned = _planned(site, product) if product is not None else None
    return planned if planned is not None and planned.path == path else None


def _planned(site: Site, product: Product) -> Planned:
    url = site.routes.product(product.handle)
    return Planned(file_of(url), partial(_page, site, product), partial(_entry, site, product))


def _page(site: Site, product: Product) -> Action:
    view = site.product(product)
    common = _common(site)
    home = common.homes.get(product.handle)
    trail = (
        [(site.tenant.collections[home].title, site.routes.collection(home))]
        if home
        else [(site.word("collection", "all"), site.routes.products)]
    )
    page = site.page_view(
        "product",
        view.url,
        product.seo.title or product.title,
        product.seo.description or summary(product.description) or product.title,
        topic=f"products/{product.handle}/",
        breadcrumbs=site.crumbs(*trail, (product.title, view.url)),
        og_type="product",
        image=site.assets.product_picture(site, product),
        sections=site.tenant.content.templates.get("product", ()),
    )
    context: dict[str, Source | View] = {
        "product": view._replace(description_md=site.prose(view.description_md)),
        "related": site.cards_html(common.neighbours.of(product)),
        "complementary": site.cards_html(common.complements(product)),
        "size_guide": value(_size_guide(site)),
        "sections": composed(site, "product"),
        "orders": value(singles(site, view)),
    }
    return site.page("templates/product.html", page, context, structured(facts(site, page, name=product.title), view))


def _size_guide(site: Site) -> str:
    """The id of the section that tells sizes, "" without one."""
    composed = site.tenant.content.templates.get("product", ())
    return next((f"section-{place + 1}" for place, one in enumerate(composed) if one.type == "size-guide"), "")


def _entry(site: Site, product: Product) -> Entry:
    view = site.product(product)
    pictures = tuple(site.routes.absolute(image.full) for image in view.images[:10])
    return Entry(view.url, f"products/{product.handle}/", pictures, "")


class _Common:
    """What every product page of a site needs to know of the others, found when the first one asks."""

    def __init__(
        self, products: Mapping[str, Product], collections: Mapping[str, Collection], before: _Common | None
    ) -> None:
        self.products, self.collections = products, collections
        same = before is not None and before._holds(products, collections)
        self.homes: Mapping[str, str] = before.homes if before is not None and same else _home_collections(collections)
        self.neighbours: _Neighbours = (
            before.neighbours if before is not None and same else _Neighbours(products, collections)
        )

    def complements(self, product: Product) -> tuple[str, ...]:
        """What goes with the product, as the merchant named it."""
        named = dict.fromkeys(product.complementary)
        return tuple(handle for handle in named if handle in self.products and handle != product.handle)[:_COMPLEMENTS]

    def _holds(self, products: Mapping[str, Product], collections: Mapping[str, Collection]) -> bool:
        """Whether all is as it was in an earlier state of the shop, as it is after almost every edit."""
        theirs = [(handle, collection.products) for handle, collection in collections.items()]
        if list(self.products) != list(products) or theirs != [(h, c.products) for h, c in self.collections.items()]:
            return False
        pairs = zip(self.products.values(), products.values(), strict=True)
        return all(old is new or tuple(_groups(old)) == tuple(_groups(new)) for old, new in pairs)


def _common(site: Site) -> _Common:
    found = site.memo.get("product")
    before = found if isinstance(found, _Common) else None
    if before is None or before.products is not site.tenant.products:
        before = site.memo["product"] = _Common(site.tenant.products, site.tenant.collections, before)
    return before


def _home_collections(collections: Mapping[str, Collection]) -> Mapping[str, str]:
    """For each product the smallest collection that holds it: the most telling breadcrumb."""
    homes: dict[str, str] = {}
    for collection in sorted(collections.values(), key=lambda c: (len(c.products), c.handle)):
        for handle in collection.products:
            homes.setdefault(handle, collection.handle)
    return homes


class _Neighbours:
    """Related products: those the merchant named, then those sharing most collections, type, vendor and tags.

    Rare things in common weigh more. Only members of shared groups are scored, so ten thousand products stay cheap.
    """

    _FEW = 64  # members of a group that are all looked at
    _MOST_COMPARED = 200  # of a group; beyond that, sharing it says little

    def __init__(self, products: Mapping[str, Product], collections: Mapping[str, Collection]) -> None:
        alike: dict[str, list[str]] = {}
        for collection in collections.values():
            alike[f"collection {collection.handle}"] = list(collection.products)
        for product in products.values():
            for name in _groups(product):
                alike.setdefault(name, []).append(product.handle)
        self._handles = frozenset(products)
        self._of: dict[str, list[_Group]] = {}
        for members in alike.values():
            places = {handle: place for place, handle in enumerate(members)} if len(members) > self._FEW else {}
            group = _Group(members, 1000 // (1 + len(members)) + 1, places)
            for handle in members:
                self._of.setdefault(handle, []).append(group)

    def of(self, product: Product) -> tuple[str, ...]:
        chosen = [handle for handle in product.related if handle in self._handles and handle != product.handle][
            :_RELATED
        ]
        if len(chosen) < _RELATED:
            wanted = _RELATED - len(chosen)
            scores = self._scores(product.handle, (product.handle, *chosen), wanted)
            if len(scores) > wanted:  # most can be ruled out by their score alone
                least = sorted(scores.values())[-wanted]
                scores = {handle: score for handle, score in scores.items() if score >= least}
            chosen += [handle for _, handle in sorted([(-score, handle) for handle, score in scores.items()])[:wanted]]
        return tuple(chosen)

    def _scores(self, handle: str, without: tuple[str, ...], wanted: int) -> dict[str, int]:
        """What the product `handle` has in common with others; of those that cannot be among the best, maybe nothing.

        Groups of thousands weigh least and take longest. Where all of them together weigh less than what the best have
        without them, only those who come close are looked up in them.
        """
        groups = self._of.get(handle, [])
        scores: defaultdict[str, int] = defaultdict(int)
        large = []
        for group in groups:
            if group.places:
                large.append(group)
                continue
            for other in group.members:
                scores[other] += group.weight
        for other in without:
            scores.pop(other, None)
        if not large:
            return scores
        rest = sum(group.weight for group in large)
        least = sorted(scores.values())[-wanted] if len(scores) >= wanted else 0
        windows = [(group, *self._window(group, handle)) for group in large]
        if least > rest:
            near = {other: score for other, score in scores.items() if score >= least - rest}
            for group, start, end in windows:
                for other in near:
                    if start <= group.places.get(other, -1) < end:
                        near[other] += group.weight
            return near
        for group, start, end in windows:
            for other in group.members[start:end]:
                scores[other] += group.weight
        for other in without:
            scores.pop(other, None)
        return scores

    def _window(self, group: _Group, handle: str) -> tuple[int, int]:
        """Which members of a large group are looked at: those beside the product."""
        place = group.places[handle] if len(group.members) > self._MOST_COMPARED else 0
        return max(0, place - self._MOST_COMPARED // 2), place + self._MOST_COMPARED


class _Group(NamedTuple):
    """Products that have something in common."""

    members: list[str]
    weight: int
    places: Mapping[str, int]  # of a large group: at which place each member is


def _groups(product: Product) -> Iterator[str]:
    if product.type:
        yield f"type {product.type}"
    if product.vendor:
        yield f"vendor {product.vendor}"
    for tag in dict.fromkeys(product.tags):
        yield f"tag {tag}"
