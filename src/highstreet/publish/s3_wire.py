"""Requests to an S3 server: signed, sent over one pool of connections, tried again while it helps and time lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from random import uniform
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from highstreet.publish.object_store import Unavailable
from highstreet.publish.s3_access import Place
from highstreet.publish.s3_brake import Brake
from highstreet.publish.s3_options import S3Options
from highstreet.publish.s3_sign import Signer, encoded_query

_TRANSIENT = frozenset((429, 500, 502, 503, 504))
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 8.0
_LONGEST_ASKED = 120.0  # seconds of Retry-After that are taken for meant


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]  # any case
    body: bytes


# Why an answer is worth another try, or "": an error hidden in a 200, bytes that were damaged on the way.
Judge = Callable[[Answer], str]


class TooLate(Exception):
    """What was asked for may not be done any more."""


class TooLong(Exception):
    """The answer is longer than any object of ours. However often it is asked for, it stays so."""


class Wire:
    """Safe to use from many threads at once."""

    def __init__(self, place: Place, options: S3Options) -> None:
        url = urlsplit(place.endpoint)
        self._place = place
        self._options = options
        self._host = url.netloc
        self._base = url.path.rstrip("/")
        self._signer = Signer(place.region)
        self._brake = Brake(options.connections, options.patience)
        self._open, self._ahead = _opener(place, options)
        self._fast = 0.0  # seconds by which our clock is ahead of the server's
        self._told = -2.0  # when it last said so, by the monotonic clock

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        judge: Judge,
        key: str,
        until: float | None = None,
    ) -> Answer:
        """The first answer that is final: well, or no better the next time.

        `path` as it stands in the address, encoded. Raises Unavailable, which names `key`; TooLong; TooLate when there
        is no good answer `until` a moment of the monotonic clock, after which the server refuses what still comes.
        """
        deadline = time.monotonic() + self._options.patience
        tries, why = 0, "the store does not answer"
        while self._brake.enter(deadline):
            tries += 1
            asked = 0.0
            try:
                answer = self._once(method, self._base + path, query, dict(headers), body, deadline, until)
            except (HTTPError, OSError) as fault:
                why = _fault(fault)
            except BaseException:
                self._brake.well()  # Ctrl-C, or credentials that cannot be had: no fault of the store
                raise
            else:
                why = f"HTTP {answer.status}" if answer.status in _TRANSIENT else judge(answer)
                if not why:
                    self._brake.well()
                    return answer
                asked = _retry_after(answer)
            self._brake.trouble(asked)
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries, 10))
            pause = max(asked, uniform(longest / 2, longest))
            if time.monotonic() + pause > deadline:
                break
            time.sleep(pause)
        raise Unavailable(
            key, f"{why} ({tries} {'try' if tries == 1 else 'tries'}, {self._options.patience:g} s allowed)"
        )

    def _once(
        self,
        method: str,
        path: str,
        asked: Mapping[str, str],
        headers: dict[str, str],
        body: bytes,
        deadline: float,
        until: float | None,
    ) -> Answer:
        headers["host"] = self._host
        keys = self._place.access.keys()
        if until is None:
            query = encoded_query(asked)
            self._signer.sign(method, path, query, headers, body, keys, _moment(time.time()))
        else:
            seconds = int(until - time.monotonic())
            if seconds < 1:
                raise TooLate
            moment = _moment(time.time() - self._fast)  # by the server's clock, which decides when it is over
            query = self._signer.lasting(method, path, asked, headers, keys, moment, seconds)
        headers["user-agent"] = "highstreet"
        left = max(0.1, deadline - time.monotonic())
        timeout = urllib3.Timeout(
            connect=min(self._options.connect_timeout, left), read=min(self._options.read_timeout, left)
        )
        answer = self._open(
            method,
            self._ahead + path + (f"?{query}" if query else ""),
            body=body,
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            decode_content=False,
            preload_content=False,
        )
        body = _body(answer, self._options.longest)
        now = time.monotonic()
        if now - self._told > 1:  # clocks do not drift apart within a second, and reading a date is dear
            self._told, self._fast = now, _ahead_of(answer.headers.get("date", ""), self._fast)
        return Answer(answer.status, answer.headers, body)


def _body(answer: urllib3.BaseHTTPResponse, longest: int) -> bytes:
    """All of an answer. Raises TooLong for one that would fill the memory."""
    try:
        told = answer.headers.get("content-length", "")
        known = told.isdecimal() and int(told) <= longest
        body = answer.read() if known else answer.read(longest + 1)
    except BaseException:
        answer.close()
        raise
    if len(body) > longest:
        answer.close()
        raise TooLong
    answer.release_conn()
    return body


def _moment(seconds: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def _ahead_of(told: str, before: float) -> float:
    """Seconds by which our clock is ahead of the one that `told` a date; `before` when it told none."""
    try:
        return time.time() - parsedate_to_datetime(told).timestamp()
    except (ValueError, TypeError):
        return before


def _fault(fault: Exception) -> str:
    """What went wrong on the way, in few words: the library's own name the pool and its address at length."""
    text = str(fault)
    for sign, words in (
        ("CERTIFICATE_VERIFY", "the server's certificate is not trusted"),
        ("Connect timeout", "no connection within the time allowed"),
        ("connect timeout", "no connection within the time allowed"),
        ("Read timed out", "no answer within the time allowed"),
        ("read timeout", "no answer within the time allowed"),
        ("refused", "connection refused"),
        ("resolve", "the host's name is not known; some stores need path_style = true"),
    ):
        if sign in text:
            return words
    return "the connection broke"


