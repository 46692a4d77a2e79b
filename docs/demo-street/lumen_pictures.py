"""Lumen: every frame from the front and from the side, in every colour, modelled from its measurements and rendered.

Run:  python lumen_pictures.py [handle …]      (all frames without arguments; about ten minutes on two cores)
"""

from __future__ import annotations

import math
import sys

import bpy
import numpy as np
import studio
from folder import TENANTS
from lumen_frames import COLOURS, FRAMES, Frame
from mathutils import Matrix
from PIL import Image
from shapely import Polygon, box, unary_union
from shapely.affinity import scale as scaled
from shapely.affinity import translate

ASSETS = TENANTS / "lumen" / "assets"
METALS = {"Gold", "Silver", "Gunmetal", "Rose Gold"}
SHEER = {"Crystal": 0.9, "Honey": 0.45, "Bottle Green": 0.35, "Blush": 0.5, "Slate Blue": 0.3, "Smoke": 0.4,
         "Lilac": 0.5, "Sky": 0.45, "Oxblood": 0.2, "Olive": 0.15}  # fmt: skip
LENSES = {"clear": ((0.98, 0.985, 0.98), (0.98, 0.985, 0.98)), "grey": ((0.09, 0.095, 0.10), (0.42, 0.42, 0.43)),
          "brown": ((0.12, 0.07, 0.04), (0.66, 0.50, 0.36)), "green": ((0.08, 0.11, 0.08), (0.30, 0.38, 0.28)),
          "blue": ((0.45, 0.62, 0.80), (0.70, 0.82, 0.92)), "rose": ((0.58, 0.26, 0.27), (0.92, 0.74, 0.72))}  # fmt: skip
BASE = 230.0  # radius in mm of the front's wrap


def outline(frame: Frame) -> list[tuple[float, float]]:
    """The right lens around its centre, outer side at +x, in millimetres."""
    half_w, half_h = frame.width / 2, frame.height / 2
    points = []
    for turn in np.linspace(0, 2 * math.pi, 160, endpoint=False):
        c, s = math.cos(turn), math.sin(turn)
        power = {"round": 2.05, "panto": 2.35, "square": 4.2, "rectangle": 4.6, "cat-eye": 2.7, "d-frame": 3.4,
                 "aviator": 2.5, "oval": 2.15, "butterfly": 2.9}.get(frame.shape, 2.0)  # fmt: skip
        if frame.shape in ("hexagon", "octagon"):
            sides = 6 if frame.shape == "hexagon" else 8
            phase = 0 if sides == 6 else math.pi / 8
            step = 2 * math.pi / sides
            radius = math.cos(step / 2) / math.cos(((turn + phase) % step) - step / 2)
            x, y = c * radius, s * radius
        else:
            radius = (abs(c) ** power + abs(s) ** power) ** (-1 / power)
            x, y = c * radius, s * radius
        if frame.shape == "panto":
            x *= 1 + 0.10 * y
            y = y * (0.94 if y > 0 else 1.05)
        elif frame.shape in ("square", "rectangle"):
            x *= 1 + 0.045 * y
        elif frame.shape == "d-frame":
            if y < 0:
                radius = (abs(c) ** 2.2 + abs(s) ** 2.2) ** (-1 / 2.2)
                x, y = c * radius, s * radius
            x *= 1 + 0.05 * y
        elif frame.shape == "cat-eye":
            y += 0.34 * x * (0.5 + 0.5 * y)
            x *= 1 + 0.10 * y
        elif frame.shape == "butterfly":
            y += 0.18 * max(x, 0) ** 2 * (0.6 + 0.4 * y) - 0.05 * min(x, 0) * (y > 0)
            x *= 1 - 0.04 * y
        elif frame.shape == "aviator":
            y = y * (0.86 if y > 0 else 1.1) + (0.10 * min(x, 0) if y > 0 else 0.0)
            x = x * (1 + 0.12 * y) + 0.16 * max(-y, 0) - 0.05
        points.append((x * half_w, y * half_h))
    rounded = Polygon(points).buffer(2.2).buffer(-4.4).buffer(2.2)
    return list(rounded.segmentize(0.8).exterior.coords)[:-1]


