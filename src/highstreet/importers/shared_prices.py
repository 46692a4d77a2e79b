"""Shared prices: a price that stands once for a product or in each of its variants, said the other way for a merge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from highstreet.model.amounts import PRICE
from highstreet.source.yaml import Plain

_Prints = str | dict[str, "_Prints"]  # merge.py's: digests of what the last import wrote
_Said = TypeVar("_Said")

_PRICED = ("price", "compare_at_price", "unit_price", "volume_prices")  # may stand once for all variants


def unlike(*states: Mapping[str, object]) -> bool:
    """Whether prices stand once for the product in some place and in its variants in another.

    What is edited in one and offered in the other is one price, and would be merged as two.
    """
    alone: list[object] = []
    for state in states:
        variants = state.get("variants")
        alone += variants.values() if isinstance(variants, dict) else variants if isinstance(variants, list) else ()
    return any(name in state for state in states if state.get("variants") for name in _PRICED) and any(
        name in variant for variant in alone if isinstance(variant, dict) for name in _PRICED
    )


def apart(data: Mapping[str, Plain]) -> dict[str, Plain]:
    """`data` with all that a variant's price is said to be in the variant, and nothing above."""
    variants, shared = data.get("variants"), _priced(data)
    if not isinstance(variants, list) or not shared:
        return dict(data)
    return _unpriced(data) | {"variants": [_own(one, shared) if isinstance(one, dict) else one for one in variants]}


def prints_apart(base: Mapping[str, _Prints]) -> dict[str, _Prints]:
    """As `apart`: an import writes prices once or in each variant, never both."""
    variants, shared = base.get("variants"), _priced(base)
    if not isinstance(variants, dict) or not shared:
        return dict(base)
    own = {key: shared | one if isinstance(one, dict) else one for key, one in variants.items()}
    return _unpriced(base) | {"variants": own}


def together(data: dict[str, Plain], *sides: Mapping[str, Plain]) -> dict[str, Plain]:
    """`data` with a price that variants share said once, where one of `sides` does so; the first that fits decides."""
    variants = data.get("variants")
    if not isinstance(variants, list):
        return data
    own = [_priced(one) if isinstance(one, dict) else {} for one in variants]
    for side in sides:
        shared = _priced(side)
        # What stands at the top is taken by every variant that says nothing of it: each must say its own, or share all.
        said = {"price"} | (shared.keys() & {"compare_at_price"})
        if "price" in shared and shared in own and all(said <= one.keys() for one in own if one != shared):
            rest: list[Plain] = [
                _unpriced(one) if isinstance(one, dict) and of == shared else one
                for one, of in zip(variants, own, strict=True)
            ]
            return data | shared | {"variants": rest}
    return data


def _priced(data: Mapping[str, _Said]) -> dict[str, _Said]:
    return {name: data[name] for name in _PRICED if name in data}


def _unpriced(data: Mapping[str, _Said]) -> dict[str, _Said]:
    return {name: said for name, said in data.items() if name not in _PRICED}


def _own(variant: Mapping[str, Plain], shared: Mapping[str, Plain]) -> dict[str, Plain]:
    """`variant` with what it takes from its product, as model/catalog_records.py reads it."""
    taken = dict(shared)
    if "price" in variant:
        earlier = _amount(shared.get("compare_at_price"))
        taken = {"compare_at_price": shared["compare_at_price"]} if earlier > _amount(variant["price"]) else {}
    return {**variant, **{name: value for name, value in taken.items() if name not in variant}}


def _amount(value: Plain) -> Decimal:
    return Decimal(value) if isinstance(value, str) and re.fullmatch(PRICE, value) else Decimal(-1)
