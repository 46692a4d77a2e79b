"""The studio: pictures, icons and fonts of shops, made beside the desk."""

from __future__ import annotations

import asyncio
import pickle
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from highstreet.action import limits
from highstreet.action.action import Action
from highstreet.action.apart import Copy, Fell
from highstreet.action.cache import ActionCache
from highstreet.action.executor import ActionFailed, Executor
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.preview.desk import Desk, Urgency
from highstreet.preview.shops import Look, Shops
from highstreet.run.registry import Runners

if TYPE_CHECKING:
    from highstreet.shop import Shop

_AT_ONCE = 2  # copies
# What one output may take; a worker that builds a whole shop is given no more before it has shown that it is large.
_SECONDS = 10
_MEMORY = 512 * 1024 * 1024


class Studio:
    """Makes what is dear, so that no edit waits for it: on threads or, where limits hold for it, in copies of us.

    A copy is begun on the desk, where no shop is half changed; threads wait for it. Libraries that one
    has imported are imported on the desk, too, before the next is begun: each would spend 0.3 s on it.
    """

    def __init__(self, shops: Shops, desk: Desk) -> None:
        self._shops, self._desk = shops, desk
        self._waiting = ThreadPoolExecutor(_AT_ONCE, "studio")
        self._needed: set[str] = set()  # modules

    async def made(self, handle: str, seen: Look, action: Action) -> bytes:
        """What an action of this shop gives. Raises Problems when it fails, or takes too much."""
        work = partial(self._made, handle, seen, action)
        return await asyncio.get_running_loop().run_in_executor(self._waiting, work)

    def end(self) -> None:
        self._waiting.shutdown(wait=False, cancel_futures=True)

    def _made(self, handle: str, seen: Look, action: Action) -> bytes:
        street = self._shops.street
        cache = ActionCache(street.workspace.cache, street.shared)
        try:
            return Executor(Runners(), cache).result(action)
        except ActionFailed as failure:
            raise self._desk.give(Urgency.PAGE, partial(self._told, handle, seen, failure)).result() from failure
        except limits.Untimed:
            found = self._made_apart(handle, seen, action)
            cache.share(action.key, found)
            return found

    def _told(self, handle: str, seen: Look, failure: ActionFailed) -> Problems:
        return self._shops.get(handle, seen).problems(failure)

    def _made_apart(self, handle: str, seen: Look, action: Action) -> bytes:
        def begin() -> tuple[Shop, Copy]:
            shop = self._shops.get(handle, seen)
            while self._needed:
                with suppress(ImportError):  # some libraries list what is no module
                    import_module(self._needed.pop())
            return shop, Copy(partial(_answer, shop, action), _SECONDS, _MEMORY)

        shop, copy = self._desk.give(Urgency.PAGE, begin).result()
        try:
            told: bytes | tuple[Diagnostic, ...] | str
            told, imported = pickle.loads(copy.result())
        except (limits.OverLimit, Fell) as ended:
            reason = "its process has crashed" if isinstance(ended, Fell) else f"took {ended}"
            raise shop.lost(action, reason) from ended
        self._needed |= imported
        if isinstance(told, bytes):
            return told
        if isinstance(told, str):
            raise RuntimeError(told)
        raise Problems(told)


def _answer(shop: Shop, action: Action) -> bytes:
    """In the copy: what the action gives, the diagnostics of its failure, or the traceback of a fault of ours."""
    limits.renew()
    before = set(sys.modules)
    try:
        # The second level of the cache is asked and told by the original alone: its threads are not here.
        told: object = Executor(Runners(), ActionCache(shop.street.workspace.cache)).result(action)
    except ActionFailed as failure:
        try:
            told = shop.problems(failure).diagnostics
        except Exception:
            told = traceback.format_exc()
    return pickle.dumps((told, sys.modules.keys() - before))
