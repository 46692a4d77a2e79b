"""What is heard of a page where others see it: headings that follow one another, and which of two prices is the old one."""

from __future__ import annotations

import re
from html import unescape

from support.street import Lane, messages, picture, simple_shop


def test_headings_follow_one_another_with_and_without_that_of_a_section(lane: Lane) -> None:
    files = simple_shop()
    columns, tiles = {"type": "multicolumn", "items": [{"heading": "Made here"}]}, {"type": "collection-tiles", "collections": ["things"]}
    files["home.yaml"] = {"sections": [columns, tiles, columns | {"heading": "Why"}, tiles | {"heading": "What"}]}
    lane.tenant("acme", files)

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    main = re.search(r"<main.*</main>", lane.files("acme")["index.html"].decode(), re.DOTALL)
    assert main is not None
    assert re.findall(r"<h(\d)", main[0]) == ["1", "2", "2", "2", "3", "2", "3"]


def test_an_old_price_is_told_in_words_wherever_it_stands(lane: Lane) -> None:
    files = simple_shop()
    files["catalog/products/thing-0.yaml"] |= {"price": "5.00", "compare_at_price": "8.00"}
    look = {"type": "shop-the-look", "image": {"src": "look.png", "alt": "Look"}, "points": [{"product": "thing-0", "x": "5", "y": "5"}]}
    files["assets/look.png"] = picture(3)
    files["home.yaml"] = {"sections": [{"type": "featured-product", "product": "thing-0"}, look, {"type": "featured-products", "products": ["thing-0"]}]}
    lane.tenant("acme", files)

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    pages = lane.files("acme")
    for path, places in {"index.html": 3, "products/thing-0/index.html": 1}.items():
        page = re.sub(r"<template.*?</template>", "", pages[path].decode(), flags=re.DOTALL)
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
        assert page.count("</s>") == places, path
        assert len(re.findall(r"Sale price €5\.00 Regular price €8\.00", words)) == places, path
