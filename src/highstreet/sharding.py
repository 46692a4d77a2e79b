"""Sharding: which tenants each of several machines takes, told from the sources alone, so that none need talk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from itertools import islice
from math import log2

from highstreet.source.scan import MOST_NAMES
from highstreet.workspace import Workspace

_TENANT, _FILE, _LONGEST = 20_000, 2_000, 200_000  # in bytes of text: what a shop and a file cost at least, and at most
_TEXTS = (".yaml", ".yml", ".md", ".html", ".css", ".csv")


def part_of(space: Workspace, handles: Iterable[str], parts: int) -> dict[str, int]:
    """The part, from 0, of each handle: parts of about equal cost.

    The dearest shop goes to the part that has least so far, and so on. Costs are taken in steps of a factor of 1.4, so
    that an edit seldom moves a shop to another part, whose cache does not know it. A handle without a folder costs
    nothing; its name alone decides, for machines may know of different ones.
    """
    steps = {handle: _step(cost(space, handle)) for handle in handles}
    loads = [0.0] * parts
    found: dict[str, int] = {}
    for handle in sorted(steps, key=lambda handle: (-steps[handle], _digest(handle))):
        if steps[handle] < 0:
            found[handle] = _digest(handle) % parts
            continue
        part = min(range(parts), key=loads.__getitem__)
        found[handle] = part
        loads[part] += 2 ** (steps[handle] / 2)
    return found


def cost(space: Workspace, handle: str) -> int:
    """About what building a shop takes, from names and sizes of its files; 0 when there are none.

    Looks at no more names than a scan does: a shop of more is refused everywhere, whatever they are.
    """
    total, left = 0, MOST_NAMES
    waiting = [os.fspath(space.tenant(handle))]
    while waiting and left:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in islice(entries, left):
                    left -= 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        text = entry.name.endswith(_TEXTS)
                        # Pictures are encoded once, and kept; what they cost then is what any file costs.
                        total += _FILE + (min(entry.stat(follow_symlinks=False).st_size, _LONGEST) if text else 0)
        except OSError:
            continue  # gone, or not to be read: the build says so
    if not left:
        total = _FILE * MOST_NAMES  # not of those that this machine happened to list first
    return _TENANT + total if total else 0


def _step(cost: int) -> int:
    return round(2 * log2(cost)) if cost else -1


def _digest(handle: str) -> int:
    return int(sha256(handle.encode("utf-8", "surrogateescape")).hexdigest()[:8], 16)
