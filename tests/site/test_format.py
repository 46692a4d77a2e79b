"""Formats: amounts, dates and names as CLDR has them, in every locale a shop may name."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from babel import Locale
from babel.core import localedata
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

from highstreet.model.codes import CURRENCIES, LANGUAGES
from highstreet.model.money import decimals, money
from highstreet.plan.format import (
    address_lines,
    country_name,
    date_text,
    direction,
    language_label,
    moment_text,
    money_format,
)
from highstreet.theme.filters import in_digits

LOCALES = ["en", "en-GB", "en-US", "en-IN", "en-CA", "en-AU", "en-ZA", "en-CH", "fr", "fr-CH", "fr-CA", "fr-BE", "de", "de-AT", "de-CH", "es", "es-MX", "es-AR", "es-PE", "it", "it-CH", "pt", "pt-BR", "pt-PT", "nl", "nl-BE", "sv", "nb", "da", "fi", "is", "pl", "cs", "sk", "hu", "ro", "bg", "el", "tr", "ru", "uk", "sr", "hr", "sl", "lt", "lv", "et", "ar", "ar-EG", "ar-AE", "ar-SA", "ar-MA", "he", "fa", "ur", "hi", "bn", "ta", "te", "mr", "ne", "th", "vi", "id", "ms", "my", "ja", "ko", "zh", "zh-Hans", "zh-Hant-TW", "sw", "am", "hy", "ka", "az", "kk", "ca", "eu", "gl", "cy", "ga", "mt", "mn", "si", "km", "lo", "af", "zu"]
# Babel cuts some to CLDR's everyday decimals, others with each release; shops keep books in those of ISO 4217.
ISO_ONLY = {code for code in CURRENCIES if get_currency_precision(code) != decimals(code)}
SAMPLE = ["EUR", "USD", "GBP", "CHF", "JPY", "KWD", "SEK", "PLN", "INR", "BRL", "PEN", "AED", "ILS", "CLP", "TND", "XOF", "ZAR", "VES"]


def latin(text: str) -> str:
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def cldr(minor: int, currency: str, locale: str) -> str:
    """Babel's text, with the two things it leaves out: the currency's own decimal mark, and currency spacing."""
    found = Locale.parse(locale, sep="-")
    text = format_currency(Decimal(minor).scaleb(-decimals(currency)), currency, locale=found, numbering_system="default")
    symbols = found.number_symbols.get(found.default_numbering_system) or {}
    if "currencyDecimal" in symbols and symbols["currencyDecimal"] != symbols["decimal"]:
        text = re.sub(rf"{re.escape(symbols['decimal'])}(\d+)(?!.*\d)", rf"{symbols['currencyDecimal']}\1", text)
    if "currencyGroup" in symbols and symbols["currencyGroup"] != symbols["group"]:
        text = text.replace(symbols["group"], symbols["currencyGroup"])
    mark = get_currency_symbol(currency, found)
    if locale.partition("-")[0] in ("ar", "he", "fa", "ur") and any(unicodedata.bidirectional(char) == "L" for char in mark):
        lone = [unicodedata.bidirectional(char) != "L" for char in (mark[0], mark[-1])]
        text = text.replace(mark, "\u200e" * lone[0] + mark + "\u200e" * lone[1])
    if unicodedata.category(mark[-1])[0] not in "SZ":
        text = re.sub(rf"({re.escape(mark)})(?=\d)", "\\1\xa0", text)
    if unicodedata.category(mark[0])[0] not in "SZ":
        text = re.sub(rf"(?<=\d)({re.escape(mark)})", "\xa0\\1", text)
    return text


@pytest.mark.parametrize("locale", LOCALES)
def test_amounts_are_written_as_cldr_has_them(locale: str) -> None:
    for currency in SAMPLE:
        found = money_format(locale, currency)
        for minor in (0, 5, 99, 12950, 123456, 100_000_000, 10**15 + 99):
            if found.group_mark == "'" and minor > 10**7:
                continue  # Babel takes two of these marks for quotation marks, and leaves them out
            assert latin(found.text(minor)) == latin(cldr(minor, currency, locale)), (currency, minor)


@pytest.mark.parametrize("locale", ["en-GB", "de", "fr-CH", "ar-EG", "ja", "hi"])
def test_every_currency_is_written_as_cldr_has_it(locale: str) -> None:
    assert {"AFN", "IQD", "LAK", "MMK"} <= ISO_ONLY
    assert len(ISO_ONLY) < 20
    for currency in sorted(CURRENCIES - ISO_ONLY):
        assert latin(money_format(locale, currency).text(123456)) == latin(cldr(123456, currency, locale)), currency


@pytest.mark.parametrize("locale", LOCALES)
def test_amounts_below_zero_have_the_minus_of_the_locale_in_front(locale: str) -> None:
    for currency in SAMPLE:
        found = money_format(locale, currency)
        minus = found.text(-12950).removesuffix(found.text(12950))

        assert minus.strip("\u200e\u200f\u061c") in ("-", "−")


def test_known_amounts() -> None:
    assert money_format("en-GB", "EUR").text(123950) == "€1,239.50"
    assert money_format("fr", "EUR").text(123950) == "1\u202f239,50\xa0€"
    # CLDR's Swiss have changed their mark between thousands more than once.
    assert re.fullmatch("CHF\xa01[’']239.50", money_format("de-CH", "CHF").text(123950))
    assert re.fullmatch("1[\u202f’']239.50\xa0CHF", money_format("fr-CH", "CHF").text(123950))
    assert money_format("en", "CHF").text(1250) == "CHF\xa012.50"
    assert money_format("ja", "JPY").text(12950) == "￥12,950"
    assert money_format("en-IN", "INR").text(123456789) == "₹12,34,567.89"
    assert money_format("ar-EG", "EGP").text(123456) == "\u200f١٬٢٣٤٫٥٦\xa0ج.م.\u200f"
    assert money_format("en", "KWD").text(5) == "KWD\xa00.005"
    assert money_format("es-PE", "PEN").text(1250) == "S/\xa012.50"


def test_signs_stay_beside_the_letters_of_a_currency() -> None:
    """From right to left US$ would be read $US without a mark behind it."""
    assert money_format("ar", "USD").text(1400) == "\u200f14.00\xa0US$\u200e"
    assert money_format("ar", "USD").pattern.endswith("US$\u200e")
    assert money_format("he", "USD").text(1400) == "\u200f14.00\xa0\u200f$"
    assert money_format("en", "CAD").text(1400) == "CA$14.00"


def test_pattern_for_scripts_has_the_number_where_the_text_has_it() -> None:
    for locale in LOCALES:
        found = money_format(locale, "EUR")
        number = found.text(5).removeprefix(found.prefix).removesuffix(found.suffix)

        assert found.pattern.replace("{}", number) == found.text(5)


@pytest.mark.parametrize("locale", LOCALES)
def test_dates_and_counts_have_the_digits_of_prices(locale: str) -> None:
    price = money_format(locale, "EUR")
    used = {char for char in price.text(1234567890) if char.isdecimal()}
    digits = price.digits or "0123456789"

    assert used <= set(digits) and len(digits) == 10
    assert in_digits("1/23 of 4567890", price.digits) == "".join(digits[int(char)] if char.isdecimal() else char for char in "1/23 of 4567890")
    for words in (date_text(locale, datetime(2026, 11, 23, tzinfo=UTC)), moment_text(locale, datetime(2026, 11, 23, 18, 5, tzinfo=UTC))):
        assert {char for char in words if char.isdecimal()} <= set(digits)


def test_views_are_exact() -> None:
    for currency, amount, minor in (("EUR", "0.10", 10), ("JPY", "100", 100), ("KWD", "0.001", 1), ("EUR", "99999999.99", 9_999_999_999)):
        view = money_format("en", currency).view(money(amount, currency))

        assert (view.amount, view.currency, view.minor) == (amount, currency, minor)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_of_the_list_can_be_written_in(code: str) -> None:
    assert money_format(code, "EUR").text(123456)
    assert date_text(code, datetime(2026, 11, 23, tzinfo=UTC))
    assert language_label(code)
    assert direction(code) in ("ltr", "rtl")


def test_every_locale_of_cldr_can_be_written_in() -> None:
    for code in localedata.locale_identifiers():
        assert money_format(code.replace("_", "-"), "EUR").text(123456), code


def test_dates() -> None:
    day = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)

    assert date_text("en-GB", day) == "23 November 2026"
    assert date_text("en-US", day) == "November 23, 2026"
    assert date_text("de", day) == "23. November 2026"
    assert date_text("ja", day) == "2026年11月23日"
    assert "2026" in latin(date_text("ar", day))


def test_names_and_directions() -> None:
    assert [language_label(code) for code in ("fr", "en-GB", "ja", "ar", "zh-Hant", "de-AT")] == ["Français", "English", "日本語", "العربية", "中文", "Deutsch"]
    assert country_name("fr", "DE") == "Allemagne"
    assert country_name("fr", "XX") == "XX"
    assert [direction(code) for code in ("ar", "he", "fa", "ur", "en", "ja", "ar-EG", "yi")] == ["rtl", "rtl", "rtl", "rtl", "ltr", "ltr", "rtl", "rtl"]


@pytest.mark.parametrize(
    ("locale", "country", "lines"),
    [
        ("en-US", "US", ("17 Eddy Street", "Providence, RI 02903", "United States")),
        ("fr", "FR", ("17 Eddy Street", "02903 Providence", "RI", "France")),
        ("en-GB", "GB", ("17 Eddy Street", "Providence", "RI", "02903", "United Kingdom")),
        ("ja-JP", "JP", ("〒02903", "RIProvidence17 Eddy Street", "日本")),
        ("en", "JP", ("17 Eddy Street", "02903 Providence", "RI", "Japan")),
        ("en", "", ("17 Eddy Street", "02903 Providence", "RI")),
    ],
)
def test_addresses_are_written_as_their_country_writes_them(locale: str, country: str, lines: tuple[str, ...]) -> None:
    assert address_lines(locale, "17 Eddy Street", "02903", "Providence", "RI", country) == lines


def test_addresses_leave_out_what_is_not_known() -> None:
    assert address_lines("en-US", "", "", "Providence", "", "US") == ("Providence", "United States")
    assert address_lines("en-US", "", "02903", "", "RI", "US") == ("RI 02903", "United States")
