"""Policies: the least that credentials of one tenant need, as IAM reads it."""

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
    bucket, _, prefix = settings.to.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    below = _literal(f"{prefix}/{tenant}/" if prefix else f"{tenant}/")
    actions = list(_ACTIONS[purpose])
    if settings.layout == "flat" and purpose == "publish":
        actions.append("s3:DeleteObject")  # pages that are gone, after all others are in place
    if settings.acl and "s3:PutObject" in actions:
        actions.append("s3:PutObjectAcl")
    name = "".join(part.title() for part in tenant.split("-"))
    statements: list[dict[str, Any]] = [
        {
            "Sid": f"{name}Objects",
            "Effect": "Allow",
            "Action": actions,
            "Resource": f"arn:aws:s3:::{bucket}/{below}*",
        }
    ]
    if purpose != "edge":
        statements.append(
            {
                "Sid": f"{name}List",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": f"arn:aws:s3:::{bucket}",
                "Condition": {"StringLike": {"s3:prefix": f"{below}*"}},
            }
        )
    if settings.kms_key:
        statements.append(_key(settings.kms_key, name, purpose))
    if settings.mirror and purpose == "publish":
        # One store for the whole street: IAM cannot part its keys by tenant.
        actions = [f"cloudfront-keyvaluestore:{act}" for act in ("DescribeKeyValueStore", "GetKey", "UpdateKeys")]
        statements.append({"Sid": f"{name}Mirror", "Effect": "Allow", "Action": actions, "Resource": settings.mirror})
    return {"Version": "2012-10-17", "Statement": statements}


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
