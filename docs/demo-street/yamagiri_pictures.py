"""Yamagiri: tea leaves, cups, bowls and pots in the light of a north window.

Run:  python yamagiri_pictures.py [name …]
"""

from __future__ import annotations

import math
import sys

import bpy
import numpy as np
import studio
from folder import TENANTS
from mathutils import Matrix, Vector
from PIL import Image

ASSETS = TENANTS / "yamagiri" / "assets"
# handle: leaf kind, leaf colours, liquor, label, label paper
TEAS = {
    "asatsuyu": ("needle", ("#2f4a24", "#48652f", "#5d7a3a"), "#b9b84a", "朝露", "煎茶"),
    "miyama": ("broken", ("#35521f", "#4d6e2b", "#6b8a3c"), "#8fa02e", "深山", "深蒸し"),
    "tamanotsuyu": ("needle", ("#16321f", "#1f4429", "#2e5a35"), "#c6cf86", "玉の露", "玉露"),
    "usugiri": ("needle", ("#254226", "#37592f", "#4a6b38"), "#bfc468", "薄霧", "かぶせ茶"),
    "houkou": ("roast", ("#4a2a14", "#5f3a1e", "#7a4e2a"), "#a8561c", "焙香", "ほうじ茶"),
    "kuki-houji": ("twig", ("#7a4f28", "#96683a", "#5c391c"), "#b8681f", "茎焙じ", "ほうじ茶"),
    "genmai": ("rice", ("#3f5a2a", "#56713a", "#6d8646"), "#c2b04a", "玄米", "玄米茶"),
    "shirane": ("powder", ("#7da03a", "#8fb345", "#a3c455"), "#7fa338", "白嶺", "抹茶"),
    "beniyama": ("black", ("#1f120c", "#341e12", "#5a3519"), "#a3341a", "紅山", "和紅茶"),
    "sannen": ("roast", ("#5a4424", "#75592f", "#3f2e18"), "#b5772c", "三年", "番茶"),
}  # fmt: skip


def glaze(name: str, colours: tuple[str, str, str], scale: float = 0.55, roughness: float = 0.28, bump: float = 0.25, coat: float = 0.35) -> bpy.types.Material:
    """Fired surface: three tones that run into each other, a little uneven to the touch."""
    made = studio.material(name, studio.rgb(colours[1]), roughness=roughness, coat_weight=coat, coat_roughness=0.15)
    nodes, links = made.node_tree.nodes, made.node_tree.links
    place, noise, ramp = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeValToRGB")
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value, noise.inputs["Distortion"].default_value = scale, 6.0, 0.6
    stops = ramp.color_ramp.elements
    stops[0].position, stops[0].color = 0.36, (*studio.rgb(colours[0]), 1)
    stops[1].position, stops[1].color = 0.66, (*studio.rgb(colours[2]), 1)
    stops.new(0.5).color = (*studio.rgb(colours[1]), 1)
    fine, raised = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeBump")
    fine.inputs["Scale"].default_value, raised.inputs["Strength"].default_value = 7.0, bump
    links.new(place.outputs["Object"], noise.inputs["Vector"])
    links.new(place.outputs["Object"], fine.inputs["Vector"])
    links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
    links.new(fine.outputs["Fac"], raised.inputs["Height"])
    links.new(raised.outputs["Normal"], nodes["Principled BSDF"].inputs["Normal"])
    return made


def kohiki() -> bpy.types.Material:
    return glaze("kohiki", ("#cfc4b0", "#e6dfd0", "#efe9dd"))


def move(holder: bpy.types.Object, x: float, y: float, z: float = 0.0) -> bpy.types.Object:
    holder.data.transform(Matrix.Translation((x, y, z)))
    return holder


def cup(surface: bpy.types.Material, x: float = 0.0, y: float = 0.0, liquor: str = "", wide: float = 1.0, tall: float = 1.0, seed: int = 1) -> None:
    """A straight yunomi with a turned foot, filled if `liquor` is given."""
    outside = [(0, 0.25), (1.15, 0.22), (1.2, 0.0), (1.45, 0.0), (1.5, 0.3), (2.1, 0.7), (2.45, 1.6), (2.55, 3.2), (2.6, 4.6), (2.52, 4.72), (2.4, 4.6), (2.3, 3.2), (2.1, 1.4), (1.2, 0.8), (0, 0.75)]
    profile = [(r * wide, z * tall) for r, z in studio.curve_of(outside, 4)]
    move(studio.lathe(profile, surface, 80, wobble=0.012, seed=seed), x, y)
    if liquor:
        level = 3.9 * tall
        tea = studio.material("tea", studio.rgb(liquor), roughness=0.03, specular_ior_level=0.6, coat_weight=0.5)
        move(studio.lathe([(0, level), (2.2 * wide, level), (2.36 * wide, level + 0.04)], tea, 80), x, y)


