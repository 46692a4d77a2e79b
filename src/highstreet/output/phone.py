"""A phone: what it fetches of a page before anybody scrolls and which letters it shows, told from the HTML alone."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import unescape
from typing import NamedTuple

from highstreet.output.reading import attributes

WIDTH, HEIGHT, DENSITY = 390, 844, 2
REACH = 1250  # pixels below the screen from which Chromium fetches lazy pictures on a good connection

_NAME = r"[a-zA-Z][\w-]*"
_TAG = re.compile(rf"<!--.*?-->|<(/?)({_NAME})((?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)>", re.DOTALL)
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_RAW = frozenset(("script", "style", "template", "title", "svg", "select", "dialog"))
_BLOCKS = frozenset(
    ("p", "h1", "h2", "h3", "li", "div", "section", "article", "header", "footer", "ul", "ol", "dl", "dt", "dd", "form",
     "figure", "summary", "tr")
)  # fmt: skip
_INNER = 0.92  # of the screen's width, between the margins
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


class Tag(NamedTuple):
    """An opening tag, as far as a phone cares."""

    inside: str  # as written, after its name
    given: Mapping[str, str]  # its attributes
    headed: bool  # what is in it is set as a heading
    unseen: bool  # what is in it is not shown


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
    columns = 1.0
    source: Tag | None = None  # the first format of the picture that is open
    body = page.find("<body")
    end = 0  # of the last tag, or of what it hides
    while (found := _TAG.search(page, end)) is not None:
        at = found.start()
        text = page[end:at].strip() if end > body else ""
        if text:
            y += -(-len(text) // _LETTERS) * _LINE / columns
            words = unescape(text) if "&" in text else text
            if heading:
                letters.heading.update(words.upper() if shouted else words)
            else:
                letters.body.update(words)
        closing, name, inside = found.groups()
        end = found.end()
        if name is None:  # a comment
            continue
        name = name.lower()
        if closing:
            heading = "" if name == heading else heading
            columns = 1.0 if name in ("ul", "section") else columns
            continue
        tag = _tag(name, inside)
        given = tag.given
        if tag.headed:
            heading = heading or name
        if "placeholder" in given:
            letters.body.update(given["placeholder"])
        if name == "link" and not _FETCHED.isdisjoint(given.get("rel", "").split()) and given.get("href"):
            if "icon" not in given["rel"].split():
                yield Fetch(given["href"], at)
            else:
                icon = Fetch(given["href"], at)  # the last that is offered is taken, told at the end
        elif name == "script" and given.get("src"):
            yield Fetch(given["src"], at)
        elif name == "source" and "srcset" in given:
            source = source or tag
        elif name == "img":
            url, width, height = _picture((source or tag).inside, tag.inside)
            source = None
            across = max(1, WIDTH // max(1, round(width)))
            if given.get("loading") != "lazy" or y < HEIGHT + REACH:
                yield Fetch(url, at)
            # Small sizes spare a phone pixels: a picture that leaves no room for another is as wide as the screen.
            y += height / across if across > 1 else height * max(1.0, WIDTH * _INNER / width)
            columns = min(2.0, across)
        elif name in _BLOCKS:
            y += _MARGIN / columns
        if tag.unseen:
            end = yield from _hidden(page, name, end)
    if icon is not None:
        yield icon


def _hidden(page: str, name: str, start: int) -> Generator[Fetch, None, int]:
    """The scripts within an element that is not shown, whose opening tag ends at `start`. Returns where it ends."""
    tags = _tags_of(name)
    depth, end = 1, start
    while depth and (found := tags.search(page, end)) is not None:
        closing, inner, inside = found.groups()
        end = found.end()
        if inner is None:
            continue
        inner = inner.lower()
        if inner == name:
            depth += -1 if closing else 1
        elif not closing:
            src = _tag(inner, inside).given.get("src")
            if src:
                yield Fetch(src, found.start())
            end = yield from _hidden(page, inner, end)
    return end if not depth else len(page)


@cache
def _tags_of(name: str) -> re.Pattern[str]:
    return re.compile(_TAG.pattern.replace(_NAME, rf"{name}(?![\w-])|script(?![\w-])"), re.DOTALL | re.IGNORECASE)


@lru_cache(maxsize=8192)  # pages of a shop have most of their tags in common
def _tag(name: str, inside: str) -> Tag:
    given = attributes(inside)
    classes = given.get("class", "").split()
    headed = (name in _HEADINGS and _PLAIN.isdisjoint(classes)) or not _HEADED.isdisjoint(classes)
    folded = name == "details" and "open" not in given
    wide = not _WIDE.isdisjoint(classes)
    unseen = name in _RAW or "hidden" in given or "popover" in given or folded or wide
    return Tag(inside, given, headed, unseen and name not in _EMPTY and not inside.endswith("/"))


@lru_cache(maxsize=8192)  # as above
def _picture(shown: str, image: str) -> tuple[str, float, float]:
    """The address a phone takes for the picture of an img tag, or of the source before it, and its width and height."""
    offered, given = _tag("source", shown).given, _tag("img", image).given
    width = _length(offered.get("sizes", ""), given)
    high = _number(given.get("height")) / max(1.0, _number(given.get("width"))) * width
    return _chosen(offered, given, width), width, high


def _number(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 1.0


def _length(sizes: str, image: Mapping[str, str]) -> float:
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


def _chosen(shown: Mapping[str, str], image: Mapping[str, str], width: float) -> str:
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
