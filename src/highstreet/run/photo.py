"""Photo: a product photo that fills a given box without cutting the product or stretching it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from highstreet.run.image import at
from highstreet.source.image import probe

if TYPE_CHECKING:
    from PIL.Image import Image

Rgb = tuple[int, int, int]

_GRID = 48
_ALIKE = 10  # of 255, by which pixels of a plain backdrop may differ
_ENLARGED = 2.0  # at most; a larger blow-up looks broken
_EXTREME = 2.0  # how much longer than the box a picture's shape may be before filling the box would cut too much


def photograph(data: bytes, width: int, height: int, ground: str) -> Image:
    """The photo in a box of `width` × `height`, mode RGB.

    A cut-out stands on `ground` with air around it. A photo on a plain backdrop stands whole on more of that backdrop.
    Any other fills the box, cut evenly at two sides; one of an extreme shape, or too small, stands whole on a blur of
    itself.
    Raises: ImageProblem.
    """
    from PIL.Image import Resampling, new
    from PIL.ImageOps import fit

    info = probe(data)
    filling = max(width, -(-height * info.width // info.height))
    image = at(data, min(filling, info.width))
    if image.mode == "RGBA":
        return _standing(image, new("RGB", (width, height), ground), 0.82)
    image = image.convert("RGB")
    backdrop = _backdrop(image)
    if backdrop is not None:
        return _standing(image, new("RGB", (width, height), backdrop), 1.0)
    shape = (image.width * height) / (image.height * width)
    if filling > _ENLARGED * image.width or not 1 / _EXTREME <= shape <= _EXTREME:
        blur = image.resize((8, 8), Resampling.BOX).resize((width, height), Resampling.BICUBIC)
        return _standing(image, blur, 1.0)
    # A little above the middle: what matters in a tall picture is rarely at its foot.
    return fit(image, (width, height), Resampling.LANCZOS, centering=(0.5, 0.42))


def _standing(image: Image, ground: Image, share: float) -> Image:
    """`image` whole in the middle of `ground`, taking at most `share` of it either way."""
    from PIL.Image import Resampling

    scale = min(share * ground.width / image.width, share * ground.height / image.height, _ENLARGED)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image.resize(size, Resampling.LANCZOS, reducing_gap=2.0)
    corner = ((ground.width - size[0]) // 2, (ground.height - size[1]) // 2)
    ground.paste(image, corner, image if image.mode == "RGBA" else None)
    return ground


def _backdrop(image: Image) -> Rgb | None:
    """The one colour all along the picture's edge, or None where there are several."""
    from PIL.Image import Resampling

    cells = image.resize((_GRID, _GRID), Resampling.BOX).tobytes()
    pixels = [(cells[at], cells[at + 1], cells[at + 2]) for at in range(0, len(cells), 3)]
    edge = [pixel for place, pixel in enumerate(pixels) if place % _GRID in (0, _GRID - 1)]
    edge += pixels[:_GRID] + pixels[-_GRID:]
    middle = (_median(edge, 0), _median(edge, 1), _median(edge, 2))
    alike = sum(all(abs(pixel[band] - middle[band]) <= _ALIKE for band in range(3)) for pixel in edge)
    return middle if alike >= 0.97 * len(edge) else None


def _median(pixels: list[Rgb], band: int) -> int:
    return sorted(pixel[band] for pixel in pixels)[len(pixels) // 2]
