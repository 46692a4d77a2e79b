"""Feeds: what machines read of a shop, from the same views its pages show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from highstreet.action.action import Action
from highstreet.base.digest import of_data, value
from highstreet.base.paths import UnsafePath
from highstreet.model.catalog import Product
from highstreet.plan.facts import shipping_fact
from highstreet.plan.kinds.text import summary
from highstreet.plan.links import url_of
from highstreet.plan.routes import file_of
from highstreet.plan.site import Entry, Site
from highstreet.theme.views import FeedItem, Named, ProductCard, SearchProduct, SitemapRow

_MOST_URLS = 50_000  # of one sitemap, says the protocol


def language_pages(site: Site) -> Iterator[Action]:
    """Files each language has of its own: the search index and the merchant feed."""
    if site.tenant.features.search:
        rows = tuple(_search_row(site, product) for product in site.tenant.products.values())
        pages = [Named(c.title, site.routes.collection(c.handle)) for c in site.tenant.collections.values()]
        pages += [Named(p.title, site.routes.page(p.handle)) for p in site.tenant.content.pages]
        if site.tenant.features.journal:
            pages += [Named(p.title, site.routes.post(p.handle)) for p in site.tenant.content.posts]
        yield site.make(
            "data",
            {"format": value("search"), "head": value(tuple(pages)), "rows": value(rows)},
            path=file_of(site.routes.search_index),
        )
    items = tuple(item for product in site.tenant.products.values() for item in _feed_items(site, product))
    head = {
        "name": site.tenant.name,
        "url": site.routes.absolute(site.routes.home),
        "description": site.tenant.branding.tagline or site.tenant.name,
    }
    yield site.make(
        "data",
        {"format": value("google"), "head": value(head), "rows": value(items)},
        path=file_of(f"{site.routes.prefix}/feeds/google.xml"),
    )


def shop_pages(sites: Sequence[Site]) -> Iterator[Action]:
    """Files the shop has once: sitemap, robots, llms.txt, web manifest and redirects."""
    main = sites[0]
    yield from _sitemaps(sites)
    hidden = main.tenant.status != "live"
    blocked = [path for site in sites for path in (site.routes.search, site.routes.cart)]
    head = {"hidden": hidden, "disallow": tuple(blocked), "sitemap": main.routes.absolute("/sitemap.xml")}
    yield main.make("data", {"format": value("robots"), "head": value(head)}, path="robots.txt")
    yield _llms(main)
    yield from _redirects(sites)


def _search_row(site: Site, product: Product) -> SearchProduct:
    card = site.card(product.handle)
    assert card is not None
    words = [product.type, *product.tags, *(variant.sku for variant in product.variants if variant.sku)]
    words += [text for _, text in product.attributes]
    words += [value.label or value.value for option in product.options for value in option.values]
    return SearchProduct(
        card.title,
        card.url,
        _price(site, card),
        card.image.src if card.image else "",
        card.vendor,
        " ".join(dict.fromkeys(word for word in words if word)),
    )


def _price(site: Site, card: ProductCard) -> str:
    return site.word("card", "from").replace("{price}", card.price.text) if card.price_varies else card.price.text


def _feed_items(site: Site, product: Product) -> Iterator[FeedItem]:
    view = site.product(product)
    absolute = site.routes.absolute
    pictures = [absolute(image.full) for image in view.images]
    if not pictures:  # the feed requires a picture; a product without one is sold on the site only
        return
    group = product.handle if len(view.variants) > 1 else ""
    shipping = shipping_fact(site)
    for variant in view.variants:
        image = pictures[variant.image] if variant.image >= 0 else pictures[0]
        price = f"{variant.price.amount} {variant.price.currency}"
        before = f"{variant.compare_at.amount} {variant.compare_at.currency}" if variant.compare_at else ""
        details = [
            (option.label, next((v.label for v in option.values if v.value == chosen), chosen))
            for option, chosen in zip(view.options, variant.options, strict=True)
        ]
        details += [(attribute.name, attribute.value) for attribute in view.attributes]
        yield FeedItem(
            id=_feed_id(f"{product.handle}:{variant.key}" if group else product.handle),
            group=_feed_id(group),
            title=f"{product.title} – {variant.title}" if variant.title else product.title,
            description_md=product.description,
            link=absolute(variant.url),
            image=image,
            more_images=tuple(url for url in pictures if url != image)[:10],
            price=before or price,
            sale_price=price if before else "",
            available=variant.available,
            brand=product.vendor or site.tenant.name,
            gtin=variant.barcode,
            mpn="" if variant.barcode else variant.sku,
            condition=product.condition,
            product_type=product.type,
            google_category=product.google_category,
            details=tuple(details),
            shipping=tuple((country, f"{cost} {shipping.currency}") for country in shipping.countries)
            if shipping is not None and (cost := shipping.cost(variant.price.amount))
            else (),
        )


def _feed_id(name: str) -> str:
    """`name`, or its beginning with a digest: of the 50 characters allowed, the first may not be what differs."""
    return name if len(name) <= 50 else f"{name[:39]}~{of_data(name)[:10]}"


def _sitemaps(sites: Sequence[Site]) -> Iterator[Action]:
    main = sites[0]
    present: dict[str, list[tuple[str, str]]] = {}
    for site in sites:
        for entry in site.entries:
            present.setdefault(entry.topic, []).append((site.lang, site.routes.absolute(entry.url)))
    rows = [
        _sitemap_row(site, entry, present[entry.topic] if len(sites) > 1 else [])
        for site in sites
        for entry in site.entries
    ]
    if len(rows) <= _MOST_URLS:
        yield main.make("data", {"format": value("sitemap"), "rows": value(tuple(rows))}, path="sitemap.xml")
        return
    names = []
    for number, start in enumerate(range(0, len(rows), _MOST_URLS), 1):
        names.append(f"sitemap-{number}.xml")
        yield main.make(
            "data", {"format": value("sitemap"), "rows": value(tuple(rows[start : start + _MOST_URLS]))}, path=names[-1]
        )
    urls = tuple(main.routes.absolute(f"/{name}") for name in names)
    yield main.make("data", {"format": value("sitemap-index"), "rows": value(urls)}, path="sitemap.xml")


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


def _redirects(sites: Sequence[Site]) -> Iterator[Action]:
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
    yield main.make("data", {"format": value("redirects"), "rows": value(rows)}, path="_redirects")
    # Plain hosting knows no redirect rules: a page in the old place sends people on.
    for source, target, _status in rows:
        place = source if source.endswith(("/", ".html", ".htm")) else f"{source}/"
        try:
            path = file_of(place)
        except UnsafePath:
            continue  # an address no file can have everywhere ("/süß"): the rule above serves it, plain hosting cannot
        head = {"url": target, "canonical": main.routes.absolute(target), "lang": main.lang, "name": main.tenant.name}
        yield main.make("data", {"format": value("redirect"), "head": value(head)}, path=path)
