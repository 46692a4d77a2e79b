"""Large shops: what a page costs does not grow with the shop, and a shop of ten thousand products is within the caps."""

from __future__ import annotations

import os
import re

import pytest

from highstreet import street as streets
from support.street import Lane, messages, simple_shop

PRODUCTS = 10_000 if os.environ.get("HIGHSTREET_LONG") else 120


def collections(count: int) -> dict[str, object]:
    """`count` collections, of which those with even numbers hold two products and the others one."""
    return {f"catalog/collections/c-{n:02}.yaml": {"title": f"Collection {n}", "products": [f"thing-{m}" for m in range(2 - n % 2)]}
            for n in range(count)}  # fmt: skip


def chips(page: str) -> list[str]:
    found = re.search(r'<nav class="collection-nav.*?</nav>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'href="([^"]+)"', found[0])


@pytest.mark.parametrize("search", [True, False])
def test_lists_name_the_largest_of_many_collections_and_search_names_all(lane: Lane, search: bool) -> None:
    shop = simple_shop()
    shop["tenant.yaml"] = shop["tenant.yaml"] | {"features": {"search": search}}
    lane.tenant("acme", shop | collections(60))
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)

    pages = {path: data.decode() for path, data in lane.files("acme").items() if path.endswith(".html")}
    named = chips(pages["collections/c-01/index.html"])

    largest = [f"/collections/c-{n:02}/" for n in range(0, 48, 2)]
    assert named == ["/products/", *largest, *(["/search/"] if search else [])]
    assert chips(pages["products/index.html"]) == named
    if search:
        assert len(chips(pages["search/index.html"])) == 62


def test_few_collections_are_all_named(lane: Lane) -> None:
    lane.tenant("acme", simple_shop() | collections(23))
    lane.build("acme")

    assert len(chips(lane.files("acme")["collections/c-00/index.html"].decode())) == 25  # all of them, and everything


def test_a_large_shop_is_built_within_the_caps_of_a_worker(lane: Lane) -> None:
    """With HIGHSTREET_LONG ten thousand products of eight variants, whose Google feed alone has 100 MB."""
    sizes, colours = ["S", "M", "L", "XL"], ["Ink", "Sand"]
    shop = simple_shop(products=1)
    shop["branding.yaml"] = shop["branding.yaml"] | {"tagline": "Many things"}
    for n in range(PRODUCTS):
        variants = [{"options": [size, colour], "price": f"{10 + n % 90}.50", "sku": f"T-{n}-{size}-{colour}", "barcode": "4006381333931", "inventory": n % 9}
                    for size in sizes for colour in colours]  # fmt: skip
        shop[f"catalog/products/p-{n}.yaml"] = {"title": f"Product {n}", "price": "10.50", "vendor": f"Maker {n % 40}", "tags": [f"tag {n % 30}", f"sort {n % 7}"],
                                                "options": {"Size": sizes, "Colour": colours}, "variants": variants,
                                                "description": f"Number {n} " + "is made of **good wool** and lasts for years. " * 8}  # fmt: skip
    for n in range(PRODUCTS // 25):
        shop[f"catalog/collections/c-{n}.yaml"] = {"title": f"Collection {n}", "products": [f"p-{m}" for m in range(n * 25, n * 25 + 25)]}
    lane.tenant("acme", shop)

    (built,) = streets.build(lane.street(), ["acme"], 2)

    assert built.outcome == "built", messages(built)
    assert built.pages > 2 * PRODUCTS
