"""Switch: the pointer that says which release is live, and going back to an older one."""

from __future__ import annotations

from dataclasses import dataclass

from highstreet.publish.object_store import Shelf
from highstreet.publish.options import PATIENT, Patience, Stamp
from highstreet.publish.outcome import Outcome
from highstreet.publish.release import Record


def rollback(shelf: Shelf, release: str | None, stamp: Stamp, patience: Patience = PATIENT) -> Outcome:
    """Makes an older release live again: the one before this, or the one named. At most 3 requests."""
    raise NotImplementedError


def suspend(shelf: Shelf, stamp: Stamp, patience: Patience = PATIENT) -> Outcome:
    """Makes edges answer 503 until the tenant is published again. "unchanged" when nothing is live."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Known:
    """A release that can be gone back to."""

    id: str
    record: Record | None  # None: the publisher was stopped right after the switch
    live: bool = False


def releases(shelf: Shelf, most: int = 20) -> list[Known]:
    """The newest releases that went live, newest first."""
    raise NotImplementedError
