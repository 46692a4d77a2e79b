"""Hosting: what a built site asks of its host, read from `_headers` and `_redirects` as Netlify writes them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

HEADERS, REDIRECTS = "_headers", "_redirects"  # for the host only: never answered under these addresses


class Block(NamedTuple):
    """Headers for every address that `pattern` means; `*` stands for any characters."""

    pattern: str
    headers: tuple[tuple[str, str], ...]


class Rule(NamedTuple):
    """One redirect: an address as browsers send it, where it leads, and the status."""

    source: str
    target: str
    status: int


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a `_headers` file: an address pattern, and below it indented `Name: value` lines."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] not in " \t":
            found.append((line.strip(), []))
        elif found:
            name, _, value = line.strip().partition(":")
            found[-1][1].append((name.strip(), value.strip()))
    return tuple(Block(pattern, tuple(headers)) for pattern, headers in found)


def headers_for(found: Iterable[Block], address: str) -> dict[str, str]:
    """Response headers of an address: of every block that means it; a later block replaces an earlier one's value."""
    headers: dict[str, str] = {}
    names: dict[str, str] = {}
    for block in found:
        if fnmatchcase(address, block.pattern.replace("[", "[[]").replace("?", "[?]")):
            for name, value in block.headers:
                headers[names.setdefault(name.lower(), name)] = value
    return headers


def rules(text: str) -> tuple[Rule, ...]:
    """The rules of a `_redirects` file: source, target and status on each line."""
    found = []
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 2 and not parts[0].startswith("#"):
            status = parts[2].rstrip("!") if len(parts) > 2 else "301"
            found.append(Rule(parts[0], parts[1], int(status) if status.isdecimal() else 301))
    return tuple(found)
