"""Shapes of content files: front matter of pages and posts, menus, sections and redirects."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from highstreet.model.catalog_shapes import Image, SeoShape, StatusWord
from highstreet.model.forms import AnyValue, Boolean, Destination, Handle, Line, Link, Moment, Text, Title, doc, shape


@shape
class PageShape(TypedDict):
    title: Annotated[Title, doc("The heading of the page.")]
    policy: NotRequired[
        Annotated[
            Literal["returns", "shipping", "privacy", "terms", "imprint"] | None,
            doc("Makes the page one of the shop's legal texts."),
        ]
    ]
    seo: NotRequired[SeoShape | None]
    image: NotRequired[Image | None]
    status: NotRequired[StatusWord | None]
    publish_at: NotRequired[Moment | None]
    updated: NotRequired[Annotated[Moment | None, doc("When the text last changed.")]]
    template: NotRequired[Annotated[Handle | None, doc("An alternative page template of the theme.")]]


@shape
class PostShape(TypedDict):
    title: Annotated[Title, doc("The heading of the post.")]
    date: Annotated[Moment, doc("The day it is dated.")]
    author: NotRequired[Line | None]
    excerpt: NotRequired[Annotated[Text | None, doc("Two sentences for lists; the beginning of the text if left out.")]]
    tags: NotRequired[list[Title] | None]
    seo: NotRequired[SeoShape | None]
    image: NotRequired[Image | None]
    status: NotRequired[StatusWord | None]
    publish_at: NotRequired[Moment | None]
    updated: NotRequired[Moment | None]


@shape
class MenuItemShape(TypedDict):
    label: Title
    to: NotRequired[Annotated[Link | None, doc("Where it leads; left out, the entry only opens its items.")]]
    items: NotRequired[list[MenuItemShape] | None]


@shape
class NavigationShape(TypedDict):
    main: NotRequired[Annotated[list[MenuItemShape] | None, doc("The menu at the top of every page.")]]
    footer: NotRequired[Annotated[list[MenuItemShape] | None, doc("The menu at the bottom of every page.")]]


@shape
class SectionsShape(TypedDict):
    # Settings belong to the theme: plan/sections.py checks them against its schema.
    sections: Annotated[list[dict[str, AnyValue]] | None, doc("The parts of the page, from top to bottom.")]


Group = Annotated[list[Title], Field(min_length=2, max_length=40)]


@shape
class RedirectShape(TypedDict):
    to: Destination
    permanent: NotRequired[Annotated[Boolean | None, doc("true (the default): the old address is gone for good.")]]


@shape
class SearchShape(TypedDict):
    synonyms: NotRequired[
        Annotated[list[Group] | None, doc("Groups of words that mean the same: [[sofa, couch], [jumper, pullover]].")]
    ]
    expect: NotRequired[
        Annotated[
            dict[Title, Handle | list[Handle]] | None,
            doc("Query → the product, or products, that it must find among its first six; every build checks it."),
        ]
    ]


RedirectsShape = dict[str, Destination | RedirectShape]
