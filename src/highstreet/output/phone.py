"""A phone: what it fetches of a page before anybody scrolls and which letters it shows, told from the HTML alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

WIDTH, HEIGHT, DENSITY = 390, 844, 2
REACH = 1250  # pixels below the screen from which Chromium fetches lazy pictures on a good connection

_TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>|([^<]+)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_RAW = frozenset(("script", "style", "template", "title", "svg", "select", "dialog"))
_BLOCKS = frozenset(
    ("p", "h1", "h2", "h3", "li", "div", "section", "article", "header", "footer", "ul", "ol", "dl", "dt", "dd", "form",
     "figure", "summary", "tr")
)  # fmt: skip
_LINE, _LETTERS, _MARGIN = 22, 48, 5  # of a line of text, in it, and between two blocks: a little less than usual
_WIDE = frozenset(("wide-only", "card-second"))  # the theme shows these to larger screens, or to a mouse only
_FETCHED = frozenset(("stylesheet", "preload", "modulepreload", "icon"))


_HEADINGS = frozenset(("h1", "h2", "h3"))
_HEADED = frozenset(("wordmark", "running-line"))  # what the theme sets as headings, and what it does not
_PLAIN = frozenset(("card-title",))


class Fetch(NamedTuple):
    """Something the page fetches, and where it says so."""

    url: str
    at: int


@dataclass(slots=True)
class Letters:
    """Characters that a page shows, by what they are set in."""

    body: set[str] = field(default_factory=set)
    heading: set[str] = field(default_factory=set)


def fetched(page: str, letters: Letters | None = None) -> Iterator[Fetch]:
    """What a phone of `WIDTH` × `HEIGHT` fetches for `page`, in document order; an address may come twice.

    Style sheets, scripts, preloaded files and the icon; eager pictures; lazy ones that stand within the screen and
    `REACH` below it. Where they stand is guessed from the sizes of pictures and the length of texts: no style sheet
    is read. Pictures are taken as srcset and sizes tell, in the first format offered. What scripts fetch on being used
    is not known here. `letters` is filled with what is shown, from which `faces.wanted` tells the fonts.
    """
    letters = letters or Letters()
    heading = ""  # the open element whose text is set as a heading
    shouted = "case-uppercase" in page[: page.find(">", page.find("<html"))]
    y = 0.0
    icon: Fetch | None = None
    hidden: list[str] = []  # open elements that are not shown, the outermost first
    columns = 1.0
    sources: list[dict[str, str]] = []
    body = page.find("<body")
    for found in _TOKEN.finditer(page):
        closing, name, inside, text = found.groups()
        at = found.start()
        if text is not None:
            if not hidden and at > body and text.strip():
                y += -(-len(text.strip()) // _LETTERS) * _LINE / columns
                words = unescape(text) if "&" in text else text
                if heading:
                    letters.heading.update(words.upper() if shouted else words)
                else:
                    letters.body.update(words)
            continue
        if name is None:
            continue
        name = name.lower()
        if hidden:
            if closing and name == hidden[-1]:
                hidden.pop()
            elif not closing and name == hidden[-1]:
                hidden.append(name)
            if name != "script" or closing:
                continue
        if closing:
            heading = "" if name == heading else heading
            columns = 1.0 if name in ("ul", "section") else columns
            continue
        given = _attributes(inside)
        classes = given.get("class", "").split()
        if (name in _HEADINGS and _PLAIN.isdisjoint(classes)) or not _HEADED.isdisjoint(classes):
            heading = heading or name
        letters.body.update(given.get("placeholder", ""))
        if name == "link" and not _FETCHED.isdisjoint(given.get("rel", "").split()) and given.get("href"):
            if "icon" not in given["rel"].split():
                yield Fetch(given["href"], at)
            else:
                icon = Fetch(given["href"], at)  # the last that is offered is taken, told at the end
        elif name == "script" and given.get("src"):
            yield Fetch(given["src"], at)
        elif name == "source" and "srcset" in given:
            sources.append(given)
        elif name == "img":
            shown = sources[0] if sources else given
            sources = []
            width = _length(shown.get("sizes", ""), given)
            high = _number(given.get("height")) / max(1.0, _number(given.get("width"))) * width
            across = max(1, WIDTH // max(1, round(width)))
            if "loading" not in given or given["loading"] != "lazy" or y < HEIGHT + REACH:
                yield Fetch(_chosen(shown, given, width), at)
            y += high / across
            columns = min(2.0, across)
        elif name in _BLOCKS:
            y += _MARGIN / columns
        wide = not _WIDE.isdisjoint(classes)
        folded = name == "details" and "open" not in given
        unseen = name in _RAW or "hidden" in given or "popover" in given or folded or wide
        if unseen and name not in _EMPTY and not inside.endswith("/"):
            hidden.append(name)
    if icon is not None:
        yield icon


def _attributes(inside: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inside):
        given.setdefault(name.lower(), unescape(double or single or bare))
    return given


def _number(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 1.0


def _length(sizes: str, image: dict[str, str]) -> float:
    """CSS pixels the picture takes on the phone, as `sizes` says: its first length whose condition holds."""
    for part in sizes.split(","):
        condition = re.match(r"\s*\((min|max)-width:\s*([\d.]+)(em|px)\)\s*(.*)", part)
        if condition:
            bound = float(condition[2]) * (16 if condition[3] == "em" else 1)
            if (bound <= WIDTH) != (condition[1] == "min"):
                continue
            part = condition[4]
        lengths = re.findall(r"([+-]?)\s*([\d.]+)(vw|rem|em|px)", part)
        if lengths:
            unit = {"vw": WIDTH / 100, "rem": 16, "em": 16, "px": 1}
            return sum((-1 if sign == "-" else 1) * float(count) * unit[name] for sign, count, name in lengths)
    return min(float(WIDTH), _number(image.get("width")))


def _chosen(shown: dict[str, str], image: dict[str, str], width: float) -> str:
    """The address a browser takes: the smallest candidate with a pixel for each of the screen's, else the largest."""
    found = []
    for part in shown.get("srcset", "").split(", "):
        url, _, size = part.strip().partition(" ")
        if url:
            found.append((_number(size.strip().rstrip("w")), url))
    if not found:
        return image.get("src", "")
    wide = [one for one in sorted(found) if one[0] >= width * DENSITY]
    return (wide or sorted(found)[-1:])[0][1]
