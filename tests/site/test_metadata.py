"""Metadata: addresses, languages, structured data, feeds and the other files that machines read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from site_reader import ATOM, GOOGLE, IMAGE, SITEMAP, XHTML, SiteRead
from site_shops import built, tiny_shop

from highstreet.plan.kinds import feeds
from highstreet.plan.routes import Routes
from highstreet.plan.site import Entry, Planned
from highstreet.run import data
from highstreet.theme.views import AtomEntry, FeedItem, FeedProduct, Named, SitemapRow
from support.street import Lane

Sites = Callable[[str], SiteRead]
ALL = ["eur", "jpy", "kwd", "tiny", "evil"]


@pytest.fixture(params=ALL)
def site(request: pytest.FixtureRequest, sites: Sites) -> SiteRead:
    return sites(request.param)


def url_of(site: SiteRead, path: str) -> str:
    return f"{site.base}/{path.removesuffix('index.html')}"


def test_canonical_is_the_pages_own_absolute_address(site: SiteRead) -> None:
    for path, page in site.shop_pages.items():
        hidden = page.meta("robots") == "noindex"

        assert page.canonical == ("" if hidden else url_of(site, path))
        assert page.meta("og:url") == page.canonical
        assert hidden == path.endswith(("search/index.html", "cart/index.html", "404.html"))


def test_every_language_of_a_page_names_all_others(site: SiteRead) -> None:
    languages = {page.root.attrib["lang"] for page in site.shop_pages.values()}
    for path, page in site.shop_pages.items():
        said = page.alternates
        if not page.canonical or len(languages) == 1:
            assert said == {}
            continue
        assert set(said) == languages | {"x-default"}, path
        assert said[page.root.attrib["lang"]] == page.canonical
        assert said["x-default"] == next(url for url in said.values() if "/fr/" not in url and "/en/" not in url)
        for url in said.values():
            assert site.page(url).alternates == said


def test_every_address_of_ours_exists(site: SiteRead) -> None:
    for path, page in site.pages.items():
        for link in page.links():
            url = urljoin(url_of(site, path), link)
            parts = urlsplit(url)
            if parts.scheme in ("mailto", "tel"):
                continue
            assert parts.scheme == "https", (path, link)
            if not site.own(url):
                continue
            name = site.file(url)
            assert name in site.files, (path, link)
            if parts.fragment and name in site.pages:
                assert site.pages[name].all("*", id=parts.fragment), (path, link)
            if parts.query.startswith("variant="):
                assert parts.query in {urlsplit(offer).query for offer in site.said_by_jsonld(site.pages[name], 2)}


def test_sitemap_lists_exactly_the_pages_to_be_found(site: SiteRead) -> None:
    rows = site.xml("sitemap.xml").findall(f"{SITEMAP}url")
    listed = [row.findtext(f"{SITEMAP}loc") or "" for row in rows]

    assert sorted(listed) == sorted(page.canonical for page in site.shop_pages.values() if page.canonical)
    for row, url in zip(rows, listed, strict=True):
        for picture in row.iter(f"{IMAGE}loc"):
            assert site.file(picture.text or "") in site.files
        said = {link.attrib["hreflang"]: link.attrib["href"] for link in row.iter(f"{XHTML}link")}
        assert said == {code: href for code, href in site.page(url).alternates.items() if code != "x-default"}
        day = row.findtext(f"{SITEMAP}lastmod")
        assert day is None or re.fullmatch(r"2026-11-\d\d", day)


def test_sitemap_splits_above_fifty_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}

    def make(_kind: str, inputs: Any, path: str = "") -> str:
        made[path] = {name: item.data for name, item in inputs.items()}
        return path

    routes = Routes("https://a.example")
    entries = [Entry(f"/products/p{n}/", f"products/p{n}/", (), "") for n in range(100_001)]
    main = SimpleNamespace(lang="en", routes=routes, make=make)
    pages = [[Planned(entry.url, partial(make, "page", {}, "page"), partial(tuple.__getitem__, (entry,), 0)) for entry in entries]]  # type: ignore[arg-type]

    paths: list[Any] = [planned.make() for planned in feeds._sitemaps([main], pages)]  # type: ignore[list-item]

    assert paths == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert [len(made[path]["rows"]) for path in paths] == [50_000, 50_000, 1, 3]
    index = ET.fromstring(data.run(made["sitemap.xml"]))
    assert [loc.text for loc in index.iter(f"{SITEMAP}loc")] == [f"https://a.example/sitemap-{n}.xml" for n in (1, 2, 3)]
    assert len(ET.fromstring(data.run(made["sitemap-2.xml"]))) == 50_000


def test_merchant_listing_has_all_google_requires_and_recommends(sites: Sites) -> None:
    site = sites("eur")

    for handle in ("aria", "cloth", "gone", "backorder"):
        page = site.pages[f"products/{handle}/index.html"]
        product = page.thing("Product", "ProductGroup")
        assert product is not None
        group = product["@type"] == "ProductGroup"
        assert {"name", "description", "url", "image", "brand"} <= set(product)
        if group:
            assert product["productGroupID"] == handle
            assert product["variesBy"] == ["https://schema.org/color", "https://schema.org/size"]
        for variant in product.get("hasVariant") or [product]:
            assert {"name", "image", "offers"} <= set(variant)
            assert all(site.file(url) in site.files for url in variant["image"])
            assert not group or {"color", "size"} <= set(variant)
            offer = variant["offers"]
            assert {"price", "priceCurrency", "availability", "itemCondition", "url", "shippingDetails", "hasMerchantReturnPolicy"} <= set(offer)
            assert site.file(offer["url"]) == page.path
            for detail in offer["shippingDetails"]:
                assert detail["shippingRate"]["currency"] == "EUR"
                assert {"handlingTime", "transitTime"} <= set(detail["deliveryTime"])
            returns = offer["hasMerchantReturnPolicy"]
            assert (returns["applicableCountry"], returns["merchantReturnDays"]) == ("FR", 30)
            assert {"returnPolicyCategory", "returnMethod", "returnFees"} <= set(returns)
    aria = site.pages["products/aria/index.html"].thing("ProductGroup")
    assert aria is not None
    assert [variant.get("sku") for variant in aria["hasVariant"]] == ["AR-BLK-48", "AR/BLK 50&é", "aria:tortoise-48", "AR-TOR-50"]
    assert aria["hasVariant"][1]["gtin13"] == "4006381333931"
    cloth = site.pages["products/cloth/index.html"].thing("Product")
    assert cloth is not None
    assert cloth["offers"]["itemCondition"] == "https://schema.org/UsedCondition"


def test_every_page_has_its_structured_data(sites: Sites) -> None:
    site = sites("eur")

    def kinds(path: str) -> list[str]:
        return [thing["@type"] for thing in site.pages[path].graph]

    assert kinds("index.html") == ["OnlineStore", "WebSite"]
    assert kinds("products/aria/index.html") == ["ProductGroup", "BreadcrumbList"]
    assert kinds("collections/frames/index.html") == ["CollectionPage", "BreadcrumbList"]
    assert kinds("journal/opening/index.html") == ["BlogPosting", "BreadcrumbList"]
    for page in site.shop_pages.values():
        trail = page.thing("BreadcrumbList")
        if trail:
            assert [item["position"] for item in trail["itemListElement"]] == list(range(1, len(trail["itemListElement"]) + 1))
            assert trail["itemListElement"][-1]["item"] == page.canonical
            assert all(site.file(item["item"]) in site.files for item in trail["itemListElement"])
    post = site.pages["journal/second/index.html"].thing("BlogPosting")
    assert post is not None
    assert post["datePublished"] == "2026-11-21"
    assert post["dateModified"] == "2026-11-22"


def test_social_pictures_exist_and_are_absolute(site: SiteRead) -> None:
    for page in site.shop_pages.values():
        assert site.file(page.meta("og:image")) in site.files
        assert page.meta("og:title") == "".join(page.one("title").itertext())


def test_journal_feed_is_valid_atom(sites: Sites) -> None:
    site = sites("eur")

    for path in ("journal/feed.xml", "fr/journal/feed.xml"):
        feed = site.xml(path)
        assert feed.tag == f"{ATOM}feed"
        for node in (feed, *feed.iter(f"{ATOM}entry")):
            assert node.findtext(f"{ATOM}title")
            assert (node.findtext(f"{ATOM}id") or "").startswith("https://")
            datetime.fromisoformat(node.findtext(f"{ATOM}updated") or "")
        assert feed.findtext(f"{ATOM}author/{ATOM}name")
        own = [link.attrib["href"] for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert own == [url_of(site, path)]
        entries = list(feed.iter(f"{ATOM}entry"))
        assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Second", "We are open"]
        assert [entry.findtext(f"{ATOM}published") for entry in entries] == ["2026-11-21T08:00:00Z", "2026-11-20T00:00:00Z"]
        assert feed.findtext(f"{ATOM}updated") == "2026-11-22T00:00:00Z"
        assert entries[1].findtext(f"{ATOM}content") == "<p>Come <strong>in</strong>.</p>"
        for entry in entries:
            assert site.file(entry.findtext(f"{ATOM}id") or "") in site.files


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a](/products/mug/?a=1&b=2)", '<p><a href="https://s.example/products/mug/?a=1&amp;b=2">a</a></p>'),
        ("[a](#top) [b](../other/)", '<p><a href="https://s.example/en/journal/p/#top">a</a> <a href="https://s.example/en/journal/other/">b</a></p>'),
        ("[a](https://b.example/) [b](mailto:x@y.example)", '<p><a href="https://b.example/">a</a> <a href="mailto:x@y.example">b</a></p>'),
        (
            '<picture><source srcset="/a-1.webp 1w, /a-2.webp 2w"><img src="/a.jpg" alt="it said href=&quot;/x&quot; > y"></picture> src="/x"',
            ('<p><picture><source srcset="https://s.example/a-1.webp 1w, https://s.example/a-2.webp 2w"><img src="https://s.example/a.jpg" '
            'alt="it said href=&quot;/x&quot; &gt; y"></picture> src="/x"</p>'),
        ),
        ("<a href='//['>a</a>", '<p><a href="//[">a</a></p>'),
    ],
)  # fmt: skip
def test_links_in_a_feed_lead_from_anywhere(text: str, html: str) -> None:
    entry = AtomEntry("https://s.example/en/journal/p/", "P", "", text, "", "2026-11-23T00:00:00Z", "", ())

    made = data.run({"format": "atom", "head": {"title": "T", "url": "https://s.example/", "self": "https://s.example/f", "name": "N", "lang": "en", "cdn": ""}, "rows": (entry,)})  # fmt: skip

    assert ET.fromstring(made).findtext(f"{ATOM}entry/{ATOM}content") == html


def test_robots_shows_live_shops_and_hides_others(sites: Sites, lane: Lane) -> None:
    site = sites("eur")
    hidden = built(lane, "soon", tiny_shop() | {"tenant.yaml": {"name": "Soon", "status": "draft"}})

    lines = site.files["robots.txt"].decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert [line for line in lines if line.startswith("Disallow")] == ["Disallow: /search/", "Disallow: /cart/", "Disallow: /fr/search/", "Disallow: /fr/cart/"]
    assert f"Sitemap: {site.base}/sitemap.xml" in lines
    assert hidden["robots.txt"] == b"User-agent: *\nDisallow: /\n"


def test_web_manifest_names_icons_of_the_size_it_says(site: SiteRead) -> None:
    from PIL import Image

    manifest = site.json("site.webmanifest")

    assert manifest["start_url"] == manifest["scope"] == "/"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(site.files[icon["src"].lstrip("/")]))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_redirects_lead_to_where_they_say(sites: Sites) -> None:
    site = sites("eur")

    assert site.files["_redirects"].decode().splitlines() == ["/old.html /products/aria/ 301", "/sale /collections/frames/ 302", "/away https://other.example/ 301"]
    for path, target in (("old.html", "/products/aria/"), ("sale/index.html", "/collections/frames/"), ("away/index.html", "https://other.example/")):
        page = site.pages[path]
        assert page.one("meta", http_equiv="refresh").attrib["content"] == f"0; url={target}"
        assert page.canonical == urljoin(site.base, target)


def test_feed_items_have_what_google_requires(sites: Sites) -> None:
    site = sites("eur")
    items = [{child.tag.removeprefix(GOOGLE): child.text or "" for child in item} for item in site.xml("feeds/google.xml").iter("item")]

    assert len(items) == 7
    for item in items:
        assert {"id", "title", "description", "link", "image_link", "availability", "price", "condition", "brand"} <= set(item)
        assert re.fullmatch(r"\d+\.\d\d EUR", item["price"])
        assert len(item["id"]) <= 50
        assert len(item["title"]) <= 150
        assert site.file(item["image_link"]) in site.files
        assert "gtin" in item or "mpn" in item or item["identifier_exists"] == "no"
    aria = [item for item in items if item.get("item_group_id") == "aria"]
    assert [(item["color"], item["size"], item["material"]) for item in aria] == [
        ("Black", "48", "Acetate"), ("Black", "50", "Acetate"), ("Tortoise", "48", "Acetate"), ("Tortoise", "50", "Acetate"),
    ]  # fmt: skip


NASTY = "]]> \x00\x01\x0b\x1f\x7f\x85 \ufffe\uffff 👩‍👩‍👧 \u202eשלום <b>&amp;&nbsp;</b> \"'"
KEPT = "👩‍👩‍👧 \u202eשלום <b>&amp;&nbsp;</b> \"'"


@pytest.mark.parametrize("name", ["google", "atom", "sitemap", "packed", "llms", "json", "redirects", "redirect"])
def test_data_files_survive_any_text(name: str) -> None:
    entry = AtomEntry("https://a.example/p/", NASTY, NASTY, NASTY, NASTY, "2026-11-23T00:00:00Z", "", (NASTY,))
    item = FeedItem("id", NASTY, "https://a.example/p/", 0, "1.00 EUR", "", True, "", NASTY, (NASTY,), (("FR", "4.90 EUR"),))
    product = FeedProduct("", NASTY, ("https://a.example/i.png",), (f"https://a.example/{NASTY}.webm",), NASTY, "new", NASTY, NASTY, (NASTY,), ((NASTY, NASTY),), (item,))
    head = {"name": NASTY, "url": "https://a.example/", "description": NASTY, "lang": "en", "title": NASTY, "self": "https://a.example/f.xml", "tagline": NASTY, "canonical": "https://a.example/", "cdn": ""}
    rows: dict[str, tuple[object, object]] = {
        "google": (head, (product,)),
        "atom": (head, (entry,)),
        "sitemap": (None, (SitemapRow("https://a.example/?a=1&b=<2>", "", ("https://a.example/'\".png",), (("en", "https://a.example/\"'"),)),)),
        "packed": ([[NASTY, "/p/"]], ()),
        "llms": (head, {"Products": (Named(NASTY, "https://a.example/", NASTY),)}),
        "json": (head, ()),
        "redirects": (None, (("/a", "/b/", 301),)),
        "redirect": (head, ()),
    }  # fmt: skip

    made = data.run({"format": name, "head": rows[name][0], "rows": rows[name][1]})

    text = made.decode("utf-8")
    if name in ("google", "atom", "sitemap"):
        tree = ET.fromstring(made)
        if name != "sitemap":
            assert any(KEPT in (node.text or "") for node in tree.iter())
    elif name in ("packed", "json"):
        json.loads(text)
    elif name == "llms":
        assert all(line.startswith(("#", ">", "-")) for line in text.splitlines() if line)


def test_llms_links_cannot_be_closed_by_a_title() -> None:
    rows = {"Products": (Named("a](b) \\", "https://a.example/x/", "t"),)}

    made = data.run({"format": "llms", "head": {"name": "A", "tagline": ""}, "rows": rows})

    assert made.decode().splitlines()[4] == r"- [a\](b) \\](https://a.example/x/): t"
