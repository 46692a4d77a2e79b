"""Withdraw: takes a tenant off the net, to be brought back or for good."""

from __future__ import annotations

from dataclasses import dataclass

from highstreet.publish.attempt import until_done
from highstreet.publish.faults import problem
from highstreet.publish.object_store import Conflict, Shelf
from highstreet.publish.options import PATIENT, Patience, Stamp
from highstreet.publish.order import iso
from highstreet.publish.release import CURRENT, GONE
from highstreet.publish.switch import look, put_pointer, settled


@dataclass(frozen=True, slots=True)
class Withdrawn:
    found: bool = True  # whether anything was there to withdraw
    release: str = ""  # what was live
    objects: int = 0  # deleted, or to be deleted
    bytes: int = 0
    reason: str = ""


def withdraw(
    shelf: Shelf, stamp: Stamp, dry_run: bool = False, patience: Patience = PATIENT, also_flat: bool = False
) -> Withdrawn:
    """Switches the pointer so that edges show nothing of the tenant. Its releases stay; publishing brings it back.

    Raises Problems and StoreError.
    """

    def attempt() -> Withdrawn | None:
        seen = settled(shelf, look(shelf), patience) if not dry_run else look(shelf)
        if seen is None:
            return Withdrawn(False, reason="nothing is published of it")
        live = seen.pointer
        if live.flat and not also_flat:
            raise problem(
                "HS811",
                shelf.name,
                "the flat layout has no switch: its files are served as they lie",
                "layout = flat",
                "the layout `releases`, or a purge",
                "take it off with --purge --allow-deletes, which deletes the files",
            )
        if live.status == GONE:
            return Withdrawn(False, live.release, reason="it is off the net already")
        if dry_run:
            return Withdrawn(True, live.release, reason=f"release {live.release} would be taken off the net")
        gone = live._replace(status=GONE, serial=live.serial + 1, by=stamp.who, at=iso(stamp.now))
        return Withdrawn(True, live.release) if put_pointer(shelf, CURRENT, seen, gone) is not None else None

    return until_done(attempt)[0]


def purge(shelf: Shelf, stamp: Stamp, dry_run: bool = False, patience: Patience = PATIENT) -> Withdrawn:
    """Takes the tenant off the net and deletes all that the store holds of it, the pointer last.

    Raises Conflict when somebody publishes the tenant meanwhile, and other StoreErrors and Problems.
    """
    if not dry_run:
        withdraw(shelf, stamp, patience=patience, also_flat=True)
    before = look(shelf) if not dry_run else None
    found = list(shelf.list())
    keys = [listed.key for listed in found if listed.key != CURRENT]
    size = sum(listed.size for listed in found)
    if dry_run or not found:
        return Withdrawn(bool(found), objects=len(found), bytes=size, reason="" if found else "nothing is there of it")
    shelf.delete(keys)
    now = look(shelf)
    if now != before:
        raise Conflict(CURRENT, "somebody has published this shop while it was being deleted")
    shelf.delete([CURRENT])
    return Withdrawn(True, before.pointer.release if before else "", len(found), size)
