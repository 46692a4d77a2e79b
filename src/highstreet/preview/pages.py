"""Pages of the preview itself: the street list, a shop that cannot be shown, widths side by side, plain refusals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import cast

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def street(shops: Iterable[tuple[str, str]], root: str, note: str, published: bool) -> str:
    """The street list. `shops` are (handle, URL); everything else of a card is fetched when it comes into view.

    `published` says whether there is a place where releases are.
    """
    rows = list(shops)
    release = '<p class="release"></p>' if published else ""
    cards = "\n".join(
        f'<li class="card" data-handle="{escape(handle)}"><a class="face" href="{escape(url)}" tabindex="-1" '
        f'aria-hidden="true"><img alt="" width="1200" height="630" loading="lazy" decoding="async" '
        f'src="/_highstreet/thumb?shop={escape(handle)}"></a>'
        f'<div class="words"><h2><a href="{escape(url)}">{escape(handle)}</a></h2>'
        f'<p class="facts"><span class="status"></span><span class="handle">{escape(handle)}</span></p>'
        f'<p class="problems"></p><p class="built"></p>{release}</div></li>'
        for handle, url in rows
    )
    count = f"{len(rows)} shop{'s' if len(rows) != 1 else ''}"
    empty = (
        '<p class="empty">No shop yet. Make one: <code>highstreet new HANDLE --name "A Shop"</code></p>'
        if not rows
        else ""
    )
    return _page(
        "The street",
        f'<header class="top"><p class="brand"><span class="mark" aria-hidden="true"></span>Highstreet</p>'
        f'<p class="where">{escape(root)}</p></header>'
        f'<main><div class="head"><h1>The street</h1><p class="count" aria-live="polite">{count}</p>'
        f'<label class="find"><span class="sr">Find a shop</span>'
        f'<input type="search" placeholder="Find a shop" autocomplete="off" spellcheck="false"></label></div>'
        f"{f'<p class=note>{escape(note)}</p>' if note else ''}{empty}"
        f'<ul class="cards">{cards}</ul></main>',
        scripts=("street.js",),
        body="street",
    )


def broken(handle: str, problems: Sequence[Mapping[str, object]], street_url: str, tag: str) -> str:
    """A shop that has no good state to show yet. It reloads itself when that is mended."""
    count = len(problems)
    items = "".join(_problem(problem) for problem in problems[:20])
    more = f"<p class='more'>and {count - 20} more: run <code>highstreet check {escape(handle)}</code></p>"
    return _page(
        f"{count} problem{'s' if count != 1 else ''} · {handle}",
        f'<main class="broken"><p class="crumb"><a href="{escape(street_url)}">The street</a> / {escape(handle)}</p>'
        f"<h1>This shop cannot be shown yet</h1>"
        f'<p class="lead">Mend {"this" if count == 1 else f"these {count}"} and save: the page comes by itself.</p>'
        f'<ol class="diagnostics">{items}</ol>{more if count > 20 else ""}</main>'
        f'<script type="application/json" id="highstreet-problems">{_json(problems)}</script>',
        tag=tag,
        body="failed",
    )


def _json(data: object) -> str:
    """Data for a script element: no text in it can end the element."""
    return json.dumps(data).replace("<", "\\u003c")


def _problem(problem: Mapping[str, object]) -> str:
    def text(name: str) -> str:
        return escape(str(problem[name]))

    place = f'<a href="{text("edit")}">{text("place")}</a>' if problem["edit"] else text("place")
    frame = ""
    if problem["frame"]:
        start, length = cast("list[int]", problem["mark"])
        line = str(problem["frame"])
        parts = line[:start], line[start : start + length], line[start + length :]
        frame = (
            f'<pre><span class="number">{text("line")}</span> {escape(parts[0])}<mark>{escape(parts[1])}</mark>'
            f"{escape(parts[2])}</pre>"
        )
    facts = "".join(f"<dt>{name}</dt><dd>{text(name)}</dd>" for name in ("found", "expected", "fix") if problem[name])
    return (
        f'<li class="{text("severity")}"><h2>{text("message")} <span class="code">{text("code")}</span></h2>'
        f'<p class="place">{place}</p>{frame}<dl>{facts}</dl></li>'
    )


def looking(address: str, shop: str) -> str:
    """One page of a shop at several widths, side by side."""
    return _page(
        f"Widths · {shop}",
        f'<header class="top"><p class="brand"><a href="{escape(address)}">← <bdi>{escape(shop)}</bdi></a></p>'
        f'<p class="where">{escape(address)}</p></header>'
        f'<main class="widths" data-address="{escape(address)}"></main>',
        scripts=("looking.js",),
        body="looking",
    )


def plain(title: str, words: str, links: Iterable[tuple[str, str]] = (), tag: str = "") -> str:
    """A few words and where to go instead."""
    items = "".join(f'<li><a href="{escape(url)}">{escape(text)}</a></li>' for text, url in links)
    return _page(
        title,
        f'<main class="plain"><h1>{escape(title)}</h1><p class="lead">{escape(words)}</p><ul>{items}</ul></main>',
        tag=tag,
        body="refused",
    )


def _page(title: str, body_html: str, scripts: Sequence[str] = (), tag: str = "", body: str = "") -> str:
    linked = "".join(f'<script type="module" src="/_highstreet/{name}"></script>' for name in scripts)
    return (
        f'<!doctype html><html lang="en"><head>{tag}<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)}</title><link rel="icon" href="/_highstreet/icon.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/_highstreet/pages.css">{linked}</head>'
        f'<body class="{body}">{body_html}</body></html>'
    )
