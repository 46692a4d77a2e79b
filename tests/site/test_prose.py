"""Texts name things of the shop as YAML does: links lead to where they are, pictures are those of the shop."""

from __future__ import annotations

from html import unescape
from typing import Any

from support.street import Lane, messages, picture, simple_shop

TEXT = 'See [the *thing*](product/thing-1?ref=a "T"), [all](collection/things), `[code](product/thing-1)`.\n\n![A map & a "legend"](pages/map.png)\n\n[![Map](assets/pages/map.png)](page/about)\n'
FENCE = "\n~~~\n[code](product/thing-1)\n~~~\n"


def shop() -> dict[str, Any]:
    files = simple_shop()
    files["tenant.yaml"] |= {"languages": ["en-GB", "fr"]}
    files["assets/pages/map.png"] = picture(5)
    for path in ("pages/about.md", "posts/news.md", "locales/fr/pages/about.md"):
        dated = "date: 2026-01-02\n" if path.startswith("posts") else ""
        files[path] = f"---\ntitle: A\n{dated}---\n{TEXT}{FENCE}"
    files["catalog/products/thing-0.yaml"] |= {"description": TEXT}
    files["catalog/collections/things.yaml"] |= {"description": TEXT}
    files["home.yaml"] = {"sections": [{"type": "rich-text", "text": TEXT}]}
    return files


def test_texts_link_to_things_and_show_pictures_by_their_names(lane: Lane) -> None:
    lane.tenant("acme", shop())

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    files = lane.files("acme")
    for path in ("pages/about/", "journal/news/", "products/thing-0/", "collections/things/", "", "fr/pages/about/"):
        page = files[f"{path}index.html"].decode()
        prefix = "/fr" if path.startswith("fr/") else ""
        assert f'<a href="{prefix}/products/thing-1/?ref=a" title="T">the <em>thing</em></a>' in page, path
        assert f'<a href="{prefix}/collections/things/">all</a>' in page, path
        assert "<code>[code](product/thing-1)</code>" in page, path
        assert f'<a href="{prefix}/pages/about/"><picture><source type="image/webp" srcset="/assets/map-' in page, path
        assert 'alt="A map &amp; a &quot;legend&quot;" loading="lazy">' in page, path
        assert 'href="product/' not in page, path
    assert b"<pre><code>[code](product/thing-1)\n" in files["pages/about/index.html"]
    feed = unescape(files["journal/feed.xml"].decode())
    assert 'href="https://acme.example.com/products/thing-1/?ref=a"' in feed


def test_a_hidden_thing_is_named_without_a_link_and_comes_back(lane: Lane) -> None:
    lane.tenant("acme", shop())
    lane.build("acme")
    before = lane.files("acme")
    product = shop()["catalog/products/thing-1.yaml"]

    lane.tenant("acme", {"catalog/products/thing-1.yaml": product | {"status": "draft"}})
    hidden = lane.build("acme")

    assert hidden.outcome == "built", messages(hidden)
    about = lane.files("acme")["pages/about/index.html"].decode()
    assert "See the <em>thing</em>, <a href" in about
    lane.tenant("acme", {"catalog/products/thing-1.yaml": product})
    lane.build("acme")
    assert lane.files("acme") == before
