"""Texts: content pages and policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from highstreet.action.action import Action
from highstreet.model.catalog import ImageRef
from highstreet.model.content import Page
from highstreet.plan.facts import facts, structured
from highstreet.plan.format import date_text
from highstreet.plan.routes import file_of
from highstreet.plan.site import Entry, Planned, Site
from highstreet.theme.views import TextView

_SYNTAX = re.compile(
    r"(?:\[!\[[^\]]*\]\([^)]*\)\]|!\[[^\]]*\])\([^)]*\)|<[^>]*>"
    r"|^\s*(?:[#>|:-]+|\d+[.)]|[*+])\s+|[*_`~|\\]|\[([^\]]*)\]\([^)]*\)",
    re.MULTILINE,
)
_SPACE = re.compile(r"\s+")


def summary(markdown: str, length: int = 155) -> str:
    """The first words of a Markdown text for <meta name=description>. Rough on purpose: planning renders nothing."""
    if not markdown:
        return ""
    words = _SPACE.sub(" ", _SYNTAX.sub(lambda found: found[1] or "", markdown[: 8 * length])).strip()
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    return (cut if words[length - 1] == " " else cut.rsplit(" ", 1)[0]).rstrip(" ,;:.–-") + "…"


def pages(site: Site) -> Iterator[Planned]:
    for page in site.tenant.content.pages:
        url = site.routes.page(page.handle)
        yield Planned(file_of(url), partial(_page, site, page, url), partial(_entry, page, url))


def _page(site: Site, page: Page, url: str) -> Action:
    image = (
        page.image
        if page.image is None or page.image.alt
        else ImageRef(page.image.src, page.title, page.image.width, page.image.height)
    )
    view = site.page_view(
        "page",
        url,
        page.seo.title or page.title,
        page.seo.description or summary(page.body),
        topic=f"pages/{page.handle}/",
        breadcrumbs=site.crumbs((page.title, url)),
    )
    text = TextView(
        page.handle,
        url,
        page.title,
        site.prose(page.body),
        site.pictures.view(image),
        page.policy or "",
        date_text(site.lang, page.updated) if page.updated else "",
    )
    return site.page("templates/page.html", view, {"text": text}, structured(facts(site, view)))


def _entry(page: Page, url: str) -> Entry:
    return Entry(url, f"pages/{page.handle}/", (), day(page.updated))


def day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
