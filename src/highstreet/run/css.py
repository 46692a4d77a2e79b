"""CSS: a style sheet without comments, idle white space and rules for what is switched off, or where it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# One alternative per kind of token that may hide characters of another: strings, comments, bare url(…), escapes.
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f]+)
      | (?P<comment>/\*.*?\*/)
      | (?P<string>"(?:[^"\\\n]|\\.|\\\n)*"|'(?:[^'\\\n]|\\.|\\\n)*')
      | (?P<url>[uU][rR][lL]\((?![ \t\r\n\f]*["'])[^)"'(\\]*(?:\\.[^)"'(\\]*)*\))
      | (?P<escape>\\(?:[0-9a-fA-F]{1,6}(?:\r\n|[ \t\r\n\f])?|[^\n]))
      | (?P<word>[^\s"'/\\(){}\[\];:,]+)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENING = {"(": ")", "[": "]", "{": "}"}


class BadStyle(ValueError):
    """A style sheet that would swallow what follows it. `line` counts from 1 in the sheet `name`."""

    def __init__(self, message: str, line: int, name: str = "") -> None:
        self.message, self.line, self.name = message, line, name
        super().__init__(f"{name or 'style sheet'}:{line}: {message}")


def minified(text: str, name: str = "") -> str:
    """`text` without comments and needless white space; what it means is the same, property by property.

    Only what is safe everywhere goes: white space next to braces and semicolons, and next to commas and after colons
    outside brackets. Inside round and square brackets runs of white space become one space, so calc() and selectors
    keep theirs. Raises BadStyle for an open string, comment or bracket: such a sheet would eat the next one.
    """
    out: list[str] = []
    waiting = ""  # "" | " " | "/**/": what stood between the last token and the next one
    closing: list[tuple[str, int]] = []  # what each open bracket is closed with, and where it stands
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind == "space":
            waiting = " "
            continue
        if kind == "comment":
            waiting = waiting or "/**/"
            continue
        if kind == "mark":
            _check(token, text, match.start(), closing, name)
        flat = all(bracket == "}" for bracket, _ in closing)
        last = out[-1] if out else "{"
        if waiting and _needed(waiting, last, token, flat=flat):
            out.append(waiting)
        elif token == "}" and last == ";":
            out.pop()
        waiting = ""
        if not (token == ";" and last in "{;" and flat):  # an empty declaration
            out.append(token)
    if closing:
        bracket, position = closing[-1]
        raise _bad(f"a bracket opened here is never closed with {bracket}", text, position, name)
    return "".join(out)


def without(text: str, classes: Iterable[str]) -> str:
    """Minified `text` without what only elements with one of `classes` would get.

    A selector goes when it needs such a class outside brackets, and a rule or group when nothing of it is left:
    `.x .a,.b{…}` without x is `.b{…}`. `:not(.x)` and `:is(.x,.y)` say something about others too, and stay.
    """
    names = "|".join(re.escape(name) for name in sorted(classes))
    return _kept(text, re.compile(rf"\.(?:{names})(?![\w-])")) if names else text


def _kept(text: str, off: re.Pattern[str]) -> str:
    kept = []
    for head, body in _blocks(text):
        if body is None or (
            head.startswith("@") and not head.startswith(("@media", "@supports", "@container", "@layer"))
        ):
            kept.append(head if body is None else f"{head}{{{body}}}")
        elif head.startswith("@"):
            inner = _kept(body, off)
            kept += [f"{head}{{{inner}}}"] if inner else []
        else:
            needed = [selector for selector in split(head, ",") if not off.search(_outside_brackets(selector))]
            kept += [f"{','.join(needed)}{{{body}}}"] if needed else []
    return "".join(kept)


def _blocks(text: str) -> Iterator[tuple[str, str | None]]:
    """The top of a minified sheet in order: (head, body) of each block, (statement, None) of each `@layer a;`."""
    start, depth, body = 0, 0, 0
    for match in _TOKEN.finditer(text):
        if match[0] == "{":
            depth += 1
            if depth == 1:
                body = match.end()
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                yield text[start : body - 1], text[body : match.start()]
                start = match.end()
        elif match[0] == ";" and depth == 0:
            yield text[start : match.end()], None
            start = match.end()


def split(text: str, mark: str) -> list[str]:
    """`text` cut at each `mark` outside brackets and strings."""
    parts, start, depth = [], 0, 0
    for match in _TOKEN.finditer(text):
        if match[0] in _OPENING:
            depth += 1
        elif match[0] in _OPENING.values():
            depth -= 1
        elif match[0] == mark and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _outside_brackets(selector: str) -> str:
    out, depth = [], 0
    for match in _TOKEN.finditer(selector):
        depth += match[0] in _OPENING
        if depth == 0:
            out.append(match[0])
        depth -= match[0] in _OPENING.values()
    return "".join(out)


def _needed(waiting: str, last: str, token: str, *, flat: bool) -> bool:
    """Whether white space (or a comment, which only parts two tokens) between two tokens means anything."""
    if last in ("{", "}", ";") or token in ("{", "}", ";"):
        # `--empty: ;` is a value of its own; older browsers refuse it without the space.
        return last == ":" and token in (";", "}")
    if flat and (last == "," or token == "," or last == ":"):
        return False
    return waiting == " " or not (_is_mark(last) or _is_mark(token))


def _is_mark(token: str) -> bool:
    return len(token) == 1 and token in "(){}[];:,/"


def _check(token: str, text: str, position: int, closing: list[tuple[str, int]], name: str) -> None:
    if token in _OPENING:
        if token == "(" and text[max(0, position - 3) : position].lower() == "url" and not _quoted(text, position + 1):
            raise _bad("this url(…) is not closed", text, position, name)
        closing.append((_OPENING[token], position))
    elif token in ")]}":
        if not closing or closing.pop()[0] != token:
            raise _bad(f"a {token} closes nothing", text, position, name)
    elif token in "\"'":
        raise _bad("this string is not closed on its line", text, position, name)
    elif token == "/" and text.startswith("/*", position):
        raise _bad("this comment is never closed", text, position, name)
    elif token == "\\":
        raise _bad("a lone backslash at the end of a line", text, position, name)


def _bad(message: str, text: str, position: int, name: str) -> BadStyle:
    return BadStyle(message, text.count("\n", 0, position) + 1, name)


def _quoted(text: str, position: int) -> bool:
    return text[position:].lstrip(" \t\r\n\f")[:1] in ('"', "'")
