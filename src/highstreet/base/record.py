"""Records: plain data read by attribute, frozen; what templates get where the field names are not known to the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class Record:
    """A mapping whose names are attributes, so that `t.cart.items` is a text and never a dict method."""

    __slots__ = ("__dict__",)

    def __init__(self, fields: Mapping[str, object]) -> None:
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"records are frozen: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"records are frozen: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__))

    def __iter__(self) -> Iterator[tuple[str, object]]:
        return iter(self.__dict__.items())

    def __repr__(self) -> str:
        return f"Record({', '.join(self.__dict__)})"
