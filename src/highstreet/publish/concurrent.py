"""Concurrent work on many tenants: a bounded number at once, in memory that does not grow with their number."""

from __future__ import annotations

import contextlib
import queue
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Crashed:
    """A fault of ours in one tenant's work."""

    handle: str
    traceback: str


def each(handles: Iterable[str], work: Callable[[str], T], at_once: int) -> Iterator[T | Crashed]:
    """What `work` gives for each handle, in the order they end, at most `at_once` of them at work.

    The next handle is taken when a worker is free and the results before it were taken. A `work` that raises is told
    as Crashed and stops nobody.
    """
    waiting = iter(handles)
    lock = threading.Lock()
    results: queue.Queue[T | Crashed | None] = queue.Queue(at_once)
    stopped = threading.Event()

    def give(result: T | Crashed | None) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                results.put(result, timeout=1)
                break

    def run() -> None:
        while not stopped.is_set():
            with lock:
                handle = next(waiting, None)
            if handle is None:
                break
            try:
                give(work(handle))
            except Exception:
                give(Crashed(handle, traceback.format_exc()))
        give(None)

    # Daemons: Ctrl-C ends the process without waiting for requests in flight. Publishing may stop anywhere.
    left = at_once
    for _ in range(at_once):
        threading.Thread(target=run, daemon=True).start()
    try:
        while left:
            result = results.get()
            if result is None:
                left -= 1
            else:
                yield result
    finally:
        stopped.set()
