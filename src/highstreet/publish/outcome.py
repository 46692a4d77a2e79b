"""Outcomes: what became of one tenant's publishing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from highstreet.base.diagnostic import Diagnostic

Kind = Literal[
    "published",  # a new release is live (or its preview is)
    "unchanged",  # the store held it already
    "superseded",  # somebody has put something newer there, or has rolled this commit back: exit 4
    "failed",  # the diagnostics say why; what was live still is
    "rolled back",
    "suspended",
]


class Counts(NamedTuple):
    """What a deployment did, in objects of the store."""

    created: int = 0
    updated: int = 0
    headers: int = 0  # same bytes, other headers
    deleted: int = 0
    copied: int = 0  # within the store, to complete a tree
    uploaded: int = 0  # objects whose bytes were sent
    bytes: int = 0  # sent


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: Kind
    release: str = ""  # what is live now, as far as known
    previous: str = ""
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0
    reason: str = ""  # of "superseded", in one line
    diagnostics: tuple[Diagnostic, ...] = ()
    attempts: int = 1  # how often the difference was taken because somebody else was at work
    dead_ends: tuple[str, ...] = ()  # addresses that were pages and lead nowhere now


class Progress(NamedTuple):
    step: str  # "assets", "pages", "switch", "waiting for gc"
    done: int
    total: int


Tell = Callable[[Progress], None]


def nobody(_progress: Progress) -> None:
    """Tells nobody."""
