"""Texts: words made for every context they may land in, in every field of a shop and in every setting of every section."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hostile.case import Case, inert
from support.street import ROOT

sys.path.append(str(Path(__file__).parents[2] / "site"))

from site_shops import HOSTILE, hostile_shop

from highstreet.source.scan import scan
from highstreet.theme.theme import Setting, open_theme

# At most 100 characters each: that is what the shortest fields take.
PAYLOADS = {
    "everything": HOSTILE,
    "elements": '\'"></title></textarea></script><script>alert(1)</script><img src=x onerror=alert(1)>',
    "attributes": "x\" onmouseover=alert(1) autofocus onfocus=alert(1) y=' onload=alert(1) `",
    "addresses": "javascript:alert(1)//\" href=//evil.example/ src=https://evil.example/x.png",
    "scripts": "'-alert(1)-'\\';alert(1)//</script><!--<script>alert(1)]]>&lt;script&gt;",
    "styles": "red;}body{background:url(//evil.example/)}</style><style>@import'//evil.example/';/*",
    "templates": "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>#{7*7}{{ ''.__class__ }}%s{0}{price}{count}",
    "formulas": "=HYPERLINK(\"https://evil.example/\",\"x\")",
    "lines": "a\r\nSet-Cookie: x=y\r\n\r\n<script>alert(1)</script>\nDisallow: /\n# - x",
}  # fmt: skip
PAGES = (
    "index.html", "products/evil/index.html", "products/single/index.html", "collections/evil/index.html", "pages/evil/index.html", "journal/evil/index.html", "journal/index.html",
    "products/index.html", "cart/index.html", "404.html", 'search/index.html?q="><img src=x onerror=alert(1)>', 'products/evil/index.html?variant="><img src=x onerror=alert(1)>#"><img src=x onerror=alert(1)>',
    'collections/evil/index.html?type="><img src=x onerror=alert(1)>&sort=javascript:alert(1)',
)  # fmt: skip


def _value(setting: Setting, text: str) -> Any:
    """`text` where a setting takes words, and something valid where it takes anything else."""
    match setting.type:
        case "text" | "markdown" | "richtext":
            return text
        case "list":
            return [{field.name: value for field in setting.of if (value := _value(field, text)) is not None and (field.type != "integer" or field.required)}]
        case "image":
            return {"src": "a.png", "alt": text}
        case "product" | "collection":
            return "evil"
        case "products" | "collections":
            return ["evil"]
        case "link":
            return {"label": text, "to": "product/evil"}
        case "integer":
            return "50"
        case _:
            return None


def _shop(text: str) -> dict[str, Any]:
    files = hostile_shop(text)
    theme = open_theme(scan(ROOT / "themes/main", "themes/main"))
    sections = files["home.yaml"]["sections"]
    for type_, section in theme.sections.items():
        given = {setting.name: value for setting in section.settings if (value := _value(setting, text)) is not None and (setting.type != "integer" or setting.required)}
        if all(setting.name in given for setting in section.settings if setting.required):  # the others want a film or a date
            sections.append({"type": type_, **given})
    return files | {"redirects.yaml": {}, "catalog/products/thing-0.yaml": None, "catalog/collections/things.yaml": None, "pages/about.md": None}


CASES: tuple[Case, ...] = tuple(
    inert(name, _shop(text), "<script>alert", "<img src=x", "<style>@import", pages=PAGES if name in ("elements", "attributes", "addresses", "scripts") else PAGES[:4])
    for name, text in PAYLOADS.items()
)
