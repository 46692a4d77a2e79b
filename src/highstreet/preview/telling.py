"""Telling: diagnostics for open pages, with the frame and a link that opens the editor at the place."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.printable import printable
from highstreet.base.span import Span
from highstreet.workspace import Workspace

Told = dict[str, object]  # plain data for open pages

EDITOR = "vscode://file{path}:{line}:{column}"
_LONGEST = 160


def told(diagnostic: Diagnostic, space: Workspace, editor: str) -> Told:
    """A diagnostic as plain data: what `highstreet check` prints, in parts."""
    span = diagnostic.span
    start = max(0, span.column - 61) if len(span.frame) > _LONGEST else 0
    frame = printable(span.frame[start : start + _LONGEST])
    column = max(0, span.column - 1 - start)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "place": printable(str(span)),
        "line": span.line,
        "frame": frame if span.line else "",
        "mark": [column, max(1, min(span.length, len(frame) - column))],
        "message": printable(diagnostic.message),
        "found": printable(diagnostic.found),
        "expected": printable(diagnostic.expected),
        "fix": printable(diagnostic.fix),
        "also": [printable(str(other)) for other in diagnostic.related],
        "edit": edit_url(span, space, editor),
    }


def edit_url(span: Span, space: Workspace, editor: str) -> str:
    """An address that opens `span` in an editor; "" when the file is not there or no editor is set."""
    path = file_of(span.file, space)
    if not editor or path is None:
        return ""
    values = {"path": quote(str(path), safe="/:"), "line": str(span.line or 1), "column": str(span.column or 1)}
    url = editor
    for name, value in values.items():
        url = url.replace("{" + name + "}", value)
    return url


def file_of(label: str, space: Workspace) -> Path | None:
    """The file that diagnostics call `label`: below the workspace, or in a theme that comes with Highstreet."""
    parts = label.split("/")
    if ".." in parts:
        return None
    path = space.root / label
    if not path.exists() and parts[0] == "themes" and len(parts) > 2:
        theme = space.theme(parts[1])
        path = theme.joinpath(*parts[2:]) if theme is not None else path
    return path if path.is_file() else None
