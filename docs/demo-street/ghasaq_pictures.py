"""Ghasaq: perfume bottles of heavy glass with brass caps, oil flasks, incense and a candle, in low side light.

Run:  python ghasaq_pictures.py [handle …]
"""

from __future__ import annotations

import math
import sys

import bpy
import numpy as np
import studio
from folder import TENANTS
from mathutils import Matrix
from PIL import Image

ASSETS = TENANTS / "ghasaq" / "assets"
# handle: silhouette, liquid colour, how much light the liquid lets through
BOTTLES = {
    "ghasaq": ("square", "#8a3216", "غسق"), "layl-al-wadi": ("round", "#2f6f55", "ليل الوادي"), "ward-taif": ("tall", "#b8405c", "ورد الطائف"),
    "anbar": ("square", "#c98a2e", "عنبر البحر"), "misk-abyad": ("round", "#e9dfc8", "مسك أبيض"), "sahra": ("tall", "#b07a4a", "صحراء"),
    "luban-dhofar": ("round", "#a8ad6a", "لبان ظفار"), "hayl": ("square", "#8a9a3a", "هيل"), "zafaran": ("tall", "#d9641a", "زعفران"),
    "tabgh": ("square", "#8a4a20", "تبغ البصرة"),
}  # fmt: skip
OILS = {"dihn-oud-kambodi": "#b0601c", "dihn-oud-hindi": "#6a2c10"}


def brass(dark: bool = False) -> bpy.types.Material:
    if dark:
        return studio.material("black", studio.rgb("#1a1714"), metallic=0.6, roughness=0.35)
    return studio.material("brass", studio.rgb("#c99a4b"), metallic=1.0, roughness=0.2)


def glass(tint: str = "#ffffff", roughness: float = 0.0) -> bpy.types.Material:
    return studio.material("glass", studio.rgb(tint), roughness=roughness, transmission_weight=1.0, ior=1.45)


def rounded(width: float, depth: float, radius: float, steps: int = 10) -> list[tuple[float, float]]:
    points = []
    for cx, cy, start in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        for i in range(steps + 1):
            turn = math.radians(start + 90 * i / steps)
            points.append((cx * (width / 2 - radius) + radius * math.cos(turn), cy * (depth / 2 - radius) + radius * math.sin(turn)))
    return points


def loft(section: list[tuple[float, float]], profile: list[tuple[float, float]], surface: bpy.types.Material) -> bpy.types.Object:
    """A section scaled by the first number at the height of the second, closed at both ends."""
    n = len(section)
    vertices = [(x * s, y * s, z) for s, z in profile for x, y in section]
    faces = [(r * n + i, r * n + (i + 1) % n, (r + 1) * n + (i + 1) % n, (r + 1) * n + i) for r in range(len(profile) - 1) for i in range(n)]
    faces += [tuple(range(n - 1, -1, -1)), tuple(range((len(profile) - 1) * n, len(profile) * n))]
    return studio.mesh(vertices, faces, surface, "loft")


def sharp(holder: bpy.types.Object, degrees: float = 35) -> None:
    """Flat faces stay flat: smooth shading only across edges gentler than `degrees`."""
    bpy.context.view_layer.objects.active = holder
    holder.select_set(True)
    bpy.ops.object.shade_smooth_by_angle(angle=math.radians(degrees))
    holder.select_set(False)


def label(text: str, width: float, height: float, place: tuple[float, float, float], ink: str = "#c99a4b") -> None:
    """A gold-printed paper label in front of the glass, lettering set by the SVG renderer."""
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300" width="600" height="300"><rect width="600" height="300" fill="#17110d"/>'
           f'<rect x="14" y="14" width="572" height="272" fill="none" stroke="{ink}" stroke-width="4"/><text x="300" y="182" font-size="{118 if len(text) < 7 else 84}" text-anchor="middle" '
           f'font-family="Amiri, DejaVu Sans" fill="{ink}">{text}</text><circle cx="300" cy="238" r="7" fill="{ink}"/></svg>')  # fmt: skip
    made = studio.image_material(studio.drawn(svg), "label", roughness=0.4)
    shader = made.node_tree.nodes["Principled BSDF"]
    made.node_tree.links.new(made.node_tree.nodes["Image Texture"].outputs["Color"], shader.inputs["Emission Color"])
    shader.inputs["Emission Strength"].default_value = 0.25
    bpy.ops.mesh.primitive_plane_add(size=1, location=place, rotation=(math.pi / 2, 0, 0))
    holder = bpy.context.object
    holder.scale = (width, height, 1)
    holder.data.materials.append(made)


