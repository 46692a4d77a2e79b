"""Markdown: text that people wrote as HTML that browsers may show."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from highstreet.run.anchors import PREFIX, anchored, led

if TYPE_CHECKING:
    from markdown import Markdown

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
        *(
            "p",
            "picture",
            "pre",
            "q",
            "s",
            "samp",
            "small",
            "source",
            "span",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
        ),
        *("tfoot", "th", "thead", "time", "tr", "u", "ul", "var"),
    )
)
_ATTRIBUTES = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"alt", "height", "loading", "sizes", "src", "srcset", "width"},
    "ol": {"start", "type"},
    "source": {"sizes", "srcset", "type"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
# A text without any of these is paragraphs only; most product descriptions of imported shops are. Each pattern begins
# with what is searched for, which Python finds ten times faster than a place in a line.
_MARKS = re.compile(r"[*_`#\[\]<>&!|~\\]")
_LINE_STARTS = re.compile(r"\n(?:\s*(?:[-+=]|\d+[.)]\s|:)| {4})")
_PARAGRAPHS = re.compile(r"\n(?: *\n)+")  # plain spaces only: the engine keeps others
# What most other descriptions hold besides paragraphs: headings, tight lists, emphasis on whole words, links. Written
# in the one way that leaves no doubt, they need no engine; `_simple` gives up on anything else.
_BULLETS = re.compile(r"- [^\s\-+=#>:|\d][^\n]*(?:\n- [^\s\-+=#>:|\d][^\n]*)*")
_NUMBERS = re.compile(r"1\. [^\s\-+=#>:|\d][^\n]*(?:\n\d\d?\. [^\s\-+=#>:|\d][^\n]*)*")
_NUMBER = re.compile(r"\n\d\d?\. ")
_TITLE = re.compile(r"(#{1,6}) ([^\s#][^\n#]*)")
_EMPHASIS = re.compile(r"\*(?<![*\w]\*)(\*?)(?![\s*])([^*\n\[\]]+)(?<!\s)\*\1(?![*\w])")
_LINK = re.compile(
    r"\[(?<![!\]]\[)([^\s*\[\]\n](?:[^*\[\]\n]*[^\s*\[\]\n])?)\]\(((?:https:/)?/[A-Za-z0-9./-]*)\)(?![(\[:])"
)
_HEADING = re.compile(r"<(/?)h([1-6])\b")


# What an inline rule needs to see before it can match; rules whose character a text lacks are left out for it. Most of
# Python-Markdown's time goes into rules that search in vain.
_TRIGGERS = {
    "backtick": "`",
    "escape": "\\",
    "reference": "[",
    "link": "[",
    "image_link": "[",
    "image_reference": "[",
    "short_reference": "[",
    "short_image_ref": "[",
    "autolink": "<",
    "automail": "<",
    "html": "<",
    "entity": "&",
    "linebreak": "  \n",
    "em_strong": "*_",
    "strike": "~",
}
_BLOCK_EXTENSIONS = {"tables": "|", "fenced_code": "`~", "def_list": ":"}


@lru_cache(maxsize=256)
def _engine(seen: str) -> Markdown:
    """An engine with the rules that can matter for a text holding the characters `seen`."""
    from markdown import Markdown

    from highstreet.run.markdown_notes import Notes
    from highstreet.run.markdown_usual import Usual

    blocks = [name for name, characters in _BLOCK_EXTENSIONS.items() if any(c in seen for c in characters)]
    notes = [Notes()] if "^" in seen else []
    engine = Markdown(extensions=["sane_lists", Usual(), *blocks, *notes], output_format="html", tab_length=4)
    for rule, characters in _TRIGGERS.items():
        if not any(c in seen for c in characters.strip() or "\n"):
            engine.inlinePatterns.deregister(rule, strict=False)  # versions differ in what they have
    return engine


def _seen(text: str) -> str:
    """The characters of `text` that decide which rules it needs; a line break by two spaces counts as "\\n"."""
    return "".join(c for c in "`\\[<&*_|~:" if c in text) + ("\n" if "  \n" in text or "\\\n" in text else "")


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
        id_prefix=PREFIX,
    )


@lru_cache(maxsize=4096)
def html(text: str, cdn: str = "", article: bool = False) -> Markup:
    """`text` as HTML as `_html` makes it, with links to places of its own; an article's headings are such places."""
    made = _html(text, cdn, article)
    return Markup(led(anchored(made) if article else made))