def ring(shape: Polygon, step: float = 0.8) -> list[tuple[float, float]]:
    return list(shape.segmentize(step).exterior.coords)[:-1]


def bend(holder: bpy.types.Object) -> None:
    """Wraps a part of the front around the face."""
    for vertex in holder.data.vertices:
        vertex.co.z -= vertex.co.x**2 / (2 * BASE)


def colour_material(name: str) -> bpy.types.Material:
    """Acetate or metal in one of the house colours."""
    color = studio.rgb(COLOURS[name])
    if name in METALS:
        return studio.material(name, color, metallic=1.0, roughness=0.16)
    if name == "Matt Black":
        return studio.material(name, color, roughness=0.5, specular_ior_level=0.35)
    made = studio.material(name, color, roughness=0.1, coat_weight=0.7, coat_roughness=0.03,
                           transmission_weight=SHEER.get(name, 0.0), ior=1.45)  # fmt: skip
    if name == "Tortoise":
        _tortoise(made)
    return made


def _tortoise(made: bpy.types.Material) -> None:
    """Blotches of dark brown in amber, stretched a little along the sheet as in real laminated acetate."""
    nodes, links = made.node_tree.nodes, made.node_tree.links
    place = nodes.new("ShaderNodeTexCoord")
    stretch = nodes.new("ShaderNodeMapping")
    stretch.inputs["Scale"].default_value = (0.075, 0.12, 0.09)
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = 1.0, 3.0
    noise.inputs["Distortion"].default_value = 1.2
    ramp = nodes.new("ShaderNodeValToRGB")
    stops = ramp.color_ramp.elements
    stops[0].position, stops[0].color = 0.40, (*studio.rgb("#1d0f08"), 1)
    stops[1].position, stops[1].color = 0.66, (*studio.rgb("#b06a22"), 1)
    middle = stops.new(0.52)
    middle.color = (*studio.rgb("#5a2d12"), 1)
    links.new(place.outputs["Object"], stretch.inputs["Vector"])
    links.new(stretch.outputs["Vector"], noise.inputs["Vector"])
    links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])


def lens_material(kind: str, height: float) -> bpy.types.Material:
    """A thin pane: tinted see-through with a reflection that grows at the edge; sun lenses fade towards the cheek."""
    top, bottom = LENSES[kind]
    made = bpy.data.materials.new("lens")
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    nodes.remove(nodes["Principled BSDF"])
    place = nodes.new("ShaderNodeTexCoord")
    split = nodes.new("ShaderNodeSeparateXYZ")
    spread = nodes.new("ShaderNodeMapRange")
    spread.inputs["From Min"].default_value, spread.inputs["From Max"].default_value = -height / 2, height / 2
    tint = nodes.new("ShaderNodeMix")
    tint.data_type = "RGBA"
    tint.inputs["A"].default_value, tint.inputs["B"].default_value = (*bottom, 1), (*top, 1)
    clear, gloss, mixed = (nodes.new(f"ShaderNode{n}") for n in ("BsdfTransparent", "BsdfGlossy", "MixShader"))
    gloss.inputs["Roughness"].default_value = 0.02
    facing, steep, edge = nodes.new("ShaderNodeLayerWeight"), nodes.new("ShaderNodeMath"), nodes.new("ShaderNodeMath")
    steep.operation, edge.operation = "POWER", "MULTIPLY_ADD"
    steep.inputs[1].default_value = 4.0
    edge.inputs[1].default_value, edge.inputs[2].default_value = 0.6, 0.03 if kind == "clear" else 0.07
    links.new(facing.outputs["Facing"], steep.inputs[0])
    links.new(steep.outputs[0], edge.inputs[0])
    links.new(place.outputs["Object"], split.inputs[0])
    links.new(split.outputs["Y"], spread.inputs["Value"])
    links.new(spread.outputs["Result"], tint.inputs["Factor"])
    links.new(tint.outputs["Result"], clear.inputs["Color"])
    links.new(edge.outputs[0], mixed.inputs["Fac"])
    links.new(clear.outputs[0], mixed.inputs[1])
    links.new(gloss.outputs[0], mixed.inputs[2])
    links.new(mixed.outputs[0], nodes["Material Output"].inputs["Surface"])
    return made


