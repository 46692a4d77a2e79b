"""State: what the last import wrote, so that the next one can tell the merchant's edits from its own work.

It lives in the tenant folder as `.import.json`, because it belongs to the shop and must travel with it through git;
the scanner ignores names that begin with a dot. It holds digests, not values: one line per file, so that its diff
shows which files an import touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.importers.merge import Prints
from highstreet.model.values import is_handle

PATH = ".import.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class State:
    """The record of an import.

    `files`: path → digests of what was imported; `pictures`: source → asset below assets/; `handles`: the source's
    number or name of a product, type or category → its handle here, where the name does not tell it or may change: what
    it stands for stays the same file.
    """

    files: Mapping[str, Prints] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    handles: Mapping[str, str] = field(default_factory=dict)


def parsed(data: bytes | None, label: str) -> State:
    """The state in `data`; an empty one when there is none. Raises Problems HS708 when it is damaged."""
    if data is None:
        return State()
    try:
        given = json.loads(data)
        if given["version"] != _VERSION:
            raise ValueError(f"version {given['version']}")
        files = {str(path): _prints(value) for path, value in given["files"].items()}
        pictures = {str(source): _asset(asset) for source, asset in given["pictures"].items()}
        handles = {str(number): _handle(handle) for number, handle in given["handles"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Problems(
            [
                Diagnostic(
                    "HS708",
                    Span(f"{label}/{PATH}"),
                    "the record of the last import cannot be read",
                    str(error)[:80] or type(error).__name__,
                    "the file as the last import wrote it",
                    "restore it from git, or delete it: then every field that differs counts as your edit and stays",
                )
            ]
        ) from error
    return State(files, pictures, handles)


def _prints(value: object) -> Prints:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {str(key): _prints(item) for key, item in value.items()}
    raise ValueError("not digests")


def _asset(value: object) -> str:
    # Edited by hand or merged by git, it must still not lead out of the folder.
    if (
        not isinstance(value, str)
        or value.startswith("/")
        or not value
        or any(part in ("", ".", "..") for part in value.split("/"))
        or "\\" in value
    ):
        raise ValueError(f"not an asset: {value!r}")
    return value


def _handle(value: object) -> str:
    if not isinstance(value, str) or not is_handle(value):
        raise ValueError(f"not a handle: {value!r}")
    return value


def text(state: State) -> str:
    """The state as JSON with one file or picture a line, in path order."""

    def block(entries: Mapping[str, object]) -> str:
        lines = [
            f"    {json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
            for key, value in sorted(entries.items())
        ]
        return "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"

    parts = {"files": state.files, "pictures": state.pictures, "handles": state.handles}
    return (
        f'{{\n  "version": {_VERSION},\n'
        + ",\n".join(f'  "{name}": {block(part)}' for name, part in parts.items())
        + "\n}\n"
    )
