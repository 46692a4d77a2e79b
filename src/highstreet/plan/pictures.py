"""Pictures: which derivatives of each image a shop needs, and the view templates show them by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from highstreet.action.action import Action, Content
from highstreet.base.digest import value
from highstreet.base.paths import site_path
from highstreet.model.catalog import ImageRef
from highstreet.source.cdn import cdn_url
from highstreet.source.image import ImageInfo, formats, sizes
from highstreet.theme.theme import ImageRules
from highstreet.theme.views import ImageView, SourceView

_EXTENSION = {"avif": "avif", "webp": "webp", "jpeg": "jpg", "png": "png"}
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")

Make = Callable[..., Action]  # plan.Site.make: (kind, inputs, path, keep) → Action


class Fact(NamedTuple):
    """What planning knows of one picture without its pixels. `vector` pictures have no derivatives."""

    info: ImageInfo
    color: str = ""  # "#a1b2c3", "" when unknown
    vector: bool = False


@dataclass(slots=True)
class Pictures:
    """Gives an ImageView for every picture asked for and collects the actions that make their files.

    Derivatives are named by action key, so pages can refer to them before any pixel is decoded, and two tenants
    showing the same photograph name the same file.
    """

    rules: ImageRules
    make: Make
    files: Mapping[str, Content]  # below assets/: "products/a.jpg" → its bytes
    facts: Mapping[str, Fact]  # the same, examined
    cdn: str = ""
    actions: dict[str, Action] = field(default_factory=dict)  # by output path
    _views: dict[ImageRef, ImageView | None] = field(default_factory=dict)

    def view(self, ref: ImageRef | None) -> ImageView | None:
        """How `ref` is shown; None when there is no such picture (the model has reported it by then)."""
        if ref is None:
            return None
        if ref not in self._views:
            self._views[ref] = self._view(ref)
        return self._views[ref]

    def named(self, name: str) -> None:
        """Finds the files of the pictures whose names begin `name`, the beginning of a file's name ("mug-640")."""
        for src in self.files if not self.cdn else ():
            if name == stem(src) or name.startswith(f"{stem(src)}-"):
                self.view(ImageRef(src, "", None, None))

    def _view(self, ref: ImageRef) -> ImageView | None:
        if self.cdn:
            return self._cdn_view(ref)
        fact, content = self.facts.get(ref.src), self.files.get(ref.src)
        if fact is None or content is None:
            return None
        info = fact.info
        if fact.vector:
            url = self.vector(ref.src, content)
            return ImageView(url, "", (), info.width, info.height, ref.alt, url, "")
        *better, last = formats(info, self.rules.formats, self.rules.fallback)
        widths = sizes(info, self.rules.widths)
        sources = tuple(SourceView(f"image/{fmt}", self._srcset(ref.src, content, widths, fmt)) for fmt in better)
        fallbacks = [(w, self._derivative(ref.src, content, w, last)) for w in sizes(info, self.rules.fallback_widths)]
        full = self._derivative(ref.src, content, widths[-1], better[-1] if better else last)
        srcset = ", ".join(f"{url} {w}w" for w, url in fallbacks) if len(fallbacks) > 1 else ""
        return ImageView(fallbacks[-1][1], srcset, sources, info.width, info.height, ref.alt, full, fact.color)

    def _srcset(self, src: str, content: Content, widths: tuple[int, ...], fmt: str) -> str:
        return ", ".join(f"{self._derivative(src, content, w, fmt)} {w}w" for w in widths)

    def _derivative(self, src: str, content: Content, width: int, fmt: str) -> str:
        action = self.make("image", {"original": content, "width": value(width), "format": value(fmt)}, keep=True)
        return self.register(src, f"-{width}", _EXTENSION[fmt], action)

    def vector(self, src: str, content: Content) -> str:
        """URL of an SVG, cleaned of everything active."""
        return self.register(src, "", "svg", self.make("svg", {"original": content}, keep=True))

    def register(self, src: str, suffix: str, extension: str, action: Action) -> str:
        """Gives `action` a readable name with its key as fingerprint; the URL to find it at."""
        path = site_path(f"assets/{stem(src)}{suffix}.{action.key[:16]}.{extension}")
        if path not in self.actions:
            self.actions[path] = Action(action.kind, path, action.inputs, action.key, action.keep)
        return f"/{path}"

    def _cdn_view(self, ref: ImageRef) -> ImageView | None:
        width, height = ref.width or 0, ref.height or 0
        ladder = tuple(w for w in self.rules.widths if not width or w <= width) or (width or self.rules.widths[0],)

        def srcset(fmt: str) -> str:
            return ", ".join(f"{cdn_url(self.cdn, ref.src, w, fmt)} {w}w" for w in ladder)

        def url(w: int, fmt: str) -> str:
            return cdn_url(self.cdn, ref.src, w, fmt)

        middle = min(ladder, key=lambda w: abs(w - self.rules.fallback_widths[0]))
        fallback = self.rules.fallback
        if "{format}" in self.cdn:
            sources = tuple(SourceView(f"image/{fmt}", srcset(fmt)) for fmt in self.rules.formats)
            return ImageView(url(middle, fallback), "", sources, width, height, ref.alt, url(ladder[-1], fallback), "")
        return ImageView(
            url(middle, fallback),
            srcset(fallback) if "{width}" in self.cdn else "",
            (),
            width,
            height,
            ref.alt,
            url(ladder[-1], fallback),
            "",
        )


def in_text(image: ImageView) -> str:
    """A picture as it stands in a text, as HTML on one line."""
    # 61vw: a phone of two pixels a point takes 480 for its 360 points, so that two photographs fit into a text's 80 KB.
    sizes = "(min-width:46em) 42rem,61vw"
    sources = "".join(
        f'<source type="{source.type}" srcset="{source.srcset}" sizes="{sizes}">' for source in image.sources
    )
    srcset = f' srcset="{image.srcset}" sizes="{sizes}"' if image.srcset else ""
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    words = escape(" ".join(image.alt.split()))
    return f'<picture>{sources}<img src="{image.src}"{srcset}{size} alt="{words}" loading="lazy"></picture>'


def stem(src: str) -> str:
    """A readable, safe file name part from any source name: "products/Émile 1.JPG" → "mile-1"."""
    name = src.rsplit("/", 1)[-1].rpartition(".")[0] or src
    return _NOT_PLAIN.sub("-", name.lower()).strip("-")[:60] or "picture"
