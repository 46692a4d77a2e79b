"""Limits: caps on processor time and memory for work that somebody else wrote."""

from __future__ import annotations

import faulthandler
import os
import resource
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import ceil
from types import FrameType

PROCESSOR_SECONDS = 5.0
MEMORY_BYTES = 256 * 1024 * 1024
# What one shop's templates earn for each piece, being what an honest one takes several times over. A thousand pages
# that each just stay below their own cap would keep a street waiting for an hour.
EARNED_SECONDS = 0.02


class Account(threading.local):
    """Processor time that untrusted work of one kind may take, all of one shop together.

    Each thread has its own: those of a preview work for different shops.
    """

    def __init__(self, name: str, seconds: float, earned: float = 0.0) -> None:
        self.name, self.seconds, self.earned = name, seconds, earned
        self.left = seconds


PAGES = Account("pages", PROCESSOR_SECONDS, EARNED_SECONDS)
FONTS = Account("fonts", 7.0)  # a whole Japanese face takes 2.5 s: unpacked, cut twice and packed, drawn with


DRAWINGS = Account("drawings", 4.0)  # a dear logo takes 0.3 s, and its icons are eight
# A shop that comes near the end of one has nothing to do in the others.
_ALL = Account("templates, fonts and drawings", 8.0)
_LONGEST_APART = 60.0  # seconds on the clock


def renew() -> None:
    """A new shop, or a new request for one: nothing is used up yet."""
    for account in (PAGES, FONTS, DRAWINGS, _ALL):
        account.left = account.seconds


class OverLimit(Exception):
    """Untrusted work took more than it may. `what` is "time" or "memory"."""

    def __init__(self, what: str, limit: str) -> None:
        self.what, self.limit = what, limit
        super().__init__(f"more than {limit} of {what}")


@contextmanager
def limited(seconds: float = PROCESSOR_SECONDS, memory: int = MEMORY_BYTES, account: Account = PAGES) -> Iterator[None]:
    """`bounded` by what is left to its shop since `renew`, too. Raises OverLimit."""
    least = _least(account)
    if least.left <= 0:  # also where no timer tells, which only the main thread has
        raise _used_up(least)
    whole = least.left < seconds
    started = time.process_time()
    try:
        with bounded(max(min(seconds, least.left), EARNED_SECONDS), memory):
            yield
    except OverLimit as error:
        if not whole or error.what != "time":
            raise
        raise _used_up(least).with_traceback(error.__traceback__) from error
    finally:
        _charge(account, time.process_time() - started)


def apart(work: Callable[[], bytes], seconds: float, memory: int, account: Account) -> bytes:
    """What `work` gives, in a copy of this process: its library may loop, crash or want all memory.

    Like `limited`, but in whole seconds. Raises OverLimit; Fell when the copy ends by itself; an Exception of `work` is
    raised here as a Fell, too, with what it said.
    """
    least = _least(account)
    if least.left <= 0:
        raise _used_up(least)
    most = max(1, ceil(min(seconds, least.left)))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _do_apart(work, writer, most, memory)
    os.close(writer)
    said = _heard(reader, child)
    _, status, used = os.wait4(child, 0)
    _charge(account, used.ru_utime + used.ru_stime)
    if os.waitstatus_to_exitcode(status) in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _used_up(least) if least.left <= 0 else OverLimit("time", f"{most} s")
    if said[:1] != b"+":
        raise Fell(said[1:].decode("utf-8", "replace"))
    return said[1:]


class Fell(Exception):
    """Work done apart has failed; the message is what its library said, "" where it crashed."""


def _do_apart(work: Callable[[], bytes], writer: int, seconds: int, memory: int) -> None:
    """Ends this process."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a library says when it crashes
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        allow(resource.RLIMIT_CPU, seconds)
        allow(resource.RLIMIT_AS, _address_space() + memory)
        try:
            said = b"+" + work()
        except BaseException as error:
            said = b"-" + str(error).encode("utf-8", "replace")
        with open(writer, "wb") as out:
            out.write(said)
    finally:
        os._exit(0)


def _heard(reader: int, child: int) -> bytes:
    with open(reader, "rb", buffering=0) as pipe:
        said, end = bytearray(), time.monotonic() + _LONGEST_APART
        while select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            piece = pipe.read(1 << 20)
            if not piece:
                return bytes(said)
            said += piece
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return b""


def _least(account: Account) -> Account:
    """The account with less left in it: its own, or that of all together."""
    account.left += account.earned
    _ALL.left += account.earned
    return min(account, _ALL, key=lambda one: one.left)


def _charge(account: Account, seconds: float) -> None:
    account.left -= seconds
    _ALL.left -= seconds


def _used_up(account: Account) -> OverLimit:
    return OverLimit(f"time, all {account.name} of the shop together", f"{account.seconds:g} s")


def charged() -> float:
    """Seconds that fonts and drawings have taken since `renew`; what is done apart is in no clock of this process."""
    return sum(account.seconds - account.left for account in (FONTS, DRAWINGS))


@contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Runs the block with at most `seconds` of processor time and `memory` more bytes than the process has now.

    Raises OverLimit. Python code is stopped by a timer; what a C library allocates is stopped by the kernel. A C
    loop that never returns is left to the supervisor, which kills the worker. Only the main thread can be timed.
    """
    timed = threading.current_thread() is threading.main_thread()
    old_soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = _address_space() + memory
    old_handler = signal.signal(signal.SIGPROF, _stop) if timed else None
    try:
        allow(resource.RLIMIT_AS, ceiling)
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


def allow(kind: int, most: int) -> None:
    """Lets this process have `most` of a resource (resource.RLIMIT_…), or as much as the system lets it."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


class _TimeIsUp(BaseException):
    """Not an Exception, so that nothing on the way catches it."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
