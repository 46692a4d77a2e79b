"""Style: the one style sheet of a shop, its tokens first and the theme's rules after them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from highstreet.model.color import luminance
from highstreet.model.grounds import GROUNDS
from highstreet.model.palette import SCRIM_ALPHA, STATUSES
from highstreet.run.css import BadStyle, minified, without
from highstreet.run.font import BadFont, metrics, stand_ins
from highstreet.theme.fonts import LATIN, MONO, Face, Type

VERSION = 1
TOOLS: tuple[str, ...] = ("fonttools", "brotli")  # measures a tenant's own fonts

# name, corner of: small things, fields, buttons, cards, pictures, dialogs
_RADII: Mapping[str, tuple[str, ...]] = {
    "sharp": ("0", "0", "0", "0", "0", "0"),
    "soft": ("4px", "8px", "8px", "12px", "12px", "16px"),
    "round": ("8px", "14px", "999px", "22px", "20px", "28px"),
}
_PARTS = ("xs", "field", "button", "card", "image", "dialog")

_SCALE = {
    "size-xs": "0.75rem",
    "size-sm": "0.875rem",
    "size-md": "1rem",
    "size-lg": "clamp(1.0625rem, 1.02rem + 0.25vw, 1.1875rem)",
    "size-xl": "clamp(1.1875rem, 1.1rem + 0.45vw, 1.4375rem)",
    "size-2xl": "clamp(1.4375rem, 1.25rem + 0.95vw, 2rem)",
    "size-3xl": "clamp(1.75rem, 1.42rem + 1.65vw, 2.75rem)",
    "size-4xl": "clamp(2.125rem, 1.55rem + 2.9vw, 3.75rem)",
    "size-5xl": "clamp(2.5rem, 1.6rem + 4.5vw, 5rem)",
    "space-3xs": "0.25rem",
    "space-2xs": "0.5rem",
    "space-xs": "0.75rem",
    "space-sm": "1rem",
    "space-md": "1.5rem",
    "space-lg": "2rem",
    "space-xl": "3rem",
    "space-2xl": "4rem",
    "space-3xl": "6rem",
    "space-section": "clamp(3rem, 2rem + 5vw, 7rem)",
    "gutter": "clamp(1rem, 0.4rem + 3vw, 3rem)",
    "width-page": "84rem",
    "width-text": "42rem",
    "radius-pill": "999px",
    "border-width": "1px",
    "ease": "cubic-bezier(0.2, 0.7, 0.2, 1)",
    "duration-fast": "120ms",
    "duration": "220ms",
    "weight-normal": "400",
    "weight-medium": "550",
    "weight-bold": "700",
}

# Scripts whose letters need more room between lines and none between them.
_SCRIPTS = (
    (
        frozenset({"ar", "fa", "ur"}),
        ":root:is(:lang(ar),:lang(fa),:lang(ur)){--heading-tracking:0em;--heading-leading:1.4;--body-leading:1.8}",
    ),
    (frozenset({"he"}), ":root:lang(he){--heading-tracking:0em;--heading-leading:1.25;--body-leading:1.65}"),
    (
        frozenset({"ja", "zh", "ko"}),
        ":root:is(:lang(ja),:lang(zh),:lang(ko)){--heading-tracking:.01em;--heading-leading:1.35;--body-leading:1.85}",
    ),
)
# Wishes of the shopper's device. The repeated :root outranks every look.
_WISHES = (
    "@media (prefers-reduced-motion:reduce){:root{--duration-fast:.01ms;--duration:.01ms}}"
    "@media (prefers-contrast:more){:root:root:root:root"
    "{--text-muted:var(--text);--border:var(--border-control);--border-strong:var(--border-control)}}"
)

_READ = re.compile(r"var\(\s*--([a-z0-9-]+)")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,40}")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_FAMILY = re.compile(r"[^\W_][\w .'&+-]{0,63}")
_URL = re.compile(r"(?:https://[a-z0-9.-]+(?::[0-9]{1,5})?)?/(?!/)[A-Za-z0-9/_.~%@+-]*")
_WEIGHT = re.compile(r"[1-9][0-9]{0,3}(?: [1-9][0-9]{0,3})?")
_RANGES = re.compile(r"U\+[0-9A-Fa-f]{1,6}(?:-[0-9A-Fa-f]{1,6})?(?:,U\+[0-9A-Fa-f]{1,6}(?:-[0-9A-Fa-f]{1,6})?)*")
_PERCENT = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?%")
_LENGTH = re.compile(r"-?[0-9]*\.?[0-9]+(?:em|rem|px)?")
_GENERIC = frozenset(
    ("serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "-apple-system")
)


class Refused(ValueError):
    """A value that must not be written into a style sheet. The model lets none through; this is the last border."""


class StyleInputs(NamedTuple):
    """What a style sheet is made of. `run` takes the same as a mapping; files of `own` come as "own House Sans"."""

    light: Mapping[str, str]  # palette.Scheme.light
    dark: Mapping[str, str]
    mode: str  # auto | light | dark
    shape: str  # sharp | soft | round
    heading: Type  # fonts.Typefaces.heading
    body: Type
    faces: Sequence[Face]  # fonts.faces(…)
    css: Sequence[tuple[str, str]]  # (file name, text) of the theme's style sheets in order
    own: Mapping[str, bytes] = {}  # a tenant's own families: one font file of each, to measure
    off: Sequence[str] = ()  # classes no page of the shop has: rules for them are left out
    used: Sequence[str] | None = None  # tokens the theme's rules read; all others are left out. None keeps all
    grounds: Sequence[str] = tuple(GROUNDS)  # grounds the shop uses
    languages: Sequence[str] | None = None  # the shop's; None for any


def run(inputs: Mapping[str, object]) -> bytes:
    """The style sheet of `StyleInputs` as UTF-8; of `css` and `off` alone, rules to follow it.

    Raises Refused and BadStyle.
    """
    if "light" not in inputs:
        return (_rules(inputs["css"], inputs.get("off", ())) + "\n").encode("utf-8")  # type: ignore[arg-type]
    own = {name.removeprefix("own "): data for name, data in inputs.items() if name.startswith("own ")}
    plain = {name: data for name, data in inputs.items() if not name.startswith("own ")}
    return sheet(StyleInputs(**{"own": own, **plain})).encode("utf-8")  # type: ignore[arg-type]


def sheet(given: StyleInputs) -> str:
    """Font faces, tokens, colour looks and grounds, then the theme's rules, without white space."""
    own = [face for family, data in sorted(given.own.items()) for face in _own_stand_ins(family, data)]
    rules = _rules(given.css, given.off)
    constants = _constants(given, {face.family for face in own})
    scripts = "".join(rule for codes, rule in _SCRIPTS if _spoken(codes, given.languages))
    tokens = _Tokens(given.used, rules + scripts + _WISHES, constants)
    parts = [_face(face) for face in (*given.faces, *own)]
    parts.append(f":root{{{_declarations(tokens.kept(constants))}}}")
    parts += [scripts, *_looks(given, tokens), _WISHES, rules]
    return "\n".join(filter(None, parts)) + "\n"


