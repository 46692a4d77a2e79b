"""The shop view: what every page may show of the shop itself."""

from __future__ import annotations

from heapq import nlargest
from typing import Protocol

from highstreet.model.catalog import Collection, ImageRef
from highstreet.model.content import Reference
from highstreet.model.tenant import Tenant
from highstreet.plan import prices
from highstreet.plan.assets import Assets
from highstreet.plan.checkout import way
from highstreet.plan.format import MoneyFormat, address_lines, country_name
from highstreet.plan.links import menu
from highstreet.plan.pictures import Pictures
from highstreet.plan.routes import Routes
from highstreet.theme.views import ImageView, LinkView, ShopView, SocialView

_NETWORKS = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "pinterest": "Pinterest",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "x": "X",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "linkedin": "LinkedIn",
    "threads": "Threads",
    "vimeo": "Vimeo",
    "line": "LINE",
    "whatsapp": "WhatsApp",
}
_MOST_COLLECTIONS = 24  # that lists of products name beside themselves
_POLICIES = ("shipping", "returns", "privacy", "terms", "imprint")


class Language(Protocol):
    """One language of a shop, as far as this view needs it; a plan.Site is one."""

    tenant: Tenant
    lang: str
    routes: Routes
    assets: Assets
    pictures: Pictures
    year: str

    @property
    def dir(self) -> str: ...
    @property
    def money(self) -> MoneyFormat: ...
    def word(self, group: str, name: str) -> str: ...
    def menu_picture(self, reference: Reference) -> ImageView | None: ...


def shop_view(site: Language) -> ShopView:
    tenant, routes, assets, money = site.tenant, site.routes, site.assets, site.money
    branding, contact = tenant.branding, tenant.contact
    address: tuple[str, ...] = ()
    if contact.address is not None:
        place = contact.address
        address = address_lines(site.lang, place.street, place.postal_code, place.city, place.region, place.country)
    policies = sorted(
        (page for page in tenant.content.pages if page.policy), key=lambda page: _POLICIES.index(str(page.policy))
    )
    journal = tenant.features.journal and bool(tenant.content.posts)
    return ShopView(
        name=tenant.name,
        tagline=branding.tagline,
        handle=tenant.handle,
        url=routes.base,
        home=routes.home,
        lang=site.lang,
        dir=site.dir,
        currency=tenant.currency,
        decimals=money.decimals,
        money_pattern=money.pattern,
        decimal_mark=money.decimal_mark,
        group_mark=money.group_mark,
        group_sizes=money.group_sizes,
        digits=money.digits,
        announcement=branding.announcement,
        logo=site.pictures.view(ImageRef(branding.logo.removeprefix("assets/"), tenant.name))
        if branding.logo
        else None,
        email=contact.email,
        phone=contact.phone,
        address=address,
        hours=contact.hours,
        social=tuple(
            SocialView(network, _NETWORKS.get(network, network.title()), url)
            for network, url in branding.social.items()
        ),
        checkout_kind=tenant.checkout.kind,
        checkout_to=tenant.checkout.to,
        checkout_form=way(tenant.checkout.kind).form,
        prices_url=prices.url(tenant),
        prices_parts=prices.parts(len(tenant.products)),
        shipping_free_from=money.view(tenant.shipping.free_from) if tenant.shipping.free_from else None,
        shipping_flat=money.view(tenant.shipping.flat) if tenant.shipping.flat else None,
        shipping_countries=tuple(country_name(site.lang, country) for country in tenant.shipping.countries),
        returns_days=tenant.returns.days,
        has_search=tenant.features.search,
        # A cart nobody can order from is worse than none: without a checkout, product pages offer to ask instead.
        has_cart=tenant.features.cart and tenant.checkout.kind != "none",
        has_journal=journal,
        main_menu=menu(tenant.content.menus["main"], routes, site.menu_picture)
        if "main" in tenant.content.menus
        else _default_menu(site),
        footer_menu=menu(tenant.content.menus.get("footer", ()), routes),
        policies=tuple(LinkView(page.title, routes.page(page.handle), False) for page in policies),
        collections=tuple(_collection(routes, collection) for collection in tenant.collections.values()),
        main_collections=_main_collections(site),
        search_url=routes.search,
        cart_url=routes.cart,
        products_url=routes.products,
        collections_url=routes.collections if tenant.collections else "",
        journal_url=routes.journal,
        search_index=routes.search_index if tenant.features.search else "",
        year=site.year,
        theme_color=assets.theme_color,
        theme_color_dark=assets.theme_color_dark,
        color_mode=branding.mode,
        classes=" ".join(assets.classes),
        preload_fonts=assets.preload_fonts(site.lang),
        favicon_svg=assets.favicon_svg,
        favicon_png=assets.favicon_png,
        apple_icon=assets.apple_icon,
        webmanifest=assets.webmanifest,
        feed=routes.journal_feed if journal else "",
    )


def _default_menu(site: Language) -> tuple[LinkView, ...]:
    """A shop without navigation.yaml can still be walked: all products, its first collections, its about page."""
    tenant, routes = site.tenant, site.routes
    links = [LinkView(site.word("collection", "all"), routes.products, False)]
    links += [_collection(routes, collection) for collection in list(tenant.collections.values())[:4]]
    links += [
        LinkView(page.title, routes.page(page.handle), False) for page in tenant.content.pages if not page.policy
    ][:2]
    if tenant.features.journal and tenant.content.posts:
        links.append(LinkView(site.word("journal", "title"), routes.journal, False))
    return tuple(links)


def _main_collections(site: Language) -> tuple[LinkView, ...]:
    """The collections with most products, in the shop's order, and where all of them are named if these are not all.

    Every list of products shows them: with four hundred on each, pages would be half links, and grow as a square.
    """
    collections = site.tenant.collections
    most = nlargest(_MOST_COLLECTIONS, collections, key=lambda handle: len(collections[handle].products))
    links = [_collection(site.routes, collections[handle]) for handle in collections if handle in set(most)]
    if len(links) < len(collections):
        links.append(LinkView(site.word("common", "more"), site.routes.collections, False))
    return tuple(links)


def _collection(routes: Routes, collection: Collection) -> LinkView:
    return LinkView(collection.title, routes.collection(collection.handle), False)
