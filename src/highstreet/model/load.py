"""Loading: a snapshot of a tenant folder becomes one valid Tenant, or a report of everything that is wrong with it."""

from __future__ import annotations

import gc
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from highstreet.base.diagnostic import Diagnostic, Report
from highstreet.model import check, tenant_records
from highstreet.model.catalog_records import collection_from_record, product_from_record
from highstreet.model.content import Content
from highstreet.model.content_records import (
    menus_from_record,
    page_from_record,
    post_from_record,
    redirects_from_record,
    sections_from_record,
)
from highstreet.model.finding import located
from highstreet.model.platform import Platform
from highstreet.model.reading import Reader
from highstreet.model.rules import resolved
from highstreet.model.sources import Sources
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Tree, tree
from highstreet.source.scan import Snapshot


@dataclass(frozen=True, slots=True)
class Loaded:
    """`tenant` is None exactly when the report has errors. `records` is what a later load can start from."""

    tenant: Tenant | None
    report: Report
    records: Mapping[str, Any]


def load(snapshot: Snapshot, platform: Platform, records: Mapping[str, Any] | None = None) -> Loaded:
    """The tenant in `snapshot`, with all problems of all its files in one report.

    `records` are those of an earlier load, even of another state of the folder: files they cover are neither parsed
    nor checked on their own again. They are plain data and fit marshal; keys hold digests, so stale ones do no harm.
    """
    collecting = gc.isenabled()
    gc.disable()  # thousands of small lasting objects and no cycles: collecting in between cost half of the time
    try:
        return _load(snapshot, platform, records or {})
    finally:
        if collecting:
            gc.enable()


def _load(snapshot: Snapshot, platform: Platform, records: Mapping[str, Any]) -> Loaded:
    files = tree(file.path for file in snapshot.files)
    sources = Sources(snapshot)
    reader = Reader(snapshot, records)
    report = Report(list(snapshot.problems))
    reader.read(files, platform)
    report.extend(reader.diagnostics)
    report.extend(located([*files.findings, *reader.findings], sources))
    tenant = _tenant(snapshot, platform, files, reader, sources)
    report.extend(located(check.findings(tenant, platform, files, reader, snapshot), sources))
    _with_places(report, reader, sources)
    ordered = Report(sorted(report.diagnostics, key=_place))
    return Loaded(None if ordered.errors else tenant, ordered, reader.records)


def _with_places(report: Report, reader: Reader, sources: Sources) -> None:
    """Completes fixes that need a look at other lines: where the currency is set, what a comment swallowed."""
    for index, diagnostic in enumerate(report.diagnostics):
        if diagnostic.code == "HS204" and reader.currency is not None:
            own = (reader.single("tenant.yaml") or {}).get("currency")
            line = sources.span("tenant.yaml", ("currency",)).line if own else 0
            where = f"is set in tenant.yaml:{line}" if line else "is the platform's default"
            fix = f"{diagnostic.fix} (the shop's currency, {reader.currency}, {where})"
            report.diagnostics[index] = replace(diagnostic, fix=fix)
        elif diagnostic.code == "HS032":
            swallowed = re.search(r"(?::|-)\s+(#.*)$", diagnostic.span.frame)
            if swallowed:
                fix = f'put quotes around it, "{swallowed[1]}": # begins a comment'
                report.diagnostics[index] = replace(diagnostic, fix=fix)


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    return diagnostic.span.file, diagnostic.span.line, diagnostic.span.column, diagnostic.code


def _tenant(snapshot: Snapshot, platform: Platform, files: Tree, reader: Reader, sources: Sources) -> Tenant:
    """Everything that could be read, as a Tenant: whole if there were no errors, else good enough for cross-checks."""
    single = reader.single
    fields = tenant_records.tenant_fields(single("tenant.yaml") or {"name": snapshot.handle}, platform)
    currency = fields["currency"] if reader.currency is not None else ""
    products = {
        entry.handle: product_from_record(entry.handle, record, currency, entry.path)
        for entry, record, _ in reader.of("product")
    }
    collections = {
        entry.handle: resolved(collection_from_record(entry.handle, record, entry.path), products)
        for entry, record, _ in reader.of("collection")
    }
    posts = [post_from_record(entry.handle, record, body, entry.path) for entry, record, body in reader.of("post")]
    content = Content(
        menus=menus_from_record(single("navigation.yaml")),
        pages=tuple(
            page_from_record(entry.handle, record, body, entry.path) for entry, record, body in reader.of("page")
        ),
        posts=tuple(sorted(posts, key=lambda post: (-post.date.timestamp(), post.handle))),
        home=sections_from_record(single("home.yaml"), "home.yaml"),
        templates={
            entry.handle: sections_from_record(record, entry.path)
            for entry, record, _ in reader.of("sections")
            if entry.path != "home.yaml"
        },
        redirects=redirects_from_record(single("redirects.yaml")),
    )
    return Tenant(
        handle=snapshot.handle,
        branding=tenant_records.branding_from_record(single("branding.yaml")),
        products=products,
        collections=collections,
        content=content,
        overlays=reader.overlays(),
        sources=sources,
        **fields,
    )
