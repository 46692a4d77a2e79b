"""Hullabaloo: coffee bags, cans and mugs as bright illustrations with modelled light, drawn as SVG and rasterised.

Run:  python hullabaloo_pictures.py        (under a minute; lettering wants Bagel Fat One in $DEMO_FONTS)
"""

from __future__ import annotations

import io
import math
import os
import sys
from pathlib import Path

import numpy as np
import resvg_py
from folder import TENANTS
from PIL import Image

ASSETS = TENANTS / "hullabaloo" / "assets"
TOMATO, COBALT, CUSTARD, MINT, PINK, NIGHT, CREAM, PLUM, LIME = (
    "#f04e30", "#2346d8", "#ffd23f", "#7ed6b5", "#ff9ec4", "#231433", "#fff3d6", "#7a2e8e", "#b6e23a")  # fmt: skip
FONT = 'font-family="Bagel Fat One, DejaVu Sans" font-weight="400"'

# handle: ground, shape behind, bag, ink, accent, lines of the name, creature
BAGS = {
    "monday": (CUSTARD, TOMATO, COBALT, CREAM, CUSTARD, ("MONDAY,", "OBVIOUSLY"), "sun"),
    "big-bad-wolf": (TOMATO, CUSTARD, NIGHT, CREAM, TOMATO, ("BIG BAD", "WOLF"), "wolf"),
    "disco-nap": (PLUM, PINK, CREAM, PLUM, MINT, ("DISCO", "NAP"), "disco"),
    "jam-session": (MINT, CREAM, TOMATO, CREAM, LIME, ("JAM", "SESSION"), "berry"),
    "biscuit-tin": (COBALT, MINT, CUSTARD, NIGHT, TOMATO, ("NAN’S", "BISCUIT TIN"), "biscuit"),
    "hedgehog": (PINK, COBALT, LIME, NIGHT, TOMATO, ("HEDGEHOG", "AT A RAVE"), "hedgehog"),
    "loud-pyjamas": (COBALT, CUSTARD, PINK, COBALT, CUSTARD, ("LOUD", "PYJAMAS"), "moon"),
    "tiny-parade": (TOMATO, PINK, MINT, NIGHT, TOMATO, ("TINY", "PARADE"), "drum"),
    "swan-dive": (MINT, COBALT, CREAM, COBALT, TOMATO, ("SWAN", "DIVE"), "swan"),
    "goat": (CREAM, MINT, "#8a8478", CREAM, CUSTARD, ("GOAT", "MODE"), "goat"),
}  # fmt: skip
DEFS = """<defs>
<linearGradient id="side"><stop stop-color="#000" stop-opacity=".42"/><stop offset=".07" stop-color="#000" stop-opacity=".10"/><stop offset=".13" stop-color="#fff" stop-opacity=".26"/><stop offset=".22" stop-color="#fff" stop-opacity=".04"/><stop offset=".6" stop-color="#000" stop-opacity="0"/><stop offset=".82" stop-color="#000" stop-opacity=".10"/><stop offset=".9" stop-color="#fff" stop-opacity=".10"/><stop offset=".94" stop-color="#000" stop-opacity=".2"/><stop offset="1" stop-color="#000" stop-opacity=".46"/></linearGradient>
<linearGradient id="down" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".22"/><stop offset=".16" stop-color="#000" stop-opacity=".12"/><stop offset=".3" stop-color="#fff" stop-opacity=".05"/><stop offset=".8" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".28"/></linearGradient>
<linearGradient id="round"><stop stop-color="#000" stop-opacity=".45"/><stop offset=".16" stop-color="#000" stop-opacity=".08"/><stop offset=".26" stop-color="#fff" stop-opacity=".5"/><stop offset=".34" stop-color="#fff" stop-opacity=".06"/><stop offset=".7" stop-color="#000" stop-opacity=".12"/><stop offset=".92" stop-color="#000" stop-opacity=".42"/><stop offset="1" stop-color="#000" stop-opacity=".3"/></linearGradient>
<radialGradient id="lamp" cx=".32" cy=".22" r="1"><stop stop-color="#fff" stop-opacity=".20"/><stop offset=".5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".16"/></radialGradient>
<radialGradient id="bean" cx=".35" cy=".3" r=".8"><stop stop-color="#a5673c"/><stop offset=".55" stop-color="#5e3218"/><stop offset="1" stop-color="#2c150a"/></radialGradient>
<linearGradient id="steel"><stop stop-color="#6d7076"/><stop offset=".25" stop-color="#f4f5f7"/><stop offset=".5" stop-color="#a5a9b0"/><stop offset=".8" stop-color="#dfe2e6"/><stop offset="1" stop-color="#5f6268"/></linearGradient>
<filter id="b4"><feGaussianBlur stdDeviation="4"/></filter><filter id="b10"><feGaussianBlur stdDeviation="10"/></filter><filter id="b26"><feGaussianBlur stdDeviation="26"/></filter>
</defs>"""  # fmt: skip


