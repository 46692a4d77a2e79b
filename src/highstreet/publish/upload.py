"""Upload: brings what a release needs and what is not there into the store. Nothing that is live is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from highstreet.publish.changeset import Change, same
from highstreet.publish.crew import all_done
from highstreet.publish.forest import forest
from highstreet.publish.object_store import Absent, Conflict, ETag, Matches, Shelf
from highstreet.publish.outcome import Counts, Progress, Tell
from highstreet.publish.release import (
    ASSETS,
    TREES,
    Published,
    Release,
    Trees,
    is_asset,
    key_of,
)
from highstreet.publish.wanted import Item, Wanted

Rows = dict[str, Published]  # by path
Have = Mapping[str, ETag] | None  # what is really there, by key; None: what manifests tell can be relied on
_Task = Callable[[], tuple[Published, int]]  # the object's row, and the bytes that were sent
_COPIED = -1  # bytes sent for what the store copied


@dataclass
class Upload:
    """Remembers what it has put, so that another attempt goes on from there."""

    shelf: Shelf
    wanted: Wanted
    cache: Path | None
    pool: Executor
    tell: Tell
    sent: Rows = field(default_factory=dict)  # by key
    copied: int = 0
    uploaded: int = 0
    bytes: int = 0

    def there(self) -> dict[str, ETag]:
        """What is really there. Only asked for after a gc or a surprise: a publish lists nothing."""
        self.tell(Progress("looking", 0, 1))
        return {found.key: found.etag for prefix in (ASSETS, TREES) for found in self.shelf.list(prefix)}

    def assets(self, base: Rows, have: Have) -> Rows:
        """Puts the fingerprinted files that neither `base` nor an earlier attempt has put."""
        rows: Rows = {}
        tasks: list[_Task] = []
        for item in self.wanted.items:
            if not is_asset(item.path):
                continue
            was = base.get(item.path)
            known = (row for row in (self.sent.get(item.path), was) if row is not None and same(item, row))
            found = next((row for row in known if have is None or have.get(item.path) == row.etag), None)
            if found is not None:
                rows[item.path] = found
            else:
                overwrite = was is not None and was.source == item.source and was.headers != item.headers
                tasks.append(partial(self._asset, item, overwrite))
        return rows | self._run("assets", tasks, str)

    def trees(self, base: Release | None, have: Have) -> tuple[Trees, Rows]:
        """Puts all pages into trees: those of changed content are sent, others in a tree that is made anew copied."""
        there = {row.path: row for row in base.objects} if base is not None else {}
        pages = [item for item in self.wanted.items if not is_asset(item.path)]
        drafts = self._drafts(pages, there)
        trees = forest(drafts, base)
        rows: Rows = {}
        tasks: list[_Task] = []
        for item in pages:
            key, draft = key_of(item.path, trees), drafts[item.path]
            was, sent = there.get(item.path), self.sent.get(key)
            was_key = base.key(was) if base is not None and was is not None else ""
            if was is not None and was_key == key and (have is None or have.get(key) == was.etag):
                rows[item.path] = was  # in a tree that the live release has, too
            elif sent is not None and (have is None or have.get(key) == sent.etag):
                rows[item.path] = sent
            elif was is not None and was.sha256 == draft.sha256 and (have is None or have.get(was_key) == was.etag):
                tasks.append(partial(self._copied, was_key, key, draft._replace(etag=was.etag)))
            else:
                tasks.append(partial(self._page, item, key))
        return trees, rows | self._run("pages", tasks, lambda path: key_of(path, trees))

    def in_place(self, step: str, items: Iterable[Item], tick: Callable[[], None], every: float) -> None:
        """Puts pages under their own names. `tick` is asked now and then whether to go on."""
        self._run(step, [partial(self._page, item, item.path) for item in items], str, tick, every)

    def counts(self, changes: Iterable[Change]) -> Counts:
        """What was done so far, in all attempts, to bring about `changes`."""
        actions = [change.action for change in changes]
        return Counts(
            actions.count("create"),
            actions.count("update"),
            actions.count("headers"),
            actions.count("delete"),
            self.copied,
            self.uploaded,
            self.bytes,
        )

    def _drafts(self, pages: Iterable[Item], there: Rows) -> Rows:
        """Rows of what shall be in trees, whose names are made of them. Variants must be compressed for that."""
        rows: Rows = {}
        tasks: list[Callable[[], Published]] = []
        for item in pages:
            was = there.get(item.path)
            if not item.headers.content_encoding:
                rows[item.path] = draft(item)
            elif was is not None and was.source == item.source:
                rows[item.path] = was._replace(headers=item.headers, etag=ETag(""))
            else:
                tasks.append(partial(self._compressed, item))
        rows.update((row.path, row) for row in all_done(self.pool, tasks))
        return rows

    def _run(
        self,
        step: str,
        tasks: list[_Task],
        key: Callable[[str], str],
        tick: Callable[[], None] = lambda: None,
        every: float | None = None,
    ) -> Rows:
        rows: Rows = {}

        def told(done: int) -> None:
            tick()
            self.tell(Progress(step, done, len(tasks)))

        for row, sent in all_done(self.pool, tasks, told, every):
            rows[row.path] = self.sent[key(row.path)] = row
            self.copied += sent == _COPIED
            self.uploaded += sent != _COPIED
            self.bytes += max(0, sent)
        return rows

    # From here on in threads of the pool.

    def _compressed(self, item: Item) -> Published:
        body = self.wanted.body(item, self.cache)
        return draft(item)._replace(sha256=sha256(body).hexdigest(), size=len(body))

    def _asset(self, item: Item, overwrite: bool) -> tuple[Published, int]:
        """Puts a fingerprinted file: if it is there already it may have been put by a publisher that was stopped."""
        body = self.wanted.body(item, self.cache)
        digest = _digest(item, body)
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

    def _page(self, item: Item, key: str) -> tuple[Published, int]:
        body = self.wanted.body(item, self.cache)
        etag = self.shelf.put(key, body, item.headers)
        return Published(item.path, _digest(item, body), len(body), item.headers, etag, item.source), len(body)

    def _copied(self, source: str, target: str, row: Published) -> tuple[Published, int]:
        return row._replace(etag=self.shelf.copy(source, target, row.etag, row.headers)), _COPIED


def _digest(item: Item, body: bytes) -> str:
    """SHA-256 of an item's body. What is stored as it was built has its source's, as was seen when it was read."""
    return sha256(body).hexdigest() if item.headers.content_encoding else item.source


def draft(item: Item) -> Published:
    """The row of an object that is stored as it was built, but for the store's ETag."""
    return Published(item.path, item.source, item.size, item.headers, ETag(""), item.source)
