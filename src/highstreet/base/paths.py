"""Paths of a built site: relative, forward slashes, nothing that could leave its folder."""

from __future__ import annotations

import re
from typing import NewType

SitePath = NewType("SitePath", str)

_SAFE = re.compile(r"[A-Za-z0-9_\-.~/@+]+")
_LONGEST = 1024


class UnsafePath(ValueError):
    """A path that must not become a file of the output."""


def site_path(text: str) -> SitePath:
    """`text` as a path below the output root.

    Raises UnsafePath for an absolute path, an empty or dotted segment, a control or non-ASCII character, or a
    segment longer than file systems take. Routes only make ASCII paths, so anything else is an attack or a bug.
    """
    if not text or len(text) > _LONGEST or not _SAFE.fullmatch(text):
        raise UnsafePath(f"not a path inside a site: {text[:80]!r}")
    for segment in text.split("/"):
        if segment in ("", ".", "..") or len(segment) > 255:
            raise UnsafePath(f"not a path inside a site: {text[:80]!r}")
    return SitePath(text)
