"""The server: the street list, every shop under its own name, and what keeps open pages up to date."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from highstreet.base.diagnostic import Problems
from highstreet.freshness import Street
from highstreet.preview import pages, replies
from highstreet.preview.answer import Answer, answer, framed, tagged
from highstreet.preview.desk import Closed, Desk, Urgency
from highstreet.preview.edits import Edits, ready
from highstreet.preview.hosts import RESERVED, Hosts, verdict
from highstreet.preview.listening import sockets
from highstreet.preview.patience import Patience
from highstreet.preview.reload import Hub
from highstreet.preview.services import Services, seen_as
from highstreet.preview.shops import Look, Shops
from highstreet.preview.studio import Studio
from highstreet.preview.telling import EDITOR
from highstreet.preview.watch import Watch

REFUSALS = {
    "host": "This name is not one of this preview. Names of your own are allowed with --host NAME.",
    "origin": "Pages of another origin may not ask the preview.",
    "site": "Pages of another site may not ask the preview.",
    "part": "This is for the toolbar, not for parts of a page.",  # which would keep the desk busy
    "address": "This address is not one a shop can have.",
}
VERSION = "Highstreet-Version"  # of the shop as a page shows it: an open page sees whether it is behind
_SWITCH = 0.0005  # seconds a thread may hold the interpreter: with 5 ms an answer waited 11 for work at the desk
_FILE = re.compile(rb"/(assets/[a-z0-9-]+\.[0-9a-f]{16}\.[a-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command was asked for."""

    port: int = 4000
    names: tuple[str, ...] = ()  # --host: further names, and listening on all interfaces
    toolbar: bool = True
    editor: str = EDITOR
    fixed: bool = False  # the street's clock was given and stands still