def face(x: float, y: float, size: float, ink: str, mood: str = "grin") -> str:
    """Two eyes and a mouth."""
    s = size / 100
    eyes = (f'<path d="M-42 -8q14 16 28 0M14 -8q14 16 28 0" stroke="{ink}" stroke-width="8" fill="none" stroke-linecap="round"/>' if mood == "asleep"
            else f'<path d="M-46 -24l32 8M46 -24l-32 8" stroke="{ink}" stroke-width="9" stroke-linecap="round"/><circle cx="-28" cy="-2" r="9" fill="{ink}"/><circle cx="28" cy="-2" r="9" fill="{ink}"/>' if mood == "cross"
            else f'<ellipse cx="-28" cy="-10" rx="10" ry="15" fill="{ink}"/><ellipse cx="28" cy="-10" rx="10" ry="15" fill="{ink}"/><circle cx="-25" cy="-16" r="4" fill="#fff"/><circle cx="31" cy="-16" r="4" fill="#fff"/>')  # fmt: skip
    mouth = {"grin": f'<path d="M-30 20q30 46 60 0z" fill="{ink}"/>', "asleep": f'<circle cx="0" cy="30" r="9" fill="{ink}"/>',
             "cross": f'<path d="M-26 40q26 -26 52 0" stroke="{ink}" stroke-width="9" fill="none" stroke-linecap="round"/>'}[mood]  # fmt: skip
    return f'<g transform="translate({x} {y}) scale({s})">{eyes}{mouth}</g>'


