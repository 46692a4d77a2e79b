"""Content: pages, posts, menus, sections and redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from highstreet.model.catalog import NO_SEO, ImageRef, Seo

PolicyKind = Literal["returns", "shipping", "privacy", "terms", "imprint"]
# Plain data from YAML: text (every scalar keeps its spelling), None, lists and mappings.
Plain = str | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A typed link target. kind "path" and "url" keep their text in `target`; the others hold a handle.

    Kinds: product, collection, page, post, path ("/search/"), url ("https://…", "mailto:", "tel:").
    """

    kind: Literal["product", "collection", "page", "post", "path", "url"]
    target: str
    query: str = ""  # "?colour=black" or "#top", kept as written


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    to: Reference | None  # None: a heading that only opens its children
    items: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    handle: str
    title: str
    body: str  # Markdown
    policy: PolicyKind | None = None
    seo: Seo = NO_SEO
    image: ImageRef | None = None
    status: Literal["active", "draft", "archived"] = "active"
    publish_at: datetime | None = None
    updated: datetime | None = None
    template: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    handle: str
    title: str
    body: str  # Markdown
    date: datetime
    author: str = ""
    excerpt: str = ""
    tags: tuple[str, ...] = ()
    seo: Seo = NO_SEO
    image: ImageRef | None = None
    status: Literal["active", "draft", "archived"] = "active"
    publish_at: datetime | None = None
    updated: datetime | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section as written; its settings are checked against the theme's schema by plan/sections.py."""

    type: str
    settings: Mapping[str, Plain]
    file: str  # "home.yaml"
    index: int  # place in the file's list, for diagnostics: keys are ("sections", index, …)
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    source: str  # "/old/path"; with one "*" in a rule, which stands for a handle
    to: Reference  # of a rule: every thing of a kind, with "*" as its target
    permanent: bool = True
    rule: str = ""  # the source of the rule that it follows from


@dataclass(frozen=True, slots=True)
class SearchHelp:
    """What the shop tells its search. In another language `expected` are those of its own search.yaml."""

    synonyms: tuple[tuple[str, ...], ...] = ()  # words and phrases that mean the same, group by group
    expected: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (query, handles of products that it must find)
    file: str = "search.yaml"


@dataclass(frozen=True, slots=True)
class Content:
    menus: Mapping[str, tuple[MenuItem, ...]] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    posts: tuple[Post, ...] = ()  # newest first
    home: tuple[Section, ...] = ()
    templates: Mapping[str, tuple[Section, ...]] = field(default_factory=dict)  # kind → sections
    redirects: tuple[Redirect, ...] = ()
    search: SearchHelp = SearchHelp()
