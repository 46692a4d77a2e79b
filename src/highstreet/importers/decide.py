"""Deciding: what an import does to each file of a tenant folder, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.importers.folder import File
from highstreet.importers.loss import FileChange, Kept
from highstreet.importers.merge import Merged, Prints, changed, merged, prints
from highstreet.importers.plain import plain
from highstreet.importers.splice import spliced, untyped
from highstreet.importers.state import State
from highstreet.source import yaml
from highstreet.source.emit import Node
from highstreet.source.yaml import Plain

Standing = Callable[[str], yaml.Document | None]  # a file as it stands, None when there is none; raises Problems


@dataclass(slots=True)
class Decided:
    """The texts to write, and the account of all files."""

    texts: dict[str, str] = field(default_factory=dict)
    files: list[FileChange] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    prints: dict[str, Prints] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def decide(
    files: Mapping[str, File], standing: Standing, state: State, *, overwrite: bool, archive_missing: bool
) -> Decided:
    """Merges what was imported into what stands there. Pure but for reading through `standing`."""
    decided = Decided(prints=dict(state.files))
    for path, file in files.items():
        try:
            document = standing(path)
        except Problems as problems:
            decided.diagnostics += [replace(problem, related=()) for problem in problems.diagnostics]
            decided.files.append(FileChange(path, "kept"))
            decided.kept.append(Kept(path, "file", "cannot be read", "the file's values"))
            continue
        if document is None:
            _create(path, file, state, overwrite, decided)
        else:
            _update(path, file, document, state.files.get(path), overwrite, decided)
        decided.prints[path] = prints(mapping(plain(dict(file.data))))
    _leave(files, standing, state, archive_missing, decided)
    return decided


def _create(path: str, file: File, state: State, overwrite: bool, decided: Decided) -> None:
    if path in state.files and not overwrite:
        decided.files.append(FileChange(path, "kept"))
        decided.kept.append(Kept(path, "file", "(deleted)", str(file.data.get("title", ""))))
        return
    decided.files.append(FileChange(path, "created"))
    decided.texts[path] = file.text


def _update(
    path: str, file: File, document: yaml.Document, base: Prints | None, overwrite: bool, decided: Decided
) -> None:
    mine, offered = mapping(document.data), mapping(plain(dict(file.data)))
    data, stood = _overwritten(base, mine, offered) if overwrite else merged(base, mine, offered)
    fields = changed(mine, data)
    decided.kept += [Kept(path, one.field, one.theirs, one.offered) for one in stood]
    decided.files.append(FileChange(path, "updated" if fields else "kept" if stood else "unchanged"))
    if fields:
        decided.texts[path] = spliced(document, nodes(data), fields)


def _overwritten(base: Prints | None, mine: Mapping[str, Plain], offered: Mapping[str, Plain]) -> Merged:
    """The file's values, with fields of the merchant's own that no import ever wrote."""
    before = base if isinstance(base, dict) else {}
    own = {name: value for name, value in mine.items() if name not in offered and name not in before}
    return Merged({**offered, **own}, ())


def _leave(files: Mapping[str, File], standing: Standing, state: State, archive: bool, decided: Decided) -> None:
    """Products of an earlier import that this file no longer has: told, archived on request, never deleted.

    A product whose handle changed in the old shop looks like one gone and one new with the same SKU. A SKU is unique
    in a shop, so the one that is gone gives it up, as long as it is still the one the import wrote.
    """
    skus = {sku for file in files.values() for sku in _skus(mapping(plain(dict(file.data))))}
    for path, base in state.files.items():
        if not path.startswith("catalog/products/") or path in files:
            continue
        try:
            document = standing(path)
        except Problems:
            continue  # told when the shop is loaded; nothing of it is touched here
        if document is None:
            continue
        decided.gone.append(path)
        mine = mapping(document.data)
        data = _without_skus(mine, skus)
        if data != mine:
            decided.remarks.append(
                f"{path} is no longer in the file, and its SKU belongs to another product now: was it renamed?"
            )
        if archive and data.get("status") != "archived":
            data["status"] = "archived"
        fields = changed(mine, data)
        if fields:
            decided.texts[path] = spliced(document, nodes(data), fields)
            decided.files.append(FileChange(path, "updated"))
            before = base if isinstance(base, dict) else {}
            decided.prints[path] = {**before, **{name: prints(data[name], name) for name in fields if name in data}}


def _skus(data: Mapping[str, Plain]) -> list[str]:
    variants = data.get("variants")
    rows = [data, *(row for row in variants if isinstance(row, dict))] if isinstance(variants, list) else [data]
    return [sku for row in rows if isinstance(sku := row.get("sku"), str)]


def _without_skus(data: Mapping[str, Plain], skus: set[str]) -> dict[str, Plain]:
    def bare(row: Mapping[str, Plain]) -> dict[str, Plain]:
        return {name: value for name, value in row.items() if name != "sku" or value not in skus}

    made = bare(data)
    variants = made.get("variants")
    if isinstance(variants, list):
        made["variants"] = [bare(row) if isinstance(row, dict) else row for row in variants]
    return made


def mapping(data: Plain) -> dict[str, Plain]:
    """A document's mapping; {} for a document that is none."""
    return data if isinstance(data, dict) else {}


def nodes(data: Mapping[str, Plain]) -> dict[str, Node]:
    """Data to be written, with its numbers as numbers."""
    return {name: untyped(value, name) for name, value in data.items()}
