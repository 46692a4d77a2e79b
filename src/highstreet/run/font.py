"""Font: a font file checked, cut down to the characters a shop needs, and packed as WOFF2."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from struct import error as StructError
from struct import unpack_from
from typing import TYPE_CHECKING, NamedTuple

from highstreet.action.limits import FONTS, OverLimit, limited
from highstreet.theme.fonts import codepoints

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

VERSION = 3
TOOLS = ("fonttools", "brotli", "uharfbuzz")

MOST_BYTES = 16_000_000  # a complete Japanese face has 5–9 MB
MOST_UNPACKED = 64_000_000
# Unpacking a whole Japanese face takes 3 s. A few bytes can make it endless: ranges of characters, outlines made of
# outlines.
_MOST_SECONDS = 5.0
_MOST_MEMORY = 320 * 1024 * 1024
_MOST_TO_OPEN = 192 * 1024 * 1024  # twice what a font may unpack to, and its characters; it stays till the end
_SIGNATURES = {b"\x00\x01\x00\x00": "ttf", b"true": "ttf", b"OTTO": "otf", b"wOFF": "woff", b"wOF2": "woff2"}
_DISGUISES = {
    b"<": "a web page or an SVG",
    b"PK": "a ZIP archive: unpack it and take the font inside",
    b"%PDF": "a PDF",
    b"ttcf": "a font collection (.ttc): export the one face that is wanted",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8": "a JPEG picture",
    b"version https://git-lfs": "a Git LFS pointer: fetch the real file first",
}


class BadFont(ValueError):
    """A file that is no usable font, said so that the person who owns the file can act."""


class Metrics(NamedTuple):
    """What a stand-in face must imitate, in parts of the em."""

    ascent: float
    descent: float
    line_gap: float
    width: float  # of running text, per letter


def run(inputs: Mapping[str, object]) -> bytes:
    """WOFF2 of `inputs["font"]` (bytes of TTF, OTF, WOFF or WOFF2) with the characters of `inputs["unicodes"]`.

    `unicodes` is written as in CSS, "U+0000-00FF,U+0131"; "" keeps every character. `weights` (optional) is what a
    variable font keeps of its weights, "650" or "400 700"; "" keeps all. The same input gives the same bytes: no time
    stamp is written. Raises BadFont.
    """
    data, unicodes, weights = inputs["font"], inputs["unicodes"], inputs.get("weights", "")
    if not isinstance(data, bytes) or not isinstance(unicodes, str) or not isinstance(weights, str):
        raise TypeError("a font action takes font: bytes, unicodes: str and weights: str")
    return subset(data, tuple(codepoints(unicodes)), weights)


def subset(data: bytes, wanted: tuple[int, ...], weights: str = "") -> bytes:
    """WOFF2 of a font with only the `wanted` characters and `weights`, all where none are named. Raises BadFont.

    HarfBuzz cuts in 3 ms what takes fontTools a second; fontTools reads before, to say what is wrong, and packs.
    """
    font = opened(data)
    with guarded():
        have = set(font.getBestCmap() or ())
        keep = have & set(wanted) if wanted else have
        if not keep:
            raise BadFont("the font has none of the characters this shop's languages need")
        axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes} if "fvar" in font else {}
        cut = _cut(unpacked(font, data), keep, weights, axes.get("wght"))
        small = _read(cut)
        small.flavor = "woff2"
        made = io.BytesIO()
        small.save(made, reorderTables=True)
    return made.getvalue()


# Those that browsers use of themselves or that themes ask for. Prices stand in columns (tnum); fractions made of small
# figures no theme asks for, and they weigh a tenth.
_NO_FEATURES = frozenset({"frac", "numr", "dnom"})
_MORE_FEATURES = frozenset({"tnum"})
_NO_TABLES = ("SVG ", "DSIG", "meta", "MERG", "FFTM")
_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)  # copyright and licence stay with the font


def unpacked(font: TTFont, data: bytes) -> bytes:
    """`data`, whose font was opened as `font`, as HarfBuzz reads it: without compression."""
    if font.flavor is None:
        return data
    font.flavor = None
    plain = io.BytesIO()
    font.save(plain, reorderTables=None)
    return plain.getvalue()


def _cut(plain: bytes, keep: set[int], weights: str, range_: tuple[float, float] | None) -> bytes:
    """The font with the characters `keep` and, of its weights, only `weights`: one is half the bytes of nine."""
    import uharfbuzz as hb  # type: ignore[import-untyped]
    from fontTools.subset import Options  # type: ignore[import-untyped]

    face = hb.Face(plain)
    wish = hb.SubsetInput()
    wish.unicode_set.set(keep)
    wish.name_id_set.set(set(_NAMES))
    features = (set(Options().layout_features) | _MORE_FEATURES) - _NO_FEATURES
    wish.layout_feature_tag_set.set({int.from_bytes(tag.encode(), "big") for tag in features})
    wish.drop_table_tag_set.update({int.from_bytes(tag.encode(), "big") for tag in _NO_TABLES})
    # Hints are half the bytes of some faces; screens that need them are gone.
    wish.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    if weights and range_ is not None:
        least, *most = (min(max(float(weight), range_[0]), range_[1]) for weight in weights.split())
        if most and most[0] > least:
            wish.set_axis_range(face, "wght", least, most[0])
        else:
            wish.pin_axis_location(face, "wght", least)
    cut = wish.subset(face).blob.data
    if not cut:
        raise BadFont("the font file is damaged (it cannot be cut)")
    return bytes(cut)


def metrics(data: bytes) -> Metrics:
    """Line box and average letter width of a font. Raises BadFont."""
    font = opened(data)
    with guarded():
        em = font["head"].unitsPerEm
        hhea, os2 = font["hhea"], font["OS/2"]
        typographic = bool(os2.fsSelection & 1 << 7)  # browsers then take the OS/2 figures
        up, down, gap = (
            (os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap)
            if typographic
            else (hhea.ascent, hhea.descent, hhea.lineGap)
        )
        cmap, widths = font.getBestCmap(), font["hmtx"].metrics
        letters = [(share, widths[cmap[ord(letter)]][0]) for letter, share in _LETTERS.items() if ord(letter) in cmap]
        if not letters or em <= 0:
            raise BadFont("the font has no Latin letters to measure")
        width = sum(share * wide for share, wide in letters) / sum(share for share, _ in letters)
    return Metrics(up / em, -down / em, gap / em, width / em)


def stand_ins(measured: Metrics, category: str) -> tuple[tuple[tuple[str, ...], str, str, str, str], ...]:
    """Device fonts and the size, ascent, descent and line gap (percentages) that make them as large as the font.

    One for a sans, two for a serif (desktops, Android). Text set in them breaks into the same lines, so a font that
    arrives late moves nothing. Source: CSS Fonts 5, size-adjust and the override descriptors.
    """
    made = []
    for local, width in _DEVICE_FONTS["serif" if category == "serif" else "sans"]:
        scale = measured.width / width
        rest = (measured.ascent / scale, measured.descent / scale, measured.line_gap / scale)
        size, ascent, descent, gap = (f"{part * 100:.2f}%" for part in (scale, *rest))
        made.append((local, size, ascent, descent, gap))
    return tuple(made)


def opened(data: bytes) -> TTFont:
    """The font in `data`, once its size, its kind and its tables are known to be harmless. Raises BadFont."""
    if len(data) > MOST_BYTES:
        raise BadFont(f"the font has {len(data):,} bytes; {MOST_BYTES:,} is the most")
    kind = _SIGNATURES.get(data[:4])
    if kind is None:
        head = data.lstrip()[:24]
        what = next((what for start, what in _DISGUISES.items() if head.startswith(start)), "not a font")
        raise BadFont(f"this is {what}; TTF, OTF, WOFF and WOFF2 are fonts" if data else "the file is empty")
    with guarded(_MOST_TO_OPEN):
        _check_unpacked(data, kind)
        font = _read(data)
        missing = [tag for tag in ("cmap", "head", "hhea", "hmtx", "maxp", "OS/2", "name", "post") if tag not in font]
        if missing:
            raise BadFont(f"the font lacks the table {missing[0]}, so no browser would show it")
        if not {"glyf", "CFF ", "CFF2"} & set(font.keys()):
            raise BadFont("the font has no outlines (bitmap-only fonts do not work on the web)")
        if not font.getBestCmap():
            raise BadFont("the font maps no Unicode characters")
    return font


def _read(data: bytes) -> TTFont:
    import logging

    from fontTools.ttLib import TTFont

    # It writes what it finds odd to the log of whoever builds, without a file's name; what harms is told by us.
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    return TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False, checkChecksums=0)


def _check_unpacked(data: bytes, kind: str) -> None:
    """Raises BadFont when unpacking would take more memory than any honest font."""
    if kind == "woff2":
        import brotli  # type: ignore[import-untyped]

        declared, packed = unpack_from(">I", data, 16)[0], unpack_from(">I", data, 20)[0]
        if declared > MOST_UNPACKED or packed > len(data):
            raise BadFont("the font unpacks to more than it may, or is cut short")
        # The stream follows a directory of variable length; asking fontTools for it would unpack first.
        start = _woff2_stream(data)
        unpacker, total = brotli.Decompressor(), 0
        chunk = unpacker.process(data[start : start + packed], output_buffer_limit=1 << 20)
        while chunk:
            total += len(chunk)
            if total > MOST_UNPACKED:
                raise BadFont("the font unpacks to more than it may")
            chunk = b"" if unpacker.is_finished() else unpacker.process(b"", output_buffer_limit=1 << 20)
        if not unpacker.is_finished():
            raise BadFont("the font file is cut short")
    elif kind == "woff":
        total = 0
        for entry in range(unpack_from(">H", data, 12)[0]):
            offset, packed, plain = unpack_from(">III", data, 44 + 20 * entry + 4)
            total += plain
            if total > MOST_UNPACKED or offset + packed > len(data):
                raise BadFont("the font unpacks to more than it may, or is cut short")
            if packed < plain:
                unzip = zlib.decompressobj()
                unzip.decompress(data[offset : offset + packed], plain)
                if unzip.unconsumed_tail:
                    raise BadFont("a table of the font is longer than it says")


def _woff2_stream(data: bytes) -> int:
    """Where the compressed stream of a WOFF2 file starts. Source: WOFF File Format 2.0, 4.1 Table directory."""
    position = 48
    for _ in range(unpack_from(">H", data, 12)[0]):
        flags = data[position]
        position += 1
        tag = data[position : position + 4] if flags & 0x3F == 0x3F else b""
        position += len(tag)
        outlines = flags & 0x3F in (10, 11) or tag in (b"glyf", b"loca")
        version = flags >> 6
        position = _after_base128(data, position)
        if (version == 0) if outlines else (version != 0):  # glyf and loca are transformed unless the version is 3
            position = _after_base128(data, position)
    return position


def _after_base128(data: bytes, position: int) -> int:
    for length in range(5):
        if data[position + length] < 0x80:
            return position + length + 1
    raise BadFont("the table directory of the font is broken")


@contextmanager
def guarded(memory: int = _MOST_MEMORY, seconds: float = _MOST_SECONDS) -> Iterator[None]:
    """Turns whatever a parser trips over, and what takes it without end, into BadFont; our own messages pass."""
    try:
        with limited(seconds, memory, FONTS):
            yield
    except BadFont:
        raise
    except OverLimit as over:
        raise BadFont(f"reading the font takes more than {over.limit} of {over.what}") from over
    except Exception as error:
        # A broken table can raise nearly anything in fontTools: struct.error, KeyError, AssertionError, TTLibError …
        name = "it ends too early" if isinstance(error, StructError | IndexError | EOFError) else type(error).__name__
        raise BadFont(f"the font file is damaged ({name})") from error


# How often letters stand in running English text, in per mille, the space included: it decides the length of a line.
_LETTERS = {
    " ": 180, "e": 104, "t": 73, "a": 67, "o": 62, "i": 57, "n": 57, "s": 52, "r": 49, "h": 50, "l": 33, "d": 35,
    "c": 23, "u": 23, "m": 20, "f": 18, "p": 16, "g": 17, "w": 19, "y": 16, "b": 12, "v": 8, "k": 6, ",": 10, ".": 9,
}  # fmt: skip

# Families by their local names with the average letter width of each, measured with `metrics`. Roboto, which Android
# has instead of Arial, is as wide to within 0.1 %, so the two share a rule.
_DEVICE_FONTS: dict[str, tuple[tuple[tuple[str, ...], float], ...]] = {
    "sans": ((("Arial", "Liberation Sans", "Arimo", "Roboto"), 0.4391),),
    "serif": ((("Times New Roman", "Liberation Serif", "Tinos"), 0.3976), (("Noto Serif",), 0.4751)),
}
