"""Packing: lists of whole numbers as short text, which client code reads back (`unpack` in packing.js).

Five bits to a character from "?" (63) up, lowest first; 32 is added while more follow. Ten thousand sorted numbers
take ten kilobytes, and gzip finds the repetition that bit sets in base 64 hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from highstreet.base.digest import of_data

LINES = 64  # of one file of rows at most
_MEANT = 32  # on average at most: a list of 24 strange products should not fetch the whole shop
_ONE = tuple(chr(63 + number) for number in range(32))
_MORE = tuple(chr(63 + 32 + number) for number in range(32))


def packed(numbers: Iterable[int]) -> str:
    """`numbers`, none below zero, one after another."""
    text: list[str] = []
    for number in numbers:
        while number > 31:
            text.append(_MORE[number & 31])
            number >>= 5
        text.append(_ONE[number])
    return "".join(text)


def gaps(numbers: Iterable[int]) -> str:
    """Ascending `numbers` as the first and then the distances between them."""
    before = 0
    distances = []
    for number in numbers:
        distances.append(number - before)
        before = number
    return packed(distances)


def numbers(handles: tuple[str, ...]) -> Mapping[str, int]:
    """Each product's number, which says where its row is: file `number >> 6`, line `number & 63`.

    Which file is decided by a digest of the handle, so that a new product disturbs the numbers of its own file only.
    """
    digests = {handle: int(of_data(handle)[:8], 16) for handle in handles}
    files = 1
    while files * _MEANT < len(handles):
        files *= 2
    while True:
        lines: dict[int, int] = {}
        found = {}
        for handle in sorted(handles):
            file = digests[handle] % files
            line = lines.get(file, 0)
            lines[file] = line + 1
            found[handle] = file * LINES + line
        if max(lines.values(), default=0) <= LINES:
            return found
        files *= 2
