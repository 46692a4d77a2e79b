"""The console: diagnostics and progress for people, CI annotations and machines."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, TextIO
from urllib.parse import quote

from highstreet import __version__
from highstreet.base.diagnostic import Diagnostic
from highstreet.base.printable import printable
from highstreet.base.span import Span

_RED, _YELLOW, _BOLD, _DIM, _CYAN, _GREEN = "31", "33", "1", "2", "36", "32"
_LONGEST_LINE = 140


def colored(stream: TextIO) -> bool:
    """Colours in a terminal only, and never where NO_COLOR asks for none."""
    return "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb" and stream.isatty()


def painted(text: str, style: str, on: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if on and text else text


def dumps(data: object) -> str:
    """JSON for people and programs, safe to print: what is neither is written as an escape."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


# Control characters that JSON allows as they are, marks of direction, line ends of JavaScript, halves of characters.
_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def text(diagnostic: Diagnostic, color: bool = False) -> str:
    """A diagnostic for people: place, code frame, found, expected, fix."""
    span = diagnostic.span
    style = _RED if diagnostic.severity == "error" else _YELLOW
    place, code = painted(printable(str(span)), _BOLD, color), painted(diagnostic.code, style, color)
    head = f"{place}  {code} {printable(diagnostic.message)}"
    lines = [head if diagnostic.severity == "error" else head + " (warning)"]
    if span.line and span.frame:
        lines += _frame(span, style, color)
    for label, words in (("found", diagnostic.found), ("expected", diagnostic.expected), ("fix", diagnostic.fix)):
        if words:
            lines.append(f"  {painted(label.ljust(9), _CYAN, color)} {printable(words)}")
    lines += [f"  {painted('see also', _CYAN, color)}  {printable(str(other))}" for other in diagnostic.related]
    return "\n".join(lines)


def _frame(span: Span, style: str, color: bool) -> list[str]:
    start = span.column - 1
    shift = max(0, start - 60) if len(span.frame) > _LONGEST_LINE else 0
    shown = printable(span.frame[shift : shift + _LONGEST_LINE])
    marks = "^" * max(1, min(span.length, len(shown) - (start - shift)))
    gutter = str(span.line).rjust(5)
    return [
        f"{painted(gutter + ' |', _DIM, color)} {shown}",
        f"{painted('      |', _DIM, color)} {' ' * (start - shift)}{painted(marks, style, color)}",
    ]


def as_json(diagnostic: Diagnostic, tenant: str = "") -> dict[str, Any]:
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "tenant": tenant,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "length": span.length,
        "message": diagnostic.message,
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "fix": diagnostic.fix,
        "related": [{"file": other.file, "line": other.line, "column": other.column} for other in diagnostic.related],
    }


def sarif(diagnostics: Iterable[Diagnostic], version: str) -> dict[str, Any]:
    """SARIF 2.1.0, as code hosts show it beside the lines."""
    found = list(diagnostics)
    rules = sorted({d.code for d in found})
    results = []
    for d in found:
        region = (
            {
                "region": {
                    "startLine": d.span.line,
                    "startColumn": d.span.column,
                    "endColumn": d.span.column + d.span.length,
                }
            }
            if d.span.line
            else {}
        )
        parts = [
            _sentence(d.message),
            _sentence(f"Found: {d.found}") if d.found else "",
            _sentence(f"Expected: {d.expected}") if d.expected else "",
            _sentence(f"Fix: {d.fix}") if d.fix else "",
        ]
        results.append(
            {
                "ruleId": d.code,
                "ruleIndex": rules.index(d.code),
                "level": d.severity,
                "message": {"text": " ".join(part for part in parts if part)},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(d.span.file)}, **region}}],
            }
        )
    driver = {
        "name": "highstreet",
        "version": version,
        "rules": [{"id": code} for code in rules],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!", "…")) else f"{words}."


def _uri(file: str) -> str:
    return quote(file.encode("utf-8", "replace"), safe="/:")


def github(diagnostic: Diagnostic) -> str:
    """A workflow command that marks the line in a pull request."""

    def data(words: str) -> str:
        words = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return printable(words)

    def field(words: str) -> str:
        return data(words).replace(":", "%3A").replace(",", "%2C")

    span = diagnostic.span
    place = f",line={span.line},col={span.column},endColumn={span.column + span.length}" if span.line else ""
    words = f"{diagnostic.message}; found {diagnostic.found}; expected {diagnostic.expected}; fix: {diagnostic.fix}"
    return f"::{diagnostic.severity} file={field(span.file)}{place},title={field(diagnostic.code)}::{data(words)}"


def show(diagnostics: Sequence[Diagnostic], args: object) -> None:
    """Diagnostics in the format the command was asked for; text goes to standard error."""
    style = getattr(args, "format", "text")
    if style == "github":
        for diagnostic in diagnostics:
            print(github(diagnostic))
        return
    if style == "json":
        errors = sum(1 for d in diagnostics if d.severity == "error")
        print(dumps({"version": 1, "errors": errors, "diagnostics": [as_json(d) for d in diagnostics]}))
        return
    if style == "sarif":
        print(dumps(sarif(diagnostics, __version__)))
        return
    on = colored(sys.stderr)
    for diagnostic in diagnostics:
        print(text(diagnostic, on), end="\n\n", file=sys.stderr)


class Meter:
    """Progress over tenants: a bar in a terminal, a line a tenant elsewhere, nothing when quiet. Told by any thread."""

    def __init__(self, total: int, quiet: bool) -> None:
        self._total = total
        self._steps: dict[str, float] = {}
        self._ended = 0
        self._bar: Any = None
        self._one_draws = Lock()
        self._quiet = quiet
        self._plain = not sys.stderr.isatty() or bool(os.environ.get("CI"))

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def step(self, tenant: str, done: int, total: int) -> None:
        with self._one_draws:
            self._steps[tenant] = done / max(1, total)
            self._draw(tenant)

    def end(self, tenant: str, line: str) -> None:
        with self._one_draws:
            self._steps.pop(tenant, None)
            self._ended += 1
            if self._plain and not self._quiet and line:
                print(line, file=sys.stderr)
            self._draw("")

    def _draw(self, tenant: str) -> None:
        if self._plain or self._quiet or self._total < 1:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.description}", markup=False),  # a folder may be called [red]
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        words = f"{self._ended} of {self._total} shops" + (f" · {printable(tenant)}" if tenant else "")
        self._bar.update(self._task, completed=self._ended + sum(self._steps.values()), description=words)
