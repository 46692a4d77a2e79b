"""Values: text from YAML as what it means. Every function here expects text that has already been checked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from highstreet.model.money import Money, decimals

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")  # of products, collections, pages and posts
LONGEST_HANDLE = 200
_prices: dict[tuple[str, str], Money] = {}  # texts repeat: one shop has far fewer prices than variants


def price(text: str, currency: str) -> Money:
    """`text` such as "12.5" as money with the currency's decimals. Raises ValueError if it has more."""
    known = _prices.get((text, currency))
    if known is None:
        places = decimals(currency) if currency else 4  # "": tenant.yaml is broken, the prices are only compared
        whole, _, fraction = text.partition(".")
        if len(fraction.rstrip("0")) > places:
            raise ValueError(f"{text} has more decimals than {currency} allows ({places})")
        fraction = fraction[:places].ljust(places, "0")
        known = Money(Decimal(f"{int(whole)}.{fraction}" if places else str(int(whole))), currency)
        if len(_prices) > 100_000:
            _prices.clear()
        _prices[text, currency] = known
    return known


def when(text: str) -> datetime:
    """`text` as a moment: a date alone is midnight UTC. Raises ValueError for what is no date."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def whole(text: str) -> int:
    return int(text)


def truth(text: str) -> bool:
    return text == "true"


def hex_color(text: str) -> str:
    """ "#fa3" and "#FFAA33" as "#ffaa33"."""
    digits = text[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def kilograms(text: str) -> Decimal:
    """ "250 g", "1.2 kg", "1.2", "8 oz" and "2 lb" in kilograms."""
    number = text.rstrip("gkozlb ")
    unit = text[len(number) :].strip()
    factor = {"g": "0.001", "kg": "1", "": "1", "oz": "0.028349523125", "lb": "0.45359237"}[unit]
    return Decimal(number) * Decimal(factor)


def gtin_check_digit(digits: str) -> str:
    """The last digit that the number before it asks for (GS1: weights 3 and 1 from the right)."""
    number = digits.encode()
    threes, ones = number[::-2], number[-2::-2]
    total = 3 * (sum(threes) - 48 * len(threes)) + sum(ones) - 48 * len(ones)
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    return (
        len(text) in (8, 12, 13, 14) and text.isascii() and text.isdigit() and gtin_check_digit(text[:-1]) == text[-1]
    )


def is_handle(text: str) -> bool:
    return len(text) <= LONGEST_HANDLE and HANDLE.fullmatch(text) is not None
