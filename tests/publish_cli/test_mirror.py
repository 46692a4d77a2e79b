"""CloudFront's key-value store follows what is live, over its own API: publish, rollback, suspension, failure, races."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.edge_shops import pointer
from highstreet.publish.folder import FolderStore
from highstreet.publish.forest import trees_for
from highstreet.publish.mirror import open_mirror
from highstreet.publish.object_store import Shelf
from highstreet.publish.release import CURRENT, PRIVATE
from highstreet.publish.release_json import encode_pointer
from publish_cli.key_value_store import ARN, KeyValueStore, key_value_store
from support.command import AS_OF, Said, call
from support.street import Lane, simple_shop


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyValueStore]:
    pytest.importorskip("awscrt")
    with key_value_store() as made:
        # The service's address begins with the account's number: a name that only a proxy can lead here.
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE", "http://kvs.test")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{made.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKTEST")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield made


@pytest.fixture
def street(lane: Lane) -> Lane:
    (lane.root / "pyproject.toml").write_text(f'[tool.highstreet]\nbase_domain = "shops.example"\n[tool.highstreet.publish]\nto = "file://{lane.root.parent}/web"\nmirror = "{ARN}"\n')
    files = simple_shop("Acme", 1)
    lane.tenant("acme", {**files, "tenant.yaml": {**files["tenant.yaml"], "domains": ["www.acme.example", "acme.example"]}})
    assert call("-C", lane.root, "build", "--as-of", AS_OF).code == 0
    return lane


def said(lane: Lane, *words: str) -> Said:
    timed = ["--as-of", AS_OF] if words[0] in ("publish", "build") else []
    return call("-C", lane.root, *words, *timed)


def told(values: KeyValueStore, tenant: str = "acme") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(values.values[f"{tenant}/current"])
    return found


def live_trees(lane: Lane) -> dict[str, str]:
    found: dict[str, str] = json.loads((lane.root.parent / "web/acme/_hs/current").read_bytes())["trees"]["ids"]
    return found


def told_trees(values: KeyValueStore) -> dict[str, str]:
    """As a pointer has them."""
    trees = told(values)["trees"]
    apart = " ".join(values.values[f"{trees['at']}apart{number}"] for number, _ in enumerate(trees.get("apart", ()))).split()
    return trees["ids"] | {word[:8]: word[8:] for word in apart}


def test_the_mirror_follows_publish_rollback_suspension_and_unpublish(street: Lane, values: KeyValueStore) -> None:
    assert said(street, "publish").code == 0
    first = told(values)
    assert told_trees(values) == live_trees(street) and first["status"] == "live" and first["move"] == "www.acme.example"
    assert values.values["@acme.example"] == "acme " == values.values["@www.acme.example"]
    assert values.signed == {"AWS4-ECDSA-P256-SHA256"}

    values.asked.clear()
    assert said(street, "publish").code == 0
    assert values.asked == ["GET /keys/acme/current"]  # nothing new: one look

    street.tenant("acme", {"tenant.yaml": {**simple_shop("Acme & Daughters", 1)["tenant.yaml"], "domains": ["www.acme.example"]}})
    assert said(street, "build").code == 0 and said(street, "publish").code == 0
    assert told_trees(values) == live_trees(street) and len(live_trees(street)) > 1, "pages that show the name are set apart"
    assert "@acme.example" not in values.values

    assert said(street, "rollback", "acme").code == 0
    assert told(values)["trees"] == first["trees"] and told_trees(values) == live_trees(street)

    assert said(street, "unpublish", "acme", "--allow-live").code == 0
    assert told(values)["status"] == "gone"
    assert said(street, "unpublish", "acme", "--allow-live", "--purge", "--allow-deletes").code == 0
    assert [name for name in values.values if not name.startswith("#")] == []


def test_a_mirror_that_fails_is_told_and_made_good_by_the_next_run(street: Lane, values: KeyValueStore) -> None:
    values.down = True
    failed = said(street, "publish")
    live = json.loads((street.root.parent / "web/acme/_hs/current").read_bytes())["status"]
    values.down = False
    again = said(street, "publish", "--format", "json")

    assert failed.code == 1 and "HS816" in failed.err and "secret-of-the-test" not in failed.all
    assert live == "live" and values.values
    assert again.code == 0 and again.json["tenants"][0]["outcome"] == "unchanged"


def test_a_shop_that_claims_anothers_domain_takes_no_visitor_from_it(street: Lane, values: KeyValueStore) -> None:
    assert said(street, "publish").code == 0
    files = simple_shop("Evil", 1)
    street.tenant("evil", {**files, "tenant.yaml": {**files["tenant.yaml"], "domains": ["evil.example", "acme.example"]}})
    assert said(street, "build", "evil").code == 0
    claimed = said(street, "publish", "evil")
    before = dict(values.values)
    street.tenant("evil", {"tenant.yaml": {**files["tenant.yaml"], "domains": ["evil.example"]}})
    assert said(street, "build", "evil").code == 0
    given_back = said(street, "publish", "evil")

    assert claimed.code == 1 and "HS120" in claimed.err and "it leads to acme" in claimed.err
    assert before["@acme.example"] == "acme " == values.values["@acme.example"]
    assert "evil/current" not in before
    assert given_back.code == 0 and values.values["@evil.example"] == "evil "


def test_a_domain_moves_from_one_shop_to_another_in_two_steps(street: Lane, values: KeyValueStore) -> None:
    assert said(street, "publish").code == 0
    files = simple_shop("Bell", 1)
    street.tenant("bell", {**files, "tenant.yaml": {**files["tenant.yaml"], "domains": ["acme.example"]}})
    street.tenant("acme", {"tenant.yaml": {**files["tenant.yaml"], "domains": ["www.acme.example"]}})
    assert said(street, "build").code == 0

    assert said(street, "publish", "acme").code == 0
    assert "@acme.example" not in values.values
    assert said(street, "publish", "bell").code == 0
    assert values.values["@acme.example"] == "bell "


def test_a_preview_is_mirrored_under_its_own_name(street: Lane, values: KeyValueStore) -> None:
    assert said(street, "publish", "--preview", "sale").code == 0

    assert set(values.values) - {name for name in values.values if name.startswith("#")} == {"acme/previews/sale"}


def test_who_is_slower_reads_the_pointer_again(tmp_path: Path, values: KeyValueStore) -> None:
    """Between our look and our write somebody else switches and tells the mirror: theirs must stay."""
    shelf = Shelf(FolderStore(tmp_path / "web"), "acme")
    _put(shelf, "r1", 1)
    mirror = open_mirror(ARN)
    assert mirror is not None
    values.meanwhile = [lambda: _put(shelf, "r2", 64), lambda: None]

    mirror.follow(shelf)

    assert told(values)["trees"]["at"] == "acme/trees/r2/"
    assert all(len(values.values[f"acme/trees/r2/{number}"].split()) == 32 for number in range(2))
    _put(shelf, "r3", 64)
    mirror.follow(shelf)
    assert "acme/trees/r2/0" in values.values  # edges that have not heard yet still look for it
    _put(shelf, "r4", 1)
    mirror.follow(shelf)
    assert "acme/trees/r2/0" not in values.values and "acme/trees/r3/0" in values.values


def _put(shelf: Shelf, release: str, shards: int) -> None:
    ids = trees_for(shards, {number: f"{release[-1]}{number:03}".translate(str.maketrans("0123456789", "abcdefghij")).ljust(15, "a") for number in range(shards)})
    shelf.put(CURRENT, encode_pointer(pointer(ids, release, site="0" * 64)), PRIVATE)
