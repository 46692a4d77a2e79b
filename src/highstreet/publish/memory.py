"""MemoryStore: an object store in a dictionary, for tests and dry runs. It obeys the protocol as S3 does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import md5
from threading import Lock

from highstreet.publish.object_store import (
    TOO_LATE,
    Absent,
    Condition,
    Conflict,
    ETag,
    Fetched,
    Headers,
    Listed,
    Matches,
)
from highstreet.publish.wellformed import checked_headers, checked_key, checked_prefix


def etag_of(body: bytes) -> ETag:
    return ETag(md5(body, usedforsecurity=False).hexdigest())


class MemoryStore:
    def __init__(self, name: str = "memory:", now: Callable[[], datetime] | None = None) -> None:
        self.name = name
        self.objects: dict[str, tuple[Fetched, datetime]] = {}
        self._now = now or (lambda: datetime.now(UTC))
        self._lock = Lock()

    def get(self, key: str) -> Fetched | None:
        with self._lock:
            found = self.objects.get(checked_key(key))
            return found[0] if found else None

    def put(self, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        with self._lock:
            found = self.objects.get(checked_key(key))
            if isinstance(condition, Absent) and found is not None:
                raise Conflict(key, "is there already")
            if isinstance(condition, Matches) and (found is None or found[0].etag != condition.etag):
                raise Conflict(key, "is not what was read")
            return self._store(key, body, headers)

    def copy(self, source: str, target: str, etag: ETag, headers: Headers) -> ETag:
        with self._lock:
            checked_key(target)
            found = self.objects.get(checked_key(source))
            if found is None or found[0].etag != etag:
                raise Conflict(source, "is not there to copy")
            return self._store(target, found[0].body, headers)

    def delete(self, keys: Sequence[str], within: float | None = None) -> None:
        if within is not None and within <= 0:
            raise Conflict(keys[0] if keys else "", TOO_LATE)
        with self._lock:
            for key in keys:
                self.objects.pop(checked_key(key), None)

    def list(self, prefix: str) -> Iterator[Listed]:
        checked_prefix(prefix)
        with self._lock:
            found = [
                Listed(key, held.etag, len(held.body), modified)
                for key, (held, modified) in self.objects.items()
                if key.startswith(prefix)
            ]
        return iter(found)

    def _store(self, key: str, body: bytes, headers: Headers) -> ETag:
        held = Fetched(bytes(body), etag_of(body), checked_headers(headers))
        self.objects[checked_key(key)] = held, self._now()
        return held.etag
