"""Snapshots: every file of a tenant folder with its digest, and nothing that is not a plain file inside it."""

from __future__ import annotations

import os
import re
import stat
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.digest import Digest, of_bytes
from highstreet.base.span import Span

MOST_FILES = 60_000
MOST_NAMES = 2 * MOST_FILES  # in all folders, those of folders and hidden files among them: each costs a look
_MOST_REFUSED = 1_000  # names that are told one by one
DEEPEST = 8
LARGEST_FILE = 64 * 1024 * 1024
_KEPT_IN_MEMORY = 256 * 1024  # texts are read once for hashing and kept for parsing; pictures are read again
_KEPT_IN_ALL = 128 * 1024 * 1024  # and texts beyond this: the street's own process scans too, for all tenants
# A file changed this shortly before the scan may change again without its time stamp moving (git's "racy" entries).
_RACY_NS = 2_000_000_000
_TOO_MANY = "HS007"
_NEVER = -1  # ns: a ctime that matches none, since only the system sets it
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_PLAIN = re.compile(r"[A-Za-z0-9 ._-]*[A-Za-z0-9_-]").fullmatch  # nearly every name there is
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.IGNORECASE).fullmatch  # of Windows


class IndexEntry(NamedTuple):
    """What the last scan saw of a file; as long as all of it is the same, the digest need not be computed again.

    An index has an entry for every file of its snapshot, so that one that is gone is missed: what may still change
    unseen has a time that no file has.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    digest: str


class SourceChanged(Exception):
    """A file was edited between scanning and reading it; the caller scans again."""


@dataclass(slots=True)
class SourceFile:
    """One file of a tenant folder. `path` is relative to the folder, with forward slashes."""

    path: str
    size: int
    digest: Digest
    _location: str = field(repr=False, default="")
    _bytes: bytes | None = field(repr=False, default=None)

    def read(self) -> bytes:
        """The bytes that `digest` names. Raises SourceChanged if the file has other bytes by now."""
        if self._bytes is not None:
            return self._bytes
        try:
            data = _read(self._location)
        except OSError as error:
            raise SourceChanged(self.path) from error
        if of_bytes(data) != self.digest:
            raise SourceChanged(self.path)
        if len(data) <= _KEPT_IN_MEMORY:
            self._bytes = data
        return data


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A tenant folder at one moment. `label` is how diagnostics call it: "tenants/acme"."""

    handle: str
    label: str
    files: tuple[SourceFile, ...]  # in path order
    problems: tuple[Diagnostic, ...] = ()
    index: Mapping[str, IndexEntry] = field(default_factory=dict, repr=False)
    linked: bool = False  # whether the folder itself may be a link, as the operator's own may
    _by_path: dict[str, SourceFile] = field(default_factory=dict, repr=False)

    def get(self, path: str) -> SourceFile | None:
        if not self._by_path:
            self._by_path.update((file.path, file) for file in self.files)
        return self._by_path.get(path)

    def below(self, folder: str) -> tuple[SourceFile, ...]:
        """The files whose path begins with `folder` ("assets/")."""
        start = bisect_left(self.files, folder, key=_path)
        end = bisect_left(self.files, folder[:-1] + chr(ord(folder[-1]) + 1), key=_path)
        return self.files[start:end]

    @property
    def names(self) -> dict[str, str]:
        """Digest → path; of files that are alike, the last."""
        return {file.digest: file.path for file in self.files}

    @property
    def cut_short(self) -> bool:
        """Whether the folder has more files than were looked at."""
        return any(problem.code == _TOO_MANY for problem in self.problems)

    @property
    def digest(self) -> Digest:
        """Digest over every path and content, and over what was refused."""
        rows = [f"{file.path}\0{file.digest}\n" for file in self.files]
        rows += [f"!{problem.code} {problem.span}\n" for problem in self.problems]
        return Digest(sha256("".join(rows).encode()).hexdigest())


def _path(file: SourceFile) -> str:
    return file.path


