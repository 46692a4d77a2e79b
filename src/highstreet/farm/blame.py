"""Blame: whose doing it is that workers die, that of a shop or of something else. Pure: knows no cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

_SEVERAL = 3  # shops: so many do not turn bad at once, it is the machines or whoever ends them
_PATIENCE = 30  # workers that a shop may lose where others lose theirs too


class Blame:
    """What became of the workers of each shop.

    A shop that ends its workers does so each time, also when nothing else is at work. One that is killed together
    with its worker comes through in the end. So a shop is given up at once only while nobody else has lost a worker;
    where something else is known to end workers, it has to lose very many.
    """

    def __init__(self) -> None:
        self._lost: Counter[str] = Counter()  # workers that were gone while the shop was all they had
        self._rounds: Counter[str] = Counter()  # how often the scheduler gave it up
        self._elsewhere = False

    def worker_gone(self, handles: Collection[str]) -> None:
        """A worker died that had these shops. Of several, any may have done it, so none is said to have."""
        if len(handles) == 1:
            self._lost.update(handles)
            self._elsewhere = self._elsewhere or len(self._lost) >= _SEVERAL

    def delivered(self, handle: str) -> None:
        """A shop that lost workers and is there all the same was not what ended them."""
        self._elsewhere = self._elsewhere or self._lost[handle] > 0

    def by_itself(self, handle: str) -> bool:
        """Whether the shop is tried again only when nothing else is at work."""
        return self._rounds[handle] > 0 and not self._elsewhere

    def given_up(self, handle: str) -> bool:
        """The scheduler has given the shop up. Whether it is to blame; else it is to be tried again."""
        self._rounds[handle] += 1
        if self._elsewhere:
            return max(self._rounds[handle], self._lost[handle]) >= _PATIENCE
        return self._rounds[handle] == 2  # once among others, once by itself