def leaves(kind: str, colours: tuple[str, ...], centre: tuple[float, float], radius: float, height: float, base: float, seed: int = 3) -> None:
    """A heap of leaf as one mesh per colour."""
    rng = np.random.default_rng(seed)
    if kind == "powder":
        made = glaze("matcha", (colours[0], colours[1], colours[2]), 1.2, 0.9, 0.9, 0.0)
        profile = [(radius * t, base + height * 1.1 * (1 - t**1.4) + 0.03) for t in np.linspace(1, 0, 24)]
        move(studio.lathe([(max(r, 0.001), z) for r, z in profile], made, 90, wobble=0.05, seed=seed), *centre)
        return
    size = {"needle": (0.95, 0.075), "broken": (0.38, 0.10), "roast": (0.9, 0.24), "twig": (0.85, 0.09), "rice": (0.6, 0.09), "black": (0.8, 0.1)}[kind]
    count = {"needle": 2100, "broken": 4200, "roast": 900, "twig": 1500, "rice": 1700, "black": 1900}[kind]
    for tone, colour in enumerate(colours):
        vertices: list[tuple[float, float, float]] = []
        faces: list[tuple[int, ...]] = []
        for _ in range(count // len(colours)):
            r, turn = radius * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
            z = base + height * (1 - (r / radius) ** 1.8) * rng.uniform(0.55, 1.0) + rng.uniform(0.02, 0.12)
            long, wide = size[0] * rng.uniform(0.5, 1.15), size[1] * rng.uniform(0.6, 1.3)
            heading, tilt, roll, bow = rng.uniform(0, 6.28), rng.normal(0, 0.28), rng.uniform(0, 3.14), rng.normal(0, 0.18)
            place = Matrix.Translation((centre[0] + r * math.cos(turn), centre[1] + r * math.sin(turn), z)) @ Matrix.Rotation(heading, 4, "Z") @ Matrix.Rotation(tilt, 4, "Y") @ Matrix.Rotation(roll, 4, "X")
            first, rings = len(vertices), 4
            for i in range(rings):
                t = i / (rings - 1) - 0.5
                thick = wide * (1.15 - 3.4 * t * t)
                for a in (0.0, 2.1, 4.2):
                    flat = 0.35 if kind in ("roast", "broken") else 0.8
                    vertices.append(tuple(place @ Vector((t * long, thick * math.cos(a) * 0.5, bow * long * (t * t - 0.12) + thick * flat * math.sin(a) * 0.5))))
            for i in range(rings - 1):
                for k in range(3):
                    a, b = first + i * 3 + k, first + i * 3 + (k + 1) % 3
                    faces.append((a, b, b + 3, a + 3))
        studio.mesh(vertices, faces, studio.material(f"leaf{tone}", studio.rgb(colour), roughness=0.55))
    if kind == "rice":
        grain = studio.material("rice", studio.rgb("#e8d9b0"), roughness=0.6)
        for _ in range(150):
            r, turn = radius * math.sqrt(rng.random()) * 0.95, rng.uniform(0, 6.28)
            bpy.ops.mesh.primitive_uv_sphere_add(radius=rng.uniform(0.1, 0.2), segments=10, ring_count=6, location=(centre[0] + r * math.cos(turn), centre[1] + r * math.sin(turn), base + height * (1 - (r / radius) ** 1.8) + 0.12))
            bpy.context.object.scale = (1.5, 1, 0.9)
            bpy.context.object.rotation_euler = tuple(rng.uniform(0, 3, 3))
            bpy.context.object.data.materials.append(grain)


def dish(x: float, y: float, radius: float, surface: bpy.types.Material) -> None:
    profile = [(0, 0.18), (radius * 0.5, 0.14), (radius * 0.52, 0), (radius * 0.6, 0), (radius * 0.64, 0.2), (radius * 0.92, 0.6), (radius, 0.95), (radius * 0.98, 1.02), (radius * 0.9, 0.72), (radius * 0.62, 0.4), (0, 0.36)]
    move(studio.lathe(studio.curve_of(profile, 4), surface, 90, wobble=0.01, seed=5), x, y)


def bag(title: str, kind: str, tone: str) -> None:
    """A folded paper bag with a label, and a cord around the fold."""
    paper = glaze("washi", ("#d8cdb6", "#e4dac6", "#ece4d3"), 2.2, 0.85, 0.5, 0.0)
    vertices, faces, n = [], [], 28
    for row in range(15):
        t = row / 14
        deep = 1.7 * (1 - 0.75 * max(0, (t - 0.62) / 0.38) ** 1.3) * (0.94 + 0.06 * math.sin(t * 3.1))
        wide = 3.1 * (1 + 0.025 * math.sin(t * 3.14))
        for i in range(n):
            turn = 2 * math.pi * i / n
            c, s = math.cos(turn), math.sin(turn)
            k = (abs(c) ** 7 + abs(s) ** 7) ** (-1 / 7)
            dent = 1 - 0.05 * math.sin(t * math.pi) * abs(math.sin(turn)) ** 3
            vertices.append((wide * c * k, deep * s * k * dent, 8.6 * t))
            if row:
                a, b = (row - 1) * n + i, (row - 1) * n + (i + 1) % n
                faces.append((a, b, b + n, a + n))
    faces.append(tuple(range(14 * n, 15 * n)))
    studio.mesh(vertices, faces, paper, "bag")
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 620" width="300" height="620"><rect width="300" height="620" fill="#f7f3ea"/><rect y="0" width="300" height="16" fill="{tone}"/>'
           + "".join(f'<text x="150" y="{180 + i * 130 - 10 * len(title)}" font-size="118" text-anchor="middle" font-family="Shippori Mincho, Droid Sans Fallback" fill="#26221c">{c}</text>' for i, c in enumerate(title))
           + "".join(f'<text x="262" y="{70 + i * 34}" font-size="30" text-anchor="middle" font-family="Shippori Mincho, Droid Sans Fallback" fill="#6b6456">{c}</text>' for i, c in enumerate(kind))
           + '<rect x="124" y="536" width="52" height="52" rx="6" fill="#a5583c"/><text x="150" y="573" font-size="34" text-anchor="middle" font-family="Shippori Mincho, Droid Sans Fallback" fill="#f7f3ea">霧</text></svg>')  # fmt: skip
    bpy.ops.mesh.primitive_plane_add(size=1, location=(0, -1.735, 3.7), rotation=(math.pi / 2, 0, 0))
    label = bpy.context.object
    label.scale = (2.4, 4.96, 1)
    label.data.materials.append(studio.image_material(studio.drawn(svg), "label", roughness=0.8))
    cord = studio.material("cord", studio.rgb(tone), roughness=0.9)
    studio.wire([(3.22 * math.cos(a), 1.06 * math.sin(a), 7.55) for a in np.linspace(0, 2 * math.pi, 60, endpoint=False)], 0.07, cord, closed=True)
    studio.wire(studio.curve_of([(-0.2, -1.1, 7.55), (-0.9, -1.35, 7.3), (-0.6, -1.4, 6.7)], 8), 0.07, cord)
    studio.wire(studio.curve_of([(-0.2, -1.1, 7.55), (0.5, -1.35, 7.2), (0.4, -1.45, 6.5)], 8), 0.07, cord)


