"""Tenant: one shop, whole and valid. The only thing planning knows about a folder of YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from highstreet.base.span import SourceMap
from highstreet.model.branding import Branding
from highstreet.model.catalog import Collection, Product
from highstreet.model.content import Content, Plain
from highstreet.model.money import Money


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""  # ISO 3166 alpha-2


@dataclass(frozen=True, slots=True)
class Contact:
    email: str = ""
    phone: str = ""
    address: Address | None = None
    hours: str = ""


CheckoutKind = Literal["email", "whatsapp", "payment_link", "snipcart", "webhook", "url", "none"]


@dataclass(frozen=True, slots=True)
class Checkout:
    """How an order leaves the site. `to` is an address, a phone number, a URL or a public key, by kind."""

    kind: CheckoutKind = "none"
    to: str = ""


@dataclass(frozen=True, slots=True)
class Shipping:
    free_from: Money | None = None
    flat: Money | None = None
    countries: tuple[str, ...] = ()
    handling_days: tuple[int, int] | None = None
    transit_days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    days: int | None = None
    fees: Literal["free", "customer"] = "customer"


@dataclass(frozen=True, slots=True)
class Features:
    search: bool = True
    cart: bool = True
    journal: bool = True


@dataclass(frozen=True, slots=True)
class Tenant:
    """A whole shop in one language. `localized()` in model/locale.py gives it in another."""

    handle: str
    name: str
    currency: str
    locale: str  # "en-GB"
    languages: tuple[str, ...]  # the default first, always at least one
    status: Literal["draft", "live", "suspended"] = "live"
    domains: tuple[str, ...] = ()
    theme: str = "main"
    theme_settings: Mapping[str, Plain] = field(default_factory=dict)
    contact: Contact = Contact()
    checkout: Checkout = Checkout()
    shipping: Shipping = Shipping()
    returns: Returns = Returns()
    features: Features = Features()
    plan: str = ""
    image_formats: tuple[str, ...] = ()  # () leaves the choice to the theme
    image_cdn: str = ""  # "" or a pattern with {stem}, {width}, {format}, {name}
    branding: Branding = field(default_factory=Branding)
    products: Mapping[str, Product] = field(default_factory=dict)  # by handle, in handle order
    collections: Mapping[str, Collection] = field(default_factory=dict)
    content: Content = field(default_factory=Content)
    overlays: Mapping[str, Mapping[str, Mapping[str, Plain]]] = field(default_factory=dict)  # language → file → fields
    sources: SourceMap | None = None  # where everything stands, for later diagnostics
