"""What comes back over a connection to S3: answers in every form that servers give them, and what is none."""

from __future__ import annotations

from base64 import b64encode
from hashlib import md5
from pathlib import Path

import pytest

from highstreet.publish.object_store import Damaged, Fetched, Headers, Refused, StoreError, Unavailable
from publish.spoken import Say, certificate, proxying, spoken
from support.command import PATIENCE

PAGE = Headers("text/html; charset=utf-8", "public, max-age=60")
BODY = b"<p>hello"
ETAG = md5(BODY).hexdigest().encode()
TYPE = b'Content-Type: text/html; charset=utf-8\r\nCache-Control: public, max-age=60\r\nETag: "%s"\r\n' % ETAG
LONG = b"HTTP/1.1 200 OK\r\n%bContent-Length: 8\r\n\r\n%b" % (TYPE, BODY)
PUT = b'HTTP/1.1 200 OK\r\nETag: "%s"\r\nContent-Length: 0\r\n\r\n' % ETAG
CHUNKED = b"HTTP/1.1 200 OK\r\n%bTransfer-Encoding: chunked\r\n\r\n3;a=b\r\n<p>\r\n5\r\nhello\r\n0\r\nETag: trailer\r\n\r\n" % TYPE
UNTIL_END = b"HTTP/1.1 200 OK\r\n%b\r\n%b" % (TYPE, BODY)
GOES_ON = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nETag: not this\r\n\r\n"
UNTRUSTED = r"certificate is not trusted|within the time"  # the last try may have too little of it on a machine that is busy
FOUND = Fetched(BODY, ETAG.decode(), PAGE)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("bit", [1, 7, 1 << 20])
@pytest.mark.parametrize("said", [LONG, CHUNKED, GOES_ON + LONG, GOES_ON + CHUNKED], ids=["length", "chunked", "goes on", "goes on chunked"])
def test_an_answer_is_the_same_however_it_comes(said: bytes, bit: int) -> None:
    with spoken(Say(said, bit=bit)) as server:
        store = server.store()
        assert [store.get("acme/a") for _ in range(3)] == [FOUND] * 3
    assert server.connections == [0, 0, 0]


def test_an_answer_may_end_with_its_connection() -> None:
    with spoken(Say(UNTIL_END, "close")) as server:
        store = server.store()
        assert [store.get("acme/a") for _ in range(2)] == [FOUND] * 2
    assert server.connections == [0, 1]


@pytest.mark.parametrize("said", [LONG.replace(b"Content-L", b"Connection: close\r\nContent-L"), LONG.replace(b"1.1", b"1.0")])
def test_a_connection_that_its_server_will_close_is_left(said: bytes) -> None:
    """Before it is closed: a request that crosses with that is lost."""
    with spoken(Say(said)) as server:
        store = server.store()
        assert [store.get("acme/a") for _ in range(2)] == [FOUND] * 2
    assert server.connections == [0, 1]


