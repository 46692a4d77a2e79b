"""Plans: every action a shop's site is made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from highstreet.action.action import Action, Content
from highstreet.action.whereabouts import working_on
from highstreet.base.diagnostic import Diagnostic, Report
from highstreet.base.record import Record
from highstreet.base.span import Span
from highstreet.model.content import Content as Contents
from highstreet.model.grounds import GROUNDS
from highstreet.model.locale import localized
from highstreet.model.tenant import Tenant
from highstreet.plan import theme_check
from highstreet.plan.assets import Assets
from highstreet.plan.kinds import PAGES, feeds, prices
from highstreet.plan.outputs import Outputs
from highstreet.plan.pictures import Fact, Pictures
from highstreet.plan.routes import Routes, base_url, file_of
from highstreet.plan.sections import composed
from highstreet.plan.settings import Coercion
from highstreet.plan.site import Maker, Planned, Site
from highstreet.source.scan import Snapshot
from highstreet.theme.closure import readable
from highstreet.theme.environment import parser
from highstreet.theme.templates import Templates, overridden
from highstreet.theme.theme import Theme

_FINGERPRINTED = re.compile(r"assets/([a-z0-9-]+)\.[0-9a-f]{16}\.[a-z0-9]+")
_GROUND = re.compile(r"""data-ground=["']([a-z]+)["']""")


@dataclass(frozen=True, slots=True)
class Plan:
    """Every output of one tenant's site, each planned when it is asked for."""

    handle: str
    tenant: Tenant  # what is visible
    snapshot: Snapshot
    sites: tuple[Site, ...]
    outputs: Outputs  # pages and data files
    theme_templates: Templates = field(repr=False)  # without the tenant's own
    _afresh: Callable[[], Plan] | None = field(repr=False)  # the same plan without anything of an earlier one
    _made: dict[str, Action] = field(default_factory=dict, repr=False)
    _all: list[tuple[Action, ...]] = field(default_factory=list, repr=False)

    def action(self, path: str) -> Action | None:
        """What makes `path`; None when the site has no such output."""
        found = self._made.get(path)
        if found is None:
            working_on(f"planning {path}")
            planned = self.outputs.get(path)
            found = planned.make() if planned is not None else self._asset(path)
            if found is not None:
                self._made[path] = found
        return found

    @property
    def actions(self) -> tuple[Action, ...]:
        """All of them, pages first and pictures last. Mistakes met on the way are in the report the plan was given."""
        if not self._all:
            self._all.append(self._afresh().actions if self._afresh is not None else self._everything())
        return self._all[0]

    def _asset(self, path: str) -> Action | None:
        """Files below assets/ are known once a page that shows them is planned; nobody need have asked for it."""
        named = _FINGERPRINTED.fullmatch(path)
        if named is None:
            return None
        main = self.sites[0]
        found = main.assets.actions.get(path) or main.pictures.actions.get(path)
        if found is None:  # most likely a picture, one drawn for a product's page, or something of the home page
            main.pictures.named(named[1])
            for site in self.sites:
                self.action(file_of(site.routes.home))
                self.action(file_of(site.routes.product(named[1].removeprefix("social-"))))
            found = main.assets.actions.get(path) or main.pictures.actions.get(path)
        if found is None:
            found = next((action for action in self.actions if action.path == path), None)
        return found

    def _everything(self) -> tuple[Action, ...]:
        main = self.sites[0]
        paths = [planned.path for planned in self.outputs]
        actions = [action for path in dict.fromkeys(paths) if (action := self.action(path)) is not None]
        for site in self.sites:
            for kind in site.tenant.content.templates:
                composed(site, kind)  # a kind without a single page has its mistakes told too
        files = {**main.assets.actions, **main.pictures.actions}
        more = [path for path in files if self.outputs.get(path) is None]
        actions += [files[path] for path in more]
        _refuse_clashes(Counter(path.lower() for path in chain(paths, more)), self.snapshot, main.report)
        main.report.diagnostics[:] = dict.fromkeys(main.report.diagnostics)  # each language finds the same mistakes
        return tuple(actions)


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
    before: Plan | None = None,
) -> Plan:
    """The plan of `tenant`. `whole` is the same shop with what is hidden now, so that links to it are no mistakes.

    `pictures` tells of every picture below assets/. Mistakes in sections, settings and overrides go to `report` when
    they are met; templates that cannot be read raise Problems. `before` is a plan of an earlier state of this tenant:
    it saves making again what cannot have changed, and has no other effect.
    """
    visible = tenant
    env = parser()
    own = snapshot.below("theme/")
    templates = before.sites[0].templates if before is not None else theme_templates
    if before is None or before.theme_templates is not theme_templates or before.snapshot.below("theme/") != own:
        overrides = {file.path.removeprefix("theme/"): file for file in own}
        templates = overridden(theme_templates, overrides, f"{snapshot.label}/theme", report)
        if not readable(templates, env, report):
            templates = theme_templates  # for the sake of all other mistakes
    base = base_url(tenant.handle, tenant.domains, setting.base_domain)
    languages = {
        code: Routes(base, "" if place == 0 else f"/{code.lower()}") for place, code in enumerate(tenant.languages)
    }
    maker = Maker(setting.tools)
    rules = replace(theme.images, formats=tenant.image_formats) if tenant.image_formats else theme.images
    originals = snapshot.below("assets/")
    shown = before.sites[0].pictures if before is not None else None
    if (
        shown is None
        or (shown.rules, shown.cdn, shown.facts) != (rules, tenant.image_cdn, pictures)
        or before is None
        or before.snapshot.below("assets/") != originals
    ):
        contents = {file.path.removeprefix("assets/"): Content(file.digest, file.read) for file in originals}
        shown = Pictures(rules, maker, contents, pictures, tenant.image_cdn)
    tenant = theme_check.with_known_fonts(tenant, theme, report)
    theme_check.refuse_sections(tenant, theme, report)
    look = _look(tenant)
    wishes = (tenant.theme_settings, tenant.content.home, tenant.content.templates, _written_grounds(templates))
    assets = before.sites[0].assets if before is not None else None
    if (
        assets is None
        or (assets.pictures is not shown or assets.theme is not theme)
        or (assets.tenant, assets.wishes) != (look, wishes)
    ):
        assets = Assets(look, theme, maker, snapshot, shown, tenant.languages)
    handles = {
        "product": tuple(whole.products),
        "collection": tuple(whole.collections),
        "page": tuple(page.handle for page in whole.content.pages),
        "post": tuple(post.handle for post in whole.content.posts),
        "image": tuple(pictures),
        "file": tuple(file.path.removeprefix("assets/") for file in originals),
    }
    sites: list[Site] = []
    for code, routes in languages.items():
        old = next((site for site in before.sites if site.lang == code), None) if before is not None else None
        site = Site(
            localized(tenant, code, (before.tenant, old.tenant) if before is not None and old is not None else None),
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
            own=tenant,
            all_handles=handles,
        )
        coercion = Coercion(site, tenant.sources, report, "tenant.yaml")
        site.settings = coercion.record(theme.settings, tenant.theme_settings, ("theme", "settings"))
        if not sites and assets.wishes is None:
            assets.dress(dict(site.settings), _grounds(tenant, theme, templates, dict(site.settings)), wishes)
        if old is not None:
            site.take_over(old)
        for around in ("header", "footer"):
            composed(site, around)
        sites.append(site)
    parts = [[part for kind in PAGES for part in kind(site)] for site in sites]
    named = (Planned(path, partial(assets.actions.__getitem__, path)) for path in assets.named)
    pages = [Outputs(own) for own in parts]
    outputs = Outputs(chain(*parts, feeds.shop_pages(sites, pages), prices.files(sites[0]), named))
    afresh = None
    if before is not None:
        afresh = partial(plan, visible, whole, snapshot, pictures, theme, theme_templates, setting, report)
    return Plan(tenant.handle, visible, snapshot, tuple(sites), outputs, theme_templates, afresh)


