"""Explaining: why a page was, or was not, built again. The last build is planned anew from its kept sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from highstreet import pipeline
from highstreet.action.action import Action, Content, Input
from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.base.digest import Digest, Value, canonical
from highstreet.base.printable import printable
from highstreet.base.record import Record
from highstreet.base.span import Span
from highstreet.freshness import Street, scanned
from highstreet.model.sources import Sources
from highstreet.output import state as states
from highstreet.plan.routes import file_of
from highstreet.source import yaml
from highstreet.source.scan import Snapshot, SourceFile

_LONGEST = 70


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an input that is not what it was."""

    field: str  # "price.text"
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Row:
    """One input of the page's action."""

    name: str
    same: bool
    digest: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A value in a source file that is not what it was."""

    place: str  # "tenants/acme/catalog/products/mug.yaml:3:8"
    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Explanation:
    handle: str
    path: str
    verdict: str
    rows: tuple[Row, ...] = ()
    edits: tuple[Edit, ...] = field(default=())

    def text(self, color: bool = False) -> str:
        """For people."""

        def paint(words: str, style: str) -> str:
            return f"\x1b[{style}m{words}\x1b[0m" if color else words

        lines = [f"{paint(self.path, '1')} of {self.handle}: {self.verdict}", ""]
        if self.edits:
            lines.append("edited since the last build:")
            lines += [f"  {edit.place}  {edit.key}: {edit.old} → {edit.new}" for edit in self.edits]
            lines += ["", "made of:"]
        wide = max((len(row.name) for row in self.rows), default=0)
        for row in self.rows:
            lines.append(f"  {row.name.ljust(wide)}  {'same   ' if row.same else paint('CHANGED', '33')}  {row.digest}")
            lines += [f"  {' ' * wide}    {c.field}: {c.old} → {c.new}" for c in row.changes]
        return "\n".join(lines).rstrip()

    def as_json(self) -> dict[str, object]:
        inputs = [
            {"name": row.name, "same": row.same, "digest": row.digest,
             "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in row.changes]}
            for row in self.rows
        ]  # fmt: skip
        edits = [{"place": e.place, "key": e.key, "old": e.old, "new": e.new} for e in self.edits]
        return {
            "version": 1,
            "tenant": self.handle,
            "path": self.path,
            "verdict": self.verdict,
            "inputs": inputs,
            "edits": edits,
        }


def explain(street: Street, handle: str, path: str) -> Explanation:
    """Compares the action behind `path` as the last build planned it with what the folder says now.

    `path` is a URL path or a file of the site. Raises Problems if the tenant has mistakes or has no such page.
    """
    space = street.workspace
    before = states.load(space.state(handle))
    draft, _ = pipeline.planned(street, handle, before, Report())
    now = {action.path: action for action in draft.plan.actions}
    name = _file(path, now, space.label(handle))
    packed = states.load_pack(space.sources(handle))
    if packed is None or not before.site_key:
        return Explanation(
            handle,
            name,
            "never built here, or its last build did not end: the next build makes it",
            _rows(None, now[name]),
        )
    old_snapshot = _old_snapshot(handle, space.label(handle), packed)
    edits = tuple(_edits(old_snapshot, scanned(street, handle, before)))
    try:
        old_draft, _ = pipeline.planned(street, handle, before, Report(), old_snapshot)
    except Problems:
        return Explanation(
            handle,
            name,
            "the last build was made with other rules: the next build makes it again",
            _rows(None, now[name]),
            edits,
        )
    old = {action.path: action for action in old_draft.plan.actions}.get(name)
    found = name in before.found(space.site(handle))
    return Explanation(
        handle, name, _verdict(old, now[name], before.outputs.get(name), found), _rows(old, now[name]), edits
    )


def _verdict(old: Action | None, now: Action, made: tuple[object, ...] | None, intact: bool) -> str:
    if made is None:
        return "new: the next build makes it"
    if made[0] == now.key:
        return (
            "up to date: every input is the same as in the last build"
            if intact
            else "its file was changed or removed: the next build makes it again"
        )
    if old is not None and old.key == now.key:
        return "the theme, Highstreet or the platform's settings changed: the next build makes it again"
    return "out of date: the next build makes it again, because inputs have changed"


def _file(path: str, now: Mapping[str, Action], label: str) -> str:
    for candidate in (path.lstrip("/"), file_of("/" + path.strip("/") + "/") if path.strip("/") else "index.html"):
        if candidate in now:
            return str(candidate)
    from highstreet.base.diagnostic import did_you_mean

    shown = [name.removesuffix("index.html") or "/" for name in now if not name.startswith("assets/")]
    raise Problems(
        [
            Diagnostic(
                "HS157",
                Span(label),
                "the site has no such page",
                path,
                "a path of the site, such as products/mug/",
                did_you_mean(path, shown),
            )
        ]
    )


def _old_snapshot(handle: str, label: str, packed: Mapping[str, object]) -> Snapshot:
    """The tenant folder as the last build saw it: texts whole, other files by digest only."""
    texts: Mapping[str, bytes] = packed["texts"]  # type: ignore[assignment]
    digests: Mapping[str, tuple[str, int]] = packed["digests"]  # type: ignore[assignment]
    files = tuple(
        SourceFile(path, size, Digest(digest), "", texts.get(path)) for path, (digest, size) in sorted(digests.items())
    )
    return Snapshot(handle, label, files)


def _rows(old: Action | None, now: Action) -> tuple[Row, ...]:
    before = {item.name: item for item in old.inputs} if old else {}
    rows = []
    for item in now.inputs:
        other = before.pop(item.name, None)
        same = other is not None and other.digest == item.digest
        rows.append(
            Row(item.name, same, item.digest[:12], () if same or other is None else tuple(_changes(other, item)))
        )
    rows += [Row(name, False, "gone") for name in before]
    return tuple(rows)


def _changes(old: Input, new: Input) -> Iterator[Change]:
    if isinstance(old.source, Value) and isinstance(new.source, Value):
        yield from _differences("", old.source.data, new.source.data)
        return
    if isinstance(old.source, Action) and isinstance(new.source, Action):
        yield from (
            Change(f"{row.name}.{c.field}".rstrip("."), c.old, c.new)
            for row in _rows(old.source, new.source)
            for c in row.changes
        )
        return
    if isinstance(old.source, tuple) and isinstance(new.source, tuple):
        for place, (one, other) in enumerate(zip(old.source, new.source, strict=False)):
            if one.key != other.key:
                yield from (
                    Change(f"[{place}] {row.name}.{c.field}".rstrip("."), c.old, c.new)
                    for row in _rows(one, other)
                    for c in row.changes
                )
        if len(old.source) != len(new.source):
            yield Change("number", str(len(old.source)), str(len(new.source)))
        return
    if isinstance(old.source, Content) or isinstance(new.source, Content):
        yield Change("content", old.digest[:12], new.digest[:12])


def _differences(name: str, old: object, new: object) -> Iterator[Change]:
    """Every leaf that differs, by its dotted name; lists whose length changed as a whole."""
    if old == new and type(old) is type(new):
        return
    parts = _parts(old), _parts(new)
    if parts[0] is not None and parts[1] is not None and parts[0].keys() == parts[1].keys():
        for key in parts[0]:
            yield from _differences(f"{name}.{key}".lstrip("."), parts[0][key], parts[1][key])
    else:
        yield Change(name, _shown(old), _shown(new))


def _parts(data: object) -> dict[str, object] | None:
    if isinstance(data, Record):
        return dict(data)
    names = getattr(data, "_fields", None)
    if names:
        return dict(zip(names, data, strict=True))  # type: ignore[call-overload]
    if isinstance(data, dict):
        return {str(key): item for key, item in data.items()}
    return {str(place): item for place, item in enumerate(data)} if isinstance(data, (tuple, list)) else None


def _shown(data: object) -> str:
    text = printable(data if isinstance(data, str) else canonical(data).decode("utf-8", "replace"))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}… ({sha256(text.encode()).hexdigest()[:8]})"


def _edits(old: Snapshot, new: Snapshot) -> Iterator[Edit]:
    places = Sources(new)
    for file in new.files:
        before = old.get(file.path)
        label = f"{new.label}/{file.path}"
        if before is None:
            yield Edit(label, "file", "none", "added")
        elif before.digest != file.digest:
            if file.path.endswith(".yaml"):
                one, other = yaml.parse(label, before.read()).data, yaml.parse(label, file.read()).data
                for change in _differences("", one, other):
                    keys = tuple(int(key) if key.isdecimal() else key for key in change.field.split(".") if key)
                    yield Edit(str(places.span(file.path, keys)), change.field, change.old, change.new)
            else:
                yield Edit(label, "content", before.digest[:12], file.digest[:12])
    for file in old.files:
        if new.get(file.path) is None:
            yield Edit(f"{new.label}/{file.path}", "file", "there", "removed")
