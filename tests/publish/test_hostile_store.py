"""What a store may say that no honest one says, and what others may have put where only ours should lie: the shop fails
with words, or it does not matter. Never a traceback, never a request beside the shop's own keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from highstreet.publish.collect import collect
from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import Damaged, Headers, Shelf, StoreError, Unavailable
from highstreet.publish.options import Options
from highstreet.publish.release import CURRENT, release_key
from highstreet.publish.switch import rollback
from highstreet.publish.wellformed import checked_key
from publish.scripted import Asked, Told, scripted
from publish.shops import Between, Time, pointer, put, shelf, stamp, versions

PAGE = Headers("text/html; charset=utf-8", "public, max-age=60")
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 500 + b'">' + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(9)) + b"]><x><Code>&j;</Code></x>"
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ListBucketResult><Contents><Key>acme/&a;</Key></Contents></ListBucketResult>'
PORTAL = Told(200, b"<html><body>Sign in to the guests' network<br></html>", {"content-type": "text/html"})


def asked_of(store: Any) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("list", lambda: list(store.list("acme/"))),
        ("delete", lambda: store.delete(["acme/a", "acme/b"])),
        ("copy", lambda: store.copy("acme/a", "acme/b", "0" * 32, PAGE)),
        ("put", lambda: store.put("acme/a", b"x", PAGE)),
    ]


@pytest.mark.parametrize("told", [PORTAL, Told(200, LAUGHS), Told(403, LAUGHS), Told(200, OUTSIDE), Told(200, b"<a>" * 50_000), Told(200, b"\xff\xfe")])
def test_answers_that_are_none_of_s3_are_told_plainly(told: Told) -> None:
    with scripted([told]) as server:
        for name, ask in asked_of(server.store(patience=0.3)):
            with pytest.raises(StoreError) as caught:
                ask()
            assert len(str(caught.value)) < 300, name
            assert "root:" not in str(caught.value)


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with scripted([Told(200, b"x" * 10_001)]) as server, pytest.raises(Damaged, match="longer than any object"):
        server.store(longest=10_000).get("acme/a")
    assert len(server.asked) == 1, "it does not get shorter by asking again"
    with scripted([Told(200, b"x" * 10_000)]) as server:
        found = server.store(longest=10_000).get("acme/a")
        assert found is not None and len(found.body) == 10_000


def test_a_list_that_never_ends_is_left() -> None:
    pages = [Told(200, b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>%s</NextContinuationToken></ListBucketResult>" % token) for token in (b"a", b"b")]
    with scripted(lambda asked: pages["token=a" in asked.target]) as server, pytest.raises(Damaged, match="circles"):
        list(server.store().list("acme/"))
    assert len(server.asked) == 3


@pytest.mark.parametrize("row", ["<Size>x</Size><LastModified>2026-01-01T00:00:00Z</LastModified>", "<Size>1</Size><LastModified>yesterday</LastModified>", ""])
def test_a_list_of_half_objects_is_damage(row: str) -> None:
    page = f"<ListBucketResult><Contents><Key>acme/a</Key>{row}</Contents></ListBucketResult>".encode()
    with scripted([Told(200, page)]) as server, pytest.raises(Damaged):
        list(server.store().list("acme/"))


def test_names_that_no_key_of_ours_can_have_are_neither_listed_nor_touched() -> None:
    """Other programs may write there. Below the prefix a server may even name other tenants' objects."""
    names = ["acme/../acme-2/a", "acme//a", "acme/./a", "acme/a%00b", "acme-2/a", "acme/", "/etc/passwd", "acme/a"]
    rows = "".join(f"<Contents><Key>{name}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>" for name in names)
    with scripted([Told(200, f"<ListBucketResult>{rows}</ListBucketResult>".encode())]) as server:
        assert [found.key for found in Shelf(server.store(), "acme").list()] == ["a"]


def test_an_etag_that_would_be_a_header_of_its_own_is_none() -> None:
    copied = Told(200, b"<CopyObjectResult><ETag>x&#13;&#10;x-amz-acl: public-read</ETag></CopyObjectResult>")

    def script(asked: Asked) -> Told:
        return copied if asked.method == "PUT" else Told(404, b"<Error><Code>NoSuchKey</Code></Error>")

    with scripted(script) as server:
        with pytest.raises(StoreError):
            server.store().copy("acme/a", "acme/b", "0" * 32, PAGE)  # type: ignore[arg-type]
        assert server.store(checksum="none").copy("acme/a", "acme/b", "0" * 32, PAGE) == ""  # type: ignore[arg-type]


