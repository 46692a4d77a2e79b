"""Spans: places in a source file that a person can open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Keys = Sequence[str | int]  # the way from a document's root to a value: ("variants", 3, "price")
Part = Literal["value", "key"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one line. `line` and `column` count from 1, in characters; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    frame: str = ""  # the text of that line, for the code frame

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class SourceMap(Protocol):
    """Finds where a value stands. Files are paths relative to the tenant folder ("catalog/products/mug.yaml")."""

    def span(self, file: str, keys: Keys = (), part: Part = "value", within: str = "") -> Span:
        """Where the value (or its key) at `keys` stands; the nearest enclosing place when it is absent.

        `within` is a piece of that value, or of the text below the keys of a Markdown file, to be pointed at.
        """
        ...
