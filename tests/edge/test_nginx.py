"""A distribution's nginx with njs answers every case, from a real S3 server; and what nginx does that others do not."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from cases import BASE, CASES, DOMAINS, SAFE, Case, faults
from edge_servers import Counting, ask, fill
from edge_shops import CSS, Thing, css, html, one_tree, pages, pointer
from edges import nginx_command, nginx_edge, street_of
from talks import conditional, hostile

from highstreet.publish.edge.nginx import nginx as written
from highstreet.publish.edge.street import NoEdge, Shop, Street, store_of
from highstreet.publish.release import PRIVATE
from highstreet.publish.release_json import encode_pointer

ABLE = {"", "fly", "folder check", "plain names", "raw paths", "raw hosts"}
TABLE = [case for case in CASES if case.needs in ABLE]
HTTPS = Street(BASE, (Shop("beta", DOMAINS["beta"]),), store_of("s3://bucket/shops", region="eu-central-1"), "seal5eal")


@pytest.fixture(scope="module")
def nginx(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with nginx_edge(Path(tmp_path_factory.mktemp("nginx")), street_of(store)) as port:
        yield port


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_nginx_answers(case: Case, nginx: int) -> None:
    assert faults(case, ask(nginx, case)) == []


def test_nginx_answers_those_who_have_been_there(nginx: int) -> None:
    assert conditional(lambda case: ask(nginx, case), ABLE) == []


def test_nginx_is_not_taken_in(nginx: int) -> None:
    assert hostile(lambda case: ask(nginx, case)) == []


def test_nginx_shows_a_switched_pointer_within_seconds(nginx: int, store: str) -> None:
    home = Case("", f"switching-n.{BASE}", "/", 200)
    seen = []
    for tree in ("treeone", "treetwo", "treeone"):
        fill(store, "shops/", {"switching-n": (*pages(tree, tree), Thing("_hs/current", encode_pointer(pointer(one_tree(tree))), PRIVATE))})
        end = time.monotonic() + 30
        while ask(nginx, home).body != html(f"{tree} home") and time.monotonic() < end:
            time.sleep(0.1)
        seen.append(ask(nginx, home).body)

    assert seen == [html("treeone home"), html("treetwo home"), html("treeone home")]


def test_nginx_asks_the_store_once_and_lives_through_its_failure(store: str, tmp_path: Path) -> None:
    acme, nobody = f"acme.{BASE}", f"nobody.{BASE}"
    page, sheet = Case("", acme, "/products/mug/", 200, html("acme mug"), SAFE), Case("", acme, f"/{CSS}", 200, css("acme"), SAFE)
    with Counting(store) as between:
        Thread(target=between.serve_forever, daemon=True).start()
        with nginx_edge(tmp_path, street_of(f"http://127.0.0.1:{between.server_port}")) as port:
            first = [faults(case, ask(port, case)) for case in (page, sheet) * 10]
            asked = [path for path in between.asked if "_hs" not in path]
            between.broken = True
            time.sleep(2.1)
            later = [faults(case, ask(port, case)) for case in (page, sheet) * 3]
            unknown = faults(Case("", nobody, "/", 502, None, {"retry-after": "5", "cache-control": "no-store"}), ask(port, Case("", nobody, "/", 502)))
            unread = ask(port, Case("", acme, "/fr/", 502)).status
        between.shutdown()

    assert not any(first) and not any(later) and not unknown
    assert sorted(asked) == sorted(set(asked)) and len(asked) == 2
    assert unread == 502


def test_nginx_takes_the_configuration_for_the_world(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    folder.mkdir()
    made = written(HTTPS, str(tmp_path), "127.0.0.53", str(tmp_path / "cache"))

    done = subprocess.run([*nginx_command(tmp_path, made), "-t"], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    assert "https://bucket.s3.eu-central-1.amazonaws.com" in made["highstreet.conf"]


@pytest.mark.parametrize("wrong", [HTTPS._replace(base_domain="a.example {"), HTTPS._replace(listen=":80;\n"), HTTPS._replace(shops=(Shop("a", ("b;c",)),)), HTTPS._replace(store=store_of("file:///srv/a;b")), HTTPS._replace(store=store_of("file:///srv/../etc"))])
def test_names_that_would_break_out_of_nginx_are_refused(wrong: Street) -> None:
    with pytest.raises(NoEdge):
        written(wrong, resolver="127.0.0.53")


def test_nginx_is_told_whom_to_ask_for_the_stores_address() -> None:
    with pytest.raises(NoEdge, match="--resolver"):
        written(HTTPS)
