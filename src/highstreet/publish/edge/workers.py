"""Workers: a Cloudflare Worker in front of an R2 bucket, and the settings that wrangler deploys it with."""

from __future__ import annotations

import json

from highstreet.publish.edge.script import decided
from highstreet.publish.edge.street import Bucket, NoEdge, Street, checked, filled, hosts

SCRIPT, SETTINGS = "worker.js", "wrangler.json"


def worker(street: Street) -> dict[str, str]:
    """File name → text. Raises NoEdge."""
    street = checked(street)
    if not isinstance(street.store, Bucket) or not street.store.name:
        raise NoEdge("a Worker serves a street from an R2 bucket")
    named = {host.name: f"{host.tenant} {host.move}" for host in hosts(street)}
    prefix = f"{street.store.prefix}/" if street.store.prefix else ""
    words = {"decide": decided(street), "prefix": json.dumps(prefix), "hosts": json.dumps(named, indent=4)}
    own = sorted({name for name in named if not name.endswith(f".{street.base_domain}")})
    settings = {
        "name": "highstreet",
        "main": SCRIPT,
        "compatibility_date": "2026-04-01",
        "compatibility_flags": ["nodejs_compat"],
        "workers_dev": False,
        "r2_buckets": [{"binding": "BUCKET", "bucket_name": street.store.name}],
        "routes": [
            {"pattern": f"*.{street.base_domain}/*", "zone_name": street.base_domain},
            *({"pattern": f"{name}/*", "zone_name": zone(name)} for name in own),
        ],
    }
    return {SCRIPT: filled("worker.js", words), SETTINGS: json.dumps(settings, indent=2) + "\n"}


def zone(name: str) -> str:
    """The zone a host name most likely is in: the operator changes it where it is another (`shop.co.uk`)."""
    return ".".join(name.split(".")[-2:])
