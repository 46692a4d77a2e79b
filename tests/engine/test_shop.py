"""A shop held open gives, for every path, the bytes a build writes there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.edits import Shop as Edited
from engine.edits import random_edit
from highstreet.base.diagnostic import Problems
from highstreet.shop import open_shop
from support.street import Lane, messages, simple_shop

SEEDS, EDITS = 4, 12


def _files(lane: Lane) -> dict[Path, bytes]:
    folders = (lane.root / "tenants", lane.root / "themes")
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


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
        before = _files(lane)
        edit = random_edit(shop)
        after = _files(lane)
        changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
        live = live.updated(changed if shop.rng.random() < 0.7 else None)
        if edit == "time_passes":
            live = live.seen(lane.clock)


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


def test_only_what_an_edit_touches_is_made_again(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    from highstreet.run import page

    lane.own_theme()
    lane.tenant("acme", simple_shop(products=8))
    live = open_shop(lane.street(), "acme")
    for path in ("index.html", "products/thing-1/index.html", "products/thing-2/index.html"):
        live.render(path)
    roots: list[object] = []
    real = page.run
    monkeypatch.setattr(page, "run", lambda inputs: roots.append(inputs["root"][0]) or real(inputs))  # type: ignore[func-returns-value, index]

    place = lane.root / "tenants/acme/catalog/products/thing-1.yaml"
    place.write_text(place.read_text().replace("number 1", "number one"))
    edited = live.updated([place])
    edited.render("products/thing-2/index.html")
    assert roots == []
    edited.render("products/thing-1/index.html")
    assert roots == ["templates/product.html"]

    style = lane.root / "themes/main/assets/base.css"
    style.write_text(style.read_text() + "\n.x { color: inherit }\n")
    styled = edited.updated([style])
    styled.render("products/thing-1/index.html")
    assert roots == ["templates/product.html"] * 2  # its link to the style sheet; no card, header or footer

    template = lane.root / "themes/main/templates/footer.html"
    template.write_text(template.read_text() + "<!-- new -->")
    footed = styled.updated([template])
    footed.render("products/thing-1/index.html")
    assert roots[2:] == ["templates/footer.html", "templates/product.html"]


def test_lists_nobody_asks_for_are_not_counted(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    from highstreet.plan.kinds import collection

    counted: list[str] = []
    real = collection.facets
    monkeypatch.setattr(collection, "facets", lambda whole, *given: counted.append(whole.handle) or real(whole, *given))  # type: ignore[func-returns-value]
    lane.tenant("acme", {**simple_shop(products=8), "catalog/collections/few.yaml": {"title": "Few", "products": ["thing-1", "thing-2"]}})
    live = open_shop(lane.street(), "acme")
    place = lane.root / "tenants/acme/catalog/products/thing-1.yaml"

    live.render("products/thing-1/index.html")
    place.write_text(place.read_text().replace("Thing 1", "Thing one"))
    edited = live.updated([place])
    edited.render("products/thing-1/index.html")
    assert counted == []
    edited.render("collections/few/facets.json")
    assert counted == ["few"]


def test_a_broken_theme_stays_broken_until_it_is_mended(lane: Lane) -> None:
    theme = lane.own_theme() / "theme.yaml"
    lane.tenant("acme", simple_shop())
    live = open_shop(lane.street(), "acme")
    good = live.render("index.html")
    text = theme.read_text()
    theme.write_text("settings: [\n" + text)
    product = lane.root / "tenants/acme/catalog/products/thing-0.yaml"

    broken = live.updated([theme])
    product.write_text(product.read_text().replace("Thing 0", "Thing zero"))
    still = broken.updated([product])
    theme.write_text(text)
    mended = still.updated([theme])

    assert broken.errors and still.errors
    assert still.render("index.html") == good
    assert not mended.errors
    assert b"Thing zero" in mended.render("products/thing-0/index.html").data  # type: ignore[union-attr]


@pytest.mark.parametrize("told", [True, False])
def test_files_that_come_and_go_are_seen(lane: Lane, told: bool) -> None:
    lane.tenant("acme", simple_shop())
    live = open_shop(lane.street(), "acme")
    folder = lane.root / "tenants/acme/catalog/products"
    new, temporary = folder / "new.yaml", folder / ".new.yaml.tmp"

    temporary.write_text("title: New\nprice: 3.00\n")
    temporary.replace(new)
    more = live.updated([temporary, new] if told else None)
    (folder / "thing-1.yaml").rename(folder / "other.yaml")
    moved = more.updated([folder] if told else None)
    new.unlink()
    less = moved.updated([new] if told else None)

    assert "products/new/index.html" in more.paths()
    assert {"products/other/index.html", "products/new/index.html"} <= set(moved.paths())
    assert [d.code for d in moved.checked() if d.severity == "error"] == ["HS305"]  # the collection still names it
    assert "products/new/index.html" not in less.paths()


def test_a_mistake_between_files_is_told_by_the_second_look(lane: Lane) -> None:
    lane.tenant("acme", simple_shop())
    live = open_shop(lane.street(), "acme")
    menu = lane.root / "tenants/acme/navigation.yaml"
    menu.write_text(menu.read_text().replace("page/about", "page/abuot"))

    edited = live.updated([menu])

    assert not edited.errors
    assert [d.code for d in edited.checked() if d.severity == "error"] == ["HS305"]


def test_a_file_saved_as_it_was_gives_the_same_shop(lane: Lane) -> None:
    lane.tenant("acme", simple_shop())
    live = open_shop(lane.street(), "acme")
    place = lane.root / "tenants/acme/tenant.yaml"
    place.write_bytes(place.read_bytes())

    assert live.updated([place, lane.root / "tenants/other/tenant.yaml"]) is live


def test_what_is_remembered_has_a_bound(lane: Lane) -> None:
    from highstreet.action.action import Key
    from highstreet.action.executor import Memory

    memory = Memory(limit=800)

    for number in range(50):
        memory[Key(f"{number:064}")] = bytes(100)
    memory[Key("f" * 64)] = bytes(101)

    assert len(memory) == 8
    assert memory.get(Key(f"{49:064}")) is not None
    assert memory.get(Key(f"{0:064}")) is memory.get(Key("f" * 64)) is None


def test_a_file_that_is_asked_for_by_name_does_not_plan_the_site(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    from highstreet.plan.plan import Plan

    files = simple_shop()
    lane.tenant("acme", files)
    whole = open_shop(lane.street(), "acme")
    assets = [path for path in whole.everything() if path.startswith("assets/")]
    monkeypatch.setattr(Plan, "actions", property(lambda plan: pytest.fail("the whole site was planned")))
    live = open_shop(lane.street(), "acme")

    pictures = [path for path in assets if path.endswith((".webp", ".avif", ".jpg", ".svg")) or path.startswith("assets/style.")]
    assert pictures
    for path in pictures:
        assert live.key(path) is not None, path
    assert live.key("assets/none.css") is live.key("assets/../x") is live.key("assets/") is None
