"""Bodies: the HTML other systems keep product texts in, as clean Markdown that a person can edit.

nh3 first removes everything that is not text or structure; markdownify then writes what is left. Its escaping is
replaced: it puts a backslash before every sign that some Markdown somewhere might read, which is no joy to edit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from markdownify import MarkdownConverter
    from nh3 import Cleaner

# More than any shop writes; the converters below take time in the square of some of it.
_LONGEST = 200_000
_DEEPEST = 80
_MOST_OPENED = 1_000_000

_TAG = re.compile(r"<(?:[a-zA-Z!/])")
_TAGS_WORDS = (
    "a b blockquote br caption code del div dd dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre q s "
    "section small span strong sub sup table tbody td tfoot th thead tr u ul article figure figcaption "
    "details summary"
)
_TAGS = frozenset(_TAGS_WORDS.split())
_SILENT = frozenset(["script", "style", "template", "noscript", "title", "textarea", "select", "option"])
_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_LOST = re.compile(r"<(iframe|video|audio|embed|object|form|input|button|script|svg|canvas)\b", re.IGNORECASE)
# No pattern here may look past the next "<": on "<<<<…" it would read the whole text from every one of them.
_IMG = re.compile(r"<img\s([^<>]*)>", re.IGNORECASE)
_SRC = re.compile(r"""(?:^|\s)src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")
# Every element but those that parsers close by themselves: what is open makes nh3 slow, whatever its name.
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|t[rdh]|tbody|thead|tfoot|option|br|hr|img|input|meta|link|area|base"
    r"|col|embed|source|track|wbr|param)[\s/>])[a-zA-Z]",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_SPACE = re.compile("[\u00a0\u2007\u202f]")
