"""Views: everything a template may see. Named tuples of text, numbers and other views, so frozen to the bottom.

A view holds what is shown and nothing else: a page whose views did not change cannot have changed. Texts are plain
(the environment escapes them); fields named `*_md` are Markdown for the `markdown` filter; fields of type `Html`
are fragments that the engine rendered from other templates.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple


class MoneyView(NamedTuple):
    amount: str  # "129.00", machine-readable
    currency: str
    text: str  # "€129.00" in the page's locale
    minor: int  # 12900


class SourceView(NamedTuple):
    type: str  # "image/avif"
    srcset: str


class ImageView(NamedTuple):
    src: str  # fallback URL
    srcset: str  # for the fallback format; "" when there is one size only
    sources: tuple[SourceView, ...]  # better formats, best first
    width: int
    height: int
    alt: str
    full: str  # URL of the largest derivative
    color: str  # "#a1b2c3" average colour as placeholder, "" when unknown (CDN)


class LinkView(NamedTuple):
    label: str
    url: str  # "" for a heading that only holds children
    external: bool
    children: tuple[LinkView, ...] = ()
    image: ImageView | None = None  # of what an entry of a menu leads to, where the shop wants pictures there


class LanguageView(NamedTuple):
    code: str  # "fr"
    label: str  # "Français"
    url: str  # this page in that language
    current: bool


class SocialView(NamedTuple):
    network: str  # "instagram"
    label: str  # "Instagram"
    url: str


class ShopView(NamedTuple):
    """The shop on every page. Templates read single fields of it, and only those become inputs of the page."""

    name: str
    tagline: str
    handle: str
    url: str  # "https://lumen.example" without a trailing slash
    home: str  # "/" or "/fr/"
    lang: str  # "en-GB"
    dir: str  # "ltr" | "rtl"
    currency: str
    decimals: int  # of the currency
    money_pattern: str  # "¤#,##0.00"-like pattern as "€{}" for client code
    decimal_mark: str
    group_mark: str
    group_sizes: str  # digits in the last group and in each before it: "33", "32" in India, "00" without groups
    digits: str  # the ten that prices have in the page's locale; "" where they are 0 to 9
    announcement: str
    logo: ImageView | None  # logo picture; None means show the name as text
    email: str
    phone: str
    address: tuple[str, ...]  # lines
    hours: str
    social: tuple[SocialView, ...]
    checkout_kind: str
    checkout_to: str
    checkout_form: str  # how one piece is ordered without scripts: mail | message | link | post
    prices_url: str  # of prices.json, or of its parts as "/prices/{}.json"
    prices_parts: int
    shipping_free_from: MoneyView | None
    shipping_flat: MoneyView | None
    shipping_countries: tuple[str, ...]  # names in the page's language
    returns_days: int | None
    has_search: bool
    has_cart: bool
    has_journal: bool
    main_menu: tuple[LinkView, ...]
    footer_menu: tuple[LinkView, ...]
    policies: tuple[LinkView, ...]
    collections: tuple[LinkView, ...]  # every visible collection
    main_collections: tuple[LinkView, ...]  # the largest 24, and a link to the list of all where there are more
    search_url: str
    cart_url: str
    products_url: str
    collections_url: str  # of the list of all
    journal_url: str
    search_index: str  # URL of search.json, "" without a search
    year: str
    theme_color: str  # light "#rrggbb"
    theme_color_dark: str
    color_mode: str  # "auto" | "light" | "dark"
    classes: str  # what the shop's settings put on <html>: "cards-plain ratio-square …"
    preload_fonts: tuple[str, ...]  # URLs
    favicon_svg: str  # URL or ""
    favicon_png: str
    apple_icon: str
    webmanifest: str
    feed: str  # Atom URL or ""


class PageView(NamedTuple):
    """The page itself: head metadata, breadcrumbs, language links."""

    kind: (
        str  # home | collection | collections | products | product | page | journal | post | search | cart | not-found
    )
    url: str  # "/products/mug/"
    canonical: str  # absolute, "" when the page should not be indexed
    title: str  # the <title>, shop name included
    description: str
    noindex: bool
    og_type: str
    og_image: str  # absolute URL or ""
    og_image_width: int
    og_image_height: int
    alternates: tuple[tuple[str, str], ...]  # (hreflang, absolute URL), x-default included; () with one language
    languages: tuple[LanguageView, ...]  # () with one language
    breadcrumbs: tuple[LinkView, ...]  # last one is the page itself
    prev_url: str
    next_url: str
    styles: tuple[str, ...]  # URLs of style sheets, in order
    scripts: tuple[str, ...]  # URLs of modules, in order


class SwatchView(NamedTuple):
    label: str
    color: str
    url: str  # of the first variant that has it
    image: str  # what that variant looks like, "" when no picture is its own


class ProductCard(NamedTuple):
    """A product as lists show it."""

    handle: str
    url: str
    title: str
    vendor: str
    price: MoneyView
    price_varies: bool
    compare_at: MoneyView | None
    unit_price: str  # "€3.20 / 100 g" of the variant whose price is shown, or ""
    discount: int  # whole percent off, 0 when not on sale
    available: bool
    low: bool  # few are left of everything that can be bought
    image: ImageView | None
    hover_image: ImageView | None
    swatches: tuple[SwatchView, ...]
    variant_count: int
    blank: bool = False  # the form that client code fills: mark with data-if what not every card has


class OptionValueView(NamedTuple):
    value: str
    label: str
    swatch: str
    available: bool  # some variant with it can be bought


class OptionView(NamedTuple):
    name: str
    label: str
    values: tuple[OptionValueView, ...]


class StepView(NamedTuple):
    """What each piece costs when so many are bought."""

    quantity: int
    price: MoneyView


class VariantView(NamedTuple):
    key: str  # stable within the product: the SKU, or the option values joined with "-"
    title: str  # "Tortoise / 50", "" without options
    sku: str
    barcode: str
    options: tuple[str, ...]  # raw values, in the order of the product's options
    price: MoneyView
    compare_at: MoneyView | None
    unit_price: str  # "€3.20 / 100 g" or ""
    available: bool
    quantity: int | None  # shown when low
    image: int  # index into the product's images, -1 for none
    url: str  # deep link "/products/mug/?variant=…"
    line: str  # what names it in carts and in prices.json: "mug", or "mug:blue" where there are several variants
    volume_prices: tuple[StepView, ...]
    anchor: str  # "variant-tortoise-48": where the page tells of it without a script


class AttributeView(NamedTuple):
    name: str
    value: str


class FrameView(NamedTuple):
    """The measures opticians tell a frame by; "" for one that is not told."""

    lens: str  # "48 mm"
    bridge: str
    temple: str


class RatingView(NamedTuple):
    value: str  # "4.6", machine-readable
    text: str  # "4,6" in the page's language
    count: int  # type: ignore[assignment]


class FilmView(NamedTuple):
    """A film of a product, played in place of its picture."""

    url: str
    type: str  # "video/mp4"
    captions: str  # URL of a WebVTT file, ""


class ProductView(NamedTuple):
    handle: str
    url: str
    title: str
    vendor: str
    type: str
    tags: tuple[str, ...]
    price: MoneyView
    price_varies: bool
    compare_at: MoneyView | None
    discount: int
    available: bool
    images: tuple[ImageView, ...]
    options: tuple[OptionView, ...]
    variants: tuple[VariantView, ...]  # at least one
    chosen: VariantView  # the one shown before anybody chooses: the first that can be had, else the first
    attributes: tuple[AttributeView, ...]
    description_md: str
    condition: str
    google_category: str
    frame: FrameView | None  # of glasses
    rating: RatingView | None
    until: str  # "2026-12-24T18:00:00+01:00", from when on it cannot be had, or ""
    films: tuple[FilmView | None, ...]  # one for each of `images`; () where no picture has one


class ValueView(NamedTuple):
    slug: str
    label: str
    swatch: str  # "#7a4a21" or ""
    url: str = ""  # of the page that lists its products, where there is one


class FacetView(NamedTuple):
    """One way to narrow a collection."""

    slug: str  # "colour": its name in addresses
    label: str
    kind: str  # availability | sale | price | option | type | vendor | attribute | tag
    values: tuple[ValueView, ...]  # none for a price, which is a range


class ChosenView(NamedTuple):
    """What a page of a collection is narrowed to."""

    facet: str  # slugs
    value: str
    label: str  # "Colour: Black"


class CollectionView(NamedTuple):
    handle: str
    url: str
    title: str
    description_md: str  # first page only
    image: ImageView | None
    count: int  # type: ignore[assignment]  # products in the whole collection
    whole_url: str  # the collection itself, when the page shows a part of it
    index: str  # type: ignore[assignment]  # URL of the index that facets are counted by, "" without facets
    rows: str  # "/cards/" where rows of products are
    sort: str  # the order it has without asking
    chosen: ChosenView | None


class ListingView(NamedTuple):
    """The pages of a list, of products or posts, and which of them this is."""

    page: int  # from 1
    urls: tuple[str, ...]  # of page 1, 2, …


class CollectionTile(NamedTuple):
    handle: str
    url: str
    title: str
    count: int  # type: ignore[assignment]
    image: ImageView | None


class TextView(NamedTuple):
    """A content page."""

    handle: str
    url: str
    title: str
    body_md: str
    image: ImageView | None
    policy: str
    updated: str  # localised date or ""


class PostView(NamedTuple):
    handle: str
    url: str
    title: str
    body_md: str
    excerpt: str
    image: ImageView | None
    author: str
    date: str  # "2026-11-23"
    date_text: str  # "23 November 2026"
    updated: str  # ISO date or ""
    tags: tuple[str, ...]
    topics: tuple[TopicView, ...]  # the same tags, with the pages that some of them have


class TopicView(NamedTuple):
    """A tag of the journal."""

    label: str
    url: str  # the list of its posts; "" for one without


class JournalView(NamedTuple):
    """The journal, or its posts of one tag."""

    whole_url: str  # of all posts
    url: str
    chosen: str  # the tag's label, "" for all posts
    topics: tuple[TopicView, ...]  # the tags with most posts, and the chosen one


class PostCard(NamedTuple):
    url: str
    title: str
    excerpt: str
    image: ImageView | None
    author: str
    date: str
    date_text: str


class MomentView(NamedTuple):
    iso: str  # "2026-12-24T18:00:00+01:00"
    text: str  # "24 December 2026, 18:00 (UTC+1)" in the page's language


class MediaView(NamedTuple):
    """A film, sound or caption file of the shop."""

    url: str
    type: str  # "video/mp4"


class SectionView(NamedTuple):
    """A section of a composed page; `settings` is a named tuple with one field per setting of the theme's schema.

    Setting types arrive as: text/markdown/url/color/choice → str; integer → int; boolean → bool; date → ISO str;
    image → ImageView | None; link → LinkView | None; collection → CollectionTile | None;
    collections → tuple[CollectionTile]; product → ProductCard | None; products → tuple[ProductCard];
    moment → MomentView | None; media → MediaView | None; list → tuple of named tuples.  `cards` holds rendered product
    cards of the section, if it shows any.
    """

    type: str
    id: str  # "section-3", unique on the page
    index: int  # type: ignore[assignment]  # 0 for the first of the home page only: its picture is seen at once
    settings: Any
    posts: tuple[PostCard, ...]  # for the journal section


# What feeds and metadata are made of. They repeat fields of the views above, so that all tell the same price.


class ShippingFact(NamedTuple):
    rate: str  # "4.90"; "" when known only for orders that ship free
    free_from: str  # "80.00"; "" when nothing ships free
    currency: str
    countries: tuple[str, ...]  # ISO codes
    handling: tuple[int, int] | None  # days
    transit: tuple[int, int] | None

    def cost(self, price: str) -> str:
        """What shipping costs an order of one thing at `price`; "" when that is not known."""
        if self.free_from and Decimal(price) >= Decimal(self.free_from):
            return str(Decimal(price) * 0)
        return self.rate


class ReturnFact(NamedTuple):
    days: int
    fees: str  # "free" | "customer"
    country: str


class Facts(NamedTuple):
    """What JSON-LD says besides the page's own view. URLs are absolute."""

    kind: str  # home | collection | collections | products | product | page | post | journal
    url: str
    name: str  # of the page
    description: str
    image: str
    breadcrumbs: tuple[tuple[str, str], ...]  # (label, absolute URL)
    base: str
    shop: str
    shop_logo: str
    email: str
    phone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    same_as: tuple[str, ...]
    search_url: str
    lang: str
    shipping: ShippingFact | None
    returns: ReturnFact | None
    items: tuple[tuple[str, str], ...]  # (name, absolute URL) of a list's products


