"""Platform: what the operator of the street sets for all tenants, under [tool.highstreet] of pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from highstreet.base.diagnostic import Diagnostic, Report, did_you_mean
from highstreet.base.span import Span
from highstreet.model import addresses, flaws, publishing
from highstreet.model.budgets import OTHER, Budget, Budgets
from highstreet.model.flaws import Flaw
from highstreet.model.publishing import Publishing
from highstreet.model.secrets import masked

_RESERVED = """
admin api app assets auth blog cdn dashboard dev docs edge ftp git help imap internal localhost login mail media mx ns
ns1 ns2 origin pop preview root s3 smtp staging static status support test webmail www
"""
RESERVED = frozenset(_RESERVED.split())


@dataclass(frozen=True, slots=True)
class Plan:
    """Limits of one plan; None means unlimited."""

    name: str
    max_products: int | None = None
    max_variants: int | None = None  # of one product
    max_collections: int | None = None
    max_pages: int | None = None  # pages and posts together
    max_images: int | None = None  # picture files under assets/
    max_languages: int | None = None
    max_domains: int | None = None
    max_asset_mb: int | None = None  # all files under assets/ together


@dataclass(frozen=True, slots=True)
class Platform:
    base_domain: str = "localhost"
    plans: Mapping[str, Plan] = field(default_factory=dict)
    reserved: frozenset[str] = RESERVED  # handles no tenant may have
    publish: Publishing = field(default_factory=Publishing)
    locale: str = "en"  # of tenants that name none
    currency: str = "EUR"  # of tenants that name none
    default_plan: str = ""  # of tenants that name none; "" means without limits
    budgets: Budgets = field(default_factory=Budgets)
    cache: str = ""  # "s3://bucket/prefix" or "file:///folder": results that machines share; "" for none


_LIMITS = tuple(limit.name for limit in fields(Plan) if limit.name != "name")
_KEYS = ("base_domain", "publish", "plans", "reserved", "locale", "currency", "default_plan", "budgets", "cache")
_KINDS = (  # of pages, as their body's class names them
    *("home", "collection", "collections", "products", "product", "page", "journal", "post", "search", "cart"),
    "not-found",
    OTHER,
)
_PUBLISH = tuple(setting.name for setting in fields(Publishing))


def platform(text: str, file: str) -> tuple[Platform, Report]:
    """The platform set in `text`, a pyproject.toml, and what is wrong with it; wrong settings keep their defaults."""
    report = Report()
    try:
        settings = tomllib.loads(text).get("tool", {}).get("highstreet", {})
    except tomllib.TOMLDecodeError as error:
        report.add(_syntax(text, file, error))
        return Platform(), report
    checked = _Checked(text, file, settings, report)
    if not isinstance(settings, dict):
        checked.refuse(
            "highstreet", "HS150", "[tool.highstreet] is not a table", "a value", "a table", "write [tool.highstreet]"
        )
        return Platform(), report
    checked.known(settings, _KEYS, "tool.highstreet")
    publish = checked.table(settings, "publish")
    checked.known(publish, _PUBLISH, "tool.highstreet.publish")
    plans = dict(checked.plans(checked.table(settings, "plans")))
    made = Platform(
        base_domain=checked.text(settings, "base_domain", "localhost", _domain),
        plans=plans,
        reserved=RESERVED | frozenset(checked.words(settings, "reserved")),
        publish=_publishing(checked, publish),
        locale=checked.text(settings, "locale", "en", flaws.locale),
        currency=checked.text(settings, "currency", "EUR", flaws.currency),
        default_plan=checked.text(settings, "default_plan", "", lambda name: _plan(name, plans)),
        budgets=_budgets(checked, checked.table(settings, "budgets")),
        cache=checked.text(settings, "cache", "", _cache),
    )
    return made, report


def _domain(text: str) -> Flaw | None:
    return None if text == "localhost" else addresses.host(text)


def _cache(text: str) -> Flaw | None:
    flaw = publishing.store(text)
    return flaw and flaw._replace(message=flaw.message.replace("a place to publish to", "a place for a cache"))


def _publishing(checked: _Checked, table: Mapping[str, Any]) -> Publishing:
    def word(key: str, default: str, known: tuple[str, ...]) -> str:
        return checked.text(table, key, default, lambda text: flaws.choice(text, known))

    known = Publishing()
    return Publishing(
        to=checked.text(table, "to", "", publishing.store),
        endpoint_url=checked.text(table, "endpoint_url", "", publishing.endpoint),
        layout=word("layout", known.layout, publishing.LAYOUTS),
        precompress=word("precompress", known.precompress, publishing.PRECOMPRESS),
        keep=checked.number(table, "keep", known.keep, 1),
        grace=checked.number(table, "grace", known.grace, 1),
        region=checked.text(table, "region", "", _plain),
        path_style=checked.truth(table, "path_style", known.path_style),
        checksum=word("checksum", known.checksum, publishing.CHECKSUMS),
        kms_key=checked.text(table, "kms_key", "", _plain),
        acl=word("acl", known.acl, publishing.ACLS),
        mirror=checked.text(table, "mirror", "", publishing.mirror),
    )


def _budgets(checked: _Checked, table: Mapping[str, Any]) -> Budgets:
    name, known = "tool.highstreet.budgets", Budgets()
    checked.known(table, (*_KINDS, "styles", "scripts"), name)
    pages = dict(known.pages)
    for kind in _KINDS:
        if kind in table:
            given, usual = checked.table(table, kind), known.of(kind)
            checked.known(given, ("requests", "kb"), f"{name}.{kind}")
            pages[kind] = Budget(
                checked.number(given, "requests", usual.requests, 1), checked.number(given, "kb", usual.kb, 1)
            )
    return Budgets(
        checked.number(table, "styles", known.styles, 1), checked.number(table, "scripts", known.scripts, 1), pages
    )


def _plain(text: str) -> Flaw | None:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9:/_.-]{0,255}", text):
        return None
    return Flaw("HS150", "{name} has characters it cannot have", "letters, digits and : / _ . -", "check the name")


def _plan(name: str, plans: Mapping[str, Plan]) -> Flaw | None:
    if name in plans:
        return None
    return Flaw(
        "HS103", f"there is no plan {name}", ", ".join(sorted(plans)) or "the name of a plan", did_you_mean(name, plans)
    )


def _syntax(text: str, file: str, error: tomllib.TOMLDecodeError) -> Diagnostic:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    lines = text.splitlines()
    line = int(place[1]) if place else len(lines)
    column = int(place[2]) if place else 1
    frame = lines[line - 1] if 0 < line <= len(lines) else ""
    message = str(error).partition(" (at ")[0]
    return Diagnostic(
        "HS151",
        Span(file, max(1, line), column, 1, frame),
        "this is not valid TOML",
        message,
        "TOML",
        "check quotes and brackets here",
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """Reads settings of the right type; for others adds a diagnostic and gives the default."""

    text_of_file: str
    file: str
    settings: Any
    report: Report

    def refuse(self, key: str, code: str, message: str, found: str, expected: str, fix: str) -> None:
        self.report.add(Diagnostic(code, self._span(key), message, found, expected, fix))

    def known(self, table: Mapping[str, Any], keys: tuple[str, ...], name: str) -> None:
        for key in table:
            if key not in keys:
                self.refuse(
                    key, "HS150", f"unknown key {key} in [{name}]", key, ", ".join(keys), did_you_mean(key, keys)
                )

    def table(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.refuse(
            key, "HS150", f"{key} is not a table", repr(value), f"[tool.highstreet.{key}]", "write it as a table"
        )
        return {}

    def text(self, table: Mapping[str, Any], key: str, default: str, check: Any) -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            self.refuse(key, "HS150", f"{key} is not text", repr(value), "text in quotes", "put quotes around it")
            return default
        flaw = check(value) if value != default else None
        if flaw is None:
            return value
        message = flaw.message.replace("{name}", key)
        self.refuse(key, flaw.code, message, f'"{publishing.bare(value)}"', flaw.expected, flaw.fix)
        return default

    def number(self, table: Mapping[str, Any], key: str, default: int, least: int) -> int:
        value = table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        fix = "write digits without quotes"
        self.refuse(key, "HS150", f"{key} is not a whole number", repr(value), f"{least} or more", fix)
        return default

    def truth(self, table: Mapping[str, Any], key: str, default: bool | None) -> bool | None:
        value = table.get(key, default)
        if isinstance(value, bool) or value is default:
            return value
        fix = "write true or false without quotes"
        self.refuse(key, "HS150", f"{key} is neither true nor false", repr(value), "true or false", fix)
        return default

    def words(self, table: Mapping[str, Any], key: str) -> list[str]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return value
        self.refuse(
            key,
            "HS150",
            f"{key} is not a list of words",
            repr(value),
            '["shop", "help"]',
            "write a list of words in quotes",
        )
        return []

    def plans(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Plan]]:
        for name, limits in table.items():
            if not isinstance(limits, dict):
                self.refuse(
                    name,
                    "HS150",
                    f"plan {name} is not a table",
                    repr(limits),
                    f"[tool.highstreet.plans.{name}]",
                    "write it as a table",
                )
                continue
            self.known(limits, _LIMITS, f"tool.highstreet.plans.{name}")
            good = {}
            for key, limit in limits.items():
                if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
                    self.refuse(
                        key,
                        "HS150",
                        f"{key} is not a whole number",
                        repr(limit),
                        "0 or more",
                        "write digits without quotes",
                    )
                elif key in _LIMITS:
                    good[key] = limit
            yield name, Plan(name, **good)

    def _span(self, key: str) -> Span:
        # tomllib tells no places, so the first line below [tool.highstreet] that sets the key has to do.
        lines = self.text_of_file.splitlines()
        start = next((i for i, line in enumerate(lines) if line.strip().startswith("[tool.highstreet")), 0)
        for number, line in enumerate(lines[start:], start + 1):
            found = re.search(rf"(?:^|[\s,{{.\[\"']){re.escape(key)}[\"'\]]?\s*(?:=|\]|$)", line)
            if found:
                column = line.index(key, found.start()) + 1
                return Span(self.file, number, column, len(key), _shown(line))
        return Span(self.file)


def _shown(line: str) -> str:
    """The line without what must not stand in a log: it may hold an address with a password."""
    hidden = re.sub(r"://[^/\s\"']*@", lambda found: "://" + "*" * (len(found[0]) - 4) + "@", line)
    secret = r"((?:secret|passw|token|access_key|credential)\w*[\"']?\s*=\s*)(\S.*)"
    hidden = re.sub(secret, lambda found: found[1] + "*" * len(found[2]), hidden, flags=re.I)
    return masked(hidden.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
