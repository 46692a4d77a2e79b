"""Conversations: what an edge must answer to somebody who has been there before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cases import ACME, BETA, CSP, Answer, Case, faults
from edge_shops import CSS, JPG, css, html

Ask = Callable[[Case], Answer]


def conditional(ask: Ask, able: set[str]) -> list[str]:
    """All that is wrong with answers to conditional requests."""
    wrong = []

    def get(host: str, target: str, **sends: str) -> Answer:
        return ask(Case("", host, target, 0, sends={name.replace("_", "-"): value for name, value in sends.items()}))

    def check(name: str, answer: Answer, status: int, body: bytes | None = None, has: Mapping[str, str | None] | None = None) -> None:
        wrong.extend(f"{name}: {fault}" for fault in faults(Case(name, "", "", status, body, has or {}), answer))

    for host, target, body in ((ACME, "/", html("acme home")), (BETA, "/products/mug/", html("beta mug")), (ACME, f"/{CSS}", css("acme"))):
        plain = get(host, target)
        tag = plain.headers["etag"]
        kept = {"content-security-policy": CSP, "vary": "~accept-encoding", "etag": tag}
        check(f"{target} unchanged", get(host, target, if_none_match=tag), 304, b"", kept)
        check(f"{target} unchanged, weak", get(host, target, if_none_match=f"W/{tag}"), 304, b"")
        check(f"{target} unchanged, one of many", get(host, target, if_none_match=f'"x", {tag}, W/"y"'), 304, b"")
        check(f"{target} any", get(host, target, if_none_match="*"), 304, b"")
        check(f"{target} changed", get(host, target, if_none_match='"other"'), 200, body)
        # A rollback makes a page older: a time cannot say whether it is the one the browser has.
        check(f"{target} since tomorrow", get(host, target, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT"), 200, body)
        if "times" in able:
            check(f"{target} unmodified since long ago", get(host, target, if_unmodified_since="Fri, 01 Jan 1999 00:00:00 GMT"), 200, body)
        check(f"{target} part, unless changed", get(host, target, range="bytes=0-3", if_range='"other"'), 200, body)
        tags = {tag}
        for code in ("br", "gzip"):
            packed = get(host, target, accept_encoding=code)
            other = packed.headers["etag"]
            if packed.headers.get("content-encoding") != code:
                assert host == ACME and target == "/" and (code == "br" or "fly" not in able), (host, target, code)
                continue
            tags.add(other)
            check(f"{target} unchanged in {code}", get(host, target, accept_encoding=code, if_none_match=other), 304, b"", {"content-encoding": None})
            if target != "/":  # what is compressed on the fly is the same page, and told so
                check(f"{target} as it is, to one who has {code}", get(host, target, if_none_match=other), 200, body)
                check(f"{target} in {code}, to one who has it as it is", get(host, target, accept_encoding=code, if_none_match=tag), 200, body, {"content-encoding": code})
        if len(tags) == 1 and target != "/":
            wrong.append(f"{target}: one ETag for different bytes")
    picture = get(ACME, f"/{JPG}")
    check("picture unchanged", get(ACME, f"/{JPG}", if_none_match=picture.headers["etag"]), 304, b"")
    check("picture unchanged, part", get(ACME, f"/{JPG}", if_none_match=picture.headers["etag"], range="bytes=0-3"), 304, b"")
    return wrong


def hostile(ask: Ask) -> list[str]:
    """All that is wrong with answers to requests that try to be taken for others: whatever the status, nothing of another
    shop or of the store is shown, nobody is sent elsewhere, and the edge does not break."""
    wrong = []
    elsewhere = dict.fromkeys(("x-forwarded-host", "x-host", "x-forwarded-server", "x-original-host", "x-http-host-override"), "evil.example")
    inside = dict.fromkeys(("x-original-url", "x-rewrite-url", "x-accel-redirect", "x-sendfile"), "/_hs/current")
    told = {"x-hs-do": "serve", "x-hs-key": "shops/beta/_hs/current", "x-hs-plain": "/shops/beta/_hs/current", "x-hs-missing": "/shops/beta/_hs/current", "x-hs-index": "/shops/beta/_hs/current", "x-hs-to": "//evil.example/"}
    asked = [
        *((ACME, target, more) for target in ("/", "/products/mug", "/none", f"/{CSS}") for more in (elsewhere, inside, told, {"forwarded": "host=evil.example;proto=https"})),
        *((host, "/products/mug", {}) for host in (f"{ACME}/../beta", f"evil.example@{ACME}", f"{ACME}:80@evil.example", f"{ACME} evil.example", f"{ACME},beta.shops.example", f"{ACME}#.evil.example", f"{ACME}\\.evil.example", f"..{ACME}", "[::1]", "*", "")),
        *((ACME, target, {}) for target in ("/_Hs/current", "/_HS/releases/r1.json", "/%5F%48%53/current", "/T/treeacme1/index.html", "/_hs;x=/current", "/;/_hs/current", "/#/../_hs/current", "/.highstreet/headers", "/%2e%2e%2f_hs%2fcurrent", "/%252e%252e/_hs/current", "/..;/_hs/current", "/products/mug/..%00/", "/products/mug?%0d%0aSet-Cookie:%20a=b", "/products/mug%0d%0aSet-Cookie:%20a=b", "/assets/x.0123456789abcdef.css/../../_hs/current", "/assets/..%5c..%5c_hs%5ccurrent", "/" + "a" * 7000, "/" + "a/" * 3000, "/?" + "a" * 7000, "/" + "%2e" * 2000)),
        *((ACME, f"/{JPG}", {"range": value}) for value in ("bytes=" + ",".join(f"{start}-" for start in range(1200)), "bytes=0-0,-1", "bytes=5-2", "bytes=--1", "lines=1-2", "bytes=0-" + "9" * 40, "bytes=" + "9" * 40 + "-", "bytes=\t0-1")),
        *((ACME, f"/{CSS}", {"accept-encoding": value}) for value in ("*", "br;q=" + "1" * 3000, "br;" * 900, ",".join(["gzip;q=0"] * 900), "identity;q=0, *;q=0")),
        *((ACME, "/", {"if-none-match": value}) for value in ('"' + "a" * 4000 + '"', "a,b", '"', "W/")),
    ]  # fmt: skip
    for host, target, sends in asked:
        name = f"{host} {target[:40]} {str(sends)[:60]}"
        answer = ask(Case(name, host, target, 0, sends=sends))
        found = faults(Case(name, "", "", answer.status), answer)
        if answer.status >= 500 or answer.status not in (200, 206, 301, 304, 400, 404, 414, 416, 421, 431):
            found.append(f"status {answer.status}")
        location = answer.headers.get("location", "/")
        if not location.startswith("/") or location.startswith(("//", "/\\")) or "evil" in location:
            found.append(f"leads to {location!r}")
        if "set-cookie" in answer.headers or "evil" in str(answer.headers) or b"beta" in answer.body:
            found.append("shows what it should not")
        if len(answer.body) > 40_000:
            found.append(f"{len(answer.body)} bytes")
        wrong.extend(f"{name}: {fault}" for fault in found)
    return wrong
