"""Releases: what was published of one shop, and the pointer that says which release is live.

Keys, all below `<tenant>/`:

    assets/<name>.<hash>.<ext>   fingerprinted files, shared by all releases
    t/<tree>/<path>              everything else; a tree is immutable, its name a digest of all that is in it
    _hs/releases/<id>.json       Release
    _hs/current                  Pointer; the one object that is ever overwritten
    _hs/previews/<name>          Pointer of a preview release
    _hs/log/<id>.json            one record for each deployment
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from highstreet.publish.object_store import ETag, Headers

CURRENT = "_hs/current"
TREES = "t"


class Published(NamedTuple):
    """One object of a release. Its key is `path` for fingerprinted assets, else `t/<tree of its shard>/<path>`."""

    path: str  # "products/mug/index.html"; precompressed variants end in ".br" or ".gz"
    sha256: str  # of the bytes as stored, hexadecimal
    size: int
    headers: Headers
    etag: ETag  # as the store answered: copies are checked against it
    source: str  # digest of the built file this was made of; the object's own for all but variants


class Trees(NamedTuple):
    """Which tree holds a path: looked up by the first two hexadecimal digits of the SHA-256 of the path as UTF-8.

    With one tree `shards` is 1 and `ids` has the key "" only; else `ids` has all of "00" to "ff", several of which
    share one tree when there are 64 shards.
    """

    shards: int  # 1, 64 or 256
    ids: dict[str, str]

    def of(self, path: str) -> str:
        return self.ids["" if self.shards == 1 else shard_key(path)]


class Commit(NamedTuple):
    """Where a release's sources stood; "" and 0 outside of git."""

    id: str = ""
    time: int = 0  # committer's time, seconds since 1970
    dirty: bool = False


class Pointer(NamedTuple):
    """What edges read. All that decides an answer is in here or in the object's own headers."""

    release: str  # id
    site: str  # digest of all content and headers: equal means nothing to publish
    trees: Trees
    headers: dict[str, str]  # response headers for every page: security policy and the like; lower-case names
    encodings: tuple[str, ...]  # variants that pages have ("br", "gz"); assets of text types always have both or none
    asset_encodings: tuple[str, ...]
    not_found: tuple[str, ...]  # "404.html", "fr/404.html": the longest directory prefix of the asked path wins
    previous: str  # release id to roll back to; "" for the first
    commit: Commit
    built: str  # build clock, ISO
    status: str = "live"  # live | suspended: edges answer 503
    rolled_back_from: Commit | None = None  # set by rollback: the same commit does not come back by itself
    collecting: str = ""  # id of a gc at work; publishers wait for it
    expires: str = ""  # ISO, previews only


class Release(NamedTuple):
    """The manifest of one release: all that is needed to go back to it."""

    id: str
    pointer: Pointer  # as it was put when this release went live, without what belongs to the moment
    objects: tuple[Published, ...]  # in path order


def shard_key(path: str) -> str:
    return sha256(path.encode()).hexdigest()[:2]


def shard_count(objects: int) -> int:
    """One tree for small shops; many for large ones, so that one edited page costs the copies of few others."""
    return 1 if objects <= 64 else 64 if objects <= 2048 else 256


def tree_id(objects: Iterable[Published]) -> str:
    """15 letters and digits (75 bits) from path, bytes and headers of all that is in the tree."""
    digest = sha256()
    for found in sorted(objects):
        row = (found.path, found.sha256, *found.headers)
        digest.update("\0".join(row).encode() + b"\n")
    return b32encode(digest.digest()).decode().lower()[:15]
