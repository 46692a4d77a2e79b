"""What a preview answers: the bytes, headers, redirects and refusals of the published shop."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from highstreet.output.hosting import blocks, headers_for
from highstreet.output.manifest import media_type
from support.command import AS_OF, PATIENCE, command, run
from support.ports import free_port
from support.street import CLOCK, Lane, simple_shop

from .conftest import Previewed, start, stop

TAG = re.compile(rb'<script defer src="/_highstreet/client\.js" data-page="[0-9a-f]{32}"></script>')
ADDED = {"cache-control", "highstreet-version", "etag", "content-type", "content-length", "date"}


@pytest.fixture(autouse=True)
def settled(street: Previewed) -> None:
    street.settle()


@pytest.fixture(scope="module")
def built(street: Previewed) -> Path:
    """The same street as a build writes it."""
    out = street.lane.root / "built"
    said = run("-C", street.lane.root, "build", "--out", out, "--as-of", AS_OF)
    assert said.code == 0, said.all
    return out


def test_every_file_is_served_in_the_bytes_of_a_build(street: Previewed, built: Path) -> None:
    wrong, count = [], 0
    for handle in ("rich", "tiny"):
        for file in sorted((built / handle).rglob("*")):
            path = file.relative_to(built / handle).as_posix()
            if not file.is_file() or path in ("_headers", "_redirects"):
                continue
            address = "/" + path.removesuffix("index.html")
            got = street.get(handle, address)
            if got.status in (301, 302):
                assert b"refresh" in file.read_bytes()
                continue
            count += 1
            body = TAG.sub(b"", got.body, count=1)
            if (body, got.status, got.headers["content-type"]) != (file.read_bytes(), 200, media_type(path)):
                wrong.append((handle, path, got.status, got.headers.get("content-type")))
            assert len(TAG.findall(got.body)) == (1 if path.endswith(".html") else 0), path

    assert wrong == []
    assert count > 100


def test_headers_are_those_of_the_built_site(street: Previewed, built: Path) -> None:
    for address in ("/", "/products/aria/", "/search.json", "/fr/"):
        got = street.get("rich", address)
        file = built / "rich/_headers"
        wanted = {name.lower(): value for name, value in headers_for(blocks(file.read_text()) if file.is_file() else (), address).items()}

        del wanted["speculation-rules"]  # a page fetched ahead would miss the next save
        assert {name: value for name, value in got.headers.items() if name not in ADDED} == {name: value for name, value in wanted.items() if name not in ADDED}


def test_unknown_addresses_get_the_shops_own_page_in_its_language(street: Previewed, built: Path) -> None:
    for address, file in (("/nothing/", "404.html"), ("/fr/rien/du/tout", "fr/404.html"), ("/_headers", "404.html"), ("/_redirects", "404.html"), ("/assets/", "404.html")):
        got = street.get("rich", address)

        assert got.status == 404
        assert TAG.sub(b"", got.body) == (built / "rich" / file).read_bytes()


def test_redirects_are_those_of_the_shop(street: Previewed) -> None:
    found = {address: street.get("rich", address) for address in ("/old.html", "/sale", "/sale/", "/away", "/products/aria", "/fr")}

    assert {address: (got.status, got.headers["location"]) for address, got in found.items()} == {
        "/old.html": (301, "/products/aria/"), "/sale": (302, "/collections/frames/"), "/sale/": (302, "/collections/frames/"),
        "/away": (301, "https://other.example/"), "/products/aria": (301, "/products/aria/"), "/fr": (301, "/fr/"),
    }  # fmt: skip


def test_unchanged_pages_are_not_sent_again(street: Previewed) -> None:
    got = street.get("rich", "/products/aria/")
    again = street.get("rich", "/products/aria/", If_None_Match=got.headers["etag"])

    assert got.headers["cache-control"] == "no-cache"
    assert (again.status, again.body) == (304, b"")
    asset = re.search(rb'href="(/assets/style\.[^"]+)"', got.body)
    assert asset is not None
    assert "immutable" in street.get("rich", asset[1].decode()).headers["cache-control"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "rich.localhost:1", "192.0.2.7:{port}", "[::2]:{port}"])
def test_rebinding_is_refused(street: Previewed, host: str) -> None:
    for path in ("/", "/_highstreet/events", "/products/aria/"):
        got = street.get("rich", path, Host=host.format(port=street.port))

        assert got.status == 403
        assert b"Rich" not in got.body


@pytest.mark.parametrize("name", ["events", "context", "shops", "why", "compare", "looking"])
def test_tools_are_for_the_shops_own_pages(street: Previewed, name: str) -> None:
    own = f"http://rich.localhost:{street.port}"
    foreign = [{"Origin": "https://evil.example"}, {"Origin": f"http://tiny.localhost:{street.port}"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}]

    assert [street.get("rich", f"/_highstreet/{name}", **headers).status for headers in foreign] == [403] * 4
    if name != "events":
        assert street.get("rich", f"/_highstreet/{name}?path=/", Origin=own, **{"Sec-Fetch-Site": "same-origin"}).status == 200
        assert "access-control-allow-origin" not in street.get("rich", f"/_highstreet/{name}?path=/").headers


def test_only_reading_is_possible(street: Previewed) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        for path in ("/", "/_highstreet/context", "/products/aria/"):
            assert street.get("rich", path, method).status == 405, (method, path)
    head = street.get("rich", "/products/aria/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 1000


@pytest.mark.parametrize("path", ["/../../pyproject.toml", "/%2e%2e/pyproject.toml", "/..%2f..%2fpyproject.toml", "/assets/..%5c..%5cx", "//etc/passwd", "/a/%00", "/_highstreet/../client.js", "/_highstreet/%2e%2e/server.py"])
def test_no_way_leads_out_of_the_shop(street: Previewed, path: str) -> None:
    got = street.get("rich", path)

    assert got.status == 400
    assert b"tool.highstreet" not in got.body
    assert street.get("rich", "/_highstreet/server.py").status == 404


def test_street_list_names_every_shop_and_tells_of_each(street: Previewed) -> None:
    page = street.get("").body.decode()
    card = json.loads(street.get("", "/_highstreet/card?shop=rich").body)

    assert re.findall(r'data-handle="(\w+)"', page) == ["other", "rich", "tiny"]
    assert f'href="http://rich.localhost:{street.port}/"' in page
    assert (card["name"], card["status"]) == ("Rich & Co", "live")
    assert street.get("", "/_highstreet/thumb?shop=rich").headers["content-type"] in ("image/svg+xml", "image/jpeg")
    assert [street.get("", f"/_highstreet/{name}?shop=../rich").status for name in ("card", "thumb")] == [404, 404]
    assert street.get("nobody").status == 404
    assert street.get("", "/products/").status == 404
    assert street.get("", "/_highstreet/why").status == 404


def test_words_of_the_command(tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    lane.tenant("acme", simple_shop())
    previewed = start(tmp_path, "acme", "--as-of", AS_OF)
    try:
        busy = run("-C", tmp_path, "preview", "--port", str(previewed.port))
        wrong = run("-C", tmp_path, "preview", "nobody")
        host = run("-C", tmp_path, "preview", "--host", "http://x")
    finally:
        previewed.process.send_signal(signal.SIGTERM)
        code = previewed.process.wait(PATIENCE)

    assert previewed.said.read_text().splitlines() == [f"acme at http://acme.localhost:{previewed.port}/", f"as of {CLOCK:%Y-%m-%d %H:%M} UTC", "Ctrl-C ends it", "ended"]
    assert code == 0
    assert busy.code == 2
    assert f"port {previewed.port} is taken by another program; try --port " in busy.err
    assert (wrong.code, host.code) == (2, 2)


def test_ctrl_c_ends_at_once_while_pages_listen(tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    lane.tenant("acme", simple_shop())
    port = free_port()
    process = subprocess.Popen(
        command("-C", tmp_path, "preview", "--port", str(port)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    while "Ctrl-C" not in process.stdout.readline():
        assert process.poll() is None
    with socket.create_connection(("127.0.0.1", port)) as listening:
        listening.sendall(f"GET /_highstreet/events HTTP/1.1\r\nHost: acme.localhost:{port}\r\n\r\n".encode())
        assert b"200 OK" in listening.recv(4096)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert said.strip() == "ended"
    assert time.monotonic() - begun < 10


def test_ending_in_the_middle_of_work_answers_who_waits_and_says_no_more(tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    lane.tenant("acme", simple_shop())
    lane.write("tenants/acme/theme/snippets/breadcrumbs.html", "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}")
    previewed = start(tmp_path)
    answers = []
    with ThreadPoolExecutor(3) as asking:
        waiting = [asking.submit(previewed.get, "acme", path) for path in ("/products/thing-1/", "/products/", "/")]
        time.sleep(1.5)
        previewed.process.send_signal(signal.SIGTERM)
        previewed.process.wait(PATIENCE)
        answers = [one.result().status for one in waiting if one.exception() is None]

    assert set(answers) <= {200, 503}
    assert previewed.said.read_text().splitlines()[-2:] == ["Ctrl-C ends it", "ended"]


def test_names_given_with_host_are_answered(tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    lane.tenant("acme", simple_shop())
    previewed = start(tmp_path, "--host", "street.test")
    try:
        assert previewed.get("", Host=f"street.test:{previewed.port}").status == 200
        assert previewed.get("", Host=f"acme.street.test:{previewed.port}").status == 200
        assert previewed.get("", Host="acme.other.test").status == 403
    finally:
        stop(previewed)
