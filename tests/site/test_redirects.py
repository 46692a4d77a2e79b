"""Redirects: a rule for each, and a page in the old place where a file can lie there."""

from __future__ import annotations

from support.street import Lane, simple_shop


def test_redirects_become_rules_and_pages(lane: Lane) -> None:
    lane.tenant("acme", {**simple_shop(), "redirects.yaml": {"/old/mug": "product/thing-0", "/süß": "/products/", "/a%20b.html": "page/about"}})

    built = lane.build("acme")

    files = lane.files("acme")
    assert built.outcome == "built", built.diagnostics
    assert files["_redirects"].decode().splitlines() == [
        "/old/mug /products/thing-0/ 301",
        "/s%C3%BC%C3%9F /products/ 301",
        "/a%20b.html /pages/about/ 301",
    ]
    assert b'<link rel="canonical" href="https://acme.example.com/products/thing-0/">' in files["old/mug/index.html"]
    assert not [name for name in files if not name.isascii()]
