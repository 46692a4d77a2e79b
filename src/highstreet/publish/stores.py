"""Stores: the object store that an address names."""

from __future__ import annotations

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.publish.object_store import ObjectStore
from highstreet.publish.options import Options


def open_store(url: str, options: Options) -> ObjectStore:
    """The store at `url`, "s3://bucket/prefix" or "file:///folder". Nothing is asked of it yet.

    Raises Problems for any other address.
    """
    raise Problems(
        [
            Diagnostic(
                "HS152",
                Span(url),
                "not a place to publish to",
                url,
                "s3://bucket/prefix or file:///folder",
                "begin with s3:// or file:///",
            )
        ]
    )
