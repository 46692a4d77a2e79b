"""Street: all that an edge's configuration is made of, and the words every edge shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from highstreet.publish.release import ASSET_PATTERN, COMPRESSED

HANDLE = r"[a-z0-9]+(?:-[a-z0-9]+)*"
TEXT = "|".join(sorted(COMPRESSED))
ASSET = f"^{ASSET_PATTERN}$"
# Headers that a pointer does not decide: who may write one shop's must not set cookies for its neighbours, nor say
# where an answer ends.
UNSAID = (
    "^(connection|content-(length|type|encoding|range|location|disposition)|transfer-encoding|te|trailer|upgrade|keep-alive"
    "|location|set-cookie2?|clear-site-data|host|date|server|etag|vary|age|allow|cache-control|expires|last-modified|status"
    "|retry-after|accept-ranges|alt-svc|access-control-.*|x-(accel|hs|amz)-.*)$"
)


class Shop(NamedTuple):
    handle: str
    domains: tuple[str, ...] = ()  # the first is canonical; without any it is <handle>.<base domain>


class Bucket(NamedTuple):
    """Objects are at `origin` + `base` + "/" + key."""

    origin: str  # "https://s3.eu-central-1.amazonaws.com", "http://127.0.0.1:8333"
    base: str  # "/bucket/prefix", or "/prefix" where the bucket is in the host name; "" for neither
    name: str = ""
    region: str = ""
    prefix: str = ""


class Folder(NamedTuple):
    path: str


class Street(NamedTuple):
    base_domain: str
    shops: tuple[Shop, ...]
    store: Bucket | Folder
    seal: str  # letters and digits nobody else knows: what a store holds must not read as part of the configuration
    listen: str = ""  # "127.0.0.1:8080": plain HTTP for trying out or behind a load balancer; "" is HTTPS for the world

    @property
    def at_home(self) -> bool:
        """Tried out on one's own machine, where the shops' own domains lead elsewhere: nobody is sent there."""
        return self.base_domain == "localhost"


class Host(NamedTuple):
    name: str
    tenant: str
    move: str  # the canonical host that visitors are sent to; "" when this is it


class NoEdge(ValueError):
    """Settings of which no edge can be made, and why."""


def store_of(to: str, endpoint: str = "", region: str = "", path_style: bool | None = None) -> Bucket | Folder:
    """Where an edge finds the store that `to`, "s3://bucket/prefix" or "file:///folder", names."""
    parts = urlsplit(to)
    if parts.scheme == "file":
        return Folder(unquote(parts.path).rstrip("/") or "/")
    if parts.scheme != "s3" or not parts.netloc:
        raise NoEdge("there is no store: set to in [tool.highstreet.publish], or give --to")
    prefix = parts.path.strip("/")
    below = f"/{quote(prefix)}" if prefix else ""
    bucket = parts.netloc
    if path_style is None:  # as S3's own clients do: in the host name at Amazon, in the path elsewhere
        path_style = bool(endpoint) or "." in bucket
    address = urlsplit(endpoint or f"https://s3.{region or 'us-east-1'}.amazonaws.com")
    if path_style:
        return Bucket(f"{address.scheme}://{address.netloc}", f"/{bucket}{below}", bucket, region, prefix)
    return Bucket(f"{address.scheme}://{bucket}.{address.netloc}", below, bucket, region, prefix)


def hosts(street: Street) -> Iterator[Host]:
    """Every host name that the rule for `<handle>.<base domain>` does not answer, in a stable order."""
    for shop in sorted(street.shops):
        if not shop.domains or street.at_home:
            continue
        canonical = shop.domains[0]
        yield Host(canonical, shop.handle, "")
        for other in (*shop.domains[1:], f"{shop.handle}.{street.base_domain}"):
            if other != canonical:
                yield Host(other, shop.handle, canonical)


def checked(street: Street) -> Street:
    """`street`, when nothing in it could end a line or a quotation of a configuration, and no host is two shops'."""
    words = [street.base_domain, *(word for shop in street.shops for word in (shop.handle, *shop.domains))]
    for word in words:
        if not re.fullmatch(r"[a-z0-9.-]+", word):
            raise NoEdge(f"not a host name: {word!r}")
    owners: dict[str, str] = {}
    for shop in street.shops:
        for domain in shop.domains:
            if owners.setdefault(domain, shop.handle) != shop.handle:  # an edge would show one of the two to all
                raise NoEdge(f"{domain} is a domain of {owners[domain]} and of {shop.handle}: see highstreet check")
    if not re.fullmatch(r"[a-zA-Z0-9]+", street.seal):
        raise NoEdge("a seal is letters and digits")
    if street.listen and not re.fullmatch(r"[0-9A-Za-z.\[\]:-]*:[0-9]+", street.listen):
        raise NoEdge(f"not an address to listen at: {street.listen!r}")
    place = street.store.path if isinstance(street.store, Folder) else street.store.origin + street.store.base
    if not re.fullmatch(r"[\w./:%@+~ -]+", place):
        raise NoEdge(f"a store an edge cannot name: {place!r}")
    return street


def filled(name: str, words: dict[str, str]) -> str:
    """The text kept under `name` beside this module, with `words` for each @{word}."""
    text = files("highstreet.publish.edge").joinpath(name).read_text("utf-8")
    return re.sub(r"@\{(\w+)\}", lambda found: words[found[1]], text)
