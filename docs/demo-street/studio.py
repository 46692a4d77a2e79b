"""Studio: a small Blender photo studio with softboxes and a seamless ground. Needs `bpy`, `numpy` and `pillow`, no window."""

from __future__ import annotations

import io
import math
import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np
import resvg_py
from mathutils import Vector
from PIL import Image

warnings.filterwarnings("ignore", category=DeprecationWarning)

Point = tuple[float, float]


def new(width: int, height: int, samples: int = 12, floor: str = "#ffffff", gloss: float = 0.0) -> bpy.types.Scene:
    """An empty scene with a floor of colour `floor` ("" for none) at height 0, set to render `width` by `height`."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, 7
    # Flat ground converges in a handful of samples, so adaptive sampling saves more than half of the time.
    cycles.use_adaptive_sampling, cycles.adaptive_threshold, cycles.adaptive_min_samples = True, 0.06, 6
    cycles.max_bounces, cycles.transparent_max_bounces = 6, 12
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.use_light_tree = False
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_quality, cycles.denoising_prefilter = "FAST", "ACCURATE"  # FAST leaves lens noise
    cycles.sample_clamp_indirect = 4.0
    scene.render.threads_mode, scene.render.threads = "FIXED", 2
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    if floor:
        sweep(rgb(floor), gloss)
    return scene


def sweep(color: Sequence[float], gloss: float, back: float = 60.0, radius: float = 30.0) -> None:
    """A floor that curves up into a wall behind the object, as photographers use, so that there is no horizon."""
    profile = [(-300.0, 0.0), (back - radius, 0.0)]
    profile += [(back - radius + radius * math.sin(a), radius - radius * math.cos(a)) for a in np.linspace(0.1, math.pi / 2, 14)]
    profile += [(back, 200.0)]
    vertices = [(x, y, z) for y, z in profile for x in (-300.0, 300.0)]
    faces = [(i, i + 1, i + 3, i + 2) for i in range(0, len(vertices) - 2, 2)]
    mesh(vertices, faces, material("sweep", color, roughness=0.9 - 0.7 * gloss, specular_ior_level=gloss), "sweep")


def world(color: Sequence[float], strength: float = 1.0) -> None:
    """Even light from everywhere."""
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    background = scene.world.node_tree.nodes["Background"]
    background.inputs[0].default_value = (*color, 1)
    background.inputs[1].default_value = strength


def softbox(place: Sequence[float], target: Sequence[float], size: tuple[float, float], energy: float,
            color: Sequence[float] = (1, 1, 1)) -> None:  # fmt: skip
    """A rectangular area light that looks at `target`."""
    light = bpy.data.lights.new("softbox", "AREA")
    light.shape, light.size, light.size_y, light.energy, light.color = "RECTANGLE", *size, energy, color
    holder = bpy.data.objects.new("softbox", light)
    holder.location = place
    holder.rotation_euler = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(holder)


def camera(place: Sequence[float], target: Sequence[float], lens: float = 85, shift: Point = (0, 0)) -> None:
    data = bpy.data.cameras.new("camera")
    data.lens, data.shift_x, data.shift_y, data.clip_end = lens, *shift, 2000
    holder = bpy.data.objects.new("camera", data)
    holder.location = place
    holder.rotation_euler = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(holder)
    bpy.context.scene.camera = holder


def rgb(color: str) -> tuple[float, float, float]:
    """ "#rrggbb" as linear light, which is what Blender expects."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # type: ignore[return-value]


def material(name: str, color: Sequence[float] = (0.8, 0.8, 0.8), **inputs: object) -> bpy.types.Material:
    """A Principled material; keyword names are socket names with underscores (`transmission_weight=1`)."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*color, 1)
    for key, value in inputs.items():
        title = key.replace("_", " ").title().replace("Ior", "IOR")
        shader.inputs[title].default_value = value
    return made


def prism(outlines: Sequence[Sequence[Point]], depth: float, bevel: float, surface: bpy.types.Material,
          name: str = "prism", bevel_steps: int = 3) -> bpy.types.Object:  # fmt: skip
    """A flat shape (first outline with the others as holes) in the x-y plane, `depth` thick, with rounded edges."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.fill_mode = "2D", "BOTH"
    curve.extrude, curve.bevel_depth, curve.bevel_resolution = max(depth / 2 - bevel, 0.001), bevel, bevel_steps
    curve.offset = -bevel
    for outline in outlines:
        spline = curve.splines.new("POLY")
        spline.points.add(len(outline) - 1)
        for point, (x, y) in zip(spline.points, outline, strict=True):
            point.co = (x, y, 0, 1)
        spline.use_cyclic_u = True
    holder = bpy.data.objects.new(name, curve)
    bpy.context.collection.objects.link(holder)
    made = _mesh_of(holder)
    made.data.materials.append(surface)
    return made


