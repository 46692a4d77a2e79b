"""Image: what a picture's header tells, which derivatives to make of it, and a safe way to open it."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, cast

from highstreet.source.container import Format, claimed_size, crumbled, cut_short, foreign, sniff

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAX_BYTES = 64_000_000
# Measured peaks per pixel, from file to derivative: JPEG 6 bytes (it shrinks while decoding), PNG 8, WebP 14, AVIF 23.
# These caps keep each below about 400 MB. Phones of 2026 deliver JPEGs of 12 to 50 megapixels.
MAX_PIXELS: Mapping[Format, int] = {
    "jpeg": 50_000_000, "png": 40_000_000, "webp": 25_000_000, "avif": 16_000_000, "gif": 25_000_000,
}  # fmt: skip
MAX_SIDE = 16_383  # what WebP can hold
MAX_FRAMES = 300
MAX_FRAME_PIXELS = 60_000_000  # all frames of an animation together

# All that Pillow's readers are known to raise for a broken file. They share no base class.
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, RuntimeError,
    AttributeError, ZeroDivisionError, AssertionError, struct.error, zlib.error,
)  # fmt: skip
_SUPPORTED = "a JPEG, PNG, WebP, AVIF or GIF picture"
_SIDEWAYS = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height
_quiet = Lock()  # warnings.catch_warnings() is not safe in threads


class ImageProblem(Exception):
    """A picture that cannot be used. The four parts are those of a diagnostic."""

    def __init__(self, reason: str, found: str = "", expected: str = "", fix: str = "") -> None:
        super().__init__(reason, found, expected, fix)  # all four, so that it crosses process borders
        self.reason = reason
        self.found = found
        self.expected = expected
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.reason} ({self.found})" if self.found else self.reason


class ImageInfo(NamedTuple):
    """A picture as a page needs to know it. Width and height are those a person sees: EXIF orientation is applied."""

    width: int
    height: int
    format: Format
    has_alpha: bool  # may hold transparency; whether any pixel does is known only after decoding
    animated: bool
    bits: int  # per channel, as the header of a PNG says; 8 for the others
    frames: int = 1


def probe(data: bytes) -> ImageInfo:
    """What the header of a picture tells; its pixels are not decoded.

    Guarantees: a picture that passes is one `run/image.py` can decode, save for damage inside the compressed pixels.
    Raises:     ImageProblem for anything but a complete JPEG, PNG, WebP, AVIF or GIF within the caps above.
    """
    with opened(data) as picture:
        width, height = picture.size
        if orientation(picture) in _SIDEWAYS:
            width, height = height, width
        format = _format(data)
        return ImageInfo(
            width=width,
            height=height,
            format=format,
            has_alpha=picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info,
            animated=frames(picture) > 1,
            bits=data[24] if format == "png" else 8,
            frames=frames(picture),
        )


def opened(data: bytes) -> ImageFile:
    """The picture opened by the reader of its own format, header read, pixels not yet decoded.

    The readers are called by name, not through `Image.open`, so that no other reader (EPS, PDF, TIFF …) can be
    reached, and a multi-picture JPEG from a phone is its first picture.
    """
    from PIL import AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
    from PIL.Image import DecompressionBombError

    readers: dict[Format, type[ImageFile]] = {
        "jpeg": JpegImagePlugin.JpegImageFile,
        "png": PngImagePlugin.PngImageFile,
        "webp": WebPImagePlugin.WebPImageFile,
        "avif": AvifImagePlugin.AvifImageFile,
        "gif": GifImagePlugin.GifImageFile,
    }
    format = _format(data)
    claimed = claimed_size(data, format)
    if claimed:
        check_size(*claimed, format)
    pieces = crumbled(data, format)
    if pieces:
        raise ImageProblem(
            "picture is made of too many pieces", pieces, "a picture as cameras and editors save it", "save it again"
        )
    if cut_short(data, format):
        raise _incomplete()
    try:
        with _quiet, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata; none of it is kept
            picture = readers[format](BytesIO(data))
            count = frames(picture)
    except (DecompressionBombError, *_BROKEN) as error:  # a GIF frame may be far larger than its screen
        raise _damaged(format, error) from error
    check_size(*picture.size, format)
    if count > MAX_FRAMES or (count > 1 and count * picture.width * picture.height > MAX_FRAME_PIXELS):
        raise ImageProblem(
            "animation is too long",
            f"{count} frames of {picture.width} × {picture.height} pixels",
            f"at most {MAX_FRAMES} frames and {MAX_FRAME_PIXELS // 1_000_000} megapixels in all",
            "shorten it, make it smaller, or use a still picture",
        )
    return picture


def decode(picture: ImageFile) -> None:
    """Decodes the pixels of an opened picture (or of the frame it was moved to) in place."""
    from PIL.Image import DecompressionBombError

    format = cast("Format", (picture.format or "").lower())
    try:
        picture.load()
    except (DecompressionBombError, *_BROKEN) as error:
        raise _damaged(format, error) from error
    check_size(*picture.size, format)  # a GIF frame may be larger than the screen its header claims


def check_size(width: int, height: int, format: Format) -> None:
    """Raises ImageProblem unless a picture of this size may be decoded."""
    if width < 1 or height < 1:
        raise ImageProblem(
            "picture has no pixels", f"{width} × {height} pixels", "at least 1 × 1", "export the picture again"
        )
    if width * height > MAX_PIXELS[format] or max(width, height) > MAX_SIDE:
        raise ImageProblem(
            "picture is too large",
            f"{width} × {height} pixels",
            f"at most {MAX_PIXELS[format] // 1_000_000} megapixels and {MAX_SIDE} pixels on a side",
            "scale it down; shops show no more than about 2000 pixels",
        )


def orientation(picture: ImageFile) -> int:
    """The EXIF orientation, 1 to 8; 1 when there is none or it is damaged.

    Read by hand from the one tag: Pillow's reader decodes a whole PNG to find it, and heeds XMP, which browsers do not.
    """
    exif = picture.info.get("exif")
    if not isinstance(exif, bytes):
        return 1
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, at)
            if tag == 0x0112:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass  # damaged metadata is not a reason to refuse a sound picture
    return 1


def frames(picture: ImageFile) -> int:
    """How many frames the picture has; 1 for a still one."""
    if not getattr(picture, "is_animated", False):
        return 1
    return int(getattr(picture, "n_frames", 1))


def sizes(info: ImageInfo, ladder: Sequence[int]) -> tuple[int, ...]:
    """Widths in pixels to encode `info` at: ascending, without repeats, never wider than the original, never empty.

    A picture narrower than the smallest step is made once, as wide as it is. One between two steps is also made at
    its own width when that gives at least a fifth more than the step below.
    Needs:   ladder of widths > 0.
    Source:  HTML Standard, "Images" (width descriptors).
    """
    steps = sorted(set(ladder))
    if not steps or steps[0] < 1:
        raise ValueError(f"not a ladder of widths: {ladder!r}")
    kept = [step for step in steps if step <= info.width]
    if info.width < steps[-1] and (not kept or 5 * info.width >= 6 * kept[-1]):
        kept.append(info.width)
    return tuple(kept)


def height_at(width: int, info: ImageInfo) -> int:
    """The height of the derivative that is `width` wide, as `run/image.py` makes it: rounded, at least 1."""
    return max(1, (2 * info.height * width + info.width) // (2 * info.width))


def formats(info: ImageInfo, modern: Sequence[str], fallback: str) -> tuple[str, ...]:
    """Formats to encode `info` in, best first, the last for the <img> itself.

    Moving pictures become WebP alone, with their first frame in `fallback`: AVIF offered beside it would be chosen
    by browsers and stand still. A picture that may be transparent does not fall back to JPEG, which would paint it
    white, but to WebP, which every browser of the last five years reads.
    """
    last = "webp" if info.has_alpha and fallback == "jpeg" else fallback
    first = ["webp"] if info.animated else list(modern)
    return (*(format for format in dict.fromkeys(first) if format != last), last)


def _format(data: bytes) -> Format:
    if not data:
        raise ImageProblem("file is empty", "0 bytes", _SUPPORTED, "export or download the picture again")
    if len(data) > MAX_BYTES:
        raise ImageProblem(
            "picture file is too large",
            f"{len(data) / 1e6:.0f} MB",
            f"at most {MAX_BYTES // 1_000_000} MB",
            "save it as JPEG at quality 90, or scale it down",
        )
    format = sniff(data)
    if format is None:
        found, fix = foreign(data)
        raise ImageProblem("file is not a picture the shop can show", found, _SUPPORTED, fix)
    return format


def _incomplete() -> ImageProblem:
    return ImageProblem(
        "picture is cut short", "the file ends before the picture does", "a complete file", "copy or download it again"
    )


def _damaged(format: str, error: BaseException) -> ImageProblem:
    if "truncated" in str(error).lower():
        return _incomplete()
    return ImageProblem(
        "picture is damaged",
        f"a {format.upper()} that cannot be decoded",
        "a picture that image viewers open",
        "open it in an image editor and save it again",
    )
