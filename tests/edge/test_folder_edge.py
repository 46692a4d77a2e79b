"""A street in a folder, as `--to file:///…` publishes it, is served by Caddy and by nginx on the folder's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import CASES, Answer, Case, faults
from edge_servers import ask, program, running
from edge_shops import PAGE_CACHE
from edges import caddy_edge, folder_of, nginx_edge
from talks import conditional, hostile

from highstreet.publish.wanted import CACHING
from support.command import AS_OF, call
from support.ports import free_port
from support.street import Lane, simple_shop

DOCS = Path(__file__).parents[2] / "docs/edge.md"
ABLE = {"", "fly", "folder check", "plain names", "raw paths", "raw hosts"}


def _told_by_name(case: Case) -> Case:
    """A folder keeps no headers of its own for an edge: caching is told by the name."""
    kept = CACHING["revalidate"]
    return case._replace(has={name: kept if value == PAGE_CACHE else value for name, value in case.has.items()})


# Where an address has moved, a folder has a page that leads on.
TABLE = [_told_by_name(case) for case in CASES if case.needs in ABLE and " moved" not in case.name]


@pytest.fixture(scope="module", params=[caddy_edge, nginx_edge], ids=["caddy", "nginx"])
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = Path(tmp_path_factory.mktemp("folder"))
    with request.param(folder, folder_of(folder / "street")) as port:
        yield port


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_a_folder_is_served(case: Case, edge: int) -> None:
    assert faults(case, ask(edge, case)) == []


def test_a_folder_is_served_to_those_who_have_been_there(edge: int) -> None:
    assert conditional(lambda case: ask(edge, case), ABLE) == []


def test_a_folder_is_not_taken_in(edge: int) -> None:
    assert hostile(lambda case: ask(edge, case)) == []


def test_where_an_address_has_moved_a_folder_has_a_page_that_leads_on(edge: int) -> None:
    answer = ask(edge, Case("", "acme.shops.example", "/old/mug/", 200))

    assert answer.status == 200 and b"moved" in answer.body


def test_the_flat_layout_is_served_by_caddy_as_the_docs_say(lane: Lane, tmp_path: Path) -> None:
    lane.tenant("acme", simple_shop())
    assert call("-C", lane.root, "build", "--as-of", AS_OF).code == 0
    assert call("-C", lane.root, "publish", "--as-of", AS_OF, "--layout", "flat", "--to", f"file://{tmp_path}/web").code == 0
    (text,) = re.findall(r"```caddyfile\n(.*?)```", DOCS.read_text(), re.DOTALL)
    port = free_port()
    text = text.replace("/srv/street", f"{tmp_path}/web").replace("http://*.localhost:8080 {", f"http://*.localhost:{port} {{\n\tbind 127.0.0.1")
    (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
    with running([program("caddy"), "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"], tmp_path / "caddy.log", port):

        def get(target: str, host: str = "acme.localhost") -> Answer:
            return ask(port, Case("", host, target, 200))

        home = get("/")
        sheet = re.findall(rb'href="/(assets/[^"]+\.css)"', home.body)[0].decode()

        assert home.status == 200 and b"<h1" in home.body and home.headers["cache-control"] == CACHING["revalidate"]
        assert get("/products/thing-0/").status == 200
        assert (get(f"/{sheet}").status, get(f"/{sheet}").headers["cache-control"]) == (200, CACHING["immutable"])
        missing = get("/none/")
        assert missing.status == 404 and b"<html" in missing.body
        assert [get(path).status for path in ("/_hs/current", "/.highstreet/headers", "/%5fhs/current", "/../acme/_hs/current")] == [404] * 4
        assert get("/", "nobody.localhost").status == 404
