"""Published: what is online of each shop, read from where the street is published to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from highstreet.base.diagnostic import Problems
from highstreet.model.publishing import bare
from highstreet.workspace import Workspace

if TYPE_CHECKING:
    from highstreet.model.publishing import Publishing
    from highstreet.publish.object_store import ObjectStore
    from highstreet.publish.release import Pointer

T = TypeVar("T")
FRESH = 20.0  # seconds an answer is used again
_MOST_PAGES = 64


class Unreachable(Exception):
    """The target cannot be asked; the text says why, in words for people."""


class Release(NamedTuple):
    """What is live of a shop."""

    id: str
    at: str  # ISO time it went live, "" where that is not known
    by: str
    status: str  # live | suspended | …


class Published:
    """Answers of the publish target, kept for a while. It is only ever read, on threads of its own."""

    def __init__(self, settings: Publishing, space: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings, self._space, self._clock = settings, space, clock
        self._lock = threading.Lock()
        self._store: ObjectStore | None = None
        self._live: dict[str, tuple[float, Pointer | None]] = {}
        self._pages: dict[tuple[str, str, str], bytes | None] = {}  # of a release: such a page never changes

    @property
    def target(self) -> str:
        """Where the street is published to, for people; "" when pyproject.toml names no place."""
        return bare(self.settings.to)

    def release(self, handle: str) -> Release | None:
        """The live release of a shop, None when nothing of it is online. Raises Unreachable."""
        pointer = self._pointer(handle)
        return Release(pointer.release, pointer.at, pointer.by, pointer.status) if pointer is not None else None

    def page(self, handle: str, path: str) -> bytes | None:
        """The bytes online of an output, None when there are none. Raises Unreachable."""
        from highstreet.publish.object_store import Shelf
        from highstreet.publish.release import key_of

        pointer = self._pointer(handle)
        if pointer is None:
            return None
        place = handle, pointer.release, path
        if pointer.unfinished or place not in self._pages:
            found = self._asked(lambda store: Shelf(store, handle).get(key_of(path, pointer.trees)))
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            self._pages[place] = found.body if found is not None else None
        return self._pages[place]

    def _pointer(self, handle: str) -> Pointer | None:
        known = self._live.get(handle)
        if known is None or self._clock() - known[0] > FRESH:
            from highstreet.publish.object_store import Shelf
            from highstreet.publishing import live

            known = self._live[handle] = self._clock(), self._asked(lambda store: live(Shelf(store, handle)))
        return known[1]

    def _asked(self, ask: Callable[[ObjectStore], T]) -> T:
        from highstreet.publish.object_store import StoreError

        try:
            with self._lock:
                store = self._store = self._store or self._opened()
            return ask(store)
        except StoreError as error:
            raise Unreachable(f"{self.target} does not answer: {error.reason}") from error
        except Problems as problems:
            first = problems.diagnostics[0]
            raise Unreachable(f"{self.target}: {first.message} ({first.found})") from problems

    def _opened(self) -> ObjectStore:
        from highstreet.publish.options import Options
        from highstreet.publish.stores import open_store

        if not self.settings.to:
            raise Unreachable("pyproject.toml names no place to publish to ([tool.highstreet.publish] to = …)")
        if self.settings.to.startswith("file://"):
            folder = Path(unquote(urlsplit(self.settings.to).path))
            if not (folder / ".highstreet").is_dir():  # opening it would make it, and a preview writes nothing
                raise Unreachable(f"nothing was published to {self.target} yet")
        return open_store(self.settings.to, Options(**asdict(self.settings)))
