"""Answers: what the host of a published shop would send for an address, made from the open shop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from highstreet.action.action import Action
from highstreet.base.diagnostic import Problems
from highstreet.output.hosting import HEADERS, REDIRECTS, Rule, blocks, headers_for, rules
from highstreet.output.manifest import caching, media_type

if TYPE_CHECKING:
    from highstreet.shop import Shop

# Dear to make: made outside the desk, so that an edit never waits for pixels.
_PIXELS = (".avif", ".webp", ".jpg", ".png", ".ico", ".svg", ".woff2", ".gif")
T = TypeVar("T")
_LANGUAGE_DEPTH = 1  # folders a language's pages lie below
_HEAD = re.compile(rb"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, but for what the preview adds. `pixels` stands for data that is still to be made."""

    status: int
    path: str = ""  # the output that answers
    data: bytes = b""
    key: str = ""  # of the output: the same key, the same bytes
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # as published
    pixels: Action | None = None

    @property
    def media_type(self) -> str:
        return media_type(self.path) if self.path else "text/plain; charset=utf-8"

    @property
    def lasting(self) -> bool:
        return self.status == 200 and caching(self.path) == "immutable"


def answer(shop: Shop, address: str, lately: Mapping[str, Action] = MappingProxyType({})) -> Answer:
    """The answer to a GET of `address`, a path as browsers send it, without its query.

    `lately` are files that pages sent a while ago name: a page on its way must not lose its style sheet to a save.
    Raises Problems when the shop has no good state yet, or the page's template fails.
    """
    headers = _headers(shop, address)
    rule = next((rule for rule in _rules(shop) if _meant(rule, address)), None)
    if rule is not None:
        return Answer(rule.status, location=rule.target, headers=headers)
    path = unquote(address).lstrip("/")
    file = path + "index.html" if not path or path.endswith("/") else path
    if file not in (HEADERS, REDIRECTS):
        action = lately.get(file) or shop.action(file)
        if action is not None and file.endswith(_PIXELS):
            return Answer(200, file, key=action.key, headers=headers, pixels=action)
        if action is not None:
            made = shop.made(action)
            return Answer(200, file, made.data, made.key, headers=headers)
        if shop.tenant is None:
            raise Problems(shop.diagnostics)
        if not path.endswith("/") and shop.key(f"{path}/index.html") is not None:
            return Answer(301, location=f"{address}/", headers=headers)
    return _not_found(shop, path, headers)


def _not_found(shop: Shop, path: str, headers: Mapping[str, str]) -> Answer:
    """The shop's own page in the language of the address: the one of the longest folder on its way."""
    folders = path.split("/", _LANGUAGE_DEPTH)[:-1]
    for depth in range(len(folders), -1, -1):
        place = "/".join([*folders[:depth], "404.html"])
        made = shop.render(place)
        if made is not None:
            return Answer(404, place, made.data, made.key, headers=headers)
    return Answer(404, data=b"not found\n", headers=headers)


def _headers(shop: Shop, address: str) -> dict[str, str]:
    found = headers_for(_read(shop, HEADERS, blocks), address)
    # A page fetched ahead of a click would be shown as it was before the last save.
    return {name: value for name, value in found.items() if name != "Speculation-Rules"}


def _rules(shop: Shop) -> tuple[Rule, ...]:
    return _read(shop, REDIRECTS, rules)


def _read(shop: Shop, path: str, parse: Callable[[str], tuple[T, ...]]) -> tuple[T, ...]:
    """What one of the host's files says, parsed once for each content."""
    key = shop.key(path)
    if key is None:
        return ()
    if key not in _parsed:
        made = shop.render(path)
        if len(_parsed) > 256:
            _parsed.clear()
        _parsed[key] = parse(made.data.decode()) if made is not None else ()
    return _parsed[key]


_parsed: dict[str, tuple[Any, ...]] = {}


def _meant(rule: Rule, address: str) -> bool:
    """Hosts take an address with and without its last slash for the same redirect."""
    return unquote(address).rstrip("/") == unquote(rule.source).rstrip("/") and rule.source != "/"


def tagged(page: bytes, tag: bytes) -> bytes:
    """`page` with `tag` at the beginning of its head, before any script of the shop. Nothing else is changed."""
    head = _HEAD.search(page)
    place = head.end() if head else 0
    return page[:place] + tag + page[place:]


def framed(headers: Mapping[str, str]) -> dict[str, str]:
    """`headers` for a page shown in a frame of the shop's own looking page, which published pages refuse."""
    changed = {}
    for name, value in headers.items():
        if name.lower() == "x-frame-options":
            continue
        if name.lower() == "content-security-policy":
            value = re.sub(r"frame-ancestors[^;]*", "frame-ancestors 'self'", value)
        changed[name] = value
    return changed