def creature(kind: str, ink: str, accent: str) -> str:
    """A creature about 300 wide around the origin."""

    def burst(n: int, inner: float, outer: float, fill: str) -> str:
        points = " ".join(f"{(outer if i % 2 else inner) * math.cos(math.pi * i / n):.0f},{(outer if i % 2 else inner) * math.sin(math.pi * i / n):.0f}" for i in range(2 * n))
        return f'<polygon points="{points}" fill="{fill}" stroke="{fill}" stroke-width="10" stroke-linejoin="round"/>'

    if kind == "sun":
        return burst(14, 104, 150, accent) + f'<circle r="100" fill="{TOMATO}"/>' + face(0, 4, 100, NIGHT, "cross")
    if kind == "wolf":
        return (
            f'<path d="M-140 -150L-60 -70H60L140 -150L128 30Q70 120 0 150Q-70 120 -128 30Z" fill="#8f8aa5" stroke-linejoin="round"/><path d="M-128 30Q-70 20 0 60Q70 20 128 30Q70 120 0 150Q-70 120 -128 30Z" fill="{ink}"/><path d="M-118 -112L-72 -66L-110 -40ZM118 -112L72 -66L110 -40Z" fill="{accent}"/>'
            + face(0, 6, 105, NIGHT, "cross")
            + '<ellipse cy="62" rx="26" ry="18" fill="#231433"/><path d="M-40 96l14 26 12-26 14 26 14-26 12 26 14-26" fill="#fff"/>'
        )
    if kind == "disco":
        tiles = "".join(f'<rect x="{x}" y="{y}" width="30" height="30" rx="5" fill="{[PINK, MINT, CUSTARD, "#fff", accent][(x // 34 * 3 + y // 34) % 5]}"/>' for x in range(-136, 136, 34) for y in range(-136, 136, 34) if math.hypot(x + 15, y + 15) < 132)
        return (
            f'<path d="M0 -230V-140" stroke="{ink}" stroke-width="8"/><circle r="142" fill="{PLUM}"/>{tiles}<ellipse rx="84" ry="62" cy="6" fill="{CREAM}"/>'
            + face(0, 0, 96, ink, "asleep")
            + f'<text x="120" y="-120" {FONT} font-size="60" fill="{ink}">z</text><text x="160" y="-165" {FONT} font-size="40" fill="{ink}">z</text>'
        )
    if kind == "berry":
        seeds = "".join(f'<ellipse cx="{x}" cy="{y}" rx="6" ry="10" fill="{CUSTARD}"/>' for x, y in ((-90, -40), (-100, 10), (90, -40), (100, 10), (-60, 80), (60, 80), (0, 110), (-30, -80), (34, -80), (0, -54)))
        return f'<path d="M0 160C-90 120 -160 30 -130 -50C-110 -105 -50 -110 0 -90C50 -110 110 -105 130 -50C160 30 90 120 0 160Z" fill="#ff7b8f"/>{seeds}<path d="M0 -92C-60 -70 -110 -110 -120 -130C-70 -140 -40 -125 0 -150C40 -125 70 -140 120 -130C110 -110 60 -70 0 -92Z" fill="{accent}"/>' + face(0, 22, 110, NIGHT)
    if kind == "biscuit":
        dots = "".join(f'<circle cx="{100 * math.cos(a):.0f}" cy="{100 * math.sin(a):.0f}" r="6" fill="#9a5a22"/>' for a in np.linspace(0, 6.28, 13)[:-1])
        scallop = "".join(f'<circle cx="{132 * math.cos(a):.0f}" cy="{132 * math.sin(a):.0f}" r="26" fill="#d9933f"/>' for a in np.linspace(0, 6.28, 21)[:-1])
        return f'{scallop}<circle r="138" fill="#d9933f"/><circle r="118" fill="#eab464"/>{dots}<path d="M150 -150A70 70 0 1 1 60 -160Z" fill="{CUSTARD}"/>' + face(0, 4, 110, ink)
    if kind == "hedgehog":
        return (
            f'<g transform="translate(0 30)"><g transform="scale(1 .95)">{burst(24, 130, 175, ink)}</g><ellipse cy="40" rx="112" ry="92" fill="#f5c89a"/>'
            + face(0, 34, 110, NIGHT)
            + f'<circle cy="58" r="14" fill="{NIGHT}"/><path d="M-150 -60A150 150 0 0 1 150 -60" stroke="{TOMATO}" stroke-width="20" fill="none"/><rect x="-176" y="-70" width="44" height="90" rx="20" fill="{TOMATO}"/><rect x="132" y="-70" width="44" height="90" rx="20" fill="{TOMATO}"/></g>'
        )
    if kind == "moon":
        return f'<path d="M40 -160A165 165 0 1 0 150 70A130 130 0 0 1 40 -160Z" fill="{accent}"/>' + face(-52, 10, 96, ink, "grin") + f'<path d="M-120 -110Q-20 -240 120 -170L180 -70L150 -60L110 -120Q0 -150 -110 -90Z" fill="{ink}"/><circle cx="166" cy="-56" r="26" fill="#fff"/>'
    if kind == "drum":
        zig = "".join(f'<path d="M{-120 + i * 60} -30l30 120 30 -120" stroke="{CREAM}" stroke-width="9" fill="none" stroke-linejoin="round"/>' for i in range(4))
        return (
            f'<path d="M-130 -40V90A130 44 0 0 0 130 90V-40Z" fill="{accent}"/>{zig}<ellipse cy="-40" rx="130" ry="46" fill="{CREAM}"/><path d="M-130 88A130 44 0 0 0 130 88" stroke="{CUSTARD}" stroke-width="18" fill="none"/><path d="M-150 -150L-40 -50M150 -150L40 -50" stroke="{ink}" stroke-width="14" stroke-linecap="round"/><circle cx="-152" cy="-152" r="18" fill="{PINK}"/><circle cx="152" cy="-152" r="18" fill="{PINK}"/>'
            + face(0, -46, 62, ink)
        )
    if kind == "swan":
        return f'<path d="M-160 60Q-150 150 0 150Q150 150 150 20Q80 60 30 30Q-40 -10 -40 -80Q-40 -150 -100 -150Q-150 -150 -150 -100Q-120 -120 -100 -95Q-80 -40 -110 20Q-130 40 -160 60Z" fill="#fff" stroke="{ink}" stroke-width="9" stroke-linejoin="round"/><path d="M-150 -104Q-190 -100 -196 -76Q-160 -76 -136 -92Z" fill="{accent}"/><circle cx="-112" cy="-120" r="9" fill="{ink}"/><path d="M-190 160q30 -26 60 0t60 0t60 0t60 0t60 0t60 0" stroke="{ink}" stroke-width="12" fill="none" stroke-linecap="round"/>'
    return f'<path d="M-90 -110Q-150 -190 -190 -150Q-140 -140 -110 -70M90 -110Q150 -190 190 -150Q140 -140 110 -70" fill="{accent}"/><path d="M-110 -110Q0 -150 110 -110L80 80Q0 170 -80 80Z" fill="{ink}"/>' + face(0, -20, 110, NIGHT) + f'<path d="M-20 110q20 90 40 0z" fill="{accent}"/>'


