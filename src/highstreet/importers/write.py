"""Writing: the edge where an import touches the disk, only ever inside one tenant folder and a file at a time."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span


@dataclass(slots=True)
class Folder:
    """A tenant folder. With `dry` set, everything is read and nothing written; `written` says what was or would be."""

    root: Path
    label: str
    dry: bool = False
    written: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes | None:
        """The file's bytes, or None when there is none: a pipe is no file, and would be waited for without end."""
        place = self._path(path)
        return place.read_bytes() if place.is_file() else None

    def holds(self, path: str) -> bool:
        return self._path(path).is_file()

    def differs(self, path: str, data: bytes) -> bool:
        """Whether a file with other content stands there."""
        there = self._path(path)
        return there.exists() and (
            not there.is_file() or there.stat().st_size != len(data) or there.read_bytes() != data
        )

    def write(self, path: str, data: bytes) -> None:
        """Puts `data` there in one step, so that a crash leaves the old file or the new one; not if it is there."""
        if self.read(path) == data:
            return
        self.written.append(path)
        if self.dry:
            return
        place = self._path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".import-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            mode = place.stat().st_mode & 0o777 if place.exists() else 0o644
            Path(temporary).chmod(mode)
            Path(temporary).replace(place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _path(self, path: str) -> Path:
        """Where `path` stands on disk. Raises Problems HS707 when a symbolic link on the way would lead elsewhere."""
        place, parts = self.root, path.split("/")
        for part in ("", *parts):
            place = place / part
            if place.is_symlink() or (parts.count(part) and part in ("", ".", "..")):
                raise Problems(
                    [
                        Diagnostic(
                            "HS707",
                            Span(f"{self.label}/{path}"),
                            "an import does not write through symbolic links",
                            "a symbolic link",
                            "a plain file or folder",
                            "replace the link by what it points to",
                        )
                    ]
                )
        return place
