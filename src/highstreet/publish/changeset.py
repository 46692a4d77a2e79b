"""Changesets: what must change in a store so that it holds what is wanted. Pure: touches no store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from highstreet.publish.object_store import Headers
from highstreet.publish.release import Published, is_asset
from highstreet.publish.wanted import Item

Action = Literal["create", "update", "headers", "delete"]


class Change(NamedTuple):
    action: Action
    path: str
    why: str  # "not there yet", "content differs", "Cache-Control: max-age=60 → max-age=0", "no longer built"
    bytes: int  # to send, before compression; 0 for deletes, and for headers of what the store copies


@dataclass(frozen=True, slots=True)
class Changes:
    """Assets first, then pages, each in path order."""

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
    there = {found.path: found for found in published}
    found = [change for item in wanted if (change := _change(item, there.pop(item.path, None)))]
    found += [Change("delete", path, "no longer built", 0) for path in there]
    return tuple(sorted(found, key=lambda change: (not is_asset(change.path), change.path)))


def same(item: Item, published: Published | None) -> bool:
    """Whether nothing has to be done for `item`."""
    return published is not None and published.source == item.source and published.headers == item.headers


def _change(item: Item, published: Published | None) -> Change | None:
    if published is None:
        return Change("create", item.path, "not there yet", item.size)
    if published.source != item.source:
        return Change("update", item.path, "content differs", item.size)
    if published.headers != item.headers:
        why = "; ".join(_differences(published.headers, item.headers))
        return Change("headers", item.path, why, item.size if is_asset(item.path) else 0)
    return None


_NAMES = Headers("Content-Type", "Cache-Control", "Content-Encoding", "redirect", "temporary redirect")


def _differences(old: Headers, new: Headers) -> list[str]:
    return [
        f"{name}: {was or 'none'} → {now or 'none'}"
        for name, was, now in zip(_NAMES, old, new, strict=True)
        if was != now
    ]


def too_many_deletes(changes: Sequence[Change], published: Sequence[Published]) -> tuple[int, int] | None:
    """(deleted, there) in pages, when that is more than 10 and more than a tenth of what is there; else None."""
    pages = sum(1 for found in published if _is_page(found.path))
    gone = sum(1 for change in changes if change.action == "delete" and _is_page(change.path))
    return (gone, pages) if gone > max(10, pages / 10) else None


_THING = re.compile(r"(?:products|collections|pages|journal)/[^/]+/index\.html").fullmatch


def dead_ends(changes: Sequence[Change]) -> tuple[str, ...]:
    """Addresses of products, collections, pages and posts ("/products/mug/") from which nothing leads on: where a
    redirect does, a page of its own takes the old one's place."""
    gone = (change.path for change in changes if change.action == "delete" and _THING(change.path))
    return tuple(f"/{path.removesuffix('index.html')}" for path in gone)


def _is_page(path: str) -> bool:
    return path.endswith((".html", ".htm"))
