"""Findings: mistakes named by file and keys; they become diagnostics with a line and column only when there are any."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from highstreet.base.diagnostic import Diagnostic, Severity
from highstreet.base.span import Keys, Part, SourceMap
from highstreet.model.flaws import Flaw


class Elsewhere(NamedTuple):
    """Another place that matters, such as the first of two duplicates."""

    file: str
    keys: Keys = ()
    part: Part = "value"


class Finding(NamedTuple):
    code: str
    file: str  # relative to the tenant folder
    keys: Keys
    message: str
    found: str = ""
    expected: str = ""
    fix: str = ""
    part: Part = "value"
    severity: Severity = "error"
    related: tuple[Elsewhere, ...] = ()
    within: str = ""  # the piece of a long text that is meant


def from_flaw(flaw: Flaw, file: str, keys: Keys, found: str, severity: Severity = "error") -> Finding:
    name = named(keys) or file
    return Finding(
        flaw.code,
        file,
        keys,
        flaw.message.replace("{name}", name),
        quoted(found),
        flaw.expected,
        flaw.fix,
        severity=severity,
    )


def named(keys: Keys) -> str:
    """What a message calls the value at `keys`: "price", or "entry 2 of tags"."""
    name = next((key for key in reversed(keys) if isinstance(key, str)), "")
    last = keys[-1] if keys else ""
    return f"entry {last + 1} of {name}" if isinstance(last, int) and name else name


def quoted(text: str, longest: int = 80) -> str:
    """`text` in quotes on one line, for `found`."""
    flat = " ".join(text.split()) if "\n" in text else text
    return f'"{flat if len(flat) <= longest else flat[: longest - 1] + "…"}"'


def located(findings: Iterable[Finding], sources: SourceMap) -> list[Diagnostic]:
    """`findings` with their places in the files."""
    return [
        Diagnostic(
            f.code,
            sources.span(f.file, f.keys, f.part, f.within),
            f.message,
            f.found,
            f.expected,
            f.fix,
            f.severity,
            tuple(sources.span(*place) for place in f.related),
        )
        for f in findings
    ]
