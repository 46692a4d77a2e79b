"""Schedules: what is visible when, and that the answer holds for exactly the span it names."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from shop import tenant

from highstreet.model.schedule import Scheduled, at

FILES = {
    "catalog/products/now.yaml": "{title: Now, price: 1, related: [later, draft, soon]}",
    "catalog/products/later.yaml": "{title: Later, price: 1, publish_at: 2026-12-01T09:00:00Z, unpublish_at: 2026-12-24}",
    "catalog/products/soon.yaml": "{title: Soon, price: 1, publish_at: 2026-11-25T00:00:00+01:00}",
    "catalog/products/draft.yaml": "{title: Draft, price: 1, status: draft, publish_at: 2026-12-05}",
    "catalog/collections/all.yaml": "{title: All, products: [later, now, draft]}",
    "catalog/collections/rest.yaml": "{title: Rest, products: [now], publish_at: 2026-12-10}",
    "pages/old.md": "---\ntitle: Old\nstatus: archived\n---\n",
    "posts/news.md": "---\ntitle: News\ndate: 2026-11-01\npublish_at: 2026-12-01T09:00:00Z\n---\n",
    "navigation.yaml": """
main:
- {label: Later, to: product/later}
- {label: Also later, to: /products/later/}
- label: Group
  to: collection/rest
  items: [{label: Now, to: product/now}, {label: Draft, to: product/draft}]
- label: Empty
  items: [{label: Old, to: page/old}]
- {label: Out, to: https://example.com/}
""",
    "redirects.yaml": "/l: product/later\n/n: product/now\n",
}


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shape(scheduled: Scheduled) -> tuple[object, ...]:
    shop = scheduled.tenant
    menu = [(item.label, item.to is not None, [below.label for below in item.items]) for item in shop.content.menus["main"]]
    return (
        list(shop.products),
        {handle: collection.products for handle, collection in shop.collections.items()},
        [post.handle for post in shop.content.posts],
        menu,
        [redirect.source for redirect in shop.content.redirects],
    )


def test_before_anything_is_published() -> None:
    scheduled = at(tenant(FILES), day("2026-11-01"))

    assert shape(scheduled) == (
        ["now"],
        {"all": ("now",)},
        [],
        [("Group", False, ["Now"]), ("Out", True, [])],
        ["/n"],
    )
    assert scheduled.tenant.products["now"].related == ()
    assert (scheduled.since, scheduled.until) == (None, datetime.fromisoformat("2026-11-25T00:00:00+01:00"))
    assert scheduled.hidden >= {"product/later", "product/draft", "collection/rest", "page/old", "post/news"}


def test_at_the_very_moment_of_publishing() -> None:
    moment = day("2026-12-01T09:00:00")

    before, after = at(tenant(FILES), moment - timedelta(microseconds=1)), at(tenant(FILES), moment)

    assert "later" not in before.tenant.products
    assert before.until == moment
    assert "later" in after.tenant.products
    assert after.since == moment
    assert after.tenant.products["now"].related == ("later", "soon")
    assert after.until == day("2026-12-10")


def test_after_the_end() -> None:
    scheduled = at(tenant(FILES), day("2027-01-01"))

    assert "later" not in scheduled.tenant.products
    assert scheduled.tenant.collections["all"].products == ("now",)
    assert (scheduled.since, scheduled.until) == (day("2026-12-24"), None)


def test_a_shop_without_dates_is_returned_as_it_is() -> None:
    shop = tenant({"catalog/products/mug.yaml": "{title: Mug, price: 1}"})

    assert at(shop, day("2026-01-01")) == Scheduled(shop, None, None, frozenset())


def test_the_answer_holds_for_exactly_its_span() -> None:
    shop = tenant(FILES)
    rng = random.Random(3)
    for _ in range(300):
        clock = day("2026-11-20") + timedelta(seconds=rng.randrange(40 * 86_400))
        scheduled = at(shop, clock)
        for _ in range(5):
            other = day("2026-11-20") + timedelta(seconds=rng.randrange(40 * 86_400))
            inside = (scheduled.since is None or other >= scheduled.since) and (scheduled.until is None or other < scheduled.until)
            if inside:
                assert shape(at(shop, other)) == shape(scheduled)
        if scheduled.until is not None:
            assert shape(at(shop, scheduled.until)) != shape(scheduled)
