"""Withdraw: takes a tenant off the net, to be brought back or for good."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from highstreet.base.diagnostic import Problems
from highstreet.publish.attempt import until_done
from highstreet.publish.faults import problem
from highstreet.publish.lease import NOTHING, Lease
from highstreet.publish.object_store import Listed, Shelf, StoreError
from highstreet.publish.options import PATIENT, Patience, Stamp
from highstreet.publish.order import iso
from highstreet.publish.release import CURRENT, GONE
from highstreet.publish.switch import look, put_pointer, settled

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Withdrawn:
    found: bool = True  # whether anything was there to withdraw
    release: str = ""  # what was live
    objects: int = 0  # deleted, or to be deleted
    bytes: int = 0
    reason: str = ""


def withdraw(shelf: Shelf, stamp: Stamp, dry_run: bool = False, patience: Patience = PATIENT) -> Withdrawn:
    """Switches the pointer so that edges show nothing of the tenant. Its releases stay; publishing brings it back.

    Raises Problems and StoreError.
    """

    def attempt() -> Withdrawn | None:
        seen = settled(shelf, look(shelf), patience) if not dry_run else look(shelf)
        if seen is None:
            return Withdrawn(False, reason="nothing is published of it")
        live = seen.pointer
        if live.flat:
            raise problem(
                "HS811",
                shelf.name,
                "the flat layout has no switch: its files are served as they lie",
                "layout = flat",
                "the layout `releases`, or a purge",
                "take it off with --purge --allow-deletes, which deletes the files",
            )
        if live.status == GONE:
            return Withdrawn(False, live.holds, reason="it is off the net already")
        if dry_run:
            return Withdrawn(True, live.release, reason=f"release {live.release} would be taken off the net")
        gone = live._replace(status=GONE, serial=live.serial + 1, by=stamp.who, at=iso(stamp.now))
        return Withdrawn(True, live.release) if put_pointer(shelf, CURRENT, seen, gone) is not None else None

    return until_done(attempt)[0]


def purge(shelf: Shelf, stamp: Stamp, dry_run: bool = False, patience: Patience = PATIENT) -> Withdrawn:
    """Takes the tenant off the net and deletes all that the store holds of it but a pointer that says so.

    Without that one a publisher who is at work since before would put online what has just been deleted. Raises
    Conflict when somebody takes over, and other StoreErrors and Problems.
    """

    lease = Lease(shelf, patience)

    def attempt() -> Withdrawn:
        seen = look(shelf) if dry_run else settled(shelf, look(shelf), patience)
        release = seen.pointer.holds if seen is not None else ""
        found = _rest(shelf)
        if not found and not release:
            return Withdrawn(False, reason="nothing is there of it")
        if not dry_run:
            lease.begin(seen, NOTHING._replace(by=stamp.who, at=iso(stamp.now)), f"purge-{iso(stamp.now)}")
        return Withdrawn(True, release, len(found), sum(row.size for row in found))

    begun, _ = until_done(attempt)
    if dry_run or not begun.found:
        return begun
    try:
        found = _rest(shelf)  # again: nobody adds to it any more without noticing us
        for start in range(0, len(found), _BATCH):
            lease.renew()
            shelf.delete([row.key for row in found[start : start + _BATCH]], lease.left)
    finally:
        with contextlib.suppress(StoreError, Problems):
            lease.end()
    return replace(begun, objects=len(found), bytes=sum(row.size for row in found))


def _rest(shelf: Shelf) -> list[Listed]:
    return [row for row in shelf.list() if row.key != CURRENT]
