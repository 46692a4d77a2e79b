"""Work done ahead: dear results of one task made by several processes at once, before the task asks for them."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from highstreet.action.limits import allow
from highstreet.action.supervisor import end_with

_STUCK = 60  # seconds of processor time without an end of one piece

Make = Callable[[int], None]  # makes the piece with this number


def made_ahead(pieces: int, make: Make, hands: int) -> Iterator[int]:
    """The numbers of the pieces that `hands` forked processes have made, as they are done.

    Pieces must leave their results where the task finds them. Nothing is told of what goes wrong, a failure as little
    as a process that is killed: the task finds nothing there, does that piece itself, and meets and tells what it
    would have met alone. So work done ahead can change when a result is there, and nothing else.
    """
    waiting = iter(range(pieces))
    crew: list[_Hand] = []
    try:
        for number in islice(waiting, hands):
            try:
                crew.append(_Hand(make, number, [hand.pipe for hand in crew]))
            except OSError:  # no room for one more process
                break
        while crew:
            ready = wait([hand.pipe for hand in crew])
            for hand in [hand for hand in crew if hand.pipe in ready]:
                done = hand.done()
                if done is not None and done >= 0:
                    yield done
                following = next(waiting, None) if done is not None else None
                if following is None or not hand.give(following):
                    hand.stop()
                    crew.remove(hand)
    finally:
        for hand in crew:
            hand.stop()


class _Hand:
    def __init__(self, make: Make, number: int, others: Sequence[Connection]) -> None:
        self.pipe, theirs = Pipe()
        parent = os.getpid()
        try:
            self._pid = os.fork()
        except OSError:
            self.pipe.close()
            theirs.close()
            raise
        if self._pid == 0:
            with contextlib.suppress(BaseException):
                _work(make, theirs, [self.pipe, *others], parent)
            os._exit(1)
        theirs.close()
        self.give(number)

    def give(self, number: int) -> bool:
        try:
            self.pipe.send(number)
        except OSError:
            return False
        return True

    def done(self) -> int | None:
        """The number of the piece it has made, -1 when it could not; None when it is no more."""
        try:
            found: int = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return found

    def stop(self) -> None:
        self.pipe.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _work(make: Make, pipe: Connection, parents: Sequence[Connection], parent: int) -> None:
    for end in parents:
        end.close()
    end_with(parent)
    while True:
        number = pipe.recv()
        allow(resource.RLIMIT_CPU, int(time.process_time()) + _STUCK)
        try:
            make(number)
        except Exception:
            number = -1
        pipe.send(number)
