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

    def least(self) -> Account:
        """The account with less left in it: this, or that of all together. Raises OverLimit where nothing is left."""
        self.left += self.earned
        _ALL.left += self.earned
        least = min(self, _ALL, key=lambda one: one.left)
        if least.left <= 0:
            raise least.used_up()
        return least

    def charge(self, seconds: float) -> None:
        self.left -= seconds
        _ALL.left -= seconds

    def used_up(self) -> OverLimit:
        return OverLimit(f"time, all {self.name} of the shop together", f"{self.seconds:g} s")


PAGES = Account("pages", PROCESSOR_SECONDS, EARNED_SECONDS)
FONTS = Account("fonts", 7.0)  # a whole Japanese face takes 2.5 s: unpacked, cut twice and packed, drawn with
DRAWINGS = Account("drawings", 4.0)  # a dear logo takes 0.3 s, and its icons are eight
# A shop that comes near the end of one has nothing to do in the others.
_ALL = Account("templates, fonts and drawings", 8.0)


def renew() -> None:
    """A new shop, or a new request for one: nothing is used up yet."""
    for account in (PAGES, FONTS, DRAWINGS, _ALL):
        account.left = account.seconds


class OverLimit(Exception):
    """Untrusted work took more than it may. `what` is "time" or "memory"."""

    def __init__(self, what: str, limit: str) -> None:
        self.what, self.limit = what, limit
        super().__init__(f"more than {limit} of {what}")


class Untimed(BaseException):
    """Work that has to be bounded was begun on a thread other than the main one, which alone can be timed.

    A copy of the process can do it (`apart.Copy`). Not an Exception, so that nothing on the way takes it for a flaw.
    """


def timed() -> None:
    """Raises Untimed."""
    if threading.current_thread() is not threading.main_thread():
        raise Untimed


@contextmanager
def limited(seconds: float = PROCESSOR_SECONDS, memory: int = MEMORY_BYTES, account: Account = PAGES) -> Iterator[None]:
    """`bounded` by what is left to its shop since `renew`, too. Raises OverLimit and Untimed."""
    timed()
    least = account.least()
    whole = least.left < seconds
    started = time.process_time()
    try:
        with bounded(max(min(seconds, least.left), EARNED_SECONDS), memory):
            yield
    except OverLimit as error:
        if not whole or error.what != "time":
            raise
        raise least.used_up().with_traceback(error.__traceback__) from error
    finally:
        account.charge(time.process_time() - started)


def charged() -> float:
    """Seconds that fonts and drawings have taken since `renew`; what is done apart is in no clock of this process."""
    return sum(account.seconds - account.left for account in (FONTS, DRAWINGS))


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Runs the block with at most `seconds` of processor time and `memory` more bytes than the process has now.

    Raises OverLimit; Untimed on another thread than the main one. Python code is stopped by a timer; what a C library
    allocates is stopped by the kernel. A C loop that never returns is left to the supervisor, which kills the worker.
    """
    timed()
    old_soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = address_space() + memory
    old_handler = signal.signal(signal.SIGPROF, _stop)
    try:
        allow(resource.RLIMIT_AS, ceiling)
        # Also what the system does for it: making room for millions of objects takes as long as filling them. More
        # than once: what is raised within a callback of the garbage collector is swallowed.
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
        yield
    except MemoryError as error:  # with the frames of what took too much: its place is told by them
        raise OverLimit("memory", f"{memory // 2**20} MB").with_traceback(error.__traceback__) from error
    except _TimeIsUp as error:
        raise OverLimit("time", f"{seconds:g} s").with_traceback(error.__traceback__) from error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old_handler)
        resource.setrlimit(resource.RLIMIT_AS, (old_soft, hard))


def allow(kind: int, most: int) -> None:
    """Lets this process have `most` of a resource (resource.RLIMIT_…), or as much as the system lets it."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


class _TimeIsUp(BaseException):
    """Not an Exception, so that nothing on the way catches it."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp


def address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
