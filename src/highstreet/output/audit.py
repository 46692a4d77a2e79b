"""The audit: what a built site says, read back and held against itself. It trusts nothing the planner believed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.span import Span

_GOOGLE = "{http://base.google.com/ns/1.0}"
_MOST_SHOWN = 20  # of one kind of finding; a broken header would otherwise be told ten thousand times


@dataclass(slots=True)
class Facts:
    """What one page says of itself."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    jsonld: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)  # what a strict content security policy forbids
    text: list[str] = field(default_factory=list)
    options: dict[str, tuple[str, bool]] = field(default_factory=dict)  # variant key → (minor units, sold out)


def audit(folder: Path, label: str) -> Iterator[Diagnostic]:
    """Every contradiction in the site below `folder`: links that lead nowhere, prices that disagree between page,
    JSON-LD and merchant feed, inline scripts, JSON-LD that is no JSON. `label` is how diagnostics call the folder.
    """
    files = {str(path.relative_to(folder)).replace("\\", "/") for path in folder.rglob("*") if path.is_file()}
    pages = {name: _read(folder / name) for name in sorted(files) if name.endswith(".html")}
    counts: dict[str, int] = {}
    for diagnostic in (*_links(pages, files, label), *_prices(folder, pages, files, label), *_policy(pages, label)):
        counts[diagnostic.code] = counts.get(diagnostic.code, 0) + 1
        if counts[diagnostic.code] <= _MOST_SHOWN:
            yield diagnostic


def _read(path: Path) -> Facts:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    return reader.facts


def _finding(code: str, label: str, page: str, message: str, found: str, expected: str, fix: str) -> Diagnostic:
    return Diagnostic(code, Span(f"{label}/{page}"), message, found, expected, fix)


def _links(pages: Mapping[str, Facts], files: set[str], label: str) -> Iterator[Diagnostic]:
    for page, facts in pages.items():
        for link in dict.fromkeys(facts.links + facts.sources):
            target = urlsplit(link)
            if target.scheme or target.netloc:
                continue
            path = unquote(target.path)
            name = page if not path else _served(path, files)
            if name is None:
                yield _finding(
                    "HS601",
                    label,
                    page,
                    "link leads nowhere",
                    link,
                    "a file of this site",
                    "this is a fault of the theme or an override: report it",
                )
            elif (
                target.fragment
                and name in pages
                and unquote(target.fragment) not in pages[name].ids
                and target.fragment != "top"
            ):
                yield _finding(
                    "HS602",
                    label,
                    page,
                    "link to a part of a page that is not there",
                    link,
                    f"an element with id {target.fragment}",
                    "mend the link",
                )


def _served(path: str, files: set[str]) -> str | None:
    name = path.lstrip("/")
    for candidate in (name, f"{name}index.html" if not name or name.endswith("/") else f"{name}/index.html"):
        if candidate in files:
            return candidate
    return None


def _policy(pages: Mapping[str, Facts], label: str) -> Iterator[Diagnostic]:
    for page, facts in pages.items():
        for found in facts.inline[:3]:
            yield _finding(
                "HS603",
                label,
                page,
                "inline script, style or handler",
                found,
                "scripts and styles in files",
                "move it to the theme's assets",
            )


def _prices(folder: Path, pages: Mapping[str, Facts], files: set[str], label: str) -> Iterator[Diagnostic]:
    """One price, everywhere: page, JSON-LD and feed must agree on price, currency, availability and address."""
    offers: dict[str, tuple[str, str, bool]] = {}  # URL → price, currency, available
    for page, facts in pages.items():
        for text in facts.jsonld:
            try:
                graph = json.loads(text)["@graph"]
            except (ValueError, KeyError, TypeError):
                yield _finding(
                    "HS604",
                    label,
                    page,
                    "JSON-LD cannot be read",
                    text[:60],
                    "a JSON object with @graph",
                    "report this",
                )
                continue
            for product in graph:
                if product.get("@type") not in ("Product", "ProductGroup"):
                    continue
                for variant in product.get("hasVariant") or [product]:
                    offer = variant["offers"]
                    key = variant["@id"].rpartition("#")[2]
                    available = offer["availability"].endswith("InStock")
                    offers[offer["url"]] = (offer["price"], offer["priceCurrency"], available)
                    shown = facts.options.get(key) or (
                        next(iter(facts.options.values())) if key == "product" and len(facts.options) == 1 else None
                    )
                    if shown is None:
                        continue
                    minor, out = shown
                    if minor != re.sub(r"\D", "", offer["price"]).lstrip("0").rjust(1, "0") or out == available:
                        yield _finding(
                            "HS605",
                            label,
                            page,
                            "page and JSON-LD disagree",
                            f"{minor} minor units, {'sold out' if out else 'available'}",
                            f"{offer['price']} {offer['priceCurrency']}, {'available' if available else 'sold out'}",
                            "report this: a shopper may see a wrong price",
                        )
    for name in sorted(name for name in files if name.endswith("feeds/google.xml")):
        for item in ElementTree.parse(folder / name).iter("item"):
            said = {child.tag.removeprefix(_GOOGLE): child.text or "" for child in item}
            offer = offers.get(said["link"])
            price, _, currency = (said.get("sale_price") or said["price"]).partition(" ")
            told = (price, currency, said["availability"] == "in_stock")
            if offer != told:
                yield _finding(
                    "HS606",
                    label,
                    name,
                    "merchant feed and page disagree",
                    f"{said['link']}: {told}",
                    str(offer),
                    "report this: a shopper may see a wrong price",
                )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts = Facts()
        self._jsonld = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        facts = self.facts
        if "id" in given:
            facts.ids.add(given["id"])
        if tag in ("a", "area", "link") and "href" in given:
            facts.links.append(given["href"])
        if tag == "form" and given.get("action"):
            facts.links.append(given["action"])
        if tag in ("img", "script", "source", "video", "audio", "track", "iframe") and "src" in given:
            facts.sources.append(given["src"])
        if "srcset" in given:
            facts.sources += [part.split()[0] for part in given["srcset"].split(",") if part.strip()]
        if tag == "script" and "src" not in given:
            self._jsonld = given.get("type") == "application/ld+json"
            if self._jsonld:
                facts.jsonld.append("")
            elif given.get("type") not in ("application/json", "speculationrules"):
                facts.inline.append("<script>")
        if tag == "style" or "style" in given:
            facts.inline.append(f"<{tag} style>")
        facts.inline += [f"{name}=" for name in given if name.startswith("on")]
        if tag == "option" and "data-key" in given:
            facts.options[given["data-key"]] = (given.get("data-p", ""), "data-x" in given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._jsonld = False

    def handle_data(self, data: str) -> None:
        if self._jsonld:
            self.facts.jsonld[-1] += data
