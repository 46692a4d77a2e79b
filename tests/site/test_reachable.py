"""Everything the sitemap names can be walked to from the home page, by links people see, without scripts."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from site_reader import walked

from support.street import Lane, messages, simple_shop

BASE = "https://acme.example.com"


def shop(features: dict[str, bool] | None = None) -> dict[str, Any]:
    """More of everything than one page shows; a menu that names next to nothing of it."""
    files = simple_shop(products=60)
    files["tenant.yaml"] |= {"languages": ["en-GB", "fr"], "features": features or {}}
    files["navigation.yaml"] = {"main": [{"label": "Journal", "to": "/journal/"}, {"label": "About", "to": "page/about"}]}
    for place in range(60):
        files[f"catalog/collections/few-{place}.yaml"] = {"title": f"Few {place}", "products": [f"thing-{place}"]}
        files[f"posts/post-{place}.md"] = f"---\ntitle: Post {place}\ndate: 2026-01-01\ntags: [tag {place % 20}]\n---\nText.\n"
    return files


@pytest.mark.parametrize("features", [{}, {"search": False, "cart": False}])
def test_all_that_search_engines_are_told_of_can_be_walked_to(lane: Lane, features: dict[str, bool]) -> None:
    lane.tenant("acme", shop(features))

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    files = lane.files("acme")
    rows = ET.fromstring(files["sitemap.xml"]).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    told = {str(row.text).removeprefix(BASE) for row in rows}
    assert {"/collections/", "/collections/page/3/", "/collections/few-59/", "/fr/journal/page/5/", "/journal/tagged/tag-19/"} <= told
    assert told - walked(files) == set()
