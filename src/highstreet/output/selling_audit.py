"""Selling: one price, currency, availability and address, wherever a site tells them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from highstreet.output.reading import Choice, Page, Said
from highstreet.output.site import Finding, Site

_REPORT = "report this: a shopper may see a wrong price"
_AMOUNT = re.compile(r"\d(?:.*\d)?", re.DOTALL)  # from the first digit to the last, of whatever script


class Offer(NamedTuple):
    """One variant as a page's JSON-LD offers it, with the text the page prints for it."""

    price: str
    currency: str
    compare: str
    available: bool
    text: str = ""
    compare_text: str = ""

    @property
    def told(self) -> str:
        before = f", before {self.compare}" if self.compare else ""
        return f"{self.price} {self.currency}{before}, {'available' if self.available else 'sold out'}"


@dataclass(slots=True)
class Offers:
    """What the product pages offer: by absolute URL of the variant, and by product page its leading offer."""

    by_url: dict[str, Offer] = field(default_factory=dict)
    leading: dict[str, Offer] = field(default_factory=dict)  # by file of the product page
    pictured: dict[str, str] = field(default_factory=dict)  # URL of a variant whose product has a picture → its page
    findings: list[Finding] = field(default_factory=list)


def offers(site: Site) -> Offers:
    """All offers of the site, and what is wrong within the pages that make them."""
    made = Offers()
    marks: dict[str, Counter[str]] = {}
    for name, page in site.shop_pages():
        for structured in page.structured:
            graph = _graph(structured)
            if graph is None:
                made.findings.append(
                    Finding(
                        "HS604",
                        name,
                        structured.at,
                        "structured data cannot be read",
                        " ".join(structured.text.split())[:60] or "nothing",
                        "a JSON object with @graph",
                        "report this: search engines ignore the page's facts",
                    )
                )
                continue
            made.findings += _addresses(site, name, structured)
            for thing in graph:
                if isinstance(thing, dict) and thing.get("@type") in ("Product", "ProductGroup"):
                    _product(name, page, structured, thing, made)
        for choice in page.choices:
            marks.setdefault(page.lang, Counter())[_mark(choice.text)] += 1
    made.findings += _currencies(site, made, marks)
    return made


def cards(site: Site, made: Offers) -> Iterator[Finding]:
    """Prices in lists against the product pages they lead to."""
    for name, page in site.shop_pages():
        for card, at in page.cards:
            address = site.resolve(card.url, name)
            offer = made.leading.get(address.file or "") if address is not None else None
            if offer is None or not offer.text:
                continue
            wrong = told_wrongly(card.price, offer.text) or told_wrongly(card.compare, offer.compare_text)
            if wrong or card.available != offer.available:
                said = f"{card.url}: {card.price}{' / ' + card.compare if card.compare else ''}"
                yield Finding(
                    "HS605",
                    name,
                    at,
                    "list and product page disagree",
                    f"{said}, {'available' if card.available else 'sold out'}",
                    offer.told,
                    _REPORT,
                )


def told_wrongly(said: str, wanted: str) -> bool:
    """Whether `said` ("From €129.50") is anything but the amount `wanted` with words around it."""
    return wanted not in said or any(char.isdecimal() for char in said.replace(wanted, "", 1))


def _graph(structured: Said) -> list[Any] | None:
    try:
        graph = json.loads(structured.text)["@graph"]
    except (ValueError, KeyError, TypeError):
        return None
    return graph if isinstance(graph, list) else None


def _addresses(site: Site, name: str, structured: Said) -> Iterator[Finding]:
    """Addresses of ours in JSON-LD that nothing answers."""
    for found in dict.fromkeys(re.findall(rf'"({re.escape(site.base)}/(?:[^"\\]|\\.)*)"', structured.text)):
        thing = (json.loads(f'"{found}"') if "\\" in found else found).partition("{")[0]
        address = site.resolve(thing[len(site.base) :], name)
        if address is not None and address.file is None:
            message = "structured data names an address that is not there"
            yield Finding("HS601", name, structured.at, message, thing, "a file of this site", "")


