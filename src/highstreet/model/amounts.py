"""Amounts: what is wrong with a price, a count, a weight or a barcode, and what was meant by it."""

from __future__ import annotations

import re
import unicodedata

from highstreet.model import values
from highstreet.model.flaws import Flaw

PRICE = r"^[0-9]{1,9}(\.[0-9]{1,4})?$"
WHOLE = r"^-?[0-9]{1,9}$"
COUNT = r"^[0-9]{1,9}$"
WEIGHT = r"^[0-9]{1,7}(\.[0-9]{1,6})?( ?(g|kg|oz|lb))?$"
_CURRENCY_SIGNS = "€$£¥₩₹₽₺₪₫₱฿₴₦"
_QUOTES = "“”„‟«»‘’"
_DECIMAL = "digits with an optional point, such as 12.50"


def price(text: str) -> Flaw | None:
    if re.fullmatch(PRICE, text):
        return None
    plain = _ascii_digits(text.strip().strip(_QUOTES))
    number = re.sub(rf"^(?:[{_CURRENCY_SIGNS}]|[A-Z]{{3}})\s*|\s*(?:[{_CURRENCY_SIGNS}]|[A-Z]{{3}})$", "", plain)
    if number.lower() in ("free", "gratis", "kostenlos", "gratuit"):
        return Flaw("HS204", "{name} is not a decimal number", _DECIMAL, "write 0")
    if re.fullmatch(r"-\s*[0-9.,]+", number):
        return Flaw("HS205", "{name} is negative", "0 or more", f"write {number.lstrip('- ')}, or leave it out")
    guess = _decimal_guess(number)
    if guess and len(guess.partition(".")[0]) > 9:
        return Flaw("HS207", "{name} is too large", "at most 999,999,999", "check the amount")
    if guess and len(guess.partition(".")[2]) > 4:
        return Flaw(
            "HS206",
            "{name} has too many decimals",
            "at most four, and no more than the currency has",
            f"write {float(guess):.2f}",
        )
    return Flaw(
        "HS204", "{name} is not a decimal number", _DECIMAL, f"write {guess}" if guess else "write the amount in digits"
    )


def _decimal_guess(text: str) -> str:
    """What a person who wrote `1.234,50` or `1 234,5` meant, or "" when that cannot be told."""
    digits = re.sub(r"[\s'’_]", "", text)
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits):
        return digits
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+\.[0-9]+", digits):
        return digits.replace(",", "")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+,[0-9]+", digits):
        return digits.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}|[0-9]{1,3}(,[0-9]{3}){2,}", digits):
        return re.sub(r"[.,]", "", digits)
    if re.fullmatch(r"[0-9]+,[0-9]+", digits):
        return digits.replace(",", ".")
    if re.fullmatch(r"[0-9]+[.,]-*", digits):
        return re.sub(r"[^0-9]", "", digits)
    if re.fullmatch(r"[.,][0-9]+", digits):
        return "0." + digits[1:]
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}", digits):
        return f"{float(digits):.10f}".rstrip("0").rstrip(".")
    return ""


def _ascii_digits(text: str) -> str:
    """Arabic-Indic, full-width and other decimal digits as 0–9."""
    text = text.replace("٫", ".").replace("٬", "")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else unicodedata.normalize("NFKC", c) for c in text)


def whole(text: str) -> Flaw | None:
    return None if re.fullmatch(WHOLE, text) else _not_whole(text, "digits, such as 12 (below zero with -)")


def count(text: str) -> Flaw | None:
    return None if re.fullmatch(COUNT, text) else _not_whole(text, "digits, such as 12")


def _not_whole(text: str, expected: str) -> Flaw:
    plain = _ascii_digits(text).replace(" ", "").replace(",", "").replace("_", "")
    if re.fullmatch(r"-[0-9]+", plain):
        return Flaw("HS035", "{name} is negative", "0 or more", "write 0 or more")
    if re.fullmatch(r"-?[0-9]{10,}", plain):
        return Flaw("HS035", "{name} is too large", "at most 999,999,999", "check the number")
    guess = re.match(r"-?[0-9]+", plain)
    return Flaw(
        "HS035",
        "{name} is not a whole number",
        expected,
        f"write {guess[0]}" if guess else "write the number in digits",
    )


def barcode(text: str) -> Flaw | None:
    if values.is_gtin(text):
        return None
    digits = re.sub(r"[\s-]", "", _ascii_digits(text))
    if values.is_gtin(digits):
        return Flaw("HS210", "{name} is not a GTIN", "8, 12, 13 or 14 digits and nothing else", f"write {digits}")
    if not digits.isdigit():
        return Flaw(
            "HS210",
            "{name} is not a GTIN",
            "8, 12, 13 or 14 digits (EAN, UPC, ISBN-13)",
            "remove it; your own numbers belong in sku",
        )
    if len(digits) not in (8, 12, 13, 14):
        padded = digits.zfill(next((n for n in (8, 12, 13, 14) if n >= len(digits)), 0))
        fix = f"write {padded}" if values.is_gtin(padded) else "check the number on the package"
        return Flaw("HS210", "{name} is not a GTIN", f"8, 12, 13 or 14 digits, not {len(digits)}", fix)
    right = values.gtin_check_digit(digits[:-1])
    return Flaw(
        "HS211",
        "{name} has a wrong check digit",
        f"{right} as the last digit",
        f"check for a typing slip; {digits[:-1]}{right} would be valid",
    )


def weight(text: str) -> Flaw | None:
    if re.fullmatch(WEIGHT, text):
        return None
    guess = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)\s*(g|kg|oz|lb)s?", _ascii_digits(text.strip().lower()))
    return Flaw(
        "HS208",
        "{name} is not a weight",
        "a number with g, kg, oz or lb, such as 250 g (without a unit: kg)",
        f"write {guess[1].replace(',', '.')} {guess[2]}" if guess else "write digits and one of g, kg, oz, lb",
    )