def bowl(surface: bpy.types.Material, seed: int, matcha: bool = False) -> None:
    outside = [(0, 0.3), (1.4, 0.28), (1.5, 0), (1.9, 0), (2.0, 0.4), (3.2, 1.0), (3.9, 2.2), (4.05, 3.6), (4.0, 4.5), (3.85, 4.62), (3.7, 4.5), (3.7, 3.4), (3.4, 2.1), (2.0, 1.15), (0, 0.95)]
    studio.lathe(studio.curve_of(outside, 4), surface, 96, wobble=0.035, seed=seed)
    if matcha:
        froth = glaze("froth", ("#7fa338", "#93b64a", "#b5cf78"), 3.0, 0.6, 0.6, 0.0)
        studio.lathe([(0.001, 2.25), (1.5, 2.27), (3.42, 2.25)], froth, 90)


def kyusu(surface: bpy.types.Material) -> None:
    """Body, lid with a knob, spout, and a hollow side handle at a right angle to it."""
    body = [(0, 0.1), (1.8, 0.1), (2.0, 0), (2.4, 0.1), (3.3, 1.0), (3.7, 2.2), (3.3, 3.5), (2.2, 4.2), (1.75, 4.3), (1.7, 4.2), (1.7, 4.0)]
    studio.lathe(studio.curve_of(body, 5), surface, 96)
    lid = [(1.85, 4.28), (1.8, 4.42), (1.2, 4.72), (0.5, 4.86), (0.34, 5.0), (0.36, 5.15), (0.62, 5.4), (0.5, 5.62), (0.001, 5.7)]
    studio.lathe(studio.curve_of(lid, 5), surface, 96)
    spine = studio.curve_of([(-2.9, 0, 2.2), (-3.9, 0, 2.7), (-4.6, 0, 3.6), (-5.0, 0, 4.35)], 6)
    tube(spine, np.interp(np.linspace(0, 1, len(spine)), [0, 0.4, 1], [1.15, 0.62, 0.42]), surface)
    grip = [(0, -2.9, 2.9), (0, -4.2, 3.25), (0, -6.6, 3.95)]
    spine = studio.curve_of(grip, 8)
    tube(spine, np.interp(np.linspace(0, 1, len(spine)), [0, 0.15, 0.9, 1], [0.62, 0.5, 0.78, 0.74]), surface)


