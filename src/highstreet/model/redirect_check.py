"""Redirect checks: old paths that can be served, and that lead somewhere in one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from highstreet.model.addresses import UNSAFE
from highstreet.model.content import Redirect
from highstreet.model.finding import Elsewhere, Finding, from_flaw, quoted
from highstreet.model.redirects import MOST_RULES, address, is_rule
from highstreet.model.references import EVERY, Targets
from highstreet.model.tenant import Tenant

FILE = "redirects.yaml"
_LONGEST_WAY = 20  # steps that are followed: of thousands in a row, each would else be followed to the end


def findings(tenant: Tenant, targets: Targets) -> Iterator[Finding]:
    """What is wrong with the redirects of `tenant`."""
    by_path: dict[str, Redirect] = {}
    told: set[str] = set()  # lines of the file: of what follows from a rule, the first mistake is enough
    left = [redirect for redirect in tenant.content.redirects if is_rule(redirect)]
    if left:
        yield _too_many(left)
    for redirect in tenant.content.redirects:
        written = redirect.rule or redirect.source
        if is_rule(redirect) or written in told:
            continue
        bad = _bad_star(redirect) or _bad_source(redirect)
        if bad is not None:
            told.add(written)
            yield bad
            continue
        first = by_path.setdefault(address(redirect.source), redirect)
        if first is not redirect:
            yield Finding(
                "HS344",
                FILE,
                (written,),
                "the old path is redirected twice",
                f"{redirect.source} and {first.source}",
                "one redirect for each path (a / at the end makes no difference)",
                "remove one of the two",
                part="key",
                related=(Elsewhere(FILE, (first.source,), "key"),),
            )
        elif targets.exists(redirect.source):
            told.add(written)
            yield Finding(
                "HS341",
                FILE,
                (written,),
                "the old path is a page of the shop",
                redirect.source,
                "a path that no page has any more",
                "remove the redirect, or rename the page",
                part="key",
            )
    for redirect in by_path.values():
        yield from _target(redirect, by_path, targets)


def _bad_source(redirect: Redirect) -> Finding | None:
    source = redirect.rule or redirect.source
    expected = "an old path of this site, such as /old-page"
    fix = ""
    if not source.startswith("/") or source.startswith("//"):
        host, _, rest = source.partition("://")[2].partition("/")
        fix = f"write /{rest}" if host else f"write /{source.lstrip('/')}"
    elif "?" in source or "#" in source:
        fix = f"write {source.partition('?')[0].partition('#')[0]} (what follows ? or # is not looked at)"
    elif UNSAFE.search(source) or ".." in source.split("/"):
        fix = "write spaces as %20, and no .. or quotes"
    return _cannot_start(source, expected, fix) if fix else None


def _cannot_start(source: str, expected: str, fix: str) -> Finding:
    return Finding("HS340", FILE, (source,), "a redirect cannot start here", quoted(source), expected, fix, part="key")


def _too_many(left: Sequence[Redirect]) -> Finding:
    return Finding(
        "HS345",
        FILE,
        (left[0].source,),
        "too many rules with a *",
        f"{MOST_RULES + len(left)}",
        f"at most {MOST_RULES}, since each makes a page for everything it means",
        "write single redirects for the rest",
        part="key",
    )


def _bad_star(redirect: Redirect) -> Finding | None:
    """What is wrong with a `*` that no handles can take the place of."""
    source = redirect.source
    if redirect.to.target == EVERY:
        expected = f"one * in the old path, which stands for the handle of each {redirect.to.kind}"
        return _cannot_start(source, expected, "keep one *" if EVERY in source else f"write {source.rstrip('/')}/*")
    if EVERY in source:
        expected = "an old path without *, or one that leads to product/*, collection/*, page/* or post/*"
        fix = "write one redirect for each path, or let * stand for handles: /old/*: product/*"
        return _cannot_start(source, expected, fix)
    return None


def _target(redirect: Redirect, by_path: Mapping[str, Redirect], targets: Targets) -> Iterator[Finding]:
    keys = (redirect.rule or redirect.source,)
    if redirect.to.kind != "path":
        flaw = targets.missing(redirect.to)
        if flaw is not None:
            yield from_flaw(flaw, FILE, keys, f"{redirect.to.kind}/{redirect.to.target}")
        return
    way = [redirect]
    while way[-1].to.kind == "path" and len(way) < _LONGEST_WAY:
        following = by_path.get(address(way[-1].to.target))
        if following is None:
            break
        if following in way:
            if following is redirect and redirect is min(
                way, key=lambda step: list(by_path).index(address(step.source))
            ):
                shown = " → ".join([*(step.source for step in way), following.source])
                yield Finding(
                    "HS342",
                    FILE,
                    keys,
                    "redirects run in a circle",
                    shown,
                    "a page at the end",
                    "let one of them lead to a page",
                )
            return
        way.append(following)
    if len(way) > 1:
        end = way[-1].to
        shown = end.target if end.kind in ("path", "url") else f"{end.kind}/{end.target}"
        yield Finding(
            "HS343",
            FILE,
            keys,
            "a redirect leads to another redirect",
            " → ".join([*(step.source for step in way), shown]),
            "the last address at once",
            f"write {shown}",
        )
        return
    flaw = targets.missing(redirect.to)
    if flaw is not None:
        yield from_flaw(flaw, FILE, keys, redirect.to.target)
