"""Hostile shops and pages: what they can do to a preview, and to others on it."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Iterator

import pytest

from highstreet.preview import reload
from support.street import as_yaml

from .conftest import Previewed, tiny_shop


@pytest.fixture
def evil(shop: Previewed) -> Iterator[Previewed]:
    """The street with a shop of somebody who means harm, which is taken away afterwards."""
    shop.lane.tenant("evil", tiny_shop())
    yield shop
    shutil.rmtree(shop.lane.root / "tenants/evil")


def test_an_override_that_never_ends_is_stopped_and_told(evil: Previewed) -> None:
    loop = evil.lane.write("tenants/evil/theme/snippets/breadcrumbs.html", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    begun = time.monotonic()
    got = evil.get("evil", "/products/mug/")
    other = evil.get("tiny", "/products/mug/")

    loop.unlink()
    assert got.status == 500
    assert b"HS422" in got.body
    assert time.monotonic() - begun < 60
    assert other.status == 200


def test_giant_and_linked_files_are_mistakes_and_read_by_nobody(evil: Previewed) -> None:
    assert evil.get("evil", "/").status == 200
    secret = evil.lane.root / "secret.txt"
    secret.write_text("the-secret")
    folder = evil.lane.root / "tenants/evil"
    giant = folder / "pages/giant.md"
    giant.parent.mkdir(exist_ok=True)
    with giant.open("wb") as file:
        file.truncate(80 * 1024 * 1024)
    (folder / "pages/link.md").symlink_to(secret)
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets/link.svg").symlink_to(secret)
    found: list[str] = []
    end = time.monotonic() + 30
    while len(found) < 3 and time.monotonic() < end:
        time.sleep(0.3)
        card = json.loads(evil.get("", "/_highstreet/card?shop=evil").body)
        found = ["problem"] * (card["problems"] or 0)

    for address in ("/pages/link/", "/pages/giant/", "/assets/link.svg", "/assets/link.0000000000000000.svg"):
        got = evil.get("evil", address)
        assert (got.status, b"the-secret" in got.body) == (404, False), address
    assert len(found) >= 3
    giant.unlink()
    (folder / "pages/link.md").unlink()
    (folder / "assets/link.svg").unlink()


def test_a_tenant_that_is_a_link_is_no_way_out(evil: Previewed) -> None:
    place = evil.lane.root / "tenants/linked"
    outside = evil.lane.root / "outside"
    outside.mkdir()
    (outside / "tenant.yaml").write_text(as_yaml({"name": "Outside-secret"}))
    place.symlink_to(outside)
    try:
        got = evil.get("linked")
        card = evil.get("", "/_highstreet/card?shop=linked")
    finally:
        place.unlink()

    assert got.status == 500
    assert b"HS002" in got.body
    assert b"Outside-secret" not in got.body + card.body


def test_windows_that_listen_are_counted(shop: Previewed) -> None:
    held = []
    try:
        for _ in range(reload.MOST):
            one = socket.create_connection(("127.0.0.1", shop.port))
            one.sendall(f"GET /_highstreet/events HTTP/1.1\r\nHost: other.localhost:{shop.port}\r\n\r\n".encode())
            assert b" 200 " in one.recv(64)
            held.append(one)

        assert shop.get("other", "/_highstreet/events").status == 503
        assert shop.get("other", "/products/mug/").status == 200
    finally:
        for one in held:
            one.close()
    end = time.monotonic() + 20
    while True:
        with socket.create_connection(("127.0.0.1", shop.port)) as again:
            again.sendall(f"GET /_highstreet/events HTTP/1.1\r\nHost: other.localhost:{shop.port}\r\n\r\n".encode())
            if b" 200 " in again.recv(64):
                break
        assert time.monotonic() < end
        time.sleep(0.2)


def test_words_of_a_shop_never_end_the_data_of_a_page(evil: Previewed) -> None:
    place = evil.lane.root / "tenants/evil2/tenant.yaml"
    place.parent.mkdir()
    place.write_text(as_yaml({"name": "x", "</script><script>alert(1)</script>": "<img src=x onerror=alert(2)>"}))
    try:
        body = evil.get("evil2").body.decode()
    finally:
        place.unlink()
        place.parent.rmdir()

    assert "HS0" in body
    assert "<script>alert" not in body
    assert "<img src=x" not in body
