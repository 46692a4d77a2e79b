"""Lettering: text set in given fonts, shaped for its script, broken into lines that fit a box, drawn as a mask.

HarfBuzz (uharfbuzz) shapes and draws. Pillow could do both through Raqm, but its wheels look for FriBidi on the
machine, so the same picture would come out differently, or wrongly, on another. No font of the system is ever used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, combining, east_asian_width

from highstreet.run import font as files
from highstreet.run.bidi import Direction, plain, runs
from highstreet.run.font import BadFont, guarded

if TYPE_CHECKING:
    import uharfbuzz as hb  # type: ignore[import-untyped]
    from PIL.Image import Image

_SPACES = re.compile(r"\s+")
_MOST_SHAPES = 16  # that a font makes of a character; Indic scripts need five
_GROWS = "the font makes more shapes of a few letters than can be drawn"
_LONGEST = 400  # characters of a text that are looked at; no box here holds more
_BREAK_AFTER = frozenset("-‐–—/·|")
# Kinsoku: what may not start or end a Japanese or Chinese line.
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟’”»ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ!?,.:;)]}%％℃…‥"
)
_NOT_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“«([{￥＄£¥$€")


class Font(NamedTuple):
    """A face at one weight. Measures are in parts of the em, upwards positive."""

    shaper: hb.Font
    units: int  # per em
    ascent: float
    descent: float  # negative
    cap: float  # height of capitals


class Glyph(NamedTuple):
    font: Font
    id: int
    x: float  # in ems from the left end of the line
    y: float


class Line(NamedTuple):
    glyphs: tuple[Glyph, ...]
    width: float  # in ems


class Block(NamedTuple):
    """Lines at one size, in pixels."""

    lines: tuple[Line, ...]
    size: float
    leading: float  # from baseline to baseline

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0) * self.size

    @property
    def height(self) -> float:
        """From the top of the first line's capitals to the last baseline."""
        if not self.lines:
            return 0.0
        return self.cap + (len(self.lines) - 1) * self.leading

    @property
    def cap(self) -> float:
        return max((glyph.font.cap for line in self.lines for glyph in line.glyphs), default=0.7) * self.size


def font(data: bytes, weight: int = 400) -> Font:
    """The font in a TTF, OTF, WOFF or WOFF2 file, at `weight` where it is variable.

    Raises: BadFont for anything else.
    """
    there = files.face(data)
    made: dict[object, Font] = there.made
    if (key := (Font, weight)) not in made:
        with guarded(data):
            made[key] = _font(there.plain, weight)
    return made[key]


def _font(plain: bytes, weight: int) -> Font:
    import uharfbuzz as hb

    face = hb.Face(plain)
    if not face.upem or not face.glyph_count:
        raise BadFont("the font holds no glyphs")
    shaper = hb.Font(face)
    if any(axis.tag == "wght" for axis in face.axis_infos):
        shaper.set_variations({"wght": weight})
    extents = shaper.get_font_extents("ltr")
    tall = shaper.get_nominal_glyph(ord("H"))
    box = shaper.get_glyph_extents(tall) if tall else None
    units = face.upem
    cap = box.y_bearing / units if box else 0.7
    return Font(shaper, units, extents.ascender / units, extents.descender / units, cap)


def covers(text: str, fonts: Sequence[Font]) -> bool:
    """Whether every character of `text` can be set with some of `fonts`; otherwise a box would stand for it."""
    return all(any(_has(face, char) for face in fonts) for char in plain(text) if _shown(char))


def fit(
    text: str, fonts: Sequence[Font], width: float, height: float, sizes: Sequence[float], most: int, base: Direction,
    leading: float = 1.12,
) -> Block:  # fmt: skip
    """`text` at the first of `sizes` at which it fits `width` × `height` in at most `most` lines, lines evened out.

    At the last size, what does not fit ends in an ellipsis. Needs: `covers(text, fonts)`, sizes from large to small.
    """
    text = _SPACES.sub(" ", plain(text)).strip()[:_LONGEST]
    pieces = [(piece, _width(piece, fonts, base), _width(piece.rstrip(), fonts, base)) for piece in _pieces(text)]
    for size in sizes:
        lines = _wrap(pieces, width / size)
        if lines is None or len(lines) > most:
            continue
        block = _block(_even(pieces, lines, width / size), fonts, size, leading, base)
        if block.height <= height:
            return block
    return _cut(text, fonts, width, height, sizes[-1], most, base, leading)


def line(text: str, fonts: Sequence[Font], size: float, base: Direction) -> Block:
    """`text` on one line, however long."""
    return Block((_shape(_SPACES.sub(" ", plain(text)).strip(), fonts, base),), size, size)


def mask(block: Block, width: int, height: int, align: str, top: float, side: float) -> Image:
    """The block drawn white on black, `width` × `height`; `align` is "left" or "right".

    `top` is where the tops of the first line's capitals stand, `side` the room kept free left and right.
    """
    import uharfbuzz as hb
    from PIL.Image import frombuffer

    pen = hb.RasterDraw()
    pen.extents = hb.RasterExtents(0, 0, width, height, width)
    baseline = top + block.cap
    for row in block.lines:
        left = side if align == "left" else width - side - row.width * block.size
        for glyph in row.glyphs:
            scale = block.size / glyph.font.units
            x, y = left + glyph.x * block.size, height - baseline + glyph.y * block.size
            pen.transform = (scale, 0.0, 0.0, scale, x, y)
            pen.draw_glyph(glyph.font.shaper, glyph.id)
        baseline += block.leading
    image = pen.render()
    extents = image.extents
    # Rows come bottom-up.
    return frombuffer("L", (extents.width, extents.height), bytes(image.buffer), "raw", "L", extents.stride, -1)


