"""Hostile shops and pages: what they can do to a preview, and to others on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from highstreet.preview import reload, tools
from highstreet.preview.patience import Patience
from hostile import fonts
from support.command import PATIENCE
from support.ports import free_port
from support.street import as_yaml

from .conftest import Previewed, tiny_shop


@pytest.fixture
def evil(shop: Previewed) -> Iterator[Previewed]:
    """The street with a shop of somebody who means harm, which is taken away afterwards."""
    shop.lane.tenant("evil", tiny_shop())
    yield shop
    shutil.rmtree(shop.lane.root / "tenants/evil")
    end = time.monotonic() + PATIENCE
    while shop.get("evil", "/").status != 404:  # held open until its going is seen: the next test's would be this one
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_override_that_never_ends_is_stopped_and_told(evil: Previewed) -> None:
    loop = evil.lane.write("tenants/evil/theme/snippets/breadcrumbs.html", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    got = evil.get("evil", "/products/mug/")  # within its patience, where the loops would take hours
    other = evil.get("tiny", "/products/mug/")

    loop.unlink()
    assert got.status == 500
    assert b"HS422" in got.body
    assert other.status == 200


def test_a_drawing_that_ends_its_renderer_ends_no_preview(evil: Previewed) -> None:
    tile = "<pattern id='p' width='50000' height='50000' patternTransform='scale(9)' patternUnits='userSpaceOnUse'><circle r='1'/></pattern>"
    evil.lane.write("tenants/evil/assets/mark.svg", f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{tile}<rect width='9' height='9' fill='url(#p)'/></svg>")
    evil.lane.write("tenants/evil/branding.yaml", as_yaml({"tagline": "x", "favicon": "assets/mark.svg"}))
    end = time.monotonic() + PATIENCE
    while (got := evil.get("evil", "/favicon.ico")).status == 200 and time.monotonic() < end:  # as it was before
        time.sleep(0.1)

    assert got.status == 500
    assert b"HS350" in got.body
    assert b"mark.svg" in got.body
    assert evil.get("tiny", "/favicon.ico").status == 200


def test_a_font_that_never_ends_is_stopped_within_seconds(evil: Previewed) -> None:
    place = evil.lane.root / "tenants/evil/assets/fonts/house.ttf"
    place.parent.mkdir(parents=True)
    place.write_bytes(fonts.outlines_of_outlines())
    evil.lane.write("tenants/evil/branding.yaml", as_yaml({"tagline": "x", "typography": {"heading": "House", "files": [{"family": "House", "src": "fonts/house.ttf"}]}}))
    before, end = _cpu(evil.process.pid), time.monotonic() + PATIENCE
    while (got := evil.get("evil", "/favicon.ico")).status == 200 and time.monotonic() < end:  # as it was before
        time.sleep(0.1)

    assert (got.status, b"HS351" in got.body, b"house.ttf" in got.body) == (500, True, True)
    assert _cpu(evil.process.pid) - before < 10  # 20 on a thread, which nothing stops
    assert evil.get("tiny", "/favicon.ico").status == 200


def _cpu(pid: int) -> float:
    """Seconds that a process and those it has begun and seen end have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


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
    end = time.monotonic() + PATIENCE
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
    held: list[socket.socket] = []
    try:
        held.extend(_listening(shop.port) for _ in range(reload.MOST))

        assert shop.get("other", "/_highstreet/events").status == 503
        assert shop.get("other", "/products/mug/").status == 200
    finally:
        for one in held:
            one.close()
    _listening(shop.port).close()


def _listening(port: int) -> socket.socket:
    """A window that listens: at once, or when the server has seen that another has closed."""
    end = time.monotonic() + PATIENCE
    while True:
        one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        one.sendall(f"GET /_highstreet/events HTTP/1.1\r\nHost: other.localhost:{port}\r\n\r\n".encode())
        if b" 200 " in one.recv(64):
            return one
        one.close()
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


@pytest.mark.parametrize("at", ["0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z", "1969-12-31T23:59:59Z"])
def test_the_ends_of_time_are_times(shop: Previewed, at: str) -> None:
    assert shop.get("tiny", "/products/mug/", Cookie=f"highstreet_look={at}").status == 200


