"""Facets: by what a collection can be narrowed, and the index that does it in a browser.

A product counts for a value when any of its variants has it; its price is the one its card shows. The index is made of
columns over the collection's products in the order of their prices, so that a price range is a run of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from highstreet.base.digest import of_data
from highstreet.model.catalog import Collection, Product, leading
from highstreet.model.rules import title_key
from highstreet.plan.packing import gaps, packed
from highstreet.theme.views import FacetView, ValueView

AUTOMATIC = 8  # facets a collection gets without saying so
_MOST_VALUES = 60
_LONGEST = 40  # of a value that is a fact and no sentence
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"\d+")
_TAKEN = frozenset(("page", "sort"))  # what addresses of a collection use already

Pairs = list[tuple[str, str]]  # (value, label)
Word = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Value:
    slug: str
    value: str  # as the shop's own language has it
    label: str
    swatch: str
    members: tuple[str, ...]  # handles, in the collection's order


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow a collection. A range has no values."""

    slug: str
    kind: str  # availability | sale | price | option | type | vendor | attribute | tag
    label: str
    values: tuple[Value, ...] = ()

    @property
    def view(self) -> FacetView:
        return FacetView(
            self.slug, self.label, self.kind, tuple(ValueView(v.slug, v.label, v.swatch) for v in self.values)
        )


class Catalogue:
    """The products of a shop as facets read them, each once for all the collections it is in.

    `own` are the products in the shop's own language, which names things in addresses; `shown` those of this one.
    """

    def __init__(self, own: Mapping[str, Product], shown: Mapping[str, Product], word: Word) -> None:
        self.own, self.shown, self.word = own, shown, word
        self._read: dict[tuple[str, str], dict[str, Pairs]] = {}

    def read(self, kind: str, name: str, products: Sequence[Product]) -> Iterator[tuple[str, Pairs]]:
        """(handle, what the product has of it), for each of `products`."""
        known = self._read.setdefault((kind, name), {})
        reader, shown, word = _READERS[kind], self.shown, self.word
        for product in products:
            handle = product.handle
            pairs = known.get(handle)
            if pairs is None:
                pairs = known[handle] = reader(name, product, shown.get(handle, product), word)
            yield handle, pairs


def facets(collection: Collection, catalogue: Catalogue) -> tuple[Facet, ...]:
    """The facets of `collection`: those it names, else those that tell its products apart."""
    if collection.filters == ():
        return ()
    members = [catalogue.own[handle] for handle in collection.products if handle in catalogue.own]
    taken: set[str] = set(_TAKEN)
    found = []
    for kind, name in _named(collection) or _candidates(members):
        facet = _facet(kind, name, members, catalogue)
        useful = facet is not None and (collection.filters is not None or _tells_apart(facet, len(members)))
        if facet is not None and useful:
            slug = facet.slug
            while slug in taken:
                slug += "-2"
            taken.add(slug)
            found.append(Facet(slug, facet.kind, facet.label, facet.values))
    return tuple(found if collection.filters is not None else found[:AUTOMATIC])


def _named(collection: Collection) -> list[tuple[str, str]]:
    return [(kind, name) for kind, _, name in (text.partition("/") for text in collection.filters or ())]


def _candidates(members: Sequence[Product]) -> list[tuple[str, str]]:
    options = dict.fromkeys(option.name for product in members for option in product.options)
    attributes: dict[str, int] = {}
    for product in members:
        for name, _ in product.attributes:
            attributes[name] = attributes.get(name, 0) + 1
    common = [name for name, count in attributes.items() if 3 * count >= len(members)]
    return [
        ("availability", ""),
        ("sale", ""),
        ("price", ""),
        *(("option", name) for name in options),
        ("type", ""),
        ("vendor", ""),
        *(("attribute", name) for name in common),
        ("tag", ""),
    ]


def _tells_apart(facet: Facet, count: int) -> bool:
    """Whether choosing helps: a value that all have, or a hundred that one has each, helps nobody."""
    if facet.kind == "price":
        return True
    if facet.kind in ("availability", "sale"):
        return any(0 < len(value.members) < count for value in facet.values)
    if any(len(value.value) > _LONGEST for value in facet.values):
        return False
    return len(facet.values) > 1 and any(1 < len(value.members) < count for value in facet.values)


