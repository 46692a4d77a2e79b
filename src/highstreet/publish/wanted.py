"""Wanted: what a store should hold of one tenant, told from the saved state of its build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.digest import of_data
from highstreet.base.span import Span
from highstreet.output.hosting import HEADERS, REDIRECTS, Rule, blocks, rules
from highstreet.output.manifest import caching, media_type
from highstreet.output.state import Output
from highstreet.publish.compress import SUFFIXES, compressed
from highstreet.publish.object_store import Headers
from highstreet.publish.options import Options
from highstreet.publish.release import COMPRESSED, is_asset
from highstreet.publish.signing import SEAL

CACHING = {
    "immutable": "public, max-age=31536000, immutable",
    # Asked for again each time, answered 304: a price may not be seen longer than it holds.
    "revalidate": "public, max-age=0, must-revalidate",
}
_RULES = 2  # goes up when the same built files shall be stored otherwise: every tenant is then published again


class Item(NamedTuple):
    """One object to be there."""

    path: str  # as in Published
    source: str  # digest of the built file it is made of
    headers: Headers
    size: int  # of the built file
    file: str  # the built file's path; "" for what is made here
    made: bytes = b""  # what is made here


@dataclass(frozen=True)
class Wanted:
    handle: str
    folder: Path  # the built site
    outputs: Mapping[str, Output]
    options: Options
    site: str  # digest of all content and headers, made without reading a file
    seal: bytes = b""  # the signature of the price manifest, where somebody signs

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """In path order. Reads `_redirects`; raises Problems (HS810) if it is not as built."""
        return tuple(sorted(self._items()))

    @cached_property
    def headers(self) -> dict[str, str]:
        """Response headers of every page, lower-case names: the block `/*` of `_headers`."""
        if HEADERS not in self.outputs:
            return {}
        found = {}
        for block in blocks(self._text(HEADERS)):
            if block.pattern == "/*":
                found.update({name.lower(): value for name, value in block.headers})
        return found

    @property
    def encodings(self) -> tuple[str, ...]:
        return ("br", "gz") if self._precompress == "all" else ()

    @property
    def asset_encodings(self) -> tuple[str, ...]:
        return ("br", "gz") if self._precompress != "none" else ()

    @property
    def not_found(self) -> tuple[str, ...]:
        return tuple(sorted(path for path in self.outputs if path == "404.html" or path.endswith("/404.html")))

    def read(self, path: str) -> bytes:
        """A built file. Raises Problems (HS810) when it is not as it was built."""
        try:
            data = (self.folder / path).read_bytes()
        except OSError as error:
            raise self._changed(path, error.strerror or "it cannot be read") from error
        if sha256(data).hexdigest() != self.outputs[path].digest:
            raise self._changed(path, "other content than the build wrote")
        return data

    def body(self, item: Item, cache: Path | None = None) -> bytes:
        """The bytes to store. Raises Problems (HS810) when a file is not as it was built."""
        data = self.read(item.file) if item.file else item.made
        encoding = item.headers.content_encoding
        if not encoding:
            return data
        return compressed(data, item.source, encoding, not is_asset(item.path), cache)

    @property
    def _precompress(self) -> str:
        # Who serves the flat layout knows nothing of variants.
        return self.options.precompress if self.options.layout == "releases" else "none"

    def _items(self) -> Iterator[Item]:
        moved = {place_of(rule): rule for rule in self._rules}
        for path, output in self.outputs.items():
            if path in (HEADERS, REDIRECTS):
                continue
            headers = Headers(media_type(path), CACHING[caching(path)], "", *_leading(moved.get(path)))
            yield from self._with_variants(Item(path, output.digest, headers, output.size, path))
        if self.seal:
            headers = Headers(media_type(SEAL), CACHING["revalidate"], "", "")
            digest = sha256(self.seal).hexdigest()
            yield from self._with_variants(Item(SEAL, digest, headers, len(self.seal), "", self.seal))
        for rule in self._rules:  # those whose address no file of every system can have
            path = place_of(rule)
            if path and path not in self.outputs:
                headers = Headers(media_type("index.html"), CACHING["revalidate"], "", *_leading(rule))
                made = _page(rule.target)
                digest = sha256(made).hexdigest()
                yield from self._with_variants(Item(path, digest, headers, len(made), "", made))

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        return rules(self._text(REDIRECTS)) if REDIRECTS in self.outputs else ()

    def _with_variants(self, item: Item) -> Iterator[Item]:
        yield item
        wanted = self.asset_encodings if is_asset(item.path) else self.encodings
        if wanted and item.path.rpartition(".")[2] in COMPRESSED:
            for encoding, suffix in SUFFIXES.items():
                headers = item.headers._replace(content_encoding=encoding)
                yield item._replace(path=item.path + suffix, headers=headers)

    def _text(self, path: str) -> str:
        return self.read(path).decode()

    def _changed(self, path: str, found: str) -> Problems:
        return Problems(
            [
                Diagnostic(
                    "HS810",
                    Span(f"{self.folder.name}/{path}"),
                    "this file is not as it was built",
                    found,
                    "the file that the last build wrote",
                    "run `highstreet build` and publish again",
                )
            ]
        )


def wanted(folder: Path, outputs: Mapping[str, Output], handle: str, options: Options, seal: bytes = b"") -> Wanted:
    """What the store should hold of the site in `folder`, which a build left with `outputs`. Reads no file."""
    rows = [(path, outputs[path].digest, media_type(path), CACHING[caching(path)]) for path in sorted(outputs)]
    return Wanted(
        handle,
        folder,
        outputs,
        options,
        of_data(
            [_RULES, options.layout, options.precompress, sorted(COMPRESSED), rows, *([seal.decode()] if seal else [])]
        ),
        seal,
    )


_PERMANENT = (301, 308)


def _leading(rule: Rule | None) -> tuple[str, str]:
    """Where the address of a rule leads for good, and for the time being."""
    if rule is None:
        return "", ""
    target = _location(rule.target)
    return (target, "") if rule.status in _PERMANENT else ("", target)


def place_of(rule: Rule) -> str:
    """The path of the object that answers a redirect's old address; "" when none can."""
    path = unquote(rule.source.partition("?")[0], errors="surrogateescape").removeprefix("/")
    if not path.endswith((".html", ".htm")):
        path = f"{path.rstrip('/')}/index.html"
    parts = path.split("/")
    unsafe = {"", ".", ".."} & set(parts) or parts[0] == "_hs" or not path.isprintable()
    return "" if unsafe or len(path.encode("utf-8", "replace")) > 800 else path


def _location(target: str) -> str:
    return quote(target, safe="/%:?#[]@!$&'()*+,;=-._~")


def _page(target: str) -> bytes:
    url = escape(_location(target))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{url}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={url}">\n</head>\n<body><p><a href="{url}">{url}</a></p></body>\n'
        "</html>\n"
    ).encode()
