"""Pictures that are sound by what their decoders check, and take them minutes: AVIF with long tables, colour profiles
with stages without end."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

from PIL import Image

Change = Callable[[bytes], bytes]


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, body: bytes, version: int = 0) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]) + body)


def _saved(format: str, size: tuple[int, int], frames: int = 1, **more: object) -> bytes:
    out = io.BytesIO()
    images = [Image.new("RGB", size, (number * 40 % 256, 3, 5)) for number in range(frames)]
    images[0].save(out, format, **({"save_all": True, "append_images": images[1:]} if frames > 1 else {}), **more)
    return out.getvalue()


def _part(data: bytes, kind: bytes) -> bytes:
    at = data.index(kind) - 4
    return data[at : at + struct.unpack_from(">I", data, at)[0]]


def grid(rows: int, columns: int, side: int = 64) -> bytes:
    """An AVIF made of tiles, each an item of its own with the same bytes. Source: ISO 23008-12, 6.6.2.3."""
    tile = _saved("AVIF", (side, side), speed=10)
    coded, count, size = _part(tile, b"mdat")[8:], rows * columns, struct.pack(">II", columns * side, rows * side)
    number = struct.Struct(">H" if count < 65_534 else ">I")  # of an item, from 1
    wide = number.size == 4
    about = bytes([0, 1, rows - 1, columns - 1]) + size
    items = b"".join(_full(b"infe", number.pack(2 + n) + b"\0\0av01\0", 2 + wide) for n in range(count))
    names = number.pack(count + 1) + _full(b"infe", number.pack(1) + b"\0\0grid\0", 2 + wide) + items
    made_of = number.pack(1) + struct.pack(">H", count & 0xFFFF) + b"".join(number.pack(2 + n) for n in range(count))
    shapes = [_full(b"ispe", size), _full(b"ispe", struct.pack(">II", side, side)), _full(b"pixi", b"\3\x08\x08\x08"), _part(tile, b"av1C")]
    worn = number.pack(1) + b"\2\1\3" + b"".join(number.pack(2 + n) + b"\3\2\3\x84" for n in range(count))
    ftyp, idat = _box(b"ftyp", b"avif\0\0\0\0avifmif1miaf"), _box(b"idat", about)

    def meta(start: int) -> bytes:
        places = number.pack(1) + struct.pack(">HHHII", 1, 0, 1, 0, len(about))
        places += b"".join(number.pack(2 + n) + struct.pack(">HHHII", 0, 0, 1, start, len(coded)) for n in range(count))
        return _full(b"meta", b"".join([
            _full(b"hdlr", b"\0\0\0\0pict" + bytes(13)), _full(b"pitm", number.pack(1), wide), _full(b"iloc", b"\x44\0" + number.pack(count + 1) + places, 1 + wide),
            _full(b"iinf", names, wide), _full(b"iref", _box(b"dimg", made_of), wide),
            _box(b"iprp", _box(b"ipco", b"".join(shapes)) + _full(b"ipma", struct.pack(">I", count + 1) + worn, wide)), idat,
        ]))  # fmt: skip

    return ftyp + meta(len(ftyp) + len(meta(0)) + 8) + _box(b"mdat", coded)


def moving(frames: int) -> bytes:
    """A moving AVIF that says it has so many frames, each in a place of its own."""
    row = struct.Struct(">I")
    tables: dict[bytes, Change] = {
        b"stts": lambda _: bytes(4) + row.pack(frames) + row.pack(1) * 2 * frames,
        b"stsc": lambda _: bytes(4) + row.pack(frames) + b"".join(struct.pack(">III", n + 1, 1, 1) for n in range(frames)),
        b"stsz": lambda _: bytes(4) + row.pack(1) + row.pack(frames),
        b"stco": lambda _: bytes(4) + row.pack(frames) + row.pack(500) * frames,
    }
    return _changed(_saved("AVIF", (64, 64), frames=3, speed=10), tables)


def tracks(count: int) -> bytes:
    data = _saved("AVIF", (64, 64), frames=3, speed=10)
    return _changed(data, {b"moov": lambda body: body + _box(b"trak", b"") * count})


def _changed(data: bytes, tables: dict[bytes, Change]) -> bytes:
    """`data` with other bodies of the boxes named."""
    out, at = b"", 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + length]
        body = _changed(body, tables) if kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl") else body
        out += _box(kind, tables[kind](body) if kind in tables else body)
        at += length
    return out


def stages(count: int, there: int = 1) -> bytes:
    """A JPEG with a colour profile of `count` matrices, of which `there` are in the file. Source: ICC.1:2022, 10.16."""
    matrix = b"matf" + bytes(4) + struct.pack(">HH12f", 3, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    places = b"".join(struct.pack(">II", 16 + 8 * count + n % there * len(matrix), len(matrix)) for n in range(count))
    chain = b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, count) + places + matrix * there
    name = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2, 28) + b"\0x"
    light = b"XYZ " + bytes(4) + struct.pack(">III", 0x6FA2, 0x38F5, 0x390)
    curve = b"curv" + bytes(8)
    tags = {b"desc": name, b"cprt": name, b"wtpt": light, b"rXYZ": light, b"gXYZ": light, b"bXYZ": light, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"D2B0": chain, b"D2B1": chain}
    at, listed, body = 132 + 12 * len(tags), b"", b""
    for tag, data in tags.items():
        listed += tag + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x04300000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acspAPPL" + bytes(24) + struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)
    return _saved("JPEG", (600, 400), icc_profile=head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + listed + body)
