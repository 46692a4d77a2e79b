"""Starting: new workspaces and new tenants that build at once."""

from __future__ import annotations

from pathlib import Path

from highstreet.action.blobs import write_whole
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.model import flaws, values
from highstreet.model import schema as schemas
from highstreet.model.flaws import suggested_handle
from highstreet.model.money import decimals
from highstreet.model.platform import Platform
from highstreet.source import yaml
from highstreet.source.scan import scan
from highstreet.theme import schema as theme_schema
from highstreet.theme.strings import Strings
from highstreet.theme.theme import Theme, open_theme
from highstreet.workspace import Workspace, bundled_theme

_PYPROJECT = """\
[project]
name = "street"
version = "0"
requires-python = ">=3.11"
dependencies = ["highstreet"]

[tool.highstreet]
base_domain = "example.com"  # a shop is at https://<handle>.example.com unless it has a domain of its own

# Limits a tenant can be held to with `plan: small` in its tenant.yaml.
[tool.highstreet.plans.small]
max_products = 100

# Where `highstreet publish` puts the shops: a bucket, or a folder such as "file:///srv/shops".
# [tool.highstreet.publish]
# to = "s3://bucket/shops"
"""
_GITIGNORE = "/build/\n/.highstreet/\n/.venv/\n"
_README = """\
# A street of shops

Every folder in `tenants/` is a shop. `highstreet preview` shows them at http://localhost:4000 and follows every edit,
`highstreet check` finds mistakes and says how to mend them, `highstreet build` writes the finished sites to `build/`,
`highstreet publish` puts them online, `highstreet new HANDLE` adds a shop.
"""
_PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">
<rect width="800" height="800" fill="#ece5db"/>
<ellipse cx="400" cy="648" rx="210" ry="26" fill="#d8cdbd"/>
<path d="M236 296h328l-34 320q-4 34-40 34H310q-36 0-40-34z" fill="#2f5d62"/>
<ellipse cx="400" cy="296" rx="164" ry="34" fill="#24474b"/>
<path d="M556 368q96-14 88 82t-110 92" fill="none" stroke="#2f5d62" stroke-width="34" stroke-linecap="round"/>
</svg>
"""

_FIRST_SHOP = {
    "tenant.yaml": """\
name: <name>
status: live  # draft keeps search engines out
locale: <locale>
currency: <currency>
contact: {email: hello@<handle>.example}
checkout: {kind: email, to: orders@<handle>.example}
""",
    "branding.yaml": """\
tagline: Good things, close by
colors: {primary: "#2f5d62", accent: "#e08d3c"}  # everything else is derived, always readable
shape: soft  # sharp | soft | round
""",
    "navigation.yaml": """\
main:
  - {label: Everything, to: /products/}
  - {label: Kitchen, to: collection/kitchen}
  - {label: About, to: page/about}
""",
    "home.yaml": """\
sections:
  - type: hero
    layout: plain
    heading: <name>
    text: Good things, close by.
    button: {label: Have a look, to: /products/}
  - {type: featured-collection, collection: kitchen, limit: 4}
""",
    "catalog/products/mug.yaml": """\
title: Mug
price: <price>
sku: MUG-1
inventory: 12
tags: [kitchen]
images:
  - {src: products/mug.svg, alt: A dark green mug on a sand-coloured ground}
description: |
  A mug that holds **35 cl** and warms a hand. Replace it with your first product.
""",
    "catalog/collections/kitchen.yaml": """\
title: Kitchen
rules: {match: all, where: [{field: tag, is: kitchen}]}
""",
    "pages/about.md": """\
