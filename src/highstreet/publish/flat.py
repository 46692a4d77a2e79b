"""Flat layout: pages lie under their own names, for hosting that knows no releases."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

from highstreet.publish.object_store import Shelf
from highstreet.publish.options import PATIENT, Options, Patience, Stamp
from highstreet.publish.outcome import Outcome, Tell, nobody
from highstreet.publish.wanted import Wanted


def publish(
    shelf: Shelf,
    wanted: Wanted,
    stamp: Stamp,
    options: Options,
    cache: Path | None,
    pool: Executor,
    tell: Tell = nobody,
    patience: Patience = PATIENT,
) -> Outcome:
    """Brings the objects in place up to date: assets, pages, then home and sitemap, then deletes."""
    raise NotImplementedError
