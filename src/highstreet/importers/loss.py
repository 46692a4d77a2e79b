"""Loss reports: what became of every cell of an imported file, and of every file of the tenant."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from highstreet.importers.table import Cell, Table

Fate = Literal["imported", "repaired", "left out"]
_RANK: dict[Fate, int] = {"imported": 1, "repaired": 2, "left out": 3}
_FATES: tuple[Fate, ...] = ("imported", "repaired", "left out")
_ALIKE = 4  # lines of one kind that people are shown
_PICTURES = 10  # addresses shown
_ELSEWHERE = "(all of them are in the JSON report: --report FILE)"
UNEXPLAINED = "not understood by the importer"  # a bug of ours when it appears; tests/importers forbid it


@dataclass(frozen=True, slots=True)
class Note:
    """Cells of one column that had the same fate for the same reason. `rows` as a spreadsheet counts them."""

    fate: Fate
    column: str
    reason: str
    rows: tuple[int, ...]
    example: str
    cells: int  # more than the rows where several of a row's cells stand beyond the header


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """How many cells with text a column has, and what became of them."""

    name: str
    imported: int
    repaired: int
    left_out: int


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of the tenant folder. "kept": the merchant's edits stood against everything the import offered."""

    path: str
    change: Literal["created", "updated", "unchanged", "kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that the file would have changed but the merchant had edited, so theirs stands."""

    path: str
    field: str
    theirs: str
    offered: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture the file names: where it came from and the asset it became, "" when it is not there yet."""

    url: str
    asset: str
    state: str  # "copied", "fetched", "present", "listed" or why it was refused


@dataclass(frozen=True, slots=True)
class LossReport:
    """The whole account. Every cell with text is in exactly one of imported, repaired and left out."""

    kind: str
    file: str
    tenant: str
    rows: int
    products: int
    variants: int
    collections: int
    columns: tuple[ColumnCount, ...]
    notes: tuple[Note, ...]
    repairs: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    files: tuple[FileChange, ...] = ()
    kept: tuple[Kept, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[Fate, int]:
        return {
            "imported": sum(column.imported for column in self.columns),
            "repaired": sum(column.repaired for column in self.columns),
            "left out": sum(column.left_out for column in self.columns),
        }


@dataclass(slots=True)
class Ledger:
    """Where importers write down what becomes of each cell. Of several marks on one cell the worst counts."""

    _fates: dict[tuple[int, int], tuple[Fate, str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    _pictures: dict[str, list[Cell]] = field(default_factory=dict)

    def imported(self, *cells: Cell) -> None:
        for cell in cells:
            self._mark(cell, "imported", "")

    def repaired(self, cell: Cell, how: str) -> None:
        self._mark(cell, "repaired", how)

    def left_out(self, cell: Cell, why: str) -> None:
        self._mark(cell, "left out", why)

    def marked(self, cell: Cell) -> bool:
        """Whether something has been written down about the cell."""
        return (cell.row, cell.column) in self._fates

    def of_picture(self, source: str, *cells: Cell) -> None:
        """These cells are about this picture; should it not arrive, they are lost with it."""
        self._pictures.setdefault(source, []).extend(cells)

    def without_picture(self, source: str, why: str) -> None:
        for cell in self._pictures.get(source, ()):
            self.left_out(cell, why)

    def remark(self, text: str) -> None:
        """Something worth saying about the whole import rather than a cell."""
        if text not in self.remarks:
            self.remarks.append(text)

    def _mark(self, cell: Cell, fate: Fate, reason: str) -> None:
        if not cell.text:
            return
        place = (cell.row, cell.column)
        before = self._fates.get(place)
        if before is None or _RANK[fate] > _RANK[before[0]]:
            self._fates[place] = (fate, reason, cell.text)
        elif fate == before[0] == "repaired" and reason not in before[1]:
            self._fates[place] = (fate, f"{before[1]}; {reason}", before[2])

    def account(self, table: Table) -> tuple[tuple[ColumnCount, ...], tuple[Note, ...]]:
        """Counts per column and notes, over every cell of `table`; cells nobody marked are said to be unexplained."""
        for cell in table.cells():
            if (cell.row, cell.column) not in self._fates:
                self.left_out(cell, UNEXPLAINED)
        for cell in table.extra:
            self.left_out(cell, "stands beyond the last column of the header")
        names = [*_unique(table.header), "(no header)"]
        width = len(table.header)
        counts: list[Counter[Fate]] = [Counter() for _ in names]
        groups: dict[tuple[Fate, int, str], list[tuple[int, str]]] = {}
        for (row, column), (fate, reason, text) in self._fates.items():
            index = min(column, width)
            counts[index][fate] += 1
            if fate != "imported":
                groups.setdefault((fate, index, reason), []).append((row, text))
        columns = tuple(
            ColumnCount(name, count["imported"], count["repaired"], count["left out"])
            for name, count in zip(names, counts, strict=True)
            if name != "(no header)" or count
        )
        notes = [
            Note(fate, names[index], reason, tuple(sorted({row for row, _ in found})), min(found)[1][:80], len(found))
            for (fate, index, reason), found in sorted(
                groups.items(), key=lambda item: (_RANK[item[0][0]], item[0][1], item[0][2])
            )
        ]
        return columns, tuple(notes)


def _unique(names: Iterable[str]) -> list[str]:
    """Header names made distinct, so that a report never adds up two columns."""
    seen: Counter[str] = Counter()
    distinct = []
    for index, name in enumerate(names, 1):
        name = name or f"(column {index})"
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return distinct


def as_json(report: LossReport) -> str:
    """The report for programs: stable keys, every row listed."""
    counts = report.counts
    data = {
        "version": 1,
        "kind": report.kind,
        "file": report.file,
        "tenant": report.tenant,
        "rows": report.rows,
        "products": report.products,
        "variants": report.variants,
        "collections": report.collections,
        "cells": {"imported": counts["imported"], "repaired": counts["repaired"], "left_out": counts["left out"]},
        "columns": [
            {"name": column.name, "imported": column.imported, "repaired": column.repaired, "left_out": column.left_out}
            for column in report.columns
        ],
        "notes": [
            {
                "fate": note.fate.replace(" ", "_"),
                "column": note.column,
                "reason": note.reason,
                "cells": note.cells,
                "rows": list(note.rows),
                "example": note.example,
            }
            for note in report.notes
        ],
        "repairs": list(report.repairs),
        "remarks": list(report.remarks),
        "pictures": [
            {"url": picture.url, "asset": picture.asset, "state": picture.state} for picture in report.pictures
        ],
        "files": [{"path": file.path, "change": file.change} for file in report.files],
        "kept": [
            {"path": kept.path, "field": kept.field, "theirs": kept.theirs, "offered": kept.offered}
            for kept in report.kept
        ],
        "gone": list(report.gone),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_text(report: LossReport) -> str:
    """The report for people: totals first, then one line per reason."""
    counts = report.counts
    made = [_n(report.products, "product"), _n(report.variants, "variant"), _n(report.collections, "collection")]
    fates = ", ".join(f"{counts[fate]:,} {fate}" for fate in _FATES)
    lines = [
        f"{report.kind} import of {report.file} into {report.tenant}",
        f"  {_n(report.rows, 'row')}, {_n(len(report.columns), 'column')}: {', '.join(made)}",
        f"  {_n(sum(counts.values()), 'cell')} with text: {fates}",
    ]
    changes = Counter(file.change for file in report.files)
    if report.files:
        lines.append(
            "  files: "
            + ", ".join(
                f"{changes[change]:,} {change}"
                for change in ("created", "updated", "unchanged", "kept")
                if changes[change]
            )
        )
    states = Counter(picture.state for picture in report.pictures)
    if report.pictures:
        lines.append("  pictures: " + ", ".join(f"{count:,} {state}" for state, count in states.items()))
    lines += _block("The file", report.repairs)
    lines += _block("Remarks", _few(report.remarks))
    for fate in _FATES[1:]:
        lines += _notes(fate.capitalize(), [note for note in report.notes if note.fate == fate])
    lines += _block(
        "Kept as you edited it",
        [
            f"{kept.path}  {kept.field}: {_short(kept.theirs)} (the file says {_short(kept.offered)})"
            for kept in report.kept
        ],
    )
    lines += _block("No longer in the file (left as they are; --archive-missing archives them)", report.gone)
    listed = [picture.url for picture in report.pictures if not picture.asset]
    lines += _block(
        "Pictures not here yet (--images DIR takes them from a folder, --fetch-images downloads them)",
        listed,
        most=_PICTURES,
    )
    return "\n".join(lines)


def _notes(title: str, notes: Sequence[Note]) -> list[str]:
    if not notes:
        return []
    wide = min(44, max(len(note.column) for note in notes))
    lines = ["", title]
    for column, group in groupby(notes, key=lambda note: note.column):
        told = list(group)
        for note in told[:_ALIKE]:
            where = f"row {_ranges(note.rows)}; {_short(note.example, 40)}"
            lines.append(f"  {column:<{wide}}  {note.cells:>6,} × {note.reason}  ({where})")
        if more := told[_ALIKE:]:
            cells = sum(note.cells for note in more)
            lines.append(f"  {column:<{wide}}  {cells:>6,} × for {len(more):,} more reasons {_ELSEWHERE}")
    return lines


def _few(remarks: Sequence[str]) -> list[str]:
    """`remarks`, of those that differ in numbers and names alone a few."""
    alike: dict[str, list[str]] = {}
    for remark in remarks:
        alike.setdefault(re.sub(r"\d+|“[^”]*”", "", remark), []).append(remark)
    shown: list[str] = []
    for same in alike.values():
        shown += same[:_ALIKE]
        if more := len(same) - _ALIKE:
            shown += [f"… and {more:,} more like this {_ELSEWHERE}"] if more > 0 else []
    return shown


def _block(title: str, lines: Sequence[str], most: int = 100) -> list[str]:
    shown = [f"  {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"  … and {len(lines) - most:,} more {_ELSEWHERE}")
    return ["", title, *shown] if lines else []


def _ranges(rows: Sequence[int]) -> str:
    """Rows in few words: "2–5, 9, 12 …"."""
    parts: list[str] = []
    start = previous = rows[0]
    for row in (*rows[1:], -1):
        if row == previous + 1:
            previous = row
            continue
        parts.append(str(start) if start == previous else f"{start}–{previous}")
        start = previous = row
    return ", ".join(parts[:6]) + (" …" if len(parts) > 6 else "")


def _short(text: str, length: int = 60) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= length else line[: length - 1] + '…'}”"


def _n(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
