"""The shared cache on a real S3 server: machines encode no picture twice, and nothing in it is trusted unseen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from highstreet.publish.object_store import Headers, ObjectStore
from highstreet.run import icon
from highstreet.shared_cache import Foreign, packed, unpacked
from publish.proxy import Proxy, Request
from publish.servers import BUCKET, Keys, Server
from support.command import AS_OF, Said, call
from support.street import Lane, picture, simple_shop

DEAR = (".avif", ".webp", ".png", ".jpg", ".ico", ".svg", ".css")
Machine = Callable[..., Said]


def _environment(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret)
    monkeypatch.delenv("HIGHSTREET_CACHE_DOMAIN", raising=False)


def _settings(lane: Lane, cache: str, endpoint: str = "") -> None:
    server = f'[tool.highstreet.publish]\nendpoint_url = "{endpoint}"\nregion = "us-east-1"\npath_style = true\n' if endpoint else ""
    lane.write("pyproject.toml", f'[tool.highstreet]\ncache = "{cache}"\n{server}')


@pytest.fixture
def street(lane: Lane, seaweedfs: Server, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Lane:
    """Two shops with a picture each, in a workspace whose cache is in the bucket."""
    monkeypatch.setattr(icon, "run", lambda inputs: repr(sorted(inputs)).encode())  # drawn elsewhere: two thirds of a small shop's time
    for number in (1, 2):
        shop = simple_shop(f"Shop {number}", products=2)
        product = {**shop["catalog/products/thing-0.yaml"], "images": [{"src": "images/thing.png", "alt": "A thing"}]}
        lane.tenant(f"shop-{number}", {**shop, "catalog/products/thing-0.yaml": product, "assets/images/thing.png": picture(number, 900, 700)})
    _settings(lane, f"s3://{BUCKET}/{prefix}", seaweedfs.endpoint)
    _environment(seaweedfs.owner, monkeypatch)
    return lane


def fresh(lane: Lane) -> None:
    """As after a checkout on another machine: sources, and nothing that was built."""
    for place in (lane.workspace.cache, lane.workspace.out):
        shutil.rmtree(place, ignore_errors=True)


def build(lane: Lane, *words: str) -> dict[str, Any]:
    said = call("-C", lane.root, "build", "--as-of", AS_OF, "--format", "json", *words)
    assert said.code == 0, said.all
    found: dict[str, Any] = said.json
    return found


def dear(told: dict[str, Any]) -> list[str]:
    """Pictures, icons and style sheets that were made, of all shops."""
    return [path for row in told["tenants"] for path in row["ran"] if path.endswith(DEAR)]


def codes(told: dict[str, Any]) -> list[str]:
    return [row["code"] for row in told["remarks"]]


def entries(store: ObjectStore, domain: str) -> list[str]:
    return [found.key for found in store.list(f"_cache/{domain}/")]


def test_a_fresh_checkout_makes_nothing_dear_again(street: Lane, seaweedfs: Server, prefix: str) -> None:
    first = build(street, "--cache-domain", "production")
    sites = {handle: street.files(handle) for handle in ("shop-1", "shop-2")}
    fresh(street)

    again = build(street, "--cache-domain", "production")

    assert len(dear(first)) > 10
    assert dear(again) == []
    assert {handle: street.files(handle) for handle in sites} == sites
    assert codes(first) == codes(again) == []
    assert len(entries(seaweedfs.store(prefix), "production")) >= len(dear(first)) / 2
    assert entries(seaweedfs.store(prefix), "preview") == []


def test_previews_read_production_and_production_reads_no_preview(street: Lane, seaweedfs: Server, prefix: str) -> None:
    build(street, "--cache-domain", "production")
    known = set(entries(seaweedfs.store(prefix), "production"))
    fresh(street)
    street.write("tenants/shop-1/assets/images/thing.png", picture(9, 900, 700))

    preview = build(street)
    made = set(entries(seaweedfs.store(prefix), "preview"))
    fresh(street)
    next_preview = build(street)
    fresh(street)
    production = build(street, "--cache-domain", "production")

    assert 0 < len(dear(preview)) < 20, "only what the new picture makes"
    assert made and not {key.rpartition("/")[2] for key in made} & {key.rpartition("/")[2] for key in known}
    assert dear(next_preview) == []
    assert dear(production) == dear(preview), "what a preview has left is nothing to production"


def test_the_environment_names_the_domain_and_none_asks_nothing(street: Lane, proxy: Proxy, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _settings(street, f"s3://{BUCKET}/{prefix}", proxy.endpoint)
    monkeypatch.setenv("HIGHSTREET_CACHE_DOMAIN", "none")
    build(street)
    assert proxy.requests == []

    fresh(street)
    monkeypatch.setenv("HIGHSTREET_CACHE_DOMAIN", "production")
    build(street)
    assert {request.key.split("/")[2] for request in proxy.requests} == {"production"}
    asked = len(proxy.requests)

    build(street)
    assert len(proxy.requests) == asked, "a build with nothing to do asks nobody"

    monkeypatch.setenv("HIGHSTREET_CACHE_DOMAIN", "prod")
    said = call("-C", street.root, "build")
    assert said.code == 2
    assert "production, preview or none" in said.err


def _truncated(entry: bytes) -> bytes:
    return entry[: len(entry) // 2]


def _forged(entry: bytes) -> bytes:
    return entry[:-40] + bytes(byte ^ 1 for byte in entry[-40:])


HARMS: list[Callable[[bytes], bytes]] = [_truncated, _forged, lambda entry: b"", lambda entry: b"<html>" * 90]


def test_a_damaged_entry_is_refused_told_and_made_again(street: Lane, seaweedfs: Server, prefix: str) -> None:
    made = build(street, "--cache-domain", "production")
    sites = {handle: street.files(handle) for handle in ("shop-1", "shop-2")}
    store = seaweedfs.store(prefix)
    for number, key in enumerate(entries(store, "production")):
        found = store.get(key)
        assert found is not None
        store.put(key, HARMS[number % len(HARMS)](found.body), Headers("application/octet-stream", ""))
    fresh(street)

    again = build(street, "--cache-domain", "production")
    fresh(street)
    mended = build(street, "--cache-domain", "production")

    assert {handle: street.files(handle) for handle in sites} == sites
    assert set(dear(again)) == set(dear(made))
    assert set(codes(again)) == {"HS507"} and 0 < len(codes(again)) <= 6, "told, but not a thousand times"
    assert again["remarks"][0]["file"].startswith(f"s3://{BUCKET}/{prefix}/_cache/production/")
    assert dear(mended) == [] and codes(mended) == []


def test_an_entry_in_the_place_of_another_is_refused(street: Lane, seaweedfs: Server, prefix: str) -> None:
    """Both are whole and genuine: whoever can write moves the picture of one product to another."""
    build(street, "--cache-domain", "production")
    sites = {handle: street.files(handle) for handle in ("shop-1", "shop-2")}
    store = seaweedfs.store(prefix)
    keys = entries(store, "production")
    bodies = [found.body for key in keys if (found := store.get(key))]
    for key, body in zip(keys, bodies[1:] + bodies[:1], strict=True):
        store.put(key, body, Headers("application/octet-stream", ""))
    fresh(street)

    told = build(street, "--cache-domain", "production")

    assert {handle: street.files(handle) for handle in sites} == sites
    assert "another key" in told["remarks"][0]["found"]


def _everything(_request: Request) -> str:
    return "refuse"


def _writing(request: Request) -> str:
    return "forbid" if request.method == "PUT" else "pass"


@pytest.mark.parametrize("fate", [_everything, _writing])
def test_an_outage_is_told_once_and_fails_nothing(fate: Callable[[Request], Any], street: Lane, proxy: Proxy, prefix: str) -> None:
    _settings(street, f"s3://{BUCKET}/{prefix}", proxy.endpoint)
    proxy.decide = fate

    told = build(street, "--cache-domain", "production")

    assert [row["outcome"] for row in told["tenants"]] == ["built", "built"]
    assert codes(told) == ["HS506"]
    assert ("writing production" in told["remarks"][0]["found"]) == (fate is _writing)


def test_no_more_than_eight_requests_are_under_way(street: Lane, proxy: Proxy, prefix: str) -> None:
    _settings(street, f"s3://{BUCKET}/{prefix}", proxy.endpoint)

    build(street, "--cache-domain", "production", "--jobs", "1")
    fresh(street)
    build(street, "--cache-domain", "production", "--jobs", "1")

    assert 1 < proxy.most_at_once <= 8


def test_a_folder_does_as_well(street: Lane, tmp_path: Path) -> None:
    _settings(street, f"file://{tmp_path}/cache")
    build(street)
    fresh(street)

    again = build(street)

    assert dear(again) == [] and codes(again) == []
    assert list((tmp_path / "cache/_cache/preview").rglob("*"))


def test_a_place_that_is_none_is_told_at_its_line(lane: Lane) -> None:
    _settings(lane, "https://bucket/x")

    said = call("-C", lane.root, "build")

    assert said.code == 2
    assert "pyproject.toml:2:1  HS152 cache is not a place for a cache" in said.err


def test_entries_name_their_key_and_digest() -> None:
    key = "ab" * 32

    assert unpacked(key, packed(key, b"bytes")) == b"bytes"  # type: ignore[arg-type]
    assert unpacked(key, packed(key, b"")) == b""  # type: ignore[arg-type]
    for broken in (b"", b"bytes", packed("cd" * 32, b"bytes"), packed(key, b"bytes")[:-1], packed(key, b"bytes") + b"x"):  # type: ignore[arg-type]
        with pytest.raises(Foreign):
            unpacked(key, broken)  # type: ignore[arg-type]
