"""Sites: a built folder read back, with every address resolved to the file that answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from highstreet.action.whereabouts import working_on
from highstreet.output.reading import Page, read


class Finding(NamedTuple):
    """A contradiction in one file. `at` is the offset in its text, -1 for the file as a whole."""

    code: str
    file: str
    at: int
    message: str
    found: str
    expected: str
    fix: str


class Address(NamedTuple):
    """Where a URL of the site's own leads. `file` is None when nothing answers it."""

    file: str | None
    fragment: str
    query: str


@dataclass(slots=True)
class Problem:
    """A page that is no text."""

    file: str
    reason: str


@dataclass
class Site:
    """The files below `folder`, the pages among them read."""

    folder: Path
    files: frozenset[str] = frozenset()
    pages: dict[str, Page] = field(default_factory=dict)
    unreadable: list[Problem] = field(default_factory=list)
    _resolved: dict[str, Address | None] = field(default_factory=dict)

    @cached_property
    def base(self) -> str:
        """The origin the site takes itself to be at, "https://lumen.example"; most pages decide."""
        counts: dict[str, int] = {}
        for page in self.pages.values():
            if page.refresh is None and page.canonicals:
                parts = urlsplit(page.canonicals[0].text)
                origin = f"{parts.scheme}://{parts.netloc}"
                counts[origin] = counts.get(origin, 0) + 1
        return max(counts, key=lambda origin: counts[origin], default="https://site.invalid")

    def url(self, file: str) -> str:
        """The absolute address `file` is served at."""
        return f"{self.base}/{file.removesuffix('index.html')}"

    def text(self, file: str) -> str:
        return (self.folder / file).read_text("utf-8", "replace")

    def resolve(self, link: str, page: str = "") -> Address | None:
        """Where `link` on `page` leads; None when it leaves the site."""
        alike = link.startswith(("/", "https://"))  # on every page the same, but for links to another scheme's host
        memo = link if alike and not link.startswith("//") else f"{page}\0{link}"
        if memo not in self._resolved:
            self._resolved[memo] = self._resolve(link, page)
        return self._resolved[memo]

    def _resolve(self, link: str, page: str) -> Address | None:
        if link.startswith(f"{self.base}/"):
            link = link[len(self.base) :]
        if link.startswith("/") and not link.startswith("//"):  # almost every link: spare the full parse
            path, _, fragment = link.partition("#")
            path, _, query = path.partition("?")
            if "/." not in path:
                return Address(self._served(unquote(path)), unquote(fragment), query)
        try:
            parts = urlsplit(urljoin(self.url(page), link))
        except ValueError:
            return Address(None, "", "")
        if f"{parts.scheme}://{parts.netloc}" != self.base:
            return None
        return Address(self._served(unquote(parts.path)), unquote(parts.fragment), parts.query)

    def _served(self, path: str) -> str | None:
        name = path.lstrip("/")
        for candidate in (name, f"{name}index.html" if not name or name.endswith("/") else f"{name}/index.html"):
            if candidate in self.files:
                return candidate
        return None

    def shop_pages(self) -> Iterator[tuple[str, Page]]:
        """Pages that show something, in path order: not those that only send people on."""
        return ((name, page) for name, page in self.pages.items() if page.refresh is None)


def open_site(folder: Path, step: Callable[[], None] = lambda: None) -> Site:
    """The site below `folder`, read. `step` is called after each page."""
    files = frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    site = Site(folder, files)
    for name in sorted(files):
        if name.endswith(".html"):
            working_on(f"reading {name} back")
            try:
                site.pages[name] = read((folder / name).read_text("utf-8"))
            except UnicodeDecodeError as error:
                site.unreadable.append(Problem(name, f"byte {error.start} is not UTF-8"))
            step()
    return site
