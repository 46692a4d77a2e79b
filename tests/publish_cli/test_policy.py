"""Policies give a tenant's credentials its own prefix and nothing beside it."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from highstreet.model.publishing import Publishing
from highstreet.publish.policy import PURPOSES, Purpose, cache_policy, policy
from support.command import call
from support.street import Lane

NEIGHBOURS = (
    "acme-2/index.html",
    "acme./index.html",
    "acm/index.html",
    "acme",
    "index.html",
    "",
    "other/acme/index.html",
)


def allowed(made: dict[str, Any], action: str, key: str = "", listed: str | None = None) -> bool:
    """Whether the policy lets `action` be done to bucket/key, as IAM reads it: * and ? are wildcards, case counts."""
    resource = f"arn:aws:s3:::bucket/{key}" if listed is None else "arn:aws:s3:::bucket"
    for statement in made["Statement"]:
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        if action not in actions or not fnmatchcase(resource, statement["Resource"]):
            continue
        wanted = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix")
        if wanted is None or (listed is not None and fnmatchcase(listed, wanted)):
            return True
    return False


@pytest.mark.parametrize("prefix", ["", "/shops", "/shops/eu/"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_nothing_outside_the_tenants_prefix_may_be_touched(prefix: str, purpose: Purpose) -> None:
    made = policy(Publishing(to=f"s3://bucket{prefix}", acl="private"), "acme", purpose)
    below = prefix.strip("/") + "/" if prefix else ""

    assert allowed(made, "s3:GetObject", f"{below}acme/_hs/current")
    assert allowed(made, "s3:PutObject", f"{below}acme/t/x/index.html") == (purpose != "edge")
    assert allowed(made, "s3:DeleteObject", f"{below}acme/t/x/index.html") == (purpose == "gc")
    assert allowed(made, "s3:ListBucket", listed=f"{below}acme/") == (purpose != "edge")
    for action in ("s3:GetObject", "s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject"):
        assert not any(allowed(made, action, below + key) for key in NEIGHBOURS)
    assert not any(allowed(made, "s3:ListBucket", listed=below + key) for key in ("", "acme", "acme-2/", "acm"))
    assert "s3:*" not in json.dumps(made)


def test_only_a_flat_publisher_may_delete_without_gc() -> None:
    made = policy(Publishing(to="s3://bucket", layout="flat"), "acme", "publish")

    assert allowed(made, "s3:DeleteObject", "acme/index.html")
    assert not allowed(made, "s3:DeleteObject", "acme-2/index.html")


def test_wildcards_in_a_prefix_mean_themselves() -> None:
    made = policy(Publishing(to="s3://bucket/a*b?c$d"), "acme", "gc")

    assert made["Statement"][0]["Resource"] == "arn:aws:s3:::bucket/a${*}b${?}c${$}d/acme/*"
    assert made["Statement"][1]["Condition"]["StringLike"]["s3:prefix"] == "a${*}b${?}c${$}d/acme/*"


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("arn:aws:kms:eu-west-1:1:key/2", "arn:aws:kms:eu-west-1:1:key/2"),
        ("2f1e", "arn:aws:kms:*:*:key/2f1e"),
        ("alias/shops", "*"),
        ("arn:aws:kms:eu-west-1:1:alias/shops", "*"),
    ],
)
def test_a_kms_key_is_allowed_too(key: str, resource: str) -> None:
    statement = policy(Publishing(to="s3://bucket", kms_key=key), "acme", "publish")["Statement"][-1]

    assert statement["Resource"] == resource
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    if resource == "*":
        assert statement["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/shops"}}


def test_a_mirror_may_be_told_by_who_publishes_and_by_nobody_else() -> None:
    arn = "arn:aws:cloudfront::111111111111:key-value-store/8562e61f"

    made = {
        purpose: policy(Publishing(to="s3://bucket", mirror=arn), "acme", purpose)["Statement"]
        for purpose in ("publish", "gc", "edge")
    }

    assert made["publish"][-1]["Resource"] == arn and len(made["publish"][-1]["Action"]) == 3
    assert all("Mirror" not in statement["Sid"] for purpose in ("gc", "edge") for statement in made[purpose])


@pytest.mark.parametrize("prefix", ["", "/builds"])
def test_a_preview_reads_the_whole_cache_and_writes_its_own_part(prefix: str) -> None:
    below = prefix.strip("/") + "/" if prefix else ""
    preview = cache_policy(Publishing(kms_key="2f1e"), f"s3://bucket{prefix}", "preview")
    production = cache_policy(Publishing(), f"s3://bucket{prefix}/", "production")

    for made, action, part, may in (
        (preview, "s3:GetObject", "preview", True),
        (preview, "s3:GetObject", "production", True),
        (preview, "s3:PutObject", "preview", True),
        (preview, "s3:PutObject", "production", False),
        (production, "s3:GetObject", "production", True),
        (production, "s3:PutObject", "production", True),
        (production, "s3:GetObject", "preview", False),
        (production, "s3:PutObject", "preview", False),
    ):
        assert allowed(made, action, f"{below}_cache/{part}/ab/abcd") == may, (action, part)
        assert allowed(made, "s3:ListBucket", listed=f"{below}_cache/{part}/ab/abcd")
        assert not allowed(made, "s3:DeleteObject", f"{below}_cache/{part}/ab/abcd")
        assert not allowed(made, action, f"{below}acme/index.html")
    assert preview["Statement"][-1]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_the_command_prints_the_policy_of_the_cache_that_is_set(lane: Lane) -> None:
    (lane.root / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "shops.example"\ncache = "s3://bucket/builds"\n')

    said = call("-C", lane.root, "policy", "--cache", "preview")

    assert said.code == 0
    assert json.loads(said.out) == cache_policy(Publishing(), "s3://bucket/builds", "preview")
    for wrong in (["acme", "--cache", "preview"], []):
        assert call("-C", lane.root, "policy", *wrong).code == 2
    (lane.root / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "shops.example"\n')
    assert "no shared cache" in call("-C", lane.root, "policy", "--cache", "preview").err
