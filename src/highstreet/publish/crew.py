"""Crew: many requests at once on a shared pool, of which the first failure stops the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, wait
from threading import Event
from typing import TypeVar

T = TypeVar("T")

_WINDOW = 128  # handed to the pool at a time: enough to keep it busy, few enough that bodies do not fill memory
_LOOK = 0.2  # seconds after which it is told how many are done, however few


def all_done(
    pool: Executor,
    tasks: Iterable[Callable[[], T]],
    tick: Callable[[int], None] = lambda done: None,
    every: float | None = None,
) -> list[T]:
    """The results, in order. Raises the first failure once nothing of this is running any more.

    `tick` is told now and then how many are done, and at least `every` so many seconds; what it raises is a failure.
    """
    waiting = iter(tasks)
    running: dict[Future[T], int] = {}
    results: dict[int, T] = {}
    # Half a window is waited for at a time: waking up for each would cost more than what there is to do then.
    ended: deque[Future[T]] = deque()
    enough = Event()
    least = 1

    def end(future: Future[T]) -> None:
        ended.append(future)
        if len(ended) >= least or future.cancelled() or future.exception() is not None:
            enough.set()

    begun = 0
    try:
        while True:
            while len(running) < _WINDOW:
                task = next(waiting, None)
                if task is None:
                    break
                future = pool.submit(task)
                running[future] = begun
                future.add_done_callback(end)
                begun += 1
            if not running:
                return [results[number] for number in range(begun)]
            least = min(len(running), _WINDOW // 2)
            if len(ended) < least:
                enough.wait(_LOOK if every is None else min(every, _LOOK))
            enough.clear()
            while ended:
                future = ended.popleft()
                results[running.pop(future)] = future.result()
            tick(len(results))
    finally:
        for future in running:
            future.cancel()
        wait(running)
