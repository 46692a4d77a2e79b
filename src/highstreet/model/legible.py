"""Legible: the least change of a colour that makes it readable on the grounds where it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from highstreet.model.color import Oklch, contrast, hexadecimal, luminance, oklch, with_luminance

TEXT = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum)
CONTROL = 3.0  # WCAG 2.2, 1.4.11 Non-text Contrast
_STEP = 0.004  # of lightness, about one byte


class Ground(NamedTuple):
    """The colours something is shown on, all of them either light (text is darker) or dark (text is lighter)."""

    colors: tuple[str, ...]
    dark: bool
    worst: float  # luminance of the colour that is hardest to read on

    @property
    def most(self) -> float:
        """The best contrast anything can have on all of the colours: that of black or of white."""
        return 1.05 / (self.worst + 0.05) if self.dark else (self.worst + 0.05) / 0.05


class Fill(NamedTuple):
    """A coloured area that takes text: at rest, pointed at, pressed, the text on it and its edge."""

    base: str
    hover: str
    active: str
    on: str
    border: str


def ground(colors: Iterable[str], dark: bool) -> Ground:
    """`colors` as one ground."""
    colors = tuple(colors)
    lights = [luminance(color) for color in colors]
    return Ground(colors, dark, max(lights) if dark else min(lights))


def reads(color: str, on: Ground, ratio: float) -> bool:
    """Whether `color` keeps `ratio` on every colour of the ground."""
    return all(contrast(color, under) >= ratio for under in on.colors)


def legible(color: str, on: Ground, ratio: float) -> str:
    """`color` itself where it reads on the ground, else the nearest lightness of its hue that does.

    Black or white where even that does not reach `ratio`: grounds are made so that those two always do for text.
    """
    return color if reads(color, on, ratio) else _moved(oklch(color), on, ratio)


def shade(color: Oklch, on: Ground, ratio: float) -> str:
    """The hue of `color` at just that contrast on the ground, or as near as the ground allows, at most 85 % of it."""
    return _moved(color, on, max(min(ratio, on.most * 0.85), min(ratio, TEXT)))


def on_color(fill: str, tint: Oklch) -> str:
    """The text colour for `fill`: white where it reads, else an ink of the tint's hue, else black."""
    if contrast("#ffffff", fill) >= TEXT:
        return "#ffffff"
    ink = hexadecimal(tint.at(0.2, min(tint.chroma, 0.045)))
    return ink if contrast(ink, fill) >= TEXT else "#000000"


def fill(base: str, page: Ground) -> Fill:
    """`base` as the fill of a control on `page`, with its states. One of black and white reads on any colour."""
    tint = oklch(base)
    on = on_color(base, tint)
    # Away from the text, so that no state reads worse; near the end of the scale there is only one way to go.
    step = -0.05 if on == "#ffffff" else 0.035
    if tint.light < 0.22 or (tint.light > 0.9 and on != "#ffffff"):
        step = -step * 1.4
    states = [base]
    for factor in (1, 2):
        state = hexadecimal(tint.at(tint.light + step * factor))
        if contrast(state, on) < TEXT:
            state = hexadecimal(tint.at(tint.light - step * factor))
        states.append(state if contrast(state, on) >= TEXT else base)
    return Fill(states[0], states[1], states[2], on, legible(base, page, CONTROL))


def fill_roles(name: str, made: Fill) -> dict[str, str]:
    """The roles of a fill under the name of what is filled: "primary", "primary-hover", …, "on-primary"."""
    return {
        name: made.base,
        f"{name}-hover": made.hover,
        f"{name}-active": made.active,
        f"on-{name}": made.on,
        f"{name}-border": made.border,
    }


def further(color: str, on: Ground) -> str:
    """`color` a step further from the ground, for a text that is pointed at; back towards it where there is no room."""
    tint = oklch(color)
    for step in (0.08, -0.05):
        moved = hexadecimal(tint.at(tint.light + (step if on.dark else -step)))
        if moved != color and reads(moved, on, TEXT):
            return moved
    return color


def _moved(color: Oklch, on: Ground, ratio: float) -> str:
    if on.dark:
        target, step, end = ratio * (on.worst + 0.05) - 0.05, _STEP, "#ffffff"
    else:
        target, step, end = (on.worst + 0.05) / ratio - 0.05, -_STEP, "#000000"
    if not 0.0 < target < 1.0:
        return end
    moved = with_luminance(color, target)
    # The target is met before rounding to bytes; a step or two makes it hold after.
    for _ in range(12):
        found = hexadecimal(moved)
        if reads(found, on, ratio):
            return found
        moved = moved.at(moved.light + step)
    return end
