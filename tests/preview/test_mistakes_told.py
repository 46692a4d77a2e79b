"""What is known of a shop's mistakes: three looks, and what becomes of each when a file is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from highstreet.preview.background import Background
from highstreet.preview.mistakes import Mistakes, Picture
from support.command import PATIENCE

A, B, C = {"code": "A"}, {"code": "B"}, {"code": "C"}


def test_a_mistake_is_told_once_however_many_looks_find_it() -> None:
    mistakes = Mistakes()

    assert mistakes.first("acme", [A])
    assert mistakes.second("acme", [A, B])
    mistakes.whole("acme", [A, B, C], None)

    assert mistakes.of("acme") == [A, B, C]
    assert mistakes.street([{"code": "S"}])
    assert mistakes.of("acme") == [{"code": "S"}, A, B, C]


def test_what_an_edit_mends_goes_with_it_and_the_rest_waits_for_its_look() -> None:
    mistakes = Mistakes()
    mistakes.first("acme", [A])
    mistakes.whole("acme", [A, B], None)

    mistakes.doubt("acme")
    assert mistakes.first("acme", [])
    assert mistakes.of("acme") == [B]
    assert mistakes.second("acme", [])
    assert mistakes.of("acme") == []


def test_no_mistakes_are_told_only_after_a_whole_look() -> None:
    mistakes = Mistakes()

    mistakes.first("acme", [])
    mistakes.second("acme", [])
    assert mistakes.told("acme") is None
    mistakes.whole("acme", [], Picture("d", "image/jpeg"))
    assert mistakes.told("acme") == []
    mistakes.doubt("acme")
    assert mistakes.told("acme") is None
    mistakes.forget("acme")
    assert not mistakes.looked("acme")
    assert mistakes.picture("acme") == Picture("d", "image/jpeg")  # until there is another


def test_a_second_look_takes_nothing_from_a_whole_one() -> None:
    mistakes = Mistakes()
    mistakes.whole("acme", [C], None)

    assert not mistakes.second("acme", [])
    assert mistakes.of("acme") == [C]


def test_what_was_looked_at_while_it_changed_is_looked_at_again() -> None:
    """A whole look takes seconds; what it has read before an edit must not stand for what is there after it."""
    found: list[str] = []

    class Slow(Background):
        async def _look(self, batch: Iterable[str]) -> None:
            rounds.append(list(batch))
            if len(rounds) == 1:
                self.changed("acme")
            for handle in batch:
                self._heard({"handle": handle, "problems": [{"code": f"HS{len(rounds)}"}], "picture": None})

    async def both() -> None:
        looking = Slow(lambda: None, "", lambda handle, problems, _: found.append(f"{handle} {problems[0]['code']}"))  # type: ignore[arg-type, return-value]
        looking.ask("acme")
        looking.ask("other")
        while not looking._working or not looking._working.done():
            await asyncio.sleep(0.05)

    rounds: list[list[str]] = []
    with ThreadPoolExecutor(1) as aside:  # Playwright's loop runs in this thread
        aside.submit(asyncio.run, both()).result(PATIENCE)

    assert rounds == [["acme", "other"], ["acme"]]
    assert found == ["other HS1", "acme HS2"]
