"""Order: which of two releases is the newer one, and whether one may replace the other."""

from __future__ import annotations

from datetime import UTC, datetime

from highstreet.publish.options import Stamp
from highstreet.publish.release import Commit, Pointer


def iso(moment: datetime) -> str:
    """In UTC, so that texts are in the order of the moments."""
    return moment.astimezone(UTC).isoformat()


def spoken(moment: str) -> str:
    """A stored moment for people: "2026-11-30 08:27:07 UTC". What is none is given as it is."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError):
        return moment


def superseded(stamp: Stamp, site: str, live: Pointer, moved: bool) -> str:
    """Why what the stamp says may not replace what is live, in one line; "" if it may.

    `moved`: somebody else has put `live` there while we were at work. Then equal is not enough: of two publishers of
    the same commit one must give way.
    """
    if stamp.allow_older:
        return ""
    if live.rolled_back_site == site:
        # Whatever its commit is by now: what others changed elsewhere must not bring it back.
        return f"this content was rolled back{_by(live)}; other content goes live again by itself"
    back = live.rolled_back_from
    if back is not None and back.id and (stamp.commit.id == back.id or not _newer_commit(stamp, back)):
        return f"commit {_short(back)} was rolled back{_by(live)}; a newer commit goes live again by itself"
    order = compare(stamp, live.commit, live.built)
    if order < 0 or (order == 0 and moved):
        return f"release {live.release} of {_of(live)} is live{_by(live)}"
    return ""


def tells_newer(stamp: Stamp, live: Pointer) -> bool:
    """Whether the same content is of a newer commit by now. Unless that is noted, an older commit with other content
    that comes late would be held against the one before."""
    known = stamp.preview is None and bool(stamp.commit.id) and stamp.commit.id != live.commit.id
    return known and compare(stamp, live.commit, live.built) > 0


def compare(stamp: Stamp, commit: Commit, built: str) -> int:
    """1 when the stamp is newer than a release of `commit` built at `built`, -1 when older, 0 when neither.

    Ancestry decides where git knows it, else the commits' times; the build clock decides within one commit, and where
    there is no commit to tell by.
    """
    if stamp.commit.id and commit.id and stamp.commit.id != commit.id:
        if stamp.ancestry(commit.id):
            return 1
        if stamp.commit.time != commit.time:
            return 1 if stamp.commit.time > commit.time else -1
    mine = iso(stamp.clock)
    return (mine > built) - (mine < built)


def _newer_commit(stamp: Stamp, other: Commit) -> bool:
    return bool(stamp.ancestry(other.id)) or stamp.commit.time > other.time


def _short(commit: Commit) -> str:
    return commit.id[:12]


def _of(live: Pointer) -> str:
    built = spoken(live.built)
    return f"commit {_short(live.commit)}, built {built}" if live.commit.id else built


def _by(live: Pointer) -> str:
    words = ", ".join(filter(None, (f"by {live.by}" if live.by else "", spoken(live.at))))
    return f" ({words})" if words else ""
