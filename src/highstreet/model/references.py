"""References: what a link in YAML may point to, and whether it exists."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from highstreet.base.diagnostic import nearest
from highstreet.model import addresses, values
from highstreet.model.content import Reference
from highstreet.model.flaws import Flaw, suggested_handle

KINDS = ("product", "collection", "page", "post")
EVERY = "*"
_EXPECTED = "product/…, collection/…, page/…, post/…, a /path or an https:// address"
# Where each kind of page lives. The routes themselves are made in plan/routes.py; this only reads them backwards.
_FOLDERS = {"products": "product", "collections": "collection", "pages": "page", "journal": "post"}
_FIXED = frozenset(
    (
        "",
        "products",
        "collections",
        "journal",
        "search",
        "cart",
        "sitemap.xml",
        "robots.txt",
        "feeds/google.xml",
        "journal/feed.xml",
        "search.json",
        "llms.txt",
        "404.html",
    )
)


def parse(text: str) -> Reference | None:
    """`text` as a reference, or None if it is none (see `flaw`)."""
    target, mark, query = _split(text)
    kind, slash, handle = target.partition("/")
    if slash and kind in KINDS and values.is_handle(handle.rstrip("/")):
        return Reference(kind, handle.rstrip("/"), mark + query)  # type: ignore[arg-type]  # narrowed by KINDS
    if (
        text.startswith("/")
        and not text.startswith("//")
        and not addresses.UNSAFE.search(text)
        and ".." not in target.split("/")
    ):
        return Reference("path", target, mark + query)
    if text.startswith(("https://", "http://")) and addresses.url(text) is None:
        return Reference("url", text)
    if (
        text.startswith("mailto:")
        and addresses.email(text[7:].partition("?")[0]) is None
        and not addresses.UNSAFE.search(text)
    ):
        return Reference("url", text)
    if text.startswith("tel:") and re.fullmatch(r"tel:\+?[0-9().-]{3,20}", text):
        return Reference("url", text)
    return None


def every(text: str) -> Reference | None:
    """ "product/*" as a reference to each product, which only redirects can use; None if `text` is no such thing."""
    target, mark, query = _split(text)
    kind, _, handle = target.partition("/")
    return Reference(kind, EVERY, mark + query) if kind in KINDS and handle == EVERY else None  # type: ignore[arg-type]


def destination_flaw(text: str) -> Flaw | None:
    """What keeps `text` from being what a redirect leads to."""
    if every(text) is not None:
        return None
    found, (kind, _, handle) = flaw(text), text.partition("/")
    meant = nearest(kind.lower(), KINDS) if handle == EVERY else None
    return found._replace(fix=f"write {meant}/*") if found is not None and meant else found


def flaw(text: str) -> Flaw | None:
    """What keeps `text` from being a reference."""
    if parse(text) is not None:
        return None
    kind, slash, rest = text.partition("/")
    singular = {
        "products": "product",
        "collections": "collection",
        "pages": "page",
        "posts": "post",
        "journal": "post",
        "blog": "post",
    }
    if slash and kind.lower() in singular:
        return Flaw(
            "HS304", "{name} is not a link", _EXPECTED, f"write {singular[kind.lower()]}/{suggested_handle(rest)}"
        )
    if slash and kind in KINDS:
        guess = suggested_handle(rest)
        return Flaw(
            "HS304",
            "{name} is not a link",
            f"{kind}/ and a handle",
            f"write {kind}/{guess}" if guess else f"add the handle of the {kind}",
        )
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//)", text) and not text.startswith(("mailto:", "tel:")):
        return Flaw(
            "HS302",
            "{name} uses a scheme that is not allowed",
            "https:, http:, mailto: or tel:",
            "link to a page or an https:// address",
        )
    if text.startswith("mailto:"):
        return Flaw("HS304", "{name} is not a link", "mailto:name@example.com", "check the address")
    if text.startswith("tel:"):
        return Flaw("HS304", "{name} is not a link", "tel:+33123456789", "use + and digits only")
    if text.startswith(("http://", "https://")):
        return addresses.url(text)
    if text.startswith("//"):
        return Flaw("HS304", "{name} is not a link", _EXPECTED, f"write https:{text}")
    if text.startswith("/"):
        return Flaw("HS304", "{name} is not a link", "a path without spaces, quotes or ..", "write spaces as %20")
    guess = nearest(kind.lower(), KINDS) or ""
    if slash and guess:
        return Flaw("HS304", "{name} is not a link", _EXPECTED, f"write {guess}/{suggested_handle(rest)}")
    if addresses.email(text) is None:
        return Flaw("HS304", "{name} is not a link", _EXPECTED, f"write mailto:{text}")
    if re.fullmatch(r"(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?", text):
        return Flaw("HS304", "{name} is not a link", _EXPECTED, f"write https://{text}")
    word = suggested_handle(text)
    return Flaw(
        "HS304",
        "{name} is not a link",
        _EXPECTED,
        f"write /{word}/, page/{word} or collection/{word}" if word else "name a page",
    )


def _split(text: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", text)
    return (text, "", "") if found is None else (text[: found.start()], found[0], text[found.end() :])


@dataclass(frozen=True, slots=True)
class Targets:
    """Everything of a shop that can be linked to. Files that could not be read count as existing: no cascades."""

    product: Set[str] = frozenset()
    collection: Set[str] = frozenset()
    page: Set[str] = frozenset()
    post: Set[str] = frozenset()
    languages: tuple[str, ...] = ()
    redirects: Set[str] = frozenset()  # old paths that lead on
    assets: Set[str] = field(default_factory=frozenset)  # "assets/…" files
    doubtful: Set[str] = frozenset()  # handles of files that lie in the wrong place
    off: Set[str] = frozenset()  # features that are switched off: their pages do not exist
    any_path: bool = False  # a file that could explain any path could not be read

    def of(self, kind: str) -> Set[str]:
        known: Set[str] = getattr(self, kind)
        return known

    def missing(self, reference: Reference) -> Flaw | None:
        """Why `reference` leads nowhere."""
        if reference.kind == "url":
            return None
        if reference.kind == "path":
            return self._missing_path(reference.target)
        return self.missing_handle(reference.kind, reference.target)

    def missing_handle(self, kind: str, handle: str, prefix: bool = True) -> Flaw | None:
        known = self.of(kind)
        if handle in known or handle in self.doubtful:
            return None
        guess = nearest(handle, known)
        folder = {
            "product": "catalog/products/{}.yaml",
            "collection": "catalog/collections/{}.yaml",
            "page": "pages/{}.md",
            "post": "posts/{}.md",
        }
        shown = f"{kind}/{guess}" if prefix else str(guess)
        elsewhere = next((other for other in KINDS if other != kind and handle in self.of(other)), None)
        fix = f"did you mean {shown}?" if guess else f"add {folder[kind].format(handle)}, or remove the link"
        if elsewhere and prefix:
            fix = f"did you mean {elsewhere}/{handle}?"
        return Flaw("HS305", f"there is no {kind} {handle}", f"the handle of a {kind} of this shop", fix)

    def exists(self, path: str) -> bool:
        """Whether the site has something at `path`, "/products/mug/" as well as "/products/mug"."""
        inner = path.strip("/")
        head, _, rest = inner.partition("/")
        if head in self.languages:
            inner = rest
            head, _, rest = inner.partition("/")
        if head in self.off:
            return False
        if inner in _FIXED:
            return True
        if head == "assets":
            return inner in self.assets
        kind = _FOLDERS.get(head)
        handle = re.sub(r"/page/[0-9]+$", "", rest) if kind == "collection" or not kind else rest
        if kind is None:
            return False
        return handle in self.of(kind) or handle in self.doubtful or re.fullmatch(r"page/[0-9]+", rest) is not None

    def _narrowed(self, path: str) -> bool:
        """Whether `path` may be a list narrowed to some of its things: "/collections/round/tag/red/",
        "/products/tag/red/", "/journal/tagged/news/". Which of these there are only the built site can tell."""
        parts = path.strip("/").split("/")
        if parts[0] in self.languages:
            del parts[0]
        match parts:
            case ["collections", handle, _, _, *more]:
                known = handle in self.of("collection")
            case ["products", _, _, *more]:
                known = True
            case ["journal", "tagged", _, *more]:
                known = "journal" not in self.off
            case _:
                return False
        return known and (not more or (len(more) == 2 and more[0] == "page" and more[1].isdecimal()))

    def _redirected(self, path: str) -> bool:
        return not self.redirects.isdisjoint((path, path.rstrip("/"), path.rstrip("/") + "/"))

    def _missing_path(self, path: str) -> Flaw | None:
        if self.any_path or self.exists(path) or self._redirected(path) or self._narrowed(path):
            return None
        head, _, handle = path.strip("/").partition("/")
        expected = "a path of this site, such as /products/ or /search/"
        if head in self.off:
            fix = f"remove the link, or set features.{head} to true in tenant.yaml"
            return Flaw("HS305", f"the site has no path {path}", expected, fix)
        known = _FOLDERS.get(head)
        if known:
            return self.missing_handle(known, handle)
        for other in ("page", "collection", "product"):
            if path.strip("/") in self.of(other):
                return Flaw(
                    "HS305", f"the site has no path {path}", expected, f"did you mean {other}/{path.strip('/')}?"
                )
        guess = nearest(path.strip("/"), [name for name in _FIXED if name and "." not in name])
        return Flaw(
            "HS305",
            f"the site has no path {path}",
            expected,
            f"did you mean /{guess}/?" if guess else "link to a page that exists, or use a full https:// address",
        )
