"""Manifests: a release's list of objects, from the store or from this machine's cache."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256
from pathlib import Path

from highstreet.action.blobs import write_whole
from highstreet.base.diagnostic import Problems
from highstreet.base.digest import canonical
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import Stamp
from highstreet.publish.order import iso
from highstreet.publish.release import Release, Trees, release_key
from highstreet.publish.release_json import decode_release, encode_release


def release_id(tenant: str, site: str, stamp: Stamp, previous: str, trees: Trees) -> str:
    """The same for the same content, commit, clock and predecessor: who tries again goes on with what is there. And for
    the same trees, which are not told by the content alone: what one pointer names is in the manifest of that name."""
    preview = stamp.preview.name if stamp.preview else ""
    places = sorted(trees.ids.items())
    digest = sha256(canonical([tenant, site, stamp.commit, iso(stamp.clock), previous, preview, places])).digest()
    moment = iso(stamp.clock)[:19].replace("-", "").replace(":", "").lower()
    return f"{'preview-' if preview else ''}{moment}-{b32encode(digest).decode().lower()[:12]}"


def is_preview(release: str) -> bool:
    return release.startswith("preview-")


def manifest_of(shelf: Shelf, release: str, cache: Path | None) -> Release | None:
    """A release's manifest; None when there is none. Raises Problems when it is damaged."""
    place = _place(shelf, release, cache)
    if place is not None:
        try:
            body = place.read_bytes()
            if sha256(body[32:]).digest() == body[:32]:
                return decode_release(body[32:], str(place))
        except (OSError, Problems):
            pass
    stored = shelf.get(release_key(release))
    if stored is None:
        return None
    found = decode_release(stored.body, shelf.name + release_key(release))
    if place is not None:
        write_whole(place, sha256(stored.body).digest() + stored.body)
    return found


def remember(shelf: Shelf, release: Release, cache: Path | None) -> None:
    """Keeps the manifest of what is live now; older ones of this tenant go, nobody takes a difference to them again."""
    place = _place(shelf, release.id, cache)
    if place is None:
        return
    body = encode_release(release)
    write_whole(place, sha256(body).digest() + body)
    for other in place.parent.iterdir():
        if other != place:
            other.unlink(missing_ok=True)


def _place(shelf: Shelf, release: str, cache: Path | None) -> Path | None:
    """One folder for each tenant of each store: an object's ETag is its own store's."""
    if cache is None:
        return None
    return cache / "releases" / sha256(shelf.name.encode()).hexdigest()[:16] / f"{release}.json"