def tube(spine: list, radii: np.ndarray, surface: bpy.types.Material, steps: int = 32) -> bpy.types.Object:  # type: ignore[type-arg]
    """A round tube of changing radius along `spine`."""
    vertices, faces = [], []
    for i, (place, radius) in enumerate(zip(spine, radii, strict=True)):
        along = (Vector(spine[min(i + 1, len(spine) - 1)]) - Vector(spine[max(i - 1, 0)])).normalized()
        side = along.cross(Vector((0.3, 0.5, 0.81))).normalized()
        up = along.cross(side)
        for k in range(steps):
            a = 2 * math.pi * k / steps
            vertices.append(tuple(Vector(place) + (side * math.cos(a) + up * math.sin(a)) * float(radius)))
            if i:
                p, q = (i - 1) * steps + k, (i - 1) * steps + (k + 1) % steps
                faces.append((p, q, q + steps, p + steps))
    return studio.mesh(vertices, faces, surface, "tube")


def pitcher(surface: bpy.types.Material) -> None:
    outside = [(0, 0.2), (1.3, 0.2), (1.4, 0), (1.8, 0), (2.4, 0.8), (2.8, 2.0), (2.75, 3.2), (2.9, 4.0), (2.8, 4.08), (2.66, 3.9), (2.6, 2.0), (1.6, 0.8), (0, 0.6)]
    pot = studio.lathe(studio.curve_of(outside, 5), surface, 120, wobble=0.01)
    for vertex in pot.data.vertices:  # pull the lip out to one side
        x, y, z = vertex.co
        turn = math.atan2(y, x) - 0.35
        pull = math.exp(-((turn / 0.26) ** 2)) * max(0.0, (z - 2.4) / 1.7) ** 2 * 1.25
        vertex.co = (x * (1 + pull / 2.8), y * (1 + pull / 2.8), z + pull * 0.12)


def caddy() -> None:
    copper = glaze("copper", ("#a04f2c", "#c06a40", "#d98a5c"), 0.4, 0.22, 0.05, 0.0)
    copper.node_tree.nodes["Principled BSDF"].inputs["Metallic"].default_value = 1.0
    studio.lathe([(0, 0), (2.5, 0), (2.6, 0.08), (2.6, 4.4)], copper, 120)
    studio.lathe([(2.66, 3.3), (2.7, 3.34), (2.7, 6.3), (2.6, 6.42), (0, 6.46)], copper, 120)


def whisk() -> None:
    bamboo = studio.material("bamboo", studio.rgb("#d9c48f"), roughness=0.5)
    studio.lathe(studio.curve_of([(0, 0), (1.15, 0), (1.2, 0.2), (1.1, 1.5), (1.15, 3.0), (1.05, 3.4)], 5), bamboo, 40)
    for reach, count in ((2.3, 44), (1.1, 26)):
        for i in range(count):
            a = 2 * math.pi * i / count
            c, s = math.cos(a), math.sin(a)
            line = [(1.0 * c, 1.0 * s, 3.2), (1.5 * c * reach / 2.3, 1.5 * s * reach / 2.3, 4.4), (reach * c, reach * s, 6.0), (reach * 0.86 * c, reach * 0.86 * s, 6.9), (reach * 0.6 * c, reach * 0.6 * s, 6.95)]
            studio.wire(studio.curve_of(line, 4), 0.055, bamboo)
    thread = studio.material("thread", studio.rgb("#2b2a26"), roughness=0.9)
    for z in (3.25, 3.4, 3.55):
        studio.wire([(1.16 * math.cos(a), 1.16 * math.sin(a), z) for a in np.linspace(0, 2 * math.pi, 40, endpoint=False)], 0.07, thread, closed=True)


