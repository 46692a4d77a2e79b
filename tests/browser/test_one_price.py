"""Demo shops and real catalogs tell one price for each thing, and tell Google all it requires and recommends of a merchant listing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from browser_street import DEMO, Server
from price_checker import disagreements
from real_shops import PICTURELESS, REAL
from site_reader import SiteRead

Serve = Callable[[str], Server]
GROUP = {"name", "description", "brand", "url"}
VARIANT = {"name", "offers"}
OFFER = {"price", "priceCurrency", "availability", "itemCondition", "url", "shippingDetails", "hasMerchantReturnPolicy"}
READ = (".html", ".json", ".xml", ".txt")


@pytest.mark.parametrize("name", (*DEMO, *REAL) if "HIGHSTREET_LONG" in os.environ else ("ghasaq", "hullabaloo", "yamagiri", *REAL))  # the largest take a minute
def test_a_shop_tells_one_price_for_each_thing(serve: Serve, name: str) -> None:
    folder = serve(name).folder

    assert disagreements(SiteRead({str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.suffix in READ})) == []


@pytest.mark.parametrize("name", [*DEMO, *REAL])
def test_every_product_page_has_all_of_a_merchant_listing(serve: Serve, name: str) -> None:
    pages = [page for page in serve(name).folder.rglob("products/*/index.html") if 'class="page-product' in (page.read_text("utf-8"))]
    assert pages
    for page in pages:
        graphs = [json.loads(text)["@graph"] for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)]
        products: list[dict[str, Any]] = [thing for graph in graphs for thing in graph if thing["@type"] in ("Product", "ProductGroup")]
        assert len(products) == 1, page
        pictured = {"image"} & products[0].keys() if name in PICTURELESS else {"image"}
        assert products[0].keys() >= GROUP | pictured, page
        for variant in products[0].get("hasVariant", products):
            assert variant.keys() >= VARIANT | pictured, page
            assert {"sku", "gtin8", "gtin12", "gtin13", "gtin14", "mpn"} & variant.keys(), page
            assert variant["offers"].keys() >= OFFER, page
            for detail in variant["offers"]["shippingDetails"]:
                assert {"shippingRate", "shippingDestination", "deliveryTime"} <= detail.keys(), page
            assert {"applicableCountry", "returnPolicyCategory"} <= variant["offers"]["hasMerchantReturnPolicy"].keys(), page
