"""Plans: every action a shop's site is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from highstreet.action.action import Action, Content
from highstreet.base.diagnostic import Diagnostic, Report, did_you_mean
from highstreet.base.record import Record
from highstreet.base.span import Span
from highstreet.model.locale import localized
from highstreet.model.tenant import Tenant
from highstreet.plan.assets import Assets
from highstreet.plan.kinds import PAGES, feeds
from highstreet.plan.pictures import Fact, Pictures
from highstreet.plan.routes import Routes, base_url
from highstreet.plan.settings import Coercion
from highstreet.plan.site import Maker, Site
from highstreet.source.scan import Snapshot
from highstreet.theme import fonts
from highstreet.theme.closure import readable
from highstreet.theme.environment import parser
from highstreet.theme.templates import Templates, overridden
from highstreet.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make for one tenant, in the order it is best made: pages first, pictures last."""

    handle: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What planning depends on besides the tenant and its theme; all of it is part of the whole-site key."""

    base_domain: str
    tools: Mapping[str, str]  # kind → versions
    year: str  # of the build clock, for the copyright line


def plan(
    tenant: Tenant,
    whole: Tenant,
    snapshot: Snapshot,
    pictures: Mapping[str, Fact],
    theme: Theme,
    theme_templates: Templates,
    setting: Setting,
    report: Report,
) -> Plan:
    """All actions of `tenant`. `whole` is the same shop with what is hidden now, so that links to it are no mistakes.

    `pictures` tells of every picture below assets/. Mistakes in sections, settings and overrides go to `report`;
    templates that cannot be read raise Problems.
    """
    overrides = {file.path.removeprefix("theme/"): file for file in snapshot.files if file.path.startswith("theme/")}
    templates = overridden(theme_templates, overrides, f"{snapshot.label}/theme", report)
    env = parser()
    if not readable(templates, env, report):
        templates = theme_templates  # for the sake of all other mistakes
    base = base_url(tenant.handle, tenant.domains, setting.base_domain)
    languages = {
        code: Routes(base, "" if place == 0 else f"/{code.lower()}") for place, code in enumerate(tenant.languages)
    }
    maker = Maker(setting.tools)
    contents = {
        file.path.removeprefix("assets/"): Content(file.digest, file.read)
        for file in snapshot.files
        if file.path.startswith("assets/")
    }
    rules = replace(theme.images, formats=tenant.image_formats) if tenant.image_formats else theme.images
    shown = Pictures(rules, maker, contents, pictures, tenant.image_cdn)
    tenant = _with_known_fonts(tenant, theme, report)
    _refuse_sections(tenant, theme, report)
    assets = Assets(tenant, theme, maker, snapshot, shown, tenant.languages)
    handles = {
        "product": tuple(whole.products),
        "collection": tuple(whole.collections),
        "page": tuple(page.handle for page in whole.content.pages),
        "post": tuple(post.handle for post in whole.content.posts),
        "image": tuple(pictures),
    }
    sites = []
    for code, routes in languages.items():
        site = Site(
            localized(tenant, code),
            code,
            routes,
            languages,
            theme,
            templates,
            maker,
            shown,
            assets,
            settings=Record({}),
            year=setting.year,
            report=report,
            env=env,
            all_handles=handles,
        )
        coercion = Coercion(site, tenant.sources, report, "tenant.yaml")
        site.settings = coercion.record(theme.settings, tenant.theme_settings, ("theme", "settings"))
        sites.append(site)
    actions = [action for site in sites for action in _pages(site)]
    actions += feeds.shop_pages(sites)
    actions += assets.actions.values()
    actions += shown.actions.values()
    _refuse_clashes(actions, snapshot, report)
    report.diagnostics[:] = dict.fromkeys(report.diagnostics)  # each language finds the same mistakes
    return Plan(tenant.handle, tuple(actions))


def _pages(site: Site) -> Iterator[Action]:
    for pages in PAGES:
        yield from pages(site)


def _with_known_fonts(tenant: Tenant, theme: Theme, report: Report) -> Tenant:
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


def _refuse_sections(tenant: Tenant, theme: Theme, report: Report) -> None:
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


def _refuse_clashes(actions: list[Action], snapshot: Snapshot, report: Report) -> None:
    """Two outputs at one path cannot both be right. The model prevents it; this is the last guard before writing."""
    seen: dict[str, Action] = {}
    for action in actions:
        if seen.setdefault(action.path.lower(), action) is not action:
            report.add(
                Diagnostic(
                    "HS502",
                    Span(snapshot.label),
                    "two outputs have the same path",
                    action.path,
                    "one output for each path",
                    "rename one of the pages or redirects",
                )
            )