def _html(text: str, cdn: str, article: bool) -> Markup:
    """`text` as HTML whose tags, attributes and link schemes are all on our list. Headings begin at the second level.

    Pictures come from the shop itself or from `cdn` ("https://cdn.example"); of any other its words are left, so that
    no page tells a stranger who reads it. A text made to keep the engine busy, such as 100,000 brackets in one
    paragraph, is shown as it is written.
    """
    text = text.strip().expandtabs(4)  # as the engine would: a tab at the end of a line is a break
    if not text:
        return Markup("")
    if not _marked(text):
        parts = (part.lstrip() for part in _PARAGRAPHS.split(text.replace("\r\n", "\n")))
        return Markup("\n".join(f"<p>{part}</p>" for part in parts if part))
    simple = _simple(text)
    if simple is not None:
        return Markup(simple)
    text = text[:LARGEST].replace("\r\n", "\n").replace("\r", "\n")
    if _laborious(text):
        return _literal(text)
    engine = _engine(_seen(text) + ("^" if article and _has_notes(text) else ""))
    engine.reset()
    try:
        made = engine.convert(text)
    except BaseException as error:  # time may be up as well
        _engine.cache_clear()  # what is left half done in an engine would show in the next text
        if isinstance(error, RecursionError):
            return _literal(text)
        raise
    clean = _cleaner().clean(_levelled(made))
    clean = _framed(clean)
    if article:
        clean = clean.replace(' title=""', "")
        clean = _BACK.sub(lambda back: back[0] if f' id="{PREFIX}{back[1]}"' in clean else "", clean)
    if "<img" in clean or "<source" in clean:
        clean = _PICTURE.sub(lambda tag: _picture(tag[0], cdn), clean)
    return Markup(clean)


_BACK = re.compile('(?:&nbsp;)?<a href="#(fnref[0-9-]+)">↩\ufe0e</a>')  # from a note that may have no mark to go to
_TABLE = re.compile(r"<table\b[^>]*>")


def _framed(clean: str) -> str:
    """`clean` with each table in a box: one that is wider than the page scrolls by itself, with arrow keys too."""
    if "<table" not in clean:
        return clean
    return _TABLE.sub(r'<div class="table-scroll" tabindex="0">\g<0>', clean).replace("</table>", "</table></div>")


_PICTURE = re.compile(r"<(?:img|source)\b[^>]*>")
_FROM = re.compile(r'\s(src|srcset)="([^"]*)"')
_WORDS = re.compile(r'\salt="([^"]*)"')


def _picture(tag: str, cdn: str) -> str:
    """A picture of the shop's own as it is, the words of any other. `tag` is as the cleaner writes it."""
    from html import unescape

    for name, given in _FROM.findall(tag):
        given = unescape(given)
        if any(_foreign(one, cdn) for one in (_CANDIDATE.split(given) if name == "srcset" else [given])):
            break
    else:
        return tag
    words = _WORDS.search(tag)
    return words[1] if words else ""


_CANDIDATE = re.compile(r"[\s,]+")  # what parts the addresses and widths of a srcset


def _foreign(written: str, cdn: str) -> bool:
    address = re.sub(r"[\t\n\r]", "", written.strip(_EDGES)).replace("\\", "/")
    if cdn and address.startswith(f"{cdn}/"):
        return False
    return address.startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", address) is not None


_EDGES = "".join(map(chr, range(33)))  # what browsers leave out around an address


_OPENING = re.compile(r'<[a-z][^>"]*(?:"[^"]*"[^>"]*)*>')
_ADDRESSES = re.compile(r'(\s(?:href|src|srcset)=")([^"]*)"')


def feed(text: str, cdn: str, page: str) -> str:
    """`text`, the article of `page`, with every link and picture in full, for readers that show it elsewhere."""
    made = led(anchored(_html(text, cdn, article=True), links=False))
    return _OPENING.sub(lambda tag: _ADDRESSES.sub(lambda found: f'{found[1]}{_joined(page, found[2])}"', tag[0]), made)


def _joined(page: str, given: str) -> str:
    from urllib.parse import urljoin

    try:
        return ", ".join(urljoin(page, one) for one in given.split(", "))
    except ValueError:  # no address at all, such as "http://[": a dead link here as on the page
        return given


def _marked(text: str) -> bool:
    """Whether `text` may hold anything but paragraphs."""
    return bool(_MARKS.search(text)) or "  \n" in text or bool(_LINE_STARTS.search("\n" + text))


def _simple(text: str) -> str | None:
    """The HTML of a text of paragraphs, headings, tight lists, emphasis and links; None when it holds anything else."""
    made = []
    before = ""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        tag, lines = "p", [block]
        if block.startswith("- ") and _BULLETS.fullmatch(block):
            tag, lines = "ul", block[2:].split("\n- ")
        elif block.startswith("1. ") and _NUMBERS.fullmatch(block):
            tag, lines = "ol", _NUMBER.split(block[3:])
        elif block.startswith("#") and (title := _TITLE.fullmatch(block)):
            tag, lines = f"h{len(title[1])}", [title[2]]
        rest = _EMPHASIS.sub(r"\2", "\n".join(lines))
        if "[" in rest:
            rest = _LINK.sub(r"\1", rest)
        if not rest or rest[0].isspace() or rest[-1].isspace() or _marked(rest):
            return None
        is_list = tag in ("ul", "ol")
        if is_list and before in ("ul", "ol"):  # the engine makes one list of two
            return None
        html = [_inline(line) for line in lines]
        inner = "\n<li>" + "</li>\n<li>".join(html) + "</li>\n" if is_list else html[0]
        made.append(f"<{tag}>{inner}</{tag}>")
        before = tag
    return _levelled("\n".join(made))


