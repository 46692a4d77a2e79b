"""Shape checks: plain data against the shapes of its kind of file, with every mistake explained.

The only module that runs Pydantic. It is imported when a file has to be checked, never for cached records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from highstreet.base.diagnostic import nearest, unknown_key
from highstreet.model import catalog_shapes, content_shapes, flaws, overlay_shapes, tenant_shapes
from highstreet.model.finding import Finding, from_flaw, named, quoted
from highstreet.model.flaws import Flaw
from highstreet.model.forms import EXPLAIN
from highstreet.model.shape_types import kinds_at, known_keys

SHAPES: dict[str, Any] = {
    "tenant": tenant_shapes.TenantShape,
    "branding": tenant_shapes.BrandingShape,
    "navigation": content_shapes.NavigationShape,
    "sections": content_shapes.SectionsShape,
    "redirects": content_shapes.RedirectsShape,
    "search": content_shapes.SearchShape,
    "product": catalog_shapes.ProductShape,
    "collection": catalog_shapes.CollectionShape,
    "page": content_shapes.PageShape,
    "post": content_shapes.PostShape,
    **{f"{kind}-overlay": overlay for kind, overlay in overlay_shapes.OVERLAYS.items()},
}
Loc = tuple[str | int, ...]


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(SHAPES[kind])


def ready() -> None:
    """Compiles every shape now: worth it once before workers are forked, which then need not."""
    for kind in SHAPES:
        _adapter(kind)


_MOST_MISTAKES = 200  # of one file: nobody reads more, and looking for the places of thousands takes minutes


def shape_findings(kind: str, file: str, data: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with `data` as a file of `kind`; empty for a valid file."""
    try:
        _adapter(kind).validator.validate_python(data)
    except ValidationError as error:
        return _findings(kind, file, data, error)
    return []


def _findings(kind: str, file: str, data: Mapping[str, Any], error: ValidationError) -> list[Finding]:
    found: dict[Loc, Finding] = {}
    missing: dict[Loc, Loc] = {}
    unknown: list[Loc] = []
    for details in error.errors(include_url=False, include_context=True)[:_MOST_MISTAKES]:
        keys, branches = _walk(data, details["loc"], details["type"])
        if details["type"] == "missing":
            if all(fits for fits, _ in branches):
                missing[keys] = keys
        elif not all(fits for fits, _ in branches):
            place = next(at for fits, at in branches if not fits)
            other = [
                fits
                for d in error.errors(include_url=False)[:_MOST_MISTAKES]
                for fits, at in _walk(data, d["loc"], d["type"])[1]
                if at == place
            ]
            if not any(other) and place not in found:
                found[place] = _wrong_kind(kind, file, data, place)
        elif keys not in found:
            if details["type"] == "extra_forbidden":
                unknown.append(keys)
            found[keys] = _finding(kind, file, data, keys, details)
    for keys in missing:
        # A misspelt key is one mistake, not two.
        siblings = [str(other[-1]) for other in unknown if other[:-1] == keys[:-1]]
        if keys not in found and not nearest(str(keys[-1]), siblings):
            found[keys] = _missing(kind, file, data, keys)
    return list(found.values())


def _walk(data: Any, loc: Sequence[str | int], kind: str) -> tuple[Loc, list[tuple[bool, Loc]]]:
    """Keys that lead through `data` by an error's location, and for each union on the way whether its branch fits."""
    keys: list[str | int] = []
    branches: list[tuple[bool, Loc]] = []
    for step, part in enumerate(loc):
        last = step == len(loc) - 1
        if part == "[key]":
            continue
        if isinstance(data, dict) and (part in data or (last and kind == "missing")):
            keys.append(part)
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            keys.append(part)
            data = data[part]
        elif isinstance(part, str):
            branches.append((_branch_fits(part, data), tuple(keys)))
    return tuple(keys), branches


def _branch_fits(branch: str, data: Any) -> bool:
    if branch.startswith("list["):
        return isinstance(data, list)
    if branch.startswith("dict[") or branch.endswith(("Shape", "Overlay")):
        return isinstance(data, dict)
    return isinstance(data, str)


def _finding(kind: str, file: str, data: Any, keys: Loc, details: ErrorDetails) -> Finding:
    type_, value, context = details["type"], details["input"], details.get("ctx") or {}
    if "[key]" in details["loc"]:
        return _bad_key(file, keys, details, kind, data)
    if type_ == "extra_forbidden":
        return _unknown(kind, file, keys, value)
    if type_ in ("string_type", "list_type", "dict_type", "literal_error") and not isinstance(value, str):
        return _wrong_kind(kind, file, data, keys)
    if type_ in ("list_type", "dict_type"):
        return _wrong_kind(kind, file, data, keys)
    flaw = _flaw(type_, value, context)
    if flaw is not None:
        return from_flaw(flaw, file, keys, value if isinstance(value, str) else str(len(value)))
    if type_ == "too_short":
        least = context.get("min_length", 1)
        return Finding(
            "HS039",
            file,
            keys,
            f"{_name(keys)} has too few entries",
            str(len(value)),
            f"at least {least}",
            "add entries, or remove the key",
            part="key",
        )
    if type_ == "too_long":
        return Finding(
            "HS039",
            file,
            keys,
            f"{_name(keys)} has too many entries",
            str(len(value)),
            f"at most {context.get('max_length')}",
            "remove entries",
            part="key",
        )
    return Finding(
        "HS037",
        file,
        keys,
        f"{_name(keys)} is not valid",
        quoted(str(value)),
        details["msg"],
        "see the description of this key",
    )


