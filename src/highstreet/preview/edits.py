"""Edits: what becomes of saved files. Open shops are brought up to date, and their pages are told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Container, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.preview.desk import Desk, Urgency
from highstreet.preview.reload import Hub
from highstreet.preview.shops import Shops
from highstreet.preview.telling import Told, told

if TYPE_CHECKING:
    from highstreet.shop import Shop

_SURE = 0.12  # seconds a mistake must last before it is shown: half a checkout is no mistake
_POLL = 1.0  # seconds between two looks at the files where the system tells of no changes


class Edits:
    """Takes what the watch tells, and knows of each shop that has been open its version and what is wrong with it."""

    def __init__(self, shops: Shops, hub: Hub, desk: Desk, editor: str, toolbar: bool) -> None:
        self._shops, self._hub, self._desk = shops, hub, desk
        self.editor, self._toolbar = editor, toolbar
        self._waiting: asyncio.Queue[frozenset[Path] | None] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._versions: dict[str, int] = {}
        self._problems: dict[str, list[Told]] = {}  # of shops that have been open or looked at
        self._sheets: dict[str, tuple[str, ...]] = {}  # that all its pages share
        space = shops.street.workspace
        bundled = space.theme("main")
        own = space.root / "themes"
        self.themes = (own,) if bundled is None or bundled.is_relative_to(space.root) else (own, bundled.parent)

    # On the thread of the watch

    def changed(self, paths: frozenset[Path] | None) -> None:
        """Files may have changed; None: any file."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._waiting.put_nowait, paths)

    # On the server's loop

    def begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._keep(self._work())

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()

    def poll(self) -> None:
        """Looks at the files of open shops in turn, for a system that tells of no changes."""
        self._keep(self._look())

    def version(self, handle: str) -> int:
        return self._versions.get(handle, 0)

    def state(self, handle: str) -> Told:
        """What open pages are told of their shop."""
        return {
            "version": self.version(handle),
            "problems": self._problems.get(handle, []),
            "sheets": self._sheets.get(handle, ()),
            "toolbar": self._toolbar,
        }

    def problems(self, handle: str) -> list[Told] | None:
        """The mistakes of a shop, None while nobody has looked."""
        return self._problems.get(handle)

    def found(self, handle: str, problems: list[Told]) -> None:
        """What is wrong with a shop that is not open."""
        self._problems[handle] = problems
        self._hub.tell("", "card", handle)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        while True:
            paths = await self._waiting.get()
            while not self._waiting.empty():  # what came meanwhile is one edit
                more = self._waiting.get_nowait()
                paths = None if paths is None or more is None else paths | more
            touched = self.touched(paths)
            for handle, files in touched.items():
                self._keep(self._edit(handle, files))
            self._forget(paths, touched)

    def _forget(self, paths: frozenset[Path] | None, told: Container[str]) -> None:
        """What was found out about shops that nobody has open is not known any more."""
        tenants = self._shops.street.workspace.tenants
        near = None if paths is None else [p.relative_to(tenants).parts for p in paths if p.is_relative_to(tenants)]
        handles = set(self._problems) if near is None else {parts[0] for parts in near if parts}
        for handle in handles:
            if handle not in told:
                self._problems.pop(handle, None)
                self._hub.tell("", "card", handle)
        if near is None or any(len(parts) < 2 for parts in near):
            self._hub.tell("", "shops", len(self._shops.street.workspace.handles()))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_POLL)
            for handle, files in self.touched(None).items():
                self._keep(self._edit(handle, files))

    def touched(self, paths: frozenset[Path] | None) -> dict[str, frozenset[Path] | None]:
        """Which open shops a burst of edits touches, and by which files; None: any of its files."""
        open_now = {handle for handle, _ in self._shops.held()} | self._hub.listened()
        space = self._shops.street.workspace
        if paths is None or any(space.tenants.is_relative_to(path) for path in paths):
            return dict.fromkeys(open_now)
        found: dict[str, frozenset[Path] | None] = {}
        shared = set()
        for path in paths:
            if path.is_relative_to(space.tenants):
                handle = path.relative_to(space.tenants).parts[0]
                if handle in open_now:
                    known = found.get(handle, frozenset())
                    found[handle] = None if known is None or path.is_dir() else known | {path}
            elif any(path.is_relative_to(folder) for folder in self.themes) or path == space.settings_file:
                shared.add(path)
        if shared:
            any_file = any(path.is_dir() for path in shared)
            for handle in open_now:
                known = found.get(handle, frozenset())
                found[handle] = None if known is None or any_file else known | shared
        return found

    async def _edit(self, handle: str, files: frozenset[Path] | None) -> None:
        updating = self._on_desk(Urgency.EDIT, handle, files)
        if files is not None:
            # A page asks now and is answered when the shop is up to date: its question travels while we work.
            self._hub.tell(handle, "soon", self.version(handle))
        fresh, problems = await updating
        if problems and not self._problems.get(handle):
            await asyncio.sleep(_SURE)
            again, problems = await self._on_desk(Urgency.EDIT, handle, None)
            fresh = fresh or again
        if not fresh and problems == self._problems.get(handle, []):
            return
        self._problems[handle] = problems
        self._versions[handle] = self.version(handle) + 1
        self._hub.tell(handle, "state", self.state(handle))
        self._hub.tell("", "card", handle)

    def _on_desk(
        self, urgency: Urgency, handle: str, files: frozenset[Path] | None
    ) -> asyncio.Future[tuple[bool, list[Told]]]:
        return asyncio.wrap_future(self._desk.give(urgency, partial(self._update, handle, files)))

    # On the desk

    def _update(self, handle: str, files: frozenset[Path] | None) -> tuple[bool, list[Told]]:
        fresh = self._shops.update(handle, files)
        shop = self._shops.peek(handle)
        if shop is not None and shop.sheets != self._sheets.get(handle):
            self._sheets[handle] = shop.sheets
            for sheet in shop.sheets:  # before any page: open pages are told of it first
                self._desk.give(Urgency.EDIT, partial(ready, shop, sheet))
        return fresh or shop is None, self.told(shop.errors) if shop is not None else self._problems.get(handle, [])

    def told(self, diagnostics: Iterable[Diagnostic]) -> list[Told]:
        return [told(d, self._shops.street.workspace, self.editor) for d in diagnostics if d.severity == "error"]

    def opened(self, handle: str, shop: Shop) -> None:
        """A shop has been opened: its mistakes are known."""
        self._sheets.setdefault(handle, shop.sheets)
        self._problems.setdefault(handle, self.told(shop.errors))

    def ask(self, handle: str) -> None:
        """Makes what is known of a shop's mistakes as new as its open state. Raises KeyError when there is no shop."""
        shop = self._shops.peek(handle) or self._shops.get(handle)
        self._problems[handle] = self.told(shop.errors)


def ready(shop: Shop, address: str) -> None:
    """Makes an output before somebody asks for it; what is wrong with it is told to whoever does."""
    with contextlib.suppress(Problems):
        shop.render(address.removeprefix("/"))
