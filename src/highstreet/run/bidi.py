"""Bidi: the order in which the characters of one line are set, for scripts that run from right to left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple
from unicodedata import bidirectional

Direction = Literal["ltr", "rtl"]

_FORMATTING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # explicit embeddings, overrides and isolates
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "BN"})


class Run(NamedTuple):
    """A stretch of characters set in one direction: text[start:stop]."""

    start: int
    stop: int
    direction: Direction


def plain(text: str) -> str:
    """`text` without explicit direction marks: a title has no business to turn the line around it."""
    return "".join(char for char in text if ord(char) not in _FORMATTING)


def runs(text: str, base: Direction) -> list[Run]:
    """The runs of a line from left to right, as they are seen.

    Needs:   `text` as `plain` gives it.
    Source:  Unicode Standard Annex 9, rules W1 to W7, N1, N2, I1, I2, L1 and L2. Bracket pairs (N0) are not paired up:
             each bracket follows its neighbours, which differs only where a line changes script inside brackets.
    """
    levels = _levels(text, 1 if base == "rtl" else 0)
    stretches = [(level, list(places)) for level, places in groupby(range(len(text)), key=levels.__getitem__)]
    pieces = [(level, places[0], places[-1] + 1) for level, places in stretches]
    for turned in range(max(levels, default=0), 0, -1):
        ordered: list[tuple[int, int, int]] = []
        for high, group in groupby(pieces, key=lambda piece, turned=turned: piece[0] >= turned):  # type: ignore[misc]
            found = list(group)
            ordered += reversed(found) if high else found
        pieces = ordered
    return [Run(start, stop, "rtl" if level % 2 else "ltr") for level, start, stop in pieces]


def _levels(text: str, base: int) -> list[int]:
    kinds = _weak([bidirectional(char) or "L" for char in text], "R" if base else "L")
    edge = "R" if base else "L"
    resolved = list(kinds)
    for neutral, group in groupby(range(len(kinds)), key=lambda place: kinds[place] in _NEUTRAL):
        places = list(group)
        if neutral:  # N1, N2
            before = _side(kinds[places[0] - 1]) if places[0] else edge
            after = _side(kinds[places[-1] + 1]) if places[-1] + 1 < len(kinds) else edge
            for place in places:
                resolved[place] = before if before == after else edge
    levels = [_level(kind, base) for kind in resolved]
    for place in reversed(range(len(text))):  # L1
        if bidirectional(text[place]) not in ("WS", "S", "B", "BN"):
            break
        levels[place] = base
    return levels


def _weak(kinds: Sequence[str], edge: str) -> list[str]:
    """Rules W1 to W7."""
    kinds = list(kinds)
    strong = previous = edge
    for place, kind in enumerate(kinds):
        if kind == "NSM":
            kind = previous
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            kind = "AN"
        kinds[place] = previous = kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for place in range(1, len(kinds) - 1):
        around = {kinds[place - 1], kinds[place + 1]}
        if around == {"EN"} and kinds[place] in ("ES", "CS"):
            kinds[place] = "EN"
        elif around == {"AN"} and kinds[place] == "CS":
            kinds[place] = "AN"
    for kind, group in groupby(range(len(kinds)), key=lambda place: kinds[place]):
        places = list(group)
        if kind == "ET" and "EN" in kinds[max(0, places[0] - 1) : places[0]] + kinds[places[-1] + 1 : places[-1] + 2]:
            for place in places:
                kinds[place] = "EN"
    strong = edge
    for place, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind in ("ES", "ET", "CS"):
            kinds[place] = "ON"
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"
    return kinds


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"  # numbers count as right-to-left here


def _level(kind: str, base: int) -> int:
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)
