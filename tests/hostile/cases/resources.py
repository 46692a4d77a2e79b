"""Resources: shops that are valid, or nearly, and made to cost time, memory or room in what is told of them."""

from __future__ import annotations

from hostile.case import PRODUCT, Case, inert, refused
from support.street import simple_shop

MARKS = "[a](b) *c* `d` <e> &f; " * 1_500

CASES: tuple[Case, ...] = (
    refused("thousands-of-mistakes-in-a-file", "HS030", PRODUCT, {PRODUCT: "title: T\nprice: 1\n" + "".join(f"k{n}: v\n" for n in range(20_000))}),
    refused("thousands-of-wrong-files", "HS204", "catalog/products/p-0.yaml", {f"catalog/products/p-{n}.yaml": "title: T\nprice: x\n" for n in range(1_500)}),
    refused("links-to-nothing-by-the-thousand", "HS305", "catalog/collections/things.yaml", {"catalog/collections/things.yaml": {"title": "T", "products": [f"nothing-{n}" for n in range(3_000)]}}),
    refused("variants-by-the-thousand", "HS218", PRODUCT, {PRODUCT: {"title": "T", "price": "1", "options": {"a": [str(n) for n in range(100)], "b": [str(n) for n in range(100)]}, "variants": [{"options": [str(a), str(b)]} for a in range(100) for b in range(100)]}}),
    refused("redirects-in-a-long-chain", "HS343", "redirects.yaml", {"redirects.yaml": {f"/r{n}": f"/r{n + 1}" for n in range(1_500)} | {"/r1500": "/products/"}}),
    refused("secrets-by-the-thousand", "HS021", PRODUCT, {PRODUCT: {"title": "T", "price": "1", "description": ("sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc ") * 4_000}}),
    inert("a-list-of-everything", {f"catalog/collections/c-{n}.yaml": {"title": f"C {n}", "rules": {"match": "all", "where": [{"field": "price", "above": "0"}]}} for n in range(150)} | {path: text for path, text in simple_shop(products=150).items() if path.startswith("catalog/products")}, pages=()),
    inert("long-texts", {f"catalog/products/d-{n}.yaml": {"title": "D", "price": "1", "description": MARKS} for n in range(40)}, pages=()),
)
