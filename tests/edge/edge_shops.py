"""A small street laid out as a store holds it, by hand: every kind of object an edge has to answer for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

import brotli

from highstreet.publish.object_store import Headers
from highstreet.publish.release import Commit, Pointer, Trees
from highstreet.publish.release_json import encode_pointer

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https://cdn.example; require-trusted-types-for 'script'"
SECURITY = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-frame-options": "DENY",
}
PAGE_CACHE = "public, max-age=60, must-revalidate"
IMMUTABLE = "public, max-age=31536000, immutable"
CSS = "assets/shop.0123456789abcdef.css"
JPG = "assets/mug-400.fedcba9876543210.jpg"
FILLER = "<p>" + "What every page of a shop says at some length. " * 40 + "</p>"


class Thing(NamedTuple):
    key: str
    body: bytes
    headers: Headers
    says: Pointer | None = None  # of pointers


def html(text: str) -> bytes:
    return f"<!doctype html><title>{text}</title><h1>{text}</h1>{FILLER}".encode()


def css(tenant: str) -> bytes:
    return (f"/* {tenant} */" + "body { color: #123456 }\n" * 100).encode()


JPG_BODY = bytes(range(256)) * 40
_TYPES = {"html": "text/html; charset=utf-8", "xml": "application/xml; charset=utf-8", "txt": "text/plain; charset=utf-8", "css": "text/css; charset=utf-8"}


def _page(tree: str, path: str, body: bytes) -> Thing:
    return Thing(f"t/{tree}/{path}", body, Headers(_TYPES[path.rpartition(".")[2]], PAGE_CACHE))


def _moved(tree: str, path: str, to: str) -> Thing:
    return Thing(f"t/{tree}/{path}", html("moved"), Headers("text/html; charset=utf-8", PAGE_CACHE, "", to))


def _moved_for_now(tree: str, path: str, to: str) -> Thing:
    return Thing(f"t/{tree}/{path}", html("moved"), Headers("text/html; charset=utf-8", PAGE_CACHE, "", "", to))


def pointer(tree: Trees, release: str = "r1", **more: object) -> Pointer:
    made = Pointer(release, "site", tree, SECURITY, (), ("br", "gz"), ("404.html", "fr/404.html"), "", Commit(), "2026-11-24T00:00:00+00:00")
    return made._replace(**more)  # type: ignore[arg-type]


def _pointer(made: Pointer, key: str = "_hs/current") -> Thing:
    return Thing(key, encode_pointer(made), Headers("application/json", "no-store"), made)


def one_tree(tree: str) -> Trees:
    return Trees(1, {"": tree})


def apart(trees: Trees, tree: str, *paths: str) -> Trees:
    """`trees` after these pages were changed, and lie in `tree`."""
    return trees._replace(ids=trees.ids | {digest(path)[:8]: tree for path in paths})


def pages(tree: str, words: str) -> Iterator[Thing]:
    yield _page(tree, "index.html", html(f"{words} home"))
    yield _page(tree, "fr/index.html", html(f"{words} accueil"))
    yield _page(tree, "products/mug/index.html", html(f"{words} mug"))
    yield _page(tree, "sitemap.xml", b"<urlset>" + b"<url/>" * 300 + b"</urlset>")
    yield _page(tree, "404.html", html(f"{words} not found"))
    yield _page(tree, "fr/404.html", html(f"{words} introuvable"))


def acme() -> Iterator[Thing]:
    """One tree, pages changed since it was made, compressed assets, redirects, a preview that is live and one that has
    expired."""
    yield from pages("treeacme1", "acme")
    yield _page("treeacme1", "products/cup/index.html", html("what the cup was"))
    yield _page("apartcup", "products/cup/index.html", html("acme cup"))
    yield _page("treeacme1", "products/gone/index.html", html("what was deleted"))
    yield _page("treeacme1", "odd+na me~@é.html", html("odd"))
    yield Thing("t/treeacme1/.well-known/pay", b"proof", Headers("text/plain; charset=utf-8", PAGE_CACHE))
    yield _page("treeacme1", "assets/price-list.txt", b"not named for its bytes\n")
    yield _moved("treeacme1", "old/mug/index.html", "/products/mug/")
    yield _moved("treeacme1", "old.html", "https://elsewhere.example/new?a=b&c=%C3%A9")
    yield _moved_for_now("treeacme1", "sale/index.html", "/products/")
    yield _moved_for_now("treeacme1", "soon.html", "https://elsewhere.example/soon?a=%20b")
    yield _moved("treeacme1", "süß/index.html", "/products/")
    yield Thing(CSS, css("acme"), Headers(_TYPES["css"], IMMUTABLE))
    yield Thing(CSS + ".br", brotli.compress(css("acme")), Headers(_TYPES["css"], IMMUTABLE, "br"))
    yield Thing(CSS + ".gz", gzip.compress(css("acme"), mtime=0), Headers(_TYPES["css"], IMMUTABLE, "gzip"))
    yield Thing("assets/lone.00000000deadbeef.css", css("lone"), Headers(_TYPES["css"], IMMUTABLE))
    yield Thing(JPG, JPG_BODY, Headers("image/jpeg", IMMUTABLE))
    yield Thing("_hs/releases/r1.json", b"secret manifest", Headers("application/json", "no-store"))
    trees = apart(one_tree("treeacme1"), "apartcup", "products/cup/index.html")
    yield _pointer(pointer(apart(trees, "aparttree", "products/gone/index.html")))
    yield _page("treeprev1", "index.html", html("acme preview"))
    yield _page("treeprev1", "404.html", html("acme preview not found"))
    yield _pointer(pointer(one_tree("treeprev1"), expires="2100-01-01T00:00:00+00:00"), "_hs/previews/spring-sale")
    yield _pointer(pointer(one_tree("treeprev1"), expires="2020-01-01T00:00:00+00:00"), "_hs/previews/old")


def beta() -> Iterator[Thing]:
    """64 shards, a page changed since, pages stored compressed as well, domains of its own."""
    trees = Trees(64, {f"{number:02x}": f"treebeta{number % 64:02}" for number in range(256)})
    cup = "products/cup/index.html"
    old = _page("", cup, html("what the cup was"))
    new = apart(trees, "apartcup", cup, cup + ".br", cup + ".gz")
    for thing, places in [*((thing, trees) for thing in (*pages("", "beta"), old)), (_page("", cup, html("beta cup")), new)]:
        path = thing.key.removeprefix("t//")
        yield thing._replace(key=f"t/{places.of(path)}/{path}")
        # A variant is an object of its own, and in the tree that its own name gives.
        yield Thing(f"t/{places.of(path + '.br')}/{path}.br", brotli.compress(thing.body), thing.headers._replace(content_encoding="br"))
        yield Thing(f"t/{places.of(path + '.gz')}/{path}.gz", gzip.compress(thing.body, mtime=0), thing.headers._replace(content_encoding="gzip"))
    yield _pointer(pointer(new, encodings=("br", "gz")))


def closed() -> Iterator[Thing]:
    yield from pages("treeclosed", "closed")
    yield _pointer(pointer(one_tree("treeclosed"), status="suspended"))


def withdrawn() -> Iterator[Thing]:
    yield from pages("treegone1", "withdrawn")
    yield _pointer(pointer(one_tree("treegone1"), status="gone"))


def evil() -> Iterator[Thing]:
    """Its pointer was written by somebody who would like to read what is not the shop's."""
    yield from pages("treeevil", "evil")
    cookie = "session=taken; Domain=shops.example; Path=/"
    headers = SECURITY | {"set-cookie": cookie, "location": "https://evil.example/", "content-length": "3", "x-accel-redirect": "/_hs/look", "x-lines": "a\r\nx-more: b", "X Y": "z"}
    headers |= {"x-try": '{{env "PATH"}} [[env "PATH"]] {env.PATH} $uri'}
    yield _pointer(pointer(Trees(1, {"": "../../acme/t/treeacme1"}), headers=headers, not_found=("../../../acme/_hs/current",)))


def street_things() -> dict[str, tuple[Thing, ...]]:
    """Tenant → what the store holds of it. Neighbours' names begin alike."""
    return {
        "acme": tuple(acme()),
        "acme-2": (_pointer(pointer(one_tree("treetwo"))), *pages("treetwo", "acme-2")),
        "beta": tuple(beta()),
        "closed": tuple(closed()),
        "withdrawn": tuple(withdrawn()),
        "evil": tuple(evil()),
    }


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
