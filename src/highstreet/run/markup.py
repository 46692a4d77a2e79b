"""Markup: whether HTML that a tenant's template made can run or fetch anything, told as browsers would read it.

A template may write any tag, so what it made is read again, in a grammar so narrow that every browser reads it in the
same way: well-formed tags with quoted or plain values, comments without tricks, no raw text but that of known elements.
What is outside the grammar is refused like what is active, and no parser has to be trusted to see what another sees.
"""

from __future__ import annotations

import re
from html import unescape

_SPACE = "[ \t\n\f\r]"  # HTML's own: \s knows more, which are letters to a browser
_ATTRIBUTE = rf"""([A-Za-z_:][A-Za-z0-9_:.\-]*+)(?:{_SPACE}*+={_SPACE}*+("[^"]*+"|'[^']*+'|[^"'=<>`\s]++))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    rf"<(?:!--(?!-?>)(?:(?!--).)*+-->|!doctype html>|/([a-z][a-z0-9\-]*+){_SPACE}*+>"
    rf"|([a-z][a-z0-9\-]*+)((?:{_SPACE}++(?:{_ATTRIBUTE})?+)*+)/?>)",
    re.DOTALL | re.IGNORECASE,
)
# Elements that run, embed or redirect; that move others; and those whose content is no markup, in which a browser could
# find an end where we see none.
_REFUSED = frozenset(
    """applet base embed fencedframe foreignobject frame frameset handler iframe listener noembed noframes object
    plaintext portal style xmp animate animatecolor animatemotion animatetransform discard set""".split()  # noqa: SIM905
)
_PLAIN = frozenset(("title", "textarea", "script", "noscript"))  # hold text, not markup, in some or all browsers
_DATA = frozenset(("application/ld+json", "application/json"))
_LOADED = frozenset(
    """archive background classid code codebase data dynsrc icon imagesrcset lowsrc manifest poster profile src srcset
    xlink:href""".split()  # noqa: SIM905
)
_FOLLOWED = frozenset(("href", "action", "formaction", "cite", "longdesc", "usemap"))
_NEVER = frozenset(("style", "srcdoc", "ping", "nonce", "attributionsrc", "shadowrootmode"))
_ONLY_NAMED = frozenset(("canonical", "alternate", "prev", "next", "author", "license", "help", "me", "bookmark"))
_SCHEMES = ("http", "https", "mailto", "tel", "sms")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_PAINTED = frozenset(
    "clip-path cursor fill filter marker marker-end marker-mid marker-start mask stroke".split()  # noqa: SIM905
)
_FOREIGN_PAINT = re.compile(r"url\s*+\(\s*+['\"]?+\s*+(?!#)|\\", re.IGNORECASE)
_EDGES = "".join(map(chr, range(33)))


def active(html: str, cdn: str = "") -> str:
    """The first piece of `html` that could run, fetch from elsewhere or be read in two ways; "" when there is none.

    Pictures may come from `cdn` ("https://cdn.example") as well.
    """
    at = html.find("<")
    while at >= 0:
        token = _TOKEN.match(html, at)
        if token is None:
            if html[at + 1 : at + 2].isascii() and (html[at + 1 : at + 2].isalpha() or html[at + 1 : at + 2] in "!/?"):
                return _shown(html, at)
            at = html.find("<", at + 1)  # "a < b": no tag to anybody
            continue
        name = (token[2] or "").lower()
        end = token.end()
        if name:
            given = _given(token[3])
            if given is None or not _harmless(name, given, cdn):
                return _shown(html, at)
            if name in _PLAIN:
                end = _close(html, name, end)
                if end < 0 or not _inert(name, html[token.end() : end], cdn):
                    return _shown(html, at)
        at = html.find("<", end)
    return ""


def _given(text: str) -> dict[str, str] | None:
    """Attributes as a browser takes them; None when one is given twice, of which browsers keep the first."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTES.findall(text):
        if name.lower() in found:
            return None
        found[name.lower()] = unescape(value[1:-1] if value[:1] in ('"', "'") else value)
    return found


def _harmless(name: str, given: dict[str, str], cdn: str) -> bool:
    if name in _REFUSED or (name == "meta" and not _meta(given)) or (name == "script" and not _script(given)):
        return False
    fetching = name in ("use", "image", "feimage") or (
        name == "link" and not set(given.get("rel", "").lower().split()) <= _ONLY_NAMED
    )
    for key, value in given.items():
        if key.startswith("on") or key in _NEVER or (key in _PAINTED and _FOREIGN_PAINT.search(value)):
            return False
        if key in _LOADED or (fetching and key == "href"):
            pictures = cdn if name in ("img", "source", "image") else ""
            parts = [part.split() for part in value.split(",")] if key.endswith("srcset") else [[value]]
            if not all(_ours(part[0], pictures) for part in parts if part):
                return False
        elif (key in _FOLLOWED or key.endswith(":href")) and not _followable(value):
            return False
    return True


def _meta(given: dict[str, str]) -> bool:
    return "http-equiv" not in given and given.get("charset", "utf-8").lower() == "utf-8"


def _script(given: dict[str, str]) -> bool:
    """A script of the theme (a tenant's files never become scripts of the site), or data."""
    if "src" in given:
        return re.fullmatch(r"/assets/[A-Za-z0-9._~\-]+\.js", given["src"]) is not None
    return given.get("type", "").lower() in _DATA


def _ours(address: str, pictures: str) -> bool:
    """Whether what is loaded from here comes from the shop itself."""
    address = re.sub(r"[\t\n\r]", "", address.strip(_EDGES))
    if pictures and address.startswith(f"{pictures}/"):
        return True
    if address.lower().startswith("data:image/") and not address.lower().startswith("data:image/svg"):
        return True
    return "\\" not in address and not address.startswith("//") and not _SCHEME.match(address)


def _followable(address: str) -> bool:
    scheme = _SCHEME.match(re.sub(r"[\t\n\r]", "", address.strip(_EDGES)))
    return scheme is None or scheme[1].lower() in _SCHEMES


def _close(html: str, name: str, start: int) -> int:
    """Where the element's end tag begins; -1 when it has none."""
    found = re.compile(rf"</{name}(?={_SPACE}*>)", re.IGNORECASE).search(html, start)
    return found.start() if found else -1


def _inert(name: str, content: str, cdn: str) -> bool:
    """Whether the content is harmless read as text and read as markup: which of the two depends on where it stands."""
    if name == "noscript":
        return not active(content, cdn)
    return "<" not in content


def _shown(html: str, at: int) -> str:
    end = html.find(">", at)
    return html[at : min(end + 1 if end >= 0 else len(html), at + 120)]