@pytest.mark.parametrize(
    "words",
    [b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost:" + b"9" * 5000 + b"\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
     b"GET /%ff%fe/%c0%ae%c0%ae/ HTTP/1.1\r\nHost: {host}\r\n\r\n", b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
     b"GET / HTTP/1.1\r\nHost: {host}\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", b"GET /\xff\xfe HTTP/1.1\r\nHost: {host}\r\nCookie: highstreet_look=\xff%ff\r\n\r\n",
     b"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n", b"GET " + b"/a" * 20_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n"],
    ids=["no host", "long port", "another's address", "no UTF-8", "two hosts", "TLS", "endless header", "bytes", "CONNECT", "long address"],
)  # fmt: skip
def test_requests_that_make_no_sense_are_refused_and_harm_nobody(shop: Previewed, words: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shop.port), timeout=PATIENCE) as one:
        answer = b""
        with contextlib.suppress(ConnectionError):  # refused before all of it was sent
            one.sendall(words.replace(b"{host}", f"tiny.localhost:{shop.port}".encode()))
            with contextlib.suppress(OSError):  # not connected any more
                one.shutdown(socket.SHUT_WR)
            while part := one.recv(65536):
                answer += part

    assert answer[:10] in (b"", b"HTTP/1.1 4")
    assert shop.get("tiny", "/products/mug/").status == 200


@pytest.mark.parametrize("name", ["compare?path=/products/mug/", "why?path=/products/mug/", "context", "events"])
@pytest.mark.parametrize("dest", ["image", "style", "iframe", "script"])
def test_parts_of_a_page_set_no_tool_to_work(shop: Previewed, name: str, dest: str) -> None:
    assert shop.get("tiny", f"/_highstreet/{name}", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest=dest).status == 403


def test_pages_of_any_length_are_compared_at_once() -> None:
    """Lines that come again a hundred times, each of which might be any other: 16 times the work at four times the lines."""
    chance = random.Random(7)
    words = [f"<p>{number}</p>" for number in range(1_100)]
    before, now = ("\n".join(chance.choice(words) for _ in range(100_000)).encode() for _ in range(2))
    began = time.process_time()

    told = tools.compared(_Made(now), "index.html", before, "here")  # type: ignore[arg-type]

    assert time.process_time() - began < 5
    assert (told["state"], told["cut"]) == ("differs", True)


def test_a_change_far_down_a_long_page_is_shown_with_what_is_around_it() -> None:
    lines = [f"<p>{number}</p>" for number in range(20_000)]
    changed = [*lines[:15_000], "<p>other</p>", *lines[15_001:]]

    told = tools.compared(_Made("\n".join(changed).encode()), "index.html", "\n".join(lines).encode(), "here")  # type: ignore[arg-type]

    assert [tuple(line) for line in told["lines"] if line[0] != "@"] == [  # type: ignore[attr-defined]
        (" ", "<p>14998</p>"), (" ", "<p>14999</p>"), ("-", "<p>15000</p>"), ("+", "<p>other</p>"), (" ", "<p>15001</p>"), (" ", "<p>15002</p>")]  # fmt: skip


class _Made:
    """A shop, as far as comparing needs one."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def render(self, _path: str) -> _Made:
        return self


def test_who_sends_no_whole_request_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(_scope: object, _receive: object, send: Any) -> None:
        await asyncio.sleep(0.6)  # an answer may take longer than a question
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"hi"})

    monkeypatch.setattr(Patience, "SECONDS", 0.3)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(answer, port=port, http=Patience, ws="none", lifespan="off", log_level="critical", timeout_keep_alive=1))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(4)]
        for one, words in zip(held, (b"", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /"), strict=True):
            one.sendall(words)
        time.sleep(0.2)
        held[1].sendall(b"a")  # a letter now and then
        said = [_all(one) for one in held]
    finally:
        server.should_exit = True
        thread.join()

    assert [part[-2:] for part in said] == [b"", b"", b"hi", b"hi"]


def _all(one: socket.socket) -> bytes:
    """What comes until the other side closes."""
    with one:
        return b"".join(iter(lambda: one.recv(4096), b""))
