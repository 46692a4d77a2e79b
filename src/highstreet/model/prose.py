"""Prose: what a shop's Markdown links to and shows, named as in YAML: `[a mug](product/mug)`, `![a mug](mug.jpg)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from highstreet.model import references
from highstreet.model.content import Reference

# Code is left alone: fences, words between backticks, and what a backslash escapes.
_CODE = r"(?m:^ {0,3}(?P<fence>`{3,}+|~{3,}+)(?s:.*?)(?:^ {0,3}(?P=fence)|\Z))|`[^`\n]*+`|\\."
_PLAIN = r"(?:[^\[\]\\]|\\.)*+"
_WORDS = rf"(?:!\[{_PLAIN}\]\([^()\s]*+\)|[^\[\]\\]|\\.)*+"  # of a link, which may hold pictures
_TO = r"\(\s*+<?+(?P<to>[^\s()<>]++)>?+(?P<title>\s++(?:\"[^\"]*+\"|'[^']*+'))?+\s*+\)"
_NAMED = re.compile(rf"{_CODE}|(?P<mark>!)?+\[(?P<words>{_WORDS})\]{_TO}")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|[/#?\\]")


class Named(NamedTuple):
    """A link or a picture of a text. `to` is as written."""

    picture: bool
    words: str  # Markdown of a link, plain text of a picture
    to: str
    title: str = ""  # ` "Title"`, as written

    @property
    def reference(self) -> Reference | None:
        """Where a link leads that names a thing of the shop ("product/mug")."""
        found = references.parse(self.to)
        return found if found is not None and found.kind in references.KINDS else None

    @property
    def file(self) -> str:
        """The name of a picture below assets/; "" for one by its address."""
        return "" if _ELSEWHERE.match(self.to) else self.to.removeprefix("assets/")

    @property
    def elsewhere(self) -> bool:
        """Whether it is an address, and none of our names."""
        return _ELSEWHERE.match(self.to) is not None


def named(text: str) -> Iterator[Named]:
    """The links and pictures of `text`, in their order; pictures within the words of a link come after it."""
    for found in _NAMED.finditer(text) if "](" in text else ():
        if found["to"]:
            one = _read(found)
            yield one
            if not one.picture:
                yield from named(one.words)


def rewritten(text: str, change: Callable[[Named], str | None]) -> str:
    """`text` with its links and pictures as `change` writes them; None leaves one as it is."""
    if "](" not in text:
        return text

    def changed(found: re.Match[str]) -> str:
        if not found["to"]:
            return found[0]
        one = _read(found)
        if not one.picture:
            one = one._replace(words=rewritten(one.words, change))
        made = change(one)
        if made is not None:
            return made
        return found[0] if one.picture else f"[{one.words}]{found[0][found.end('words') + 1 - found.start() :]}"

    return _NAMED.sub(changed, text)


def _read(found: re.Match[str]) -> Named:
    picture = found["mark"] is not None
    words = _ESCAPED.sub(r"\1", found["words"]) if picture else found["words"]
    return Named(picture, words, found["to"], found["title"] or "")
