"""Folder: writes tenant files the way a careful person would: block style, short things on one line."""

from __future__ import annotations

import re
from pathlib import Path

TENANTS = Path(__file__).resolve().parents[2] / "tenants"

_PLAIN = re.compile(r"^[^\W\d_][^\n:#{}\[\],&*?|>!%@`\"']*$")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


class Flow(list):
    """A list that stays on one line."""


class Line(dict):
    """A mapping that stays on one line."""


class Text(str):
    """A text that becomes a literal block."""


class Raw(str):
    """A scalar written without quotes: a number, a date, a word of the format."""


def scalar(value: object) -> str:
    """`value` as YAML: plain where that is safe, else in double quotes."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    plain = _PLAIN.match(text) and text.lower() not in _RESERVED and text == text.strip() and not _NUMBER.match(text)
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def inline(value: object) -> str:
    """`value` on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(k)}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    return scalar(value)


def key(name: str) -> str:
    return name if re.match(r"^[\w][\w .+-]*$", name) and not _NUMBER.match(name) else scalar(name)


def block(value: object, depth: int = 0) -> str:
    """`value` as lines of block YAML, indented by `depth` steps."""
    pad = "  " * depth
    lines = []
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, Text) or (isinstance(item, str) and "\n" in item):
                body = "\n".join(f"{pad}  {line}".rstrip() for line in item.strip().split("\n"))
                lines.append(f"{pad}{key(name)}: |\n{body}")
            elif isinstance(item, (Flow, Line)) or not isinstance(item, (dict, list)) or not item:
                lines.append(f"{pad}{key(name)}: {inline(item)}")
            else:
                lines.append(f"{pad}{key(name)}:\n{block(item, depth + 1)}")
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)) and not isinstance(item, (Flow, Line)) and item:
                lines.append(pad + "- " + block(item, depth + 1).lstrip())
            else:
                lines.append(pad + "- " + inline(item))
    return "\n".join(lines)


def write(tenant: str, path: str, value: dict | str) -> None:
    """Puts one file below tenants/<tenant>/, touching it only if it changes."""
    text = value.strip() + "\n" if isinstance(value, str) else block(value) + "\n"
    file = TENANTS / tenant / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def gtin(number: int) -> str:
    """An EAN-13 from the range for use inside a shop (prefix 20), check digit included."""
    body = f"20{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)
