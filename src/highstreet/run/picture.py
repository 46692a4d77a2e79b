"""Picture runner: what social networks show for a product, 1200 × 630 pixels: photo, title, price and shop.

Inputs: title, price, brand (text), compare_at (text or None), photo (bytes or None), colors (role → "#rrggbb", as
model/palette.py gives them), logo_svg (bytes or None), heading_font and body_font (bytes), dir ("ltr" | "rtl"), and
optionally heading_weight and body_weight (int), and "font 0", "font 1" … (bytes): further fonts, asked in that order
for characters that the two lack.

A text that no font covers is left out: a picture without a title looks meant, a row of boxes does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from highstreet.run.lettering import Block, Font, covers, fit, font, line, mask
from highstreet.run.logo import placed
from highstreet.run.photo import photograph

if TYPE_CHECKING:
    from PIL.Image import Image

    from highstreet.run.bidi import Direction

VERSION = 2
TOOLS: tuple[str, ...] = ("pillow", "uharfbuzz", "fonttools", "resvg-py", "py-svg-hush")

WIDTH, HEIGHT = 1200, 630
_MARGIN = 64
_QUALITY = 86
_PRICE_WEIGHT = 650  # at least: the body font sets only prices here
_BAR = (72, 6)  # the accent above the title


class _Texts(NamedTuple):
    """What is to be read. A text is "" where none is given or no font can set it."""

    title: str
    price: str
    compare_at: str
    brand: str


class _Colors(NamedTuple):
    """The brand ground of the shop's scheme, and the two colours of its page that matter here."""

    ground: str
    shade: str
    border: str
    title: str
    text: str
    muted: str
    accent: str
    page: str
    surface: str


class _Type(NamedTuple):
    heading: tuple[Font, ...]
    body: tuple[Font, ...]
    base: Direction


class _Column(NamedTuple):
    """Where texts stand: a strip of the picture, set from the side where reading starts."""

    left: int
    width: int
    base: Direction

    def place(self, wide: float, shift: float = 0.0) -> int:
        """The left end of something `wide`, `shift` away from the starting edge."""
        return round(self.left + (self.width - wide - shift if self.base == "rtl" else shift))


def run(inputs: Mapping[str, object]) -> bytes:
    """The picture as JPEG. Raises: ImageProblem for a photo that cannot be decoded."""
    colors, faces = _colors(inputs.get("colors")), _type(inputs)
    texts = _texts(inputs, faces)
    photo, logo = inputs.get("photo"), inputs.get("logo_svg")
    assert photo is None or isinstance(photo, bytes)
    assert logo is None or isinstance(logo, bytes)

    if photo is None:
        canvas = _ornament(colors, faces.base)
        column = _column(0, WIDTH, 780, faces.base)
    else:
        canvas, column = _beside_photo(photo, colors, faces.base)
    below = _shop(canvas, column, texts.brand if texts.title else "", logo, colors, faces)
    above = _price(canvas, column, texts, colors, faces, 60 if photo is None else 50)
    _title(canvas, column, texts.title or texts.brand, (below, above), colors, faces, large=photo is None)
    out = BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)  # full chroma: coloured letters stay sharp
    return out.getvalue()


def _column(left: int, right: int, most: int, base: Direction) -> _Column:
    width = min(right - left - 2 * _MARGIN, most)
    return _Column(right - _MARGIN - width if base == "rtl" else left + _MARGIN, width, base)


def _beside_photo(photo: bytes, colors: _Colors, base: Direction) -> tuple[Image, _Column]:
    from PIL.Image import new

    side = HEIGHT  # a square, as most product photos are
    canvas = new("RGB", (WIDTH, HEIGHT), colors.ground)
    canvas.paste(photograph(photo, side, HEIGHT, colors.surface), (0 if base == "rtl" else WIDTH - side, 0))
    left, right = (side, WIDTH) if base == "rtl" else (0, WIDTH - side)
    return canvas, _column(left, right, WIDTH, base)


def _ornament(colors: _Colors, base: Direction) -> Image:
    """The ground of a picture without a photo: two discs and a ring where no text stands."""
    from PIL.Image import new
    from PIL.ImageDraw import Draw

    fine = 2  # drawn at twice the size, so that the circles have smooth edges
    canvas = new("RGB", (WIDTH * fine, HEIGHT * fine), colors.ground)
    draw = Draw(canvas)

    def circle(x: int, y: int, radius: int, fill: str | None, line: str | None = None) -> None:
        center = ((WIDTH - x if base == "rtl" else x) * fine, y * fine)
        draw.circle(center, radius * fine, fill, line, 3 * fine if line else 0)

    circle(1110, 470, 330, colors.shade)
    circle(1050, 150, 190, None, colors.border)
    circle(884, 247, 34, colors.accent)
    return canvas.reduce(fine)


