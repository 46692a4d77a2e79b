"""Home: the shop's front page, composed of sections."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.action.action import Action
from highstreet.model.content import Plain, Section
from highstreet.plan.facts import facts, structured
from highstreet.plan.routes import file_of
from highstreet.plan.sections import sections
from highstreet.plan.site import Entry, Planned, Site

_SHOWN = 8


def pages(site: Site) -> Iterator[Planned]:
    url = site.routes.home
    yield Planned(file_of(url), lambda: _home(site), lambda: Entry(url, "", (), ""))


def _home(site: Site) -> Action:
    tenant = site.tenant
    description = tenant.branding.tagline
    composed = tenant.content.home or _first_sections(site)
    view = site.page_view(
        "home",
        site.routes.home,
        f"{tenant.name} – {description}" if description else tenant.name,
        description,
        topic="",
        sections=composed,
    )
    return site.page(
        "templates/home.html",
        view,
        {"sections": sections(site, composed)},
        structured(facts(site, view)),
    )


def _first_sections(site: Site) -> tuple[Section, ...]:
    """A home page for a shop that has composed none: who it is, its products, its collections."""
    tenant = site.tenant
    go: dict[str, Plain] = {"label": site.word("collection", "all"), "to": "/products/"}
    composed: list[tuple[str, dict[str, Plain]]] = [
        ("hero", {"layout": "plain", "heading": tenant.branding.tagline or tenant.name, "button": go})
    ]
    if tenant.products:
        shown: list[Plain] = [*list(tenant.products)[:_SHOWN]]
        composed.append(("featured-products", {"products": shown}))
    if len(tenant.collections) > 1:
        heading = site.word("collection", "collections")
        tiles: list[Plain] = [*list(tenant.collections)[:6]]
        composed.append(("collection-tiles", {"heading": heading, "collections": tiles}))
    known = ((type_, settings) for type_, settings in composed if type_ in site.theme.sections)
    return tuple(Section(type_, settings, "home.yaml", place) for place, (type_, settings) in enumerate(known))
