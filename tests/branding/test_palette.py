"""Laws of the colour scheme, over every real palette at hand and over colours nobody would choose."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from time import process_time

import pytest

from highstreet.model import palette
from highstreet.model.branding import BrandColors
from highstreet.model.color import NotAColor, difference, hexadecimal, luminance, normal, oklch, with_luminance
from highstreet.model.grounds import GROUNDS
from highstreet.model.palette import PAIRS, SCRIM_ALPHA, Scheme

DATA = Path(__file__).parents[3] / "shared" / "data" / "palettes" / "raw"
EXTREMES = (
    "#000000", "#ffffff", "#ffff00", "#00ff00", "#00ffff", "#ff00ff", "#ff0000",
    "#0000ff", "#777777", "#767676", "#010101", "#fefefe", "#bcbcbc", "#5a5a5a",
)  # fmt: skip


scheme = cache(palette.scheme)  # the same brands serve several tests


def wcag(one: str, other: str) -> float:
    """Contrast written from the text of WCAG 2.2 alone, so that it shares no code with what it checks."""
    lighter, darker = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def relative_luminance(color: str) -> float:
    parts = []
    for at in (1, 3, 5):
        part = int(color[at : at + 2], 16) / 255
        parts.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def failures(made: Scheme) -> list[str]:
    return [
        f"{look}: {text} {roles[text]} on {under} {roles[under]} has {wcag(roles[text], roles[under]):.2f}, needs {least}"
        for look, roles in (("light", made.light), ("dark", made.dark))
        for text, under, least in PAIRS
        if wcag(roles[text], roles[under]) < least
    ]


def read(name: str) -> object:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the palette data is not beside this repository ({name})")
    return json.loads(path.read_text("utf-8"))


def brands() -> list[str]:
    data = read("brandColors.merged.json")
    assert isinstance(data, dict)
    return sorted({normal(color.strip()) for color in data.values()})


def palettes() -> list[list[str]]:
    data = read("nice-color-palettes-1000.json")
    assert isinstance(data, list)
    return data


def check(all_colors: Iterator[BrandColors]) -> int:
    count = 0
    for colors in all_colors:
        assert not failures(scheme(colors)), colors
        count += 1
    return count


def test_every_brand_colour_makes_a_readable_scheme() -> None:
    assert check(BrandColors(color) for color in brands()) > 1500


def test_every_palette_makes_a_readable_scheme_from_one_to_three_of_its_colours() -> None:
    given = palettes()

    # The number and the order of the colours taken turn, so that backgrounds are now light, now dark, now in between.
    count = check(BrandColors(*colors[at % 3 : at % 3 + 1 + at // 3 % 3]) for at, colors in enumerate(given))

    assert count > 900


def test_simple_icons_make_readable_schemes() -> None:
    data = read("simple-icons.json")
    icons = data["icons"] if isinstance(data, dict) else data
    assert isinstance(icons, list)
    assert check(BrandColors("#" + icon["hex"]) for icon in icons) > 3000


def test_extreme_colours_make_readable_schemes() -> None:
    some = ("", "#000000", "#ffffff", "#ffff00", "#0000ff", "#777777")
    assert check(BrandColors(*colors) for colors in product(EXTREMES, some, some)) == 14 * 36


def test_random_colours_make_readable_schemes() -> None:
    chance = random.Random(20261123)
    colors = (f"#{chance.randrange(1 << 24):06x}" for _ in range(1800))
    assert check(BrandColors(*three) for three in zip(colors, colors, colors, strict=True)) == 600


def test_mid_greys_as_background_are_readable_at_every_step() -> None:
    assert check(BrandColors("#c0392b", "", f"#{grey:02x}{grey:02x}{grey:02x}") for grey in range(256)) == 256


def test_brand_colours_are_kept_where_they_can_be_seen() -> None:
    """On a white page a brand's button is its own colour; only (nearly) white brands get another."""
    moved = []
    for color in brands():
        made = scheme(BrandColors(color)).light["primary"]
        if made != color:
            moved.append((color, made))

    assert all(wcag(color, "#ffffff") < 1.35 for color, _ in moved), moved
    assert len(moved) / len(brands()) < 0.04


def test_schemes_stay_close_to_the_brand(record_property: pytest.RecordProperty) -> None:
    """Mean distance (ΔE OK) from the primary; the figures are in the test report."""
    taken = brands()[::3]
    for look, role, most in (
        ("light", "primary", 0.03),
        ("dark", "primary", 0.05),
        ("light", "primary-text", 0.15),
        ("dark", "primary-text", 0.1),
    ):
        distances = [difference(getattr(scheme(BrandColors(color)), look)[role], color) for color in taken]
        mean = sum(distances) / len(distances)
        record_property(f"{look} {role}", round(mean, 4))
        assert mean < most, (look, role, mean)


def test_derived_colours_keep_the_hue() -> None:
    for color in brands()[::7]:
        brand = oklch(color)
        if brand.chroma < 0.06:
            continue
        for look in (scheme(BrandColors(color)).light, scheme(BrandColors(color)).dark):
            for role in ("primary", "primary-hover", "primary-text", "primary-border", "focus"):
                found = oklch(look[role])
                turned = brand.a * found.a + brand.b * found.b  # the cosine of the angle between the hues
                assert turned > 0.97 or found.chroma < 0.04, (color, role, look[role])


