"""One rule set: what the browser says a cart costs is what Python says, and what counting by hand gives."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from checkout import carts
from highstreet.base.verifier import Refused, totals
from storefront.script import run

CARTS = 10_000

SUMS = """
import {totals} from './totals.js'
console.log(JSON.stringify(given.map(([rules, wanted]) => { try { return totals(rules, wanted) } catch (error) { if (error instanceof RangeError) return error.message; throw error } })))
"""


def said(rules: dict[str, Any], wanted: list[tuple[str, int]]) -> Any:
    try:
        found = totals(rules, wanted)
    except Refused as error:
        return str(error)
    return {**found._asdict(), "lines": [line._asdict() for line in found.lines]}


def by_hand(rules: dict[str, Any], wanted: list[tuple[str, int]]) -> tuple[int, int | None]:
    """Sum and shipping, said as plainly as can be."""
    subtotal = 0
    for key, quantity in wanted:
        row = rules["lines"][key]
        reached = [price for many, price in row.get("tiers", []) if many <= quantity]
        subtotal += quantity * (reached[-1] if reached else row["price"])
    free = rules["shipping"].get("free_from")
    if not wanted:
        return 0, None
    return subtotal, 0 if free is not None and free <= subtotal else rules["shipping"].get("flat")


def test_browser_and_python_agree_on_random_carts(tmp_path: Path) -> None:
    rng = random.Random(4)
    given = []
    while len(given) < CARTS:
        rules = carts.manifest(rng, *rng.choice(carts.CURRENCIES))
        given += [(rules, carts.wanted(rng, rules, wrong=0.05)) for _ in range(10)]

    in_browser = run(tmp_path, SUMS, given)

    in_python = [said(rules, wanted) for rules, wanted in given]
    assert in_browser == in_python
    sound = [(answer, case) for answer, case in zip(in_python, given, strict=True) if not isinstance(answer, str)]
    for answer, (rules, wanted) in sound:
        subtotal, shipping = by_hand(rules, wanted)
        assert (answer["subtotal"], answer["shipping"], answer["total"]) == (subtotal, shipping, subtotal + (shipping or 0))
    refused = [answer for answer in in_python if isinstance(answer, str)]
    assert {"unknown", "twice", "quantity"} <= set(refused)
    assert len(refused) < CARTS / 2


@pytest.mark.parametrize(("quantity", "one"), [(1, 450), (2, 450), (3, 400), (9, 400), (10, 350), (999, 350)])
def test_more_pieces_cost_less_each(quantity: int, one: int) -> None:
    rules = {"lines": {"cloth": {"price": 450, "tiers": [[3, 400], [10, 350]]}}, "shipping": {"flat": 490, "free_from": 10_000}}

    found = totals(rules, [("cloth", quantity)])

    assert found.lines[0].unit == one
    assert found.subtotal == one * quantity
    assert found.saved == (450 - one) * quantity
    assert found.shipping == (0 if one * quantity >= 10_000 else 490)


def test_amounts_no_language_can_hold_are_refused(tmp_path: Path) -> None:
    rules = {"lines": {"palace": {"price": 2**53 - 1}}, "shipping": {}}

    assert said(rules, [("palace", 1)])["total"] == 2**53 - 1
    assert said(rules, [("palace", 2)]) == "amount"
    assert run(tmp_path, SUMS, [(rules, [("palace", 1)]), (rules, [("palace", 2)])])[1] == "amount"
