"""Links and redirects: other schemes in every spelling, ways off the site, circles, and names that look like others."""

from __future__ import annotations

from typing import Any

from hostile.case import Case, inert, refused

TENANT = {"name": "Acme", "currency": "EUR", "locale": "en-GB"}


def _menu(to: str) -> dict[str, Any]:
    return {"navigation.yaml": {"main": [{"label": "x", "to": to}]}}


def _tenant(**fields: Any) -> dict[str, Any]:
    return {"tenant.yaml": TENANT | fields}


MENU = {
    "javascript": ("javascript:alert(1)", "HS302"), "javascript-capitals": ("JaVaScRiPt:alert(1)", "HS302"), "javascript-blank": (" javascript:alert(1)", "HS304"), "javascript-tab": ("java\tscript:alert(1)", "HS304"),
    "javascript-line": ("java\nscript:alert(1)", "HS304"), "data": ("data:text/html,<script>alert(1)</script>", "HS302"), "vbscript": ("vbscript:msgbox(1)", "HS302"), "file": ("file:///etc/passwd", "HS304"), "blob": ("blob:https://x.example/1", "HS302"),
    "protocol-relative": ("//evil.example/", "HS304"), "backslashes": ("\\\\evil.example\\", "HS304"), "backslash": ("/\\evil.example/", "HS304"), "three-slashes": ("///evil.example/", "HS304"), "slash-tab-slash": ("/\t/evil.example/", "HS304"),
    "password": ("https://bank.example@evil.example/", "HS303"), "no-host": ("https:///evil.example/", "HS301"), "one-slash": ("https:/evil.example/", "HS302"), "upwards": ("/../../good/", "HS304"), "blanks": ("https://a.example/ onclick=alert(1)", "HS301"),
    "quote": ("https://a.example/\"onclick=alert(1)", "HS301"), "right-to-left": ("https://a.example/\u202egpj.exe", "HS301"), "nobody": ("page/nothing-there", "HS305"), "dots": ("page/../../x", "HS304"),
}  # fmt: skip
CHECKOUTS = {
    "javascript": ({"kind": "payment_link", "to": "javascript:alert(1)"}, "HS302"), "plain": ({"kind": "webhook", "to": "http://evil.example/"}, "HS302"), "password": ({"kind": "payment_link", "to": "https://a@evil.example/"}, "HS303"),
    "mail-headers": ({"kind": "email", "to": "a@b.example?bcc=x@evil.example"}, "HS111"), "mail-list": ({"kind": "email", "to": "a@b.example,x@evil.example"}, "HS111"), "phone": ({"kind": "whatsapp", "to": "+1\" onclick=\"x"}, "HS112"),
}  # fmt: skip
REDIRECTS = {
    "to-javascript": ({"/a": "javascript:alert(1)"}, "HS302"), "to-a-stranger": ({"/a": "//evil.example/"}, "HS304"), "to-a-backslash": ({"/a": "/\\evil.example"}, "HS304"), "to-itself": ({"/a": "/a"}, "HS342"), "in-a-circle": ({"/a": "/b", "/b": "/c", "/c": "/a"}, "HS342"),
    "from-outside": ({"//evil.example": "/"}, "HS340"), "from-everything": ({"/*": "https://evil.example/"}, "HS340"), "from-upwards": ({"/../../good/index.html": "/"}, "HS340"), "from-a-page": ({"/products/thing-0/": "https://evil.example/"}, "HS341"),
    "from-home": ({"/": "https://evil.example/"}, "HS341"), "with-lines": ({"/a\n/* https://evil.example/ 301": "/"}, "HS340"), "rule-with-lines": ({"/a\n/*": "product/*"}, "HS340"), "rule-from-upwards": ({"/../../good/*": "product/*"}, "HS340"), "rule-over-pages": ({"/products/*": "product/*"}, "HS341"), "with-blanks": ({"/a https://evil.example/ 301 #": "/"}, "HS340"), "target-with-lines": ({"/a": "https://a.example/\n/* https://evil.example/"}, "HS301"),
    "from-robots": ({"/robots.txt": "https://evil.example/"}, "HS341"),
}  # fmt: skip
HOSTS = {
    "with-lines": "a.example\nevil.example", "with-a-path": "a.example/x", "with-a-port": "a.example:80", "wildcard": "*.example", "address": "127.0.0.1", "with-a-quote": 'a"b.example', "header": "a.example\r\nx: y", "underscore": "a_b.example",
    "dots": "a..example", "ending-dot": "a.example.", "umlaut": "ä.example", "brackets": "[::1]", "blank": "a b.example", "empty": "",
}  # fmt: skip
CDNS = {
    "javascript": ("javascript:alert({stem})", "HS302"), "host-by-field": ("https://{stem}.evil.example/", "HS116"), "format": ("https://cdn.example/{stem.__class__}", "HS116"), "padding": ("https://cdn.example/{stem:>999999999}", "HS116"),
    "quote": ("https://cdn.example/\"{stem}", "HS301"), "policy": ("https://cdn.example; script-src */{stem}", "HS301"), "policy-without-blank": ("https://cdn.example;script-src/{stem}", "HS301"), "lines": ("https://cdn.example/{stem}\r\nX-Evil: yes", "HS301"),
}  # fmt: skip

CASES: tuple[Case, ...] = (
    *(refused(f"menu-{name}", code, "navigation.yaml", _menu(to)) for name, (to, code) in MENU.items()),
    *(refused(f"checkout-{name}", code, "tenant.yaml", _tenant(checkout=checkout)) for name, (checkout, code) in CHECKOUTS.items()),
    *(refused(f"redirect-{name}", code, "redirects.yaml", {"redirects.yaml": redirects}) for name, (redirects, code) in REDIRECTS.items()),
    *(refused(f"host-{name}", "HS108", "tenant.yaml", _tenant(domains=[host])) for name, host in HOSTS.items()),
    refused("host-of-the-platform", "HS109", "tenant.yaml", _tenant(domains=["good.example.com"])),
    refused("host-is-the-platform", "HS109", "tenant.yaml", _tenant(domains=["example.com"])),
    *(refused(f"cdn-{name}", code, "tenant.yaml", _tenant(images={"cdn": cdn})) for name, (cdn, code) in CDNS.items()),
    # A file of ours as a folder: the host would lose what it says of every answer.
    *(refused(f"redirect-below-{name}", "HS502", f"tenants/redirect-below-{name}", {"redirects.yaml": {path: "/"}}) for name, path in (("headers", "/_headers"), ("home", "/index.html/x"), ("robots", "/robots.txt/x"), ("search", "/search.json/x/y.html"))),
    refused("social-javascript", "HS302", "branding.yaml", {"branding.yaml": {"social": {"instagram": "javascript:alert(1)"}}}),
    refused("section-javascript", "HS302", "home.yaml", {"home.yaml": {"sections": [{"type": "hero", "heading": "x", "button": {"label": "x", "to": "javascript:alert(1)"}}]}}),
    inert("redirect-elsewhere", {"redirects.yaml": {"/a": "https://elsewhere.example/", "/b\u00fc": "/products/", "/c;d": "product/thing-0"}}, pages=("index.html",)),
    inert("redirect-from-an-asset-folder", {"redirects.yaml": {"/assets/": "/products/"}}, pages=()),
    refused("checkout-key", "HS114", "tenant.yaml", _tenant(checkout={"kind": "snipcart", "to": "x\" src=\"https://evil.example/x.js"})),
    inert("host-that-looks-like-another", _tenant(domains=["xn--pple-43d.example"]), pages=()),
)
