"""The audit: what a built site says, read back and held against itself. It trusts nothing the planner believed."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic, nearest
from highstreet.base.span import Span
from highstreet.model.budgets import Budgets
from highstreet.output import frame_audit
from highstreet.output.data_audit import data
from highstreet.output.selling_audit import cards, offers
from highstreet.output.site import Finding, Site, open_site
from highstreet.output.weight_audit import weights

_MOST_SHOWN = 20  # of one code; the rest are counted
_SOURCES = (
    (r"(?:[a-z]{2,3}(?:-[a-z0-9]+)?/)?products/([^/]+)/index\.html", "catalog/products/{}.yaml"),
    (r"(?:[a-z]{2,3}(?:-[a-z0-9]+)?/)?collections/([^/]+)/.*", "catalog/collections/{}.yaml"),
    (r"(?:[a-z]{2,3}(?:-[a-z0-9]+)?/)?pages/([^/]+)/index\.html", "pages/{}.md"),
    (r"(?:[a-z]{2,3}(?:-[a-z0-9]+)?/)?journal/([^/]+)/index\.html", "posts/{}.md"),
    (r"(?:[a-z]{2,3}(?:-[a-z0-9]+)?/)?index\.html", "home.yaml"),
)


def audit(
    folder: Path, label: str, budgets: Budgets | None = None, step: Callable[[], None] = lambda: None
) -> Iterator[Diagnostic]:
    """Every contradiction in the site below `folder`, the same one on many pages told once.

    Links and parts of pages that are not there; prices, currencies, availability and addresses that differ between
    page, lists, JSON-LD, feed, search index and llms.txt; inline code; canonical and language links; sitemap and
    redirects that lead astray; heavy pages and what they fetch from others. `label` is how diagnostics call the folder.
    `step` is called now and then, after each page that was looked at.
    """
    collecting = gc.isenabled()
    gc.disable()  # nothing here is cyclic, and a large site makes a million small tuples: a fifth of the time
    try:
        site = open_site(folder, step)
        made = offers(site)
        found = [
            *frame_audit.frames(site),
            *frame_audit.links(site),
            *made.findings,
            *cards(site, made),
            *data(site, made),
            *weights(site, budgets or Budgets(), step),
        ]
    finally:
        if collecting:
            gc.enable()
    yield from _told(site, label, found)


def _told(site: Site, label: str, findings: Iterable[Finding]) -> Iterator[Diagnostic]:
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.message, finding.found), []).append(finding)
    counts: dict[str, int] = {}
    for (code, _, _), same in groups.items():
        counts[code] = counts.get(code, 0) + 1
        if counts[code] <= _MOST_SHOWN:
            yield _diagnostic(site, label, same)
    for code, count in counts.items():
        if count > _MOST_SHOWN:
            yield Diagnostic(
                code,
                Span(label),
                "there are more of these",
                f"{count - _MOST_SHOWN} more findings of {code}",
                "none",
                "mend those shown first; they often share one cause",
            )


def _diagnostic(site: Site, label: str, same: list[Finding]) -> Diagnostic:
    first = same[0]
    files = list(dict.fromkeys(finding.file for finding in same))
    named = [*files[1:3], f"{len(files) - 3} more files"] if len(files) > 3 else files[1:]
    others = f" (also in {', '.join(named)})" if named else ""
    fix = first.fix or _link_fix(site, first.found, first.file, len(files))
    return Diagnostic(
        first.code, _span(site, label, first), first.message, f"{first.found[:200]}{others}", first.expected, fix
    )


def _span(site: Site, label: str, finding: Finding) -> Span:
    place = f"{label}/{finding.file}"
    if finding.at < 0:
        return Span(place)
    text = site.text(finding.file)
    start = text.rfind("\n", 0, finding.at) + 1
    end = text.find("\n", finding.at)
    frame = text[start : end if end >= 0 else len(text)]
    column = finding.at - start + 1
    length = max(1, frame.find(">", column - 1) + 2 - column)
    if len(frame) > 160:  # built pages have long lines: show what matters
        cut = max(0, column - 21)
        return Span(place, text.count("\n", 0, finding.at) + 1, column - cut, min(length, 120), frame[cut : cut + 160])
    return Span(place, text.count("\n", 0, finding.at) + 1, column, length, frame)


def _link_fix(site: Site, link: str, file: str, pages: int) -> str:
    """What to do about a dead link: the nearest address there is, and where the link is probably written."""
    path = link.removeprefix(site.base).partition("#")[0].partition("?")[0]
    guess = nearest(path, (f"/{name.removesuffix('index.html')}" for name in site.pages))
    hint = f"did you mean {guess}? " if guess else ""
    if 2 * pages > len(site.pages):
        return f"{hint}it is on many pages: look in navigation.yaml, tenant.yaml and theme/"
    for pattern, source in _SOURCES:
        match = re.fullmatch(pattern, file)
        if match:
            return f"{hint}correct it where it is written, probably in {source.format(*match.groups())}"
    return f"{hint}correct it where it is written"