def bag(colour: str, ink: str, accent: str, lines: tuple[str, ...], kind: str, tag: str) -> str:
    """A bag 520 by 800 standing on (0, 0): printed all over, crimped, folded and tied."""
    body = "M-250 -8C-262 -250 -256 -560 -236 -700L-228 -770H228L236 -700C256 -560 262 -250 250 -8C180 10 -180 10 -250 -8Z"
    stripes = "".join(f'<path d="M{x} -30L{x + 60} -30L{x + 20} -150L{x - 40} -150Z" fill="{accent}" fill-opacity=".9"/>' for x in range(-320, 320, 120))
    longest = max(len(line) for line in lines)
    size = min(104, 740 / longest)
    words = "".join(f'<text y="{-560 + i * size * 0.98 + (0 if len(lines) > 1 else 30):.0f}" text-anchor="middle" {FONT} font-size="{size:.0f}" fill="{ink}">{line}</text>' for i, line in enumerate(lines))
    crimps = "".join(f'<path d="M{x} -768V-722" stroke="#000" stroke-opacity=".12" stroke-width="3"/>' for x in range(-222, 224, 9))
    return f"""<clipPath id="bag{tag}"><path d="{body}"/></clipPath>
<g clip-path="url(#bag{tag})"><path d="{body}" fill="{colour}"/>{stripes}<rect x="-260" y="-34" width="520" height="40" fill="{colour}"/>
{words}<g transform="translate(0 -285) scale(.92)">{creature(kind, ink, accent)}</g>
<text y="-668" text-anchor="middle" {FONT} font-size="34" letter-spacing="5" fill="{accent if accent != colour else ink}">HULLABALOO</text>
<path d="{body}" fill="url(#side)"/><path d="{body}" fill="url(#down)"/>
<path d="M-228 -700Q0 -660 228 -700" stroke="#000" stroke-opacity=".35" stroke-width="16" fill="none" filter="url(#b10)"/>
<path d="M-200 -640Q-120 -500 -215 -330" stroke="#fff" stroke-opacity=".22" stroke-width="26" fill="none" filter="url(#b10)"/>
<path d="M214 -620Q150 -450 222 -260" stroke="#000" stroke-opacity=".22" stroke-width="30" fill="none" filter="url(#b10)"/>
<path d="M-240 -60Q-120 -100 -60 -30M240 -70Q140 -110 90 -30" stroke="#000" stroke-opacity=".2" stroke-width="18" fill="none" filter="url(#b10)"/>
{crimps}</g>
<rect x="-252" y="-728" width="504" height="26" rx="6" fill="{ink}"/><rect x="-252" y="-728" width="504" height="26" rx="6" fill="url(#side)"/><rect x="-252" y="-726" width="504" height="5" fill="#fff" fill-opacity=".35"/>"""


