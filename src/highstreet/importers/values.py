"""Values: what a cell's text means, and in words how it had to be mended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from highstreet.model.codes import CURRENCIES
from highstreet.model.money import decimals
from highstreet.model.values import is_gtin, is_handle
from highstreet.source.scan import portable

ConditionWord = Literal["", "new", "refurbished", "used"]

_TRUE_WORDS = "true 1 yes y on wahr ja vrai oui verdadero sí si vero verdadeiro sim waar tak"
_FALSE_WORDS = "false 0 no n off falsch nein faux non falso falsa não nao onwaar nie"
_TRUE = frozenset(_TRUE_WORDS.split())
_FALSE = frozenset(_FALSE_WORDS.split())
# A number among the words and signs around it: "Fr. 12.-", "12.50 kr.", "1 299,00 €".
_NUMBER = re.compile(r"(?P<before>\D*?)(?P<bare>(?:(?<![^\W\d_])[.,])?\d[\d.,\s'’]*(?:[eE][+-]?\d+)?)(?P<after>\D*)")
# 1299,00 · 1.299,00 · 1 299,00 · 1'299.00 · 1,29,999.00: signs between thousands are all alike, unlike the decimals'.
_PLAIN = re.compile(r"\d*(?:(?P<sign>[.,])(?P<part>\d*))?(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"(?!0)\d{1,3}(?P<group>[., '])(?:\d{2,3}(?P=group))*\d{3}(?:(?!(?P=group))(?P<sign>[.,])\d*)?")
# Letters typed for digits, and what makes another number of the digits before it: 1.5k, 20 %, 12½.
_NO_DIGITS = re.compile(r"\d[oOlIkK]\b|\b[oOlI]\d|[%‰½¼¾⅓⅔⅛²³]")
_UNITS = {"1": "g gram grams", "1000": "kg kgs kilogram kilograms", "453.59237": "lb lbs pound pounds"}
_UNITS["28.349523125"] = "oz ounce ounces"
_GRAMS = {unit: Decimal(grams) for grams, units in _UNITS.items() for unit in units.split()}
_MANGLED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_LARGEST_PRICE = Decimal(10) ** 9
_LONGEST_NUMBER = 60  # characters of a cell
_LONGEST_HANDLE = 80  # of handles made here; the model takes longer ones


class Mended(NamedTuple):
    """A number with what had to be done to read it, "" when nothing."""

    number: Decimal
    how: str


class _Digits(NamedTuple):
    """A number's digits and signs, and what stood around them."""

    bare: str
    negative: bool
    alone: bool

    @property
    def readings(self) -> tuple[re.Match[str] | None, re.Match[str] | None]:
        """As a number without signs between thousands, and as one with them; "1,299" is both."""
        return _PLAIN.fullmatch(self.bare), _GROUPED.fullmatch(self.bare)


def _digits(text: str) -> _Digits | None:
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if found is None or _NO_DIGITS.search(text):
        return None
    bare = re.sub(r"\s", " ", found["bare"].strip()).replace("’", "'").rstrip("'")
    negative = bool(re.search(r"(?:^|\s)-|-$", found["before"]))
    return _Digits(bare, negative, not found["before"].strip(" -") and not found["after"].strip())


def decimal_signs(text: str) -> str:
    """The sign that stands before the decimals of the number in `text`: "." or ",", "" where it does not tell.

    "1.299" does not; "12,5", "0,250", "1.299,-" and "1.299.000" do.
    """
    digits = _digits(text)
    plain, grouped = digits.readings if digits else (None, None)
    if plain and not grouped:
        return plain["sign"] if plain["part"] else ""
    if grouped and not plain:
        return grouped["sign"] or {".": ",", ",": "."}.get(grouped["group"], "")
    return ""


