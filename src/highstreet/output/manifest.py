"""The manifest: every file of a built site with its digest, type and how long it may be cached."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from highstreet.base.digest import Digest, of_data

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "webmanifest": "application/manifest+json; charset=utf-8",
    "speculationrules": "application/speculationrules+json",
    "avif": "image/avif",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
}
_FINGERPRINT = re.compile(r"^assets/.+\.[0-9a-f]{16}\.[a-z0-9]+$")

Caching = Literal["immutable", "revalidate"]


class Entry(NamedTuple):
    path: str
    digest: str
    size: int
    media_type: str
    caching: Caching


@dataclass(frozen=True, slots=True)
class Manifest:
    """Entries in path order. Two builds of the same shop have the same digest, whoever made them and wherever."""

    entries: tuple[Entry, ...]

    @property
    def digest(self) -> Digest:
        return of_data(self.entries)


def manifest(files: Iterable[tuple[str, str, int]]) -> Manifest:
    """From (path, digest, size) of every output."""
    return Manifest(
        tuple(Entry(path, digest, size, media_type(path), caching(path)) for path, digest, size in sorted(files))
    )


def media_type(path: str) -> str:
    extension = path.rpartition(".")[2].lower()
    return TYPES.get(extension) or (
        "text/plain; charset=utf-8"
        if "." not in path
        else mimetypes.types_map.get(f".{extension}", "application/octet-stream")
    )


def caching(path: str) -> Caching:
    """Fingerprinted files never change; everything else is asked for again."""
    return "immutable" if _FINGERPRINT.match(path) else "revalidate"
