"""Color: sRGB hex, OKLCH and WCAG contrast, the same to the last bit on every machine.

Only IEEE additions, multiplications, divisions and square roots are used. A hue is kept as a unit vector, so no sine or
arc tangent of a C library can differ; the gamma curve is a table of 256 constants that were rounded once.
Source: Björn Ottosson, "A perceptual color space for image processing" (OKLab); WCAG 2.2, "relative luminance".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def _linear(byte: int) -> float:
    x = byte / 255
    return round(x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4, 12)


_LINEAR = tuple(_linear(byte) for byte in range(256))
# Linear light half way between two neighbouring bytes *as encoded*: what lies above rounds to the upper byte.
_EDGES = tuple(
    round((x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4), 12)
    for x in ((byte + 0.5) / 255 for byte in range(255))
)


class NotAColor(ValueError):
    """Text that is not "#rgb" or "#rrggbb"."""


class Oklch(NamedTuple):
    """A colour by lightness (0–1), chroma (0–0.4) and hue, the hue as a point on the unit circle."""

    light: float
    chroma: float
    a: float
    b: float

    def at(self, light: float, chroma: float | None = None) -> Oklch:
        """The same hue at another lightness, and at another chroma where one is given."""
        return Oklch(min(max(light, 0.0), 1.0), self.chroma if chroma is None else chroma, self.a, self.b)


def normal(text: str) -> str:
    """`text` as lower-case "#rrggbb". Raises NotAColor."""
    if not _HEX.fullmatch(text):
        raise NotAColor(f"not a colour such as #17324d: {text[:40]!r}")
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


@lru_cache(maxsize=4096)
def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb", 0 for black to 1 for white."""
    return (
        0.2126 * _LINEAR[int(color[1:3], 16)]
        + 0.7152 * _LINEAR[int(color[3:5], 16)]
        + 0.0722 * _LINEAR[int(color[5:7], 16)]
    )


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two "#rrggbb" colours, 1 to 21."""
    first, second = luminance(one), luminance(other)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@lru_cache(maxsize=4096)
def oklch(color: str) -> Oklch:
    """ "#rrggbb" in OKLCH. A grey has chroma 0 and, for want of a hue, points to red."""
    light, a, b = _lab(color)
    chroma = sqrt(a * a + b * b)
    return Oklch(light, 0.0, 1.0, 0.0) if chroma < 1e-4 else Oklch(light, chroma, a / chroma, b / chroma)


def difference(one: str, other: str) -> float:
    """How far apart two colours look: the distance in OKLab (ΔE OK). 0.02 is just noticeable, black to white is 1."""
    (l1, a1, b1), (l2, a2, b2) = _lab(one), _lab(other)
    return sqrt((l1 - l2) ** 2 + (a1 - a2) ** 2 + (b1 - b2) ** 2)


def hexadecimal(color: Oklch) -> str:
    """The nearest displayable "#rrggbb": hue and lightness kept, chroma lowered as far as sRGB demands."""
    red, green, blue = _displayable(color)
    return f"#{bisect_right(_EDGES, red):02x}{bisect_right(_EDGES, green):02x}{bisect_right(_EDGES, blue):02x}"


def with_luminance(color: Oklch, target: float) -> Oklch:
    """`color` at the lightness where its luminance is `target` (0–1), with its hue and what chroma sRGB has there."""
    target = min(max(target, 0.0), 1.0)
    low, high = 0.0, 1.0
    light = _cube_root(target)  # exact for greys and close for the rest
    for _ in range(12):
        found = _luminance(_displayable(color.at(light)))
        error = found - target
        if -2e-4 < error < 2e-4:
            break
        if error > 0:
            high = light
        else:
            low = light
        # Newton's step for a grey, whose luminance is the cube of its lightness; halving where that leaves the bracket.
        light -= error / (3.0 * light * light + 1e-6)
        if not low < light < high:
            light = (low + high) / 2
    return color.at(light)


def _lab(color: str) -> tuple[float, float, float]:
    red, green, blue = _LINEAR[int(color[1:3], 16)], _LINEAR[int(color[3:5], 16)], _LINEAR[int(color[5:7], 16)]
    long = _cube_root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = _cube_root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = _cube_root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(light: float, a: float, b: float) -> tuple[float, float, float]:
    long = light + 0.3963377774 * a + 0.2158037573 * b
    medium = light - 0.1055613458 * a - 0.0638541728 * b
    short = light - 0.0894841775 * a - 1.2914855480 * b
    long, medium, short = long * long * long, medium * medium * medium, short * short * short
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _displayable(color: Oklch) -> tuple[float, float, float]:
    """Linear red, green and blue of `color` with the largest chroma, up to its own, that sRGB can show."""
    light, chroma, a, b = color
    rgb = _rgb(light, chroma * a, chroma * b)
    if _inside(rgb):
        return rgb
    low, high = 0.0, chroma
    best = _rgb(light, 0.0, 0.0)
    for _ in range(9):  # to 1/512 of the chroma, finer than a byte
        middle = (low + high) / 2
        rgb = _rgb(light, middle * a, middle * b)
        if _inside(rgb):
            low, best = middle, rgb
        else:
            high = middle
    return best


def _inside(rgb: tuple[float, float, float]) -> bool:
    red, green, blue = rgb
    return -0.0002 <= red <= 1.0002 and -0.0002 <= green <= 1.0002 and -0.0002 <= blue <= 1.0002


def _luminance(rgb: tuple[float, float, float]) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def _cube_root(value: float) -> float:
    """The cube root by Newton's method, so that it is the same everywhere; 0 for anything that is not positive."""
    if value <= 1e-12:
        return 0.0
    root = 0.25 + 0.85 * value if value > 0.05 else 0.12 + 5.0 * value
    for _ in range(7):
        root = (2.0 * root + value / (root * root)) / 3.0
    return root
