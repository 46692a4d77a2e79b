"""Metafields: the values Shopify exports for them, as one line of text a customer can read."""

from __future__ import annotations

import json
import re

from highstreet.importers.body import words
from highstreet.importers.values import line

_UNITS = {
    "MILLIMETERS": "mm",
    "CENTIMETERS": "cm",
    "METERS": "m",
    "INCHES": "in",
    "FEET": "ft",
    "YARDS": "yd",
    "GRAMS": "g",
    "KILOGRAMS": "kg",
    "OUNCES": "oz",
    "POUNDS": "lb",
    "MILLILITERS": "ml",
    "CENTILITERS": "cl",
    "LITERS": "l",
    "CUBIC_METERS": "m³",
    "FLUID_OUNCES": "fl oz",
}
_LONGEST = 400


def attribute(text: str) -> str:
    """The value in words. Raises ValueError, in words, for references and other things only Shopify can resolve."""
    if "gid://" in text:
        raise ValueError("it refers to an object inside Shopify")
    if text.startswith(("{", "[")):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return _line(text)
        return _line(_words(value, 0))
    if text.casefold() in ("true", "false"):
        return "Yes" if text.casefold() == "true" else "No"
    return _line("; ".join(part.strip() for part in text.split("\n") if part.strip()))


def _words(value: object, depth: int) -> str:
    if depth > 20:
        return ""
    if isinstance(value, dict):
        if "unit" in value and "value" in value:
            unit = str(value["unit"])
            return f"{value['value']} {_UNITS.get(unit.upper(), unit.lower())}"
        if "scale_max" in value and "value" in value:
            return f"{value['value']} / {value['scale_max']}"
        if "amount" in value and "currency_code" in value:
            return f"{value['amount']} {value['currency_code']}"
        if isinstance(value.get("value"), str) and value.get("type") == "text":
            return str(value["value"])
        if isinstance(value.get("children"), list):
            separator = " " if value.get("type") in ("root", "list") else ""
            return separator.join(filter(None, (_words(child, depth + 1) for child in value["children"])))
        raise ValueError("its structure has no meaning outside Shopify")
    if isinstance(value, list):
        return ", ".join(filter(None, (_words(item, depth + 1) for item in value)))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)


def _line(text: str) -> str:
    made = line(words(text), _LONGEST)
    if not made:
        raise ValueError("there is no text in it")
    if re.fullmatch(r"[\W_]+", made):
        raise ValueError("there are no words in it")
    return made
