"""Git: questions about the repository around a workspace. What tenants put into it answers none of them.

A tenant's folder may be a repository of its own with a configuration that names commands, or hold a pipe where git
reads its rules.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LONGEST = 60.0  # seconds: a look at a million files takes some
LONGEST_FOR_ONE = 5.0  # seconds, where git is asked about one tenant's folder
# Of processor time: a repository within this one may hold millions of references for git to sort. An index has some 100
# bytes for each file, of which git looks at 25,000 in a second or more.
_MOST_SECONDS = 6
_MOST_SECONDS_FOR_ONE = 4  # a copied folder is read anew: a gigabyte in two
_BYTES_A_SECOND = 2_500_000
_ABREAST = 8  # most of these questions do nothing but wait
_SHARED = ("themes", "pyproject.toml")
MOST_MEMORY = 512 * 1024 * 1024  # of its own, besides the packs it maps: it reads a HEAD of any size as a whole


class Silent(Exception):
    """Git is not installed, or does not answer; the message says which."""


class Differences(NamedTuple):
    """What of a workspace differs from a commit, by its parts: "tenants/acme", "themes", "pyproject.toml"."""

    parts: frozenset[str]
    unsure: Mapping[str, str]  # tenants' folders of which git cannot tell → what it says


def differences(root: Path, revision: str) -> Differences:
    """What of the workspace at `root` differs from a commit, files included that git does not know yet.

    What a tenant put into its folder can keep git from answering about all of them: a pipe where it looks for rules,
    rules without end, a repository whose HEAD is larger than memory. Then each folder is asked about by itself.

    Raises Silent when git cannot tell even of what is nobody's but the operator's.
    """
    whole, single = (
        _Patience(LONGEST, _MOST_SECONDS + _index_seconds(root)),
        _Patience(LONGEST_FOR_ONE, _MOST_SECONDS_FOR_ONE),
    )
    try:
        return Differences(frozenset(_differing(root, revision, whole, "tenants", *_SHARED)), {})
    except Silent:
        pass
    parts, unsure = set(_differing(root, revision, whole, *_SHARED)), {}
    known = _lines(root, whole, "ls-tree", "--name-only", "-z", revision, "--", "tenants/")
    with suppress(OSError):
        known += [f"tenants/{entry.name}" for entry in os.scandir(root / "tenants")]

    def one(part: str) -> set[str] | Silent:
        try:
            return set(_differing(root, revision, single, part))
        except Silent as why:
            return why

    from concurrent.futures import ThreadPoolExecutor  # late: where git answers for all at once, nobody needs it

    folders = sorted(set(known))
    with ThreadPoolExecutor(_ABREAST) as pool:
        for part, found in zip(folders, pool.map(one, folders), strict=True):
            if isinstance(found, Silent):
                unsure[part] = str(found)
            else:
                parts |= found
    return Differences(frozenset(parts), unsure)


class _Patience(NamedTuple):
    clock: float  # seconds
    processor: int  # seconds


def _index_seconds(root: Path) -> int:
    """Seconds of processor time that looking at every file of the index may take more."""
    place = asked(root, "rev-parse", "--git-path", "index")
    with suppress(OSError):
        return (root / os.fsdecode(place.stdout).rstrip("\n")).stat().st_size // _BYTES_A_SECOND
    return 0


def _differing(root: Path, revision: str, patience: _Patience, *places: str) -> Iterator[str]:
    # Without renames: a file that moved from one tenant to another changed both.
    diff = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", "--relative", revision)
    names = _lines(root, patience, *diff, "--", *(f":(literal){place}" for place in places))
    # Only with the slash: looking for `acme` it would read the rules of `acme-too`, which begins with it.
    folders = (place if place.endswith(".toml") else f"{place}/" for place in places)
    others = ("ls-files", "--others", "--exclude-standard", "-z")
    names += _lines(root, patience, *others, "--", *(f":(literal){folder}" for folder in folders))
    for name in names:
        yield "/".join(name.split("/")[: 2 if name.startswith("tenants/") else 1])


def _lines(root: Path, patience: _Patience, *words: str) -> list[str]:
    done = asked(root, *words, longest=patience.clock, most=patience.processor)
    if done.returncode == -signal.SIGXCPU:
        raise Silent(f"git {words[0]} takes more than {patience.processor} s: is there a repository in the folder?")
    if done.returncode:
        raise Silent(os.fsdecode(done.stderr).strip().partition("\n")[0] or f"git {words[0]} fails")
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def asked(
    root: Path, *words: str, longest: float | None = None, most: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """What git says to a question that changes nothing, within `longest` seconds. Raises Silent.

    With more than `most` seconds of processor time it is ended by SIGXCPU, as its return code tells.

    Of a repository within this one only the commit counts: to know whether its files differ from that, git would run
    what its configuration says (core.fsmonitor, filters).
    """
    # Given with the command: what .gitmodules says of a repository goes before what the configuration says of all.
    outer = ("--ignore-submodules=dirty",) if words[0] in ("status", "diff") else ()
    longest = LONGEST if longest is None else longest
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(root), words[0], *outer, *words[1:]]
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)
    except OSError:
        raise Silent("git is not installed") from None
    with process:
        with suppress(OSError, AttributeError):  # gone already, or a system without it
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
            if most is not None:
                resource.prlimit(process.pid, resource.RLIMIT_CPU, (most, most + 1))
        try:
            out, err = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            process.kill()
            why = f"git {words[0]} does not answer within {longest:g} s: is there a pipe among the files?"
            raise Silent(why) from None
    return subprocess.CompletedProcess(command, process.returncode, out, err)
