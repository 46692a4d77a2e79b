"""The street: one command's work over all tenants, each on its own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from highstreet.action.supervisor import Crashed, Died, Done, Limits, Progress, Step, supervise
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.freshness import Built, Street, current
from highstreet.model.values import is_handle
from highstreet.output.state import spoil
from highstreet.output.write import remove_site
from highstreet.workspace import Workspace

Told = Callable[[Step], None]
Result = TypeVar("Result")
_MOST_TOGETHER = 32  # shops that one worker looks at before it tells of them
_SHARED_FROM = 16  # shops; forking costs as much as looking at a few


class OurFault(Exception):
    """A bug of ours in some tenant's work, with the tracebacks to report."""

    def __init__(self, faults: Sequence[Crashed]) -> None:
        super().__init__("\n".join(f"{fault.task}:\n{fault.traceback}" for fault in faults))


def build(
    street: Street,
    handles: Sequence[str],
    jobs: int | None = None,
    on_step: Told | None = None,
    limits: Limits | None = None,
) -> Iterator[Built]:
    """One result per tenant, as they end. Tenants that are up to date are told at once, without a worker.

    Raises OurFault after all others are done if a tenant met a bug of ours.
    """
    jobs = jobs or processors()
    stale = set()
    for handle, fresh in looked_at(street, handles, lambda handle: current(street, handle), jobs):
        if fresh is not None:
            yield fresh
        else:
            stale.add(handle)
    waiting = [handle for handle in handles if handle in stale]
    faults = []
    if waiting:
        _warm(street)
        for event in supervise(
            waiting,
            lambda handle, progress: _built(street, handle, progress),
            jobs,
            limits or Limits(),
        ):
            match event:
                case Step():
                    if on_step is not None:
                        on_step(event)
                case Done():
                    yield replace(event.result, seconds=event.seconds)
                case Died():
                    yield Built(event.task, "failed", (lost(street, event),))
                case Crashed():
                    faults.append(event)
                    yield Built(event.task, "failed", (lost(street, event),))
    if faults:
        raise OurFault(faults)


def _built(street: Street, handle: str, progress: Progress) -> Built:
    """One tenant's work in its worker. What it shares is in the shared cache before it is told that it is done."""
    from highstreet import pipeline  # late: a run that finds nothing to do should not pay for what builds

    built = pipeline.build(street, handle, progress, progress.earn, progress.spare)
    return built if street.shared is None else replace(built, remarks=street.shared.settled())


def looked_at(
    street: Street, handles: Sequence[str], known: Callable[[str], Result | None], jobs: int
) -> Iterator[tuple[str, Result | None]]:
    """Each handle with what is `known` of it because nothing has changed; None: a worker must find out.

    Looking is all that most builds of a street do, and it is asking the system for 60,000 time stamps: from some shops
    on, processes share it.
    """

    def look(handle: str) -> Result | None:
        try:
            return known(handle)
        except Problems:
            return None  # the worker says the same, in its tenant's report

    if jobs == 1 or len(handles) < _SHARED_FROM:
        for handle in handles:
            yield handle, look(handle)
        return
    street.theme_digest("main")  # read once for all
    # Telling of each alone takes as long as a small look.
    size = max(1, min(_MOST_TOGETHER, len(handles) // (jobs * 8)))
    # Folders have any name: blanks and line ends, too, but no slash.
    together = ["/".join(handles[start : start + size]) for start in range(0, len(handles), size)]
    for event in supervise(together, lambda task, _: [(handle, look(handle)) for handle in task.split("/")], jobs):
        match event:
            case Done():
                yield from event.result
            case Died() | Crashed():  # whatever it was, it comes again where it is told
                yield from ((handle, None) for handle in event.task.split("/"))


@contextmanager
def alone(space: Workspace, on_wait: Callable[[], None]) -> Iterator[None]:
    """The only build of this workspace while it lasts; `on_wait` is told once if another has to end first.

    Workers hold the lock too, so that those of a killed build are waited for as well.
    """
    space.cache.mkdir(parents=True, exist_ok=True)
    with (space.cache / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget(space: Workspace, handles: Iterable[str]) -> None:
    """Makes the next build of these tenants begin from nothing; what is dear to make stays in the shared store."""
    for handle in handles:
        if space.state(handle).exists():
            spoil(space.state(handle))


def lost(street: Street, event: Died | Crashed) -> Diagnostic:
    """What to tell of a tenant whose worker did not come to an end with it."""
    place = Span(street.workspace.label(event.task))
    if isinstance(event, Crashed):
        reason = event.traceback.rstrip().rpartition("\n")[2]
        return Diagnostic(
            "HS901",
            place,
            "a fault of Highstreet stopped this tenant",
            reason,
            "no faults of ours",
            "report it with the lines at the end; the other tenants are done",
        )
    doing, file = event.at
    return Diagnostic(
        "HS501",
        Span(f"{place.file}/{file}") if file else place,
        "this tenant could not be built",
        f"{event.reason}; it was {doing}" if doing else event.reason,
        "a build within its limits",
        f"replace {file}, or make it smaller"
        if file
        else "make the tenant smaller, or look for a picture or template that takes too much",
    )


def _warm(street: Street) -> None:
    """Imports and reads once what every worker needs: forked, they share it."""
    import highstreet.plan.kinds
    import highstreet.run.page  # noqa: F401

    try:
        street.theme("main")
    except Problems:
        return


def processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def remove_departed(street: Street, handles: Iterable[str]) -> list[str]:
    """Removes output and state of tenants whose folder is gone; only what a build of ours has made."""
    space = street.workspace
    present = set(handles)
    known = {path.stem for path in space.states.glob("*.state")} if space.states.is_dir() else set()
    gone = sorted(handle for handle in known - present if is_handle(handle))  # a handle is never a way upwards
    for handle in gone:
        remove_site(space.site(handle))
        for left in space.traces(handle):
            left.unlink(missing_ok=True)
    return gone
