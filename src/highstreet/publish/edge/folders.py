"""Folders: a street in a folder, `file:///srv/street`, answered on the edge's own machine as a store would answer.

The web server that is the edge is the folder's server, too, at an address that nobody else can reach. A folder says of
an object only its bytes, so its type, encoding and caching come from its name. What no name tells is where an address
has moved: its object is a page that leads on, and is answered as a page.
"""

from __future__ import annotations

import re

from highstreet.output.manifest import TYPES
from highstreet.publish.edge.street import Bucket, Folder, NoEdge, Street, filled
from highstreet.publish.release import ASSET_PATTERN
from highstreet.publish.wanted import CACHING

_HERE = Bucket("http://127.0.0.1:9181", "")


def with_origin(street: Street, server: str) -> tuple[Street, str]:
    """The street with an address for its store, and what `server` ("Caddyfile", "nginx") needs to answer there."""
    if not isinstance(street.store, Folder):
        return street, ""
    path = street.store.path
    if not re.fullmatch(r"/[\w./+~ -]+", path) or re.search(r"/\.\.?(/|$)", path):
        raise NoEdge(f"not a folder an edge can name: {path!r}")
    end = ";" if server == "nginx" else ""
    types = (f'~\\.{extension}(\\.br|\\.gz)?$ "{kind}"{end}\n' for extension, kind in sorted(TYPES.items()))
    words = {
        "folder": path,
        "types": "".join(("\t" if end else "\t\t") + line for line in types),
        "asset": ASSET_PATTERN,
        **CACHING,
    }
    return street._replace(store=_HERE), filled(f"{server}.folder", words)
