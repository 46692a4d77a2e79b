"""Shops to publish, and stores that fail, wait or count as told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from highstreet.output.state import Output
from highstreet.publish import apply, flat
from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import Condition, ETag, Fetched, Headers, Listed, Shelf, Unavailable
from highstreet.publish.options import Options, Patience, Stamp
from highstreet.publish.outcome import Outcome
from highstreet.publish.release import CURRENT, Commit, Pointer, Release, release_key
from highstreet.publish.release_json import decode_pointer, decode_release
from highstreet.publish.wanted import Wanted, wanted

DEFAULT = Options()
CLOCK = datetime(2026, 11, 24, 12, tzinfo=UTC)


def site(folder: Path, files: dict[str, str | bytes], options: Options = DEFAULT, handle: str = "acme") -> Wanted:
    """A built site with these files."""
    outputs = {}
    for path, text in files.items():
        data = text.encode() if isinstance(text, str) else text
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        outputs[path] = Output("", sha256(data).hexdigest(), len(data), 0)
    return wanted(folder, outputs, handle, options)


def shop(number: int = 0, pages: int = 3) -> dict[str, str | bytes]:
    """Pages of version `number` that refer to a style sheet of that version."""
    css = f"body {{ --version: {number} }}"
    name = f"assets/main.{sha256(css.encode()).hexdigest()[:16]}.css"
    files: dict[str, str | bytes] = {
        name: css,
        "assets/logo.0123456789abcdef.png": b"\x89PNG",
        "index.html": f"home {number} {name}",
        "404.html": "not found",
        "sitemap.xml": f"<urlset/><!-- {number} -->",
        "_headers": "/*\n  Content-Security-Policy: default-src 'self'\n",
        "_redirects": "/old/ /new/ 301\n/soon/ /later/ 302\n",
        "old/index.html": "moved",
        "soon/index.html": "moved for now",
    }
    for page in range(pages):
        text = f"page {page} {number if page == number % max(1, pages) else ''}"
        files[f"products/p{page}/index.html"] = text + f" {name}" if page == 0 else text
    return files


def stamp(number: int = 0, **fields: Any) -> Stamp:
    """Of commit number `number`, a minute after the one before."""
    moment = CLOCK + timedelta(minutes=number)
    commit = Commit(f"{number:040x}", int(moment.timestamp()))
    return Stamp(**{"who": f"p{number}", "commit": commit, "clock": moment, "now": moment} | fields)


def put(store: Any, what: Wanted, by: Stamp, time: Time | None = None, cache: Path | None = None) -> Outcome:
    """Publishes in the layout that `what` has, one request after the other, by a clock that goes on by waiting only."""
    layout = flat if what.options.layout == "flat" else apply
    return layout.publish(shelf(store), what, by, cache, Inline(), patience=(time or Time()).patience)


def versions(folder: Path, count: int, pages: int = 3, **options: Any) -> list[Wanted]:
    """The sites that `shop` gives for the numbers from 0."""
    return [site(folder / str(number), shop(number, pages), Options(**options)) for number in range(count)]


class Inline(Executor):
    """Runs each task at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            if not isinstance(error, Exception):
                raise
            future.set_exception(error)
        return future


class Crash(BaseException):
    """The publisher's process ends here."""


class Between:
    """A store that tells `before` of each request and `after` of each answer; both may raise, or run something else."""

    def __init__(
        self,
        store: MemoryStore,
        before: Callable[[str, str], None] = lambda verb, key: None,
        after: Callable[[str, str], None] = lambda verb, key: None,
    ) -> None:
        self.name = store.name
        self.store = store
        self.before = before
        self.after = after
        self.asked: list[tuple[str, str]] = []

    def _do(self, verb: str, key: str, act: Callable[[], Any]) -> Any:
        self.asked.append((verb, key))
        self.before(verb, key)
        try:
            return act()
        finally:
            self.after(verb, key)

    def get(self, key: str) -> Fetched | None:
        return self._do("GET", key, lambda: self.store.get(key))

    def put(self, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        return self._do("PUT", key, lambda: self.store.put(key, body, headers, condition))

    def copy(self, source: str, target: str, etag: ETag, headers: Headers) -> ETag:
        return self._do("COPY", target, lambda: self.store.copy(source, target, etag, headers))

    def delete(self, keys: Sequence[str], within: float | None = None) -> None:
        self._do("DELETE", keys[0] if keys else "", lambda: self.store.delete(keys, within))

    def list(self, prefix: str) -> Iterator[Listed]:
        return iter(list(self._do("LIST", prefix, lambda: self.store.list(prefix))))


class At:
    """One request of a run, by its number from 1."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0

    def reached(self) -> bool:
        """Counts a request: whether it is this one."""
        self.seen += 1
        return self.seen == self.number


def each_request(least: int) -> Iterator[At]:
    """The first request of a run, the second and so on, each for a run of its own; at last one that no run reaches.

    Fails when a run makes fewer than `least`.
    """
    for number in count(1):
        at = At(number)
        yield at
        if at.seen < number:
            break
    assert number > least, f"a run makes {number - 1} requests only"


def struck(store: MemoryStore, kind: str, at: At) -> Between:
    """The store for a run that crashes before a request, or to which its answer is lost."""

    def strike(verb: str, key: str) -> None:
        if at.reached():
            raise Crash if kind == "crash" else lost(key)

    return Between(store, before=strike) if kind == "crash" else Between(store, after=strike)


class Time:
    """A clock that goes on only by waiting, and what is stamped by it."""

    def __init__(self, start: datetime = CLOCK) -> None:
        self.start = start
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def wait(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.001)

    @property
    def patience(self) -> Patience:
        return Patience(300.0, self.wait, lambda: self.seconds)


def pointer(store: MemoryStore, tenant: str = "acme") -> Pointer | None:
    found = store.get(f"{tenant}/{CURRENT}")
    return decode_pointer(found.body, "current") if found is not None else None


def manifest(store: MemoryStore, release: str, tenant: str = "acme") -> Release:
    found = store.get(f"{tenant}/{release_key(release)}")
    assert found is not None, f"no manifest of {release}"
    return decode_release(found.body, "manifest")


def check_whole(store: MemoryStore, live: Pointer, tenant: str = "acme") -> Release:
    """The release a pointer names is there, every object with the bytes and headers it says."""
    release = manifest(store, live.release, tenant)
    assert release.pointer.trees == live.trees
    for row in release.objects:
        found = store.get(f"{tenant}/{release.key(row)}")
        assert found is not None, f"{live.release} misses {release.key(row)}"
        assert sha256(found.body).hexdigest() == row.sha256, row.path
        assert found.headers == row.headers, row.path
        assert found.etag == row.etag, row.path
    return release


def check_live(store: MemoryStore, site: Wanted, tenant: str = "acme") -> None:
    """What is live is `site`, whole."""
    live = pointer(store, tenant)
    assert live is not None
    assert live.site == site.site
    release = check_whole(store, live, tenant)
    assert {(row.path, row.source, row.headers) for row in release.objects} == {
        (item.path, item.source, item.headers) for item in site.items
    }


def lost(key: str) -> Unavailable:
    return Unavailable(key, "the answer was lost")


def shelf(store: Any, tenant: str = "acme") -> Shelf:
    return Shelf(store, tenant)
