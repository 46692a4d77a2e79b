"""Replies: the preview's own pages, files and data as responses, with the headers they all need."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from highstreet.preview import pages

_STATIC = Path(__file__).parent / "static"
_SCRIPT = "text/javascript; charset=utf-8"
FILES = {
    "client.js": _SCRIPT,
    "toolbar.js": _SCRIPT,
    "street.js": _SCRIPT,
    "looking.js": _SCRIPT,
    "idiomorph.js": _SCRIPT,
    "pages.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def html(text: str, status: int = 200) -> Response:
    return Response(text, status, {**pages.HEADERS, "Content-Type": "text/html; charset=utf-8"})


def data(told: object) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Type": "application/json"}
    return Response(json.dumps(told, ensure_ascii=False), headers=headers)


def file(name: str) -> Response:
    """One of FILES."""
    headers = {"Content-Type": FILES[name], "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(_read(name), headers=headers)


@cache
def _read(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


def picture(data: bytes, media_type: str) -> Response:
    """A picture that a shop had a hand in: it can load and run nothing."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'"}
    return Response(data, headers={**headers, "Content-Type": media_type, "X-Content-Type-Options": "nosniff"})


def refusal(words: str, status: int) -> Response:
    return Response(words + "\n", status, {"Cache-Control": "no-store"})


def known(request: Request, etag: str) -> bool:
    """Whether the browser has this already."""
    return etag in [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