def beans(rng: np.random.Generator, count: int, x0: float, x1: float, y0: float, y1: float) -> str:
    made = []
    for y in sorted(rng.uniform(y0, y1, count)):
        x, turn, size = rng.uniform(x0, x1), rng.uniform(0, 180), rng.uniform(0.85, 1.15)
        made.append(
            f'<ellipse cx="{x + 8:.0f}" cy="{y + 18:.0f}" rx="30" ry="13" fill="#000" fill-opacity=".3" filter="url(#b4)"/><g transform="translate({x:.0f} {y:.0f}) rotate({turn:.0f}) scale({size:.2f})"><ellipse rx="32" ry="22" fill="url(#bean)"/><path d="M-30 0Q-10 -9 0 0T30 0" stroke="#1d0d05" stroke-width="4.5" fill="none"/><ellipse cx="-8" cy="-10" rx="12" ry="4" fill="#fff" fill-opacity=".22"/></g>'
        )
    return "".join(made)


def ground(colour: str, shape: str, style: int, width: int = 1200, height: int = 1200) -> str:
    """A loud ground: rays, a big dot, a wave, checks or squiggles."""
    cx, cy = width / 2, height * 0.48
    if style == 0:
        rays = "".join(f'<path d="M{cx} {cy}L{cx + 2000 * math.cos(a)} {cy + 2000 * math.sin(a)}L{cx + 2000 * math.cos(a + 0.131)} {cy + 2000 * math.sin(a + 0.131)}Z" fill="{shape}"/>' for a in np.arange(0, 6.28, 0.2618))
        extra = rays
    elif style == 1:
        extra = f'<circle cx="{cx}" cy="{cy}" r="{height * 0.42}" fill="{shape}"/>'
    elif style == 2:
        extra = f'<path d="M0 {height * 0.55}q{width / 8} -120 {width / 4} 0t{width / 4} 0t{width / 4} 0t{width / 4} 0V{height}H0Z" fill="{shape}"/>'
    elif style == 3:
        s = 100
        extra = "".join(f'<rect x="{x * s}" y="{y * s}" width="{s}" height="{s}" fill="{shape}"/>' for x in range(width // s + 1) for y in range(height // s + 1) if (x + y) % 2) + f'<circle cx="{cx}" cy="{cy}" r="{height * 0.44}" fill="{colour}"/>'
    else:
        rng = np.random.default_rng(style)
        extra = "".join(f'<path d="M0 0q30 -60 60 0t60 0t60 0" transform="translate({rng.uniform(0, width):.0f} {rng.uniform(0, height):.0f}) rotate({rng.uniform(0, 180):.0f})" stroke="{shape}" stroke-width="22" fill="none" stroke-linecap="round"/>' for _ in range(width // 38))
    return f'<rect width="{width}" height="{height}" fill="{colour}"/>{extra}<rect width="{width}" height="{height}" fill="url(#lamp)"/>'


def shadow(x: float, y: float, width: float) -> str:
    return f'<ellipse cx="{x + width * 0.12:.0f}" cy="{y:.0f}" rx="{width * 0.62:.0f}" ry="{width * 0.09:.0f}" fill="#000" fill-opacity=".34" filter="url(#b26)"/><ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{width * 0.5:.0f}" ry="{width * 0.035:.0f}" fill="#000" fill-opacity=".5" filter="url(#b10)"/>'


def stand(handle: str, x: float, y: float, scale: float, turn: float = 0.0, tag: str = "") -> str:
    _, _, colour, ink, accent, lines, kind = BAGS[handle]
    return shadow(x, y, 520 * scale) + f'<g transform="translate({x} {y}) rotate({turn}) scale({scale})">{bag(colour, ink, accent, lines, kind, handle + tag)}</g>'


def mug(x: float, y: float, scale: float, colour: str, ink: str) -> str:
    body = "M-190 -400H190L176 -40Q170 0 130 0H-130Q-170 0 -176 -40Z"
    return (
        shadow(x, y, 420 * scale)
        + f"""<g transform="translate({x} {y}) scale({scale})">
<path d="M180 -330C330 -350 340 -90 172 -90" stroke="{colour}" stroke-width="52" fill="none"/><path d="M180 -330C330 -350 340 -90 172 -90" stroke="#000" stroke-opacity=".18" stroke-width="52" fill="none"/><path d="M190 -340C310 -350 322 -120 190 -104" stroke="#fff" stroke-opacity=".4" stroke-width="9" fill="none" filter="url(#b4)"/>
<path d="{body}" fill="{colour}"/><g transform="translate(0 -190)">{face(0, 0, 165, ink)}</g><path d="{body}" fill="url(#round)"/>
<ellipse cy="-400" rx="190" ry="44" fill="{colour}"/><ellipse cy="-400" rx="190" ry="44" fill="#fff" fill-opacity=".25"/><ellipse cy="-396" rx="168" ry="34" fill="#2a120a"/><ellipse cy="-388" rx="140" ry="22" fill="#6b3a1c" fill-opacity=".7" filter="url(#b4)"/></g>"""
    )


def can(x: float, y: float, scale: float, tag: int) -> str:
    return (
        shadow(x, y, 260 * scale)
        + f"""<g transform="translate({x} {y}) scale({scale})"><clipPath id="can{tag}"><path d="M-130 -530Q-130 -560 -108 -580H108Q130 -560 130 -530V-40Q130 -16 104 0H-104Q-130 -16 -130 -40Z"/></clipPath>
<ellipse cy="-580" rx="108" ry="20" fill="url(#steel)"/><g clip-path="url(#can{tag})"><rect x="-140" y="-600" width="280" height="620" fill="{LIME}"/><path d="M-140 -230q35 -40 70 0t70 0t70 0t70 0V20H-140Z" fill="{TOMATO}"/>
<path d="M-86 -330Q-60 -470 40 -450Q110 -430 88 -350Q140 -330 96 -290Q40 -250 -20 -290Q-60 -250 -96 -280Q-110 -300 -86 -330Z" fill="{COBALT}"/>{face(28, -376, 60, NIGHT)}
<text y="-160" text-anchor="middle" {FONT} font-size="74" fill="{CREAM}">FIZZY</text><text y="-86" text-anchor="middle" {FONT} font-size="74" fill="{CREAM}">LIZARD</text>
<rect x="-140" y="-600" width="280" height="620" fill="url(#round)"/><rect x="-140" y="-600" width="280" height="22" fill="url(#steel)"/><rect x="-140" y="-16" width="280" height="22" fill="url(#steel)"/></g>
<ellipse cy="-584" rx="104" ry="17" fill="url(#steel)"/><ellipse cy="-582" rx="84" ry="12" fill="#8b8f96"/></g>"""
    )


def picture(body: str, size: tuple[int, int] = (1200, 1200)) -> Image.Image:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" height="{size[1]}">{DEFS}{body}</svg>'
    fonts = sorted(str(path) for path in Path(os.environ.get("DEMO_FONTS", "fonts")).glob("*.ttf"))
    drawn = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=fonts)))).convert("RGB")
    grain = np.random.default_rng(1).normal(0, 2.4, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(drawn, np.float32) + grain, 0, 255).astype(np.uint8))


