"""Shapes of tenant.yaml and branding.yaml."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from highstreet.model.forms import (
    AnyValue,
    Boolean,
    Color,
    Count,
    Country,
    Currency,
    Email,
    Handle,
    Host,
    HttpsUrl,
    Line,
    Locale,
    Phone,
    Price,
    Text,
    Title,
    doc,
    shape,
)


@shape
class ThemeShape(TypedDict):
    name: NotRequired[Handle | None]
    settings: NotRequired[Annotated[dict[str, AnyValue] | None, doc("Settings of the theme, by name.")]]


@shape
class AddressShape(TypedDict):
    street: NotRequired[Line | None]
    city: NotRequired[Line | None]
    region: NotRequired[Line | None]
    postal_code: NotRequired[Line | None]
    country: NotRequired[Country | None]


@shape
class ContactShape(TypedDict):
    email: NotRequired[Email | None]
    phone: NotRequired[Phone | None]
    address: NotRequired[AddressShape | None]
    hours: NotRequired[Annotated[Text | None, doc("Opening hours, as people read them.")]]


@shape
class CheckoutShape(TypedDict):
    kind: Literal["email", "whatsapp", "payment_link", "snipcart", "webhook", "url", "none"]
    to: NotRequired[
        Annotated[Line | None, doc("An e-mail address, phone number, https:// address or public key, by kind.")]
    ]


Days = Annotated[list[Count], Field(min_length=2, max_length=2)]


@shape
class ShippingShape(TypedDict):
    free_from: NotRequired[Annotated[Price | None, doc("Orders from this amount ship free.")]]
    flat: NotRequired[Annotated[Price | None, doc("What shipping costs below that.")]]
    countries: NotRequired[list[Country] | None]
    handling_days: NotRequired[Annotated[Days | None, doc("Fewest and most days before the parcel leaves: [0, 1].")]]
    transit_days: NotRequired[Annotated[Days | None, doc("Fewest and most days on the way: [2, 4].")]]


@shape
class ReturnsShape(TypedDict):
    days: NotRequired[Count | None]
    fees: NotRequired[Literal["free", "customer"] | None]


@shape
class FeaturesShape(TypedDict):
    search: NotRequired[Boolean | None]
    cart: NotRequired[Boolean | None]
    journal: NotRequired[Boolean | None]


@shape
class ImagesShape(TypedDict):
    cdn: NotRequired[Annotated[Title | None, doc("https://cdn.example/{stem}-{width}.{format}")]]
    formats: NotRequired[
        Annotated[
            list[Literal["avif", "webp"]] | None,
            doc("Formats of pictures, best first; avif is smaller and takes six times as long to make."),
        ]
    ]


@shape
class TenantShape(TypedDict):
    name: Annotated[Title, doc("The name of the shop.")]
    status: NotRequired[
        Annotated[Literal["draft", "live", "suspended"] | None, doc("live (the default), draft or suspended.")]
    ]
    domains: NotRequired[Annotated[list[Host] | None, doc("Own host names; the first is the main one.")]]
    locale: NotRequired[Annotated[Locale | None, doc("The shop's language and country: en-GB.")]]
    languages: NotRequired[Annotated[list[Locale] | None, doc("All languages, the default first.")]]
    currency: NotRequired[Annotated[Currency | None, doc("A code of ISO 4217: EUR.")]]
    theme: NotRequired[Handle | ThemeShape | None]
    contact: NotRequired[ContactShape | None]
    checkout: NotRequired[CheckoutShape | None]
    shipping: NotRequired[ShippingShape | None]
    returns: NotRequired[ReturnsShape | None]
    plan: NotRequired[Annotated[Handle | None, doc("One of the platform's plans.")]]
    features: NotRequired[FeaturesShape | None]
    images: NotRequired[ImagesShape | None]


@shape
class ColorsShape(TypedDict):
    primary: Color
    accent: NotRequired[Color]
    background: NotRequired[Color]


@shape
class FontFileShape(TypedDict):
    family: Title
    src: Annotated[Title, doc("A file below assets/: fonts/house.woff2.")]
    weight: NotRequired[
        Annotated[
            str, Field(pattern=r"^[1-9][0-9]{2}( [1-9][0-9]{2})?$"), doc('400, or "100 900" for a variable font.')
        ]
    ]
    style: NotRequired[Literal["normal", "italic"] | None]


@shape
class TypographyShape(TypedDict):
    heading: NotRequired[Annotated[Line | None, doc("A font family of the theme or of `files`.")]]
    body: NotRequired[Annotated[Line | None, doc("A font family of the theme or of `files`.")]]
    files: NotRequired[Annotated[list[FontFileShape] | None, doc("Font files of your own.")]]


Network = Literal[
    "instagram",
    "facebook",
    "tiktok",
    "youtube",
    "pinterest",
    "x",
    "threads",
    "linkedin",
    "mastodon",
    "bluesky",
    "whatsapp",
    "telegram",
    "line",
    "snapchat",
    "vimeo",
    "etsy",
    "website",
]


@shape
class BrandingShape(TypedDict):
    tagline: NotRequired[Line | None]
    logo: NotRequired[Annotated[Line | None, doc("A picture below assets/: assets/logo.svg.")]]
    favicon: NotRequired[Annotated[Line | None, doc("A square picture below assets/.")]]
    colors: NotRequired[Annotated[ColorsShape | None, doc("One to three colours; everything else is derived.")]]
    typography: NotRequired[TypographyShape | None]
    shape: NotRequired[Literal["sharp", "soft", "round"] | None]
    mode: NotRequired[Annotated[Literal["auto", "light", "dark"] | None, doc("Which colour schemes the shop offers.")]]
    announcement: NotRequired[Annotated[Line | None, doc("A line above the header.")]]
    social: NotRequired[Annotated[dict[Network, HttpsUrl] | None, doc("Network → address of your profile.")]]