def test_a_wait_without_end_is_not_waited_for() -> None:
    for asked in ("9" * 400, "²", "-1", "1e9"):
        with scripted([Told(503, b"", {"retry-after": asked.encode().decode("latin-1")})]) as server, pytest.raises(Unavailable):
            server.store(patience=0.3).put("acme/a", b"x", PAGE)


HARM: dict[str, Callable[[dict[str, Any]], object]] = {
    "a path upwards": lambda made: made["objects"][0].__setitem__(0, "../acme-2/index.html"),
    "a path of ours": lambda made: made["objects"][0].__setitem__(0, "_hs/current"),
    "a path with a line end": lambda made: made["objects"][0].__setitem__(0, "a\r\nb"),
    "half a character": lambda made: made["objects"][0].__setitem__(0, "a\ud800b"),
    "an etag that is a header": lambda made: made["objects"][0].__setitem__(4, "x\r\nx-amz-acl: public-read"),
    "an etag beyond latin": lambda made: made["objects"][0].__setitem__(4, "日"),
    "a size below nothing": lambda made: made["objects"][0].__setitem__(2, -5),
    "a header that is none": lambda made: made["objects"][0].__setitem__(3, 99),
    "a tree upwards": lambda made: made["pointer"]["trees"]["ids"].__setitem__("", "../x"),
    "a release upwards": lambda made: made.__setitem__("id", "../../x"),
    "a number as a text": lambda made: made["pointer"].__setitem__("by", 5),
}


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("layout", ["releases", "flat"])
def test_a_manifest_that_was_tampered_with_reaches_nothing(tmp_path: Path, harm: str, layout: str) -> None:
    a, b = versions(tmp_path, 2, layout=layout)
    store = Between(MemoryStore())
    neighbour = store.store.put("acme-2/index.html", b"theirs", PAGE)
    first = put(store, a, stamp(0))
    place = f"acme/{release_key(first.release)}"
    held = store.store.get(place)
    assert held is not None
    made = json.loads(held.body)
    HARM[harm](made)
    store.store.put(place, json.dumps(made).encode(), held.headers)
    store.asked.clear()

    back = rollback(shelf(store), first.release, stamp(1))
    gone = collect(shelf(store), 1, timedelta(0), stamp(9).now, patience=Time().patience)
    again = put(store, b, stamp(2))

    assert back.kind in ("failed", "unchanged")
    assert [found.code for found in gone.diagnostics] == ["HS801"]
    assert again.kind == "published", again
    assert all(key.startswith("acme/") and checked_key(key.rstrip("/")) for _, key in store.asked if key)
    live, found = pointer(store.store), store.store.get("acme-2/index.html")
    assert live is not None and live.site == b.site
    assert found is not None and found.etag == neighbour


@pytest.mark.parametrize("cut", range(0, 100, 9))
def test_a_truncated_pointer_or_manifest_is_told(tmp_path: Path, cut: int) -> None:
    a, b = versions(tmp_path, 2)
    store = MemoryStore()
    first = put(store, a, stamp(0))
    for key in (CURRENT, release_key(first.release)):
        held = store.get(f"acme/{key}")
        assert held is not None
        store.put(f"acme/{key}", held.body[: len(held.body) * cut // 100], held.headers)

        done = put(store, b, stamp(1))

        if key == CURRENT:
            assert [found.code for found in done.diagnostics] == ["HS801"]
            store.put(f"acme/{key}", held.body, held.headers)
        else:
            assert done.kind == "published"


@pytest.mark.parametrize("option", ["https://me:hunter2@s3.example.com", "https://s3.example.com/?key=hunter2", "ftp://s3.example.com"])
def test_an_endpoint_with_a_secret_is_refused_and_not_repeated(option: str, tmp_path: Path) -> None:
    from highstreet.publish.stores import open_store

    with pytest.raises(StoreError) as caught:
        open_store("s3://street/shops", Options(endpoint_url=option, region="x"))
    assert "hunter2" not in f"{caught.value!r} {caught.value}"
