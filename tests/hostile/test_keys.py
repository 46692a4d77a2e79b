"""Keys: whatever two shops are called, neither has a key, a folder or a permission that reaches what is the other's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from highstreet.model.limit_check import handle_findings
from highstreet.model.platform import Platform
from highstreet.model.publishing import Publishing
from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import Shelf
from highstreet.publish.policy import policy
from highstreet.workspace import Workspace

PAIRS = 100_000
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def _pairs(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Names that may be tenants': half at random, half made from the other as a rival would choose them."""
    platform = Platform()
    made = 0
    while made < PAIRS:
        one = "".join(chance.choices(LETTERS, k=chance.randint(1, 12)))
        other = chance.choice((one + "-" + chance.choice(LETTERS), one + chance.choice(LETTERS), one[:-1], chance.choice(LETTERS) + one, one[::-1], "".join(chance.choices(LETTERS, k=chance.randint(1, 12))), f"{one}--{one}", one.replace("-", ""), f"t-{one}", f"hs-{one}"))
        if one != other and other and not list(handle_findings(one, platform)) and not list(handle_findings(other, platform)):
            made += 1
            yield one, other


class _Asked(MemoryStore):
    """Notes the keys it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def get(self, key: str) -> Any:
        self.keys.append(key)
        return None

    def list(self, prefix: str) -> Iterator[Any]:
        self.keys.append(prefix)
        return iter(())


def test_no_key_of_a_shop_reaches_another(tmp_path: Path) -> None:
    space = Workspace(tmp_path, tmp_path / "build", tmp_path / ".highstreet")
    store = _Asked()

    for number, (one, other) in enumerate(_pairs(random.Random(20261124))):
        store.keys.clear()
        shelf = Shelf(store, one)
        if number % 20:  # every way of asking for every twentieth pair
            shelf.get(f"{other}/index.html")
            assert store.keys == [f"{one}/{other}/index.html"]
            assert space.state(one) != space.state(other)
            continue
        for key in ("index.html", "_hs/current", f"{other}/index.html", f"t/1/{other}/x", f"../{other}/index.html", f"/{other}/x", f"x/../../{other}/y", f"./../{other}/x", f"{other}/../../{other}/x"):
            try:
                shelf.get(key)
            except ValueError:
                assert ".." in key or key.startswith("/"), key
        for prefix in ("", f"{other}/", f"../{other}/", other):
            try:
                list(shelf.list(prefix))
            except ValueError:
                assert prefix == other or ".." in prefix
        assert all(key.startswith(f"{one}/") and not key.startswith(f"{other}/") and ".." not in key.split("/") for key in store.keys), (one, other, store.keys)
        assert f"{space.site(one)}/" != f"{space.site(other)}/"
        for place in (space.site, space.state, space.sources, space.records):
            assert place(one) != place(other)
            assert place(one).parent == place(other).parent  # neither lies within the other's


@pytest.mark.parametrize("purpose", ["publish", "gc", "edge"])
def test_no_permission_of_a_shop_matches_a_key_of_another(purpose: Any) -> None:
    settings = Publishing(to="s3://bucket/streets")

    for number, (one, other) in enumerate(_pairs(random.Random(7))):
        if number == 2_000:
            break
        said = policy(settings, one, purpose)
        resources = [resource for statement in said["Statement"] for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])]
        keys = [f"arn:aws:s3:::bucket/streets/{other}/{path}" for path in ("index.html", "_hs/current", f"{one}/x", "assets/a.0123456789abcdef.css")]
        assert not [key for key in keys for resource in resources if fnmatchcase(key, resource.replace("[", "[[]"))], (one, other)
        text = repr(said)
        assert f"streets/{one}/" in text
        assert f"streets/{one}*" not in text


def test_names_that_could_climb_are_no_tenants() -> None:
    for name in ("", ".", "..", "a/b", "../a", "a/.."):
        with pytest.raises(ValueError, match="no tenant's name"):
            Shelf(MemoryStore(), name)
