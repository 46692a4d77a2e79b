"""Bigwall Editions: 330 prints with their pictures and product files.

Run:  python bigwall_prints.py [--words] [family …]     (--words writes the product files only)
"""

from __future__ import annotations

import sys
import unicodedata

import numpy as np
from bigwall_art import FAMILIES, color, noise, printed
from bigwall_words import COLOUR_TAGS, EDITION, MAKING, PALETTE_LINES, PALETTES, SERIES
from folder import TENANTS, Flow, Line, Raw, Text, gtin, write
from PIL import Image, ImageFilter

ASSETS = TENANTS / "bigwall" / "assets" / "products"
SIZE = (960, 1200)
SIZES = {"8 × 10 in": 34, "12 × 16 in": 58, "18 × 24 in": 96, "24 × 32 in": 148}
GRAMS = {"8 × 10 in": 60, "12 × 16 in": 120, "18 × 24 in": 240, "24 × 32 in": 420}
FRAMES = {"Unframed": ("", 0), "Black ash": ("#1c1b1a", 0.85), "Natural oak": ("#b08a5b", 0.95), "White maple": ("#ece8e0", 0.85)}
PAPERS = {"Cotton rag": 0, "Baryta": 8, "Kozo washi": 14}


def handle(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain.replace("'", "")).split())


def wall(rng: np.random.Generator) -> Image.Image:
    """Plaster in window light; the same for every print but for where the light falls."""
    width, height = SIZE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    slant = (x * 0.75 + y) / (width * 0.75 + height)
    light = 1.03 - 0.15 * slant + 0.012 * noise(rng, 3, 5, (height, width)) + rng.normal(0, 0.004, (height, width))
    beam = np.exp(-(((slant - rng.uniform(0.2, 0.4)) / 0.16) ** 2)) * 0.03
    picture = color("#e4e1db") * (light + beam)[..., None]
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def shadow(canvas: Image.Image, box: tuple[int, int, int, int], offset: tuple[int, int], blur: float, strength: float) -> None:
    mask = Image.new("L", canvas.size)
    mask.paste(round(255 * strength), (box[0] + offset[0], box[1] + offset[1], box[2] + offset[0], box[3] + offset[1]))
    canvas.paste(Image.new("RGB", canvas.size, "#2b2622"), (0, 0), mask.filter(ImageFilter.GaussianBlur(blur)))


def framed(art: Image.Image, background: Image.Image, moulding: str, mat: int, width: int, rng: np.random.Generator) -> Image.Image:
    """The print on the wall: moulding with lit and shaded sides, mat with a bevel, glass with a breath of reflection."""
    canvas = background.copy()
    edge = 0 if not moulding else 20
    inside = art.resize((width, round(width * art.height / art.width)), Image.Resampling.LANCZOS)
    whole = (inside.width + 2 * (mat + edge), inside.height + 2 * (mat + edge))
    x, y = (canvas.width - whole[0]) // 2, (canvas.height - whole[1]) // 2 - 12
    box = (x, y, x + whole[0], y + whole[1])
    lift = 1.0 if edge else 0.35
    shadow(canvas, box, (round(26 * lift), round(38 * lift)), 34 * lift + 3, 0.30)
    shadow(canvas, box, (round(8 * lift), round(12 * lift)), 8 * lift + 1, 0.34)
    piece = Image.new("RGB", whole, "#f6f4ef")
    if edge:
        piece.paste(moulding_of(whole, edge, moulding, rng))
        inner = (edge, edge, whole[0] - edge, whole[1] - edge)
        piece.paste("#f7f5f1", inner)
        falloff = Image.new("L", whole)
        falloff.paste(120, (edge, edge, whole[0] - edge, edge + 9))
        falloff.paste(90, (edge, edge, edge + 7, whole[1] - edge))
        falloff = falloff.filter(ImageFilter.GaussianBlur(5))
    piece.paste(inside, (edge + mat, edge + mat))
    if mat:
        bevel = np.asarray(piece, np.float32).copy()
        a, b = edge + mat, (edge + mat + inside.width, edge + mat + inside.height)
        bevel[a - 3 : a, a - 3 : b[0] + 3] *= 0.86
        bevel[a - 3 : b[1] + 3, a - 3 : a] *= 0.90
        bevel[b[1] : b[1] + 3, a - 3 : b[0] + 3] = np.minimum(bevel[b[1] : b[1] + 3, a - 3 : b[0] + 3] * 1.03, 255)
        piece = Image.fromarray(bevel.astype(np.uint8))
    if edge:
        cast = Image.new("RGB", whole, "#1a1815")
        inner_mask = Image.new("L", whole)
        inner_mask.paste(falloff.crop(inner), inner[:2])
        piece.paste(cast, (0, 0), inner_mask)
        yy, xx = np.mgrid[0 : whole[1], 0 : whole[0]].astype(np.float32)
        slant = (xx + yy * 0.6) / (whole[0] + whole[1] * 0.6)
        glare = 10 * np.exp(-(((slant - 0.22) / 0.09) ** 2)) + 6 * np.exp(-(((slant - 0.36) / 0.03) ** 2))
        pixels = np.asarray(piece, np.float32)
        pixels[edge:-edge, edge:-edge] += glare[edge:-edge, edge:-edge, None]
        piece = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    canvas.paste(piece, (x, y))
    return canvas


