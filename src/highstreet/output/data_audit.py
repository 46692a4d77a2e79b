"""Data files: feeds, sitemap, search index and their kin, held against the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

from highstreet.output.hosting import HEADERS, blocks, headers_for
from highstreet.output.selling_audit import Offer, Offers, told_wrongly
from highstreet.output.site import Finding, Site

_GOOGLE = "{http://base.google.com/ns/1.0}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAPS = re.compile(r"sitemap(-\d+)?\.xml")
_ROWS = re.compile(r"(^|/)cards/\d+\.json$")
_SEARCH_TEXTS = re.compile(r"(^|/)search/texts-\d+\.json$")
_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
_LLMS = re.compile(r"^- \[((?:[^\\\]]|\\.)*)\]\(([^)]*)\)(?:: (.*))?$", re.MULTILINE)
_REPORT = "report this: machines are told something that is not so"


def data(site: Site, made: Offers) -> Iterator[Finding]:
    """Findings in every file that is no page."""
    for name in sorted(site.files):
        if name.endswith(".xml") and not _SITEMAPS.fullmatch(name):
            yield from _feed(site, name, made)
        elif name.endswith((".json", ".webmanifest")):
            found = _json(site, name)
            if isinstance(found, Finding):
                yield found
            elif _SEARCH_TEXTS.search(name):
                yield from _listed(site, name, [str(row[1]) for row in found])
            elif _ROWS.search(name):
                yield from _rows(site, name, found, made)
            elif name.endswith(".webmanifest"):
                yield from _listed(site, name, [icon.get("src", "") for icon in found.get("icons", [])])
        elif name.endswith(".css"):
            text = site.text(name)
            yield from _listed(site, name, [url for url in _URL.findall(text) if not url.startswith(("data:", "#"))])
    yield from _sitemap(site)
    yield from _texts(site, made)
    if HEADERS in site.files:
        yield from _policy(site)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _xml(site: Site, name: str) -> ET.Element | Finding:
    try:
        return ET.parse(site.folder / name).getroot()
    except ET.ParseError as error:
        return _malformed(name, error)


def _malformed(name: str, error: ET.ParseError) -> Finding:
    return Finding("HS607", name, -1, "file is not well-formed XML", str(error), "well-formed XML", "report this")


def _json(site: Site, name: str) -> Any:
    try:
        return json.loads(site.text(name))
    except ValueError as error:
        return Finding("HS607", name, -1, "file is not JSON", str(error), "JSON", "report this")


def _listed(site: Site, name: str, urls: list[str]) -> Iterator[Finding]:
    for url in urls:
        address = site.resolve(url, name)
        if address is not None and address.file is None:
            yield Finding("HS601", name, -1, "link leads nowhere", url, "a file of this site", "")


def _feed(site: Site, name: str, made: Offers) -> Iterator[Finding]:
    try:
        with (site.folder / name).open("rb") as file:
            events = ET.iterparse(file, ("start", "end"))
            _, root = next(events)
            if root.tag == "rss":
                yield from _merchant_feed(site, name, _items(events, root), made)
            elif root.tag == f"{_ATOM}feed":
                for _ in events:
                    pass
                yield from _journal_feed(site, name, root)
    except ET.ParseError as error:
        yield _malformed(name, error)


def _items(events: Iterator[tuple[str, ET.Element]], root: ET.Element) -> Iterator[ET.Element]:
    """The items of a merchant feed, each forgotten when the next is asked for: 80,000 variants are half a gigabyte."""
    for event, element in events:
        if event == "end" and element.tag == "item":
            yield element
            del root[0][:]


def _merchant_feed(site: Site, name: str, items: Iterable[ET.Element], made: Offers) -> Iterator[Finding]:
    seen: set[str] = set()
    ids: set[str] = set()
    prefix = name.removesuffix("feeds/google.xml")
    for item in items:
        said = {child.tag.removeprefix(_GOOGLE): child.text or "" for child in item}
        link, identity = said.get("link", ""), said.get("id", "")
        seen.add(link)
        if identity in ids:
            yield _found("HS606", name, "feed names two things alike", identity, "each id once")
        ids.add(identity)
        offer = made.by_url.get(link)
        price, _, currency = said.get("price", "").partition(" ")
        sale, _, _ = said.get("sale_price", "").partition(" ")
        told = Offer(sale or price, currency, price if sale else "", said.get("availability") == "in_stock")
        if offer is None:
            wanted = "the address of a variant on its product page"
            yield _found("HS606", name, "feed names an address no page offers", link or identity, wanted)
        elif told != offer._replace(text="", compare_text=""):
            yield _found("HS606", name, "merchant feed and page disagree", f"{link}: {told.told}", offer.told)
        yield from _listed(site, name, [link, said.get("image_link", "")])
    for url, file in made.pictured.items():
        if url not in seen and file.startswith(f"{prefix}products/"):
            yield _found("HS606", name, "feed lacks something for sale", url, "every variant with a picture")


def _journal_feed(site: Site, name: str, tree: ET.Element) -> Iterator[Finding]:
    links = [link.get("href", "") for link in tree.iter(f"{_ATOM}link")]
    yield from _listed(site, name, links)


def _rows(site: Site, name: str, found: Any, made: Offers) -> Iterator[Finding]:
    """Rows client code makes cards of: handle, url, title, price, compare, discount, state, vendor, image, second."""
    for row in found:
        fields = [*(str(part) for part in row[:10]), *[""] * (10 - len(row[:10]))]
        _, url, title, price, before, _, state, _, image, second = fields
        yield from _listed(site, name, [part for part in (url, image, second) if part])
        yield from _priced(site, name, url, title, price, made)
        address = site.resolve(url, name)
        offer = made.leading.get(address.file or "") if address is not None else None
        wrong = offer is not None and (before != offer.compare_text or (state != "out") != offer.available)
        if offer is not None and offer.text and wrong:
            yield _found("HS614", name, "row and product page disagree", f"{title}: {before} {state}", offer.told)


def _priced(site: Site, name: str, url: str, title: str, price: str, made: Offers) -> Iterator[Finding]:
    address = site.resolve(url, name)
    offer = made.leading.get(address.file or "") if address is not None else None
    if offer is not None and offer.text and told_wrongly(price, offer.text):
        yield _found("HS614", name, "price and product page disagree", f"{title}: {price}", offer.text)


def _sitemap(site: Site) -> Iterator[Finding]:
    listed: set[str] = set()
    for name in sorted(site.files):
        if not _SITEMAPS.fullmatch(name):
            continue
        tree = _xml(site, name)
        if isinstance(tree, Finding):
            yield tree
            return
        for row in tree:
            url = row.findtext(f"{_SITEMAP}loc") or ""
            if row.tag == f"{_SITEMAP}sitemap":
                yield from _listed(site, name, [url])
            else:
                listed.add(url)
                yield from _sitemap_row(site, name, url, row)
    if listed or "sitemap.xml" in site.files:
        for name, page in site.shop_pages():
            if not page.hidden and site.url(name) not in listed:
                wanted = "every page that may be indexed"
                yield _found("HS613", "sitemap.xml", "sitemap lacks a page", site.url(name), wanted)


def _sitemap_row(site: Site, name: str, url: str, row: ET.Element) -> Iterator[Finding]:
    address = site.resolve(url)
    file = address.file if address is not None else None
    page = site.pages.get(file or "")
    if file is None or page is None or page.hidden or page.refresh is not None or site.url(file) != url:
        wanted = "pages of this site that may be indexed"
        yield _found("HS613", name, "sitemap names a page that is not to be found", url, wanted)
        return
    yield from _listed(site, name, [image.text or "" for image in row.iter(f"{_IMAGE}loc")])
    said = {link.get("hreflang", ""): link.get("href", "") for link in row.iter(f"{_XHTML}link")}
    own = {code: href for code, href in page.alternates.items() if code != "x-default"}
    if said != own:
        told = f"{url}: {', '.join(said) or 'none'}"
        yield _found("HS612", name, "sitemap and page name other languages", told, ", ".join(own) or "none")


def _texts(site: Site, made: Offers) -> Iterator[Finding]:
    """robots.txt, llms.txt and the redirect rules."""
    if "robots.txt" in site.files:
        urls = re.findall(r"^Sitemap: (\S+)", site.text("robots.txt"), re.MULTILINE)
        yield from _listed(site, "robots.txt", urls)
    if "llms.txt" in site.files:
        for title, url, words in _LLMS.findall(site.text("llms.txt")):
            yield from _listed(site, "llms.txt", [url])
            address = site.resolve(url)
            offer = made.leading.get(address.file or "") if address is not None else None
            if offer is not None and offer.text and _one_line(offer.text) not in _one_line(words):
                yield _found("HS614", "llms.txt", "price and product page disagree", f"{title}: {words}", offer.text)
    if "_redirects" in site.files:
        for line in site.text("_redirects").splitlines():
            source, target, *_ = [*line.split(), "", ""]
            address = site.resolve(target)
            page = site.pages.get(address.file or "") if address is not None else None
            if address is not None and (address.file is None or (page is not None and page.refresh is not None)):
                yield Finding(
                    "HS615",
                    "_redirects",
                    -1,
                    "redirect leads nowhere",
                    f"{source} → {target}",
                    "an address that exists and is no redirect itself",
                    "correct the target in redirects.yaml",
                )


# What a page loads, and which directive decides whether it may.
_LOADS = {"img": "img-src", "source": "img-src", "script": "script-src", "link": "style-src"}
_TAG_NAME = re.compile(r"<([a-z]+)")
_STRICT = ("script-src 'self'", "style-src 'self'", "base-uri 'none'", "require-trusted-types-for 'script'")
# Where Snipcart takes the orders its script must get in, and writes HTML; nothing else may.
_SNIPCART = ("script-src 'self' https://cdn.snipcart.com", "base-uri 'none'")


def _policy(site: Site) -> Iterator[Finding]:
    """The security policy is the strict one, and no page needs what it forbids."""
    said = headers_for(blocks(site.text(HEADERS)), "/")
    policy = said.get("Content-Security-Policy", "")
    parts = [part.strip() for part in policy.split(";")]
    for wanted in _SNIPCART if "snipcart.json" in site.files else _STRICT:
        if wanted not in parts:
            yield Finding("HS617", HEADERS, -1, "security policy is too weak", policy or "none", wanted, _REPORT)
    allowed = {name: hosts.split() for name, _, hosts in (part.partition(" ") for part in parts)}
    checked: set[str] = set()
    for name, page in site.pages.items():
        text = ""
        for link, at in page.links:
            if not link.startswith(("https://", "http://", "//")) or link in checked or site.resolve(link) is not None:
                continue
            checked.add(link)
            text = text or site.text(name)
            tag = _TAG_NAME.match(text, at)
            directive = _LOADS.get(tag[1] if tag else "")
            if directive is None or (directive == "style-src" and ".css" not in link):
                continue
            if "/".join(link.split("/")[:3]) not in allowed.get(directive, ()):
                wanted = f"{directive} {' '.join(allowed.get(directive, ()))}"
                yield Finding(
                    "HS617",
                    name,
                    at,
                    "page loads what the security policy forbids",
                    link,
                    wanted,
                    "load it from assets/",
                )


def _found(code: str, name: str, message: str, found: str, expected: str) -> Finding:
    return Finding(code, name, -1, message, found, expected, _REPORT)
