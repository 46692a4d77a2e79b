"""Filters: what templates can do to values, beyond Jinja's own."""

from __future__ import annotations

from markupsafe import Markup

from highstreet.base.json import json_text
from highstreet.theme.strings import Plural


def fill(text: str, **words: object) -> str:
    """`text` with {name} placeholders replaced. Only plain names count, so a text can reach no attribute."""
    for name, word in words.items():
        text = text.replace("{" + name + "}", str(word))
    return text


def plural(text: Plural | str, number: int, digits: str = "") -> str:
    """The form of `text` for `number`, with {count} filled in; its numbers are written in `digits`."""
    form = text if isinstance(text, str) else text.form(number)
    return in_digits(form.replace("{count}", str(number)), digits)


def in_digits(value: object, digits: str) -> str:
    """`value` with ten other digits instead of 0 to 9: numbers beside prices are written as prices are."""
    text = str(value)
    return text.translate({ord("0") + n: digit for n, digit in enumerate(digits)}) if digits else text


# What HTML or old parsers act upon within a script.
_ACTIVE = tuple((char, f"\\u{ord(char):04x}") for char in "<>&\u2028\u2029")


def script_json(data: object) -> Markup:
    """JSON that is safe inside <script>: no "<", ">", "&" or line separators."""
    text = json_text(data)
    for char, written in _ACTIVE:  # five searches are a tenth of one translate()
        text = text.replace(char, written)
    return Markup(text)