def scan(folder: Path, label: str, known: Mapping[str, IndexEntry] | None = None, *, linked: bool = False) -> Snapshot:
    """Everything in `folder`, sorted; `known` is the index of the last scan and only ever saves reading.

    Symbolic links, devices, names that cannot be a path on every system and files beyond the caps are not read:
    each becomes a diagnostic. Names starting with "." and editors' backup files ("…~", "#…#") are not source.
    Folders are entered by descriptor, so one that is swapped for a link meanwhile leads nowhere; `folder` itself may be
    a link when it is `linked`.
    """
    walk = _Walk(label, known or {})
    walk.enter(_top(folder, linked), None, f"{folder}/", "")
    walk.files.sort(key=_path)
    walk.refuse_case_clashes(walk.files)
    return Snapshot(folder.name, label, tuple(walk.files), tuple(walk.problems), walk.index, linked)


def _top(folder: Path, linked: bool) -> str:
    """The path to open a scanned folder by: with a slash at its end, the system follows a link."""
    return f"{folder}/" if linked else str(folder)


def untouched(folder: Path, known: Mapping[str, IndexEntry]) -> bool:
    """Whether a scan of `folder` would find exactly what `known`, the index of one without problems, says: a look
    at time stamps that makes no objects. False also says that only a scan can tell.
    """
    try:
        top = os.open(folder, _DIRECTORY)
        try:
            return _untouched(top, "", known, count(MOST_NAMES, -1)) == len(known)
        finally:
            os.close(top)
    except OSError:
        return False


def _untouched(folder: int, prefix: str, known: Mapping[str, IndexEntry], left: Iterator[int]) -> int:
    """How many files there are below an open folder, each as `known`; more than there can be when one is not, or when
    there are more names than are `left` to look at."""
    found = 0
    with os.scandir(folder) as listing:
        for entry in listing:
            name = entry.name
            if next(left) <= 0:
                return MOST_FILES + 1
            before = known.get(prefix + name)
            if before is not None:
                # By descriptor: the system need not walk the whole path.
                if not _same(entry.stat(follow_symlinks=False), before):
                    return MOST_FILES + 1
                found += 1
            elif not _ignored(name):
                if not entry.is_dir(follow_symlinks=False) or not portable(name) or prefix.count("/") >= DEEPEST:
                    return MOST_FILES + 1
                inner = os.open(name, _DIRECTORY, dir_fd=folder)
                try:
                    found += _untouched(inner, f"{prefix}{name}/", known, left)
                finally:
                    os.close(inner)
    return found


def _same(info: os.stat_result, entry: IndexEntry) -> bool:
    """Whether a file is the one that the index has. By position: an index that was kept has plain tuples."""
    return (
        info.st_mtime_ns == entry[1]
        and info.st_size == entry[0]
        and info.st_ctime_ns == entry[2]
        and info.st_ino == entry[3]
    )


def rescan(before: Snapshot, folder: Path, changed: Iterable[Path] | None = None) -> Snapshot:
    """`folder` as it is now; `before` is an earlier state of it. Files that are the same keep their object.

    `changed` are the only places that may differ, files or folders, with None for any. What the editor of a file
    leaves for a moment beside it does not matter.
    """
    files = list(before.files)
    read = set()
    for place in () if changed is None else changed:
        if not place.is_relative_to(folder):
            continue
        path = place.relative_to(folder).as_posix()
        if path == ".":
            return _compared(before, folder)
        if any(_ignored(name) for name in path.split("/")):
            continue
        at = bisect_left(files, path, key=_path)
        known = at < len(files) and files[at].path == path
        try:
            info = place.lstat()
        except OSError:
            if known or any(file.path.startswith(f"{path}/") for file in before.below(f"{path}/")):
                return _compared(before, folder)
            continue
        if not known or not stat.S_ISREG(info.st_mode) or info.st_size > LARGEST_FILE or before.problems:
            return _compared(before, folder)
        data = _read_below(_top(folder, before.linked), path)
        read.add(path)
        digest = of_bytes(data)
        if digest != files[at].digest:
            kept = data if len(data) <= _KEPT_IN_MEMORY else None
            files[at] = SourceFile(path, len(data), digest, str(place), kept)
    if changed is None:
        return _compared(before, folder)
    # Without the time stamps of what was read: they may be too young to be trusted, and the next scan finds out.
    index = dict(before.index)
    for path in read:
        index[path] = IndexEntry(*index[path])._replace(ctime_ns=_NEVER)  # an index that was kept has plain tuples
    return Snapshot(before.handle, before.label, tuple(files), before.problems, index, before.linked)


