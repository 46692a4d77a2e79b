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
    """The brand of up to three colours. A grey primary is tinted by the accent; paper without a hue by the ink."""
    main, second, paper = oklch(primary), oklch(accent or primary), oklch(background or "#ffffff")
    ink = main if main.chroma >= 0.02 else second
    return Brand(primary, accent, background, ink, paper if paper.chroma >= 0.004 else ink)
