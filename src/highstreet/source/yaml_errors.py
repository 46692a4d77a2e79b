"""Explanations: what libyaml complains about, in the words of somebody who writes a shop."""

from __future__ import annotations

import re

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.span import Span
from highstreet.source.text import Place, place

_MARKED = re.compile(r"\s*(?:- )*(?:[^\s:#]+:\s+)?([*&])")
_TIGHT_KEY = re.compile(r"^\s*(?:- )*([A-Za-z_][\w-]*):((?!//)\S.*?)\s*$")
_TIGHT_DASH = re.compile(r"^(\s*)-([\[{A-Za-z\"'].*?)\s*$")
_SWALLOWED = re.compile(r"""[\[,:]\s*(#[^\s,\]}'"]+)""")
_VALUE = re.compile(r"^(\s*(?:- )*[^\s:#][^:#]*:\s+)(.+?)\s*$")


def explained(file: str, text: str, problem: str, context: str, at: int, began: int) -> Diagnostic:
    """One diagnostic for a syntax error, placed where the mistake is rather than where the reader gave up.

    `problem` and `context` are libyaml's words; `at` and `began` the characters of `text` they speak of.
    """
    place_at, place_began = place(text, at), place(text, began)
    return _known(file, text, problem, context, place_at, place_began) or Diagnostic(
        "HS011",
        _span(file, place_at),
        "this is not valid YAML",
        problem or context or "something YAML does not allow",
        "YAML",
        "check quotes, brackets and indentation around this place",
    )


def _known(file: str, text: str, problem: str, context: str, at: Place, began: Place) -> Diagnostic | None:
    line = at.frame
    here = line[at.column - 1 : at.column]
    if "\t" in line[: at.column] and ("cannot start any token" in problem or "tab" in problem):
        tab = line.index("\t") + 1
        return _error(
            file,
            Place(at.line, tab, line),
            "a tab is used for indentation",
            "a tab",
            "spaces",
            "replace the tab with two spaces",
        )
    if "cannot start any token" in problem:
        return _error(
            file,
            at,
            f"text cannot begin with {here}",
            here,
            "text in quotes",
            _quoted(line, at.column) or f"put quotes around the text that begins with {here}",
        )
    if "quoted scalar" in context and "unexpected end" in problem:
        return _error(
            file,
            began,
            "a quote is opened but never closed",
            _cut(began.frame[began.column - 1 :]),
            "a closing quote",
            f"add {began.frame[began.column - 1 : began.column]} at the end of the text",
        )
    if "escape" in problem:
        return _error(
            file,
            at,
            "a backslash in double quotes begins an escape that does not exist",
            _cut(line[max(0, at.column - 2) : at.column]),
            'an escape such as \\n or \\"',
            "use single quotes, or write \\\\ for a backslash",
        )
    if "mapping values are not allowed" in problem:
        return _colon(file, text, at)
    if "flow sequence" in context or "flow mapping" in context or "flow node" in context:
        return _swallowed(file, text, at) or _bracket(file, at, began, problem)
    if "alias" in problem or "scanning an a" in context:
        return _marker(file, at, began)
    if "block scalar" in context:
        if "tab" in problem:
            return _error(
                file, at, "a tab is used for indentation", "a tab", "spaces", "replace the tab with two spaces"
            )
        return _error(
            file,
            at,
            "text after | or > must begin on the next line",
            _cut(line[at.column - 1 :]),
            "a line break after | or >",
            "move the text to the next line and indent it",
        )
    if "expected ':'" in problem:
        return _tight(file, began) or _error(
            file,
            began,
            "a colon is missing after this key",
            _cut(began.frame[began.column - 1 :]),
            "key: value",
            "add a colon and a value, or indent the line if it continues the text above",
        )
    if "expected key" in problem or "expected '-'" in problem or "block sequence entries" in problem:
        return _indentation(file, text, at, problem)
    if "another document" in problem:
        return _error(
            file, at, "a file holds one document", "--- again", "one document", "remove the line ---, or make two files"
        )
    if "<document start>" in problem:
        return _error(
            file,
            at,
            "this line does not line up with the lines above",
            _cut(line.strip()),
            "the same indentation as the lines before",
            "indent this line exactly as its neighbours",
        )
    if "node content" in problem:
        return _error(
            file,
            at,
            "a value is missing here",
            here or "nothing",
            "a value",
            f"remove {here}" if here else "add the value",
        )
    return None


