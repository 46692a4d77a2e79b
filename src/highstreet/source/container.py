"""Container: what a picture file claims to be, and whether all of it is there, before any decoder sees it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

Format = Literal["jpeg", "png", "webp", "avif", "gif"]

_MOST_PIECES = 50_000  # segments or chunks; honest ones hold kilobytes each
_MOST_BLOCKS = 300_000  # of a GIF, whose blocks hold 255 bytes at most
_MOST_PASSES = 50  # encoders make about ten
_MOST_EXIF = 16  # segments, 1 MB; Pillow joins them one by one, and cameras write one
_MOST_BOXES = 20_000  # of an AVIF; one of 300 frames or tiles has a thousand
_LARGEST_TABLE = 65_536  # bytes; its reader looks for each row among all others, and honest ones have a few thousand
_PNG = b"\x89PNG\r\n\x1a\n"

# Files that arrive under a picture's name, with what to do about each. Postscript matters most: Pillow would hand
# an EPS called .jpg to Ghostscript.
_FOREIGN = (
    (b"%!PS", "a PostScript (EPS) file", "export it as SVG, JPEG or PNG"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript (EPS) file", "export it as SVG, JPEG or PNG"),
    (b"%PDF", "a PDF document", "export the page as JPEG or PNG"),
    (b"II*\0", "a TIFF picture", "save it as JPEG or PNG"),
    (b"MM\0*", "a TIFF picture", "save it as JPEG or PNG"),
    (b"8BPS", "a Photoshop document", "export it as JPEG or PNG"),
    (b"BM", "a BMP picture", "save it as PNG"),
    (b"\0\0\x01\0", "a Windows icon", "supply the picture as PNG or SVG"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and supply the picture itself"),
    (b"PK\x03\x04", "a ZIP archive", "unpack it and supply the picture itself"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture", "run: git lfs pull"),
    (b"\xff\x0a", "a JPEG XL picture", "save it as JPEG or PNG"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture", "save it as JPEG or PNG"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture", "save it as JPEG or PNG"),
)


def sniff(data: bytes) -> Format | None:
    """The picture format that the first bytes announce; the file's name is never asked."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(_PNG):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if _brands(data) & {b"avif", b"avis"}:
        return "avif"
    return None


def foreign(data: bytes) -> tuple[str, str]:
    """What a file that is no supported picture seems to be, and what to do about it."""
    for magic, name, fix in _FOREIGN:
        if data.startswith(magic):
            return name, fix
    brands = _brands(data)
    if brands & {b"heic", b"heix", b"mif1", b"heim", b"heis"}:
        return "a HEIC photo, as phones take them", "export it as JPEG"
    if brands:
        return "a video", "supply a still picture as JPEG or PNG"
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in data[:4096].lower():
        return "an SVG drawing", "give it a name that ends in .svg"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"{", b"<")):
        return "text, perhaps an error page saved in place of the picture", "download the picture again"
    return "something else", "supply a JPEG, PNG, WebP, AVIF or GIF picture"


def claimed_size(data: bytes, format: Format) -> tuple[int, int] | None:
    """Width and height as written at a fixed place of the header; None where only the decoder knows them.

    Asked before the decoder is, because libwebp sets a whole canvas aside on opening.
    """
    if format == "png" and data[12:16] == b"IHDR":
        return _big(data[16:20]), _big(data[20:24])
    if format == "gif":
        return _little(data[6:8]), _little(data[8:10])
    if format == "webp" and data[12:16] == b"VP8X":
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if format == "webp" and data[12:16] == b"VP8 ":
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    if format == "webp" and data[12:16] == b"VP8L":
        packed = _little(data[21:25])
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    return None


def cut_short(data: bytes, format: Format) -> bool:
    """Whether the file ends before its picture does, as after a broken download. Reads block lengths only.

    It finds exactly the losses over which the decoders give up: a missing last marker of a PNG or GIF is forgiven.
    """
    if format == "jpeg":
        return data.find(b"\xff\xd9", _jpeg_scan(data)) < 0
    if format == "webp":
        return _little(data[4:8]) + 8 > len(data)
    if format == "gif":
        return False  # its blocks are walked by the decoder when frames are counted
    boxes = _png_chunks(data) if format == "png" else _boxes(data)
    return any(end > len(data) for name, end in boxes if name != b"IEND")


