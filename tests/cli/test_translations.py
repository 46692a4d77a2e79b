"""What `highstreet translations` tells: every text a language lacks, where it stands and what is shown instead."""

from __future__ import annotations

from support.command import call
from support.street import Lane, simple_shop


def test_lacking_texts_are_listed_with_place_and_fallback(lane: Lane) -> None:
    shop = simple_shop(products=1)
    shop["tenant.yaml"] = {**shop["tenant.yaml"], "languages": ["en-GB", "fr", "de"]}
    shop["catalog/products/thing-0.yaml"] = "title: Cup\nprice: 10.00\noptions:\n  Colour: [Blue]\nvariants:\n- {options: [Blue]}\n"
    shop["locales/fr/catalog/products/thing-0.yaml"] = {"title": "Tasse"}
    lane.tenant("acme", shop)
    lane.tenant("plain", simple_shop())

    told = call("-C", lane.root, "translations", "--language", "fr")
    data = call("-C", lane.root, "translations", "acme", "--format", "json").json

    assert told.code == 0
    assert "tenants/acme/catalog/products/thing-0.yaml:4  fr: options.Colour is shown as “Colour”" in told.out
    assert "title is shown as “Cup”" not in told.out
    assert "locales/fr/navigation.yaml" in told.out
    assert "acme de" not in told.out
    assert [row["language"] for row in data["languages"]] == ["fr", "de"]
    cup = next(row for row in data["missing"] if row["language"] == "de" and row["field"] == "title" and "thing-0" in row["file"])
    assert cup == {"tenant": "acme", "language": "de", "file": "tenants/acme/catalog/products/thing-0.yaml", "line": 1, "field": "title", "fallback": "Cup", "translation": "locales/de/catalog/products/thing-0.yaml"}
    assert len(data["missing"]) == sum(row["missing"] for row in data["languages"])


def test_a_shop_that_cannot_be_read_is_told_and_stops_no_other(lane: Lane) -> None:
    lane.tenant("bad", {"tenant.yaml": "name: [\n"})
    lane.tenant("good", simple_shop())

    said = call("-C", lane.root, "translations")

    assert said.code == 1
    assert "bad/tenant.yaml" in said.all
