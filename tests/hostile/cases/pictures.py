"""Pictures and fonts: bombs of pixels and frames, other formats in disguise, cut and broken files, and what metadata tells."""

from __future__ import annotations

import io
import os
import random
import struct
import zlib
from typing import Any

from PIL import Image

from hostile import containers, fonts
from hostile.case import PRODUCT, Case, inert, refused
from support.street import picture


def _product(name: str, data: bytes) -> dict[str, Any]:
    return {f"assets/{name}": data, PRODUCT: {"title": "Thing", "price": "10.50", "images": [{"src": name, "alt": "x"}]}}


def _png(width: int, height: int, data: bytes = b"\0" * 100) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def _saved(form: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 100, 50)).save(out, form, **options)
    return out.getvalue()


def _gif(frames: int, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("L", size, n % 250) for n in range(frames))
    first.save(out, "GIF", save_all=True, append_images=rest, duration=20)
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_with(*chunks: bytes) -> bytes:
    return PNG[:33] + b"".join(chunks) + PNG[33:]  # after its signature and header


def _passes(number: int) -> bytes:
    """A JPEG whose last pass over the picture comes again and again."""
    data = _saved("JPEG", (1_500, 1_000), progressive=True)
    last = data.rindex(b"\xff\xc4", 0, data.rindex(b"\xff\xda"))
    return data[:-2] + data[last:-2] * number + b"\xff\xd9"


