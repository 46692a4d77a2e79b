"""Feeds: what machines read of a shop, from the same views its pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import quote

from highstreet.action.action import Action
from highstreet.base.digest import of_data, value
from highstreet.base.paths import UnsafePath
from highstreet.model.catalog import Product
from highstreet.plan.facts import shipping_fact
from highstreet.plan.kinds.text import summary
from highstreet.plan.links import url_of
from highstreet.plan.policy import allowed, strict
from highstreet.plan.routes import file_of
from highstreet.plan.site import Entry, Planned, Several, Site
from highstreet.source.cdn import cdn_origin
from highstreet.theme.views import FeedItem, FeedProduct, Named, ProductCard, SitemapRow

_MOST_URLS = 50_000  # of one sitemap, says the protocol


def language_pages(site: Site) -> Iterator[Planned]:
    """The file each language has of its own: the merchant feed."""
    yield Planned(file_of(f"{site.routes.prefix}/feeds/google.xml"), lambda: _google(site))


def _google(site: Site) -> Action:
    products = tuple(
        found for product in site.tenant.products.values() if (found := _feed_product(site, product)) is not None
    )
    head = {
        "name": site.tenant.name,
        "url": site.routes.absolute(site.routes.home),
        "description": site.tenant.branding.tagline or site.tenant.name,
    }
    return site.make(
        "data",
        {"format": value("google"), "head": value(head), "rows": value(products)},
        path=file_of(f"{site.routes.prefix}/feeds/google.xml"),
    )


def shop_pages(sites: Sequence[Site], pages: Sequence[Iterable[Planned]]) -> Iterator[Planned | Several]:
    """Files the shop has once: sitemap, robots, llms.txt and redirects. `pages` are those of each site."""
    main = sites[0]
    yield Several("sitemap", partial(_sitemaps, sites, pages))
    yield Planned("robots.txt", lambda: _robots(sites))
    yield Planned("llms.txt", lambda: _llms(main))
    yield Planned("_headers", lambda: _headers(main))
    yield from _redirects(sites)


def _robots(sites: Sequence[Site]) -> Action:
    main = sites[0]
    hidden = main.tenant.status != "live"
    blocked = [path for site in sites for path in (site.routes.search, site.routes.cart)]
    head = {"hidden": hidden, "disallow": tuple(blocked), "sitemap": main.routes.absolute("/sitemap.xml")}
    return main.make("data", {"format": value("robots"), "head": value(head)}, path="robots.txt")


def _price(site: Site, card: ProductCard) -> str:
    return site.word("card", "from").replace("{price}", card.price.text) if card.price_varies else card.price.text


def _feed_product(site: Site, product: Product) -> FeedProduct | None:
    """None for a product without a picture, which the feed requires: it is sold on the site only."""
    view = site.product(product)
    if not view.images:
        return None
    absolute = site.routes.absolute
    group = product.handle if len(view.variants) > 1 else ""
    shipping = shipping_fact(site)
    labels = [{v.value: v.label for v in option.values} for option in view.options]
    items = []
    for variant in view.variants:
        price = f"{variant.price.amount} {variant.price.currency}"
        before = f"{variant.compare_at.amount} {variant.compare_at.currency}" if variant.compare_at else ""
        cost = shipping.cost(variant.price.amount) if shipping is not None else ""
        item = FeedItem(
            id=_feed_id(f"{product.handle}:{variant.key}" if group else product.handle),
            title=f"{product.title} – {variant.title}" if variant.title else product.title,
            link=absolute(variant.url),
            image=max(0, variant.image),
            price=before or price,
            sale_price=price if before else "",
            available=variant.available,
            gtin=variant.barcode,
            mpn="" if variant.barcode else variant.sku,
            options=tuple([known.get(own, own) for known, own in zip(labels, variant.options, strict=True)]),
            shipping=tuple([(country, f"{cost} {shipping.currency}") for country in shipping.countries])
            if shipping is not None and cost
            else (),
        )
        items.append(item)
    return FeedProduct(
        group=_feed_id(group),
        description_md=product.description,
        images=tuple([absolute(image.full) for image in view.images]),
        films=tuple([absolute(film.url) for film in view.films if film is not None]),
        brand=product.vendor or site.tenant.name,
        condition=product.condition,
        product_type=product.type,
        google_category=product.google_category,
        options=tuple([option.label for option in view.options]),
        attributes=tuple([(attribute.name, attribute.value) for attribute in view.attributes]),
        items=tuple(items),
    )


def _feed_id(name: str) -> str:
    """`name`, or its beginning with a digest: of the 50 characters allowed, the first may not be what differs."""
    return name if len(name) <= 50 else f"{name[:39]}~{of_data(name)[:10]}"


def _sitemaps(sites: Sequence[Site], pages: Sequence[Iterable[Planned]]) -> Iterator[Planned]:
    main = sites[0]
    told = [(site, planned.entry) for site, own in zip(sites, pages, strict=True) for planned in own if planned.entry]
    rows = _Rows(told, len(sites) > 1)
    if len(told) <= _MOST_URLS:
        yield Planned("sitemap.xml", partial(_sitemap, main, rows, "sitemap.xml", 0))
        return
    names = []
    for number, start in enumerate(range(0, len(told), _MOST_URLS), 1):
        names.append(f"sitemap-{number}.xml")
        yield Planned(names[-1], partial(_sitemap, main, rows, names[-1], start))
    urls = tuple(main.routes.absolute(f"/{name}") for name in names)
    index = {"format": value("sitemap-index"), "rows": value(urls)}
    yield Planned("sitemap.xml", lambda: main.make("data", index, path="sitemap.xml"))


@dataclass
class _Rows:
    """Rows of all sitemaps of a shop, made when the first of them is."""

    told: Sequence[tuple[Site, Callable[[], Entry]]]
    several: bool  # languages

    @cached_property
    def all(self) -> tuple[SitemapRow, ...]:
        entries = [(site, entry()) for site, entry in self.told]
        present: dict[str, list[tuple[str, str]]] = {}
        for site, entry in entries:
            present.setdefault(entry.topic, []).append((site.lang, site.routes.absolute(entry.url)))
        return tuple(_sitemap_row(site, entry, present[entry.topic] if self.several else []) for site, entry in entries)


def _sitemap(main: Site, rows: _Rows, path: str, start: int) -> Action:
    part = rows.all[start : start + _MOST_URLS]
    return main.make("data", {"format": value("sitemap"), "rows": value(part)}, path=path)


def _sitemap_row(site: Site, entry: Entry, alternates: list[tuple[str, str]]) -> SitemapRow:
    # Listing a page's pictures helps; vector drawings and more than a handful do not.
    images = tuple(url for url in entry.images if not url.endswith(".svg"))[:5]
    return SitemapRow(site.routes.absolute(entry.url), entry.lastmod, images, tuple(alternates))


def _llms(site: Site) -> Action:
    tenant, absolute = site.tenant, site.routes.absolute
    rows = {
        "Collections": tuple(
            Named(c.title, absolute(site.routes.collection(c.handle)), summary(c.description))
            for c in tenant.collections.values()
        ),
        "Products": tuple(
            Named(
                card.title,
                absolute(card.url),
                f"{_price(site, card)}, {card.vendor}" if card.vendor else _price(site, card),
            )
            for handle in list(tenant.products)[:500]
            if (card := site.card(handle)) is not None
        ),
        "Pages": tuple(Named(p.title, absolute(site.routes.page(p.handle))) for p in tenant.content.pages),
        "Journal": tuple(Named(p.title, absolute(site.routes.post(p.handle)), p.excerpt) for p in tenant.content.posts)
        if tenant.features.journal
        else (),
        "Feeds": (Named("Product feed", absolute("/feeds/google.xml")), Named("Sitemap", absolute("/sitemap.xml"))),
    }
    head = {"name": tenant.name, "tagline": tenant.branding.tagline}
    return site.make("data", {"format": value("llms"), "head": value(head), "rows": value(rows)}, path="llms.txt")


def _headers(main: Site) -> Action:
    rules = (("Content-Type", "application/speculationrules+json"),)  # no host knows the ending, and browsers insist
    rows = (
        ("/*", _every_answer(main)),
        ("/assets/*", (("Cache-Control", _FOR_EVER),)),
        (main.assets.prefetch, rules),
    )
    return main.make("data", {"format": value("headers"), "rows": value(rows)}, path="_headers")


_FOR_EVER = "public, max-age=31536000, immutable"  # of files with their digest in the name


def _every_answer(main: Site) -> tuple[tuple[str, str], ...]:
    """What a host says with every page. Scripts are files of the site: nothing that a text smuggles in can run."""
    cdn = cdn_origin(main.tenant.image_cdn)
    pictures = f" {cdn}" if cdn else ""
    policy: dict[str, tuple[str, ...]] = {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'", f"data:{pictures}"),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "manifest-src": ("'self'",),
        # Forms go to the checkout's, the newsletter's and the contact form's services, which send people on to further
        # hosts; browsers hold those against this list too.
        "form-action": ("'self'", "mailto:", "https:"),
        "base-uri": ("'none'",),
        "frame-ancestors": ("'none'",),
    }
    for directive, sources in allowed(main.theme, main.tenant).items():
        policy[directive] = (*policy.get(directive, ()), *sources)
    if strict(main.tenant):
        policy |= {"require-trusted-types-for": ("'script'",), "trusted-types": ("'none'",)}
    return (
        ("Content-Security-Policy", "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Opener-Policy", "same-origin-allow-popups"),
        ("Speculation-Rules", f'"{main.assets.prefetch}"'),
    )


def _redirects(sites: Sequence[Site]) -> Iterator[Planned]:
    main = sites[0]
    rows = tuple(
        (
            quote(redirect.source, safe="/%~@:!$&'()*+,;=-._"),
            url_of(redirect.to, main.routes),
            301 if redirect.permanent else 302,
        )
        for redirect in main.tenant.content.redirects
    )
    if not rows:
        return
    rules = {"format": value("redirects"), "rows": value(rows)}
    yield Planned("_redirects", lambda: main.make("data", rules, path="_redirects"))
    # Plain hosting knows no redirect rules: a page in the old place sends people on.
    for source, target, _status in rows:
        place = source if source.endswith(("/", ".html", ".htm")) else f"{source}/"
        try:
            path = file_of(place)
        except UnsafePath:
            continue  # an address no file can have everywhere ("/süß"): the rule above serves it, plain hosting cannot
        yield Planned(path, partial(_redirect, main, path, target))


def _redirect(main: Site, path: str, target: str) -> Action:
    head = {"url": target, "canonical": main.routes.absolute(target), "lang": main.lang, "name": main.tenant.name}
    return main.make("data", {"format": value("redirect"), "head": value(head)}, path=path)
