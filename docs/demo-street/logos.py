"""Logos and marks of the five shops: drawn by hand as SVG, lettering turned into outlines so that no font is needed.

Run:  DEMO_FONTS=<folder with the .ttf files> python logos.py
"""

from __future__ import annotations

import os
from pathlib import Path

import uharfbuzz as hb
from folder import TENANTS
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

FONTS = Path(os.environ.get("DEMO_FONTS", "fonts"))


def lettering(font: str, text: str, size: float, x: float, y: float, spacing: float = 0.0) -> tuple[str, float]:
    """`text` shaped and set from (x, y) as path data, and where it ends."""
    path = FONTS / font
    shaper = hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(shaper, buffer)
    faces = TTFont(path)
    glyphs, names, scale = faces.getGlyphSet(), faces.getGlyphOrder(), size / faces["head"].unitsPerEm
    pen = SVGPathPen(glyphs, ntos=lambda n: f"{n:.1f}".rstrip("0").rstrip("."))
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        shift = (scale, 0, 0, -scale, x + place.x_offset * scale, y - place.y_offset * scale)
        glyphs[names[info.codepoint]].draw(TransformPen(pen, shift))
        x += place.x_advance * scale + spacing
    return pen.getCommands(), x - spacing


def write(tenant: str, name: str, box: str, body: str, title: str) -> None:
    file = TENANTS / tenant / "assets" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{title}">\n{body}\n</svg>\n', encoding="utf-8")


def lumen() -> None:
    lenses = '<circle cx="{a}" cy="{y}" r="{r}" fill="none" stroke="{ink}" stroke-width="{w}"/><circle cx="{b}" cy="{y}" r="{r}" fill="#e2725b"/><circle cx="{b}" cy="{y}" r="{r}" fill="none" stroke="{ink}" stroke-width="{w}"/><path d="M{c} {y2}Q{m} {y3} {d} {y2}" fill="none" stroke="{ink}" stroke-width="{w}"/>'
    mark = lenses.format(a=27, b=75, y=34, r=19, ink="#17324d", w=6, c=45, d=57, m=51, y2=28, y3=21)
    letters, end = lettering("fraunces.ttf", "Lumen", 54, 112, 52)
    write("lumen", "logo.svg", f"0 0 {end + 6:.0f} 68", f'{mark}<path d="{letters}" fill="#17324d"/>', "Lumen Optics")
    small = lenses.format(a=19, b=45, y=33, r=11, ink="#ffffff", w=4, c=29, d=35, m=32, y2=29, y3=25)
    write("lumen", "mark.svg", "0 0 64 64", f'<rect width="64" height="64" rx="14" fill="#17324d"/>{small}', "Lumen")


def ghasaq() -> None:
    letters, end = lettering("amiri-b.ttf", "غسق", 84, 84, 66)
    moon = '<path d="M38 8A34 34 0 1 0 68 62A28 28 0 1 1 38 8Z" fill="#c9a15a"/>'
    write("ghasaq", "logo.svg", f"0 0 {end + 8:.0f} 92", f'<g transform="translate({end - 76:.0f} 0)">{moon}</g><g transform="translate(-78 0)"><path d="{letters}" fill="#e8c98c"/></g>', "دار غسق")
    write("ghasaq", "mark.svg", "0 0 64 64", '<rect width="64" height="64" rx="8" fill="#14100e"/><path d="M32 9A24 24 0 1 0 54 45A19 19 0 1 1 32 9Z" fill="#c9a15a"/><circle cx="46" cy="20" r="3" fill="#e8c98c"/>', "غسق")


def yamagiri() -> None:
    mountain = '<circle cx="34" cy="34" r="30" fill="none" stroke="#4d5a45" stroke-width="2.4"/><path d="M12 46Q24 38 30 22Q33 15 37 24Q43 38 56 46" fill="none" stroke="#4d5a45" stroke-width="3.4" stroke-linecap="round"/><path d="M8 38H26M34 32H60M14 54H44" stroke="#f6f3ec" stroke-width="4"/><path d="M20 51H50" stroke="#4d5a45" stroke-width="2.4" stroke-linecap="round"/><rect x="46" y="12" width="9" height="9" rx="1" fill="#a5583c"/>'
    letters, end = lettering("shippori.ttf", "山霧", 46, 82, 51, 8)
    write("yamagiri", "logo.svg", f"0 0 {end + 6:.0f} 68", f'{mountain}<path d="{letters}" fill="#2f332b"/>', "山霧")
    write("yamagiri", "mark.svg", "0 0 64 64", '<rect width="64" height="64" rx="4" fill="#a5583c"/><path d="M10 44Q24 36 29 20Q32 13 36 22Q42 36 54 44" fill="none" stroke="#f6f3ec" stroke-width="4.5" stroke-linecap="round"/><path d="M16 52H48" stroke="#f6f3ec" stroke-width="3.5" stroke-linecap="round"/>', "山霧")


def bigwall() -> None:
    write("bigwall", "mark.svg", "0 0 64 64", '<rect width="64" height="64" fill="#e8412b"/><path d="M14 10H50V54H14Z" fill="#ffffff"/><path d="M21 17H43V47H21Z" fill="#111111"/><circle cx="37" cy="25" r="5" fill="#f2b632"/><path d="M21 47V38Q28 28 34 38T43 36V47Z" fill="#e8412b"/>', "Bigwall Editions")


def hullabaloo() -> None:
    horn = '<path d="M6 34L58 12Q72 8 72 24V56Q72 72 58 68L6 46Q0 40 6 34Z" fill="#f04e30"/><ellipse cx="70" cy="40" rx="12" ry="33" fill="#2346d8"/><ellipse cx="71" cy="40" rx="7" ry="24" fill="#231433"/><path d="M90 20l16 -10M94 40h18M90 60l16 10" stroke="#231433" stroke-width="6" stroke-linecap="round"/>'
    letters, end = lettering("bagel.ttf", "Hullabaloo", 62, 126, 62)
    write("hullabaloo", "logo.svg", f"0 0 {end + 4:.0f} 80", f'{horn}<path d="{letters}" fill="#231433"/>', "Hullabaloo Coffee")
    write(
        "hullabaloo",
        "mark.svg",
        "0 0 64 64",
        '<rect width="64" height="64" rx="20" fill="#ffd23f"/><path d="M8 29L36 17Q44 15 44 24V42Q44 51 36 49L8 37Q4 33 8 29Z" fill="#f04e30"/><ellipse cx="43" cy="33" rx="7" ry="18" fill="#2346d8"/><ellipse cx="43.500" cy="33" rx="4" ry="13" fill="#231433"/><path d="M53 22l5 -4M54 33h6M53 44l5 4" stroke="#231433" stroke-width="3.500" stroke-linecap="round"/>',
        "Hullabaloo",
    )


if __name__ == "__main__":
    for shop in (lumen, ghasaq, yamagiri, bigwall, hullabaloo):
        shop()
