"""Apply: puts one tenant's site into a store as a new release, or changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.publish.changeset import Change, Changes, changeset, same, too_many_deletes
from highstreet.publish.crew import all_done
from highstreet.publish.faults import problem, told
from highstreet.publish.manifests import manifest_of, release_id, remember
from highstreet.publish.object_store import Absent, Conflict, ETag, Matches, Shelf, StoreError
from highstreet.publish.options import PATIENT, Options, Patience, Stamp
from highstreet.publish.order import iso, superseded
from highstreet.publish.outcome import Counts, Outcome, Progress, Tell, nobody
from highstreet.publish.release import (
    ASSETS,
    CURRENT,
    PREVIEWS,
    PRIVATE,
    TREES,
    Pointer,
    Published,
    Record,
    Release,
    Trees,
    is_asset,
    is_preview_name,
    key_of,
    log_key,
    release_key,
    shard_of,
    shards_for,
    tree_id,
    trees_for,
)
from highstreet.publish.release_json import encode_record, encode_release
from highstreet.publish.switch import ATTEMPTS, Seen, look, put_pointer, settled
from highstreet.publish.wanted import Item, Wanted


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
    raised for them. `cache` is a folder for manifests and compressed files that all tenants may share. `pool` runs the
    requests; it must not be the one this call runs in.
    """
    began = patience.clock()
    try:
        made = _Publisher(shelf, wanted, stamp, options, cache, pool, tell, patience, began).run()
    except Superseded as older:
        made = older.outcome(shelf)
    except Problems as problems:
        made = Outcome("failed", diagnostics=problems.diagnostics)
    except StoreError as error:
        made = Outcome("failed", diagnostics=(told(error, shelf),))
    return replace(made, seconds=patience.clock() - began)


def planned(shelf: Shelf, wanted: Wanted, stamp: Stamp, options: Options, cache: Path | None = None) -> Changes:
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


COPIED = -1  # bytes sent for what the store copied


@dataclass
class Sender:
    """Puts objects, and counts what it does. Used from many threads; counts are taken from results, in one."""

    shelf: Shelf
    wanted: Wanted
    cache: Path | None

    def asset(self, item: Item, overwrite: bool) -> tuple[Published, int]:
        """Puts a fingerprinted file: if it is there already it may have been put by a publisher that was stopped."""
        body = self.wanted.body(item, self.cache)
        digest = sha256(body).hexdigest()
        sent = len(body)
        try:
            etag = self.shelf.put(item.path, body, item.headers, None if overwrite else Absent())
        except Conflict:
            found = self.shelf.get(item.path)
            if found is None:
                raise
            etag = found.etag
            if found.headers != item.headers or sha256(found.body).hexdigest() != digest:
                etag = self.shelf.put(item.path, body, item.headers, Matches(found.etag))
                sent *= 2
        return Published(item.path, digest, len(body), item.headers, etag, item.source), sent

    def page(self, item: Item, key: str) -> tuple[Published, int]:
        body = self.wanted.body(item, self.cache)
        etag = self.shelf.put(key, body, item.headers)
        return Published(item.path, sha256(body).hexdigest(), len(body), item.headers, etag, item.source), len(body)

    def copied(self, source: str, target: str, row: Published) -> tuple[Published, int]:
        return row._replace(etag=self.shelf.copy(source, target, row.etag, row.headers)), COPIED


