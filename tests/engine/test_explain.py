"""Explaining: why a page was, or was not, built again, down to the line that was edited."""

from __future__ import annotations

import pytest

from support.command import AS_OF, Said, call
from support.street import Lane, picture, simple_shop

pytestmark = pytest.mark.usefixtures("plain_icons")
MUG = "title: Mug\nprice: 12.50\ninventory: 3\n"


@pytest.fixture
def shop(lane: Lane) -> Lane:
    lane.base_domain = "localhost"  # as the command builds it
    lane.tenant("acme", simple_shop() | {"catalog/products/mug.yaml": MUG})
    assert lane.build("acme").outcome == "built"
    return lane


def _explain(lane: Lane, path: str, *words: str) -> Said:
    return call("-C", lane.root, "explain", "acme", path, "--as-of", AS_OF, *words)


def _changed(said: Said) -> set[str]:
    return {row["name"] for row in said.json["inputs"] if not row["same"]}


@pytest.mark.parametrize("path", ["products/mug/", "/products/mug/", "products/mug", "products/mug/index.html", "/", "index.html", "sitemap.xml"])
def test_unchanged_page_is_up_to_date(shop: Lane, path: str) -> None:
    said = _explain(shop, path)

    assert said.code == 0
    assert "up to date" in said.out
    assert "CHANGED" not in said.out


def test_price_edit_shows_both_values_and_the_line(shop: Lane) -> None:
    shop.write("tenants/acme/catalog/products/mug.yaml", MUG.replace("12.50", "13.75"))

    said = _explain(shop, "products/mug/")

    assert said.code == 0
    assert "out of date" in said.out
    assert "tenants/acme/catalog/products/mug.yaml:2:8  price: 12.50 → 13.75" in said.out
    changed = [line.split() for line in said.out.splitlines() if "CHANGED" in line]
    assert "product" in {words[0] for words in changed}
    assert "€12.50 → €13.75" in said.out
    rows = [line for line in said.out.splitlines() if line.startswith("  ") and (" same " in line or " CHANGED " in line)]
    assert len({len(line.rstrip()) for line in rows if "none" not in line}) == 1  # one table


def test_verdict_agrees_with_what_the_next_build_makes(shop: Lane) -> None:
    shop.write("tenants/acme/catalog/products/mug.yaml", MUG.replace("12.50", "13.75"))
    paths = [path for path in shop.files("acme") if path.endswith((".html", ".xml", ".json", ".txt"))]
    expected = {path for path in paths if "up to date" not in _explain(shop, path).out}

    built = shop.build("acme")

    assert expected == set(built.ran) & set(paths)
    assert "products/mug/index.html" in expected
    assert "pages/about/index.html" not in expected


def test_text_edit_names_the_page_and_not_the_other(shop: Lane) -> None:
    shop.write("tenants/acme/pages/about.md", "---\ntitle: About\n---\nOther words.\n")

    about, mug = _explain(shop, "pages/about/", "--format", "json"), _explain(shop, "products/mug/", "--format", "json")

    assert "text" in _changed(about)
    assert _changed(mug) == set()
    assert about.json["edits"] == mug.json["edits"]
    assert about.json["edits"][0]["place"] == "tenants/acme/pages/about.md"


def test_shop_wide_edit_is_found_in_every_page(shop: Lane) -> None:
    shop.write("tenants/acme/branding.yaml", "tagline: Other things\ncolors: {primary: '#aa0000'}\n")

    said = _explain(shop, "pages/about/", "--format", "json")

    assert _changed(said) & {"shop", "footer", "header"}
    edits = {(edit["key"], edit["old"], edit["new"]) for edit in said.json["edits"]}
    assert ("tagline", "Good things", "Other things") in edits
    assert ("colors.primary", "#17324d", "#aa0000") in edits


def test_page_that_is_new_gone_touched_or_never_built(shop: Lane) -> None:
    shop.write("tenants/acme/pages/new.md", "---\ntitle: New\n---\nNew.\n")
    page = shop.workspace.site("acme") / "pages/about/index.html"
    page.write_bytes(page.read_bytes() + b" ")
    fresh, touched = _explain(shop, "pages/new/"), _explain(shop, "pages/about/")
    shop.workspace.state("acme").unlink()
    never = _explain(shop, "pages/about/")

    assert "new: the next build makes it" in fresh.out
    assert "changed or removed" in touched.out
    assert "never built here" in never.out
    assert [said.code for said in (fresh, touched, never)] == [0, 0, 0]


def test_picture_edit_is_told_by_digest(shop: Lane) -> None:
    shop.write("tenants/acme/assets/products/p.png", picture(1))
    shop.write("tenants/acme/catalog/products/mug.yaml", MUG + "images: [{src: products/p.png, alt: A mug}]\n")
    shop.build("acme")
    shop.write("tenants/acme/assets/products/p.png", picture(2))

    said = _explain(shop, "products/mug/", "--format", "json")

    assert "product" in _changed(said)
    assert [edit["place"] for edit in said.json["edits"]] == ["tenants/acme/assets/products/p.png"]


def test_theme_and_override_edits_are_told(shop: Lane) -> None:
    shop.write("tenants/acme/theme/templates/page.html", '{% extends "theme:templates/page.html" %}\n{% block main %}<p>Mine</p>{% endblock %}\n')

    said = _explain(shop, "pages/about/", "--format", "json")

    assert "templates" in _changed(said)
    assert ("tenants/acme/theme/templates/page.html", "added") in {(edit["place"], edit["new"]) for edit in said.json["edits"]}


def test_tenant_with_mistakes_tells_them_instead(shop: Lane) -> None:
    shop.write("tenants/acme/catalog/products/mug.yaml", "title: Mug\nprice: 12,50\n")

    said = _explain(shop, "products/mug/")

    assert said.code == 1
    assert "tenants/acme/catalog/products/mug.yaml:2:8  HS204" in said.err


def test_damaged_record_of_the_last_build_is_no_crash(shop: Lane) -> None:
    shop.workspace.sources("acme").write_bytes(b"garbage")

    said = _explain(shop, "products/mug/")

    assert said.code == 0
    assert "Traceback" not in said.err
