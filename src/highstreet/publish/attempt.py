"""Attempt: work on a tenant that is begun again while somebody else is quicker, and told as an outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.publish.faults import told
from highstreet.publish.object_store import Conflict, Shelf, StoreError
from highstreet.publish.options import Patience
from highstreet.publish.outcome import Outcome
from highstreet.publish.release import CURRENT

ATTEMPTS = 12  # how often somebody else may be quicker before we give up
T = TypeVar("T")


class Superseded(Exception):
    """Something is live that what we have may not replace."""

    def __init__(self, reason: str, live: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.live = live

    def outcome(self, shelf: Shelf) -> Outcome:
        told_so = Diagnostic(
            "HS803",
            Span(shelf.name),
            "this is superseded",
            self.reason,
            "something newer than what is live",
            "nothing, if a newer publish is meant to win; else --allow-older",
        )
        return Outcome("superseded", self.live, reason=self.reason, diagnostics=(told_so,))


def outcome_of(work: Callable[[], Outcome], shelf: Shelf, patience: Patience) -> Outcome:
    """What `work` gives, with the time it took. A store's errors and what the operator must decide are told in it."""
    began = patience.clock()
    try:
        made = work()
    except Superseded as older:
        made = older.outcome(shelf)
    except Problems as problems:
        made = Outcome("failed", diagnostics=problems.diagnostics)
    except StoreError as error:
        made = Outcome("failed", diagnostics=(told(error, shelf),))
    return replace(made, seconds=patience.clock() - began)


def until_done(attempt: Callable[[], T | None], key: str = CURRENT) -> tuple[T, int]:
    """What `attempt` gives, and how many it took. None or Conflict: somebody was quicker, so it is asked again.

    Raises Conflict, at `key`, when that goes on.
    """
    for number in range(1, ATTEMPTS + 1):
        try:
            done = attempt()
        except Conflict:
            if number == ATTEMPTS:
                raise
            continue
        if done is not None:
            return done, number
    raise Conflict(key, f"it changed {ATTEMPTS} times while we were at it")