def save(name: str, body: str, size: tuple[int, int] = (1200, 1200)) -> None:
    path = ASSETS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(body, size).save(path, quality=82, optimize=True, progressive=True)
    print(name, flush=True)


def products() -> None:
    for index, (handle, (colour, shape, *_)) in enumerate(BAGS.items()):
        save(f"products/{handle}.jpg", ground(colour, shape, index % 5) + stand(handle, 600, 1040, 1.1))
        if handle != "goat":
            rng = np.random.default_rng(index)
            body = ground(shape, colour, (index + 2) % 5) + stand(handle, 470, 960, 0.98, -7)
            save(f"products/{handle}-2.jpg", body + beans(rng, 46, 420, 1120, 960, 1120))
    lizard = ground(PINK, TOMATO, 0) + can(360, 980, 1.15, 1) + can(840, 980, 1.15, 2) + can(600, 1060, 1.28, 3)
    save("products/fizzy-lizard.jpg", lizard)
    for name, colour, ink, back, shape in (("mug", TOMATO, NIGHT, MINT, CREAM), ("mug-2", COBALT, CREAM, CUSTARD, PINK), ("mug-3", CUSTARD, NIGHT, COBALT, MINT), ("mug-4", MINT, NIGHT, TOMATO, CUSTARD)):
        save(f"products/{name}.jpg", ground(back, shape, 1) + mug(560, 930, 1.6, colour, ink))
    cone = f'<g transform="translate(600 560)"><path d="M-270 -210H270L90 120H-90Z" fill="{PINK}"/><g transform="translate(0 -70)">{face(0, 0, 120, NIGHT)}</g><path d="M-270 -210H270L90 120H-90Z" fill="url(#round)"/><ellipse cy="-210" rx="270" ry="56" fill="{PINK}"/><ellipse cy="-210" rx="270" ry="56" fill="#fff" fill-opacity=".3"/><ellipse cy="-204" rx="240" ry="44" fill="#c9567f"/><ellipse cy="128" rx="230" ry="34" fill="{PINK}"/><ellipse cy="122" rx="230" ry="30" fill="#fff" fill-opacity=".22"/><path d="M262 -150C400 -160 380 40 170 20" stroke="{PINK}" stroke-width="40" fill="none"/></g>'
    save("products/dripper.jpg", ground(COBALT, CUSTARD, 1) + mug(600, 1080, 1.05, CREAM, NIGHT) + cone)
    stack = "".join(stand(handle, x, y, s, t, f"r{k}") for k, (handle, x, y, s, t) in enumerate((("biscuit-tin", 300, 760, 0.72, -9), ("jam-session", 600, 740, 0.74, 2), ("disco-nap", 900, 770, 0.72, 8), ("monday", 430, 1080, 0.82, -4), ("hedgehog", 800, 1090, 0.82, 5))))
    save("products/racket.jpg", ground(CUSTARD, TOMATO, 0) + stack)
    save(
        "products/gift-card.jpg",
        ground(MINT, COBALT, 3)
        + f'<g transform="rotate(-9 600 600)"><rect x="250" y="400" width="720" height="450" rx="44" fill="#000" fill-opacity=".4" filter="url(#b26)"/><rect x="240" y="370" width="720" height="450" rx="44" fill="{CUSTARD}"/>{horn(600, 560, 1.5)}<text x="600" y="762" text-anchor="middle" {FONT} font-size="82" fill="{NIGHT}">HULLABALOO</text><rect x="240" y="370" width="720" height="450" rx="44" fill="url(#lamp)"/></g>',
    )
    doors = "".join(
        f'<g transform="translate({300 + i % 6 * 102} {300 + i // 6 * 160})"><rect width="90" height="144" rx="14" fill="{(TOMATO, MINT, PINK, CUSTARD, COBALT)[(i * 7) % 5]}"/><text x="45" y="92" text-anchor="middle" {FONT} font-size="52" fill="{NIGHT if (i * 7) % 5 != 4 else CREAM}">{(i * 11) % 24 + 1}</text></g>'
        for i in range(24)
    )
    save(
        "products/advent.jpg",
        ground(TOMATO, CUSTARD, 0)
        + shadow(600, 1010, 760)
        + f'<rect x="262" y="220" width="676" height="780" rx="30" fill="{NIGHT}"/><text x="600" y="282" text-anchor="middle" {FONT} font-size="40" fill="{CREAM}">TWENTY-FOUR SMALL NOISES</text>{doors}<rect x="262" y="220" width="676" height="780" rx="30" fill="url(#lamp)"/>',
    )


