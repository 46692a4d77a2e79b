"""Publishing: where and how the operator puts the street online, and what is wrong with a place to publish to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from highstreet.model.flaws import Flaw

Layout = Literal["releases", "flat"]
LAYOUTS: tuple[Layout, ...] = ("releases", "flat")
PRECOMPRESS = ("assets", "all", "none")
CHECKSUMS = ("md5", "crc32", "sha256", "none")
ACLS = ("private", "public-read", "bucket-owner-full-control", "bucket-owner-read", "authenticated-read")


@dataclass(frozen=True, slots=True)
class Publishing:
    """[tool.highstreet.publish] of pyproject.toml."""

    to: str = ""  # "s3://bucket/prefix" or "file:///dir"
    endpoint_url: str = ""  # of an S3-compatible store; "" means AWS, or what the environment sets
    layout: str = "releases"
    precompress: str = "assets"  # which texts are also stored as br and gzip: assets | all | none
    keep: int = 10  # releases that gc keeps for rollback
    grace: int = 24  # hours that gc leaves what nobody refers to any more
    region: str = ""
    path_style: bool | None = None  # endpoint/bucket/key in place of bucket.endpoint/key; None: as the store needs it
    checksum: str = "md5"  # what a store checks an upload by
    kms_key: str = ""  # encrypts with this key of AWS KMS
    acl: str = ""  # canned ACL of every object; "" leaves it to the bucket
    mirror: str = ""  # ARN of a CloudFront key-value store that is told of every switch


def store(text: str) -> Flaw | None:
    """A place to publish to: `s3://bucket/prefix` or `file:///folder`, without user name and password."""
    expected = "s3://bucket/prefix or file:///folder"
    if "@" in text.partition("://")[2].partition("/")[0]:
        return Flaw(
            "HS152",
            "{name} holds a user name or password",
            expected,
            "remove the part before @; credentials belong in the environment, see docs/publishing.md",
        )
    if re.search(r"[\x00-\x20\x7f-\x9f\\]", text):
        return Flaw("HS152", "{name} is not a place to publish to", expected, "write it without spaces")
    if re.search(r"[?#]", text):
        return Flaw("HS152", "{name} is not a place to publish to", expected, "leave out what follows ? or #")
    if re.search(r"/\.{0,2}(/|$)", text.partition("://")[2].lstrip("/").rstrip("/")):
        return Flaw("HS152", "{name} is not a place to publish to", expected, "write the path without .. and //")
    if re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?|file:///[^/].*", text):
        return None
    fix = "begin with s3:// or file:///"
    if text.startswith("s3://"):
        fix = "write the bucket's name in small letters, digits, dots and hyphens after s3://"
    elif text.startswith("/"):
        fix = f"write file://{text}"
    elif text.startswith("file:"):
        fix = "write the whole path, with three slashes: file:///srv/shops"
    return Flaw("HS152", "{name} is not a place to publish to", expected, fix)


def endpoint(text: str) -> Flaw | None:
    """The address of an S3-compatible server: also an IP address, a name without dots, any port."""
    expected = "the server's address, such as https://s3.example.com or http://127.0.0.1:8333"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return Flaw("HS152", "{name} is not a web address", expected, "check the part after //")
    if parts.username is not None or parts.password is not None:
        return Flaw(
            "HS152",
            "{name} holds a user name or password",
            expected,
            "remove the part before @; credentials belong in the environment, see docs/publishing.md",
        )
    good = parts.scheme in ("http", "https") and host and port != 0 and not re.search(r"[^!-~]|[<>\"`\\^{|}]", text)
    if good and not parts.query and not parts.fragment:
        return None
    return Flaw("HS152", "{name} is not a web address", expected, "begin with https:// and leave out what follows ?")


def mirror(text: str) -> Flaw | None:
    """The key-value store of a CDN that follows what is live."""
    if re.fullmatch(r"arn:aws[a-z-]*:cloudfront::[0-9]{12}:key-value-store/[0-9a-zA-Z-]{1,64}", text):
        return None
    return Flaw(
        "HS152",
        "{name} is not a key-value store of CloudFront",
        "arn:aws:cloudfront::<account>:key-value-store/<id>",
        "take the output Mirror of the stack that `highstreet edge cloudfront` made",
    )


def bare(text: str) -> str:
    """An address safe to show: without user name, password and query, where keys hide."""
    scheme, slashes, rest = text.partition("://")
    if not slashes:
        return text.rpartition("@")[2]
    authority, slash, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
