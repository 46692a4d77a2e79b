"""Sources: where everything of a tenant stands, found by reading the file again when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from highstreet.base.diagnostic import Problems
from highstreet.base.span import Keys, Part, Span
from highstreet.source.scan import Snapshot
from highstreet.source.text import spanning

if TYPE_CHECKING:
    from highstreet.source.yaml import Document


@dataclass(slots=True)
class Sources:
    """A SourceMap over a snapshot. Costs nothing until asked: valid shops never look up a place."""

    snapshot: Snapshot
    _documents: dict[str, Document | None] = field(default_factory=dict, repr=False, compare=False)

    def span(self, file: str, keys: Keys = (), part: Part = "value", within: str = "") -> Span:
        """Where the value (or its key) at `keys` stands; the file as a whole when it has no such place."""
        span = self._span(file, keys, part)
        return self._piece(file, span, within) if within else span

    def _piece(self, file: str, span: Span, piece: str) -> Span:
        """Where `piece` stands at or below the beginning of `span`; `span` when it is written otherwise there."""
        from highstreet.model import secrets

        source = self.snapshot.get(file)
        text = secrets.masked(source.read()).decode("utf-8", "replace").removeprefix("\ufeff") if source else ""
        above = sum(map(len, text.splitlines(keepends=True)[: max(0, span.line - 1)]))
        at = text.find(f"]({piece}", above)
        return spanning(span.file, text, at + 2, at + 2 + len(piece)) if at >= 0 else span

    def _span(self, file: str, keys: Keys, part: Part) -> Span:
        label = f"{self.snapshot.label}/{file}" if file else self.snapshot.label
        if not keys:
            return Span(label)
        if file not in self._documents:
            self._documents[file] = self._read(file, label)
        document = self._documents[file]
        return document.span(keys, part) if document is not None else Span(label)

    def _read(self, file: str, label: str) -> Document | None:
        from highstreet.model import secrets
        from highstreet.source import markdown, yaml

        source = self.snapshot.get(file)
        if source is None:
            return None
        data = secrets.masked(source.read())
        try:
            return markdown.split(label, data).front if file.endswith(".md") else yaml.parse(label, data)
        except Problems:
            return None
