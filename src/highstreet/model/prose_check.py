"""Checks of texts: whether what they link to and show exists."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.base.span import Keys
from highstreet.model import references
from highstreet.model.catalog import Collection, Product
from highstreet.model.content import Page, Post
from highstreet.model.finding import Finding, from_flaw
from highstreet.model.image_check import missing_file
from highstreet.model.prose import Named, named
from highstreet.model.references import Targets
from highstreet.model.tenant import Tenant


def findings(tenant: Tenant, targets: Targets) -> Iterator[Finding]:
    """What the texts of `tenant` name and the shop has not; those of sections are read in the plan.

    What is named as YAML names it (`product/mug`, a picture) must be there. Any other link that leads nowhere is a
    warning: it may be an address that only the built site can tell, and `check` reads that too.
    """
    for file, keys, text in _texts(tenant):
        told: set[str] = set()
        for one in named(text):
            if one.to not in told:
                told.add(one.to)
                found = _missing(one, file, keys, tenant, targets)
                if found is not None:
                    yield found._replace(within=one.to)


def _missing(one: Named, file: str, keys: Keys, tenant: Tenant, targets: Targets) -> Finding | None:
    if one.picture:
        if not one.file or tenant.image_cdn or f"assets/{one.file}" in targets.assets:
            return None
        return missing_file(file, keys, one.file, targets.assets)
    reference = references.parse(one.to)
    if reference is None:
        flaw = None if one.elsewhere else references.flaw(one.to)
    else:
        flaw = targets.missing(reference)
    if flaw is None:
        return None
    named_so = one.reference is not None
    flaw = flaw._replace(message=flaw.message.replace("{name}", "this"))
    return from_flaw(flaw, file, keys, one.to, severity="error" if named_so else "warning")


def _texts(tenant: Tenant) -> Iterator[tuple[str, Keys, str]]:
    """Every text in Markdown with its place; that of a Markdown file stands below its keys."""
    things: list[Product | Collection] = [*tenant.products.values(), *tenant.collections.values()]
    for thing in things:
        yield thing.file, ("description",), thing.description
    texts: list[Page | Post] = [*tenant.content.pages, *tenant.content.posts]
    for text in texts:
        yield text.file, (), text.body
    for language, overlay in tenant.overlays.items():
        for file, record in overlay.items():
            if isinstance(record, dict):
                for key, keys in (("description", ("description",)), ("body", ())):
                    written = record.get(key)
                    if isinstance(written, str):
                        yield f"locales/{language}/{file}", keys, written
