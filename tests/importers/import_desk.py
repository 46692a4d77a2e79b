"""What the import tests share: CSV text in, a loaded shop and its report out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from highstreet.importers.fetch import Fetcher
from highstreet.importers.loss import UNEXPLAINED, LossReport
from highstreet.importers.run import ImportResult, Options, run
from highstreet.model.load import Loaded, load
from highstreet.model.platform import platform
from highstreet.model.tenant import Tenant
from highstreet.source.scan import scan

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
PLATFORM, _ = platform('[tool.highstreet]\nbase_domain = "highstreet.example"\n', "pyproject.toml")


def table(*rows: dict[str, str], delimiter: str = ",") -> str:
    """Rows as CSV; the header is every key in the order first used."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@dataclass
class Desk:
    """One tenant folder that exports are imported into, over and over."""

    root: Path
    kind: str = "shopify"

    def take(
        self,
        text: str | bytes,
        *,
        images: Path | None = None,
        fetch: Fetcher | None = None,
        now: datetime | None = None,
        **options: Any,
    ) -> ImportResult:
        data = text.encode() if isinstance(text, str) else text
        result = run(
            self.kind,
            data,
            "export.csv",
            tenant_dir=self.root,
            handle=self.root.name,
            images=images,
            fetch=fetch,
            now=now,
            options=Options(**options),
        )
        account_is_whole(result.report, data)
        return result

    def loaded(self) -> Loaded:
        return load(scan(self.root, f"tenants/{self.root.name}"), PLATFORM)

    @property
    def shop(self) -> Tenant:
        """The tenant as a build would see it; any error fails the test."""
        loaded = self.loaded()
        assert not loaded.report.errors, "\n".join(
            f"{one.span} {one.code} {one.message}: {one.found}" for one in loaded.report.errors
        )
        assert loaded.tenant is not None
        return loaded.tenant

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def edit(self, path: str, before: str, after: str) -> None:
        text = self.text(path)
        assert before in text, f"{before!r} is not in {path}:\n{text}"
        (self.root / path).write_text(text.replace(before, after), encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


def account_is_whole(report: LossReport, data: bytes) -> None:
    """The law of accounting: every cell with text has exactly one fate, and every loss has a reason."""
    assert sum(report.counts.values()) == sum(
        column.imported + column.repaired + column.left_out for column in report.columns
    )
    assert not [note for note in report.notes if note.reason == UNEXPLAINED], [
        note for note in report.notes if note.reason == UNEXPLAINED
    ]
    noted = {fate: sum(note.cells for note in report.notes if note.fate == fate) for fate in ("repaired", "left out")}
    assert noted["repaired"] == report.counts["repaired"]
    assert noted["left out"] == report.counts["left out"]
    cells = filled_cells(data)
    if cells is not None:
        assert sum(report.counts.values()) == cells


def filled_cells(data: bytes) -> int | None:
    """Cells with text, counted without any of our code; None for files that only our reader makes sense of."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    head = text.split("\n", 1)[0]
    if "," not in head or any(sign in head for sign in ";\t|") or "\0" in text:
        return None
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    return sum(bool(cell.strip(" \t\r\n\u00a0\u200b") not in ("", '=""')) for row in rows[1:] for cell in row)


def reasons(result: ImportResult, column: str, fate: str = "") -> list[str]:
    return [note.reason for note in result.report.notes if note.column == column and fate in ("", note.fate)]
