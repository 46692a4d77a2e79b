"""Lease: the mark in the pointer by which one who removes things holds publishers off."""

from __future__ import annotations

from highstreet.publish.object_store import Absent, Conflict, ETag, Matches, Shelf
from highstreet.publish.options import Patience
from highstreet.publish.release import CURRENT, GONE, PRIVATE, VACANT, Commit, Pointer, Trees
from highstreet.publish.release_json import encode_pointer
from highstreet.publish.switch import Seen

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


class Lease:
    """The mark. While it changes now and then, others wait; who takes it away has waited until it was over.

    From `begin` on nobody can switch without noticing: a publisher's write of the pointer fails, a preview's publisher
    looks for the mark after writing its own, and `collected` tells both that what was there may be gone.
    """

    def __init__(self, shelf: Shelf, patience: Patience) -> None:
        self._shelf = shelf
        self._patience = patience
        self._seen: Seen | None = None
        self._sent = 0.0

    def begin(self, seen: Seen | None, pointer: Pointer, mark: str) -> Pointer:
        """Puts `pointer`, marked, in the place of `seen`. Raises Conflict when something else stands there by now."""
        serial, collected = (seen.pointer.serial, seen.pointer.collected) if seen is not None else (0, 0)
        marked = pointer._replace(collecting=mark, collected=collected + 1, serial=serial + 1)
        self._put(seen.etag if seen is not None else None, marked)
        return marked

    @property
    def left(self) -> float:
        """Seconds in which something may still be deleted: then there is as much time again until others go on."""
        return self._sent + self._patience.lease / 2 - self._patience.clock()

    def renew(self) -> None:
        """The mark is still ours when this returns, and was set anew a moment ago; else raises Conflict."""
        assert self._seen is not None
        pointer = self._seen.pointer
        self._put(self._seen.etag, pointer._replace(serial=pointer.serial + 1))
        if self.left < 0:
            raise Conflict(CURRENT, "the answer took longer than the mark holds")

    def end(self) -> None:
        if self._seen is not None:
            pointer = self._seen.pointer
            self._put(self._seen.etag, pointer._replace(collecting="", serial=pointer.serial + 1))

    def _put(self, before: ETag | None, pointer: Pointer) -> None:
        sent = self._patience.clock()
        condition = Absent() if before is None else Matches(before)
        etag = self._shelf.put(CURRENT, encode_pointer(pointer), PRIVATE, condition)
        self._seen, self._sent = Seen(pointer, etag), sent
