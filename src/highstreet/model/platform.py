"""Platform: what the operator of the street sets for all tenants, under [tool.highstreet] of pyproject.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_RESERVED = """
admin api app assets auth blog cdn dashboard dev docs edge ftp git help imap internal localhost login mail media mx
ns ns1 ns2 origin pop preview root s3 smtp staging static status support test webmail www
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
    publish_to: str = ""  # "s3://bucket/prefix" or "file:///dir"
    locale: str = "en"  # of tenants that name none
    currency: str = "EUR"  # of tenants that name none
    default_plan: str = ""
