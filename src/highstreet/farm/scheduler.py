"""The scheduler: errands given to a Dask cluster, one for each shop, and done however many workers die."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from secrets import token_hex
from typing import Any

from highstreet import street as streets
from highstreet.action.supervisor import Crashed, Died
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.farm import bench
from highstreet.farm.blame import Blame
from highstreet.farm.errand import Delivery, Errand, Sources
from highstreet.farm.packs import pack_store
from highstreet.farm.taking import Missing, take
from highstreet.freshness import Built, Street, current
from highstreet.publish.object_store import StoreError
from highstreet.sharding import cost

_CONNECT = 20.0  # seconds until a scheduler that does not answer is given up
_ALONE = 120.0  # seconds without a single worker after which nothing more is waited for
_LOOK = 1.0  # seconds between looks whether there are workers
_FRUITLESS = 600.0  # seconds in which workers died and nothing was delivered, after which nothing more is tried


Found = Delivery | Died | Diagnostic | Crashed
Future = Any  # of Dask, whose own types are not complete


class Unreachable(Exception):
    """There is no scheduler, or no Dask to reach it with; the message says what to do."""


def build(
    street: Street, handles: Sequence[str], address: str, sources: Sources, jobs: int | None = None
) -> Iterator[Built]:
    """One result per tenant, as they end, like `highstreet.street.build`: what is up to date needs no worker.

    Raises Unreachable before anything is done, OurFault after all others are done.
    """
    jobs = jobs or streets.processors()
    stale = []
    for handle, fresh in streets.looked_at(street, handles, lambda handle: current(street, handle), jobs):
        if fresh is not None:
            yield fresh
        else:
            stale.append(handle)
    if not stale:
        return
    faults = []
    with Farm(street, address, sources) as farm:
        for built, fault in farm.build(stale):
            if fault is not None:
                faults.append(fault)
            yield built
    if faults:
        raise streets.OurFault(faults)


class Farm:
    """A cluster at work for one run."""

    def __init__(self, street: Street, address: str, sources: Sources) -> None:
        assert street.shared is not None
        self._street = street
        self._sources = sources
        self._domain = street.shared.domain
        self._run = token_hex(8)
        self._store = pack_store(street)
        self._client = _connected(address)
        self._gone: deque[list[object]] = deque()  # keys of what each worker that died had to do
        self._client.subscribe_topic("all", self._heard)

    def __enter__(self) -> Farm:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # a scheduler that is gone need not be told good-bye
            self._client.close(timeout=5)

    def build(self, handles: Sequence[str]) -> Iterator[tuple[Built, Crashed | None]]:
        """Dear shops first, so that none is left over at the end."""
        space = self._street.workspace
        order = sorted(handles, key=lambda handle: -cost(space, handle))
        for handle, found in self._all([self._errand(handle) for handle in order]):
            yield self._taken(handle, found)

    def _errand(self, handle: str, whole: bool = False) -> Errand:
        return Errand(handle, self._sources, self._street.clock, self._domain, self._run, whole)

    def _all(self, errands: Sequence[Errand]) -> Iterator[tuple[str, Found]]:
        """What became of each errand, as they end.

        No more are given out than workers can do at once: of one that waits behind another, nobody could tell which of
        the two ended their worker. A shop whose workers die goes to the end of the line, until it is to blame for it.
        """
        line = deque(errands)
        waiting: dict[Future, Errand] = {}
        blame, fruit = Blame(), time.monotonic()
        try:
            while line or waiting:
                self._give(line, waiting, blame)
                ended = self._ended(waiting)
                found = [(waiting.pop(future), _result(future)) for future in ended]
                self._told(blame)
                again = [errand for errand, one in found if isinstance(one, Died) and not blame.given_up(errand.handle)]
                line += again
                done = [(errand.handle, one) for errand, one in found if errand not in again]
                for handle, one in done:
                    if not isinstance(one, Died):
                        blame.delivered(handle)
                        fruit = time.monotonic()
                if not ended or (again and time.monotonic() - fruit > _FRUITLESS):
                    line += waiting.values()
                    reason = "all workers that took it up have died" if ended else "no worker is left"
                    done += [(errand.handle, _unanswered(errand.handle, reason)) for errand in line]
                    line.clear()
                    self._cancel(waiting)
                self._give(line, waiting, blame)  # before what is here is put in place, which takes its time
                yield from done
        finally:
            self._cancel(waiting)

    def _give(self, line: deque[Errand], waiting: dict[Future, Errand], blame: Blame) -> None:
        room = self._threads()
        while line and len(waiting) < (1 if blame.by_itself(line[0].handle) else max(room, 1)):
            errand = line.popleft()
            key = f"{errand.handle}-{token_hex(8)}"
            waiting[self._client.submit(bench.work, errand, key=key, pure=False)] = errand

    def _cancel(self, waiting: dict[Future, Errand]) -> None:
        with suppress(Exception):
            self._client.cancel(list(waiting), force=True)
        waiting.clear()

    def _told(self, blame: Blame) -> None:
        """Passes on which workers died since, and with which shops."""
        while self._gone:
            blame.worker_gone([_handle(key) for key in self._gone.popleft()])

    def _heard(self, event: tuple[float, object]) -> None:
        """Called by Dask, in a thread of its own, for whatever happens on the cluster."""
        match event[1]:
            case {"action": "remove-worker", "expected": False, "processing-tasks": keys}:
                self._gone.append(list(keys))

    def _ended(self, waiting: dict[Future, Errand]) -> list[Future]:
        """Futures that have ended; none when there has been no worker for long."""
        seen = time.monotonic()
        while not (ready := [future for future in waiting if future.done()]):
            if self._threads():
                seen = time.monotonic()
            elif time.monotonic() - seen > _ALONE:
                break
            self._wait(list(waiting))
        return ready

    def _threads(self) -> int:
        """How many errands the workers that are there can do at once."""
        try:
            return int(self._client.scheduler_info(n_workers=0)["total_threads"])
        except Exception:
            return 0

    def _wait(self, futures: list[Future]) -> None:
        from distributed import wait

        with suppress(TimeoutError), self._client.as_current():
            wait(futures, timeout=_LOOK, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call]

    def _taken(self, handle: str, found: Found, last: bool = False) -> tuple[Built, Crashed | None]:
        """What an errand gave, put in place. `last`: all was in packs, there is no other way to have it."""
        if isinstance(found, Died):
            return self._lost(found), None
        if isinstance(found, Crashed):
            return Built(handle, "failed", (streets.lost(self._street, found),)), found
        if isinstance(found, Diagnostic):
            return Built(handle, "failed", (found,)), None
        if found.fault:
            return self._taken(handle, Crashed(handle, found.fault))
        if found.built.outcome == "failed":
            return found.built, None
        try:
            return take(self._street, found, self._store), None
        except Missing as missing:  # the shared cache has lost what it had, or somebody has harmed a pack
            if last:
                return Built(handle, "failed", (_unanswered(handle, f"what it delivered is damaged: {missing}"),)), None
            return next(self._taken(handle, more, last=True) for _, more in self._all([self._errand(handle, True)]))
        except Problems as problems:
            return Built(handle, "failed", problems.diagnostics), None
        except StoreError as error:
            return Built(handle, "failed", (_unanswered(handle, str(error)),)), None
        finally:
            with suppress(StoreError):  # a rule of the bucket deletes what is left
                self._store.delete(found.packs)

    def _lost(self, died: Died) -> Built:
        return Built(died.task, "failed", (streets.lost(self._street, died),))


def _result(future: Future) -> Found:
    """What an ended future tells. `handle` is in its key."""
    from distributed import KilledWorker

    handle = _handle(future.key)
    try:
        found: Delivery | Died = future.result()
        return found
    except KilledWorker:
        return Died(handle, "every worker that took it up was killed", 0.0)
    except Exception as error:
        if future.status == "cancelled" or type(error).__module__.startswith(("distributed", "concurrent", "asyncio")):
            return _unanswered(handle, f"the scheduler has lost it ({type(error).__name__})")
        return Crashed(handle, f"{type(error).__name__}: {error}")


def _handle(key: object) -> str:
    """The shop of an errand by its key on the cluster, which others may use too."""
    return str(key).rpartition("-")[0]


def _unanswered(handle: str, found: str) -> Diagnostic:
    return Diagnostic(
        "HS508",
        Span(f"tenants/{handle}"),
        "no worker has delivered this shop",
        found,
        "a scheduler, workers and a store within reach of each other",
        "look after the cluster and build again: what was delivered is in place",
    )


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise Unreachable("--executor needs Dask: run `pip install 'highstreet[distributed]'`") from None
    words = address.replace("dask://", "tcp://", 1)
    try:
        return Client(  # type: ignore[no-untyped-call]
            words, timeout=_CONNECT, set_as_default=False, name="highstreet"
        )
    except (OSError, ValueError, TimeoutError) as error:
        raise Unreachable(f"no scheduler answers at {address}: {str(error).splitlines()[0]}") from None
