"""Schemas: JSON Schemas of every tenant file and the settings with which editors find them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from highstreet.model.shaped import SHAPES

FOLDER = "schemas"
# Which files of a workspace each schema describes; front matter in Markdown is beyond YAML editors.
_PLACES: dict[str, tuple[str, ...]] = {
    "tenant": ("tenant.yaml",),
    "branding": ("branding.yaml",),
    "navigation": ("navigation.yaml",),
    "sections": ("home.yaml", "templates/*.yaml"),
    "redirects": ("redirects.yaml",),
    "search": ("search.yaml",),
    "product": ("catalog/products/*.yaml",),
    "collection": ("catalog/collections/*.yaml",),
}
Json = dict[str, Any]


def files(sections: Mapping[str, Json] | None = None) -> dict[str, str]:
    """Path below the workspace → text: one schema per kind of file, and `.vscode/settings.json`, which VS Code and
    every other editor with yaml-language-server understands.

    `sections` are the theme's: section type → JSON Schema of its settings. With them home.yaml is completed too.
    """
    kinds = [kind for kind in SHAPES if kind.removesuffix("-overlay") in _PLACES]
    made = {_path(kind): _text(schema(kind, sections)) for kind in kinds}
    return {
        **made,
        ".vscode/settings.json": _text({"yaml.schemas": {f"./{_path(kind)}": globs(kind) for kind in kinds}}),
    }


def schema(kind: str, sections: Mapping[str, Json] | None = None) -> Json:
    """The JSON Schema of one kind of file: "product", "tenant", "product-overlay" and so on."""
    made: Json = _lenient(TypeAdapter(SHAPES[kind]).json_schema())
    made = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Highstreet {kind.replace('-', ' ')}",
        **made,
    }
    made["title"] = f"Highstreet {kind.replace('-', ' ')}"
    if kind == "sections" and sections:
        made["properties"]["sections"] = {
            "type": ["array", "null"],
            "items": {"oneOf": [_section(*pair) for pair in sections.items()]},
        }
    return _as_draft_7(made)


def globs(kind: str) -> list[str]:
    """The files a schema is for, as editors match them."""
    base = kind.removesuffix("-overlay")
    middle = "locales/*/" if kind.endswith("-overlay") else ""
    return [f"tenants/*/{middle}{place}" for place in _PLACES[base]]


def modeline(kind: str, depth: int) -> str:
    """The comment that ties one file to its schema in any editor; `depth` is how many folders the file lies deep."""
    return f"# yaml-language-server: $schema={'../' * depth}{_path(kind)}"


def _path(kind: str) -> str:
    return f"{FOLDER}/{kind}.schema.json"


def _text(data: Json) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _lenient(node: Any) -> Any:
    """Text may be written without quotes even when it looks like a number: `sku: 123` is the text 123 to us."""
    if isinstance(node, list):
        return [_lenient(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _lenient(value) for key, value in node.items() if key != "title" or not isinstance(value, str)}
    if (
        made.get("type") == "string"
        and not {"enum", "const", "format"} & made.keys()
        and made.get("pattern") in (None, r"\S")
    ):
        made["type"] = ["string", "number", "boolean"]
    return made


def _as_draft_7(made: Json) -> Json:
    """yaml-language-server speaks draft 7, where `$defs` is `definitions`."""
    text = json.dumps(made).replace('"#/$defs/', '"#/definitions/').replace('"$defs":', '"definitions":')
    renamed: Json = json.loads(text)
    return renamed


def _section(name: str, settings: Json) -> Json:
    properties = {"type": {"const": name}, **settings.get("properties", {})}
    return {**settings, "type": "object", "properties": properties, "required": ["type", *settings.get("required", [])]}