def build(frame: Frame, colour: str) -> bpy.types.Object:
    """The whole frame, standing on the floor at the origin and looking towards -y. Returns its parent."""
    body = colour_material(colour)
    metal = colour_material(colour if colour in METALS else "Silver" if colour not in ("Tortoise", "Honey") else "Gold")
    shift = (frame.width + frame.bridge) / 2
    right = translate(Polygon(outline(frame)), shift, 0)
    left = scaled(right, -1, 1, origin=(0, 0))
    parts: list[bpy.types.Object] = []
    high = frame.height / 2
    hinge_y = high * {"cat-eye": 0.80, "butterfly": 0.95}.get(frame.shape, 0.55)
    if frame.material == "acetate":
        hinge_x = shift + frame.width / 2 + frame.rim * 0.75
        parts += _acetate_front(frame, left, right, hinge_x, hinge_y, body, metal)
    else:
        hinge_x = shift + frame.width / 2 + 5.0
        parts += _wire_front(frame, left, right, hinge_x, hinge_y, body, metal)
    pane = lens_material(frame.lens, frame.height)
    for lens in (left, right):
        made = studio.prism([ring(lens.buffer(0.4))], 0.9, 0.1, pane, "lens", 1)
        made.data.transform(Matrix.Translation((0, 0, -0.4)))
        parts.append(made)
    for part in parts:
        bend(part)
    back = -(hinge_x**2) / (2 * BASE)
    for side in (-1, 1):
        parts += _temple(frame, side, hinge_x, hinge_y, back, body, metal)
    return _stand(parts)


def _acetate_front(frame, left, right, hinge_x, hinge_y, body, metal):  # type: ignore[no-untyped-def]
    """One plate with two holes: rims, a bridge with an arch under it, and end pieces, all joins softened."""
    rims = [lens.buffer(frame.rim, quad_segs=24) for lens in (left, right)]
    rims += [translate(scaled(lens.buffer(frame.rim), 1, 0.96), 0, frame.rim * 0.35) for lens in (left, right)]
    inner = frame.bridge / 2
    high = frame.height / 2
    bar = box(-inner - 4, high * 0.20, inner + 4, high * 0.62 + frame.rim * 0.2)
    ends = [box(min(s * (hinge_x - 5), s * (hinge_x + 3.2)), hinge_y - 4.6, max(s * (hinge_x - 5), s * (hinge_x + 3.2)), hinge_y + 4.6)
            for s in (-1, 1)]  # fmt: skip
    plate = unary_union([*rims, bar, *ends]).buffer(2.6).buffer(-5.0).buffer(2.4)
    outside = Polygon(plate.exterior)
    holes = [ring(lens) for lens in (left, right)]
    front = studio.prism([ring(outside), *holes], 4.4, 1.0, body, "front")
    parts = [front]
    for s in (-1, 1):  # the small rivets that hold the hinges
        for dy in (1.6, -1.6):
            dot = studio.prism([[(s * (hinge_x - 0.8) + 0.75 * math.cos(a), hinge_y + dy + 0.75 * math.sin(a))
                                 for a in np.linspace(0, 2 * math.pi, 20, endpoint=False)]], 0.5, 0.1, metal)  # fmt: skip
            dot.data.transform(Matrix.Translation((0, 0, 2.2)))
            parts.append(dot)
    return parts


