"""A shop held open gives, for every path, the bytes a build writes there."""

from __future__ import annotations

import random

import pytest

from engine.edits import Shop as Edited
from engine.edits import random_edit
from highstreet.base.diagnostic import Problems
from highstreet.shop import open_shop
from support.street import Lane, messages, simple_shop

SEEDS, EDITS = 3, 8


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_path_on_demand_is_the_built_file(lane: Lane, seed: int, plain_icons: None) -> None:
    lane.own_theme()
    shop = Edited(lane, random.Random(seed))
    shop.start()
    shop.save()
    live = open_shop(lane.street(), "acme")

    for _ in range(EDITS):
        built = lane.build("acme")
        assert built.outcome != "failed", messages(built)
        files = lane.files("acme")
        assert set(live.everything()) == files.keys()
        assert set(live.paths()) == {path for path in files if not path.startswith("assets/")}
        for path in shop.rng.sample(sorted(files), len(files)):
            rendered = live.render(path)
            assert rendered is not None and rendered.data == files[path], path
        random_edit(shop)
        live = live.updated() if lane.clock == live.street.clock else live.seen(lane.clock)


def test_a_broken_shop_keeps_its_last_good_site(lane: Lane) -> None:
    lane.tenant("acme", simple_shop())
    live = open_shop(lane.street(), "acme")
    good = live.render("products/thing-0/index.html")
    place = lane.root / "tenants/acme/catalog/products/thing-0.yaml"
    text = place.read_text()
    place.write_text(text.replace("10.50", "10,50"))

    broken = live.updated([place])
    place.write_text(text)
    mended = broken.updated([place])

    assert [d.code for d in broken.errors] == ["HS204"]
    assert broken.render("products/thing-0/index.html") == good
    assert not mended.errors
    assert mended.render("products/thing-0/index.html") == good


def test_a_shop_that_was_never_good_tells_why(lane: Lane) -> None:
    lane.tenant("acme", {**simple_shop(), "catalog/products/thing-1.yaml": "title: [\n"})

    live = open_shop(lane.street(), "acme")

    assert live.paths() == ()
    with pytest.raises(Problems):
        live.render("index.html")


def test_what_a_site_has_not_is_none(lane: Lane) -> None:
    lane.tenant("acme", simple_shop())
    live = open_shop(lane.street(), "acme")

    assert live.render("products/none/index.html") is None
    assert live.key("products/none/index.html") is None


def test_drafts_are_seen_when_asked_for(lane: Lane) -> None:
    files = simple_shop()
    files["catalog/products/thing-1.yaml"]["status"] = "draft"
    lane.tenant("acme", files)
    live = open_shop(lane.street(), "acme")

    seen = live.seen(lane.clock, drafts=True)

    assert live.key("products/thing-1/index.html") is None
    assert seen.key("products/thing-1/index.html") is not None
    assert seen.updated([]).key("products/thing-1/index.html") is not None
