"""Compress: br and gzip forms of files, the same bytes wherever they are made, and made once for each content."""

from __future__ import annotations

import zlib
from hashlib import sha256
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from highstreet.action.blobs import write_whole

SUFFIXES = {"br": ".br", "gzip": ".gz"}  # Content-Encoding → ending of the key

# Quality 11 takes about 1.1 s for a megabyte, 9 a tenth of that for 5 % more bytes. Pages change often and are many.
_BEST_UP_TO = 256 * 1024
_RULES = 1  # goes up when the same content shall be compressed to other bytes


def compressed(data: bytes, digest: str, encoding: str, often: bool, cache: Path | None) -> bytes:
    """`data`, whose SHA-256 is `digest`, as `encoding` ("br" or "gzip"). `often`: it is not worth much time."""
    quality = 5 if often else 11 if len(data) <= _BEST_UP_TO else 9
    place = cache / "compressed" / f"{encoding}-{quality}-{_RULES}" / digest[:2] / digest if cache else None
    if place is not None:
        try:
            kept = place.read_bytes()
        except OSError:
            kept = b""
        if kept and sha256(kept[32:]).digest() == kept[:32]:
            return kept[32:]
    made = brotli.compress(data, quality=quality) if encoding == "br" else gzip(data, 6 if often else 9)
    if place is not None:
        write_whole(place, sha256(made).digest() + made)
    return made


def gzip(data: bytes, level: int = 9) -> bytes:
    """Without name, time or system in its header."""
    made = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = made.compress(data) + made.flush()
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + body + tail
