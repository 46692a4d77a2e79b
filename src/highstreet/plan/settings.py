"""Settings: what a tenant wrote for the theme, checked against the theme's schema and turned into views."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from urllib.parse import urlsplit

from highstreet.base.diagnostic import Diagnostic, Report, Severity, did_you_mean, nearest, unknown_key
from highstreet.base.record import Record
from highstreet.base.span import Keys, Part, SourceMap
from highstreet.model import addresses, flaws, references, values
from highstreet.model.catalog import ImageRef
from highstreet.model.content import Plain
from highstreet.model.prose import named
from highstreet.theme.theme import Setting
from highstreet.theme.views import CollectionTile, ImageView, LinkView, MediaView, MomentView, ProductCard

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_LONGEST = {"text": 2_000, "markdown": 50_000}


class Shelf(Protocol):
    """Where settings find what they refer to. Handles that do not exist give None; `handles` is for suggestions."""

    def card(self, handle: str) -> ProductCard | None: ...
    def tile(self, handle: str) -> CollectionTile | None: ...
    def image(self, ref: ImageRef) -> ImageView | None: ...
    def link(self, label: str, target: str) -> LinkView: ...
    def media(self, name: str) -> MediaView | None: ...
    def moment(self, moment: datetime) -> MomentView: ...
    def handles(self, kind: str) -> tuple[str, ...]: ...
    def hidden(self, kind: str, handle: str) -> bool: ...
    def prose(self, text: str) -> str: ...


@dataclass(slots=True)
class Coercion:
    """Reads one file's settings: every mistake becomes a diagnostic at its own place."""

    shelf: Shelf
    sources: SourceMap | None
    report: Report
    file: str

    def record(
        self,
        schema: tuple[Setting, ...],
        raw: Mapping[str, Plain],
        keys: tuple[str | int, ...],
        ignore: frozenset[str] = frozenset(),
    ) -> Record:
        """All settings of `schema` as a record: those in `raw` checked, the others with their defaults."""
        known = {setting.name for setting in schema}
        meant = set()
        for name in raw:
            if name not in known and name not in ignore:
                meant.add(nearest(name, known))
                self.problem(
                    "HS431",
                    (*keys, name),
                    "unknown setting",
                    name,
                    "a setting of the theme",
                    unknown_key(name, known, raw[name]),
                    "key",
                )
        fields: dict[str, object] = {}
        for setting in schema:
            given = raw.get(setting.name)
            if given is None:
                if setting.required and setting.name not in meant:  # a misspelt one has been told
                    self.problem(
                        "HS432",
                        keys,
                        "a required setting is missing",
                        f"no {setting.name}",
                        f"{setting.name}: {setting.label or setting.type}",
                        f"add {setting.name}",
                    )
                fields[setting.name] = self.default(setting)
            else:
                fields[setting.name] = self.value(setting, given, (*keys, setting.name))
        return Record(fields)

    def default(self, setting: Setting) -> object:
        if setting.default is not None:
            quiet = Coercion(self.shelf, None, Report(), self.file)
            return quiet.value(setting, setting.default, ())  # type: ignore[arg-type]
        return _EMPTY.get(setting.type)

    def value(self, setting: Setting, given: Plain, keys: tuple[str | int, ...]) -> object:
        return getattr(self, f"_{setting.type}")(setting, given, keys)

    def problem(
        self,
        code: str,
        keys: Keys,
        message: str,
        found: object,
        expected: str,
        fix: str,
        part: Part = "value",
        severity: Severity = "error",
        within: str = "",
    ) -> None:
        if self.sources is not None:
            span = self.sources.span(self.file, keys, part, within)
            self.report.add(Diagnostic(code, span, message, str(found)[:80], expected, fix, severity=severity))

    def wrong(self, setting: Setting, given: Plain, keys: Keys, expected: str, fix: str) -> object:
        shown = given if isinstance(given, str) else "a list" if isinstance(given, list) else "a mapping"
        self.problem("HS433", keys, f"{setting.name} is not {_A.get(setting.type, setting.type)}", shown, expected, fix)
        return _EMPTY.get(setting.type)

    def text_of(self, setting: Setting, given: Plain, keys: Keys) -> str | None:
        if not isinstance(given, str):
            self.wrong(setting, given, keys, "text", f"write {setting.name}: some text")
            return None
        return given

    def _text(self, setting: Setting, given: Plain, keys: Keys) -> object:
        text = self.text_of(setting, given, keys)
        if text is not None and len(text) > _LONGEST.get(setting.type, 2_000):
            self.problem(
                "HS434",
                keys,
                "text is too long",
                f"{len(text):,} characters",
                f"at most {_LONGEST[setting.type]:,} characters",
                "shorten it",
            )
            return ""
        return (text or "").strip() if setting.type == "text" else text or ""

    def _markdown(self, setting: Setting, given: Plain, keys: Keys) -> object:
        text = str(self._text(setting, given, keys))
        for one in named(text):
            reference = one.reference
            if one.picture and one.file and self.shelf.image(ImageRef(one.file, one.words)) is None:
                fix = did_you_mean(one.file, self.shelf.handles("image"))
                expected = "a file below assets/"
                self.problem("HS435", keys, "no such picture", one.file, expected, fix, within=one.to)
            elif reference is not None and reference.target not in self.shelf.handles(reference.kind):
                self._absent(reference.kind, reference.target, keys, one.to)
        return self.shelf.prose(text)

    def _integer(self, setting: Setting, given: Plain, keys: Keys) -> object:
        low, high = setting.min, setting.max
        expected = f"a whole number from {low} to {high}" if low is not None and high is not None else "a whole number"
        if not isinstance(given, str) or not re.fullmatch(r"-?[0-9]{1,9}", given):
            return self.wrong(setting, given, keys, expected, "write digits only")
        number = int(given)
        if (low is not None and number < low) or (high is not None and number > high):
            nearest = low if low is not None and number < low else high
            return self.wrong(setting, given, keys, expected, f"write {nearest}") or nearest
        return number

    def _boolean(self, setting: Setting, given: Plain, keys: Keys) -> object:
        if given in ("true", "false"):
            return given == "true"
        yes = isinstance(given, str) and given.lower() in ("yes", "on", "true", "1", "y")
        return self.wrong(setting, given, keys, "true or false", f"write {'true' if yes else 'false'}") or False

    def _choice(self, setting: Setting, given: Plain, keys: Keys) -> object:
        if isinstance(given, str) and given in setting.options:
            return given
        self.wrong(
            setting, given, keys, f"one of: {', '.join(setting.options)}", did_you_mean(str(given), setting.options)
        )
        return setting.default or ""

    def _color(self, setting: Setting, given: Plain, keys: Keys) -> object:
        if isinstance(given, str) and _COLOR.fullmatch(given):
            return given.lower()
        return self.wrong(
            setting, given, keys, 'a colour such as "#17324d"', "write # and six hexadecimal digits, in quotes"
        )

    def _url(self, setting: Setting, given: Plain, keys: Keys) -> object:
        text = self.text_of(setting, given, keys)
        if not text:
            return ""
        address = self._target(text, keys, web_only=True)
        if address and setting.allow and not (urlsplit(text).hostname or "").isascii():
            self.problem(
                "HS436",
                keys,
                "pages may not load from this host name",
                text,
                "a host name of ASCII letters: a security policy can name no other",
                f"write {addresses.in_ascii(text)}",
            )
        return address

    def _date(self, setting: Setting, given: Plain, keys: Keys) -> object:
        try:
            return date.fromisoformat(str(given)).isoformat()
        except ValueError:
            return self.wrong(setting, given, keys, "a date such as 2026-12-24", "write year-month-day")

    def _moment(self, setting: Setting, given: Plain, keys: Keys) -> object:
        flaw = flaws.moment(given) if isinstance(given, str) else None
        if flaw is None and isinstance(given, str):
            return self.shelf.moment(values.when(given))
        expected, fix = (flaw.expected, flaw.fix) if flaw else ("a date and time", "write 2026-12-01T09:00:00Z")
        return self.wrong(setting, given, keys, expected, fix)

    def _media(self, setting: Setting, given: Plain, keys: Keys) -> object:
        name = self.text_of(setting, given, keys)
        if not name:
            return None
        endings = ", ".join(f".{ending}" for ending in setting.options)
        known = tuple(file for file in self.shelf.handles("file") if _ending(file) in setting.options)
        if _ending(name) not in setting.options:
            return self.wrong(setting, given, keys, f"a file below assets/ that ends in {endings}", "name such a file")
        view = self.shelf.media(name)
        if view is None:
            fix = did_you_mean(name, known) if known else f"put {name} into assets/"
            self.problem("HS435", keys, "no such file", name, f"a file below assets/ that ends in {endings}", fix)
        return view

    def _image(self, setting: Setting, given: Plain, keys: tuple[str | int, ...]) -> object:
        fields: Mapping[str, Plain]
        if isinstance(given, str):
            fields = {"src": given}
        elif isinstance(given, dict) and isinstance(given.get("src"), str):
            fields = given
            for name in given:
                if name not in ("src", "alt", "width", "height"):
                    self.problem(
                        "HS431",
                        (*keys, name),
                        "unknown setting",
                        name,
                        "src, alt, width or height",
                        unknown_key(name, ("src", "alt", "width", "height"), given[name]),
                        "key",
                    )
        else:
            return self.wrong(
                setting,
                given,
                keys,
                "a picture below assets/",
                "write a path such as hero.jpg, or {src: hero.jpg, alt: …}",
            )
        width, height = (
            int(str(fields[side])) if str(fields.get(side) or "").isdecimal() else None for side in ("width", "height")
        )
        ref = ImageRef(str(fields["src"]), str(fields.get("alt") or ""), width, height)
        view = self.shelf.image(ref)
        if view is None:
            self.problem(
                "HS435",
                keys,
                "no such picture",
                ref.src,
                "a file below assets/",
                did_you_mean(ref.src, self.shelf.handles("image")),
            )
        return view

    def _link(self, setting: Setting, given: Plain, keys: tuple[str | int, ...]) -> object:
        if isinstance(given, str):
            given = {"to": given}
        if not isinstance(given, dict) or not isinstance(given.get("to"), str):
            return self.wrong(setting, given, keys, "a link", "write {label: Shop now, to: collection/new}")
        for name in given:
            if name not in ("label", "to"):
                self.problem(
                    "HS431",
                    (*keys, name),
                    "unknown setting",
                    name,
                    "label or to",
                    unknown_key(name, ("label", "to"), given[name]),
                    "key",
                )
        return self._target(str(given["to"]), (*keys, "to"), label=str(given.get("label") or ""))

    def _target(self, text: str, keys: Keys, label: str = "", web_only: bool = False) -> object:
        reference = references.parse(text)
        if reference is None:
            flaw = references.flaw(text)
            if flaw is not None:
                self.problem(flaw.code, keys, flaw.message.replace("{name}", "to"), text, flaw.expected, flaw.fix)
            return "" if web_only else None
        if web_only:
            if reference.kind != "url" or not text.startswith("https://"):
                self.problem(
                    "HS436",
                    keys,
                    "not a web address",
                    text,
                    "an address that starts with https://",
                    "write the whole address",
                )
                return ""
            if shown := addresses.disguised(text):
                self.problem(
                    "HS113",
                    keys,
                    "the host name mixes letters that look alike",
                    f"{text}, shown as {shown}",
                    "letters of one script",
                    "check that this is the address you mean",
                    severity="warning",
                )
            return text
        known = self.shelf.handles(reference.kind)
        if reference.kind in references.KINDS and reference.target not in known:
            self._absent(reference.kind, reference.target, keys)
            return None
        return None if self.shelf.hidden(reference.kind, reference.target) else self.shelf.link(label, text)

    def _absent(self, kind: str, handle: str, keys: Keys, within: str = "") -> None:
        fix = did_you_mean(handle, self.shelf.handles(kind))
        expected = f"the handle of a {kind} of this shop"
        found = f"{kind}/{handle}"
        self.problem("HS437", keys, f"no such {kind}", found, expected, fix, within=within)

    def _reference(self, kind: str, given: Plain, keys: Keys, find: Callable[[str], object]) -> object:
        handle = str(given).removeprefix(f"{kind}/")
        found = find(handle) if isinstance(given, str) else None
        if found is None:
            known = self.shelf.handles(kind)
            if handle in known:  # it exists but is hidden now: a draft, or scheduled
                return None
            self.problem(
                "HS437",
                keys,
                f"no such {kind}",
                given if isinstance(given, str) else "not text",
                f"the handle of a {kind} of this shop",
                did_you_mean(handle, known),
            )
        return found

    def _collection(self, setting: Setting, given: Plain, keys: Keys) -> object:
        return self._reference("collection", given, keys, self.shelf.tile)

    def _product(self, setting: Setting, given: Plain, keys: Keys) -> object:
        return self._reference("product", given, keys, self.shelf.card)

    def _page(self, setting: Setting, given: Plain, keys: Keys) -> object:
        return self._target(f"page/{str(given).removeprefix('page/')}", keys)

    def _several(
        self, kind: str, setting: Setting, given: Plain, keys: tuple[str | int, ...], find: Callable[[str], object]
    ) -> object:
        if not isinstance(given, list):
            return self.wrong(setting, given, keys, f"a list of {kind} handles", "write [first, second]")
        found = (self._reference(kind, item, (*keys, place), find) for place, item in enumerate(given))
        return tuple(item for item in found if item is not None)

    def _collections(self, setting: Setting, given: Plain, keys: tuple[str | int, ...]) -> object:
        return self._several("collection", setting, given, keys, self.shelf.tile)

    def _products(self, setting: Setting, given: Plain, keys: tuple[str | int, ...]) -> object:
        return self._several("product", setting, given, keys, self.shelf.card)

    def _list(self, setting: Setting, given: Plain, keys: tuple[str | int, ...]) -> object:
        if not isinstance(given, list):
            return self.wrong(setting, given, keys, "a list", "write one line starting with - for each item")
        if len(given) > setting.max_items:
            self.problem("HS438", keys, "too many items", len(given), f"at most {setting.max_items}", "remove some")
            given = given[: setting.max_items]
        items = []
        for place, item in enumerate(given):
            if isinstance(item, str) and len(setting.of) == 1:  # a list of single values may be written without names
                item = {setting.of[0].name: item}
            if isinstance(item, dict):
                items.append(self.record(setting.of, item, (*keys, place)))
            else:
                names = ", ".join(field.name for field in setting.of)
                self.problem(
                    "HS433",
                    (*keys, place),
                    f"an item of {setting.name} is not a mapping",
                    item or "nothing",
                    f"settings: {names}",
                    "write name: value",
                )
        return tuple(items)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


_EMPTY: dict[str, object] = {
    "text": "",
    "markdown": "",
    "integer": 0,
    "boolean": False,
    "choice": "",
    "color": "",
    "url": "",
    "date": "",
    "list": (),
    "products": (),
    "collections": (),
}
_A = {
    "integer": "a whole number",
    "boolean": "true or false",
    "choice": "one of the choices",
    "color": "a colour",
    "date": "a date",
    "moment": "a date and time",
    "media": "a file of that kind",
    "list": "a list",
    "image": "a picture",
    "link": "a link",
    "text": "text",
    "markdown": "text",
    "products": "a list of products",
    "collections": "a list of collections",
}