def _facet(kind: str, name: str, members: Sequence[Product], catalogue: Catalogue) -> Facet | None:
    word = catalogue.word
    if kind == "price":
        several = len({product.price.amount for product in members}) > 1
        return Facet("price", "price", word("filter", "price")) if several else None
    labels: dict[str, str] = {}
    holders: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    for handle, pairs in catalogue.read(kind, name, members):
        for place, (value, text) in enumerate(pairs):
            held = holders.get(value)
            if held is None:
                holders[value], labels[value], places[value] = [handle], text, place
            else:
                held.append(handle)
                if place < places[value]:
                    places[value] = place
    if not holders:
        return None
    label, swatches = _shown(kind, name, members, catalogue.shown)
    label = {
        "availability": word("filter", "availability"),
        "sale": word("filter", "sale"),
        "type": word("filter", "type"),
        "vendor": word("filter", "vendor"),
        "tag": word("filter", "tag"),
    }.get(kind, label)
    kept = sorted(holders, key=lambda value: (-len(holders[value]), value))[:_MOST_VALUES]
    order: Callable[[str], object] = {
        "option": lambda value: (places[value], natural(labels[value])),
        "availability": lambda value: value != "in-stock",
    }.get(kind, lambda value: natural(labels[value]))
    named = slugs(kept)
    values = tuple(
        Value(named[value], value, labels[value], swatches.get(value, ""), tuple(dict.fromkeys(holders[value])))
        for value in sorted(kept, key=order)  # type: ignore[arg-type]
    )
    return Facet(slug(name) if name else kind, kind, label, values)


def _shown(
    kind: str, name: str, members: Sequence[Product], shown: Mapping[str, Product]
) -> tuple[str, dict[str, str]]:
    """The label of an option or a fact in this language, and an option's swatches by value."""
    label = name
    swatches: dict[str, str] = {}
    for product in members if kind in ("option", "attribute") else ():
        here = shown.get(product.handle, product)
        if kind == "option":
            for option in here.options:
                if option.name == name:
                    label = option.label if label == name and option.label else label
                    for value in option.values:
                        if value.swatch:
                            swatches[value.value] = value.swatch
        elif here is not product and len(here.attributes) == len(product.attributes):
            label = next(
                (b[0] for a, b in zip(product.attributes, here.attributes, strict=True) if a[0] == name), label
            )
    return label, swatches


@lru_cache(maxsize=4096)  # the values of a shop's facets come again in each of its collections
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts "9" before "10" and "Étui" beside "Etui"."""
    parts: list[tuple[int, int, str]] = []
    at = 0
    for match in _NUMBER.finditer(text):
        parts += [(1, 0, title_key(text[at : match.start()]))] if match.start() > at else []
        parts.append((0, int(match[0]), ""))
        at = match.end()
    return (*parts, (1, 0, title_key(text[at:]))) if at < len(text) or not parts else tuple(parts)


@lru_cache(maxsize=4096)  # as above
def slug(text: str) -> str:
    """`text` as part of an address: "Écaille claire" → "ecaille-claire"; what has no Latin letters gets a digest."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("-", plain).strip("-")[:40].strip("-") or f"v{of_data(text)[:8]}"


def slugs(values: Sequence[str]) -> dict[str, str]:
    """Slugs of `values`, all different; which of two alike gets the digest does not depend on what else there is."""
    plain = {value: slug(value) for value in values}
    shared = _twice(plain)
    named = {value: f"{name}-{of_data(value)[:6]}" if name in shared else name for value, name in plain.items()}
    shared = _twice(named)  # a value may be written as another's slug, but none is as long as a whole digest
    return {value: f"{name}-{of_data(value)}" if name in shared else name for value, name in named.items()}


def _twice(slugs: Mapping[str, str]) -> set[str]:
    return {name for name, times in Counter(slugs.values()).items() if times > 1}


# What each kind reads of a product: (value, label) in the product's order.


