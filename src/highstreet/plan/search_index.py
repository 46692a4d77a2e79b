"""Search index: every word of a shop and what has it, in files of which a browser fetches the few it needs.

A word's file is told by its first letters alone, so that all words with one beginning are together: what somebody is
still typing takes one file, and an edit touches the files of the words that changed. Products are known by their
numbers (plan/packing.py), which do not move when others come and go; prices and pictures are in the rows of cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from highstreet.model.catalog import Product
from highstreet.model.tenant import Tenant
from highstreet.plan.packing import gaps, numbers
from highstreet.plan.words import UNSPACED, code, place, terms, words

# Where a product has a word, what matters most first; then the kinds of text that have it in their title.
SHORT, TITLE, KIND, DETAIL, COLLECTION, PAGE, POST = range(7)
_SHORT = 3  # words of a title in which each says a lot
_PER_FILE = 100  # products of one file of words
_ONE_LIST = 1_500  # products up to which all words for spelling are one file
_MOST_ALIKE = 50  # products a part of a SKU may stand for
_LEAST_PART = 4  # letters of a word that is found within others
Lists = list[list[int]]
Postings = Mapping[str, int]  # word → the best place a product has it


@dataclass(frozen=True)
class Index:
    """Words of one language of a shop. `words` gives each one's lists of numbers, in the order of the places above."""

    words: Mapping[str, Lists]
    spelled: frozenset[str]  # words that a misspelt one may mean
    out: tuple[int, ...]  # numbers of products that are sold out
    files: int
    spelling_files: int

    @cached_property
    def _filed(self) -> Mapping[int, list[str]]:
        found: dict[int, list[str]] = {}
        for word in sorted(self.words):
            found.setdefault(place(word, self.files), []).append(word)
        return found

    def at(self, number: int) -> list[str]:
        """The words of one file."""
        return self._filed.get(number, [])

    def file(self, number: int) -> dict[str, str]:
        """The words of one file, each with its lists packed; the empty ones at the end left out."""
        return {
            word: " ".join(gaps(sorted(found)) for found in self.words[word]).rstrip(" ") for word in self.at(number)
        }

    def spelling(self, number: int) -> list[str]:
        return [word for word in sorted(self.spelled) if spelling_file(len(word), self.spelling_files) == number]


def files(products: int) -> int:
    """How many files the words of so many products are in: known without looking at one."""
    found = 1
    while found * _PER_FILE < products:
        found *= 2
    return found


def spelling_files(products: int) -> int:
    return 1 if products <= _ONE_LIST else 4


def spelling_file(length: int, found: int) -> int:
    """The file of words with so many letters: a misspelt word has about as many as the right one."""
    return 0 if found == 1 else 0 if length < 6 else 1 if length < 8 else 2 if length < 10 else 3


def postings(product: Product) -> Postings:
    """The words a product is found by, each with the best place it has. SKUs begin with "#"."""
    found: dict[str, int] = {}
    details = [value.label or value.value for option in product.options for value in option.values]
    details += [text for _, text in product.attributes]
    for text in details:
        found.update(dict.fromkeys(terms(text), DETAIL))
    for text in (product.type, product.vendor, *product.tags):
        found.update(dict.fromkeys(terms(text), KIND))
    where = SHORT if len(words(product.title)) <= _SHORT else TITLE
    found.update(dict.fromkeys(terms(product.title), where))
    for variant in product.variants:
        for name in (variant.sku, variant.barcode):
            if name and (plain := code(name)):
                found[f"#{plain}"] = 0
        found.update(dict.fromkeys((f"#{part}" for part in _parts(variant.sku)), 0))
    return found


def _parts(sku: str) -> Iterable[str]:
    """Beginnings of a SKU up to a mark in it: AR-BLK of AR-BLK-48."""
    for at, char in enumerate(sku):
        if char in "-_./ " and len(plain := code(sku[:at])) > 2:
            yield plain


def texts(tenant: Tenant) -> dict[str, tuple[int, str]]:
    """What is found besides products: "page/about" → (its place, its title)."""
    found = {f"collection/{c.handle}": (COLLECTION, c.title) for c in tenant.collections.values()}
    found |= {f"page/{p.handle}": (PAGE, p.title) for p in tenant.content.pages}
    if tenant.features.journal:
        found |= {f"post/{p.handle}": (POST, p.title) for p in tenant.content.posts}
    return found


def index(
    tenant: Tenant, known: Mapping[str, int], found: Mapping[str, Postings], synonyms: Sequence[Sequence[str]]
) -> Index:
    """The index of `tenant`, whose products have the numbers `known` and the words `found`."""
    lists: dict[str, Lists] = {}

    def put(word: str, where: int, number: int) -> None:
        held = lists.setdefault(word, [])
        while len(held) <= where:
            held.append([])
        held[where].append(number)

    meant = _Synonyms(synonyms)
    for handle, number in known.items():
        own = found[handle]
        for word, where in own.items():
            put(word, where, number)
        for word in meant.also(own):
            put(word, KIND, number)
    titles = texts(tenant)
    told = numbers(tuple(titles))
    for name, (where, title) in titles.items():
        own = dict.fromkeys(terms(title), where)
        for word in {*own, *meant.also(own)}:
            put(word, where, told[name])
    for word in [word for word, held in lists.items() if word[0] == "#" and len(held[0]) > _MOST_ALIKE]:
        del lists[word]
    spelled = frozenset(word for word in lists if len(word) > 2 and word[0] != "#" and not UNSPACED.search(word))
    _within(lists, spelled)
    out = (known[p.handle] for p in tenant.products.values() if not any(v.inventory.available for v in p.variants))
    count = len(known)
    return Index(lists, spelled, tuple(sorted(out)), files(count), spelling_files(count))


def _within(lists: dict[str, Lists], spelled: frozenset[str]) -> None:
    """Lets a word be found within longer ones that end with it: "tasse" in "kaffeetasse", "glasses" in "sunglasses"."""
    for word in sorted(spelled):
        for at in range(3, len(word) - _LEAST_PART + 1):
            part = word[at:]
            if part in spelled:
                held = lists[part]
                have = {number for numbers_ in held[:COLLECTION] for number in numbers_}
                while len(held) <= DETAIL:
                    held.append([])
                longer = {number for numbers_ in lists[word][:COLLECTION] for number in numbers_}
                held[DETAIL].extend(sorted(longer - have))
                break


class _Synonyms:
    """Which words a thing is also found by, from those it has."""

    def __init__(self, given: Sequence[Sequence[str]]) -> None:
        self._rules = [
            (frozenset(words(one)), frozenset(word for other in group if other != one for word in terms(other)))
            for group in given
            for one in group
            if words(one)
        ]
        self._firsts: dict[str, list[int]] = {}
        for at, (having, _) in enumerate(self._rules):
            for word in having:
                self._firsts.setdefault(word, []).append(at)

    def also(self, own: Mapping[str, int]) -> set[str]:
        found: set[str] = set()
        for at in {at for word in own if word in self._firsts for at in self._firsts[word]}:
            having, also = self._rules[at]
            if all(word in own for word in having):
                found |= also
        return {word for word in found if word not in own}
