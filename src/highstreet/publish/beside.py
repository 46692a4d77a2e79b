"""Beside what is live: what is wanted, whether it is there already, and what would have to change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from highstreet.base.diagnostic import Problems
from highstreet.publish.changeset import Change, Changes, changeset, too_many_deletes
from highstreet.publish.faults import problem
from highstreet.publish.manifests import manifest_of
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import Stamp
from highstreet.publish.order import iso, superseded
from highstreet.publish.release import CURRENT, PREVIEWS, Pointer, Release, is_preview_name
from highstreet.publish.switch import Seen, look
from highstreet.publish.wanted import Wanted


def planned(shelf: Shelf, wanted: Wanted, stamp: Stamp, cache: Path | None = None) -> Changes:
    """What `publish` would do, with reads only. Raises Problems and StoreError."""
    key = pointer_key(stamp, shelf)
    seen = look(shelf, key)
    if seen is not None and unchanged(seen.pointer, wanted, stamp):
        return Changes((), seen.pointer.release)
    if seen is None and key != CURRENT:
        seen = look(shelf)
    base = base_of(shelf, seen, wanted, cache)
    changes = changeset(wanted.items, base.objects if base else ())
    refusal = ""
    if seen is not None and not stamp.preview:
        refusal = superseded(stamp, wanted.site, seen.pointer, moved=False)
        if not refusal and base is not None and not stamp.allow_deletes:
            gone = too_many_deletes(changes, base.objects)
            refusal = f"{gone[0]} of {gone[1]} pages would be deleted; --allow-deletes allows it" if gone else ""
    return Changes(changes, base.id if base else "", refusal)


def pointer_key(stamp: Stamp, shelf: Shelf) -> str:
    """Where the pointer of what is to be published lies. Raises Problems (HS813) for a name no preview can have."""
    if stamp.preview is None:
        return CURRENT
    if not is_preview_name(stamp.preview.name):
        raise problem(
            "HS813",
            shelf.name,
            "no preview can have this name",
            stamp.preview.name[:60],
            "letters a to z, digits and single hyphens, at most 32",
            "choose another name",
        )
    return PREVIEWS + stamp.preview.name


def unchanged(live: Pointer, wanted: Wanted, stamp: Stamp) -> bool:
    """Whether the store holds `wanted` already, for as long as it shall."""
    long_enough = not stamp.preview or live.expires >= iso(stamp.preview.expires)
    ours = live.flat == (wanted.options.layout == "flat")
    return live.site == wanted.site and live.status == "live" and not live.unfinished and long_enough and ours


def base_of(shelf: Shelf, seen: Seen | None, wanted: Wanted, cache: Path | None) -> Release | None:
    """What is there already. None when nothing is, or nothing that can be relied on: all is then put anew."""
    if seen is None or seen.pointer.flat != (wanted.options.layout == "flat"):
        return None
    try:
        return manifest_of(shelf, seen.pointer.release, cache)
    except Problems:
        return None  # publishing again mends a damaged manifest


def check_deletes(shelf: Shelf, changes: Iterable[Change], base: Release | None, stamp: Stamp) -> None:
    """Raises Problems (HS804) when more pages would vanish than people delete on purpose."""
    gone = too_many_deletes(tuple(changes), base.objects) if base is not None else None
    if gone is not None and not stamp.allow_deletes and not stamp.preview:
        raise problem(
            "HS804",
            shelf.name,
            "this would delete many pages",
            f"{gone[0]} of {gone[1]} pages are no longer built",
            "at most 10, or a tenth",
            "look at --dry-run; --allow-deletes publishes it",
        )
