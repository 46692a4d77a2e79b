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
