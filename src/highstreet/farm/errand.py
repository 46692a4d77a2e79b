"""Errands: one tenant's work as it is sent to another machine, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from highstreet.freshness import Built


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a machine finds the workspace: a folder that it sees too, or a commit of a git repository."""

    place: str  # "/srv/street", or "https://host/street.git"
    commit: str = ""  # 40 or 64 hexadecimal digits; "" for a folder
    inside: str = ""  # the workspace's place in the repository, "" or ending with "/"


@dataclass(frozen=True, slots=True)
class Errand:
    handle: str
    sources: Sources
    clock: datetime
    domain: str  # of the shared cache
    run: str  # name of the command's run: all its errands see the same themes and settings
    whole: bool = False  # also what the shared cache should have


class Row(NamedTuple):
    """One file of a built site."""

    path: str
    key: str
    digest: str
    size: int
    pack: int  # number of the pack its bytes are in; -1: the shared cache has them under `key`


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a machine made of an errand. The bytes wait in packs beside the shared cache."""

    built: Built
    site_key: str = ""
    rows: tuple[Row, ...] = ()
    packs: tuple[str, ...] = ()  # keys in the store; the files of a pack follow each other in the order of `rows`
    facts: dict[str, object] = field(default_factory=dict)  # of the state: schedule, pictures, warnings and the like
    fault: str = ""  # traceback, where the fault is ours