def moulding_of(size: tuple[int, int], edge: int, tone: str, rng: np.random.Generator) -> Image.Image:
    """Four mitred lengths of wood: light from the upper left, grain along each length."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    top, left, bottom, right = y, x, height - 1 - y, width - 1 - x
    nearest = np.argmin(np.stack([top, left, bottom, right]), axis=0)
    level = np.choose(nearest, [1.12, 1.03, 0.78, 0.88]).astype(np.float32)
    depth = np.minimum.reduce([top, left, bottom, right]) / edge
    level *= 1 + 0.10 * np.cos(np.clip(depth, 0, 1) * 3.1)
    lengthwise = np.asarray(Image.fromarray(rng.normal(0, 1, (height, 8)).astype(np.float32)).resize((width, height)))
    crosswise = np.asarray(Image.fromarray(rng.normal(0, 1, (8, width)).astype(np.float32)).resize((width, height)))
    grain = np.where(nearest % 2 == 0, lengthwise, crosswise) * (0.05 if tone == "#b08a5b" else 0.015)
    return Image.fromarray(np.clip(color(tone) * (level + grain)[..., None], 0, 255).astype(np.uint8))


def variants(index: int, number: int, edition: int, rng: np.random.Generator) -> tuple[dict, list]:
    """Options and the combinations that are really made. Washi comes in sheets up to 18 × 24; maple frames up to 18 × 24."""
    depth = ("deep", "deep", "classic", "deep", "small", "classic")[index % 6]
    sizes = {"deep": list(SIZES)[1:], "classic": list(SIZES), "small": list(SIZES)[:2]}[depth]
    frames = {"deep": list(FRAMES), "classic": list(FRAMES)[:3], "small": list(FRAMES)[:2]}[depth]
    papers = {"deep": list(PAPERS), "classic": list(PAPERS)[:2], "small": ["Cotton rag"]}[depth]
    options = {"Size": Flow(sizes), "Frame": Flow(frames), "Paper": Flow(papers)}
    made = []
    for size in sizes:
        for frame in frames:
            for paper in papers:
                if size == "24 × 32 in" and (paper == "Kozo washi" or frame == "White maple"):
                    continue
                price = SIZES[size] + round(FRAMES[frame][1] * (30 + 0.62 * SIZES[size])) + PAPERS[paper] + (20 if edition else 0)
                code = f"BW{index + 1:03d}-{size.split()[0]}{frame[0]}{paper[0]}"
                line = Line(sku=code, options=Flow([size, frame, paper]), price=Raw(f"{price}.00"))
                if number % 13 == 7:
                    line["compare_at_price"] = Raw(f"{round(price * 1.25)}.00")
                line["inventory"] = Line(policy=Raw("continue"), quantity=0) if not edition else int(rng.integers(0, 9)) if number % 29 else 0
                line["weight"] = Raw(f"{GRAMS[size] + (0 if frame == 'Unframed' else GRAMS[size] * 9)} g")
                if depth == "small":
                    line["barcode"] = gtin(930000 + index * 10 + len(made))
                made.append(line)
    return options, made


def main(arguments: list[str]) -> None:
    words_only = "--words" in arguments
    wanted = [a for a in arguments if not a.startswith("--")] or list(FAMILIES)
    used: set[str] = set()
    names = list(PALETTES)
    for row, (family, (series, artist, tags, titles, openings, hanging)) in enumerate(SERIES.items()):
        for k, title in enumerate(titles.split("|")):
            index = row * 15 + k
            name = handle(title)
            name = name if name not in used else f"{name}-{handle(series)}"
            used.add(name)
            if family not in wanted:
                continue
            rng = np.random.default_rng(1000 + index)
            palette = names[(k * 7 + row * 4) % len(names)]
            art, count = FAMILIES[family](rng, PALETTES[palette])
            look = (("Black ash", 64), ("Natural oak", 70), ("White maple", 56), ("Natural oak", 0), ("Black ash", 0), ("Unframed", 0))[(k + row) % 6]
            if not words_only:
                pictures(name, art, look, index)
            product(index, k, name, title, series, artist, tags, palette, count, openings, hanging, look, rng)
        if family in wanted:
            print(family, flush=True)


def pictures(name: str, art: Image.Image, look: tuple[str, int], index: int) -> None:
    rng = np.random.default_rng(5000 + index)
    sheet = printed(art, rng)
    frame, mat = look
    shown = framed(sheet, wall(rng), FRAMES[frame][0], mat, 560 if mat else 640, rng)
    ASSETS.mkdir(parents=True, exist_ok=True)
    shown.save(ASSETS / f"{name}.webp", quality=80, method=5)
    if index % 5 == 0:  # a close look for every fifth print
        x, y = int(rng.integers(60, 380)), int(rng.integers(80, 560))
        wide = 230 if name == "two-stones" else 460  # 132 circles from afar would be a phone's whole budget
        close = art.crop((x, y, x + wide, y + wide * 5 // 4)).resize(SIZE, Image.Resampling.LANCZOS)
        printed(close, rng).save(ASSETS / f"{name}-close.webp", quality=76, method=5)


def product(index, k, name, title, series, artist, tags, palette, count, openings, hanging, look, rng):  # type: ignore[no-untyped-def]
    edition = (0, 75, 0, 120, 50)[index % 5]
    options, made = variants(index, index, edition, rng)
    paragraphs = [openings[k % 3].format(n=f"{count:,}") + " " + PALETTE_LINES[palette],
                  MAKING[index % len(MAKING)] + " " + (EDITION[0] if not edition else EDITION[1 + k % 2].format(e=edition)), hanging]  # fmt: skip
    frame = "unframed" if look[0] == "Unframed" else f"in a {look[0].lower()} frame"
    images = [Line(src=f"products/{name}.webp", alt=f"{title}, a print from the {series} series in {palette.lower()} colors, {frame} on a plaster wall")]
    if index % 5 == 0:
        images.append(Line(src=f"products/{name}-close.webp", alt=f"Close view of {title}, showing ink on paper"))
    data: dict = {"title": title, "vendor": artist, "type": "Art print"}
    data["tags"] = Flow([*tags, COLOUR_TAGS[palette], handle(series), *(["limited"] if edition else ["open edition"])])
    if index % 110 == 57:
        data["status"] = Raw("draft")
    if index % 110 == 83:
        data["publish_at"] = Raw("2029-02-01T14:00:00Z")
    data |= {"google_category": "Home & Garden > Decor > Artwork > Posters, Prints, & Visual Artwork", "options": options, "variants": made, "images": images,
             "attributes": {"Series": series, "Artist": artist, "Palette": palette, "Edition": f"{edition}" if edition else "Open", "Orientation": "Portrait"}}  # fmt: skip
    data["description"] = Text("\n\n".join(paragraphs))
    write("bigwall", f"catalog/products/{name}.yaml", data)


if __name__ == "__main__":
    main(sys.argv[1:])
