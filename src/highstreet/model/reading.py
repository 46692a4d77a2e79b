"""Reading: every file of a tenant as a checked record, from the cache where its digest is known."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from highstreet.action.whereabouts import working_on
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.model import secrets
from highstreet.model.finding import Finding
from highstreet.model.platform import Platform
from highstreet.model.tree import Entry, Tree
from highstreet.source.scan import Snapshot, SourceFile
from highstreet.source.text import spanning

if TYPE_CHECKING:
    from highstreet.source.yaml import Document

_SALVAGED = ("product", "collection", "page", "post", "navigation")  # files that name others and pictures
VERSION = 4  # of records and of the checks they passed: raise it when either changes
_FEW = 2_000  # for so many files plain Python (74 µs each) is faster than importing Pydantic (160 ms, then 25 µs)
_TIGHT = re.compile(r"\s*([A-Za-z_][\w-]*):(?!//)(\S+)")  # title:Mug, a word like any other without the space
_TEXTS = (".html", ".css", ".js", ".yaml", ".yml", ".json", ".txt", ".md", ".svg", ".xml")


@dataclass(slots=True)
class Reader:
    """Records of one snapshot. What could not be read is in `broken`, and why in `diagnostics` and `findings`."""

    snapshot: Snapshot
    known: Mapping[str, Any]
    records: dict[str, Any] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    salvaged: list[tuple[Entry, Any, str]] = field(default_factory=list)  # what of broken files can still be checked
    fresh: int = 0  # files that had to be checked
    currency: str | None = None  # None: tenant.yaml cannot be read, so nobody knows how many decimals a price has
    _told: set[str] = field(default_factory=set)  # files with warnings, which are read again to be told again
    _entries: dict[str, list[tuple[Entry, Any, str]]] = field(default_factory=dict)
    _single: dict[str, Any] = field(default_factory=dict)
    _overlays: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, files: Tree, platform: Platform) -> None:
        """Reads every file; tenant.yaml first, because it sets the currency."""
        digests = {key.rpartition(":")[2] for key in self.known}
        self.fresh = sum(1 for entry in files.entries if self._source(entry.path).digest not in digests)
        entries = sorted(files.entries, key=lambda entry: entry.path != "tenant.yaml")
        if not any(entry.path == "tenant.yaml" for entry in entries):
            self.broken.add("tenant.yaml")
        for entry in entries:
            record = self._record(entry)
            if entry.path == "tenant.yaml" and record is not None:
                self.currency = record[0].get("currency") or platform.currency
            if record is None:
                self.broken.add(entry.path)
            elif entry.language:
                data, body = record
                self._overlays.setdefault(entry.language, {})[entry.path.split("/", 2)[2]] = (
                    {**data, "body": body} if body else data
                )
            else:
                self._entries.setdefault(entry.kind, []).append((entry, *record))
                self._single[entry.path] = record[0]
        for path in files.theme:
            source = self.snapshot.get(path)
            if source is not None and path.endswith(_TEXTS):
                self._secrets(source)

    def of(self, kind: str) -> Iterator[tuple[Entry, Any, str]]:
        """Entry, record and body of each readable file of `kind`, in path order."""
        return iter(self._entries.get(kind, ()))

    def single(self, path: str) -> Any:
        """The record of one file, None when it is absent or broken."""
        return self._single.get(path)

    def overlays(self) -> dict[str, dict[str, Any]]:
        """Language → file → translated fields; a Markdown file's text is its field `body`."""
        return self._overlays

    def _source(self, path: str) -> SourceFile:
        source = self.snapshot.get(path)
        assert source is not None, path
        return source

    def _record(self, entry: Entry) -> tuple[Any, str] | None:
        source = self._source(entry.path)
        kind = f"{entry.kind}-overlay" if entry.language else entry.kind
        # A record has passed the checks of its own file, and those of prices depend on the currency.
        key = f"{VERSION}:{kind}:{self.currency or ''}:{source.digest}"
        known = self.known.get(key)
        if known is None:
            known = self._fresh(entry, kind, source)
            if known is None:
                return None
        if entry.path not in self._told:
            self.records[key] = known
        return known

    def _fresh(self, entry: Entry, kind: str, source: SourceFile) -> tuple[Any, str] | None:
        from highstreet.model import own_check
        from highstreet.source import yaml_unquoted

        working_on("reading it", entry.path)
        data = self._secrets(source)
        label = f"{self.snapshot.label}/{entry.path}"
        try:
            document, body = _parsed(label, entry.path, data)
        except Problems as problems:
            self.diagnostics.extend(problems.diagnostics)
            return None
        record = document.data if document.data is not None else {}
        if entry.path.endswith(".md") and not record and not entry.language:
            self.diagnostics.append(_no_front(document, body))
            return None
        if not isinstance(record, dict):
            self.diagnostics.append(_not_keys(document))
            return None
        found = self._shape_findings(kind, entry.path, record)
        whole = own_check.sound(kind, record, [finding.keys for finding in found]) if found else record
        found = [*found, *own_check.findings(kind, entry.path, whole, self.currency)]
        self.findings.extend(found)
        flawed = [finding.keys for finding in found if finding.severity == "error"]
        if flawed:
            self._salvage(entry, own_check.sound(kind, record, flawed), body)
        if flawed or data is not source.read():
            return None
        told = list(yaml_unquoted.misread(document)) if yaml_unquoted.suspicious(data) else []
        self.diagnostics.extend(told)
        if told or found:
            self._told.add(entry.path)
        return record, body

    def _salvage(self, entry: Entry, left: Any, body: str) -> None:
        """Keeps what is sound of a broken file, so that its other mistakes need not wait for the next run."""
        if entry.kind in _SALVAGED and not entry.language:
            if entry.kind != "navigation":
                left = {"title": "-", **left}
            if not self._shape_findings(entry.kind, entry.path, left):
                self.salvaged.append((entry, left, body))

    def _shape_findings(self, kind: str, path: str, record: Any) -> list[Finding]:
        from highstreet.model import quick

        many = self.fresh + quick.checked() > _FEW
        if not many and "highstreet.model.shaped" not in sys.modules and quick.fits(kind, record):
            return []
        from highstreet.model import shaped

        return shaped.shape_findings(kind, path, record)

    def _secrets(self, source: SourceFile) -> bytes:
        data = source.read()
        masked = secrets.masked(data)
        if masked is not data:
            self.diagnostics.extend(secrets.diagnostics(f"{self.snapshot.label}/{source.path}", data))
        return masked


def _parsed(label: str, path: str, data: bytes) -> tuple[Document, str]:
    from highstreet.source import markdown, yaml

    if path.endswith(".md"):
        source = markdown.split(label, data)
        return source.front, source.body
    return yaml.parse(label, data), ""


def _not_keys(document: Document) -> Diagnostic:
    found = "a list" if isinstance(document.data, list) else "text"
    tight = _TIGHT.match(document.data) if isinstance(document.data, str) else None
    return Diagnostic(
        "HS025",
        document.span(),
        "the file does not hold keys and values",
        found,
        "key: value, one per line",
        "remove the - at the beginning of the lines"
        if found == "a list"
        else f"put a space after the colon: {tight[1]}: {tight[2]}"
        if tight
        else "write a key and a colon before the text",
    )


def _no_front(document: Document, body: str) -> Diagnostic:
    return Diagnostic(
        "HS013",
        document.span() if document.text else spanning(document.file, body, 0, len(body)),
        "the front matter is missing",
        "nothing between the lines ---" if document.text else "text only" if body else "an empty file",
        "keys between two lines --- at the top of the file",
        "begin the file with a line ---, then title: …, then another line ---",
    )
