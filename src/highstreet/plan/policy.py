"""Policy: whom else the pages of a shop may load from, by what its sections say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from highstreet.model.content import Plain
from highstreet.model.tenant import Tenant
from highstreet.theme.theme import Setting, Theme

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#]|$)")


def allowed(theme: Theme, tenant: Tenant) -> Mapping[str, tuple[str, ...]]:
    """Directive of the security policy → its sources, for settings that theme.yaml marks with `allow`.

    A shop without such sections gets nothing here, so its policy stays the strict one.
    """
    found: dict[str, set[str]] = {}
    for section in (*tenant.content.home, *(s for below in tenant.content.templates.values() for s in below)):
        known = theme.sections.get(section.type)
        for directive, source in _sources(known.settings if known is not None else (), section.settings):
            found.setdefault(directive, set()).add(source)
    return {directive: tuple(sorted(sources)) for directive, sources in sorted(found.items())}


def _sources(schema: tuple[Setting, ...], given: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    for setting in schema:
        value = given.get(setting.name)
        if setting.type == "list" and isinstance(value, list):
            for item in value:
                yield from _sources(setting.of, item if isinstance(item, dict) else {})
        elif setting.allow and isinstance(value, str) and value:
            address = _ADDRESS.match(value)
            if setting.type == "media":
                yield setting.allow, "'self'"
            elif address:
                for directive in setting.allow.split():
                    yield directive, address[0].lower()