def _inline(text: str) -> str:
    if "*" in text:
        text = _EMPHASIS.sub(lambda m: f"<strong>{m[2]}</strong>" if m[1] else f"<em>{m[2]}</em>", text)
    return _LINK.sub(r'<a href="\2">\1</a>', text) if "[" in text else text


def _levelled(made: str) -> str:
    """`made` with headings from the second level on, none skipped: the first level is the page's own title."""
    used = sorted({max(2, int(level)) for _, level in _HEADING.findall(made)})
    return _HEADING.sub(lambda found: f"<{found[1]}h{used.index(max(2, int(found[2]))) + 2}", made)


def _has_notes(text: str) -> bool:
    """Whether the text of an article has footnotes, few enough: each costs a look at all of it, and at all others."""
    count = text.count("[^")
    return 0 < count <= _MOST_NOTES and count * len(text) <= _MOST_LOOKS and "]:" in text


_MOST_NOTES = 400  # marks and notes together
_MOST_LOOKS = 20_000_000
_BLANK = re.compile(r"\n[ \t]*\n")
_COSTLY = "*_`&<[~\\"
# Rules that go over a whole paragraph again for each of their lines.
_COSTLIER = re.compile(r"^(?:=+|-+|[ ]{0,3}:.*|.*  )$", re.MULTILINE)
_NESTED = re.compile(r"^(?:[ ]{0,3}(?:>|[-+*][ ]|\d+[.)][ ])){60}", re.MULTILINE)
# What many places of a text may refer to, and are then replaced by, each with all of it.
_DEFINED = re.compile(r"\]:.*(?:\n.*){0,2}")
_MOST_REPEATED = 4_000_000  # characters
_MOST_WORK = 1_000_000_000  # about half a second; whole novels stay far below


def _laborious(text: str) -> bool:
    """Whether the engine would take long: it copies a paragraph for every mark in it."""
    marks = sum(map(text.count, _COSTLY)) + 16 * text.count("\n")
    if sum(map(text.count, ">-+*.)")) > 60 and _NESTED.search(text):
        return True
    if "]:" in text and text.count("[") * max(map(len, _DEFINED.findall(text)), default=0) > _MOST_REPEATED:
        return True
    if text.count("|") > 1_000 and any(_cells(block) > _MOST_CELLS for block in _BLANK.split(text)):
        return True
    if text.count("[") * len(text) > _MOST_SOUGHT and any(
        _sought(block) > _MOST_SOUGHT for block in _BLANK.split(text)
    ):
        return True
    if len(text) * marks < _MOST_WORK:
        return False
    work = 0
    for block in _BLANK.split(text):
        work += len(block) * (sum(map(block.count, _COSTLY)) + 16 * sum(1 for _ in _COSTLIER.finditer(block)))
    return work > _MOST_WORK


_MOST_SOUGHT = 2_000_000  # about half a second
_BRACKET = re.compile(r"[\[\]]")


def _sought(block: str) -> int:
    """How many characters the engine looks at, one by one, for the brackets that close those of a paragraph."""
    opened: list[int] = []
    sought = 0
    for found in _BRACKET.finditer(block):
        if found[0] == "[":
            opened.append(found.start())
        elif opened:
            sought += found.start() - opened.pop()
    return sought + sum(len(block) - start for start in opened)


_MOST_CELLS = 100_000


def _cells(block: str) -> int:
    """How many cells a table has at most: every row is filled up to as many as the widest has."""
    lines = block.split("\n")
    return len(lines) * max(line.count("|") for line in lines)


def _literal(text: str) -> Markup:
    return Markup("\n").join(Markup("<p>{}</p>").format(part.strip()) for part in _BLANK.split(text) if part.strip())


_TAG = re.compile(r"<[^>]*>")
_NOTE_MARK = re.compile(r'<sup id="text-fnref.*?</sup>')
_NOTES = '<div>\n<hr>\n<ol>\n<li id="text-fn-'
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def plain(text: str, length: int = 0) -> str:
    """`text` without markup and footnotes, on one line, cut after a word to at most `length` characters (0: whole)."""
    from html import unescape

    made = str(html(text))
    if _has_notes(text):
        made = _NOTE_MARK.sub("", _html(text, "", article=True)).partition(_NOTES)[0]
    words = _SPACE.sub(" ", unescape(_TAG.sub(" ", made))).strip()
    if not length or len(words) <= length:
        return words
    cut = words[: length - 1]
    if words[length - 1] != " ":
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.–-") + "…"