@dataclass
class _Publisher:
    """One publish: takes the difference and puts it, again whenever somebody else was at work meanwhile."""

    shelf: Shelf
    wanted: Wanted
    stamp: Stamp
    options: Options
    cache: Path | None
    pool: Executor
    tell: Tell
    patience: Patience
    began: float
    tried: dict[str, Release] = field(default_factory=dict)  # by id: releases whose switch we have asked for
    sent: dict[str, Published] = field(default_factory=dict)  # by key: what we have put in this run
    doubt: bool = False  # whether things may have been removed since: nothing is taken as there without a look
    collected: int = -1  # gcs so far, as the live pointer told when we last relied on anything
    first: str | None = None  # the release that was live when we began
    counts: Counts = field(default_factory=Counts)

    def run(self) -> Outcome:
        key = pointer_key(self.stamp, self.shelf)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                done = self._attempt(key)
            except Conflict:  # what we wanted to copy is gone, or what we found there has changed
                if attempt == ATTEMPTS:
                    raise
                self.doubt = True
                continue
            if done is not None:
                return replace(done, attempts=attempt)
        raise Conflict(key, f"it changed {ATTEMPTS} times while we were at it")

    def _attempt(self, key: str) -> Outcome | None:
        live = look(self.shelf)
        seen = live if key == CURRENT else look(self.shelf, key)
        if self.first is None:
            self.first = seen.pointer.release if seen is not None else ""
        if seen is not None and (key == CURRENT or not self.doubt):
            found = self._there_already(seen)
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
        if key == CURRENT:
            check_deletes(self.shelf, changeset(self.wanted.items, base.objects if base else ()), base, self.stamp)
        previous = seen.pointer.release if seen is not None else ""
        release = self._upload(base, previous)
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

    def _upload(self, base: Release | None, previous: str) -> Release:
        """Puts all that the release needs and is not there; nothing that is live is touched."""
        there = {found.path: found for found in base.objects} if base is not None else {}
        have = self._listed() if self.doubt else None
        sender = Sender(self.shelf, self.wanted, self.cache)
        counts = _Tally(self)
        assets = [item for item in self.wanted.items if is_asset(item.path)]
        pages = [item for item in self.wanted.items if not is_asset(item.path)]

        rows: dict[str, Published] = {}
        tasks: list[Callable[[], tuple[Published, int]]] = []
        for item in assets:
            was = there.get(item.path)
            known = self._known(item.path, item, was, have)
            if known is not None:
                rows[item.path] = known
                continue
            overwrite = was is not None and was.source == item.source and was.headers != item.headers
            tasks.append(partial(sender.asset, item, overwrite))
        self._run("assets", tasks, rows, counts, str)

        shards = shards_for(len(pages), base.pointer.trees.shards if base is not None else 0)
        drafts = self._drafts(pages, there)
        groups: dict[int, list[Item]] = {number: [] for number in range(shards)}
        for item in pages:
            groups[shard_of(item.path, shards)].append(item)
        ids = {number: tree_id(drafts[item.path] for item in group) for number, group in groups.items()}
        trees = trees_for(shards, ids)
        tasks = []
        for item in pages:
            key = key_of(item.path, trees)
            was = there.get(item.path)
            was_key = base.key(was) if base is not None and was is not None else ""
            draft = drafts[item.path]
            if was is not None and was_key == key and (have is None or have.get(key) == was.etag):
                rows[item.path] = was  # in a tree that the live release has, too
            elif (sent := self.sent.get(key)) is not None and (have is None or have.get(key) == sent.etag):
                rows[item.path] = sent
            elif was is not None and was.sha256 == draft.sha256 and (have is None or have.get(was_key) == was.etag):
                tasks.append(partial(sender.copied, was_key, key, draft._replace(etag=was.etag)))
            else:
                tasks.append(partial(sender.page, item, key))
        self._run("pages", tasks, rows, counts, lambda path: key_of(path, trees))
        self.counts = counts.total(changeset(self.wanted.items, base.objects if base is not None else ()))

        ident = release_id(self.shelf.tenant, self.wanted.site, self.stamp, previous)
        return Release(ident, self._lasting(ident, trees, previous), tuple(rows[path] for path in sorted(rows)))

    def _known(self, key: str, item: Item, was: Published | None, have: Mapping[str, ETag] | None) -> Published | None:
        """The row of an asset that need not be put."""
        sent = self.sent.get(key)
        for found in (sent, was):
            if found is not None and same(item, found) and (have is None or have.get(key) == found.etag):
                return found
        return None

    def _drafts(self, pages: Iterable[Item], there: Mapping[str, Published]) -> dict[str, Published]:
        """Rows of what shall be in trees, whose names are made of them. Variants must be compressed for that."""
        rows: dict[str, Published] = {}
        tasks: list[Callable[[], Published]] = []
        for item in pages:
            was = there.get(item.path)
            if not item.headers.content_encoding:
                rows[item.path] = Published(item.path, item.source, item.size, item.headers, ETag(""), item.source)
            elif was is not None and was.source == item.source:
                rows[item.path] = was._replace(headers=item.headers, etag=ETag(""))
            else:
                tasks.append(partial(self._compressed, item))
        rows.update((row.path, row) for row in all_done(self.pool, tasks))
        return rows

    def _compressed(self, item: Item) -> Published:
        body = self.wanted.body(item, self.cache)
        return Published(item.path, sha256(body).hexdigest(), len(body), item.headers, ETag(""), item.source)

    def _run(
        self,
        step: str,
        tasks: list[Callable[[], tuple[Published, int]]],
        rows: dict[str, Published],
        counts: _Tally,
        key: Callable[[str], str],
    ) -> None:
        total = len(tasks)
        for row, sent in all_done(self.pool, tasks, lambda done: self.tell(Progress(step, done, total))):
            rows[row.path] = self.sent[key(row.path)] = row
            counts.add(sent)

    def _listed(self) -> dict[str, ETag]:
        """What is really there. Only asked for after a gc or a surprise: a publish lists nothing."""
        self.tell(Progress("looking", 0, 1))
        return {found.key: found.etag for prefix in (ASSETS, TREES) for found in self.shelf.list(prefix)}

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
        return Outcome("published", release.id, previous, self.counts, seconds, diagnostics=diagnostics)


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


class _Tally:
    """Counts of one attempt, added to those of the attempts before."""

    def __init__(self, publisher: _Publisher) -> None:
        self._before = publisher.counts
        self._uploaded = self._copied = self._bytes = 0

    def add(self, sent: int) -> None:
        if sent == COPIED:
            self._copied += 1
        else:
            self._uploaded += 1
            self._bytes += sent

    def total(self, changes: Iterable[Change]) -> Counts:
        actions = [change.action for change in changes]
        return Counts(
            actions.count("create"),
            actions.count("update"),
            actions.count("headers"),
            actions.count("delete"),
            self._before.copied + self._copied,
            self._before.uploaded + self._uploaded,
            self._before.bytes + self._bytes,
        )


def _by(live: Pointer) -> str:
    return f" (by {live.by})" if live.by else ""
