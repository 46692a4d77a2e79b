"""Packs: files of a site on their way from the machine that made them, beside the shared cache.

<place>/_cache/<domain>/packs/<run>/<tenant>-<seal>-<number>
"""

from __future__ import annotations

from highstreet.farm.errand import Errand
from highstreet.freshness import Street
from highstreet.publish.object_store import ObjectStore
from highstreet.publish.stores import open_store

PACK = 16 * 1024**2  # bytes from which on a pack is full


def pack_store(street: Street) -> ObjectStore:
    """Unlike the cache, it is waited for: what lies there is needed."""
    assert street.shared is not None
    return open_store(street.platform.cache, street.shared.options)


def pack_key(errand: Errand, name: str) -> str:
    return f"_cache/{errand.domain}/packs/{errand.run}/{errand.handle}-{name}"
