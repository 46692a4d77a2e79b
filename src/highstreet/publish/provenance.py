"""Provenance: who publishes, and which commit, as git and CI services tell it. Works without either."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from highstreet.base.git import Silent, asked, differences
from highstreet.base.printable import printable
from highstreet.model.publishing import bare
from highstreet.model.secrets import masked
from highstreet.publish.release import Commit

# Variable that names the service → who asked for the run, where to read about it, commit, commit's time. {NAME}s are
# other variables. Only these are ever read: nothing else of the environment can reach a log.
_SERVICES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "GITHUB_ACTIONS",
        "{GITHUB_ACTOR}",
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
        "GITHUB_SHA",
        "",
    ),
    ("GITLAB_CI", "{GITLAB_USER_LOGIN}", "{CI_JOB_URL}", "CI_COMMIT_SHA", "CI_COMMIT_TIMESTAMP"),
    ("BUILDKITE", "{BUILDKITE_BUILD_CREATOR}", "{BUILDKITE_BUILD_URL}", "BUILDKITE_COMMIT", ""),
    ("CIRCLECI", "{CIRCLE_USERNAME}", "{CIRCLE_BUILD_URL}", "CIRCLE_SHA1", ""),
    ("TF_BUILD", "{BUILD_REQUESTEDFOR}", "{BUILD_BUILDNUMBER}", "BUILD_SOURCEVERSION", ""),
    ("BITBUCKET_BUILD_NUMBER", "Bitbucket", "{BITBUCKET_BUILD_NUMBER}", "BITBUCKET_COMMIT", ""),
    ("JENKINS_URL", "{BUILD_USER_ID}", "{BUILD_URL}", "GIT_COMMIT", ""),
    ("CI", "{CI_COMMIT_AUTHOR}", "{CI_PIPELINE_URL}", "CI_COMMIT_SHA", "CI_COMMIT_TIMESTAMP"),
)


@dataclass(frozen=True)
class Provenance:
    """Where the sources of this workspace stand."""

    root: Path
    who: str  # such as "mara (https://github.com/o/r/actions/runs/1)"; "" when nobody knows
    commit: Commit  # of the workspace, `dirty` not yet told
    note: str = ""  # why git could not tell, for people

    def of(self, handle: str) -> Commit:
        """The commit a tenant is published from; dirty when its folder, a theme or the settings differ from it."""
        parts = {f"tenants/{handle}", "themes", "pyproject.toml"}
        return self.commit._replace(dirty=not parts.isdisjoint(self._touched))

    def ancestor(self, older: str, newer: str) -> bool | None:
        """Whether commit `older` is `newer` or one of its ancestors; None when git does not know both."""
        if not _is_commit(older) or not _is_commit(newer):
            return None
        if older == newer:
            return True
        done = _git(self.root, "merge-base", "--is-ancestor", older, newer)
        return {0: True, 1: False}.get(done.returncode) if done is not None else None

    @cached_property
    def _touched(self) -> frozenset[str]:
        """Tenants' folders, "themes" and "pyproject.toml", as far as they differ from the commit, or may do so."""
        try:
            found = differences(self.root, "HEAD")
        except Silent:
            # It knows the commit and cannot tell what differs from it: then nobody can vouch for any shop.
            return frozenset(_SHARED if self.commit.id else ())
        return found.parts | found.unsure.keys()


_SHARED = ("themes", "pyproject.toml")


def provenance(root: Path, environ: Mapping[str, str]) -> Provenance:
    """What git says of the workspace at `root`, and what a CI service says of this run."""
    done = _git(root, "log", "-1", "--format=%H %ct")
    service = next((row for row in _SERVICES if environ.get(row[0])), None)
    commit, note = Commit(), ""
    if done is not None and not done.returncode:
        name, _, seconds = os.fsdecode(done.stdout).strip().partition(" ")
        commit = Commit(name, int(seconds or 0))
    elif service is not None and _is_commit(environ.get(service[3], "")):
        commit = Commit(environ[service[3]], _seconds(environ.get(service[4], "")))
    elif done is not None and (root / ".git").exists():
        note = _clean(os.fsdecode(done.stderr).strip().partition("\n")[0])
    return Provenance(root, _who(root, service, environ), commit, note)


def _who(root: Path, service: tuple[str, str, str, str, str] | None, environ: Mapping[str, str]) -> str:
    if service is not None:
        words = "".join(service[1:3])
        known = {name: _clean(value) for name, value in environ.items() if f"{{{name}}}" in words}
        person = service[1].format_map(_Blank(known))
        place = service[2].format_map(_Blank(known)).strip("/")
        place = "" if place == "actions/runs" else place
        return f"{person or 'CI'} ({place})" if place else person or "CI"
    done = _git(root, "config", "user.name")
    if done is not None and done.stdout.strip():
        return _clean(os.fsdecode(done.stdout))
    try:
        return _clean(getpass.getuser())
    except (OSError, KeyError):  # a container without a name for its user
        return ""


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _clean(text: str) -> str:
    """One short printable line without passwords and keys."""
    text = " ".join(bare(word) if "://" in word else word for word in text.split())[:200]
    return printable(masked(text.encode("utf-8", "replace")).decode("utf-8", "replace"))


def _is_commit(text: str) -> bool:
    return len(text) in (40, 64) and all(c in "0123456789abcdef" for c in text)


def _seconds(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):
        return 0


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes] | None:
    """What git says; None where it says nothing."""
    try:
        return asked(root, *words)
    except Silent:
        return None