def bottle(kind: str, colour: str, text: str) -> None:
    """Thick glass around a body of liquid, a collar and a solid cap."""
    if kind == "square":
        section, high, base = rounded(5.6, 2.6, 0.45), 6.4, 0.75
        profile = [(0.93, 0), (1, 0.12), (1, high - 0.5), (0.93, high - 0.12), (0.62, high), (0.28, high + 0.05), (0.26, high + 0.5)]
        cap = loft(rounded(2.5, 2.0, 0.18), [(0.95, high + 0.55), (1, high + 0.6), (1, high + 2.5), (0.95, high + 2.58)], brass())
    elif kind == "tall":
        section, high, base = rounded(3.7, 3.0, 0.3, 6), 8.2, 0.9
        profile = [(0.94, 0), (1, 0.1), (1, high - 0.9), (0.9, high - 0.4), (0.4, high), (0.36, high + 0.5)]
        cap = loft(rounded(1.9, 1.9, 0.94, 12), [(0.95, high + 0.55), (1, high + 0.62), (1, high + 2.7), (0.9, high + 2.85), (0.4, high + 2.95)], brass())
    else:
        section = [(math.cos(a) * 2.9, math.sin(a) * 1.75) for a in np.linspace(0, 2 * math.pi, 72, endpoint=False)]
        high, base = 6.0, 0.7
        profile = [(0.45, 0), (0.52, 0.06)] + [(0.52 + 0.48 * math.sin(t * math.pi / 2 * 1.0), 0.06 + 3.0 * (1 - math.cos(t * math.pi / 2))) for t in np.linspace(0.1, 1, 12)]
        profile += [(math.cos(t * math.pi / 2) * 0.76 + 0.24, 3.06 + 2.7 * math.sin(t * math.pi / 2)) for t in np.linspace(0.1, 1, 12)] + [(0.24, high + 0.4)]
        cap = studio.lathe([(0, high + 0.4), (0.95, high + 0.4), (1.05, high + 0.5)] + [(1.15 * math.cos(a), high + 1.5 + 1.15 * math.sin(a)) for a in np.linspace(-0.8, math.pi / 2, 16)], brass())
    body = loft(section, profile, glass("#fbfaf6"))
    sharp(body)
    if kind != "round":
        sharp(cap)
    outline_z, outline_s = [z for _, z in profile], [scale for scale, _ in profile]
    top = high - (1.0 if kind != "round" else 1.4)
    levels = np.linspace(base, top, 16)
    inner = [(float(np.interp(z, outline_z, outline_s)) * 0.87, float(z)) for z in levels]
    liquid = studio.material("liquid", studio.rgb(colour), roughness=0.0, transmission_weight=0.93, ior=1.36)
    sharp(loft(section, inner, liquid))
    studio.wire([(0, 0, base), (0.1, 0, high * 0.5), (0, 0, high)], 0.08, studio.material("tube", (0.9, 0.9, 0.88), transmission_weight=0.8))
    studio.lathe([(0, high + 0.2), (0.8, high + 0.2), (0.8, high + 0.58), (0, high + 0.58)], brass())
    front = {"square": -1.36, "tall": -1.56, "round": -1.82}[kind]
    label(text, 3.2 if kind != "tall" else 2.6, 1.6 if kind != "tall" else 1.3, (0, front, 2.75 if kind != "tall" else 3.3))


def oil(colour: str) -> None:
    profile = studio.curve_of([(0.0, 0.0), (1.5, 0.0), (1.75, 0.25), (1.7, 1.1), (0.9, 2.3), (0.42, 3.0), (0.38, 4.0), (0.55, 4.15)], 8)
    studio.lathe(profile, glass("#f6f2ea"))
    studio.lathe([(0, 0.4)] + [(max(r - 0.26, 0.02), z) for r, z in profile if 0.4 < z < 2.1] + [(0, 2.1)], studio.material("oil", studio.rgb(colour), transmission_weight=0.9, roughness=0.0, ior=1.4))
    studio.lathe(studio.curve_of([(0, 4.1), (0.42, 4.15), (0.62, 4.5), (0.36, 5.0), (0.3, 5.5), (0.62, 6.0), (0.5, 6.5), (0.0, 6.8)], 8), brass())
    for turn in np.linspace(0, 2 * math.pi, 40, endpoint=False):  # a beaded brass collar
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.07, segments=10, ring_count=6, location=(0.44 * math.cos(turn), 0.44 * math.sin(turn), 3.9))
        bpy.context.object.data.materials.append(brass())


