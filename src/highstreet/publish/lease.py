"""Lease: the mark in the pointer by which one who removes things, or puts pages in place, holds others off."""

from __future__ import annotations

from highstreet.publish.object_store import Conflict, Shelf
from highstreet.publish.options import Patience
from highstreet.publish.release import CURRENT, GONE, VACANT, Commit, Pointer, Trees
from highstreet.publish.switch import Seen, put_pointer

# A pointer that holds the place where no release is live, so that there is one to mark.
NOTHING = Pointer(
    release=VACANT,
    site="0" * 64,
    trees=Trees(1, {"": "a" * 15}),
    headers={},
    encodings=(),
    asset_encodings=(),
    not_found=(),
    previous="",
    commit=Commit(),
    built="",
    status=GONE,
)


class Mark:
    """What one who is at work keeps in the pointer. While it changes now and then, others wait; who takes it away has
    waited for a whole lease."""

    def __init__(self, shelf: Shelf, patience: Patience) -> None:
        self._shelf = shelf
        self._patience = patience
        self._seen: Seen | None = None
        self._sent = 0.0

    @property
    def left(self) -> float:
        """Seconds in which something that others could not undo may still be done: then there is as much time again
        until they go on."""
        return self._sent + self._patience.lease / 2 - self._patience.clock()

    def keep(self) -> None:
        """Sets the mark anew when a quarter of the lease is over."""
        if self._patience.clock() - self._sent > self._patience.lease / 4:
            self.renew()

    def renew(self) -> None:
        """The mark is still ours when this returns, and was set anew a moment ago; else raises Conflict."""
        assert self._seen is not None
        if not self.put(self._seen, self._seen.pointer):
            raise Conflict(CURRENT, "another one took over")
        if self.left < 0:
            raise Conflict(CURRENT, "the answer took longer than the mark holds")

    def put(self, seen: Seen | None, pointer: Pointer) -> bool:
        """Puts `pointer` in the place of `seen`, as its next state. False: something else stands there by now."""
        sent = self._patience.clock()
        serial = seen.pointer.serial + 1 if seen is not None else 1
        put = put_pointer(self._shelf, CURRENT, seen, pointer._replace(serial=serial))
        if put is None:
            return False
        self._seen, self._sent = put, sent
        return True


class Lease(Mark):
    """The mark of one who removes things.

    From `begin` on nobody can switch without noticing: a publisher's write of the pointer fails, a preview's publisher
    looks for the mark after writing its own, and `collected` tells both that what was there may be gone.
    """

    def begin(self, seen: Seen | None, pointer: Pointer, mark: str) -> Pointer:
        """Puts `pointer`, marked, in the place of `seen`. Raises Conflict when something else stands there by now."""
        collected = seen.pointer.collected if seen is not None else 0
        if not self.put(seen, pointer._replace(collecting=mark, collected=collected + 1)):
            raise Conflict(CURRENT, "it has changed meanwhile")
        assert self._seen is not None
        return self._seen.pointer

    def end(self) -> None:
        """Takes the mark away, if it is still there."""
        if self._seen is not None:
            self.put(self._seen, self._seen.pointer._replace(collecting=""))
