"""The frame of each page: head, identities, languages, addresses and what a content security policy forbids."""

from __future__ import annotations

from collections.abc import Iterator

from highstreet.output.reading import Page
from highstreet.output.site import Address, Finding, Site

_REPORT = "this is a fault of the theme or of an override below theme/: mend it there"


def frames(site: Site) -> Iterator[Finding]:
    """Findings about every page by itself and its place among the languages."""
    for problem in site.unreadable:
        yield Finding("HS607", problem.file, -1, "page is not UTF-8 text", problem.reason, "UTF-8 text", "build again")
    for name, page in site.pages.items():
        if page.refresh is not None:
            yield from _redirect(site, name, page)
            continue
        yield from _head(name, page)
        yield from _inside(name, page)
        yield from _canonical(site, name, page)
        yield from _languages(site, name, page)


def links(site: Site) -> Iterator[Finding]:
    """Every address a page refers to: the file, the part of a page, the variant."""
    for name, page in site.pages.items():
        for link, at in page.links.once() if page.refresh is None else ():
            address = site.resolve(link, name)
            if address is None:
                continue
            if address.file is None:
                yield Finding("HS601", name, at, "link leads nowhere", link, "a file of this site", "")
            elif address.fragment and not _has(site, address):
                yield Finding(
                    "HS602",
                    name,
                    at,
                    "link to a part of a page that is not there",
                    link,
                    f"an element with id {address.fragment}",
                    "correct what follows #, or remove it",
                )


def _has(site: Site, address: Address) -> bool:
    page = site.pages.get(address.file or "")
    return page is None or address.fragment in page.ids or address.fragment == "top"


def _redirect(site: Site, name: str, page: Page) -> Iterator[Finding]:
    address = site.resolve(page.refresh or "", name)
    if not page.refresh or (address is not None and (address.file is None or address.file == name)):
        yield Finding(
            "HS615",
            name,
            -1,
            "redirect leads nowhere",
            page.refresh or "no target",
            "an address that exists",
            "correct the target in redirects.yaml",
        )


def _head(name: str, page: Page) -> Iterator[Finding]:
    for missing, what in ((not page.title, "<title>"), (not page.lang, "lang on <html>")):
        if missing:
            yield Finding("HS610", name, -1, f"page has no {what}", "nothing", f"a {what}", _REPORT)


def _inside(name: str, page: Page) -> Iterator[Finding]:
    for what, at in page.inline:
        yield Finding(
            "HS603",
            name,
            at,
            "inline script, style or handler",
            what,
            "scripts and styles in files, as the content security policy demands",
            "move it to a file of the theme's assets",
        )
    for what, at in page.again:
        yield Finding("HS608", name, at, "two elements have one id", what, "each id once in a page", _REPORT)
    for what, at in page.unnamed:
        yield Finding(
            "HS609",
            name,
            at,
            "picture has no alternative text",
            what,
            'alt="…", or alt="" for decoration',
            _REPORT,
        )


def _canonical(site: Site, name: str, page: Page) -> Iterator[Finding]:
    said = [url for url, _ in page.canonicals]
    wanted = [] if page.hidden else [site.url(name)]
    if said != wanted:
        yield Finding(
            "HS611",
            name,
            page.canonicals[-1].at if said else -1,
            "canonical address is wrong",
            " and ".join(said) or "none",
            " and ".join(wanted) or "none, as the page asks not to be indexed",
            _REPORT,
        )


def _languages(site: Site, name: str, page: Page) -> Iterator[Finding]:
    if not page.alternates:
        return
    own = site.url(name)
    if own not in page.alternates.values():
        yield Finding("HS612", name, -1, "page is missing among its own languages", "no hreflang", own, _REPORT)
    for code, url in page.alternates.items():
        address = site.resolve(url, name)
        other = site.pages.get(address.file or "") if address is not None else None
        if other is None:
            yield Finding("HS612", name, -1, "language link leads nowhere", url, f"the page in {code}", _REPORT)
        elif own not in other.alternates.values():
            yield Finding(
                "HS612",
                name,
                -1,
                "language link is not returned",
                f"{code}: {url}",
                f"{url} to name {own} as well",
                _REPORT,
            )
