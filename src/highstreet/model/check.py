"""Checks of a whole tenant: everything that needs more than one file to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from highstreet.base.diagnostic import Diagnostic
from highstreet.model import image_check, limit_check, link_check, overlay_check, prose_check, redirect_check
from highstreet.model.catalog_records import collection_from_record, product_from_record
from highstreet.model.content import Content
from highstreet.model.content_records import menus_from_record, page_from_record, post_from_record
from highstreet.model.finding import Elsewhere, Finding, located
from highstreet.model.platform import Platform
from highstreet.model.reading import Reader
from highstreet.model.references import Targets
from highstreet.model.sources import Sources
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Entry, Tree
from highstreet.source.scan import Snapshot


def findings(
    tenant: Tenant, known: Targets, platform: Platform, files: Tree, reader: Reader, snapshot: Snapshot
) -> list[Finding]:
    """Everything wrong across the files of `tenant`, which may lack what could not be read. `known` are its targets.

    A file that is broken counts as existing and as possibly saying anything: a mistake in one file must not be
    reported again in the files that refer to it.
    """
    found: list[Finding] = []
    found.extend(limit_check.findings(tenant, platform, files, reader, snapshot))
    found.extend(_skus(tenant))
    listed = {entry.handle: record.get("products") or () for entry, record, _ in reader.of("collection")}
    found.extend(link_check.findings(tenant, known, listed))
    if "redirects.yaml" not in reader.broken:
        found.extend(redirect_check.findings(tenant, known))
    found.extend(image_check.findings(tenant, files, "tenant.yaml" in reader.broken))
    found.extend(prose_check.findings(tenant, known))
    found.extend(overlay_check.findings(tenant, files, reader))
    found.extend(_of_broken_files(tenant, known, files, reader))
    return found


_LEADING_NOWHERE = ("HS222", "HS305", "HS310", "HS311", "HS314")


def _of_broken_files(tenant: Tenant, known: Targets, files: Tree, reader: Reader) -> Iterator[Finding]:
    """Links and pictures that are not there, in files with other mistakes: nothing else can be said of these."""
    if not reader.salvaged:
        return
    of: dict[str, list[tuple[Entry, Any, str]]] = {}
    for entry, record, body in reader.salvaged:
        of.setdefault(entry.kind, []).append((entry, record, body))
    products, collections, texts = (
        of.get("product", ()),
        of.get("collection", ()),
        (of.get("page", ()), of.get("post", ())),
    )
    currency = tenant.currency or "EUR"  # prices are not looked at
    part = replace(
        tenant,
        products={e.handle: product_from_record(e.handle, record, currency, e.path) for e, record, _ in products},
        collections={e.handle: collection_from_record(e.handle, record, e.path) for e, record, _ in collections},
        content=Content(
            menus=next((menus_from_record(record) for _, record, _ in of.get("navigation", ())), {}),
            pages=tuple(page_from_record(e.handle, record, body, e.path) for e, record, body in texts[0]),
            posts=tuple(post_from_record(e.handle, record, body, e.path) for e, record, body in texts[1]),
        ),
        overlays={},
    )
    found = [
        *link_check.findings(part, known, {e.handle: record.get("products") or () for e, record, _ in collections}),
        *image_check.findings(part, files, "tenant.yaml" in reader.broken),
        *prose_check.findings(part, known),
    ]
    broken = {entry.path for entry, _, _ in reader.salvaged}
    yield from (one for one in found if one.file in broken and one.code in _LEADING_NOWHERE)


def targets(tenant: Tenant, files: Tree, reader: Reader) -> Targets:
    """What links of `tenant` may point to."""
    handles: dict[str, set[str]] = {}
    for entry in files.entries:
        if not entry.language:
            handles.setdefault(entry.kind, set()).add(entry.handle)
    off = {name for name in ("search", "cart", "journal") if not getattr(tenant.features, name)}
    return Targets(
        product=handles.get("product", set()),
        collection=handles.get("collection", set()),
        page=handles.get("page", set()),
        post=handles.get("post", set()),
        languages=tenant.languages[1:],
        redirects={redirect.source for redirect in tenant.content.redirects},
        assets=files.assets,
        doubtful=files.misplaced,
        off=off,
        any_path=bool(reader.broken & {"redirects.yaml", "tenant.yaml"}),
    )


def _skus(tenant: Tenant) -> Iterator[Finding]:
    """SKUs that two things share; a copied file is one mistake, however many variants it has."""
    seen: dict[str, Elsewhere] = {}
    pairs: dict[tuple[str, str], list[tuple[str, Elsewhere, Elsewhere]]] = {}
    for product in tenant.products.values():
        for index, variant in enumerate(product.variants):
            if variant.sku:
                here = Elsewhere(product.file, ("variants", index, "sku") if product.options else ("sku",))
                first = seen.setdefault(variant.sku, here)
                if first is not here:
                    pairs.setdefault((product.file, first.file), []).append((variant.sku, here, first))
    for (_, other), shared in pairs.items():
        sku, here, first = shared[0]
        more = f" (and {len(shared) - 1} more of this file)" if len(shared) > 1 else ""
        yield Finding(
            "HS220",
            here.file,
            here.keys,
            "SKU is used twice",
            f"{sku}, also in {other}{more}",
            "one SKU for each thing that can be bought",
            "change one of the two",
            related=(first,),
        )


def cross_check(domains: Mapping[str, Sequence[str]], sources: Callable[[str], Sources]) -> dict[str, list[Diagnostic]]:
    """Diagnostics between tenants, by handle: host names that two of them claim.

    `domains` are those of each tenant; `sources` gives the files of one, and is asked only about those that clash.
    """
    owners: dict[str, str] = {}
    found: dict[str, list[Diagnostic]] = {}
    for handle in sorted(domains):
        for index, domain in enumerate(domains[handle]):
            owner = owners.setdefault(domain, handle)
            if owner != handle:
                clash = Finding(
                    "HS120",
                    "tenant.yaml",
                    ("domains", index),
                    f"another shop already has {domain}",
                    f"{domain}, also of tenant {owner}",
                    "a host name of one shop only",
                    "remove it from one of the two",
                )
                place = sources(owner).span("tenant.yaml", ("domains", list(domains[owner]).index(domain)))
                diagnostic = replace(located([clash], sources(handle))[0], related=(place,))
                found.setdefault(handle, []).append(diagnostic)
    return found
