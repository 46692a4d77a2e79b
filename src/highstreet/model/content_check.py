"""Content checks: collections' rules, menus and sections, each file by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from highstreet.base.diagnostic import did_you_mean
from highstreet.base.span import Keys
from highstreet.model import amounts, flaws
from highstreet.model.catalog_records import Record
from highstreet.model.finding import Finding, from_flaw, quoted
from highstreet.model.flaws import Flaw

DEEPEST_MENU = 3
_FILTERS = ("availability", "sale", "price", "type", "vendor", "tag")
_NAMED_FILTERS = ("option", "attribute")
_OPERATORS = ("is", "not", "contains", "starts", "below", "above")
_FOR_TEXT = ("is", "not", "contains", "starts")
_FOR_PRICE = ("below", "above", "is", "not")
_FOR_FLAG = ("is", "not")


def collection_findings(file: str, record: Record) -> list[Finding]:
    found = list(_filters(file, record.get("filters") or ()))
    rules = record.get("rules")
    if rules is None:
        return found
    if record.get("products"):
        found.append(
            Finding(
                "HS230",
                file,
                ("rules",),
                "a collection has products or rules, not both",
                "products and rules",
                "one of the two",
                "remove products to let the rules decide, or remove the rules",
                part="key",
            )
        )
    for index, row in enumerate(rules["where"]):
        found.extend(_condition(file, ("rules", "where", index), row))
    return found


def _filters(file: str, given: Sequence[str]) -> Iterator[Finding]:
    for place, text in enumerate(given):
        kind, _, name = text.partition("/")
        if kind not in (*_FILTERS, *_NAMED_FILTERS) or bool(name) != (kind in _NAMED_FILTERS):
            yield Finding(
                "HS236",
                file,
                ("filters", place),
                "no such filter",
                text,
                f"{', '.join(_FILTERS)}, option/NAME or attribute/NAME",
                f"write {kind}/ and its name, such as {kind}/Colour"
                if kind in _NAMED_FILTERS
                else did_you_mean(text, _FILTERS) or "write option/ or attribute/ and its name",
            )
        elif text in given[:place]:
            yield Finding("HS236", file, ("filters", place), "filter is listed twice", text, "each once", "remove one")


def _condition(file: str, at: tuple[str | int, ...], row: Record) -> Iterator[Finding]:
    field = row["field"]
    given = [word for word in _OPERATORS if word in row]
    allowed = _FOR_PRICE if field == "price" else _FOR_FLAG if field in ("available", "on_sale") else _FOR_TEXT
    if len(given) != 1:
        yield Finding(
            "HS231",
            file,
            at,
            "a condition needs exactly one comparison",
            ", ".join(given) or "none",
            " | ".join(allowed),
            f"add one, such as {allowed[0]}: …" if not given else "make a condition of each",
        )
        return
    op = given[0]
    if op not in allowed:
        yield Finding(
            "HS232",
            file,
            (*at, op),
            f"{field} cannot be compared with {op}",
            op,
            " | ".join(allowed),
            f"use {allowed[0]}",
            part="key",
        )
        return
    flaw: Flaw | None = None
    if field == "price":
        flaw = amounts.price(row[op])
    elif field in ("available", "on_sale"):
        flaw = flaws.boolean(row[op])
    if flaw is not None:
        yield from_flaw(flaw, file, (*at, op), row[op])
    if field == "attribute" and not row.get("attribute"):
        yield Finding(
            "HS233",
            file,
            at,
            "the attribute to compare is not named",
            "field: attribute",
            "attribute: Material",
            "add attribute: and its name",
        )
    if field != "attribute" and row.get("attribute"):
        yield Finding(
            "HS233",
            file,
            (*at, "attribute"),
            f"attribute has no meaning when field is {field}",
            quoted(row["attribute"]),
            "field: attribute",
            "write field: attribute, or remove attribute",
            part="key",
        )


def navigation_findings(file: str, record: Record) -> list[Finding]:
    return [finding for name, items in record.items() for finding in _menu(file, (name,), items or (), 1)]


def _menu(file: str, at: tuple[str | int, ...], items: Sequence[Record], level: int) -> Iterator[Finding]:
    for index, item in enumerate(items):
        here = (*at, index)
        below = item.get("items")
        if not item.get("to") and not below:
            yield Finding(
                "HS326",
                file,
                (*here, "label"),
                "a menu entry leads nowhere",
                quoted(item["label"]),
                "to, or items below it",
                "add to: and a link, such as page/about",
            )
        elif below and level >= DEEPEST_MENU:
            yield Finding(
                "HS325",
                file,
                (*here, "items"),
                "menus are nested too deeply",
                f"level {level + 1}",
                f"at most {DEEPEST_MENU} levels",
                "move the entries up",
                part="key",
            )
        elif below:
            yield from _menu(file, (*here, "items"), below, level + 1)


def section_findings(file: str, record: Record) -> list[Finding]:
    found: list[Finding] = []
    for index, section in enumerate(record.get("sections") or ()):
        type_ = section.get("type")
        at = ("sections", index)
        if "type" not in section:
            found.append(
                Finding(
                    "HS322",
                    file,
                    at,
                    "a section has no type",
                    ", ".join(section) or "nothing",
                    "type: hero, for example",
                    "add type: and the name of a section of the theme",
                )
            )
        elif not isinstance(type_, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", type_):
            shown = quoted(type_) if isinstance(type_, str) else "no text"
            found.append(
                Finding(
                    "HS322",
                    file,
                    (*at, "type"),
                    "type is not the name of a section",
                    shown,
                    "a name such as rich-text",
                    "use a name from the theme",
                )
            )
        for key in ("publish_at", "unpublish_at"):
            found += _moment(file, (*at, key), section.get(key))
    return found


def _moment(file: str, keys: Keys, given: object) -> list[Finding]:
    if given is None:
        return []
    flaw = flaws.moment(given if isinstance(given, str) else "")
    return [from_flaw(flaw, file, keys, given if isinstance(given, str) else "no text")] if flaw else []