def _product(name: str, page: Page, structured: Said, thing: Mapping[str, Any], made: Offers) -> None:
    choices = {quote(choice.key, safe=""): choice for choice in page.choices}
    sold = []
    try:
        for variant in thing.get("hasVariant") or [thing]:
            offer = _offer(variant["offers"])
            url = str(variant["offers"]["url"])
            key = url.partition("?variant=")[2]
            choice = choices.get(key) if key else page.choices[0] if len(page.choices) == 1 else None
            if page.choices:
                made.findings += _compared(name, page, structured, url, offer, choice)
            if choice is not None:
                offer = offer._replace(text=choice.text, compare_text=choice.compare)
            sold.append(offer)
            made.by_url[url] = offer
            if thing.get("image"):
                made.pictured[url] = name
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        made.findings.append(
            Finding(
                "HS604",
                name,
                structured.at,
                "structured data of a product is incomplete",
                f"{type(error).__name__}: {error}"[:80],
                "offers with url, price, priceCurrency and availability",
                "report this: search engines ignore the product",
            )
        )
        return
    if len(sold) != len(page.choices) and page.choices:
        made.findings.append(
            Finding(
                "HS605",
                name,
                structured.at,
                "page and structured data disagree",
                f"{len(page.choices)} variants on the page",
                f"{len(sold)} in its structured data",
                _REPORT,
            )
        )
    at_hand = [offer for offer in sold if offer.available] or sold
    made.leading[name] = min(at_hand, key=lambda offer: float(offer.price))
    chosen = next((choice for choice in page.choices if choice.selected), None)
    if page.shown is not None and chosen is not None and page.shown.text != chosen.text:
        message = "page shows another price than it offers"
        made.findings.append(Finding("HS605", name, page.shown.at, message, page.shown.text, chosen.text, _REPORT))


def _offer(given: Mapping[str, Any]) -> Offer:
    before = given.get("priceSpecification") or {}
    available = {"InStock": True, "OutOfStock": False}[str(given["availability"]).rpartition("/")[2]]
    float(given["price"])
    return Offer(str(given["price"]), str(given["priceCurrency"]), str(before.get("price", "")), available)


def _compared(
    name: str, page: Page, structured: Said, url: str, offer: Offer, choice: Choice | None
) -> Iterator[Finding]:
    if choice is None:
        said = f"no variant at {url} on the page"
        yield Finding("HS605", name, structured.at, "page and structured data disagree", said, offer.told, _REPORT)
        return
    good = (
        choice.minor == str(_digits(offer.price))
        and _digits(choice.text) == _digits(offer.price)
        and _digits(choice.compare) == _digits(offer.compare)
        and choice.available == offer.available
    )
    if not good:
        said = f"{choice.text}{' / ' + choice.compare if choice.compare else ''} ({choice.minor} minor units)"
        yield Finding(
            "HS605",
            name,
            choice.at,
            "page and structured data disagree",
            f"{choice.key}: {said}, {'available' if choice.available else 'sold out'}",
            offer.told,
            _REPORT,
        )


def _currencies(site: Site, made: Offers, marks: Mapping[str, Counter[str]]) -> Iterator[Finding]:
    """A shop has one currency, and each language one way of writing it."""
    count = Counter(offer.currency for offer in made.by_url.values())
    if len(count) > 1:
        usual = count.most_common(1)[0][0]
        for url, offer in made.by_url.items():
            if offer.currency != usual:
                address = site.resolve(url)
                file = address.file if address is not None and address.file else "index.html"
                yield Finding("HS616", file, -1, "currencies are mixed", f"{url}: {offer.currency}", usual, _REPORT)
    usual_mark = {lang: counted.most_common(1)[0][0] for lang, counted in marks.items()}
    for name, page in site.shop_pages():
        for choice in page.choices:
            if _mark(choice.text) != usual_mark[page.lang]:
                yield Finding(
                    "HS616",
                    name,
                    choice.at,
                    "price is written in another currency",
                    choice.text,
                    f"amounts written {usual_mark[page.lang].replace('#', '…')}",
                    _REPORT,
                )


def _mark(text: str) -> str:
    return _AMOUNT.sub("#", text)


def _digits(text: str) -> int | None:
    """The minor units an amount means, as every amount is written with all its decimals; None without digits."""
    digits = "".join(str(int(char)) for char in text if char.isdecimal())
    return int(digits) if digits else None
