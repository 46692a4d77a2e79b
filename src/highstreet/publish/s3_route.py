"""The way to an S3 server: straight, or through the proxy that the environment names. urllib3 makes the connections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ssl import SSLContext
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from highstreet.publish.object_store import Refused
from highstreet.publish.s3_access import Place


class Route:
    """`host` is what requests name, `ahead` what stands before the path in their first line, `headers` what the way
    itself wants with each of them. Raises Refused when the environment names what is no proxy."""

    def __init__(self, place: Place) -> None:
        url = urlsplit(place.endpoint)
        secure = url.scheme == "https"
        host, port = url.hostname or "", url.port or (443 if secure else 80)
        proxy = "" if proxy_bypass(host) else _proxy(url.scheme)
        self.host = url.netloc
        self.ahead = f"http://{url.netloc}" if proxy and not secure else ""
        self.headers: Mapping[str, str] = {}
        self._tunnel: tuple[str, int, Mapping[str, str], str] | None = None
        self._end: dict[str, Any] = {"host": host, "port": port}
        # One for all connections: reading the authorities' certificates takes longer than the rest of a handshake.
        trust = _trusting(place.certificates) if secure or proxy.lower().startswith("https:") else None
        if proxy:
            manager = urllib3.ProxyManager(proxy, proxy_ssl_context=trust)
            end = manager.proxy
            assert end is not None
            self._end = {"host": end.host, "port": end.port, "proxy": end, "proxy_config": manager.proxy_config}
            if secure:
                self._tunnel = (host, port, _login(proxy), end.scheme or "http")
            else:
                self.headers = _login(proxy)
        if trust is not None:
            self._end["ssl_context"] = trust

    def open(self, timeout: float) -> HTTPConnection:
        """A new connection, ready for a request. `timeout` in seconds. Raises urllib3's HTTPError, and OSError."""
        connection = (HTTPSConnection if "ssl_context" in self._end else HTTPConnection)(timeout=timeout, **self._end)
        try:
            if self._tunnel is not None:
                connection.set_tunnel(*self._tunnel)
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection


def _proxy(scheme: str) -> str:
    """Address of the environment's proxy for a scheme, "" if it names none. "host:port" is meant as http, as curl and
    boto3 take it."""
    given = getproxies().get(scheme, "").strip()
    if not given:
        return ""
    address = given if "://" in given else f"http://{given.removeprefix('//')}"
    try:
        url = urlsplit(address)
        good = url.scheme in ("http", "https") and url.hostname and (url.port is None or url.port > 0)
    except ValueError:  # a port that is no number
        good = False
    if not good:
        shown = re.sub(r"^(\w+://)?.*@", r"\1", given)  # a login is nobody's business
        raise Refused("", f"{scheme.upper()}_PROXY must look like http://host:port, not {shown}")
    return address


def _trusting(certificates: str) -> SSLContext:
    context = create_urllib3_context()
    if certificates:
        context.load_verify_locations(certificates)
    else:
        context.load_default_certs()
    return context


def _login(proxy: str) -> Mapping[str, str]:
    login = urlsplit(proxy)
    if not login.username:
        return {}
    return urllib3.make_headers(proxy_basic_auth=f"{unquote(login.username)}:{unquote(login.password or '')}")
