"""Palette: a full light and dark colour scheme from one to three brand colours, readable by construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from highstreet.model.brand import Brand, parsed
from highstreet.model.branding import BrandColors
from highstreet.model.color import (
    Oklch,
    contrast,
    difference,
    hexadecimal,
    luminance,
    normal,
    oklch,
    with_luminance,
)
from highstreet.model.grounds import GROUNDS, grounds
from highstreet.model.legible import (
    CONTROL,
    TEXT,
    Fill,
    Ground,
    fill,
    fill_roles,
    further,
    ground,
    legible,
    on_color,
    reads,
    shade,
)

STATUSES = ("sale", "success", "warning", "danger")
PAGE = ("bg", "surface", "surface-2", "surface-raised", "field")
SCRIM_ALPHA = 0.66  # of the scrim laid over a picture: text on it reads over white and over black

_TEXTS = ("text", "text-muted", "heading", "link", "link-hover", "primary-text", "accent-text")
_ON_GROUND = ("text", "muted", "heading", "link", "link-hover")


def _pairs() -> tuple[tuple[str, str, float], ...]:
    pairs: list[tuple[str, str, float]] = [(text, under, TEXT) for text in _TEXTS for under in PAGE]
    pairs += [(f"{status}-text", under, TEXT) for status in STATUSES for under in PAGE]
    pairs += [(edge, under, CONTROL) for edge in ("border-control", "focus", "icon", "rating") for under in PAGE]
    for brand in ("primary", "accent"):
        pairs += [(f"on-{brand}", f"{brand}{state}", TEXT) for state in ("", "-hover", "-active")]
        pairs += [(f"on-{brand}-soft", f"{brand}-soft", TEXT), (f"{brand}-border", "bg", CONTROL)]
    for status in STATUSES:
        pairs += [(f"on-{status}", status, TEXT), (f"on-{status}-soft", f"{status}-soft", TEXT)]
        pairs += [(f"{status}-border", "bg", CONTROL)]
    for name in GROUNDS:
        grounds = (f"{name}-bg", f"{name}-surface")
        pairs += [(f"{name}-{text}", under, TEXT) for text in _ON_GROUND for under in grounds]
        pairs += [(f"{name}-{edge}", under, CONTROL) for edge in ("border-control", "focus") for under in grounds]
        pairs += [(f"{name}-on-primary", f"{name}-primary{state}", TEXT) for state in ("", "-hover", "-active")]
        pairs += [(f"{name}-primary-border", f"{name}-bg", CONTROL)]
    pairs += [("on-selection", "selection", TEXT), ("on-disabled", "disabled", TEXT)]
    return tuple(pairs)


# (what is read, what it stands on, the least contrast): holds in both looks of every scheme.
PAIRS = _pairs()


@dataclass(frozen=True, slots=True)
class Scheme:
    """Roles ("bg", "on-primary", …) and their "#rrggbb", for shoppers who prefer light and for those who prefer dark.

    A brand whose own background is dark has one look: both mappings are the same.
    """

    light: Mapping[str, str]
    dark: Mapping[str, str]


def scheme(colors: BrandColors) -> Scheme:
    """The scheme of a brand. Every pair in `PAIRS` keeps its ratio on the final hex, whatever the colours.

    The primary and the accent are used as they are wherever they can be seen; what must read as text keeps their hue
    and takes the nearest lightness that does. Raises NotAColor for a text that is not a colour.
    """
    accent, background = (normal(text) if text else "" for text in (colors.accent, colors.background))
    return _scheme(normal(colors.primary), accent, background)


@lru_cache(maxsize=512)
def _scheme(primary: str, accent: str, background: str) -> Scheme:
    brand = parsed(primary, accent, background)
    page, dark = _page(brand.background)
    if dark:
        look = _look(brand, page, dark=True, own=True)
        return Scheme(look, look)
    return Scheme(_look(brand, page, dark=False, own=True), _look(brand, _night(brand), dark=True, own=False))


def _page(background: str) -> tuple[Oklch, bool]:
    """The page's colour and whether it is dark: the tenant's own, moved only when no text could read well on it."""
    page = oklch(background or "#ffffff")
    light = luminance(background or "#ffffff")
    if 0.1 < light < 0.3:  # neither black nor white would reach 7:1, which leaves no room for muted texts
        page = with_luminance(page, 0.1 if light < 0.18 else 0.3)
    return page, light < 0.18


def _night(brand: Brand) -> Oklch:
    """The page of a derived dark look: nearly black with a breath of the brand, less of a warm hue (mud)."""
    return brand.ink.at(0.178, min(brand.ink.chroma * 0.16, 0.024 if brand.ink.b < 0 else 0.012))


def _look(brand: Brand, page: Oklch, *, dark: bool, own: bool) -> dict[str, str]:
    """All roles of one look. `own`: the tenant chose this page colour, so brand colours stay as they are on it."""
    roles = _surfaces(brand, page, dark)
    on = ground((roles[name] for name in PAGE), dark)
    primary = _brand_fill(brand.primary, on, roles["bg"], brand, own)
    accent = _brand_fill(brand.accent, on, roles["bg"], brand, own) if brand.accent else _companion(primary, on)
    roles |= _texts(brand, on, primary, accent)
    idle = roles["disabled"]
    roles["on-disabled"] = shade(brand.ink.at(0.5, 0.02), ground((idle,), contrast(idle, "#ffffff") >= TEXT), 4.6)
    roles |= fill_roles("primary", primary) | _soft_roles("primary", oklch(primary.base), page, dark)
    roles |= fill_roles("accent", accent) | _soft_roles("accent", oklch(accent.base), page, dark)
    roles |= _status_roles(brand, page, on)
    roles |= grounds(brand, roles, dark, own)
    return roles


def _surfaces(brand: Brand, page: Oklch, dark: bool) -> dict[str, str]:
    """The page and what lies on it, each a small step away, tinted with the brand."""
    tinted = page.chroma >= 0.004
    hue = page if tinted else brand.paper
    tint = page.chroma if tinted else min(brand.paper.chroma * 0.08, 0.009)

    def step(by: float, chroma: float = 1.0) -> str:
        return hexadecimal(hue.at(page.light + by, tint * chroma))

    if dark and page.light < 0.3:
        surface, well, raised, field = step(0.032, 0.9), step(0.07, 1.1), step(0.055), step(0.022)
    elif dark:  # a coloured page: away from its white text
        surface, well, raised, field = step(-0.03), step(-0.06), step(-0.045), step(-0.03)
    elif page.light > 0.9:
        lifted = (1 - page.light) * 0.7
        surface, well, raised, field = step(-0.02, 0.9), step(-0.045, 1.3), step(lifted, 0.5), step(lifted, 0.4)
    else:  # away from its dark text
        surface, well, raised, field = step(0.03), step(0.055), step(0.06, 0.8), step(0.06, 0.8)
    return {
        "bg": hexadecimal(page),
        "surface": surface,
        "surface-2": well,
        "surface-raised": raised,
        "field": field,
        "border": step(0.13 if dark else -0.095, 1.8),
        "border-strong": step(0.24 if dark else -0.2, 2.4),
        "disabled": step(0.15 if dark else -0.075, 1.4),
        "shadow": hexadecimal(brand.ink.at(0.02 if dark else 0.24, min(brand.ink.chroma, 0.05))),
        "scrim": hexadecimal(brand.ink.at(0.16, min(brand.ink.chroma, 0.03))),
        "on-scrim": "#ffffff",
    }


def _texts(brand: Brand, on: Ground, primary: Fill, accent: Fill) -> dict[str, str]:
    ink, dark = brand.ink, on.dark
    quiet = ink.at(0.5, min(ink.chroma * 0.25, 0.03))
    if dark:
        text, heading = ink.at(0.925, min(ink.chroma * 0.1, 0.01)), ink.at(0.97, min(ink.chroma * 0.1, 0.012))
    else:
        text, heading = ink.at(0.235, min(ink.chroma * 0.3, 0.03)), ink.at(0.225, min(ink.chroma * 0.5, 0.06))
    if not dark and oklch(brand.primary).light < 0.42 and reads(brand.primary, on, 7.0):
        heading = oklch(brand.primary)  # a dark brand is its own best ink
    body = legible(hexadecimal(text), on, 7.0)
    link = _link(brand, on, body)
    selected = hexadecimal(oklch(primary.base).at(0.4 if dark else 0.88, min(ink.chroma, 0.09)))
    return {
        "text": body,
        "text-muted": shade(quiet, on, 5.4),
        "heading": legible(hexadecimal(heading), on, 7.0),
        "link": link,
        "link-hover": further(link, on),
        "primary-text": legible(primary.base, on, TEXT),
        "accent-text": legible(accent.base, on, TEXT),
        "border-control": shade(quiet, on, 3.4),
        "icon": shade(quiet, on, 4.6),
        "focus": legible(primary.base if oklch(primary.base).chroma >= 0.02 else link, on, CONTROL),
        "selection": selected,
        "on-selection": on_color(selected, ink),
    }


def _link(brand: Brand, on: Ground, text: str) -> str:
    """The brand as a link: the primary, or the accent where that has to change much less, or the text's own colour."""
    chromatic = [color for color in (brand.primary, brand.accent) if color and oklch(color).chroma >= 0.03]
    if not chromatic:
        return text
    moved = [(color, legible(color, on, TEXT)) for color in chromatic]
    costs = [difference(color, found) for color, found in moved]
    return moved[1][1] if len(moved) == 2 and costs[0] > 0.12 and costs[1] < costs[0] / 2 else moved[0][1]


