"""Catalog: products, variants and collections as the shop means them, already valid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from highstreet.model.money import Money

Status = Literal["active", "draft", "archived"]
SortOrder = Literal["manual", "title", "price-asc", "price-desc", "newest", "best-selling"]


@dataclass(frozen=True, slots=True)
class Film:
    """A film of a product: paths below assets/. Captions are WebVTT, "" for a film nobody speaks in."""

    src: str
    captions: str = ""


@dataclass(frozen=True, slots=True)
class ImageRef:
    """A picture as the tenant names it: a path below assets/, or any name when a CDN serves it."""

    src: str
    alt: str = ""
    width: int | None = None  # given in YAML for CDN pictures; otherwise read from the file
    height: int | None = None
    film: Film | None = None  # played in place of this picture of a product


@dataclass(frozen=True, slots=True)
class Seo:
    title: str = ""
    description: str = ""


NO_SEO = Seo()


@dataclass(frozen=True, slots=True)
class Inventory:
    """Stock. `quantity` None means not counted (always available); policy "continue" sells below zero."""

    quantity: int | None = None
    policy: Literal["deny", "continue"] = "deny"

    @property
    def available(self) -> bool:
        return self.quantity is None or self.quantity > 0 or self.policy == "continue"


@dataclass(frozen=True, slots=True)
class OptionValue:
    value: str
    swatch: str = ""  # "#7a4a21", "" when the option has no swatches
    label: str = ""  # translated text; "" means value


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    values: tuple[OptionValue, ...]
    label: str = ""  # translated name; "" means name


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought. `options` are raw values in the order of the product's options."""

    options: tuple[str, ...]
    price: Money
    compare_at_price: Money | None = None
    sku: str = ""
    barcode: str = ""
    inventory: Inventory = Inventory()
    image: ImageRef | None = None
    weight: Decimal | None = None  # kilograms
    unit_price: tuple[Money, str] | None = None  # (€3.20, "100 g")
    volume_prices: tuple[tuple[int, Money], ...] = ()  # (3, €11.90): each costs so much when at least 3 are bought


def leading(variants: Sequence[Variant]) -> Variant:
    """The variant whose price stands for the product: the cheapest that can be had, else the cheapest."""
    return min(to_be_had(variants) or variants, key=lambda variant: variant.price.amount)


def to_be_had(variants: Sequence[Variant]) -> list[Variant]:
    return [variant for variant in variants if variant.inventory.available]


@dataclass(frozen=True, slots=True)
class Rating:
    """What customers gave the product elsewhere: the mean of `count` ratings, of five."""

    value: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product always has at least one variant; without options it has exactly one, with options ()."""

    handle: str
    title: str
    price: Money  # that of `leading(variants)`
    variants: tuple[Variant, ...]
    options: tuple[Option, ...] = ()
    vendor: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    status: Status = "active"
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None
    images: tuple[ImageRef, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()
    seo: Seo = Seo()
    description: str = ""  # Markdown
    google_category: str = ""
    condition: Literal["new", "refurbished", "used"] = "new"
    template: str = ""  # "" or the theme's alternative product template
    file: str = ""  # "catalog/products/aria-round.yaml"
    complementary: tuple[str, ...] = ()  # handles of what is bought with it
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a rule-based collection.

    `field` is tag, type, vendor, title, price, available, on_sale or attribute.
    """

    field: str
    op: Literal["is", "not", "contains", "starts", "below", "above"]
    value: str
    attribute: str = ""  # the attribute's name when field is "attribute"


@dataclass(frozen=True, slots=True)
class Rules:
    match: Literal["all", "any"]
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """`products` are handles in display order; rules are already resolved into it by `model.catalog.resolved`."""

    handle: str
    title: str
    products: tuple[str, ...] = ()
    rules: Rules | None = None
    sort: SortOrder = "manual"
    image: ImageRef | None = None
    description: str = ""  # Markdown
    seo: Seo = Seo()
    status: Status = "active"
    publish_at: datetime | None = None
    filters: tuple[str, ...] | None = None  # "option/Colour", "price", …; None leaves the choice to the catalogue
    file: str = ""