def _tight(file: str, at: Place) -> Diagnostic | None:
    """`price:12` or `-mug`: without a space it is a word like any other."""
    for sign, pattern in ((":", _TIGHT_KEY), ("-", _TIGHT_DASH)):
        found = pattern.match(at.frame)
        if found:
            column = found.end(1) + 1
            written = f"{found[1]}: {found[2]}" if sign == ":" else f"- {found[2]}"
            fix = f"write {written}" if len(written) < 60 else f"put a space after the {sign}"
            space = f"a space after the {sign}"
            where = Place(at.line, column, at.frame)
            return _error(file, where, f"a space is missing after {sign}", _cut(at.frame[column - 1 :]), space, fix)
    return None


def _colon(file: str, text: str, at: Place) -> Diagnostic:
    """`a: b: c` on one line, or a line that is indented below a finished value."""
    line = at.frame
    if _TIGHT_DASH.match(line):
        return _tight(file, at) or _error(file, at, "a space is missing after -", "-", "- and a space", "add a space")
    value = _VALUE.match(line)
    if value and value.end(1) < at.column:
        start = value.end(1)
        quoted = value[2].replace('"', '\\"')
        return _error(
            file,
            Place(at.line, start + 1, line),
            "text with a colon needs quotes",
            _cut(value[2]),
            "text in quotes",
            f'write "{quoted}"' if len(quoted) < 60 else "put quotes around the whole text",
            len(value[2]),
        )
    above = text.splitlines()[at.line - 2] if at.line > 1 else ""
    if (tight := _tight(file, Place(at.line - 1, 1, above))) is not None:
        return tight
    key = line.strip().partition(":")[0]
    column = len(line) - len(line.lstrip()) + 1
    if above.strip() and ":" not in above:
        row = at.line - 1
        return _error(
            file,
            Place(row, len(above) - len(above.lstrip()) + 1, above),
            "a colon is missing after this key",
            _cut(above.strip()),
            "key: value",
            "add a colon and a value, or indent the line if it continues the text above",
            len(above.strip()),
        )
    return _error(
        file,
        Place(at.line, column, line),
        "this line is indented too far",
        _cut(line.strip()),
        f"{key} at the indentation of the lines it belongs to",
        "remove the extra spaces",
        len(line.strip()),
    )


def _swallowed(file: str, text: str, at: Place) -> Diagnostic | None:
    """A colour without quotes in braces: it is a comment, and the closing brace is part of it."""
    for number, line in reversed(list(enumerate(text.splitlines()[: at.line], 1))):
        found = _SWALLOWED.search(line)
        before = line[: found.start()] if found else ""
        if found and sum(map(before.count, "[{")) > sum(map(before.count, "]}")):
            return _error(
                file,
                Place(number, found.start(1) + 1, line),
                "# begins a comment, and what follows is not read",
                _cut(line[found.start(1) :]),
                "text in quotes",
                f'write "{found[1]}"',
                len(found[1]),
            )
    return None


def _bracket(file: str, at: Place, began: Place, problem: str) -> Diagnostic:
    opening = began.frame[began.column - 1 : began.column]
    closing = {"[": "]", "{": "}"}.get(opening)
    if closing is None or "node content" in problem:
        return _error(
            file,
            at,
            "a value or a closing bracket is missing",
            _cut(at.frame[at.column - 1 :]) or "the end of the file",
            "a value, ] or }",
            "close the bracket",
        )
    return _error(
        file,
        began,
        f"{opening} is opened but not closed properly",
        _cut(began.frame[began.column - 1 :]),
        f"items separated by commas and a closing {closing}",
        f"add {closing}, or the comma that is missing",
    )


