"""Links: typed references as the URLs and labels a page shows."""

from __future__ import annotations

from collections.abc import Callable

from highstreet.model.content import MenuItem, Reference
from highstreet.model.tenant import Tenant
from highstreet.plan.routes import Routes
from highstreet.theme.views import ImageView, LinkView

# Addresses of ours that exist in every language; other paths point at files that exist once.
_LOCALISED = ("/", "/products/", "/collections/", "/pages/", "/journal/", "/search/", "/cart/")


def url_of(reference: Reference, routes: Routes) -> str:
    match reference.kind:
        case "product":
            return routes.product(reference.target) + reference.query
        case "collection":
            return routes.collection(reference.target) + reference.query
        case "page":
            return routes.page(reference.target) + reference.query
        case "post":
            return routes.post(reference.target) + reference.query
        case "path":
            path = reference.target
            localised = path == "/" or any(path.startswith(start) for start in _LOCALISED[1:])
            return (routes.prefix + path if localised else path) + reference.query
        case "url":
            return reference.target + reference.query


def label_of(reference: Reference, tenant: Tenant) -> str:
    """What the target calls itself, for links that give no label."""
    match reference.kind:
        case "product":
            found = tenant.products.get(reference.target)
            return found.title if found else reference.target
        case "collection":
            collection = tenant.collections.get(reference.target)
            return collection.title if collection else reference.target
        case "page":
            return next((p.title for p in tenant.content.pages if p.handle == reference.target), reference.target)
        case "post":
            return next((p.title for p in tenant.content.posts if p.handle == reference.target), reference.target)
        case _:
            return reference.target


def link(label: str, reference: Reference | None, routes: Routes) -> LinkView:
    if reference is None:
        return LinkView(label, "", False)
    url = url_of(reference, routes)
    return LinkView(label, url, url.startswith(("http:", "https:")))


Picture = Callable[[Reference], ImageView | None]  # what to show beside an entry


def menu(items: tuple[MenuItem, ...], routes: Routes, picture: Picture | None = None) -> tuple[LinkView, ...]:
    """A menu as pages show it; `picture` finds what to show beside the entries below its headings."""
    return tuple(_entry(item, routes, picture, below=False) for item in items)


# No function within `menu`: one that calls itself is kept by itself, and with it the site that `picture` knows.
def _entry(item: MenuItem, routes: Routes, picture: Picture | None, below: bool) -> LinkView:
    image = picture(item.to) if below and picture is not None and item.to is not None else None
    children = tuple(_entry(child, routes, picture, below=True) for child in item.items)
    return link(item.label, item.to, routes)._replace(children=children, image=image)
