"""Markdown files: YAML front matter and the text below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.source.text import decoded, place
from highstreet.source.yaml import LARGEST, Document, parse_text

_FENCE = re.compile(r"^---[ \t]*$", re.M)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class MarkdownSource:
    front: Document
    body: str
    body_line: int  # line of the file on which the body begins


def split(file: str, data: bytes) -> MarkdownSource:
    """Front matter and body of a Markdown file; both may be empty. Raises Problems like `yaml.parse`.

    The front matter is everything between a first line `---` and the next line `---`.
    """
    text = decoded(file, data, LARGEST).replace("\r\n", "\n")
    bad = _CONTROL.search(text)
    if bad:
        at = place(text, bad.start())
        frame = _CONTROL.sub("�", at.frame)
        raise Problems(
            [
                Diagnostic(
                    "HS012",
                    Span(file, at.line, at.column, 1, frame),
                    "control characters are not allowed",
                    f"U+{ord(bad[0]):04X}",
                    "printable text",
                    "delete the character (it may be invisible in your editor)",
                )
            ]
        )
    opening = _FENCE.match(text)
    if opening is None:
        return MarkdownSource(Document(file, None, "", 0), text, 1)
    closing = _FENCE.search(text, opening.end())
    if closing is None:
        raise Problems(
            [
                Diagnostic(
                    "HS013",
                    Span(file, 1, 1, 3, "---"),
                    "the front matter is never closed",
                    "--- on line 1 only",
                    "a second line --- below the front matter",
                    "add a line --- before the text begins",
                )
            ]
        )
    front = parse_text(file, text[: closing.start()], opening.end() + 1)
    body = text[closing.end() :].removeprefix("\n")
    return MarkdownSource(front, body.lstrip("\n"), text.count("\n", 0, len(text) - len(body.lstrip("\n"))) + 1)
