"""The street: one command's work over all tenants, each on its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from highstreet import pipeline
from highstreet.action.supervisor import Crashed, Died, Done, Limits, Step, supervise
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.model.values import is_handle
from highstreet.output.write import remove_site
from highstreet.pipeline import Built, Street

Told = Callable[[Step], None]


class OurFault(Exception):
    """A bug of ours in some tenant's build, with the traceback to report."""


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
    waiting = []
    for handle in handles:
        try:
            fresh = pipeline.current(street, handle)
        except Problems:
            fresh = False  # the worker says the same, in its tenant's report
        if fresh:
            yield pipeline.unchanged(street, handle)
        else:
            waiting.append(handle)
    faults = []
    if waiting:
        _warm(street)
        for event in supervise(
            waiting,
            lambda handle, progress: pipeline.build(street, handle, progress),
            jobs or processors(),
            limits or Limits(),
        ):
            match event:
                case Step():
                    if on_step is not None:
                        on_step(event)
                case Done():
                    yield replace(event.result, seconds=event.seconds)
                case Died():
                    yield lost(street, event.task, event.reason)
                case Crashed():
                    faults.append(event)
                    yield lost(street, event.task, "met a fault of Highstreet's own")
    if faults:
        raise OurFault("\n".join(f"{fault.task}:\n{fault.traceback}" for fault in faults))


def lost(street: Street, handle: str, reason: str) -> Built:
    """The result for a tenant whose worker ended before it did."""
    fix = "make the tenant smaller, or look for a picture or template that takes too much"
    place = Span(street.workspace.label(handle))
    return Built(
        handle,
        "failed",
        (Diagnostic("HS501", place, "this tenant could not be built", reason, "a build within its limits", fix),),
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
        space.state(handle).unlink(missing_ok=True)
        space.sources(handle).unlink(missing_ok=True)
    return gone
