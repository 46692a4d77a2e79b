"""A visit in a real Chromium, through each edge, from SeaweedFS: the shop is published anew and rolled back meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cases import Case
from edge_servers import BUCKET, KEYS, ask
from edges import caddy_edge, nginx_edge

from highstreet.output.state import Output, load
from highstreet.publish.apply import publish
from highstreet.publish.edge.street import Shop, Street, store_of
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import Options, Stamp
from highstreet.publish.release import Commit
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys, S3Options
from highstreet.publish.switch import rollback
from highstreet.publish.wanted import Wanted, wanted
from support.street import CLOCK, Lane, messages, simple_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(params=[caddy_edge, nginx_edge], ids=["caddy", "nginx"])
def edge(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Iterator[int]:
    street = Street("localhost", (Shop("acme"),), store_of(f"s3://{BUCKET}/{request.param.__name__}", store), "seal5eal")
    with request.param(tmp_path, street) as port:
        yield port


@pytest.fixture
def shelf(request: pytest.FixtureRequest, store: str) -> Shelf:
    settings = S3Options(endpoint_url=store, region="us-east-1", path_style=True)
    prefix = request.node.callspec.params["edge"].__name__
    return Shelf(S3Store(BUCKET, prefix, settings, Keys(KEYS["aws_access_key_id"], KEYS["aws_secret_access_key"])), "acme")


def _publish(lane: Lane, shelf: Shelf, number: int) -> Wanted:
    """Builds the shop with a title and a colour of this number, and puts it live."""
    files = simple_shop()
    files["catalog/products/thing-0.yaml"]["title"] = f"Version {number}"
    files["branding.yaml"]["colors"]["primary"] = ("#17324d", "#7a1f2b")[number % 2]
    files["redirects.yaml"] = {"/old-thing": "product/thing-0", "/sale": {"to": "product/thing-0", "permanent": False}, "/product/*": "product/*"}
    lane.tenant("acme", files)
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)
    outputs = {path: Output(*output) for path, output in load(lane.workspace.state("acme")).outputs.items()}
    site = wanted(lane.workspace.site("acme"), outputs, "acme", Options())
    stamp = Stamp("ci", Commit(f"{number:040x}", 1_700_000_000 + number), CLOCK + timedelta(minutes=number))
    with ThreadPoolExecutor(4) as pool:
        outcome = publish(shelf, site, stamp, None, pool)
    assert outcome.kind == "published", outcome
    return site


def _seen(edge: int, title: str) -> None:
    """Waits until the edge shows what is live: at most a pointer's second, and what a busy machine adds."""
    end = time.monotonic() + 60
    while title.encode() not in ask(edge, Case("", "acme.localhost", "/products/thing-0/", 200)).body:
        assert time.monotonic() < end, f"the edge never showed {title}"
        time.sleep(0.1)


@pytest.mark.browser
def test_release_switch_and_rollback_in_the_middle_of_a_visit(lane: Lane, shelf: Shelf, edge: int, browser: Browser) -> None:
    home = f"http://acme.localhost:{edge}"
    policy = _publish(lane, shelf, 1).headers["content-security-policy"]
    _seen(edge, "Version 1")
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
        assert answer is not None and answer.headers["content-security-policy"] == policy
        assert page.locator("h1").first.inner_text() == title
        violations.extend(page.evaluate("violations"))

    go("/products/thing-0/", "Version 1")
    old_page = visitor.new_page()  # left open: what it loads later must still be there
    old_page.goto(f"{home}/products/")
    links = old_page.evaluate("[...document.querySelectorAll('link[rel=stylesheet], script[src], img[src]')].map(e => e.href || e.src)")
    _publish(lane, shelf, 2)
    _seen(edge, "Version 2")
    go("/products/thing-0/", "Version 2")
    go("/sale", "Version 2")
    later = {link: old_page.evaluate("async link => (await fetch(link, {cache: 'reload'})).status", link) for link in links}
    assert rollback(shelf, None, Stamp("ann")).kind == "rolled back"
    _seen(edge, "Version 1")
    go("/products/thing-0", "Version 1")
    go("/old-thing", "Version 1")
    go("/product/thing-0", "Version 1")
    visitor.close()

    assert links and set(later.values()) == {200}
    assert not [answer for answer in answers if answer[0] >= 400], answers
    assert {answer[0] for answer in answers if answer[1].startswith(f"{home}/sale")} == {302}
    assert not violations and not wrong, (violations, wrong)
    assert len(answers) > 6
