"""Typographic quotes around a value: word processors type them, and YAML takes them for letters of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from highstreet.base.diagnostic import Diagnostic
from highstreet.source.yaml import Document

_SIGNS = "“”„‟«»"  # single ones are left alone: ’90s begins with an apostrophe
_BEGUN = re.compile(f"[-:,\\[{{] *(?:{'|'.join(_SIGNS)})".encode())


def suspicious(data: bytes) -> bool:
    """Whether a value of the file may begin with such a quote; files without one cost nothing more."""
    return _BEGUN.search(data) is not None


def misquoted(document: Document) -> Iterator[Diagnostic]:
    """A warning for each value that typographic quotes enclose, or that one opens and a comma has torn.

    Quotes that are meant stand in plain ones, as everything that begins with a sign may: "“Mug”".
    """
    for text, span in document.unquoted():
        if not text.startswith(tuple(_SIGNS)) or len(text) < 2:
            continue
        inside = text[1:-1] if text[-1] in _SIGNS else text[1:]
        if any(sign in inside for sign in _SIGNS):
            continue  # “A” and “B”, or “A” with more behind it: words of a text
        yield Diagnostic(
            "HS026",
            span,
            "typographic quotes are part of the text here",
            text if len(text) <= 80 else f"{text[:79]}…",
            'plain quotes " around a value',
            f'write "{inside}", or "{text}" where customers shall see the quotes'
            if '"' not in text and "\\" not in text and text[-1] in _SIGNS
            else 'put plain quotes " around the whole value',
            severity="warning",
        )
