"""Reasons: why a page is as it is, found out in a process of its own.

`python -m highstreet.preview.reasons WORKSPACE OUT CLOCK HANDLE PATH` prints what `highstreet explain` tells of an
output, compared with the last build on this machine, as JSON. It plans the shop twice, which takes seconds for a
thousand products: on the desk a save would wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from highstreet.freshness import Street


class Reasons:
    """Finds out one thing at a time; who asks meanwhile waits. Used on the server's loop only."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def of(self, street: Street, handle: str, path: str) -> object:
        """What `highstreet explain --format json` prints; a shop's mistake in the place of the verdict."""
        space = street.workspace
        words = [str(space.root), str(space.out), street.clock.isoformat(), handle, path]
        async with self._turn:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                __name__,
                *words,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                told, _ = await self._process.communicate()
            finally:
                self.end()  # whoever asked may have gone
        return json.loads(told) if told else _nothing(path, "this could not be found out")

    def end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def _nothing(path: str, verdict: str) -> dict[str, object]:
    return {"path": path, "verdict": verdict, "inputs": [], "edits": []}


def main(words: list[str]) -> None:
    from highstreet import explaining
    from highstreet.base.diagnostic import Problems
    from highstreet.freshness import Street, settings
    from highstreet.workspace import Workspace

    root, out, clock, handle, path = words
    space = Workspace(Path(root), Path(out), Path(root) / ".highstreet")
    platform, _ = settings(space)
    try:
        told = explaining.explain(Street(space, platform, datetime.fromisoformat(clock)), handle, path).as_json()
    except Problems as problems:
        told = _nothing(path, problems.diagnostics[0].message)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
