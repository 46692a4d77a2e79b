"""What the audit believes a phone fetches, held against a real Chromium that loads the page and does not scroll; and the budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from browser_street import DEMO, Server
from test_shopping import all_kinds

from highstreet.model.budgets import Budgets
from highstreet.output.faces import sheet, wanted
from highstreet.output.phone import DENSITY, HEIGHT, WIDTH, Letters, fetched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
SIZES = "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map(one => [one.name, one.encodedBodySize])"


def foreseen(server: Server, path: str) -> set[str]:
    """Paths of the files that the audit counts."""
    page = server.folder / path.strip("/")
    letters = Letters()
    found = {urlsplit(fetch.url).path for fetch in fetched((page if page.is_file() else page / "index.html").read_text("utf-8"), letters)}
    for file in [file for file in found if file.endswith(".css")]:
        fonts = sheet((server.folder / file.strip("/")).read_text("utf-8"))
        found |= {*wanted(fonts, "body", letters.body), *wanted(fonts, "heading", letters.heading)}
    return found


@pytest.mark.parametrize("name", DEMO)
def test_a_phone_fetches_what_the_audit_foresees_and_within_budget(browser: Browser, serve: Callable[[str], Server], name: str) -> None:
    """Every kind of page, compressed, with an empty cache. Most pictures are one pixel here: their bytes, with the same files, are
    held by the audit of the built shop."""
    server, budgets = serve(name), Budgets()
    kinds = {f"{kind} {path}": (kind, path) for kind, path in all_kinds(server).items()}
    kinds |= {f"en {path}": (kind, f"/en{path}") for kind, path in kinds.values() if (server.folder / f"en{path}").exists()}
    for kind, path in kinds.values():
        expected = foreseen(server, path)
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=DENSITY, is_mobile=True, has_touch=True, base_url=server.url)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path, wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => 0)")  # a busy machine asks for them after a pause
        sizes: dict[str, int] = dict(page.evaluate(SIZES))
        context.close()
        asked = [url for url in asked if not url.startswith("data:")]
        assert [url for url in asked if not url.startswith(server.url)] == [], "third parties"
        seen = {unquote(urlsplit(url).path) for url in asked} - {path}

        def some(files: set[str], *endings: str) -> set[str]:
            return {file for file in files if file.endswith(endings)}

        def weight(ending: str, sizes: dict[str, int] = sizes) -> int:
            return sum(size for url, size in sizes.items() if url.endswith(ending))

        assert some(expected, ".css") == some(seen, ".css"), kind
        assert some(expected, ".js") <= some(seen, ".js"), kind
        assert some(expected, ".woff2") == some(seen, ".woff2"), f"{name} {path}"
        pictures, real = (some(files, ".webp", ".avif", ".jpg", ".png", ".svg") for files in (expected, seen))
        assert len(pictures ^ real) <= max(4, 0.5 * len(real)), f"{name} {path}: foreseen {sorted(pictures - real)}, missed {sorted(real - pictures)}"
        budget = budgets.of({"404": "not-found"}.get(kind, kind))
        told = f"{name} {path}: {len(asked)} files, {sum(sizes.values()) / 1024:.1f} KB, scripts {weight('.js')}, styles {weight('.css')}"
        assert len(asked) <= budget.requests, told
        assert sum(sizes.values()) <= budget.kb * 1024, told
        assert weight(".js") <= budgets.scripts * 1024, told
        assert weight(".css") <= budgets.styles * 1024, told