def number(text: str, sign: str = "") -> Mended:
    """The decimal number in `text`, whichever signs group its digits. Raises ValueError, in words, when there is none.

    "1.299,00", "1,299.00", "1 299,00 €", "$12", "12.50 kr." and "1'299.-" are prices people export. "1.299" and "1,299"
    may be a thousand or hardly more than one: `sign`, "." or ",", is what the file writes before decimals, and without
    it such a text is no number. Digits in two places are none either, nor are letters that were typed for digits
    ("1O0", "12,5O"): a price that is wrong is worse than none.
    """
    digits = _digits(text)
    plain, grouped = digits.readings if digits else (None, None)
    if digits is None or not (plain or grouped):
        raise ValueError(f"no number in {text[:40]!r}")
    if plain and grouped:
        if not sign:
            raise ValueError(
                "its sign may stand between thousands or before decimals, and the file does not tell which: "
                "write two decimals"
            )
        by_file = plain["sign"] != sign
        plain, grouped = (None, grouped) if by_file else (plain, None)
    else:
        by_file = False
    found = grouped or plain
    assert found is not None
    bare = re.sub("[ ']" if grouped is None else re.escape(grouped["group"]), "", digits.bare).replace(",", ".")
    try:
        value = Decimal(f"-{bare}" if digits.negative else bare)
    except InvalidOperation as error:
        raise ValueError(f"no number in {text[:40]!r}") from error
    if not value.is_finite() or abs(value.adjusted()) > 15:
        raise ValueError(f"not a usable number: {text[:40]!r}")
    if by_file:
        return Mended(value, f"read as {format(value, 'f')}, as “{sign}” stands before decimals")
    how = [
        "with a point before decimals" if found["sign"] == "," else "",
        "without signs between thousands" if grouped else "",
        "" if digits.alone else "without what stands beside the number",
    ]
    return Mended(value, ", ".join(part for part in how if part))


_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
# Signs with the currencies they may mean, the likeliest first; those with a country stand before those of many.
_SIGNS = """US$ USD · US-$ USD · CA$ CAD · C$ CAD NIO · AU$ AUD · A$ AUD · NZ$ NZD · HK$ HKD · SG$ SGD · S$ SGD
    · NT$ TWD · MX$ MXN · R$ BRL · € EUR · £ GBP EGP FKP GIP LBP SDG SHP SSP SYP · ¥ JPY CNY · ₹ INR · ₩ KRW
    · $ USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU BRL BBD BMD BND BSD BZD CUP DOP FJD GYD JMD KYD LRD MOP NAD NIO
      SBD SRD TOP TTD WST XCD CVE PYG DJF"""
_BY_SIGN = {words[0]: tuple(words[1:]) for words in map(str.split, _SIGNS.split("·"))}


def currencies(text: str) -> tuple[str, ...]:
    """The currencies that the text of a price may name, the likeliest first: its code, or those of its sign."""
    codes = tuple(code for code in _CODE.findall(text) if code in CURRENCIES)
    return codes or next((codes for sign, codes in _BY_SIGN.items() if sign in text), ())


def price(text: str, currency: str, sign: str = "") -> Mended:
    """A price in whole minor units of `currency`. Raises ValueError when it is no price; rounding is said in `how`.

    Where the file does not tell its decimal `sign`, the currency may: yen have no decimals, and machines write dinars,
    which have three, with a point.
    """
    named = currencies(text)
    if named and currency not in named:
        raise ValueError(f"it is in {named[0]}, and the shop's prices are in {currency}")
    places = decimals(currency)
    if not sign and places == 0:
        sign = "," if "." in text else "."
    elif not sign and places == 3 and "." in text:
        sign = "."
    value, how = number(text, sign)
    if value < 0:
        raise ValueError("a price cannot be negative")
    if value >= _LARGEST_PRICE:
        raise ValueError("too large for a price")
    exact = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return Mended(exact, how if exact == value else f"rounded to {exact}, as {currency} has {places} decimals")


def whole(text: str, sign: str = "") -> Mended:
    """A count of things; without a `sign`, "1,200" is many and "5.000" five. Raises ValueError when there is none."""
    value, how = number(text, sign or ".")
    rounded = value.to_integral_value(ROUND_HALF_UP)
    if abs(rounded) >= 10**9:
        raise ValueError("too large for a quantity")
    return Mended(rounded, how if rounded == value or how else f"rounded to {rounded}")


def kilograms(text: str, unit: str, sign: str = "") -> Mended | None:
    """A weight in kilograms, exact to the milligram; None for none at all. Raises ValueError for an unknown unit."""
    value, how = number(text, sign)
    grams = _GRAMS.get(unit.strip().casefold() or "g")
    if grams is None:
        raise ValueError(f"unknown unit of weight {unit[:20]!r}")
    if not 0 <= value < 10**7:
        raise ValueError("not a weight of goods")
    kilos = (value * grams / 1000).quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize()
    return Mended(Decimal(format(kilos, "f")), how) if kilos else None


