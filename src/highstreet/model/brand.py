"""Brand: the colours a tenant states, with the hues that tint everything derived from them."""

from __future__ import annotations

from typing import NamedTuple

from highstreet.model.color import Oklch, oklch


class Brand(NamedTuple):
    """One to three colours as "#rrggbb", "" where the tenant gave none."""

    primary: str
    accent: str
    background: str
    ink: Oklch  # hue and chroma that tint dark texts and dark grounds
    paper: Oklch  # hue and chroma that tint light grounds


def parsed(primary: str, accent: str, background: str) -> Brand:
    """The brand of up to three colours. A grey primary is tinted by the accent; paper without a hue by the ink.

    An accent of black or nearly black is the brand's ink: who names it wants neither brown nor navy beside it.
    """
    main, second, paper = oklch(primary), oklch(accent or primary), oklch(background or "#ffffff")
    ink = second if main.chroma < 0.02 or black(second) else main
    return Brand(primary, accent, background, ink, paper if paper.chroma >= 0.004 else ink)


def black(color: Oklch) -> bool:
    """Whether people call it black: a deep grey."""
    return color.chroma < 0.02 and color.light < 0.35
