"""Anchors: headings that a link can lead to, and links within a text that lead there."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

PREFIX = "text-"  # before every id of a text, so that none is one of the page's own
_HEADING = re.compile(r"<(h[2-6])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)
_ID = re.compile(r'<[a-z][^>]*? id="([^"]*)"')
_LINK = re.compile(r'(<a [^>]*?href="#)([^"]+)"')
_TAG = re.compile(r"<[^>]*>")
_LONGEST = 80  # characters


def anchored(made: str, links: bool = True) -> str:
    """`made`, cleaned HTML, with an id on every heading and, with `links`, a link to it that the theme may show.

    An id is made of the heading's words in any script, and a repeated one counted: "Größe & Maß" is #text-größe-maß.
    """
    taken = dict.fromkeys(_ID.findall(made), 1)  # id → the last number that was put behind it

    def heading(found: re.Match[str]) -> str:
        tag, given, inner = found.groups()
        own = re.search(r' id="([^"]*)"', given)
        name = own[1] if own else _free(PREFIX + (_slug(inner) or "section"), taken)
        given = given if own else f'{given} id="{name}"'
        link = f'<a class="anchor" href="#{name}" aria-hidden="true" tabindex="-1">#</a>' if links else ""
        return f"<{tag}{given}>{inner}{link}</{tag}>"

    return _HEADING.sub(heading, made)


def led(made: str) -> str:
    """`made` with links to ids of its own leading there: a text says #returns, its heading is #text-returns."""
    if 'href="#' not in made or ' id="' not in made:
        return made
    ids = set(_ID.findall(made))

    def link(found: re.Match[str]) -> str:
        name = found[2] if found[2] in ids else f"{PREFIX}{found[2]}"
        return f'{found[1]}{name if name in ids else found[2]}"'

    return _LINK.sub(link, made)


def _slug(inner: str) -> str:
    words = unicodedata.normalize("NFC", unescape(_TAG.sub("", inner))).lower()
    kept = (one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in re.sub("['’]", "", words))
    return "-".join("".join(kept).split())[:_LONGEST].strip("-")


def _free(wanted: str, taken: dict[str, int]) -> str:
    name = wanted
    while name in taken:
        taken[wanted] += 1
        name = f"{wanted}-{taken[wanted]}"
    taken[name] = 1
    return name
