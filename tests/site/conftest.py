"""Shops built once for all tests of the finished site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from site_reader import SiteRead
from site_shops import built, hostile_shop, rich_shop, tiny_shop

from support.street import Lane

SHOPS = {
    "eur": lambda: rich_shop("EUR", "en-GB", ("en-GB", "fr")),
    "jpy": lambda: rich_shop("JPY", "ja", ("ja", "en")),
    "kwd": lambda: rich_shop("KWD", "ar", ("ar",)),
    "tiny": tiny_shop,
    "evil": hostile_shop,
}


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], SiteRead]:
    """The built site of a shop, by name; each is built when first asked for."""
    root = tmp_path_factory.mktemp("site")
    (root / "tenants").mkdir()
    lane, read = Lane(root), {}

    def site(name: str) -> SiteRead:
        if name not in read:
            read[name] = SiteRead(built(lane, name, SHOPS[name]()))
        return read[name]

    return site
