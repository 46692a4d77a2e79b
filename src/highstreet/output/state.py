"""State: what the last build of a tenant saw and left, so that the next one can tell what is still right."""

from __future__ import annotations

import marshal
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, NamedTuple, cast

from highstreet.action.action import Key
from highstreet.action.blobs import write_whole
from highstreet.base.digest import Digest
from highstreet.source.scan import IndexEntry

_FORMAT = b"highstreet-state-8\n"


class Output(NamedTuple):
    """One file of a built site. The time stamp only ever tells that a file was touched, never what is in it."""

    key: Key
    digest: Digest
    size: int
    mtime_ns: int


class Outputs(Mapping[str, Output]):
    """The files of a built site by path, in columns: nearly every build reads nothing but sizes and time stamps, and
    making keys and digests of 50,000 files into objects takes as long as asking the system for half of them.
    """

    __slots__ = ("_rows", "columns")

    def __init__(self, columns: tuple[list[str], str, str, list[int], list[int]] = ([], "", "", [], [])) -> None:
        self.columns = columns  # paths, keys and digests (each a line a file), sizes in bytes, time stamps in ns
        self._rows: dict[str, Output] | None = None

    @classmethod
    def of(cls, rows: Mapping[str, Output]) -> Outputs:
        keys, digests = "\n".join(row.key for row in rows.values()), "\n".join(row.digest for row in rows.values())
        made = cls((list(rows), keys, digests, [row[2] for row in rows.values()], [row[3] for row in rows.values()]))
        made._rows = dict(rows)
        return made

    @property
    def rows(self) -> dict[str, Output]:
        if self._rows is None:
            paths, keys, digests, sizes, moments = self.columns
            split = keys.split("\n"), digests.split("\n")
            rows = map(Output, *cast("tuple[list[Key], list[Digest]]", split), sizes, moments)
            self._rows = dict(zip(paths, rows, strict=False))
        return self._rows

    def __getitem__(self, path: str) -> Output:
        return self.rows[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns[0])

    def __len__(self) -> int:
        return len(self.columns[0])


@dataclass(slots=True)
class State:
    """Per tenant, in one file of the cache. `site_key` "" means: a write was begun and may not have ended."""

    site_key: str = ""
    theme: str = ""  # name of the theme the site was made with
    since: str = ""  # ISO instants between which the schedule gives the same site; "" unbounded
    until: str = ""
    sources: str = ""  # digest of the snapshot it was made from
    index: dict[str, IndexEntry] = field(default_factory=dict)
    outputs: Outputs = field(default_factory=Outputs)
    directories: dict[str, int] = field(default_factory=dict)  # path → time stamp in ns
    pictures: dict[str, tuple[object, ...]] = field(default_factory=dict)  # digest → what was found out about it
    warnings: list[tuple[object, ...]] = field(default_factory=list)  # diagnostics to repeat when nothing is built
    manifest: str = ""  # digest of the manifest
    pages: int = 0
    bytes: int = 0
    status: str = "live"  # draft | live | suspended
    domains: list[str] = field(default_factory=list)  # hosts of the shop's own, the first canonical

    def found(self, folder: Path) -> dict[str, Output]:
        """Outputs that lie in `folder` with the bytes they were written with, each with its time stamp as it is now.

        One that moved says that the file must be read: a copy, such as a cache of CI, need not keep any.
        """
        found: dict[str, Output] = {}
        root = f"{folder}/"
        real = {"": True}
        for path, output in self.outputs.items():
            try:
                info = os.lstat(root + path)
            except OSError:
                continue
            if not _real(root, path.rpartition("/")[0], real):
                continue
            if info.st_size != output[2] or not stat.S_ISREG(info.st_mode):
                continue
            if info.st_mtime_ns == output[3]:
                found[path] = output
            elif _digest(root + path) == output[1]:
                found[path] = output._replace(mtime_ns=info.st_mtime_ns)
        return found

    def intact(self, folder: Path) -> bool:
        """Whether every output lies as it was written and nothing lies beside those that share a directory.

        Listing 50,000 directories takes twice as long as asking for their time stamps, which move when a name in them
        comes or goes.
        """
        paths, _, _, sizes, moments = self.outputs.columns
        try:
            root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return False
        look = partial(os.stat, dir_fd=root, follow_symlinks=False)
        try:
            for info, size, moment in zip(map(look, paths), sizes, moments, strict=True):
                if info.st_size != size or info.st_mtime_ns != moment:
                    return False
            for path, moment in self.directories.items():
                info = look(path or ".")
                if info.st_mtime_ns != moment or not stat.S_ISDIR(info.st_mode):
                    return False
        except OSError:
            return False
        finally:
            os.close(root)
        return True


