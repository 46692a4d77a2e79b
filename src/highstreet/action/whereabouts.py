"""Whereabouts: what a worker works on just now, told by whoever watches over it when it has died of it."""

from __future__ import annotations

from mmap import mmap
from struct import Struct
from typing import NamedTuple

_LENGTHS = Struct("<HH")
_MOST = 500  # bytes of each text


class Whereabouts(NamedTuple):
    doing: str = ""  # "planning products/mug/index.html", "reading it"; "" before anything was begun
    file: str = ""  # of the tenant, "assets/mug.jpg", where it is one file that the work is about


NOWHERE = Whereabouts()


class Note:
    """Whereabouts in memory that two processes share: one writes them, the other reads them after its death."""

    def __init__(self) -> None:
        self._shared = mmap(-1, _LENGTHS.size + 2 * _MOST)

    def write(self, doing: str, file: str) -> None:
        texts = [text.encode("utf-8", "replace")[:_MOST] for text in (doing, file)]
        said = _LENGTHS.pack(*map(len, texts)) + b"".join(texts)
        self._shared[: len(said)] = said

    def read(self) -> Whereabouts:
        doing, file = _LENGTHS.unpack_from(self._shared)
        said = self._shared[_LENGTHS.size : _LENGTHS.size + doing + file]
        return Whereabouts(said[:doing].decode("utf-8", "replace"), said[doing:].decode("utf-8", "replace"))

    def close(self) -> None:
        self._shared.close()


def working_on(doing: str, file: str = "") -> None:
    """Notes what this process begins now. Like a process's title, nothing but people ever reads it."""
    if _note is not None:
        _note.write(doing, file)


def note_in(note: Note) -> None:
    """From now on this process keeps `note`."""
    global _note
    _note = note


_note: Note | None = None
