"""Amounts that scripts write are, letter for letter, those that the build writes, in every language there is."""

from __future__ import annotations

from pathlib import Path

from babel.localedata import locale_identifiers

from highstreet.plan.format import money_format
from storefront.script import run

MINORS = (0, 7, 12, 999, 1000, 12345, 1234567, 123456789, 99_999_999_999, 2**53 - 1)
WRITE = """
import {amounts} from './money.js'
console.log(JSON.stringify(given.formats.map(({digits, ...format}) => given.minors.map(amounts(format, text => digits ? text.replace(/\\d/g, digit => digits[digit]) : text)))))
"""


def test_scripts_and_build_write_amounts_alike(tmp_path: Path) -> None:
    formats = [money_format(locale.replace("_", "-"), currency) for locale in locale_identifiers() for currency in ("EUR", "JPY", "KWD")]
    told = [
        {"pattern": found.pattern, "decimals": str(found.decimals), "decimal": found.decimal_mark, "group": found.group_mark, "groups": found.group_sizes, "digits": found.digits}
        for found in formats
    ]

    written = run(tmp_path, WRITE, {"formats": told, "minors": MINORS})

    assert len({found.group_sizes for found in formats}) > 1
    for found, texts in zip(formats, written, strict=True):
        assert texts == [found.text(minor) for minor in MINORS], found
