"""Drafts: a catalog on its way from another system into a tenant folder, not yet checked against a shop's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from highstreet.source.emit import Node

Status = Literal["active", "draft", "archived"]


@dataclass(frozen=True, slots=True)
class DraftImage:
    """A picture by the address or name the source gives it. `alt` is never invented."""

    source: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class DraftStock:
    """`quantity` None: not counted. `backorder`: sold below zero too."""

    quantity: int | None = None
    backorder: bool = False


@dataclass(frozen=True, slots=True)
class DraftVariant:
    """`options` in the order of the product's options; () for a product without options."""

    price: Decimal
    options: tuple[str, ...] = ()
    compare_at_price: Decimal | None = None
    sku: str = ""
    barcode: str = ""
    stock: DraftStock = DraftStock()
    image: str = ""  # a DraftImage's source
    weight: Decimal | None = None  # kilograms
    unit_price: tuple[Decimal, str] | None = None  # (3.20, "100 g")


@dataclass(frozen=True, slots=True)
class DraftProduct:
    """A product with at least one variant."""

    handle: str
    title: str
    variants: tuple[DraftVariant, ...]
    options: tuple[str, ...] = ()
    vendor: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    status: Status = "active"
    images: tuple[DraftImage, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()
    complementary: tuple[str, ...] = ()
    seo_title: str = ""
    seo_description: str = ""
    description: str = ""  # Markdown
    google_category: str = ""
    condition: Literal["", "new", "refurbished", "used"] = ""

    def values(self, index: int) -> tuple[str, ...]:
        """The values of option `index`, in the order variants first use them."""
        return tuple(dict.fromkeys(variant.options[index] for variant in self.variants))


@dataclass(frozen=True, slots=True)
class DraftCollection:
    """A collection with `products` in order, or, when `types` is given, of every product of those types."""

    handle: str
    title: str
    products: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    description: str = ""
    image: str = ""
    parent: str = ""  # for menus only: collections do not nest
    note: str = ""  # a comment on top of the file


@dataclass(frozen=True, slots=True)
class DraftPage:
    handle: str
    title: str
    body: str  # Markdown
    policy: Literal["", "returns", "shipping", "privacy", "terms", "imprint"] = ""


@dataclass(frozen=True, slots=True)
class DraftPost:
    handle: str
    title: str
    body: str  # Markdown
    date: date
    author: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What an export holds, apart from the shop around it. `handles`: the source's number or name → ours."""

    products: tuple[DraftProduct, ...]
    collections: tuple[DraftCollection, ...]
    handles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftShop:
    """A whole shop. `translations` is language → file → translated fields ("body" for the text of Markdown files)."""

    name: str
    currency: str
    locale: str = "en"
    languages: tuple[str, ...] = ()  # the further ones
    products: tuple[DraftProduct, ...] = ()
    collections: tuple[DraftCollection, ...] = ()
    pages: tuple[DraftPage, ...] = ()
    posts: tuple[DraftPost, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)  # addresses the source had → where they lead now
    translations: Mapping[str, Mapping[str, Mapping[str, Node]]] = field(default_factory=dict)

    @property
    def variants(self) -> int:
        return sum(len(product.variants) for product in self.products)

    def pictures(self) -> tuple[DraftImage, ...]:
        """Every picture the shop names, once, in the order of the products that show it."""
        found: dict[str, DraftImage] = {}
        for product in self.products:
            for image in product.images:
                found.setdefault(image.source, image)
            for variant in product.variants:
                if variant.image:
                    found.setdefault(variant.image, DraftImage(variant.image))
        for collection in self.collections:
            if collection.image:
                found.setdefault(collection.image, DraftImage(collection.image))
        return tuple(found.values())
