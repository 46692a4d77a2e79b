"""Caddy for the world: certificates are made when a shop's host name is first asked for, and for no other name."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest
from cases import ACME, BASE, BETA, Answer, Case, faults
from edge_servers import ask, program, running
from edge_shops import html
from edges import street_of

from highstreet.publish.edge.caddy import caddyfile
from support.ports import free_port


class Https:
    """Caddy with an authority of its own in the place of Let's Encrypt's; all else is as `highstreet edge caddy` prints it."""

    def __init__(self, folder: Path, store: str) -> None:
        self.https, self.http, self.question = free_port(), free_port(), free_port()
        self.root = folder / "caddy/pki/authorities/local/root.crt"
        text = caddyfile(street_of(store))
        for old, new in (
            ("\ton_demand_tls {", f"\tadmin off\n\tskip_install_trust\n\thttp_port {self.http}\n\thttps_port {self.https}\n\ton_demand_tls {{"),
            ("127.0.0.1:9180", f"127.0.0.1:{self.question}"),
            ("\t\ton_demand\n", "\t\ton_demand\n\t\tissuer internal\n"),
        ):
            assert old in text
            text = text.replace(old, new)
        (folder / "Caddyfile").write_text(text)

    def ask(self, host: str, target: str) -> tuple[Answer, set[str]]:
        """The answer, and the names of the certificate."""
        trusted = ssl.create_default_context(cafile=str(self.root))
        with socket.create_connection(("127.0.0.1", self.https), timeout=60) as plain, trusted.wrap_socket(plain, server_hostname=host) as sealed:
            sealed.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = HTTPResponse(sealed)
            answer.begin()
            certificate = sealed.getpeercert() or {}
            names = {str(value) for _, value in certificate.get("subjectAltName", ())}
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()), names


@pytest.fixture(scope="module")
def caddy(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Https]:
    folder = Path(tmp_path_factory.mktemp("caddy-https"))
    made = Https(folder, store)
    command = ["env", f"XDG_DATA_HOME={folder}", f"XDG_CONFIG_HOME={folder}", f"HOME={folder}", f"PATH={os.environ['PATH']}"]
    with running([*command, program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"], folder / "caddy.log", made.https):
        yield made


def test_own_domains_platform_hosts_and_previews_have_certificates(caddy: Https) -> None:
    for host, body in ((BETA, "beta home"), (ACME, "acme home"), (f"spring-sale--{ACME}", "acme preview")):
        answer, names = caddy.ask(host, "/")
        assert faults(Case(host, host, "/", 200, html(body)), answer) == [] and names == {host}

    moved, names = caddy.ask("beta.example", "/products/mug/?a=b")
    assert (moved.status, moved.headers["location"], names) == (301, "https://www.beta.example/products/mug/?a=b", {"beta.example"})


@pytest.mark.parametrize("host", [f"nobody.{BASE}", "evil.example", f"none--{ACME}", f"a.{ACME}"])
def test_other_names_have_none(host: str, caddy: Https) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        caddy.ask(host, "/")


def test_plain_http_leads_to_https(caddy: Https) -> None:
    answer = ask(caddy.http, Case("", BETA, "/products/mug/?a=b", 308))

    assert (answer.status, answer.headers["location"]) == (308, "https://www.beta.example/products/mug/?a=b")


def test_a_certificate_for_one_shop_shows_no_other(caddy: Https) -> None:
    """The host that is asked for decides, whatever name the connection was made with."""
    trusted = ssl.create_default_context(cafile=str(caddy.root))
    with socket.create_connection(("127.0.0.1", caddy.https), timeout=60) as plain, trusted.wrap_socket(plain, server_hostname=ACME) as sealed:
        sealed.sendall(f"GET / HTTP/1.1\r\nHost: {BETA}\r\nX-Forwarded-Host: acme-2.{BASE}\r\nConnection: close\r\n\r\n".encode())
        answer = HTTPResponse(sealed)
        answer.begin()
        body = answer.read()

    assert answer.status in (200, 421)
    assert answer.status == 421 or body == html("beta home")
