"""JSON of plain data for other programs: named tuples and records become objects, so that fields are read by name.

(base/digest.py has the other spelling, in which they are lists: shorter, and all that a digest needs.)
"""

from __future__ import annotations

import orjson

from highstreet.base.record import Record

_PLAIN_ONLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def json_text(data: object) -> str:
    """`data` on one line, without spaces. Raises TypeError for what is no plain data, or text that is no Unicode."""
    return orjson.dumps(data, _fields, _PLAIN_ONLY).decode()


def _fields(data: object) -> object:
    if isinstance(data, tuple):
        return dict(zip(data._fields, data, strict=True))  # type: ignore[attr-defined]
    if isinstance(data, Record):
        return data.__dict__
    raise TypeError(f"{type(data).__name__} is not plain data")
