"""The S3 store while its server is overrun, cuts connections or is gone: asked through the proxy."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Thread
from urllib.parse import parse_qsl

import pytest

from highstreet.publish.object_store import Absent, Conflict, Headers, Unavailable
from highstreet.publish.s3_brake import Brake
from publish.proxy import Proxy, Request, lost_answer, noise, outage
from publish.scripted import Told, scripted
from publish.servers import Server

PAGE = Headers("text/html; charset=utf-8", "public, max-age=60")


def test_a_third_of_trouble_costs_no_more_than_it_must(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    """30 % 503 and 5 % cut connections: 1 / 0.65 = 1.54 requests for each that succeeds is what luck allows."""
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint)
    with proxy.watching(noise(0.30, 0.05, seed=7)) as seen, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: store.put(f"a/{number}", b"x" * 500, PAGE), range(400)))

    assert len(list(store.list("a/"))) == 400
    assert len(seen) <= 1.65 * 400


def test_an_outage_ends_in_time_for_all_that_wait(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint, patience=1.5)
    start = time.monotonic()

    def put(number: int) -> str:
        with pytest.raises(Unavailable) as caught:
            store.put(f"a/{number}", b"x", PAGE)
        return str(caught.value)

    with proxy.watching(outage) as seen, ThreadPoolExecutor(16) as pool:
        told = list(pool.map(put, range(200)))

    assert time.monotonic() - start < 20
    assert "the connection broke" in told[0]
    # 16 threads do not run at a server that is down: each tries a few times, and the rest learn it from them.
    assert len(seen) < 100


def test_a_store_that_is_back_is_used_again(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint, patience=0.5)
    proxy.start_over(outage)
    for _ in range(3):
        with pytest.raises(Unavailable):
            store.put("a", b"x", PAGE)

    proxy.start_over()
    end = time.monotonic() + 30
    while True:
        try:
            store.put("a", b"x", PAGE)
            break
        except Unavailable:
            assert time.monotonic() < end
            time.sleep(0.1)

    assert store.get("a")


def test_nobody_at_the_address_is_told_soon(seaweedfs: Server, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint="http://127.0.0.1:9", patience=0.5)

    with pytest.raises(Unavailable, match="connection refused"):
        store.get("a")


def test_one_storm_does_not_make_every_thread_hammer(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint)
    end = time.monotonic() + 2

    def storm(_request: Request) -> str:
        return "overrun" if time.monotonic() < end else "pass"

    with proxy.watching(storm) as seen, ThreadPoolExecutor(32) as pool:  # type: ignore[arg-type]
        list(pool.map(lambda number: store.put(f"a/{number}", b"x", PAGE), range(64)))

    # Without a brake 32 threads make some 160 requests in two seconds of storm.
    assert sum(request.fate == "overrun" for request in seen) < 90
    assert len(list(store.list("a/"))) == 64


def test_a_lost_answer_to_a_first_put_is_a_conflict_to_look_into(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint)

    with proxy.watching(lost_answer(0)), pytest.raises(Conflict):
        store.put("a", b"mine", PAGE, Absent())

    found = store.get("a")
    assert found and found.body == b"mine"


def test_a_lost_answer_to_anything_else_is_made_up_for(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint)
    with proxy.watching(lost_answer(0)):
        etag = store.put("a", b"mine", PAGE)
    with proxy.watching(lost_answer(0)):
        assert store.copy("a", "b", etag, PAGE) == etag
    with proxy.watching(lost_answer(0)):
        assert [found.key for found in store.list("a/")] == []
    with proxy.watching(lost_answer(0)):
        store.delete(["a"])
    with proxy.watching(lost_answer(0)):
        assert store.get("a") is None


def test_a_delete_that_is_held_up_on_the_way_is_refused_by_the_server(seaweedfs: Server, proxy: Proxy, prefix: str) -> None:
    store = seaweedfs.store(prefix, endpoint=proxy.endpoint)
    for keys in (["a"], ["a", "b"]):
        for key in keys:
            store.put(key, b"x", PAGE)

        with proxy.watching(lambda _: "late") as seen, pytest.raises(Conflict):
            store.delete(keys, within=2)

        assert [request.method for request in seen] == ["POST" if len(keys) > 1 else "DELETE"]
        assert all(store.get(key) for key in keys)


def test_what_the_store_may_delete_is_measured_by_its_own_clock() -> None:
    told = Told(204, b"", {"date": format_datetime(datetime.now(UTC) - timedelta(minutes=9))})
    with scripted([told]) as server:
        store = server.store()
        store.delete(["a"])
        store.delete(["a"], within=100)

    query = dict(parse_qsl(server.asked[1].target.partition("?")[2]))
    moment = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert timedelta(minutes=8) < datetime.now(UTC) - moment < timedelta(minutes=10)
    assert 90 < int(query["X-Amz-Expires"]) <= 100
    assert "authorization" not in {name.lower() for name in server.asked[1].headers}


def test_the_brake_lets_go_slowly_and_gives_back_every_place() -> None:
    brake = Brake(8, patience=60)
    for _ in range(3):
        assert brake.enter(time.monotonic() + 1)
    brake.trouble()
    brake.trouble()
    assert brake.allowed == 5

    brake.well()
    for _ in range(100):
        assert brake.enter(time.monotonic() + 1)
        brake.well()

    assert brake.allowed == 8
    assert all(brake.enter(time.monotonic() + 1) for _ in range(8))
    assert not brake.enter(time.monotonic() + 0.05)

    later = Thread(target=brake.well)
    later.start()
    assert brake.enter(time.monotonic() + 5)
    later.join()
