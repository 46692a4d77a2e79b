"""Wanted: what a store should hold of one tenant, told from the saved state of its build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from highstreet.output.state import Output
from highstreet.publish.object_store import Headers
from highstreet.publish.options import Options


class Item(NamedTuple):
    """One object to be there."""

    path: str  # as in Published
    source: str  # digest of the built file it is made of
    headers: Headers
    size: int  # of the built file
    file: str  # the built file's path; "" for what is made here
    body: bytes = b""  # of what is made here


@dataclass(frozen=True)
class Wanted:
    handle: str
    folder: Path  # the built site
    outputs: Mapping[str, Output]
    options: Options
    site: str  # digest of all content and headers, made without reading a file

    @property
    def items(self) -> tuple[Item, ...]:
        """In path order. Reads `_headers` and `_redirects`; raises Problems (HS810) if they are not as built."""
        raise NotImplementedError

    @property
    def headers(self) -> dict[str, str]:
        """Response headers of every page, lower-case names: the block `/*` of `_headers`."""
        raise NotImplementedError

    @property
    def not_found(self) -> tuple[str, ...]:
        raise NotImplementedError

    def body(self, item: Item) -> bytes:
        """The bytes to store. Raises Problems (HS810) when a file is not as it was built."""
        raise NotImplementedError


def wanted(folder: Path, outputs: Mapping[str, Output], handle: str, options: Options) -> Wanted:
    """What the store should hold of the site in `folder`, which a build left with `outputs`. Reads no file."""
    raise NotImplementedError
