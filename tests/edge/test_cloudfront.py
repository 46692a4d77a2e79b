"""What `highstreet edge cloudfront` writes answers every case, in Node, from a real S3 server; and CloudFront's limits hold."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cases import BASE, CASES, Case, faults
from edge_servers import ask
from edge_shops import SECURITY, one_tree, pointer
from edges import cloudfront_edge, mirrored, nginx_command, street_of
from talks import conditional, hostile

from highstreet.publish.edge.cloudfront import LARGEST, REQUEST, RESPONSE, cloudfront
from highstreet.publish.edge.key_values import Kept, kept_of, kept_values, key_values
from highstreet.publish.edge.street import Folder, NoEdge
from highstreet.publish.forest import APART, trees_for
from highstreet.publish.release import CURRENT

ABLE = {"", "folder check", "plain names", "raw paths", "raw hosts"}  # CloudFront itself compresses pages on the way
TABLE = [case for case in CASES if case.needs in ABLE]


@pytest.fixture(scope="module")
def edge(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with cloudfront_edge(Path(tmp_path_factory.mktemp("cloudfront")), street_of(store)) as port:
        yield port


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_cloudfront_answers(case: Case, edge: int) -> None:
    assert faults(case, ask(edge, case)) == []


def test_cloudfront_answers_those_who_have_been_there(edge: int) -> None:
    assert conditional(lambda case: ask(edge, case), ABLE) == []


def test_cloudfront_is_not_taken_in(edge: int) -> None:
    assert hostile(lambda case: ask(edge, case)) == []


def test_what_is_kept_for_one_visitor_is_right_for_the_next(edge: int) -> None:
    """CloudFront keeps answers by the object's address alone: a query, a preview or a smuggled header must not stick."""
    acme = f"acme.{BASE}"
    asked = [
        Case("", acme, "/products/mug?first=1", 301, None, {"location": "/products/mug/?first=1"}),
        Case("", acme, "/products/mug?second=2", 301, None, {"location": "/products/mug/?second=2"}),
        Case("", acme, "/products/mug", 301, None, {"location": "/products/mug/"}),
        Case("", f"spring-sale--{acme}", "/assets/mug-400.fedcba9876543210.jpg", 200, None, {"x-robots-tag": "noindex, nofollow"}),
        Case("", acme, "/assets/mug-400.fedcba9876543210.jpg", 200, None, {"x-robots-tag": None}),
        Case("", acme, "/none-a", 404, None, {"location": None, "x-frame-options": "DENY"}, {"x-hs-to": "//evil.example", "x-hs-index": "/shops/acme/t/treeacme1/index.html", "x-hs-headers": '{"x-frame-options": "ALLOW"}'}),
        Case("", acme, "/none-a", 404, None, {"location": None, "x-frame-options": "DENY"}),
        Case("", acme, "/none-b.html", 404, None, {"location": None}, {"x-hs-to": "//evil.example", "x-hs-index": "/shops/acme/t/treeacme1/index.html", "x-hs-plain": "/shops/beta/_hs/current"}),
    ]  # fmt: skip

    assert [faults(case, ask(edge, case)) for case in asked] == [[]] * len(asked)


def test_functions_are_small_and_in_the_language_of_cloudfront(store: str, tmp_path: Path) -> None:
    """Its JavaScript is njs; the oldest that nginx's edge runs on takes them, too."""
    made = cloudfront(street_of(store))
    (tmp_path / "cloudfront").write_text("export default {kvs: function () { return {}; }};\n")
    conf = [f"js_path {tmp_path};"]
    for number, name in enumerate((REQUEST, RESPONSE)):
        assert len(made[name].encode()) < LARGEST
        (tmp_path / f"f{number}.js").write_text(made[name] + "export default {handler};\n")
        conf.append(f"js_import f{number} from f{number}.js; server {{ listen 127.0.0.1:1; location / {{ js_content f{number}.handler; }} }}")

    done = subprocess.run([*nginx_command(tmp_path, {"highstreet.conf": "\n".join(conf)}), "-t"], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()


def test_values_are_as_small_as_cloudfront_takes_them() -> None:
    ids = trees_for(256, {number: f"tree{number:011}" for number in range(256)})
    ids = ids._replace(ids=ids.ids | {f"{number * 7:08x}": "b" * 15 for number in range(APART)})
    large = SECURITY | {"content-security-policy": "img-src " + " ".join(f"https://cdn-{number}.example" for number in range(80))}

    for tree, headers in ((ids, large), (one_tree("a" * 15), SECURITY)):
        made = key_values("acme", CURRENT, pointer(tree, headers=headers), ("www.acme.example",))
        assert all(len(name) <= 512 and len(value.encode()) <= 1024 for name, value in [*made.first.items(), made.pointer])

    many = Kept(tuple(f"shop-{number}.example" for number in range(200)), tuple(made.first))
    values = kept_values("acme/current", many)
    assert all(len(value) <= 1024 for value in values.values()) and kept_of("".join(values.values())) == many
    assert all(len(value.encode()) <= 1024 for value in mirrored().values())


def _named(found: Any, into: set[str]) -> set[str]:
    """Every logical id and pseudo parameter that a template refers to."""
    if isinstance(found, dict):
        if "Ref" in found:
            into.add(found["Ref"])
        if "Fn::GetAtt" in found:
            into.add(found["Fn::GetAtt"][0])
        if "Fn::Sub" in found:
            into.update(re.findall(r"\$\{([\w:]+)\}", found["Fn::Sub"]))
        for value in found.values():
            _named(value, into)
    elif isinstance(found, list):
        for value in found:
            _named(value, into)
    return into


def test_template_hangs_together(store: str) -> None:
    made = cloudfront(street_of(store))
    template = json.loads(made["cloudfront.json"])
    resources = template["Resources"]
    config = resources["Street"]["Properties"]["DistributionConfig"]

    assert _named(template, set()) <= {*resources, *template["Parameters"], "AWS::StackName", "AWS::AccountId", "AWS::Region"}
    assert resources["ViewerRequest"]["Properties"]["FunctionCode"] == made[REQUEST]
    assert config["Aliases"] == [f"*.{BASE}", "beta.example", "old-beta.example", "www.beta.example"]
    # Whatever the function tells the Lambda is forwarded, and forgotten when a visitor sends it.
    told = set(resources["Forwarding"]["Properties"]["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"])
    assert told == set(re.findall(r"'(x-hs-[a-z]+)'", made[REQUEST])) == set(re.findall(r"'(x-hs-[a-z]+)'", made["origin-response.js"]))
    assert len(resources["Answers"]["Properties"]["Code"]["ZipFile"]) < 4096
    with pytest.raises(NoEdge):
        cloudfront(street_of(store)._replace(store=Folder("/srv")))