def _wire_front(frame, left, right, hinge_x, hinge_y, body, metal):  # type: ignore[no-untyped-def]
    """Two wire rims, a bridge of wire (two for aviators), nose pads on arms; for browlines an acetate bar on top."""
    parts = []
    browline = frame.material == "browline"
    rim = metal if browline else body
    inner, high = frame.bridge / 2, frame.height / 2
    for lens in (left, right):
        parts.append(studio.wire([(x, y, 0) for x, y in ring(lens.buffer(0.6))], 0.85, rim, closed=True))
    if browline:
        for lens in (left, right):
            low, _, wide, top = lens.bounds[0], 0, lens.bounds[2], lens.bounds[3]
            brow = lens.buffer(3.4).difference(lens.buffer(-0.6)).intersection(box(low - 12, high * 0.16, wide + 12, top + 9))
            brow = unary_union([brow, translate(brow, 0, 1.2)])
            s = 1 if low > 0 else -1
            brow = unary_union(
                [
                    brow,
                    box(
                        min(s * (hinge_x - 7), s * (hinge_x + 2)),
                        hinge_y - 3.6,
                        max(s * (hinge_x - 7), s * (hinge_x + 2)),
                        hinge_y + 4.4,
                    ),
                ]
            )
            brow = brow.buffer(1.5).buffer(-2.6).buffer(1.1)
            if brow.geom_type != "Polygon":
                brow = max(brow.geoms, key=lambda g: g.area)
            bar = studio.prism([ring(brow)], 4.6, 1.1, body, "brow")
            bar.data.transform(Matrix.Translation((0, 0, 0.6)))
            parts.append(bar)
    arch = high * 0.42
    span = np.linspace(-1, 1, 25)
    parts.append(
        studio.wire(
            [(t * (inner + 0.8), arch + (2.6 if frame.shape != "aviator" else 1.0) * (1 - t * t), 1.2 * (1 - t * t)) for t in span],
            1.0,
            rim,
        )
    )
    if frame.shape == "aviator":
        parts.append(studio.wire([(t * (inner + 7.0), high * 0.66 + 3.4 * (1 - t * t), 1.0 * (1 - t * t)) for t in span], 0.9, rim))
    pad = studio.material("pad", (0.9, 0.9, 0.88), roughness=0.15, transmission_weight=0.7, ior=1.4)
    for s in (-1, 1):
        arm = [
            (s * (inner - 0.2), -high * 0.02, -0.6),
            (s * (inner - 1.4), -1.5, -3.5),
            (s * (inner - 2.6), -4, -4.2),
            (s * (inner - 2.4), -6, -3.6),
        ]
        parts.append(studio.wire(studio.curve_of(arm, 8), 0.45, rim))
        bpy.ops.mesh.primitive_uv_sphere_add(radius=1, segments=24, ring_count=12)
        blob = bpy.context.object
        blob.data.transform(Matrix.Translation((s * (inner - 2.7), -6.0, -3.4)) @ Matrix.Rotation(s * 0.32, 4, "Z") @ Matrix.Rotation(s * 0.6, 4, "Y") @ Matrix.Diagonal((1.0, 4.3, 2.4, 1)))
        blob.data.materials.append(pad)
        studio.smooth(blob)
        parts.append(blob)
        lug = [
            (s * (hinge_x - 5.2), hinge_y, 0),
            (s * (hinge_x - 2.4), hinge_y + 0.5, 0.2),
            (s * hinge_x, hinge_y, -1.4),
            (s * hinge_x, hinge_y, -4),
        ]
        parts.append(studio.wire(studio.curve_of(lug, 8), 1.0, rim))
    return parts


