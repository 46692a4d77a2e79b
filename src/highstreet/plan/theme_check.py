"""Checks of a tenant against its theme that no page is needed for: fonts it names, and pages it gives sections."""

from __future__ import annotations

from dataclasses import replace

from highstreet.base.diagnostic import Diagnostic, Report, did_you_mean
from highstreet.model.tenant import Tenant
from highstreet.theme import fonts
from highstreet.theme.theme import Theme


def with_known_fonts(tenant: Tenant, theme: Theme, report: Report) -> Tenant:
    """`tenant` without the families neither it nor the theme has; those are reported."""
    typography = tenant.branding.typography
    known = fonts.known(theme.fonts, (file.family for file in typography.files))
    for role, family in (("heading", typography.heading), ("body", typography.body)):
        if family and family not in known and tenant.sources is not None:
            report.add(
                Diagnostic(
                    "HS440",
                    tenant.sources.span("branding.yaml", ("typography", role)),
                    "unknown font family",
                    family,
                    "a family of the theme, or one of your own under typography.files",
                    did_you_mean(family, known),
                )
            )
    heading, body = (family if family in known else "" for family in (typography.heading, typography.body))
    typography = replace(typography, heading=heading, body=body)
    return replace(tenant, branding=replace(tenant.branding, typography=typography))


def refuse_sections(tenant: Tenant, theme: Theme, report: Report) -> None:
    """Sections for a kind of page that shows none would be ignored without a word."""
    for kind in tenant.content.templates:
        if kind not in theme.composed and tenant.sources is not None:
            report.add(
                Diagnostic(
                    "HS439",
                    tenant.sources.span(f"templates/{kind}.yaml"),
                    "pages of this kind have no sections",
                    kind,
                    f"one of: {', '.join(sorted(theme.composed))}",
                    did_you_mean(kind, theme.composed),
                )
            )
