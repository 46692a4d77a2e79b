"""Requests to an S3 server: signed, sent over one pool of connections, tried again while it helps and time lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from random import uniform
from urllib.parse import urlsplit
from weakref import finalize

from urllib3.exceptions import HTTPError

from highstreet.publish.object_store import Unavailable
from highstreet.publish.s3_access import Place
from highstreet.publish.s3_brake import Brake
from highstreet.publish.s3_link import Answer, Broken, Link
from highstreet.publish.s3_options import S3Options
from highstreet.publish.s3_route import Route
from highstreet.publish.s3_sign import Signer, encoded_query

_TRANSIENT = frozenset((429, 500, 502, 503, 504))
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 8.0
_LONGEST_ASKED = 120.0  # seconds of Retry-After that are taken for meant


# Why an answer is worth another try, or "": an error hidden in a 200, bytes that were damaged on the way.
Judge = Callable[[Answer], str]


class TooLate(Exception):
    """What was asked for may not be done any more."""


class Wire:
    """Safe to use from many threads at once."""

    def __init__(self, place: Place, options: S3Options) -> None:
        self._place = place
        self._options = options
        self._base = urlsplit(place.endpoint).path.rstrip("/")
        self._route = Route(place)
        self._resting: list[Link] = []  # the last used is the next: the brake sees to it that there are not too many
        finalize(self, _closed, self._resting)
        self._signer = Signer(place.region)
        self._brake = Brake(options.connections, options.patience)
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
        headers["host"] = self._route.host
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
        headers["accept-encoding"] = "identity"
        if body or method != "GET":
            headers["content-length"] = str(len(body))
        headers.update(self._route.headers)
        target = self._route.ahead + path + (f"?{query}" if query else "")
        answer = self._answered(_head(method, target, headers), body, max(0.1, deadline - time.monotonic()))
        now = time.monotonic()
        if now - self._told > 1:  # clocks do not drift apart within a second, and reading a date is dear
            self._told, self._fast = now, _ahead_of(answer.headers.get("date", ""), self._fast)
        return answer

    def _answered(self, head: bytes, body: bytes, left: float) -> Answer:
        """The answer over a connection that rests, or else a new one, which rests afterwards if it is still good."""
        link = self._rested() or Link(self._route.open(min(self._options.connect_timeout, left)))
        try:
            return link.ask(head, body, min(self._options.read_timeout, left), self._options.longest)
        finally:
            if link.open:
                self._resting.append(link)
            else:
                link.close()

    def _rested(self) -> Link | None:
        while self._resting:
            link = self._resting.pop()
            if link.usable:
                return link
            link.close()
        return None


def _closed(links: list[Link]) -> None:
    while links:
        links.pop().close()


def _head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """A request's first line and headers. Raises ValueError if a value would be more than one line."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    head = "\r\n".join(lines)
    if not len(lines) - 1 == head.count("\r") == head.count("\n"):
        raise ValueError("a header's value has more than one line")
    return head.encode("latin-1")


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
    if isinstance(fault, TimeoutError):
        return "no answer within the time allowed"
    if isinstance(fault, Broken):
        return str(fault)
    text = str(fault)
    for sign, words in (
        ("CERTIFICATE_VERIFY", "the server's certificate is not trusted"),
        ("connect timeout", "no connection within the time allowed"),
        ("Tunnel connection failed", "the proxy leads to no such server"),
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
