"""Blame: a shop is given up for what it does itself, and never for what befalls its workers."""

from __future__ import annotations

from itertools import count

from highstreet.farm.blame import Blame


def _rounds(blame: Blame, handle: str, workers: int = 2) -> int:
    """How often the scheduler gives a shop up that loses `workers` each time, until it is said to be to blame."""
    for number in count(1):
        for _ in range(workers):
            blame.worker_gone([handle])
        if blame.given_up(handle):
            return number
        assert number < 1_000
    raise AssertionError


def test_shop_that_loses_its_workers_is_tried_by_itself_and_then_given_up() -> None:
    blame = Blame()
    assert not blame.by_itself("bad")

    blame.worker_gone(["bad"])
    again = not blame.given_up("bad")

    assert again
    assert blame.by_itself("bad")
    blame.delivered("good")
    assert _rounds(blame, "bad") == 1


def test_shop_that_stood_beside_it_proves_nothing() -> None:
    blame = Blame()
    blame.worker_gone(["bad", "good"])
    blame.worker_gone(["bad"])
    assert not blame.given_up("bad")
    assert not blame.given_up("good")

    blame.delivered("good")

    assert blame.by_itself("bad")
    assert blame.given_up("bad")


def test_shop_that_comes_through_shows_that_something_else_ends_workers() -> None:
    blame = Blame()
    blame.worker_gone(["one"])
    blame.delivered("one")

    rounds = _rounds(blame, "two")

    assert rounds * 2 == 30
    assert not blame.by_itself("three")


def test_three_shops_that_lose_workers_are_not_to_blame_for_it() -> None:
    blame = Blame()
    for handle in ("one", "two", "three"):
        blame.worker_gone([handle])
        assert not blame.given_up(handle)

    assert not any(blame.by_itself(handle) for handle in ("one", "two", "three"))
    assert all(_rounds(blame, handle) > 10 for handle in ("one", "two", "three"))


def test_nobody_is_tried_for_ever() -> None:
    blame = Blame()
    blame.worker_gone(["one"])
    blame.delivered("one")

    assert _rounds(blame, "builder-dies-but-no-worker", workers=0) == 30
