"""Forest: which trees the pages of a release lie in, so that an edit costs few requests. Pure.

A shop's pages lie in 1, 64 or 256 trees, which never change. A page that is changed is set apart, in a tree of its own
that the pointer names beside the others, so that its neighbours need not be copied into a new one. Only when more are
set apart than a pointer should name are some of the trees made anew.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from highstreet.publish.object_store import Headers
from highstreet.publish.release import FLAT, SHARDS, Published, Release, Trees, is_asset

APART = 128  # trees of single pages, at most: 4 KB of the pointer, which edges read with every page

_Rows = Mapping[str, Published]  # by path


def forest(pages: _Rows, base: Release | None) -> Trees:
    """Where `pages` shall lie. Those that `base` has with the same bytes and headers mostly stay where they are.

    Each tree's name is a digest of all that is in it, or was when it was made: no key ever has two contents.
    """
    before = base.pointer.trees if base is not None else None
    shards = _shards(len(pages), before.shards if before is not None else 0)
    digests = {path: sha256(path.encode()).hexdigest() for path in pages}
    groups: dict[int, list[str]] = {number: [] for number in range(shards)}
    for path, digest in digests.items():
        groups[_shard(digest, shards)].append(path)
    if base is None or before is None or before == FLAT or shards != before.shards:
        return trees_for(shards, {number: tree_id(pages[path] for path in group) for number, group in groups.items()})
    there = {row.path: _content(row) for row in base.objects if not is_asset(row.path)}
    now = {path: _content(row) for path, row in pages.items()}
    changed = {path for path in {*there, *now} if there.get(path) != now.get(path)}
    apart = before.apart.keys() | {sha256(path.encode()).hexdigest()[:8] for path in changed}
    anew = _anew(apart, {number: sum(path not in changed for path in group) for number, group in groups.items()})
    apart = {key for key in apart if _shard(key, shards) not in anew}
    single: dict[str, list[Published]] = {key: [] for key in apart}
    for path, digest in digests.items():
        if digest[:8] in single:
            single[digest[:8]].append(pages[path])
    made = {number: before.ids["" if shards == 1 else SHARDS[number]] for number in groups}
    made |= {number: tree_id(pages[path] for path in groups[number]) for number in anew}
    trees = trees_for(shards, made)
    return trees._replace(ids=trees.ids | {key: tree_id(rows) for key, rows in sorted(single.items())})


def trees_for(shards: int, ids: Mapping[int, str]) -> Trees:
    """From the tree of each shard by number."""
    if shards == 1:
        return Trees(1, {"": ids[0]})
    return Trees(shards, {name: ids[number % shards] for number, name in enumerate(SHARDS)})


def tree_id(objects: Iterable[Published]) -> str:
    """15 letters and digits (75 bits) from path, bytes and headers of all that is in the tree."""
    digest = sha256()
    for found in sorted(objects):
        # What was empty in all releases before it came is left out, so that trees that lack it keep their names.
        row = (found.path, found.sha256, *found.headers[:4], *filter(None, found.headers[4:]))
        digest.update("\0".join(row).encode() + b"\n")
    return b32encode(digest.digest()).decode().lower()[:15]


class _Content(NamedTuple):
    sha256: str
    headers: Headers


def _content(row: Published) -> _Content:
    return _Content(row.sha256, row.headers)


def _anew(apart: Iterable[str], copies: Mapping[int, int]) -> set[int]:
    """Which shards to make anew: those that cost no copy, and where too many pages are set apart, those that cost the
    fewest `copies` for each page that is then set apart no more."""
    entries: dict[int, int] = {}
    for key in apart:
        shard = _shard(key, len(copies))
        entries[shard] = entries.get(shard, 0) + 1
    left = sum(entries.values())
    anew = set()
    for shard in sorted(entries, key=lambda shard: (copies[shard] / entries[shard], shard)):
        if copies[shard] and left <= APART:
            break
        anew.add(shard)
        left -= entries[shard]
    return anew


def _shard(digest: str, shards: int) -> int:
    return int(digest[:2], 16) % shards


def _shards(objects: int, before: int) -> int:
    """One tree for small shops, many for large ones. What was there `before` (0 for nothing) is kept while it still
    does: another number costs the copy of every page, and a shop may grow and shrink around a limit."""
    kept = {1: (0, 128), 64: (32, 4096), 256: (1024, 1 << 62)}.get(before)
    if kept is not None and kept[0] <= objects <= kept[1]:
        return before
    return 1 if objects <= 64 else 64 if objects <= 2048 else 256
