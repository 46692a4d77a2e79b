"""Releases: what was published of one shop, and the pointer that says which release is live.

Keys, all below `<tenant>/`:

    assets/<name>.<hash>.<ext>   fingerprinted files, shared by all releases
    t/<tree>/<path>              everything else; a tree is immutable, its name a digest of all that is in it
    _hs/releases/<id>.json       Release
    _hs/current                  Pointer; the one object that is ever overwritten
    _hs/previews/<name>          Pointer of a preview release
    _hs/log/<id>.json            Record: one for each release that went live

`release_json.py` has their text forms.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

from highstreet.publish.object_store import ETag, Headers

CURRENT = "_hs/current"
RELEASES = "_hs/releases/"
PREVIEWS = "_hs/previews/"
LOG = "_hs/log/"
ASSETS = "assets/"
TREES = "t/"

GONE = "gone"  # status of a pointer: the shop was taken off the net
VACANT = "none"  # in the place of a release's id: only previews are there, and gc has been at work

# Text types, by extension: with `asset_encodings` every such asset has a variant for each of them, with `encodings`
# every other such file.
COMPRESSED = frozenset(("html", "htm", "css", "js", "mjs", "json", "xml", "txt", "svg", "webmanifest"))

PRIVATE = Headers("application/json; charset=utf-8", "no-store")  # of all below _hs/


class Published(NamedTuple):
    """One object of a release. Its key is `path` for fingerprinted assets, else `t/<tree of its shard>/<path>`."""

    path: str  # "products/mug/index.html"; precompressed variants end in ".br" or ".gz"
    sha256: str  # of the bytes as stored, hexadecimal
    size: int
    headers: Headers
    etag: ETag  # as the store answered: copies are checked against it
    source: str  # digest of the built file this was made of; the object's own for all but variants


class Trees(NamedTuple):
    """Which tree holds a path: of the keys of `ids` that the SHA-256 of the path (UTF-8, hexadecimal) begins with, the
    longest tells.

    With one tree `shards` is 1 and the key is ""; else there are all of "00" to "ff", several of which share one tree
    when there are 64 shards. Keys of 8 digits set apart what was changed since such a tree was made.
    """

    shards: int  # 1, 64 or 256
    ids: dict[str, str]

    def of(self, path: str) -> str:
        digest = sha256(path.encode()).hexdigest()
        return self.ids.get(digest[:8]) or self.ids["" if self.shards == 1 else digest[:2]]

    @property
    def apart(self) -> dict[str, str]:
        return {key: tree for key, tree in self.ids.items() if len(key) == 8}


FLAT = Trees(1, {"": ""})  # of the flat layout, whose keys are the paths


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
    status: str = "live"  # live | suspended | gone: edges show the shop only while it is live
    rolled_back_from: Commit | None = None  # set by rollback: the same commit does not come back by itself
    rolled_back_site: str = ""  # nor does the same content, where there is no commit to tell by
    collecting: str = ""  # id of a gc at work; publishers wait for it
    expires: str = ""  # ISO, previews only
    serial: int = 0  # goes up with every write, so that no two states have one ETag (gc sets a mark and takes it away)
    collected: int = 0  # goes up with every gc: while it stands still, nothing has been removed
    unfinished: tuple[str, ...] = ()  # flat layout: releases begun over this one, whose pages may lie among its own
    by: str = ""  # who wrote this state, and when (ISO)
    at: str = ""

    @property
    def flat(self) -> bool:
        return self.trees == FLAT

    @property
    def holds(self) -> str:
        """The release's id; "" for a pointer that holds a place only."""
        return "" if self.release == VACANT else self.release


class Release(NamedTuple):
    """The manifest of one release: all that is needed to go back to it."""

    id: str
    pointer: Pointer  # as it was put when this release went live, without what belongs to the moment
    objects: tuple[Published, ...]  # in path order

    def key(self, found: Published) -> str:
        """Where an object of this release lies, below the tenant's prefix."""
        return key_of(found.path, self.pointer.trees)


class Record(NamedTuple):
    """One line of the log: a release that went live."""

    release: str
    who: str
    commit: Commit
    built: str  # build clock, ISO
    at: str  # when it went live, ISO, by the publisher's clock
    previous: str
    created: int = 0
    updated: int = 0
    headers: int = 0
    deleted: int = 0
    copied: int = 0
    uploaded: int = 0
    bytes: int = 0
    seconds: str = "0"  # decimal text
    replaced: str = ""  # what was done to the pointer before: "rolled back by ann at 2026-…"


def is_asset(path: str) -> bool:
    """Whether a path is a fingerprinted file that all releases share; its variants are, too."""
    return _ASSET.fullmatch(path) is not None


def key_of(path: str, trees: Trees) -> str:
    """Where the object of a path lies, below the tenant's prefix."""
    return path if is_asset(path) or trees == FLAT else f"{TREES}{trees.of(path)}/{path}"


ASSET_PATTERN = r"assets/.+\.[0-9a-f]{16}\.[a-z0-9]+(\.br|\.gz)?"  # edges have it too
_ASSET = re.compile(ASSET_PATTERN)


def release_key(release: str) -> str:
    return f"{RELEASES}{release}.json"


def log_key(release: str) -> str:
    return f"{LOG}{release}.json"


def is_release_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_preview_name(text: str) -> bool:
    """Whether a preview can have this name: a part of a host name, without "--", which ends it there."""
    return _NAME.fullmatch(text) is not None and "--" not in text


_ID = re.compile(r"[0-9a-z][0-9a-z-]{0,79}")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
SHARDS = tuple(f"{number:02x}" for number in range(256))
