"""Link checks: whether menus, collections and related products point to something that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from highstreet.base.diagnostic import did_you_mean
from highstreet.model.catalog import Collection
from highstreet.model.content import MenuItem, SearchHelp
from highstreet.model.content_records import search_from_record
from highstreet.model.finding import Elsewhere, Finding, from_flaw
from highstreet.model.references import Targets
from highstreet.model.tenant import Tenant


def findings(tenant: Tenant, targets: Targets, listed: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Every link of `tenant` that leads nowhere; redirects are in redirect_check.py, section settings in the plan.

    `listed` are the products each collection names: the tenant's own collections are resolved already.
    """
    for name, items in tenant.content.menus.items():
        yield from _menu((name,), items, targets)
    for product in tenant.products.values():
        for key, named in (("related", product.related), ("complementary", product.complementary)):
            for index, handle in enumerate(named):
                keys = (key, index)
                if handle == product.handle:
                    message = f"a product is {key} to itself"
                    yield Finding("HS222", product.file, keys, message, handle, "other products", "remove it")
                else:
                    yield from _handle(product.file, keys, "product", handle, targets)
    for collection in tenant.collections.values():
        written = listed.get(collection.handle) or ()
        seen: dict[str, int] = {}
        for index, handle in enumerate(written):
            yield from _handle(collection.file, ("products", index), "product", handle, targets)
            first = seen.setdefault(handle, index)
            if first != index:
                yield Finding(
                    "HS234",
                    collection.file,
                    ("products", index),
                    "product is listed twice",
                    handle,
                    "each product once",
                    "remove one of them",
                    severity="warning",
                    related=(Elsewhere(collection.file, ("products", first)),),
                )
        # A product that could not be read may be the one the rules match.
        unread = collection.rules is not None and len(targets.product) > len(tenant.products)
        if not collection.products and not written and collection.status == "active" and not unread:
            yield Finding(
                "HS235",
                collection.file,
                ("rules",) if collection.rules else ("title",),
                "collection has no products",
                "rules that nothing matches" if collection.rules else "neither products nor rules",
                "at least one product",
                "check the rules" if collection.rules else "add products: or rules:",
                part="key",
                severity="warning",
            )
        if not unread:
            yield from _filters(tenant, collection)
    yield from _policies(tenant)
    for file, help_ in searches(tenant):
        for query, named in help_.expected:
            for index, handle in enumerate(named):
                at: tuple[str | int, ...] = ("expect", query, index) if len(named) > 1 else ("expect", query)
                yield from _handle(file, at, "product", handle, targets)


def searches(tenant: Tenant) -> Iterator[tuple[str, SearchHelp]]:
    """Each search.yaml of the tenant."""
    yield tenant.content.search.file, tenant.content.search
    for language, overlay in tenant.overlays.items():
        if "search.yaml" in overlay:
            file = f"locales/{language}/search.yaml"
            yield file, search_from_record(overlay["search.yaml"], file)


def _filters(tenant: Tenant, collection: Collection) -> Iterator[Finding]:
    """Filters by options or attributes that no product of the collection has."""
    members = [tenant.products[handle] for handle in collection.products if handle in tenant.products]
    had = {f"option/{option.name}" for product in members for option in product.options}
    had |= {f"attribute/{name}" for product in members for name, _ in product.attributes}
    for place, text in enumerate(collection.filters or ()):
        if text.partition("/")[2] and text not in had and members:
            yield Finding(
                "HS237",
                collection.file,
                ("filters", place),
                "no product of the collection has this",
                text,
                "an option or attribute of its products",
                did_you_mean(text, had),
                severity="warning",
            )


def _menu(at: tuple[str | int, ...], items: Sequence[MenuItem], targets: Targets) -> Iterator[Finding]:
    for index, item in enumerate(items):
        if item.to is not None:
            flaw = targets.missing(item.to)
            if flaw is not None:
                shown = item.to.target if item.to.kind in ("path", "url") else f"{item.to.kind}/{item.to.target}"
                yield from_flaw(flaw, "navigation.yaml", (*at, index, "to"), shown)
        yield from _menu((*at, index, "items"), item.items, targets)


def _handle(file: str, keys: tuple[str | int, ...], kind: str, handle: str, targets: Targets) -> Iterator[Finding]:
    flaw = targets.missing_handle(kind, handle, prefix=False)
    if flaw is not None:
        yield from_flaw(flaw, file, keys, handle)


def _policies(tenant: Tenant) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for page in tenant.content.pages:
        if page.policy is not None:
            first = seen.setdefault(page.policy, page.file)
            if first != page.file:
                yield Finding(
                    "HS324",
                    page.file,
                    ("policy",),
                    f"two pages are the {page.policy} policy",
                    f"{page.policy}, also {first}",
                    "one page for each policy",
                    "remove policy from one of them",
                    related=(Elsewhere(first, ("policy",)),),
                )