def directories(folder: Path, paths: Iterable[str]) -> dict[str, int]:
    """The time stamps of the directories of the site in `folder`, whose files are `paths`.

    Those of one page alone are left out: they are half of all that could be looked at, and nobody comes by a file that
    lies beside a page. What is laid there is removed when the site is next written.
    """
    inside: dict[str, int] = {"": 2}
    for path in paths:
        inside[path] = 0
        while path:
            path = path.rpartition("/")[0]
            inside[path] = inside.get(path, 0) + 1
            if inside[path] > 1:
                break
    return {
        path: os.lstat(f"{folder}/{path}" if path else folder).st_mtime_ns for path, many in inside.items() if many > 1
    }


def _digest(path: str) -> str:
    """Of a file's bytes, however many; "" when it cannot be read."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _real(root: str, directory: str, known: dict[str, bool]) -> bool:
    """Whether no link lies on the way from the site's root to `directory`: what is behind one is not in this site."""
    found = known.get(directory)
    if found is None:
        inside = _real(root, directory.rpartition("/")[0], known)
        found = known[directory] = inside and not os.path.islink(root + directory)  # noqa: PTH114  # hot
    return found


def load_pack(path: Path, *names: str) -> dict[str, Any] | None:
    """The plain data in `path`; None when there is none, it is damaged, another version wrote it, or it lacks one of
    `names`, as a pack of another kind does."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body = data[len(_FORMAT) + 32 :]
    if not data.startswith(_FORMAT) or data[len(_FORMAT) : len(_FORMAT) + 32] != sha256(body).digest():
        return None
    try:  # marshal is fast and makes nothing but plain data
        fields: dict[str, Any] = marshal.loads(body)
    except (EOFError, ValueError, TypeError):  # a digest that is right tells that bytes are whole, not whose they are
        return None
    return fields if isinstance(fields, dict) and fields.keys() >= set(names) else None


def save_pack(path: Path, fields: dict[str, Any]) -> None:
    body = marshal.dumps(fields, 2)
    write_whole(path, _FORMAT + sha256(body).digest() + body)


def load(path: Path) -> State:
    """The state in `path`, or an empty one."""
    fields = load_pack(path)
    if fields is None or fields.keys() != set(State.__slots__) or not _sound(fields):
        return State()
    fields["outputs"] = Outputs(fields["outputs"])
    # The index stays the plain tuples it was kept as: they are only ever read by position.
    return State(**fields)


def _sound(fields: Mapping[str, Any]) -> bool:
    """Whether the fields are of their kinds and tell equally much of each output. Whoever can write the cache can make
    a state whose digest is right; what it says must not stop a build."""
    usual, columns = State(), fields["outputs"]
    if any(type(fields[name]) is not type(getattr(usual, name)) for name in State.__slots__ if name != "outputs"):
        return False
    if not (isinstance(columns, tuple) and tuple(map(type, columns)) == (list, str, str, list, list)):
        return False
    paths, keys, digests, sizes, moments = columns
    lines = {keys.count("\n") + 1, digests.count("\n") + 1} if paths else {len(keys), len(digests)}
    index, folders = fields["index"], fields["directories"]
    return (
        {*lines, len(sizes), len(moments)} == {len(paths)}
        and _all(str, paths, index, folders, fields["pictures"], fields["domains"])
        and _all(int, sizes, moments, folders.values())
        and _all(tuple, index.values(), fields["pictures"].values(), fields["warnings"])
        and set(map(len, index.values())) <= {len(IndexEntry._fields)}
    )


def _all(kind: type, *values: Iterable[object]) -> bool:
    return all(set(map(type, some)) <= {kind} for some in values)


def save(path: Path, state: State) -> None:
    fields = {name: getattr(state, name) for name in State.__slots__}
    fields["index"] = {name: tuple(entry) for name, entry in state.index.items()}
    fields["outputs"] = state.outputs.columns
    save_pack(path, fields)


def spoil(path: Path) -> None:
    """Marks the state as unfinished before output is touched: a crash from here on makes the next build look again.

    The file stays, since it also says that the output is ours to remove when the tenant is gone.
    """
    save(path, State())
