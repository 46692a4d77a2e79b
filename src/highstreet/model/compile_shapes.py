"""Compiled shapes: what quick.py reads, made from the Pydantic shapes. Run as a module after changing a shape."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from highstreet.model.quick import FILE
from highstreet.model.shaped import SHAPES


def compiled() -> str:
    """The text of shapes.json."""
    return (
        json.dumps(
            {kind: _shape(TypeAdapter(shape).core_schema) for kind, shape in SHAPES.items()}, separators=(",", ":")
        )
        + "\n"
    )


def _shape(schema: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    if schema["type"] == "definitions":
        names = {_name(inner["ref"]): _node(inner) for inner in schema["definitions"]}
        schema = schema["schema"]
    return {"names": names, "root": _node(schema)}


def _name(ref: str) -> str:
    return ref.rpartition(":")[0].rpartition(".")[2]  # without the address in memory


def _node(schema: Any) -> list[Any]:
    kind = schema["type"]
    if kind == "typed-dict":
        assert schema["extra_behavior"] == "forbid", schema
        return ["map", {name: [field["required"], _node(field["schema"])] for name, field in schema["fields"].items()}]
    if kind == "str":
        return ["str", schema.get("max_length"), schema.get("pattern"), None]
    if kind == "function-after":
        inner = _node(schema["schema"])
        assert inner[0] == "str", schema
        return [*inner[:3], schema["function"]["function"].__name__]
    if kind == "nullable":
        return ["null", _node(schema["schema"])]
    if kind == "list":
        return ["list", _node(schema["items_schema"]), schema.get("min_length"), schema.get("max_length")]
    if kind == "dict":
        return ["dict", _node(schema["keys_schema"]), _node(schema["values_schema"])]
    if kind == "union":
        return ["or", [_node(choice) for choice in schema["choices"]]]
    if kind == "literal":
        return ["in", list(schema["expected"])]
    if kind == "definition-ref":
        return ["name", _name(schema["schema_ref"])]
    assert kind == "any", schema
    return ["any"]


if __name__ == "__main__":
    FILE.write_text(compiled(), "utf-8")