def horn(x: float, y: float, scale: float) -> str:
    """The house mark: a horn with something to say."""
    return f'<g transform="translate({x} {y}) scale({scale})"><path d="M-130 -24L60 -90Q100 -100 100 -60V60Q100 100 60 90L-130 24Q-150 0 -130 -24Z" fill="{TOMATO}"/><ellipse cx="96" rx="34" ry="104" fill="{COBALT}"/><ellipse cx="98" rx="20" ry="78" fill="{NIGHT}"/><path d="M150 -70l60 -40M164 0h72M150 70l60 40" stroke="{NIGHT}" stroke-width="18" stroke-linecap="round"/></g>'


def scenes() -> None:
    wide = (2000, 1100)
    row = "".join(stand(handle, x, y, s, t, "h") for handle, x, y, s, t in (("disco-nap", 300, 900, 0.86, -8), ("jam-session", 1000, 860, 0.86, 2), ("loud-pyjamas", 1700, 900, 0.86, 8), ("hedgehog", 640, 1010, 0.98, -3), ("monday", 1360, 1010, 0.98, 4)))
    save("hero.jpg", ground(CUSTARD, TOMATO, 0, *wide) + row + beans(np.random.default_rng(4), 40, 60, 1940, 1010, 1080), wide)
    tall = (1000, 1250)
    save("hero-phone.jpg", ground(CUSTARD, TOMATO, 0, *tall) + stand("hedgehog", 320, 1090, 0.92, -5, "p") + stand("monday", 690, 1130, 1.0, 4, "p"), tall)
    save("collections/coffee.jpg", ground(COBALT, MINT, 4) + stand("big-bad-wolf", 380, 1010, 0.92, -6, "c") + stand("biscuit-tin", 800, 1040, 0.98, 5, "c"))
    save("collections/filter.jpg", ground(PINK, CREAM, 3) + stand("tiny-parade", 380, 1010, 0.92, -6, "f") + stand("jam-session", 800, 1040, 0.98, 5, "f"))
    save("collections/kit.jpg", ground(TOMATO, CUSTARD, 0) + mug(330, 900, 1.05, COBALT, CREAM) + mug(830, 900, 1.05, CUSTARD, NIGHT) + mug(560, 1060, 1.25, MINT, NIGHT))
    save("collections/gifts.jpg", ground(MINT, COBALT, 1) + stand("disco-nap", 420, 1020, 0.9, -6, "g") + mug(840, 1040, 1.1, TOMATO, NIGHT))
    save("yard.jpg", ground(CUSTARD, PINK, 2, 1600, 1200) + roaster(), (1600, 1200))
    for k, (name, words, colour, shape) in enumerate((("posts/why-so-loud.jpg", "WHY SO LOUD?", PLUM, COBALT), ("posts/cold-brew.jpg", "IN A BUCKET", COBALT, MINT), ("posts/gatomboya.jpg", "HELLO, NYERI", LIME, PINK))):
        save(
            name,
            ground(colour, shape, k or 3, 1600, 1000)
            + f'<text x="800" y="330" text-anchor="middle" {FONT} font-size="170" fill="{CREAM if k < 2 else NIGHT}">{words}</text>'
            + beans(np.random.default_rng(k), 60, 80, 1520, 700, 930)
            + (horn(800, 560, 1.3) if k == 0 else can(800, 930, 0.85, 9) if k == 1 else stand("hedgehog", 800, 930, 0.66, 3, "j")),
            (1600, 1000),
        )


