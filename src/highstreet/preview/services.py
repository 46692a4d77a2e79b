"""Services: what open pages ask of the preview itself: events, and the tools of the toolbar and the street list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from highstreet.base.diagnostic import Problems
from highstreet.freshness import Street
from highstreet.preview import cards, pages, replies, tools
from highstreet.preview.answer import Answer, answer
from highstreet.preview.desk import Desk, Urgency
from highstreet.preview.edits import Edits
from highstreet.preview.hosts import Hosts
from highstreet.preview.published import Published, Unreachable
from highstreet.preview.reasons import Reasons
from highstreet.preview.reload import Full, Hub
from highstreet.preview.shops import COOKIE, Look, Shops, look

T = TypeVar("T")


class Services:
    """Answers to addresses below /_highstreet/. Shops are touched on the desk only, stores and pictures never there."""

    def __init__(self, hosts: Hosts, shops: Shops, edits: Edits, hub: Hub, desk: Desk, fixed: bool) -> None:
        self._hosts, self._shops, self._edits, self._hub, self._desk = hosts, shops, edits, hub, desk
        self._fixed = fixed
        self._slow = ThreadPoolExecutor(4, "slow")
        self._target: Published | None = None
        self._reasons = Reasons()

    def of(self, handle: str, name: str) -> Callable[[Request, str], Awaitable[Response]] | None:
        """The service `name` for the pages of a shop, or for the street list."""
        return (self._for_shops if handle else self._for_street).get(name)

    def end(self) -> None:
        self._slow.shutdown(wait=False, cancel_futures=True)
        self._reasons.end()

    async def _on_desk(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._desk.give(Urgency.TOOL, work))

    async def _aside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._slow, work)

    async def _events(self, request: Request, handle: str) -> Response:
        if handle and self._shops.street.workspace.tenant(handle).is_dir():  # else it may come back
            await asyncio.wrap_future(self._desk.give(Urgency.PAGE, partial(self._edits.ask, handle)))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        try:
            stream = self._hub.stream(handle, ("state", self._edits.state(handle)))
        except Full:
            return replies.refusal("Too many pages listen already. Close some of them.", 503)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _context(self, request: Request, handle: str) -> Response:
        """What the toolbar shows: the shop, and how it is looked at."""
        seen = seen_as(request)
        host = request.headers["host"]
        space = self._shops.street.workspace
        name, status = cards.facts(space, handle)
        return replies.data(
            {
                "handle": handle,
                "name": name,
                "status": status,
                "street": self._hosts.street_url(host),
                "at": seen.at,
                "drafts": seen.drafts,
                "clock": self._shops.street.clock.isoformat() if self._fixed else "",
                "cookie": COOKIE,
            }
        )

    async def _all(self, request: Request, _handle: str) -> Response:
        """All shops of the street and their addresses."""
        parent = request.headers["host"].partition(".")[2]  # the name a shop's name stands below
        handles = await self._aside(self._shops.street.workspace.handles)
        return replies.data([[handle, self._hosts.shop_url(handle, parent)] for handle in handles])

    async def _why(self, request: Request, handle: str) -> Response:
        path = await self._asked_path(request, handle)
        return replies.data(await self._reasons.of(self._street_at(seen_as(request)), handle, path))

    def _street_at(self, seen: Look) -> Street:
        street = self._shops.street
        return replace(street, clock=datetime.fromisoformat(seen.at)) if seen.at else street

    async def _compare(self, request: Request, handle: str) -> Response:
        """The page beside the one online; beside the last build here when nothing can be told of that."""
        path = await self._asked_path(request, handle)
        before: bytes | None = None
        try:
            release = await self._aside(lambda: self._published.release(handle))
            where, note = (f"release {release.id}" if release else f"what is online at {self._published.target}"), ""
            before = await self._aside(lambda: self._published.page(handle, path)) if release else None
        except Unreachable as reason:
            where, note = "the last build on this machine", f"Not compared with what is published: {reason}."
            before = tools.last_built(self._shops.street, handle, path)
        seen = seen_as(request)
        try:
            told = await self._on_desk(lambda: tools.compared(self._shops.get(handle, seen), path, before, where))
        except Problems:
            told = {"where": where, "state": "broken", "lines": []}
        return replies.data({**told, "note": note})

    async def _asked_path(self, request: Request, handle: str) -> str:
        """The output behind the page that asks: `path` is its address."""
        address = urlsplit(request.query_params.get("path", "/")).path
        seen = seen_as(request)
        try:
            found: Answer = await self._on_desk(lambda: answer(self._shops.get(handle, seen), address))
        except Problems:
            return "index.html"
        return found.path or "index.html"

    async def _looking(self, request: Request, handle: str) -> Response:
        address = request.query_params.get("path", "/")
        if not address.startswith("/") or address.startswith("//") or "\\" in address:
            address = "/"
        name, _ = cards.facts(self._shops.street.workspace, handle)
        return replies.html(pages.looking(address, name))

    async def _card(self, request: Request, _handle: str) -> Response:
        space = self._shops.street.workspace
        handle = self._asked_shop(request)
        name, status = await self._aside(lambda: cards.facts(space, handle))
        mistakes = self._edits.mistakes
        problems, picture = mistakes.told(handle), mistakes.picture(handle)
        if not mistakes.looked_whole(handle):
            self._edits.background.ask(handle)
        return replies.data(
            {
                "name": name,
                "status": status,
                "picture": picture.digest if picture is not None else "",
                "problems": None if problems is None else len(problems),
                "first": problems[0] if problems else None,
                "built": cards.built(space, handle, cards.now()),
            }
        )

    async def _release(self, request: Request, _handle: str) -> Response:
        """What is online of a shop. Asked apart from its card: a store may take its time."""
        handle = self._asked_shop(request)
        try:
            release = await self._aside(lambda: self._published.release(handle))
        except Unreachable as reason:
            return replies.data({"state": "unknown" if self._published.target else "none", "words": str(reason)})
        if release is None:
            return replies.data({"state": "absent", "words": "never published"})
        when = cards.since(release.at, cards.now())
        words = " ".join(filter(None, ("published", when, f"by {release.by}" if release.by else "")))
        status = "" if release.status == "live" else f" · {release.status}"
        return replies.data({"state": release.status, "words": words + status, "id": release.id})

    async def _thumb(self, request: Request, _handle: str) -> Response:
        space = self._shops.street.workspace
        handle = self._asked_shop(request)
        known = self._edits.mistakes.picture(handle)
        found = await self._aside(lambda: cards.picture(space, handle, known))
        return replies.picture(found.data, found.media_type)

    @property
    def _published(self) -> Published:
        """What is online, by the settings as they are now."""
        settings = self._shops.street.platform.publish
        if self._target is None or self._target.settings != settings:
            self._target = Published(settings, self._shops.street.workspace)
        return self._target

    def _asked_shop(self, request: Request) -> str:
        handle = request.query_params.get("shop", "")
        if not self._shops.street.workspace.has(handle):
            raise KeyError(handle)
        return handle

    @property
    def _for_shops(self) -> Mapping[str, Callable[[Request, str], Awaitable[Response]]]:
        return {
            "events": self._events,
            "context": self._context,
            "shops": self._all,
            "why": self._why,
            "compare": self._compare,
            "looking": self._looking,
        }

    @property
    def _for_street(self) -> Mapping[str, Callable[[Request, str], Awaitable[Response]]]:
        return {"events": self._events, "card": self._card, "release": self._release, "thumb": self._thumb}


def seen_as(request: Request) -> Look:
    """How this browser looks at the shop: the toolbar keeps it in a cookie."""
    return look(unquote(request.cookies.get(COOKIE, "")))
