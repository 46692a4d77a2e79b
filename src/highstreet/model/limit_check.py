"""Limit checks: the tenant's handle, host names and languages, and what its plan allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from highstreet.base.diagnostic import did_you_mean
from highstreet.model import addresses
from highstreet.model.finding import Finding
from highstreet.model.flaws import suggested_handle
from highstreet.model.platform import Plan, Platform
from highstreet.model.reading import Reader
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Tree
from highstreet.source.scan import Snapshot

TENANT_HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg")


def findings(tenant: Tenant, platform: Platform, files: Tree, reader: Reader, snapshot: Snapshot) -> Iterator[Finding]:
    """What is wrong with the tenant as one of the platform's."""
    yield from handle_findings(tenant.handle, platform)
    if snapshot.get("tenant.yaml") is None:
        if not snapshot.cut_short and not any("tenant.yaml" in (finding.fix or "") for finding in files.findings):
            yield Finding(
                "HS121",
                "tenant.yaml",
                (),
                "tenant.yaml is missing",
                "nothing",
                "a file that says who the shop is",
                "add tenant.yaml with a line such as name: My Shop",
            )
        return
    if "tenant.yaml" in reader.broken:
        return
    yield from _domains(tenant, platform)
    name = tenant.plan or platform.default_plan
    plan = platform.plans.get(name)
    if plan is not None:
        yield from _over(tenant, plan, files, snapshot)
    elif tenant.plan:
        # A workspace without plans is one person's own: naming one there does no harm, but it does nothing either.
        yield Finding(
            "HS103",
            "tenant.yaml",
            ("plan",),
            f"there is no plan {tenant.plan}",
            tenant.plan,
            ", ".join(sorted(platform.plans)) or "a plan of the platform, which has none",
            did_you_mean(tenant.plan, platform.plans) if platform.plans else "remove plan, or add it to pyproject.toml",
            severity="error" if platform.plans else "warning",
        )


def handle_findings(handle: str, platform: Platform) -> Iterator[Finding]:
    """What is wrong with the name of a tenant's folder, which is its address."""
    expected = "lower-case letters and digits with single hyphens, at most 63"
    if len(handle) > 63 or not TENANT_HANDLE.fullmatch(handle):
        guess = re.sub(r"-+", "-", suggested_handle(handle))[:63].strip("-")
        fix = f"rename the folder to {guess}" if guess and guess != handle else "rename the folder"
        yield Finding("HS122", "", (), "the folder's name cannot be an address", handle, expected, fix)
    elif handle in platform.reserved:
        yield Finding(
            "HS122",
            "",
            (),
            "the folder's name is reserved",
            handle,
            "a name the platform does not use itself",
            "rename the folder",
        )


def _domains(tenant: Tenant, platform: Platform) -> Iterator[Finding]:
    for index, domain in enumerate(tenant.domains):
        keys = ("domains", index)
        if domain == platform.base_domain or domain.endswith("." + platform.base_domain):
            own = domain == f"{tenant.handle}.{platform.base_domain}"
            yield Finding(
                "HS109",
                "tenant.yaml",
                keys,
                "a subdomain of the platform is not a domain of the shop",
                domain,
                f"a host name outside {platform.base_domain}",
                "remove it: the shop has this address anyway" if own else "remove it",
            )
        shown = addresses.lookalike(domain)
        if shown:
            yield Finding(
                "HS113",
                "tenant.yaml",
                keys,
                "the host name mixes letters that look alike",
                f"{domain}, shown as {shown}",
                "letters of one script",
                "check that this is the name you registered",
                severity="warning",
            )


def _over(tenant: Tenant, plan: Plan, files: Tree, snapshot: Snapshot) -> Iterator[Finding]:
    pictures = sum(1 for path in files.assets if path.lower().endswith(_PICTURES))
    megabytes = sum(file.size for file in snapshot.files if file.path.startswith("assets/")) / 1_000_000
    most_variants = max((len(product.variants) for product in tenant.products.values()), default=0)
    counts = (
        ("products", len(tenant.products), plan.max_products),
        ("variants in one product", most_variants, plan.max_variants),
        ("collections", len(tenant.collections), plan.max_collections),
        ("pages and posts", len(tenant.content.pages) + len(tenant.content.posts), plan.max_pages),
        ("pictures", pictures, plan.max_images),
        ("languages", len(tenant.languages), plan.max_languages),
        ("domains", len(tenant.domains), plan.max_domains),
        ("MB of assets", int(megabytes), plan.max_asset_mb),
    )
    for name, count, most in counts:
        if most is not None and count > most:
            yield Finding(
                "HS104",
                "tenant.yaml",
                ("plan",),
                f"too many {name} for the plan {plan.name}",
                f"{count:,}",
                f"at most {most:,}",
                "remove some, or ask for a larger plan",
            )
