"""Caddy: a Caddyfile for stock Caddy 2.11 or newer, without plugins.

Caddy has no program of its own to decide with, but a template language. So each request first renders a template that
shows nobody anything: it reads the pointer, and says in headers what is to be done. `intercept` takes these headers
and does it. What the template writes into headers that do not begin with X-Hs- stays in the answer.

The template's delimiters hold the seal: `httpInclude` runs what it reads as a template, and whoever may write one
tenant's pointer must not be able to write a part of ours.
"""

from __future__ import annotations

from highstreet.publish.edge.folders import with_origin
from highstreet.publish.edge.street import ASSET, HANDLE, TEXT, UNSAID, Bucket, Street, checked, filled, hosts

_ON_DEMAND = """\
	on_demand_tls {
		ask http://127.0.0.1:9180/
	}
"""


def caddyfile(street: Street) -> str:
    """The whole Caddyfile.

    Raises NoEdge for names that cannot stand in one.
    """
    street, origin = with_origin(checked(street), "Caddyfile")
    assert isinstance(street.store, Bucket)
    words = {
        "seal": street.seal,
        "base": street.store.base,
        "origin": street.store.origin,
        "base_domain": street.base_domain.replace(".", "\\."),
        "handle": HANDLE,
        "asset": ASSET.replace("\\", "\\\\"),
        "text": TEXT,
        "unsaid": UNSAID,
        "pointer": f'httpInclude (printf "/_hs/{street.seal}/%s/_hs/%s" $tenant (placeholder "hs_pointer" | lower))',
        "hosts": "".join(f'\t\t{host.name} {host.tenant} current "{host.move}"\n' for host in hosts(street)),
    }
    if street.listen:
        host, _, port = street.listen.rpartition(":")
        bind = f"\tbind {host}\n" if host else ""
        words |= {"settings": "\tauto_https off\n", "sites": f"http://:{port}", "tls": bind}
        return filled("Caddyfile", words) + origin
    words |= {"settings": _ON_DEMAND, "sites": "https://", "tls": "\ttls {\n\t\ton_demand\n\t}\n"}
    return filled("Caddyfile", words) + filled("Caddyfile.https", words) + origin
