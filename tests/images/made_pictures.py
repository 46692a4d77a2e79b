"""Pictures made for the tests: sound ones with something to tell apart, and hostile ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms


def corners(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Four flat quarters: red, green, blue and white from the top left, so that every turn shows."""
    image = Image.new("RGB", (width, height))
    for place, color in enumerate(("#e01010", "#10c010", "#1010e0", "#f0f0f0")):
        left, top = (place % 2) * width // 2, (place // 2) * height // 2
        image.paste(color, (left, top, left + width // 2, top + height // 2))
    return image.convert(mode)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)  # type: ignore[arg-type]
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def png(width: int, height: int, depth: int, color: int, rows: bytes, before: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    body = _chunk(b"IHDR", header) + before + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(side: int = 10_450) -> bytes:
    """A few KB (four bits a pixel, all alike) that decode to 437 MB as RGBA."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" + bytes((side + 1) // 2)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 4, 3, 0, 0, 0)
    palette = _chunk(b"PLTE", b"\x80\x80\x80") + _chunk(b"tRNS", b"\x80")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + palette + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def turned(image: Image.Image, orientation: int) -> tuple[Image.Image, bytes]:
    """The picture stored so that this EXIF orientation makes it `image` again, and the EXIF that says so."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    return (image.transpose(back[orientation]) if orientation in back else image), exif.tobytes()


def with_everything_attached() -> dict[str, object]:
    """Save options that attach a camera, a place, an XMP packet, a comment and a colour profile to a JPEG."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x013B] = "SecretArtist"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 22.0, 11.5), 3: "E", 4: (4.0, 53.0, 9.1), 29: "2026:01:02"})
    return {
        "exif": exif.tobytes(),
        "xmp": b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretXmp</x:xmpmeta>",
        "comment": b"SecretComment",
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }


def swapped_profile() -> bytes:
    """A colour profile in which the red and green primaries of sRGB are exchanged: plain to see when it is heeded."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    at = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 136 + 12 * n for n in range(count)}
    red, green = bytes(profile[at[b"rXYZ"] : at[b"rXYZ"] + 8]), bytes(profile[at[b"gXYZ"] : at[b"gXYZ"] + 8])
    profile[at[b"rXYZ"] : at[b"rXYZ"] + 8], profile[at[b"gXYZ"] : at[b"gXYZ"] + 8] = green, red
    where, length = struct.unpack_from(">II", profile, at[b"desc"])
    profile[where : where + length] = bytes(profile[where : where + length]).replace(b"s\0R\0G\0B", b"x\0x\0x\0x")
    return bytes(profile)


def animation(format: str, frames: int = 4, **options: object) -> bytes:
    first, *rest = (Image.new("RGB", (60, 40), (60 * n % 256, n % 251, 200 - 40 * n % 200)) for n in range(frames))
    return encoded(first, format, save_all=True, append_images=rest, duration=120, loop=0, **options)


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"
