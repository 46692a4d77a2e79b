"""Names of tenant folders: reserved ones, look-alikes, twins of a neighbour, and what is no name at all."""

from __future__ import annotations

from hostile.case import Case, inert, refused

BAD = {"reserved": "admin", "reserved-www": "www", "reserved-api": "api", "upper-case": "Good", "space": "good shop", "line": "good\n", "umlaut": "göod", "cyrillic": "gооd", "punycode": "xn--good-abc", "double-hyphen": "good--too", "leading-hyphen": "-good", "ending-hyphen": "good-", "underscore": "good_too", "dots": "good.example", "quote": "good'", "long": "g" * 70, "script": "<script>", "query": "good?x", "percent": "good%2e", "option": "--help"}  # fmt: skip

CASES: tuple[Case, ...] = (
    *(refused(name, "HS122", f"tenants/{handle}", {}, handle=handle) for name, handle in BAD.items()),
    inert("twin", {}, handle="goo", pages=()),
    inert("longer-twin", {}, handle="good-too-2", pages=()),
    inert("digits", {}, handle="0x", pages=()),
)
