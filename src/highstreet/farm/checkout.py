"""Checkouts: the workspace of an errand, in a folder of this machine.

Of a commit, what all shops share is checked out at once, and a shop's folder when it is wanted and was weighed: a few
trees that name each other are a billion files.
"""

from __future__ import annotations

import fcntl
import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.farm.errand import Sources
from highstreet.source.scan import LARGEST_FILE, MOST_NAMES

_LONGEST = 600  # seconds that one request to a repository may take
_MOST_SECONDS = 10  # of processor time to list one shop's files; a hundred thousand take 0.3
_MOST_MEMORY = 512 * 1024 * 1024  # bytes for that
_MOST_BYTES = 64 * 1024**3  # of one shop: 30,000 photographs


class NoSources(Exception):
    """The workspace cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A workspace on this machine, of a commit without the folders of shops that were not brought yet."""

    root: Path
    _sources: Sources
    _place: Path  # of the repository

    def bring(self, handle: str) -> None:
        """Sees to it that the folder of a shop is there, if the commit has one.

        Raises NoSources; Problems when the folder holds more than a shop may.
        """
        if not self._sources.commit or "/" in handle or handle in ("", ".", ".."):
            return
        path, notes = f"{self._sources.inside}tenants/{handle}", self._place / ".git/highstreet"
        done = notes / f"{handle}.done"
        with _alone(notes / f"{handle}.lock"):
            if done.exists():
                return
            if not _weighed(self._place, self._sources.commit, path, handle):
                return
            shutil.rmtree(self._place / path, ignore_errors=True)  # half of it, where somebody was killed
            # With an index of its own: that of all shops would be read and written for each.
            _check_out(self._place, self._sources.commit, [path], GIT_INDEX_FILE=str(notes / f"{handle}.index"))
            done.touch()


def checkout(sources: Sources, folder: Path) -> Checkout:
    """The workspace. A commit is fetched once and lies below `folder` from then on. Raises NoSources."""
    if not sources.commit:
        root = Path(sources.place)
        if not (root / "tenants").is_dir():
            raise NoSources(f"no tenants/ in {root} on this machine")
        return Checkout(root, sources, root)
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", sources.commit) or sources.place.startswith("-"):
        raise NoSources("not a commit of a repository")
    if sources.inside.startswith("/") or ".." in sources.inside.split("/"):
        raise NoSources(f"{sources.inside} lies outside of the repository")
    place = folder / sources.commit
    if not place.is_dir():
        _fetch(sources, place)
    return Checkout(place.resolve() / sources.inside, sources, place.resolve())


def _fetch(sources: Sources, place: Path) -> None:
    """Beside the place first: another worker of this machine may be at it too, and either may be killed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=place.parent, prefix=".new-"))
    try:
        _git(new, "init", "-q")
        try:
            _git(new, "fetch", "-q", "--depth", "1", "--no-tags", "--", sources.place, sources.commit)
        except NoSources:  # a server that gives no commit that is not a branch's newest
            _git(new, "fetch", "-q", "--no-tags", "--", sources.place, "+refs/heads/*:refs/remotes/origin/*")
        _share(sources, new)
        try:
            new.rename(place)
        except OSError:
            if not place.is_dir():
                raise
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _share(sources: Sources, place: Path) -> None:
    """Checks out what all shops share, and a place for these."""
    # Git follows no links of a commit: what lies behind one is this machine's, and no source of any shop.
    if not _listed(place, sources.commit, f"{sources.inside}tenants", "-d"):
        raise NoSources(f"commit {sources.commit[:12]} has no folder {sources.inside}tenants/")
    parts = sources.inside.split("/")  # ends with ""
    above = ["/".join([*parts[:depth], ".gitattributes"]) for depth in range(len(parts))]  # of LFS, for one
    own = [f"{sources.inside}{name}" for name in ("pyproject.toml", "themes", "tenants/.gitattributes")]
    there = [path for path in (*above, *own) if _listed(place, sources.commit, path)]
    if there:
        _check_out(place, sources.commit, there)
    (place / sources.inside / "tenants").mkdir(parents=True, exist_ok=True)
    (place / ".git/highstreet").mkdir()


def _listed(place: Path, commit: str, path: str, *options: str) -> bool:
    return bool(_git(place, "ls-tree", *options, "--name-only", commit, "--", path))


def _check_out(place: Path, commit: str, paths: list[str], **environ: str) -> None:
    _git(place, "checkout", "-q", commit, "--", *(f":(literal){path}" for path in paths), **environ)


def _weighed(place: Path, commit: str, path: str, handle: str) -> int:
    """How many files a shop's folder has in the commit. Raises Problems when these are more, or larger, than may be."""
    command = _command(place, "ls-tree", "-r", "-t", "-l", "-z", commit, "--", path)
    names = files = total = 0
    with subprocess.Popen(command, env=_environ(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        with suppress(OSError, AttributeError):  # ended already, or a system without it
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
        try:
            for row in _rows(process.stdout.fileno()):
                facts, _, name = row.partition(b"\t")
                size = int(facts.split()[3].replace(b"-", b"0"))
                names, files, total = names + 1, files + (b" tree " not in facts), total + size
                if size > LARGEST_FILE:
                    file = os.fsdecode(name).removeprefix(path.removesuffix(handle))
                    found, most = f"{size:,} bytes", f"at most {LARGEST_FILE:,} bytes"
                    raise _refused("HS006", file, "file is too large", found, most)
                if names > MOST_NAMES or total > _MOST_BYTES:
                    found = (
                        f"more than {MOST_NAMES:,} names" if names > MOST_NAMES else f"more than {_MOST_BYTES:,} bytes"
                    )
                    most = f"at most {MOST_NAMES:,} names and {_MOST_BYTES:,} bytes in the commit"
                    raise _refused("HS007", handle, "too many files", found, most)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise NoSources(f"git ls-tree cannot list {path} within {_MOST_SECONDS} s (code {process.returncode})")
    return files


def _rows(file: int) -> Iterator[bytes]:
    """What ends with a NUL each, as it comes."""
    rest = b""
    while piece := os.read(file, 1 << 16):
        *rows, rest = (rest + piece).split(b"\0")
        yield from rows


def _refused(code: str, place: str, message: str, found: str, expected: str) -> Problems:
    fix = "remove it from the repository" if code == "HS006" else "remove what is not needed"
    return Problems([Diagnostic(code, Span(f"tenants/{place}"), message, found, expected, fix)])


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _git(folder: Path, *words: str, **environ: str) -> bytes:
    command = _command(folder, *words)
    try:
        done = subprocess.run(command, env=_environ() | environ, capture_output=True, check=False, timeout=_LONGEST)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NoSources(f"git {words[0]}: {fault}") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines() or ["it does not say why"]
        raise NoSources(f"git {words[0]}: {said[-1]}")
    return done.stdout


def _command(folder: Path, *words: str) -> list[str]:
    alone = ("core.hooksPath=/dev/null", "submodule.recurse=false", "fetch.recurseSubmodules=false")
    return ["git", "-C", str(folder), *(part for setting in alone for part in ("-c", setting)), *words]


def _environ() -> dict[str, str]:
    # Nobody is there to type a password, and a repository's submodules are no sources of ours.
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
