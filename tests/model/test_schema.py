"""Schemas: what editors get agrees with what the loader says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from highstreet.model import schema

TEXT = (Path(__file__).parents[2] / "docs" / "tenant-format.md").read_text("utf-8")


def test_every_yaml_file_of_a_tenant_has_a_schema() -> None:
    files = schema.files()

    settings = json.loads(files[".vscode/settings.json"])["yaml.schemas"]
    assert "tenants/*/catalog/products/*.yaml" in settings["./schemas/product.schema.json"]
    assert "tenants/*/locales/*/home.yaml" in settings["./schemas/sections-overlay.schema.json"]
    for path in settings:
        made = json.loads(files[path.removeprefix("./")])
        assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert set(re.findall(r"#/definitions/(\w+)", json.dumps(made))) <= set(made.get("definitions", {}))


def test_unknown_keys_are_underlined_and_texts_may_look_like_numbers() -> None:
    made = schema.schema("product")

    assert made["additionalProperties"] is False
    assert made["required"] == ["title"]
    assert made["properties"]["title"]["type"] == ["string", "number", "boolean"]
    assert made["properties"]["price"]["anyOf"][0]["type"] == ["number", "string"]
    assert made["properties"]["title"]["description"]


def test_sections_of_a_theme_are_completed() -> None:
    hero = {"properties": {"heading": {"type": "string"}}, "required": ["heading"], "additionalProperties": False}

    made = schema.schema("sections", {"hero": hero})

    assert made["properties"]["sections"]["items"]["oneOf"] == [
        {
            "properties": {"type": {"const": "hero"}, "heading": {"type": "string"}},
            "required": ["type", "heading"],
            "additionalProperties": False,
            "type": "object",
        }
    ]


def test_modelines_lead_to_the_schema() -> None:
    assert schema.modeline("product", 4) == "# yaml-language-server: $schema=../../../../schemas/product.schema.json"