def roaster() -> str:
    """The drum roaster in the yard."""
    return (
        shadow(800, 1080, 900)
        + f"""<rect x="420" y="980" width="60" height="110" fill="{NIGHT}"/><rect x="1080" y="980" width="60" height="110" fill="{NIGHT}"/>
<rect x="380" y="520" width="820" height="480" rx="60" fill="{TOMATO}"/><circle cx="620" cy="760" r="210" fill="{NIGHT}"/><circle cx="620" cy="760" r="176" fill="url(#steel)"/><circle cx="620" cy="760" r="120" fill="#3a1d0e"/>{beans(np.random.default_rng(2), 34, 540, 700, 720, 830)}
<path d="M900 520L840 300H1180L1120 520Z" fill="{COBALT}"/><rect x="380" y="520" width="820" height="480" rx="60" fill="url(#lamp)"/><g transform="translate(980 740)">{face(0, 0, 200, CREAM)}</g>
<path d="M480 520V240Q480 160 400 160H300" stroke="{NIGHT}" stroke-width="60" fill="none"/><path d="M250 150q-60 -60 -120 0M260 110q-80 -90 -170 0" stroke="{CREAM}" stroke-width="22" fill="none" stroke-linecap="round"/>"""
    )


if __name__ == "__main__":
    which = sys.argv[1:] or ["products", "scenes"]
    for name in which:
        {"products": products, "scenes": scenes}[name]()