---
title: About us
---
Who you are, in two sentences.
""",
    "assets/products/mug.svg": _PICTURE,
}


def init(folder: Path) -> list[Path]:
    """Makes a workspace with one shop in `folder`; the files made. Raises Problems if it is one already."""
    if (folder / "tenants").exists() or (folder / "pyproject.toml").exists():
        raise Problems(
            [
                Diagnostic(
                    "HS158",
                    Span(str(folder)),
                    "there is something here already",
                    "tenants/ or pyproject.toml",
                    "a new or empty folder",
                    "name another folder",
                )
            ]
        )
    texts = {"pyproject.toml": _PYPROJECT, ".gitignore": _GITIGNORE, "README.md": _README}
    texts |= {
        f"tenants/corner-shop/{path}": text
        for path, text in tenant_files("corner-shop", "Corner Shop", "EUR", "en-GB").items()
    }
    texts |= _schemas(bundled_theme("main"))
    return _write(folder, texts)


def new(space: Workspace, platform: Platform, handle: str, name: str, currency: str, locale: str) -> list[Path]:
    """Makes a tenant folder; the files made. Raises Problems for a handle that is taken or cannot be one."""
    place = Span(f"tenants/{handle}")
    problems = []
    if not values.is_handle(handle):
        expected = "small letters and digits with single hyphens between, at most 63"
        fix = f"use {suggested_handle(handle) or 'letters and digits'}"
        problems.append(Diagnostic("HS153", place, "not a handle", handle, expected, fix))
    elif handle in platform.reserved:
        problems.append(
            Diagnostic(
                "HS154",
                place,
                "this handle is reserved",
                handle,
                "a handle the platform does not use itself",
                f"use {handle}-shop",
            )
        )
    elif space.tenant(handle).exists():
        problems.append(
            Diagnostic(
                "HS155", place, "there is a tenant of that handle already", handle, "a new handle", "choose another"
            )
        )
    for option, given, flaw in (
        ("currency", currency, flaws.currency(currency)),
        ("locale", locale, flaws.locale(locale)),
    ):
        if flaw:
            found = f"--{option} {given}"
            problems.append(
                Diagnostic("HS156", place, flaw.message.format(name=option), found, flaw.expected, flaw.fix)
            )
    if problems:
        raise Problems(problems)
    shown = name or " ".join(word.capitalize() for word in handle.split("-"))
    return _write(space.tenant(handle), tenant_files(handle, shown, currency, locale))


def tenant_files(handle: str, name: str, currency: str, locale: str) -> dict[str, str]:
    """A first shop: one product, one collection, an about page and a menu, path → text."""
    price = {0: "1800", 3: "5.500"}.get(decimals(currency), "18.00")
    words = {"name": _quoted(name), "handle": handle, "locale": locale, "currency": currency, "price": price}
    return {path: _filled(text, words) for path, text in _FIRST_SHOP.items()}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _filled(text: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"<{name}>", word)
    return text


def schema(space: Workspace, out: Path | None) -> list[Path]:
    """Writes the JSON Schemas and the editor set-up below `out` or the workspace."""
    return _write(out or space.root, _schemas(space.theme("main")))


def words(space: Workspace, locale: str) -> Strings:
    """What the street's main theme says in a language, for files that are written once and edited then."""
    opened = _opened(space.theme("main"))
    return opened.strings(locale)[1] if opened is not None else {}


def locale(space: Workspace, handle: str) -> str:
    """The language a tenant's own file names; "" where there is no such file, or it cannot be read."""
    place = space.tenant(handle) / "tenant.yaml"
    try:
        data = yaml.parse(place.name, place.read_bytes()).data
    except (OSError, Problems):
        return ""
    given = data.get("locale") if isinstance(data, dict) else None
    return given if isinstance(given, str) else ""


def _schemas(theme: Path | None) -> dict[str, str]:
    """Schemas of every file, the sections of the street's main theme included."""
    opened = _opened(theme)
    return schemas.files(theme_schema.sections(opened) if opened is not None else None)


def _opened(theme: Path | None) -> Theme | None:
    return open_theme(scan(theme, "themes/main", linked=True)) if theme is not None else None


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    for path, text in texts.items():
        write_whole(folder / path, text.encode())
    return [folder / path for path in texts]
