"""Logo: a shop's drawing as pixels, fit for the ground it is to stand on."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from highstreet.run.drawing import rendered
from highstreet.source.image import ImageProblem
from highstreet.source.svg import sanitise, svg_info

if TYPE_CHECKING:
    from PIL.Image import Image

_READABLE = 2.0  # contrast that a shape needs against its ground to be made out
_FINE = 4  # drawn this much larger, then shrunk, for the corners of the plate
_PADDING = 18


@lru_cache(maxsize=8)
def placed(drawing: bytes, ground: str, page: str, box: tuple[int, int]) -> Image | None:
    """The logo within `box`, mode RGBA; on a plate where it would not show on `ground`: of the
    `page` colour, else the one of white and near black that it shows on.

    None for a drawing that cannot be used, or whose text needs a font: no font of the system may decide its look.
    """
    from PIL.Image import Resampling, open

    try:
        info = svg_info(drawing)
        if info.has_text:
            return None
        scale = min(box[0] / info.width, box[1] / info.height)
        size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
        png = rendered(sanitise(drawing), 2 * size[0], 2 * size[1])
    except ImageProblem:
        return None
    with open(BytesIO(png), formats=("PNG",)) as picture:
        image = picture.convert("RGBA")
    if image.getbbox() is None:
        return None
    image = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Resampling.LANCZOS)
    if _shows(image, ground):
        return image
    return _on_plate(image, next((plate for plate in (page, "#ffffff", "#16181d") if _shows(image, plate)), page))


def _shows(image: Image, ground: str) -> bool:
    """Whether most of what is drawn stands out from `ground`."""
    from PIL.ImageColor import getrgb

    small = image.resize((40, 40)).tobytes()
    under = _luminance(getrgb(ground)[:3])
    drawn = clear = 0
    for at in range(0, len(small), 4):
        if small[at + 3] > 127:
            drawn += 1
            light = _luminance(tuple(small[at : at + 3]))
            clear += (max(light, under) + 0.05) / (min(light, under) + 0.05) >= _READABLE
    return clear >= 0.7 * drawn


def _on_plate(image: Image, color: str) -> Image:
    from PIL.Image import Resampling, new
    from PIL.ImageDraw import Draw

    size = (image.width + 2 * _PADDING, image.height + 2 * _PADDING)
    shape = new("L", (size[0] * _FINE, size[1] * _FINE))
    Draw(shape).rounded_rectangle((0, 0, shape.width - 1, shape.height - 1), 14 * _FINE, 255)
    plate = new("RGBA", size, color)
    plate.putalpha(shape.resize(size, Resampling.BOX))
    plate.alpha_composite(image, (_PADDING, _PADDING))
    return plate


def _luminance(color: tuple[int, ...]) -> float:
    red, green, blue = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
