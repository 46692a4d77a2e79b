"""Key values: what CloudFront's key-value store holds of a tenant, whose values are at most 1 KB each.

<tenant>/current, <tenant>/previews/<name>   the pointer, as JSON, without what stands below
<tenant>/trees/<release>/<number>            ids of 32 trees each, where a release has many
<tenant>/trees/<release>/apart<number>       8 digits and an id for each of 40 trees that are set apart, in order
#<digest><number>                            headers, as JSON, in pieces; most shops share them
@<domain>                                    "<tenant> " for each of the shops' own domains
<a pointer's name>/kept<number>              for publishers: what is to be taken away one day, as JSON, in pieces
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from highstreet.publish.release import CURRENT, Pointer

_ROW = 32  # tree ids in one value
_ROW_APART = 40
PIECE = 1000  # characters, all ASCII, of what is split


class KeyValues(NamedTuple):
    first: dict[str, str]  # to be there before
    pointer: tuple[str, str]  # names what is in `first`


class Kept(NamedTuple):
    """What the store holds because of one pointer, besides what its value names."""

    domains: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()  # of the release before: edges that have not heard yet still look for them


def name_of(tenant: str, key: str = CURRENT) -> str:
    """The name under which a pointer's key ("_hs/current") is found."""
    return f"{tenant}/{key.removeprefix('_hs/')}"


def key_values(tenant: str, key: str, pointer: Pointer, domains: Sequence[str] = ()) -> KeyValues:
    """What to put for `pointer`."""
    first: dict[str, str] = {}
    text = _json(dict(sorted(pointer.headers.items())))
    digest = _digest(text)
    headers = _pieces(text)
    first |= {f"#{digest}{number}": piece for number, piece in enumerate(headers)}
    shards, at = pointer.trees.shards, f"{tenant}/trees/{pointer.release}/"
    trees: dict[str, object] = {"shards": shards, "at": at}
    if shards == 1:
        trees["ids"] = {"": pointer.trees.ids[""]}
    else:
        ids = [pointer.trees.ids[f"{number:02x}"] for number in range(shards)]
        found = [ids[start : start + _ROW] for start in range(0, shards, _ROW)]
        first |= {f"{at}{number}": " ".join(row) for number, row in enumerate(found)}
    if pointer.trees.apart:
        apart = [f"{digits}{tree}" for digits, tree in sorted(pointer.trees.apart.items())]
        parts = [apart[start : start + _ROW_APART] for start in range(0, len(apart), _ROW_APART)]
        trees["apart"] = [part[0][:8] for part in parts]
        first |= {f"{at}apart{number}": " ".join(part) for number, part in enumerate(parts)}
    first |= {f"@{domain}": f"{tenant} " for domain in domains}
    value = {
        "status": pointer.status,
        "trees": trees,
        "headers": [digest, len(headers)],
        "encodings": pointer.encodings,
        "asset_encodings": pointer.asset_encodings,
        "not_found": pointer.not_found,
        "expires": pointer.expires,
        "move": domains[0] if domains else "",
        "domains": _digest(_json(list(domains))),
    }
    return KeyValues(first, (name_of(tenant, key), _json(value)))


def rows(value: str) -> tuple[str, ...]:
    """Names of the rows that a pointer's value names; "" names none."""
    trees: Mapping[str, Any] = json.loads(value)["trees"] if value else {}
    if not trees:
        return ()
    many = range(-(-trees["shards"] // _ROW)) if trees["shards"] > 1 else ()
    apart = range(len(trees.get("apart", ())))
    return (*(f"{trees['at']}{number}" for number in many), *(f"{trees['at']}apart{number}" for number in apart))


def kept_values(name: str, kept: Kept) -> dict[str, str]:
    """What to put for `kept`, of the pointer `name`."""
    return {f"{name}/kept{number}": piece for number, piece in enumerate(_pieces(_json(kept)))} if any(kept) else {}


def kept_of(text: str) -> Kept:
    """From the pieces that `kept_values` made, in order and joined; "" is nothing."""
    if not text:
        return Kept()
    domains, names = json.loads(text)
    return Kept(tuple(domains), tuple(names))


def _json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