def test_an_answer_without_a_body_needs_no_length() -> None:
    with spoken(Say(b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        store = server.store()
        store.delete(["acme/a"])
        store.delete(["acme/b"])
    assert server.connections == [0, 0]


def test_a_header_that_is_told_twice_is_joined() -> None:
    said = LONG.replace(b"public, max-age=60", b"public\r\ncache-control:max-age=60")
    with spoken(Say(said)) as server:
        assert server.store().get("acme/a") == FOUND


def test_a_server_that_closes_what_rests_costs_nothing() -> None:
    """Without a word, as most do after a while. Were the request sent over it, it would be lost, and the brake told of trouble."""
    with spoken(Say(LONG, "close")) as server:
        store = server.store()
        for _ in range(4):
            assert store.get("acme/a") == FOUND
            assert server.left.acquire(timeout=PATIENCE)
        assert store._wire._brake.allowed == store._options.connections
    assert server.connections == [0, 1, 2, 3]


def test_what_was_not_asked_for_is_no_answer() -> None:
    """A second answer behind the first, in the same breath or a little later, is never taken for the next request's."""
    other = LONG.replace(BODY, b"<p>hullo")
    with spoken(Say(LONG + other), Say(PUT + other[:40]), Say(LONG + b"\n")) as server:
        store = server.store(checksum="none")
        assert store.get("acme/a") == FOUND
        assert store.put("acme/a", BODY, PAGE) == ETAG.decode()
        assert store.get("acme/a") == FOUND
        assert store.get("acme/a") == FOUND
    assert server.connections[:3] == [0, 1, 2]


NO_ANSWERS = {
    "nothing": b"",
    "another protocol": b"220 mail.example ESMTP\r\n",
    "a page without headers": b"<html>Sign in</html>",
    "two lengths": LONG.replace(b"Content-L", b"Content-Length: 9\r\nContent-L"),
    "a length and chunks": CHUNKED.replace(b"Transfer", b"Content-Length: 8\r\nTransfer"),
    "a length below nothing": LONG.replace(b": 8", b": -8"),
    "a length of another script": LONG.replace(b": 8", b": \xb2"),
    "a length without end": LONG.replace(b": 8", b": 99999999999999999999999"),
    "a chunk without end": CHUNKED.replace(b"3;a", b"fffffffffffffffff;a"),
    "a chunk too short": CHUNKED.replace(b"5\r\n", b"4\r\n"),
    "a line that goes on": LONG.replace(b"public,", b"public,\r\n "),
    "line ends of another kind": LONG.replace(b"\r\n", b"\n"),
    "a space before the colon": LONG.replace(b"Length:", b"Length :"),
    "a NUL in a header": LONG.replace(b"public", b"pub\0lic"),
    "another protocol from here on": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    "half a head": LONG[:60],
    "half a body": LONG[:-3],
    "half the chunks": CHUNKED[:-30],
    "chunks without their end": CHUNKED[:-2],
    "only a promise": GOES_ON,
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_what_is_no_whole_answer_is_asked_for_again(name: str) -> None:
    with spoken(Say(NO_ANSWERS[name], "close"), Say(LONG)) as server:
        assert server.store().get("acme/a") == FOUND
    assert server.connections == [0, 1]


@pytest.mark.parametrize(("name", "words"), [("nothing", "the connection broke"), ("two lengths", "no HTTP answer")])
def test_what_is_never_an_answer_is_told_in_few_words(name: str, words: str) -> None:
    with spoken(Say(NO_ANSWERS[name], "close")) as server, pytest.raises(Unavailable, match=words):
        server.store(patience=1).get("acme/a")


@pytest.mark.parametrize("then", ["close", "reset"])
def test_headers_without_end_fill_no_memory(then: str) -> None:
    said = LONG.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 200_000)
    with spoken(Say(said), Say(LONG, then)) as server:  # type: ignore[arg-type]
        assert server.store().get("acme/a") == FOUND
    assert len(server.heard) == 2


def test_trailers_without_end_fill_no_memory() -> None:
    said = CHUNKED.replace(b"ETag: trailer", b"X: " + b"x" * 200_000)
    with spoken(Say(said)) as server, pytest.raises(Damaged, match="longer than any object"):
        server.store(longest=10_000).get("acme/a")


def test_a_server_that_says_nothing_is_waited_for_only_so_long() -> None:
    with spoken(Say(b"HTTP/1.1 200 OK\r\nConte")) as server, pytest.raises(Unavailable, match="no answer within"):
        server.store(read_timeout=0.2, patience=1).get("acme/a")
    assert len(server.heard) > 1


def test_a_refusal_is_heard_before_all_is_sent() -> None:
    refused = b"<Error><Code>EntityTooLarge</Code></Error>"
    said = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%b" % (len(refused), refused)
    with spoken(Say(said, "close", early=True)) as server, pytest.raises(StoreError, match="EntityTooLarge"):
        server.store().put("acme/a", bytes(30_000_000), PAGE)


def test_a_large_body_arrives_whole() -> None:
    body = bytes(range(256)) * 12_000
    etag = md5(body).hexdigest()
    with spoken(Say(PUT.replace(ETAG, etag.encode()))) as server:
        assert server.store().put("acme/a", body, PAGE) == etag
    assert server.heard[0].body == body


def test_a_header_of_two_lines_is_never_sent() -> None:
    with spoken(Say(PUT)) as server, pytest.raises(ValueError, match="more than one line"):
        server.store(acl="public-read\r\nx-amz-meta-a: b").put("acme/a", BODY, PAGE)
    assert not server.heard


def test_requests_over_tls_share_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = certificate(tmp_path)
    with spoken(Say(CHUNKED), Say(LONG), Say(LONG, "close"), Say(LONG), trust=context) as server:
        with pytest.raises(Unavailable, match=UNTRUSTED):
            server.store(patience=1).get("acme/a")
        assert not server.heard
        monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted))
        store = server.store()
        before = server.connections
        assert [store.get("acme/a") for _ in range(4)] == [FOUND] * 4
    first = server.connections[0]
    assert not before
    assert server.connections == [first, first, first, first + 1]


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = certificate(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted))
    with spoken(Say(LONG), trust=context) as server:
        server.endpoint = server.endpoint.replace("127.0.0.1", "localhost")
        store = server.store(patience=1)
        with pytest.raises(Unavailable, match=UNTRUSTED):
            store.get("acme/a")
        assert not server.heard