def _told() -> bytes:
    """A JPEG that says where it was taken, and by whom."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x9C9C] = "canary-in-a-picture", "canary-in-a-picture", b"canary"
    exif.get_ifd(0x8825)[1] = "N"
    return _saved("JPEG", exif=exif, comment=b"canary-in-a-picture")


def _noise(seed: int) -> dict[str, Any]:
    """A real picture with bytes changed at random: it may be shown or refused, and nothing else."""
    chance, data = random.Random(seed), bytearray(_saved(("JPEG", "PNG", "WEBP", "GIF", "AVIF")[seed % 5], (300, 200)))
    for _ in range(12):
        data[chance.randrange(12, len(data))] = chance.randrange(256)
    return _product("p.jpg", bytes(data))


JPEG, PNG, WEBP, GIF = _saved("JPEG"), picture(1), _saved("WEBP"), _saved("GIF")
REFUSED = {
    "pixel-bomb": _png(40_000, 40_000), "pixel-bomb-thin": _png(2**31 - 1, 1), "pixel-bomb-inside-the-cap": _png(9_000, 9_000), "no-pixels": _png(0, 10), "gif-bomb": b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\2\0;",
    "webp-bomb": b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\x3f\0" * 2 + b"\0" * 8, "many-frames": _gif(400, (4, 4)), "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\nshowpage\n",
    "pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj", "html": b"<!doctype html><script>alert(1)</script>", "svg-in-disguise": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "zip": b"PK\x03\x04" + b"\0" * 60, "tiff": b"II*\0" + b"\xff" * 40, "icon": b"\0\0\1\0\1\0",
    "empty": b"", "cut-jpeg": JPEG[:-40], "cut-png": PNG[:60], "cut-webp": WEBP[:-20], "polyglot-head": b"GIF89a/*" + b"\0" * 40 + b"*/=alert(1)//", "mvg": b"push graphic-context\nfill 'url(https://evil.example/x)'", "lfs": b"version https://git-lfs.github.com/spec/v1\n",
}  # fmt: skip

BOMB = zlib.compress(bytes(100_000_000), 9)
EXIF = b"\xff\xe1" + struct.pack(">H", 65_000) + b"Exif\0\0" + bytes(64_992)
# One tile a side fewer than libavif 1.4 takes: it gives up earlier, and in less time, on more.
PIECES = {
    "gif-of-comments": GIF[:-1] + b"!\xfe\x01a\0" * 160_000 + b";", "gif-of-junk": GIF[:-1] + b"\1" * 310_000 + b";", "jpeg-of-passes": _passes(1_000), "jpeg-of-segments": JPEG[:2] + b"\xff\xe1\0\4ab" * 51_000 + JPEG[2:], "jpeg-of-exif": JPEG[:2] + EXIF * 900 + JPEG[20:], "jpeg-of-exif-behind-junk": JPEG[:20] + b"\0" + EXIF * 900 + JPEG[20:], "jpeg-of-junk": JPEG[:20] + bytes(5_000_000) + JPEG[20:], "png-of-chunks": _png_with(_chunk(b"tEXt", b"a\0b") * 51_000),
    "png-text-bomb": _png_with(_chunk(b"zTXt", b"a\0\0" + BOMB)), "png-profile-bomb": _png_with(_chunk(b"iCCP", b"a\0\0" + BOMB)), "png-many-texts": _png_with(*[_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))] * 200),
    "avif-of-tiles": containers.grid(255, 255), "avif-of-frames": containers.moving(250_000), "avif-of-tracks": containers.tracks(30_000),
}  # fmt: skip


def _font(data: bytes) -> dict[str, Any]:
    return {"branding.yaml": {"tagline": "x", "typography": {"heading": "House", "files": [{"family": "House", "src": "fonts/a.woff2"}]}}, "assets/fonts/a.woff2": data}


def _family(*files: bytes) -> dict[str, Any]:
    listed = [{"family": "House", "src": f"fonts/{place:02}.woff2", "weight": str(100 + place)} for place in range(len(files))]
    return {"branding.yaml": {"tagline": "x", "typography": {"heading": "House", "files": listed}}} | {f"assets/fonts/{place:02}.woff2": data for place, data in enumerate(files)}


FONTS = {
    "empty": b"", "signature-alone": b"wOF2", "page": b"<!doctype html><script>alert(1)</script>", "noise": b"\0\1\0\0" + random.Random(4).randbytes(4_000), "many-tables": b"\0\1\0\0\xff\xff" + b"\0" * 200,
    "woff-bomb": b"wOFF\0\1\0\0" + struct.pack(">IHHIHHIIIII", 5_000, 1, 0, 2**31, 1, 0, 0, 0, 0, 0, 0) + b"head" + struct.pack(">IIII", 64, 4_000, 2**31 - 1, 0) + zlib.compress(b"\0" * 3_000_000),
    "ranges": fonts.ranges(), "outlines-of-outlines": fonts.outlines_of_outlines(), "outline-of-itself": fonts.outline_of_itself(), "points-without-end": fonts.points_without_end(), "shapes-by-the-hundred": fonts.shapes(3), "shapes-without-end": fonts.shapes(9),
}  # fmt: skip

CASES: tuple[Case, ...] = (
    *(refused(name, "HS350", "assets/p.jpg", _product("p.jpg", data)) for name, data in REFUSED.items()),
    *(refused(name, "HS350", "assets/p.jpg", _product("p.jpg", data)) for name, data in PIECES.items()),
    inert("font-plain", _font(fonts.plain()), pages=()),
    inert("font-flat", _font(fonts.flat()), pages=()),
    inert("font-narrow", _font(fonts.narrow()), pages=()),
    inert("font-upside-down", _font(fonts.odd("hhea", ascent=-9_000, descent=9_000, lineGap=-32_000)), pages=()),
    inert("font-of-large-letters", _font(fonts.odd("head", unitsPerEm=1)), pages=()),
    inert("font-of-small-letters", _font(fonts.odd("head", unitsPerEm=65_535)), pages=()),
    refused("font-without-an-em", "HS351", "assets/fonts/a.woff2", _font(fonts.odd("head", unitsPerEm=0))),
    inert("font-muttering", _font(fonts.muttering()), pages=()),
    *(refused(f"font-{name}", "HS351", "assets/fonts/a.woff2", _font(data)) for name, data in FONTS.items()),
    inert("avif-of-a-few-tiles", _product("p.jpg", containers.grid(9, 12)), pages=()),
    inert("profile-of-stages", _product("p.jpg", containers.stages(25_000, 25_000)), pages=()),
    inert("profile-of-a-stage-repeated", _product("p.jpg", containers.stages(200_000)), pages=()),
    inert("png-called-jpg", _product("p.jpg", PNG), pages=()),
    inert("metadata", _product("p.jpg", _told()), pages=()),
    inert("script-after-the-end", _product("p.jpg", JPEG + b"<script>alert(1)</script>"), pages=()),
    inert("moving-as-much-as-may-be", _product("p.gif", _gif(60, (900, 900))), pages=()),
    *(Case(f"noise-{seed}", _noise(seed), ("HS350",), "assets/p.jpg", either=True) for seed in range(20)),
)
if os.environ.get("HIGHSTREET_LONG"):  # which takes what all fonts of a shop may take
    CASES += (refused("fonts-together", "HS351", "", _family(*[fonts.points_without_end(10_000, points) for points in range(380, 400)])),)
