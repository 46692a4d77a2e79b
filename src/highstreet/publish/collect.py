"""Collect: removes what no kept release needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import PATIENT, Patience

CAP = 100_000  # objects that one run removes from one tenant


@dataclass(frozen=True, slots=True)
class Collected:
    releases: int = 0  # manifests removed, or with `dry_run` to be removed
    previews: int = 0
    objects: int = 0  # assets and pages
    records: int = 0  # of the log
    bytes: int = 0
    kept: int = 0  # releases left
    left: int = 0  # objects left for the next run by the cap
    reason: str = ""  # why nothing was done: "nothing is published", "another gc is at work"
    diagnostics: tuple[Diagnostic, ...] = ()
    keys: tuple[str, ...] = ()  # with `dry_run`: what would be removed


def collect(
    shelf: Shelf,
    keep: int,
    grace: timedelta,
    now: datetime,
    dry_run: bool = False,
    cap: int = CAP,
    cache: Path | None = None,
    patience: Patience = PATIENT,
) -> Collected:
    """Removes releases beyond the last `keep` that were not live within `grace`, and objects that none needs."""
    raise NotImplementedError