@pytest.mark.parametrize("secure_proxy", [False, True], ids=["proxy", "TLS proxy"])
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_the_environments_proxy_leads_to_the_store(secure: bool, secure_proxy: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = certificate(tmp_path)
    # Nobody asks botocore whom to trust where the store itself is http.
    monkeypatch.setenv("AWS_CA_BUNDLE" if secure else "SSL_CERT_FILE", str(trusted))
    with spoken(Say(PUT), trust=context if secure else None) as server, proxying(context if secure_proxy else None) as proxy:
        monkeypatch.setenv("HTTPS_PROXY" if secure else "HTTP_PROXY", proxy.endpoint.replace("//", "//me:s%40cret@"))
        store = server.store()
        for _ in range(2):
            assert store.put("acme/a", BODY, PAGE) == ETAG.decode()

        host = server.endpoint.partition("//")[2]
        line = f"CONNECT {host} " if secure else f"PUT http://{host}/street/acme/a "
        login = f"Proxy-Authorization: Basic {b64encode(b'me:s@cret').decode()}".lower()
        # One handshake within another: what a server says after its own can make the connection look used up, and one more is opened.
        most = 2 if secure and secure_proxy else 1
        assert [heard.connection for heard in proxy.heard] in ([0], list(range(most)))
        assert proxy.heard[0].head.startswith(line)
        assert login in proxy.heard[0].head.lower()
        assert len(server.heard) == 2
        assert all(heard.body == BODY and f"host: {host}" in heard.head for heard in server.heard)
        assert not any("proxy-authorization" in heard.head.lower() for heard in server.heard) or not secure

        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        asked = len(proxy.heard)
        server.store().put("acme/a", BODY, PAGE)
        assert len(proxy.heard) == asked


@pytest.mark.parametrize("given", ["{}", "//{}", "me:s%40cret@{}"])
def test_a_proxy_needs_no_scheme(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As curl and boto3 take it."""
    with spoken(Say(PUT)) as server, proxying() as proxy:
        monkeypatch.setenv("HTTP_PROXY", given.format(proxy.endpoint.removeprefix("http://")))
        server.store().put("acme/a", BODY, PAGE)
        assert len(proxy.heard) == len(server.heard) == 1
        assert ("proxy-authorization" in proxy.heard[0].head.lower()) == ("@" in given)


@pytest.mark.parametrize("given", ["socks5://127.0.0.1:9", "me:secret@127.0.0.1:port", "http://", "ftp://proxy", "socks5://me:secret/@proxy", "http://[::1"])
def test_what_is_no_proxy_is_told_before_anything_is_asked(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with spoken(Say(PUT)) as server:
        monkeypatch.setenv("HTTP_PROXY", given)
        with pytest.raises(Refused, match="HTTP_PROXY must look like http://host:port") as caught:
            server.store()
    assert "secret" not in str(caught.value)


def test_a_proxy_that_does_not_want_to_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with spoken(Say(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.endpoint)
        proxy.endpoint = "https://127.0.0.1:9"
        with pytest.raises(Unavailable, match="the proxy leads to no such server"):
            proxy.store(patience=1).get("acme/a")
