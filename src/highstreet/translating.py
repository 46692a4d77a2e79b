"""Translating: which texts of which shops are shown in the shop's own language because a translation is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from highstreet.base.diagnostic import Diagnostic
from highstreet.base.span import Span
from highstreet.freshness import Street
from highstreet.model.load import load
from highstreet.model.locale import missing
from highstreet.source.scan import scan

_SHOWN = 200  # letters of a text


class Lack(NamedTuple):
    """One text that one language lacks."""

    tenant: str
    language: str
    span: Span  # of the text that is shown instead
    field: str
    fallback: str
    file: str  # where the translation goes, within the tenant's folder


class Language(NamedTuple):
    """What one language of one tenant lacks."""

    tenant: str
    language: str
    lacks: tuple[Lack, ...]


def untranslated(street: Street, handles: Sequence[str]) -> tuple[list[Language], list[Diagnostic]]:
    """Every language besides the own of each tenant, and the mistakes of tenants that cannot be read for them."""
    found: list[Language] = []
    wrong: list[Diagnostic] = []
    space = street.workspace
    for handle in handles:
        loaded = load(scan(space.tenant(handle), space.label(handle)), street.platform)
        tenant = loaded.tenant
        if tenant is None or tenant.sources is None:
            wrong += loaded.report.errors
            continue
        for language in tenant.languages[1:]:
            lacks = tuple(
                Lack(
                    handle,
                    language,
                    tenant.sources.span(text.file, text.keys),
                    text.field,
                    " ".join(text.fallback.split())[:_SHOWN],
                    f"locales/{language}/{text.file}",
                )
                for text in missing(tenant, language)
            )
            found.append(Language(handle, language, lacks))
    return found, wrong