class Preview:
    """One preview of one street."""

    def __init__(self, street: Street, options: Options, desk: Desk) -> None:
        self.hosts = Hosts(options.port, options.names)
        self.desk = desk
        self.shops = Shops(street, options.fixed)
        self.hub = Hub()
        self.edits = Edits(self.shops, self.hub, desk, options.editor, options.toolbar)
        self.services = Services(self.hosts, self.shops, self.edits, self.hub, desk, options.fixed)
        space = street.workspace
        self.watch = Watch([space.tenants, *self.edits.themes, space.settings_file], self.edits.changed)
        self.answering = threading.Event()
        self.studio = Studio(self.shops, desk)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.app = Starlette(
            routes=[Route("/{path:path}", self._route, methods=["GET"])],
            lifespan=self._life,
            exception_handlers={405: _only_reading},
        )

    @contextlib.asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        self.edits.begin()
        self.watch.start()
        self.answering.set()
        asking = self._loop.create_task(self._poll_if_needed())
        yield
        asking.cancel()
        self.watch.stop()
        self.edits.end()
        self.services.end()
        self.studio.end()

    async def _poll_if_needed(self) -> None:
        while not self.watch.ready.is_set():
            await asyncio.sleep(0.1)
        if self.watch.polling:
            self.edits.poll()

    def close(self) -> None:
        """Ends every stream, so that the server can end."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self.hub.close)

    async def _route(self, request: Request) -> Response:
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        refused = verdict(self.hosts, request.headers, raw)
        if refused:
            return replies.refusal(REFUSALS[refused], 400 if refused == "address" else 403)
        address = raw.partition(b"?")[0].decode("ascii", "replace")
        handle = self.hosts.tenant(request.headers["host"]) or ""
        try:
            if address.startswith(RESERVED):
                return await self._own(request, handle, address.removeprefix(RESERVED))
            if not handle:
                return (
                    self._street_page(request) if address == "/" else self._nothing(request, "There is no such page.")
                )
            return await self._shop_page(request, handle, address)
        except KeyError:
            if not handle or address.startswith(RESERVED):
                return self._nothing(request, "There is no such shop.")
            return self._nothing(request, f"There is no shop {handle}.", _tag("").decode())
        except Closed:
            return replies.refusal("The preview has ended.", 503)

    async def _own(self, request: Request, handle: str, name: str) -> Response:
        if name in replies.FILES:
            return replies.file(name)
        if handle and request.headers.get("sec-fetch-dest", "empty") not in ("empty", "document"):
            return replies.refusal(REFUSALS["part"], 403)
        service = self.services.of(handle, name)
        return await service(request, handle) if service else self._nothing(request, "There is no such page.")

    def _street_page(self, request: Request) -> Response:
        space = self.shops.street.workspace
        host = request.headers["host"]
        rows = [(handle, self.hosts.shop_url(handle, host)) for handle in space.handles()]
        note = f"Files are looked at once a second: {self.watch.polling}." if self.watch.polling else ""
        published = bool(self.shops.street.platform.publish.to)
        return replies.html(pages.street(rows, str(space.root), note, published))

    async def _shop_page(self, request: Request, handle: str, address: str) -> Response:
        try:
            work = partial(self._answer, handle, seen_as(request), address)
            # A sheet made ahead of the page must not wait behind it.
            urgency = Urgency.EDIT if address.endswith(".css") else Urgency.PAGE
            found = await asyncio.wrap_future(self.desk.give(urgency, work))
        except Problems as problems:
            return self._broken(request, handle, problems)
        headers = dict(found.headers)
        if request.headers.get("sec-fetch-dest") == "iframe":
            headers = framed(headers)
        headers["Cache-Control"] = "max-age=86400, immutable" if found.lasting else "no-cache"
        headers[VERSION] = str(self.edits.version(handle))
        if found.location:
            return Response(status_code=found.status, headers={**headers, "Location": found.location})
        headers["ETag"] = f'"{found.key[:32]}"'
        if found.status == 200 and replies.known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        data = found.data
        if found.pixels is not None:
            try:
                data = await self.studio.made(handle, seen_as(request), found.pixels)
            except Problems as problems:
                return self._broken(request, handle, problems)
        if found.media_type.startswith("text/html"):
            data = tagged(data, _tag(found.key))
        return Response(data, found.status, {**headers, "Content-Type": found.media_type})

    def _answer(self, handle: str, seen: Look, address: str) -> Answer:
        shop = self.shops.get(handle, seen)
        self.edits.opened(handle, shop)
        lately = self.shops.lately(handle)
        found = answer(shop, address, lately)
        if found.media_type.startswith("text/html"):
            for path in map(bytes.decode, _FILE.findall(found.data)):
                action = shop.action(path) if path not in lately else None
                if action is not None:
                    lately[path] = action
                    if path.endswith(".css"):  # made while the page travels, so that it is there when it is asked for
                        self.desk.give(Urgency.PAGE, partial(ready, shop, path))
        return found

    def _broken(self, request: Request, handle: str, problems: Problems) -> Response:
        shown = self.edits.told(problems.diagnostics)
        tag = _tag("").decode()
        page = replies.html(pages.broken(handle, shown, self.hosts.street_url(request.headers["host"]), tag), 500)
        page.headers[VERSION] = str(self.edits.version(handle))
        return page

    def _nothing(self, request: Request, words: str, tag: str = "") -> Response:
        """What is said of an address that leads nowhere; with `tag` it turns into the shop when that comes (back)."""
        links = [("The street", self.hosts.street_url(request.headers["host"]))]
        return replies.html(pages.plain("Nothing here", words, links, tag), 404)


def _only_reading(_request: Request, _error: Exception) -> Response:
    return Response("The preview only reads: GET and HEAD.\n", 405, {"Allow": "GET, HEAD"})


def _tag(key: str) -> bytes:
    return f'<script defer src="/_highstreet/client.js" data-page="{key[:32]}"></script>'.encode()


def run(street: Street, options: Options, begun: Callable[[], None]) -> None:
    """Serves until interrupted. `begun` is told once the first request can be answered. Raises Busy."""
    listening = sockets(options.port, everywhere=bool(options.names))
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended by a program as by a person
    sys.setswitchinterval(_SWITCH)
    desk = Desk()
    preview = Preview(street, options, desk)
    config = uvicorn.Config(
        preview.app,
        http=Patience,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=(listening,), name="server", daemon=True)
    thread.start()
    preview.answering.wait(10)
    begun()
    desk.give(Urgency.IDLE, _warm)
    try:
        desk.serve()
    finally:
        server.should_exit = True
        preview.close()
        thread.join(3)


def _warm() -> None:
    """Imports what the first page will need."""
    import highstreet.plan.kinds
    import highstreet.run.page
    import highstreet.shop  # noqa: F401
