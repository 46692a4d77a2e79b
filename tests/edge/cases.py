"""What every edge must answer: one table of requests and answers, run against each of them.

Bodies are compared after undoing Content-Encoding; a header set to None must not be there; "~x" must contain x.
`needs` names something that not every edge can do; each edge's test says what it can.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import brotli
from edge_shops import CSP, CSS, IMMUTABLE, JPG, JPG_BODY, PAGE_CACHE, css, html

BASE = "shops.example"
DOMAINS = {"beta": ("www.beta.example", "beta.example", "old-beta.example")}


class Case(NamedTuple):
    name: str
    host: str
    target: str  # as it stands in the request line
    status: int
    body: bytes | None = None  # None: anything
    has: Mapping[str, str | None] = {}
    sends: Mapping[str, str] = {}
    method: str = "GET"
    needs: str = ""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes


ACME, BETA, TWO = f"acme.{BASE}", "www.beta.example", f"acme-2.{BASE}"
SAFE = {"content-security-policy": CSP, "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "strict-origin-when-cross-origin"}
PAGE = SAFE | {"content-type": "text/html; charset=utf-8", "cache-control": PAGE_CACHE, "vary": "~accept-encoding", "x-robots-tag": None}
MISSING = SAFE | {"content-type": "text/html; charset=utf-8"}
GONE = html("acme not found")
PLAIN = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
BR, GZ = {"accept-encoding": "br"}, {"accept-encoding": "gzip"}


def _pages() -> Iterator[Case]:
    yield Case("home", ACME, "/", 200, html("acme home"), PAGE)
    yield Case("head", ACME, "/", 200, b"", PAGE, method="HEAD")
    yield Case("folder's page", ACME, "/products/mug/", 200, html("acme mug"), PAGE)
    yield Case("file", ACME, "/sitemap.xml", 200, None, SAFE | {"content-type": "application/xml; charset=utf-8"})
    yield Case("query is nobody's business", ACME, "/products/mug/?utm_source=x", 200, html("acme mug"))
    yield Case("query that a store would understand", ACME, "/?acl", 200, html("acme home"), PAGE)
    yield Case("query that would change the answer", ACME, "/?response-content-type=text/javascript&response-cache-control=x", 200, html("acme home"), PAGE)
    yield Case("query of an upload list", ACME, "/?uploads&versionId=1&list-type=2", 200, html("acme home"), PAGE)
    yield Case("odd letters", ACME, "/odd+na%20me~@%C3%A9.html", 200, html("odd"))
    yield Case("no letters escaped that need not be", ACME, "/%70roducts/mug/", 200, html("acme mug"))
    yield Case("file without an extension", ACME, "/.well-known/pay", 200, b"proof", {"content-type": "text/plain; charset=utf-8"}, needs="plain names")
    yield Case("below assets but not named for its bytes", ACME, "/assets/price-list.txt", 200, b"not named for its bytes\n", {"cache-control": PAGE_CACHE})
    yield Case("neighbour", TWO, "/", 200, html("acme-2 home"))
    yield Case("many trees", BETA, "/products/mug/", 200, html("beta mug"), PAGE)
    yield Case("a changed page", ACME, "/products/cup/", 200, html("acme cup"), PAGE)
    yield Case("a changed page of many trees", BETA, "/products/cup/", 200, html("beta cup"), PAGE)
    yield Case("a changed page, compressed", BETA, "/products/cup/", 200, html("beta cup"), PAGE | {"content-encoding": "br"}, sends=BR)
    yield Case("to a changed page", ACME, "/products/cup", 301, None, {"location": "/products/cup/"})
    yield Case("many trees, home", BETA, "/", 200, html("beta home"), PAGE)
    yield Case("host with a port", f"{ACME}:8080", "/", 200, html("acme home"))
    yield Case("host in other letters", ACME.upper(), "/", 200, html("acme home"))
    yield Case("no names of the store", ACME, "/", 200, None, {"x-amz-request-id": None, "x-amz-id-2": None, "x-amz-meta-redirect": None, "last-modified": None, "x-hs-key": None, "x-hs-do": None})
    yield Case("no name of the edge", ACME, "/", 200, None, {"server": None, "via": None}, needs="silence")
    yield Case("credentials of the visitor are not the store's", ACME, "/", 200, html("acme home"), sends={"authorization": "AWS4-HMAC-SHA256 Credential=x/y", "x-amz-date": "20260101T000000Z", "cookie": "a=b"})


def _compression() -> Iterator[Case]:
    url, kept = f"/{CSS}", {"cache-control": IMMUTABLE, "content-type": "text/css; charset=utf-8", "vary": "~accept-encoding"}
    yield Case("asset as it is", ACME, url, 200, css("acme"), SAFE | kept | {"content-encoding": None})
    yield Case("asset in brotli", ACME, url, 200, css("acme"), SAFE | kept | {"content-encoding": "br"}, BR)
    yield Case("asset in gzip", ACME, url, 200, css("acme"), kept | {"content-encoding": "gzip"}, GZ)
    yield Case("brotli before gzip", ACME, url, 200, css("acme"), kept | {"content-encoding": "br"}, {"accept-encoding": "gzip, deflate, br, zstd"})
    yield Case("brotli refused", ACME, url, 200, css("acme"), kept | {"content-encoding": "gzip"}, {"accept-encoding": "br;q=0, gzip;q=0.5"})
    yield Case("brotli refused with decimals", ACME, url, 200, css("acme"), kept | {"content-encoding": "gzip"}, {"accept-encoding": "gzip ; q=1.0,br; q=0.000"})
    yield Case("all refused", ACME, url, 200, css("acme"), kept | {"content-encoding": None}, {"accept-encoding": "br;q=0, gzip;q=0, *;q=0"})
    yield Case("names that only look alike", ACME, url, 200, css("acme"), kept | {"content-encoding": None}, {"accept-encoding": "xbr, brx, gzipped"})
    yield Case("in capitals", ACME, url, 200, css("acme"), kept | {"content-encoding": "br"}, {"accept-encoding": "BR;Q=0.3"})
    yield Case("head of a variant", ACME, url, 200, b"", kept | {"content-encoding": "br"}, BR, "HEAD")
    yield Case("variant that is not there", ACME, "/assets/lone.00000000deadbeef.css", 200, css("lone"), sends=BR)
    yield Case("picture has no variants", ACME, f"/{JPG}", 200, JPG_BODY, SAFE | {"cache-control": IMMUTABLE, "content-type": "image/jpeg", "content-encoding": None}, {"accept-encoding": "gzip, br"})
    yield Case("page compressed on the fly", ACME, "/", 200, html("acme home"), PAGE | {"content-encoding": "gzip"}, GZ, needs="fly")
    yield Case("page not compressed for who refuses", ACME, "/", 200, html("acme home"), PAGE | {"content-encoding": None}, {"accept-encoding": "gzip;q=0"})
    yield Case("page compressed beforehand", BETA, "/products/mug/", 200, html("beta mug"), PAGE | {"content-encoding": "br"}, {"accept-encoding": "gzip, br"})
    yield Case("page compressed beforehand, refused", BETA, "/products/mug/", 200, html("beta mug"), PAGE | {"content-encoding": None}, {"accept-encoding": "identity"})


def _ranges() -> Iterator[Case]:
    picture = {"content-type": "image/jpeg", "cache-control": IMMUTABLE}
    yield Case("range", ACME, f"/{JPG}", 206, JPG_BODY[10:20], SAFE | picture | {"content-range": f"bytes 10-19/{len(JPG_BODY)}"}, {"range": "bytes=10-19"})
    yield Case("range from the end", ACME, f"/{JPG}", 206, JPG_BODY[-5:], picture, {"range": "bytes=-5"})
    yield Case("range of a page", ACME, "/", 206, html("acme home")[:9], SAFE | {"content-encoding": None}, {"range": "bytes=0-8"})
    yield Case("range is never compressed on the way", ACME, "/", 206, html("acme home")[:2000], SAFE | {"content-encoding": None}, {"range": "bytes=0-1999", "accept-encoding": "gzip"})
    yield Case("range beyond the end", ACME, f"/{JPG}", 416, None, SAFE | {"content-range": f"~*/{len(JPG_BODY)}"}, {"range": "bytes=99999999-"})
    yield Case("range of another state", ACME, f"/{JPG}", 200, JPG_BODY, sends={"range": "bytes=10-19", "if-range": '"other"'})
    yield Case("range of what is missing", ACME, "/nothing.html", 404, GONE, sends={"range": "bytes=0-8"})


def _folders() -> Iterator[Case]:
    yield Case("folder without its slash", ACME, "/products/mug", 301, None, SAFE | {"location": "/products/mug/"})
    yield Case("folder without its slash, with a query", ACME, "/products/mug?utm=1&x=/%2F", 301, None, {"location": "/products/mug/?utm=1&x=/%2F"})
    yield Case("folder without its slash, other language", ACME, "/fr", 301, None, {"location": "/fr/"})
    yield Case("no such folder", ACME, "/products/none", 404, GONE, MISSING, needs="folder check")
    for target in ("//evil.example", "//evil.example/", "///evil.example/products/mug", "//products/mug", "/\\evil.example", "/%5cevil.example", "/%5Cevil.example/", "/%2fevil.example", "/%2F%2Fevil.example/a"):
        yield Case(f"open redirect {target}", ACME, target, 404, None, {"location": None})
    yield Case("open redirect with a tab", ACME, "/%09/evil.example", 404, None, {"location": None})


def _moved() -> Iterator[Case]:
    yield Case("page has moved", ACME, "/old/mug/", 301, None, SAFE | {"location": "/products/mug/", "x-amz-meta-redirect": None})
    yield Case("page has moved, asked without its slash", ACME, "/old/mug", 301, None, {"location": "~/mug/"})
    yield Case("file has moved elsewhere", ACME, "/old.html", 301, None, {"location": "https://elsewhere.example/new?a=b&c=%C3%A9"})
    yield Case("page has moved for now", ACME, "/sale/", 302, None, SAFE | {"location": "/products/", "cache-control": PAGE_CACHE, "x-amz-meta-redirect-temporary": None})
    yield Case("page has moved for now, asked without its slash", ACME, "/sale", 302, None, {"location": "/products/"}, needs="folder check")
    yield Case("page has moved for now, head", ACME, "/sale/", 302, b"", {"location": "/products/"}, method="HEAD")
    yield Case("file has moved elsewhere for now", ACME, "/soon.html", 302, None, {"location": "https://elsewhere.example/soon?a=%20b"})
    yield Case("page has moved, and is asked for in part", ACME, "/old/mug/", 301, None, {"location": "/products/mug/"}, {"range": "bytes=0-3"})
    yield Case("page has moved, to one who has it", ACME, "/old/mug/", 301, None, {"location": "/products/mug/"}, {"if-none-match": "*"}, needs="no stale moves")
    yield Case("address in other letters has moved", ACME, "/s%C3%BC%C3%9F/", 301, None, {"location": "/products/"})
    yield Case("other host", "beta.example", "/products/mug/?a=b", 301, None, {"location": "https://www.beta.example/products/mug/?a=b"})
    yield Case("other host, hostile path", "old-beta.example", "//evil.example/%2e%2e", 301, None, {"location": "https://www.beta.example//evil.example/%2e%2e"}, needs="raw paths")
    yield Case("other host, path like a host", "old-beta.example", "//evil.example/", 301, None, {"location": "https://www.beta.example//evil.example/"})
    yield Case("host of the platform", f"beta.{BASE}", "/", 301, None, {"location": "https://www.beta.example/"})


def _missing() -> Iterator[Case]:
    yield Case("nothing here", ACME, "/products/none/", 404, GONE, MISSING | {"etag": None})
    yield Case("a deleted page", ACME, "/products/gone/", 404, GONE, MISSING | {"etag": None})
    yield Case("nothing here, head", ACME, "/products/none/", 404, b"", MISSING, method="HEAD")
    yield Case("nothing here, conditional", ACME, "/none/", 404, GONE, sends={"if-none-match": "*"})
    yield Case("nothing here, other language", ACME, "/fr/produits/rien/", 404, html("acme introuvable"), MISSING)
    yield Case("not a language", ACME, "/france/", 404, GONE, MISSING)
    yield Case("many trees, nothing here", BETA, "/none/", 404, html("beta not found"), MISSING)
    yield Case("missing picture", ACME, "/assets/none.0000000000000000.jpg", 404, GONE, MISSING)
    inside = ("/_hs/current", "/_hs/releases/r1.json", "/%5fhs/current", "/%5Fhs%2Fcurrent", "/t/treeacme1/index.html", "/%74/treeacme1/index.html", "/_hs/", "/_hs", "/_HS/current", "/assets/../_hs/current", "/assets/%2e%2e/_hs/current", "/assets/%2e%2e%2f_hs/current", "/x/../products/mug/", "/./", "/products/./mug/", "/%2e/", "/..", "/../beta/t/treebeta00/index.html", "/%2e%2e/closed/t/treeclosed/index.html", "/assets/../../closed/t/treeclosed/index.html", "/assets/..%2f..%2fclosed%2ft/treeclosed/x.0123456789abcdef.css", "//_hs/current", "/products//mug/", "/products/mug//", "/%255fhs/current", "/_hs/current?x", "/acme/_hs/current", "/current.json", "/a%00b", "/%00", "/index.html%00.css", "/products%2fmug%2f", "/_hs/seal/acme/_hs/current", "/assets/x\\..\\..\\_hs", "/%c0%ae%c0%ae/_hs/current", "/%ff", "/" + "a" * 1500 + "/")  # fmt: skip
    tidied = ("/x/../products/mug/", "/./", "/products/./mug/", "/%2e/", "/..")  # some never see them: they get what they name
    for target in inside:
        yield Case(f"inside {target[:60]}", ACME, target, 404, None, {"location": None, "x-amz-request-id": None}, needs="raw paths" if target in tidied else "")
    yield Case("bad escape", ACME, "/%zz", 404, None, {"location": None}, needs="bad escapes")


def _hosts() -> Iterator[Case]:
    for host in ("unknown.example", f"nobody.{BASE}", BASE, f"a.acme.{BASE}", f"acme.{BASE}.evil.example", f"acme-.{BASE}", f"_hs.{BASE}", f"acmex{BASE}", "127.0.0.1", f"ac%6de.{BASE}"):
        yield Case(f"host {host}", host, "/", 404, None, PLAIN | {"x-amz-request-id": None}, needs="raw hosts" if "%" in host else "")
    yield Case("closed shop", f"closed.{BASE}", "/", 503, None, SAFE | PLAIN | {"retry-after": "~"})
    yield Case("closed shop, asset", f"closed.{BASE}", "/assets/a.0123456789abcdef.css", 503)
    yield Case("shop off the net", f"withdrawn.{BASE}", "/", 404, None, PLAIN | {"location": None})
    yield Case("shop off the net, its page", f"withdrawn.{BASE}", "/products/mug/", 404, None, PLAIN)
    yield Case("preview", f"spring-sale--acme.{BASE}", "/", 200, html("acme preview"), SAFE | {"x-robots-tag": "noindex, nofollow"})
    yield Case("preview, nothing here", f"spring-sale--acme.{BASE}", "/none/", 404, html("acme preview not found"), {"x-robots-tag": "noindex, nofollow"})
    yield Case("preview shares assets", f"spring-sale--acme.{BASE}", f"/{JPG}", 200, JPG_BODY, {"x-robots-tag": "noindex, nofollow"})
    yield Case("preview has expired", f"old--acme.{BASE}", "/", 404, None, PLAIN | {"x-robots-tag": "noindex, nofollow"})
    yield Case("no such preview", f"none--acme.{BASE}", "/", 404, None, PLAIN)
    yield Case("preview of nobody", f"spring-sale--nobody.{BASE}", "/", 404, None, PLAIN)
    yield Case("pointer that leads elsewhere", f"evil.{BASE}", "/", 404, None, {"x-try": "~{{env"})
    yield Case("pointer that says more than it may", f"evil.{BASE}", "/", 404, None, {"set-cookie": None, "location": None, "x-more": None, "x-accel-redirect": None, "x-frame-options": "DENY"})
    yield Case("pointer that leads elsewhere, missing", f"evil.{BASE}", "/none/", 404)


def _methods() -> Iterator[Case]:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"):
        yield Case(f"method {method}", ACME, "/", 405, None, {"allow": "GET, HEAD", "x-amz-request-id": None}, method=method)


CASES = (*_pages(), *_compression(), *_ranges(), *_folders(), *_moved(), *_missing(), *_hosts(), *_methods())


def faults(case: Case, answer: Answer) -> list[str]:
    """What is wrong with the answer; nothing when it is as it must be."""
    found = []
    if answer.status != case.status:
        found.append(f"status {answer.status}, not {case.status}")
    body = answer.body
    if case.method == "HEAD":
        if body:
            found.append("HEAD with a body")
    else:
        code = answer.headers.get("content-encoding", "")
        body = brotli.decompress(body) if code == "br" else gzip.decompress(body) if code == "gzip" else body
    if case.body is not None and body != case.body:
        found.append(f"body {body[:60]!r}…, not {case.body[:60]!r}…")
    found += [f"body tells {secret!r}" for secret in (b"<Error", b"NoSuchKey", b"secret manifest", b"Access Denied", b'"trees"') if secret in body]
    for name, wanted in case.has.items():
        is_there = answer.headers.get(name)
        if wanted is None:
            good = is_there is None
        elif wanted.startswith("~"):
            good = is_there is not None and wanted[1:].lower() in is_there.lower()
        else:
            good = is_there == wanted
        if not good:
            found.append(f"{name}: {is_there!r}, not {wanted!r}")
    found += [f"{name} shows the store" for name in answer.headers if name.startswith(("x-amz-", "x-hs-", "x-seaweedfs", "seaweedfs"))]
    return found
