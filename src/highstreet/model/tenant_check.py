"""Tenant checks: tenant.yaml and branding.yaml, each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from highstreet.model import addresses
from highstreet.model.catalog_records import Record
from highstreet.model.finding import Elsewhere, Finding, from_flaw, quoted
from highstreet.model.flaws import Flaw
from highstreet.model.product_check import too_many_decimals
from highstreet.source.cdn import FIELDS, cdn_flaw

_PLACEHOLDERS = FIELDS
_FONTS = (".woff2", ".woff", ".ttf", ".otf")


def tenant_findings(file: str, record: Record, currency: str | None) -> list[Finding]:
    found: list[Finding] = []
    checkout = record.get("checkout")
    if checkout:
        found.extend(_checkout(file, checkout))
    found.extend(_shipping(file, record.get("shipping") or {}, record.get("currency") or currency))
    pattern = (record.get("images") or {}).get("cdn")
    if pattern:
        found.extend(_cdn(file, pattern))
    found.extend(_languages(file, record))
    found.extend(_twice(file, "domains", record.get("domains") or []))
    return found


def _checkout(file: str, checkout: Record) -> Iterator[Finding]:
    kind, to = checkout["kind"], checkout.get("to")
    wanted = {
        "email": "an e-mail address",
        "whatsapp": "a phone number such as +33123456789",
        "payment_link": "an https:// address",
        "webhook": "an https:// address",
        "url": "an https:// address",
        "snipcart": "your public Snipcart key",
    }.get(kind)
    if wanted is None:
        if to:
            yield Finding(
                "HS114",
                file,
                ("checkout", "to"),
                "to has no meaning when kind is none",
                quoted(to),
                "no to",
                "remove to, or choose a kind of checkout",
                part="key",
            )
        return
    if not to:
        yield Finding(
            "HS114",
            file,
            ("checkout", "to"),
            f"checkout by {kind} needs to",
            "nothing",
            f"to: {wanted}",
            "add to under checkout",
        )
        return
    check = {
        "email": addresses.email,
        "whatsapp": addresses.phone,
        "payment_link": addresses.https,
        "webhook": addresses.https,
        "url": addresses.https,
        "snipcart": addresses.public_key,
    }.get(kind)
    flaw: Flaw | None = check(to) if check else None
    if flaw is not None:
        yield from_flaw(flaw, file, ("checkout", "to"), to)
    elif check is addresses.https and (shown := addresses.disguised(to)):
        yield Finding(
            "HS113",
            file,
            ("checkout", "to"),
            "the host name mixes letters that look alike",
            f"{to}, shown as {shown}",
            "letters of one script",
            "check that orders are meant to go there",
            severity="warning",
        )


def _shipping(file: str, shipping: Record, currency: str | None) -> Iterator[Finding]:
    for key in ("free_from", "flat"):
        text = shipping.get(key)
        if text and currency:
            yield from too_many_decimals(file, ("shipping", key), text, currency)
    for key in ("handling_days", "transit_days"):
        days = shipping.get(key)
        if days and int(days[0]) > int(days[1]):
            yield Finding(
                "HS115",
                file,
                ("shipping", key),
                f"{key} runs backwards",
                f"[{days[0]}, {days[1]}]",
                "fewest days first",
                f"write [{days[1]}, {days[0]}]",
            )


def _cdn(file: str, pattern: str) -> Iterator[Finding]:
    keys = ("images", "cdn")
    names = re.findall(r"\{([^{}]*)\}", pattern)
    unknown = [name for name in names if name not in _PLACEHOLDERS]
    flaw = addresses.https(re.sub(r"\{[^{}]*\}", "x", pattern))
    if unknown:
        yield Finding(
            "HS116",
            file,
            keys,
            f"unknown placeholder {{{unknown[0]}}}",
            quoted(pattern),
            "{stem}, {name}, {width} and {format}",
            "use one of these",
        )
    elif flaw is not None:
        yield from_flaw(flaw, file, keys, pattern)
    elif not {"stem", "name"} & set(names):
        yield Finding(
            "HS116",
            file,
            keys,
            "the pattern does not name the picture",
            quoted(pattern),
            "{stem} or {name} somewhere",
            "add it, such as https://cdn.example/{stem}-{width}.{format}",
        )
    elif (words := cdn_flaw(pattern)) is not None:
        yield Finding(
            "HS116",
            file,
            keys,
            "the pattern cannot be used",
            quoted(pattern),
            words,
            "write it as https://cdn.example/{stem}-{width}.{format}",
        )


def _languages(file: str, record: Record) -> Iterator[Finding]:
    languages, locale = record.get("languages") or [], record.get("locale")
    if languages and locale and languages[0] != locale:
        # "en" before "en-GB" is the same language, not one more.
        same = languages[0].partition("-")[0] == locale.partition("-")[0]
        others = [language for language in languages[1 if same else 0 :] if language != locale]
        fix = f"write [{', '.join([locale, *others])}]"
        yield Finding(
            "HS117", file, ("languages", 0), "the first language is not the shop's locale", languages[0], locale, fix
        )
    yield from _twice(file, "languages", languages)


def _twice(file: str, key: str, entries: list[str]) -> Iterator[Finding]:
    for index, entry in enumerate(entries):
        first = entries.index(entry)
        if first != index:
            yield Finding(
                "HS118",
                file,
                (key, index),
                f"{entry} is listed twice",
                entry,
                "each once",
                "remove one of them",
                related=(Elsewhere(file, (key, first)),),
            )


def branding_findings(file: str, record: Record) -> list[Finding]:
    found: list[Finding] = []
    for index, font in enumerate((record.get("typography") or {}).get("files") or ()):
        if not font["src"].lower().endswith(_FONTS):
            found.append(
                Finding(
                    "HS119",
                    file,
                    ("typography", "files", index, "src"),
                    "src is not a font file",
                    quoted(font["src"]),
                    ", ".join(_FONTS),
                    "convert the font to .woff2",
                )
            )
    return found
