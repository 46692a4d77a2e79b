"""FolderStore: a folder as an object store, for `file:///srv/street`.

Objects lie plainly at their keys, so that any file server can serve them. What a file cannot say of itself stands
beside the tree, where no shop's address leads:

    <root>/<key>                                  the bytes
    <root>/.highstreet/headers/<key>@<md5>        their headers, as JSON
    <root>/.highstreet/locks/<00…ff>              held while a key of this share is written
    <root>/.highstreet/new/<writer>               bytes that are not complete yet

The headers' file names the bytes it belongs to and is there first: whenever a writer is stopped, every object has
either its old bytes with their old headers or the new ones with the new.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from hashlib import md5
from itertools import count
from pathlib import Path
from secrets import token_hex

from highstreet.publish.object_store import (
    TOO_LATE,
    Absent,
    Condition,
    Conflict,
    Damaged,
    ETag,
    Fetched,
    Headers,
    Listed,
    Matches,
    Refused,
    Unavailable,
)
from highstreet.publish.wellformed import checked_headers, checked_key, checked_prefix

OWN = ".highstreet"
_LONGEST_NAME = 255 - 33  # a file's name in bytes, less "@" and an MD5
_ABANDONED = 86_400  # seconds after which an incomplete file is nobody's
_numbers = count()


class FolderStore:
    """Objects below `root`, which is made. Safe to use from many threads and processes of one machine at once."""

    def __init__(self, root: Path) -> None:
        self._writer = token_hex(4)  # containers that share a folder may share process ids
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._root = root.resolve()
            self._own = self._root / OWN
            for name in ("headers", "locks", "new"):
                (self._own / name).mkdir(parents=True, exist_ok=True)
            self._sweep()
        except OSError as fault:
            raise Refused(str(root), _told(fault)) from None

    @property
    def name(self) -> str:
        return f"file://{self._root.as_posix().rstrip('/')}/"

    def __repr__(self) -> str:
        return f"FolderStore({self.name!r})"

    def get(self, key: str) -> Fetched | None:
        path = self._path(key)
        with _telling(key):
            # Twice is enough but for a key that is overwritten all the time.
            for _ in range(20):
                body = _read(path)
                if body is None:
                    return None
                etag = _digest(body)
                told = _read(self._described(key, etag))
                if told is not None:
                    return Fetched(body, etag, Headers(*json.loads(told)))
        raise Damaged(key, "its headers are missing: it was not put there by publishing")

    def put(self, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        path = self._path(key)
        checked_headers(headers)
        etag = _digest(body)
        with _telling(key), self._locked(key):
            before = _read(path)
            old = _digest(before) if before is not None else None
            if (isinstance(condition, Absent) and old is not None) or (
                isinstance(condition, Matches) and old != condition.etag
            ):
                raise Conflict(key, "there already" if isinstance(condition, Absent) else "not as expected")
            self._place(self._described(key, etag), json.dumps(headers).encode())
            if isinstance(condition, Matches):
                os.sync()  # what a switched pointer names must outlive a power cut: once for each shop that changed
            self._place(path, body)
            if old not in (None, etag):
                self._described(key, ETag(old or "")).unlink(missing_ok=True)
        return etag

    def copy(self, source: str, target: str, etag: ETag, headers: Headers) -> ETag:
        self._path(target)
        found = self.get(source)
        if found is None or found.etag != etag:
            raise Conflict(source, "not there" if found is None else "not as expected")
        return self.put(target, found.body, headers)

    def delete(self, keys: Sequence[str], within: float | None = None) -> None:
        until = time.monotonic() + within if within is not None else None
        for key, path in [(key, self._path(key)) for key in keys]:
            with _telling(key), self._locked(key):
                if until is not None and time.monotonic() >= until:
                    raise Conflict(key, TOO_LATE)
                body = _read(path)
                if body is None:
                    continue
                path.unlink()
                described = self._described(key, _digest(body))
                described.unlink(missing_ok=True)
                _tidy(path.parent, self._root)
                _tidy(described.parent, self._own / "headers")

    def list(self, prefix: str) -> Iterator[Listed]:
        start = self._root / checked_prefix(prefix)
        self._path(prefix[:-1])
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            with _telling(prefix):
                inside = _inside(folder)
                etags = _etags(self._own / "headers" / folder.relative_to(self._root))
            for entry in inside:
                if entry.is_symlink():
                    raise Refused(prefix, f"a symbolic link lies in the folder: {entry.name}")
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                    continue
                key = Path(entry.path).relative_to(self._root).as_posix()
                with suppress(FileNotFoundError):  # deleted meanwhile
                    known = etags.get(entry.name, ())
                    etag = ETag(known[0]) if len(known) == 1 else _digest(Path(entry.path).read_bytes())
                    stat = entry.stat(follow_symlinks=False)
                    yield Listed(key, etag, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def _path(self, key: str) -> Path:
        """Where the object lies. Raises Refused when a symbolic link is on the way, which could lead anywhere."""
        parts = checked_key(key).split("/")
        if parts[0] == OWN:
            raise ValueError(f"no key: {key!r}")
        if any(len(part.encode()) > _LONGEST_NAME for part in parts):
            raise Refused(key, f"a file's name may have {_LONGEST_NAME} bytes at most")
        way = self._root
        for part in parts:
            way = way / part
            if way.is_symlink():
                raise Refused(key, f"{way.relative_to(self._root)} is a symbolic link")
        return way

    def _described(self, key: str, etag: ETag) -> Path:
        return self._own / "headers" / f"{key}@{etag}"

    @contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        """Only one thread of all processes writes the keys of a share. The system lifts the lock of one that dies."""
        held = os.open(self._own / "locks" / md5(key.encode()).hexdigest()[:2], os.O_RDWR | os.O_CREAT, 0o666)
        try:
            flock(held, LOCK_EX)
            yield
        finally:
            os.close(held)

    def _place(self, path: Path, body: bytes) -> None:
        """Puts a file where it belongs, whole or not at all."""
        new = self._own / "new" / f"{self._writer}-{os.getpid()}-{next(_numbers)}"
        new.write_bytes(body)
        while True:
            try:
                new.replace(path)
                return
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)  # a deletion may take it away once more

    def _sweep(self) -> None:
        for left in (self._own / "new").iterdir():
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()


def _digest(body: bytes) -> ETag:
    return ETag(md5(body).hexdigest())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _inside(folder: Path) -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _etags(folder: Path) -> dict[str, list[str]]:
    """Name of an object → the digests that headers are kept for: two when a writer was stopped halfway."""
    found: dict[str, list[str]] = {}
    for entry in _inside(folder):
        name, _, etag = entry.name.rpartition("@")
        if name and len(etag) == 32:
            found.setdefault(name, []).append(etag)
    return found


def _tidy(folder: Path, root: Path) -> None:
    """Removes folders that have become empty."""
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


@contextmanager
def _telling(key: str) -> Iterator[None]:
    """Turns what the system refuses into what a store refuses."""
    try:
        yield
    except (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError) as fault:
        raise Refused(key, _told(fault)) from None
    except OSError as fault:
        raise Unavailable(key, _told(fault)) from None


def _told(fault: OSError) -> str:
    return (fault.strerror or "the file system refuses").lower()
