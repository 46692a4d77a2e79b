"""Recorded mistakes: a tenant folder in one text block, and the diagnostics it must give, word for word.

A case is a text file: a sentence about the mistake, the files, and what is expected:

    A comma is not a decimal point.

    -- catalog/products/mug.yaml --
    title: Mug
    price: 12,50
    -- expect --
    catalog/products/mug.yaml:2:8 HS204 price is not a decimal number
      2 | price: 12,50
        |        ^^^^^
      found     "12,50"
      ...

Files are those of the tenant `mugs`, which has a small valid tenant.yaml unless the case brings its own. `-- name
(escaped) --` decodes \\x1b and the like, for bytes no editor shows; `-- name (empty) --` is a file of no bytes;
`-- name (latin-1) --` is encoded so;
`-- name (repeat 1000) --` has its lines a thousand times. `-- pyproject.toml --` sets the platform. `-- ../other/tenant.yaml --` belongs
to another tenant. Everything that is reported must be expected: one mistake, one diagnostic.

`python tests/mistakes/record.py` writes the expectations anew; read the difference before you keep it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.span import Span
from highstreet.model.check import cross_check
from highstreet.model.load import load
from highstreet.model.platform import platform
from highstreet.source.scan import scan

FOLDER = Path(__file__).parent / "cases"
HANDLE = "mugs"
DEFAULT_TENANT = "name: Mugs\ncurrency: EUR\n"
_HEADER = re.compile(r"^-- (\S.*?)(?: \((escaped|empty|latin-1|utf-16|repeat [0-9]+)\))? --\n", re.M)


@dataclass(frozen=True)
class Case:
    path: Path
    about: str
    files: dict[str, bytes]
    expected: str

    @property
    def code(self) -> str:
        found = re.search(r"\bHS[0-9]{3}\b", self.expected)
        return found[0] if found else ""


def cases() -> list[Case]:
    return [read(path) for path in sorted(FOLDER.rglob("*.txt"))]


def read(path: Path) -> Case:
    about, *parts = _HEADER.split(path.read_text("utf-8"))
    files: dict[str, bytes] = {}
    expected = ""
    for name, how, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if name == "expect":
            expected = text
        else:
            files[name] = _bytes(text, how)
    if "tenant.yaml" not in files and "no tenant.yaml" not in about:
        files["tenant.yaml"] = DEFAULT_TENANT.encode()
    return Case(path, about.strip(), files, expected)


def _bytes(text: str, how: str | None) -> bytes:
    if how == "empty":
        return b""
    if how == "escaped":
        return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
    if how and how.startswith("repeat "):
        return text.encode() * int(how.removeprefix("repeat "))
    return text.encode({"latin-1": "latin-1", "utf-16": "utf-16"}.get(how or "", "utf-8"))


def problems(case: Case, folder: Path) -> list[Diagnostic]:
    """Everything Highstreet says about the case, built in `folder`."""
    settings, report = platform(case.files.get("pyproject.toml", b"").decode(), "pyproject.toml")
    handles = {HANDLE}
    for name, data in case.files.items():
        if name == "pyproject.toml":
            continue
        path = (folder / "tenants" / HANDLE / name).resolve()
        handles.add(path.relative_to((folder / "tenants").resolve()).parts[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    tenants = []
    for handle in sorted(handles):
        loaded = load(scan(folder / "tenants" / handle, f"tenants/{handle}"), settings)
        report.extend(loaded.report)
        if loaded.tenant is not None:
            tenants.append(loaded.tenant)
    by_handle = {tenant.handle: tenant for tenant in tenants}
    for found in cross_check({tenant.handle: tenant.domains for tenant in tenants}, lambda handle: by_handle[handle].sources).values():
        report.extend(found)
    return list(report)


def rendered(diagnostics: list[Diagnostic]) -> str:
    """Diagnostics as cases show them; files of the tenant itself without its folder."""
    return "\n".join(_block(diagnostic) for diagnostic in diagnostics)


def _block(d: Diagnostic) -> str:
    word = " (warning)" if d.severity == "warning" else ""
    lines = [f"{_place(d.span)} {d.code}{word} {d.message}"]
    if d.span.line:
        number = str(d.span.line)
        lines.append(f"  {number} | {d.span.frame}")
        lines.append(f"  {' ' * len(number)} | {' ' * (d.span.column - 1)}{'^' * d.span.length}")
    lines += [f"  {name:<9} {text}" for name, text in (("found", d.found), ("expected", d.expected), ("fix", d.fix)) if text]
    lines += [f"  also      {_place(span)}" for span in d.related]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _place(span: Span) -> str:
    return str(span).removeprefix(f"tenants/{HANDLE}/")
