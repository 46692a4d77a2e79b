"""Themes: a theme as data, with its files, its settings schema and its strings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from highstreet.base.diagnostic import Diagnostic, Problems, Report, did_you_mean
from highstreet.base.digest import Digest
from highstreet.base.span import Span
from highstreet.source import yaml
from highstreet.source.scan import Snapshot, SourceFile
from highstreet.theme.fonts import BadCatalogue, Catalogue, catalogue
from highstreet.theme.strings import Strings, merged, strings_of

_READ = re.compile(r"var\(\s*--([a-z0-9-]+)")
SETTING_TYPES = (
    "text",
    "markdown",
    "integer",
    "boolean",
    "choice",
    "color",
    "image",
    "link",
    "collection",
    "collections",
    "product",
    "products",
    "page",
    "url",
    "date",
    "moment",
    "media",
    "list",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a theme or section. `default` is text as a tenant would write it, or None."""

    name: str
    type: str
    label: str = ""
    info: str = ""
    default: object = None
    required: bool = False
    min: int | None = None
    max: int | None = None
    options: tuple[str, ...] = ()
    of: tuple[Setting, ...] = ()  # fields of one item, for type "list"
    max_items: int = 24
    allow: str = ""  # directive of the security policy that lets pages load the value: "frame-src", "media-src"
    css: str = ""  # the layout writes class "<css>-<value>" ("<css>" when true): rules for other values are left out


@dataclass(frozen=True, slots=True)
class Parts:
    """Style sheets and scripts below assets/, in order."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionType:
    type: str
    label: str
    template: str
    settings: tuple[Setting, ...]
    parts: Parts = Parts()


@dataclass(frozen=True, slots=True)
class ImageRules:
    """Which derivatives the theme wants. `formats` best first; `fallback` for clients that know none of them."""

    widths: tuple[int, ...] = (320, 480, 640, 960, 1280, 1920)
    formats: tuple[str, ...] = ("avif", "webp")
    fallback: str = "jpeg"
    fallback_widths: tuple[int, ...] = (640,)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, read whole. `label` is how diagnostics call it: "themes/main"."""

    name: str
    label: str
    digest: Digest
    files: Mapping[str, SourceFile] = field(repr=False)
    settings: tuple[Setting, ...] = ()
    sections: Mapping[str, SectionType] = field(default_factory=dict)
    composed: frozenset[str] = frozenset({"home"})  # kinds whose sections a tenant may compose
    images: ImageRules = ImageRules()
    parts: Parts = Parts()  # of every page
    together: str = ""  # the one file in which every page gets the scripts of `parts` and what they import
    kinds: Mapping[str, Parts] = field(default_factory=dict)  # what pages of a kind add
    tokens: tuple[str, ...] = ()  # custom properties its style sheets read
    only_with: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # "languages" → classes of shops with several
    grounds: Mapping[str, str] | None = None  # word in settings, or setting=word → ground; None when any may be used
    locales: Mapping[str, Strings] = field(default_factory=dict, repr=False)
    fonts: Catalogue = field(default_factory=lambda: Catalogue({}, {}, {}, "", ""), repr=False)
    default_locale: str = "en"

    def strings(self, lang: str) -> tuple[str, Strings]:
        """The language actually found ("fr-CA" → "fr" → default) and its words, holes filled from the default."""
        base = self.locales.get(self.default_locale, {})
        for candidate in (lang, lang.partition("-")[0]):
            if candidate in self.locales:
                return candidate, merged(base, self.locales[candidate])
        return self.default_locale, base

    def text(self, path: str) -> str:
        return self.files[path].read().decode("utf-8")


def open_theme(snapshot: Snapshot, before: Theme | None = None) -> Theme:
    """The theme in a scanned folder. Raises Problems with every mistake found in its own YAML.

    `before` is an earlier state of it: an edit of a template or style sheet does not read the YAML again.
    """
    if before is not None and not snapshot.problems and list(before.files) == [file.path for file in snapshot.files]:
        told = [file for file in snapshot.files if file.path.endswith(".yaml")]
        if all(before.files[file.path].digest == file.digest for file in told):
            files = {file.path: file for file in snapshot.files}
            return replace(before, digest=snapshot.digest, files=files, tokens=_tokens(snapshot))
    report = Report(list(snapshot.problems))
    file = snapshot.get("theme.yaml")
    if file is None:
        raise Problems(
            [
                Diagnostic(
                    "HS401",
                    Span(f"{snapshot.label}/theme.yaml"),
                    "theme has no theme.yaml",
                    "no such file",
                    "a theme.yaml with name, settings and sections",
                    "add it, or name another theme in tenant.yaml",
                )
            ]
        )
    document = yaml.parse(f"{snapshot.label}/theme.yaml", file.read())
    reader = _Reader(document, report, snapshot)
    data = reader.mapping(document.data, ())
    sections = {}
    for type_, raw in reader.mapping(data.get("sections"), ("sections",)).items():
        section = reader.mapping(raw, ("sections", type_))
        settings = reader.settings(section.get("settings"), ("sections", type_, "settings"))
        template = f"sections/{type_}.html"
        sections[type_] = SectionType(
            type_, str(section.get("label") or type_), template, settings, reader.parts(section, ("sections", type_))
        )
        if snapshot.get(template) is None:
            reader.refuse(
                ("sections", type_),
                "section has no template",
                template,
                f"a file {template}",
                "add the file or remove the section",
            )
    images = reader.mapping(data.get("images"), ("images",))
    composed = reader.mapping(data.get("templates"), ("templates",))
    locales = {}
    for path in (file.path for file in snapshot.files):
        if path.startswith("locales/") and path.endswith(".yaml"):
            lang = path[len("locales/") : -len(".yaml")]
            parsed = yaml.parse(f"{snapshot.label}/{path}", cast(SourceFile, snapshot.get(path)).read())
            locales[lang] = strings_of(lang, parsed.data if isinstance(parsed.data, dict) else {})
    default = ImageRules()
    fonts = _fonts(snapshot, report)
    theme = Theme(
        name=str(data.get("name") or snapshot.handle),
        label=snapshot.label,
        digest=snapshot.digest,
        files={file.path: file for file in snapshot.files},
        settings=reader.settings(data.get("settings"), ("settings",)),
        sections=sections,
        composed=frozenset(
            {"home", *(kind for kind, on in composed.items() if isinstance(on, dict) and on.get("sections") == "true")}
        ),
        images=ImageRules(
            widths=tuple(sorted({int(w) for w in reader.texts(images.get("widths"))})) or default.widths,
            formats=tuple(reader.texts(images.get("formats"))) or default.formats,
            fallback=str(images.get("fallback") or default.fallback),
            fallback_widths=tuple(int(w) for w in reader.texts(images.get("fallback_widths")))
            or default.fallback_widths,
        ),
        parts=reader.parts(data, ()),
        together=str(data.get("together") or ""),
        tokens=_tokens(snapshot),
        only_with={
            name: tuple(reader.texts(given))
            for name, given in reader.mapping(data.get("only_with"), ("only_with",)).items()
        },
        grounds={word: str(name) for word, name in reader.mapping(data["grounds"], ("grounds",)).items()}
        if "grounds" in data
        else None,
        kinds={
            kind: reader.parts(reader.mapping(raw, ("templates", kind)), ("templates", kind))
            for kind, raw in composed.items()
        },
        locales=locales,
        fonts=fonts,
    )
    report.raise_errors()
    return theme


