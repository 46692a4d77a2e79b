"""The server: the street list, every shop under its own name, and the events that keep open pages up to date."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from highstreet.action.action import Action
from highstreet.action.cache import ActionCache
from highstreet.action.executor import Executor
from highstreet.base.diagnostic import Problems
from highstreet.freshness import Street
from highstreet.preview import cards, pages, tools
from highstreet.preview.answer import Answer, answer, framed, tagged
from highstreet.preview.desk import Desk, Urgency
from highstreet.preview.hosts import RESERVED, Hosts, verdict
from highstreet.preview.reload import Hub
from highstreet.preview.shops import COOKIE, Look, Shops, look
from highstreet.preview.telling import EDITOR, told
from highstreet.preview.watch import Watch
from highstreet.run.registry import Runners

if TYPE_CHECKING:
    from highstreet.shop import Shop

T = TypeVar("T")
Told = dict[str, object]

_STATIC = Path(__file__).parent / "static"
_FILES = {
    "client.js": "text/javascript; charset=utf-8",
    "toolbar.js": "text/javascript; charset=utf-8",
    "street.js": "text/javascript; charset=utf-8",
    "looking.js": "text/javascript; charset=utf-8",
    "idiomorph.js": "text/javascript; charset=utf-8",
    "pages.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_SURE = 0.12  # seconds a mistake must last before it is shown: half a checkout is no mistake
_POLL = 1.0  # seconds between two looks at the files where the system tells of no changes
REFUSALS = {
    "host": "This name is not one of this preview. Names of your own are allowed with --host NAME.",
    "origin": "Pages of another origin may not ask the preview.",
    "site": "Pages of another site may not ask the preview.",
    "address": "This address is not one a shop can have.",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command was asked for."""

    port: int = 4000
    names: tuple[str, ...] = ()  # --host: further names, and listening on all interfaces
    toolbar: bool = True
    editor: str = EDITOR
    fixed: bool = False  # the street's clock was given and stands still


class Busy(Exception):
    """The port is taken by another program. `free` is one that is not."""

    def __init__(self, port: int, free: int) -> None:
        self.port, self.free = port, free
        super().__init__(f"port {port} is taken by another program; try --port {free}")