def _brand_fill(color: str, on: Ground, page: str, brand: Brand, own: bool) -> Fill:
    """A brand colour as a control: itself wherever it stands out from the page, else moved until it does."""
    tint = oklch(color)
    seen = contrast(color, page)
    if seen < CONTROL:
        grey = tint.chroma < 0.025
        if grey and seen < 1.35:  # white on white, black on black: the strongest colour, not a middle grey
            color = hexadecimal(brand.ink.at(0.95 if on.dark else 0.22, min(brand.ink.chroma, 0.03)))
        elif (on.dark and not own) or difference(color, page) < 0.045:
            color = legible(color, ground((page,), on.dark), CONTROL)
    return fill(color, ground((page,), on.dark))


def _companion(primary: Fill, on: Ground) -> Fill:
    """An accent for a brand of one colour: its hue, brighter beside a deep primary and deeper beside a bright one."""
    tint = oklch(primary.base)
    deep = tint.light < 0.5
    color = hexadecimal(tint.at(tint.light + (0.2 if deep else -0.17), tint.chroma * (1.15 if deep else 0.95)))
    page = ground(on.colors[:1], on.dark)
    return fill(legible(color, page, CONTROL), page)


def _soft_roles(name: str, tint: Oklch, page: Oklch, dark: bool) -> dict[str, str]:
    """A pale wash of a colour and the same hue as text on it."""
    if dark:
        soft = hexadecimal(tint.at(min(page.light + 0.11, 0.36), min(tint.chroma * 0.45, 0.065)))
    else:
        soft = hexadecimal(tint.at(max(page.light - 0.055, 0.78), min(tint.chroma * 0.4, 0.045)))
    text = shade(tint.at(0.5, min(tint.chroma, 0.13)), ground((soft,), dark), 6.0)
    return {f"{name}-soft": soft, f"on-{name}-soft": text}


