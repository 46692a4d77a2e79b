"""Actions: one output and the one list of everything it may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, NewType

from highstreet.base.digest import Digest, Value

Key = NewType("Key", str)  # 64 hex digits over the kind, its tools and the input list


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, read only when a runner needs them. `read` gives exactly the bytes that `digest` names."""

    digest: Digest
    read: Callable[[], bytes]


class Input(NamedTuple):
    """One thing an output depends on: a value, a file's content, or what other actions give.

    `digest` stands for the source in the key. For actions it is their key: a fragment whose own inputs are the same
    is the same, so nothing needs to be rendered to find out that a page is up to date.
    """

    name: str
    digest: str
    source: Value[object] | Content | Action | tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Makes one output. `path` is where it goes in the site, "" for a fragment that only other actions read."""

    kind: str
    path: str
    inputs: tuple[Input, ...]
    key: Key
    keep: bool = False  # dear to make: its result goes to the shared store and survives the tenant

    def named(self) -> Iterator[tuple[str, str]]:
        """(name, digest) of every input: what `explain` shows and the key was made from."""
        return ((item.name, item.digest) for item in self.inputs)


def action(
    kind: str,
    tools: str,
    inputs: Mapping[str, Value[object] | Content | Action | tuple[Action, ...]],
    path: str = "",
    keep: bool = False,
) -> Action:
    """An action whose key covers `kind`, `tools` (versions of its runner and libraries) and every input.

    The path is not part of the key: equal work for two tenants is done once. A runner never learns it.
    """
    items = tuple(Input(name, _digest(source), source) for name, source in inputs.items())
    return Action(kind, path, items, _key(kind, tools, items), keep)


def _digest(source: Value[object] | Content | Action | tuple[Action, ...]) -> str:
    if isinstance(source, (Value, Content)):
        return source.digest
    if isinstance(source, Action):
        return source.key
    if not source:
        return "none"
    whole = sha256()
    for item in source:
        whole.update(item.key.encode())
    return whole.hexdigest()


def _key(kind: str, tools: str, items: tuple[Input, ...]) -> Key:
    # Names cannot hold a newline or "=" (they are ours), so the joined text has one reading only.
    lines = [kind, tools, *[f"{item.name}={item.digest}" for item in items]]
    return Key(sha256("\n".join(lines).encode()).hexdigest())
