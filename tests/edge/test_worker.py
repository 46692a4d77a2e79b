"""The Worker that `highstreet edge cloudflare` writes answers every case, in Node, from a bucket that is a real S3 server's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from cases import BASE, CASES, Case, faults
from edge_servers import Counting, ask, fill
from edge_shops import Thing, html, one_tree, pages, pointer
from edges import street_of, worker_edge
from talks import conditional, hostile

from highstreet.publish.edge.street import Folder, NoEdge
from highstreet.publish.edge.workers import worker as written
from highstreet.publish.release import PRIVATE
from highstreet.publish.release_json import encode_pointer

ABLE = {"", "folder check", "plain names"}  # Cloudflare itself compresses pages on the way, and tidies paths
TABLE = [case for case in CASES if case.needs in ABLE]


@pytest.fixture(scope="module")
def worker(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with worker_edge(Path(tmp_path_factory.mktemp("worker")), street_of(store)) as port:
        yield port


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_worker_answers(case: Case, worker: int) -> None:
    assert faults(case, ask(worker, case)) == []


def test_worker_answers_those_who_have_been_there(worker: int) -> None:
    assert conditional(lambda case: ask(worker, case), ABLE) == []


def test_worker_is_not_taken_in(worker: int) -> None:
    assert hostile(lambda case: ask(worker, case)) == []


def test_worker_shows_a_switched_pointer_within_seconds(worker: int, store: str) -> None:
    home = Case("", f"switching-w.{BASE}", "/", 200)
    seen = []
    for tree in ("treeone", "treetwo", "treeone"):
        fill(store, "shops/", {"switching-w": (*pages(tree, tree), Thing("_hs/current", encode_pointer(pointer(one_tree(tree))), PRIVATE))})
        end = time.monotonic() + 30
        while ask(worker, home).body != html(f"{tree} home") and time.monotonic() < end:
            time.sleep(0.1)
        seen.append(ask(worker, home).body)

    assert seen == [html("treeone home"), html("treetwo home"), html("treeone home")]


def test_worker_tells_that_the_bucket_fails(store: str, tmp_path: Path) -> None:
    with Counting(store) as between:
        Thread(target=between.serve_forever, daemon=True).start()
        between.broken = True
        with worker_edge(tmp_path, street_of(f"http://127.0.0.1:{between.server_port}")) as port:
            answer = ask(port, Case("", f"acme.{BASE}", "/", 502))
        between.shutdown()

    assert faults(Case("", "", "", 502, None, {"retry-after": "5", "cache-control": "no-store", "x-content-type-options": "nosniff"}), answer) == []


def test_wrangler_is_told_bucket_and_routes(store: str) -> None:
    settings = json.loads(written(street_of(store))["wrangler.json"])

    assert settings["r2_buckets"] == [{"binding": "BUCKET", "bucket_name": "street"}]
    assert {"pattern": f"*.{BASE}/*", "zone_name": BASE} in settings["routes"]
    assert {route["pattern"] for route in settings["routes"][1:]} == {"www.beta.example/*", "beta.example/*", "old-beta.example/*"}
    with pytest.raises(NoEdge):
        written(street_of(store)._replace(store=Folder("/srv")))
