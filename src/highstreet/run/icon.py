"""Icon: a shop's mark for browser tabs and home screens, from its own drawing or picture, else from its initials."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple, cast

from highstreet.run.drawing import rendered
from highstreet.run.outline import Outline, outline

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 3
TOOLS = ("pillow", "resvg-py", "fonttools", "py-svg-hush")

_CORNERS = {"sharp": 0, "soft": 112, "round": 256}  # of the 512 a monogram is drawn on
# Share of the icon that the mark may fill. Maskable: launchers may cut to a circle of 80 %. Apple: iOS rounds corners.
_ROOM = {"any": 1.0, "maskable": 0.6, "apple": 0.76}
_COLOR = re.compile(r"#[0-9a-f]{6}")
MOST_PIXELS = 1024


class IconInputs(NamedTuple):
    """What an icon is made of. `run` takes the same as a mapping; fonts come as "font 0", "font 1", …"""

    form: str  # "svg" | "png" | "ico"
    size: int = 32  # pixels of the square; not used for svg
    purpose: str = "any"  # "any": as it is, on nothing | "maskable" | "apple": on a filled square
    source: bytes = b""  # the shop's favicon, SVG or raster; b"" draws initials
    letters: tuple[str, ...] = ()  # what to try to draw, in order: the name's initials, then the handle's
    fonts: tuple[bytes, ...] = ()
    weight: str = "700"
    fill: str = "#1f2933"  # under the initials
    on: str = "#ffffff"  # the initials
    ground: str = "#ffffff"  # under a drawing with transparent parts, where the purpose needs a filled square
    shape: str = "soft"


def run(inputs: Mapping[str, object]) -> bytes:
    """The icon of `IconInputs` as SVG, PNG or ICO; the same bytes for the same inputs.

    Raises source.image.ImageProblem for a drawing or picture that cannot be used, and font.BadFont.
    """
    plain = {name: data for name, data in inputs.items() if not name.startswith("font ")}
    fonts = tuple(cast(bytes, data) for name, data in sorted(inputs.items()) if name.startswith("font "))
    return icon(IconInputs(**{"fonts": fonts, **plain}))  # type: ignore[arg-type]


def icon(given: IconInputs) -> bytes:
    """The icon of these inputs."""
    if given.purpose not in _ROOM or given.form not in ("svg", "png", "ico") or not 1 <= given.size <= MOST_PIXELS:
        raise ValueError(f"no such icon: {given.form} {given.purpose} {given.size}")
    if given.form == "svg":
        return _drawing(given.source) if given.source else monogram(given).encode("utf-8")
    if not given.source:  # a monogram stands on its own ground for every purpose, so the renderer's PNG is the icon
        drawn = rendered(monogram(given).encode("utf-8"), given.size, given.size)
        return _ico(drawn, given.size) if given.form == "ico" else drawn
    image = _placed(given)
    if given.purpose != "any":
        image = _on(image, given.ground)
    return _ico(_png(image), given.size) if given.form == "ico" else _png(image)


def monogram(given: IconInputs) -> str:
    """An SVG of the initials on the brand colour; a dot where no font has the letters."""
    for color in (given.fill, given.on):
        if not _COLOR.fullmatch(color):
            raise ValueError(f"not a colour: {color[:20]!r}")
    corner = _CORNERS[given.shape] if given.purpose == "any" else 0
    room = 0.82 if given.purpose == "maskable" else 1.0
    found = (outline(text, given.fonts, int(given.weight.split()[-1])) for text in given.letters if text)
    mark = next((_letters(shape, room, given.on) for shape in found if shape), None)
    mark = mark or f'<circle cx="256" cy="256" r="{round(104 * room)}" fill="{given.on}"/>'
    tile = f'<rect width="512" height="512" rx="{corner}" fill="{given.fill}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">{tile}{mark}</svg>\n'


def _letters(shape: Outline, room: float, color: str) -> str:
    """The letters in the middle of the tile, as large as balance allows: one stands taller than two side by side."""
    wide, high = shape.right - shape.left, shape.bottom - shape.top
    scale = min(312 * room / wide, 232 * room / high)
    left = 256 - (shape.left + wide / 2) * scale
    top = 256 - (shape.top + high / 2) * scale
    return f'<path transform="translate({left:.1f} {top:.1f}) scale({scale:.4f})" fill="{color}" d="{shape.path}"/>'


def _placed(given: IconInputs) -> Image:
    """The shop's own mark, whole, in the middle of a transparent square."""
    from PIL import Image

    inner = max(1, round(given.size * _ROOM[given.purpose]))
    mark = _drawn(_drawing(given.source), inner) if _is_drawing(given.source) else _picture(given.source, inner)
    square = Image.new("RGBA", (given.size, given.size), (0, 0, 0, 0))
    square.paste(mark, ((given.size - mark.width) // 2, (given.size - mark.height) // 2))
    return square


def _picture(data: bytes, side: int) -> Image:
    """A raster scaled to fit a square. Small ones stay small rather than blurred."""
    from PIL import Image

    from highstreet.run.image import at
    from highstreet.source.image import probe

    info = probe(data)
    scale = min(side / info.width, side / info.height, 1.0)
    width, height = max(1, round(info.width * scale)), max(1, round(info.height * scale))
    image = at(data, width).convert("RGBA")
    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)


def _is_drawing(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _drawing(data: bytes) -> bytes:
    """The shop's SVG with nothing active in it: the renderer would read files of this machine that an SVG names."""
    from highstreet.source.svg import sanitise

    return sanitise(data)


def _drawn(drawing: bytes, side: int) -> Image:
    """A sanitised SVG as pixels, fitted into a square of `side`."""
    from PIL import Image

    with Image.open(BytesIO(rendered(drawing, side, side)), formats=("PNG",)) as image:
        return image.convert("RGBA")


def _on(image: Image, color: str) -> Image:
    """`image` on an opaque square of `color`."""
    from PIL import Image

    if not _COLOR.fullmatch(color):
        raise ValueError(f"not a colour: {color[:20]!r}")
    square = Image.new("RGBA", image.size, color)
    square.alpha_composite(image)
    return square.convert("RGB")


def _png(image: Image) -> bytes:
    made = BytesIO()
    image.save(made, "PNG", compress_level=6)  # 9 costs twice the time for 2 % of the bytes
    return made.getvalue()


def _ico(png: bytes, size: int) -> bytes:
    """An icon file holding one PNG, as browsers since 2007 read it."""
    side = size % 256  # 0 means 256
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), 22) + png