def chips(count: int, centre: tuple[float, float], spread: float, colour: str, seed: int = 1, size: float = 0.5, base: float = 0.0) -> None:
    """A little heap of split wood: long splinters in three shades, resin-dark to dry."""
    rng = np.random.default_rng(seed)
    tone = np.array(studio.rgb(colour))
    made = [studio.material("chips", tuple(tone * k), roughness=0.7) for k in (0.55, 1.0, 1.7)]
    for i in range(round(count * 1.5)):
        r = spread * math.sqrt(rng.random())
        turn = rng.uniform(0, 2 * math.pi)
        place = (centre[0] + r * math.cos(turn), centre[1] + r * math.sin(turn), base + size * 0.2 + (spread - r) * 0.45 * rng.random())
        lean = (rng.normal(0, 0.35), rng.normal(0, 0.35), rng.uniform(0, 2 * math.pi))
        bpy.ops.mesh.primitive_cube_add(size=size, location=place, rotation=lean)
        chip = bpy.context.object
        chip.scale = (rng.uniform(1.0, 2.4), rng.uniform(0.2, 0.55), rng.uniform(0.12, 0.34))
        for vertex in chip.data.vertices:  # no two ends alike
            vertex.co *= float(rng.uniform(0.7, 1.15))
        chip.data.materials.append(made[i % 3])


def burner(dark: bool) -> None:
    metal = brass(dark)
    profile = studio.curve_of([(0, 0), (2.2, 0), (2.3, 0.3), (1.1, 1.6), (0.8, 2.6), (1.2, 3.4), (2.6, 5.4), (2.7, 5.8), (2.45, 5.8), (2.2, 5.2), (0.3, 4.2), (0, 4.15)], 8)
    studio.lathe(profile, metal)
    chips(16, (0, 0), 1.3, "#1c130d", 4, 0.6, 4.7)
    for k in range(3):
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.35, location=(0.7 * math.cos(k * 2.1), 0.7 * math.sin(k * 2.1), 5.2))
        ember = studio.material("ember", studio.rgb("#3a0d04"), roughness=1)
        ember.node_tree.nodes["Principled BSDF"].inputs["Emission Color"].default_value = (1, 0.16, 0.03, 1)
        ember.node_tree.nodes["Principled BSDF"].inputs["Emission Strength"].default_value = 3.5
        bpy.context.object.data.materials.append(ember)


def candle() -> None:
    vessel = studio.material("vessel", studio.rgb("#2c1a13"), roughness=0.08, coat_weight=1.0)
    studio.lathe([(0, 0), (2.3, 0), (2.4, 0.1), (2.4, 4.6), (2.34, 4.66), (2.26, 4.6), (2.2, 4.0)], vessel)
    studio.lathe([(0, 4.05), (1.2, 4.1), (2.24, 4.2)], studio.material("wax", studio.rgb("#e9d9bb"), roughness=0.5, subsurface_weight=0.3))
    studio.wire([(0, 0, 4.05), (0.02, 0, 4.5)], 0.05, studio.material("wick", (0.02, 0.02, 0.02)))
    flame = studio.lathe(studio.curve_of([(0.02, 4.42), (0.2, 4.7), (0.16, 5.05), (0.01, 5.75)], 8), studio.material("flame", (1, 0.6, 0.2)))
    shader = flame.data.materials[0].node_tree.nodes["Principled BSDF"]
    shader.inputs["Emission Color"].default_value, shader.inputs["Emission Strength"].default_value = (1, 0.55, 0.2, 1), 12
    glow = bpy.data.lights.new("glow", "POINT")
    glow.energy, glow.color, glow.shadow_soft_size = 90, (1, 0.55, 0.25), 0.3
    holder = bpy.data.objects.new("glow", glow)
    holder.location = (0, 0, 5.0)
    bpy.context.collection.objects.link(holder)
    label("عود", 2.2, 1.1, (0, -2.43, 2.2))


def box(width: float, depth: float, height: float, place: tuple[float, float, float], surface: bpy.types.Material, turn: float = 0.0) -> None:
    made = studio.prism([rounded(width, depth, 0.12, 4)], height, 0.05, surface)
    made.data.transform(Matrix.Translation((*place[:2], place[2] + height / 2)) @ Matrix.Rotation(turn, 4, "Z"))