# Hues as points of the unit circle: red 27°, green 150°, amber 72°.
_STATUS_HUES = {
    "sale": (0.8910, 0.4540),
    "success": (-0.8660, 0.5000),
    "warning": (0.3090, 0.9511),
    "danger": (0.8910, 0.4540),
}


def _status_roles(brand: Brand, page: Oklch, on: Ground) -> dict[str, str]:
    """Sale, success, warning and danger, as strong or as quiet as the brand; a red brand lends its red to the sale."""
    roles: dict[str, str] = {}
    under = ground(on.colors[:1], on.dark)
    strength = min(max(0.1 + 0.35 * max(brand.ink.chroma, oklch(brand.accent or brand.primary).chroma), 0.12), 0.19)
    for status, (a, b) in _STATUS_HUES.items():
        light = 0.8 if status == "warning" else 0.7 if on.dark else 0.54
        base = hexadecimal(Oklch(light, strength * (0.8 if status == "success" else 1.0), a, b))
        if status == "sale":
            base = next((color for color in (brand.accent, brand.primary) if color and _is_red(color)), base)
        made = fill(base, under)
        tint = oklch(base)
        roles |= {status: base, f"on-{status}": made.on, f"{status}-border": made.border}
        roles |= {f"{status}-text": legible(base, on, TEXT)} | _soft_roles(status, tint, page, on.dark)
        if status == "warning":
            roles["rating"] = legible(base, on, CONTROL)
    return roles


def _is_red(color: str) -> bool:
    """Whether a shopper takes `color` for the red of a sale: within about 25° of red, strong, neither dark nor pale."""
    tint = oklch(color)
    return tint.chroma > 0.12 and 0.45 < tint.light < 0.75 and tint.a * 0.8910 + tint.b * 0.4540 > 0.906
