"""Background: shops that nobody has opened are checked too, one after another, in a process of their own.

`python -m highstreet.preview.background WORKSPACE OUT CLOCK HANDLE…` prints one line of JSON for each shop.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from highstreet.freshness import Street
    from highstreet.preview.telling import Told

_AT_ONCE = 12  # shops for one process: what it has read is given back with its end
_NICENESS = 10


class Background:
    """Looks for the mistakes of shops when asked to; `found` hears of each. Used on the server's loop only."""

    def __init__(self, street: Street, editor: str, found: Callable[[str, list[Told]], None]) -> None:
        self._street, self._editor, self._found = street, editor, found
        self._asked: dict[str, None] = {}
        self._working: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def ask(self, handle: str) -> None:
        self._asked[handle] = None
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work())

    def end(self) -> None:
        self._asked.clear()
        if self._working is not None:
            self._working.cancel()
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _work(self) -> None:
        while self._asked:
            batch = list(self._asked)[:_AT_ONCE]
            space, clock = self._street.workspace, self._street.clock.isoformat()
            words = ["-m", __name__, str(space.root), str(space.out), clock, self._editor, *batch]
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
            )
            assert self._process.stdout is not None
            async for line in self._process.stdout:
                told = json.loads(line)
                self._asked.pop(told["handle"], None)
                self._found(told["handle"], told["problems"])
            await self._process.wait()
            for handle in batch:  # of a process that died: better unknown than asked for ever
                self._asked.pop(handle, None)


def main(words: list[str]) -> None:
    from highstreet import checking
    from highstreet.freshness import Street
    from highstreet.model.platform import platform
    from highstreet.preview.telling import told
    from highstreet.workspace import Workspace

    os.nice(_NICENESS)
    root, out, clock, editor, *handles = words
    space = Workspace(Path(root), Path(out), Path(root) / ".highstreet")
    text = space.settings_file.read_text("utf-8", "replace") if space.settings_file.is_file() else ""
    settings, _ = platform(text, space.settings_file.name)
    street = Street(space, settings, datetime.fromisoformat(clock))
    for handle in handles:
        found = checking.check(street, [handle]).found[handle]
        problems = [told(d, space, editor) for d in found if d.severity == "error"]
        sys.stdout.write(json.dumps({"handle": handle, "problems": problems}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
