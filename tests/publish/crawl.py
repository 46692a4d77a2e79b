"""What a visitor sees, and what lies in the store: read as an edge reads it, host → pointer → tree → page → assets."""

from __future__ import annotations

import re
import threading
from hashlib import sha256

from highstreet.publish.object_store import ObjectStore, Shelf
from highstreet.publish.release import CURRENT, Pointer, key_of, release_key
from highstreet.publish.release_json import decode_pointer, decode_release

ASSET = re.compile(r"assets/[\w.-]+\.[0-9a-f]{16}\.\w+")
PAGES = 8
STILL = 6  # pages that no version changes: copied from release to release


def files(version: int, pages: int = PAGES, still: int = STILL) -> dict[str, str | bytes]:
    """A shop whose every changing page and style sheet tells its version."""
    css = f"body {{ --version: {version} }} " + "x" * 200
    name = f"assets/main.{sha256(css.encode()).hexdigest()[:16]}.css"
    made: dict[str, str | bytes] = {name: css, "404.html": "not found", "_headers": "/*\n  X-Frame-Options: DENY\n", "_redirects": ""}
    made["index.html"] = f"version={version} {name}"
    made |= {f"p/{number}/index.html": f"version={version} {name} page {number}" for number in range(pages)}
    return made | {f"still/{number}/index.html": f"still {number}" for number in range(still)}


def live(store: ObjectStore, tenant: str) -> Pointer | None:
    found = store.get(f"{tenant}/{CURRENT}")
    return decode_pointer(found.body, tenant) if found else None


def visit(store: ObjectStore, tenant: str, pages: int = PAGES, still: int = STILL) -> tuple[int, set[str]]:
    """The version that is live, and the assets its pages name. Fails on a torn page or a missing object."""
    pointer = live(store, tenant)
    assert pointer is not None, f"{tenant} has no pointer"
    versions: set[int] = set()
    assets: set[str] = set()
    for path in ["index.html", "404.html", *(f"p/{n}/index.html" for n in range(pages)), *(f"still/{n}/index.html" for n in range(still))]:
        page = store.get(f"{tenant}/{key_of(path, pointer.trees)}")
        assert page is not None, f"{path} of {pointer.release} is missing"
        text = page.body.decode()
        assets.update(ASSET.findall(text))
        versions.update(int(found) for found in re.findall(r"version=(\d+)", text))
    assert len(versions) == 1, f"a mix of versions {versions}"
    (version,) = versions
    look_at(store, tenant, assets, version)
    return version, assets


def look_at(store: ObjectStore, tenant: str, assets: set[str], version: int) -> None:
    for name in assets:
        found = store.get(f"{tenant}/{name}")
        assert found is not None, f"{name} is missing"
        assert f"--version: {version} " in found.body.decode()


def whole(store: ObjectStore, tenant: str) -> None:
    """The live release has every object that its manifest names, with those bytes and headers."""
    pointer = live(store, tenant)
    assert pointer is not None
    found = store.get(f"{tenant}/{release_key(pointer.release)}")
    assert found is not None, f"no manifest of {pointer.release}"
    release = decode_release(found.body, tenant)
    assert release.pointer.trees == pointer.trees
    for row in release.objects:
        held = store.get(f"{tenant}/{release.key(row)}")
        assert held is not None, f"{row.path} is missing"
        assert (sha256(held.body).hexdigest(), held.headers) == (row.sha256, row.headers), row.path


class Crawler(threading.Thread):
    """Visits again and again until told to stop; also fetches the assets of pages it loaded a visit ago."""

    def __init__(self, store: ObjectStore, tenant: str, pages: int = PAGES, still: int = STILL) -> None:
        super().__init__(daemon=True)
        self._way = (tenant, pages, still)
        self._store = store
        self._stop_it = threading.Event()
        self.visits = 0
        self.seen: list[int] = []
        self.fault: BaseException | None = None

    def run(self) -> None:
        tenant, pages, still = self._way
        before: tuple[int, set[str]] | None = None
        try:
            while not self._stop_it.is_set():
                version, assets = visit(self._store, tenant, pages, still)
                if before is not None:
                    look_at(self._store, tenant, before[1], before[0])  # a page that was opened before the switch
                before = version, assets
                self.visits += 1
                if not self.seen or self.seen[-1] != version:
                    self.seen.append(version)
        except BaseException as fault:
            self.fault = fault

    def __enter__(self) -> Crawler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_it.set()
        self.join(60)
        if self.fault is not None:
            raise self.fault


def shelf(store: ObjectStore, tenant: str) -> Shelf:
    return Shelf(store, tenant)