_OPENING = re.compile(r"<(/?)([a-z0-9]+)[^>]*?>")
_VOID = frozenset(("br", "hr"))
_BLOCKS_WORDS = (
    "address article blockquote br caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol "
    "p pre section summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())

_INLINE = re.compile(
    r"[*`]|(?<![^\W_])_|_(?![^\W_])|~(?=~|$)|\\(?=[\\`*_{}\[\]()>#+\-.!|&<~]|\Z)|\](?=[(\[:]|\s*\[|$)|&(?=#?\w+;|$)|<(?=[a-zA-Z/!?]|$)"
)
# In HTML a text may end where the next element's begins, so signs at its end count too; plain lines end where they end.
_INLINE_PLAIN = re.compile(_INLINE.pattern.replace("|$)", ")"))
_ENTITIES = {"&": "&amp;", "<": "&lt;"}
_START = re.compile(
    r"(?P<back>[#>]|\[(?=[^\]]*\]:)|[-+](?=\s|$|-)|(?P<number>\d+)(?P<point>[.)])(?=\s|$))|(?P<rule>=(?==*\s*$)|~(?=~~)|:(?=\s))"
)


class Body(NamedTuple):
    """Markdown, what had to be dropped in words, and the addresses of pictures that stood in the text."""

    text: str
    dropped: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


Links = Callable[[str], str | None]  # an address in the old shop → the one to write, None to keep the words only


def body(source: str, links: Links = lambda address: address) -> Body:
    """`source`, HTML or plain text, as Markdown that ends with a line feed, "" when there are no words in it."""
    source = _INVISIBLE.sub("", source)
    if not _TAG.search(source):
        return Body(_ended(plain(unescape(source))))
    dropped = [
        f"{count} × <{tag}>" for tag, count in sorted(Counter(tag.lower() for tag in _LOST.findall(source)).items())
    ]
    pictures = _pictures(source)
    if pictures:
        dropped.append(f"{len(pictures)} × picture inside the text")
    # Checked before nh3, whose parser takes 8 s for 50,000 open elements, and again on what it makes of the rest.
    clean = _cleaner().clean(source) if len(source) <= 5 * _LONGEST and _soon_read(source) else None
    if clean is None or len(clean) > _LONGEST or _depth(_open_tags(clean)) > _DEEPEST:
        dropped.append("all formatting, as the text is too long or too deeply nested")
        return Body(_ended(plain(unescape(_MARKUP.sub(" ", clean or source)))), tuple(dropped), pictures)
    text, unlinked = _markdown(clean, links)
    if unlinked:
        dropped.append(f"{unlinked} × link to a place that is not imported")
    return Body(_ended(text), tuple(dropped), pictures)


def _soon_read(source: str) -> bool:
    """Whether a parser gets through `source` soon. What is never closed, it opens anew in every paragraph."""
    depth = _depth(_NESTING.findall(source))
    return depth <= 5 * _DEEPEST and depth * source.count("<") <= _MOST_OPENED


def _pictures(source: str) -> tuple[str, ...]:
    found = (_SRC.search(attributes) for attributes in _IMG.findall(source))
    return tuple(dict.fromkeys(unescape(next(filter(None, match.groups()), "")).strip() for match in found if match))


def plain(text: str) -> str:
    """Text that means what it says, escaped where Markdown would read it as markup; blank lines part paragraphs."""
    paragraphs = re.split(r"\n[ \t]*\n", _SPACE.sub(" ", text).replace("\r", ""))
    lines = [
        [_start(_inline(" ".join(line.split()), _INLINE_PLAIN)) for line in paragraph.split("\n") if line.strip()]
        for paragraph in paragraphs
    ]
    return "\n\n".join("\n".join(paragraph) for paragraph in lines if paragraph)


def words(source: str) -> str:
    """The words of HTML on one line, for places that hold no markup (titles, metafields)."""
    if _TAG.search(source):
        source = _MARKUP.sub(" ", source)
    return " ".join(_SPACE.sub(" ", _INVISIBLE.sub("", unescape(source))).split())


@lru_cache(maxsize=1)
def _cleaner() -> Cleaner:
    from nh3 import Cleaner

    return Cleaner(
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(_SCHEMES),
        clean_content_tags=set(_SILENT),
        link_rel=None,
    )


def _open_tags(clean: str) -> list[str]:
    return [closing for closing, tag in _OPENING.findall(clean) if tag not in _VOID]


def _depth(tags: list[str]) -> int:
    """How many elements are open at once; `tags` holds "/" for each closing tag and "" for each opening one."""
    depth = deepest = 0
    for closing in tags:
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _markdown(clean: str, links: Links) -> tuple[str, int]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(f"<div>{clean}</div>", "html.parser")
    unlinked = _relink(soup, links)
    _renumber(soup)
    _count_items(soup)
    lines = _SPACE.sub(" ", str(_converter().convert_soup(soup))).split("\n")
    return _tidy(lines), unlinked


def _relink(soup: BeautifulSoup, links: Links) -> int:
    """Gives every link the address `links` wants; counts those that only keep their words."""
    unlinked = 0
    for anchor in soup.find_all("a"):
        address = str(anchor.get("href") or "").strip()
        wanted = links(address) if address and not address.startswith("#") else None
        if wanted is None or not anchor.get_text(strip=True):
            unlinked += bool(address) and anchor.get_text(strip=True) != ""
            anchor.unwrap()
        else:
            # Signs that would end a Markdown link early.
            anchor["href"] = (
                quote(wanted, safe="!#$%&'*+,/:;=?@~-._[]|") if re.search(r"[\s()<>\"\\]", wanted) else wanted
            )
    return unlinked


def _count_items(soup: BeautifulSoup) -> None:
    """Each item of a numbered list is told its number; counting siblings per item took 24 s for 15,000."""
    for numbered in soup.find_all("ol"):
        for index, item in enumerate(numbered.find_all("li", recursive=False), 1):
            item["value"] = str(index)


def _renumber(soup: BeautifulSoup) -> None:
    """Headings start at the second level (the title is the first) and skip none, whatever size the author liked."""
    headings = soup.find_all(re.compile(r"^h[1-6]$"))
    levels = {name: f"h{min(6, index)}" for index, name in enumerate(sorted({heading.name for heading in headings}), 2)}
    for heading in headings:
        heading.name = levels[heading.name]


def _tidy(lines: list[str]) -> str:
    """Lines without stray space: hard breaks only between lines of one paragraph, never two blank lines."""
    kept: list[str] = []
    for index, line in enumerate(lines):
        bare = line.rstrip()
        following = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if not bare:
            if kept and kept[-1]:
                kept.append("")
            continue
        kept.append(f"{bare}  " if line.endswith("  ") and following else bare)
    return "\n".join(kept).strip("\n")


def _ended(text: str) -> str:
    return f"{text}\n" if text.strip() else ""


def _inline(text: str, signs: re.Pattern[str] = _INLINE) -> str:
    return signs.sub(lambda match: _ENTITIES.get(match[0]) or f"\\{match[0]}", text)


def _start(line: str) -> str:
    """A line whose first signs are not read as heading, list, quotation, rule or definition."""
    match = _START.match(line)
    if match is None:
        return line
    if match["number"]:
        return f"{match['number']}\\{match['point']}{line[match.end() :]}"
    if match["back"]:
        return f"\\{line}"
    return f"&#{ord(match['rule'])};{line[match.end() :]}"


@lru_cache(maxsize=1)
def _converter() -> MarkdownConverter:
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        """markdownify with lists that every Markdown nests alike (four spaces) and our escaping."""

        def escape(self, text: str, parent_tags: set[str]) -> str:
            made = _inline(text)
            return made.replace("|", "\\|") if parent_tags & {"td", "th"} else made

        def process_text(self, el, parent_tags=None):  # type: ignore[no-untyped-def]  # the parent's is untyped
            text = str(super().process_text(el, parent_tags=parent_tags))  # type: ignore[misc]  # missing in the stubs
            before = el.previous_sibling
            starts = before is None or getattr(before, "name", None) in _BLOCKS
            if not starts or (parent_tags and "_noformat" in parent_tags):
                return text
            space = text[: len(text) - len(text.lstrip())]
            return space + _start(text[len(space) :])

        def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:
            # Number signs at the end would count as the heading's closing ones.
            text = re.sub(r"(?<!\\)#(\s*)$", r"\\#\1", text)
            return str(super().convert_hN(n, el, text, parent_tags))  # type: ignore[misc]  # missing in the stubs

        def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            text = (text or "").strip()
            if not text:
                return "\n"
            bullet = f"{el['value']}. " if "value" in el.attrs else "- "
            first, *rest = text.split("\n")
            return "\n".join([bullet + first, *(f"    {line}" if line.strip() else "" for line in rest)]) + "\n"

    return Converter(heading_style="ATX", bullets="-", wrap=True, wrap_width=None, table_infer_header=True)
