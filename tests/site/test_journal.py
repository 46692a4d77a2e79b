"""The journal: every post can be reached by links that people see, through pages of lists and through tags."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from site_reader import walked

from highstreet.output.audit import audit
from highstreet.plan.facets import slug, slugs
from support.street import Lane, messages, simple_shop

POSTS = 30


def shop() -> dict[str, Any]:
    """Thirty posts, the newest first: all are of the house, every second brews, two have a tag that is written in two ways."""
    files = simple_shop()
    files["tenant.yaml"] |= {"languages": ["en-GB", "fr"]}
    for place in range(POSTS):
        tags = ["house", "brewing" if place % 2 else f"only {place}"]
        tags += {3: ["How To"], 8: ["how to"]}.get(place, [])
        files[f"posts/post-{place}.md"] = (
            f"---\ntitle: Post {place}\ndate: 2026-01-{POSTS - place:02}\ntags: [{', '.join(tags)}]\n---\nText.\n"
        )
    files["locales/fr/posts/post-1.md"] = "---\ntags: [maison, infusion]\n---\n"
    return files


def test_every_post_and_list_is_reached_by_links(lane: Lane) -> None:
    lane.tenant("acme", shop())

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    files = lane.files("acme")
    for start in ("/journal/", "/fr/journal/"):
        pages = {f"/{path.removesuffix('index.html')}" for path in files if path.endswith("index.html")}
        assert walked(files, start) == {page for page in pages if page.startswith(start)}
    first, second = (files[f"journal/{path}index.html"].decode() for path in ("", "page/2/"))
    assert 'rel="next" href="/journal/page/2/"' in first and "Post 12" not in first
    assert "Post 12" in second and "Post 11" not in second and 'aria-current="page"' in second
    assert not list(audit(lane.workspace.site("acme"), "acme"))


def test_a_tag_of_several_posts_lists_them(lane: Lane) -> None:
    files = shop()
    files["navigation.yaml"] = {
        "main": [{"label": "Brewing", "to": "/journal/tagged/brewing/"}, {"label": "All", "to": "/products/"}]
    }
    lane.tenant("acme", files)
    built = lane.build("acme")

    assert [found.code for found in built.diagnostics] == ["HS337"], messages(built)  # not all is French
    made = lane.files("acme")
    lists = {path.split("/")[2] for path in made if path.startswith("journal/tagged/")}
    assert lists == {"brewing", "how-to"}, "not those of one post, nor of all"
    page = made["journal/tagged/brewing/index.html"].decode()
    assert "<h1>brewing</h1>" in page and "Post 1<" in page and "Post 2<" not in page
    assert '<a href="/journal/tagged/brewing/" aria-current="page">brewing</a>' in page
    assert "journal/tagged/brewing/page/2/index.html" in made
    assert "Post 8<" in made["journal/tagged/how-to/index.html"].decode(), "a tag is the same in capitals"
    post = made["journal/post-3/index.html"].decode()
    assert '<a href="/journal/tagged/how-to/">How To</a>' in post and "<span>house</span>" in post
    assert "/journal/tagged/brewing/" in made["sitemap.xml"].decode()


def test_a_tag_keeps_its_address_in_every_language(lane: Lane) -> None:
    lane.tenant("acme", shop())
    lane.build("acme")
    made = lane.files("acme")

    page = made["fr/journal/tagged/brewing/index.html"].decode()

    assert "<h1>infusion</h1>" in page
    assert '<link rel="alternate" hreflang="en-GB" href="https://acme.example.com/journal/tagged/brewing/">' in page
    assert '<a href="/fr/journal/tagged/brewing/">infusion</a>' in made["fr/journal/post-1/index.html"].decode()


def test_what_stands_below_a_post_shares_its_tags(lane: Lane) -> None:
    lane.tenant("acme", shop())
    lane.build("acme")
    made = lane.files("acme")

    def more(post: str) -> list[str]:
        page = made[f"journal/{post}/index.html"].decode()
        return re.findall(r"/journal/(post-\d+)/", page[page.index("</article>") : page.index("<footer")])

    assert more("post-8") == ["post-3", "post-0", "post-1"], "two tags, then one, then the newest"
    assert more("post-5") == ["post-1", "post-3", "post-7"]


def test_a_tag_that_goes_away_takes_its_list_along(lane: Lane) -> None:
    lane.tenant("acme", shop())
    lane.build("acme")
    lane.tenant("acme", {"posts/post-8.md": shop()["posts/post-8.md"].replace("how to", "else")})
    lane.build("acme")

    made = lane.files("acme")

    assert not any(path.startswith("journal/tagged/how-to/") for path in made)
    assert "<span>How To</span>" in made["journal/post-3/index.html"].decode()


def test_slugs_differ_even_where_one_is_written_as_anothers() -> None:
    twins = ["b", "b!"]
    named = slugs(twins)
    hostile = [*twins, named["b"], named["b!"].replace("-", " ")]

    found = slugs(hostile)

    assert len(set(found.values())) == len(hostile)
    assert all(found[value] != slug(twin) for value, twin in pairwise(hostile))
