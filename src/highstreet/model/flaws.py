"""Flaws: what is wrong with a single text, and what it should have been. None means nothing is.

`{name}` in a message stands for the key the text was given for.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple

from highstreet.base.diagnostic import did_you_mean, nearest
from highstreet.model import values
from highstreet.model.codes import COUNTRIES, CURRENCIES, LANGUAGES


class Flaw(NamedTuple):
    code: str
    message: str
    expected: str
    fix: str


COLOR = r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"


def boolean(text: str) -> Flaw | None:
    if text in ("true", "false"):
        return None
    word = text.strip().lower()
    yes, no = word in ("true", "yes", "on", "y", "1"), word in ("false", "no", "off", "n", "0")
    fix = "write true" if yes else "write false" if no else "write true or false"
    return Flaw("HS034", "{name} is neither true nor false", "true or false", fix)


def moment(text: str) -> Flaw | None:
    """A date, or a date and time with a time zone."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?", text, re.A):
        try:
            values.when(text).astimezone(UTC)
        except (ValueError, OverflowError):  # the first and last hours of the calendar are on no other zone's
            return Flaw(
                "HS036",
                "{name} is no date of the calendar",
                "a day and time that exist",
                "check year, month, day and time",
            )
        return None
    expected = "a date such as 2026-12-01, or with time and zone 2026-12-01T09:00:00Z"
    return Flaw("HS036", "{name} is not a date", expected, _date_fix(text.strip()))


def _date_fix(text: str) -> str:
    local = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?\s*(Z|UTC|[+-]\d\d:?\d\d)?", text)
    if local:
        zone = local[4] or ""
        if not zone:
            return f"add the time zone: {local[1]}T{local[2]}{local[3] or ':00'}Z for UTC, or +01:00 in place of Z"
        zone = "Z" if zone in ("Z", "UTC") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
        return f"write {local[1]}T{local[2]}{local[3] or ':00'}{zone}"
    for pattern in ("%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%Y.%m.%d", "%Y%m%d"):
        try:
            return f"write {datetime.strptime(text, pattern):%Y-%m-%d}"
        except ValueError:
            continue
    return _slashed(text) or "write year-month-day"


def _slashed(text: str) -> str:
    """For `12/31/2026` the one reading there is, for `3/4/2026` both; "" for what is no such date."""
    readings = []
    for pattern, who in (("%d/%m/%Y", "the day"), ("%m/%d/%Y", "the month")):
        try:
            readings.append((f"{datetime.strptime(text, pattern):%Y-%m-%d}", who))
        except ValueError:
            continue
    if len({day for day, _ in readings}) < 2:
        return f"write {readings[0][0]}" if readings else ""
    return "write " + ", or ".join(f"{day} if {who} stands first" for day, who in readings)


def color(text: str) -> Flaw | None:
    if re.fullmatch(COLOR, text):
        return None
    named = {
        "black": "#000000",
        "white": "#ffffff",
        "red": "#ff0000",
        "green": "#008000",
        "blue": "#0000ff",
        "navy": "#000080",
        "orange": "#ffa500",
        "yellow": "#ffff00",
        "purple": "#800080",
        "grey": "#808080",
        "gray": "#808080",
        "pink": "#ffc0cb",
        "brown": "#a52a2a",
        "teal": "#008080",
        "gold": "#ffd700",
        "beige": "#f5f5dc",
    }
    word = text.strip().lower()
    rgb = re.fullmatch(r"rgb\((\d{1,3})[, ]+(\d{1,3})[, ]+(\d{1,3})\)", word)
    if word in named:
        fix = f'write "{named[word]}"'
    elif re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", word):
        fix = f'write "#{word}"'
    elif rgb and all(int(part) < 256 for part in rgb.groups()):
        fix = 'write "#{:02x}{:02x}{:02x}"'.format(*map(int, rgb.groups()))
    elif re.fullmatch(r"#[0-9a-f]{8}", word):
        fix = f'write "{word[:7]}" (transparency is not supported)'
    else:
        fix = 'write the colour in hex, in quotes, such as "#17324d"'
    return Flaw("HS110", "{name} is not a colour", '"#rgb" or "#rrggbb" in quotes', fix)


