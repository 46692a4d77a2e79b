"""Words: what of a text is searched for, the same in Python and in find.js.

Letters lose their case and their accents, forms of one letter become one (Arabic alefs, katakana and hiragana, full and
half width), digits become 0 to 9. Scripts that write no spaces are cut into pairs of letters. The two sides must agree
on every text: tests/storefront/test_search.py holds them against each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Marks that readers leave out when they type: accents, Hebrew points, Arabic vowels. Those of Indic scripts and the
# voicing of kana make other words and stay.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ς": "σ",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "", "\u200c": "", "\u200d": "", "\u00ad": "",
    **{chr(0x660 + n): str(n) for n in range(10)}, **{chr(0x6F0 + n): str(n) for n in range(10)},
    **{chr(0x30A1 + n): chr(0x3041 + n) for n in range(0x56)},
}  # fmt: skip
# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, bopomofo and Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u312f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_JOINED = re.compile(r"[^\s-]+(?:-[^\s-]+)+")
_LONGEST = 32  # of a word; what is longer is no word
_LONGEST_JOINED = 16


class _Folding(dict[int, str]):
    """Code point → what stands for it: letters as they are compared, a hyphen for hyphens, a space for all else."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", char).lower())
        found = "".join(_LETTERS[part] if part in _LETTERS else _kept(part) for part in plain)
        self[point] = found
        return found


def _kept(char: str) -> str:
    if unicodedata.category(char)[0] in "LNM":
        return char
    return "-" if char in "-‐‑" else " "


_FOLDING = _Folding()


def folded(text: str) -> str:
    """`text` as it is compared: letters, digits, and spaces or hyphens between words."""
    if text.isascii():
        return text.lower().translate(_FOLDING)
    return unicodedata.normalize("NFC", text.translate(_FOLDING))


def words(text: str) -> list[str]:
    """The words of what somebody looks for, in order, each once."""
    return list(dict.fromkeys(word for run in folded(text).replace("-", " ").split() for word in _cut(run, False)))


@lru_cache(maxsize=1 << 15)
def terms(text: str) -> frozenset[str]:
    """The words that `text` is found by: also what a hyphen joins ("t-shirt" is found as "tshirt")."""
    plain = folded(text)
    found = {word for run in plain.replace("-", " ").split() for word in _cut(run, True)}
    if "-" in plain:
        joined = (match[0].replace("-", "") for match in _JOINED.finditer(plain))
        found |= {word for word in joined if len(word) <= _LONGEST_JOINED and not UNSPACED.search(word)}
    return frozenset(found)


def code(text: str) -> str:
    """A SKU as it is compared: its letters and digits alone."""
    return folded(text).replace("-", "").replace(" ", "")


def key(term: str) -> str:
    """What decides in which file a term is: its beginning, so that all that begin alike are together."""
    return term if term[0] == "#" else term[:1] if UNSPACED.match(term) else term[:2]


def place(term: str, files: int) -> int:
    """The number of the file that has `term`, of `files`, a power of two."""
    number = 0
    for char in key(term):
        number = (number * 31 + ord(char)) & 0xFFFFFFFF
    return ((number * 0x9E3779B1 & 0xFFFFFFFF) >> 16) & (files - 1)


def _cut(run: str, whole: bool) -> list[str]:
    """The words of a run of letters. `whole`: with the last letter of an unspaced run too: it is found alone."""
    if run.isascii():
        return [run[:_LONGEST]] if run != "s" else []  # what "men's" leaves
    if not UNSPACED.search(run):
        return [(run[2:] if run.startswith("ال") and len(run) > 4 else run)[:_LONGEST]]  # the Arabic article
    found = []
    for part in _RUN.findall(run):
        if not UNSPACED.match(part):
            found.append(part[:_LONGEST])
        elif len(part) == 1:
            found.append(part)
        else:
            found += [part[at : at + 2] for at in range(len(part) - 1)]
            found += [part[-1]] if whole else []
    return found
