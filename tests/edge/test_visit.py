"""A visit in a real Chromium, through Caddy, from SeaweedFS: the shop is published anew and rolled back meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from edge_servers import BUCKET, KEYS, free_port, program, running

from highstreet.output.state import Output, load
from highstreet.publish.apply import publish
from highstreet.publish.edge.caddy import caddyfile
from highstreet.publish.edge.street import Shop, Street, store_of
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import Options, Stamp
from highstreet.publish.release import Commit
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys, S3Options
from highstreet.publish.switch import rollback
from highstreet.publish.wanted import wanted
from support.street import CLOCK, Lane, messages, simple_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self' mailto: https:; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = f"/*\n  Content-Security-Policy: {POLICY}\n  X-Content-Type-Options: nosniff\n".encode()


@pytest.fixture
def shelf(store: str) -> Shelf:
    settings = S3Options(endpoint_url=store, region="us-east-1", path_style=True)
    return Shelf(S3Store(BUCKET, "visit", settings, Keys(KEYS["aws_access_key_id"], KEYS["aws_secret_access_key"])), "acme")


@pytest.fixture
def caddy(store: str, tmp_path: Path) -> Iterator[int]:
    port = free_port()
    street = Street("localhost", (Shop("acme"),), store_of(f"s3://{BUCKET}/visit", store), "seal5eal", f"127.0.0.1:{port}")
    (tmp_path / "Caddyfile").write_text(caddyfile(street).replace("auto_https off", "auto_https off\n\tadmin off"))
    with running([program("caddy"), "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"], tmp_path / "caddy.log", port):
        yield port


def _publish(lane: Lane, shelf: Shelf, number: int) -> None:
    """Builds the shop with a title and a colour of this number, and puts it live."""
    files = simple_shop()
    files["catalog/products/thing-0.yaml"]["title"] = f"Version {number}"
    files["branding.yaml"]["colors"]["primary"] = ("#17324d", "#7a1f2b")[number % 2]
    lane.tenant("acme", files)
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)
    space = lane.workspace
    (space.site("acme") / "_headers").write_bytes(HEADERS)
    outputs = {path: Output(*output) for path, output in load(space.state("acme")).outputs.items()} | {"_headers": Output("", sha256(HEADERS).hexdigest(), len(HEADERS), 0)}
    stamp = Stamp("ci", Commit(f"{number:040x}", 1_700_000_000 + number), CLOCK + timedelta(minutes=number))
    with ThreadPoolExecutor(4) as pool:
        outcome = publish(shelf, wanted(space.site("acme"), outputs, "acme", Options()), stamp, None, pool)
    assert outcome.kind == "published", outcome


@pytest.mark.browser
def test_release_switch_and_rollback_in_the_middle_of_a_visit(lane: Lane, shelf: Shelf, caddy: int, browser: Browser) -> None:
    home = f"http://acme.localhost:{caddy}"
    _publish(lane, shelf, 1)
    visitor = browser.new_context()
    page, wrong, answers = visitor.new_page(), [], []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(f"{request.url} {request.failure}") if request.failure != "net::ERR_ABORTED" else None)
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    # Counted in the page too: what a report of the policy says is a violation, whatever the console shows.
    page.add_init_script("window.violations = []; document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))")
    violations: list[str] = []

    def go(path: str, title: str) -> None:
        answer = page.goto(home + path, wait_until="networkidle")
        assert answer is not None and answer.headers["content-security-policy"] == POLICY
        assert page.locator("h1").first.inner_text() == title
        violations.extend(page.evaluate("violations"))

    go("/products/thing-0/", "Version 1")
    old_page = visitor.new_page()  # left open: what it loads later must still be there
    old_page.goto(f"{home}/products/")
    links = old_page.evaluate("[...document.querySelectorAll('link[rel=stylesheet], script[src], img[src]')].map(e => e.href || e.src)")
    _publish(lane, shelf, 2)
    go("/products/thing-0/", "Version 2")
    later = {link: old_page.evaluate("async link => (await fetch(link, {cache: 'reload'})).status", link) for link in links}
    assert rollback(shelf, None, Stamp("ann")).kind != "failed"
    go("/products/thing-0", "Version 1")
    visitor.close()

    assert links and set(later.values()) == {200}
    assert not [answer for answer in answers if answer[0] >= 400], answers
    assert not violations and not wrong, (violations, wrong)
    assert len(answers) > 6
