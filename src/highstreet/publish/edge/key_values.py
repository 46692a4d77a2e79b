"""Key values: what CloudFront's key-value store holds of a tenant, whose values are at most 1 KB each.

<tenant>/current, <tenant>/previews/<name>   the pointer, as JSON, without what stands below
<tenant>/trees/<release>/<number>            ids of 32 trees each, where a release has many
#<digest><number>                            headers, as JSON, in pieces; most shops share them
@<domain>                                    "<tenant> " for each of the shops' own domains
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from highstreet.publish.release import CURRENT, Pointer

_ROW = 32  # tree ids in one value
_PIECE = 1000  # bytes of headers in one value


class KeyValues(NamedTuple):
    first: dict[str, str]  # to be there before
    pointer: tuple[str, str]  # names what is in `first`
    drop: tuple[str, ...] = ()


def name_of(tenant: str, key: str = CURRENT) -> str:
    """The name under which a pointer's key ("_hs/current") is found."""
    return f"{tenant}/{key.removeprefix('_hs/')}"


def key_values(tenant: str, key: str, pointer: Pointer, domains: Sequence[str] = (), before: str = "") -> KeyValues:
    """What to put for `pointer`, and what to take away of what the value `before` named."""
    first: dict[str, str] = {}
    text = json.dumps(dict(sorted(pointer.headers.items())), separators=(",", ":"))
    digest = sha256(text.encode()).hexdigest()[:16]
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    first |= {f"#{digest}{number}": piece for number, piece in enumerate(pieces)}
    shards, at = pointer.trees.shards, f"{tenant}/trees/{pointer.release}/"
    trees: dict[str, object] = {"shards": shards}
    if shards == 1:
        trees["ids"] = pointer.trees.ids
    else:
        trees["at"] = at
        ids = [pointer.trees.ids[f"{number:02x}"] for number in range(shards)]
        rows = [ids[start : start + _ROW] for start in range(0, shards, _ROW)]
        first |= {f"{at}{number}": " ".join(row) for number, row in enumerate(rows)}
    first |= {f"@{domain}": f"{tenant} " for domain in domains}
    value = {
        "serial": pointer.serial,
        "status": pointer.status,
        "trees": trees,
        "headers": [digest, len(pieces)],
        "encodings": pointer.encodings,
        "asset_encodings": pointer.asset_encodings,
        "not_found": pointer.not_found,
        "expires": pointer.expires,
        "move": domains[0] if domains else "",
        "domains": list(domains),
    }
    drop = tuple(name for name in _named(before) if name not in first)
    return KeyValues(first, (name_of(tenant, key), json.dumps(value, separators=(",", ":"))), drop)


def _named(value: str) -> list[str]:
    """What an older value of a pointer named that nobody else does."""
    if not value:
        return []
    old = json.loads(value)
    trees = old["trees"]
    rows = [f"{trees['at']}{number}" for number in range(-(-trees["shards"] // _ROW))] if "at" in trees else []
    return [*rows, *(f"@{domain}" for domain in old["domains"])]
