"""Output: a site holds exactly what its tenant says, whatever lay there before, and is touched no more than needed."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import time
from hashlib import sha256
from pathlib import Path

import pytest

from highstreet import street as streets
from highstreet.action.cache import ActionCache
from highstreet.freshness import current
from highstreet.model.catalog import Product
from highstreet.model.tenant import Tenant
from highstreet.output import state as states
from highstreet.output import write as writing
from highstreet.plan.plan import Plan
from highstreet.plan.site import Site
from support.street import Lane, messages, picture, simple_shop

pytestmark = pytest.mark.usefixtures("plain_icons")


@pytest.fixture
def shop(lane: Lane) -> Lane:
    """A street with one shop, built."""
    lane.tenant("acme", simple_shop())
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)
    return lane


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def _changed(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_a_built_shop_leaves_nothing_to_collect(lane: Lane) -> None:
    """Workers collect no garbage between shops: what holds itself would stay, and looking for it took 7 % of a build."""
    lane.tenant("acme", simple_shop())
    gc.collect()
    gc.disable()
    try:
        built = lane.build("acme")
        left = [thing for thing in gc.get_objects() if isinstance(thing, (Site, Plan, Tenant, Product))]
    finally:
        gc.enable()
    assert built.outcome == "built", messages(built)
    assert not left, f"{len(left)} things, held in a circle"


# Only what changed


def test_price_edit_touches_only_files_that_show_it(shop: Lane) -> None:
    folder = shop.workspace.site("acme")
    before = _stamps(folder)
    shop.tenant("acme", {"catalog/products/thing-0.yaml": {"title": "Thing 0", "price": "77.00", "inventory": "7", "description": "Thing number 0."}})

    built = shop.build("acme")

    touched = _changed(before, _stamps(folder))
    assert set(built.ran) == touched & set(shop.files("acme"))
    assert {path.partition(".")[0] for path in touched - set(built.ran)} == {"assets/social-thing-0"}
    assert "products/thing-0/index.html" in touched
    assert touched & {"pages/about/index.html", "sitemap.xml", "robots.txt"} == set()
    assert built.written == len(built.ran)


def test_saving_a_file_unchanged_touches_nothing(shop: Lane) -> None:
    folder = shop.workspace.site("acme")
    before = _stamps(folder)
    place = shop.root / "tenants/acme/tenant.yaml"
    place.write_bytes(place.read_bytes())

    built = shop.build("acme")

    assert (built.outcome, built.ran, _changed(before, _stamps(folder))) == ("unchanged", (), set())


def test_clean_state_makes_everything_but_writes_nothing_that_is_right(shop: Lane) -> None:
    folder = shop.workspace.site("acme")
    before = _stamps(folder)
    shop.workspace.state("acme").unlink()

    built = shop.build("acme")

    assert built.outcome == "built"
    assert built.rendered > 10
    assert (built.written, _changed(before, _stamps(folder))) == (0, set())


def test_a_new_checkout_with_a_kept_cache_encodes_nothing_again(shop: Lane) -> None:
    shop.write("tenants/acme/assets/products/thing.png", picture(1, 900, 700))
    shop.tenant("acme", {"catalog/products/thing-0.yaml": {"title": "Thing 0", "price": "10.50", "images": ["products/thing.png"]}})
    first = shop.build("acme")
    wanted = shop.files("acme")
    shutil.rmtree(shop.workspace.out)
    shutil.rmtree(shop.workspace.cache / "tenants")
    checkout = Lane(shop.root.parent / "checkout")
    shutil.copytree(shop.root / "tenants", checkout.root / "tenants", copy_function=shutil.copyfile)  # younger, other inodes
    shutil.copytree(shop.workspace.cache, checkout.workspace.cache)

    built = checkout.build("acme")

    assert built.outcome == "built", messages(built)
    assert checkout.files("acme") == wanted
    dear = (".avif", ".webp", ".jpg", ".png", ".ico")
    assert len([path for path in first.ran if path.endswith(dear)]) > 4
    assert [path for path in built.ran if path.endswith(dear)] == []


# Strays and vandals


@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing"])
def test_file_of_a_fresh_site_is_never_written_through_a_link(there: bool, tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    if there:
        outside.write_text("theirs")
    (tmp_path / "index.html").symlink_to(outside)

    with pytest.raises(FileExistsError):
        writing._lay(str(tmp_path / "index.html"), b"ours")

    assert (outside.read_text() if outside.exists() else "") == ("theirs" if there else "")


def test_strays_are_removed_and_links_are_not_followed(shop: Lane, tmp_path: Path) -> None:
    wanted = shop.files("acme")
    folder = shop.workspace.site("acme")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("precious")
    (folder / "stray.html").write_text("stray")
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/stray.txt").write_text("stray")
    (folder / "empty").mkdir()
    (folder / "linked").symlink_to(outside)
    (folder / "products/link.html").symlink_to(outside / "precious.txt")
    os.mkfifo(folder / "pipe")

    built = shop.build("acme")

    assert built.ran == ()
    assert shop.files("acme") == wanted
    assert {path.name for path in folder.rglob("*")} & {"deep", "empty", "linked", "link.html", "pipe"} == set()
    assert (outside / "precious.txt").read_text() == "precious"


def _truncate(folder: Path) -> None:
    (folder / "index.html").write_bytes(b"")


def _same_size(folder: Path) -> None:
    page = folder / "index.html"
    page.write_bytes(page.read_bytes()[::-1])


def _removed(folder: Path) -> None:
    shutil.rmtree(folder / "products")


def _file_to_folder(folder: Path) -> None:
    (folder / "robots.txt").unlink()
    (folder / "robots.txt/inner").mkdir(parents=True)
    (folder / "robots.txt/inner/x").write_text("x")


def _folder_to_file(folder: Path) -> None:
    shutil.rmtree(folder / "products")
    (folder / "products").write_text("not a folder")


def _link_to_file(folder: Path) -> None:
    twin = folder.parent / "twin.html"
    shutil.move(folder / "index.html", twin)
    (folder / "index.html").symlink_to(twin)


def _link_to_folder(folder: Path) -> None:
    shutil.move(folder / "products", folder.parent / "products-elsewhere")
    (folder / "products").symlink_to(folder.parent / "products-elsewhere")


def _link_to_other_shop(folder: Path) -> None:
    other = folder.parent / "other/products"
    other.mkdir(parents=True)
    shutil.rmtree(folder / "products")
    (folder / "products").symlink_to(other)


def _link_upwards(folder: Path) -> None:
    shutil.rmtree(folder / "pages")
    (folder / "pages").symlink_to(folder)


def _all_gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _one_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file where the site must be")


VANDALS = [_truncate, _same_size, _removed, _file_to_folder, _folder_to_file, _link_to_file, _link_to_folder, _link_to_other_shop, _link_upwards, _all_gone, _one_file]


@pytest.mark.parametrize("vandal", VANDALS, ids=lambda vandal: vandal.__name__.strip("_"))
def test_vandalised_output_is_repaired(shop: Lane, vandal: object) -> None:
    wanted = shop.files("acme")
    folder = shop.workspace.site("acme")
    vandal(folder)  # type: ignore[operator]

    built = shop.build("acme")

    assert built.outcome == "built", messages(built)
    assert shop.files("acme") == wanted
    assert not any(path.is_symlink() for path in (folder, *folder.rglob("*")))
    others = [path for path in folder.parent.rglob("*") if path.is_file() and folder not in path.parents]
    assert all(path.name == "twin.html" or "elsewhere" in str(path) for path in others)
    assert shop.build("acme").outcome == "unchanged"


def _copied(shop: Lane) -> Path:
    """The site as a cache of CI brings it back: the same bytes, with other time stamps and in other directories."""
    site = shop.workspace.site("acme")
    shutil.copytree(site, site.with_name("copy"), copy_function=shutil.copyfile)
    shutil.rmtree(site)
    site.with_name("copy").rename(site)
    return site


def test_a_copied_site_is_known_by_its_bytes(shop: Lane) -> None:
    before = shop.files("acme")
    site = _copied(shop)
    (site / "stray.txt").write_text("x")
    stamps = _stamps(site)

    first, looked = shop.build("acme"), current(shop.street(), "acme")

    assert (first.outcome, first.ran, first.written) == ("unchanged", (), 0)
    assert looked is not None, "its time stamps are remembered"
    assert shop.files("acme") == before
    assert _stamps(site) == {path: stamp for path, stamp in stamps.items() if path != "stray.txt"}


@pytest.mark.parametrize("way", ["other bytes", "a pipe", "a link to the same bytes", "below a link"])
def test_what_is_not_right_in_a_copied_site_is_made_again_and_nothing_else(shop: Lane, tmp_path: Path, way: str) -> None:
    before = shop.files("acme")
    page = _copied(shop) / "products/thing-1/index.html"
    match way:
        case "other bytes":
            page.write_bytes(page.read_bytes()[::-1])
        case "a pipe":
            page.unlink()
            os.mkfifo(page)
        case "a link to the same bytes":
            page.rename(tmp_path / "elsewhere")
            page.symlink_to(tmp_path / "elsewhere")
        case _:
            page.parent.rename(tmp_path / "elsewhere")
            page.parent.symlink_to(tmp_path / "elsewhere")

    again = shop.build("acme")

    assert again.ran == ("products/thing-1/index.html",)
    assert again.written == 1
    assert shop.files("acme") == before
    assert not page.is_symlink() and not page.parent.is_symlink()


def test_page_that_becomes_a_folder_and_back(shop: Lane) -> None:
    """A redirect writes old.html/index.html where a file may lie, and the other way round."""
    folder = shop.workspace.site("acme")
    shop.write("tenants/acme/redirects.yaml", "/about: page/about\n/about/us: page/about\n")
    first = shop.build("acme")
    assert first.outcome == "built", messages(first)
    with_both = shop.files("acme")
    shop.write("tenants/acme/redirects.yaml", "/about: page/about\n")
    shop.build("acme")

    assert not (folder / "about/us").exists()
    assert {*with_both} - {*shop.files("acme")} == {"about/us/index.html"}


# State, cache and blobs that cannot be trusted


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(200))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _older(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"highstreet-state-", b"highstreet-state-0", 1))


def _other_fields(path: Path) -> None:
    states.save_pack(path, {"site_key": "x", "unheard_of": 1})


def _forged(path: Path, **said: object) -> None:
    """Another field or column, with the digest that goes with it."""
    fields = states.load_pack(path)
    assert fields is not None
    states.save_pack(path, fields | {name: value for name, value in said.items() if name in fields})


def _short_column(path: Path) -> None:
    columns = states.load(path).outputs.columns
    _forged(path, outputs=(*columns[:4], columns[4][:-1]))


def _short_keys(path: Path) -> None:
    columns = states.load(path).outputs.columns
    _forged(path, outputs=(columns[0], columns[1].partition("\n")[2], *columns[2:]))


def _numbers_for_paths(path: Path) -> None:
    columns = states.load(path).outputs.columns
    _forged(path, outputs=(list(range(len(columns[0]))), *columns[1:]))


def _other_kinds(path: Path) -> None:
    _forged(path, site_key=7, index=[], since=1.5)


def _short_index(path: Path) -> None:
    _forged(path, index={name: entry[:2] for name, entry in states.load(path).index.items()})


def _no_pack(path: Path) -> None:
    body = b"["  # a list that ends before its length
    path.write_bytes(states._FORMAT + sha256(body).digest() + body)


DAMAGE = [_garbage, _cut, _flipped, _emptied, _older, _other_fields, _no_pack]
FORGED = [_short_column, _short_keys, _numbers_for_paths, _other_kinds, _short_index]


def test_forged_state_counts_as_none(shop: Lane) -> None:
    wanted = shop.files("acme")

    for forge in FORGED:
        forge(shop.workspace.state("acme"))
        built = shop.build("acme")

        assert (built.outcome, built.written) == ("built", 0), (forge.__name__, messages(built))
        assert shop.files("acme") == wanted
        assert shop.build("acme").outcome == "unchanged"


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__.strip("_"))
def test_damaged_state_costs_a_rebuild_and_nothing_else(shop: Lane, damage: object) -> None:
    wanted = shop.files("acme")
    damage(shop.workspace.state("acme"))  # type: ignore[operator]
    damage(shop.workspace.sources("acme"))  # type: ignore[operator]
    shop.write("tenants/acme/pages/about.md", "---\ntitle: About\n---\nOther words.\n")

    built = shop.build("acme")

    assert built.outcome == "built", messages(built)
    assert {path for path, data in shop.files("acme").items() if wanted[path] != data} >= {"pages/about/index.html"}
    assert shop.files("acme") == _clean(shop)
    assert shop.build("acme").outcome == "unchanged"


def _clean(lane: Lane) -> dict[str, bytes]:
    out, cache = lane.root / "clean-out", lane.root / "clean-cache"
    lane.build("acme", lane.street(out, cache))
    return lane.files("acme", out)


@pytest.mark.parametrize("damage", DAMAGE[:4], ids=lambda damage: damage.__name__.strip("_"))
@pytest.mark.parametrize("kind", ["actions", "blobs"])
def test_damaged_cache_entries_are_made_again(shop: Lane, kind: str, damage: object) -> None:
    wanted = shop.files("acme")
    entries = [path for path in (shop.workspace.cache / kind).rglob("*") if path.is_file()]
    for path in entries:
        damage(path)  # type: ignore[operator]
    shutil.rmtree(shop.workspace.out)
    shop.workspace.state("acme").unlink()

    built = shop.build("acme")

    assert entries
    assert built.outcome == "built", messages(built)
    assert shop.files("acme") == wanted


def test_swapped_blobs_are_noticed(lane: Lane) -> None:
    cache = ActionCache(lane.workspace.cache)
    cache.put("a" * 64, b"one")  # type: ignore[arg-type]
    cache.put("b" * 64, b"two")  # type: ignore[arg-type]
    one, two = (path for path in (lane.workspace.cache / "blobs").rglob("*") if path.is_file())
    one.write_bytes(two.read_bytes())

    found = {cache.get("a" * 64), cache.get("b" * 64)}  # type: ignore[arg-type]

    assert None in found
    assert len(found) == 2


# Departed tenants


def _street_build(lane: Lane, *handles: str) -> list[str]:
    street = lane.street()
    return [f"{built.handle} {built.outcome}" for built in streets.build(street, handles or street.workspace.handles(), jobs=1)]


def test_departed_tenant_is_removed_and_strangers_stay(shop: Lane) -> None:
    shop.tenant("gone", simple_shop())
    _street_build(shop)
    shutil.rmtree(shop.root / "tenants/gone")
    stranger = shop.workspace.out / "not-ours"
    stranger.mkdir()

    removed = streets.remove_departed(shop.street(), shop.workspace.handles())

    assert removed == ["gone"]
    assert not shop.workspace.site("gone").exists()
    assert not shop.workspace.sources("gone").exists()
    assert stranger.is_dir()
    assert shop.workspace.site("acme").is_dir()


def test_departed_tenant_whose_last_build_was_cut_short_is_removed(shop: Lane) -> None:
    shop.tenant("gone", simple_shop())
    _street_build(shop)
    states.spoil(shop.workspace.state("gone"))  # as a crash while writing leaves it
    shutil.rmtree(shop.root / "tenants/gone")

    removed = streets.remove_departed(shop.street(), shop.workspace.handles())

    assert removed == ["gone"]
    assert not shop.workspace.site("gone").exists()


def test_removing_departed_tenants_never_leaves_the_output_folder(shop: Lane) -> None:
    for name in ("...state", ".state", "..state"):
        (shop.workspace.cache / "tenants" / name).write_bytes(b"")

    removed = streets.remove_departed(shop.street(), shop.workspace.handles())

    assert removed == []
    assert (shop.root / "tenants/acme/tenant.yaml").is_file()
    assert shop.workspace.site("acme").is_dir()


# Two output folders


def test_another_output_folder_has_a_state_of_its_own(shop: Lane, tmp_path: Path) -> None:
    elsewhere = shop.street(out=tmp_path / "elsewhere")
    first = shop.build("acme", elsewhere)

    again, there = shop.build("acme"), shop.build("acme", elsewhere)

    assert (first.outcome, again.outcome, there.outcome) == ("built", "unchanged", "unchanged")
    assert shop.files("acme", tmp_path / "elsewhere") == shop.files("acme")


# Disks that refuse


def test_full_disk_is_told_in_one_sentence(lane: Lane) -> None:
    """A limit on file size stands for a full disk: both fail in the middle of a write."""
    lane.tenant("acme", simple_shop())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        built = lane.build("acme")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    after = lane.build("acme")

    assert built.outcome == "failed"
    assert [d.code for d in built.diagnostics if d.severity == "error"] == ["HS504"]
    assert "File too large" in messages(built)
    assert after.outcome == "built"
    assert lane.files("acme") == _clean(lane)
    assert not list(lane.root.rglob("*.hs-*"))


def test_output_that_cannot_be_a_folder_is_told(shop: Lane) -> None:
    shutil.rmtree(shop.workspace.out)
    shop.workspace.out.write_text("a file")

    built = shop.build("acme")

    assert built.outcome == "failed"
    assert [d.code for d in built.diagnostics if d.severity == "error"] == ["HS504"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_output_is_told(shop: Lane) -> None:
    shutil.rmtree(shop.workspace.site("acme"))
    shop.workspace.out.chmod(0o555)
    try:
        built = shop.build("acme")
    finally:
        shop.workspace.out.chmod(0o755)

    assert [d.code for d in built.diagnostics if d.severity == "error"] == ["HS504"]


# The theme a tenant names


def test_many_theme_settings_are_read_at_once(lane: Lane) -> None:
    """Finding the theme's name once took four times as long for every line of settings: minutes at fifteen lines."""
    settings = "".join(f"    unknown_{number}: 1\n" for number in range(40))
    lane.tenant("acme", simple_shop() | {"tenant.yaml": f"name: Acme\ntheme:\n  settings:\n{settings}"})
    lane.build("acme")
    started = time.process_time()

    built = lane.build("acme")

    assert time.process_time() - started < 15
    assert {d.code for d in built.diagnostics if d.severity == "error"} == {"HS431"}


