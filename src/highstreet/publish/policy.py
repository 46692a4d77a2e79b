"""Policies: the least that credentials of one tenant, or of a shared cache, need, as IAM reads it."""

from __future__ import annotations

import re
from typing import Any, Literal

from highstreet.model.publishing import Publishing

Purpose = Literal["publish", "gc", "edge"]
PURPOSES: tuple[Purpose, ...] = ("publish", "gc", "edge")
_ACTIONS: dict[Purpose, tuple[str, ...]] = {
    "publish": ("s3:GetObject", "s3:PutObject"),
    "gc": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
    "edge": ("s3:GetObject",),
}


def policy(settings: Publishing, tenant: str, purpose: Purpose) -> dict[str, Any]:
    """An IAM policy for one tenant's prefix of `settings.to`, which is an s3:// address.

    Objects below `<prefix>/<tenant>/` and no others: the slash keeps `acme-2` out of what `acme` may do. Listing is
    allowed for that prefix alone: gc and unpublish do it, and a publisher that may not is told that its first pointer
    is forbidden where it is only missing.
    """
    bucket, below = _below(settings.to, f"{tenant}/")
    actions = list(_ACTIONS[purpose])
    if settings.layout == "flat" and purpose == "publish":
        actions.append("s3:DeleteObject")  # pages that are gone, after all others are in place
    if settings.acl and "s3:PutObject" in actions:
        actions.append("s3:PutObjectAcl")
    name = "".join(part.title() for part in tenant.split("-"))
    statements = [_objects(f"{name}Objects", actions, bucket, below)]
    if purpose != "edge":
        statements.append(_list(name, bucket, below))
    if settings.kms_key:
        statements.append(_key(settings.kms_key, name, purpose))
    if settings.mirror and purpose == "publish":
        # One store for the whole street: IAM cannot part its keys by tenant.
        actions = [f"cloudfront-keyvaluestore:{act}" for act in ("DescribeKeyValueStore", "GetKey", "UpdateKeys")]
        statements.append({"Sid": f"{name}Mirror", "Effect": "Allow", "Action": actions, "Resource": settings.mirror})
    return {"Version": "2012-10-17", "Statement": statements}


def cache_policy(settings: Publishing, place: str, domain: Literal["production", "preview"]) -> dict[str, Any]:
    """An IAM policy for builds of one domain of the shared cache at `place`, which is an s3:// address.

    Builds of `preview` read what production has made and cannot write it. Listing is what lets Amazon tell a missing
    entry from a forbidden one.
    """
    bucket, below = _below(place, "_cache/")
    if domain == "production":
        statements = [_objects("CacheEntries", ["s3:GetObject", "s3:PutObject"], bucket, f"{below}production/")]
    else:
        statements = [
            _objects("CacheRead", ["s3:GetObject"], bucket, below),
            _objects("CacheWrite", ["s3:PutObject"], bucket, f"{below}preview/"),
        ]
    statements.append(_list("Cache", bucket, below))
    if settings.kms_key:
        statements.append(_key(settings.kms_key, "Cache", "publish"))
    return {"Version": "2012-10-17", "Statement": statements}


def _below(place: str, name: str) -> tuple[str, str]:
    """The bucket, and with what its keys below `name` begin, spelt so that nothing in it is a wildcard."""
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    return bucket, _literal(f"{prefix}/{name}" if prefix else name)


def _objects(sid: str, actions: list[str], bucket: str, below: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": f"arn:aws:s3:::{bucket}/{below}*"}


def _list(name: str, bucket: str, below: str) -> dict[str, Any]:
    return {
        "Sid": f"{name}List",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringLike": {"s3:prefix": f"{below}*"}},
    }


def _key(key: str, name: str, purpose: Purpose) -> dict[str, Any]:
    """Decrypting is needed to read and to copy, a data key to write."""
    actions = ["kms:Decrypt"] if purpose == "edge" else ["kms:Decrypt", "kms:GenerateDataKey"]
    statement: dict[str, Any] = {"Sid": f"{name}Key", "Effect": "Allow", "Action": actions}
    alias = re.search(r"(?:^|:)(alias/.+)$", key)
    if alias:
        return {
            **statement,
            "Resource": "*",
            "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias[1]}},
        }
    return {**statement, "Resource": key if key.startswith("arn:") else f"arn:aws:kms:*:*:key/{key}"}


def _literal(text: str) -> str:
    """`text` without meaning: IAM gives *, ? and $ one of their own."""
    return re.sub(r"[*?$]", lambda found: f"${{{found[0]}}}", text)