class SitemapRow(NamedTuple):
    url: str  # absolute
    lastmod: str
    images: tuple[str, ...]
    alternates: tuple[tuple[str, str], ...]


class FeedItem(NamedTuple):
    """One variant in the merchant feed."""

    id: str
    title: str
    link: str
    image: int  # its place among the product's pictures
    price: str  # "129.00 EUR"
    sale_price: str  # "" or the lower price; `price` is then the compare-at price
    available: bool
    gtin: str
    mpn: str
    options: tuple[str, ...]  # the value of each of the product's options
    shipping: tuple[tuple[str, str], ...]  # (country, "4.90 EUR")


class FeedProduct(NamedTuple):
    """What the variants of one product have in common in the merchant feed."""

    group: str  # "" when the product has one variant only
    description_md: str
    images: tuple[str, ...]  # absolute URLs, at least one
    films: tuple[str, ...]  # absolute URLs
    brand: str
    condition: str
    product_type: str
    google_category: str
    options: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    items: tuple[FeedItem, ...]


class AtomEntry(NamedTuple):
    url: str
    title: str
    excerpt: str
    body_md: str
    author: str
    date: str  # "2026-11-23T00:00:00Z"
    updated: str
    tags: tuple[str, ...]


class ProductRow(NamedTuple):
    """A product for client code: what BLANK's marks in plan/rows.py are filled with."""

    handle: str
    url: str
    title: str
    price: str  # as shown, "From €129.50"
    compare: str
    discount: str
    state: str  # in | low | out
    vendor: str
    image: str
    second: str
    unit: str
    swatches: tuple[SwatchView, ...]


class Named(NamedTuple):
    """A page by name, for search, llms.txt and the like."""

    title: str
    url: str
    text: str = ""
