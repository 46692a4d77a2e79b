"""Log: one record for each release that went live."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.publish.object_store import Shelf, StoreError
from highstreet.publish.options import Stamp
from highstreet.publish.order import iso
from highstreet.publish.outcome import Counts
from highstreet.publish.release import LOG, PRIVATE, Record, is_release_id, log_key
from highstreet.publish.release_json import decode_record, encode_record
from highstreet.publish.switch import look


def record(
    shelf: Shelf, release: str, previous: str, stamp: Stamp, counts: Counts, seconds: float
) -> tuple[Diagnostic, ...]:
    """Writes the log's record of a release that went live; gives a warning when that fails."""
    row = Record(
        release=release,
        who=stamp.who,
        commit=stamp.commit,
        built=iso(stamp.clock),
        at=iso(stamp.now),
        previous=previous,
        seconds=f"{seconds:.3f}",
        **counts._asdict(),
    )
    try:
        shelf.put(log_key(release), encode_record(row), PRIVATE)
    except StoreError as error:
        return (
            Diagnostic(
                "HS812",
                Span(shelf.name + log_key(release)),
                "the record of this deployment could not be written",
                error.reason,
                "a record of each deployment; the release is live",
                "nothing: only `highstreet releases` will know less",
                "warning",
            ),
        )
    return ()


@dataclass(frozen=True, slots=True)
class Known:
    """A release that went live."""

    id: str
    record: Record | None  # None: damaged, or the publisher was stopped right after the switch
    live: bool = False


def releases(shelf: Shelf, most: int = 20) -> list[Known]:
    """The newest releases that went live, newest first. Raises Problems and StoreError."""
    seen = look(shelf)
    if seen is None:
        return []
    live = seen.pointer.holds
    logged = sorted(shelf.list(LOG), key=lambda found: (found.modified, found.key), reverse=True)
    ids = [found.key.removeprefix(LOG).removesuffix(".json") for found in logged]
    if live and live not in ids:
        ids.insert(0, live)
    return [Known(name, _record_of(shelf, name), name == live) for name in ids[:most] if is_release_id(name)]


def _record_of(shelf: Shelf, release: str) -> Record | None:
    found = shelf.get(log_key(release))
    with contextlib.suppress(Problems):
        return decode_record(found.body, shelf.name + log_key(release)) if found is not None else None
    return None
