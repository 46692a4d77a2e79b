"""Strings: the theme's own words in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# One level of groups: {"cart": {"add": "Add to cart", "count": Plural(…)}}
Strings = Mapping[str, Mapping[str, "str | Plural"]]
CATEGORIES = ("zero", "one", "two", "few", "many", "other")


class Plural(NamedTuple):
    """A text with one form per CLDR plural category. Categories a language lacks are ""."""

    lang: str
    zero: str
    one: str
    two: str
    few: str
    many: str
    other: str

    def form(self, number: int) -> str:
        """The form for `number` in the text's own language."""
        from babel import Locale

        category = Locale.parse(self.lang.replace("-", "_")).plural_form(number)
        return getattr(self, category) or self.other


def strings_of(lang: str, data: Mapping[str, object]) -> dict[str, dict[str, str | Plural]]:
    """Parsed YAML of a locale file as strings. Anything of another shape is left out; the theme check reports it."""
    groups: dict[str, dict[str, str | Plural]] = {}
    for group, texts in data.items():
        if not isinstance(texts, dict):
            continue
        words: dict[str, str | Plural] = {}
        for name, text in texts.items():
            if isinstance(text, str):
                words[name] = text
            elif isinstance(text, dict):
                words[name] = Plural(lang, *(str(text.get(category) or "") for category in CATEGORIES))
        groups[group] = words
    return groups


def merged(base: Strings, over: Strings) -> dict[str, dict[str, str | Plural]]:
    """`over` on top of `base`, word by word: a language lacking a word shows the theme's default one."""
    groups = {group: dict(words) for group, words in base.items()}
    for group, words in over.items():
        groups.setdefault(group, {}).update(words)
    return groups
