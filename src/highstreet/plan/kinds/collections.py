"""The list of all collections, in pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.plan.facts import facts, structured
from highstreet.plan.routes import file_of, numbered, numbered_all
from highstreet.plan.site import Entry, Planned, Site
from highstreet.theme.views import ListingView

PAGE_SIZE = 24


def pages(site: Site) -> Iterator[Planned]:
    urls = numbered_all(site.routes.collections, len(site.tenant.collections), PAGE_SIZE)
    for number, url in enumerate(urls, 1):
        yield Planned(file_of(url), partial(_page, site, ListingView(number, urls)), partial(_entry, url, number))


def _entry(url: str, number: int) -> Entry:
    return Entry(url, numbered("collections/", number), (), "")


def _page(site: Site, listing: ListingView) -> Action:
    title, (number, urls) = site.word("collection", "collections"), listing
    view = site.page_view(
        "collections",
        urls[number - 1],
        title,
        "",
        topic=numbered("collections/", number),
        breadcrumbs=site.crumbs((title, site.routes.collections)),
        listing=listing,
    )
    handles = list(site.tenant.collections)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    tiles = tuple(tile for handle in handles if (tile := site.tile(handle)) is not None)
    items = tuple((tile.title, site.routes.absolute(tile.url)) for tile in tiles)
    told = facts(site, view, "collection", name=title, items=items)
    return site.page(
        "templates/collections.html",
        view,
        {"tiles": value(tiles), "listing": listing},
        structured(told),
    )
