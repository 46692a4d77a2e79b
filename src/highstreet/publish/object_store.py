"""Object stores: all that publishing asks of one, as a protocol. Every store passes the same conformance suite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, NewType, Protocol

ETag = NewType("ETag", str)  # without quotes: some servers take no other form in If-Match


class Headers(NamedTuple):
    """What a store says of an object besides its bytes; two objects that differ here are different objects."""

    content_type: str
    cache_control: str
    content_encoding: str = ""  # "br", "gzip" or ""
    redirect: str = ""  # where this address has moved: "/new/" or an https URL; edges answer 301
    temporary: str = ""  # where it leads for the time being; edges answer 302


class Fetched(NamedTuple):
    body: bytes
    etag: ETag
    headers: Headers


class Listed(NamedTuple):
    key: str
    etag: ETag
    size: int
    modified: datetime  # by the store's clock, UTC


class Absent(NamedTuple):
    """Condition: nothing is there yet (If-None-Match: *)."""


class Matches(NamedTuple):
    """Condition: what is there is what was read (If-Match)."""

    etag: ETag


Condition = Absent | Matches | None


class StoreError(Exception):
    """A store's answer that is not the wanted one. `key` and `reason` may be shown: they hold no secret."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class Conflict(StoreError):
    """The condition does not hold (404, 409 and 412 alike), or an earlier try of the same request was carried out."""


class Refused(StoreError):
    """The store will not do this however often it is asked: no permission, no bucket, wrong credentials."""


class Unavailable(StoreError):
    """The store could not be reached, or did not answer well, after all tries that the time allows."""


class Damaged(StoreError):
    """The store says it holds other bytes than were sent."""


TOO_LATE = "the time in which this could be deleted is over"


class ObjectStore(Protocol):
    """Keys are text below the store's own prefix, "/" between parts, never beginning with one.

    Safe to use from many threads at once. Every method retries what may pass (503, 429, resets) with growing, jittered
    pauses until its time is up, then raises Unavailable.
    """

    @property
    def name(self) -> str:
        """Such as "s3://bucket/prefix": for people, without credentials."""
        ...

    def get(self, key: str) -> Fetched | None:
        """The object, or None when there is none."""
        ...

    def put(self, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        """Stores the object whole or not at all.

        Raises Conflict when the condition does not hold, Damaged when the answer's digest is not that of `body`.
        """
        ...

    def copy(self, source: str, target: str, etag: ETag, headers: Headers) -> ETag:
        """Copies within the store, with new headers. `etag` is the source's, as `put` or `copy` gave it.

        Raises Conflict when there is no such source, Damaged when the copy is not of `etag`'s bytes.
        """
        ...

    def delete(self, keys: Sequence[str], within: float | None = None) -> None:
        """Removes objects; those that are gone already are no error.

        `within` seconds or never: raises Conflict when that was not possible. A request that was held up on the way
        is then refused by the store itself.
        """
        ...

    def list(self, prefix: str) -> Iterator[Listed]:
        """Every object whose key begins with `prefix`, which ends with "/". In no order that may be relied on."""
        ...


class Shelf:
    """One tenant's part of a store. Keys are below `<tenant>/` by construction: nothing else can be addressed."""

    __slots__ = ("_prefix", "_store")

    def __init__(self, store: ObjectStore, tenant: str) -> None:
        if not tenant or "/" in tenant or tenant in (".", ".."):
            raise ValueError(f"no tenant's name: {tenant!r}")
        self._store = store
        self._prefix = f"{tenant}/"

    @property
    def name(self) -> str:
        return f"{self._store.name.rstrip('/')}/{self._prefix}"

    @property
    def tenant(self) -> str:
        return self._prefix[:-1]

    def get(self, key: str) -> Fetched | None:
        return self._store.get(self._full(key))

    def put(self, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        return self._store.put(self._full(key), body, headers, condition)

    def copy(self, source: str, target: str, etag: ETag, headers: Headers) -> ETag:
        return self._store.copy(self._full(source), self._full(target), etag, headers)

    def delete(self, keys: Sequence[str], within: float | None = None) -> None:
        self._store.delete([self._full(key) for key in keys], within)

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Everything below `prefix`, which is empty or ends with "/"; keys are without the tenant's."""
        if prefix and not prefix.endswith("/"):
            raise ValueError(f"a prefix ends with a slash: {prefix!r}")
        for found in self._store.list(self._full(prefix) if prefix else self._prefix):
            key = found.key.removeprefix(self._prefix)
            # Others may have put what no key of ours can address: it is left alone, whatever it is.
            if key != found.key and key and not {"", ".", ".."} & set(key.split("/")) and key.isprintable():
                yield found._replace(key=key)

    def _full(self, key: str) -> str:
        parts = key.rstrip("/").split("/")
        if not key or key[0] == "/" or ".." in parts or "." in parts or "" in parts:
            raise ValueError(f"no key: {key!r}")
        return self._prefix + key


Layout = Literal["releases", "flat"]
