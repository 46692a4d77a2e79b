"""Who may ask a preview for what: names, origins and addresses, without a server."""

from __future__ import annotations

import pytest

from highstreet.preview.answer import _not_found
from highstreet.preview.hosts import Hosts, safe, verdict
from highstreet.preview.shops import Look, look

HOSTS = Hosts(4000, ("street.test",))


@pytest.mark.parametrize(
    ("header", "tenant"),
    [
        ("localhost:4000", ""), ("127.0.0.1:4000", ""), ("[::1]:4000", ""), ("LOCALHOST:4000", ""), ("localhost", ""), ("street.test:4000", ""),
        ("lumen.localhost:4000", "lumen"), ("lumen.street.test:4000", "lumen"), ("lumen.localhost.:4000", "lumen"),
        ("localhost:4001", None), ("evil.example:4000", None), ("lumen.localhost.evil.example:4000", None), ("evillocalhost:4000", None),
        ("localhost:" + "9" * 5000, None), ("a.lumen.localhost:4000", None), ("lumen.127.0.0.1:4000", None), ("192.168.1.4:4000", None), ("", None), ("-x.localhost:4000", None), ("..localhost:4000", None),
    ],
)  # fmt: skip
def test_only_names_of_this_preview_are_answered(header: str, tenant: str | None) -> None:
    assert HOSTS.tenant(header) == tenant


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ""),
        ({"origin": "http://lumen.localhost:4000"}, ""),
        ({"origin": "http://yamagiri.localhost:4000"}, "origin"),
        ({"origin": "null"}, "origin"),
        ({"origin": "https://evil.example"}, "origin"),
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, ""),
        ({"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, ""),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, ""),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, "site"),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}, "site"),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, "site"),
    ],
)
def test_pages_of_other_origins_are_refused(headers: dict[str, str], expected: str) -> None:
    assert verdict(HOSTS, {"host": "lumen.localhost:4000", **headers}, b"/_highstreet/events") == expected


@pytest.mark.parametrize("path", [b"/../x", b"/a/..", b"/%2e%2e/x", b"/.%2E/x", b"/a/%2e/b", b"/a%2fb", b"/a\\b", b"/a%5Cb", b"//evil.example/", b"/a%00", b"x", b"*"])
def test_ways_upwards_are_refused_in_every_spelling(path: bytes) -> None:
    assert not safe(path)


@pytest.mark.parametrize("path", [b"/", b"/products/a.b/", b"/..a/", b"/s%C3%BC%C3%9F?next=../x", b"/100%25"])
def test_plain_addresses_are_not(path: bytes) -> None:
    assert safe(path)


def test_cookie_can_only_say_a_time_and_drafts() -> None:
    assert look("2026-12-01T09:00:00Z|drafts") == Look("2026-12-01T09:00:00Z", True)
    assert look("2026-13-99T09:00:00Z") == Look()
    assert look("../../etc|<script>|2026-12-01") == Look()
    assert look("0001-01-01T00:00:00+14:00") == look("9999-12-31T23:59:59-12:00|x") == Look()  # no such moment in UTC


def test_shop_addresses_stay_below_the_name_that_was_asked() -> None:
    assert HOSTS.shop_url("lumen", "127.0.0.1:4000") == "http://lumen.localhost:4000/"
    assert HOSTS.shop_url("lumen", "street.test:4000") == "http://lumen.street.test:4000/"
    assert HOSTS.street_url("lumen.street.test:4000") == "http://street.test:4000/"
    assert HOSTS.street_url("lumen.localhost:4000") == "http://localhost:4000/"


def test_an_address_of_many_folders_is_looked_for_in_few() -> None:
    asked: list[str] = []

    class Empty:
        def render(self, place: str) -> None:
            asked.append(place)

    found = _not_found(Empty(), "fr/" + "a/" * 20_000, {})  # type: ignore[arg-type]

    assert (found.status, asked) == (404, ["fr/404.html", "404.html"])
