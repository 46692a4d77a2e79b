"""Text files: bytes as Unicode text, or a diagnostic that says which encoding they seem to be in; and places in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span

_LONGEST_FRAME = 400


class Place(NamedTuple):
    line: int  # from 1
    column: int  # from 1, in characters
    frame: str  # the line


def decoded(file: str, data: bytes, largest: int) -> str:
    """`data` as text without a byte order mark. Raises Problems if it is too large or not UTF-8."""
    if len(data) > largest:
        raise Problems(
            [
                Diagnostic(
                    "HS009",
                    Span(file),
                    "file is too large to be text",
                    f"{len(data):,} bytes",
                    f"at most {largest:,} bytes",
                    "split it, or move data that is not text elsewhere",
                )
            ]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problems([_not_utf8(file, data, error)]) from error
    if text[:1] == "\ufeff":
        return text[1:]
    return text


def place(text: str, index: int) -> Place:
    """Line, column and frame of the character at `index`.

    Counted here, not taken from libyaml's marks: it counts U+0085, U+2028 and U+2029 as line ends, editors do not.
    """
    index = min(index, len(text))
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    before = text[:start]
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    return Place(line, index - start + 1, _line_at(text, start))


def spanning(file: str, text: str, start: int, end: int) -> Span:
    """The span from `start` to `end`, cut at the end of its first line."""
    line, column, frame = place(text, start)
    tail = frame[column - 1 :]
    length = min(end - start, len(tail.rstrip())) if end > start else 1
    return Span(file, line, column, max(1, length), frame)


def _line_at(text: str, start: int) -> str:
    stop = min((at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0), default=len(text))
    return text[start : min(stop, start + _LONGEST_FRAME)]


def _not_utf8(file: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    fix = "save the file as UTF-8 in your editor"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Diagnostic(
            "HS010", Span(file, 1, 1), "text is not UTF-8", "UTF-16 (it begins with a byte order mark)", "UTF-8", fix
        )
    start = max(data.rfind(b"\n", 0, error.start), data.rfind(b"\r", 0, error.start)) + 1
    stop = min((at for at in (data.find(b"\n", start), data.find(b"\r", start)) if at >= 0), default=len(data))
    line = data[:start].count(b"\n") + 1
    frame = re.sub(
        r"[\x00-\x1f\x7f-\x9f]", "�", data[start : min(stop, start + _LONGEST_FRAME)].decode("utf-8", "replace")
    )
    column = len(data[start : error.start].decode("utf-8", "replace")) + 1
    byte = data[error.start]
    guess = (
        f' (as Windows-1252 it would be "{bytes([byte]).decode("cp1252")}")'
        if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
        else ""
    )
    return Diagnostic(
        "HS010", Span(file, line, column, 1, frame), "text is not UTF-8", f"byte 0x{byte:02X}{guess}", "UTF-8", fix
    )