def _availability(_name: str, product: Product, _shown: Product, word: Word) -> Pairs:
    at_hand = any(variant.inventory.available for variant in product.variants)
    return [("in-stock", word("filter", "in_stock")) if at_hand else ("sold-out", word("filter", "sold_out"))]


def _sale(_name: str, product: Product, _shown: Product, word: Word) -> Pairs:
    return [("on-sale", word("filter", "on_sale"))] if leading(product.variants).compare_at_price else []


def _option(name: str, product: Product, shown: Product, _word: Word) -> Pairs:
    for place, option in enumerate(product.options):
        if option.name == name:
            had = {variant.options[place] for variant in product.variants}
            labels = {value.value: value.label or value.value for value in shown.options[place].values}
            return [(v.value, labels.get(v.value, v.value)) for v in option.values if v.value in had]
    return []


def _type(_name: str, product: Product, shown: Product, _word: Word) -> Pairs:
    return [(product.type, shown.type)] if product.type else []


def _vendor(_name: str, product: Product, _shown: Product, _word: Word) -> Pairs:
    return [(product.vendor, product.vendor)] if product.vendor else []


def _attribute(name: str, product: Product, shown: Product, _word: Word) -> Pairs:
    """A fact with commas in it is a list of facts."""
    for place, (own, text) in enumerate(product.attributes):
        if own == name:
            values = [part for part in text.split(", ") if part]
            if len(shown.attributes) != len(product.attributes):
                return [(value, value) for value in values]
            labels = [part for part in shown.attributes[place][1].split(", ") if part]
            return list(zip(values, labels if len(labels) == len(values) else values, strict=True))
    return []


def _tag(_name: str, product: Product, shown: Product, _word: Word) -> Pairs:
    labels = shown.tags if len(shown.tags) == len(product.tags) else product.tags
    return list(dict(zip(product.tags, labels, strict=True)).items())


_READERS: Mapping[str, Callable[[str, Product, Product, Word], Pairs]] = {
    "availability": _availability,
    "sale": _sale,
    "option": _option,
    "type": _type,
    "vendor": _vendor,
    "attribute": _attribute,
    "tag": _tag,
}


def index(
    collection: Collection, found: Sequence[Facet], shown: Mapping[str, Product], numbers: Mapping[str, int]
) -> dict[str, object]:
    """The index of `collection`: what facets.js reads. Each order is the rows in which it shows the products."""
    handles = [handle for handle in collection.products if handle in shown]
    prices = {handle: shown[handle].price.minor for handle in handles}
    rows = sorted(handles, key=lambda handle: prices[handle])  # the same price: in the collection's order
    place = {handle: at for at, handle in enumerate(rows)}
    by_title = sorted(handles, key=lambda handle: (title_key(shown[handle].title), handle))
    orders = {"manual": packed(place[handle] for handle in handles), "title": packed(place[h] for h in by_title)}
    if any(shown[handle].publish_at for handle in handles):
        newest = sorted(handles, key=lambda handle: -_moment(shown[handle]))
        orders["newest"] = packed(place[handle] for handle in newest)
    return {
        "count": len(rows),
        "numbers": packed(numbers[handle] for handle in rows),
        "prices": gaps(prices[handle] for handle in rows),
        "orders": orders,
        "facets": [
            {
                "slug": facet.slug,
                "values": [[v.slug, gaps(sorted(place[handle] for handle in v.members))] for v in facet.values],
            }
            for facet in found
        ],
    }


def _moment(product: Product) -> int:
    return int(product.publish_at.timestamp()) if product.publish_at else 0


def pages(found: Sequence[Facet], count: int, most: int) -> Iterator[tuple[Facet, Value]]:
    """The values that get pages of their own, the fullest first: at most `most`, each less than the whole."""
    chosen = [
        (facet, value)
        for facet in found
        if facet.kind in ("option", "type", "vendor", "attribute", "tag")
        for value in facet.values
        if 1 < len(value.members) < count and len(value.members) <= LARGEST_PAGED
    ]
    chosen.sort(key=lambda pair: (-len(pair[1].members), pair[0].slug, pair[1].slug))
    yield from chosen[:most]


LARGEST_PAGED = 480  # twenty pages; what is larger deserves a collection of its own
