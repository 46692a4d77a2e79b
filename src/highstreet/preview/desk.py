"""The desk: work on shops, one piece at a time, most urgent first."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Urgency(IntEnum):
    EDIT = 0  # somebody has saved a file and looks at the page
    PAGE = 1
    TOOL = 2
    IDLE = 3
    END = 9


class Desk:
    """Runs work on the thread that calls `serve`, the main one: only there can a template's time be limited.

    Shops are never touched by two pieces of work at once, so they need no locks.
    """

    def __init__(self) -> None:
        self._waiting: queue.PriorityQueue[tuple[int, int, Callable[[], Any] | None, Future[Any]]]
        self._waiting = queue.PriorityQueue()
        self._number = itertools.count()

    def give(self, urgency: Urgency, work: Callable[[], T]) -> Future[T]:
        """What `work` will give, once it has been done. Work whose future is cancelled before its turn is not done."""
        future: Future[T] = Future()
        self._waiting.put((urgency, next(self._number), work, future))
        return future

    def close(self) -> None:
        """Ends `serve`, now: what still waits is not done."""
        self._waiting.put((-1, next(self._number), None, Future()))

    def serve(self) -> None:
        """Works until closed. KeyboardInterrupt goes through."""
        while True:
            try:
                _, _, work, future = self._waiting.get(timeout=60)
            except queue.Empty:
                continue
            if work is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(result)
