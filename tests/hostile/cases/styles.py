"""Styles: colours, font names and settings of the look written to leave the value they stand in."""

from __future__ import annotations

from typing import Any

from hostile.case import Case, refused
from support.street import ROOT

FONT = next((ROOT / "themes/main").rglob("*.woff2")).read_bytes()

ESCAPES = {"brace": "red;}body{background:url(//evil.example/)}", "comment": "#fff/*", "url": "url(https://evil.example/x)", "expression": "expression(alert(1))", "variable": "var(--x,url(//evil.example))", "escape": "\\75rl(//evil.example)", "line": "#fff\n}*{color:red", "tag": "</style><script>alert(1)</script>", "function": "color-mix(in srgb,red,blue)", "name": "red", "long": "#" + "f" * 100_000}
FAMILIES = {"quote": 'A";}@import "//evil.example";{', "backslash": "A\\22;}", "tag": "</style><script>alert(1)</script>", "lines": "A\n}body{color:red", "brace": "A}body{background:url(//evil.example/)"}


def _branding(**fields: Any) -> dict[str, Any]:
    return {"branding.yaml": {"tagline": "x", **fields}}


CASES: tuple[Case, ...] = (
    *(refused(f"colour-{name}", "HS110", "branding.yaml", _branding(colors={"primary": text})) for name, text in ESCAPES.items()),
    *(refused(f"swatch-{name}", "HS110", "catalog/products/thing-0.yaml", {"catalog/products/thing-0.yaml": {"title": "T", "price": "1", "options": {"C": [{"value": "a", "swatch": text}, "b"]}, "variants": [{"options": ["a"]}, {"options": ["b"]}]}}) for name, text in ESCAPES.items()),
    *(refused(f"family-{name}", "HS440", "branding.yaml", _branding(typography={"heading": text})) for name, text in FAMILIES.items()),
    *(refused(f"own-family-{name}", "HS406", "assets/fonts/a.woff2", _branding(typography={"heading": text, "files": [{"family": text, "src": "fonts/a.woff2"}]}) | {"assets/fonts/a.woff2": FONT}) for name, text in FAMILIES.items()),
    refused("shape", "HS033", "branding.yaml", _branding(shape="soft;}")),
    refused("setting-of-the-look", "HS433", "tenant.yaml", {"tenant.yaml": {"name": "A", "currency": "EUR", "theme": {"name": "main", "settings": {"header_layout": "x;}body{color:red"}}}}),
)
