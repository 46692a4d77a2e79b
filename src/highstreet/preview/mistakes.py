"""Mistakes: what is known to be wrong with each shop, as three looks tell it, one after another.

The first look is the edit's own: each file by itself, and the pages that were asked for. The second takes more than one
file to see, such as a link to nothing, and comes when the page is out. The whole look finds what `highstreet check`
finds, in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from highstreet.preview.telling import Told


class Picture(NamedTuple):
    """What stands for a shop in the street list: a blob of the cache."""

    digest: str
    media_type: str


@dataclass(slots=True)
class _Known:
    first: list[Told] = field(default_factory=list)
    further: list[Told] = field(default_factory=list)  # of the second or whole look
    looked: bool = False  # the second look has been taken since the shop was opened
    whole: bool = False  # `further` is of the whole look at the present files
    picture: Picture | None = None


class Mistakes:
    """Used on the server's loop only. What changes something tells so, for whoever tells open pages."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._street: list[Told] = []

    def handles(self) -> tuple[str, ...]:
        return tuple(self._known)

    def of(self, handle: str) -> list[Told]:
        """All that is known, the street's own mistakes before those of the shop."""
        known = self._known.get(handle, _Known())
        return [*self._street, *known.first, *known.further]

    def told(self, handle: str) -> list[Told] | None:
        """What the street list tells: None while there may be more than nothing."""
        found = self.of(handle)
        return found if found or self.looked_whole(handle) else None

    def looked_whole(self, handle: str) -> bool:
        return handle in self._known and self._known[handle].whole

    def picture(self, handle: str) -> Picture | None:
        known = self._known.get(handle)
        return known.picture if known is not None else None

    def at_once(self, handle: str) -> list[Told]:
        """What the first look has found."""
        return self._known.get(handle, _Known()).first

    def first(self, handle: str, problems: list[Told]) -> bool:
        """What the second look has found stays until that has looked again: it may still be so."""
        return self._set(handle, problems, self._known.get(handle, _Known()).further)

    def second(self, handle: str, problems: list[Told]) -> bool:
        known = self._known.setdefault(handle, _Known())
        known.looked = True
        return not known.whole and self._set(handle, known.first, problems)

    def looked(self, handle: str) -> bool:
        """Whether the second look has been taken, or the whole one."""
        return handle in self._known and self._known[handle].looked

    def whole(self, handle: str, problems: list[Told], picture: Picture | None) -> None:
        known = self._known.setdefault(handle, _Known())
        self._set(handle, known.first, problems)
        known.looked = known.whole = True
        known.picture = picture or known.picture

    def _set(self, handle: str, first: list[Told], further: list[Told]) -> bool:
        before = self.of(handle)
        known = self._known.setdefault(handle, _Known())
        # What the first look tells goes with the edit that mends it, and must not wait for the others.
        known.first, known.further = first, [problem for problem in further if problem not in first]
        return self.of(handle) != before

    def street(self, problems: list[Told]) -> bool:
        """Mistakes in the settings, which all shops share."""
        before, self._street = self._street, problems
        return before != problems

    def doubt(self, handle: str) -> None:
        """The shop has been edited: the whole look was at another state of it."""
        if handle in self._known:
            self._known[handle].whole = False

    def forget(self, handle: str) -> None:
        """As `doubt`, of a shop that is not open: nobody will take a first look."""
        if handle in self._known:
            self._known[handle] = _Known(picture=self._known[handle].picture)
