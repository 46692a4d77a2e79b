"""Shapes of translations: the files under locales/<language>/, which hold translated texts and nothing else."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from typing_extensions import TypedDict

from highstreet.model.catalog_shapes import SeoShape
from highstreet.model.content_shapes import SearchShape
from highstreet.model.forms import AnyValue, Line, Markdown, Text, Title, doc, shape


@shape
class OptionOverlay(TypedDict):
    name: NotRequired[Annotated[Title | None, doc("The option's name in this language.")]]
    values: NotRequired[
        Annotated[dict[Title, Title | None] | None, doc("Value as in the product → value in this language.")]
    ]


@shape
class ProductOverlay(TypedDict):
    title: NotRequired[Title | None]
    type: NotRequired[Line | None]
    tags: NotRequired[list[Title] | None]
    description: NotRequired[Markdown | None]
    seo: NotRequired[SeoShape | None]
    attributes: NotRequired[
        Annotated[
            dict[Title, Text | list[Title] | None] | None,
            doc("The whole list in this language; replaces the product's attributes."),
        ]
    ]
    options: NotRequired[
        Annotated[dict[Title, OptionOverlay] | None, doc("Option name as in the product → its translation.")]
    ]
    images: NotRequired[
        Annotated[list[Text | None] | None, doc("Alternative texts, in the order of the product's images.")]
    ]


@shape
class CollectionOverlay(TypedDict):
    title: NotRequired[Title | None]
    description: NotRequired[Markdown | None]
    seo: NotRequired[SeoShape | None]
    image: NotRequired[Annotated[Text | None, doc("Alternative text of the picture.")]]


@shape
class PageOverlay(TypedDict):
    title: NotRequired[Title | None]
    seo: NotRequired[SeoShape | None]
    image: NotRequired[Annotated[Text | None, doc("Alternative text of the picture.")]]


@shape
class PostOverlay(TypedDict):
    title: NotRequired[Title | None]
    excerpt: NotRequired[Text | None]
    tags: NotRequired[list[Title] | None]
    seo: NotRequired[SeoShape | None]
    image: NotRequired[Annotated[Text | None, doc("Alternative text of the picture.")]]


@shape
class ContactOverlay(TypedDict):
    hours: NotRequired[Text | None]


@shape
class TenantOverlay(TypedDict):
    name: NotRequired[Title | None]
    contact: NotRequired[ContactOverlay | None]


@shape
class BrandingOverlay(TypedDict):
    tagline: NotRequired[Line | None]
    announcement: NotRequired[Line | None]


@shape
class SectionsOverlay(TypedDict):
    # Checked against the sections they translate: content_rules.py.
    sections: NotRequired[list[dict[str, AnyValue] | None] | None]


# Labels as in navigation.yaml → labels in this language; one text may stand in several menus.
NavigationOverlay = dict[Title, Title | None]

OVERLAYS: dict[str, Any] = {
    "tenant": TenantOverlay,
    "branding": BrandingOverlay,
    "navigation": NavigationOverlay,
    "sections": SectionsOverlay,
    "product": ProductOverlay,
    "collection": CollectionOverlay,
    "page": PageOverlay,
    "post": PostOverlay,
    "search": SearchShape,
}
