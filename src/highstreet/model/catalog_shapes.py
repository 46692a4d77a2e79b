"""Shapes of catalog files: which keys they have and what each may hold."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from highstreet.model.forms import (
    Color,
    Count,
    Handle,
    Line,
    Markdown,
    Moment,
    Price,
    Score,
    Text,
    Title,
    Weight,
    Whole,
    doc,
    shape,
)

StatusWord = Literal["active", "draft", "archived"]
SortWord = Literal["manual", "title", "price-asc", "price-desc", "newest", "best-selling"]


@shape
class SeoShape(TypedDict):
    title: NotRequired[Annotated[Line | None, doc("Title in search results; the product's title if left out.")]]
    description: NotRequired[Annotated[Text | None, doc("Text in search results.")]]


@shape
class ImageShape(TypedDict):
    src: Annotated[Title, doc("A file below assets/, or any name when images.cdn is set in tenant.yaml.")]
    alt: NotRequired[Annotated[Text | None, doc("What the picture shows, for people who cannot see it.")]]
    width: NotRequired[Annotated[Count | None, doc("Pixels; needed only for pictures on a CDN.")]]
    height: NotRequired[Annotated[Count | None, doc("Pixels; needed only for pictures on a CDN.")]]


Image = Title | ImageShape


@shape
class ProductImageShape(ImageShape):
    video: NotRequired[
        Annotated[Title | None, doc("A film (mp4 or webm) below assets/, played in place of the picture.")]
    ]
    captions: NotRequired[Annotated[Title | None, doc("What is said in the film: a WebVTT file below assets/.")]]


ProductImage = Title | ProductImageShape


@shape
class InventoryShape(TypedDict):
    quantity: NotRequired[Annotated[Whole | None, doc("Pieces in stock; left out: not counted.")]]
    policy: NotRequired[Annotated[Literal["deny", "continue"] | None, doc("continue sells below zero.")]]


@shape
class OptionValueShape(TypedDict):
    value: Title
    swatch: NotRequired[Annotated[Color, doc("A colour in quotes, shown as a dot.")]]


@shape
class UnitPriceShape(TypedDict):
    price: Price
    per: Annotated[Title, doc("What the price is for: 100 g, 1 l, piece.")]


# The functional form, because "from" cannot be the name of a Python field.
VolumePriceShape = TypedDict(
    "VolumePriceShape",
    {"from": Annotated[Count, doc("So many or more.")], "price": Annotated[Price, doc("What each then costs.")]},
)
shape(VolumePriceShape)


@shape
class RatingShape(TypedDict):
    value: Annotated[Score, doc("The mean of all ratings, 1 to 5, such as 4.6.")]
    count: Annotated[Count, doc("How many ratings there are.")]


@shape
class VariantShape(TypedDict):
    options: Annotated[
        list[Title] | dict[str, Title], doc("One value per option, in the order of the product's options.")
    ]
    sku: NotRequired[Annotated[Line | None, doc("Your own number, unique in the shop.")]]
    price: NotRequired[Annotated[Price | None, doc("The product's price if left out.")]]
    compare_at_price: NotRequired[Annotated[Price | None, doc("The earlier, higher price.")]]
    barcode: NotRequired[Annotated[Line | None, doc("EAN, UPC or ISBN-13.")]]
    inventory: NotRequired[Whole | InventoryShape | None]
    image: NotRequired[Image | None]
    weight: NotRequired[Weight | None]
    unit_price: NotRequired[UnitPriceShape | None]
    volume_prices: NotRequired[
        Annotated[list[VolumePriceShape] | None, doc("Like the product's; the product's own if the price is too.")]
    ]


@shape
class ProductShape(TypedDict):
    title: Annotated[Title, doc("The name customers see.")]
    vendor: NotRequired[Annotated[Line | None, doc("The brand or maker.")]]
    type: NotRequired[Annotated[Line | None, doc("What kind of thing it is.")]]
    tags: NotRequired[Annotated[list[Title] | None, doc("Words for rules and search.")]]
    status: NotRequired[Annotated[StatusWord | None, doc("Only active products are shown.")]]
    publish_at: NotRequired[Annotated[Moment | None, doc("Shown from this moment on.")]]
    unpublish_at: NotRequired[Annotated[Moment | None, doc("Hidden from this moment on.")]]
    price: NotRequired[Annotated[Price | None, doc("In the shop's currency; for all variants without their own.")]]
    compare_at_price: NotRequired[Annotated[Price | None, doc("The earlier, higher price.")]]
    sku: NotRequired[Annotated[Line | None, doc("Your own number, unique in the shop.")]]
    barcode: NotRequired[Annotated[Line | None, doc("EAN, UPC or ISBN-13.")]]
    weight: NotRequired[Annotated[Weight | None, doc("250 g, 1.2 kg, 8 oz or 2 lb.")]]
    unit_price: NotRequired[
        Annotated[UnitPriceShape | None, doc("Price per 100 g and the like, where the law asks for it.")]
    ]
    volume_prices: NotRequired[
        Annotated[list[VolumePriceShape] | None, doc("What each costs from so many on: [{from: 3, price: 11.90}].")]
    ]
    inventory: NotRequired[
        Annotated[Whole | InventoryShape | None, doc("Pieces in stock; left out: always available.")]
    ]
    options: NotRequired[
        Annotated[
            dict[Title, Annotated[list[Title | OptionValueShape], Field(min_length=1)]] | None,
            doc("Name → values, such as Size: [S, M]."),
        ]
    ]
    variants: NotRequired[
        Annotated[list[VariantShape] | None, doc("What can be bought; missing combinations are unavailable.")]
    ]
    images: NotRequired[Annotated[list[ProductImage] | None, doc("The first one is the main picture.")]]
    attributes: NotRequired[
        Annotated[dict[Title, Text | list[Title] | None] | None, doc("Facts such as Material: Acetate.")]
    ]
    related: NotRequired[Annotated[list[Handle] | None, doc("Handles of products to show beside this one.")]]
    complementary: NotRequired[Annotated[list[Handle] | None, doc("Handles of products that go with this one.")]]
    rating: NotRequired[Annotated[RatingShape | None, doc("What customers gave it, where you collect ratings.")]]
    seo: NotRequired[SeoShape | None]
    description: NotRequired[Annotated[Markdown | None, doc("Markdown.")]]
    google_category: NotRequired[Annotated[Line | None, doc("Google product category, as number or path.")]]
    condition: NotRequired[Literal["new", "refurbished", "used"] | None]
    template: NotRequired[Annotated[Handle | None, doc("An alternative product template of the theme.")]]


# The functional form, because "is" and "not" cannot be names of Python fields.
ConditionShape = TypedDict(
    "ConditionShape",
    {
        "field": Annotated[
            Literal["tag", "type", "vendor", "title", "price", "available", "on_sale", "attribute"],
            doc("What to look at."),
        ],
        "attribute": NotRequired[Annotated[Title | None, doc("The attribute's name when field is attribute.")]],
        "is": NotRequired[Title],
        "not": NotRequired[Title],
        "contains": NotRequired[Title],
        "starts": NotRequired[Title],
        "below": NotRequired[Price],
        "above": NotRequired[Price],
    },
)
shape(ConditionShape)


@shape
class RulesShape(TypedDict):
    match: NotRequired[Annotated[Literal["all", "any"] | None, doc("all (the default) or any of the conditions.")]]
    where: Annotated[list[ConditionShape], Field(min_length=1)]


@shape
class CollectionShape(TypedDict):
    title: Annotated[Title, doc("The name customers see.")]
    image: NotRequired[Image | None]
    description: NotRequired[Annotated[Markdown | None, doc("Markdown.")]]
    products: NotRequired[Annotated[list[Handle] | None, doc("Handles of products in the order shown.")]]
    rules: NotRequired[Annotated[RulesShape | None, doc("Instead of products: every product that matches.")]]
    sort: NotRequired[SortWord | None]
    filters: NotRequired[
        Annotated[
            list[Title] | None,
            doc(
                "What it can be narrowed by: availability, sale, price, type, vendor, tag, option/Size; [] for nothing."
            ),
        ]
    ]
    seo: NotRequired[SeoShape | None]
    status: NotRequired[StatusWord | None]
    publish_at: NotRequired[Moment | None]
