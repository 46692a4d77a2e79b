"""What the street list and the toolbar tell of what is online."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from highstreet.model.publishing import Publishing
from highstreet.preview.published import FRESH, Published, Unreachable
from support.command import AS_OF, PATIENCE, run
from support.street import Lane, as_yaml

from .conftest import Previewed, live, start, stop, tiny_shop
from .toolbar import Toolbar

pytestmark = pytest.mark.browser
MUG = "tenants/tiny/catalog/products/mug.yaml"


@pytest.fixture(scope="module")
def online(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Previewed]:
    """A street of which one shop is online; another has a mistake, and one was never published."""
    lane = Lane(tmp_path_factory.mktemp("online") / "street")
    for handle in ("tiny", "wrong", "new"):
        lane.tenant(handle, tiny_shop())
    lane.write("pyproject.toml", f'[tool.highstreet]\nbase_domain = "example.com"\n[tool.highstreet.publish]\nto = "file://{lane.root.parent}/web"\n')
    lane.write("tenants/wrong/pages/bad.md", "---\ntitel: x\n---\n")
    for command in ("build", "publish"):
        said = run("-C", lane.root, command, "tiny", "--as-of", AS_OF)
        assert said.code == 0, said.all
    previewed = start(lane.root)
    previewed.lane = lane
    yield previewed
    stop(previewed)
    assert "Traceback" not in previewed.said.read_text(), previewed.said.read_text()


def test_street_list_finds_problems_and_releases_by_itself(page: Page, online: Previewed) -> None:
    page.goto(online.url(""))
    card = {handle: page.locator(f".card[data-handle={handle}]") for handle in ("tiny", "wrong", "new")}

    expect(card["tiny"].locator(".release")).to_contain_text("published")
    expect(card["new"].locator(".release")).to_have_text("never published")
    expect(card["wrong"].locator(".problems")).to_contain_text("1 problem: tenants/wrong/pages/bad.md:2:1")
    expect(card["tiny"].locator(".problems")).to_have_text("no problems")
    assert (card["wrong"].locator(".problems a").get_attribute("href") or "").endswith("bad.md:2:1")

    # A shop nobody has opened is looked at again when it is mended.
    (online.lane.root / "tenants/wrong/pages/bad.md").write_text("---\ntitle: Good\n---\nGood.\n")
    expect(card["wrong"].locator(".problems")).to_have_text("no problems")


def test_pictures_of_shops_are_made_when_their_cards_are_seen(page: Page, online: Previewed) -> None:
    """Without a build, one for each shop, and anew when what they show has changed."""
    online.lane.tenant("late", tiny_shop())
    try:
        drawn = online.get("", "/_highstreet/thumb?shop=late")
        page.goto(online.url(""))
        image = page.locator(".card[data-handle=late] .face img")
        expect(image).to_have_attribute("src", re.compile("&is="))
        first = image.get_attribute("src") or ""
        made = online.get("", first.removeprefix(online.url("").rstrip("/")))

        assert (drawn.headers["content-type"], made.headers["content-type"], made.body[:3]) == ("image/svg+xml", "image/jpeg", b"\xff\xd8\xff")
        assert image.evaluate("async image => { await image.decode(); return [image.naturalWidth, image.naturalHeight] }") == [1200, 630]
        online.lane.write("tenants/late/branding.yaml", as_yaml({"tagline": "Another line", "colors": {"primary": "#8a1f11"}}))
        expect(image).not_to_have_attribute("src", first)
        assert online.get("", "/_highstreet/thumb?shop=late").body != made.body
    finally:
        page.goto("about:blank")
        shutil.rmtree(online.lane.root / "tenants/late")


def test_page_is_compared_with_the_release_that_is_online(page: Page, online: Previewed) -> None:
    page.goto(online.url("tiny", "/products/mug/"))
    live(page)
    toolbar = Toolbar(page)

    def compared() -> str:
        toolbar.press("Compare with what is published")
        until = time.monotonic() + PATIENCE
        while "One moment" in (words := toolbar.words()):
            assert time.monotonic() < until
            time.sleep(0.05)
        page.keyboard.press("Escape")
        return words

    release = json.loads(run("-C", online.lane.root, "releases", "tiny", "--format", "json").out)["releases"][0]["release"]
    assert f"the same as in release {release}" in compared()
    place = online.path(MUG)
    place.write_text(place.read_text().replace("Mug", "Jug"))
    expect(page.locator("h1")).to_have_text("Jug")

    words = compared()
    online.restore()

    assert re.search(rf"\d+ lines? more, \d+ less than in release {release}", words)
    assert "<h1>Jug</h1>" in words and "<h1>Mug</h1>" in words


def test_without_a_target_the_last_build_is_compared_and_it_says_why(shop: Previewed) -> None:
    told = json.loads(shop.get("rich", "/_highstreet/compare?path=/products/aria/").body)
    release = json.loads(shop.get("", "/_highstreet/release?shop=rich").body)

    assert told["where"] == "the last build on this machine"
    assert "names no place to publish to" in told["note"]
    assert release["state"] == "none"


def test_targets_are_asked_once_in_a_while_and_never_written(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    from highstreet.publish.folder import FolderStore

    place = lane.root.parent / "web"
    nowhere = Published(Publishing(to=f"file://{place}"), lane.workspace)
    with pytest.raises(Unreachable, match="nothing was published"):
        nowhere.release("acme")
    assert not place.exists()

    FolderStore(place)
    now, asked = [0.0], []
    real = FolderStore.get
    monkeypatch.setattr(FolderStore, "get", lambda store, key: asked.append(key) or real(store, key))  # type: ignore[func-returns-value]
    published = Published(Publishing(to=f"file://{place}"), lane.workspace, lambda: now[0])
    assert published.release("acme") is published.release("acme") is published.page("acme", "index.html") is None
    now[0] = FRESH + 1
    published.release("acme")
    assert asked == ["acme/_hs/current"] * 2


def test_a_target_that_fails_is_told_in_words(lane: Lane) -> None:
    (lane.root.parent / "file").write_text("")
    published = Published(Publishing(to="s3://no-such-bucket-here/x", endpoint_url="http://127.0.0.1:1", region="us-east-1"), lane.workspace)

    with pytest.raises(Unreachable, match="s3://no-such-bucket-here/x"):
        published.release("acme")


def test_yaml_as_text_for_cards(tmp_path: Path) -> None:
    from highstreet.preview import cards

    lane = Lane(tmp_path)
    lane.write("tenants/evil/tenant.yaml", as_yaml({"name": "<script>alert(1)</script>", "status": "x" * 90}))
    lane.write("tenants/evil/branding.yaml", as_yaml({"colors": {"primary": '"><script>'}}))

    assert cards.facts(lane.workspace, "evil") == ("<script>alert(1)</script>", "live")
    assert b"<script" not in cards.drawn(lane.workspace, "evil")
    (tmp_path / "secret.yaml").write_text("name: Secret\n")
    (tmp_path / "tenants/evil/tenant.yaml").unlink()
    (tmp_path / "tenants/evil/tenant.yaml").symlink_to(tmp_path / "secret.yaml")
    assert cards.facts(lane.workspace, "evil")[0] == "evil"
    (tmp_path / "tenants/evil/tenant.yaml").unlink()
    os.mkfifo(tmp_path / "tenants/evil/tenant.yaml")
    assert cards.facts(lane.workspace, "evil")[0] == "evil", "and waits for no pipe"