def _indentation(file: str, text: str, at: Place, problem: str) -> Diagnostic:
    line = at.frame
    if "block sequence entries" in problem:
        return _error(
            file,
            at,
            "a list must begin on its own line",
            _cut(line[at.column - 1 :]),
            "- on the next line, or [a, b]",
            "move the - to the next line, or put quotes around the text",
        )
    before = line[: at.column - 1].rstrip()
    if before and before[-1] in "\"'":
        return _after_quote(file, text, at, before)
    return _error(
        file,
        at,
        "this line does not line up with the lines above",
        _cut(line.strip()),
        "the same indentation as the lines before",
        "indent this line exactly as its neighbours",
        len(line.strip()),
    )


def _marker(file: str, at: Place, began: Place) -> Diagnostic:
    """Text that begins with * or &, which YAML takes for the name of something."""
    for where in (began, at):
        if where.frame[where.column - 1 : where.column] in ("*", "&"):
            at = where
            break
    else:
        found = _MARKED.match(at.frame)
        at = Place(at.line, found.start(1) + 1, at.frame) if found else at
    sign = at.frame[at.column - 1 : at.column].strip() or "*"
    return _error(
        file,
        at,
        f"text cannot begin with {sign}",
        _word(at.frame, at.column) or sign,
        "text in quotes",
        _quoted(at.frame, at.column) or "put quotes around the text",
    )


def _after_quote(file: str, text: str, at: Place, before: str) -> Diagnostic:
    quote = before[-1]
    if before.count(quote) % 2:
        # The quote that seems to close here opens: the one that was never closed is further up.
        lines = text.splitlines()[: at.line - 1]
        row = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].count(quote) % 2), None)
        if row is not None:
            opened = Place(row + 1, lines[row].rindex(quote) + 1, lines[row])
            found = _cut(lines[row][opened.column - 1 :])
            fix = f"add {quote} at the end of the text"
            return _error(file, opened, "a quote is opened but never closed", found, "a closing quote", fix)
    inside = "write an apostrophe inside single quotes twice: ''" if quote == "'" else 'write a quote inside it as \\"'
    return _error(
        file,
        at,
        "there is text after the closing quote",
        _cut(at.frame[at.column - 1 :]),
        "the end of the line",
        f"put the whole text in quotes, and {inside}",
    )


def bad_character(file: str, text: str, offset: int) -> Diagnostic:
    """The diagnostic for the first character after `offset` that YAML does not allow."""
    bad = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]").search(
        text, offset
    )
    if bad is None:
        return Diagnostic(
            "HS012",
            Span(file),
            "control characters are not allowed",
            "a character that cannot be shown",
            "printable text",
            "remove it",
        )
    at = place(text, bad.start())
    frame = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "�", at.frame)
    return Diagnostic(
        "HS012",
        Span(file, at.line, at.column, 1, frame),
        "control characters are not allowed",
        f"U+{ord(bad[0]):04X}",
        "printable text",
        "delete the character (it may be invisible in your editor)",
    )


def _quoted(line: str, column: int) -> str:
    rest = line[column - 1 :].rstrip()
    return (
        f'write "{rest}"' if rest and len(rest) < 60 and '"' not in rest and not rest.endswith(("]", "}", ",")) else ""
    )


def _word(line: str, column: int) -> str:
    return _cut(re.split(r"\s", line[column - 1 :], maxsplit=1)[0])


def _cut(text: str, longest: int = 60) -> str:
    text = text.strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _error(file: str, at: Place, message: str, found: str, expected: str, fix: str, length: int = 1) -> Diagnostic:
    return Diagnostic("HS011", _span(file, at, length), message, found, expected, fix)


def _span(file: str, at: Place, length: int = 1) -> Span:
    return Span(file, at.line, at.column, max(1, length), at.frame)
