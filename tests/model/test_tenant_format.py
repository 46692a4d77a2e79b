"""docs/tenant-format.md: every example loads, and every key of the format occurs in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shop import snapshot

from highstreet.model.load import load
from highstreet.model.platform import platform
from highstreet.model.shaped import SHAPES
from highstreet.model.tenant import Tenant

TEXT = (Path(__file__).parents[2] / "docs" / "tenant-format.md").read_text("utf-8")
FILES = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", TEXT, re.M | re.S))
PICTURES = (
    "logo.svg mark.svg hero.jpg products/aria-1.jpg products/aria-2.jpg products/aria-turn.jpg products/aria-turn.mp4 products/aria-black.jpg collections/round.jpg "
    "pages/about.jpg posts/opening.jpg fonts/house.woff2"
)


@pytest.fixture(scope="module")
def lumen() -> Tenant:
    files: dict[str, str | bytes] = {name: text for name, text in FILES.items() if name != "pyproject.toml"}
    settings, report = platform(FILES["pyproject.toml"], "pyproject.toml")
    assert not list(report)
    loaded = load(snapshot({**files, **{f"assets/{name}": b"" for name in PICTURES.split()}}), settings)
    assert not loaded.report.errors, [f"{d.span} {d.code} {d.message} {d.found}" for d in loaded.report]
    assert {d.code for d in loaded.report} <= {"HS312", "HS337"}
    assert loaded.tenant is not None
    return loaded.tenant


def test_every_example_loads(lumen: Tenant) -> None:
    assert len(FILES) == 19
    assert list(lumen.products) == ["aria-round", "lens-cloth"]
    assert lumen.collections["under-two-hundred"].products == ("aria-round",)


def test_money_variants_and_options(lumen: Tenant) -> None:
    aria = lumen.products["aria-round"]

    assert [(v.options, str(v.price), str(v.compare_at_price)) for v in aria.variants] == [
        (("Black", "48"), "129.00 EUR", "159.00 EUR"),
        (("Black", "50"), "129.00 EUR", "159.00 EUR"),
        (("Tortoise", "48"), "139.00 EUR", "159.00 EUR"),
    ]
    assert [v.inventory.available for v in aria.variants] == [True, True, True]
    assert str(aria.variants[1].weight) == "0.028"
    assert aria.options[0].values[1].swatch == "#7a4a21"
    assert dict(aria.attributes)["Colours"] == "Black, Tortoise"


def test_the_tenant_as_a_whole(lumen: Tenant) -> None:
    assert lumen.languages == ("en-GB", "fr")
    assert lumen.contact.address is not None
    assert lumen.contact.address.country == "FR"
    assert str(lumen.shipping.free_from) == "80.00 EUR"
    assert lumen.shipping.transit_days == (2, 4)
    assert lumen.returns.days == 30
    assert lumen.branding.typography.files[0].weight == "100 900"
    assert [item.label for item in lumen.content.menus["main"][1].items] == ["Round"]
    assert [redirect.permanent for redirect in lumen.content.redirects] == [True, True, False, True, True]  # the last of a rule
    assert lumen.content.home[1].settings == {"collection": "round", "limit": "8"}
    assert lumen.content.posts[0].author == "Léa"
    assert {page.policy for page in lumen.content.pages} == {None, "returns"}


@pytest.mark.parametrize("kind", [kind for kind in SHAPES if kind not in ("redirects", "navigation-overlay")])
def test_every_key_is_documented(kind: str) -> None:
    for key in SHAPES[kind].__annotations__:
        assert re.search(rf"\b{key}\b", TEXT), f"{kind}: {key}"
