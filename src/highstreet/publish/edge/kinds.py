"""Kinds of edges: from the command's word to the files of a configuration."""

from __future__ import annotations

from highstreet.publish.edge.caddy import caddyfile
from highstreet.publish.edge.cloudfront import cloudfront
from highstreet.publish.edge.nginx import nginx
from highstreet.publish.edge.street import Street
from highstreet.publish.edge.workers import worker


def files_of(kind: str, street: Street, folder: str, resolver: str, cache: str) -> dict[str, str]:
    """File name → text of the edge `kind`, to lie in `folder` ("": not known). Raises NoEdge."""
    if kind == "nginx":
        return nginx(street, folder or "/etc/nginx/highstreet", resolver, cache)
    if kind == "cloudfront":
        return cloudfront(street)
    if kind == "cloudflare":
        return worker(street)
    return {"Caddyfile": caddyfile(street)}
