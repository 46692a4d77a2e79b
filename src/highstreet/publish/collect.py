"""Collect: removes what no kept release needs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.publish.attempt import until_done
from highstreet.publish.faults import problem, told
from highstreet.publish.lease import NOTHING, Lease
from highstreet.publish.manifests import is_preview, manifest_of
from highstreet.publish.object_store import Listed, Shelf, StoreError
from highstreet.publish.options import PATIENT, Patience
from highstreet.publish.order import iso
from highstreet.publish.release import (
    ASSETS,
    CURRENT,
    LOG,
    PREVIEWS,
    RELEASES,
    TREES,
    Pointer,
    is_asset,
    is_release_id,
    release_key,
)
from highstreet.publish.release_json import decode_pointer
from highstreet.publish.switch import Seen, look, settled

CAP = 100_000  # objects that one run removes from one tenant
_BATCH = 500
_RECORDS = 200  # of the log that stay however old their releases are


@dataclass(frozen=True, slots=True)
class Collected:
    releases: int = 0  # manifests removed, or with `dry_run` to be removed
    previews: int = 0
    objects: int = 0  # assets and pages
    records: int = 0  # of the log
    bytes: int = 0
    kept: int = 0  # releases left
    left: int = 0  # objects left for the next run by the cap
    reason: str = ""  # why nothing was done: "nothing is published here"
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
    """Removes releases beyond the last `keep` that were not live within `grace`, and objects that none needs.

    A store's errors are in the result. What could not be removed is found again by the next run.
    """

    def attempt() -> Collected:
        gc = _Gc(shelf, max(1, keep), grace, now, cap, cache, patience)
        seen = look(shelf) if dry_run else settled(shelf, look(shelf), patience)
        found = gc.condemned(seen.pointer if seen is not None else NOTHING)
        if seen is None and not found.ours:
            return Collected(reason="nothing is published here")
        if dry_run:
            return found.told(dry_run=True)
        # Conflict: somebody has published meanwhile, and what nobody needed may be needed now.
        return gc.remove(seen, found) if found.anything else found.told()

    try:
        return until_done(attempt)[0]
    except Problems as problems:
        return Collected(diagnostics=problems.diagnostics)
    except StoreError as error:
        return Collected(diagnostics=(told(error, shelf),))


@dataclass(slots=True)
class _Condemned:
    previews: list[Listed] = field(default_factory=list)
    releases: list[Listed] = field(default_factory=list)
    objects: list[Listed] = field(default_factory=list)
    records: list[Listed] = field(default_factory=list)
    kept: int = 0
    left: int = 0
    ours: bool = False  # whether anything there is surely of Highstreet

    @property
    def all(self) -> list[Listed]:
        """In the order they go: what names others before what is named."""
        return [*self.previews, *self.releases, *self.records, *self.objects]

    @property
    def anything(self) -> bool:
        return bool(self.previews or self.releases or self.objects or self.records)

    def as_far_as(self, other: _Condemned) -> _Condemned:
        """What is condemned in both."""
        still = {(row.key, row.etag) for row in other.all}

        def both(rows: list[Listed]) -> list[Listed]:
            return [row for row in rows if (row.key, row.etag) in still]

        lists = both(self.previews), both(self.releases), both(self.objects), both(self.records)
        return _Condemned(*lists, kept=other.kept, left=other.left)

    def told(self, dry_run: bool = False) -> Collected:
        return Collected(
            len(self.releases),
            len(self.previews),
            len(self.objects),
            len(self.records),
            sum(found.size for found in self.all),
            self.kept,
            self.left,
            keys=tuple(found.key for found in self.all) if dry_run else (),
        )


@dataclass(slots=True)
class _Gc:
    shelf: Shelf
    keep: int
    grace: timedelta
    now: datetime
    cap: int
    cache: Path | None
    patience: Patience

    def condemned(self, live: Pointer) -> _Condemned:
        """What neither the live pointer, a preview nor a kept release needs, and what is old enough."""
        found = _Condemned()
        logged = sorted(self.shelf.list(LOG), key=_newest)
        stored = sorted(self.shelf.list(RELEASES), key=_newest)
        previews = list(self.shelf.list(PREVIEWS))
        found.ours = bool(stored or previews)
        needed = {live.holds, *live.unfinished}
        must = {live.holds}
        for preview in previews:
            pointer = self._preview(preview.key)
            if pointer is None:
                continue
            if self._over(pointer):
                found.previews.append(preview)
            else:
                must.add(pointer.release)
        needed |= must | self._kept(live, stored, {_name(row.key, LOG) for row in logged})
        found.releases = [
            row for row in stored if _name(row.key, RELEASES) not in needed and self._old(row) and _ours(row.key)
        ]
        gone = {_name(row.key, RELEASES) for row in found.releases}
        ids = [_name(row.key, RELEASES) for row in stored if _name(row.key, RELEASES) not in gone and _ours(row.key)]
        needed.update(ids)  # also those too young to go: a publisher may be about to switch to one
        found.kept = len(ids)
        reach = self._reach(sorted(needed), must)
        prefixes = (ASSETS,) if live.flat else (ASSETS, TREES)
        objects = [
            row
            for prefix in prefixes
            for row in self.shelf.list(prefix)
            if row.key not in reach and self._old(row) and (prefix == TREES or is_asset(row.key))
        ]
        found.objects, found.left = objects[: self.cap], max(0, len(objects) - self.cap)
        found.records = [row for row in logged[_RECORDS:] if self._old(row) and _name(row.key, LOG) not in needed]
        return found

    def remove(self, seen: Seen | None, found: _Condemned) -> Collected:
        """Marks the pointer, looks again at what may have come meanwhile, removes, takes the mark away.

        Where nothing is live, a pointer that holds the place takes the mark: a publisher notices us by it. Raises
        Conflict when the pointer was changed by anybody else.
        """
        pointer = seen.pointer if seen is not None else NOTHING._replace(at=iso(self.now))
        lease = Lease(self.shelf, self.patience)
        marked = lease.begin(seen, pointer, f"gc-{pointer.serial + 1}-{iso(self.now)}")
        try:
            # From here on nobody can switch without noticing us: a publisher's write of the pointer fails, and a
            # preview's publisher looks for this mark after writing its own. So what is looked at now stays true.
            clock = [row.modified for row in self.shelf.list("_hs/") if row.key == CURRENT]
            self.now = min([self.now, *clock])  # the store's clock stamps objects, not ours
            again = self.condemned(marked)
            sure = found.as_far_as(again)
            for batch in _batches(sure):
                lease.renew()
                self.shelf.delete([row.key for row in batch], lease.left)
            return sure.told()
        finally:
            with contextlib.suppress(StoreError, Problems):
                lease.end()

    def _preview(self, key: str) -> Pointer | None:
        stored = self.shelf.get(key)
        return decode_pointer(stored.body, self.shelf.name + key) if stored is not None else None

    def _over(self, pointer: Pointer) -> bool:
        try:
            return datetime.fromisoformat(pointer.expires) + self.grace < self.now
        except (ValueError, TypeError):
            return False

    def _old(self, row: Listed) -> bool:
        return row.modified < self.now - self.grace

    def _kept(self, live: Pointer, stored: list[Listed], logged: set[str]) -> set[str]:
        """The last releases that went live, and those that were live within the grace: pages of them are still open.

        A release was live until the next one's manifest was written.
        """
        kept = {live.holds, live.previous}
        known = [row for row in stored if _ours(row.key) and not is_preview(_name(row.key, RELEASES))]
        was_live = [row for row in known if _name(row.key, RELEASES) in logged | kept]
        if live.rolled_back_from is not None and _later(live.at, self.now - self.grace):
            return kept | {_name(row.key, RELEASES) for row in was_live}
        kept.update(_name(row.key, RELEASES) for row in was_live[: self.keep])
        for newer, row in pairwise(was_live):
            if not self._old(newer):
                kept.add(_name(row.key, RELEASES))
        return kept

    def _reach(self, releases: Iterable[str], must: set[str]) -> set[str]:
        """Keys of all objects of these releases. Raises Problems when one cannot be read: nothing is removed then."""
        reach: set[str] = set()
        for name in releases:
            if not name:
                continue
            manifest = manifest_of(self.shelf, name, None)
            if manifest is None:
                if name in must:
                    raise problem(
                        "HS801",
                        self.shelf.name + release_key(name),
                        "the manifest of a release in use is missing",
                        "nothing",
                        "the list of its objects",
                        "publish it again with another commit or clock; that writes a new one",
                    )
                continue
            reach.update(manifest.key(row) for row in manifest.objects)
        return reach


def _batches(found: _Condemned) -> Iterable[list[Listed]]:
    """Previews' pointers, then manifests, then the rest: whatever stops us, nothing points at what is gone."""
    for rows in (found.previews, found.releases, [*found.records, *found.objects]):
        for start in range(0, len(rows), _BATCH):
            yield rows[start : start + _BATCH]


def _newest(row: Listed) -> tuple[float, str]:
    return -row.modified.timestamp(), row.key


def _name(key: str, prefix: str) -> str:
    return key.removeprefix(prefix).removesuffix(".json")


def _ours(key: str) -> bool:
    name = _name(key, RELEASES)
    return is_release_id(name) and key == release_key(name)


def _later(moment: str, than: datetime) -> bool:
    try:
        return datetime.fromisoformat(moment) > than
    except (ValueError, TypeError):
        return True
