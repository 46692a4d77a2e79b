"""The list of all collections, in pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.plan.facts import facts, structured
from highstreet.plan.routes import file_of, numbered
from highstreet.plan.site import Entry, Planned, Site
from highstreet.theme.views import ListingView

PAGE_SIZE = 24


def pages(site: Site) -> Iterator[Planned]:
    count = -(-len(site.tenant.collections) // PAGE_SIZE)
    urls = tuple(numbered(site.routes.collections, number) for number in range(1, count + 1))
    for number, url in enumerate(urls, 1):
        yield Planned(file_of(url), partial(_page, site, urls, number), partial(_entry, url, number))


def _entry(url: str, number: int) -> Entry:
    return Entry(url, numbered("collections/", number), (), "")


def _page(site: Site, urls: tuple[str, ...], number: int) -> Action:
    title = site.word("collection", "collections")
    page_title = site.word("common", "page").replace("{page}", str(number))
    view = site.page_view(
        "collections",
        urls[number - 1],
        title if number == 1 else f"{title} – {page_title}",
        "",
        topic=numbered("collections/", number),
        breadcrumbs=site.crumbs((title, site.routes.collections)),
        prev_url=urls[number - 2] if number > 1 else "",
        next_url=urls[number] if number < len(urls) else "",
    )
    handles = list(site.tenant.collections)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    tiles = tuple(tile for handle in handles if (tile := site.tile(handle)) is not None)
    items = tuple((tile.title, site.routes.absolute(tile.url)) for tile in tiles)
    told = facts(site, view, "collection", name=title, items=items)
    return site.page(
        "templates/collections.html",
        view,
        {"tiles": value(tiles), "listing": ListingView(number, urls)},
        structured(told),
    )
