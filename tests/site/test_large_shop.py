"""Large shops: what a page costs does not grow with the shop, and a shop of ten thousand products is within the caps."""

from __future__ import annotations

import os
import random
import re
from collections import Counter

import pytest

from highstreet import checking
from highstreet import street as streets
from highstreet.model.catalog import Collection, Product
from highstreet.model.money import money
from highstreet.plan.kinds.product import _Neighbours
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


def test_lists_name_the_largest_of_many_collections_and_one_page_all(lane: Lane) -> None:
    lane.tenant("acme", simple_shop() | collections(60))
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)

    pages = {path: data.decode() for path, data in lane.files("acme").items() if path.endswith(".html")}
    named = chips(pages["collections/c-01/index.html"])

    largest = [f"/collections/c-{n:02}/" for n in range(0, 48, 2)]
    assert named == ["/products/", *largest, "/collections/"]
    assert chips(pages["products/index.html"]) == chips(pages["search/index.html"]) == named
    lists = [pages[f"collections/{path}index.html"] for path in ("", "page/2/", "page/3/")]
    tiles = [re.findall(r'class="tile-title"><a href="/collections/([^"]+)/"', page) for page in lists]
    assert [len(page) for page in tiles] == [24, 24, 13]
    assert sorted(handle for page in tiles for handle in page) == sorted(["things", *(f"c-{n:02}" for n in range(60))])


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
    assert checking.check(lane.street(), ["acme"]).found == {"acme": built.diagnostics}


@pytest.mark.parametrize("seed", range(12))
def test_related_products_are_those_with_most_in_common(seed: int) -> None:
    """However large the groups are: all products are compared here, as far as a group's members are looked at."""
    rng = random.Random(seed)
    count = rng.choice([3, 40, 300, 1500])
    handles = [f"h{n}" for n in range(count)]
    products = {handle: Product(handle, handle, money("1.00", "EUR"), (), type=rng.choice(["", "a", "b"]), vendor=rng.choice(["", "x", "y", "z"]),
                                tags=tuple({f"t{rng.randrange(rng.choice([5, 40]))}" for _ in range(rng.randint(0, 4))}),
                                related=tuple(rng.sample(handles, min(count, rng.choice([0, 0, 2, 6]))))) for handle in handles}  # fmt: skip
    kinds = {f"c{n}": Collection(f"c{n}", "", tuple(rng.sample(handles, min(count, rng.choice([2, 10, 25, 70, 400]))))) for n in range(rng.choice([0, 3, 40]))}
    groups = [list(kind.products) for kind in kinds.values()]
    for facts in (lambda p: [p.type], lambda p: [p.vendor], lambda p: p.tags):
        groups += [[h for h, p in products.items() if fact in facts(p)] for fact in sorted({f for p in products.values() for f in facts(p) if f})]

    neighbours = _Neighbours(products, kinds)

    for handle in rng.sample(handles, min(count, 60)):
        scores: Counter[str] = Counter()
        for members in (group for group in groups if handle in group):
            place = members.index(handle) if len(members) > 200 else 0
            for other in members[max(0, place - 100) : place + 200]:
                scores[other] += 1000 // (1 + len(members)) + 1
        named = [other for other in products[handle].related if other != handle][:4]
        best = [other for other in sorted(scores, key=lambda other: (-scores[other], other)) if other != handle and other not in named]
        assert neighbours.of(products[handle]) == tuple([*named, *best][:4])
