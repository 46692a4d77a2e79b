"""Apart: work done by a copy of this process, whose libraries may loop, crash or want all memory."""

from __future__ import annotations

import faulthandler
import gc
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import ceil

from highstreet.action.fork import Fork, Pipe, ready
from highstreet.action.limits import Account, OverLimit, address_space, allow, timed

_LONGEST = 60.0  # seconds on the clock


class Fell(Exception):
    """Work done apart has failed; the message is what its library said, "" where it crashed."""


class Copy:
    """A copy of this process that does one piece of `work` and ends.

    It may take `seconds`, whole ones, of processor time and `memory` bytes more than the process has now. Only the main
    thread may begin one: there nothing else is half done. Raises limits.Untimed on another.
    """

    def __init__(self, work: Callable[[], bytes], seconds: int, memory: int) -> None:
        timed()
        self._seconds = seconds
        self._fork = Fork(partial(_do, work, seconds, memory), ())

    @property
    def cpu(self) -> float:
        """Seconds it took, once it has ended."""
        return self._fork.cpu

    def result(self) -> bytes:
        """What the work gives. Waits for it; to be asked once.

        Raises OverLimit; Fell when the copy ended by itself, or the work raised an Exception, with what that said.
        """
        said: bytes | str = ""
        if ready([self._fork.pipe], _LONGEST):
            with suppress(EOFError, OSError):
                said = self._fork.pipe.recv()
            self._fork.ended()
        self._fork.stop()
        if self._fork.ended() in (-signal.SIGXCPU, -signal.SIGKILL):
            raise OverLimit("time", f"{self._seconds} s")
        if isinstance(said, str):
            raise Fell(said)
        return said


def apart(work: Callable[[], bytes], seconds: float, memory: int, account: Account) -> bytes:
    """What `work` gives, in a copy of this process that also takes no more than its shop has left in `account`.

    Raises what `Copy.result` does.
    """
    timed()
    least = account.least()
    copy = Copy(work, max(1, ceil(min(seconds, least.left))), memory)
    try:
        return copy.result()
    except OverLimit as over:
        raise (least.used_up() if least.left <= copy.cpu else over) from None
    finally:
        account.charge(copy.cpu)


def _do(work: Callable[[], bytes], seconds: int, memory: int, pipe: Pipe) -> None:
    """Ends this process."""
    gc.disable()  # what it holds ends with it; a collection would copy every page it visits
    _let_go(pipe)
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allow(resource.RLIMIT_CPU, seconds)
    allow(resource.RLIMIT_AS, address_space() + memory)
    said: bytes | str
    try:
        said = work()
    except BaseException as error:
        said = str(error)
    pipe.send(said)


def _let_go(pipe: Pipe) -> None:
    """Leads every file this process has open to nowhere, but `pipe`: a copy that lives on would keep connections of its
    original open. Also what a library says when it crashes goes there. Their numbers stay taken: objects own them.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names alone
        if int(name) not in (nowhere, *pipe.files()):
            with suppress(OSError):  # that of the listing itself
                os.dup2(nowhere, int(name))
