"""Digests are of one spelling, whichever encoder wrote it."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from highstreet.base.digest import canonical
from highstreet.base.record import Record


class _Pair(NamedTuple):
    left: object
    right: object


_leaves = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=()))  # surrogates too
_plain = st.recursive(
    _leaves,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | st.builds(_Pair, inner, inner) | st.dictionaries(st.text(), inner).map(Record),
    max_leaves=20,
)


def _bare(data: object) -> object:
    match data:
        case Record():
            return {name: _bare(item) for name, item in data.__dict__.items()}
        case dict():
            return {name: _bare(item) for name, item in data.items()}
        case list() | tuple():
            return [_bare(item) for item in data]
    return data


@given(_plain)
def test_canonical_bytes_are_compact_json_in_the_datas_own_order(data: object) -> None:
    wanted = json.dumps(_bare(data), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    assert canonical(data) == wanted


@pytest.mark.parametrize("data", [object(), b"bytes", {1, 2}, [object()]])
def test_what_is_not_plain_data_has_no_digest(data: object) -> None:
    with pytest.raises(TypeError, match="is not plain data"):
        canonical(data)
