"""Pixels: whatever a picture holds, as upright 8-bit sRGB in mode L, RGB or RGBA, with no metadata left on it.

A change here that shows in the pixels bumps VERSION in image.py, placeholder.py and picture.py.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, cast

from highstreet.action.limits import OverLimit, bounded
from highstreet.source.image import ImageInfo, ImageProblem, decode, height_at, opened, orientation

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsTransform
    from PIL.ImageFile import ImageFile

_LARGEST_PROFILE = 4_000_000  # bytes; press profiles take up to 3 MB
_MOST_SECONDS = 5.0
_MOST_MEMORY = 320 * 1024 * 1024  # of which the largest AVIF that may be takes two thirds
_PLAY_AGAIN = 100  # ms: what browsers make of frames that ask for less than 20


class Frame(NamedTuple):
    image: Image
    milliseconds: int


class Animation(NamedTuple):
    frames: tuple[Frame, ...]
    loop: int  # 0 is for ever


def covering(original: int, width: int) -> int:
    """The largest of 8, 4, 2 and 1 by which a picture `original` wide stays a fifth wider than `width` when shrunk.

    An eighth, a quarter and a half are what libjpeg decodes to at little cost (1.6 to 2.8 ms for 1600² instead of 12).
    A whole factor of exactly the width wanted is taken as well. The fifth keeps enough for the Lanczos filter.
    """
    for scale in (8, 4, 2):
        shrunk = -(-original // scale)
        if 5 * shrunk >= 6 * width or shrunk == width:
            return scale
    return 1


def still(original: bytes, info: ImageInfo, scale: int) -> Image:
    """The picture (of an animation, the first frame) decoded and shrunk by `scale`, a power of two."""
    with opened(original) as picture:
        turn = orientation(picture)
        if info.format == "jpeg":
            # Rounded down, because Pillow divides the size by this and takes the power of two below the result.
            picture.draft(None, (max(1, picture.width // scale), max(1, picture.height // scale)))
        _decode(picture)
        icc = picture.info.get("icc_profile")
        image: Image = picture
        if info.format != "jpeg" and scale > 1:
            image = plain(image).reduce(scale)
        return _finished(image, turn, icc)


def animation(original: bytes, info: ImageInfo, width: int) -> Animation:
    """All frames of a moving picture at `width`."""
    frames = []
    width = min(width, info.width)
    with opened(original) as picture:
        turn = orientation(picture)
        loop = picture.info.get("loop")
        for index in range(info.frames):
            picture.seek(index)
            _decode(picture)
            asked = int(picture.info.get("duration") or 0)
            image = _finished(picture.copy(), turn, picture.info.get("icc_profile"))
            frames.append(Frame(resized(image, width, height_at(width, info)), asked if asked >= 20 else _PLAY_AGAIN))
    # A GIF without a loop count plays once; WebP counts plays where GIF counts repeats.
    once = 1 if info.format == "gif" else 0
    return Animation(tuple(frames), once if loop is None else int(loop))


def _decode(picture: ImageFile) -> None:
    """An AVIF of 100 × 100 pixels may hold one of 16,000 × 16,000, and its decoder makes room before it looks."""
    try:
        with bounded(_MOST_SECONDS, _MOST_MEMORY) if picture.format == "AVIF" else nullcontext():
            decode(picture)
    except OverLimit as over:
        raise ImageProblem(
            "picture is too dear to decode",
            f"more than {over.limit} of {over.what}",
            "a picture that is as large as it says",
            "open it in an image editor and save it again",
        ) from over


def resized(image: Image, width: int, height: int) -> Image:
    """`image` at this size. Pillow multiplies alpha in meanwhile, so the colour of invisible pixels does not bleed.

    The gap lets Pillow first shrink by a whole factor, as `covering` does: 640 out of 1600 pixels takes 14 ms instead
    of 30, with a difference (1.4 of 255, RMS) below that of the encoders.
    """
    from PIL.Image import Resampling

    if image.size == (width, height):
        return image
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=1.2)


def plain(image: Image) -> Image:
    """`image` in mode L, RGB, RGBA or (JPEG only) CMYK, 8 bits a channel."""
    see_through = "transparency" in image.info
    if image.mode.startswith("I;16"):
        # The high byte, as PNG viewers do; Pillow's own conversion clips instead of scaling.
        high = slice(0, None, 2) if image.mode == "I;16B" else slice(1, None, 2)
        from PIL.Image import frombytes

        return frombytes("L", image.size, image.tobytes()[high])
    if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or (see_through and image.mode in ("1", "L", "P", "RGB")):
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode == "P" and image.palette is not None and image.palette.mode == "RGBA":
        return image.convert("RGBA")
    if image.mode == "I":
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGB")


def _finished(image: Image, turn: int, icc: object) -> Image:
    image = _to_srgb(plain(image), icc)
    image = _upright(image, turn)
    if image.mode == "RGBA" and cast("tuple[int, int]", image.getchannel("A").getextrema())[0] == 255:
        image = image.convert("RGB")  # screenshots carry an alpha channel and use none of it
    elif not type(image).__module__.endswith(".Image"):
        image = image.copy()  # lets go of the file and its decoder
    image.info.clear()  # savers take ICC, EXIF, XMP and comments from here
    return image


def _upright(image: Image, turn: int) -> Image:
    from PIL.Image import Transpose

    ways = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(ways[turn]) if turn in ways else image


def _to_srgb(image: Image, icc: object) -> Image:
    """`image` with its colours as a browser takes them when no profile is attached.

    A damaged or absent profile means sRGB, for CMYK the simple conversion. Grey profiles are left out of account.
    """
    if isinstance(icc, bytes) and len(icc) <= _LARGEST_PROFILE and image.mode != "L":
        transform = _transform(icc, image.mode)
        if transform is not None:
            return transform.apply(image)
    return image.convert("RGB") if image.mode == "CMYK" else image


_HEAD, _TAG, _MOST_TAGS = 128, 12, 100  # bytes of a profile's parts; tags that are read
_STAGES = frozenset({b"D2B0", b"D2B1", b"D2B2", b"D2B3", b"B2D0", b"B2D1", b"B2D2", b"B2D3"})


def _without_stages(icc: bytes) -> bytes:
    """`icc` without its chains of stages, of which a few bytes can list millions, all gone through for every colour.

    Browsers leave them aside, too: a profile that has them has the tables that came before them as well.
    """
    data = bytearray(icc)
    start = _HEAD + 4
    for at in range(start, start + _TAG * min(int.from_bytes(icc[_HEAD:start], "big"), _MOST_TAGS), _TAG):
        if icc[at : at + 4] in _STAGES:
            data[at : at + 4] = b"none"
    return bytes(data)


@lru_cache(maxsize=8)
def _transform(icc: bytes, mode: str) -> ImageCmsTransform | None:
    """The way from a colour profile to sRGB; None where there is nothing to do or nothing that can be done."""
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(_without_stages(icc)))
        space = profile.profile.xcolor_space.strip()
        description = profile.profile.profile_description or ""
        if space != {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}.get(mode) or description.startswith("sRGB"):
            return None
        return ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB" if mode == "CMYK" else mode,
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError):
        return None
