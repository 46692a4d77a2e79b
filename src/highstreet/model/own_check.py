"""Checks of a single file beyond its shape: what can be said without looking at any other file.

Only errors come from here. A record that passed is never checked again, so a warning would be told just once.
"""

from __future__ import annotations

from typing import Any

from highstreet.model import content_check, product_check, tenant_check
from highstreet.model.finding import Finding


def findings(kind: str, file: str, record: Any, currency: str | None) -> list[Finding]:
    """What is wrong with a record of the right shape. `currency` None skips what depends on it."""
    if kind == "product":
        return product_check.findings(file, record, currency)
    if kind == "collection":
        return content_check.collection_findings(file, record)
    if kind == "navigation":
        return content_check.navigation_findings(file, record)
    if kind == "sections":
        return content_check.section_findings(file, record)
    if kind == "tenant":
        return tenant_check.tenant_findings(file, record, currency)
    if kind == "branding":
        return tenant_check.branding_findings(file, record)
    return []
