"""Blobs: bytes kept by their digest, shared by all tenants and verified when read."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from highstreet.base.digest import Digest, of_bytes


class Blobs:
    """Content-addressed storage in a folder. Safe for several processes: files appear whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, digest: Digest) -> Path:
        return self._folder / digest[:2] / digest

    def get(self, digest: Digest) -> bytes | None:
        """The bytes, or None if they are absent or damaged (a damaged blob is removed)."""
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if of_bytes(data) != digest:
            path.unlink(missing_ok=True)
            return None
        return data

    def put(self, data: bytes) -> Digest:
        digest = of_bytes(data)
        path = self.path(digest)
        if not path.exists():
            write_whole(path, data)
        return digest


def write_whole(path: Path, data: bytes) -> None:
    """Writes `path` so that readers see the old content or all of the new, never a part."""
    import tempfile  # late: a run that finds nothing to do writes nothing

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".hs-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
