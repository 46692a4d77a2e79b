"""Forks: copies of this process at work on something, and the pipes between them and us.

What `multiprocessing` gives is more than is needed here, and importing it takes as long as looking at ten shops.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

_LENGTH = 4  # bytes before each message
_LONGEST = 1 << 31  # bytes of one
_AT_ONCE = 1 << 20
_SIGNAL_AT_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


class Pipe:
    """One end of a pipe that carries whole messages both ways. Who is at the other end can make us do anything, as a
    pickle can: it is a copy of ourselves.
    """

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self.closed = False

    def fileno(self) -> int:
        return self._reader

    def files(self) -> tuple[int, int]:
        return self._reader, self._writer

    def send(self, message: object) -> None:
        """Raises OSError when nobody is there to hear it."""
        body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        left = memoryview(len(body).to_bytes(_LENGTH, "big") + body)
        while left:
            left = left[os.write(self._writer, left) :]

    def recv(self) -> Any:
        """The next message, waited for. Raises EOFError when the other end is closed, and whatever comes of bytes that
        are no message."""
        size = int.from_bytes(self._exactly(_LENGTH), "big")
        if size > _LONGEST:
            raise ValueError(size)
        return pickle.loads(self._exactly(size))

    def _exactly(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            piece = os.read(self._reader, min(size - len(found), _AT_ONCE))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)

    def poll(self) -> bool:
        """Whether `recv` would not have to wait."""
        return bool(ready([self], 0))

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self._reader)
            os.close(self._writer)


def pipe() -> tuple[Pipe, Pipe]:
    """Both ends of a new pipe. Raises OSError when the system gives no more."""
    ours, theirs = os.pipe()
    try:
        reader, writer = os.pipe()
    except OSError:
        os.close(ours)
        os.close(theirs)
        raise
    return Pipe(ours, writer), Pipe(reader, theirs)


def ready(pipes: Iterable[Pipe], seconds: float | None = None) -> list[Pipe]:
    """Those of `pipes` that have something to say, or whose other end is closed; waits until one has, or so long."""
    known = {end.fileno(): end for end in pipes}
    poll = select.poll()
    for number in known:
        poll.register(number, select.POLLIN)
    return [known[number] for number, _ in poll.poll(None if seconds is None else seconds * 1000)]


class Fork:
    """A copy of this process that does `work`, given its end of the pipe, and ends with it or when this process ends.

    `others` are ends of this process that the copy need not hold: each hears and speaks for itself alone. Raises
    OSError when there is no room for one more.
    """

    def __init__(self, work: Callable[[Pipe], None], others: Sequence[Pipe]) -> None:
        self.pipe, theirs = pipe()
        parent = os.getpid()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or the copy would say it again
        try:
            self.pid = os.fork()
        except OSError:
            self.pipe.close()
            theirs.close()
            raise
        if self.pid == 0:
            try:
                for end in (self.pipe, *others):
                    end.close()
                end_with(parent)
                work(theirs)
            finally:
                os._exit(1)  # what ends in order has ended by itself
        theirs.close()
        self._code: int | None = None
        self.cpu = 0.0  # seconds it has used, once it has ended

    def ended(self, seconds: float | None = None) -> int | None:
        """Its exit code, negative for a signal; waits for it, at most so long, and gives None while it is at work."""
        end = None if seconds is None else time.monotonic() + seconds
        while self._code is None:
            found, status, used = os.wait4(self.pid, 0 if end is None else os.WNOHANG)
            if found:
                self._code, self.cpu = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
            elif end is not None and time.monotonic() >= end:
                break
            else:
                time.sleep(0.005)
        return self._code

    def stop(self) -> None:
        """Ends it, whatever it is at."""
        self.pipe.close()
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.ended()


def end_with(parent: int) -> None:
    """Ends this process when `parent` ends, however that comes: an orphan would write where the next build writes."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # a system without prctl; there the pipe's end has to do
        ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
