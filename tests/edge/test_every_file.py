"""Every file of a built shop comes out of every edge as it was built: real trees, variants and headers of a real publish."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import brotli
from cases import Case
from edge_servers import BUCKET, KEYS, ask
from edges import caddy_edge, cloudfront_edge, nginx_edge, worker_edge

from highstreet.output.hosting import HEADERS, REDIRECTS
from highstreet.output.state import Output, load
from highstreet.publish.apply import publish
from highstreet.publish.edge.key_values import key_values
from highstreet.publish.edge.street import Shop, Street, store_of
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import Options, Stamp
from highstreet.publish.release import CURRENT
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys, S3Options
from highstreet.publish.switch import look
from highstreet.publish.wanted import Wanted, wanted
from support.street import CLOCK, Lane, messages, simple_shop


def test_every_file_is_served_as_built(lane: Lane, store: str, tmp_path: Path) -> None:
    lane.tenant("acme", simple_shop("Acme", 30))
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)
    outputs = {path: Output(*output) for path, output in load(lane.workspace.state("acme")).outputs.items()}
    site = wanted(lane.workspace.site("acme"), outputs, "acme", Options(precompress="all"))
    settings = S3Options(endpoint_url=store, region="us-east-1", path_style=True)
    shelf = Shelf(S3Store(BUCKET, "files", settings, Keys(KEYS["aws_access_key_id"], KEYS["aws_secret_access_key"])), "acme")
    before, stamp = _before(tmp_path / "before", site), Stamp("ci", clock=CLOCK)
    with ThreadPoolExecutor(4) as pool:
        assert publish(shelf, before, replace(stamp, clock=CLOCK - timedelta(days=1)), None, pool).kind == "published"
        assert publish(shelf, site, stamp, None, pool).kind == "published"
    live = look(shelf)
    assert live is not None and live.pointer.trees.shards == 64 and len(live.pointer.trees.apart) >= 12
    values = key_values("acme", CURRENT, live.pointer)
    street = Street("localhost", (Shop("acme"),), store_of(f"s3://{BUCKET}/files", store), "seal5eal")
    edges: dict[str, AbstractContextManager[int]] = {}
    for name, made in (("caddy", caddy_edge), ("nginx", nginx_edge), ("worker", worker_edge)):
        (tmp_path / name).mkdir()
        edges[name] = made(tmp_path / name, street)
    (tmp_path / "cloudfront").mkdir()
    edges["cloudfront"] = cloudfront_edge(tmp_path / "cloudfront", street, values.first | dict([values.pointer]))

    wrong = {name: list(_unlike(edge, lane.workspace.site("acme"), outputs, site.headers)) for name, edge in edges.items()}

    assert wrong == {name: [] for name in edges}


def _before(folder: Path, site: Wanted) -> Wanted:
    """The site as it was before some pages were changed, one was made and one deleted."""
    copytree(site.folder, folder)
    outputs = dict(site.outputs)
    new, changed, *_ = sorted(path for path in outputs if path.startswith("products/thing"))
    del outputs[new]
    for path in ("index.html", changed, "robots.txt", "removed/index.html"):
        text = b"as it was"
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(text)
        outputs[path] = Output("", sha256(text).hexdigest(), len(text), 0)
    return wanted(folder, outputs, "acme", site.options)


def _unlike(edge: AbstractContextManager[int], folder: Path, outputs: dict[str, Output], headers: dict[str, str]) -> Iterator[str]:
    """Addresses whose answer is not the file, whether compressed or not."""
    with edge as port:
        for path in sorted(outputs.keys() - {HEADERS, REDIRECTS}):
            for accepts in ("", "gzip, br"):
                answer = ask(port, Case("", "acme.localhost", "/" + path.removesuffix("index.html"), 200, sends={"accept-encoding": accepts}))
                undone = {"br": brotli.decompress, "gzip": gzip.decompress}.get(answer.headers.get("content-encoding", ""), bytes)
                same = answer.status == 200 and undone(answer.body) == (folder / path).read_bytes()
                if not same or any(answer.headers.get(name) != value for name, value in headers.items()):
                    yield f"{path} ({accepts}): {answer.status} {answer.headers}"
        removed = ask(port, Case("", "acme.localhost", "/removed/", 404))
        if removed.status != 404 or removed.body != (folder / "404.html").read_bytes():
            yield f"/removed/: {removed.status} {removed.headers}"
