"""Font: a font file checked, cut down to the characters a shop needs, and packed as WOFF2."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from struct import error as StructError
from typing import TYPE_CHECKING, Any, NamedTuple

from highstreet.action.limits import FONTS, OverLimit, limited
from highstreet.base.digest import Digest, of_bytes
from highstreet.run import woff
from highstreet.theme.fonts import codepoints

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

VERSION = 4
TOOLS = ("fonttools", "brotli", "uharfbuzz")

MOST_BYTES = 16_000_000  # a complete Japanese face has 5–9 MB
# Packing a whole Japanese face takes 3 s. A few bytes can make it endless: ranges of characters, outlines made of
# outlines.
_MOST_SECONDS = 5.0
_MOST_MEMORY = 320 * 1024 * 1024
_MOST_TO_OPEN = 192 * 1024 * 1024  # twice what a font may unpack to, and its characters; it stays till the end
_KEPT = 48_000_000  # bytes of unpacked faces
# Up to how many bytes fonts are packed as densely as can be. A visitor waits for what is saved; so does the build.
_QUALITIES = ((256 * 1024, 11), (2 * 1024 * 1024, 10), (4 * 1024 * 1024, 9), (woff.MOST_UNPACKED, 5))
_SMALLER = "keep only the characters that the shop writes (pyftsubset of fontTools does that), and fewer font files"
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

    def __init__(self, message: str, fix: str = "replace the file") -> None:
        super().__init__(message)
        self.fix = fix
        self.file: Digest | None = None  # of the file, where it is known


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
    with guarded(data):
        have = set(font.getBestCmap() or ())
        keep = have & set(wanted) if wanted else have
        if not keep:
            raise BadFont("the font has none of the characters this shop's languages need")
        axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes} if "fvar" in font else {}
        return _packed(_cut(face(data).plain, keep, weights, axes.get("wght")))


def _packed(plain: bytes) -> bytes:
    from fontTools.ttLib import woff2

    woff2.brotli = _Brotli
    font = _read(plain)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made, reorderTables=True)
    return made.getvalue()


class _Brotli:
    """Brotli as fontTools calls it, which can ask for the densest packing only.

    That takes 1.2 s for 3,500 characters of a Japanese face; 0.5 % more bytes are had in 0.5 s.
    """

    import brotli  # type: ignore[import-untyped]

    MODE_FONT, decompress = brotli.MODE_FONT, brotli.decompress

    @classmethod
    def compress(cls, data: bytes, mode: int) -> bytes:
        quality = next(quality for most, quality in _QUALITIES if len(data) <= most)
        return bytes(cls.brotli.compress(data, mode=mode, quality=quality))


# Those that browsers use of themselves or that themes ask for. Prices stand in columns (tnum); fractions made of small
# figures no theme asks for, and they weigh a tenth.
_NO_FEATURES = frozenset({"frac", "numr", "dnom"})
_MORE_FEATURES = frozenset({"tnum"})
_NO_TABLES = ("SVG ", "DSIG", "meta", "MERG", "FFTM")
_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)  # copyright and licence stay with the font


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
    with guarded(data):
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
        found = Metrics(up / em, -down / em, gap / em, width / em)
        if not (0.05 < found.width < 10 and all(0 <= part < 10 for part in found)):
            raise BadFont("the font has measures that no other font can be stretched to")
    return found


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


@dataclass(eq=False, slots=True)
class Face:
    """A font file whose tables are known to be harmless."""

    plain: bytes  # as HarfBuzz reads it: without compression
    font: TTFont
    made: dict[object, Any] = field(default_factory=dict)  # of it, by whoever reads the face, under a key of their own


_faces: OrderedDict[bytes, Face] = OrderedDict()


def opened(data: bytes) -> TTFont:
    """The font in `data`, once its size, its kind and its tables are known to be harmless. Raises BadFont."""
    return face(data).font


def face(data: bytes) -> Face:
    """The face in the file `data`. Raises BadFont.

    Unpacking a whole Japanese one takes a second, so the last ones are kept, as far as `_KEPT` goes: a worker turns to
    other shops with what it keeps.
    """
    found = _faces.get(data)
    if found is None:
        found = _faces[data] = _unpacked(data)
        while len(_faces) > 1 and sum(len(one.plain) for one in _faces.values()) > _KEPT:
            _faces.popitem(last=False)
    _faces.move_to_end(data)
    return found


def _unpacked(data: bytes) -> Face:
    with guarded(data, _MOST_TO_OPEN):
        plain = _plain(data)
        return Face(plain, _opened(plain))


def _plain(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise BadFont(f"the font has {len(data):,} bytes; {MOST_BYTES:,} is the most")
    kind = _SIGNATURES.get(data[:4])
    if kind is None:
        head = data.lstrip()[:24]
        what = next((what for start, what in _DISGUISES.items() if head.startswith(start)), "not a font")
        raise BadFont(f"this is {what}; TTF, OTF, WOFF and WOFF2 are fonts" if data else "the file is empty")
    if kind in ("ttf", "otf"):
        return data
    try:
        return woff.sfnt(data)
    except woff.BadWoff as bad:
        raise BadFont(str(bad)) from bad


def _opened(plain: bytes) -> TTFont:
    font = _read(plain)
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


@contextmanager
def guarded(data: bytes, memory: int = _MOST_MEMORY, seconds: float = _MOST_SECONDS) -> Iterator[None]:
    """Turns whatever a parser of the file `data` trips over, and what takes it without end, into BadFont.

    Our own messages pass, and are told which file they are about.
    """
    try:
        with _told(), limited(seconds, memory, FONTS):
            yield
    except BadFont as bad:
        bad.file = of_bytes(data)
        raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BadFont:
        raise
    except OverLimit as over:
        raise BadFont(f"reading the font takes more than {over.limit} of {over.what}", _SMALLER) from over
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
