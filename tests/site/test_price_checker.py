"""One price: the checker finds none that differs on our shops, and every one of twenty that were planted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from price_checker import disagreements
from site_reader import SiteRead
from site_shops import built, rich_shop

from highstreet.output.audit import audit
from highstreet.plan import checkout, prices
from highstreet.plan.format import MoneyFormat
from highstreet.plan.kinds import feeds
from highstreet.run import data
from support.street import Lane

Sites = Callable[[str], SiteRead]
Files = dict[str, bytes]
WAYS = {
    "payment_link": "https://buy.stripe.com/test_abc",
    "url": "https://pay.example/checkout",
    "webhook": "https://hooks.example/order",
    "snipcart": "YWNtZS1wdWJsaWMta2V5LWZvci10ZXN0cw==",
}


def shop(way: str = "", languages: tuple[str, ...] = ("en-GB",)) -> dict[str, Any]:
    files = rich_shop("EUR", "en-GB", languages)
    if way:
        files["tenant.yaml"]["checkout"] = {"kind": way, "to": WAYS[way]}
    files["catalog/products/cloth.yaml"] |= {"unpublish_at": "2027-06-01T09:00:00+02:00", "volume_prices": [{"from": "3", "price": "4.00"}, {"from": "10", "price": "3.50"}]}
    return files


@pytest.mark.parametrize("name", ["eur", "jpy", "kwd"])
def test_every_place_tells_the_same_price(sites: Sites, name: str) -> None:
    site = sites(name)

    assert len(site.json("prices.json")["lines"]) == 8
    assert disagreements(site) == []


@pytest.mark.parametrize("way", WAYS)
def test_so_does_every_way_to_order_without_scripts(lane: Lane, way: str) -> None:
    site = SiteRead(built(lane, "acme", shop(way)))

    assert disagreements(site) == []
    assert ("snipcart.json" in site.files) == (way == "snipcart")


def test_a_large_shops_parts_are_its_manifest(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "_PART", 2)

    site = SiteRead(built(lane, "acme", shop()))

    assert [path for path in site.files if path.startswith("prices/")] == ["prices/0.json", "prices/1.json", "prices/2.json", "prices/3.json"]
    assert disagreements(site) == []
    for path in site.files:
        if path.startswith("prices/"):
            for key in site.json(path)["lines"]:
                assert path == f"prices/{prices.part_of(key.partition(':')[0], 4)}.json"


# Planted in what was built


def swapped(path: str, before: str, after: str, count: int = 1) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert before.encode() in files[path], f"{before} is not in {path}"
        files[path] = files[path].replace(before.encode(), after.encode(), count)

    return change


def row(key: str, **changes: Any) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        told = json.loads(files["prices.json"])
        told["lines"][key].update(changes)
        files["prices.json"] = json.dumps(told).encode()

    return change


def gone(key: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        told = json.loads(files["prices.json"])
        del told["lines"][key]
        files["prices.json"] = json.dumps(told).encode()

    return change


def pattern(path: str, before: str, after: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[path], count = re.subn(before.encode(), after.encode(), files[path], count=1)
        assert count == 1, f"{before} is not in {path}"

    return change


ARIA, CLOTH = "products/aria/index.html", "products/cloth/index.html"
IN_OUTPUT: dict[str, Callable[[Files], None]] = {
    "manifest: a price": row("cloth", price=451),
    "manifest: an earlier price": row("aria:AR-BLK-48", compare_at=15901),
    "manifest: sold out": row("cloth", most=0),
    "manifest: a step": row("cloth", tiers=[[3, 400], [10, 351]]),
    "manifest: a line is missing": gone("aria:tortoise-48"),
    "manifest: another currency": swapped("prices.json", '"currency":"EUR"', '"currency":"USD"'),
    "page: minor units": swapped(ARIA, 'data-p="123950"', 'data-p="123951"'),
    "page: text of a variant": swapped(ARIA, 'data-t="€1,239.50"', 'data-t="€1,239.05"'),
    "page: price shown": pattern(CLOTH, r"(data-price[^>]*>)€4\.50", r"\1€4.05"),
    "page: earlier price left out": pattern(ARIA, r' data-c="€159\.00"', ""),
    "page: when an offer ends": swapped(CLOTH, "2027-06-01T09:00", "2027-06-01T09:01"),
    "page: sold out, and not said": pattern(ARIA, r" data-x disabled", ""),
    "page: free shipping from elsewhere": swapped(CLOTH, 'data-free="10000"', 'data-free="1000"'),
    "JSON-LD: price": swapped(CLOTH, '"price":"4.50"', '"price":"4.51"'),
    "JSON-LD: currency": swapped(CLOTH, '"priceCurrency":"EUR"', '"priceCurrency":"USD"'),
    "JSON-LD: availability": swapped(CLOTH, "schema.org/InStock", "schema.org/OutOfStock"),
    "feed: price": swapped("feeds/google.xml", "4.50 EUR", "4.49 EUR"),
    "feed of a language: availability": swapped("fr/feeds/google.xml", "out_of_stock", "in_stock"),
    "card: price": pattern("products/index.html", r"€19\.99", "€19.95"),
    "rows: earlier price": swapped("cards/0.json", "€159.00", "€158.00"),
    "rows of a language, for cards and searches: price": swapped("fr/cards/0.json", "19,99", "19,90"),
    "llms.txt: price": swapped("llms.txt", "€4.50", "€4.60"),
    "facets: price range": pattern("collections/frames/facets.json", r'"prices":"\?a', '"prices":"?b'),
}


@pytest.mark.parametrize("name", IN_OUTPUT)
def test_a_price_planted_in_the_output_is_found(planted: SiteRead, name: str) -> None:
    files = dict(planted.files)
    IN_OUTPUT[name](files)

    assert disagreements(planted.changed(files)) != []


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> SiteRead:
    root: Path = tmp_path_factory.mktemp("planted")
    (root / "tenants").mkdir()
    site = SiteRead(built(Lane(root), "acme", shop(languages=("en-GB", "fr"))))
    assert disagreements(site) == []
    return site


# Planted in the engine


def dearest(variants: Any) -> Any:
    return max(variants, key=lambda variant: variant.price.amount)


def short(self: MoneyFormat, minor: int) -> str:
    return f"€{minor // 100}.{minor % 100}"


def sale_lost(site: Any, product: Any) -> Any:
    told = feed_product(site, product)
    return told and told._replace(items=tuple(item._replace(price=item.sale_price or item.price, sale_price="") for item in told.items))


feed_product, manifest = feeds._feed_product, prices.manifest
IN_ENGINE: dict[str, tuple[Any, str, Any]] = {
    "cards show the dearest price": ("highstreet.plan.products", "leading", dearest),
    "cents lose their zero": (MoneyFormat, "text", short),
    "the feed forgets sales": (feeds, "_feed_product", sale_lost),
    "the manifest forgets stock": (prices, "_most", lambda stock: None),
    "orders without scripts forget shipping": (checkout, "_payment_link", None),
    "Snipcart is told cents": (data, "_FORMATS", None),
}


@pytest.mark.parametrize("name", IN_ENGINE)
def test_a_fault_planted_in_the_engine_is_found(lane: Lane, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    import importlib

    place, what, wrong = IN_ENGINE[name]
    way = ""
    if what == "_payment_link":
        way = "payment_link"
        right = checkout._WAYS["payment_link"]
        cheap = right._replace(single=lambda order, to: checkout._payment_link({**order, "total": order["subtotal"]}, to))
        monkeypatch.setattr(checkout, "_WAYS", {**checkout._WAYS, "payment_link": cheap})
    elif what == "_FORMATS":
        way = "snipcart"
        monkeypatch.setitem(data._FORMATS, "snipcart", lambda head, rows: data._snipcart({**head, "decimals": 0}, rows))
    else:
        monkeypatch.setattr(importlib.import_module(place) if isinstance(place, str) else place, what, wrong)

    site = SiteRead(built(lane, "acme", shop(way)))

    assert disagreements(site) != []


def test_only_snipcarts_shops_let_its_script_in(lane: Lane) -> None:
    own = [built(lane, "acme", shop(way))["_headers"].decode() for way in ("snipcart", "webhook")]

    assert "script-src 'self' https://cdn.snipcart.com;" in own[0]
    assert "script-src 'self';" in own[1]
    assert "require-trusted-types-for 'script'" in own[1]
    assert "snipcart" not in own[1]
    assert list(audit(lane.workspace.out / "acme", "acme")) == []
    built(lane, "acme", shop("snipcart"))
    assert list(audit(lane.workspace.out / "acme", "acme")) == []
