"""Kept verdicts: a tenant that nothing can have changed is not checked again, and any change is noticed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from highstreet import checking, pipeline
from highstreet.action.supervisor import Limits
from highstreet.freshness import Street
from highstreet.model.platform import Platform
from support.street import Lane, simple_shop

PAST = 10**18  # ns: time stamps old enough to be trusted


@pytest.fixture
def shop(lane: Lane) -> Lane:
    lane.tenant("acme", simple_shop())
    _age(lane)
    lane.build("acme")
    return lane


def _age(lane: Lane) -> None:
    for path in sorted(lane.workspace.tenants.rglob("*")):
        os.utime(path, ns=(PAST, PAST))


def _checked(lane: Lane, monkeypatch: pytest.MonkeyPatch, street: Street | None = None, handles: tuple[str, ...] = ("acme",)) -> tuple[list[str], list[str]]:
    """The codes that are told, and the tenants that were planned to find them; in this process, so that both show."""
    planned: list[str] = []
    real: Callable[..., object] = pipeline.planned

    def spy(street: Street, handle: str, *rest: object) -> object:
        planned.append(handle)
        return real(street, handle, *rest)

    class Quiet:
        def __call__(self, done: int, total: int) -> None: ...
        def earn(self, *_: object) -> None: ...

    street = street or lane.street()
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "planned", spy)
        patch.setattr(checking, "supervise", lambda tasks, work, jobs, limits: (checking.Done(task, work(task, Quiet()), 0, 0) for task in tasks))
        checked = checking.check(street, handles, Limits())
    return [d.code for found in checked.found.values() for d in found], planned


def _settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets files be trusted that were written this very moment."""
    monkeypatch.setattr("highstreet.source.scan._RACY_NS", -(10**12))


def test_a_tenant_in_which_nothing_changed_is_not_checked_again(shop: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    _settle(monkeypatch)

    first, again = _checked(shop, monkeypatch), _checked(shop, monkeypatch)

    assert first[1] == ["acme"]
    assert again == (first[0], [])


def test_every_change_that_may_matter_is_noticed(shop: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    _settle(monkeypatch)
    page = next(path for path in shop.workspace.site("acme").glob("products/*/index.html"))
    street = shop.street()
    elsewhere = replace(street, platform=Platform(base_domain="other.example"))

    def wrong(text: str) -> None:
        shop.write("tenants/acme/pages/new.md", text)

    _checked(shop, monkeypatch)
    assert _checked(shop, monkeypatch, elsewhere)[1] == ["acme"]
    _checked(shop, monkeypatch)
    wrong("no front matter")
    assert _checked(shop, monkeypatch) == _checked(shop, monkeypatch)  # what is wrong is told each time
    assert _checked(shop, monkeypatch)[1] == ["acme"]
    assert _checked(shop, monkeypatch)[0] != []
    (shop.root / "tenants/acme/pages/new.md").unlink()
    _checked(shop, monkeypatch)
    assert _checked(shop, monkeypatch)[1] == []
    page.write_bytes(page.read_bytes().replace(b"10.50", b"10.60"))
    assert _checked(shop, monkeypatch)[1] == ["acme"]
    assert _checked(shop, monkeypatch)[0] != []  # and so is what somebody did to the built page


def test_a_verdict_holds_as_long_as_the_schedule_shows_the_same(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    _settle(monkeypatch)
    files = simple_shop()
    lane.tenant("acme", files | {"catalog/products/soon.yaml": {"title": "Soon", "price": "1", "publish_at": "2026-12-01T00:00:00Z"}})
    _age(lane)
    street = lane.street()
    _checked(lane, monkeypatch, street)

    before = _checked(lane, monkeypatch, replace(street, clock=street.clock + timedelta(days=1)))
    after = _checked(lane, monkeypatch, replace(street, clock=street.clock + timedelta(days=30)))

    assert (before[1], after[1]) == ([], ["acme"])


def test_hosts_that_two_tenants_claim_are_told_from_kept_verdicts_too(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    _settle(monkeypatch)
    for handle in ("acme", "bolt"):
        files = simple_shop()
        lane.tenant(handle, files | {"tenant.yaml": {**files["tenant.yaml"], "domains": ["www.mugs.example"]}})
    _age(lane)

    first = _checked(lane, monkeypatch, handles=("acme", "bolt"))
    again = _checked(lane, monkeypatch, handles=("acme", "bolt"))

    assert "HS120" in first[0]
    assert again == (first[0], [])


def test_a_pack_of_another_kind_is_no_verdict(shop: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    _settle(monkeypatch)
    said = _checked(shop, monkeypatch)
    verdict = shop.workspace.verdict("acme")
    assert verdict.is_file()

    shutil.copy(shop.workspace.state("acme"), verdict)  # whole, of this version, and a dictionary

    assert _checked(shop, monkeypatch) == said
    assert _checked(shop, monkeypatch) == (said[0], [])
