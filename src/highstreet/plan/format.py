"""Formats: money, dates and names as people in a locale write them, from CLDR."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from unicodedata import bidirectional, category

from highstreet.model.money import Money, decimals
from highstreet.theme.filters import in_digits
from highstreet.theme.views import MoneyView


class MoneyFormat(NamedTuple):
    """How a currency is written in a locale.

    Babel's own formatter costs 60 µs an amount, this one 1; besides, it follows CLDR's currency marks ("." in fr-CH)
    and currency spacing ("CHF 12.50"), which Babel leaves out.
    """

    currency: str
    decimals: int
    prefix: str
    suffix: str
    minus_prefix: str
    minus_suffix: str
    decimal_mark: str
    group_mark: str
    first_group: int
    other_group: int
    zero: str  # the locale's digit zero: "0", "٠"

    def text(self, minor: int) -> str:
        """12950 → "€129.50"."""
        digits = str(abs(minor)).rjust(self.decimals + 1, "0")
        whole, fraction = (digits[: -self.decimals], digits[-self.decimals :]) if self.decimals else (digits, "")
        if self.first_group and len(whole) > self.first_group:
            groups = [whole[-self.first_group :]]
            rest = whole[: -self.first_group]
            while rest:
                groups.append(rest[-self.other_group :])
                rest = rest[: -self.other_group]
            whole = self.group_mark.join(reversed(groups))
        number = f"{whole}{self.decimal_mark}{fraction}" if fraction else whole
        number = in_digits(number, self.digits)
        if minor < 0:
            return f"{self.minus_prefix}{number}{self.minus_suffix}"
        return f"{self.prefix}{number}{self.suffix}"

    def view(self, money: Money) -> MoneyView:
        minor = money.minor
        return MoneyView(str(money.amount), money.currency, self.text(minor), minor)

    @property
    def digits(self) -> str:
        """The locale's ten digits; "" where they are 0 to 9."""
        return _digits(self.zero)

    @property
    def group_sizes(self) -> str:
        """ "32": three digits in the last group and two in each before it, for client code; "00" without groups."""
        return f"{self.first_group}{self.other_group if self.first_group else 0}"

    @property
    def pattern(self) -> str:
        """ "€{}" or "{} €": where the number goes, for client code."""
        return f"{self.prefix}{{}}{self.suffix}"


@lru_cache(maxsize=512)
def money_format(locale: str, currency: str) -> MoneyFormat:
    """The format of `currency` in `locale` ("en-GB")."""
    from babel.numbers import get_currency_symbol

    found = _locale(locale)
    pattern = found.currency_formats["standard"]
    symbols = found.number_symbols.get(found.default_numbering_system) or {}
    if "decimal" not in symbols:  # some languages have digits of their own and Latin marks between them
        symbols = found.number_symbols["latn"]
    symbol = get_currency_symbol(currency, found)
    before, after = pattern.prefix[0], pattern.suffix[0]
    # CLDR's currency spacing: a mark that ends in anything but a sign ("CHF", "S/") keeps a space from the digits.
    if before.endswith("¤") and category(symbol[-1])[0] not in "SZ":
        before += "\xa0"
    if after.startswith("¤") and category(symbol[0])[0] not in "SZ":
        after = f"\xa0{after}"
    symbol = _upright(symbol, str(found.text_direction))
    prefix, suffix = (part.replace("¤¤¤", currency).replace("¤", symbol) for part in (before, after))
    minus = symbols.get("minusSign", "-")
    return MoneyFormat(
        currency,
        decimals(currency),
        prefix,
        suffix,
        minus + prefix,
        suffix,
        symbols.get("currencyDecimal") or symbols["decimal"],
        symbols.get("currencyGroup") or symbols["group"],
        pattern.grouping[0] if pattern.grouping[0] < 100 else 0,
        pattern.grouping[1],
        _zero(found.default_numbering_system),
    )


def _upright(symbol: str, direction: str) -> str:
    """`symbol` with marks that keep its signs beside its letters: from right to left, US$ would be read $US."""
    if direction == "ltr" or not any(bidirectional(char) == "L" for char in symbol):
        return symbol
    start, end = ("" if bidirectional(char) == "L" else "\u200e" for char in (symbol[0], symbol[-1]))
    return f"{start}{symbol}{end}"


@lru_cache(maxsize=4096)
def date_text(locale: str, date: datetime) -> str:
    """ "23 November 2026"."""
    from babel.dates import format_date

    found = _locale(locale)
    return in_digits(format_date(date.date(), "long", found), _digits(_zero(found.default_numbering_system)))


@lru_cache(maxsize=512)
def moment_text(locale: str, moment: datetime) -> str:
    """ "24 December 2026, 18:00 (UTC+1)": a day, a time and its zone."""
    from babel.dates import format_time

    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    zone = f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
    # The moment in its own zone: formatting an aware one would move it into another.
    found = _locale(locale)
    time = format_time(moment.replace(tzinfo=None).time(), "short", locale=found)
    words = f"{date_text(locale, moment)}, {time} (UTC{zone})"
    return in_digits(words, _digits(_zero(found.default_numbering_system)))


@lru_cache(maxsize=512)
def language_label(code: str) -> str:
    """A language in its own words: "fr" → "Français"."""
    name = _locale(code).get_display_name() or code
    short = name.partition(" (")[0]
    return short[:1].upper() + short[1:]


@lru_cache(maxsize=4096)
def country_name(locale: str, country: str) -> str:
    return str(_locale(locale).territories.get(country, country))


_CITY_REGION_CODE = frozenset({"AU", "BR", "CA", "CN", "IN", "MX", "US"})
_CODE_LAST = frozenset({"GB", "GG", "IE", "IM", "JE"})
_LARGEST_FIRST = frozenset({"CN", "JP", "KR", "TW"})  # in their own languages


def address_lines(locale: str, street: str, code: str, city: str, region: str, country: str) -> tuple[str, ...]:
    """A postal address as its country writes it, line by line: "Providence, RI 02903", "29200 Brest"."""
    nation = country_name(locale, country) if country else ""
    if country in _LARGEST_FIRST and locale.partition("-")[0] in ("ja", "ko", "zh"):
        lines: tuple[str, ...] = (f"〒{code}" if country == "JP" and code else code, region + city + street)
        return tuple(line for line in (*lines, nation) if line)
    if country in _CITY_REGION_CODE:
        town = " ".join(part for part in (", ".join(part for part in (city, region) if part), code) if part)
        lines = (street, town)
    elif country in _CODE_LAST:
        lines = (street, city, region, code)
    else:
        lines = (street, " ".join(part for part in (code, city) if part), region)
    return tuple(line for line in (*lines, nation) if line)


def direction(locale: str) -> str:
    """ "rtl" for Arabic, Hebrew, Persian, Urdu and their kin, else "ltr"."""
    return str(_locale(locale).text_direction)


@lru_cache(maxsize=256)
def _locale(code: str):  # type: ignore[no-untyped-def]  # babel's Locale, imported only here
    from babel import Locale, UnknownLocaleError

    for candidate in (code, code.partition("-")[0], "en"):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("babel knows English")


def _digits(zero: str) -> str:
    return "" if zero == "0" else "".join(chr(ord(zero) + n) for n in range(10))


def _zero(system: str) -> str:
    return {"arab": "٠", "arabext": "۰", "beng": "০", "deva": "०", "mymr": "၀", "tibt": "༠", "olck": "᱐"}.get(
        system, "0"
    )
