"""Whether a built site tells one price for each thing: read back from everything it says, with no code of ours.

Every place is read by itself and compared with prices.json, which carts are reckoned by and orders are checked by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from site_reader import Page, SiteRead, digits, minor, shown, text


def disagreements(site: SiteRead) -> list[str]:
    """Every place that says something else than the price manifest, in words."""
    manifest = site.json("prices.json")
    lines: Mapping[str, Any] = manifest["lines"]
    places = manifest["decimals"]
    prefixes = sorted(path.removesuffix("search.json") for path in site.files if path.endswith("search.json"))
    return [
        *_manifest(site, manifest),
        *(words for prefix in prefixes for handle in _products(lines) for words in _page(site, manifest, site.pages.get(f"{prefix}products/{handle}/index.html"), handle, places)),
        *(words for prefix in prefixes for words in _feed(site, manifest, prefix)),
        *(words for prefix in prefixes for words in _lists(site, lines, prefix)),
        *_cards(site, lines),
        *_llms(site, lines),
        *_facets(site, lines),
    ]  # fmt: skip


def _products(lines: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows of each product by the key of the variant, "" where there is one."""
    found: dict[str, dict[str, Any]] = {}
    for key, row in lines.items():
        handle, _, variant = key.partition(":")
        found.setdefault(handle, {})[variant] = row
    return found


def _had(row: Mapping[str, Any]) -> bool:
    return row.get("most", 1) > 0


def _lead(lines: Mapping[str, Any], handle: str) -> Mapping[str, Any]:
    """The row whose price stands for the product: the cheapest that can be had, else the cheapest."""
    rows = list(_products(lines)[handle].values())
    return min([row for row in rows if _had(row)] or rows, key=lambda row: row["price"])


def _differs(place: str, what: str, said: object, right: object) -> Iterator[str]:
    if said != right:
        yield f"{place}: {what} is {said!r}, the manifest says {right!r}"


