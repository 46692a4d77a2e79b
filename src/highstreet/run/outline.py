"""Outline: letters as an SVG path, so that a picture with text needs no font where it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from highstreet.run.font import guarded, opened

_TO_DRAW = 1.0  # seconds, for a few letters; one that is made of others, which are made of others, takes for ever


class Outline(NamedTuple):
    """A path in parts of 1/1000 em, y downwards from the base line, and the box around it."""

    path: str
    left: float
    top: float
    right: float
    bottom: float


@lru_cache(maxsize=64)
def outline(text: str, fonts: Sequence[bytes], weight: int) -> Outline | None:
    """The outline of a short text in the first of `fonts` that has all its letters, None when none has.

    Needs:   `fonts` is a tuple; `weight` is used as far as a variable font goes. Kerning and joined letters are not
             applied: this is for initials and single words of scripts without joining.
    Raises:  BadFont.
    """
    for data in fonts:
        cmap = opened(data).getBestCmap()
        if text and all(ord(letter) in cmap for letter in text):
            return _drawn(data, text, weight)
    return None


def _drawn(data: bytes, text: str, weight: int) -> Outline | None:
    from fontTools.misc.transform import Transform  # type: ignore[import-untyped]
    from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]
    from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
    from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]

    font = opened(data)
    with guarded(data):
        cmap, em = font.getBestCmap(), font["head"].unitsPerEm
        location = {}
        for axis in font["fvar"].axes if "fvar" in font else ():
            # The largest optical size: initials are display type.
            wished = {"wght": weight, "opsz": axis.maxValue}.get(axis.axisTag, axis.defaultValue)
            location[axis.axisTag] = min(max(wished, axis.minValue), axis.maxValue)
        glyphs = font.getGlyphSet(location=location)
    with guarded(data, seconds=_TO_DRAW):
        path, bounds = SVGPathPen(glyphs, ntos=_number), BoundsPen(glyphs)
        scale, right = 1000 / em, 0.0
        for letter in text:
            glyph = glyphs[cmap[ord(letter)]]
            place = Transform(scale, 0, 0, -scale, right, 0)
            glyph.draw(TransformPen(path, place))
            glyph.draw(TransformPen(bounds, place))
            right += glyph.width * scale
    left, top, right, bottom = (round(edge, 1) for edge in bounds.bounds or (0, 0, 0, 0))
    if left >= right or top >= bottom:  # blanks, or strokes without an area
        return None
    return Outline(path.getCommands(), left, top, right, bottom)


def _number(value: float) -> str:
    """A coordinate to 0.1; finer cannot be seen, and the last bits may differ between machines."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
