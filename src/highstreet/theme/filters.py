"""Filters: what templates can do to values, beyond Jinja's own."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from highstreet.base.record import Record
from highstreet.theme.strings import Plural


def fill(text: str, **words: object) -> str:
    """`text` with {name} placeholders replaced. Only plain names count, so a text can reach no attribute."""
    for name, word in words.items():
        text = text.replace("{" + name + "}", str(word))
    return text


def plural(text: Plural | str, number: int) -> str:
    """The form of `text` for `number`, with {count} filled in."""
    form = text if isinstance(text, str) else text.form(number)
    return form.replace("{count}", str(number))


def as_plain(data: Any) -> Any:
    """Named tuples as objects, all the way down, so that client code reads fields by name."""
    if isinstance(data, tuple):
        names = getattr(data, "_fields", None)
        if names:
            return {name: as_plain(item) for name, item in zip(names, data, strict=True)}
        return [as_plain(item) for item in data]
    if isinstance(data, list):
        return [as_plain(item) for item in data]
    if isinstance(data, Record):
        return {name: as_plain(item) for name, item in data}
    if isinstance(data, dict):
        return {name: as_plain(item) for name, item in data.items()}
    return data


def script_json(data: object) -> Markup:
    """JSON that is safe inside <script>: no "<", ">", "&" or line separators that HTML or old parsers act upon."""
    text = json.dumps(as_plain(data), ensure_ascii=False, separators=(",", ":"))
    for char, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        if char in text:
            text = text.replace(char, escape)
    return Markup(text)
