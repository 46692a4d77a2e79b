"""Background: whole looks at shops, one after another, in a process of their own.

`python -m highstreet.preview.background WORKSPACE OUT CLOCK EDITOR HANDLE…` prints one line of JSON for each shop: its
problems as `highstreet check` finds them, and the picture that stands for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from highstreet.preview.mistakes import Picture

if TYPE_CHECKING:
    from highstreet.action.supervisor import Progress
    from highstreet.freshness import Street
    from highstreet.preview.telling import Told

_AT_ONCE = 12  # shops for one process: what it has read is given back with its end
_REST = 0.5  # seconds before a process begins: edits come in company, and what they change is looked at once
_NICENESS = 10


class Background:
    """Looks at shops when asked to; `found` hears of each. Used on the server's loop only."""

    def __init__(
        self, street: Callable[[], Street], editor: str, found: Callable[[str, list[Told], Picture | None], None]
    ) -> None:
        self._street, self._editor, self._found = street, editor, found
        self._asked: dict[str, None] = {}
        self._begun: set[str] = set()
        self._working: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def ask(self, handle: str) -> None:
        if handle not in self._begun:
            self._asked[handle] = None
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work())

    def changed(self, handle: str) -> None:
        """What is being found out about a shop is of the past: it is looked at once more."""
        if handle in self._begun:
            self._begun.discard(handle)
            self._asked[handle] = None

    def end(self) -> None:
        self._asked.clear()
        if self._working is not None:
            self._working.cancel()
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _work(self) -> None:
        while self._asked:
            await asyncio.sleep(_REST)
            batch = list(self._asked)[:_AT_ONCE]
            for handle in batch:
                del self._asked[handle]
            self._begun = set(batch)
            try:
                await self._look(batch)
            finally:
                self._begun.clear()  # of a process that died: better unknown than asked for ever

    async def _look(self, batch: Iterable[str]) -> None:
        street = self._street()
        space = street.workspace
        words = ["-m", __name__, str(space.root), str(space.out), street.clock.isoformat(), self._editor, *batch]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=_LINE
        )
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._heard(json.loads(line))
        await self._process.wait()

    def _heard(self, told: Any) -> None:
        handle = told["handle"]
        if handle in self._begun:
            self._begun.discard(handle)
            self._found(handle, told["problems"], Picture(*told["picture"]) if told["picture"] else None)


_MOST_TOLD = 100  # problems of one shop: nobody reads more of them in a page
_LINE = 8 * 1024 * 1024  # bytes: so many problems with their frames fit


def main(words: list[str]) -> None:
    from highstreet.action.supervisor import Crashed, Died, Done, Limits, supervise
    from highstreet.freshness import Street, settings
    from highstreet.preview.telling import told
    from highstreet.street import lost
    from highstreet.workspace import Workspace

    os.nice(_NICENESS)
    root, out, clock, editor, *handles = words
    space = Workspace(Path(root), Path(out), Path(root) / ".highstreet")
    platform, _ = settings(space)
    street = Street(space, platform, datetime.fromisoformat(clock))
    work = lambda handle, progress: _look(street, handle, progress)  # noqa: E731
    for event in supervise(handles, work, 1, Limits()):
        match event:
            case Done():
                found, picture = event.result
            case Died() | Crashed():
                found, picture = (lost(street, event),), None
            case _:
                continue
        problems = [told(d, space, editor) for d in found if d.severity == "error"][:_MOST_TOLD]
        sys.stdout.write(json.dumps({"handle": event.task, "problems": problems, "picture": picture}) + "\n")
        sys.stdout.flush()


def _look(street: Street, handle: str, progress: Progress) -> tuple[tuple[Any, ...], Picture | None]:
    """Everything wrong with a shop, and the picture its home page names for social networks."""
    from highstreet.action.blobs import Blobs
    from highstreet.base.diagnostic import Problems
    from highstreet.freshness import scanned
    from highstreet.output import state
    from highstreet.output.manifest import media_type
    from highstreet.pipeline import earned_by
    from highstreet.preview.cards import social_picture
    from highstreet.shop import open_shop

    space = street.workspace
    if not space.tenant(handle).is_dir():  # taken away since it was asked for
        return (), None
    try:
        progress.earn(*earned_by(scanned(street, handle, state.load(space.state(handle)))))
        shop = open_shop(street, handle)
        found = shop.checked()
        if any(diagnostic.severity == "error" for diagnostic in found):
            return found, None
        home = shop.render("index.html")
        path = social_picture(home.data) if home is not None else ""
        made = shop.render(path) if path else None
    except Problems as problems:
        return problems.diagnostics, None
    digest = Blobs(space.cache / "blobs").put(made.data) if made is not None else ""
    return found, Picture(digest, media_type(path)) if digest else None


if __name__ == "__main__":
    main(sys.argv[1:])
