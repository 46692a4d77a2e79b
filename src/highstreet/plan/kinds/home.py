"""Home: the shop's front page, composed of sections."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.action.action import Action
from highstreet.plan.facts import facts, structured
from highstreet.plan.sections import sections
from highstreet.plan.site import Entry, Site


def pages(site: Site) -> Iterator[Action]:
    tenant = site.tenant
    description = tenant.branding.tagline
    view = site.page_view(
        "home",
        site.routes.home,
        f"{tenant.name} – {description}" if description else tenant.name,
        description,
        topic="",
    )
    yield site.page(
        "templates/home.html", view, {"sections": sections(site, tenant.content.home)}, structured(facts(site, view))
    )
    site.entries.append(Entry(view.url, "", (), ""))
