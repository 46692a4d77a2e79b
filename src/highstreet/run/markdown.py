"""Markdown: text that people wrote as HTML that browsers may show."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from pyromark import Markdown

VERSION = 1
LARGEST = 200_000  # characters; the model refuses longer texts with a line number

_TAGS = frozenset(
    (
        *(
            "a",
            "abbr",
            "b",
            "blockquote",
            "br",
            "caption",
            "cite",
            "code",
            "dd",
            "del",
            "details",
            "dfn",
            "div",
            "dl",
            "dt",
        ),
        *(
            "em",
            "figcaption",
            "figure",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
        ),
        *("p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "time", "tr", "u", "ul", "var"),
    )
)
_ATTRIBUTES = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"alt", "height", "loading", "src", "width"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_HEADING = re.compile(r"<(/?)h([1-6])\b")


@lru_cache(maxsize=1)
def _engine() -> Markdown:
    """CommonMark, as most editors and other generators read it, with tables, strikethrough and lists of terms."""
    from pyromark import Markdown, Options

    return Markdown(options=Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_DEFINITION_LIST)


@lru_cache(maxsize=1)
def _cleaner():  # type: ignore[no-untyped-def]  # nh3 ships no types for Cleaner's constructor
    from nh3 import Cleaner

    return Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel=None,  # a merchant's own words: search engines may follow them
        strip_comments=True,
        clean_content_tags={"script", "style", "template", "iframe", "noscript"},
        id_prefix="text-",
    )


@lru_cache(maxsize=4096)
def html(text: str, cdn: str = "") -> Markup:
    """`text` as HTML whose tags, attributes and link schemes are all on our list. Headings begin at the second level.

    Pictures come from the shop itself or from `cdn` ("https://cdn.example"); of any other its words are left, so that
    no page tells a stranger who reads it. A text with quotes within 60 quotes is shown as it is written.
    """
    text = text.strip()[:LARGEST]
    if not text:
        return Markup("")
    if _unwieldy(text):
        return _literal(text)
    clean = _cleaner().clean(_levelled(_engine().html(_bold_in_cjk(text)))).rstrip("\n")
    return Markup(_PICTURE.sub(lambda tag: _picture(tag[0], cdn), clean) if "<img" in clean else clean)


# In "の**「茶」**です" CommonMark sees stars, not bold: it expects a space beside a mark; these scripts have none.
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_BOLD = re.compile(r"`[^`\n]*`|\\.|\*\*([^*`\s](?:[^*`\n]*[^*`\s])?)\*\*(?!\*)")


def _bold_in_cjk(text: str) -> str:
    if "**" not in text or not _CJK.search(text):
        return text
    return _BOLD.sub(lambda found: f"<strong>{found[1]}</strong>" if found[1] else found[0], text)


_PICTURE = re.compile(r"<img\b[^>]*>")
_FROM = re.compile(r'\ssrc="([^"]*)"')
_WORDS = re.compile(r'\salt="([^"]*)"')


def _picture(tag: str, cdn: str) -> str:
    """A picture of the shop's own as it is, the words of any other. `tag` is as the cleaner writes it."""
    from html import unescape

    source = _FROM.search(tag)
    address = re.sub(r"[\t\n\r]", "", unescape(source[1]).strip(_EDGES)).replace("\\", "/") if source else ""
    foreign = address.startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", address) is not None
    if not foreign or (cdn and address.startswith(f"{cdn}/")):
        return tag
    words = _WORDS.search(tag)
    return words[1] if words else ""


_EDGES = "".join(map(chr, range(33)))  # what browsers leave out around an address


def _levelled(made: str) -> str:
    """`made` with headings from the second level on, none skipped: the first level is the page's own title."""
    used = sorted({max(2, int(level)) for _, level in _HEADING.findall(made)})
    return _HEADING.sub(lambda found: f"<{found[1]}h{used.index(max(2, int(found[2]))) + 2}", made)


_BLANK = re.compile(r"\n[ \t]*\r?\n")
_NESTED = re.compile(r"^(?![-* \t]+$)(?:[ \t]*+(?:>|(?:[*+-]|\d+[.)])[ \t])){60}", re.MULTILINE)


def _unwieldy(text: str) -> bool:
    """Whether `text` has quotes or lists in one another, dozens deep: the cleaner takes minutes for 100,000 of them."""
    return _NESTED.search(text) is not None


def _literal(text: str) -> Markup:
    return Markup("\n").join(Markup("<p>{}</p>").format(part.strip()) for part in _BLANK.split(text) if part.strip())


_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def plain(text: str, length: int = 0) -> str:
    """`text` without markup, on one line, cut after a word so that it has at most `length` characters (0: whole)."""
    from html import unescape

    words = _SPACE.sub(" ", unescape(_TAG.sub(" ", html(text)))).strip()
    if not length or len(words) <= length:
        return words
    cut = words[: length - 1]
    if words[length - 1] != " ":
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.–-") + "…"