def _shop(canvas: Image, column: _Column, brand: str, logo: bytes | None, colors: _Colors, faces: _Type) -> float:
    """Draws the logo, else the shop's name, at the top. Gives where it ends."""
    mark = placed(logo, colors.ground, colors.page, (min(column.width, 300), 76)) if logo else None
    if mark is not None:
        canvas.paste(mark, (column.place(mark.width), _MARGIN), mark)
        return _MARGIN + mark.height
    if not brand:
        return _MARGIN
    block = fit(brand, faces.heading, column.width, 90, (36, 32, 28), 2, faces.base)
    _write(canvas, column, block, _MARGIN, colors.text)
    return _MARGIN + block.height


def _price(canvas: Image, column: _Column, texts: _Texts, colors: _Colors, faces: _Type, largest: float) -> float:
    """Draws the price at the foot, the one before it struck out beside it. Gives where they begin."""
    foot = HEIGHT - _MARGIN
    if not texts.price:
        return foot
    for size in (largest, largest * 0.85, largest * 0.7, largest * 0.55):
        price = line(texts.price, faces.body, size, faces.base)
        before = line(texts.compare_at, faces.body, size * 0.62, faces.base)
        gap = size * 0.4 if texts.compare_at else 0.0
        if price.width + gap + before.width <= column.width:
            break
    top = foot - price.cap
    _write(canvas, column, price, top, colors.title)
    if texts.compare_at and price.width + gap + before.width <= column.width:
        shift = price.width + gap
        _write(canvas, column, before, foot - before.cap, colors.muted, shift)
        start = column.place(before.width, shift)
        middle = round(foot - before.cap / 2)
        canvas.paste(colors.muted, (start - 4, middle - 1, start + round(before.width) + 4, middle + 2))
    return top - 44


def _title(
    canvas: Image, column: _Column, title: str, room: tuple[float, float], colors: _Colors, faces: _Type, large: bool
) -> None:
    """Draws the title, as large as it goes, on top of what is below it, and the accent bar over that."""
    top, foot = room
    if title:
        sizes = (104, 96, 88, 80, 72, 64, 56, 48) if large else (78, 72, 66, 60, 54, 48, 43, 38)
        block = fit(title, faces.heading, column.width, foot - top - 92, sizes, 5, faces.base)
        foot -= block.height
        _write(canvas, column, block, foot, colors.title)
        foot -= 38
    x = column.place(_BAR[0])
    canvas.paste(colors.accent, (x, round(foot) - _BAR[1], x + _BAR[0], round(foot)))


def _write(canvas: Image, column: _Column, block: Block, top: float, color: str, shift: float = 0.0) -> None:
    """Draws `block` with the tops of its capitals at `top`, `shift` away from the column's starting edge."""
    over, under = round(block.size * 0.6), round(block.size * 0.5)  # accents above, descenders below
    wide, high = round(block.width) + 2 * over, over + round(block.height) + under
    align = "right" if column.base == "rtl" else "left"
    drawn = mask(block, wide, high, align, over + top % 1, over)
    canvas.paste(color, (column.place(wide, shift - over), int(top) - over), drawn)


def _texts(inputs: Mapping[str, object], faces: _Type) -> _Texts:
    def text(name: str, fonts: tuple[Font, ...]) -> str:
        given = str(inputs.get(name) or "").strip()
        return given if covers(given, fonts) else ""

    price = text("price", faces.body)
    return _Texts(
        title=text("title", faces.heading),
        price=price,
        compare_at=text("compare_at", faces.body) if price else "",
        brand=text("brand", faces.heading),
    )


def _type(inputs: Mapping[str, object]) -> _Type:
    names = sorted((name for name in inputs if name.startswith("font ")), key=lambda name: (len(name), name))

    def faces(first: str, then: str, weight: object) -> tuple[Font, ...]:
        files = [inputs.get(name) for name in (first, *names, then)]
        bold = int(str(weight))
        return tuple(font(data, bold) for data in dict.fromkeys(files) if isinstance(data, bytes) and data)

    return _Type(
        heading=faces("heading_font", "body_font", inputs.get("heading_weight") or 650),
        body=faces("body_font", "heading_font", max(_PRICE_WEIGHT, int(str(inputs.get("body_weight") or 0)))),
        base="rtl" if inputs.get("dir") == "rtl" else "ltr",
    )


def _colors(given: object) -> _Colors:
    roles = given if isinstance(given, Mapping) else {}

    def role(name: str, otherwise: str) -> str:
        return str(roles.get(name) or otherwise)

    ground = role("brand-bg", role("primary", "#1f2933"))
    text = role("brand-text", role("on-primary", "#ffffff"))
    return _Colors(
        ground=ground,
        shade=role("brand-surface", ground),
        border=role("brand-border", text),
        title=role("brand-heading", text),
        text=text,
        muted=role("brand-muted", text),
        accent=role("brand-primary", role("accent", text)),
        page=role("header-bg", role("bg", "#ffffff")),
        surface=role("surface", "#f4f4f5"),
    )
