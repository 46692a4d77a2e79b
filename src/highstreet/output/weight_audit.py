"""The weight of each page: what a phone fetches for it before anybody scrolls, held against the operator's budgets."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from highstreet.model.budgets import OTHER, Budgets
from highstreet.output.faces import Sheet, sheet, wanted
from highstreet.output.phone import Letters, fetched
from highstreet.output.site import Finding, Site

_PACKED = (".html", ".css", ".js", ".json", ".svg", ".webmanifest", ".xml", ".txt")  # sent compressed by any host
_PICTURES = (".jpg", ".webp", ".avif", ".png", ".svg", ".gif")
_KIND = re.compile(r"<body[^>]* class=\"page-([a-z-]+)")


def weights(site: Site, budgets: Budgets, step: Callable[[], None] = lambda: None) -> Iterator[Finding]:
    """Pages that are over `budgets`, with the files that weigh most, and what pages fetch from others. `step` is
    called after each page."""
    sizes: dict[str, int] = {}

    def size(file: str) -> int:
        if file not in sizes:
            data = (site.folder / file).read_bytes()
            sizes[file] = _packed(data) if file.endswith(_PACKED) else len(data)
        return sizes[file]

    sheets: dict[str, Sheet] = {}

    def fonts(file: str) -> Sheet:
        if file not in sheets:
            sheets[file] = sheet(site.text(file))
        return sheets[file]

    limits = {".css": ("style sheets", budgets.styles), ".js": ("scripts", budgets.scripts)}
    for name, page in site.pages.items():
        files: dict[str, int] = {}  # file → where the page first names it
        for url, at in page.loads:
            address = site.resolve(url, name)
            if address is None:
                yield Finding(
                    "HS621",
                    name,
                    at,
                    "page fetches something from others",
                    url,
                    "files of this site only",
                    "keep a copy below theme assets, or remove it",
                )
            elif address.file is not None:  # a missing one is told as a dead link
                files.setdefault(address.file, at)
        for ending, (what, most) in limits.items():
            own = {file: size(file) for file in files if file.endswith(ending)}
            if sum(own.values()) > most * 1024:
                heavy = _heaviest(own)[0]
                yield Finding(
                    "HS620",
                    name,
                    files[heavy],
                    f"{what} of the page are too heavy",
                    f"{sum(own.values()) / 1024:.1f} KB compressed: {_told(own)}",
                    f"at most {most} KB on one page",
                    f"make {heavy} smaller, or load it only on pages that use it (theme.yaml)",
                )
        if page.refresh is None:
            yield from _whole(site, name, budgets, size, fonts)
        step()


def _whole(
    site: Site, name: str, budgets: Budgets, size: Callable[[str], int], fonts: Callable[[str], Sheet]
) -> Iterator[Finding]:
    """What is wrong with all a phone fetches for the page."""
    text = site.text(name)
    found = _KIND.search(text)
    kind = found[1] if found else ""
    budget, of = budgets.of(kind), f" on a page of kind {kind}" if kind else ""
    parts, places = {name: (site.folder / name).stat().st_size}, {name: -1}
    letters = Letters()

    def load(urls: Iterable[tuple[str, int]]) -> None:
        for url, at in urls:
            address = site.resolve(url, name)
            if address is not None and address.file is not None and address.file not in parts:
                parts[address.file], places[address.file] = size(address.file), at

    load(fetched(text, letters))
    for file in [file for file in parts if file.endswith(".css")]:
        for role, shown in (("body", letters.body), ("heading", letters.heading)):
            load((url, places[file]) for url in wanted(fonts(file), role, shown))
    if sum(parts.values()) > budget.kb * 1024:
        parts[name] = size(name)  # compressed, which takes longer than all else here and seldom matters
    total = sum(parts.values())
    if total > budget.kb * 1024:
        # A picture that is enough to leave away comes first: fonts and styles are seldom the merchant's own.
        enough = {
            file: size for file, size in parts.items() if file.endswith(_PICTURES) and size > total - budget.kb * 1024
        }
        heavy = _heaviest(enough or parts)[0]
        yield Finding(
            "HS622",
            name,
            places[heavy],
            "a phone fetches too many bytes",
            f"{total / 1024:.1f} KB before anybody scrolls: {_told(parts)}",
            f"at most {budget.kb} KB{of}",
            f"{_way_out(heavy)}, or change {_setting(budgets, kind)} in pyproject.toml",
        )
    if len(parts) > budget.requests:
        counts = Counter(file.rpartition(".")[2] for file in parts)
        ending = counts.most_common(1)[0][0]
        first = next(file for file in parts if file.endswith(ending))
        yield Finding(
            "HS623",
            name,
            places[first],
            "a phone fetches too many files",
            f"{len(parts)} files: {', '.join(f'{count} {end}' for end, count in counts.most_common())}",
            f"at most {budget.requests} files{of}",
            f"show fewer of them in the first screens, or change {_setting(budgets, kind)} in pyproject.toml",
        )


def _way_out(heavy: str) -> str:
    if heavy.endswith(".woff2"):
        # A menu in another language than the shop's brings the whole file of its letters beside the cut one.
        return (
            "where words are in another language than the shop's, name it in tenant.yaml (locale, languages), "
            f"choose lighter typefaces than {heavy}"
        )
    return f"make {heavy} smaller, move pictures further down"


def _setting(budgets: Budgets, kind: str) -> str:
    return f"[tool.highstreet.budgets.{kind if kind in budgets.pages else OTHER}]"


def _heaviest(parts: Mapping[str, int]) -> list[str]:
    return sorted(parts, key=lambda file: (-parts[file], file))


def _told(parts: Mapping[str, int], most: int = 4) -> str:
    named = [f"{file} {parts[file] / 1024:.1f} KB" for file in _heaviest(parts)]
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "")


def _packed(data: bytes) -> int:
    return len(zlib.compress(data, 9)) + 12  # gzip's frame is 12 bytes more
