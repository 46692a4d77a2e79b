"""Facets: what the browser counts is what counting by hand gives, whatever is chosen."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from highstreet.model.catalog import Collection, Inventory, Option, OptionValue, Product, Variant, leading
from highstreet.model.money import money
from highstreet.model.rules import title_key
from highstreet.plan import facets as planned
from highstreet.plan.packing import LINES, gaps, numbers, packed
from storefront.script import run

COLOURS, SIZES, TAGS, MAKERS = (
    ["Black", "Sand", "Écaille", "黒"],
    ["8", "9", "10", "11"],
    [f"tag {n}" for n in range(12)],
    ["Ann", "Bo", ""],
)
COUNT = 10_000 if os.environ.get("HIGHSTREET_LONG") else 2_000


def word(group: str, name: str) -> str:
    return name


def product(rng: random.Random, number: int) -> Product:
    names = [name for name in ("Colour", "Size") if rng.random() < 0.7]
    options = tuple(
        Option(name, tuple(OptionValue(value) for value in (COLOURS if name == "Colour" else SIZES))) for name in names
    )
    combinations = (
        {tuple(rng.choice([v.value for v in option.values]) for option in options) for _ in range(rng.randint(1, 5))}
        if options
        else {()}
    )
    variants = []
    for chosen in sorted(combinations):
        price = money(
            rng.choice(["4.50", "9.99", "10.00", "25.00", f"{rng.randint(1, 900)}.{rng.randint(0, 99):02d}"]), "EUR"
        )
        before = money(price.amount + 5, "EUR") if rng.random() < 0.2 else None
        variants.append(Variant(chosen, price, before, inventory=Inventory(rng.choice([None, 0, 0, 3]))))
    attributes = tuple(
        (name, rng.choice(["Oak", "Wool, Linen", "Steel", "Oak, Steel"]))
        for name in ("Material", "Lining")
        if rng.random() < 0.6
    )
    return Product(f"thing-{number}", f"Thing {rng.randint(0, 999)}", leading(variants).price, tuple(variants), options,
                   rng.choice(MAKERS), rng.choice(["Chair", "Lamp"]), tuple(rng.sample(TAGS, rng.randint(0, 4))), attributes=attributes)  # fmt: skip


def has(item: Product, kind: str, name: str, value: str) -> bool:
    """Whether `item` goes with a value of a facet, said as plainly as can be."""
    match kind:
        case "availability":
            return any(v.inventory.available for v in item.variants) == (value == "in-stock")
        case "sale":
            return leading(item.variants).compare_at_price is not None
        case "option":
            return any(
                dict(zip([o.name for o in item.options], v.options, strict=True)).get(name) == value
                for v in item.variants
            )
        case "type":
            return item.type == value
        case "vendor":
            return item.vendor == value
        case "attribute":
            return value in dict(item.attributes).get(name, "").split(", ")
        case _:
            return value in item.tags


Holders = Mapping[tuple[str, str], set[int]]  # (facet, value) → places of the products that have it


def holders(items: list[Product], found: tuple[planned.Facet, ...]) -> Holders:
    return {
        (f.slug, v.slug): {at for at, item in enumerate(items) if has(item, f.kind, NAMES[f.slug], v.value)}
        for f in found
        for v in f.values
    }


def left(items: list[Product], prices: list[int], having: Holders, state: Mapping[str, Any], but: str = "") -> set[int]:
    kept = set(range(len(items)))
    for slug, picked in state.items():
        if slug == but:
            continue
        if slug == "price":
            least, most = picked
            kept = {
                at for at in kept if (least is None or prices[at] >= least) and (most is None or prices[at] <= most)
            }
        else:
            kept &= set().union(*(having[slug, value] for value in picked))
    return kept


NAMES = {"colour": "Colour", "size": "Size", "material": "Material", "lining": "Lining"} | dict.fromkeys(
    ("availability", "sale", "price", "type", "vendor", "tag"), ""
)


def random_state(rng: random.Random, found: tuple[planned.Facet, ...]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for facet in found:
        if rng.random() < 0.35:
            if facet.kind == "price":
                ends = sorted(rng.choice([0, 450, 999, 1000, 2500, rng.randint(0, 90_000)]) for _ in range(2))
                state[facet.slug] = rng.choice([ends, [ends[0], None], [None, ends[1]]])
            else:
                state[facet.slug] = [
                    v.slug for v in rng.sample(facet.values, rng.randint(1, min(3, len(facet.values))))
                ]
    return state


CODE = """
import {narrow, open, page} from './facets.js'
const opened = open(given.index)
console.log(JSON.stringify(given.states.map(([chosen, order]) => {
  const {left, counts, range, total} = narrow(opened, chosen)
  return {counts, range, total, page: page(opened, left, order, 24)}
})))
"""


def test_counts_equal_counting_by_hand_in_a_thousand_states(tmp_path: Path) -> None:
    rng = random.Random(7)
    items = [product(rng, number) for number in range(COUNT)]
    catalogue = {item.handle: item for item in items}
    rng.shuffle(items)
    collection = Collection(
        "all",
        "All",
        tuple(item.handle for item in items),
        filters=(
            "availability",
            "sale",
            "price",
            "option/Colour",
            "option/Size",
            "type",
            "vendor",
            "attribute/Material",
            "attribute/Lining",
            "tag",
        ),
    )
    found = planned.facets(collection, planned.Catalogue(catalogue, catalogue, word))
    known = numbers(tuple(catalogue))
    states = [
        (random_state(rng, found), rng.choice(["manual", "title", "price-asc", "price-desc"])) for _ in range(1000)
    ]
    assert {facet.slug for facet in found} == set(NAMES)

    answers = run(tmp_path, CODE, {"index": planned.index(collection, found, catalogue, known), "states": states})

    narrowed = 0
    prices, having = [leading(item.variants).price.minor for item in items], holders(items, found)
    for (state, order), answer in zip(states, answers, strict=True):
        wanted = left(items, prices, having, state)
        assert answer["total"] == len(wanted), state
        narrowed += 0 < len(wanted) < len(items)
        for facet in found:
            rest = left(items, prices, having, state, facet.slug)
            if facet.kind == "price":
                here = [prices[at] for at in rest]
                assert answer["range"] == ([min(here), max(here)] if here else []), state
            else:
                assert answer["counts"][facet.slug] == {
                    v.slug: len(rest & having[facet.slug, v.slug]) for v in facet.values
                }, (state, facet.slug)
        by = {
            "manual": lambda at: at,
            "title": lambda at: (title_key(items[at].title), items[at].handle),
            "price-asc": lambda at: (prices[at], at),
        }
        if order in by:
            assert answer["page"] == [known[items[at].handle] for at in sorted(wanted, key=by[order])[:24]], (
                state,
                order,
            )
        else:
            assert len(answer["page"]) == min(24, len(wanted))
    assert narrowed > 500, "most states must say something"


def test_packed_numbers_come_back(tmp_path: Path) -> None:
    rng = random.Random(3)
    lists = [[], [0], [31, 32, 33], [2**31, 2**40, 0], sorted(rng.sample(range(100_000), 500))]

    answers = run(
        tmp_path,
        "import {unpack} from './packing.js'\nconsole.log(JSON.stringify(given.map(unpack)))",
        [packed(numbers_) for numbers_ in lists],
    )

    assert answers == lists
    assert len(gaps(lists[-1])) < 2.2 * 500


@pytest.mark.parametrize("count", [0, 1, 31, 33, 1000, 10_000])
def test_products_keep_their_numbers_when_one_is_added(count: int) -> None:
    handles = tuple(f"thing-{n}" for n in range(count))
    before, after = numbers(handles), numbers((*handles, "another"))

    assert len(set(before.values())) == count
    assert all(number % LINES < LINES for number in before.values())
    if count in (1000, 10_000):
        assert sum(before[handle] != after[handle] for handle in handles) < LINES


def test_automatic_facets_help_and_are_few() -> None:
    rng = random.Random(1)
    catalogue = {item.handle: item for item in (product(rng, number) for number in range(60))}
    found = planned.facets(Collection("all", "All", tuple(catalogue)), planned.Catalogue(catalogue, catalogue, word))

    assert [facet.slug for facet in found][:7] == ["availability", "sale", "price", "colour", "size", "type", "vendor"]
    assert len(found) == planned.AUTOMATIC
    assert [value.label for value in next(f for f in found if f.slug == "size").values] == ["8", "9", "10", "11"], (
        "sizes in their order"
    )
    assert planned.facets(Collection("none", "None", tuple(catalogue), filters=()), planned.Catalogue(catalogue, catalogue, word)) == ()
    same = Collection("one", "One", ("thing-1",))
    assert planned.facets(same, planned.Catalogue(catalogue, catalogue, word)) == ()


def test_slugs_are_plain_different_and_stable() -> None:
    assert planned.slug("Écaille claire") == "ecaille-claire"
    assert planned.slug("黒") == planned.slug("黒") != planned.slug("白")
    alone, together = planned.slugs(["A b"]), planned.slugs(["A-b", "A b", "c"])
    assert alone == {"A b": "a-b"}
    assert len(set(together.values())) == 3
