"""Shell pages: search, cart and not found, which say little themselves and send people on."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.action.action import Action
from highstreet.plan.site import Site

_SUGGESTED = 4


def pages(site: Site) -> Iterator[Action]:
    cards = site.cards_html(_suggested(site))
    if site.tenant.features.search:
        title = site.word("search", "title")
        view = site.page_view(
            "search", site.routes.search, title, "", topic=None, breadcrumbs=site.crumbs((title, site.routes.search))
        )
        yield site.page("templates/search.html", view, {"cards": cards})
    if site.tenant.features.cart:
        title = site.word("cart", "title")
        view = site.page_view(
            "cart", site.routes.cart, title, "", topic=None, breadcrumbs=site.crumbs((title, site.routes.cart))
        )
        yield site.page("templates/cart.html", view, {"cards": cards})
    view = site.page_view("not-found", site.routes.not_found, site.word("not_found", "title"), "", topic=None)
    yield site.page("templates/not-found.html", view._replace(languages=()), {"cards": cards})


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