def _temple(frame, side, hinge_x, hinge_y, back, body, metal):  # type: ignore[no-untyped-def]
    """One arm: straight, then down behind the ear. Drawn from the side, then turned into place."""
    length = frame.temple
    straight = length - 42
    rim = metal if frame.material == "browline" else body
    spine = studio.curve_of(
        [
            (0, 0),
            (straight * 0.5, -0.6),
            (straight, -2.5),
            (straight + 16, -9),
            (straight + 30, -22),
            (straight + 36, -33),
        ],
        10,
    )
    parts = []
    if frame.material == "acetate":
        widths = np.interp(np.linspace(0, 1, len(spine)), [0, 0.12, 0.55, 0.75, 1], [8.4, 7.4, 5.2, 5.6, 7.6])
        upper, lower = [], []
        for i, (u, v) in enumerate(spine):
            a, b = spine[max(i - 1, 0)], spine[min(i + 1, len(spine) - 1)]
            along = math.atan2(b[1] - a[1], b[0] - a[0])
            nx, ny = -math.sin(along), math.cos(along)
            upper.append((u + nx * widths[i] / 2, v + ny * widths[i] / 2))
            lower.append((u - nx * widths[i] / 2, v - ny * widths[i] / 2))
        shape = Polygon(upper + lower[::-1]).buffer(1).buffer(-2).buffer(1)
        parts.append(studio.prism([ring(shape, 1.5)], 3.6, 0.9, body, "temple"))
        parts.append(studio.wire([(u, v, 0) for u, v in spine[: int(len(spine) * 0.8)]], 0.5, metal))
    else:
        cut = int(len(spine) * 0.55)
        parts.append(studio.wire([(u, v, 0) for u, v in spine[: cut + 2]], 0.95, rim))
        tip = body if frame.material == "browline" else colour_material("Tortoise" if "Gold" in str(body.name) else "Black")
        parts.append(studio.wire([(u, v, 0) for u, v in spine[cut:]], 1.9, tip))
    splay = Matrix.Rotation(side * 0.05, 4, "Y")
    # Drawn in (x = backwards, y = up, z = sideways); the front lives in (x = sideways, y = up, z = forwards).
    turn = Matrix(((0, 0, 1, 0), (0, 1, 0, 0), (-1, 0, 0, 0), (0, 0, 0, 1)))
    place = Matrix.Translation((side * (hinge_x + 0.8), hinge_y, back - 1.4)) @ splay @ turn
    for part in parts:
        part.data.transform(place)
    return parts


def _stand(parts: list[bpy.types.Object]) -> bpy.types.Object:
    """Sets the frame on the floor on its rims and temple tips, scaled to 1 unit = 10 mm."""
    upright = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))  # forwards is -y, up is z
    places = [upright @ vertex.co for part in parts for vertex in part.data.vertices]
    front = min((p for p in places if p.y < 12), key=lambda p: p.z)
    tip = min((p for p in places if p.y > 60), key=lambda p: p.z)
    pitch = math.atan2(tip.z - front.z, tip.y - front.y)
    turn = Matrix.Rotation(-pitch, 4, "X") @ upright
    lowest = min((turn @ vertex.co).z for part in parts for vertex in part.data.vertices)
    whole = Matrix.Scale(0.1, 4) @ Matrix.Translation((0, 0, -lowest)) @ turn
    parent = bpy.data.objects.new("frame", None)
    bpy.context.collection.objects.link(parent)
    for part in parts:
        part.matrix_world = whole
        part.parent = parent
    return parent


def light() -> None:
    studio.world((0.97, 0.98, 1.0), 0.86)
    studio.softbox((-14, -10, 24), (0, 3, 1), (16, 10), 2300)
    studio.softbox((20, -6, 14), (0, 2, 2), (8, 14), 900, (1, 0.97, 0.93))
    studio.softbox((0, -34, 13), (0, 0, 2), (7, 3.2), 620)  # the window that shows in the lenses


def shoot(frame: Frame, colour: str, view: str, width: int = 1000) -> Image.Image:
    studio.new(width, round(width * 0.6), samples=12, floor="#f4f1ec")
    light()
    parent = build(frame, colour)
    if view == "front":
        studio.camera((0, -62, 13.5), (0, 3, 2.1), lens=118)
    else:
        parent.rotation_euler = (0, 0, math.radians(38))
        studio.camera((-2.6, -62, 20), (-2.6, 3, 1.7), lens=100)
    return studio.render()


def main(handles: list[str]) -> None:
    for frame in FRAMES:
        if handles and frame.handle not in handles:
            continue
        for index, colour in enumerate(frame.colours):
            name = f"{frame.handle}.jpg" if index == 0 else f"{frame.handle}-{index + 1}.jpg"
            _save(shoot(frame, colour, "front", 720), name)
            if index == 0:
                _save(shoot(frame, colour, "side", 720), f"{frame.handle}-side.jpg")
        print(frame.handle, flush=True)


def _save(shot: Image.Image, name: str) -> None:
    studio.save(studio.extend(shot, (1200, 1200), 0.5), ASSETS / "products" / name)


if __name__ == "__main__":
    main(sys.argv[1:])
