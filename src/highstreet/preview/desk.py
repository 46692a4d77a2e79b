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


class Closed(Exception):
    """The desk was closed before the work was done."""


class Desk:
    """Runs work on the thread that calls `serve`, the main one: only there can a template's time be limited.

    Shops are never touched by two pieces of work at once, so they need no locks.
    """

    def __init__(self) -> None:
        self._waiting: queue.PriorityQueue[tuple[int, int, Callable[[], Any] | None, Future[Any]]]
        self._waiting = queue.PriorityQueue()
        self._number = itertools.count()
        self._closed = False

    def give(self, urgency: Urgency, work: Callable[[], T]) -> Future[T]:
        """What `work` will give, once it has been done. Work whose future is cancelled before its turn is not done.

        The future raises Closed when the desk is closed first.
        """
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(Closed())
            return future
        self._waiting.put((urgency, next(self._number), work, future))
        return future

    def close(self) -> None:
        """Ends `serve`, now: what still waits is not done."""
        self._waiting.put((-1, next(self._number), None, Future()))

    def serve(self) -> None:
        """Works until closed. KeyboardInterrupt goes through."""
        try:
            while self._next():
                pass
        finally:
            self._closed = True
            while not self._waiting.empty():  # nobody waits for what will not come
                future = self._waiting.get()[3]
                if future.set_running_or_notify_cancel():
                    future.set_exception(Closed())

    def _next(self) -> bool:
        try:
            _, _, work, future = self._waiting.get(timeout=60)
        except queue.Empty:
            return True
        if work is None:
            return False
        if not future.set_running_or_notify_cancel():
            return True
        try:
            result = work()
        except Exception as error:
            future.set_exception(error)
        except BaseException:
            future.set_exception(Closed())
            raise
        else:
            future.set_result(result)
        return True
