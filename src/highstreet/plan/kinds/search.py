"""Search: the files a browser searches in, and a look whether they find what the shop says they must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from highstreet.action.action import Action
from highstreet.base.diagnostic import Diagnostic
from highstreet.base.digest import value
from highstreet.model.content import SearchHelp
from highstreet.plan import search_index, search_query
from highstreet.plan.packing import LINES, gaps, numbers
from highstreet.plan.routes import file_of
from highstreet.plan.search_index import COLLECTION, PAGE, POST, Index
from highstreet.plan.site import Planned, Site

_SHOWN = 6  # products that are suggested: what is expected of a search must be among them


def pages(site: Site) -> Iterator[Planned]:
    """The files of one language's search."""
    if not site.tenant.features.search:
        return
    routes, count = site.routes, len(site.tenant.products)
    yield Planned(file_of(routes.search_index), partial(_root, site))
    for number in range(search_index.files(count)):
        path = file_of(routes.search_file(f"{number}"))
        yield Planned(path, partial(_words, site, path, number))
    for number in range(search_index.spelling_files(count)):
        path = file_of(routes.search_file(f"words-{number}"))
        yield Planned(path, partial(_spelling, site, path, number))
    held: dict[int, list[str]] = {}
    told = numbers(tuple(search_index.texts(site.tenant)))
    for name, number in sorted(told.items(), key=lambda item: item[1]):
        held.setdefault(number // LINES, []).append(name)
    for number, names in held.items():
        path = file_of(routes.search_file(f"texts-{number}"))
        yield Planned(path, partial(_texts, site, path, tuple(names)))


def _root(site: Site) -> Action:
    found = site.search
    _expect(site, found, site.tenant.content.search)
    head = {"files": found.files, "spelling": found.spelling_files, "out": gaps(found.out)}
    return site.make("data", {"format": value("packed"), "head": value(head)}, path=file_of(site.routes.search_index))


def _words(site: Site, path: str, number: int) -> Action:
    return site.make("data", {"format": value("packed"), "head": value(site.search.file(number))}, path=path)


def _spelling(site: Site, path: str, number: int) -> Action:
    return site.make("data", {"format": value("packed"), "head": value(site.search.spelling(number))}, path=path)


def _texts(site: Site, path: str, names: Sequence[str]) -> Action:
    titles = search_index.texts(site.tenant)
    place = {COLLECTION: site.routes.collection, PAGE: site.routes.page, POST: site.routes.post}
    rows = []
    for name in names:
        where, title = titles[name]
        rows.append([title, place[where](name.partition("/")[2])])
    return site.make("data", {"format": value("packed"), "head": value(rows)}, path=path)


def _expect(site: Site, found: Index, given: SearchHelp) -> None:
    """Reports every query that does not find what search.yaml says it must."""
    if site.tenant.sources is None:
        return
    names = {number: handle for handle, number in site.numbers.items()}
    for query, wanted in given.expected:
        answer = [names[number] for number in search_query.query(found, query).products[:_SHOWN]]
        for at, handle in enumerate(wanted):
            if handle in answer or site.hidden("product", handle):
                continue
            keys = ("expect", query, at) if len(wanted) > 1 else ("expect", query)
            site.report.add(
                Diagnostic(
                    "HS441",
                    site.tenant.sources.span(given.file, keys),
                    f"the search for “{query}” does not find {handle}",
                    ", ".join(answer) or "nothing",
                    f"{handle} among the first {_SHOWN} products",
                    f"add its words to the product's title, type or tags, or a group to synonyms in {given.file}",
                )
            )
