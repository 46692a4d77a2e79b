"""Origins: where workers find the sources that lie here."""

from __future__ import annotations

import os
from urllib.parse import unquote

from highstreet.base.git import Silent, asked, differences
from highstreet.farm.errand import Sources
from highstreet.workspace import Workspace


class Unclear(Exception):
    """What workers would find is not what lies here; the message says what to do."""


def origin(space: Workspace, address: str) -> Sources:
    """The sources at `address`: "git+" and a repository's, at the commit checked out here, or a folder's.

    Raises Unclear when files here differ from the commit: workers would build something else.
    """
    if not address.startswith("git+"):
        folder = unquote(address.removeprefix("file://"))
        if not folder.startswith("/"):
            raise Unclear(f"--sources takes git+https://host/street.git or a folder from /, not {address!r}")
        return Sources(folder)
    commit = _told(space, "rev-parse", "--verify", "HEAD").strip()
    try:
        touched = sorted(differences(space.root, commit).parts)
    except Silent as why:
        raise Unclear(f"git cannot tell what differs from commit {commit[:12]}: {why}") from None
    if touched:
        more = f" and {len(touched) - 1} more" if len(touched) > 1 else ""
        differ = "differ" if more else "differs"
        raise Unclear(f"workers build commit {commit[:12]}, and {touched[0]}{more} {differ}: commit and push first")
    return Sources(address.removeprefix("git+"), commit, _told(space, "rev-parse", "--show-prefix").strip("\n"))


def _told(space: Workspace, *words: str) -> str:
    try:
        done = asked(space.root, *words)
    except Silent as why:
        raise Unclear(f"--sources git+… needs git: {why}") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().partition("\n")[0]
        raise Unclear(f"git cannot tell the commit of this workspace: {said}")
    return os.fsdecode(done.stdout)
