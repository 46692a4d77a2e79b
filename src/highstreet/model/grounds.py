"""Grounds: bands of a page in other colours than the page's own, each with its texts, edges and button."""

from __future__ import annotations

from collections.abc import Mapping

from highstreet.model.brand import Brand, black
from highstreet.model.color import contrast, difference, hexadecimal, oklch
from highstreet.model.legible import CONTROL, TEXT, fill, fill_roles, further, ground, legible, reads, shade

GROUNDS = ("header", "footer", "inverse", "tint", "brand", "spot")


def grounds(brand: Brand, page: Mapping[str, str], dark: bool, own: bool) -> dict[str, str]:
    """The other grounds of a page, each with its own texts, edges and button."""
    ink = brand.ink
    deep = ink.at(0.235, min(ink.chroma * 0.5, 0.055 if ink.b < 0 else 0.035))
    main, page_color = oklch(brand.primary), oklch(page["bg"])
    if brand.accent and black(oklch(brand.accent)):
        deep = oklch(brand.accent)
    elif 0.16 < main.light < 0.36:
        deep = main  # navy, forest, oxblood: the brand is the band
    if dark and own:
        inverse = brand.paper.at(0.955, min(brand.paper.chroma, 0.014))  # the opposite of a dark page
        footer = oklch(page["surface"])
    elif dark:  # a pale band would glare at night
        inverse = ink.at(0.27, min(ink.chroma * 0.45, 0.05))
        footer = page_color.at(0.145)
    else:
        inverse = footer = deep
    if not dark and page_color.chroma >= 0.004:  # a deeper cream on a cream page
        tint = page_color.at(page_color.light - 0.05, page_color.chroma * (2 if page_color.chroma < 0.03 else 1.15))
    elif dark:
        tint = ink.at(min(page_color.light + 0.075, 0.4), min(ink.chroma * 0.3, 0.04))
    else:
        tint = ink.at(max(page_color.light - 0.04, 0.8), min(ink.chroma * 0.25, 0.03))
    return {
        f"{name}-{role}": color
        for name, under in (
            ("header", page["bg"]),
            ("footer", hexadecimal(footer)),
            ("inverse", hexadecimal(inverse)),
            ("tint", hexadecimal(tint)),
            ("brand", page["primary"]),
            ("spot", page["accent"]),
        )
        for role, color in _ground_roles(under, brand, page).items()
    }


_SHARED = ("bg", "surface", "text", "heading", "link", "link-hover", "border", "border-control", "focus")
_BUTTON = ("primary", "primary-hover", "primary-active", "on-primary", "primary-border")


def _ground_roles(under: str, brand: Brand, page: Mapping[str, str]) -> dict[str, str]:
    """Texts, edges and a button for one ground, under the names they have on the page."""
    if under == page["bg"]:
        return {role: page[role] for role in (*_SHARED, *_BUTTON)} | {"muted": page["text-muted"]}
    base = oklch(under)
    dark = contrast(under, "#ffffff") >= TEXT
    # Away from the text where contrast is scarce, towards the light (as things that are nearer are) where it is not.
    surface = hexadecimal(base.at(base.light + ((0.045 if base.light < 0.36 else -0.05) if dark else 0.035)))
    on = ground((under, surface), dark)
    tint = base if base.chroma >= 0.02 else brand.ink
    quiet = tint.at(0.5, min(tint.chroma * 0.3, 0.035))
    if dark:
        text, heading = tint.at(0.95, min(tint.chroma * 0.2, 0.018)), tint.at(0.98, 0.008)
    else:
        text, heading = tint.at(0.22, min(tint.chroma * 0.2, 0.04)), tint.at(0.2, min(tint.chroma, 0.05))
    body = legible(hexadecimal(text), on, 7.0)
    candidates = (page["primary"], brand.accent, page["accent"])
    button = next((color for color in candidates if color and _stands_out(color, under, dark)), body)
    hues = (page["primary"], page["accent"])
    link = next((color for color in hues if oklch(color).chroma >= 0.03 and reads(color, on, TEXT)), body)
    return {
        "bg": under,
        "surface": surface,
        "text": body,
        "muted": shade(quiet, on, 6.5 if dark else 5.4),
        "heading": legible(hexadecimal(heading), on, 7.0),
        "link": link,
        "link-hover": further(link, on),
        "border": hexadecimal(base.at(base.light + (0.1 if dark else -0.09))),
        "border-control": shade(quiet, on, 3.4),
        "focus": link,
        **fill_roles("primary", fill(button, ground((under,), dark))),
    }


def _stands_out(color: str, under: str, dark: bool) -> bool:
    """Whether a button of this colour is noticed on a ground; its edge is drawn stronger where contrast is low."""
    seen = contrast(color, under)
    return seen >= CONTROL or (difference(color, under) >= 0.12 and (not dark or seen >= 2.2))
