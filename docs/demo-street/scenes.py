"""Scenes: heroes, collection and journal pictures that show several products of a shop together.

Run:  python scenes.py [lumen|ghasaq|yamagiri|bigwall …]
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import bpy
import ghasaq_pictures as ghasaq
import lumen_pictures as lumen
import numpy as np
import studio
import yamagiri_pictures as yamagiri
from bigwall_art import FAMILIES, noise, printed
from bigwall_prints import FRAMES, framed
from bigwall_words import PALETTES
from folder import TENANTS
from lumen_frames import FRAMES as LUMEN
from mathutils import Matrix
from PIL import Image, ImageFilter

BY_HANDLE = {frame.handle: frame for frame in LUMEN}


def save(tenant: str, name: str, picture: Image.Image, quality: int = 82) -> None:
    studio.save(picture, TENANTS / tenant / "assets" / name, quality)
    print(tenant, name, flush=True)


def placed(before: set[str], x: float, y: float, z: float = 0.0, turn: float = 0.0, scale: float = 1.0) -> None:
    """Moves everything that was built since `before`."""
    step = Matrix.Translation((x, y, z)) @ Matrix.Rotation(math.radians(turn), 4, "Z") @ Matrix.Scale(scale, 4)
    for holder in bpy.data.objects:
        if holder.name not in before and holder.parent is None:
            holder.matrix_world = step @ holder.matrix_world


def add(build: Callable[[], object], *place: float, **keywords: float) -> None:
    before = {holder.name for holder in bpy.data.objects}
    build()
    bpy.context.view_layer.update()
    placed(before, *place, **keywords)


def block(x: float, y: float, width: float, depth: float, height: float, colour: str, turn: float = 0.0) -> None:
    made = studio.prism([ghasaq.rounded(width, depth, 0.15, 4)], height, 0.08, studio.material("block", studio.rgb(colour), roughness=0.75))
    made.data.transform(Matrix.Translation((x, y, height / 2)) @ Matrix.Rotation(math.radians(turn), 4, "Z"))


def stage(width: int, height: int, floor: str, samples: int = 12) -> None:
    studio.new(width, height, samples=samples, floor=floor)
    lumen.light()


def glasses(handle: str, colour: int = 0) -> Callable[[], object]:
    return lambda: lumen.build(BY_HANDLE[handle], BY_HANDLE[handle].colours[colour])


def cylinder(radius: float, height: float, colour: str) -> Callable[[], object]:
    return lambda: studio.lathe([(0.001, height), (radius, height), (radius, 0)], studio.material("post", studio.rgb(colour), roughness=0.7))


def lumen_papers() -> None:
    """Two flat pictures: a dusk for the journal and a street map for the way to the shop."""
    dusk, _ = FAMILIES["swells"](np.random.default_rng(21), ("#f6e9dc", "#17324d", "#27486b", "#3f6488", "#e2725b", "#f3cdb4"))
    save("lumen", "posts/lighthouse.jpg", printed(dusk.crop((0, 240, 900, 840)).resize((1600, 1067), Image.Resampling.LANCZOS), np.random.default_rng(1)))
    rng = np.random.default_rng(12)
    streets = "".join(f'<path d="M{x} -50L{x + rng.uniform(-160, 160):.0f} 1050" stroke="#ffffff" stroke-width="{rng.choice([14, 22])}"/>' for x in range(40, 1400, 118))
    streets += "".join(f'<path d="M-50 {y}L1450 {y + rng.uniform(-90, 90):.0f}" stroke="#ffffff" stroke-width="{rng.choice([14, 22])}"/>' for y in range(30, 700, 96))
    harbour = '<path d="M0 760Q240 700 420 770T860 740T1400 800V1000H0Z" fill="#b9cfdc"/><path d="M240 770V900H300V768M620 780V860H860V900H620" fill="none" stroke="#e9e2d6" stroke-width="26"/>'
    tram = '<path d="M-20 150Q500 250 660 420T1420 640" fill="none" stroke="#17324d" stroke-width="10" stroke-dasharray="2 22" stroke-linecap="round"/>'
    pin = '<path d="M660 420C610 350 596 320 596 288A64 64 0 1 1 724 288C724 320 710 350 660 420Z" fill="#e2725b"/><circle cx="640" cy="286" r="17" fill="none" stroke="#fff" stroke-width="6"/><circle cx="682" cy="286" r="17" fill="none" stroke="#fff" stroke-width="6"/>'
    parks = '<path d="M180 300q120 -60 190 20t-40 150t-170 -30z" fill="#cfdcc4"/><path d="M960 180q140 -40 170 60t-110 120t-120 -80z" fill="#cfdcc4"/>'
    save("lumen", "map.jpg", studio.drawn(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1400 1000" width="1400" height="1000"><rect width="1400" height="1000" fill="#e9e2d6"/>{parks}{streets}{harbour}{tram}{pin}</svg>'))


def lumen_scenes() -> None:
    lumen_papers()
    stage(1240, 700, "#e8dfd2", 14)
    block(-9.5, 4, 17, 13, 3.4, "#17324d")
    block(9.5, 7, 15, 13, 6.2, "#e2725b")
    add(cylinder(3.4, 9.2, "#f2ebe0"), 0.5, 12)
    add(glasses("cordouan"), -9.3, 0.6, 3.4, turn=16)
    add(glasses("pharos", 1), 9.4, 3.4, 6.2, turn=-20)
    add(glasses("kereon", 0), 1.6, -4.2, 0, turn=-8)
    studio.camera((0, -76, 21), (0, 3, 5.6), lens=74)
    hero = studio.render().resize((2000, 1129), Image.Resampling.LANCZOS)
    save("lumen", "hero.jpg", hero)
    save("lumen", "hero-right.jpg", hero.crop((720, 0, 1960, 1129)))  # beside the words of a split hero
    for name, floor, first, second in (
        ("eyeglasses", "#d7dde2", ("fastnet", 1), ("sambro", 1)), ("sunglasses", "#ecc9b4", ("planier", 0), ("start-point", 0)),
        ("round", "#e6d3b1", ("cordouan", 2), ("skerryvore", 0)), ("titanium", "#c9cfd4", ("longstone", 0), ("creach", 0)),
    ):  # fmt: skip
        stage(560, 700, floor, 10)
        add(cylinder(8.6, 2.4, floor), 0, 6.5)
        add(glasses(*first), 0, 2.6, 2.4, turn=22)
        add(glasses(*second), 0.4, -9.5, 0, turn=-16)
        studio.camera((0, -66, 24), (0, 0, 2.6), lens=92)
        save("lumen", f"collections/{name}.jpg", studio.render().resize((1120, 1400), Image.Resampling.LANCZOS))
    stage(600, 600, "#f4f1ec", 10)  # case and spray
    felt = studio.material("felt", studio.rgb("#17324d"), roughness=1.0, sheen_weight=0.6)
    shell = studio.lathe([(0.001, -8.1)] + [(3.2 * (1 - abs(t) ** 5) ** 0.4, 8.1 * t) for t in np.linspace(-0.985, 0.985, 40)] + [(0.001, 8.1)], felt)
    shell.data.transform(Matrix.Translation((0, 0, 2.2)) @ Matrix.Diagonal((1, 1, 0.7, 1)) @ Matrix.Rotation(math.pi / 2, 4, "Y"))
    seam = studio.wire([(8.15 * math.cos(a), 3.24 * math.copysign(abs(math.sin(a)) ** 0.7, math.sin(a)), 2.2) for a in np.linspace(0, 2 * math.pi, 90, endpoint=False)], 0.11, studio.material("seam", studio.rgb("#e2725b"), roughness=0.8), closed=True)
    assert shell and seam
    studio.camera((14, -56, 22), (0, 0, 2.0), lens=98)
    save("lumen", "products/case.jpg", studio.extend(studio.render(), (1200, 1200)))
    stage(600, 600, "#f4f1ec", 12)
    studio.lathe([(0.001, 0), (2.0, 0), (2.1, 0.15), (2.1, 6.4), (1.9, 6.9), (0.9, 7.3), (0.85, 7.9)], studio.material("bottle", studio.rgb("#d9e6ea"), transmission_weight=1.0, roughness=0.0, ior=1.45))
    studio.lathe([(0.001, 0.3), (1.8, 0.3), (1.8, 5.2), (0.001, 5.2)], studio.material("wash", studio.rgb("#a9d3e0"), transmission_weight=0.9, roughness=0.0, ior=1.33))
    studio.lathe([(0.001, 7.7), (1.1, 7.7), (1.1, 9.0), (0.8, 9.1), (0.8, 10.2), (0.72, 10.3), (0.001, 10.3)], studio.material("cap", studio.rgb("#17324d"), roughness=0.35))
    cloth = studio.material("cloth", studio.rgb("#b9bec3"), roughness=1.0, sheen_weight=0.5)
    for level in range(4):
        sheet = studio.prism([ghasaq.rounded(8.4 - 0.2 * level, 6.2 - 0.15 * level, 0.3, 4)], 0.34, 0.15, cloth)
        sheet.data.transform(Matrix.Translation((5.6, 1.2, 0.2 + 0.33 * level)) @ Matrix.Rotation(0.25, 4, "Z"))
    studio.camera((2, -56, 17), (2.2, 0, 4.2), lens=86)
    save("lumen", "products/spray.jpg", studio.extend(studio.render(), (1200, 1200)))


def ghasaq_scenes(part: str = "") -> None:
    def setting(width: int, height: int, samples: int) -> None:
        studio.new(width, height, samples=samples, floor="#241a16", gloss=0.55)
        cycles = bpy.context.scene.cycles
        cycles.max_bounces, cycles.transmission_bounces, cycles.glossy_bounces = 9, 8, 4
        ghasaq.light()

    setting(1100, 620, 22)
    studio.softbox((0, -10, 22), (0, 0, 2), (20, 5), 700, (1, 0.82, 0.62))
    add(lambda: ghasaq.bottle(*ghasaq.BOTTLES["ghasaq"]), -4.6, 0.5, turn=10)
    add(lambda: ghasaq.bottle(*ghasaq.BOTTLES["ward-taif"]), -10.2, 2.6, turn=-8)
    add(lambda: ghasaq.oil("#b0601c"), 0.6, -2.2)
    add(lambda: ghasaq.burner(False), 5.6, 3.5)
    ghasaq.chips(26, (3.9, -3.2), 1.5, "#4a2a16", 5, 0.7)
    studio.camera((0, -47, 8.6), (0, 0, 4.3), lens=62)
    save("ghasaq", "hero.jpg", studio.render().resize((2000, 1127), Image.Resampling.LANCZOS))
    setting(520, 650, 16)
    add(lambda: ghasaq.oil("#8a4210"), 0.8, 1.2)
    ghasaq.chips(60, (-0.4, -2.6), 3.3, "#4f2e18", 7, 0.95)
    studio.camera((0, -27, 9.5), (0, 0, 2.4), lens=78)
    save("ghasaq", "collections/oud.jpg", studio.render().resize((1120, 1400), Image.Resampling.LANCZOS))
    if part == "wood":
        return
    setting(520, 650, 16)
    add(lambda: ghasaq.bottle(*ghasaq.BOTTLES["zafaran"]), -3.0, 1.6, turn=12)
    add(lambda: ghasaq.bottle(*ghasaq.BOTTLES["luban-dhofar"]), 2.3, -0.8)
    studio.camera((0, -33, 9), (0, 0, 4.2), lens=78)
    save("ghasaq", "collections/perfumes.jpg", studio.render().resize((1120, 1400), Image.Resampling.LANCZOS))
    products = TENANTS / "ghasaq" / "assets" / "products"
    for name, source in (("home", "mabkhara"), ("gifts", "ramadan")):
        save("ghasaq", f"collections/{name}.jpg", Image.open(products / f"{source}.jpg"))


def yamagiri_map() -> None:
    """The way from the temple to the shop, drawn with few lines."""
    lanes = "".join(f'<path d="{d}" fill="none" stroke="#ffffff" stroke-width="{w}"/>' for d, w in (("M-20 860L1420 700", 26), ("M220 1020L420 -20", 26), ("M690 1020Q700 500 840 -20", 14), ("M-20 300L1420 180", 14), ("M-20 560L1420 430", 14), ("M980 1020Q1010 600 1140 -20", 10)))
    canal = '<path d="M900 1020Q880 700 940 480T1030 -20" fill="none" stroke="#b9c7c2" stroke-width="20"/>'
    trees = "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="#c6ccb4"/>' for x, y, r in ((1220, 160, 120), (1330, 300, 150), (1260, 520, 130), (1350, 720, 160), (1210, 860, 90), (1120, 60, 60)))
    gate = '<path d="M1050 96H1150M1062 84H1138M1074 96V150M1126 96V150" stroke="#4d5a45" stroke-width="9" fill="none"/>'
    shop = '<rect x="742" y="566" width="76" height="76" rx="8" fill="#a5583c"/><path d="M758 620Q776 608 780 592Q784 608 802 620M764 630H796" stroke="#f6f3ec" stroke-width="5" fill="none" stroke-linecap="round"/>'
    walk = '<path d="M1090 170Q960 300 930 480Q900 560 826 600" fill="none" stroke="#a5583c" stroke-width="6" stroke-dasharray="2 16" stroke-linecap="round"/>'
    save("yamagiri", "map.jpg", studio.drawn(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1400 1000" width="1400" height="1000"><rect width="1400" height="1000" fill="#ebe5d8"/>{trees}{lanes}{canal}{gate}{walk}{shop}</svg>'))


def yamagiri_scenes() -> None:
    yamagiri_map()

    def setting(width: int, height: int, samples: int = 10) -> None:
        studio.new(width, height, samples=samples, floor="#d6cdbc", gloss=0.08)
        bpy.context.scene.cycles.max_bounces = 4
        yamagiri.light()

    mist, _ = FAMILIES["washes"](np.random.default_rng(41), ("#e9e6dc", "#4d5a45", "#6f7a66", "#9aa391", "#cfa58a", "#d9d7cb"))
    wide = mist.resize((2000, 2667), Image.Resampling.LANCZOS).crop((0, 420, 2000, 1620))
    save("yamagiri", "hero.jpg", printed(wide, np.random.default_rng(2)))
    setting(560, 700)
    add(lambda: yamagiri.kyusu(yamagiri.glaze("clay", ("#7d3218", "#8f3d20", "#9c4a2a"), 0.4, 0.45, 0.08, 0.1)), -1.6, 2.4, turn=56)
    add(lambda: yamagiri.cup(yamagiri.glaze("ash", ("#6f7d68", "#93a08a", "#b4bca4"), 0.5, 0.2), liquor="#b9b84a", wide=0.9, tall=0.72), 3.2, -3.4)
    add(lambda: yamagiri.cup(yamagiri.kohiki(), liquor="#b9b84a", wide=0.9, tall=0.72, seed=4), -3.0, -5.0)
    studio.camera((0, -36, 15), (0, 0, 2.0), lens=84)
    save("yamagiri", "collections/vessels.jpg", studio.render().resize((1120, 1400), Image.Resampling.LANCZOS))
    setting(560, 700)
    for x, y, tea in ((-3.4, 4.2, "beniyama"), (3.6, 1.2, "asatsuyu"), (-2.6, -5.2, "houkou")):
        kind, colours, *_ = yamagiri.TEAS[tea]
        yamagiri.dish(x, y, 3.3, yamagiri.kohiki())
        yamagiri.leaves(kind, colours, (x, y), 2.6, 0.9, 0.36, len(tea))
    studio.camera((0, -30, 26), (0, 0, 0), lens=80)
    save("yamagiri", "collections/tea.jpg", studio.render().resize((1120, 1400), Image.Resampling.LANCZOS))
    setting(560, 700)
    add(yamagiri.caddy, -2.6, 1.8)
    add(yamagiri.whisk, 3.0, -1.2)
    studio.camera((0, -34, 10), (0, 0, 3.0), lens=84)
    save("yamagiri", "collections/tools.jpg", studio.render().resize((1120, 1400), Image.Resampling.LANCZOS))
    products = TENANTS / "yamagiri" / "assets" / "products"
    save("yamagiri", "collections/gifts.jpg", Image.open(products / "chawan-kuro.jpg"))


def salon(size: tuple[int, int], hang: list[tuple[str, str, int, str, int, int, int]], tone: str, floor: str, bench: str) -> Image.Image:
    """A painted wall with several prints, a skirting board, a floor and a bench in front."""
    width, height = size
    rng = np.random.default_rng(9)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    base = np.array([int(tone[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    light = 1.05 - 0.2 * (x / width * 0.6 + y / height * 0.4) + 0.012 * noise(rng, 5, 5, (height, width))
    canvas = Image.fromarray(np.clip(base * light[..., None], 0, 255).astype(np.uint8))
    for family, palette, seed, frame, cx, cy, wide in hang:
        art = printed(FAMILIES[family](np.random.default_rng(seed), PALETTES[palette])[0], rng)
        reach = round(wide * 1.5)  # room for the whole shadow
        area = canvas.crop((cx - reach, cy - reach, cx + reach, cy + reach))
        canvas.paste(framed(art, area, FRAMES[frame][0], wide // 11, wide, rng), (cx - reach, cy - reach))
    pixels = np.asarray(canvas, np.float32).copy()
    line = int(height * 0.86)
    ground = np.array([int(floor[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    boards = 1 + 0.05 * np.sin(x / 37) * (np.sin(x / 211) > -0.4) + 0.03 * noise(rng, 60, 2, (height, width))
    shade = np.clip((y - line) / (height - line), 0, 1) * 0.25 + 0.8
    pixels[line:] = (ground * (boards * shade)[..., None])[line:]
    pixels[line - 26 : line] = np.minimum(pixels[line - 26 : line] * 1.08, 255)
    pixels[line : line + 14] *= np.linspace(0.6, 1, 14)[:, None, None]
    seat = np.array([int(bench[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    left, right, top = int(width * 0.32), int(width * 0.68), int(height * 0.83)
    away = np.exp(-(((y - height * 0.965) / 26) ** 2)) * np.clip(1 - np.abs(x - width / 2) / (width * 0.21), 0, 1) ** 0.4
    pixels *= (1 - 0.5 * away)[..., None]
    pixels[top : top + 34, left:right] = seat * (1.05 - 0.25 * np.linspace(0, 1, 34))[:, None, None]
    for leg in (left + 40, right - 66):
        pixels[top + 34 : int(height * 0.97), leg : leg + 26] = seat * 0.62
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def bigwall_scenes() -> None:
    wide = (2000, 1100)
    slides = {
        "slides/salon": ([("rooms", "Harbour", 1215, "Black ash", 1000, 470, 470), ("ridges", "Ink", 1080, "Natural oak", 430, 420, 300), ("tesserae", "Primary", 1016, "Natural oak", 1570, 420, 300)], "#d9d4cb", "#9a7a58", "#2a2420"),
        "slides/color": ([("ribbons", "Tropic", 1200, "White maple", 620, 450, 440), ("arches", "Citrus", 1003, "White maple", 1380, 450, 440)], "#27463f", "#7d5d42", "#d9a441"),
        "slides/quiet": ([("washes", "Slate", 1301, "Natural oak", 1000, 450, 480)], "#c7c9c6", "#8b7660", "#ece8e0"),
    }  # fmt: skip
    for name, (hang, tone, floor, bench) in slides.items():
        save("bigwall", f"{name}.jpg", salon(wide, hang, tone, floor, bench))
    tiles = {"all-prints": ("crossings", "Primary"), "abstract": ("weather", "Tropic"), "landscape": ("hills", "Desert"), "botanical": ("cutouts", "Orchard"),
             "black-and-white": ("surveys", "Ink"), "limited": ("endpapers", "Lagoon")}  # fmt: skip
    for k, (name, (family, palette)) in enumerate(tiles.items()):
        art, _ = FAMILIES[family](np.random.default_rng(700 + k), PALETTES[palette])
        path = TENANTS / "bigwall" / "assets" / "collections" / f"{name}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        printed(art, np.random.default_rng(k)).save(path, quality=78, method=5)
    save("bigwall", "posts/gallery-wall.jpg", salon((1600, 1000), [("florets", "Nordic", 1222, "Natural oak", 360, 400, 280), ("stems", "Orchard", 1181, "Natural oak", 800, 400, 280), ("halftones", "Midnight", 1321, "Natural oak", 1240, 400, 280)], "#e0d5c6", "#8f7050", "#3b4a3f"))
    save("bigwall", "posts/marbling.jpg", printed(FAMILIES["endpapers"](np.random.default_rng(77), PALETTES["Rosewood"])[0].crop((225, 350, 675, 650)).filter(ImageFilter.GaussianBlur(1.5)).resize((1600, 1067), Image.Resampling.LANCZOS), np.random.default_rng(1)))
    save("bigwall", "workshop.jpg", salon((1400, 1400), [("stems", "Meadow", 1185, "Natural oak", 420, 520, 330), ("vessels", "Clay", 1172, "Black ash", 980, 520, 330)], "#e4e1db", "#a78a66", "#1c1b1a"))


if __name__ == "__main__":
    for shop in sys.argv[1:] or ("lumen", "ghasaq", "yamagiri", "bigwall"):
        {"lumen": lumen_scenes, "ghasaq": ghasaq_scenes, "yamagiri": yamagiri_scenes, "bigwall": bigwall_scenes}[shop]()
