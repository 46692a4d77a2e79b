"""Text forms of pointers, manifests and records, and what reads them back: whatever else it finds, it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.digest import canonical
from highstreet.base.span import Span
from highstreet.publish.object_store import ETag, Headers
from highstreet.publish.release import SHARDS, Commit, Pointer, Published, Record, Release, Trees, is_release_id
from highstreet.publish.wellformed import checked_key, is_etag

# Of pointers and manifests; readers refuse what they do not know. In 1 no page was set apart: that is read, too.
FORMAT = 2


def encode_pointer(pointer: Pointer) -> bytes:
    return _text({"format": FORMAT, **_pointer_fields(pointer)})


def decode_pointer(body: bytes, place: str) -> Pointer:
    """The pointer in `body`. Raises Problems (HS801, HS802) at `place` for anything else."""
    return _decoded(body, place, _pointer)


def encode_release(release: Release) -> bytes:
    """JSON with one row for each object; headers, which repeat, stand once in a table."""
    table: dict[Headers, int] = {}
    rows = [
        (
            found.path,
            found.sha256,
            found.size,
            table.setdefault(found.headers, len(table)),
            found.etag,
            found.source if found.source != found.sha256 else "",
        )
        for found in release.objects
    ]
    return _text(
        {
            "format": FORMAT,
            "id": release.id,
            "pointer": _pointer_fields(release.pointer),
            "headers": [headers._asdict() for headers in table],
            "columns": ["path", "sha256", "size", "headers", "etag", "source"],
            "objects": rows,
        }
    )


def decode_release(body: bytes, place: str) -> Release:
    """The manifest in `body`. Raises Problems (HS801, HS802) at `place` for anything else."""
    return _decoded(body, place, _release)


def encode_record(record: Record) -> bytes:
    return _text({"format": FORMAT, **record._asdict(), "commit": record.commit._asdict()})


def decode_record(body: bytes, place: str) -> Record:
    return _decoded(body, place, _record)


_TREE = re.compile(r"[a-z2-7]{15}|")  # none in the flat layout
_APART = re.compile(r"[0-9a-f]{8}")
_HEX = re.compile(r"[0-9a-f]{64}")
T = TypeVar("T")


class _Wrong(Exception):
    """What is wrong with stored data, in a few words."""


def _text(fields: Mapping[str, object]) -> bytes:
    """Canonical: sorted keys, UTF-8."""
    return canonical(_ordered(fields)) + b"\n"


def _ordered(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _ordered(data[name]) for name in sorted(data)}
    return data


def _pointer_fields(pointer: Pointer) -> dict[str, object]:
    fields = pointer._asdict()
    fields["trees"] = pointer.trees._asdict()
    fields["commit"] = pointer.commit._asdict()
    fields["rolled_back_from"] = pointer.rolled_back_from._asdict() if pointer.rolled_back_from else None
    return fields


def _decoded(body: bytes, place: str, read: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _Wrong("it is not JSON") from error
        if not isinstance(data, dict):
            raise _Wrong("it is not an object")
        version = data.get("format")
        if isinstance(version, int) and version > FORMAT:
            raise Problems(
                [
                    Diagnostic(
                        "HS802",
                        Span(place),
                        "a newer Highstreet has published here",
                        f"format {version}",
                        f"format {FORMAT} or older",
                        "publish with the newer version",
                    )
                ]
            )
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise _Wrong("it has no format number")
        return read(data)
    except _Wrong as wrong:
        raise Problems(
            [
                Diagnostic(
                    "HS801",
                    Span(place),
                    "this is not what Highstreet has stored here",
                    str(wrong),
                    "an object written by `highstreet publish`",
                    'see "When something is damaged" in docs/publishing-protocol.md',
                )
            ]
        ) from wrong


def _field(data: Mapping[str, Any], name: str, kind: type[T]) -> T:
    found = data.get(name)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise _Wrong(f"{name} is not of type {kind.__name__}")
    return found


def _id(data: Mapping[str, Any], name: str) -> str:
    found = _field(data, name, str)
    if not is_release_id(found):
        raise _Wrong(f"{name} is {found[:60]!r}")
    return found


def _digest(data: Mapping[str, Any], name: str) -> str:
    found = _field(data, name, str)
    if not _HEX.fullmatch(found):
        raise _Wrong(f"{name} is {found[:60]!r}")
    return found


def _words(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = _field(data, name, list)
    if not all(isinstance(word, str) for word in found):
        raise _Wrong(f"{name} is not a list of texts")
    return tuple(found)


def _ids(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = _words(data, name)
    if not all(map(is_release_id, found)):
        raise _Wrong(f"{name} names no releases")
    return found


def _texts(data: Mapping[str, Any], name: str) -> dict[str, str]:
    found = _field(data, name, dict)
    if not all(isinstance(word, str) for word in found.values()):
        raise _Wrong(f"{name} holds something else than texts")
    return found


def _commit(data: Any) -> Commit:
    if not isinstance(data, dict):
        raise _Wrong("a commit is not an object")
    return Commit(_field(data, "id", str), _field(data, "time", int), _field(data, "dirty", bool))


def _trees(data: Mapping[str, Any]) -> Trees:
    shards, ids = _field(data, "shards", int), _texts(data, "ids")
    names = {name for name in ids if not _APART.fullmatch(name)}
    if names != ({""} if shards == 1 else set(SHARDS)) or shards not in (1, 64, 256):
        raise _Wrong(f"trees has {shards} shards and {len(names)} names")
    for name in ids.values():
        if not _TREE.fullmatch(name):
            raise _Wrong(f"a tree is named {name[:60]!r}")
    return Trees(shards, ids)


def _pointer(data: Mapping[str, Any]) -> Pointer:
    back = data.get("rolled_back_from")
    return Pointer(
        release=_id(data, "release"),
        site=_digest(data, "site"),
        trees=_trees(_field(data, "trees", dict)),
        headers=_texts(data, "headers"),
        encodings=_words(data, "encodings"),
        asset_encodings=_words(data, "asset_encodings"),
        not_found=_words(data, "not_found"),
        previous=_id(data, "previous") if data.get("previous") != "" else "",
        commit=_commit(data.get("commit")),
        built=_field(data, "built", str),
        status=_field(data, "status", str),
        rolled_back_from=None if back is None else _commit(back),
        rolled_back_site=_field(data, "rolled_back_site", str),
        collecting=_field(data, "collecting", str),
        expires=_field(data, "expires", str),
        serial=_field(data, "serial", int),
        collected=_field(data, "collected", int),
        unfinished=_ids(data, "unfinished"),
        by=_field(data, "by", str),
        at=_field(data, "at", str),
    )


_HEADERS = {"temporary": ""}  # not in manifests that were written before it came


def _release(data: Mapping[str, Any]) -> Release:
    table = [
        Headers(*(_field(_HEADERS | row, name, str) for name in Headers._fields))
        for row in _field(data, "headers", list)
        if isinstance(row, dict)
    ]
    objects = []
    for row in _field(data, "objects", list):
        match row:
            case [str(path), str(sha), int(size), int(at), str(etag), str(source)] if 0 <= at < len(table):
                if not (_is_path(path) and _HEX.fullmatch(sha) and is_etag(etag) and size >= 0):
                    raise _Wrong(f"an object is {path[:60]!r}")
                objects.append(Published(path, sha, size, table[at], ETag(etag), source or sha))
            case _:
                raise _Wrong("a row of objects has another form")
    return Release(_id(data, "id"), _pointer(_field(data, "pointer", dict)), tuple(objects))


def _is_path(path: str) -> bool:
    """Whether an object of a site can have this path: nothing of what is ours, nor anything outside."""
    try:
        return not checked_key(path).startswith("_hs/")
    except ValueError:
        return False


def _record(data: Mapping[str, Any]) -> Record:
    fields = {name: _field(data, name, kind) for name, kind in _RECORD.items()}
    return Record(**fields, commit=_commit(data.get("commit")))


_RECORD: dict[str, type[Any]] = {
    "release": str,
    "who": str,
    "built": str,
    "at": str,
    "previous": str,
    "created": int,
    "updated": int,
    "headers": int,
    "deleted": int,
    "copied": int,
    "uploaded": int,
    "bytes": int,
    "seconds": str,
    "replaced": str,
}
