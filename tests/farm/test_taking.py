"""Taking: what a worker delivers becomes a site here, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from highstreet.farm.builder import FACTS
from highstreet.farm.errand import Delivery, Row
from highstreet.farm.taking import Missing, take
from highstreet.freshness import Built
from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import Headers
from support.street import Lane, simple_shop


@pytest.mark.usefixtures("plain_icons")
@pytest.mark.parametrize("path", ["../other/index.html", "/tmp/index.html", "a/../../x", "a//b", "a\n"])
def test_delivery_writes_nothing_outside_of_its_shop(path: str, lane: Lane) -> None:
    lane.tenant("acme", simple_shop(products=1))
    lane.build("acme")
    street, before, files, store = lane.street(), lane.state("acme"), lane.files("acme"), MemoryStore()
    home = street.workspace.site("acme") / "index.html"
    store.put("pack", b"".join(files.values()), Headers("application/octet-stream", "no-store"))
    rows = [Row(name, before.outputs[name][0], before.outputs[name][1], len(data), 0) for name, data in files.items()]
    facts = {name: getattr(before, name) for name in FACTS}
    delivery = Delivery(Built("acme", "built"), before.site_key, tuple(rows), ("pack",), facts)
    home.unlink()

    with pytest.raises(Missing):
        take(street, replace(delivery, rows=(*rows[:-1], rows[-1]._replace(path=path))), store)
    untouched = not home.exists()
    take(street, delivery, store)

    assert untouched
    assert lane.files("acme") == files
    assert not (street.workspace.out / "other").exists()
