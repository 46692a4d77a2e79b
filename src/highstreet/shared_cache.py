"""The shared cache: results that are dear to make, kept in a store that many machines use and none need trust blindly.

    <place>/_cache/production/ab/abcd…    one entry for each key
    <place>/_cache/preview/ab/abcd…

No shop's name begins with "_", so a cache may share a bucket with what is published. A build of `production` reads and
writes `production` alone. A build of `preview`, which may be of anybody's changes, reads both and writes `preview`:
whatever it leaves there, production never sees it. Who may write where is decided by the credentials, not here.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Literal, TypeVar

from highstreet.action.action import Key
from highstreet.base.diagnostic import Diagnostic
from highstreet.base.digest import of_bytes
from highstreet.base.span import Span
from highstreet.model.publishing import Publishing, bare
from highstreet.publish.object_store import Damaged, Headers, ObjectStore, Refused, StoreError
from highstreet.publish.options import Options
from highstreet.publish.s3_options import S3Options
from highstreet.publish.stores import open_store

Domain = Literal["production", "preview"]
DOMAINS: tuple[Domain, ...] = ("production", "preview")
T = TypeVar("T")

_FORMAT = b"highstreet-cache-1\n"
_HEAD = len(_FORMAT) + 2 * 65
_LONGEST = 64 * 1024**2  # bytes of an entry: more than any picture that is made, less than hurts who reads it
_AT_ONCE = 8  # requests
_WAITING = 32  # results on their way there; the next one waits for a place
_REST = 300.0  # seconds without the cache after it could not be used: a store that is down must not be waited for
_TOLD = 3  # refused entries that are told, of how ever many
_HEADERS = Headers("application/octet-stream", "no-store")
# A build is quicker than a store that does not answer: what takes longer than this is made here.
_MANNER = S3Options(connections=_AT_ONCE, patience=6.0, connect_timeout=2.0, read_timeout=5.0, longest=_LONGEST)


class Foreign(Exception):
    """Bytes that are no entry of the key they were found at."""


class SharedCache:
    """`highstreet.action.cache.Shared` over an object store. Safe to use from many threads of one process.

    The store is opened when it is first asked, so that forked processes share none of its connections. What it cannot
    do is remarked once, and the build goes on without it.
    """

    def __init__(
        self, place: str, settings: Publishing, domain: Domain, tell: Callable[[Diagnostic], None] | None = None
    ) -> None:
        """`tell` hears remarks at once; without it they wait for `settled`."""
        self._remarks: list[Diagnostic] = []
        self._tell = tell or self._remarks.append
        self.place = place
        self.domain = domain
        self.options = Options(
            endpoint_url=settings.endpoint_url,
            region=settings.region,
            path_style=bool(settings.path_style),
            checksum=settings.checksum,  # type: ignore[arg-type]  # checked where it was read
            kms_key=settings.kms_key,
        )  # without `acl`: what is published may be public, what was made for drafts may not
        self._store: ObjectStore | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._waiting: set[Future[None]] = set()
        self._resting: dict[str, float] = {}  # what is not asked for, until when; "" is everything
        self._refused = 0

    def get(self, key: Key) -> bytes | None:
        readable = DOMAINS if self.domain == "preview" else ("production",)
        return next((data for domain in readable if (data := self._read(domain, key)) is not None), None)

    def fetch(self, keys: Sequence[Key]) -> Iterator[tuple[Key, bytes]]:
        pool, waiting = self._crew(), iter(keys)
        running: dict[Future[bytes | None], Key] = {}
        while True:
            while len(running) < 2 * _AT_ONCE and (key := next(waiting, None)) is not None:
                running[pool.submit(self.get, key)] = key
            if not running:
                return
            for future in wait(running, return_when="FIRST_COMPLETED").done:
                key, data = running.pop(future), future.result()
                if data is not None:
                    yield key, data

    def put(self, key: Key, data: bytes) -> None:
        if len(data) > _LONGEST - _HEAD or self._is_resting(_writing(self.domain)):
            return
        with self._lock:
            self._waiting = {future for future in self._waiting if not future.done()}
            ahead = tuple(self._waiting)
        if len(ahead) >= _WAITING:
            wait(ahead, return_when="FIRST_COMPLETED")
        future = self._crew().submit(self._write, key, data)
        with self._lock:
            self._waiting.add(future)

    def settled(self) -> tuple[Diagnostic, ...]:
        """Waits until all that was put is there, or given up; what there was to remark since the last time."""
        with self._lock:
            ahead, self._waiting = self._waiting, set()
        wait(ahead)
        with self._lock:
            told = tuple(self._remarks)
            self._remarks.clear()
        return told

    def _read(self, domain: Domain, key: Key) -> bytes | None:
        address = _address(domain, key)
        try:
            found = self._asked(f"reading {domain}", lambda store: store.get(address))
            return None if found is None else unpacked(key, found.body)
        except (Foreign, Damaged) as fault:
            self._refuse(address, str(fault) if isinstance(fault, Foreign) else fault.reason)
        except MemoryError:
            self._refuse(address, "more bytes than fit into memory")
        return None

    def _write(self, key: Key, data: bytes) -> None:
        address = _address(self.domain, key)
        with suppress(MemoryError, Damaged):  # it is made again where it is wanted
            self._asked(_writing(self.domain), lambda store: store.put(address, packed(key, data), _HEADERS))

    def _asked(self, act: str, request: Callable[[ObjectStore], T]) -> T | None:
        """What the store answers; None, and a rest for it, when it cannot be used. Raises Damaged."""
        if self._is_resting(act):
            return None
        try:
            return request(self._opened())
        except Damaged:
            raise
        except Refused as fault:  # who may read need not be allowed to write
            self._rest(act, f"{act}: {fault.reason}")
        except StoreError as fault:
            self._rest("", fault.reason)
        return None

    def _opened(self) -> ObjectStore:
        with self._lock:
            if self._store is None:
                self._store = open_store(self.place, self.options, _MANNER)
            return self._store

    def _crew(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Every thread would reserve 64 MB of addresses for its allocations, and a tenant's are counted.
                with suppress(OSError, AttributeError):
                    ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)
                self._pool = ThreadPoolExecutor(_AT_ONCE, "shared-cache")
            return self._pool

    def _is_resting(self, act: str) -> bool:
        now = time.monotonic()
        return any(now < self._resting.get(name, 0.0) for name in ("", act))

    def _rest(self, act: str, reason: str) -> None:
        with self._lock:
            if not self._is_resting(act):
                self._tell(unusable(self.place, reason))
            self._resting[act] = time.monotonic() + _REST

    def _refuse(self, address: str, reason: str) -> None:
        with self._lock:
            self._refused += 1
            if self._refused <= _TOLD:
                self._tell(_refusal(f"{bare(self.place).rstrip('/')}/{address}", reason))


def _writing(domain: Domain) -> str:
    return f"writing {domain}"


_ARENA_MAX = -8  # M_ARENA_MAX of <malloc.h>


def packed(key: Key, data: bytes) -> bytes:
    """An entry: what it is, for which key, the digest of the bytes, the bytes."""
    return b"%s%s\n%s\n%s" % (_FORMAT, key.encode(), of_bytes(data).encode(), data)


def unpacked(key: Key, entry: bytes) -> bytes:
    """The bytes of the entry of `key`. Raises Foreign for anything else."""
    if len(entry) < _HEAD or not entry.startswith(_FORMAT):
        raise Foreign(f"{len(entry)} bytes that are no entry of a cache")
    told, digest, data = entry[len(_FORMAT) : _HEAD - 66], entry[_HEAD - 65 : _HEAD - 1], entry[_HEAD:]
    if told != key.encode():
        raise Foreign("an entry of another key")
    if of_bytes(data).encode() != digest:
        raise Foreign(f"{len(data)} bytes of another digest than it names")
    return data


def _address(domain: Domain, key: Key) -> str:
    return f"_cache/{domain}/{key[:2]}/{key}"


def unusable(place: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "HS506",
        Span(bare(place)),
        "the shared cache cannot be used",
        reason,
        "a store that answers, with credentials that may read and write the cache",
        "nothing is lost: what it has was made here; see docs/building.md for what it needs",
        "warning",
    )


def _refusal(place: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "HS507",
        Span(place),
        "an entry of the shared cache is damaged or forged; it was not used",
        reason,
        "the bytes that its digest names",
        "nothing is lost: it was made here; if it comes again, find out who else may write there",
        "warning",
    )
