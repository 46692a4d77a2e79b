"""Shape types: what a shape says about the place where a mistake is, read from its annotations."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

Keys = tuple[str | int, ...]


def known_keys(shape: Any, keys: Keys) -> set[str]:
    """The keys a mapping at `keys` may have."""
    return {
        name for option in _options(_type_at(shape, keys)) if is_typeddict(option) for name in get_type_hints(option)
    }


def kinds_at(shape: Any, keys: Keys) -> set[str]:
    """Whether text, a list or a mapping may stand at `keys`."""
    kinds: set[str] = set()
    for option in _options(_type_at(shape, keys)):
        if option is type(None):
            continue
        origin = get_origin(option)
        kinds.add("list" if origin is list else "mapping" if origin is dict or is_typeddict(option) else "text")
    return kinds


def _type_at(shape: Any, keys: Keys) -> Any:
    """The declared type of the value at `keys`."""
    for key in keys:
        inner: list[Any] = []
        for option in _options(shape):
            if get_origin(option) is list and isinstance(key, int):
                inner.append(get_args(option)[0])
            elif get_origin(option) is dict:
                inner.append(get_args(option)[1])
            elif is_typeddict(option) and key in (hints := get_type_hints(option, include_extras=True)):
                inner.append(hints[key])
        shape = Union[tuple(inner)] if inner else Any  # noqa: UP007  # built at run time
    return shape


def _options(shape: Any) -> list[Any]:
    """The alternatives of a type, without Annotated, NotRequired and unions around them."""
    origin = get_origin(shape)
    if origin is Annotated or origin in (NotRequired, Required):
        return _options(get_args(shape)[0])
    if origin is Union or type(shape).__name__ == "UnionType":
        return [inner for option in get_args(shape) for inner in _options(option)]
    return [str] if origin is Literal else [shape]