def light() -> None:
    studio.world((0.95, 0.96, 1.0), 0.56)
    studio.softbox((-16, 2, 11), (0, 0, 2), (9, 12), 2900, (1, 0.98, 0.95))
    studio.softbox((9, -14, 16), (0, 0, 2), (8, 8), 500, (1, 0.95, 0.88))


def scene(name: str) -> tuple[float, float, float]:
    """Builds a picture's things. Returns the height looked at, the camera's distance and its height."""
    if name in TEAS:
        kind, colours, liquor, *_ = TEAS[name]
        dish(-1.5, -0.6, 4.1, kohiki())
        leaves(kind, colours, (-1.5, -0.6), 3.3, 1.15, 0.42, len(name))
        cup(kohiki(), 3.9, 2.9, liquor, 0.92, 0.8, 3)
        return 1.5, 26, 13
    if name.removesuffix("-2") in TEAS:
        _, colours, _, title, kind = TEAS[name.removesuffix("-2")]
        bag(title, kind, colours[1])
        return 4.2, 31, 7
    iron = glaze("iron", ("#1d120c", "#3a2418", "#6b4526"), 0.5, 0.2)
    ash = glaze("ash", ("#6f7d68", "#93a08a", "#b4bca4"), 0.5, 0.2)
    black = glaze("black", ("#0d0c0b", "#171513", "#2a2420"), 0.8, 0.22, 0.55)
    shino = glaze("shino", ("#d98a64", "#eee3d6", "#f4ece2"), 0.35, 0.3, 0.9)
    clay, smoked = glaze("clay", ("#7d3218", "#8f3d20", "#9c4a2a"), 0.4, 0.45, 0.08, 0.1), glaze("smoked", ("#17181a", "#232427", "#34343a"), 0.4, 0.4, 0.1, 0.1)
    if name.startswith("yunomi-kohiki"):
        cup({"yunomi-kohiki": kohiki(), "yunomi-kohiki-2": ash, "yunomi-kohiki-3": iron}[name], seed=len(name))
        return 2.2, 20, 6.5
    if name.startswith("chawan"):
        bowl(black if "kuro" in name else shino, 4 if "kuro" in name else 8, name.endswith("-2"))
        return (2.2, 25, 7) if not name.endswith("-2") else (2.2, 21, 21)
    if name.startswith("kyusu"):
        kyusu(clay if "shudei" in name else smoked)
        return (2.6, 30, 8) if not name.endswith("-2") else (2.4, 26, 19)
    {"yuzamashi": lambda: pitcher(kohiki()), "chazutsu": caddy, "chasen": whisk}[name]()
    return {"yuzamashi": (2.0, 19, 7), "chazutsu": (3.2, 25, 7), "chasen": (3.4, 26, 7)}[name]


def shoot(name: str, width: int = 500, ratio: float = 1.0, samples: int = 10) -> Image.Image:
    studio.new(width, round(width * ratio), samples=samples, floor="#d6cdbc", gloss=0.08)
    bpy.context.scene.cycles.max_bounces = 4
    light()
    height, distance, up = scene(name)
    turn = math.radians({"kyusu-shudei": -56, "kyusu-kuro": -56, "kyusu-shudei-2": -64, "kyusu-kuro-2": -64}.get(name, 0))
    studio.camera((distance * math.sin(turn), -distance * math.cos(turn), up), (0, 0, height), lens=80)
    return studio.render()


NAMES = (*TEAS, "yunomi-kohiki", "yunomi-kohiki-2", "yunomi-kohiki-3", "chawan-kuro", "chawan-kuro-2", "chawan-shino", "chawan-shino-2",
         "kyusu-shudei", "kyusu-shudei-2", "kyusu-kuro", "kyusu-kuro-2", "yuzamashi", "chazutsu", "chasen", *(f"{tea}-2" for tea in TEAS))  # fmt: skip


def main(names: list[str]) -> None:
    for name in names or NAMES:
        studio.save(studio.extend(shoot(name), (1120, 1120)), ASSETS / "products" / f"{name}.jpg", 84)
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
