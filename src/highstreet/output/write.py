"""Writing a site: only what changed, each file whole, nothing left behind that is not part of it."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from highstreet.action.action import Key
from highstreet.action.executor import ActionResult
from highstreet.base.digest import Digest
from highstreet.output.state import Output

_IN_MEMORY = 64 * 1024 * 1024


class Stage:
    """Results waiting until all of a tenant's actions have succeeded; beyond 64 MB they wait in a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[tuple[str, Key, Digest, int, bytes | tuple[int, int] | None]] = []
        self._held = 0
        self._file: int | None = None
        self._end = 0

    def add(self, result: ActionResult) -> None:
        kept: bytes | tuple[int, int] | None = result.data
        if result.data is not None:
            if self._held + len(result.data) > _IN_MEMORY:
                kept = self._spill(result.data)
            else:
                self._held += len(result.data)
        self._rows.append((result.action.path, result.action.key, result.digest, result.size, kept))

    def _spill(self, data: bytes) -> tuple[int, int]:
        if self._file is None:
            import tempfile  # late: few sites are that large

            self._folder.mkdir(parents=True, exist_ok=True)
            self._file, name = tempfile.mkstemp(dir=self._folder, prefix=".hs-stage-")
            os.unlink(name)  # noqa: PTH108  # it lives as long as the descriptor
        written = 0
        while written < len(data):
            written += os.pwrite(self._file, data[written:], self._end + written)
        self._end += len(data)
        return self._end - len(data), len(data)

    def rows(self) -> Iterable[tuple[str, Key, Digest, int, bytes | None]]:
        """(path, key, digest, size, data); data None where the file in place is right."""
        for path, key, digest, size, kept in self._rows:
            if isinstance(kept, tuple):
                assert self._file is not None
                yield path, key, digest, size, os.pread(self._file, kept[1], kept[0])
            else:
                yield path, key, digest, size, kept

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)


def write(folder: Path, stage: Stage, found: Mapping[str, Output]) -> tuple[dict[str, Output], int]:
    """Makes `folder` hold exactly what `stage` holds. `found` are the outputs of the last build that still lie there as
    written. Gives the new outputs and how many files were written.
    """
    if folder.exists() and not folder.is_dir():
        folder.unlink()
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    root = f"{folder}/"
    made: set[str] = {""}
    outputs: dict[str, Output] = {}
    written = 0
    for path, key, digest, size, data in stage.rows():
        known = found.get(path)
        if known is not None and known[1] == digest:
            outputs[path] = Output(key, digest, size, known[3])
            continue
        assert data is not None
        parent = path.rpartition("/")[0]
        if parent not in made:
            _directory(root, parent, made)
        place = root + path
        if fresh:  # nobody reads a site that was not there a moment ago
            moment = _lay(place, data)
            written += 1
        else:
            if not _same(place, data):
                _replace(place, data)
                written += 1
            moment = os.stat(place).st_mtime_ns  # noqa: PTH116  # hot
        outputs[path] = Output(key, digest, size, moment)
    if not fresh:
        remove_strays(folder, set(outputs))
    return outputs, written


def _directory(root: str, path: str, made: set[str]) -> None:
    """Makes `path` a directory of the site, whatever lay there: the file of a page that had this path before, or a
    link, which would take the site's files elsewhere."""
    parent = path.rpartition("/")[0]
    if parent not in made:
        _directory(root, parent, made)
    place = root + path
    try:
        os.mkdir(place)  # noqa: PTH102  # hot
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            os.unlink(place)  # noqa: PTH108
            os.mkdir(place)  # noqa: PTH102
    made.add(path)


def _same(place: str, data: bytes) -> bool:
    try:
        info = os.lstat(place)
        if info.st_size != len(data) or not os.path.isfile(place) or os.path.islink(place):  # noqa: PTH113, PTH114
            return False
        with open(place, "rb") as file:
            return file.read() == data
    except OSError:
        return False


def _lay(place: str, data: bytes) -> int:
    """Writes a file where there is none, and never through a link put there meanwhile; its time stamp in ns."""
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        written = os.write(file, data)
        while written < len(data):  # a full disk takes a part, and refuses the rest
            written += os.write(file, data[written:])
        return os.fstat(file).st_mtime_ns
    finally:
        os.close(file)


def _replace(place: str, data: bytes) -> None:
    temporary = f"{place}.hs-{os.getpid()}"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
        try:
            os.replace(temporary, place)  # noqa: PTH105  # hot
        except (IsADirectoryError, PermissionError):
            _clear(Path(place))
            os.replace(temporary, place)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _clear(place: Path) -> None:
    """Removes a directory that lies where a file must be."""
    for folder, directories, files in os.walk(place, topdown=False):
        for name in files:
            (Path(folder) / name).unlink()
        for name in directories:
            inner = Path(folder) / name
            inner.unlink() if inner.is_symlink() else inner.rmdir()
    place.rmdir()


def remove_strays(folder: Path, wanted: set[str]) -> int:
    """Removes every file below `folder` that is not wanted, and directories left empty. Links are never followed."""
    removed = 0
    top = len(os.fspath(folder)) + 1
    full: set[str] = set()  # directories that something wanted lies in
    for current, directories, files in os.walk(folder, topdown=False):
        prefix = current[top:] + "/" if len(current) >= top else ""
        kept = False
        for name in files:
            if prefix + name in wanted:
                kept = True
            else:
                os.unlink(f"{current}/{name}")  # noqa: PTH108  # hot
                removed += 1
        for name in directories:
            place = f"{current}/{name}"
            if place in full:
                kept = True
            elif os.path.islink(place):  # noqa: PTH114
                os.unlink(place)  # noqa: PTH108
                removed += 1
        if kept:
            full.add(current)
        elif prefix:
            with contextlib.suppress(OSError):
                os.rmdir(current)  # noqa: PTH106
    return removed


def remove_site(folder: Path) -> None:
    """Removes a whole built site."""
    remove_strays(folder, set())
    with contextlib.suppress(OSError):
        folder.rmdir()
