"""Compositions: twenty-two ways to fill a sheet, each a pure function of a random generator and a palette.

A composition returns the picture (3:4, RGB) and the one number that its description mentions, so that the copy is true.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence

import numpy as np
import resvg_py
from PIL import Image, ImageFilter

W, H = 900, 1200
Palette = Sequence[str]  # paper first, then five inks from dark to light
Composition = Callable[[np.random.Generator, Palette], tuple[Image.Image, int]]


def svg(body: str, paper: str) -> Image.Image:
    text = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" width="{W}" height="{H}">'
            f'<rect width="{W}" height="{H}" fill="{paper}"/>{body}</svg>')  # fmt: skip
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text)))).convert("RGB")


def color(text: str) -> np.ndarray:
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], np.float32)


def noise(rng: np.random.Generator, cells: int, octaves: int = 4, size: tuple[int, int] = (H, W)) -> np.ndarray:
    """Smooth noise between about -1 and 1; `cells` across the width at the coarsest octave."""
    height, width = size
    total = np.zeros(size, np.float32)
    for octave in range(octaves):
        n = cells * 2**octave
        grid = rng.normal(0, 0.5, (max(2, round(n * height / width)) + 1, n + 1)).astype(np.float32)
        layer = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(layer) / 2**octave
    return total


def blob(rng: np.random.Generator, x: float, y: float, radius: float, points: int = 9, rough: float = 0.25) -> str:
    """A closed soft outline as an SVG path."""
    ring = []
    for i in range(points):
        turn = 2 * math.pi * i / points
        reach = radius * (1 + rng.uniform(-rough, rough))
        ring.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    return smooth(ring, closed=True)


def smooth(points: Sequence[tuple[float, float]], closed: bool = False) -> str:
    """A Catmull-Rom line through `points` as an SVG path."""
    n = len(points)

    def at(i: int) -> tuple[float, float]:
        return points[i % n] if closed else points[min(max(i, 0), n - 1)]

    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(n if closed else n - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = at(i - 1), at(i), at(i + 1), at(i + 2)
        path.append(f"C{bx + (cx - ax) / 6:.1f} {by + (cy - ay) / 6:.1f} {cx - (dx - bx) / 6:.1f} {cy - (dy - by) / 6:.1f} {cx:.1f} {cy:.1f}")
    return "".join(path) + ("Z" if closed else "")


def arches(rng, p):  # type: ignore[no-untyped-def]
    columns, rows = [(2, 3), (3, 4), (1, 2), (2, 2), (3, 3)][rng.integers(5)]
    w, h, count, body = (W - 140) / columns, (H - 140) / rows, 0, []
    for r in range(rows):
        for c in range(columns):
            x, base = 70 + c * w, 70 + (r + 1) * h
            inks = list(rng.permutation(p[1:]))
            bands = int(rng.integers(3, 6))
            flip = rng.random() < 0.35
            for b in range(bands):
                inset = w * 0.5 * b / (bands + 0.35) + 8
                half = w / 2 - inset
                top = 70 + r * h + inset
                shape = f"M{x + inset} {base - 8}V{top + half}A{half} {half} 0 0 1 {x + w - inset} {top + half}V{base - 8}Z"
                turn = f' transform="rotate(180 {x + w / 2} {70 + (r + 0.5) * h})"' if flip else ""
                body.append(f'<path d="{shape}" fill="{inks[b % 5]}"{turn}/>')
                count += 1
    return svg("".join(body), p[0]), count


def tesserae(rng, p):  # type: ignore[no-untyped-def]
    n = int(rng.integers(3, 7))
    s = (W - 120) / n
    rows = int((H - 120) // s)
    oy, body = (H - rows * s) / 2, []
    for r in range(rows):
        for c in range(n):
            x, y = 60 + c * s, oy + r * s
            a, b = rng.choice(p[1:], 2, replace=False)
            kind, turn = rng.integers(6), 90 * rng.integers(4)
            inner = [f'<path d="M0 0H{s}A{s} {s} 0 0 1 0 {s}Z" fill="{b}"/>',
                     f'<circle cx="{s / 2}" cy="{s / 2}" r="{s / 2}" fill="{b}"/><circle cx="{s / 2}" cy="{s / 2}" r="{s / 4.5}" fill="{p[0]}"/>',
                     f'<path d="M0 0H{s}L0 {s}Z" fill="{b}"/>', f'<path d="M0 {s / 2}A{s / 2} {s / 2} 0 0 1 {s} {s / 2}Z" fill="{b}"/>',
                     f'<path d="M0 0A{s} {s} 0 0 1 {s} {s}A{s} {s} 0 0 1 0 0Z" fill="{b}"/>',
                     "".join(f'<rect y="{s * k / 4}" width="{s}" height="{s / 8}" fill="{b}"/>' for k in range(4))][kind]  # fmt: skip
            body.append(f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn} {s / 2} {s / 2})"><rect width="{s + 0.5}" height="{s + 0.5}" fill="{a}"/>{inner}</g>')
    return svg("".join(body), p[0]), n * rows


def orbits(rng, p):  # type: ignore[no-untyped-def]
    cx, cy, rings = W * rng.uniform(0.35, 0.65), H * rng.uniform(0.36, 0.6), int(rng.integers(7, 16))
    body = [
        f'<rect width="{W}" height="{H}" fill="{p[1]}"/>',
        f'<circle cx="{cx}" cy="{cy}" r="{rng.uniform(60, 130)}" fill="{p[4]}"/>',
    ]
    for i in range(rings):
        r = 150 + i * (620 / rings) + rng.uniform(-8, 8)
        body.append(f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="none" stroke="{p[5]}" stroke-opacity=".55" stroke-width="{rng.choice([1.2, 1.2, 2.4])}"/>')
        turn = rng.uniform(0, 2 * math.pi)
        x, y, size = cx + r * math.cos(turn), cy + r * math.sin(turn), rng.uniform(7, 34)
        body.append(f'<circle cx="{x}" cy="{y}" r="{size}" fill="{rng.choice(p[2:])}"/>')
        body.append(f'<path d="M{x - size} {y}A{size} {size} 0 0 0 {x + size} {y}Z" fill="{p[1]}" fill-opacity=".35" transform="rotate({math.degrees(turn) + 90} {x} {y})"/>')
    return svg("".join(body), p[1]), rings


def cutouts(rng, p):  # type: ignore[no-untyped-def]
    columns, rows = [(2, 3), (3, 3), (2, 2), (3, 4)][rng.integers(4)]
    w, h, body, count = W / columns, H / rows, [], 0
    for r in range(rows):
        for c in range(columns):
            ground, leaf = rng.choice(p, 2, replace=False)
            x, y, lobes = (c + 0.5) * w, (r + 0.5) * h, int(rng.integers(4, 8))
            body.append(f'<rect x="{c * w}" y="{r * h}" width="{w + 1}" height="{h + 1}" fill="{ground}"/>')
            lean = rng.uniform(-25, 25)
            shapes = [f'<path d="{smooth([(x, y + h * 0.42), (x - 5, y), (x + 3, y - h * 0.4)])}" stroke="{leaf}" stroke-width="{w * 0.06:.0f}" fill="none" stroke-linecap="round"/>']
            for k in range(lobes):
                t, side = (k + 0.5) / lobes, 1 if k % 2 else -1
                reach = w * 0.38 * math.sin(math.pi * (0.2 + 0.7 * t)) * rng.uniform(0.8, 1.1)
                yy = y + h * 0.36 - t * h * 0.72
                bow = rng.uniform(0.5, 0.9) * h / lobes
                pts = [
                    (x, yy),
                    (x + side * reach * 0.6, yy - bow * 1.4),
                    (x + side * reach, yy - bow * 1.2),
                    (x + side * reach * 0.7, yy - bow * 0.1),
                    (x, yy + bow * 0.5),
                ]
                shapes.append(f'<path d="{smooth(pts, True)}" fill="{leaf}"/>')
                count += 1
            body.append(f'<g transform="rotate({lean:.0f} {x} {y})">{"".join(shapes)}</g>')
    return svg("".join(body), p[0]), count


def hills(rng, p):  # type: ignore[no-untyped-def]
    layers = int(rng.integers(5, 9))
    sun_x, sun_y, sun_r = W * rng.uniform(0.25, 0.75), H * rng.uniform(0.2, 0.36), rng.uniform(70, 150)
    body = [f'<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="{p[0]}"/><stop offset="1" stop-color="{p[5]}"/></linearGradient></defs><rect width="{W}" height="{H}" fill="url(#s)"/>',
            f'<circle cx="{sun_x}" cy="{sun_y}" r="{sun_r}" fill="{p[4]}"/>']  # fmt: skip
    back, front = color(p[5]), color(p[1])
    for i in range(layers):
        t = (i + 1) / layers
        mix = back * (1 - t) + front * t
        mix = mix * 0.7 + color(p[2 + i % 3]) * 0.3
        base, swing = H * (0.36 + 0.58 * t**1.1), 90 * (1.15 - t)
        phase, rate = rng.uniform(0, 6, 3), rng.uniform(0.6, 2.2, 3)
        pts = [(x, base + swing * sum(math.sin(rate[k] * x / W * 2.2 * (k + 1) + phase[k]) / (k + 1.2) for k in range(3))) for x in range(-60, W + 61, 60)]
        fill = "#" + "".join(f"{int(v):02x}" for v in np.clip(mix, 0, 255))
        body.append(f'<path d="{smooth(pts)}V{H + 60}H-60Z" fill="{fill}"/>')
    return svg("".join(body), p[0]), layers


def ridges(rng, p):  # type: ignore[no-untyped-def]
    lines, body = int(rng.integers(34, 64)), []
    dark = rng.random() < 0.5
    paper, ink = (p[1], p[0]) if dark else (p[0], p[1])
    relief = noise(rng, 5, 4, (lines, 120))
    centre = rng.uniform(0.35, 0.65)
    for i in range(lines):
        base = 170 + i * (H - 300) / lines
        pts = []
        for k in range(120):
            x = 90 + k * (W - 180) / 119
            bump = math.exp(-(((k / 119 - centre) / 0.22) ** 2))
            pts.append((x, base - bump * max(0.0, 60 + 120 * relief[i, k]) - 3 * abs(relief[i, (k * 7) % 120])))
        stroke = p[3] if i % 11 == 5 else ink
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pts)
        body.append(f'<path d="{path}L{W - 90} {base + 40}L90 {base + 40}Z" fill="{paper}"/><path d="{path}" fill="none" stroke="{stroke}" stroke-width="2.2" stroke-linejoin="round"/>')
    return svg("".join(body), paper), lines


def elevations(rng, p):  # type: ignore[no-untyped-def]
    x, body, count = 40.0, [], 0
    while x < W - 60:
        w = float(rng.choice([90, 120, 150, 190]))
        w = w if x + w < W - 130 else W - 40 - x
        top = H * rng.uniform(0.2, 0.55)
        wall, pane = rng.choice(p[1:], 2, replace=False)
        body.append(f'<rect x="{x}" y="{top}" width="{w - 4}" height="{H - 120 - top}" fill="{wall}"/>')
        if rng.random() < 0.4:
            body.append(f'<path d="M{x} {top}L{x + w / 2 - 2} {top - w * 0.45}L{x + w - 4} {top}Z" fill="{pane}"/>')
        n = max(1, int(w // 38))
        step = (w - 4) / n
        for row in range(int((H - 150 - top) // 52)):
            for c in range(n):
                lit = p[4] if rng.random() < 0.18 else pane
                arch = f' rx="{step * 0.25}"' if int(w) % 4 else ""
                body.append(f'<rect x="{x + c * step + step * 0.24:.1f}" y="{top + 22 + row * 52}" width="{step * 0.52:.1f}" height="30" fill="{lit}"{arch}/>')
                count += 1
        x += w
    body.append(f'<rect y="{H - 120}" width="{W}" height="120" fill="{p[1]}"/><circle cx="{W * rng.uniform(0.15, 0.85)}" cy="{H * 0.12}" r="52" fill="{p[4]}"/>')
    return svg("".join(body), p[0]), count


def crossings(rng, p):  # type: ignore[no-untyped-def]
    n = int(rng.choice([6, 8, 10, 12]))
    s = W / n
    rows, body, width = math.ceil(H / s), [], s * rng.uniform(0.2, 0.42)
    for r in range(rows):
        for c in range(n):
            ink = p[1 + int(4.9 * abs(math.sin(r * 0.31 + c * 0.17 + n)))]
            x, y = c * s, r * s
            arcs = [(x + s / 2, y, x, y + s / 2, 1), (x + s, y + s / 2, x + s / 2, y + s, 0)] if rng.random() < 0.5 else [(x + s / 2, y, x + s, y + s / 2, 0), (x, y + s / 2, x + s / 2, y + s, 1)]
            body += [f'<path d="M{a:.1f} {b:.1f}A{s / 2:.1f} {s / 2:.1f} 0 0 {f} {cc:.1f} {d:.1f}" stroke="{ink}" stroke-width="{width:.1f}" fill="none" stroke-linecap="round"/>' for a, b, cc, d, f in arcs]
    return svg("".join(body), p[0]), n * rows


def awnings(rng, p):  # type: ignore[no-untyped-def]
    body, x, count = [], 60.0, 0
    while x < W - 60:
        w = min(float(rng.choice([12, 20, 34, 56, 90])), W - 60 - x)
        cut = H * rng.uniform(0.3, 0.75)
        a, b = rng.choice(p[1:], 2, replace=False)
        body.append(f'<rect x="{x}" y="60" width="{w + 0.6}" height="{cut - 60}" fill="{a}"/><rect x="{x}" y="{cut}" width="{w + 0.6}" height="{H - 60 - cut}" fill="{b}"/>')
        if w > 50:
            body.append(f'<path d="M{x} {cut}a{w / 2} {w / 2} 0 0 0 {w} 0Z" fill="{a}"/>')
        x += w
        count += 1
    return svg("".join(body), p[0]), count


def interference(rng, p):  # type: ignore[no-untyped-def]
    body, count = [], int(rng.integers(40, 70))
    for k in range(2):
        cx, cy = W * rng.uniform(0.25, 0.75), H * rng.uniform(0.25, 0.75)
        body += [f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="{14 + i * 1000 / count:.1f}" fill="none" stroke="{p[1 + 2 * k]}" stroke-width="{4.5 - k * 1.5}"/>' for i in range(count)]
    frame = f'<path d="M0 0H{W}V{H}H0ZM80 80V{H - 80}H{W - 80}V80Z" fill="{p[0]}" fill-rule="evenodd"/>'
    return svg("".join(body) + frame, p[0]), 2 * count


def terrazzo(rng, p):  # type: ignore[no-untyped-def]
    body, placed, tries = [], [], 0
    while len(placed) < 150 and tries < 6000:
        tries += 1
        r = float(rng.choice([16, 24, 36, 60, 92], p=[0.34, 0.28, 0.2, 0.12, 0.06]))
        x, y = rng.uniform(0, W), rng.uniform(0, H)
        if any(math.hypot(x - a, y - b) < (r + q) * 1.02 for a, b, q in placed):
            continue
        placed.append((x, y, r))
        corners = int(rng.integers(5, 8))
        turns = np.sort(rng.uniform(0, 2 * math.pi, corners))
        pts = " ".join(f"{x + r * rng.uniform(0.7, 1.05) * math.cos(t):.1f},{y + r * rng.uniform(0.7, 1.05) * math.sin(t):.1f}" for t in turns)
        ink = rng.choice(p[1:])
        body.append(f'<polygon points="{pts}" fill="{ink}" stroke="{ink}" stroke-width="6" stroke-linejoin="round"/>')
    return svg("".join(body), p[0]), len(placed)


def vessels(rng, p):  # type: ignore[no-untyped-def]
    table, count = H * rng.uniform(0.62, 0.74), int(rng.integers(3, 6))
    body = [f'<rect width="{W}" height="{H}" fill="{p[5]}"/><rect y="{table}" width="{W}" height="{H - table}" fill="{p[2]}"/>']
    if rng.random() < 0.6:
        body.append(f'<rect x="{W * rng.uniform(0.08, 0.5):.0f}" y="90" width="300" height="{table * 0.7:.0f}" fill="{p[0]}" fill-opacity=".55"/>')
    xs = np.linspace(W * 0.2, W * 0.8, count) + rng.uniform(-25, 25, count)
    for k in rng.permutation(count):
        x, tall, wide = xs[k], rng.uniform(240, 520), rng.uniform(75, 130)
        base = table + rng.uniform(30, 190)
        f = rng.uniform(0.18, 1.0, 5)
        widths = [0.5 * f[0] + 0.3, 0.9 + 0.2 * f[1], 1.0, 0.35 + 0.4 * f[3], 0.25 + 0.3 * f[4]]
        left = [(x - wide * w, base - tall * t) for w, t in zip(widths, (0, 0.22, 0.48, 0.78, 1), strict=True)]
        right = [(2 * x - a, b) for a, b in reversed(left)]
        ink, shade = rng.choice([p[1], p[3], p[4], p[0]]), p[1]
        path = smooth(left) + "L" + smooth(right)[1:] + "Z"
        body.append(f'<ellipse cx="{x + 30:.0f}" cy="{base:.0f}" rx="{wide * 1.2:.0f}" ry="20" fill="{shade}" fill-opacity=".25"/><path d="{path}" fill="{ink}"/>')
        body.append(f'<clipPath id="c{k}"><path d="{path}"/></clipPath><rect x="{x + wide * 0.25:.0f}" y="{base - tall - 10:.0f}" width="{wide * 2:.0f}" height="{tall + 20:.0f}" fill="{shade}" fill-opacity=".22" clip-path="url(#c{k})"/>')
        if rng.random() < 0.45:
            for _ in range(int(rng.integers(2, 5))):
                tx, ty = x + rng.uniform(-130, 130), base - tall - rng.uniform(90, 240)
                body.append(f'<path d="M{x:.0f} {base - tall:.0f}Q{x:.0f} {ty + 80:.0f} {tx:.0f} {ty:.0f}" stroke="{p[1]}" stroke-width="5" fill="none"/><circle cx="{tx:.0f}" cy="{ty:.0f}" r="{rng.uniform(16, 34):.0f}" fill="{rng.choice([p[3], p[4]])}"/>')
    return svg("".join(body), p[0]), count


def stems(rng, p):  # type: ignore[no-untyped-def]
    body, count, leaves = [], int(rng.integers(3, 7)), 0
    for k in range(count):
        x0 = W * (k + 1) / (count + 1) + rng.uniform(-30, 30)
        lean, top = rng.uniform(-90, 90), rng.uniform(120, 380)
        ink = p[1 + k % 4]
        pts = [(x0, H - 110), (x0 + lean * 0.15, H * 0.7), (x0 + lean * 0.5, H * 0.42), (x0 + lean, top)]
        body.append(f'<path d="{smooth(pts)}" stroke="{ink}" stroke-width="6" fill="none" stroke-linecap="round"/>')
        pairs, slim = int(rng.integers(5, 10)), rng.uniform(0.22, 0.5)
        for i in range(pairs):
            t = 0.22 + 0.78 * i / pairs
            y = H - 110 - t * (H - 110 - top)
            x = x0 + lean * t**1.6
            long = rng.uniform(70, 130) * (1.15 - 0.6 * t)
            for side in (-1, 1):
                turn = side * rng.uniform(40, 62)
                leaf = f"M0 0C{long * slim} {-long * 0.3} {long * slim * 0.8} {-long * 0.8} 0 {-long}C{-long * slim * 0.8} {-long * 0.8} {-long * slim} {-long * 0.3} 0 0Z"
                body.append(f'<g transform="translate({x:.0f} {y:.0f}) rotate({turn:.0f})"><path d="{leaf}" fill="{ink}"/><path d="M0 0V{-long * 0.86:.0f}" stroke="{p[0]}" stroke-width="1.6" stroke-opacity=".7"/></g>')
                leaves += 1
    return svg("".join(body), p[0]), leaves


def ribbons(rng, p):  # type: ignore[no-untyped-def]
    body, count = [], int(rng.integers(4, 8))
    spine = [(W * rng.uniform(0.1, 0.9), -80)] + [(W * (0.12 if i % 2 else 0.88) + rng.uniform(-60, 60), H * (i + 0.5) / 5) for i in range(5)] + [(W * rng.uniform(0.1, 0.9), H + 80)]
    for i in range(count):
        width = 46 * (count - i)
        body.append(f'<path d="{smooth(spine)}" stroke="{p[1 + i % 5]}" stroke-width="{width}" fill="none" stroke-linejoin="round"/>')
    return svg("".join(body), p[0]), count


def florets(rng, p):  # type: ignore[no-untyped-def]
    count, body = int(rng.integers(420, 900)), []
    cx, cy, turn = (
        W / 2 + rng.uniform(-60, 60),
        H / 2 + rng.uniform(-90, 90),
        math.pi * (3 - math.sqrt(5)) + rng.choice([0, 0, 0.002, -0.004]),
    )
    for i in range(count):
        r = 15.5 * math.sqrt(i)
        size = 3.0 + 9.0 * (0.5 + 0.5 * math.sin(r / rng.uniform(38, 42)))
        ink = p[1 + int(r / 95) % 5]
        body.append(f'<circle cx="{cx + r * math.cos(i * turn):.1f}" cy="{cy + r * math.sin(i * turn):.1f}" r="{size:.1f}" fill="{ink}"/>')
    return svg("".join(body), p[0]), count


def swells(rng, p):  # type: ignore[no-untyped-def]
    rows, body = int(rng.integers(9, 16)), []
    horizon = H * rng.uniform(0.3, 0.45)
    body.append(f'<rect width="{W}" height="{H}" fill="{p[5]}"/><circle cx="{W * rng.uniform(0.3, 0.7):.0f}" cy="{horizon:.0f}" r="{rng.uniform(120, 210):.0f}" fill="{p[4]}"/>')
    for i in range(rows):
        y, s = horizon + (H - horizon) * (i / rows) ** 1.25, 46 + 70 * i / rows
        ink, line = p[1 + i % 3], p[0]
        phase = rng.uniform(0, s)
        path = f"M{-2 * s + phase:.0f} {y:.0f}" + "".join(f"q{s / 2:.1f} {-s * 0.52:.1f} {s:.1f} 0" for _ in range(int(W / s) + 5)) + f"V{H + 10}H-200Z"
        body.append(f'<path d="{path}" fill="{ink}" stroke="{line}" stroke-width="{2 + 2 * i / rows:.1f}"/>')
    return svg("".join(body), p[0]), rows


def weather(rng, p):  # type: ignore[no-untyped-def]
    angle = noise(rng, 2, 2) * 2.6 + rng.uniform(0, 6)
    tone = noise(rng, 3, 2)
    count, body = int(rng.integers(900, 1500)), []
    for _ in range(count):
        x, y = rng.uniform(60, W - 60), rng.uniform(60, H - 60)
        ink = p[1 + int(np.clip((tone[int(y), int(x)] + 1) * 2.5, 0, 4))]
        pts = [(x, y)]
        for _ in range(int(rng.integers(6, 22))):
            a = angle[int(y), int(x)]
            x, y = x + 9 * math.cos(a), y + 9 * math.sin(a)
            if not (50 < x < W - 50 and 50 < y < H - 50):
                break
            pts.append((x, y))
        if len(pts) > 2:
            path = "M" + "L".join(f"{a:.0f} {b:.0f}" for a, b in pts)
            body.append(f'<path d="{path}" stroke="{ink}" stroke-width="{rng.choice([2, 4, 7, 11])}" fill="none" stroke-linecap="round" stroke-linejoin="round" stroke-opacity=".9"/>')
    return svg("".join(body), p[0]), len(body)


def bands(values: np.ndarray, inks: Sequence[str], soft: float = 0.0) -> Image.Image:
    """`values` (0…1) as areas of ink, with edges softened by `soft`."""
    stops = np.stack([color(ink) for ink in inks])
    place = np.clip(values, 0, 0.9999) * len(inks)
    index = place.astype(int)
    picture = stops[index]
    if soft:
        following = stops[np.minimum(index + 1, len(inks) - 1)]
        blend = np.clip((place - index - (1 - soft)) / soft, 0, 1)[..., None]
        picture = picture * (1 - blend) + following * blend
    return Image.fromarray(picture.astype(np.uint8))


def warped(rng: np.random.Generator, cells: int, reach: float) -> np.ndarray:
    """Noise looked up through noise: the veins of marbled paper."""
    base = noise(rng, cells, 4, (H * 2, W * 2))
    y, x = np.mgrid[0:H, 0:W]
    dx, dy = noise(rng, 3, 3) * reach, noise(rng, 3, 3) * reach
    return base[np.clip(y + dy + H / 2, 0, 2 * H - 1).astype(int), np.clip(x + dx + W / 2, 0, 2 * W - 1).astype(int)]


def endpapers(rng, p):  # type: ignore[no-untyped-def]
    field = warped(rng, 4, 260)
    combs = int(rng.integers(3, 7))
    values = (field * combs * 0.7 + 10) % 1
    return bands(values, [p[1], p[2], p[0], p[3], p[4], p[5]], 0.12), combs


def rooms(rng, p):  # type: ignore[no-untyped-def]
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    picture = np.broadcast_to(color(p[1]), (H, W, 3)) * (1 + 0.05 * noise(rng, 6, 4))[..., None]
    edges = np.cumsum(rng.uniform(0.6, 1.8, int(rng.integers(2, 4))))
    edges = np.concatenate([[0], edges / edges[-1]])
    inks = rng.permutation(p[2:])
    rough = noise(rng, 10, 4) * 16
    for k in range(len(edges) - 1):
        top, bottom = 70 + edges[k] * (H - 140) + 14, 70 + edges[k + 1] * (H - 140) - 14
        d = np.minimum.reduce([x - 80, W - 80 - x, y - top, bottom - y]) + rough
        mask = 1 / (1 + np.exp(np.clip(-d / 9, -30, 30)))
        body = color(inks[k]) * (1 + 0.10 * noise(rng, 4, 5))[..., None]
        picture = picture * (1 - mask[..., None] * 0.93) + body * mask[..., None] * 0.93
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)), len(edges) - 1


def surveys(rng, p):  # type: ignore[no-untyped-def]
    relief = noise(rng, 3, 3)
    steps = int(rng.integers(9, 16))
    height = (relief - relief.min()) / np.ptp(relief)
    picture = np.asarray(
        bands(height, [p[5], p[4], p[3], p[2], p[1]] if rng.random() < 0.5 else [p[0], p[5], p[0], p[4], p[0], p[3]], 0),
        np.float32,
    )
    gy, gx = np.gradient(height * steps)
    line = np.abs((height * steps) % 1 - 0.5) / np.maximum(np.hypot(gx, gy), 1e-4)
    ink = np.clip(2.0 - line, 0, 1)[..., None]
    return Image.fromarray(np.clip(picture * (1 - ink) + color(p[1]) * ink, 0, 255).astype(np.uint8)), steps


def washes(rng, p):  # type: ignore[no-untyped-def]
    picture = np.broadcast_to(color(p[0]), (H, W, 3)).copy()
    layers = int(rng.integers(4, 7))
    y = np.arange(H, dtype=np.float32)[:, None]
    for i in range(layers):
        line = H * (0.28 + 0.55 * i / layers) + 150 * noise(rng, 3, 5, (2, W))[0] * (1.2 - 0.5 * i / layers)
        depth = (y - line) / (H * 0.42)
        fade = np.where(depth > 0, np.clip(1.05 - depth, 0.06, 1), 0) * (0.25 + 0.65 * (i + 1) / layers)
        fade = fade * (1 + 0.28 * noise(rng, 8, 5))
        mask = np.clip(fade, 0, 1)[..., None]
        picture = picture * (1 - mask) + color(p[1 + (i % 2)]) * mask
    sun = Image.new("L", (W, H))
    y2, x2 = np.mgrid[0:H, 0:W]
    sun = np.clip(1.2 - np.hypot(x2 - W * rng.uniform(0.25, 0.75), y2 - H * 0.2) / rng.uniform(55, 85), 0, 0.12)[..., None] * 7
    picture = picture * (1 - sun * 0.9) + color(p[4]) * sun * 0.9
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6)), layers


def halftones(rng, p):  # type: ignore[no-untyped-def]
    step = int(rng.choice([14, 18, 22]))
    light = rng.uniform(-1, 1, 2)
    light /= np.hypot(*light) * 1.3
    cx, cy, r = W / 2, H * rng.uniform(0.42, 0.55), W * rng.uniform(0.3, 0.4)
    pits = [(rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7), rng.uniform(0.06, 0.22)) for _ in range(14)]
    body, count = [f'<rect width="{W}" height="{H}" fill="{p[4]}"/>'], 0
    tilt = math.radians(22)
    for i in range(-60, 130):
        for k in range(-60, 130):
            x, y = (
                W / 2 + (i - 30) * step * math.cos(tilt) - (k - 30) * step * math.sin(tilt),
                H / 2 + (i - 30) * step * math.sin(tilt) + (k - 30) * step * math.cos(tilt),
            )
            u, v = (x - cx) / r, (y - cy) / r
            if not (40 < x < W - 40 and 40 < y < H - 40):
                continue
            d = u * u + v * v
            shade = 0.16 if d > 1 else float(np.clip(0.95 - 0.75 * max(0, u * light[0] + v * light[1] + 0.66 * math.sqrt(1 - d)), 0.05, 0.95))
            if d < 1:
                shade = min(0.98, shade + sum(0.16 for a, b, s in pits if math.hypot(u - a, v - b) < s))
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{step * 0.66 * math.sqrt(shade):.1f}" fill="{p[1]}"/>')
            count += 1
    return svg("".join(body), p[4]), count


FAMILIES: dict[str, Composition] = {
    "arches": arches, "tesserae": tesserae, "orbits": orbits, "cutouts": cutouts, "hills": hills, "ridges": ridges,
    "elevations": elevations, "crossings": crossings, "awnings": awnings, "interference": interference, "terrazzo": terrazzo,
    "vessels": vessels, "stems": stems, "ribbons": ribbons, "florets": florets, "swells": swells, "weather": weather,
    "endpapers": endpapers, "rooms": rooms, "surveys": surveys, "washes": washes, "halftones": halftones,
}  # fmt: skip


def printed(art: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The composition as ink on cotton paper: a tooth in the surface and slightly uneven ink."""
    pixels = np.asarray(art, np.float32)
    tooth = rng.normal(0, 2.2, (*pixels.shape[:2], 1)) + 2.0 * noise(rng, 40, 2, pixels.shape[:2])[..., None]
    return Image.fromarray(np.clip(pixels * 0.965 + 8 + tooth, 0, 255).astype(np.uint8))
