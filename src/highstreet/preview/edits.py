"""Edits: what becomes of saved files. Open shops are brought up to date, and their pages are told."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Container, Coroutine, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.freshness import settings
from highstreet.preview.background import Background
from highstreet.preview.desk import Closed, Desk, Urgency
from highstreet.preview.mistakes import Mistakes, Picture
from highstreet.preview.reload import Hub
from highstreet.preview.shops import Shops
from highstreet.preview.telling import Told, told

if TYPE_CHECKING:
    from highstreet.shop import Shop

T = TypeVar("T")
_SURE = 0.12  # seconds a mistake must last before it is shown: half a checkout is no mistake
_SECOND = 0.25  # seconds from an edit to the second look: its page and style sheets go first
_LEISURE = 1.5  # … from the second look to the whole one: nobody is typing any more
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
        # The first version, in milliseconds: pages that outlive one preview see that the next is another.
        self._begun = int(1000 * time.time())
        self.mistakes = Mistakes()
        self.background = Background(lambda: shops.street, editor, self._found)
        self._looks: dict[str, asyncio.Task[None]] = {}  # second looks to come
        self._editing: Counter[str] = Counter()  # edits that are being looked at
        self._counted: dict[str, tuple[int, int]] = {}  # version and diagnostics when a page was asked for last
        self._sheets: dict[str, tuple[str, ...]] = {}  # that all its pages share
        self._gone: set[str] = set()  # whose open pages know that the street has no such shop
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
        self.background.end()
        for task in self._tasks:
            task.cancel()

    def poll(self) -> None:
        """Looks at the files of open shops in turn, for a system that tells of no changes."""
        self._keep(self._look())

    def version(self, handle: str) -> int:
        return self._versions.get(handle, self._begun)

    def state(self, handle: str) -> Told:
        """What open pages are told of their shop."""
        there = self._there(handle)
        self._gone &= self._hub.listened()
        (self._gone.discard if there else self._gone.add)(handle)
        return {
            "version": self.version(handle),
            "problems": self.mistakes.of(handle),
            "sheets": self._sheets.get(handle, ()),
            "toolbar": self._toolbar,
            "there": there,
        }

    def _there(self, handle: str) -> bool:
        return self._shops.street.workspace.tenant(handle).is_dir()

    def _found(self, handle: str, problems: list[Told], picture: Picture | None) -> None:
        """What a whole look has found."""
        before = self.mistakes.of(handle)
        self.mistakes.whole(handle, problems, picture)
        if self.mistakes.of(handle) != before:
            self._hub.tell(handle, "state", self.state(handle))
        self._hub.tell("", "card", handle)

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(_until_closed(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work(self) -> None:
        while True:
            paths = await self._waiting.get()
            while not self._waiting.empty():  # what came meanwhile is one edit
                more = self._waiting.get_nowait()
                paths = None if paths is None or more is None else paths | more
            if paths is None or self._shops.street.workspace.settings_file in paths:
                await self._settle()
            touched = self.touched(paths)
            for handle, files in touched.items():
                self._keep(self._edit(handle, files))
            self._forget(paths, touched)

    async def _settle(self) -> None:
        """Takes over the platform's settings. Wrong ones are a mistake of every shop, as for every other command."""
        street = self._shops.street
        try:
            platform, report = settings(street.workspace)
        except OSError:  # saved again this very moment
            return
        if self.mistakes.street(self.told(report)):
            for handle in self._hub.listened():
                self._tell(handle)
        if not report.errors and platform != street.platform:
            await self._on_desk(Urgency.EDIT, partial(self._shops.forget, replace(street, platform=platform)))

    def _forget(self, paths: frozenset[Path] | None, told: Container[str]) -> None:
        """What was found out about shops that nobody has open is not known any more."""
        tenants = self._shops.street.workspace.tenants
        near = None if paths is None else [p.relative_to(tenants).parts for p in paths if p.is_relative_to(tenants)]
        shared = paths is None or near is None or len(near) < len(paths)
        handles = self.mistakes.handles() if shared or near is None else {parts[0] for parts in near if parts}
        for handle in handles:
            if handle not in told:
                self.background.changed(handle)
                self.mistakes.forget(handle)
                self._hub.tell("", "card", handle)
        if near is None or any(len(parts) < 2 for parts in near):
            self._hub.tell("", "shops", len(self._shops.street.workspace.handles()))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_POLL)
            await self._settle()
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
        self._editing[handle] += 1
        try:
            fresh = await self._first_look(handle, files)
        finally:
            self._editing[handle] -= 1
        if fresh:
            self._versions[handle] = self.version(handle) + 1
            self.background.changed(handle)
            self.mistakes.doubt(handle)
            self._tell(handle)
            self._look_again(handle)

    async def _first_look(self, handle: str, files: frozenset[Path] | None) -> bool:
        """Whether there is anything new to show or to tell."""
        updating = self._on_desk(Urgency.EDIT, partial(self._update, handle, files))
        if files is not None:
            # A page asks now and is answered when the shop is up to date: its question travels while we work.
            self._hub.tell(handle, "soon", self.version(handle))
        fresh, problems = await updating
        if problems and not self.mistakes.at_once(handle):
            await asyncio.sleep(_SURE)
            again, problems = await self._on_desk(Urgency.EDIT, partial(self._update, handle, None))
            fresh = fresh or again
        return (problems is not None and self.mistakes.first(handle, problems)) or fresh

    def _tell(self, handle: str) -> None:
        self._hub.tell(handle, "state", self.state(handle))
        self._hub.tell("", "card", handle)

    def _look_again(self, handle: str) -> None:
        if handle in self._looks:
            self._looks[handle].cancel()
        self._looks[handle] = self._keep(self._second_look(handle))

    async def _second_look(self, handle: str) -> None:
        await asyncio.sleep(_SECOND)
        if self.mistakes.second(handle, await self._on_desk(Urgency.IDLE, partial(self._across, handle))):
            self._tell(handle)
        await asyncio.sleep(_LEISURE)
        if handle in self._hub.listened() and self._there(handle):
            self.background.ask(handle)

    def _on_desk(self, urgency: Urgency, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.wrap_future(self._desk.give(urgency, work))

    # On the desk

    def _update(self, handle: str, files: frozenset[Path] | None) -> tuple[bool, list[Told] | None]:
        fresh = self._shops.update(handle, files)
        shop = self._shops.peek(handle)
        if shop is not None and shop.sheets != self._sheets.get(handle):
            self._sheets[handle] = shop.sheets
            for sheet in shop.sheets:  # before any page: open pages are told of it first
                self._desk.give(Urgency.EDIT, partial(ready, shop, sheet))
        if shop is None:  # nobody has asked for it lately, or it is gone, which is no news twice
            return fresh or handle not in self._gone or self._there(handle), None
        return fresh, self.told(shop.errors)

    def _across(self, handle: str) -> list[Told]:
        shop = self._shops.peek(handle)
        return self.told(shop.across()) if shop is not None else []

    def told(self, diagnostics: Iterable[Diagnostic]) -> list[Told]:
        return [told(d, self._shops.street.workspace, self.editor) for d in diagnostics if d.severity == "error"]

    def opened(self, handle: str, shop: Shop) -> None:
        """A page was asked for, maybe the first of its shop: what is wrong with it may be known only now."""
        self._sheets.setdefault(handle, shop.sheets)
        known = self.version(handle), shop.told
        if self._loop is not None and shop is self._shops.peek(handle) and self._counted.get(handle) != known:
            self._counted[handle] = known
            self._loop.call_soon_threadsafe(self._asked, handle, self.told(shop.errors))

    def _asked(self, handle: str, problems: list[Told]) -> None:
        if not self._editing[handle] and self.mistakes.first(handle, problems):
            self._tell(handle)
        if not self.mistakes.looked(handle) and handle not in self._looks:
            self._look_again(handle)

    def ask(self, handle: str) -> None:
        """Opens a shop if need be, so that its mistakes are known. Raises KeyError when there is no such shop."""
        self.opened(handle, self._shops.peek(handle) or self._shops.get(handle))


async def _until_closed(work: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(Closed):
        await work


def ready(shop: Shop, address: str) -> None:
    """Makes an output before somebody asks for it; what is wrong with it is told to whoever does."""
    with contextlib.suppress(Problems):
        shop.render(address.removeprefix("/"))
