"""Stores: the object store that an address names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.publish.object_store import ObjectStore
from highstreet.publish.options import Options
from highstreet.publish.s3_options import DEFAULTS, S3Options


def open_store(url: str, options: Options, manner: S3Options = DEFAULTS) -> ObjectStore:
    """The store at `url`, "s3://bucket/prefix" or "file:///folder". Nothing is asked of it yet.

    `manner` says how many requests an S3 store makes at once and how long it waits; where it is stands in `options`.

    Raises Problems for any other address, and Refused when there are no credentials or the folder cannot be made.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "s3" and rest:
        # What the other kind of store needs is not imported: botocore alone takes longer than a publish with no news.
        from highstreet.publish.s3 import S3Store

        bucket, _, prefix = rest.partition("/")
        settings = manner._replace(
            endpoint_url=options.endpoint_url,
            region=options.region,
            path_style=options.path_style or None,
            checksum=options.checksum,
            kms_key=options.kms_key,
            acl=options.acl,
        )
        return S3Store(bucket, prefix.strip("/"), settings)
    if scheme == "file" and rest.startswith("/") and rest.strip("/"):
        from highstreet.publish.folder import FolderStore

        return FolderStore(Path(unquote(rest)))
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