def _rules(css: Sequence[tuple[str, str]], off: Sequence[str]) -> str:
    return "\n".join(_theme_rules(name, text, tuple(off)) for name, text in css)


def _spoken(codes: frozenset[str], languages: Sequence[str] | None) -> bool:
    return languages is None or any(code.partition("-")[0] in codes for code in languages)


class _Tokens:
    """Which tokens a shop's pages read: those its rules name, and those that these are made of."""

    def __init__(self, used: Sequence[str] | None, rules: str, constants: Mapping[str, str]) -> None:
        self.used: set[str] | None = None
        if used is not None:
            self.used = {*used, *read(rules)}
            waiting = list(self.used)
            while waiting:
                more = set(read(constants.get(waiting.pop(), ""))) - self.used
                self.used |= more
                waiting += more

    def kept(self, tokens: Mapping[str, str]) -> dict[str, str]:
        return {name: text for name, text in tokens.items() if self.used is None or name in self.used}


def read(css: str) -> tuple[str, ...]:
    """Names of the custom properties a piece of CSS reads."""
    return tuple(sorted(set(_READ.findall(css))))


def _constants(given: StyleInputs, stand_in_names: set[str]) -> dict[str, str]:
    """Tokens that no colour look changes."""
    if given.shape not in _RADII:
        raise Refused(f"no such shape: {given.shape[:40]!r}")
    corners = {f"radius-{part}": size for part, size in zip(_PARTS, _RADII[given.shape], strict=True)}
    return {
        "font-heading": _stack(given.heading.stack, stand_in_names),
        "font-body": _stack(given.body.stack, stand_in_names),
        "font-mono": _stack(MONO, set()),
        "heading-weight": _matched(_WEIGHT, given.heading.weight),
        "heading-tracking": _matched(_LENGTH, given.heading.tracking),
        "heading-leading": _matched(_LENGTH, given.heading.leading),
        "body-leading": _matched(_LENGTH, given.body.leading),
        **_SCALE,
        **corners,
    }


