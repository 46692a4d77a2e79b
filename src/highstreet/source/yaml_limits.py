"""YAML limits: which files might overflow or multiply themselves when composed, and a measurement that cannot."""

from __future__ import annotations

import re
from typing import Any, Protocol

from yaml import YAMLError

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.source.text import place, spanning

DEEPEST = 64
MOST_NODES = 100_000
# Up to these, composing cannot nest deeper than C's stack bears (it crashed at 40,000) nor make many nodes; what
# goes beyond is measured on the event stream first. The figures only decide which files pay for that.
_BRACKETS = 1000
# Blocks nest deeply on one line only in a run of these. The first form begins with a literal, which makes it ten times
# faster; the second is for files whose lines end otherwise, as libyaml sees them.
_RUN = re.compile(rb"\n[ \-?:\t]{100}")
_ANY_RUN = re.compile(rb"[ \-?:\t]{100}")
_OTHER_ENDS = (b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_UNMEASURED = 100_000
_ANCHOR = re.compile(rb"&[^\s&;]")


class _Events(Protocol):
    def check_event(self) -> bool: ...
    def get_event(self) -> Any: ...


def suspicious(data: bytes) -> bool:
    """Whether `data`, without a byte order mark, has to be measured before it may be composed."""
    return bool(
        data.count(b"[") + data.count(b"{") > _BRACKETS
        or len(data) > _UNMEASURED
        or _RUN.search(data)
        or _ANY_RUN.match(data)
        or (any(end in data for end in _OTHER_ENDS) and _ANY_RUN.search(data))
        or (b"&" in data and _may_have_anchor(data))
    )


def measure(file: str, text: str, offset: int, parser: _Events) -> None:
    """Refuses on the event stream, which cannot overflow, what composing must not see: raises Problems."""
    depth = nodes = 0
    while parser.check_event():
        event = parser.get_event()
        kind = event.__class__.__name__
        at = offset + event.start_mark.index
        if getattr(event, "anchor", None) is not None and kind != "AliasEvent":
            raise Problems([_anchor(file, text, at)])
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            depth += 1
            if depth > DEEPEST:
                raise Problems([too_deep(file, text, at)])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            depth -= 1
        nodes += 1
        if nodes > MOST_NODES:
            raise Problems([_too_many(file, text, at)])


def _may_have_anchor(data: bytes) -> bool:
    """Whether an & stands where a value could begin. Ampersands inside a text are common, anchors are not."""
    return any(at == 0 or data[at - 1] in b" \t\r\n[{,:-" for at in (found.start() for found in _ANCHOR.finditer(data)))


def too_deep_to_read(file: str, text: str, offset: int, error: YAMLError) -> Diagnostic | None:
    """What `measure` would say had libyaml not stopped first: newer ones read no more than 1,000 open brackets, and
    read on to the end of what may be a key before they tell of its beginning. None for any other complaint."""
    if getattr(error, "problem", None) != "exceeded maximum nesting depth":
        return None
    depth = 0
    for bracket in _BRACKET.finditer(text, offset):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST - 1:  # they stand in one mapping at least, or in a list
            return too_deep(file, text, bracket.start())
    return too_deep(file, text, offset)


_BRACKET = re.compile(r"[\[{}\]]")


def too_deep(file: str, text: str, index: int) -> Diagnostic:
    return Diagnostic(
        "HS019",
        spanning(file, text, index, index + 1),
        "nested too deeply",
        f"more than {DEEPEST} levels",
        f"at most {DEEPEST} levels of lists and keys",
        "check for a bracket or dash too many",
    )


def _too_many(file: str, text: str, index: int) -> Diagnostic:
    return Diagnostic(
        "HS020",
        spanning(file, text, index, index + 1),
        "too many values in one file",
        f"more than {MOST_NODES:,}",
        f"at most {MOST_NODES:,} values",
        "split the file",
    )


def _anchor(file: str, text: str, index: int) -> Diagnostic:
    sign = max(text.find("&", index), index)  # a tag may stand before it
    where = place(text, sign)
    name = re.split(r"[\s,\]}]", where.frame[where.column - 1 :], maxsplit=1)[0] or "&"
    span = Span(file, where.line, where.column, len(name), where.frame)
    return Diagnostic(
        "HS017",
        span,
        "YAML anchors and aliases are not supported",
        name,
        "a plain value",
        'write the value out; put quotes around text that begins with &, such as "&Sons"',
    )
