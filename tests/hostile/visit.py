"""Visiting what a bad tenant's shop became: in a real browser no script of its own runs and no foreign request leaves."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from highstreet.output.hosting import blocks, headers_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

# Payloads call one of these; whichever they find is noted.
_TRAP = """
window.__ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = (...given) => { window.__ran.push(name + ": " + given); };
"""
# Addresses as the browser understands them: what a click would run, or where it would go without our knowing.
_ACTIVE = """
() => [...document.querySelectorAll("*")].flatMap(node => {
  const found = [];
  for (const {name, value} of node.attributes) {
    if (name.startsWith("on")) found.push(name);
    if (["href", "src", "action", "formaction", "data", "poster", "xlink:href", "srcdoc", "background"].includes(name)) {
      let protocol = "";
      try { protocol = new URL(value, document.baseURI).protocol } catch { continue }
      if (!["https:", "http:", "mailto:", "tel:", "sms:"].includes(protocol) && !(protocol === "data:" && node.localName === "img")) found.push(name + "=" + protocol);
    }
  }
  if (["iframe", "object", "embed", "base", "frame", "applet", "portal", "foreignobject"].includes(node.localName)) found.push(node.localName);
  if (node.localName === "meta" && /refresh/i.test(node.httpEquiv)) found.push("meta refresh");
  if (node.localName === "style") found.push("style");  // style attributes are set by scripts of the theme too; what they fetch is seen
  return found;
})
"""


def visit(browser: Browser, site: Path, host: str, pages: tuple[str, ...], policy: bool, allowed: tuple[str, ...] = ()) -> list[str]:
    """What went wrong on `pages` of the shop in `site`, answered as its host would. `policy`: with its security headers."""
    wrong: list[str] = []
    headers = blocks((site / "_headers").read_text("utf-8")) if policy else ()
    context = browser.new_context(service_workers="block")

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc != host:
            if address.netloc not in allowed:
                wrong.append(f"asks {address.scheme}://{address.netloc}{address.path} for {route.request.resource_type}"[:200])
            route.abort()
            return
        path = unquote(address.path).lstrip("/")
        place = site / (path + "index.html" if path.endswith("/") or not path else path)
        if not place.is_file():
            route.fulfill(status=404, body="")
            return
        kind = mimetypes.guess_type(place.name)[0] or "application/octet-stream"
        route.fulfill(status=200, body=place.read_bytes(), headers={"content-type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, **headers_for(headers, address.path)})

    try:
        context.route("**/*", answer)
        context.add_init_script(_TRAP)
        tab = context.new_page()
        tab.on("dialog", lambda dialog: (wrong.append("a dialog"), dialog.dismiss()))
        for path in pages:
            path, mark, query = path.partition("?")
            assert (site / path).is_file(), path
            tab.goto(f"https://{host}/{path.removesuffix('index.html')}{mark}{query}", wait_until="load")
            wrong += [f"{path}: ran {found}" for found in tab.evaluate("window.__ran")]
            wrong += [f"{path}: {found}" for found in tab.evaluate(_ACTIVE)]
            if urlsplit(tab.url).netloc != host:
                wrong.append(f"{path}: leads to {tab.url}")
        if len(context.pages) > 1:
            wrong.append("opens a window")
    finally:
        context.close()
    return wrong
