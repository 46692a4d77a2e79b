"""Merging: a newly imported file with the one a merchant may have edited, field by field, so that no edit is lost.

Three states decide each field: what the last import wrote (kept as digests in the tenant's `.import.json`), what
stands there now, and what the new file says. Where the merchant changed nothing the new value goes in; where they
did, theirs stays and the report says so. Variants are matched by their options, pictures by their file, values of
options, tags and members of collections by themselves, so one edited price does not freeze the other forty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeVar

from highstreet.base.digest import of_data
from highstreet.importers import shared_prices
from highstreet.source.yaml import Plain

# What the last import wrote: a digest per value, a mapping per mapping or list (lists by the identity of their items).
Prints = str | dict[str, "Prints"]

_UNITS = frozenset(("inventory", "rules", "unit_price", "sort"))  # one decision each, however they are written
_SELLING = ("price", "compare_at_price", "unit_price", "sku", "barcode", "weight", "inventory", "options", "variants")
_BESIDE = ("compare_at_price", "unit_price")  # say something of the price they stand beside, and of no other


class _Absent:
    """There is no such field. (None is a value: YAML's null.)"""


ABSENT: Final = _Absent()
T = TypeVar("T")
Maybe = Plain | _Absent


class Stood(NamedTuple):
    """A field that stays as the merchant has it."""

    field: str
    theirs: str
    offered: str


class Merged(NamedTuple):
    data: dict[str, Plain]
    kept: tuple[Stood, ...]


def prints(value: Plain, name: str = "") -> Prints:
    """Digests of `value`, as deep as fields are merged."""
    if name not in _UNITS:
        if isinstance(value, dict):
            return {key: prints(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return {key: prints(item) for key, item in _items(value).items()}
    return of_data(value)[:12]


def merged(base: Prints | None, mine: Mapping[str, Plain], new: Mapping[str, Plain]) -> Merged:
    """`mine` with what `new` changes against `base`; without a base, everything in `mine` counts as the merchant's."""
    kept: list[Stood] = []
    base = base if isinstance(base, dict) else {}
    settled = _merge_selling(base, mine, new, kept)
    if settled is None and shared_prices.unlike(base, mine, new):
        was, theirs, offered = shared_prices.prints_apart(base), shared_prices.apart(mine), shared_prices.apart(new)
        data = shared_prices.together(_merge_mapping(was, theirs, offered, "", kept), new, mine)
        _hold_together(data, mine)
        return Merged(data, tuple(kept))
    mine_rest = {key: value for key, value in mine.items() if settled is None or key not in _SELLING}
    new_rest = {key: value for key, value in new.items() if settled is None or key not in _SELLING}
    base_rest: dict[str, Prints] = {key: value for key, value in base.items() if settled is None or key not in _SELLING}
    data = _merge_mapping(base_rest, mine_rest, new_rest, "", kept)
    data |= settled or {}
    _hold_together(data, mine)
    return Merged(data, tuple(kept))


def _merge_selling(
    base: Mapping[str, Prints], mine: Mapping[str, Plain], new: Mapping[str, Plain], kept: list[Stood]
) -> dict[str, Plain] | None:
    """The selling fields as one decision when the options themselves changed; None when each can be merged alone."""
    if _option_names(mine) == _option_names(new):
        return None
    theirs = {key: mine[key] for key in _SELLING if key in mine}
    offered = {key: new[key] for key in _SELLING if key in new}
    if {key: prints(value, key) for key, value in theirs.items()} == {
        key: base[key] for key in _SELLING if key in base
    }:
        return offered
    kept.append(Stood("options", ", ".join(_option_names(mine)) or "none", ", ".join(_option_names(new)) or "none"))
    return theirs


def _option_names(data: Mapping[str, Plain]) -> tuple[str, ...]:
    options = data.get("options")
    return tuple(options) if isinstance(options, dict) else ()


def _merge_value(name: str, base: Prints | None, mine: Maybe, new: Maybe, where: str, kept: list[Stood]) -> Maybe:
    if mine == new:
        return mine
    # A field one side does not have merges like an empty one, except that a whole field the merchant deleted stays so.
    if name not in _UNITS and not (isinstance(mine, _Absent) and base is not None):
        below = base if isinstance(base, dict) else {}
        made: Plain | None = None
        if isinstance(mine, dict | _Absent) and isinstance(new, dict | _Absent):
            made = _merge_mapping(below, _given(mine, {}), _given(new, {}), where, kept)
        elif isinstance(mine, list | _Absent) and isinstance(new, list | _Absent):
            made = _merge_list(below, _given(mine, []), _given(new, []), where, kept)
        if made is not None:
            return made if made or mine == made else ABSENT
    if isinstance(mine, _Absent):
        if base is None:
            return new
    elif base is not None and prints(mine, name) == base:
        return new
    elif base is not None and isinstance(new, _Absent):
        # The source no longer says anything; an edited value is all there is.
        return mine
    if not isinstance(new, _Absent):
        kept.append(Stood(where, "(deleted)" if isinstance(mine, _Absent) else _shown(mine), _shown(new)))
    return mine


def _given(value: T | _Absent, otherwise: T) -> T:
    return otherwise if isinstance(value, _Absent) else value


def _merge_mapping(
    base: Mapping[str, Prints], mine: Mapping[str, Plain], new: Mapping[str, Plain], where: str, kept: list[Stood]
) -> dict[str, Plain]:
    made: dict[str, Plain] = {}
    own_price = (
        "price" in mine and "price" in new and prints(mine["price"]) not in (base.get("price"), prints(new["price"]))
    )
    for key in _order(list(base), list(mine), list(new)):
        below = f"{where}.{key}" if where else key
        if own_price and key in _BESIDE:
            if key in mine:
                made[key] = mine[key]
            if key in new and mine.get(key, ABSENT) != new[key]:
                theirs = _shown(mine[key]) if key in mine else "(deleted)" if key in base else "(none)"
                kept.append(Stood(below, theirs, _shown(new[key])))
            continue
        value = _merge_value(key, base.get(key), mine.get(key, ABSENT), new.get(key, ABSENT), below, kept)
        if not isinstance(value, _Absent):
            made[key] = value
    return made


def _merge_list(
    base: Mapping[str, Prints], mine: list[Plain], new: list[Plain], where: str, kept: list[Stood]
) -> list[Plain]:
    ours, theirs = _items(new), _items(mine)
    made: list[Plain] = []
    for key in _order(list(base), list(theirs), list(ours)):
        if key in theirs and key not in ours:
            # A whole item the source no longer has: gone if it is as the import left it, else theirs as it stands.
            if key not in base or prints(theirs[key]) != base[key]:
                made.append(theirs[key])
            continue
        value = _merge_value(
            "",
            base.get(key),
            _whole(theirs.get(key, ABSENT), ours.get(key)),
            _whole(ours.get(key, ABSENT), theirs.get(key)),
            f"{where}[{key}]",
            kept,
        )
        if not isinstance(value, _Absent):
            made.append(_short(value, theirs.get(key)))
    return made


def _items(values: list[Plain]) -> dict[str, Plain]:
    """The items of a list by what they are about; a repeat is told apart by its number."""
    found: dict[str, Plain] = {}
    for value in values:
        key = _identity(value)
        count = 2
        while key in found:
            key = f"{_identity(value)} ({count})"
            count += 1
        found[key] = value
    return found


def _identity(value: Plain) -> str:
    if isinstance(value, str):
        return value.removeprefix("assets/")
    if isinstance(value, dict):
        options = value.get("options")
        if isinstance(options, list):
            return " / ".join(str(option) for option in options)
        if isinstance(options, dict):
            return " / ".join(str(option) for option in options.values())
        for name in ("src", "value"):
            if isinstance(value.get(name), str):
                return str(value[name]).removeprefix("assets/")
    return of_data(value)[:12]


def _whole(value: Maybe, other: Plain) -> Maybe:
    """A picture or option value written as its name alone, in the long form that its counterpart has."""
    if isinstance(value, str) and isinstance(other, dict):
        name = next((name for name in ("src", "value") if name in other), "")
        return {name: value} if name else value
    return value


def _short(value: Plain, written: Plain) -> Plain:
    """`value` in the short form again if that is how the merchant wrote it and nothing came to it."""
    return (
        written if isinstance(written, str) and isinstance(value, dict) and list(value.values()) == [written] else value
    )


def _order(base: list[str], mine: list[str], new: list[str]) -> list[str]:
    """Keys of all three: in the new order if the merchant kept the old one, else in theirs; additions stay in place."""
    inside = set(mine)
    before = [key for key in base if key in inside]
    known = set(base)
    leads, follows = (new, mine) if before == [key for key in mine if key in known] and base else (mine, new)
    order = list(leads)
    present = set(order)
    for index, key in enumerate(follows):
        if key not in present:
            previous = follows[index - 1] if index else None
            order.insert(
                order.index(previous) + 1
                if previous in present
                else (0 if index == 0 and follows is mine else len(order)),
                key,
            )
            present.add(key)
    return order + [key for key in base if key not in present]


def _hold_together(data: dict[str, Plain], mine: Mapping[str, Plain]) -> None:
    """Mends what merging field by field can tear: values variants use stay options, and every variant keeps a price."""
    variants, options = data.get("variants"), data.get("options")
    if not isinstance(variants, list) or not isinstance(options, dict):
        return
    for variant in variants:
        chosen = variant.get("options") if isinstance(variant, dict) else None
        pairs = (
            chosen.items()
            if isinstance(chosen, dict)
            else zip(options, chosen, strict=False)
            if isinstance(chosen, list)
            else ()
        )
        for name, value in pairs:
            offered = options.get(name)
            if isinstance(offered, list) and str(value) not in {_identity(one) for one in offered}:
                offered.append(value)
    if (
        "price" not in data
        and "price" in mine
        and any(isinstance(variant, dict) and "price" not in variant for variant in variants)
    ):
        data["price"] = mine["price"]


def _shown(value: Plain) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return "" if value is None else value


def changed(mine: Mapping[str, Plain], data: Mapping[str, Plain]) -> list[str]:
    """Top-level fields that differ, those that are gone included."""
    return [key for key in {**mine, **data} if mine.get(key, ABSENT) != data.get(key, ABSENT)]