def _retry_after(answer: Answer) -> float:
    """Seconds. Dates are not looked at: S3 servers send numbers."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked[:9]), _LONGEST_ASKED) if asked.isdecimal() and asked.isascii() else 0.0


class _Plain(HTTPConnection):
    """Sends head and body in one write: half the system calls of a small PUT, and of what it costs."""

    _held: list[bytes] | None = None

    def request(self, *args: object, **named: object) -> None:
        self._held = []
        try:
            super().request(*args, **named)  # type: ignore[arg-type]
            together = b"".join(self._held)
        finally:
            self._held = None
        self.send(together)

    def send(self, data: object) -> None:
        if self._held is None:
            super().send(data)  # type: ignore[arg-type]
        else:
            self._held.append(bytes(data))  # type: ignore[call-overload]


class _Secure(_Plain, HTTPSConnection):
    pass


def _opener(place: Place, options: S3Options) -> tuple[Callable[..., urllib3.BaseHTTPResponse], str]:
    """What opens an address, and what it wants before the path: a pool nothing, an HTTP proxy the host as well."""
    url = urlsplit(place.endpoint)
    settings: dict[str, object] = {
        "maxsize": options.connections,
        "block": True,
        "ca_certs": place.certificates or None,
    }
    host = url.hostname or ""
    proxy = "" if proxy_bypass(host) else getproxies().get(url.scheme, "")
    if proxy:
        login = urlsplit(proxy)
        keys = f"{unquote(login.username)}:{unquote(login.password or '')}" if login.username else ""
        settings["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=keys) if keys else None
        manager = urllib3.ProxyManager(proxy, **settings)  # type: ignore[arg-type]
        return manager.urlopen, f"{url.scheme}://{url.netloc}"
    if url.scheme == "https":
        secure = urllib3.HTTPSConnectionPool(host, url.port or 443, **settings)  # type: ignore[arg-type]
        secure.ConnectionCls = _Secure
        return secure.urlopen, ""
    del settings["ca_certs"]
    plain = urllib3.HTTPConnectionPool(host, url.port or 80, **settings)  # type: ignore[arg-type]
    plain.ConnectionCls = _Plain
    return plain.urlopen, ""