class Preview:
    """One preview of one street."""

    def __init__(self, street: Street, options: Options, desk: Desk) -> None:
        self.options = options
        self.hosts = Hosts(options.port, options.names)
        self.desk = desk
        self.shops = Shops(street, options.fixed)
        self.hub = Hub()
        self._versions: dict[str, int] = {}
        self._problems: dict[str, list[Told]] = {}  # of shops that have been open
        self._pixels = ThreadPoolExecutor(2, "pixels")
        self._edits: asyncio.Queue[frozenset[Path] | None] = asyncio.Queue()
        self.answering = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        space = street.workspace
        shared = [space.root / "themes"]
        bundled = space.theme("main")
        if bundled is not None and not bundled.is_relative_to(space.root):
            shared.append(bundled.parent)
        self._themes = tuple(shared)
        self.watch = Watch([space.tenants, *shared, space.settings_file], self._changed)
        self.app = Starlette(
            routes=[Route("/{path:path}", self._route, methods=["GET"])],
            lifespan=self._life,
            exception_handlers={405: _only_reading},
        )

    # Files

    @contextlib.asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        self.answering.set()
        self._keep(self._work_on_edits())
        self._keep(self._poll())
        self.watch.start()
        yield
        self.watch.stop()
        self._pixels.shutdown(wait=False, cancel_futures=True)
        for task in self._tasks:
            task.cancel()

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _changed(self, paths: frozenset[Path] | None) -> None:
        """Called by the watch, on its own thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._edits.put_nowait, paths)

    async def _work_on_edits(self) -> None:
        while True:
            paths = await self._edits.get()
            while not self._edits.empty():  # what came meanwhile is one edit
                more = self._edits.get_nowait()
                paths = None if paths is None or more is None else paths | more
            for handle, files in self._touched(paths).items():
                self._keep(self._edit(handle, files))

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(_POLL)
            if self.watch.polling:
                await self._edits.put(None)

    def _touched(self, paths: frozenset[Path] | None) -> dict[str, frozenset[Path] | None]:
        """Which open shops a burst of edits touches, and by which files; None: any of its files."""
        open_now = {handle for handle, _ in self.shops.held()} | self.hub.listened()
        if paths is None:
            return dict.fromkeys(open_now)
        space = self.shops.street.workspace
        found: dict[str, frozenset[Path] | None] = {}
        shared = False
        for path in paths:
            if path.is_relative_to(space.tenants):
                parts = path.relative_to(space.tenants).parts
                if parts and parts[0] in open_now:
                    known = found.get(parts[0], frozenset())
                    whole = len(parts) == 1 or known is None or path.is_dir()
                    found[parts[0]] = None if whole or known is None else known | {path}
            elif any(path.is_relative_to(folder) for folder in self._themes) or path == space.settings_file:
                shared = True
        if shared:
            themes = frozenset(path for path in paths if not path.is_relative_to(space.tenants))
            for handle in open_now:
                own = found.get(handle, frozenset())
                found[handle] = None if own is None or any(path.is_dir() for path in themes) else own | themes
        return found

    async def _edit(self, handle: str, files: frozenset[Path] | None) -> None:
        fresh, problems = await self._on_desk(Urgency.EDIT, partial(self._update, handle, files))
        if problems and not self._problems.get(handle):
            await asyncio.sleep(_SURE)
            again, problems = await self._on_desk(Urgency.EDIT, partial(self._update, handle, None))
            fresh = fresh or again
        if not fresh and problems == self._problems.get(handle, []):
            return
        self._problems[handle] = problems
        self._versions[handle] = self._versions.get(handle, 0) + 1
        self.hub.tell(handle, "state", self._state(handle))
        self.hub.tell("", "card", handle)

    def _update(self, handle: str, files: frozenset[Path] | None) -> tuple[bool, list[Told]]:
        fresh = self.shops.update(handle, files)
        shop = self.shops.peek(handle)
        return fresh or shop is None, self._told(shop) if shop is not None else self._problems.get(handle, [])

    def _told(self, shop: Shop) -> list[Told]:
        return [told(d, self.shops.street.workspace, self.options.editor) for d in shop.errors]

    def _state(self, handle: str) -> Told:
        return {
            "version": self._versions.get(handle, 0),
            "problems": self._problems.get(handle, []),
            "toolbar": self.options.toolbar,
        }

    async def _on_desk(self, urgency: Urgency, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self.desk.give(urgency, work))

    def close(self) -> None:
        """Ends every stream, so that the server can end."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self.hub.close)

    # Requests

    async def _route(self, request: Request) -> Response:
        headers = request.headers
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        refused = verdict(self.hosts, headers, raw)
        if refused:
            return Response(
                REFUSALS[refused] + "\n", 400 if refused == "address" else 403, {"Cache-Control": "no-store"}
            )
        address = raw.partition(b"?")[0].decode("ascii", "replace")
        handle = self.hosts.tenant(headers["host"])
        if address.startswith(RESERVED):
            return await self._own(request, handle or "", address.removeprefix(RESERVED))
        if not handle:
            return self._street_page(request) if address == "/" else self._nothing(request, "There is no such page.")
        return await self._shop_page(request, handle, address)

    async def _shop_page(self, request: Request, handle: str, address: str) -> Response:
        seen = look(unquote(request.cookies.get(COOKIE, "")))
        try:
            found = await self._on_desk(Urgency.PAGE, partial(self._answer, handle, seen, address))
        except KeyError:
            return self._nothing(request, f"There is no shop {handle}.")
        except Problems as problems:
            return self._broken(request, handle, problems)
        headers = dict(found.headers)
        if request.headers.get("sec-fetch-dest") == "iframe":
            headers = framed(headers)
        headers["Cache-Control"] = "max-age=86400, immutable" if found.lasting else "no-cache"
        if found.location:
            return Response(status_code=found.status, headers={**headers, "Location": found.location})
        headers["ETag"] = f'"{found.key[:32]}"'
        if found.status == 200 and _known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        data = found.data
        if found.pixels is not None:
            loop = asyncio.get_running_loop()
            data = await loop.run_in_executor(self._pixels, self._made, found.pixels)
        if found.media_type.startswith("text/html"):
            data = tagged(data, _tag(found.key))
        return Response(data, found.status, {**headers, "Content-Type": found.media_type})

    def _answer(self, handle: str, seen: Look, address: str) -> Answer:
        shop = self.shops.get(handle, seen)
        if handle not in self._problems:
            self._problems[handle] = self._told(shop)
        return answer(shop, address)

    def _made(self, action: Action) -> bytes:
        return Executor(Runners(), ActionCache(self.shops.street.workspace.cache)).result(action)

    def _broken(self, request: Request, handle: str, problems: Problems) -> Response:
        space = self.shops.street.workspace
        shown = [told(d, space, self.options.editor) for d in problems.diagnostics if d.severity == "error"]
        html = pages.broken(handle, shown, self.hosts.street_url(request.headers["host"]), _tag("").decode())
        return _html(html, 500)

    def _nothing(self, request: Request, words: str) -> Response:
        links = [("The street", self.hosts.street_url(request.headers["host"]))]
        return _html(pages.plain("Nothing here", words, links), 404)

    # The preview's own addresses

    def _street_page(self, request: Request) -> Response:
        space = self.shops.street.workspace
        host = request.headers["host"]
        rows = [(handle, self.hosts.shop_url(handle, host)) for handle in space.handles()]
        note = f"Files are looked at once a second: {self.watch.polling}." if self.watch.polling else ""
        return _html(pages.street(rows, str(space.root), note))

    async def _own(self, request: Request, handle: str, name: str) -> Response:
        if name in _FILES:
            data = _static(name)
            return Response(
                data,
                headers={
                    "Content-Type": _FILES[name],
                    "Cache-Control": "no-cache",
                    "X-Content-Type-Options": "nosniff",
                },
            )
        work = (self._shop_tools if handle else self._street_tools).get(name)
        if work is None:
            return self._nothing(request, "There is no such page.")
        try:
            answered: Response = await work(self, request, handle)
            return answered
        except KeyError:
            return self._nothing(request, f"There is no shop {handle}.")

    async def _events(self, request: Request, handle: str) -> Response:
        if handle and not self.shops.street.workspace.tenant(handle).is_dir():
            raise KeyError(handle)
        if handle:
            await self._on_desk(Urgency.PAGE, partial(self._ask, handle))
        first = ("state", self._state(handle))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return StreamingResponse(self.hub.stream(handle, first), media_type="text/event-stream", headers=headers)

    def _ask(self, handle: str) -> None:
        """Makes what is known of a shop's problems as new as its open state."""
        shop = self.shops.peek(handle) or self.shops.get(handle)
        self._problems[handle] = self._told(shop)

    async def _context(self, request: Request, handle: str) -> Response:
        """What the toolbar shows: the shops of the street, and how this one is looked at."""
        seen = look(unquote(request.cookies.get(COOKIE, "")))
        host = request.headers["host"]
        space = self.shops.street.workspace
        name, status = cards.facts(space, handle)
        return _json(
            {
                "handle": handle,
                "name": name,
                "status": status,
                "street": self.hosts.street_url(host),
                "shops": [[other, self.hosts.shop_url(other, _parent(host))] for other in space.handles()],
                "at": seen.at,
                "drafts": seen.drafts,
                "clock": self.shops.street.clock.isoformat() if self.options.fixed else "",
                "cookie": COOKIE,
            }
        )

    async def _why(self, request: Request, handle: str) -> Response:
        path = await self._asked_path(request, handle)
        street = self._street_at(look(unquote(request.cookies.get(COOKIE, ""))))
        return _json(await self._on_desk(Urgency.TOOL, lambda: tools.why(street, handle, path)))

    def _street_at(self, seen: Look) -> Street:
        street = self.shops.street
        return replace(street, clock=datetime.fromisoformat(seen.at)) if seen.at else street

    async def _compare(self, request: Request, handle: str) -> Response:
        path = await self._asked_path(request, handle)
        seen = look(unquote(request.cookies.get(COOKIE, "")))

        def work() -> Told:
            street = self.shops.street
            before, where = tools.last_built(street, handle, path), "the last build on this machine"
            return tools.compared(self.shops.get(handle, seen), path, before, where)

        try:
            return _json(await self._on_desk(Urgency.TOOL, work))
        except Problems:
            return _json({"where": "", "state": "broken", "lines": []})

    async def _asked_path(self, request: Request, handle: str) -> str:
        """The output behind the page that asks: `path` is its address."""
        address = urlsplit(request.query_params.get("path", "/")).path
        seen = look(unquote(request.cookies.get(COOKIE, "")))
        try:
            found = await self._on_desk(Urgency.TOOL, partial(self._answer, handle, seen, address))
        except Problems:
            return "index.html"
        return found.path or "index.html"

    async def _looking(self, request: Request, handle: str) -> Response:
        address = request.query_params.get("path", "/")
        if not address.startswith("/") or address.startswith("//") or "\\" in address:
            address = "/"
        name, _ = cards.facts(self.shops.street.workspace, handle)
        return _html(pages.looking(address, name))

    async def _card(self, request: Request, _handle: str) -> Response:
        space = self.shops.street.workspace
        handle = self._asked_shop(request)

        def work() -> Told:
            name, status = cards.facts(space, handle)
            shop = self.shops.peek(handle)
            problems = self._told(shop) if shop is not None else self._problems.get(handle)
            return {
                "name": name,
                "status": status,
                "problems": None if problems is None else len(problems),
                "first": problems[0] if problems else None,
                "release": cards.built(space, handle, cards.now()),
            }

        return _json(await self._on_desk(Urgency.TOOL, work))

    async def _thumb(self, request: Request, _handle: str) -> Response:
        space = self.shops.street.workspace
        handle = self._asked_shop(request)
        data = await asyncio.get_running_loop().run_in_executor(self._pixels, cards.built_picture, space, handle)
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'"}
        if data is not None:
            return Response(data, headers={**headers, "Content-Type": "image/jpeg"})
        data = await self._on_desk(Urgency.TOOL, lambda: cards.drawn(space, handle))
        return Response(data, headers={**headers, "Content-Type": "image/svg+xml"})

    def _asked_shop(self, request: Request) -> str:
        handle = request.query_params.get("shop", "")
        if handle not in self.shops.street.workspace.handles():
            raise KeyError(handle)
        return handle

    _shop_tools: Mapping[str, Callable[..., Any]] = {
        "events": _events,
        "context": _context,
        "why": _why,
        "compare": _compare,
        "looking": _looking,
    }
    _street_tools: Mapping[str, Callable[..., Any]] = {"events": _events, "card": _card, "thumb": _thumb}


