"""Loading: a snapshot of a tenant folder becomes one valid Tenant, or a report of everything that is wrong with it."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from highstreet.base.diagnostic import Diagnostic, Report
from highstreet.model import check, references, tenant_records
from highstreet.model.catalog_records import collection_from_record, product_from_record
from highstreet.model.content import Content
from highstreet.model.content_records import (
    menus_from_record,
    page_from_record,
    post_from_record,
    redirects_from_record,
    search_from_record,
    sections_from_record,
)
from highstreet.model.finding import located
from highstreet.model.made import Made
from highstreet.model.platform import Platform
from highstreet.model.reading import Reader
from highstreet.model.redirects import followed
from highstreet.model.sources import Sources
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Tree, tree
from highstreet.source.scan import Snapshot


@dataclass(frozen=True, slots=True)
class Loaded:
    """`tenant` is None exactly when the report has errors, `readable` what could be read of it, `targets` all that its
    links may lead to. `records` is what a later load can start from."""

    tenant: Tenant | None
    readable: Tenant
    targets: references.Targets
    report: Report
    records: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Every file of a tenant read by itself: what `checked` goes on from, and a later `parsed` starts from.

    `tenant` is whole if `diagnostics` has no errors, else what could be read. Nothing has been looked at yet that
    takes more than one file to be seen.
    """

    snapshot: Snapshot
    platform: Platform
    files: Tree
    reader: Reader
    tenant: Tenant
    diagnostics: tuple[Diagnostic, ...]
    made: Made

    @property
    def sound(self) -> bool:
        return all(diagnostic.severity != "error" for diagnostic in self.diagnostics)


def load(snapshot: Snapshot, platform: Platform, records: Mapping[str, Any] | None = None) -> Loaded:
    """The tenant in `snapshot`, with all problems of all its files in one report.

    `records` are those of an earlier load, even of another state of the folder: files they cover are neither parsed
    nor checked on their own again. They are plain data and fit marshal; keys hold digests, so stale ones do no harm.
    """
    return checked(parsed(snapshot, platform, records))


def parsed(
    snapshot: Snapshot, platform: Platform, records: Mapping[str, Any] | None = None, before: Parsed | None = None
) -> Parsed:
    """The tenant in `snapshot`, each file checked by itself. What `before`, an earlier state, has in common with it is
    taken over: an edit costs the file that was edited. It never changes what is given."""
    with _undisturbed():
        same = before is not None and [f.path for f in before.snapshot.files] == [f.path for f in snapshot.files]
        files = before.files if before is not None and same else tree(file.path for file in snapshot.files)
        sources = Sources(snapshot)
        reader = Reader(snapshot, before.reader.records if before is not None else records or {})
        reader.read(files, platform)
        report = [*snapshot.problems, *reader.diagnostics, *located([*files.findings, *reader.findings], sources)]
        _with_places(report, reader, sources)
        made = Made(before=before.made if before is not None else None)
        tenant = _tenant(snapshot, platform, reader, sources, made)
        made.before = None  # or every state of the past would be held for ever
        return Parsed(snapshot, platform, files, reader, tenant, tuple(sorted(report, key=_place)), made)


def checked(read: Parsed) -> Loaded:
    """What `read` says, after everything that takes more than one file to be seen was looked at."""
    with _undisturbed():
        sources = read.tenant.sources
        assert isinstance(sources, Sources)
        known = check.targets(read.tenant, read.files, read.reader)
        found = check.findings(read.tenant, known, read.platform, read.files, read.reader, read.snapshot)
        report = located(found, sources)
        _with_places(report, read.reader, sources)
        ordered = Report(sorted([*read.diagnostics, *report], key=_place))
        return Loaded(None if ordered.errors else read.tenant, read.tenant, known, ordered, read.reader.records)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without garbage collection: thousands of small lasting objects and no cycles made it cost half of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _with_places(report: list[Diagnostic], reader: Reader, sources: Sources) -> None:
    """Completes fixes that need a look at other lines: where the currency is set, what a comment swallowed."""
    for index, diagnostic in enumerate(report):
        if diagnostic.code == "HS204" and reader.currency is not None:
            own = (reader.single("tenant.yaml") or {}).get("currency")
            line = sources.span("tenant.yaml", ("currency",)).line if own else 0
            where = f"is set in tenant.yaml:{line}" if line else "is the platform's default"
            fix = f"{diagnostic.fix} (the shop's currency, {reader.currency}, {where})"
            report[index] = replace(diagnostic, fix=fix)
        elif diagnostic.code == "HS032":
            swallowed = re.search(r"(?::|-)\s+(#.*)$", diagnostic.span.frame)
            if swallowed:
                fix = f'put quotes around it, "{swallowed[1]}": # begins a comment'
                report[index] = replace(diagnostic, fix=fix)


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    return diagnostic.span.file, diagnostic.span.line, diagnostic.span.column, diagnostic.code


def _tenant(snapshot: Snapshot, platform: Platform, reader: Reader, sources: Sources, made: Made) -> Tenant:
    """Everything that could be read, as a Tenant: whole if there were no errors, else good enough for cross-checks."""
    single = reader.single
    fields = tenant_records.tenant_fields(single("tenant.yaml") or {"name": snapshot.handle}, platform)
    currency = fields["currency"] if reader.currency is not None else ""
    products = {
        entry.handle: made.thing(
            entry, record, "", currency, partial(product_from_record, entry.handle, record, currency, entry.path)
        )
        for entry, record, _ in reader.of("product")
    }
    made.sell(products)
    collections = {}
    for entry, record, _ in reader.of("collection"):
        make = partial(collection_from_record, entry.handle, record, entry.path)
        collections[entry.handle] = made.collection(made.thing(entry, record, "", "", make))
    posts = [
        made.thing(entry, record, body, "", partial(post_from_record, entry.handle, record, body, entry.path))
        for entry, record, body in reader.of("post")
    ]
    handles = {kind: tuple(entry.handle for entry, _, _ in reader.of(kind)) for kind in references.KINDS}
    content = Content(
        menus=menus_from_record(single("navigation.yaml")),
        pages=tuple(
            made.thing(entry, record, body, "", partial(page_from_record, entry.handle, record, body, entry.path))
            for entry, record, body in reader.of("page")
        ),
        posts=tuple(sorted(posts, key=lambda post: (-post.date.timestamp(), post.handle))),
        home=sections_from_record(single("home.yaml"), "home.yaml"),
        templates={
            entry.handle: sections_from_record(record, entry.path)
            for entry, record, _ in reader.of("sections")
            if entry.path != "home.yaml"
        },
        redirects=followed(redirects_from_record(single("redirects.yaml")), handles),
        search=search_from_record(single("search.yaml")),
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
