"""Pages, posts, menus, sections and redirects from their records (see catalog_records.py)."""

from __future__ import annotations

from collections.abc import Sequence

from highstreet.model import references, values
from highstreet.model.catalog_records import Get, Record, image, seo
from highstreet.model.content import MenuItem, Page, Post, Redirect, Reference, SearchHelp, Section


def page_from_record(handle: str, record: Record, body: str, file: str = "") -> Page:
    get: Get = record.get
    return Page(
        handle,
        record["title"],
        body,
        get("policy"),
        seo(get("seo")),
        image(get("image")) if get("image") else None,
        get("status") or "active",
        values.when(get("publish_at")) if get("publish_at") else None,
        values.when(get("updated")) if get("updated") else None,
        get("template") or "",
        file or f"pages/{handle}.md",
    )


def post_from_record(handle: str, record: Record, body: str, file: str = "") -> Post:
    get: Get = record.get
    return Post(
        handle,
        record["title"],
        body,
        values.when(record["date"]),
        get("author") or "",
        get("excerpt") or "",
        tuple(get("tags") or ()),
        seo(get("seo")),
        image(get("image")) if get("image") else None,
        get("status") or "active",
        values.when(get("publish_at")) if get("publish_at") else None,
        values.when(get("updated")) if get("updated") else None,
        file or f"posts/{handle}.md",
    )


def menus_from_record(record: Record | None) -> dict[str, tuple[MenuItem, ...]]:
    return {name: _items(items) for name, items in (record or {}).items()}


def _items(items: Sequence[Record] | None) -> tuple[MenuItem, ...]:
    return tuple(
        MenuItem(item["label"], reference(item["to"]) if item.get("to") else None, _items(item.get("items")))
        for item in items or ()
    )


def sections_from_record(record: Record | None, file: str) -> tuple[Section, ...]:
    return tuple(
        Section(
            item["type"],
            {name: value for name, value in item.items() if name != "type"},
            file,
            index,
            values.when(item["publish_at"]) if item.get("publish_at") else None,
            values.when(item["unpublish_at"]) if item.get("unpublish_at") else None,
        )
        for index, item in enumerate((record or {}).get("sections") or ())
    )


def redirects_from_record(record: Record | None) -> tuple[Redirect, ...]:
    found = []
    for source, given in (record or {}).items():
        if isinstance(given, str):
            found.append(Redirect(source, _destination(given)))
        else:
            found.append(Redirect(source, _destination(given["to"]), (given.get("permanent") or "true") == "true"))
    return tuple(found)


def _destination(text: str) -> Reference:
    return references.every(text) or reference(text)


def search_from_record(record: Record | None, file: str = "search.yaml") -> SearchHelp:
    given = record or {}
    expected = (given.get("expect") or {}).items()
    return SearchHelp(
        tuple(tuple(group) for group in given.get("synonyms") or ()),
        tuple((query, (named,) if isinstance(named, str) else tuple(named)) for query, named in expected),
        file,
    )


def reference(text: str) -> Reference:
    """`text`, already checked, as a reference."""
    parsed = references.parse(text)
    assert parsed is not None, text
    return parsed
