"""Initials: the one or two letters that stand for a shop on an icon."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words that carry nothing; they count only where a name has no others ("The The").
_SMALL = frozenset(
    (
        *("the", "a", "an", "and", "of", "for", "by", "co", "inc", "ltd", "llc", "shop", "store"),
        *(
            "le",
            "la",
            "les",
            "de",
            "du",
            "des",
            "et",
            "der",
            "die",
            "das",
            "und",
            "von",
            "gmbh",
            "el",
            "los",
            "las",
            "y",
        ),
    )
)


def initials(name: str) -> str:
    """One or two capitals for a name: "Lumen Optics" → "LO", "The Mug Shop" → "M", "光の店" → "光".

    Two only for Latin, Greek and Cyrillic, where initials are a habit; elsewhere the first letter. "" for a name
    without any letter or digit.
    """
    words: list[str] = _WORDS.findall(unicodedata.normalize("NFC", name))
    telling = [word for word in words if word.lower() not in _SMALL] or words
    if not telling:
        return ""
    first = telling[0][0]
    if first.upper() == first.lower():  # no capitals: Arabic, Hebrew, kanji, digits
        return first
    return "".join(word[0].upper()[:1] for word in telling[:2] if word[0].upper() != word[0].lower())
