"""Stock Caddy answers every case, from a real S3 server and from a folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import BASE, CASES, DOMAINS, Case, faults
from edge_servers import ask, fill, program
from edge_shops import Thing, html, one_tree, pages, pointer
from edges import caddy_edge, street_of
from talks import conditional, hostile

from highstreet.publish.edge.caddy import caddyfile
from highstreet.publish.edge.street import Bucket, NoEdge, Shop, Street, store_of
from highstreet.publish.release import PRIVATE
from highstreet.publish.release_json import encode_pointer
from support.ports import free_port

ABLE = {"", "fly", "folder check", "plain names", "raw paths", "raw hosts", "silence", "times"}
TABLE = [case for case in CASES if case.needs in ABLE]
HTTPS = Street(BASE, (Shop("beta", DOMAINS["beta"]),), store_of("s3://bucket/shops", region="eu-central-1"), "seal5eal")



@pytest.fixture(scope="module")
def caddy(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with caddy_edge(Path(tmp_path_factory.mktemp("caddy")), street_of(store)) as port:
        yield port


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_caddy_answers(case: Case, caddy: int) -> None:
    assert faults(case, ask(caddy, case)) == []


def test_caddy_answers_those_who_have_been_there(caddy: int) -> None:
    assert conditional(lambda case: ask(caddy, case), ABLE) == []


def test_caddy_is_not_taken_in(caddy: int) -> None:
    assert hostile(lambda case: ask(caddy, case)) == []


def test_a_pointer_is_never_run_as_a_template(caddy: int, store: str) -> None:
    hostile = pointer(one_tree("treeevil"), headers={"x-try": "seal[[env `PATH`]] [[env `PATH`]] {{env `PATH`}} {env.PATH}"})
    fill(store, "shops/", {"evil-2": (Thing("_hs/current", encode_pointer(hostile), PRIVATE),)})

    answer = ask(caddy, Case("", f"evil-2.{BASE}", "/", 404))

    assert answer.headers["x-try"] == hostile.headers["x-try"]


def test_next_request_shows_a_switched_pointer(caddy: int, store: str) -> None:
    place = f"switching.{BASE}"
    seen = []
    for tree in ("treeone", "treetwo", "treeone"):
        fill(store, "shops/", {"switching": (*pages(tree, tree), Thing("_hs/current", encode_pointer(pointer(one_tree(tree))), PRIVATE))})
        seen.append(ask(caddy, Case("", place, "/", 200)).body)

    assert seen == [html("treeone home"), html("treetwo home"), html("treeone home")]


def test_store_that_is_down_is_told_plainly(tmp_path: Path) -> None:
    with caddy_edge(tmp_path, street_of(f"http://127.0.0.1:{free_port()}")) as port:
        answer = ask(port, Case("", f"acme.{BASE}", "/", 502))

    assert faults(Case("", "", "", 502, None, {"content-type": "text/plain; charset=utf-8", "retry-after": "5", "cache-control": "no-store", "x-content-type-options": "nosniff"}), answer) == []
    assert b"127.0.0.1" not in answer.body


def test_caddy_takes_the_configuration_for_the_world(tmp_path: Path) -> None:
    (tmp_path / "Caddyfile").write_text(caddyfile(HTTPS))

    done = subprocess.run([program("caddy"), "validate", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"], capture_output=True, env={"HOME": str(tmp_path)}, check=False)

    assert done.returncode == 0, done.stderr.decode()
    assert "https://shops.s3" not in caddyfile(HTTPS) and "reverse_proxy https://bucket.s3.eu-central-1.amazonaws.com" in caddyfile(HTTPS)


@pytest.mark.parametrize("wrong", [HTTPS._replace(base_domain="a.example {"), HTTPS._replace(seal="]] x"), HTTPS._replace(listen=":80\n"), HTTPS._replace(shops=(Shop("a", ("b\nc",)),)), HTTPS._replace(shops=(Shop("a", ("a.org", "b.org")), Shop("b", ("b.org",)))), HTTPS._replace(store=Bucket("http://x\n{", ""))])
def test_names_that_would_break_out_are_refused(wrong: Street) -> None:
    with pytest.raises(NoEdge):
        caddyfile(wrong)
