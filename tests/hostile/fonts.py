"""Fonts that read like any other and take for ever: made of a square for each letter, and one thing more."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable
from typing import Any

import brotli
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, woff2
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


def flat() -> bytes:
    """Every letter is a stroke without a height, which nothing can be fitted into."""
    font = _font()
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.closePath()
    stroke = pen.glyph()
    stroke.recalcBounds(font["glyf"])
    return _with_letters(font, stroke)


def odd(tag: str, **values: int) -> bytes:
    """The plain font with other values in a table."""
    font = _font()
    for name, number in values.items():
        setattr(font[tag], name, number)
    return _bytes(font)


def narrow() -> bytes:
    """No letter has a width: nothing can be stretched to be as wide."""
    font = _font()
    font["hmtx"].metrics = dict.fromkeys(font["hmtx"].metrics, (0, 0))
    return _bytes(font)


def points_without_end(glyphs: int = 65_535, points: int = 300) -> bytes:
    """500 bytes of WOFF2 that unpack to twenty million points, which make one object each."""
    with TTFont(io.BytesIO(plain())) as sound:
        tables = {tag: sound.reader[tag] for tag in sound.reader.tables}
    tables["head"] = tables["head"][:50] + b"\0\1" + tables["head"][52:]
    tables["maxp"] = tables["maxp"][:4] + struct.pack(">H", glyphs) + tables["maxp"][6:]
    tables["hhea"] = tables["hhea"][:34] + b"\0\1"
    tables["hmtx"] = struct.pack(">Hh", 600, 0) + bytes(2 * (glyphs - 1))
    tables["post"] = struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0)
    streams = (struct.pack(">h", 1) * glyphs, (b"\xfd" + struct.pack(">H", points)) * glyphs, bytes(glyphs * points), bytes(glyphs * (points + 1)), b"", bytes(4 * ((glyphs + 31) // 32)), b"")
    tables["glyf"] = struct.pack(">IHH7I", 0, glyphs, 1, *map(len, streams)) + b"".join(streams)
    directory = stream = b""
    for tag, table in sorted(tables.items(), key=lambda one: one[0] == "glyf"):
        if tag != "loca":
            directory += bytes([woff2.woff2KnownTags.index(tag)]) + woff2.packBase128(len(table)) * (2 if tag == "glyf" else 1)
            stream += table
    directory += bytes([woff2.woff2KnownTags.index("loca")]) + woff2.packBase128(4 * (glyphs + 1)) + woff2.packBase128(0)
    packed = brotli.compress(stream, quality=5)
    return b"wOF2\0\1\0\0" + struct.pack(">IHHIIHHIIIII", 48 + len(directory) + len(packed), len(tables), 0, 60_000_000, len(packed), 1, 0, 0, 0, 0, 0, 0) + directory + packed


def shapes(times: int) -> bytes:
    """Every letter becomes eight, and each of these eight, and so on."""
    font = _font()
    every = " ".join(LETTERS.values())
    steps = "".join(f"lookup l{n} {{ " + " ".join(f"sub {name} by {' '.join([name] * 8)};" for name in every.split()) + f" }} l{n};\n" for n in range(times))
    addOpenTypeFeaturesFromString(font, "languagesystem DFLT dflt;\n" + steps + "feature ccmp { " + " ".join(f"lookup l{n};" for n in range(times)) + " } ccmp;\n")
    return _bytes(font)
