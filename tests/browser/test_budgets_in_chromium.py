"""What the audit believes a phone fetches, held against a real Chromium that loads the page and does not scroll."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from browser_street import DEMO, Server
from test_shopping import places

from highstreet.output.phone import DENSITY, HEIGHT, WIDTH, fetched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", DEMO)
def test_the_audit_foresees_what_a_phone_fetches(browser: Browser, serve: Callable[[str], Server], name: str) -> None:
    server = serve(name)
    for kind, path in places(server).items():
        page_file = server.folder / path.strip("/") / ("" if path.endswith(".html") else "index.html")
        foreseen = {urlsplit(fetch.url).path for fetch in fetched(page_file.read_text("utf-8"))}
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=DENSITY, is_mobile=True, has_touch=True, base_url=server.url)
        page = context.new_page()
        seen: set[str] = set()
        page.on("request", lambda request, seen=seen: seen.add(unquote(urlsplit(request.url).path)))
        page.goto(path, wait_until="networkidle")
        context.close()
        seen.discard(path)

        def some(files: set[str], *endings: str) -> set[str]:
            return {file for file in files if file.endswith(endings)}

        assert some(foreseen, ".css") == some(seen, ".css"), kind
        assert some(foreseen, ".js") <= some(seen, ".js"), kind
        assert some(foreseen, ".woff2") <= some(seen, ".woff2"), kind
        pictures, real = (some(files, ".webp", ".avif", ".jpg", ".png", ".svg") for files in (foreseen, seen))
        wrong = len(pictures ^ real)
        assert wrong <= max(4, 0.5 * len(real)), f"{name} {kind}: foreseen {sorted(pictures - real)}, missed {sorted(real - pictures)}"
