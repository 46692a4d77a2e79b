"""Changesets: what must change in a store so that it holds what is wanted. Pure: touches no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from highstreet.publish.release import Published
from highstreet.publish.wanted import Item

Action = Literal["create", "update", "headers", "delete"]


class Change(NamedTuple):
    action: Action
    path: str
    why: str  # "not there yet", "content differs", "Cache-Control differs: max-age=60 → max-age=0", "no longer built"
    bytes: int  # to send, as far as known before compression; 0 for deletes


@dataclass(frozen=True, slots=True)
class Changes:
    """In path order: assets first, then pages."""

    changes: tuple[Change, ...]
    base: str = ""  # id of the release this is the difference to; "" for none
    refusal: str = ""  # why publishing this would be refused, in one line: superseded, too many deletes

    def count(self, action: Action) -> int:
        return sum(1 for change in self.changes if change.action == action)

    @property
    def bytes(self) -> int:
        return sum(change.bytes for change in self.changes)


def changeset(wanted: Sequence[Item], published: Sequence[Published]) -> tuple[Change, ...]:
    """What must be done so that `published` becomes `wanted`: on bytes and headers."""
    raise NotImplementedError