def crumbled(data: bytes, format: Format) -> str:
    """What a file has so many of that reading it would take for ever, "" for nothing. Every reader goes through them
    one by one; a progressive JPEG's whole picture is gone through for each of its passes."""
    if format == "jpeg":
        segments = list(islice(_jpeg_segments(data), _MOST_PIECES + 1))
        passes = data.count(b"\xff\xda", segments[-1]) if segments else 0
        if passes > _MOST_PASSES:
            return f"{passes:,} passes over the picture"
        if sum(data[at + 4 : at + 10] == b"Exif\0\0" for at in segments) > _MOST_EXIF:
            return f"more than {_MOST_EXIF} segments of EXIF data"
        return f"more than {_MOST_PIECES:,} segments" if len(segments) > _MOST_PIECES else ""
    if format == "gif":
        return f"more than {_MOST_BLOCKS:,} blocks" if next(islice(_gif_blocks(data), _MOST_BLOCKS, None), 0) else ""
    if format == "png":
        return f"more than {_MOST_PIECES:,} chunks" if next(islice(_png_chunks(data), _MOST_PIECES, None), 0) else ""
    if format == "avif":
        boxes = list(islice(_avif_boxes(data), _MOST_BOXES + 1))
        table = next((name for name, size in boxes if name in _TABLES and size > _LARGEST_TABLE), b"")
        if table:
            return f"a table ({table.decode()}) of more than {_LARGEST_TABLE:,} bytes"
        return f"more than {_MOST_BOXES:,} boxes" if len(boxes) > _MOST_BOXES else ""
    return ""


def _jpeg_scan(data: bytes) -> int:
    """Where the pixels of a JPEG start. An end marker before it belongs to a thumbnail inside the metadata."""
    at = 2
    for at in _jpeg_segments(data):  # noqa: B007
        pass
    return at


def _jpeg_segments(data: bytes) -> Iterator[int]:
    """Where the segments of a JPEG start, up to that of its pixels. Bytes that are none are passed over one by one, and
    what comes after them is read, as readers do."""
    at = 2
    yield at
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker == 0xDA:
            return
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + max(2, _big(data[at + 2 : at + 4]))
        yield at


_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xDA), *range(0xF0, 0xFE)})  # markers that no length follows


def _gif_blocks(data: bytes) -> Iterator[int]:
    """Where the blocks of a GIF end, and those that these are made of. Bytes that are no block are passed over one by
    one, as readers do."""
    at = 13 + _palette(data[10])
    while at + 10 < len(data) and data[at] != 0x3B:
        kind = data[at]
        at += 11 + _palette(data[at + 9]) if kind == 0x2C else 2 if kind == 0x21 else 1
        while kind in (0x2C, 0x21) and at < len(data) and data[at]:
            at += 1 + data[at]
            yield at
        at += kind in (0x2C, 0x21)
        yield at


def _palette(flags: int) -> int:
    """Bytes of a GIF's table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    at = len(_PNG)
    while at + 8 <= len(data):
        name, end = data[at + 4 : at + 8], at + 12 + _big(data[at : at + 4])
        yield name, end
        if name == b"IEND":
            return
        at = end


def _boxes(data: bytes) -> Iterator[tuple[bytes, int]]:
    at = 0
    while at + 8 <= len(data):
        length = _big(data[at : at + 4])
        if length == 1:
            length = _big(data[at + 8 : at + 16])
        if length < 8:
            return  # 0 means "to the end of the file"; anything else below 8 is for the decoder to refuse
        yield data[at + 4 : at + 8], at + length
        at += length


# Of items, their places, properties and references, and of the frames of a moving picture.
_TABLES = frozenset(
    {
        b"iinf",
        b"iloc",
        b"ipma",
        b"iref",
        b"stts",
        b"stsc",
        b"stsz",
        b"stz2",
        b"stco",
        b"co64",
        b"stss",
        b"ctts",
        b"elst",
    }
)
_WITHIN: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"meta", b"moov"}),
    b"meta": frozenset({b"iprp", b"iref"}),
    b"iprp": frozenset({b"ipco"}),
    b"moov": frozenset({b"meta", b"trak"}),
    b"trak": frozenset({b"meta", b"mdia", b"edts"}),
    b"mdia": frozenset({b"minf"}),
    b"minf": frozenset({b"stbl"}),
}  # box → those in it that hold others


def _avif_boxes(data: bytes, name: bytes = b"", at: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int]]:
    """Name and length of every box of an AVIF that its reader goes into."""
    end = len(data) if end is None else end
    while at + 8 <= end:
        length, head, inner = _big(data[at : at + 4]), 8, data[at + 4 : at + 8]
        if length == 1:
            length, head = _big(data[at + 8 : at + 16]), 16
        elif length == 0:
            length = end - at
        if length < head:
            return  # for the decoder to refuse
        yield inner, length
        if inner in _WITHIN.get(name, ()):
            head += 4 if inner in (b"meta", b"iref") else 0
            yield from _avif_boxes(data, inner, at + head, min(at + length, end))
        at += length


def _brands(data: bytes) -> set[bytes]:
    """The brands of an ISO media file (AVIF, HEIC, MP4), empty for any other."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(_big(data[:4]), 256)
    return {data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))}


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
