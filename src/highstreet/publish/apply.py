"""Apply: puts one tenant's site into a store as a new release, or changes nothing."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

from highstreet.publish.changeset import Changes
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
    """Makes `wanted` the live release (or a preview, if the stamp says so).

    A store's errors and what the operator must decide are in the outcome, kind "failed" or "superseded"; nothing is
    raised for them. `cache` is a folder for manifests and compressed files that any tenant may share. `pool` runs the
    requests; it must not be the one this call runs in.
    """
    raise NotImplementedError


def planned(shelf: Shelf, wanted: Wanted, stamp: Stamp, options: Options, cache: Path | None = None) -> Changes:
    """What `publish` would do, with reads only. Raises Problems and StoreError."""
    raise NotImplementedError