@pytest.mark.parametrize("spelling", ["theme: {name: second}\n", "theme:\n  settings: {}\n  name: second\n", '"theme": {"name": "second"}\n', "theme:\n# a remark\n  name: 'second'\n"])
def test_edit_of_the_named_theme_is_seen_however_it_is_spelt(lane: Lane, spelling: str) -> None:
    shutil.copytree(lane.own_theme(), lane.root / "themes/second")
    shutil.rmtree(lane.root / "themes/main")
    lane.tenant("acme", simple_shop() | {"tenant.yaml": f"name: Acme\n{spelling}"})
    first = lane.build("acme")
    place = lane.root / "themes/second/templates/page.html"
    text = place.read_text()
    place.write_text(text.replace("{% endblock %}", "<!--edited-->{% endblock %}"))
    lane.themes.clear()

    second = lane.build("acme")

    assert (first.outcome, second.outcome) == ("built", "built"), messages(first)
    assert b"<!--edited-->" in lane.files("acme")["pages/about/index.html"]
    assert set(second.ran) == {"pages/about/index.html"}


def test_unknown_theme_is_told_where_it_is_named(lane: Lane) -> None:
    lane.tenant("acme", simple_shop() | {"tenant.yaml": "name: Acme\ntheme:\n  name: mian\n"})

    built = lane.build("acme")

    assert [(str(d.span), d.code) for d in built.diagnostics] == [("tenants/acme/tenant.yaml:3:9", "HS420")]
