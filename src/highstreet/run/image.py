"""Image runner: one derivative of one picture, scaled, upright, in sRGB, with nothing of the original's metadata.

Inputs: original (bytes), width (int), format ("avif" | "webp" | "jpeg" | "png") and optionally quality (int).
The executor should run the derivatives of one original one after another: decoded pixels are kept until another
original comes. What is kept never shows in the bytes, since each step depends on the inputs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from highstreet.run.pixels import Animation, animation, covering, resized, still
from highstreet.source.image import ImageInfo, height_at, probe

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 2
TOOLS: tuple[str, ...] = ("pillow",)

_WHITE = (255, 255, 255)
_HUGE = 12_000_000  # pixels

# Chosen by measurement (docs/images.md, "How the settings were chosen"): about the same likeness in all three.
QUALITY: Mapping[str, int] = {"jpeg": 80, "webp": 75, "avif": 60, "png": 100}
_WEBP_METHOD = 2  # method 4 saves 3 % more bytes and costs twice the time
# Grain, fine lines and leaves take several times the bytes of a usual photograph and hide what an encoder leaves out:
# a picture that takes more bits a pixel than nine in ten is encoded again, the coarser the more it is over.
_DENSE = 0.5  # bits a pixel
_SMALL = 1000  # bytes more, for what every file has
_COARSER: Mapping[str, tuple[tuple[float, int], ...]] = {  # what is left of the bytes at which quality
    "webp": ((0.87, 60), (0.75, 45), (0.0, 30)),
    "avif": ((0.75, 52), (0.6, 45), (0.0, 38)),
}
_AVIF_SPEED = 8  # speed 9 is no smaller than WebP at equal likeness; 6 saves 5 % more for four times the time


@dataclass(slots=True)
class _Original:
    data: bytes
    info: ImageInfo
    decoded: dict[int, Image] = field(default_factory=dict)  # by scale
    widths: dict[int, Image] = field(default_factory=dict)  # ready for the next format


_kept: _Original | None = None


def run(inputs: Mapping[str, object]) -> bytes:
    """The derivative. It is never wider than the original, whatever `width` asks.

    A moving picture moves on in WebP; in the other formats it is its first frame.
    Raises: ImageProblem for a picture that cannot be decoded.
    """
    data, width, format = inputs["original"], inputs["width"], inputs["format"]
    assert isinstance(data, bytes) and isinstance(width, int) and width > 0 and isinstance(format, str)
    asked = inputs.get("quality")
    quality = asked or QUALITY[format]
    assert isinstance(quality, int)

    original = _original(data)
    if original.info.animated and format == "webp":
        return _encode_animation(animation(data, original.info, width), quality)
    image = _at(original, width)
    made = _encode(image, format, quality)
    if asked or format not in _COARSER:
        return made
    share = (_SMALL + _DENSE / 8 * image.width * image.height) / len(made)  # of its bytes that it may keep
    return made if share >= 1 else _encode(image, format, next(q for left, q in _COARSER[format] if share >= left))


def at(data: bytes, width: int) -> Image:
    """The picture at `width` or its own, whichever is less: mode L, RGB or RGBA. Shared: callers must not change it.

    Raises: ImageProblem for a picture that cannot be decoded.
    """
    return _at(_original(data), width)


def _original(data: bytes) -> _Original:
    """The record of this original; that of the one before it is dropped.

    One reference is read and replaced whole, so threads may share it: at worst two decode the same picture.
    """
    global _kept
    kept = _kept
    if kept is None or (kept.data is not data and kept.data != data):
        kept = _kept = None  # frees the pixels of the last one before the next are decoded
        kept = _kept = _Original(data, probe(data))
    return kept


def _at(original: _Original, width: int) -> Image:
    width = min(width, original.info.width)
    image = original.widths.get(width)
    if image is None:
        scale = _scale(original.info, width)
        decoded = original.decoded.get(scale)
        if decoded is None:
            decoded = original.decoded.setdefault(scale, still(original.data, original.info, scale))
        image = original.widths.setdefault(width, resized(decoded, width, height_at(width, original.info)))
    return image


def _scale(info: ImageInfo, width: int) -> int:
    """The whole factor to shrink a picture by while decoding: libjpeg does it for less than nothing.

    The other decoders cannot, so all widths share one decode; only a huge picture is shrunk at once to save memory.
    """
    if info.format == "jpeg" or info.width * info.height > _HUGE:
        return covering(info.width, width)
    return 1


def _encode(image: Image, format: str, quality: int) -> bytes:
    """`image` in `format`. One thread and fixed tiles, so that the bytes are the same on every machine."""
    image = image.copy()  # saving writes the settings into the image, which other threads may be saving just now
    out = BytesIO()
    if format == "jpeg":
        _flat(image).save(out, "JPEG", quality=quality, optimize=True)
    elif format == "webp":
        _coloured(image).save(out, "WEBP", quality=quality, method=_WEBP_METHOD)
    elif format == "avif":
        _coloured(image).save(out, "AVIF", quality=quality, speed=_AVIF_SPEED, max_threads=1, autotiling=False)
    elif format == "png":
        image.save(out, "PNG", compress_level=6)
    else:
        raise ValueError(f"unknown picture format: {format!r}")
    return out.getvalue()


def _encode_animation(moving: Animation, quality: int) -> bytes:
    first, *rest = (frame.image for frame in moving.frames)
    out = BytesIO()
    first.save(
        out,
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=[frame.milliseconds for frame in moving.frames],
        loop=moving.loop,
        quality=quality,
        method=_WEBP_METHOD,
    )
    return out.getvalue()


def _flat(image: Image) -> Image:
    """`image` on white where it is transparent, since JPEG has no transparency."""
    if image.mode != "RGBA":
        return image
    from PIL.Image import new

    ground = new("RGB", image.size, _WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _coloured(image: Image) -> Image:
    return image.convert("RGB") if image.mode == "L" else image
