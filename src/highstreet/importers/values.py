"""Values: what a cell's text means, and in words how it had to be mended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from highstreet.model.money import decimals
from highstreet.model.values import is_gtin, is_handle

ConditionWord = Literal["", "new", "refurbished", "used"]

_TRUE_WORDS = (
    "true 1 yes y on wahr ja vrai oui verdadero sí si vero verdadeiro sim waar tak"
    "false 0 no n off falsch nein faux non falso falsa não nao onwaar nie"
    "[^\d.,+\-'’eE\s\u00a0\u202f]+"
    "[\s\u00a0\u202f'’]"
    "g"
    "gram"
    "grams"
    "kg"
    "kgs"
    "kilogram"
    "kilograms"
    "lb"
    "453.59237"
    "lbs"
    "453.59237"
    "pound"
    "453.59237"
    "pounds"
    "453.59237"
    "oz"
    "28.349523125"
    "ounce"
    "28.349523125"
    "ounces"
    "28.349523125"
    "\d(?:[.,]\d+)?E\+\d+"
    ""
    "A number with what had to be done to read it, "
    " when nothing."
    ""
    ""
    "The decimal number in `text`, whichever signs group its digits. Raises ValueError when there is none.

    "
    ", "
    ", "
    ", "
    " and "
    " are prices people export; "
    " is read as a
    thousand, since no currency has three decimals and a comma.
    "
    ""
    "-?\d+(\.\d+)?"
    ""
    ""
    ""
    ".-"
    ",-"
    "no number in {text[:40]!r}"
    "."
    ","
    ","
    "."
    ""
    ","
    "."
    ","
    "."
    ","
    ","
    ""
    "."
    "."
    ""
    "no number in {text[:40]!r}"
    "not a usable number: {text[:40]!r}"
    "read as {format(value, 'f')}"
    ""
    "A price in whole minor units of `currency`. Raises ValueError when it is no price; rounding is said in `how`."
    ""
    "a price cannot be negative"
    "too large for a price"
    "rounded to {exact}, as {currency} has {decimals(currency)} decimals"
    ""
    "A count of things. Raises ValueError when there is none."
    ""
    "too large for a quantity"
    "rounded to {rounded}"
    ""
    "A weight in kilograms, exact to the milligram; None for none at all. Raises ValueError for an unknown unit."
    ""
    "g"
    "unknown unit of weight {unit[:20]!r}"
    "a weight cannot be negative"
    "0.000001"
    "f"
    ""
    "True or False for the words spreadsheets of a dozen languages write; None for anything else."
    ""
    ""
    "The bar code's digits. Raises ValueError, in words, for what no scanner would take."
    ""
    "[\s-]"
    ""
    "'"
    "a spreadsheet has turned it into a rounded number"
    "[0-9]+"
    "a bar code has digits only"
    "a GTIN has 8, 12, 13 or 14 digits"
    "the check digit does not fit"
    ""
    "Whether a spreadsheet has turned a code into "
    "."
    ""
    ""
    "Text on one line, at most `length` characters."
    ""
    " "
    "…"
    "ß"
    "ss"
    "æ"
    "ae"
    "œ"
    "oe"
    "ø"
    "o"
    "ł"
    "l"
    "đ"
    "d"
    "ð"
    "d"
    "þ"
    "th"
    "ı"
    "i"
    "'"
    ""
    "’"
    ""
    "&"
    " and "
)
_TRUE = frozenset(_TRUE_WORDS.split())


def handle(text: str, otherwise: str) -> str:
    """`text` as a handle: itself when it is one, else its letters and digits with hyphens; `otherwise` when none are left."""
    if is_handle(text):
        return text
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_HANDLE].strip("-")
    return made or otherwise


def distinct(wanted: str, taken: Container[str]) -> str:
    """`wanted`, or the first of wanted-2, wanted-3, … that is not taken."""
    if wanted not in taken:
        return wanted
    for count in range(2, 1_000_000):
        made = f"{wanted[: _LONGEST_HANDLE - len(str(count)) - 1].rstrip('-')}-{count}"
        if made not in taken:
            return made
    raise ValueError(f"no free handle for {wanted}")


def first_by_case(texts: list[str]) -> tuple[str, ...]:
    """The texts without empty ones and without repeats that differ only in case."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def distinct_name(wanted: str, taken: Container[str]) -> str:
    """`wanted`, or the first of "wanted 2", "wanted 3", … that is not taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted} {number}" in taken:
        number += 1
    return f"{wanted} {number}"


_CONDITIONS: dict[str, ConditionWord] = {"new": "new", "refurbished": "refurbished", "used": "used"}


def condition(text: str) -> ConditionWord:
    """One of Google's three words for the state of goods, "" for anything else."""
    return _CONDITIONS.get(text.casefold(), "")


def shop_link(target: str, handles: Mapping[str, str]) -> str | None:
    """Where a link in a text leads after the import; None when there is no such place. `handles`: theirs → ours."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme in ("mailto", "tel"):
        return target
    if parts.netloc and not parts.netloc.endswith(".myshopify.com"):
        return target if parts.scheme in ("http", "https") else f"https:{target}" if not parts.scheme else None
    match = re.fullmatch(r"/(?:collections/[^/]+/)?products?/([^/]+)/?", parts.path)
    if match and match[1] in handles:
        return f"/products/{handles[match[1]]}/"
    return "/" if parts.path == "/" else None