def _only_reading(_request: Request, _error: Exception) -> Response:
    return Response("The preview only reads: GET and HEAD.\n", 405, {"Allow": "GET, HEAD"})


def _parent(host: str) -> str:
    """The name a shop's name stands below: "localhost:4000" of "lumen.localhost:4000"."""
    return host.partition(".")[2]


def _known(request: Request, etag: str) -> bool:
    return etag in [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]


def _tag(key: str) -> bytes:
    return f'<script defer src="/_highstreet/client.js" data-page="{key[:32]}"></script>'.encode()


def _html(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(text, status, {**pages.HEADERS, **(headers or {}), "Content-Type": "text/html; charset=utf-8"})


def _json(data: object) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Type": "application/json"}
    return Response(json.dumps(data, ensure_ascii=False), headers=headers)


@cache
def _static(name: str) -> bytes:
    return (_STATIC / name).read_bytes()

    # Running


def sockets(options: Options) -> list[socket.socket]:
    """Listening sockets: this machine only, unless names were given. Raises Busy when the port is taken."""
    everywhere = bool(options.names)
    places = [
        (socket.AF_INET, "0.0.0.0" if everywhere else "127.0.0.1"),
        (socket.AF_INET6, "::" if everywhere else "::1"),
    ]
    made: list[socket.socket] = []
    for family, address in places:
        try:
            one = socket.socket(family, socket.SOCK_STREAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address, options.port))
            one.listen(128)
        except OSError as error:
            if family == socket.AF_INET6 and made:
                continue  # a machine without IPv6
            for other in made:
                other.close()
            raise Busy(options.port, _free(options.port)) from error
        made.append(one)
    return made


def _free(port: int) -> int:
    for other in range(port + 1, port + 100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                one.bind(("127.0.0.1", other))
                return other
    return 0


def run(street: Street, options: Options, ready: Callable[[], None]) -> None:
    """Serves until interrupted. `ready` is told once the first request can be answered."""
    listening = sockets(options)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended by a program as by a person
    desk = Desk()
    preview = Preview(street, options, desk)
    config = uvicorn.Config(
        preview.app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=(listening,), name="server", daemon=True)
    thread.start()
    preview.answering.wait(10)
    ready()
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