def _looks(given: StyleInputs, tokens: _Tokens) -> list[str]:
    """The colours of the page and of each ground, for both schemes where the shop offers both."""
    light, dark = (_look(roles, given.grounds, tokens) for roles in (given.light, given.dark))
    if given.mode not in ("auto", "light", "dark"):
        raise Refused(f"no such colour mode: {given.mode[:40]!r}")
    paint = ":where([data-ground]){background-color:var(--bg);color:var(--text)}"
    if given.mode != "auto" or light == dark:
        return [*(dark if given.mode == "dark" else light), paint]
    return [*light, f"@media (prefers-color-scheme:dark){{{''.join(dark)}}}", paint]


def _look(roles: Mapping[str, str], grounds: Sequence[str], tokens: _Tokens) -> list[str]:
    """Rules of one look: its colours, the shadows and veils made from them, and what they are within each ground.

    The first selector's second half lets `data-ground="page"` bring the page's own colours back inside another ground.
    """
    colors = {_matched(_ROLE, role): _matched(_COLOR, color) for role, color in roles.items()}
    shadow, scrim = colors.pop("shadow"), colors.pop("scrim")
    night = luminance(colors["bg"]) < 0.18
    strong = 2.6 if night else 1.0  # a shadow on a dark page has to be far stronger to be seen at all

    def veil(color: str, alpha: float) -> str:
        return f"{color}{round(alpha * 255):02x}"

    def cast_shadow(*layers: tuple[str, float]) -> str:
        return ",".join(f"{offsets} {veil(shadow, min(alpha * strong, 0.9))}" for offsets, alpha in layers)

    made = colors | {
        "scrim": veil(scrim, SCRIM_ALPHA),
        "backdrop": veil(scrim, 0.55),
        "shadow-1": cast_shadow(("0 1px 2px", 0.06), ("0 1px 6px", 0.05)),
        "shadow-2": cast_shadow(("0 2px 6px", 0.06), ("0 8px 28px", 0.12)),
        "shadow-3": cast_shadow(("0 4px 12px", 0.07), ("0 24px 64px", 0.2)),
    }
    named = {"bg": "bg", "text": "text"} | tokens.kept(_ON_GROUNDS)

    def rule(selector: str, tokens: Mapping[str, str]) -> str:
        scheme = "dark" if luminance(tokens["bg"]) < 0.18 else "light"
        return f"{selector}{{{_declarations(tokens, first=f'color-scheme:{scheme};')}}}"

    # Each ground has its colours in its own rule: named twice, as `--tint-bg` and `--bg`, they took a quarter more.
    return [
        rule(":root,[data-ground=page]", {"bg": made["bg"]} | tokens.kept(made)),
        *(
            rule(f":where([data-ground={name}])", {token: colors[f"{name}-{role}"] for token, role in named.items()})
            for name in grounds
        ),
    ]


