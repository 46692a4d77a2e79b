"""Flat layout: pages lie under their own names, for hosting that knows no releases.

While pages are being put, visitors may see old and new ones side by side; that is what this layout cannot help. What it
holds: a page never goes up before the files it names, home and sitemap go up after the pages they lead to, one
publisher at a time puts pages, and one that was stopped is made good by the next.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from highstreet.base.diagnostic import Problems
from highstreet.publish.attempt import Superseded, outcome_of, until_done
from highstreet.publish.beside import base_of, check_deletes, unchanged
from highstreet.publish.changeset import changeset, dead_ends, same
from highstreet.publish.faults import problem
from highstreet.publish.lease import Mark
from highstreet.publish.log import record
from highstreet.publish.manifests import manifest_of, release_id, remember
from highstreet.publish.object_store import ETag, Shelf
from highstreet.publish.options import PATIENT, Patience, Stamp
from highstreet.publish.order import iso, superseded, tells_newer
from highstreet.publish.outcome import Outcome, Tell, nobody
from highstreet.publish.release import (
    ASSETS,
    FLAT,
    PRIVATE,
    Pointer,
    Release,
    is_asset,
    release_key,
)
from highstreet.publish.release_json import encode_release
from highstreet.publish.switch import Seen, look, noted, settled
from highstreet.publish.upload import Rows, Upload, draft
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
    """Brings the objects in place up to date: assets, pages, then home and sitemap, then deletes."""
    upload = Upload(shelf, wanted, cache, pool, tell)
    publisher = _Publisher(shelf, wanted, stamp, cache, upload, tell, patience, patience.clock())
    return outcome_of(publisher.run, shelf, patience)


def is_last(path: str) -> bool:
    """Whether a page leads to all others, and so is put after them."""
    return path == "index.html" or path.startswith("sitemap")


@dataclass
class _Publisher:
    shelf: Shelf
    wanted: Wanted
    stamp: Stamp
    cache: Path | None
    upload: Upload
    tell: Tell
    patience: Patience
    began: float
    tried: set[str] = field(default_factory=set)
    first: str | None = None
    collected: int = -1

    def run(self) -> Outcome:
        if self.stamp.preview:
            raise problem(
                "HS811",
                self.shelf.name,
                "the flat layout has no previews",
                f"--preview {self.stamp.preview.name}",
                "the layout `releases`",
                "publish the preview to a store with that layout",
            )
        done, attempts = until_done(self._attempt)
        return replace(done, attempts=attempts)

    def _attempt(self) -> Outcome | None:
        seen = look(self.shelf)
        if self.first is None:
            self.first = seen.pointer.release if seen is not None else ""
        if seen is not None and unchanged(seen.pointer, self.wanted, self.stamp):
            if seen.pointer.release in self.tried:
                return Outcome("published", seen.pointer.release, seen.pointer.previous)
            if tells_newer(self.stamp, seen.pointer) and not noted(self.shelf, seen, self.stamp, self.patience):
                return None
            return Outcome("unchanged", seen.pointer.release, seen.pointer.previous)
        seen = settled(self.shelf, seen, self.patience, self.tell)
        live = seen.pointer if seen is not None else None
        if live is not None and live.release not in self.tried:
            reason = superseded(self.stamp, self.wanted.site, live, live.release != self.first)
            if reason:
                raise Superseded(reason, live.release)
        base = base_of(self.shelf, seen, self.wanted, self.cache)
        there = {row.path: row for row in base.objects} if base is not None else {}
        doubtful = self._doubtful(live, there)
        changes = changeset(self.wanted.items, base.objects if base is not None else ())
        check_deletes(self.shelf, changes, base, self.stamp)

        rows = self.upload.assets(there, self._have(live))
        pages = [item for item in self.wanted.items if not is_asset(item.path)]
        rows |= {item.path: draft(item) for item in pages}  # nothing is copied in this layout: no ETag is needed
        previous = live.holds if live is not None else ""
        ident = release_id(self.shelf.tenant, self.wanted.site, self.stamp, previous, FLAT)
        release = Release(ident, self._pointer(ident, previous), tuple(rows[path] for path in sorted(rows)))
        self.shelf.put(release_key(ident), encode_release(release), PRIVATE)
        self.tried.add(ident)

        claim = _Claim(self.shelf, self.patience)
        if not claim.take(seen, release, self.stamp):
            return None
        todo = [item for item in pages if item.path in doubtful or not same(item, there.get(item.path))]
        for step, last in (("pages", False), ("home", True)):
            items = [item for item in todo if is_last(item.path) == last]
            if items:
                claim.renew()
                self.upload.in_place(step, items, claim.keep, self.patience.lease / 8)
        gone = sorted(path for path in {*there, *doubtful} - rows.keys() if not is_asset(path))
        for start in range(0, len(gone), 500):  # assets are left to gc: pages that are open still name them
            claim.renew()
            self.shelf.delete(gone[start : start + 500], claim.left)
        if not claim.end(release, self.stamp):
            return None
        remember(self.shelf, release, self.cache)
        counts = self.upload.counts(changes)
        seconds = self.patience.clock() - self.began
        warnings = record(self.shelf, ident, previous, self.stamp, counts, seconds)
        lost = dead_ends(changes)
        return Outcome("published", ident, previous, counts, seconds, diagnostics=warnings, dead_ends=lost)

    def _doubtful(self, live: Pointer | None, there: Rows) -> set[str]:
        """Paths where something else than the live release may lie, because publishers were stopped."""
        found: set[str] = set()
        for name in live.unfinished if live is not None else ():
            try:
                begun = manifest_of(self.shelf, name, None)
            except Problems:
                begun = None
            if begun is None:
                return {*there, *(item.path for item in self.wanted.items)}
            found |= {row.path for row in begun.objects if there.get(row.path) != row}
            found |= there.keys() - {row.path for row in begun.objects}
        return {path for path in found if not is_asset(path)}

    def _have(self, live: Pointer | None) -> dict[str, ETag] | None:
        """Assets that are really there, asked for after a gc."""
        before, self.collected = self.collected, live.collected if live is not None else 0
        if before in (-1, self.collected):
            return None
        return {row.key: row.etag for row in self.shelf.list(ASSETS)}

    def _pointer(self, ident: str, previous: str) -> Pointer:
        return Pointer(
            release=ident,
            site=self.wanted.site,
            trees=FLAT,
            headers=self.wanted.headers,
            encodings=(),
            asset_encodings=(),
            not_found=self.wanted.not_found,
            previous=previous,
            commit=self.stamp.commit,
            built=iso(self.stamp.clock),
        )


class _Claim(Mark):
    """The right to put pages."""

    def take(self, seen: Seen | None, release: Release, stamp: Stamp) -> bool:
        before = seen.pointer if seen is not None else release.pointer
        unfinished = tuple(dict.fromkeys((*before.unfinished, release.id)))
        mark = f"flat-{release.id}-{iso(stamp.now)}"
        return self.put(seen, before._replace(collecting=mark, unfinished=unfinished, by=stamp.who, at=iso(stamp.now)))

    def end(self, release: Release, stamp: Stamp) -> bool:
        assert self._seen is not None
        collected = self._seen.pointer.collected
        return self.put(self._seen, release.pointer._replace(collected=collected, by=stamp.who, at=iso(stamp.now)))