def _block(texts: Sequence[str], fonts: Sequence[Font], size: float, leading: float, base: Direction) -> Block:
    return Block(tuple(_shape(text, fonts, base) for text in texts), size, size * leading)


def _cut(
    text: str, fonts: Sequence[Font], width: float, height: float, size: float, most: int, base: Direction,
    leading: float,
) -> Block:  # fmt: skip
    """As much of `text` as fits, then an ellipsis; words are broken only where one alone is too wide."""
    dots = "…" if covers("…", fonts) else "..."

    def lines(kept: int) -> list[str]:
        shown = text if kept == len(text) else _at_word(text, kept).rstrip(" ,.;:-–") + dots
        return _wrap_broken(shown, fonts, width / size, base)

    def fits(kept: int) -> bool:
        count = len(lines(kept))
        return count <= most and (count - 1) * size * leading + 0.8 * size <= height

    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return _block(lines(low), fonts, size, leading, base)


def _at_word(text: str, kept: int) -> str:
    """The first `kept` characters, without the part of a last word, unless that is most of them."""
    part = text[:kept]
    if text[kept : kept + 1] == " ":
        return part
    whole = part.rpartition(" ")[0]
    return whole if len(whole) > 0.6 * kept else part


def _wrap_broken(text: str, fonts: Sequence[Font], width: float, base: Direction) -> list[str]:
    """Lines no wider than `width` ems; a word that alone is wider is broken where the line ends."""
    pieces: list[_Piece] = []
    for piece in _pieces(text):
        rest = piece
        while rest:
            fits = _longest(rest, fonts, width, base)
            part, rest = rest[:fits], rest[fits:]
            pieces.append((part, _width(part, fonts, base), min(width, _width(part.rstrip(), fonts, base))))
    return _wrap(pieces, width) or [text]


def _longest(text: str, fonts: Sequence[Font], width: float, base: Direction) -> int:
    """How many characters of `text`, at least one, are no wider than `width` ems."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _width(text[:middle].rstrip(), fonts, base) <= width:
            low = middle
        else:
            high = middle - 1
    return low


_Piece = tuple[str, float, float]  # text, its width in ems, its width without the space at its end


def _wrap(pieces: Sequence[_Piece], width: float) -> list[str] | None:
    """Lines no wider than `width` ems, filled one after another; None when a piece alone is wider."""
    lines: list[str] = []
    current, used = "", 0.0
    for text, wide, inked in pieces:
        if inked > width:
            return None
        if current and used + inked > width:
            lines.append(current.rstrip())
            current, used = "", 0.0
        current += text
        used += wide
    return [*lines, current.rstrip()] if current.strip() else lines


def _even(pieces: Sequence[_Piece], lines: list[str], width: float) -> list[str]:
    """The same number of lines, but as narrow as they can be, so that no word is left alone on the last."""
    low, high = 0.0, width
    for _ in range(12):
        middle = (low + high) / 2
        narrower = _wrap(pieces, middle)
        if narrower is not None and len(narrower) <= len(lines):
            high, lines = middle, narrower
        else:
            low = middle
    return lines


def _pieces(text: str) -> Iterator[str]:
    """`text` cut wherever a line may end."""
    start = 0
    for place in range(1, len(text)):
        before, after = text[place - 1], text[place]
        if after == " " or after in _NOT_FIRST or before in _NOT_LAST or combining(after):
            continue
        word = before == " " or (before in _BREAK_AFTER and after.isalpha())
        if word or _ideographic(before) or _ideographic(after):
            yield text[start:place]
            start = place
    if start < len(text):
        yield text[start:]


def _ideographic(char: str) -> bool:
    return east_asian_width(char) in ("W", "F")


def _width(text: str, fonts: Sequence[Font], base: Direction) -> float:
    return _shape(text, fonts, base).width


def _shape(text: str, fonts: Sequence[Font], base: Direction) -> Line:
    """`text` as glyphs from left to right."""
    import uharfbuzz as hb

    glyphs: list[Glyph] = []
    at = 0.0
    for run in runs(text, base):
        stretches = _by_font(text, run.start, run.stop, fonts)
        for face, start, stop in reversed(stretches) if run.direction == "rtl" else stretches:
            buffer = hb.Buffer()
            buffer.add_str(text, start, stop - start)
            buffer.direction = run.direction
            buffer.guess_segment_properties()
            try:
                hb.shape(face.shaper, buffer)
            except MemoryError:  # HarfBuzz's word for a text that grows without end
                raise BadFont(_GROWS) from None
            if len(buffer) > _MOST_SHAPES * (stop - start):
                raise BadFont(_GROWS)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                x, y = at + position.x_offset / face.units, position.y_offset / face.units
                glyphs.append(Glyph(face, info.codepoint, x, y))
                at += position.x_advance / face.units
    return Line(tuple(glyphs), at)


def _by_font(text: str, start: int, stop: int, fonts: Sequence[Font]) -> list[tuple[Font, int, int]]:
    """Stretches of text[start:stop] with the first font that has their characters; spaces stay with what precedes."""
    chosen: list[int] = []
    for char in text[start:stop]:
        current = chosen[-1] if chosen else 0
        if not _shown(char) or (combining(char) and _has(fonts[current], char)):
            chosen.append(current)
        else:
            chosen.append(next((index for index, face in enumerate(fonts) if _has(face, char)), 0))
    stretches = []
    for index, group in groupby(range(len(chosen)), key=chosen.__getitem__):
        places = list(group)
        stretches.append((fonts[index], start + places[0], start + places[-1] + 1))
    return stretches


def _has(face: Font, char: str) -> bool:
    return bool(face.shaper.get_nominal_glyph(ord(char)))


def _shown(char: str) -> bool:
    return category(char) not in ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me")
