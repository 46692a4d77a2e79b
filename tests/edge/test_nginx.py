"""A distribution's nginx with njs answers every case, from a real S3 server; and what nginx does that others do not."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from pathlib import Path
from threading import Thread

import pytest
from cases import BASE, BETA, CASES, DOMAINS, SAFE, Answer, Case, faults
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from edge_servers import Counting, ask, fill, running
from edge_shops import CSS, Thing, css, html, one_tree, pages, pointer
from edges import nginx_command, nginx_edge, street_of
from talks import conditional, hostile

from highstreet.publish.edge.nginx import nginx as written
from highstreet.publish.edge.street import NoEdge, Shop, Street, store_of
from highstreet.publish.release import PRIVATE
from highstreet.publish.release_json import encode_pointer
from support.ports import free_port

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


def _certificate(folder: Path, name: str, *others: str) -> None:
    """A key and a certificate of its own for a name, where nginx looks for them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(start).not_valid_after(start + timedelta(days=9))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in (name, *others)]), critical=False)
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / f"{name}.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))


def test_nginx_serves_the_world_with_a_certificate_for_each_domain(store: str, tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    folder.mkdir()
    _certificate(folder, BASE, f"*.{BASE}")
    _certificate(folder, BETA)
    https, http = free_port(), free_port()
    made = written(street_of(store), str(tmp_path), cache=str(tmp_path / "cache"))
    conf = made["highstreet.conf"]
    for old, new in (("listen 443", f"listen {https}"), ("listen [::]:443", f"listen [::1]:{https}"), ("listen 80", f"listen {http}"), ("listen [::]:80", f"listen [::1]:{http}")):
        assert old in conf
        conf = conf.replace(old, new)

    def get(host: str, target: str, authority: str) -> Answer:
        trusted = ssl.create_default_context(cafile=str(folder / f"{authority}.pem"))
        with socket.create_connection(("127.0.0.1", https), timeout=60) as plain, trusted.wrap_socket(plain, server_hostname=host) as sealed:
            sealed.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = HTTPResponse(sealed)
            answer.begin()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    with running(nginx_command(tmp_path, made | {"highstreet.conf": conf}), tmp_path / "nginx.log", https, ask_to_end=True):
        assert faults(Case("", "", "", 200, html("acme home"), SAFE), get(f"acme.{BASE}", "/", BASE)) == []
        assert faults(Case("", "", "", 200, html("beta home"), SAFE), get(BETA, "/", BETA)) == []
        with pytest.raises((ssl.SSLError, ConnectionError)):  # there is no certificate of this name yet
            get("beta.example", "/", BASE)
        _certificate(folder, "beta.example")
        moved = get("beta.example", "/products/mug/?a=b", "beta.example")
        assert (moved.status, moved.headers["location"]) == (301, "https://www.beta.example/products/mug/?a=b")
        plain = ask(http, Case("", BETA, "/products/mug/?a=b", 308))
        assert (plain.status, plain.headers["location"]) == (308, "https://www.beta.example/products/mug/?a=b")


def test_nginx_takes_a_store_that_has_a_name(tmp_path: Path) -> None:
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
