"""Digests: canonical bytes of plain data, and values that carry their own digest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, NewType, TypeVar

import orjson

from highstreet.base.record import Record

Digest = NewType("Digest", str)  # 64 lower-case hex digits of SHA-256
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


def _record(data: object) -> object:
    if isinstance(data, Record):
        return data.__dict__
    if isinstance(data, tuple):  # a named one
        return list(data)
    raise TypeError(f"{type(data).__name__} is not plain data")


_PLAIN_ONLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False, default=_record
).encode


def of_bytes(data: bytes) -> Digest:
    """SHA-256 of `data` in hex."""
    return Digest(sha256(data).hexdigest())


def canonical(data: object) -> bytes:
    """One spelling for plain data: str, int, bool, None, lists, tuples (named too), records and dicts in their order.

    Order is kept because it is content: a menu sorted differently is another menu. Floats are refused by
    convention (money is text or minor units); anything else raises TypeError.
    """
    try:
        return orjson.dumps(data, _record, _PLAIN_ONLY)
    except TypeError:  # text that is no UTF-8, a number beyond 64 bits, or no plain data at all
        return _encode(data).encode("utf-8", "surrogatepass")


def of_data(data: object) -> Digest:
    """Digest of `canonical(data)`."""
    return Digest(sha256(canonical(data)).hexdigest())


@dataclass(frozen=True, slots=True)
class Value(Generic[T_co]):
    """Frozen plain data with its digest, computed once so that planning never hashes the same thing twice."""

    data: T_co
    digest: Digest


def value(data: T) -> Value[T]:
    """`data` with the digest of its canonical bytes."""
    return Value(data, of_data(data))
