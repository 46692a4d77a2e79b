"""Schedules: what of a shop is visible at a moment, and until when that stays so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from highstreet.model.catalog import Product
from highstreet.model.content import MenuItem, Redirect, Reference, Section
from highstreet.model.tenant import Tenant


class _Dated(Protocol):
    @property
    def handle(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def publish_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`tenant` holds only what is visible, and is the same for every clock in the half-open span since … until.

    None means no limit on that side. `hidden` are references ("product/mug") that exist but are not shown: a link
    to one is dropped, it is no mistake.
    """

    tenant: Tenant
    since: datetime | None
    until: datetime | None
    hidden: frozenset[str]


def at(tenant: Tenant, clock: datetime, drafts: bool = False) -> Scheduled:
    """`tenant` as it is at `clock`: without drafts, archived things and those before or after their time.

    With `drafts`, what is marked as a draft is shown as if it were ready; its time still counts.

    Sections before or after their time go. Links to hidden things go too: menu entries (a heading with visible entries
    below it stays), related products, members of collections, redirects. Needs a `clock` with a time zone.
    """
    hidden = frozenset(_hidden(tenant, clock, drafts))
    moments = sorted(set(_moments(tenant)))
    since = max((moment for moment in moments if moment <= clock), default=None)
    until = min((moment for moment in moments if moment > clock), default=None)
    tenant = _with_sections_of(tenant, clock)
    if not hidden:
        return Scheduled(tenant, since, until, hidden)
    products = {
        handle: _without(product, hidden)
        for handle, product in tenant.products.items()
        if f"product/{handle}" not in hidden
    }
    collections = {
        handle: replace(collection, products=members)
        if len(members := tuple(member for member in collection.products if member in products))
        != len(collection.products)
        else collection
        for handle, collection in tenant.collections.items()
        if f"collection/{handle}" not in hidden
    }
    content = tenant.content
    visible = replace(
        tenant,
        products=products,
        collections=collections,
        content=replace(
            content,
            menus=_menus(content.menus, hidden, tenant.languages),
            pages=tuple(page for page in content.pages if f"page/{page.handle}" not in hidden),
            posts=tuple(post for post in content.posts if f"post/{post.handle}" not in hidden),
            redirects=tuple(r for r in content.redirects if not _leads_to_hidden(r, hidden, tenant.languages)),
        ),
    )
    return Scheduled(visible, since, until, hidden)


def _things(tenant: Tenant) -> Iterator[tuple[str, _Dated, datetime | None]]:
    for product in tenant.products.values():
        yield "product", product, product.unpublish_at
    for collection in tenant.collections.values():
        yield "collection", collection, None
    for page in tenant.content.pages:
        yield "page", page, None
    for post in tenant.content.posts:
        yield "post", post, None


def _without(product: Product, hidden: frozenset[str]) -> Product:
    """`product` without links to what is hidden; itself where it has none."""

    def shown(handles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(handle for handle in handles if f"product/{handle}" not in hidden)

    related, complementary = shown(product.related), shown(product.complementary)
    if (related, complementary) == (product.related, product.complementary):
        return product
    return replace(product, related=related, complementary=complementary)


def _hidden(tenant: Tenant, clock: datetime, drafts: bool) -> Iterator[str]:
    shown = ("active", "draft") if drafts else ("active",)
    for kind, thing, end in _things(tenant):
        start = thing.publish_at
        if thing.status not in shown or (start is not None and clock < start) or (end is not None and clock >= end):
            yield f"{kind}/{thing.handle}"


def _moments(tenant: Tenant) -> Iterator[datetime]:
    """Every moment at which something appears or disappears; what is no longer active never does."""
    for _, thing, end in _things(tenant):
        if thing.status == "active":
            yield from (moment for moment in (thing.publish_at, end) if moment is not None)
    for section in _all_sections(tenant):
        yield from (moment for moment in (section.publish_at, section.unpublish_at) if moment is not None)


def _all_sections(tenant: Tenant) -> Iterator[Section]:
    yield from tenant.content.home
    for sections in tenant.content.templates.values():
        yield from sections


def _with_sections_of(tenant: Tenant, clock: datetime) -> Tenant:
    """`tenant` with the sections whose time `clock` is."""

    def due(section: Section) -> bool:
        start, end = section.publish_at, section.unpublish_at
        return (start is None or start <= clock) and (end is None or clock < end)

    if all(due(section) for section in _all_sections(tenant)):
        return tenant
    content = tenant.content
    templates = {kind: tuple(filter(due, sections)) for kind, sections in content.templates.items()}
    return replace(tenant, content=replace(content, home=tuple(filter(due, content.home)), templates=templates))


def _menus(
    menus: Mapping[str, Sequence[MenuItem]], hidden: frozenset[str], languages: tuple[str, ...]
) -> dict[str, tuple[MenuItem, ...]]:
    return {name: _items(items, hidden, languages) for name, items in menus.items()}


def _items(items: Sequence[MenuItem], hidden: frozenset[str], languages: tuple[str, ...]) -> tuple[MenuItem, ...]:
    kept: list[MenuItem] = []
    for item in items:
        below = _items(item.items, hidden, languages)
        to = None if item.to is not None and points_to(item.to, languages) in hidden else item.to
        if to is not None or below:
            kept.append(item if to is item.to and below == item.items else MenuItem(item.label, to, below))
    return tuple(kept)


def _leads_to_hidden(redirect: Redirect, hidden: frozenset[str], languages: tuple[str, ...]) -> bool:
    return points_to(redirect.to, languages) in hidden


def points_to(reference: Reference, languages: Sequence[str] = ()) -> str:
    """ "product/mug" for a reference to a product, written so or as the path "/products/mug/"; "" for other targets."""
    if reference.kind == "url":
        return ""
    if reference.kind != "path":
        return f"{reference.kind}/{reference.target}"
    parts = [part for part in reference.target.split("/") if part]
    if parts and parts[0] in languages[1:]:
        parts = parts[1:]
    kind = {"products": "product", "collections": "collection", "pages": "page", "journal": "post"}.get(
        parts[0] if parts else ""
    )
    return f"{kind}/{parts[1]}" if kind and len(parts) > 1 else ""