def test_dark_background_is_the_look_for_everyone() -> None:
    made = scheme(BrandColors("#c084fc", "#f5d547", "#14101f"))

    assert made.light == made.dark
    assert made.light["bg"] == "#14101f"
    assert made.light["primary"] == "#c084fc"


def test_light_background_is_kept_and_the_dark_look_is_derived() -> None:
    made = scheme(BrandColors("#17324d", "#e2725b", "#fbf7f0"))

    assert (made.light["bg"], made.light["primary"], made.light["accent"]) == ("#fbf7f0", "#17324d", "#e2725b")
    assert luminance(made.dark["bg"]) < 0.02
    assert made.dark["bg"] != made.dark["surface"] != made.dark["surface-2"]


def test_yellow_stays_yellow_with_an_edge_that_shows() -> None:
    look = scheme(BrandColors("#ffd400")).light

    assert look["primary"] == "#ffd400"
    assert wcag(look["primary-border"], look["bg"]) >= 3
    assert wcag(look["on-primary"], "#ffd400") >= 4.5


def test_a_black_accent_is_the_ink() -> None:
    look = scheme(BrandColors("#e8412b", "#111111")).light

    assert look["inverse-bg"] == look["spot-bg"] == "#111111"
    assert all(oklch(look[role]).chroma < 0.01 for role in ("text", "heading", "surface-2", "tint-bg", "border"))
    assert oklch(scheme(BrandColors("#e8412b", "#2244aa")).light["tint-bg"]).chroma >= 0.01


def test_white_on_white_becomes_ink() -> None:
    look = scheme(BrandColors("#ffffff")).light

    assert wcag(look["primary"], look["bg"]) > 7


def test_the_scrim_carries_text_over_any_picture() -> None:
    for color in ("#17324d", "#ffd400", "#000000", "#ff00ff"):
        look = scheme(BrandColors(color)).light
        under = [int(look["scrim"][at : at + 2], 16) for at in (1, 3, 5)]
        for picture in (0, 255):
            mixed = "#" + "".join(f"{round(part * SCRIM_ALPHA + picture * (1 - SCRIM_ALPHA)):02x}" for part in under)
            assert wcag(look["on-scrim"], mixed) >= 4.5


def test_every_look_has_the_same_roles() -> None:
    names = set(scheme(BrandColors()).light)

    for colors in (BrandColors("#ff0000", "#00ff00", "#000000"), BrandColors("#ffffff")):
        assert set(scheme(colors).light) == set(scheme(colors).dark) == names
    assert {text for text, _, _ in PAIRS} | {under for _, under, _ in PAIRS} <= names
    assert all(f"{name}-{role}" in names for name in GROUNDS for role in ("bg", "text", "link", "focus", "on-primary"))


def test_pairs_ask_what_wcag_asks() -> None:
    edges = ("border", "border-control", "focus", "icon", "rating")
    for text, _, least in PAIRS:
        assert least == (3.0 if text.endswith(edges) else 4.5), text


def test_the_same_scheme_on_every_machine() -> None:
    """Only IEEE operations are used, so this digest holds everywhere. It changes when the derivation does."""
    chance = random.Random(7)
    whole = sha256()
    for _ in range(60):
        colors = BrandColors(*(f"#{chance.randrange(1 << 24):06x}" for _ in range(3)))
        made = scheme(colors)
        whole.update(json.dumps([dict(made.light), dict(made.dark)], sort_keys=True).encode())

    assert whole.hexdigest()[:16] == "1477b21b08c27170"


def test_a_scheme_takes_a_few_milliseconds() -> None:
    """2 ms of CPU on a desktop; the bound leaves room for slow machines. Thousands of tenants are planned in one go."""
    chance = random.Random(3)
    given = [BrandColors(f"#{chance.randrange(1 << 24):06x}", f"#{chance.randrange(1 << 24):06x}") for _ in range(50)]

    start = process_time()
    for colors in given:
        palette.scheme(colors)

    assert (process_time() - start) / len(given) < 0.06


def test_hex_survives_oklch_and_back() -> None:
    chance = random.Random(1)
    for _ in range(3000):
        color = f"#{chance.randrange(1 << 24):06x}"
        assert hexadecimal(oklch(color)) == color


def test_luminance_is_reached_within_a_byte() -> None:
    for color in ("#ffdd00", "#0000ff", "#ff00ff", "#777777", "#00ff7f"):
        for percent in range(0, 101, 5):
            found = luminance(hexadecimal(with_luminance(oklch(color), percent / 100)))
            assert abs(found - percent / 100) < 0.009, (color, percent, found)


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345", "#gggggg", "#123456;}", "123456", "#1234567"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(NotAColor):
        scheme(BrandColors(text))


def test_short_and_capital_hex_are_the_same_colour() -> None:
    assert scheme(BrandColors("#0AF")) == scheme(BrandColors("#00aaff"))
