"""Texts that a # cuts short: people write `title: Mug #1`, and YAML takes what follows the space for a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from highstreet.base.diagnostic import Diagnostic
from highstreet.source.yaml import Document

_BEGUN = re.compile(rb"\S[ \t]#[^\s#]")
_LOST = re.compile(r"[ \t]+(#[^\s#].*?)\s*$")
_WORDS = re.compile(r"[^\W\d_]")  # a number, a price or a date is whole without what follows


def suspicious(data: bytes) -> bool:
    """Whether a value of the file may be cut short; files without such a sign cost nothing more."""
    return _BEGUN.search(data) is not None


def cut_short(document: Document) -> Iterator[Diagnostic]:
    """A warning for each text behind which a # stands that no space follows: those who comment write `# why`."""
    for text, span in document.unquoted():
        end = span.column - 1 + span.length
        lost = _LOST.match(span.frame[end:])
        if lost is None or not _WORDS.search(text):
            continue
        whole = f"{text} {lost[1]}"
        quotable = '"' not in whole and "\\" not in whole and len(whole) <= 80
        meant = f'write "{whole}"' if quotable else "put quotes around the whole text"
        yield Diagnostic(
            "HS027",
            span,
            "the text ends before the #",
            text if len(text) <= 80 else f"{text[:79]}…",
            "quotes around a text with a # in it: without them # begins a comment",
            f"{meant}, or put a space after the # of a comment",
            severity="warning",
        )