def _tokens(snapshot: Snapshot) -> tuple[str, ...]:
    """What the style sheets read; they are decoded kindly, since what is wrong with one is told where it is used."""
    sheets = (file.read().decode("utf-8", "replace") for file in snapshot.files if file.path.endswith(".css"))
    return tuple(sorted({name for text in sheets for name in _READ.findall(text)}))


def _fonts(snapshot: Snapshot, report: Report) -> Catalogue:
    file = snapshot.get("fonts.yaml")
    if file is None:
        return Catalogue({}, {}, {}, "", "")
    document = yaml.parse(f"{snapshot.label}/fonts.yaml", file.read())
    try:
        return catalogue(document.data)
    except BadCatalogue as error:
        report.add(
            Diagnostic(
                "HS401",
                document.span(),
                "font catalogue cannot be used",
                str(error),
                "a catalogue as in docs/branding.md",
                "mend fonts.yaml",
            )
        )
        return Catalogue({}, {}, {}, "", "")


class _Reader:
    def __init__(self, document: yaml.Document, report: Report, snapshot: Snapshot) -> None:
        self.document, self.report, self.snapshot = document, report, snapshot

    def refuse(self, keys: tuple[str | int, ...], message: str, found: str, expected: str, fix: str) -> None:
        self.report.add(Diagnostic("HS401", self.document.span(keys), message, found, expected, fix))

    def mapping(self, data: object, keys: tuple[str | int, ...]) -> dict[str, object]:
        if data is None:
            return {}
        if isinstance(data, dict):
            return cast("dict[str, object]", data)
        self.refuse(keys, "not a mapping", str(data)[:40], "names and values", "write `name: value` lines")
        return {}

    def texts(self, data: object) -> list[str]:
        return [str(item) for item in data] if isinstance(data, list) else []

    def parts(self, data: Mapping[str, object], keys: tuple[str | int, ...]) -> Parts:
        """The style sheets and scripts a mapping lists; those that are no files are refused."""
        named = Parts(tuple(self.texts(data.get("styles"))), tuple(self.texts(data.get("scripts"))))
        for kind, names in (("styles", named.styles), ("scripts", named.scripts)):
            for index, name in enumerate(names):
                if self.snapshot.get(f"assets/{name}") is None:
                    self.refuse(
                        (*keys, kind, index),
                        "theme asset is missing",
                        name,
                        f"a file assets/{name}",
                        "add the file or remove the line",
                    )
        return named

    def settings(self, data: object, keys: tuple[str | int, ...]) -> tuple[Setting, ...]:
        return tuple(self.setting(name, raw, (*keys, name)) for name, raw in self.mapping(data, keys).items())

    def setting(self, name: str, raw: object, keys: tuple[str | int, ...]) -> Setting:
        fields = self.mapping(raw, keys)
        type_ = str(fields.get("type") or "text")
        if type_ not in SETTING_TYPES:
            self.refuse(
                (*keys, "type"), "unknown setting type", type_, "a setting type", did_you_mean(type_, SETTING_TYPES)
            )
        if not name.isidentifier() or name.startswith("_"):
            self.refuse(
                keys,
                "setting name cannot be used in templates",
                name,
                "letters, digits and underscores",
                "rename the setting",
            )
        return Setting(
            name,
            type_,
            str(fields.get("label") or ""),
            str(fields.get("info") or ""),
            fields.get("default"),
            fields.get("required") == "true",
            self.number(fields.get("min"), keys),
            self.number(fields.get("max"), keys),
            tuple(self.texts(fields.get("options"))),
            self.settings(fields.get("of"), (*keys, "of")),
            self.number(fields.get("max_items"), keys) or 24,
            str(fields.get("allow") or ""),
            str(fields.get("class") or ""),
        )

    def number(self, text: object, keys: tuple[str | int, ...]) -> int | None:
        if text is None:
            return None
        try:
            return int(str(text))
        except ValueError:
            self.refuse(keys, "not a whole number", str(text), "digits", "write a whole number")
            return None
