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


def test_a_rule_is_a_redirect_for_everything_it_means(lane: Lane) -> None:
    shop = {**simple_shop(products=3), "redirects.yaml": {"/product/*": "product/*", "/p/*.html": {"to": "product/*?from=old", "permanent": False}, "/product/thing-1/": "/products/"}}
    shop["catalog/products/thing-2.yaml"] = {**shop["catalog/products/thing-2.yaml"], "status": "draft"}
    lane.tenant("acme", shop)

    built = lane.build("acme")

    files = lane.files("acme")
    assert built.outcome == "built", built.diagnostics
    assert files["_redirects"].decode().splitlines() == [
        "/product/thing-0 /products/thing-0/ 301",  # what is written for thing-1 goes before the rule, a draft has no page
        "/p/thing-0.html /products/thing-0/?from=old 302",
        "/p/thing-1.html /products/thing-1/?from=old 302",
        "/product/thing-1/ /products/ 301",
    ]
    assert b"/products/thing-0/?from=old" in files["p/thing-0.html"]


def test_a_new_product_is_led_to_at_once(lane: Lane) -> None:
    lane.tenant("acme", {**simple_shop(products=1), "redirects.yaml": {"/product/*": "product/*"}})
    lane.build("acme")

    lane.tenant("acme", {**simple_shop(products=2), "redirects.yaml": {"/product/*": "product/*"}})
    lane.build("acme")

    assert b"/products/thing-1/" in lane.files("acme")["product/thing-1/index.html"]
