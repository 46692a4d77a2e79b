"""An independent reader of built sites: what each page, feed and index says, found with an HTML5 parser and no code of ours."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import html5lib

Element = ET.Element
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
XHTML = "{http://www.w3.org/1999/xhtml}"
GOOGLE = "{http://base.google.com/ns/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
_LINK = re.compile(r'<a\s[^>]*?href="([^"#?]*)')


def digits(text: str) -> str:
    """The decimal digits of `text`, whatever script they are in: "KWD ١٢٫٩٥٠" → "12950"."""
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def walked(files: Mapping[str, bytes], start: str = "/") -> set[str]:
    """Addresses from `start` on that links lead to, page by page. Raises KeyError for one without a page."""
    seen, left = {start}, [start]
    while left:
        here = left.pop()
        for link in _LINK.findall(files[f"{here.lstrip('/')}index.html"].decode()):
            to = urljoin(here, unescape(link))
            if to.startswith(start) and to.endswith("/") and to not in seen:
                seen.add(to)
                left.append(to)
    return seen


def minor(text: str) -> int:
    """The minor units a printed amount means; printed amounts always carry all decimals."""
    return int(digits(text))


class Page:
    """One HTML page as a browser sees it."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root: Element = parser.parse(re.sub(r"<template data-blank>.*?</template>", "", data.decode("utf-8"), flags=re.DOTALL))
        self.errors = [f"{path}: {place} {code} {details}" for place, code, details in parser.errors]

    def all(self, tag: str, **attributes: str | None) -> list[Element]:
        """Elements with these attributes; None asks for presence alone, `_` in names stands for "-"."""
        wanted = {name.rstrip("_").replace("_", "-"): text for name, text in attributes.items()}
        return [
            node for node in self.root.iter()
            if isinstance(node.tag, str) and (tag == "*" or node.tag == tag)
            and all(name in node.attrib and text in (None, node.attrib[name]) for name, text in wanted.items())
        ]  # fmt: skip

    def one(self, tag: str, **attributes: str | None) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{self.path}: {len(found)} × {tag} {attributes}"
        return found[0]

    def meta(self, name: str) -> str:
        found = [node.attrib["content"] for node in self.all("meta") if name in (node.get("name"), node.get("property"))]
        return found[0] if found else ""

    @cached_property
    def canonical(self) -> str:
        found = self.all("link", rel="canonical")
        assert len(found) <= 1, self.path
        return found[0].attrib["href"] if found else ""

    @property
    def alternates(self) -> dict[str, str]:
        return {node.attrib["hreflang"]: node.attrib["href"] for node in self.all("link", rel="alternate") if "hreflang" in node.attrib}

    @cached_property
    def graph(self) -> list[dict[str, Any]]:
        found = self.all("script", type="application/ld+json")
        assert len(found) <= 1, self.path
        if not found:
            return []
        data = json.loads(found[0].text or "")
        assert data["@context"] == "https://schema.org"
        return list(data["@graph"])

    def thing(self, *types: str) -> dict[str, Any] | None:
        return next((thing for thing in self.graph if thing["@type"] in types), None)

    def links(self) -> Iterator[str]:
        """Every address the page refers to."""
        for node in self.root.iter():
            for name in ("href", "src", "action", "poster"):
                if name in node.attrib:
                    yield node.attrib[name]
            if "srcset" in node.attrib:
                yield from (part.split()[0] for part in node.attrib["srcset"].split(",") if part.strip())


def text(node: Element) -> str:
    return _one_line("".join(node.itertext()))


def shown(node: Element) -> str:
    """The text of `node` without what is struck through or for screen readers only."""
    if node.tag == "s" or "hidden" in node.get("class", "").split() or "hidden" in node.attrib:
        return ""
    return _one_line((node.text or "") + "".join(shown(child) + (child.tail or "") for child in node))


def _one_line(words: str) -> str:
    return re.sub("[ \t\n\r\f]+", " ", words).strip(" \xa0")  # no-break spaces within are part of amounts


@dataclass(frozen=True)
class Offer:
    """What one place says of one thing for sale."""

    minor: int
    compare: int | None
    currency: str
    available: bool


