"""Plain: data as `source.yaml` reads it back, so that what is to be written and what stands there can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from highstreet.source.emit import Node
from highstreet.source.yaml import Plain


def plain(value: Node) -> Plain:
    """`value` with every scalar as the text that YAML will hold."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise TypeError(f"not plain data: {type(value).__name__}")
