"""Apply: puts one tenant's site into a store as a new release, or changes nothing."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from highstreet.publish.attempt import Superseded, outcome_of, until_done
from highstreet.publish.beside import base_of, check_deletes, pointer_key, unchanged
from highstreet.publish.changeset import changeset, dead_ends
from highstreet.publish.log import record
from highstreet.publish.manifests import release_id, remember
from highstreet.publish.object_store import Conflict, Shelf
from highstreet.publish.options import PATIENT, Patience, Stamp
from highstreet.publish.order import iso, superseded, tells_newer
from highstreet.publish.outcome import Counts, Outcome, Progress, Tell, nobody
from highstreet.publish.release import CURRENT, PRIVATE, Pointer, Release, Trees, release_key
from highstreet.publish.release_json import encode_release
from highstreet.publish.switch import Seen, look, noted, put_pointer, settled
from highstreet.publish.upload import Upload
from highstreet.publish.wanted import Wanted


def publish(
    shelf: Shelf,
    wanted: Wanted,
    stamp: Stamp,
    cache: Path | None,
    pool: Executor,
    tell: Tell = nobody,
    patience: Patience = PATIENT,
) -> Outcome:
    """Makes `wanted` the live release (or a preview, if the stamp says so).

    A store's errors and what the operator must decide are in the outcome, kind "failed" or "superseded"; nothing is
    raised for them. `cache` is a folder for manifests and compressed files that all tenants may share. `pool` runs the
    requests; it must not be the one this call runs in.
    """
    upload = Upload(shelf, wanted, cache, pool, tell)
    publisher = _Publisher(shelf, wanted, stamp, cache, upload, tell, patience, patience.clock())
    return outcome_of(publisher.run, shelf, patience)


@dataclass
class _Publisher:
    """One publish: takes the difference and puts it, again whenever somebody else was at work meanwhile."""

    shelf: Shelf
    wanted: Wanted
    stamp: Stamp
    cache: Path | None
    upload: Upload
    tell: Tell
    patience: Patience
    began: float
    tried: dict[str, Release] = field(default_factory=dict)  # by id: releases whose switch we have asked for
    doubt: bool = False  # whether things may have been removed since: nothing is taken as there without a look
    collected: int = -1  # gcs so far, as the live pointer told when we last relied on anything
    first: str | None = None  # the release that was live when we began
    counts: Counts = field(default_factory=Counts)
    dead_ends: tuple[str, ...] = ()

    def run(self) -> Outcome:
        key = pointer_key(self.stamp, self.shelf)
        done, attempts = until_done(partial(self._attempt, key), key)
        return replace(done, attempts=attempts)

    def _attempt(self, key: str) -> Outcome | None:
        try:
            return self._once(key)
        except Conflict:  # what we wanted to copy is gone, or what we found there has changed
            self.doubt = True
            raise

    def _once(self, key: str) -> Outcome | None:
        live = look(self.shelf)
        seen = live if key == CURRENT else look(self.shelf, key)
        if self.first is None:
            self.first = seen.pointer.release if seen is not None else ""
        if seen is not None and (key == CURRENT or not self.doubt):
            found = self._there_already(seen)
            if found is not None and found.kind == "unchanged" and tells_newer(self.stamp, seen.pointer):
                return found if noted(self.shelf, seen, self.stamp, self.patience, self.tell) else None
            if found is not None:
                return found
        calm = settled(self.shelf, live, self.patience, self.tell)
        if calm is not live:
            live, seen = calm, calm if key == CURRENT else look(self.shelf, key)
        fence = live.pointer.collected if live is not None else 0
        self.doubt = self.doubt or (self.collected >= 0 and fence != self.collected)
        self.collected = fence
        if key == CURRENT and seen is not None:
            self._check_order(seen)
        base = base_of(self.shelf, seen or live, self.wanted, self.cache)
        changes = changeset(self.wanted.items, base.objects if base is not None else ())
        if key == CURRENT:
            check_deletes(self.shelf, changes, base, self.stamp)
        release = self._uploaded(base, seen.pointer.holds if seen is not None else "")
        self.counts, self.dead_ends = self.upload.counts(changes), dead_ends(changes)
        self.shelf.put(release_key(release.id), encode_release(release), PRIVATE)
        self.tell(Progress("switch", 0, 1))
        self.tried[release.id] = release
        if put_pointer(self.shelf, key, seen, self._pointer(release, seen)) is None:
            return None
        if key != CURRENT and self._removed_meanwhile():
            self.doubt = True
            return None
        self.tell(Progress("switch", 1, 1))
        return self._published(release)

    def _there_already(self, seen: Seen) -> Outcome | None:
        """The outcome when what is live is ours: an answer was lost, or there was nothing to do."""
        live = seen.pointer
        if live.release in self.tried and live.site == self.wanted.site:
            return self._published(self.tried[live.release])
        if self.tried and live.previous in self.tried:
            raise Superseded(f"release {live.release} has replaced ours{_by(live)}", live.release)
        if unchanged(live, self.wanted, self.stamp):
            return Outcome("unchanged", live.release, live.previous)
        return None

    def _check_order(self, seen: Seen) -> None:
        live = seen.pointer
        reason = superseded(self.stamp, self.wanted.site, live, moved=live.release != self.first)
        if reason:
            raise Superseded(reason, live.release)

    def _removed_meanwhile(self) -> bool:
        """Whether a gc that has not seen our preview's pointer may have removed what it needs."""
        now = look(self.shelf)
        return now is not None and (bool(now.pointer.collecting) or now.pointer.collected != self.collected)

    def _uploaded(self, base: Release | None, previous: str) -> Release:
        """The new release, all objects of which are there."""
        have = self.upload.there() if self.doubt else None
        rows = self.upload.assets({row.path: row for row in base.objects} if base is not None else {}, have)
        trees, pages = self.upload.trees(base, have)
        rows |= pages
        ident = release_id(self.shelf.tenant, self.wanted.site, self.stamp, previous, trees)
        return Release(ident, self._lasting(ident, trees, previous), tuple(rows[path] for path in sorted(rows)))

    def _lasting(self, ident: str, trees: Trees, previous: str) -> Pointer:
        headers = dict(self.wanted.headers)
        if self.stamp.preview:
            headers["x-robots-tag"] = "noindex"
        return Pointer(
            release=ident,
            site=self.wanted.site,
            trees=trees,
            headers=headers,
            encodings=self.wanted.encodings,
            asset_encodings=self.wanted.asset_encodings,
            not_found=self.wanted.not_found,
            previous=previous,
            commit=self.stamp.commit,
            built=iso(self.stamp.clock),
            expires=iso(self.stamp.preview.expires) if self.stamp.preview else "",
        )

    def _pointer(self, release: Release, seen: Seen | None) -> Pointer:
        return release.pointer._replace(
            serial=seen.pointer.serial + 1 if seen is not None else 1,
            collected=seen.pointer.collected if seen is not None else 0,
            by=self.stamp.who,
            at=iso(self.stamp.now),
        )

    def _published(self, release: Release) -> Outcome:
        """The outcome, once the record is written and the manifest kept for the next time."""
        remember(self.shelf, release, self.cache)
        seconds = self.patience.clock() - self.began
        previous = release.pointer.previous
        diagnostics = record(self.shelf, release.id, previous, self.stamp, self.counts, seconds)
        return Outcome(
            "published", release.id, previous, self.counts, seconds, diagnostics=diagnostics, dead_ends=self.dead_ends
        )


def _by(live: Pointer) -> str:
    return f" (by {live.by})" if live.by else ""
