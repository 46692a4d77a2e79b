"""A street under preview, and a page of it in a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "site"))

from site_shops import rich_shop, tiny_shop

from support.command import AS_OF, PATIENCE, command
from support.ports import free_port
from support.street import ROOT, Lane

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOPS = ("rich", "tiny", "other")


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Previewed:
    """A running `highstreet preview` and the workspace it serves."""

    lane: Lane
    port: int
    process: subprocess.Popen[str]
    said: Path
    kept: dict[Path, bytes] = field(default_factory=dict)
    restored: int = 0  # files, so far
    settled: int = 0  # … that the preview is known to have seen

    def url(self, handle: str, path: str = "/") -> str:
        return f"http://{handle}.localhost:{self.port}{path}" if handle else f"http://localhost:{self.port}{path}"

    def get(self, handle: str, path: str = "/", method: str = "GET", **headers: str) -> Got:
        """A request as a browser's network stack makes it: the path goes out as it is."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        host = f"{handle}.localhost:{self.port}" if handle else f"localhost:{self.port}"
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        got = Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return got

    def path(self, name: str) -> Path:
        """A file of the workspace. What it holds now comes back at the end of the test."""
        place = self.lane.root / name
        if place.is_file():
            self.kept.setdefault(place, place.read_bytes())
        return place

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces a text in place, as most editors save."""
        place = self.path(name)
        text = place.read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        place.write_text(text.replace(old, new), "utf-8")

    def restore(self) -> None:
        for place, data in self.kept.items():
            if not place.is_file() or place.read_bytes() != data:
                place.write_bytes(data)
                self.restored += 1
        self.kept.clear()

    def settle(self) -> None:
        """Waits until the preview has seen what was restored: saves are seen in their order, so the last of all tells."""
        if self.restored > self.settled:
            words = f"Restored {self.restored} times"
            self.lane.write("tenants/other/pages/settled.md", f"---\ntitle: Settled\n---\n{words}\n")
            end = time.monotonic() + PATIENCE
            while words not in self.get("other", "/pages/settled/").body.decode():
                assert time.monotonic() < end
                time.sleep(0.02)
            self.settled = self.restored


def start(root: Path, *words: str, port: int = 0) -> Previewed:
    port = port or free_port()
    said = root / f"preview-{port}.txt"
    with said.open("w") as out:
        process = subprocess.Popen(command("-C", root, "preview", "--port", str(port), *words), stdout=out, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    until = time.monotonic() + PATIENCE
    while "Ctrl-C" not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.05)
    return Previewed(Lane(root), port, process, said)


def stop(previewed: Previewed) -> None:
    previewed.process.send_signal(signal.SIGTERM)
    try:
        previewed.process.wait(20)
    except subprocess.TimeoutExpired:
        previewed.process.kill()
        previewed.process.wait()


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Previewed]:
    """Three shops and a theme of their own, previewed as of the tests' day."""
    root = tmp_path_factory.mktemp("previewed")
    lane = Lane(root)
    (root / "tenants").mkdir()
    lane.write("pyproject.toml", '[tool.highstreet]\nbase_domain = "example.com"\n')
    shutil.copytree(ROOT / "themes/main", root / "themes/main")
    for handle, files in (("rich", rich_shop()), ("tiny", tiny_shop()), ("other", tiny_shop())):
        lane.tenant(handle, files)
    previewed = start(root, "--as-of", AS_OF)
    previewed.lane = lane
    yield previewed
    stop(previewed)
    assert "Traceback" not in previewed.said.read_text(), previewed.said.read_text()


@pytest.fixture
def shop(street: Previewed) -> Iterator[Previewed]:
    """The street, put back as it was afterwards."""
    yield street
    street.restore()


@pytest.fixture
def page(browser: Browser, street: Previewed) -> Iterator[Page]:
    """A page in a fresh profile that fails the test when anything on it goes wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(1000 * PATIENCE)
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
    made.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") and "status of" not in message.text else None)
    yield made
    context.close()
    assert wrong == []


def mark(page: Page) -> None:
    """Something only this very document has: gone after a reload."""
    page.evaluate("window.unreloaded = true")


def unreloaded(page: Page) -> bool:
    return bool(page.evaluate("window.unreloaded === true"))


def live(page: Page) -> None:
    """Waits until the page listens."""
    page.locator("highstreet-toolbar").wait_for(state="attached")


def until(page: Page, expression: str, argument: object = None) -> None:
    """Waits for something to be true; wait_for_function evaluates texts, which the shops' policy forbids."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(expression, argument):
        assert time.monotonic() < end, expression
        time.sleep(0.02)


def cart(page: Page, handle: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = json.loads(page.evaluate(f"localStorage.getItem('highstreet:cart:{handle}')") or '{"lines": []}')["lines"]
    return lines
