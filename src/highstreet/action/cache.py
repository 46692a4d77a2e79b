"""The action cache: what dear actions gave, by their key."""

from __future__ import annotations

from pathlib import Path

from highstreet.action.action import Key
from highstreet.action.blobs import Blobs, write_whole
from highstreet.base.digest import Digest


class ActionCache:
    """Key → digest of the result, whose bytes lie in `blobs`. Shared by all tenants and kept between CI runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "actions"
        self.blobs = Blobs(folder / "blobs")

    def get(self, key: Key) -> bytes | None:
        """The result's bytes, verified, or None when the action must run."""
        try:
            digest = (self._folder / key[:2] / key).read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return None
        # A torn or foreign entry is no digest and so no file name; treat it as absent.
        if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
            return None
        return self.blobs.get(Digest(digest))

    def put(self, key: Key, data: bytes) -> None:
        write_whole(self._folder / key[:2] / key, self.blobs.put(data).encode())
