"""Sections: what a tenant composed, checked against the theme and rendered one by one."""

from __future__ import annotations

from highstreet.action.action import Action
from highstreet.base.diagnostic import Diagnostic, Report, did_you_mean
from highstreet.base.record import Record
from highstreet.base.span import SourceMap
from highstreet.model.content import Section
from highstreet.plan.settings import Coercion, Shelf
from highstreet.plan.site import Site
from highstreet.theme.theme import Theme
from highstreet.theme.views import CollectionTile, PostCard, ProductCard, SectionView


def composed(site: Site, kind: str) -> tuple[Action, ...]:
    """The fragments every page of a kind shows below its own content (templates/<kind>.yaml)."""
    found = site.composed.get(kind)
    if found is None:
        around = kind in ("header", "footer")
        written = site.around(kind) if around else site.tenant.content.templates.get(kind, ())
        name = kind if around else "section"
        made = (_section(site, section, name, place, place + 1) for place, section in enumerate(written))
        found = site.composed[kind] = tuple(fragment for fragment in made if fragment is not None)
    return found


def sections(site: Site, composed: tuple[Section, ...]) -> tuple[Action, ...]:
    """One fragment per section, in order, for a page that begins with them. What has mistakes is told and left out."""
    made = (_section(site, section, "section", place, place) for place, section in enumerate(composed))
    return tuple(fragment for fragment in made if fragment is not None)


def coerced(section: Section, theme: Theme, shelf: Shelf, sources: SourceMap | None, report: Report) -> Record | None:
    """The settings of `section` as its theme wants them; None for an unknown section. Mistakes are told."""
    keys = ("sections", section.index)
    known = theme.sections.get(section.type)
    if known is not None:
        ignore = frozenset({"type", "id", "publish_at", "unpublish_at"})
        return Coercion(shelf, sources, report, section.file).record(known.settings, section.settings, keys, ignore)
    if sources is not None:
        report.add(
            Diagnostic(
                "HS430",
                sources.span(section.file, (*keys, "type")),
                "unknown section",
                section.type,
                f"a section of theme {theme.name}",
                did_you_mean(section.type, theme.sections),
            )
        )
    return None


def _section(site: Site, section: Section, name: str, place: int, index: int) -> Action | None:
    settings = coerced(section, site.theme, site, site.tenant.sources, site.report)
    if settings is None:
        return None
    read = dict(settings)
    posts: tuple[PostCard, ...] = ()
    if section.type == "journal":
        limit = read.get("limit")
        posts = tuple(
            site.post_card(post) for post in site.tenant.content.posts[: limit if isinstance(limit, int) else 3]
        )
    view = SectionView(section.type, f"{name}-{place + 1}", index, settings, posts)
    return site.fragment(site.theme.sections[section.type].template, {"section": view, "cards": _cards(site, read)})


def _cards(site: Site, settings: dict[str, object]) -> tuple[Action, ...]:
    """Cards of the products or the collection the section is about, at most `limit` of them."""
    limit = settings.get("limit")
    most = limit if isinstance(limit, int) and limit else 24
    products = settings.get("products")
    if isinstance(products, tuple) and products:
        return site.cards_html(tuple(card.handle for card in products if isinstance(card, ProductCard))[:most])
    product = settings.get("product")
    if isinstance(product, ProductCard):
        return (site.card_html(product.handle),)
    collection = settings.get("collection")
    if isinstance(collection, CollectionTile):
        return site.cards_html(site.tenant.collections[collection.handle].products[:most])
    return ()
