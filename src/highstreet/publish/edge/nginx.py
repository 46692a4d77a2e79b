"""nginx: a configuration for nginx 1.22 or newer with its njs module, as Debian and Ubuntu ship both.

njs decides (decide.js, nginx.js) and nginx answers: it keeps pointers for a second and objects for longer, asks the
store once for many visitors, and goes on with what it has kept while the store is down.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from highstreet.publish.edge.folders import with_origin
from highstreet.publish.edge.script import decided
from highstreet.publish.edge.street import Bucket, NoEdge, Street, checked, filled, hosts

CONF, SCRIPT = "highstreet.conf", "highstreet.js"


def nginx(
    street: Street,
    folder: str = "/etc/nginx/highstreet",
    resolver: str = "",
    cache: str = "/var/cache/highstreet",
    cache_size: str = "5g",
) -> dict[str, str]:
    """File name → text: what goes into the http block, and the script, which nginx looks for in `folder`.

    `resolver` is a name server's address; it is needed where the store has a name. Raises NoEdge.
    """
    street, origin = with_origin(checked(street), "nginx")
    assert isinstance(street.store, Bucket)
    for path in (folder, cache):
        if not re.fullmatch(r"/[\w./+~-]+", path):
            raise NoEdge(f"not a folder nginx can name: {path!r}")
    store = urlsplit(street.store.origin)
    words = {
        "script": str(PurePosixPath(folder) / SCRIPT),
        "cache": cache.rstrip("/"),
        "cache_size": cache_size,
        "base": street.store.base,
        "store_host": store.netloc,
        "store_name": store.hostname or "",
        "hosts": "".join(f'\t{host.name} "{host.tenant} {host.move}";\n' for host in hosts(street)),
        "hash_size": str(max(2048, 2 * sum(1 for _ in hosts(street)))),
    }
    words |= _origin(street.store, resolver) | (_plain(street) if street.listen else _https(street, folder))
    script = filled("nginx.js", {"decide": decided(street)})
    return {CONF: filled("nginx.conf", words) + origin, SCRIPT: script}


def _origin(store: Bucket, resolver: str) -> dict[str, str]:
    """A store with a fixed address is kept connections to; one with a name is looked up again and again."""
    address = urlsplit(store.origin)
    try:
        ip_address(address.hostname or "")
    except ValueError:
        if not re.fullmatch(r"[0-9a-f.:\[\]]+", resolver):
            raise NoEdge(
                "nginx looks up the store's name itself: give --resolver, the address of a name server "
                "(127.0.0.53 where systemd-resolved runs, 169.254.169.253 at AWS)"
            ) from None
        return {"upstream": "", "resolver": f"\tresolver {resolver} valid=10s;\n", "origin": store.origin}
    port = address.port or (443 if address.scheme == "https" else 80)
    host = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname
    upstream = f"\nupstream hs_store {{\n\tserver {host}:{port};\n\tkeepalive 64;\n}}\n"
    return {"upstream": upstream, "resolver": "", "origin": f"{address.scheme}://hs_store"}


def _plain(street: Street) -> dict[str, str]:
    host, _, port = street.listen.rpartition(":")
    return {"certificates": "", "listen": f"\tlisten {host or '*'}:{port};\n"}


def _https(street: Street, folder: str) -> dict[str, str]:
    """One certificate for the base domain and what is below it, and one for each of the shops' own domains."""
    names = "".join(f"\t{host.name} {host.name};\n" for host in hosts(street) if not _below(host.name, street))
    words = {"base_domain": street.base_domain, "names": names, "folder": folder}
    listen = filled("nginx.https", words).partition("# ---\n")
    return {"certificates": listen[0], "listen": listen[2]}


def _below(host: str, street: Street) -> bool:
    return host.endswith(f".{street.base_domain}") and "." not in host.removesuffix(f".{street.base_domain}")
