"""Checkouts: the workspace of an errand, in a folder of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from highstreet.farm.errand import Sources

_LONGEST = 600  # seconds that one request to a repository may take


class NoSources(Exception):
    """The workspace cannot be had; the message says why."""


def checkout(sources: Sources, folder: Path) -> Path:
    """The workspace's root. A commit is fetched once and lies below `folder` from then on.

    Raises NoSources.
    """
    if not sources.commit:
        root = Path(sources.place)
        if not (root / "tenants").is_dir():
            raise NoSources(f"no tenants/ in {root} on this machine")
        return root
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", sources.commit) or sources.place.startswith("-"):
        raise NoSources("not a commit of a repository")
    place = folder / sources.commit
    if not place.is_dir():
        _fetch(sources, place)
    tenants = place / sources.inside / "tenants"
    if not tenants.is_dir():
        raise NoSources(f"commit {sources.commit[:12]} has no {sources.inside}tenants/")
    # A commit can hold links: what lies behind one is this machine's, and no source of any shop.
    if tenants.resolve() != place.resolve() / sources.inside / "tenants":
        raise NoSources(f"{sources.inside}tenants of commit {sources.commit[:12]} is behind a symbolic link")
    return tenants.resolve().parent


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
        _git(new, "-c", "advice.detachedHead=false", "checkout", "-q", "--detach", sources.commit)
        try:
            new.rename(place)
        except OSError:
            if not place.is_dir():
                raise
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _git(folder: Path, *words: str) -> None:
    # Nobody is there to type a password, and a repository's submodules are no sources of ours.
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null", *words]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_LONGEST)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NoSources(f"git {words[0]}: {fault}") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines() or ["it does not say why"]
        raise NoSources(f"git {words[0]}: {said[-1]}")