def _flaw(type_: str, value: Any, context: Mapping[str, Any]) -> Flaw | None:
    if type_ == "flaw":
        return Flaw(context["code"], context["message"], context["expected"], context["fix"])
    if type_ == "literal_error":
        known = tuple(re.findall(r"'([^']*)'", str(context["expected"])))
        return flaws.boolean(value) if known == ("true", "false") else flaws.choice(value, known)
    if type_ == "string_pattern_mismatch":
        explain = EXPLAIN.get(context["pattern"])
        if explain is not None:
            return explain(value)
        if context["pattern"] == r"\S":
            return Flaw("HS032", "{name} is empty", "text", "write the text, or remove the key")
        return Flaw("HS037", "{name} is not valid", "400, or two numbers for a variable font: 100 900", "write 400")
    if type_ == "string_too_long":
        return Flaw(
            "HS038",
            "{name} is too long",
            f"at most {context['max_length']:,} characters",
            f"shorten it (it has {len(value):,})",
        )
    return None


def _missing(kind: str, file: str, data: Any, keys: Loc) -> Finding:
    name = str(keys[-1])
    beside = "" if len(keys) == 1 else f" to {_path(keys[:-1])}"
    example = {
        "title": "title: The name customers see",
        "name": "name: My Shop",
        "date": "date: 2026-12-01",
        "currency": "currency: EUR",
        "src": "src: products/mug.jpg",
        "label": "label: About us",
        "value": "value: Black",
        "where": "where: [{field: tag, is: sale}]",
        "options": "options: [Black, M]",
        "primary": 'primary: "#17324d"',
        "kind": "kind: email",
        "per": "per: 100 g",
    }.get(name, f"{name}: …")
    return Finding("HS031", file, keys, f"{name} is missing", "nothing", example, f"add {name}{beside}")


def _unknown(kind: str, file: str, keys: Loc, value: object) -> Finding:
    name, known = str(keys[-1]), known_keys(SHAPES[kind], keys[:-1])
    if not name.strip():
        return Finding(
            "HS032", file, keys, "a key is empty", quoted(name), "text before the colon", "write the name", part="key"
        )
    if kind.endswith("-overlay") and name in known_keys(SHAPES[kind.removesuffix("-overlay")], keys[:-1]):
        return Finding(
            "HS330",
            file,
            keys,
            f"{name} cannot be translated",
            name,
            ", ".join(sorted(known)) or "translated texts only",
            "remove it here; it is the same in every language",
            part="key",
        )
    moved = {
        "compare_price": "compare_at_price",
        "old_price": "compare_at_price",
        "regular_price": "compare_at_price",
        "stock": "inventory",
        "quantity": "inventory",
        "name": "title",
        "brand": "vendor",
        "category": "type",
        "body": "description",
        "picture": "image",
        "pictures": "images",
        "photo": "image",
        "ean": "barcode",
        "gtin": "barcode",
        "upc": "barcode",
        "url": "to",
        "link": "to",
        "href": "to",
        "colours": "colors",
        "color": "colors",
        "fonts": "typography",
        "language": "locale",
        "domain": "domains",
        "sections": "home.yaml",
    }
    fix = f"did you mean {moved[name]}?" if moved.get(name) in known else unknown_key(name, known, value)
    if name in ("sale_price", "special_price", "discount_price", "reduced_price") and "compare_at_price" in known:
        fix = "write the reduced price as price, and the earlier one as compare_at_price"
    expected = ", ".join(sorted(known)) if len(known) <= 8 else "a key of the tenant format"
    return Finding("HS030", file, keys, f"unknown key {name}", name, expected, fix, part="key")


def _bad_key(file: str, keys: Loc, details: ErrorDetails, kind: str, data: Any) -> Finding:
    value = details["input"]
    flaw = _flaw(details["type"], value, details.get("ctx") or {})
    if flaw is not None and details["type"] == "literal_error":
        return Finding(
            "HS030", file, keys, f"unknown key {value}", value, flaw.expected.replace(" | ", ", "), flaw.fix, part="key"
        )
    return Finding(
        "HS032", file, keys, "a key is empty", quoted(str(value)), "text before the colon", "write the name", part="key"
    )


def _wrong_kind(kind: str, file: str, data: Any, keys: Loc) -> Finding:
    value = data
    for key in keys:
        value = value[key]
    wanted = kinds_at(SHAPES[kind], keys)
    name = _name(keys)
    if value is None or value == "":
        return Finding(
            "HS032",
            file,
            keys,
            f"{name} is empty",
            "nothing",
            _expected(wanted),
            f"write the value, or remove the {'entry' if isinstance(keys[-1], int) else 'key'}",
        )
    found = "a list" if isinstance(value, list) else "keys and values" if isinstance(value, dict) else quoted(value)
    return Finding(
        "HS037", file, keys, f"{name} is not {_expected(wanted)}", found, _expected(wanted), _kind_fix(value, wanted)
    )


def _kind_fix(value: Any, wanted: set[str]) -> str:
    if isinstance(value, str) and "list" in wanted:
        parts = [part.strip() for part in value.split(",") if part.strip()]
        return f"write [{', '.join(parts)}]" if len(value) < 60 else "put - before each entry, one per line"
    if isinstance(value, str):
        return "write keys and values, indented, one per line"
    if isinstance(value, dict) and "list" in wanted:
        return "put - before each entry"
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) and "text" in wanted:
        return f"write {value[0]}"
    if isinstance(value, list) and "mapping" in wanted:
        return "remove the - before the keys"
    return "write one value" if "text" in wanted else "write keys and values"


def _expected(wanted: set[str]) -> str:
    words = {"text": "one value", "list": "a list", "mapping": "keys and values"}
    return " or ".join(words[name] for name in ("text", "list", "mapping") if name in wanted) or "a value"


def _name(keys: Loc) -> str:
    return named(keys) or "the file"


def _path(keys: Loc) -> str:
    return "".join(f"[{int(key) + 1}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