def wire(points: Sequence[Sequence[float]], radius: float, surface: bpy.types.Material, closed: bool = False) -> bpy.types.Object:
    """A round wire through `points`."""
    curve = bpy.data.curves.new("wire", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 4
    curve.use_fill_caps = True
    spline = curve.splines.new("POLY")
    spline.points.add(len(points) - 1)
    for point, place in zip(spline.points, points, strict=True):
        point.co = (*place, 1)
    spline.use_cyclic_u = closed
    spline.use_smooth = True
    holder = bpy.data.objects.new("wire", curve)
    bpy.context.collection.objects.link(holder)
    made = _mesh_of(holder)
    smooth(made)
    made.data.materials.append(surface)
    return made


def lathe(profile: Sequence[Point], surface: bpy.types.Material, steps: int = 96, name: str = "lathe",
          wobble: float = 0.0, seed: int = 0) -> bpy.types.Object:  # fmt: skip
    """A surface of revolution about z from (radius, height) points; `wobble` makes it a little uneven, like a thrown pot."""
    rng = np.random.default_rng(seed)
    phases = rng.uniform(0, 2 * math.pi, 6)
    vertices, faces = [], []
    for row, (radius, height) in enumerate(profile):
        for i in range(steps):
            turn = 2 * math.pi * i / steps
            uneven = 1 + wobble * (0.5 * math.sin(2 * turn + phases[0] + height) + 0.35 * math.sin(3 * turn + phases[1])
                                   + 0.3 * math.sin(height * 5 + phases[2]))  # fmt: skip
            vertices.append((radius * uneven * math.cos(turn), radius * uneven * math.sin(turn), height))
            if row:
                a, b = (row - 1) * steps + i, (row - 1) * steps + (i + 1) % steps
                faces.append((a, b, b + steps, a + steps))
    return mesh(vertices, faces, surface, name)


def mesh(vertices: Sequence[Sequence[float]], faces: Sequence[Sequence[int]], surface: bpy.types.Material,
         name: str = "mesh") -> bpy.types.Object:  # fmt: skip
    data = bpy.data.meshes.new(name)
    data.from_pydata(vertices, [], faces)
    data.validate()
    holder = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(holder)
    data.materials.append(surface)
    smooth(holder)
    return holder


def smooth(holder: bpy.types.Object) -> None:
    holder.data.polygons.foreach_set("use_smooth", [True] * len(holder.data.polygons))
    holder.data.update()


def curve_of(points: Sequence[Point], steps: int = 12) -> list[Point]:
    """A smooth (Catmull-Rom) line through `points`."""
    padded = [points[0], *points, points[-1]]
    line = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for i in range(steps):
            t = i / steps
            line.append(tuple(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
                for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
            ))  # fmt: skip
    return [*line, points[-1]]


def render() -> Image.Image:
    """The scene as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shot.png"
        bpy.context.scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)
        return Image.open(path).convert("RGB").copy()


def drawn(svg: str, width: int | None = None) -> Image.Image:
    """An SVG as a picture. Lettering uses the font files in the folder $DEMO_FONTS, else the machine's."""
    files = sorted(str(path) for path in Path(os.environ.get("DEMO_FONTS", "fonts")).glob("*.ttf"))
    data = resvg_py.svg_to_bytes(svg_string=svg, font_files=files, width=width)
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")


def image_material(picture: Image.Image, name: str = "printed", **inputs: object) -> bpy.types.Material:
    """A Principled material whose colour is `picture`, laid by the mesh's UV map."""
    image = bpy.data.images.new(name, picture.width, picture.height)
    image.pixels.foreach_set((np.asarray(picture.convert("RGBA"), np.float32)[::-1] / 255).ravel())
    image.pack()
    made = material(name, **inputs)
    texture = made.node_tree.nodes.new("ShaderNodeTexImage")
    texture.image = image
    made.node_tree.links.new(texture.outputs["Color"], made.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
    return made


def extend(shot: Image.Image, size: tuple[int, int], centre: float = 0.5) -> Image.Image:
    """`shot` scaled to the width of `size`, its even ground continued above and below by its blurred first and last rows."""
    width, height = size
    shot = shot.resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)
    pixels = np.array(shot, np.float32)
    top = round(height * centre - shot.height / 2)
    bottom = height - top - shot.height
    kernel = np.ones(81, np.float32) / 81

    def strip(rows: np.ndarray, count: int) -> np.ndarray:
        row = rows.mean(axis=0)
        padded = np.pad(row, ((40, 40), (0, 0)), mode="edge")
        even = np.stack([np.convolve(padded[:, c], kernel, "valid") for c in range(3)], axis=1)
        return np.repeat(even[None], max(count, 0), axis=0)

    above, below = strip(pixels[:6], top), strip(pixels[-6:], bottom)
    fade = np.linspace(0, 1, shot.height // 8, dtype=np.float32)[:, None, None] ** 0.7
    if top > 0:
        pixels[: len(fade)] = pixels[: len(fade)] * fade + above[:1] * (1 - fade)
    if bottom > 0:
        pixels[-len(fade) :] = pixels[-len(fade) :] * fade[::-1] + below[:1] * (1 - fade[::-1])
    whole = np.concatenate([above, pixels[max(-top, 0) : shot.height + min(bottom, 0)], below])
    whole += np.random.default_rng(3).normal(0, 0.9, (*whole.shape[:2], 1))  # grain hides banding
    return Image.fromarray(np.clip(whole, 0, 255).astype(np.uint8))


def save(picture: Image.Image, path: Path, quality: int = 82) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").save(path, quality=quality, optimize=True, progressive=True, subsampling=0 if quality > 85 else 2)


def _mesh_of(holder: bpy.types.Object) -> bpy.types.Object:
    """The curve object turned into a mesh object."""
    made = bpy.data.meshes.new_from_object(holder.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    result = bpy.data.objects.new(holder.name, made)
    bpy.context.collection.objects.link(result)
    bpy.data.objects.remove(holder)
    return result