# What each token is called within a ground, and the role of the ground's palette it gets.
_ON_GROUNDS: Mapping[str, str] = {
    **{
        name: name
        for name in ("bg", "surface", "text", "heading", "link", "link-hover", "border", "border-control", "focus")
    },
    **{name: name for name in ("primary", "primary-hover", "primary-active", "primary-border", "on-primary")},
    "surface-2": "surface",
    "surface-raised": "surface",
    "field": "surface",
    "text-muted": "muted",
    "icon": "muted",
    "rating": "link",
    "primary-text": "link",
    "accent-text": "link",
    "border-strong": "border-control",
    "accent-border": "border-control",
    "primary-soft": "surface",
    "accent-soft": "surface",
    "on-primary-soft": "text",
    "on-accent-soft": "text",
    **{f"{status}-text": "heading" for status in STATUSES},
    **{f"{status}-border": "border-control" for status in STATUSES},
    **{f"{status}-soft": "surface" for status in STATUSES},
    **{f"on-{status}-soft": "text" for status in STATUSES},
}


def _face(face: Face) -> str:
    rules = [f"font-family:{_name(face.family)}"]
    if face.local:
        rules.append("src:" + ",".join(f"local({_name(name)})" for name in face.local))
    else:
        rules.append(f'src:url("{_matched(_URL, face.url)}")')
        rules.append("font-display:swap")
    rules.append(f"font-weight:{_matched(_WEIGHT, face.weight)}")
    if face.style not in ("normal", "italic"):
        raise Refused(f"no such font style: {face.style[:40]!r}")
    if face.style != "normal":
        rules.append(f"font-style:{face.style}")
    for rule, text, form in (
        ("unicode-range", face.ranges, _RANGES),
        ("size-adjust", face.size, _PERCENT),
        ("ascent-override", face.ascent, _PERCENT),
        ("descent-override", face.descent, _PERCENT),
        ("line-gap-override", face.gap, _PERCENT),
    ):
        if text:
            rules.append(f"{rule}:{_matched(form, text)}")
    return f"@font-face{{{';'.join(rules)}}}"


def _own_stand_ins(family: str, data: bytes) -> list[Face]:
    """A device font stretched to a tenant's own font; none where that has no Latin letters to measure."""
    try:
        found = stand_ins(metrics(data), "sans")
    except BadFont:  # a damaged file is reported by the action that packs it
        return []
    return [Face(f"{family} stand-in", "", "100 900", "normal", LATIN, *found[0])]


def _stack(names: Iterable[str], stand_in_names: set[str]) -> str:
    """A font-family list; a tenant's own family is followed by the stand-in measured from it."""
    made: list[str] = []
    for name in names:
        made.append(name if name in _GENERIC else _name(name))
        if f"{name} stand-in" in stand_in_names:
            made.append(_name(f"{name} stand-in"))
    return ",".join(made)


def _name(family: str) -> str:
    """A family name in quotes. Its form has no quote, backslash, angle bracket or control character to escape with."""
    return f'"{_matched(_FAMILY, family)}"'


def _matched(form: re.Pattern[str], text: str) -> str:
    if not isinstance(text, str) or not form.fullmatch(text):
        raise Refused(f"not fit for a style sheet: {str(text)[:60]!r}")
    return text


def _declarations(tokens: Mapping[str, str], first: str = "") -> str:
    return first + ";".join(f"--{name}:{text}" for name, text in tokens.items())


@lru_cache(maxsize=256)
def _theme_rules(name: str, text: str, off: tuple[str, ...]) -> str:
    """The theme's rules without white space and what is `off`; shops of a theme that choose alike share the work."""
    rules = without(minified(text, name), off)
    misplaced = re.search(r"@(import|charset|namespace)\b", rules, re.IGNORECASE)
    if misplaced:
        raise BadStyle(f"@{misplaced[1]} only works at the very start of a style sheet", 1, name)
    return rules
