"""Diagnostics: what a person did wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from highstreet.base.span import Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem of one tenant. `code` is stable and listed in docs/diagnostics.md."""

    code: str  # "HS204"
    span: Span
    message: str  # what is wrong, in one line: "price is not a decimal number"
    found: str = ""
    expected: str = ""
    fix: str = ""
    severity: Severity = "error"
    related: tuple[Span, ...] = ()  # other places that matter, such as the first of two duplicates


class Problems(Exception):
    """Raised once, with every diagnostic gathered so far, where work cannot go on."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.span}: {d.code} {d.message}" for d in self.diagnostics))


@dataclass(slots=True)
class Report:
    """All problems of one tenant, in the order they were found."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")

    def raise_errors(self) -> None:
        """Raises `Problems` with everything gathered if any of it is an error."""
        if self.errors:
            raise Problems(self.diagnostics)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word a person most likely meant, or None when nothing is close."""
    from difflib import get_close_matches  # late: most runs find nothing wrong

    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A fix line for an unknown word: the nearest known one, else the list of what is allowed."""
    known = sorted(known)
    guess = nearest(word, known)
    if guess:
        return f"did you mean {guess}?"
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"use one of: {shown}" if known else "remove it"


def unknown_key(key: str, known: Iterable[str], value: object) -> str:
    """A fix line for a key nobody knows. One without a value is mostly what a comma within { } has torn off a text."""
    known = sorted(known)
    if value is None and nearest(key, known) is None:
        return f"put the text that goes on with “{key}” in quotes: within {{ }} a comma ends it"
    return did_you_mean(key, known)