def _compared(before: Snapshot, folder: Path) -> Snapshot:
    """A whole scan, with the objects of `before` where nothing changed."""
    now = scan(folder, before.label, before.index, linked=before.linked)
    files = []
    for file in now.files:
        old = before.get(file.path)
        files.append(old if old is not None and (old.digest, old.size) == (file.digest, file.size) else file)
    return Snapshot(now.handle, now.label, tuple(files), now.problems, now.index, now.linked)


def _read(name: str, within: int | None = None) -> bytes:
    """The file `name` in an open folder, or wherever its path leads from here."""
    # O_NOFOLLOW: a link put there after the listing must not lead outside the folder.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(name, flags, dir_fd=within), "rb") as file:
        return file.read(LARGEST_FILE + 1)


def _read_below(folder: str, path: str) -> bytes:
    """The file `path` of a folder, however deep in it, and never one behind a link. Raises OSError."""
    *parts, name = path.split("/")
    at = os.open(folder, _DIRECTORY)
    try:
        for part in parts:
            inner = os.open(part, _DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
        return _read(name, at)
    finally:
        os.close(at)


class _Walk:
    def __init__(self, label: str, known: Mapping[str, IndexEntry]) -> None:
        self.label = label
        self.known = known
        self.problems: list[Diagnostic] = []
        self.files: list[SourceFile] = []
        self.index: dict[str, IndexEntry] = {}
        self.full = False  # nothing more is looked at
        self._names = 0
        self._racy_from = time.time_ns() - _RACY_NS
        self._kept = 0  # bytes

    def refuse(self, code: str, path: str, message: str, found: str, expected: str, fix: str) -> None:
        self.problems.append(Diagnostic(code, Span(f"{self.label}/{path}"), message, found, expected, fix))
        if len(self.problems) == _MOST_REFUSED:
            self.refuse_more(f"more than {_MOST_REFUSED:,} that are refused")

    def refuse_more(self, found: str = f"more than {MOST_FILES:,}") -> None:
        if not self.full:
            self.full = True
            expected = f"at most {MOST_FILES:,} files in a tenant folder"
            self.refuse(_TOO_MANY, ".", "too many files", found, expected, "remove what is not needed")

    def enter(self, name: str, within: int | None, location: str, prefix: str) -> None:
        """Takes every file below the folder `name` of an open one, and refuses what is no file or one too many.

        `location` is where the folder lies, and `prefix` what paths in it begin with.
        """
        try:
            folder = os.open(name, _DIRECTORY, dir_fd=within)
            try:
                with os.scandir(folder) as listing:
                    # One more than may be: a folder of a million names is refused without holding them all.
                    entries = sorted(islice(listing, MOST_FILES + 1), key=lambda entry: entry.name)
                if len(entries) > MOST_FILES:
                    self.refuse_more()
                self.visit(entries, folder, location, prefix)
            finally:
                os.close(folder)
        except OSError as error:
            self.unreadable(prefix.rstrip("/") or ".", error, "a folder this user may list", "check its permissions")

    def unreadable(self, path: str, error: OSError, expected: str, fix: str) -> None:
        self.refuse("HS001", path, "cannot be read", error.strerror or "an error of the system", expected, fix)

    def visit(self, entries: list[os.DirEntry[str]], folder: int, location: str, prefix: str) -> None:
        for entry in entries:
            self._names += 1
            if self._names > MOST_NAMES:
                self.refuse_more(f"more than {MOST_NAMES:,}, folders and hidden files included")
            if self.full:
                return
            name = entry.name
            if _ignored(name):
                continue
            path = prefix + name
            if not portable(name):
                shown = prefix + name.encode("utf-8", "backslashreplace").decode("ascii", "backslashreplace")
                self.refuse(
                    "HS004",
                    shown,
                    "file name works on some systems only",
                    ascii(name),
                    "letters, digits, spaces, dots, hyphens and underscores",
                    "rename the file",
                )
            elif entry.is_symlink():
                self.refuse(
                    "HS002",
                    path,
                    "symbolic links are not followed",
                    "a symbolic link",
                    "a file inside the tenant folder",
                    "copy the file to this place",
                )
            elif entry.is_dir(follow_symlinks=False):
                if path.count("/") >= DEEPEST:
                    self.refuse(
                        "HS005",
                        path,
                        "folders are nested too deeply",
                        f"more than {DEEPEST} levels",
                        f"at most {DEEPEST} levels",
                        "move the files up",
                    )
                else:
                    self.enter(name, folder, f"{location}{name}/", path + "/")
            else:
                info = entry.stat(follow_symlinks=False)
                if not stat.S_ISREG(info.st_mode):
                    self.refuse(
                        "HS003", path, "not a plain file", "a pipe, socket or device", "a plain file", "delete it"
                    )
                elif info.st_size > LARGEST_FILE:
                    self.refuse(
                        "HS006",
                        path,
                        "file is too large",
                        f"{info.st_size:,} bytes",
                        f"at most {LARGEST_FILE:,} bytes",
                        "make it smaller or serve it from elsewhere",
                    )
                elif len(self.files) >= MOST_FILES:
                    self.refuse_more()
                else:
                    self.take(name, folder, location, path, info)

    def take(self, name: str, folder: int, location: str, path: str, info: os.stat_result) -> None:
        """The file `name` of an open folder, read unless the index knows what is in it."""
        entry = self.known.get(path)
        if entry is not None and _same(info, entry):
            self.index[path] = entry
            self.files.append(SourceFile(path, entry[0], Digest(entry[4]), location + name))
            return
        try:
            data: bytes | None = _read(name, folder)
        except OSError as error:
            self.unreadable(path, error, "a file this user may read", f"check the permissions of {path}")
            return
        assert data is not None
        digest = of_bytes(data)
        self._kept += len(data)
        if len(data) > _KEPT_IN_MEMORY or self._kept > _KEPT_IN_ALL:
            data = None
        changed = info.st_ctime_ns if max(info.st_mtime_ns, info.st_ctime_ns) < self._racy_from else _NEVER
        self.index[path] = IndexEntry(info.st_size, info.st_mtime_ns, changed, info.st_ino, digest)
        self.files.append(SourceFile(path, info.st_size, digest, location + name, data))

    def refuse_case_clashes(self, files: list[SourceFile]) -> None:
        seen: dict[str, str] = {}
        for file in files:
            same = file.path.lower()
            if not same.isascii():  # Macs also take as one what has accents in its letters and beside them
                same = normalize("NFC", normalize("NFC", file.path).casefold())
            other = seen.setdefault(same, file.path)
            if other != file.path:
                self.refuse(
                    "HS008",
                    file.path,
                    "two file names are one on some systems",
                    other,
                    "names that differ in more than case and spelling of accents",
                    "rename one of them",
                )


def _ignored(name: str) -> bool:
    """Hidden files, and what editors leave."""
    return name[0] == "." or name[-1] == "~" or (name[0] == "#" and name[-1] == "#")


def portable(name: str) -> bool:
    """Whether a file of this name can lie on every system, in a checkout and in a published site."""
    if _DEVICES(name):
        return False
    if len(name) <= 63 and _PLAIN(name):
        return True
    return (
        name.isprintable()
        and name[-1] not in ". "  # Windows leaves them away
        and not any(c in '\\:*?"<>|' for c in name)
        and len(name.encode("utf-8", "replace")) <= 255
    )
