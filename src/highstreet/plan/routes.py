"""Routes: every URL of a shop and the file that serves it. URLs are made nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from highstreet.base.paths import SitePath, site_path


@dataclass(frozen=True, slots=True)
class Routes:
    """URLs of one language of one shop. `base` is "https://lumen.example", `prefix` "" or "/fr"."""

    base: str
    prefix: str = ""

    @property
    def home(self) -> str:
        return f"{self.prefix}/"

    @property
    def products(self) -> str:
        return f"{self.prefix}/products/"

    @property
    def collections(self) -> str:
        return f"{self.prefix}/collections/"

    @property
    def journal(self) -> str:
        return f"{self.prefix}/journal/"

    @property
    def journal_feed(self) -> str:
        return f"{self.prefix}/journal/feed.xml"

    @property
    def search(self) -> str:
        return f"{self.prefix}/search/"

    @property
    def search_index(self) -> str:
        return f"{self.prefix}/search.json"

    def search_file(self, name: str) -> str:
        """A file that a search reads besides its index."""
        return f"{self.prefix}/search/{name}.json"

    def rows(self, file: int | None = None) -> str:
        """Where rows of products for client code are; file 7 of them."""
        return f"{self.prefix}/cards/" if file is None else f"{self.prefix}/cards/{file}.json"

    def index(self, listing: str) -> str:
        """What counts the facets of a collection or of all products, from its own URL."""
        return f"{listing}facets.json"

    def prices(self, part: int | None = None) -> str:
        """The price manifest, one for all languages; part 7 of it for client code."""
        return "/prices.json" if part is None else f"/prices/{part}.json"

    @property
    def cart(self) -> str:
        return f"{self.prefix}/cart/"

    @property
    def not_found(self) -> str:
        return f"{self.prefix}/404.html"

    def product(self, handle: str) -> str:
        return f"{self.prefix}/products/{handle}/"

    def collection(self, handle: str) -> str:
        return f"{self.prefix}/collections/{handle}/"

    def page(self, handle: str) -> str:
        return f"{self.prefix}/pages/{handle}/"

    def post(self, handle: str) -> str:
        return f"{self.prefix}/journal/{handle}/"

    def journal_tag(self, slug: str) -> str:
        return f"{self.prefix}/journal/tagged/{slug}/"

    def absolute(self, url: str) -> str:
        """`url` with scheme and host; a URL of another host stays as it is."""
        return url if "://" in url else self.base + url


def numbered(url: str, number: int) -> str:
    """Page `number` of a list: the list's own URL for the first."""
    return url if number == 1 else f"{url}page/{number}/"


def numbered_all(url: str, things: int, on_each: int) -> tuple[str, ...]:
    """The URLs of all pages of a list of so many things."""
    return tuple(numbered(url, number) for number in range(1, -(-things // on_each) + 1))


@lru_cache(maxsize=16_384)
def file_of(url: str) -> SitePath:
    """The output file that serves `url`: "/products/mug/" → "products/mug/index.html"."""
    path = url.lstrip("/")
    return site_path(path + "index.html" if not path or path.endswith("/") else path)


def base_url(handle: str, domains: tuple[str, ...], base_domain: str) -> str:
    """The shop's canonical origin: its first custom domain, else its subdomain of the platform."""
    return f"https://{domains[0]}" if domains else f"https://{handle}.{base_domain}"
