"""Limits: caps on processor time and memory for work that somebody else wrote."""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PROCESSOR_SECONDS = 5.0
MEMORY_BYTES = 256 * 1024 * 1024
# What one shop's templates earn for each piece, being what an honest one takes several times over. A thousand pages
# that each just stay below their own cap would keep a street waiting for an hour.
EARNED_SECONDS = 0.02


class Account:
    """Processor time that untrusted work of one kind may take, all of one shop together."""

    def __init__(self, name: str, seconds: float, earned: float = 0.0) -> None:
        self.name, self.seconds, self.earned = name, seconds, earned
        self.left = seconds


PAGES = Account("pages", PROCESSOR_SECONDS, EARNED_SECONDS)
FONTS = Account("fonts", 7.0)  # a whole Japanese face takes 2.5 s: unpacked, cut twice and packed, drawn with


_ALL = Account("templates and fonts", 8.0)  # a shop that comes near the end of one has nothing to do in the other


def renew() -> None:
    """A new shop, or a new request for one: nothing is used up yet."""
    for account in (PAGES, FONTS, _ALL):
        account.left = account.seconds


class OverLimit(Exception):
    """Untrusted work took more than it may. `what` is "time" or "memory"."""

    def __init__(self, what: str, limit: str) -> None:
        self.what, self.limit = what, limit
        super().__init__(f"more than {limit} of {what}")


@contextmanager
def limited(seconds: float = PROCESSOR_SECONDS, memory: int = MEMORY_BYTES, account: Account = PAGES) -> Iterator[None]:
    """`bounded` by what is left to its shop since `renew`, too. Raises OverLimit."""
    account.left += account.earned
    _ALL.left += account.earned
    least = min(account, _ALL, key=lambda one: one.left)
    whole = least.left < seconds
    started = time.process_time()
    try:
        with bounded(max(min(seconds, least.left), EARNED_SECONDS), memory):
            yield
    except OverLimit as error:
        if not whole or error.what != "time":
            raise
        what, limit = f"time, all {least.name} of the shop together", f"{least.seconds:g} s"
        raise OverLimit(what, limit).with_traceback(error.__traceback__) from error
    finally:
        used = time.process_time() - started
        account.left -= used
        _ALL.left -= used


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Runs the block with at most `seconds` of processor time and `memory` more bytes than the process has now.

    Raises OverLimit. Python code is stopped by a timer; what a C library allocates is stopped by the kernel. A C
    loop that never returns is left to the supervisor, which kills the worker. Only the main thread can be timed.
    """
    timed = threading.current_thread() is threading.main_thread()
    old_soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = _address_space() + memory
    if hard != resource.RLIM_INFINITY:
        ceiling = min(ceiling, hard)
    old_handler = signal.signal(signal.SIGPROF, _stop) if timed else None
    try:
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))
        if timed:
            # Also what the system does for it: making room for millions of objects takes as long as filling them. More
            # than once: what is raised within a callback of the garbage collector is swallowed.
            signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
        yield
    except MemoryError as error:  # with the frames of what took too much: its place is told by them
        raise OverLimit("memory", f"{memory // 2**20} MB").with_traceback(error.__traceback__) from error
    except _TimeIsUp as error:
        raise OverLimit("time", f"{seconds:g} s").with_traceback(error.__traceback__) from error
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, old_handler)
        resource.setrlimit(resource.RLIMIT_AS, (old_soft, hard))


class _TimeIsUp(BaseException):
    """Not an Exception, so that nothing on the way catches it."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
