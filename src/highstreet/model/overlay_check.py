"""Overlay checks: translations of things that exist, in languages the shop has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from highstreet.base.diagnostic import did_you_mean, nearest
from highstreet.model.catalog import Product
from highstreet.model.content import MenuItem, Plain
from highstreet.model.finding import Finding, quoted
from highstreet.model.locale import missing
from highstreet.model.reading import Reader
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Tree

Keys = tuple[str | int, ...]


def findings(tenant: Tenant, files: Tree, reader: Reader) -> Iterator[Finding]:
    """What is wrong with the files under locales/."""
    if "tenant.yaml" in reader.broken:
        return
    yield from _untranslated(tenant, (reader.single("tenant.yaml") or {}).get("languages") or [], reader.broken)
    bases = {entry.path for entry in files.entries if not entry.language}
    languages: dict[str, str] = {}
    for entry in files.entries:
        if entry.language:
            languages.setdefault(entry.language, entry.path)
    for language, first in languages.items():
        flaw = _language(tenant, language, first)
        if flaw is not None:
            yield flaw
            continue
        for entry in files.entries:
            if entry.language != language or entry.path in reader.broken:
                continue
            base = entry.path.split("/", 2)[2]
            if base not in bases and base not in ("branding.yaml", "tenant.yaml", "search.yaml"):
                guess = nearest(base, bases)
                yield Finding(
                    "HS333",
                    entry.path,
                    (),
                    f"there is no {base} to translate",
                    entry.path,
                    "the path of a file of this shop",
                    f"did you mean locales/{language}/{guess}?" if guess else "remove the file",
                )
            elif base not in reader.broken:
                yield from _contents(
                    tenant, entry.kind, entry.handle, entry.path, base, tenant.overlays[language].get(base) or {}
                )


def _untranslated(tenant: Tenant, written: Sequence[str], broken: Set[str]) -> Iterator[Finding]:
    for language in tenant.languages[1:]:
        absent = missing(tenant, language)
        if absent and not any(path.startswith(f"locales/{language}/") for path in broken):
            file, name = absent[0][:2]
            yield Finding(
                "HS337",
                "tenant.yaml",
                ("languages", written.index(language)),
                f"{language} is not translated completely",
                f"{len(absent):,} texts are missing, the first is {name} of {file}",
                f"a translation of every text below locales/{language}/",
                f"add {name} to locales/{language}/{file}",
                severity="warning",
            )


def _language(tenant: Tenant, language: str, first: str) -> Finding | None:
    if language == tenant.locale:
        return Finding(
            "HS332",
            first,
            (),
            f"{language} is the shop's own language",
            f"locales/{language}/",
            "folders for the other languages",
            "write these texts into the files themselves",
        )
    if language in tenant.languages:
        return None
    near = next((known for known in tenant.languages[1:] if known.split("-")[0] == language.split("-")[0]), None)
    return Finding(
        "HS331",
        first,
        (),
        f"the shop has no language {language}",
        f"locales/{language}/",
        ", ".join(tenant.languages),
        f"rename the folder to locales/{near}"
        if near
        else f"add {language} to languages in tenant.yaml, or remove the folder",
    )


def _contents(
    tenant: Tenant, kind: str, handle: str, file: str, base: str, data: Mapping[str, Plain]
) -> Iterator[Finding]:
    if kind == "product" and handle in tenant.products:
        yield from _product(file, tenant.products[handle], data)
    elif kind == "navigation":
        labels = {label for items in tenant.content.menus.values() for label in _labels(items)}
        for label in data:
            if label not in labels:
                yield _unknown(file, (label,), "no menu entry has the label", label, labels)
    elif kind == "sections":
        sections = tenant.content.home if base == "home.yaml" else tenant.content.templates.get(handle, ())
        original: list[Plain] = [{"type": section.type, **section.settings} for section in sections]
        yield from _like(file, ("sections",), data.get("sections"), original)


def _labels(items: Sequence[MenuItem]) -> Iterator[str]:
    for item in items:
        yield item.label
        yield from _labels(item.items)


def _product(file: str, product: Product, data: Mapping[str, Plain]) -> Iterator[Finding]:
    options = data.get("options")
    known = {option.name: {value.value for value in option.values} for option in product.options}
    for name, words in options.items() if isinstance(options, dict) else ():
        if name not in known:
            yield _unknown(file, ("options", name), "the product has no option", name, known)
            continue
        values = words.get("values") if isinstance(words, dict) else None
        for value in values if isinstance(values, dict) else ():
            if value not in known[name]:
                yield _unknown(file, ("options", name, "values", value), f"{name} has no value", value, known[name])
    alts = data.get("images")
    if isinstance(alts, list) and len(alts) > len(product.images):
        yield Finding(
            "HS336",
            file,
            ("images", len(product.images)),
            "more texts than the product has pictures",
            f"{len(alts)} texts",
            f"at most {len(product.images)}",
            "remove the last ones",
        )


def _unknown(
    file: str, keys: Keys, message: str, word: str, known: Iterator[str] | Mapping[str, object] | set[str]
) -> Finding:
    names = sorted(known)
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    fix = did_you_mean(word, names)
    return Finding(
        "HS334", file, keys, f"{message} {word}", quoted(word), shown or "nothing to translate", fix, part="key"
    )


def _like(file: str, keys: Keys, given: Plain, original: Plain) -> Iterator[Finding]:
    """A translation has the form of what it translates: the same lists and keys, only with other texts."""
    if given is None:
        return
    if isinstance(given, dict) and isinstance(original, dict):
        for key, value in given.items():
            if key not in original:
                yield _unknown(file, (*keys, key), "the section has no setting", key, original)
            elif key == "type" and value != original["type"]:
                wanted = original["type"] if isinstance(original["type"], str) else ""
                yield Finding(
                    "HS335",
                    file,
                    (*keys, key),
                    f"entry {int(keys[-1]) + 1} is another section" if isinstance(keys[-1], int) else "another section",
                    quoted(value) if isinstance(value, str) else "no text",
                    f"{wanted}, as in the file it translates",
                    "put the translations in the order of the sections; null stands for one without texts",
                )
                return
            else:
                yield from _like(file, (*keys, key), value, original[key])
    elif isinstance(given, list) and isinstance(original, list):
        if len(given) > len(original):
            yield Finding(
                "HS335",
                file,
                (*keys, len(original)),
                "more entries than there are to translate",
                str(len(given)),
                f"at most {len(original)}",
                "remove the last ones",
            )
        for index, (inner, base) in enumerate(zip(given, original, strict=False)):
            yield from _like(file, (*keys, index), inner, base)
    elif isinstance(given, (dict, list)) or isinstance(original, (dict, list)):
        found = "a list" if isinstance(given, list) else "keys and values" if isinstance(given, dict) else quoted(given)
        wanted = (
            "a list" if isinstance(original, list) else "keys and values" if isinstance(original, dict) else "one value"
        )
        yield Finding(
            "HS335",
            file,
            keys,
            "the translation has another form than the original",
            found,
            wanted,
            "write it in the form of the original",
        )
