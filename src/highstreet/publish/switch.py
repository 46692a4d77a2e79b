"""Switch: the pointer that says which release is live, and going back to an older one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from highstreet.publish.attempt import outcome_of, until_done
from highstreet.publish.faults import problem
from highstreet.publish.object_store import Absent, Conflict, ETag, Matches, Shelf, StoreError, Unavailable
from highstreet.publish.options import PATIENT, Patience, Stamp
from highstreet.publish.order import iso, spoken
from highstreet.publish.outcome import Kind, Outcome, Progress, Tell, nobody
from highstreet.publish.release import (
    CURRENT,
    GONE,
    PRIVATE,
    Commit,
    Pointer,
    is_release_id,
    log_key,
    release_key,
)
from highstreet.publish.release_json import decode_pointer, decode_release, encode_pointer


class Seen(NamedTuple):
    """A pointer as it was read, or as we wrote it."""

    pointer: Pointer
    etag: ETag


def look(shelf: Shelf, key: str = CURRENT) -> Seen | None:
    """The pointer as it is now; None where nothing was published. Raises Problems when it is damaged."""
    found = shelf.get(key)
    return Seen(decode_pointer(found.body, shelf.name + key), found.etag) if found is not None else None


def settled(shelf: Shelf, seen: Seen | None, patience: Patience, tell: Tell = nobody) -> Seen | None:
    """`seen`, or a later state of the live pointer: one that nobody has marked as being at work on.

    A mark that has not changed for a whole lease, by our own clock, is of somebody who has died: it is taken away.
    """
    began = patience.clock()
    pause = 0.25
    while seen is not None and seen.pointer.collecting:
        held = patience.clock() - began
        if held >= patience.lease:
            free = seen.pointer._replace(collecting="", serial=seen.pointer.serial + 1)
            with contextlib.suppress(Conflict):
                return Seen(free, shelf.put(CURRENT, encode_pointer(free), PRIVATE, Matches(seen.etag)))
        else:
            tell(Progress("waiting", int(held), int(patience.lease)))
            patience.pause(min(pause, patience.lease - held))
            pause = min(5.0, pause * 1.6)
        now = look(shelf)
        if now is None or now.etag != seen.etag:
            began = patience.clock()
        seen = now
    return seen


def put_pointer(shelf: Shelf, key: str, seen: Seen | None, pointer: Pointer) -> Seen | None:
    """Puts `pointer` in the place of `seen`; None when something else stands there by now.

    An answer that was lost is made good by reading what is there. Raises Problems (HS814) when that cannot be read
    either: whether the switch took place is then not known.
    """
    body = encode_pointer(pointer)
    try:
        return Seen(pointer, shelf.put(key, body, PRIVATE, Matches(seen.etag) if seen else Absent()))
    except (Conflict, Unavailable) as error:
        try:
            found = shelf.get(key)
        except StoreError as silent:
            raise problem(
                "HS814",
                shelf.name + key,
                "the store does not say whether the switch took place",
                silent.reason,
                "an answer: either the old release or the new one is live, whole",
                "publish again when the store is back; it finds out",
            ) from silent
        if found is not None and found.body == body:
            return Seen(pointer, found.etag)
        if isinstance(error, Unavailable):
            raise
        return None


def noted(shelf: Shelf, seen: Seen, stamp: Stamp, patience: Patience, tell: Tell = nobody) -> bool:
    """Whether the pointer tells the commit of the stamp, under the release that is live. False: look again."""
    live = seen.pointer
    if live.collecting:
        settled(shelf, seen, patience, tell)
        return False
    note = live._replace(
        commit=stamp.commit, built=iso(stamp.clock), serial=live.serial + 1, by=stamp.who, at=iso(stamp.now)
    )
    return put_pointer(shelf, CURRENT, seen, note) is not None


def rollback(shelf: Shelf, release: str | None, stamp: Stamp, patience: Patience = PATIENT) -> Outcome:
    """Makes an older release live again: the one before this (3 requests), or the one named (4)."""

    def target(seen: Seen) -> Pointer | None:
        live = seen.pointer
        if live.status == GONE:
            raise problem(
                "HS809",
                shelf.name,
                "this shop is off the net",
                f"taken off by {live.by or 'somebody'}, {spoken(live.at)}",
                "a shop that visitors see",
                "publish it: that brings it back",
            )
        if live.flat:
            raise problem(
                "HS811",
                shelf.name,
                "the flat layout keeps no older releases",
                "layout = flat",
                "the layout `releases`",
                "build the older commit and publish it with --allow-older",
            )
        name = live.previous if release is None else release
        if name == live.release:
            return None
        restored = _restored(shelf, name)
        if name != live.previous and shelf.get(log_key(name)) is None:
            raise problem(
                "HS809",
                shelf.name + release_key(name),
                "this release was never live",
                name,
                "one of those that `highstreet releases` lists",
                "its publisher was stopped before the switch: publish that commit again",
            )
        newest = _later(live, restored)
        return restored._replace(
            status=live.status,
            rolled_back_from=newest,
            rolled_back_site=live.site if newest is not None else "",
        )

    return _changed(shelf, stamp, patience, "rolled back", target)


def suspend(shelf: Shelf, stamp: Stamp, patience: Patience = PATIENT) -> Outcome:
    """Makes edges answer 503 until the tenant is published again. "unchanged" when nothing is live."""

    def target(seen: Seen) -> Pointer | None:
        return None if seen.pointer.status == "suspended" else seen.pointer._replace(status="suspended")

    return _changed(shelf, stamp, patience, "suspended", target)


def _changed(
    shelf: Shelf,
    stamp: Stamp,
    patience: Patience,
    kind: Kind,
    target: Callable[[Seen], Pointer | None],
) -> Outcome:
    """Puts the pointer that `target` makes of the live one, again if somebody else was quicker."""

    def attempt() -> Outcome | None:
        seen = settled(shelf, look(shelf), patience)
        if seen is None:
            if kind == "suspended":
                return Outcome("unchanged")
            raise problem("HS809", shelf.name, "nothing is published here", "no release", "a release", "publish first")
        wanted = target(seen)
        live = seen.pointer
        if wanted is None:
            return Outcome("unchanged", live.release, live.previous)
        wanted = wanted._replace(
            serial=live.serial + 1, collected=live.collected, collecting="", by=stamp.who, at=iso(stamp.now)
        )
        if put_pointer(shelf, CURRENT, seen, wanted) is None:
            return None
        return Outcome(kind, wanted.release, live.release)

    def work() -> Outcome:
        done, attempts = until_done(attempt)
        return replace(done, attempts=attempts)

    return outcome_of(work, shelf, patience)


def _restored(shelf: Shelf, name: str) -> Pointer:
    """The pointer of an older release. Raises Problems (HS809) when it cannot be gone back to."""
    if not name or not is_release_id(name):
        found, expected = (name[:60], "the id of a release") if name else ("no older release", "a release before this")
        raise problem(
            "HS809", shelf.name, "there is nothing to go back to", found, expected, "see `highstreet releases`"
        )
    stored = shelf.get(release_key(name))
    if stored is None:
        raise problem(
            "HS809",
            shelf.name + release_key(name),
            "this release is not there any more",
            name,
            "one of those that `highstreet releases` lists",
            "choose another, or build that commit and publish it with --allow-older",
        )
    restored = decode_release(stored.body, shelf.name + release_key(name)).pointer
    if restored.expires or restored.flat:
        raise problem(
            "HS809",
            shelf.name + release_key(name),
            "this release cannot go live",
            "a preview" if restored.expires else "a release of the flat layout",
            "a release that was live",
            "publish the commit it was made from",
        )
    return restored


def _later(live: Pointer, restored: Pointer) -> Commit | None:
    """What shall not come back by itself once `restored` is live: the newest commit that was gone back from."""
    known = [commit for commit in (live.commit, live.rolled_back_from) if commit is not None]
    newest = max(known, key=lambda commit: commit.time)
    if restored.commit.id == newest.id and restored.built > live.built:
        return None  # forward again; with equal clocks nobody can tell, and what was left does not come back by itself
    return newest if newest.time >= restored.commit.time else None
