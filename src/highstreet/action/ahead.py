"""Work done ahead: dear results of one task made by several processes at once, before the task asks for them."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from highstreet.action.fork import Fork, Pipe, ready
from highstreet.action.limits import allow

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
                crew.append(_Hand(make, number, [hand.fork.pipe for hand in crew]))
            except OSError:  # no room for one more process
                break
        while crew:
            telling = ready([hand.fork.pipe for hand in crew])
            for hand in [hand for hand in crew if hand.fork.pipe in telling]:
                done = hand.done()
                if done is not None and done >= 0:
                    yield done
                following = next(waiting, None) if done is not None else None
                if following is None or not hand.give(following):
                    hand.fork.stop()
                    crew.remove(hand)
    finally:
        for hand in crew:
            hand.fork.stop()


class _Hand:
    def __init__(self, make: Make, number: int, others: Sequence[Pipe]) -> None:
        self.fork = Fork(partial(_work, make), others)
        self.give(number)

    def give(self, number: int) -> bool:
        try:
            self.fork.pipe.send(number)
        except OSError:
            return False
        return True

    def done(self) -> int | None:
        """The number of the piece it has made, -1 when it could not; None when it is no more."""
        try:
            found: int = self.fork.pipe.recv()
        except (EOFError, OSError):
            return None
        return found


def _work(make: Make, pipe: Pipe) -> None:
    while True:
        number = pipe.recv()
        allow(resource.RLIMIT_CPU, int(time.process_time()) + _STUCK)
        try:
            make(number)
        except Exception:
            number = -1
        pipe.send(number)