# Unit → what it measures, and how many of the smallest unit of that it is.
_SIZES = {
    "mass": {"mg": 1, "g": 1000, "kg": 10**6},
    "volume": {"ml": 1, "cl": 10, "l": 1000, "m3": 10**6},
    "length": {"mm": 1, "cm": 10, "m": 1000},
    "area": {"m2": 1},
    "count": {"item": 1},
}
_MEASURES = {unit: (kind, size) for kind, sizes in _SIZES.items() for unit, size in sizes.items()}


def unit_price(price: Decimal, total: str, unit: str, base: str, base_unit: str, sign: str = "") -> tuple[Decimal, str]:
    """What `base` costs of goods that hold `total`, and for how much: (1.00, "100 ml"). Raises ValueError, in words."""
    kind, size = _MEASURES.get(unit.casefold(), ("", 0))
    base_kind, base_size = _MEASURES.get(base_unit.casefold(), (" ", 0))
    held, wanted = number(total, sign).number * size, number(base, sign).number * base_size
    if kind != base_kind or held <= 0 or wanted <= 0:
        raise ValueError("the two measures of the unit price do not go together")
    count = format(number(base, sign).number.normalize(), "f")
    shown = base_unit.casefold() if base_unit.casefold() != "item" else "piece"
    return price * wanted / held, shown if count == "1" else f"{count} {shown}"


def truth(text: str) -> bool | None:
    """True or False for the words spreadsheets of a dozen languages write; None for anything else."""
    word = text.casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def gtin(text: str) -> str:
    """The bar code's digits. Raises ValueError, in words, for what no scanner would take."""
    digits = re.sub(r"[\s-]", "", text.lstrip("'"))
    if _MANGLED.fullmatch(digits):
        raise ValueError("a spreadsheet has turned it into a rounded number")
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValueError("a bar code has digits only")
    if len(digits) not in (8, 12, 13, 14):
        raise ValueError("a GTIN has 8, 12, 13 or 14 digits")
    if not is_gtin(digits):
        raise ValueError("the check digit does not fit")
    return digits


def mangled(text: str) -> bool:
    """Whether a spreadsheet has turned a code into "1.23457E+12"."""
    return bool(_MANGLED.fullmatch(text))


def line(text: str, length: int = 255) -> str:
    """Text on one line, at most `length` characters."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


# Letters that have no plain Latin one below their marks, and Cyrillic and Greek as their readers type them in Latin.
_SPELLED_OUT = """ß ss æ ae œ oe ø o ł l đ d ð d þ th ı i
    а a б b в v г g ґ g ѓ g д d ђ dj е e є ye ж zh з z ѕ dz и i і i ј j к k л l љ lj м m н n њ nj о o п p р r с s т t
    ћ c у u ф f х kh ц ts џ dz ч ch ш sh щ shch ы y э e ю yu я ya
    α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"""
_PAIRS = iter(_SPELLED_OUT.split())
_LETTERS = str.maketrans(dict(zip(_PAIRS, _PAIRS, strict=True)) | dict.fromkeys("'’ъь", "") | {"&": " and "})


def handle(text: str, otherwise: str) -> str:
    """`text` as a handle: itself when it is one, else its letters and digits in Latin; `otherwise` when most are lost.

    Of scripts that have no letters to spell out (Arabic, Japanese …) only crumbs would be left, such as "7".
    """
    if is_handle(text):
        return _named(text)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    letters = plain.translate(_LETTERS)
    made = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if sum(sign.isalnum() for sign in letters) > 2 * sum(sign.isalnum() for sign in made):
        return otherwise
    made = made[:_LONGEST_HANDLE].strip("-")
    return _named(made) if made else otherwise


def _named(handle: str) -> str:
    """`handle`, or another where no file of this name, with any ending, could lie on every system ("aux.yaml")."""
    return handle if portable(handle) else f"{handle}-1"


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
    if wanted == "<<":
        wanted = "«"  # YAML's sign for merging mappings is no name in any file of a shop
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
    named = unquote(match[1]).casefold() if match else ""
    if named in handles:
        return f"/products/{handles[named]}/"
    return "/" if parts.path == "/" else None
