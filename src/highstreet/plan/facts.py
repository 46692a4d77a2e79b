"""Facts: what JSON-LD says of the shop and the page, beside the page's own view."""

from __future__ import annotations

from highstreet.base.digest import Value, value
from highstreet.base.record import Record
from highstreet.model.tenant import Address
from highstreet.plan.site import Site
from highstreet.theme.views import Facts, PageView, PostView, ProductView, ReturnFact, ShippingFact

# What JSON-LD says of a product or post; nothing else of their views becomes an input of the page for its sake.
_PRODUCT = (
    "handle",
    "title",
    "vendor",
    "type",
    "images",
    "options",
    "variants",
    "attributes",
    "description_md",
    "condition",
    "rating",
    "until",
)
_POST = ("title", "date", "updated", "author", "tags")


def structured(told: Facts, subject: ProductView | PostView | None = None) -> Value[object]:
    """The `structured` input of a page: its facts and what of its subject they go with."""
    if subject is None:
        return value((told, None))
    names = _PRODUCT if isinstance(subject, ProductView) else _POST
    return value((told, Record({name: getattr(subject, name) for name in names})))


def facts(site: Site, page: PageView, kind: str = "", name: str = "", items: tuple[tuple[str, str], ...] = ()) -> Facts:
    """Facts of one page, as narrow as its kind allows: a changed phone number re-renders home, not every product."""
    tenant, routes = site.tenant, site.routes
    kind = kind or page.kind
    about_shop = kind == "home"
    sells = kind in ("home", "product")
    contact = tenant.contact
    place = (contact.address if about_shop else None) or Address()
    return Facts(
        kind=kind,
        url=routes.absolute(page.url),
        name=name or page.title,
        description=page.description,
        image=page.og_image,
        breadcrumbs=tuple((crumb.label, routes.absolute(crumb.url)) for crumb in page.breadcrumbs),
        base=routes.base,
        shop=tenant.name if kind in ("home", "product", "post") else "",
        shop_logo=routes.absolute(site.assets.icon_512) if kind in ("home", "post") and site.assets.icon_512 else "",
        email=contact.email if about_shop else "",
        phone=contact.phone if about_shop else "",
        street=place.street,
        city=place.city,
        region=place.region,
        postal_code=place.postal_code,
        country=place.country,
        same_as=tuple(tenant.branding.social.values()) if about_shop else (),
        search_url=routes.absolute(routes.search) if about_shop and tenant.features.search else "",
        lang=site.lang,
        shipping=shipping_fact(site) if kind == "product" else None,
        returns=_returns(site) if sells else None,
        items=items,
    )


def shipping_fact(site: Site) -> ShippingFact | None:
    """Known only when the shop tells both what shipping costs and where it goes."""
    shipping = site.tenant.shipping
    if not shipping.countries or (shipping.flat is None and shipping.free_from is None):
        return None
    return ShippingFact(
        str(shipping.flat.amount) if shipping.flat is not None else "",
        str(shipping.free_from.amount) if shipping.free_from is not None else "",
        site.tenant.currency,
        shipping.countries,
        shipping.handling_days,
        shipping.transit_days,
    )


def _returns(site: Site) -> ReturnFact | None:
    returns = site.tenant.returns
    if returns.days is None:
        return None
    address = site.tenant.contact.address
    country = address.country if address and address.country else next(iter(site.tenant.shipping.countries), "")
    return ReturnFact(returns.days, returns.fees, country) if country else None
