"""Shell pages: search, cart and not found, which say little themselves and send people on."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.action.action import Action
from highstreet.plan import rows
from highstreet.plan.routes import file_of
from highstreet.plan.site import Planned, Site, Source

_SUGGESTED = 4


def pages(site: Site) -> Iterator[Planned]:
    if site.tenant.features.search:
        yield Planned(file_of(site.routes.search), lambda: _shell(site, "search", site.routes.search, rows.blank(site)))
    if site.tenant.features.cart:
        yield Planned(file_of(site.routes.cart), lambda: _shell(site, "cart", site.routes.cart))
    yield Planned(file_of(site.routes.not_found), lambda: _not_found(site))


def _shell(site: Site, kind: str, url: str, *blank: Action) -> Action:
    """The page; `blank` is the card that client code fills, where it has any to make."""
    title = site.word(kind, "title")
    view = site.page_view(kind, url, title, "", topic=None, breadcrumbs=site.crumbs((title, url)))
    return site.page(f"templates/{kind}.html", view, {**_cards(site), "blank": blank})


def _not_found(site: Site) -> Action:
    view = site.page_view("not-found", site.routes.not_found, site.word("not_found", "title"), "", topic=None)
    return site.page("templates/not-found.html", view._replace(languages=()), _cards(site))


def _cards(site: Site) -> dict[str, Source]:
    return {"cards": site.cards_html(_suggested(site))}


def _suggested(site: Site) -> tuple[str, ...]:
    """What to offer somebody who found nothing: the home page's products, else the first collection's."""
    for section in site.tenant.content.home:
        named = section.settings.get("products")
        if isinstance(named, list):
            found = tuple(
                str(handle).removeprefix("product/")
                for handle in named
                if str(handle).removeprefix("product/") in site.tenant.products
            )
            if found:
                return found[:_SUGGESTED]
        collection = site.tenant.collections.get(
            str(section.settings.get("collection") or "").removeprefix("collection/")
        )
        if collection is not None and collection.products:
            return collection.products[:_SUGGESTED]
    for collection in site.tenant.collections.values():
        if collection.products:
            return collection.products[:_SUGGESTED]
    return tuple(site.tenant.products)[:_SUGGESTED]