def _look(tenant: Tenant) -> Tenant:
    """What of a tenant decides how its icons, fonts, colours and drawn pictures look: nothing of what it sells."""
    return replace(
        tenant, products={}, collections={}, content=Contents(), overlays={}, theme_settings={}, sources=None
    )


def _grounds(tenant: Tenant, theme: Theme, templates: Templates, settings: Mapping[str, object]) -> tuple[str, ...]:
    """The grounds some page may have: those that templates write, and those that settings choose."""
    if theme.grounds is None:
        return GROUNDS
    found = set(_written_grounds(templates))
    bare = not tenant.branding.announcement  # the colours of a bar nobody has are nobody's
    words = {v for name, v in settings.items() if isinstance(v, str) and not (bare and name == "announcement_style")}
    for section in (*tenant.content.home, *(s for below in tenant.content.templates.values() for s in below)):
        known = theme.sections.get(section.type)
        for setting in known.settings if known is not None else ():
            words.add(str(section.settings.get(setting.name, setting.default)))
    words |= {f"{name}={word}" for name, word in settings.items()}
    found |= {ground for word, ground in theme.grounds.items() if word in words}
    return tuple(ground for ground in GROUNDS if ground in found)


def _written_grounds(templates: Templates) -> frozenset[str]:
    return frozenset(name for template in templates.by_name.values() for name in _GROUND.findall(template.source))


def _refuse_clashes(paths: Counter[str], snapshot: Snapshot, report: Report) -> None:
    """Two outputs at one path cannot both be right, nor a file where another output needs a folder. The model prevents
    most of it; this is the last guard before writing."""
    clashes = [path for path, times in paths.items() if times > 1]
    folders = {path.rpartition("/")[0] for path in paths}
    while folders:
        clashes += sorted(folders & paths.keys())
        folders = {folder.rpartition("/")[0] for folder in folders} - {""}
    for path in dict.fromkeys(clashes):
        report.add(
            Diagnostic(
                "HS502",
                Span(snapshot.label),
                "two outputs have the same path",
                path,
                "one output for each path, and none below the path of a file",
                "rename one of the pages or redirects",
            )
        )