def handle(text: str) -> Flaw | None:
    if values.is_handle(text):
        return None
    kind, _, rest = text.partition("/")
    if kind in ("product", "collection", "page", "post") and values.is_handle(rest):
        return Flaw(
            "HS201", "a handle is written without its kind here", "a handle such as aria-round", f"write {rest}"
        )
    return Flaw(
        "HS201",
        "{name} is not a handle",
        "lower-case letters, digits and hyphens, such as aria-round",
        handle_fix(text),
    )


def handle_fix(text: str) -> str:
    guess = suggested_handle(text)
    return f"write {guess}" if guess else "use lower-case letters, digits and hyphens"


def suggested_handle(text: str) -> str:
    """The handle a person most likely meant: "Grüner Tee.yaml" → "gruner-tee"; "" if nothing is left."""
    base = (
        unicodedata.normalize("NFKD", text.removesuffix(".yaml").removesuffix(".md")).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", base.lower()).strip("-")[: values.LONGEST_HANDLE].strip("-")


def currency(text: str) -> Flaw | None:
    if text in CURRENCIES:
        return None
    signs = {
        "€": "EUR",
        "$": "USD",
        "£": "GBP",
        "¥": "JPY",
        "EURO": "EUR",
        "DOLLAR": "USD",
        "YEN": "JPY",
        "POUND": "GBP",
    }
    guess = signs.get(text.strip().upper()) or (
        text.upper() if text.upper() in CURRENCIES else nearest(text.upper(), CURRENCIES)
    )
    return Flaw(
        "HS105",
        "{name} is not a currency",
        "a code of ISO 4217, such as EUR",
        f"did you mean {guess}?" if guess else "use a code such as EUR, USD or JPY",
    )


_LANGUAGE_NAMES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "italiano": "it",
    "dutch": "nl",
    "portuguese": "pt",
    "japanese": "ja",
    "arabic": "ar",
    "hebrew": "he",
    "chinese": "zh",
}


def locale(text: str) -> Flaw | None:
    """A language tag: en, en-GB, zh-Hant-TW."""
    parts = re.fullmatch(r"([a-z]{2,3})(?:-([A-Z][a-z]{3}))?(?:-([A-Z]{2}|[0-9]{3}))?", text)
    if (
        parts
        and (parts[1] in LANGUAGES or len(parts[1]) == 3)
        and (not parts[3] or parts[3] in COUNTRIES or parts[3].isdigit())
    ):
        return None
    named = _LANGUAGE_NAMES.get(text.strip().lower())
    words = [word for word in re.split(r"[-_]", named or text.partition(".")[0]) if word]
    tidy = "-".join(w.lower() if i == 0 else w.title() if len(w) == 4 else w.upper() for i, w in enumerate(words))
    fix = f"write {tidy}" if tidy != text and locale(tidy) is None else "use a language code such as en, fr or en-GB"
    if words and words[-1].upper() == "UK" and len(words) > 1:
        fix = f"write {words[0].lower()}-GB"
    return Flaw("HS106", "{name} is not a language", "a language, with a country if it matters: en, en-GB", fix)


def score(text: str) -> Flaw | None:
    if re.fullmatch(r"[1-4](?:\.[0-9]{1,2})?|5(?:\.00?)?", text):
        return None
    return Flaw("HS035", "{name} is not a number from 1 to 5", "1 to 5, such as 4.6", "write the mean of all ratings")


def country(text: str) -> Flaw | None:
    if text in COUNTRIES:
        return None
    guess = {
        "UK": "GB",
        "ENGLAND": "GB",
        "GERMANY": "DE",
        "FRANCE": "FR",
        "USA": "US",
        "JAPAN": "JP",
        "SPAIN": "ES",
        "ITALY": "IT",
    }.get(text.upper())
    guess = guess or (text.upper() if text.upper() in COUNTRIES else None)
    return Flaw(
        "HS107",
        "{name} is not a country",
        "a two-letter code of ISO 3166, such as FR",
        f"write {guess}" if guess else "use a code such as FR, DE or US",
    )


def choice(text: str, known: tuple[str, ...]) -> Flaw | None:
    if text in known:
        return None
    same = next((word for word in known if word.lower() == text.strip().lower()), None)
    fix = f"write {same}" if same else did_you_mean(text, known)
    return Flaw("HS033", "{name} is not one of the choices", " | ".join(known), fix)
