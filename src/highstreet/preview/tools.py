"""Tools of the toolbar: what differs from what is published or was built last."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

from highstreet.freshness import Street

if TYPE_CHECKING:
    from highstreet.shop import Shop

_MOST_LINES = 400
_MOST_COMPARED = 4_000  # lines of what differs
_AROUND = 2  # lines shown before and after
_BETWEEN = re.compile(r">\s*<")


class Line(NamedTuple):
    sign: str  # "+" now, "-" then, " " both, "@" a gap
    text: str


def compared(shop: Shop, path: str, before: bytes | None, where: str) -> dict[str, object]:
    """The text of an output now and as it was, by lines."""
    made = shop.render(path)
    now = made.data if made is not None else b""
    if before is None:
        return {"where": where, "state": "absent", "lines": []}
    if now == before:
        return {"where": where, "state": "same", "lines": []}
    lines = [
        Line(line[0], line[1:])
        for line in difflib.unified_diff(*_ends_off(_lines(before), _lines(now)), n=_AROUND, lineterm="")
        if not line.startswith(("---", "+++"))
    ]
    return {
        "where": where,
        "state": "differs",
        "added": sum(1 for line in lines if line.sign == "+"),
        "removed": sum(1 for line in lines if line.sign == "-"),
        "lines": [("@", "") if line.sign == "@" else line for line in lines[:_MOST_LINES]],
        "cut": len(lines) > _MOST_LINES,
    }


def _ends_off(before: list[str], now: list[str]) -> tuple[list[str], list[str]]:
    """What is between the lines that both begin and end with, as far as it is compared, and a few lines around.

    What comparing costs grows with the square of the lines, and a shop decides on these.
    """
    most = min(len(before), len(now))
    same = next((at for at in range(most) if before[at] != now[at]), most)
    most -= same
    alike = next((at for at in range(most) if before[-1 - at] != now[-1 - at]), most)
    start = max(0, same - _AROUND)
    ends = (min(len(lines), len(lines) - alike + _AROUND) for lines in (before, now))
    left, right = (
        lines[start : min(end, start + _MOST_COMPARED)] for lines, end in zip((before, now), ends, strict=True)
    )
    return left, right


def _lines(page: bytes) -> list[str]:
    """A page by lines, a tag to a line where tags touch, so that a difference is shown in little."""
    text = _BETWEEN.sub(">\n<", page.decode("utf-8", "replace"))
    return [line.strip() for line in text.splitlines() if line.strip()]


def last_built(street: Street, handle: str, path: str) -> bytes | None:
    """An output as it lies in the output folder. `path` is an output of the shop and so no way out of the folder."""
    folder = street.workspace.site(handle)
    place = folder / path
    try:
        return place.read_bytes() if place.resolve().is_relative_to(folder.resolve()) else None
    except OSError:
        return None
