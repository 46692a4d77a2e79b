"""Faults: what a store refused or lost, told to the person who can mend it."""

from __future__ import annotations

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.publish.object_store import Conflict, Damaged, Refused, Shelf, StoreError


def told(error: StoreError, shelf: Shelf) -> Diagnostic:
    """A store's error as a diagnostic at the object's address."""
    place = Span(shelf.name + error.key.removeprefix(f"{shelf.tenant}/"))
    if isinstance(error, Refused):
        return Diagnostic(
            "HS805",
            place,
            "the store refuses this",
            error.reason,
            "a store that these credentials may write to",
            "check bucket, endpoint, credentials and what they allow (`highstreet policy` prints the least)",
        )
    if isinstance(error, Damaged):
        return Diagnostic(
            "HS807",
            place,
            "the store holds other bytes than were sent",
            error.reason,
            "what was sent; the site that is live is untouched",
            "publish again; if it stays, set `checksum` as your store needs it",
        )
    if isinstance(error, Conflict):
        return Diagnostic(
            "HS808",
            place,
            "somebody else keeps changing this",
            error.reason,
            "one publisher of a tenant at a time, in the long run",
            "publish again when the others are done",
        )
    return Diagnostic(
        "HS806",
        place,
        "the store cannot be reached",
        error.reason,
        "an answer in time; the site that is live is untouched",
        "publish again when the store is back: it goes on from what is there",
    )


def problem(code: str, place: str, message: str, found: str, expected: str, fix: str) -> Problems:
    return Problems([Diagnostic(code, Span(place), message, found, expected, fix)])