def scene(handle: str) -> None:
    """What stands on the ground for a product."""
    paper = studio.material("paper", studio.rgb("#1b1512"), roughness=0.6)
    if handle in BOTTLES:
        bottle(*BOTTLES[handle])
    elif handle in OILS:
        oil(OILS[handle])
    elif handle == "bakhoor-dar":
        studio.lathe([(0, 0), (2.6, 0), (2.6, 1.9), (2.5, 1.9), (2.5, 0.2), (0, 0.2)], brass(True))
        chips(80, (0, 0), 1.65, "#7a4a28", 2, 0.75, 1.3)
        chips(12, (3.7, -1.8), 1.0, "#7a4a28", 3, 0.8)
        lid = studio.lathe([(0, 0), (2.7, 0), (2.7, 0.7), (2.6, 0.7), (2.6, 0.1), (0, 0.1)], brass())
        lid.data.transform(Matrix.Translation((-3.9, 0.6, 2.4)) @ Matrix.Rotation(1.25, 4, "Y"))
    elif handle.startswith("mabkhara"):
        burner(handle.endswith("-2"))
    elif handle == "shamaa":
        candle()
    elif handle == "taaruf":
        box(8.4, 4.6, 1.5, (0, 0, 0), paper)
        for k, colour in enumerate(("#5a1f12", "#2f6f55", "#b8405c", "#c98a2e", "#a8ad6a", "#d9641a")):
            x = -3.1 + k * 1.24
            vial = studio.lathe([(0, 1.5), (0.42, 1.5), (0.42, 3.6), (0.3, 3.75), (0.3, 3.9)], glass())
            vial.data.transform(Matrix.Translation((x, -0.2, 0)))
            fill = studio.lathe([(0, 1.6), (0.36, 1.6), (0.36, 3.1), (0, 3.1)], studio.material("vial", studio.rgb(colour), transmission_weight=0.9, roughness=0.0, ior=1.36))
            fill.data.transform(Matrix.Translation((x, -0.2, 0)))
            cap = studio.lathe([(0, 3.8), (0.4, 3.8), (0.4, 4.6), (0.36, 4.65), (0, 4.65)], brass())
            cap.data.transform(Matrix.Translation((x, -0.2, 0)))
    else:  # the Ramadan box
        box(7.0, 7.0, 4.2, (0, 0.6, 0), paper, 0.4)
        box(7.2, 7.2, 1.0, (0, 0.6, 3.4), paper, 0.4)
        box(7.28, 0.7, 4.5, (0, 0.6, 0), brass(), 0.4)
        box(0.7, 7.28, 4.5, (0, 0.6, 0), brass(), 0.4)


def light() -> None:
    studio.world((0.6, 0.45, 0.36), 0.07)
    studio.softbox((-13, -3, 9), (0, 0, 4), (3.5, 14), 1100, (1, 0.84, 0.66))
    studio.softbox((12, 5, 8), (0, 0, 4), (2.5, 12), 800, (1, 0.72, 0.5))
    studio.softbox((0, 16, 3.0), (0, 40, 16), (10, 4), 2600, (1, 0.5, 0.26))  # a glow on the wall
    studio.softbox((0, 13, 4.5), (0, 0, 3.5), (12, 7), 300, (1, 0.62, 0.36))
    studio.softbox((-4, -14, 16), (0, 0, 3), (6, 6), 520, (1, 0.9, 0.8))


def shoot(handle: str, width: int = 560, close: bool = False) -> Image.Image:
    studio.new(width, round(width * 1.25), samples=18, floor="#241a16", gloss=0.55)
    cycles = bpy.context.scene.cycles
    cycles.max_bounces, cycles.transmission_bounces, cycles.glossy_bounces = 9, 8, 4
    light()
    scene(handle)
    wide = handle in ("bakhoor-dar", "taaruf", "ramadan")
    tall = handle in BOTTLES
    height = 2.2 if wide else 2.6 if handle == "shamaa" else 4.7 if tall else 3.2
    distance = 29 if tall else 30 if wide else 23
    if tall and BOTTLES[handle][0] == "tall":
        height, distance = 5.5, 33
    if close:
        studio.camera((-7, -15, height + 3.6), (0.2, 0, height + (0.9 if tall else 0.2)), lens=88)
    else:
        studio.camera((0, -distance, height + {"shamaa": 6.5, "bakhoor-dar": 9.0}.get(handle, 3.6)), (0, 0, height), lens=80)
    return studio.render()


CLOSE = ("ghasaq", "ward-taif", "zafaran", "dihn-oud-kambodi")  # pictures of the cap and the colour of the juice


def main(handles: list[str]) -> None:
    for handle in handles or [*BOTTLES, *OILS, "bakhoor-dar", "mabkhara", "mabkhara-2", "shamaa", "taaruf", "ramadan"]:
        studio.save(studio.extend(shoot(handle), (1120, 1400)), ASSETS / "products" / f"{handle}.jpg", 84)
        if handle in CLOSE:
            studio.save(studio.extend(shoot(handle, close=True), (1120, 1400)), ASSETS / "products" / f"{handle}-2.jpg", 84)
        print(handle, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
