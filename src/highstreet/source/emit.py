"""YAML as people write it: plain data becomes text that `source.yaml` reads back as the same data.

The text is made for editing by hand: no needless quotes, short lists and rows on one line, long texts as blocks.
It is written without PyYAML, whose emitter has no such taste: it quotes `129.00`, folds long lines and sorts by type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

Scalar = str | int | bool | Decimal | None
Node = Scalar | Sequence["Node"] | Mapping[str, "Node"]

_WIDTH = 110  # a list or mapping on one line is never longer
_FLOW_KEYS = 9  # more keys than a variant row has are easier to read one below the other

# Unquoted only what no YAML version, editor or JSON Schema takes for anything but text.
_PLAIN = re.compile(
    r"[^\W\d_](?:[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff:#\\\"]|:(?=[^\s,\[\]{}])|(?<=\S)#)*"
    r"|[/][\w/.-]*|\d[\d.]* [^\W\d_]+"
)
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "nan", "inf"])
_FLOW_BREAKERS = re.compile(r"[,\[\]{}?:]")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_TO_ESCAPE = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')


def document(data: Mapping[str, Node], comment: str = "") -> str:
    """`data` as one YAML document that ends with a line feed; `comment` goes on top, a "# " before each line.

    Numbers are given as int or Decimal and keep their digits (`129.00`); strings that look like numbers are quoted.
    """
    head = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    return head + ("".join(entry(key, value) for key, value in data.items()) or "{}\n")


def front_matter(data: Mapping[str, Node], body: str) -> str:
    """A Markdown file: `data` between "---" lines, then `body`."""
    return f"---\n{document(data)}---\n\n{body.strip(chr(10))}\n"


def entry(key: str, value: Node) -> str:
    """One top-level `key: value` with everything below it, as whole lines."""
    return "\n".join(_entry(key, value, 0, top=True)) + "\n"


def _entry(key: str, value: Node, indent: int, top: bool = False) -> list[str]:
    head = " " * indent + _scalar(key, flow=False)
    if isinstance(value, str) and "\n" in value and _ODD.search(value) is None and not _blank(value):
        marker, lines = _literal(value, indent + 2)
        return [f"{head}: {marker}", *lines]
    if isinstance(value, Mapping):
        one_line = None if top and (len(value) > 3 or any(_collects(item) for item in value.values())) else _flow(value)
        if one_line is not None and indent + len(head) + len(one_line) <= _WIDTH:
            return [f"{head}: {one_line}"]
        return [f"{head}:", *(line for name, item in value.items() for line in _entry(name, item, indent + 2))]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _sequence(head, value, indent)
    return [f"{head}: {_scalar(value, flow=False)}"]


def _collects(value: Node) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str)


def _sequence(head: str, items: Sequence[Node], indent: int) -> list[str]:
    # Rows of a table (variants, images) stand one below the other even when they would fit on a line.
    if indent or not items or not all(isinstance(item, Mapping) for item in items):
        one_line = _flow(items)
        if one_line is not None and indent + len(head) + len(one_line) <= _WIDTH:
            return [f"{head}: {one_line}"]
    lines = [f"{head}:"]
    for item in items:
        lines += _item(item, indent + 2)
    return lines


def _item(item: Node, indent: int) -> list[str]:
    dash = " " * indent + "- "
    one_line = _flow(item)
    if one_line is not None and (not isinstance(item, Mapping | Sequence) or indent + len(one_line) + 2 <= _WIDTH + 30):
        return [dash + one_line]
    if isinstance(item, Mapping):
        lines = [line for name, value in item.items() for line in _entry(name, value, indent + 2)]
        return [dash + lines[0][indent + 2 :], *lines[1:]]
    if isinstance(item, Sequence) and not isinstance(item, str):
        return [" " * indent + "-", *(line for part in item for line in _item(part, indent + 2))]
    return [dash + _scalar(item, flow=False)]


def _flow(value: Node) -> str | None:
    """`value` on one line, or None where blocks read better: long texts, long or deep collections."""
    if isinstance(value, str):
        return None if "\n" in value else _scalar(value, flow=True)
    if isinstance(value, Mapping):
        if len(value) > _FLOW_KEYS:
            return None
        parts = [(_scalar(key, flow=True), _flow(item)) for key, item in value.items()]
        if any(item is None or len(key) > 60 for key, item in parts):
            return None
        return "{" + ", ".join(f"{key}: {item}" for key, item in parts) + "}"
    if isinstance(value, Sequence):
        items = [_flow(item) for item in value]
        return None if None in items else "[" + ", ".join(item for item in items if item is not None) + "]"
    return _scalar(value, flow=True)


def _scalar(value: Scalar, flow: bool) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if (
        _PLAIN.fullmatch(value)
        and value[-1] not in " :"
        and value.lower() not in _WORDS
        and not (flow and _FLOW_BREAKERS.search(value))
    ):
        return value
    return '"' + _TO_ESCAPE.sub(_escape, value) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPED.get(character) or f"\\u{ord(character):04x}"


def _blank(text: str) -> bool:
    return not text.strip(" \n\t")


def _literal(text: str, indent: int) -> tuple[str, list[str]]:
    """The header and the lines of a literal block, with its indentation stated where it starts with space."""
    stripped = text.rstrip("\n")
    ends = len(text) - len(stripped)
    chomp = {0: "-", 1: ""}.get(ends, "+")
    hint = "2" if text[0] in " \n\t" else ""
    lines = [(" " * indent + line if line else "") for line in stripped.split("\n")]
    return f"|{hint}{chomp}", lines + [""] * (ends - 1)
