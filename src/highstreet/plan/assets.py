"""Assets: style sheet, scripts, fonts, icons and social pictures of a shop, and the URLs pages find them at."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from highstreet.action.action import Action, Content
from highstreet.base.digest import Value, canonical, of_bytes, value
from highstreet.base.paths import SitePath, site_path
from highstreet.model import palette
from highstreet.model.catalog import Product, leading
from highstreet.model.initials import initials
from highstreet.model.tenant import Tenant
from highstreet.plan.format import MoneyFormat
from highstreet.plan.pictures import Make, Pictures, stem
from highstreet.plan.products import gallery, varies
from highstreet.source.scan import Snapshot, SourceFile
from highstreet.theme import fonts
from highstreet.theme.modules import imports, joined, later, needed
from highstreet.theme.theme import Parts, Setting, Theme
from highstreet.theme.views import MediaView

_ICON_SIZES = (192, 512)
Source = Value[object] | Content | Action | tuple[Action, ...]


_NONE = Parts()
# Pages a browser may fetch when somebody is about to follow a link: nothing of them runs before they are visited.
_PREFETCHED: Mapping[str, object] = {
    "prefetch": [
        {
            "where": {
                "and": [
                    {"href_matches": "/*"},
                    {"not": {"href_matches": ["/assets/*", "/cart/*", "/*/cart/*", "/*.xml", "/*\\?*"]}},
                    {"not": {"selector_matches": "[rel~=nofollow],[download]"}},
                ]
            },
            "eagerness": "moderate",
        }
    ]
}


class Spoken(Protocol):
    """What a drawn picture needs of the language it is in; a plan.Site is one."""

    lang: str
    tenant: Tenant

    @property
    def dir(self) -> str: ...
    @property
    def money(self) -> MoneyFormat: ...
    def word(self, group: str, name: str) -> str: ...


@dataclass
class Assets:
    """Everything of a shop that is not a page. Made once and shared by its languages."""

    tenant: Tenant
    theme: Theme
    make: Make
    snapshot: Snapshot
    pictures: Pictures
    languages: tuple[str, ...]
    actions: dict[str, Action] = field(default_factory=dict)  # by path
    named: tuple[str, ...] = ()  # paths that do not tell what is in them: "favicon.ico", "site.webmanifest"
    classes: tuple[str, ...] = ()  # what settings put on <html>
    favicon_svg: str = ""
    favicon_png: str = ""
    apple_icon: str = ""
    icon_512: str = ""
    webmanifest: str = ""
    prefetch: str = ""  # URL of the speculation rules
    theme_color: str = ""
    theme_color_dark: str = ""
    _theme_urls: dict[str, str] = field(default_factory=dict)
    wishes: object = None
    _base: Parts = _NONE
    _joined: dict[str, str] = field(default_factory=dict)  # modules that are one file on every page, and its URL
    _cuts: dict[fonts.Cut, str] = field(default_factory=dict)  # what is published of each font file, and its URL
    _off: tuple[str, ...] = ()
    _grounds: tuple[str, ...] = ()
    _parts: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Parts] = field(default_factory=dict)
    _social: dict[tuple[str, str], dict[str, Source]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._scheme = palette.scheme(self.tenant.branding.colors)
        mode = self.tenant.branding.mode
        light = self._scheme.dark if mode == "dark" else self._scheme.light
        self.theme_color = light["header-bg"]
        self.theme_color_dark = light["header-bg"] if mode != "auto" else self._scheme.dark["header-bg"]
        own: dict[str, list[fonts.FontFile]] = {}
        for file in self.tenant.branding.typography.files:
            own.setdefault(file.family, []).append(fonts.FontFile(_below_assets(file.src), file.weight, file.style, ""))
        self._own = {family: tuple(files) for family, files in own.items()}
        typography = self.tenant.branding.typography
        self._typefaces = fonts.choose(self.theme.fonts, typography.heading, typography.body, self.languages, self._own)
        for path, given in self.theme.files.items():
            name = path.removeprefix("assets/")
            if name != path and not name.endswith((".css", ".js")):
                self._theme_urls[name] = self._register(path, self.make("file", {"original": _content(given)}))
        self._icons()
        rules = canonical(_PREFETCHED)
        made = self.make("file", {"original": Content(of_bytes(rules), lambda: rules)})
        self.prefetch = self._register("assets/prefetch.speculationrules", made)

    @property
    def theme_assets(self) -> Mapping[str, str]:
        """URLs of the theme's own files, for asset() in templates."""
        return self._theme_urls

    @property
    def sheets(self) -> tuple[str, ...]:
        """URLs of the style sheets of every page."""
        return self._base.styles

    def dress(self, settings: Mapping[str, object], grounds: tuple[str, ...], wishes: object) -> None:
        """Makes the shop's style sheet for what its settings choose and its `grounds`. Once, before any page.

        `wishes` is what both were found from: assets made for other wishes cannot be taken over.
        """
        self._grounds, self.wishes = grounds, wishes
        self._cuts = {
            cut: self._font(cut) for cut in fonts.cuts(self._typefaces, self.theme.fonts, self.languages, settings)
        }
        self.classes, self._off = _classes(self.theme.settings, settings)
        if len(self.languages) == 1:
            self._off += self.theme.only_with.get("languages", ())
        self._base = Parts(
            (self._register("assets/style.css", self._style()),),
            self._together() or self._modules(self.theme.parts.scripts),
        )

    def parts(self, kind: str, sections: tuple[str, ...]) -> Parts:
        """URLs of the style sheets and scripts of a page: the shop's own, and what its kind and its sections add."""
        added = [self.theme.kinds.get(kind, _NONE)]
        added += [self.theme.sections[type_].parts for type_ in sections if type_ in self.theme.sections]
        styles = tuple(dict.fromkeys(name for parts in added for name in parts.styles))
        scripts = tuple(dict.fromkeys(name for parts in added for name in parts.scripts))
        found = self._parts.get((kind, styles, scripts))
        if found is None:
            urls = list(self._base.styles)
            if styles:
                css = tuple((name, self.theme.text(f"assets/{name}")) for name in styles)
                urls.append(
                    self._register(
                        f"assets/{kind}.css",
                        self.make("style", {"css": value(css), "off": value(self._off)}, keep=True),
                    )
                )
            found = Parts(tuple(urls), tuple(dict.fromkeys((*self._base.scripts, *self._modules(scripts)))))
            self._parts[(kind, styles, scripts)] = found
        return found

    def _together(self) -> tuple[str, ...]:
        """URL of the one file that is the scripts of every page, where the theme wants one and they can be one.

        What these may import later imports from them in turn, so this file cannot be named by what is in it: its name
        stands for all scripts of the theme.
        """
        texts = self._scripts if self.theme.together else {}
        names = tuple(dict.fromkeys(one for name in self.theme.parts.scripts if texts for one in needed(name, texts)))
        text = joined(names, texts) if names else None
        if text is None:
            return ()
        everything = value(tuple((name, of_bytes(own)) for name, own in sorted(texts.items())))
        key = self.make("script", {"original": everything, "imports": value(names)}).key
        url = f"/{_place(f'assets/{self.theme.together}', key)}"
        self._joined = dict.fromkeys(names, url)
        self._theme_urls |= self._joined
        wanted = tuple(name for name in later(text) if name in texts and name not in names)
        self._modules(wanted)
        imported = {name: self._theme_urls[name].rpartition("/")[2] for name in wanted}
        content = Content(of_bytes(text), lambda: text)
        self._register(
            f"assets/{self.theme.together}", self.make("script", {"original": content, "imports": value(imported)}), key
        )
        return (url,)

    def _modules(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(url for name in names for url in self._module(name, ())))

    def _module(self, name: str, importers: tuple[str, ...]) -> tuple[str, ...]:
        """URLs of a module and of all it imports, what it needs first. A circle of imports keeps one plain name.

        What it may import later is published beside it, and is on no page's list. What only it imports is part of it:
        a file less to wait for.
        """
        if name in self._joined:
            return (self._joined[name],)
        text = self._whole(name)
        before, wanted = (
            [other for other in found(text) if f"assets/{other}" in self.theme.files and other not in importers]
            for found in (imports, later)
        )
        urls = [url for other in before for url in self._module(other, (*importers, name))]
        if name not in self._theme_urls:
            for other in wanted:
                self._module(other, (*importers, name))
            names = {
                other: self._theme_urls[other].rpartition("/")[2]
                for other in (*before, *wanted)
                if other in self._theme_urls
            }
            content = Content(of_bytes(text), lambda: text)
            action = self.make("script", {"original": content, "imports": value(names)})
            self._theme_urls[name] = self._register(f"assets/{name}", action)
        return (*dict.fromkeys(urls), self._theme_urls[name])

    @cached_property
    def _scripts(self) -> Mapping[str, bytes]:
        """The theme's modules, by name."""
        files = self.theme.files.items()
        return {path.removeprefix("assets/"): file.read() for path, file in files if path.endswith(".js")}

    def _whole(self, name: str) -> bytes:
        """A module with those in it that nothing else names, neither another module nor a list of theme.yaml."""
        texts = self._scripts
        lists = [self.theme.parts, *self.theme.kinds.values(), *(one.parts for one in self.theme.sections.values())]
        named = {script for parts in lists for script in parts.scripts}
        for other, text in texts.items():
            if other != name:
                named.update(imports(text), later(text))
        own = [
            other
            for other in imports(texts[name])
            if other in texts and other not in named and not imports(texts[other])
        ]
        return (joined((*own, name), texts) if own else None) or texts[name]

    def media(self, name: str) -> MediaView | None:
        """A film, sound or caption file below assets/, as it is; None when there is no such file."""
        file = self.snapshot.get(f"assets/{name}")
        if file is None:
            return None
        url = self._register(f"assets/{name}", self.make("file", {"original": _content(file)}))
        return MediaView(url, mimetypes.types_map.get(f".{name.rpartition('.')[2].lower()}", "text/vtt"))

    def preload_fonts(self, lang: str) -> tuple[str, ...]:
        return tuple(self._cuts[cut] for cut in fonts.preload(self._typefaces, lang, self._cuts))

    def _register(self, path: str, action: Action, key: str = "") -> str:
        place = _place(path, key or action.key)
        self.actions.setdefault(place, Action(action.kind, place, action.inputs, action.key, action.keep))
        return f"/{place}"

    def _font(self, cut: fonts.Cut) -> str:
        path = cut.file.path
        if cut.file.subset and cut.whole:
            return self._register(path, self.make("file", {"original": _content(self.theme.files[path])}))
        found = self.theme.files[path] if cut.file.subset else self.snapshot.get(path)
        assert found is not None  # the model has checked a tenant's own
        inputs = {"font": _content(found), "unicodes": value(cut.unicodes), "weights": value(cut.weights)}
        return self._register(path.rpartition(".")[0] + ".woff2", self.make("font", inputs, keep=True))

    def _style(self) -> Action:
        branding = self.tenant.branding
        faces = fonts.faces(self._typefaces, self.theme.fonts, self._cuts, self._cuts)
        css = tuple((name, self.theme.text(f"assets/{name}")) for name in self.theme.parts.styles)
        inputs = {
            "light": value(dict(self._scheme.light)),
            "dark": value(dict(self._scheme.dark)),
            "mode": value(branding.mode),
            "shape": value(branding.shape),
            "heading": value(self._typefaces.heading),
            "body": value(self._typefaces.body),
            "faces": value(faces),
            "css": value(css),
            "off": value(self._off),
            "used": value(self.theme.tokens),
            "grounds": value(self._grounds),
            "languages": value(self.languages),
        }
        for family, files in sorted(self._own.items()):
            found = self.snapshot.get(files[0].path)
            if found is not None:
                inputs[f"own {family}"] = _content(found)  # type: ignore[assignment]
        return self.make("style", inputs, keep=True)

    def _icons(self) -> None:
        """Favicon set and web manifest, from the shop's mark or, without one, its initials."""
        branding, name = self.tenant.branding, self.tenant.name
        light = self._scheme.light
        # A logo is often a wide word mark, unreadable at 16 pixels; only a favicon is meant to be an icon.
        source = self.snapshot.get(_below_assets(branding.favicon)) if branding.favicon else None
        drawing = source is not None and branding.favicon.endswith(".svg")
        common: dict[str, Source] = {"shape": value(branding.shape), "ground": value(light["bg"])}
        if source is not None:
            common["source"] = _content(source)
        else:
            common |= {
                "letters": value((initials(name), initials(self.tenant.handle))),
                "fill": value(light["primary"]),
                "on": value(light["on-primary"]),
                "weight": value(self._typefaces.heading.weight),
            }
            for place, file in enumerate(self._icon_fonts()):
                common[f"font {place}"] = _content(file)

        def icon(stem_: str, form: str, size: int, purpose: str = "any") -> str:
            inputs = {
                **common,
                "form": value(form),
                "purpose": value(purpose),
                **({"size": value(size)} if form != "svg" else {}),
            }
            return self._register(f"assets/{stem_}.{form}", self.make("icon", inputs, keep=True))

        if drawing or source is None:
            self.favicon_svg = icon("icon", "svg", 0)
        self.favicon_png = icon("icon-32", "png", 32)
        self.apple_icon = icon("icon-180", "png", 180, "apple")
        small, self.icon_512 = (icon(f"icon-{size}", "png", size) for size in _ICON_SIZES)
        icons = [
            {"src": small, "sizes": "192x192", "type": "image/png"},
            {"src": self.icon_512, "sizes": "512x512", "type": "image/png"},
            {
                "src": icon("icon-512-maskable", "png", 512, "maskable"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ]
        head = {
            "name": name,
            "short_name": name if len(name) <= 14 else name.split()[0][:14],
            "description": branding.tagline,
            "lang": self.tenant.locale,
            "start_url": "/",
            "scope": "/",
            "display": "browser",
            "background_color": light["bg"],
            "theme_color": self.theme_color,
            "icons": icons,
        }
        manifest = self.make("data", {"format": value("json"), "head": value(head)}, path="site.webmanifest")
        # Browsers that were told nothing ask for this one.
        inputs = {**common, "form": value("ico"), "purpose": value("any"), "size": value(48)}
        self.actions |= {
            "site.webmanifest": manifest,
            "favicon.ico": self.make("icon", inputs, path="favicon.ico", keep=True),
        }
        self.webmanifest = "/site.webmanifest"
        self.named = ("site.webmanifest", "favicon.ico")

    def _icon_fonts(self, most: int = 4) -> tuple[SourceFile, ...]:
        """Files to draw letters from: the heading's family, then whatever else the shop links."""
        found = []
        for file in self._typefaces.files:
            source = self.theme.files.get(file.path) if file.subset else self.snapshot.get(file.path)
            if source is not None and file.style == "normal" and source not in found:
                found.append(source)
        return tuple(found[:most])

    def product_picture(self, site: Spoken, product: Product) -> tuple[str, int, int] | None:
        """The picture social networks show for a product: its URL, width and height."""
        refs = gallery(product)
        if self.tenant.image_cdn:  # its photographs are not here to draw upon
            view = self.pictures.view(refs[0]) if refs else None
            return (view.full, 0, 0) if view else None
        lead = leading(product.variants)
        price = site.money.text(lead.price.minor)
        if varies(product):
            price = site.word("card", "from").replace("{price}", price)
        before = site.money.text(lead.compare_at_price.minor) if lead.compare_at_price else None
        photo = next(
            (ref.src for ref in refs if (fact := self.pictures.facts.get(ref.src)) is not None and not fact.vector), ""
        )
        return self.social_picture(product.handle, site, product.title, price, before, photo)

    def social_picture(
        self, name: str, site: Spoken, title: str, price: str, before: str | None, photo: str
    ) -> tuple[str, int, int]:
        """A drawn picture of 1200 × 630: `title`, `price` and the shop beside the photograph `photo` ("" for none)."""
        spoken = site.lang, site.tenant.name
        if spoken not in self._social:
            colors = dict(self._scheme.light)
            heading, body = self._typefaces.heading, self._typefaces.body
            common: dict[str, Source] = {
                "brand": value(site.tenant.name),
                "colors": value(colors),
                "dir": value(site.dir),
                "heading_weight": value(int(heading.weight.split()[-1])),
                "body_weight": value(int(body.weight.split()[-1])),
            }
            mark = self.tenant.branding.logo
            logo = self.snapshot.get(_below_assets(mark)) if mark.endswith(".svg") else None
            common["logo_svg"] = _content(logo) if logo is not None else value(None)
            files = self._icon_fonts(most=8)
            common |= {"heading_font": _content(files[0]), "body_font": _content(self._body_font(files))}
            common |= {f"font {place}": _content(file) for place, file in enumerate(files[1:])}
            self._social[spoken] = common
        inputs = {
            **self._social[spoken],
            "title": value(title),
            "price": value(price),
            "compare_at": value(before),
            "photo": self.pictures.files[photo] if photo else value(None),
        }
        url = self._register(f"assets/social-{name}.jpg", self.make("picture", inputs, keep=True))
        return url, 1200, 630

    def _body_font(self, files: tuple[SourceFile, ...]) -> SourceFile:
        family = next(
            (family for family in self._typefaces.families if family.name == self._typefaces.body.stack[0]), None
        )
        wanted = family.files[0].path if family is not None and family.files else ""
        return next((file for file in files if file.path == wanted), files[0])


def _classes(declared: Sequence[Setting], chosen: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The classes that settings put on <html>, and those their other values would."""
    on: list[str] = []
    off: list[str] = []
    for setting in declared:
        if setting.css and setting.type == "boolean":
            (on if chosen.get(setting.name) else off).append(setting.css)
        elif setting.css:
            values = setting.options or [str(n) for n in range(setting.min or 0, (setting.max or 0) + 1)]
            for option in values:
                (on if option == str(chosen.get(setting.name)) else off).append(f"{setting.css}-{option}")
    return tuple(on), tuple(off)


def _place(path: str, key: str) -> SitePath:
    """Where a file stands whose content `key` is the only one to give."""
    name, _, extension = path.rpartition(".")
    return site_path(f"assets/{stem(name + '.' + extension)}.{key[:16]}.{extension}")


def _below_assets(name: str) -> str:
    """Branding may write "assets/logo.svg" or "logo.svg", as pictures elsewhere are written."""
    return name if name.startswith("assets/") else f"assets/{name}"


def _content(file: SourceFile) -> Content:
    return Content(file.digest, file.read)
