"""Pictures of an import: found in a folder, fetched on request, refused when they are no pictures or lead where they must not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pytest
from import_desk import Desk, reasons, table
from pictures_for_tests import jpeg, png

from highstreet.importers import fetch
from highstreet.importers.fetch import HttpsFetcher, Refused, addresses, public
from support.command import PATIENCE

URL = "https://cdn.shopify.com/s/files/1/products/Red%20Mug_1024x1024.jpg?v=16"
MUG = {"Handle": "mug", "Title": "Mug", "Variant Price": "5", "Image Src": URL, "Image Alt Text": "A red mug"}


class Shelf:
    """A fetcher with its answers at hand, and a note of what it was asked for."""

    def __init__(self, answers: dict[str, bytes | str]) -> None:
        self.answers, self.asked = answers, list[str]()

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        answer = self.answers.get(url, "the server answered 404")
        if isinstance(answer, str):
            raise Refused(answer)
        return answer


def test_remote_pictures_are_listed_and_nothing_is_fetched_by_itself(desk: Desk) -> None:
    result = desk.take(table(MUG))

    assert [(picture.url, picture.asset, picture.state) for picture in result.report.pictures] == [(URL, "", "listed")]
    assert reasons(result, "Image Alt Text")[0].startswith("listed")
    assert desk.shop.products["mug"].images == ()


@pytest.mark.parametrize("name", ["Red Mug_1024x1024.jpg", "red mug.JPG", "Red Mug.png"])
def test_pictures_are_found_in_a_folder_by_their_name(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "pics" / "deep").mkdir(parents=True)
    (tmp_path / "pics" / "deep" / name).write_bytes(jpeg())

    result = desk.take(table(MUG), images=tmp_path / "pics")

    assert result.report.pictures[0].state == "copied"
    image = desk.shop.products["mug"].images[0]
    assert (image.src, image.alt) == ("products/red-mug-1024x1024.jpg", "A red mug")


def test_extension_follows_the_content(desk: Desk) -> None:
    result = desk.take(table(MUG), fetch=Shelf({URL: png()}))

    assert result.report.pictures[0].asset == "products/red-mug-1024x1024.png"


@pytest.mark.parametrize(
    "content",
    [b"<html>not found</html>", b"", b"%!PS-Adobe", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
)
def test_what_is_no_picture_is_not_kept(desk: Desk, content: bytes) -> None:
    result = desk.take(table(MUG), fetch=Shelf({URL: content}))

    assert result.report.pictures[0].state.startswith("refused")
    assert not (desk.root / "assets").exists()
    assert not desk.loaded().report.errors


def test_second_import_fetches_nothing_again_and_brings_what_was_missing(desk: Desk) -> None:
    other = {"Handle": "mug", "Image Src": "https://x.example/2.jpg"}
    desk.take(table(MUG, other), fetch=Shelf({URL: jpeg()}))
    again = Shelf({"https://x.example/2.jpg": jpeg("blue")})

    result = desk.take(table(MUG, other), fetch=again)

    assert again.asked == ["https://x.example/2.jpg"]
    assert [image.src for image in desk.shop.products["mug"].images] == [
        "products/red-mug-1024x1024.jpg",
        "products/2.jpg",
    ]
    assert [picture.state for picture in result.report.pictures] == ["present", "fetched"]


def test_two_addresses_with_one_name_are_two_files_and_http_is_asked_as_https(desk: Desk) -> None:
    rows = [
        MUG | {"Image Src": "http://a.example/x/p.jpg"},
        {"Handle": "mug", "Image Src": "https://b.example/p.jpg"},
        {"Handle": "mug", "Image Src": "https://b.example/p.jpg "},
    ]
    shelf = Shelf({"https://a.example/x/p.jpg": jpeg("red"), "https://b.example/p.jpg": jpeg("blue")})

    desk.take(table(*rows), fetch=shelf)

    assert sorted(path for path in desk.files() if path.startswith("assets")) == [
        "assets/products/p-2.jpg",
        "assets/products/p.jpg",
    ]
    assert shelf.asked == ["https://a.example/x/p.jpg", "https://b.example/p.jpg"]


@pytest.mark.parametrize(
    "source", ["ftp://x.example/a.jpg", "data:image/png;base64,AAAA", "file:///etc/passwd", "javascript:alert(1)"]
)
def test_addresses_that_are_none(desk: Desk, source: str) -> None:
    shelf = Shelf({})

    result = desk.take(table(MUG | {"Image Src": source}), fetch=shelf)

    assert shelf.asked == []
    assert "cannot be read from" in reasons(result, "Image Src", "left out")[0]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not public(ip_address(address))


def test_public_addresses_are() -> None:
    assert public(ip_address("93.184.216.34"))
    assert public(ip_address("2606:4700::1111"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_fetching_from_our_own_machines_is_refused(host: str) -> None:
    with pytest.raises(Refused):
        HttpsFetcher(seconds=2).fetch(f"https://{host}/a.jpg")


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(fetch.socket, "getaddrinfo", lambda *args, **kwargs: answers)

    with pytest.raises(Refused, match="private network"):
        addresses("x.example", 443)

    assert addresses("x.example", 443, allow_private=True) == ["93.184.216.34", "127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/",
        "https://u:p@x.example/",
        "https:///a",
        "https://x.example:0/",
        "https://x.example:99999/",
        "https://x.example/\r\nHost: y",
        "https://[::1",
        "//x",
        "",
    ],
)
def test_addresses_that_are_not_fetched(url: str) -> None:
    with pytest.raises(Refused):
        HttpsFetcher(seconds=1).fetch(url)


class PlainFetcher(HttpsFetcher):
    """The fetcher with its connections led to a test server, so that all else can be tested without certificates."""

    port = 0

    def connection(self, parts: SplitResult, seconds: float) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", PlainFetcher.port, timeout=seconds)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind = urlsplit(self.path).path
        if kind == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/ok?x=1")
            self.end_headers()
        elif kind == "/loop":
            self.send_response(301)
            self.send_header("Location", "https://x.example/loop")
            self.end_headers()
        elif kind == "/down":
            self.send_response(302)
            self.send_header("Location", "http://x.example/ok")
            self.end_headers()
        elif kind == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        elif kind == "/header":
            for _ in range(40):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.05)
        elif kind == "/large":
            self.send_response(200)
            self.send_header("Content-Length", "999999")
            self.end_headers()
        elif kind == "/endless":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 200_000)
        elif kind == "/ok":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"picture")
        else:
            self.send_error(404)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[None]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.handle_error = lambda *args: None  # type: ignore[method-assign]  # clients that hang up are the point
    PlainFetcher.port = made.server_address[1]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield
    made.shutdown()
    made.server_close()
    thread.join()


def test_fetching(server: None) -> None:
    fetcher = PlainFetcher(seconds=PATIENCE, largest=100_000)

    assert fetcher.fetch("https://x.example/ok") == b"picture"
    assert fetcher.fetch("https://x.example/redirect") == b"picture"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/loop", "redirects"),
        ("/down", "only https"),
        ("/large", "larger"),
        ("/endless", "larger"),
        ("/slow", "seconds"),
        ("/header", "seconds"),
        ("/none", "answered 404"),
    ],
)
def test_fetching_stops_in_time(server: None, path: str, why: str) -> None:
    started = time.monotonic()

    with pytest.raises(Refused, match=why):
        PlainFetcher(seconds=0.5 if why == "seconds" else PATIENCE, largest=100_000).fetch(f"https://x.example{path}")

    assert time.monotonic() - started < 10
