"""Values without quotes that YAML reads otherwise than people mean them: `title: Mug #1`, `title: “Mug”`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.span import Span
from highstreet.source.yaml import Document

_SIGNS = "“”„‟«»"  # single ones are left alone: ’90s begins with an apostrophe
_OPENED = re.compile(f"[-:,\\[{{] *(?:{'|'.join(_SIGNS)})".encode())
_BROKEN_OFF = re.compile(rb"[ \t]#[^\s#]")
_LOST = re.compile(r"[ \t]+(#[^\s#].*?)\s*$")
_WORDS = re.compile(r"[^\W\d_]")  # a number, a price or a date is whole without what follows
_LONGEST = 80


def suspicious(data: bytes) -> bool:
    """Whether `misread` may find anything in a file of these bytes; those it cannot cost nothing more."""
    return _BROKEN_OFF.search(data) is not None or _OPENED.search(data) is not None


def misread(document: Document) -> Iterator[Diagnostic]:
    """A warning for each value that a # cuts short, or that typographic quotes enclose."""
    for text, span in document.unquoted():
        yield from _cut_short(text, span)
        yield from _misquoted(text, span)


def _cut_short(text: str, span: Span) -> Iterator[Diagnostic]:
    """A # that no space follows: those who comment write `# why`."""
    lost = _LOST.match(span.frame[span.column - 1 + span.length :])
    if lost is None or not _WORDS.search(text):
        return
    whole = f"{text} {lost[1]}"
    meant = f'write "{whole}"' if _quotable(whole) and len(whole) <= _LONGEST else "put quotes around the whole text"
    yield _warning(
        "HS027",
        span,
        "the text ends before the #",
        text,
        "quotes around a text with a # in it: without them # begins a comment",
        f"{meant}, or put a space after the # of a comment",
    )


def _misquoted(text: str, span: Span) -> Iterator[Diagnostic]:
    """Quotes as word processors type them, also one that opens where a comma has torn the value.

    Those that are meant stand in plain ones, as everything that begins with a sign may: "“Mug”".
    """
    if not text.startswith(tuple(_SIGNS)) or len(text) < 2:
        return
    closed = text[-1] in _SIGNS
    inside = text[1:-1] if closed else text[1:]
    if any(sign in inside for sign in _SIGNS):
        return  # “A” and “B”, or “A” with more behind it: words of a text
    yield _warning(
        "HS026",
        span,
        "typographic quotes are part of the text here",
        text,
        'plain quotes " around a value',
        f'write "{inside}", or "{text}" where customers shall see the quotes'
        if closed and _quotable(text)
        else 'put plain quotes " around the whole value',
    )


def _quotable(text: str) -> bool:
    """Whether it is the same text between double quotes."""
    return '"' not in text and "\\" not in text


def _warning(code: str, span: Span, message: str, text: str, expected: str, fix: str) -> Diagnostic:
    found = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return Diagnostic(code, span, message, found, expected, fix, severity="warning")
