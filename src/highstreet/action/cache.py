"""The action cache: what dear actions gave, by their key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from highstreet.action.action import Key
from highstreet.action.blobs import Blobs, write_whole
from highstreet.base.digest import Digest


class Shared(Protocol):
    """A cache that machines share, asked for what the local one has not. Its troubles are its own: nothing raises."""

    def get(self, key: Key) -> bytes | None:
        """The result's bytes, verified."""
        ...

    def fetch(self, keys: Sequence[Key]) -> Iterator[tuple[Key, bytes]]:
        """Those of `keys` that are there, verified, many at a time."""
        ...

    def put(self, key: Key, data: bytes) -> None:
        """Begins to store a result; it may not be there yet when this returns."""
        ...


class ActionCache:
    """Key → digest of the result, whose bytes lie in `blobs`. Shared by all tenants and kept between CI runs.

    `shared` is a second level: what it has is taken over, what is made here is given to it.
    """

    def __init__(self, folder: Path, shared: Shared | None = None) -> None:
        self.folder = folder
        self.blobs = Blobs(folder / "blobs")
        self._shared = shared
        self._absent: set[Key] = set()  # known not to be in the second level: not asked for again

    def get(self, key: Key) -> bytes | None:
        """The result's bytes, verified, or None when the action must run."""
        data = self._local(key)
        if data is None and self._shared is not None and key not in self._absent:
            data = self._shared.get(key)
            if data is not None:
                self._keep(key, data)
        return data

    def has(self, key: Key) -> bool:
        """Whether a result is here, to go by its name; only `get` proves it."""
        return self._place(key).exists()

    def put(self, key: Key, data: bytes) -> None:
        self._keep(key, data)
        self.share(key, data)

    def share(self, key: Key, data: bytes) -> None:
        """Gives the second level what is here already."""
        if self._shared is not None:
            self._shared.put(key, data)

    @property
    def is_shared(self) -> bool:
        return self._shared is not None

    def bring(self, keys: Iterable[Key]) -> None:
        """Takes what the second level has of `keys` into the first, many at a time: each alone is a way to and fro."""
        if self._shared is None:
            return
        wanted = [key for key in dict.fromkeys(keys) if key not in self._absent and not self._place(key).exists()]
        self._absent.update(wanted)
        for key, data in self._shared.fetch(wanted):
            self._keep(key, data)
            self._absent.discard(key)

    def _local(self, key: Key) -> bytes | None:
        try:
            digest = self._place(key).read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return None
        # A torn or foreign entry is no digest and so no file name; treat it as absent.
        if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
            return None
        return self.blobs.get(Digest(digest))

    def _keep(self, key: Key, data: bytes) -> None:
        write_whole(self._place(key), self.blobs.put(data).encode())

    def _place(self, key: Key) -> Path:
        return self.folder / "actions" / key[:2] / key