@dataclass
class SiteRead:
    """A built site by path."""

    files: Mapping[str, bytes]

    @cached_property
    def pages(self) -> dict[str, Page]:
        return {path: Page(path, data) for path, data in self.files.items() if path.endswith(".html")}

    def changed(self, files: Mapping[str, bytes]) -> SiteRead:
        """The site with these files instead; pages that are the same are not read again."""
        other = SiteRead(files)
        same = {path: page for path, page in self.pages.items() if files.get(path) is self.files[path]}
        fresh = {path: Page(path, data) for path, data in files.items() if path.endswith(".html") and path not in same}
        other.__dict__["pages"] = same | fresh
        return other

    @cached_property
    def shop_pages(self) -> dict[str, Page]:
        """Pages without those that only send people on."""
        return {path: page for path, page in self.pages.items() if not page.all("meta", http_equiv="refresh")}

    @cached_property
    def base(self) -> str:
        home = urlsplit(self.pages["index.html"].canonical)
        return f"{home.scheme}://{home.netloc}"

    def page(self, url: str) -> Page:
        return self.pages[self.file(url)]

    def file(self, url: str) -> str:
        """The file that serves a URL of the shop's own."""
        parts = urlsplit(urljoin(self.base, url))
        assert f"{parts.scheme}://{parts.netloc}" == self.base, url
        path = parts.path.lstrip("/")
        return path + "index.html" if not path or path.endswith("/") else path

    def own(self, url: str) -> bool:
        return urljoin(f"{self.base}/", url).startswith(f"{self.base}/")

    def xml(self, path: str) -> Element:
        return ET.fromstring(self.files[path])

    def json(self, path: str) -> Any:
        return json.loads(self.files[path])

    # What each place says, by the absolute URL of the variant

    def said_by_page(self, page: Page) -> dict[str, Offer]:
        """The product page's own choice of variants, and that what it shows at first is one of them."""
        options = page.all("*", data_key=None)
        currency = page.meta("product:price:currency") or ""
        several = bool(page.all("*", data_option=None))
        said = {}
        for option in options:
            key = option.attrib["data-key"]
            url = f"{page.canonical}?variant={_quoted(key)}" if several else page.canonical
            assert minor(option.attrib["data-t"]) == int(option.attrib["data-p"])
            assert not several or option.attrib["data-t"] in text(option)
            compare = minor(option.attrib["data-c"]) if "data-c" in option.attrib else None
            said[url] = Offer(int(option.attrib["data-p"]), compare, currency, "data-x" not in option.attrib)
            assert ("disabled" in option.attrib) == ("data-x" in option.attrib)
        assert len(said) == len(options), f"{page.path}: two variants have one URL"
        chosen = next(option for option in options if "data-chosen" in option.attrib)
        assert text(page.one("*", data_price=None)) == chosen.attrib["data-t"]
        assert text(page.one("*", data_compare=None)) == chosen.attrib.get("data-c", "")
        return said

    def said_by_jsonld(self, page: Page, places: int) -> dict[str, Offer]:
        product = page.thing("Product", "ProductGroup")
        assert product is not None
        said = {}
        for variant in product.get("hasVariant") or [product]:
            offer = variant["offers"]
            before = offer.get("priceSpecification")
            assert re.fullmatch(r"\d+" + (rf"\.\d{{{places}}}" if places else ""), offer["price"])
            if before:
                assert before["priceType"] == "https://schema.org/StrikethroughPrice"
                assert before["priceCurrency"] == offer["priceCurrency"]
            said[offer["url"]] = Offer(
                int(digits(offer["price"])), int(digits(before["price"])) if before else None,
                offer["priceCurrency"], {"InStock": True, "OutOfStock": False}[offer["availability"].rpartition("/")[2]],
            )  # fmt: skip
        return said

    def said_by_feed(self, path: str) -> dict[str, Offer]:
        said: dict[str, Offer] = {}
        for item in self.xml(path).iter("item"):
            fields = {child.tag.removeprefix(GOOGLE): child.text or "" for child in item}
            assert fields["link"] not in said, "the feed lists an address twice"
            price, currency = fields["price"].split(" ")
            sale, _, same = fields.get("sale_price", "").partition(" ")
            assert same in ("", currency)
            said[fields["link"]] = Offer(
                int(digits(sale or price)), int(digits(price)) if sale else None, currency,
                {"in_stock": True, "out_of_stock": False}[fields["availability"]],
            )  # fmt: skip
        return said

    def cards(self) -> Iterator[tuple[Page, str, str, int | None, bool]]:
        """(page, product URL, shown price, compare-at, available) of every product card of the site."""
        for page in self.shop_pages.values():
            for card in (node for node in page.all("article") if "card" in node.get("class", "").split()):
                anchor = next((node for node in card.iter("a") if "href" in node.attrib), None)
                if anchor is None:
                    continue
                price = next(node for node in card.iter("p") if node.get("class") == "price")
                struck = next(iter(price.iter("s")), None)
                yield page, anchor.attrib["href"], shown(price), minor(text(struck)) if struck is not None else None, "sold-out" not in card.attrib["class"].split()


def _quoted(key: str) -> str:
    from urllib.parse import quote

    return quote(key, safe="")
