"""Real edges in front of a store, each from the configuration that `highstreet edge` writes for it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cases import BASE, DOMAINS
from edge_servers import BUCKET, program, running
from edge_shops import street_things

from highstreet.publish.edge.caddy import caddyfile
from highstreet.publish.edge.cloudfront import cloudfront
from highstreet.publish.edge.key_values import key_values
from highstreet.publish.edge.nginx import CONF, nginx
from highstreet.publish.edge.street import Bucket, Folder, Shop, Street, store_of
from highstreet.publish.edge.workers import worker
from highstreet.publish.folder import FolderStore
from support.ports import free_port

MODULE = "/usr/lib/nginx/modules/ngx_http_js_module.so"


def street_of(endpoint: str) -> Street:
    """The street of the table of cases."""
    shops = tuple(Shop(handle, DOMAINS.get(handle, ())) for handle in street_things())
    return Street(BASE, shops, store_of(f"s3://{BUCKET}/shops", endpoint), "seal5eal")


def folder_of(root: Path) -> Street:
    """The street of the table in a folder, as publishing puts it there."""
    store = FolderStore(root)
    for tenant, things in street_things().items():
        for thing in things:
            store.put(f"{tenant}/{thing.key}", thing.body, thing.headers)
    return street_of("http://127.0.0.1:1")._replace(store=Folder(str(root)))


@contextmanager
def caddy_edge(folder: Path, street: Street) -> Iterator[int]:
    """The port at which Caddy serves the street, without TLS."""
    port = free_port()
    text = caddyfile(street._replace(listen=f"127.0.0.1:{port}")).replace("127.0.0.1:9181", f"127.0.0.1:{free_port()}")
    (folder / "Caddyfile").write_text(text.replace("auto_https off", "auto_https off\n\tadmin off"))
    command = [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with running(command, folder / "caddy.log", port):
        yield port


@contextmanager
def nginx_edge(folder: Path, street: Street) -> Iterator[int]:
    """The port at which nginx serves the street, without TLS. A distribution's nginx, its files in a folder of ours."""
    port = free_port()
    made = nginx(street._replace(listen=f"127.0.0.1:{port}"), str(folder), cache=str(folder / "cache"))
    origin = f"127.0.0.1:{free_port()}"
    made = {name: text.replace("127.0.0.1:9181", origin) for name, text in made.items()}
    with running(nginx_command(folder, made), folder / "nginx.log", port, ask_to_end=True):
        yield port


def nginx_command(folder: Path, made: dict[str, str]) -> list[str]:
    """What runs nginx with the files `made`."""
    command = program("nginx")
    if not Path(MODULE).exists():
        pytest.skip("nginx is installed, but not its njs module: sh tests/install-nginx.sh")
    for name, text in made.items():
        (folder / name).write_text(text)
    (folder / "cache").mkdir(exist_ok=True)
    user = "user root;" if os.getuid() == 0 else ""  # pytest's folders are nobody else's
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"load_module {MODULE}; {user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr notice;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary} include {folder}/{CONF}; }}\n"
    )
    return [command, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def node() -> str:
    """The Node.js that comes with Playwright."""
    import playwright

    return str(Path(playwright.__file__).parent / "driver" / "node")


@contextmanager
def worker_edge(folder: Path, street: Street) -> Iterator[int]:
    """The port at which the Worker serves the street, in Node, from a bucket that is an S3 server's."""
    port = free_port()
    (folder / "worker.mjs").write_text(worker(street)["worker.js"])
    store = street.store
    assert isinstance(store, Bucket)
    command = [node(), str(Path(__file__).with_name("workerd.mjs")), str(folder / "worker.mjs"), f"{store.origin}/{BUCKET}", str(port)]
    with running(command, folder / "worker.log", port):
        yield port


def mirrored() -> dict[str, str]:
    """What CloudFront's key-value store holds of the street."""
    values: dict[str, str] = {}
    for tenant, things in street_things().items():
        for thing in things:
            if thing.says is not None:
                domains = DOMAINS.get(tenant, ()) if thing.key == "_hs/current" else ()
                found = key_values(tenant, thing.key, thing.says, domains)
                values |= found.first | dict([found.pointer])
    return values


@contextmanager
def cloudfront_edge(folder: Path, street: Street, values: dict[str, str] | None = None) -> Iterator[int]:
    """The port at which CloudFront's functions serve the street, in Node. `values` are of its key-value store."""
    port = free_port()
    for name, text in cloudfront(street).items():
        (folder / name).write_text(text)
    (folder / "values.json").write_text(json.dumps(mirrored() if values is None else values))
    sdk = folder / "node_modules/@aws-sdk/client-s3"
    sdk.mkdir(parents=True)
    shutil.copyfile(Path(__file__).with_name("client-s3.js"), sdk / "index.js")
    store = street.store
    assert isinstance(store, Bucket)
    command = [node(), str(Path(__file__).with_name("cloudfrontd.mjs")), str(folder), f"{store.origin}/{BUCKET}", str(port)]
    with running(command, folder / "cloudfront.log", port):
        yield port
