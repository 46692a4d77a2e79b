"""One truth: price, currency, availability and address of a thing are the same wherever a site tells them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from site_reader import Offer, SiteRead, digits, minor
from site_shops import CURRENCY

Sites = Callable[[str], SiteRead]

# By hand, from the YAML of site_shops.rich_shop: (minor units, compare-at, available) of each variant, in order.
TRUTH: dict[str, list[tuple[int, int | None, bool]]] = {
    "aria": [(12950, 15900, True), (12950, 15900, False), (123950, None, True), (9900, 19900, False)],
    "cloth": [(450, None, True)],
    "gone": [(2000, None, False)],
    "backorder": [(1999, None, True)],
    "bare": [(0, None, True)],
}
LEAD = {"aria": (12950, 15900, True)} | {handle: rows[0] for handle, rows in TRUTH.items() if handle != "aria"}
NO_PICTURE = "bare"
HIDDEN = ("draft", "later", "over", "archived")


@pytest.fixture(params=["eur", "jpy", "kwd"])
def shop(request: pytest.FixtureRequest, sites: Sites) -> tuple[SiteRead, str, int]:
    currency, places = CURRENCY[request.param]
    return sites(request.param), currency, places


def prefixes(site: SiteRead) -> list[str]:
    return sorted(path.removesuffix("search.json") for path in site.files if path.endswith("search.json"))


def test_page_and_jsonld_say_what_the_yaml_says(shop: tuple[SiteRead, str, int]) -> None:
    site, currency, places = shop

    for prefix in prefixes(site):
        for handle, rows in TRUTH.items():
            page = site.pages[f"{prefix}products/{handle}/index.html"]
            on_page, in_jsonld = site.said_by_page(page), site.said_by_jsonld(page, places)

            assert list(in_jsonld.values()) == [Offer(price, compare, currency, had) for price, compare, had in rows]
            assert {url: (o.minor, o.compare, o.available) for url, o in on_page.items()} == {
                url: (o.minor, o.compare, o.available) for url, o in in_jsonld.items()
            }


def test_feed_says_the_same_of_everything_with_a_picture(shop: tuple[SiteRead, str, int]) -> None:
    site, _, places = shop

    for prefix in prefixes(site):
        wanted: dict[str, Offer] = {}
        for handle in TRUTH:
            if handle != NO_PICTURE:
                wanted |= site.said_by_jsonld(site.pages[f"{prefix}products/{handle}/index.html"], places)

        assert site.said_by_feed(f"{prefix}feeds/google.xml") == wanted


def test_cards_and_llms_show_the_leading_price(shop: tuple[SiteRead, str, int]) -> None:
    site, _, _ = shop
    main = prefixes(site)[0]

    seen = set()
    for page, url, price, compare, available in site.cards():
        handle = url.rstrip("/").rpartition("/")[2]
        seen.add((page.path, handle))
        assert (minor(price), compare, available) == LEAD[handle], (page.path, handle)
    assert {handle for _, handle in seen} == set(TRUTH)
    told = [line for line in site.files["llms.txt"].decode().splitlines() if "/products/" in line]
    assert len(told) == len(TRUTH)
    for line in told:
        url, words = line.partition("](")[2].split("): ")
        handle = url.rstrip("/").rpartition("/")[2]
        assert site.file(url) == f"{main}products/{handle}/index.html"
        assert minor(words) == LEAD[handle][0]


def test_rows_for_client_code_say_the_same(shop: tuple[SiteRead, str, int]) -> None:
    site, _, _ = shop

    for prefix in prefixes(site):
        rows = [row for path in site.files if path.startswith(f"{prefix}cards/") for row in site.json(path)]
        assert {row[0] for row in rows} == set(TRUTH)
        for row in rows:
            price, compare, available = LEAD[row[0]]
            assert minor(row[3]) == price
            assert (minor(row[4]) if row[4] else None) == compare
            assert (row[6] != "out") == available
            assert site.file(row[1]) == f"{prefix}products/{row[0]}/index.html"


def test_search_names_rows_and_pages_that_are_there(shop: tuple[SiteRead, str, int]) -> None:
    site, _, _ = shop

    for prefix in prefixes(site):
        files = {path for path in site.files if path.startswith(f"{prefix}search/") and path.endswith(".json")}
        words = {word: lists for path in files if re.search(r"/\d+\.json$", path) for word, lists in site.json(path).items()}
        texts = [row for path in files if "/texts-" in path for row in site.json(path)]
        assert any(word.startswith("#") for word in words), "SKUs"
        assert sum(word[0] != "#" for word in words) > len(TRUTH)
        assert texts
        assert all(site.file(url) in site.pages for _, url in texts)


def test_a_price_that_varies_says_so_everywhere(sites: Sites) -> None:
    site = sites("eur")

    aria = [price for _, url, price, _, _ in site.cards() if url == "/products/aria/"]
    assert set(aria) == {"From €129.50"}
    rows = [row for path in site.files if path.startswith("cards/") for row in site.json(path)]
    assert next(row for row in rows if row[1] == "/products/aria/")[3] == "From €129.50"
    assert ": From €129.50" in site.files["llms.txt"].decode()


def test_what_is_hidden_is_nowhere(shop: tuple[SiteRead, str, int]) -> None:
    site, _, _ = shop

    for path, data in site.files.items():
        if path.endswith((".html", ".xml", ".json", ".txt", "_redirects")):
            for handle in HIDDEN:
                assert f"products/{handle}" not in path
                assert f"products/{handle}".encode() not in data, path


def test_every_variant_has_its_own_address_id_and_feed_entry(shop: tuple[SiteRead, str, int]) -> None:
    site, _, _ = shop

    for prefix in prefixes(site):
        items = list(site.xml(f"{prefix}feeds/google.xml").iter("item"))
        ids = [item.findtext("{http://base.google.com/ns/1.0}id") or "" for item in items]
        assert len(set(ids)) == len(ids)
        assert all(0 < len(name) <= 50 for name in ids)
    page = site.pages["products/aria/index.html"]
    product = page.thing("ProductGroup")
    assert product is not None
    assert len({variant["@id"] for variant in product["hasVariant"]}) == 4


def test_currency_is_one(shop: tuple[SiteRead, str, int]) -> None:
    site, currency, places = shop

    for page in site.shop_pages.values():
        if page.thing("Product", "ProductGroup"):
            assert {offer.currency for offer in site.said_by_jsonld(page, places).values()} == {currency}
    for dialog in (node for page in site.shop_pages.values() for node in page.all("dialog", id="cart")):
        assert dialog.attrib["data-decimals"] == str(places)
        assert int(dialog.attrib["data-flat"]) == 490
        assert int(dialog.attrib["data-free"]) == 10000


def test_shipping_is_told_alike(sites: Sites) -> None:
    site = sites("eur")

    free = site.pages["products/aria/index.html"].thing("ProductGroup")
    paid = site.pages["products/cloth/index.html"].thing("Product")
    assert free is not None
    assert paid is not None
    rates = {detail["shippingRate"]["value"] for variant in free["hasVariant"] for detail in variant["offers"]["shippingDetails"] if int(digits(variant["offers"]["price"])) >= 10000}
    assert rates == {"0.00"}, "orders from 100.00 ship free, says the page"
    assert {detail["shippingRate"]["value"] for detail in paid["offers"]["shippingDetails"]} == {"4.90"}
    assert {detail["shippingDestination"]["addressCountry"] for detail in paid["offers"]["shippingDetails"]} == {"FR", "BE"}
    feed = {item.findtext("{http://base.google.com/ns/1.0}id"): item for item in site.xml("feeds/google.xml").iter("item")}
    shipping = [tuple(part.text for part in node) for node in feed["cloth"].iter("{http://base.google.com/ns/1.0}shipping")]
    assert shipping == [("FR", "4.90 EUR"), ("BE", "4.90 EUR")]
