"""A server that says, byte for byte, what it is told to: for answers that no HTTP server would give. And a proxy that leads to it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys
from publish.servers import store_at
from support.command import PATIENCE

Then = Literal["stay", "close", "reset"]


class Say(NamedTuple):
    said: bytes
    then: Then = "stay"
    bit: int = 1 << 20  # bytes sent at a time
    early: bool = False  # before the request's body is read


class Heard(NamedTuple):
    connection: int  # from 0
    head: str
    body: bytes


class Spoken:
    """`heard` are the requests so far."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.heard: list[Heard] = []
        self.left = threading.Semaphore(0)  # counts the connections that the server has closed

    def store(self, **options: object) -> S3Store:
        # Two handshakes may take longer than the five seconds there are for them, and another connection is another result.
        return store_at(self.endpoint, Keys("KEYID", "the-secret"), **{"connect_timeout": PATIENCE, **options})

    @property
    def connections(self) -> list[int]:
        """Over which of them each request came."""
        return [heard.connection for heard in self.heard]


@contextmanager
def spoken(*says: Say, trust: ssl.SSLContext | None = None) -> Iterator[Spoken]:
    """One answer after the other, whatever is asked and over whichever connection; the last for ever."""
    left = list(says)

    def serve(number: int, client: socket.socket) -> None:
        while head := _head(client):
            length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
            say = left.pop(0) if len(left) > 1 else left[0]
            body = b"" if say.early else _exactly(client, length)
            running.heard.append(Heard(number, head, body))
            for start in range(0, len(say.said), say.bit):
                client.sendall(say.said[start : start + say.bit])
            if say.then == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if say.then != "stay":
                client.close()
                running.left.release()
                return

    with _listening(serve, trust) as port:
        running = Spoken(f"http{'s' if trust else ''}://127.0.0.1:{port}")
        yield running


@contextmanager
def proxying(trust: ssl.SSLContext | None = None) -> Iterator[Spoken]:
    """Leads anywhere: by a tunnel, or to the address that a request names."""

    def serve(number: int, client: socket.socket) -> None:
        head = _head(client)
        method, target, _ = head.split(" ", 2)
        running.heard.append(Heard(number, head, b""))
        host, _, port = target.removeprefix("http://").partition("/")[0].partition(":")
        with socket.create_connection((host, int(port)), PATIENCE) as server:
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.sendall(head.replace(f"http://{host}:{port}", "").encode())
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join(5)

    with _listening(serve, trust) as port:
        running = Spoken(f"http{'s' if trust else ''}://127.0.0.1:{port}")
        yield running


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of its own for 127.0.0.1, as a file to trust and as what a server needs."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(start).not_valid_after(start + timedelta(days=9))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    place, secret = folder / "trusted.pem", folder / "secret.pem"
    place.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place, secret)
    return place, context


@contextmanager
def _listening(serve: object, trust: ssl.SSLContext | None) -> Iterator[int]:
    """`serve` in a thread for each connection, with its number."""
    stopped = threading.Event()

    def one(number: int, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            client.settimeout(PATIENCE)
            with trust.wrap_socket(client, server_side=True) if trust else client as ready:
                serve(number, ready)  # type: ignore[operator]

    def accept() -> None:
        number = 0
        while True:
            client, _ = listener.accept()
            if stopped.is_set():
                client.close()
                return
            threading.Thread(target=one, args=(number, client), daemon=True).start()
            number += 1

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            stopped.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join(10)


def _head(client: socket.socket) -> str:
    """A request's first line and headers; "" when there is no further request."""
    read = b""
    while not read.endswith(b"\r\n\r\n"):
        part = client.recv(1)
        if not part:
            return ""
        read += part
    return read.decode("latin-1")


def _exactly(client: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        read += client.recv(length - len(read))
    return read


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
