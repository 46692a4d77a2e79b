"""Fonts that read like any other and take for ever: made of a square for each letter, and one thing more."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable
from typing import Any

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

LETTERS = {chr(code): f"g{code}" for code in range(32, 127)}


def _font(more: Iterable[str] = ()) -> TTFont:
    names = [".notdef", *LETTERS.values(), *more]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(letter): name for letter, name in LETTERS.items()})
    made.setupGlyf({name: _square() for name in names})
    made.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "House", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    made.setupPost()
    made.font.recalcBBoxes = False
    return made.font


def _square() -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((500, 0), (500, 700), (0, 700)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def _made_of(*names: str) -> Glyph:
    made = Glyph()
    made.numberOfContours = -1
    made.xMin = made.yMin = made.xMax = made.yMax = 0
    made.components = []
    for name in names:
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = name, 0, 0, 0x6
        made.components.append(part)
    return made


def _bytes(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def plain() -> bytes:
    return _bytes(_font())


def muttering() -> bytes:
    """Sound, but for a table of which fontTools says that it holds more than it should."""
    return _rewritten("hmtx", lambda table: table + bytes(8))


def ranges() -> bytes:
    """A kilobyte that maps every character there is."""
    group = struct.pack(">III", 32, 0x10FFFF, 0)
    mapping = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 12, 0, 16 + 12, 0, 1) + group
    return _rewritten("cmap", lambda _: mapping)


def _rewritten(changed: str, change: Callable[[bytes], bytes]) -> bytes:
    """The plain font with other bytes in a table."""
    with TTFont(io.BytesIO(plain())) as sound:
        tables = {tag: sound.reader[tag] for tag in sorted(sound.reader.tables)}
    tables[changed] = change(tables[changed])
    at, body, directory = 12 + 16 * len(tables), b"", b""
    for tag, table in tables.items():
        directory += tag.encode() + struct.pack(">III", 0, at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return b"\0\1\0\0" + struct.pack(">HHHH", len(tables), 0, 0, 0) + directory + body


def outlines_of_outlines(levels: int = 40) -> bytes:
    """Every letter is made of outlines that are made of four others each, and so on."""
    font = _font(f"x{level}" for level in range(levels))
    for level in range(levels - 1):
        font["glyf"][f"x{level}"] = _made_of(*[f"x{level + 1}"] * 4)
    return _with_letters(font, _made_of("x0"))


def outline_of_itself() -> bytes:
    font = _font(["x"])
    font["glyf"]["x"] = _made_of("x")
    return _with_letters(font, _made_of("x"))


def _with_letters(font: TTFont, glyph: Glyph) -> bytes:
    for name in LETTERS.values():
        font["glyf"][name] = glyph
    return _bytes(font)


def shapes(times: int) -> bytes:
    """Every letter becomes eight, and each of these eight, and so on."""
    font = _font()
    every = " ".join(LETTERS.values())
    steps = "".join(f"lookup l{n} {{ " + " ".join(f"sub {name} by {' '.join([name] * 8)};" for name in every.split()) + f" }} l{n};\n" for n in range(times))
    addOpenTypeFeaturesFromString(font, "languagesystem DFLT dflt;\n" + steps + "feature ccmp { " + " ".join(f"lookup l{n};" for n in range(times)) + " } ccmp;\n")
    return _bytes(font)