def _manifest(site: SiteRead, manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from _differs("prices.json", "url", site.base, manifest["url"])
    merged: dict[str, Any] = {}
    for path in site.files:
        if path.startswith("prices/"):
            part = site.json(path)
            yield from _differs(path, "currency", part["currency"], manifest["currency"])
            merged |= part["lines"]
    if merged:
        yield from _differs("prices/", "lines", merged, manifest["lines"])
    if "snipcart.json" in site.files:
        scale = 10 ** manifest["decimals"]
        told = {row["id"]: round(row["price"] * scale) for row in site.json("snipcart.json")}
        right = {key: row["price"] for key, row in manifest["lines"].items()}
        right |= {f"{key}*{many}": price for key, row in manifest["lines"].items() for many, price in row.get("tiers", ())}
        yield from _differs("snipcart.json", "prices", told, right)


def _page(site: SiteRead, manifest: Mapping[str, Any], page: Page | None, handle: str, places: int) -> Iterator[str]:
    if page is None:
        yield f"products/{handle}: no page"
        return
    place = page.path
    rows = _products(manifest["lines"])[handle]
    offered = page.all("*", data_key=None)
    for dialog in page.all("dialog", id="cart"):
        yield from _differs(place, "currency of the cart", dialog.get("data-currency"), manifest["currency"])
        yield from _differs(place, "decimals of the cart", dialog.get("data-decimals"), str(places))
        for name, key in (("data-flat", "flat"), ("data-free", "free_from")):
            yield from _differs(place, name, int(dialog.attrib[name]) if name in dialog.attrib else None, manifest["shipping"].get(key))
    yield from _differs(place, "variants", sorted(node.attrib["data-key"] if len(offered) > 1 else "" for node in offered), sorted(rows))
    yield from _differs(place, "end of the offer", page.one("*", data_product=None).get("data-until"), next(iter(rows.values())).get("until"))
    for node in offered:
        row = rows.get(node.attrib["data-key"] if len(offered) > 1 else "")
        if row is None:
            continue
        at = f"{place} {node.attrib['data-key']}"
        yield from _differs(at, "data-p", int(node.attrib["data-p"]), row["price"])
        yield from _differs(at, "data-t", minor(node.attrib["data-t"]), row["price"])
        yield from _differs(at, "data-c", minor(node.attrib["data-c"]) if "data-c" in node.attrib else None, row.get("compare_at"))
        yield from _differs(at, "to be had", "data-x" not in node.attrib, _had(row))
        yield from _differs(at, "SKU", node.get("data-s"), row.get("sku"))
        steps = [digits(step) for step in node.get("data-v", "").split("␟") if step]
        yield from _differs(at, "steps", len(steps), len(row.get("tiers", ())))
        for step, (many, price) in zip(steps, row.get("tiers", ()), strict=False):
            yield from _differs(at, "step", step, f"{many}{str(price).rjust(places + 1, '0')}")
        if len(offered) > 1:
            yield from _differs(at, "price beside it", node.attrib["data-t"] in text(node), True)
        yield from _ordered(at, node.attrib, row, manifest)
    chosen = next((node for node in offered if "data-chosen" in node.attrib), None)
    if chosen is None:
        yield f"{place}: no variant is chosen"
        return
    yield from _differs(place, "price shown", text(page.one("*", data_price=None)), chosen.attrib["data-t"])
    yield from _differs(place, "earlier price shown", text(page.one("*", data_compare=None)), chosen.attrib.get("data-c", ""))
    told = [(offer.minor, offer.compare, offer.currency, offer.available) for offer in site.said_by_jsonld(page, places).values()]
    right = [(row["price"], row.get("compare_at"), manifest["currency"], _had(row)) for row in rows.values()]
    yield from _differs(place, "JSON-LD", told, right)


def _ordered(at: str, node: Mapping[str, str], row: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[str]:
    """What one piece costs when it is ordered without scripts."""
    flat, free = manifest["shipping"].get("flat", 0), manifest["shipping"].get("free_from")
    total = row["price"] + (0 if free is not None and row["price"] >= free else flat)
    if node.get("name") == "order":
        order = json.loads(node["value"])
        yield from _differs(at, "order", (order["lines"][0]["unit"], order["total"], order["currency"]), (row["price"], total, manifest["currency"]))
    elif "href" in node:
        asked = parse_qs(urlsplit(node["href"]).query)
        yield from _differs(at, "link to pay", int((asked.get("__prefilled_amount") or asked["total"])[0]), total)
    elif node.get("name") in ("body", "text"):
        yield from _differs(at, "order", node["data-t"] in node["value"], True)


def _feed(site: SiteRead, manifest: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for url, offer in site.said_by_feed(f"{prefix}feeds/google.xml").items():
        page = site.pages.get(site.file(url))
        handle = urlsplit(url).path.rstrip("/").rpartition("/")[2]
        rows = _products(manifest["lines"]).get(handle, {})
        asked = parse_qs(urlsplit(url).query).get("variant", [""])[0]
        row = rows.get(asked) or rows.get("")
        if page is None or row is None:
            yield f"{prefix}feeds/google.xml: {url} is not sold"
            continue
        said = (offer.minor, offer.compare, offer.currency, offer.available)
        yield from _differs(f"{prefix}feeds/google.xml", url, said, (row["price"], row.get("compare_at"), manifest["currency"], _had(row)))


def _lists(site: SiteRead, lines: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """The rows that client code makes cards and search results of; the search index itself holds no price."""
    for path in site.files:
        if path.startswith(f"{prefix}cards/"):
            for row in site.json(path):
                lead = _lead(lines, row[0])
                said = (minor(row[3]), minor(row[4]) if len(row) > 4 and row[4] else None, row[6] != "out")
                yield from _differs(path, row[0], said, (lead["price"], lead.get("compare_at"), _had(lead)))


def _cards(site: SiteRead, lines: Mapping[str, Any]) -> Iterator[str]:
    for page, url, price, compare, available in site.cards():
        lead = _lead(lines, urlsplit(url).path.rstrip("/").rpartition("/")[2])
        yield from _differs(f"{page.path} card {url}", "price", (minor(price), compare, available), (lead["price"], lead.get("compare_at"), _had(lead)))


def _llms(site: SiteRead, lines: Mapping[str, Any]) -> Iterator[str]:
    for line in site.files["llms.txt"].decode().splitlines():
        if "/products/" in line and "): " in line:
            url, words = line.partition("](")[2].split("): ", 1)
            handle = url.rstrip("/").rpartition("/")[2]
            yield from _differs("llms.txt", handle, minor(words.partition(", ")[0]), _lead(lines, handle)["price"])


def _facets(site: SiteRead, lines: Mapping[str, Any]) -> Iterator[str]:
    """Indexes that price ranges are counted by: ascending prices as gaps, five bits to a character."""
    for path in site.files:
        if not path.endswith("facets.json"):
            continue
        page = site.pages[path.replace("facets.json", "index.html")]
        handles = {urlsplit(url).path.rstrip("/").rpartition("/")[2] for at, url, *_ in _cards_of(page)}
        told, sums, shift, number = site.json(path), [], 0, 0
        for char in told["prices"]:
            code = ord(char) - 63
            number |= (code & 31) << shift
            shift += 5
            if code < 32:
                sums.append(number + (sums[-1] if sums else 0))
                shift = number = 0
        if len(handles) == told["count"]:
            yield from _differs(path, "prices", sums, sorted(_lead(lines, handle)["price"] for handle in handles))


def _cards_of(page: Page) -> Iterator[tuple[str, str]]:
    for card in page.all("article"):
        anchor = next((node for node in card.iter("a") if "href" in node.attrib), None)
        if "card" in card.get("class", "").split() and anchor is not None:
            yield shown(card), anchor.attrib["href"]
