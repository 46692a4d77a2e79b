"""Outputs: the pages and data files of a plan, by path, with what takes work to find out left until it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from highstreet.plan.site import Planned, Several


class Outputs(Iterable[Planned]):
    """The outputs of one site or of a whole shop, in the order they are best made.

    Iterating finds out about all of them; `get` about those only whose paths begin like the one asked for. After an
    edit most of what a shop could show is not looked at: counting every facet of every collection took longer than
    everything else that a save of one product did.
    """

    def __init__(self, parts: Iterable[Planned | Several]) -> None:
        self._parts: list[Planned | list[Planned]] = []
        self._known: dict[str, Planned] = {}
        self._waiting: dict[str, list[tuple[Several, list[Planned]]]] = {}
        for part in parts:
            if isinstance(part, Planned):
                self._parts.append(part)
                self._known[part.path] = part
            else:
                found: list[Planned] = []
                self._parts.append(found)
                self._waiting.setdefault(part.below, []).append((part, found))

    def get(self, path: str) -> Planned | None:
        if path not in self._known:
            waiting = [below for below in self._waiting if path.startswith(below)]
            for several, _ in (pair for below in waiting for pair in self._waiting[below]):
                found = several.one(path) if several.one is not None else None
                if found is not None:
                    self._known[path] = found
                    return found
            for below in waiting:
                self._find(below)
        return self._known.get(path)

    def __iter__(self) -> Iterator[Planned]:
        for below in tuple(self._waiting):
            self._find(below)
        for part in self._parts:
            if isinstance(part, Planned):
                yield part
            else:
                yield from part

    def _find(self, below: str) -> None:
        for several, found in self._waiting.pop(below):
            found += (self._known.setdefault(planned.path, planned) for planned in several.find())
