"""Search queries: what a search finds, by the rules of find.js.

A browser asks files over the network, this asks the index itself; what both find is the same, to the order, so that a
build can tell a shop what its customers will see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from highstreet.plan.search_index import COLLECTION, PAGE, POST, Index
from highstreet.plan.words import UNSPACED, code, place, words

MOST_WORDS = 8
# How well a word of the index stands for a word asked for.
_SAME, _NEAR, _BEGINS, _MISSPELT, _WORSE = 8, 6, 4, 3, 2
_WORTH = (10, 8, 5, 3)  # of a word by where a product has it
_MOST_MEANT = 6
_SHORTEST_MISSPELT = 4
_TWO_MISTAKES = 8  # letters of a word in which two mistakes are forgiven
Forms = dict[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of products, and of texts by place, the best first. `whole`: each word that was asked for was found."""

    products: tuple[int, ...] = ()
    texts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    whole: bool = True
    meant: str = ""  # the query as it was understood, when a word had to be


def query(index: Index, text: str) -> Found:
    """What `text` finds."""
    asked = words(text)[:MOST_WORDS]
    if not asked:
        return Found()
    meant: list[str] = []
    forms: list[Forms] = []
    for at, word in enumerate(asked):
        known = _forms(index, word)
        if not known and len(word) >= _SHORTEST_MISSPELT and not UNSPACED.search(word):
            known = spelled(word, index.spelled, at == len(asked) - 1)
            meant.append(next(iter(known), word))
        else:
            meant.append(word)
        forms.append(known)
    products = _scored(index, forms, range(COLLECTION), lambda where: _WORTH[where])
    most = max((matched for matched, _ in products.values()), default=0)
    out = frozenset(index.out)
    ordered = sorted(
        (-(score // 2 if number in out else score), number)
        for number, (matched, score) in products.items()
        if matched == most
    )
    texts = {}
    for where in (COLLECTION, PAGE, POST):
        scored = _scored(index, forms, (where,), lambda _: 1)
        texts[where] = tuple(
            number for _, number in sorted((-s, n) for n, (matched, s) in scored.items() if matched == len(asked))
        )
    whole = most == len(asked) or any(texts.values())
    plain = code(text)
    named: Sequence[int] = ()
    if len(plain) > 2 and (not whole or any("0" <= char <= "9" for char in plain)):
        named = sorted((index.words.get(f"#{plain}") or [[]])[0])
    if named and not whole:
        return Found(tuple(named))
    first = (*named, *(number for _, number in ordered if number not in named))
    return Found(first, texts, whole, " ".join(meant) if meant != asked and whole else "")


def _forms(index: Index, word: str) -> Forms:
    """Words of the index that `word` stands for: itself, those that begin with it, and itself without an ending."""
    unspaced = bool(UNSPACED.match(word))
    if len(word) == 1 and not unspaced:
        return {word: _SAME} if word in index.words else {}
    found: Forms = {}
    for known in index.at(place(word, index.files)):
        if known == word:
            found[known] = _SAME
        elif known.startswith(word):
            found[known] = _SAME if unspaced else _NEAR if len(known) - len(word) <= 2 else _BEGINS
        elif len(word) - len(known) <= 2 and len(known) > 2 and word.startswith(known) and not unspaced:
            found[known] = _NEAR
    return found


def spelled(word: str, known: Iterable[str], last: bool) -> Forms:
    """Words that `word` is in, or that it may mean misspelt, the likeliest first. The last may be a beginning."""
    allowed = 2 if len(word) >= _TWO_MISTAKES else 1
    found = []
    for other in known:
        if word in other:
            found.append((0, True, 0, other))
            continue
        if len(other) < len(word) - allowed or (not last and len(other) > len(word) + allowed):
            continue
        whole, begun = distance(word, other, allowed)
        if whole <= allowed:
            found.append((whole, other[0] != word[0], 0, other))
        elif last and begun <= allowed and other[0] == word[0]:
            found.append((begun, False, 1, other))
    found.sort()
    return {other: _WORSE if mistakes > 1 or begun else _MISSPELT for mistakes, _, begun, other in found[:_MOST_MEANT]}


def distance(word: str, other: str, most: int) -> tuple[int, int]:
    """Mistakes between `word` and `other`, and between `word` and the best beginning of `other`; above `most`, any.

    A mistake is a letter too many, too few, wrong, or two that changed places.
    """
    before: Sequence[int] = ()
    row: list[int] = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, char in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != char))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == char:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1, most + 1
    return row[-1], min(row)


def _scored(
    index: Index, forms: Sequence[Forms], places: Iterable[int], worth: Callable[[int], int]
) -> dict[int, tuple[int, int]]:
    """Number → how many of the words it has, and how well it has them."""
    total: dict[int, tuple[int, int]] = {}
    places = tuple(places)
    for known in forms:
        best: dict[int, int] = {}
        for word, fit in known.items():
            lists = index.words.get(word, ())
            for where in places:
                for number in lists[where] if where < len(lists) else ():
                    best[number] = max(best.get(number, 0), fit * worth(where))
        for number, score in best.items():
            matched, sum_ = total.get(number, (0, 0))
            total[number] = matched + 1, sum_ + score
    return total
