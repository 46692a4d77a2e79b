"""Reading: what one built page says of itself, taken from its bytes in one pass."""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

# Comments, elements that hold text only, start tags with attributes. Quotes are honoured: ">" in them ends nothing.
_INSIDE = r"""([^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*)"""
_TOKEN = re.compile(
    rf"<!--.*?-->|<(script|style|textarea|title)\b{_INSIDE}>(.*?)</\1\s*>|<([a-z][a-z0-9-]*)\s{_INSIDE}>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_CARD = re.compile(r'<article class="card\b([^"]*)".*?</article>', re.DOTALL)
_CARD_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
_CARD_PRICE = re.compile(r'<p class="price">(.*?)</p>', re.DOTALL)
_STRUCK = re.compile(r"<s\b[^>]*>(.*?)</s>", re.DOTALL)
_BLANK = re.compile(r"<template data-blank>.*?</template>", re.DOTALL)  # a form for client code, no part of the page
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINKED = {"a": "href", "area": "href", "link": "href", "form": "action", "use": "href"}
_SOURCES = frozenset(("img", "script", "source", "video", "audio", "track", "iframe", "embed", "input"))
_DATA = frozenset(("application/ld+json", "application/json", "speculationrules", "importmap"))
_TELLING = frozenset(("html", "meta", "link", "img"))
_NO_LINK = frozenset(("preconnect", "dns-prefetch"))
_FRAMES = frozenset(("iframe", "embed"))
_FETCHED = frozenset(("stylesheet", "preload", "modulepreload"))
_MOST_MEMOS = 50_000


class Said(NamedTuple):
    """Something a page says, and where: an offset into its text."""

    text: str
    at: int


class Links:
    """The addresses a page refers to, each with its offset. In columns: a large site has millions, and an object for
    each would take ten times as much.
    """

    __slots__ = ("_places", "_urls")

    def __init__(self) -> None:
        self._urls: list[str] = []
        self._places = array("L")

    def add(self, url: str, at: int) -> None:
        self._urls.append(url)
        self._places.append(at)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return zip(self._urls, self._places, strict=True)

    def once(self) -> Iterable[tuple[str, int]]:
        """Each address where it stands first."""
        return dict(zip(reversed(self._urls), reversed(self._places), strict=True)).items()


class Choice(NamedTuple):
    """A variant as the page offers it: `<button data-key data-p data-t …>` or a link with the same (docs/theme.md)."""

    key: str
    minor: str
    text: str
    compare: str
    available: bool
    selected: bool
    at: int


class Card(NamedTuple):
    """A product in a list."""

    url: str
    price: str  # without what is struck through
    compare: str
    available: bool


@dataclass(slots=True)
class Page:
    """One page's own words. `ids` are for fragments; `again` those of them that occur twice."""

    lang: str = ""
    title: str = ""
    refresh: str | None = None  # where the page sends people on to
    hidden: bool = False  # noindex
    canonicals: list[Said] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    ids: Collection[str] = ()
    again: list[Said] = field(default_factory=list)
    links: Links = field(default_factory=Links)
    loads: list[Said] = field(default_factory=list)  # fetched unasked: style sheets, scripts, fonts, frames
    inline: list[Said] = field(default_factory=list)
    unnamed: list[Said] = field(default_factory=list)  # pictures without alternative text
    structured: list[Said] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    shown: Said | None = None  # the price the page shows before anybody chooses
    cards: list[tuple[Card, int]] = field(default_factory=list)


def read(text: str) -> Page:
    """What the page `text` says."""
    page, ids = Page(), set[str]()
    if "<template data-blank>" in text:
        text = _BLANK.sub(lambda found: " " * len(found[0]), text)
    body = text.find("<body")
    known = _tags
    for found in _TOKEN.finditer(text):
        at = found.start()
        name = found[4]
        if name is not None:
            whole = found[0]
            tag = known.get(whole)
            if tag is None:
                tag = _remembered(whole, name.lower(), found[5])
            if tag.says:
                _element(page, ids, tag, text, at, found.end())
        elif found[1] is not None and (at < body or found[1].lower() != "title"):  # drawings have titles too
            _raw(page, ids, found[1].lower(), attributes(found[2]), found[3], at)
    page.cards += [(card, found.start()) for found in _CARD.finditer(text) if (card := _card(found[0], found[1]))]
    page.ids = tuple(ids)  # a tenth of what the set takes; who looks for one is rare
    return page


class Tag(NamedTuple):
    """A start tag, reduced to what the audit asks of it. `says` is False for most."""

    says: bool
    name: str
    given: Mapping[str, str]
    inline: tuple[str, ...]
    links: tuple[str, ...]


# Tags by their text: pages of one site share most of theirs.
_tags: dict[str, Tag] = {}


def _remembered(whole: str, name: str, inside: str) -> Tag:
    given = attributes(inside)
    inline = [f"<{name} {attribute}>" for attribute in given if attribute == "style" or attribute.startswith("on")]
    links = []
    for url in _addresses(name, given):
        if url[:11].lower() == "javascript:":
            inline.append(url[:60])
        elif name != "link" or given.get("rel") not in _NO_LINK:
            links.append(url)
    telling = name in _TELLING or "id" in given or "data-price" in given or "data-key" in given
    tag = Tag(bool(inline or links or telling), name, given, tuple(inline), tuple(links))
    if len(_tags) >= _MOST_MEMOS:
        _tags.clear()
    _tags[whole] = tag
    return tag


def attributes(inside: str) -> Mapping[str, str]:
    """The attributes of a start tag by their names in lower case, from what stands after its own name."""
    given: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inside):
        value = double or single or bare
        given.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return given


def _element(page: Page, ids: set[str], tag: Tag, text: str, at: int, end: int) -> None:
    _, name, given, inline, links = tag
    identity = given.get("id")
    if identity is not None:
        if identity in ids:
            page.again.append(Said(identity, at))
        ids.add(identity)
    for what in inline:
        page.inline.append(Said(what, at))
    for url in links:
        page.links.add(url, at)
        if name in _FRAMES or (name == "link" and not _FETCHED.isdisjoint(given.get("rel", "").split())):
            page.loads.append(Said(url, at))
    if "data-price" in given:
        page.shown = Said(unescape(text[end : text.find("<", end)]).strip(), at)
    if name == "html":
        page.lang = given.get("lang", "")
    elif name == "meta":
        _meta(page, given)
    elif name == "link":
        _link(page, given, at)
    elif name == "img" and "alt" not in given:
        page.unnamed.append(Said(given.get("src", "<img>"), at))
    elif name in ("button", "a") and "data-key" in given:
        page.choices.append(_choice(given, at))


def _addresses(name: str, given: Mapping[str, str]) -> Iterator[str]:
    linked = _LINKED.get(name)
    if linked is not None and given.get(linked):
        yield given[linked].strip()
    if name in _SOURCES and "src" in given:
        yield given["src"].strip()
    if "poster" in given:
        yield given["poster"]
    if "srcset" in given:
        for part in given["srcset"].split(","):
            if part.strip():
                yield part.split()[0]


def _raw(page: Page, ids: set[str], name: str, given: Mapping[str, str], body: str, at: int) -> None:
    if name == "title":
        page.title = page.title or unescape(body).strip()
    elif name == "script" and "src" in given:
        page.links.add(given["src"], at)
        page.loads.append(Said(given["src"], at))
    elif name == "script" and given.get("type") == "application/ld+json":
        page.structured.append(Said(body, at))
    elif name == "style" or (name == "script" and given.get("type") not in _DATA):
        page.inline.append(Said(f"<{name}>", at))
    if name == "textarea" and "id" in given:
        ids.add(given["id"])


def _meta(page: Page, given: Mapping[str, str]) -> None:
    if given.get("name") == "robots" and "noindex" in given.get("content", ""):
        page.hidden = True
    elif given.get("http-equiv", "").lower() == "refresh":
        page.refresh = given.get("content", "").partition("url=")[2].strip()


def _link(page: Page, given: Mapping[str, str], at: int) -> None:
    if given.get("rel") == "canonical":
        page.canonicals.append(Said(given.get("href", ""), at))
    elif given.get("rel") == "alternate" and "hreflang" in given:
        page.alternates[given["hreflang"]] = given.get("href", "")


def _choice(given: Mapping[str, str], at: int) -> Choice:
    minor, text, compare = given.get("data-p", ""), given.get("data-t", ""), given.get("data-c", "")
    return Choice(given["data-key"], minor, text, compare, "data-x" not in given, "data-chosen" in given, at)


_cards: dict[str, Card | None] = {}


def _card(block: str, classes: str) -> Card | None:
    """A card from its HTML. Collections repeat each other's cards, so each is read once."""
    if block not in _cards:
        if len(_cards) >= _MOST_MEMOS:
            _cards.clear()
        link, price = _CARD_LINK.search(block), _CARD_PRICE.search(block)
        made = None
        if link and price and price[1].strip():
            struck = _STRUCK.search(price[1])
            now, before = _plain(_STRUCK.sub("", price[1])), _plain(struck[1]) if struck else ""
            made = Card(unescape(link[1]), now, before, "sold-out" not in classes.split())
        _cards[block] = made
    return _cards[block]


def _plain(html: str) -> str:
    return _SPACE.sub(" ", unescape(_TAG.sub("", html))).strip(" ")
