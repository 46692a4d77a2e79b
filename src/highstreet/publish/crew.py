"""Crew: many requests at once on a shared pool, of which the first failure stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TypeVar

T = TypeVar("T")

_WINDOW = 128  # handed to the pool at a time: enough to keep it busy, few enough that bodies do not fill memory


def all_done(
    pool: Executor,
    tasks: Iterable[Callable[[], T]],
    tick: Callable[[int], None] = lambda done: None,
    every: float | None = None,
) -> list[T]:
    """The results, in order. Raises the first failure once nothing of this is running any more.

    `tick` is told after each step how many are done, and at least `every` so many seconds; what it raises is a failure.
    """
    waiting = iter(tasks)
    running: dict[Future[T], int] = {}
    results: dict[int, T] = {}
    begun = 0
    try:
        while True:
            while len(running) < _WINDOW:
                task = next(waiting, None)
                if task is None:
                    break
                running[pool.submit(task)] = begun
                begun += 1
            if not running:
                return [results[number] for number in range(begun)]
            done, _ = wait(running, timeout=every, return_when=FIRST_COMPLETED)
            for future in done:
                results[running.pop(future)] = future.result()
            tick(len(results))
    finally:
        for future in running:
            future.cancel()
        wait(running)
