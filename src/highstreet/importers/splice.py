"""Splicing: new values into a YAML file that a person wrote in, with every line that need not change left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from highstreet.base.diagnostic import Problems
from highstreet.importers.plain import plain
from highstreet.source import yaml
from highstreet.source.emit import Node, document, entry
from highstreet.source.yaml import Plain

# Where a new field goes in a file that does not have it yet: before the first of those that follow it here.
_FIELDS_WORDS = (
    "title vendor type tags status publish_at unpublish_at price compare_at_price unit_price sku barcode "
    "weight inventory options variants image images products rules sort attributes related complementary "
    "seo google_category condition template description"
)
_FIELDS = _FIELDS_WORDS.split()


def spliced(source: yaml.Document, data: Mapping[str, Node], fields: Sequence[str]) -> str:
    """The text of `source` with `fields` as in `data`: replaced, added, or removed where `data` has none of them.

    Comments and the spelling of everything else stay. When the file is written in a way that cannot be spliced
    (a mapping in braces, say) it is written anew. Guarantees: reading the result gives `data`.
    """
    windows = "\r\n" in source.text
    lines = source.text.replace("\r\n", "\n").split("\n")
    blocks = _blocks(source, lines)
    if blocks is not None:
        text = "\n".join(_replaced(lines, blocks, data, fields)).rstrip("\n") + "\n"
        if _reads_as(source.file, text, data):
            return text.replace("\n", "\r\n") if windows else text
    return document(data, _comment(lines))


def _blocks(source: yaml.Document, lines: list[str]) -> dict[str, tuple[int, int]] | None:
    """Top-level field → its first line and the line after its last; None when fields do not begin lines."""
    if not isinstance(source.data, dict):
        return None
    starts = [(name, source.span((name,), "key")) for name in source.data]
    if any(span.column != 1 for _, span in starts) or len({span.line for _, span in starts}) != len(starts):
        return None
    ordered = sorted((span.line - 1, name) for name, span in starts)
    blocks: dict[str, tuple[int, int]] = {}
    for (start, name), (following, _) in zip(ordered, [*ordered[1:], (len(lines), "")], strict=True):
        end = following
        # Comments and blank lines right above the next field are about that field.
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
        blocks[name] = (start, end)
    return blocks


def _replaced(
    lines: list[str], blocks: dict[str, tuple[int, int]], data: Mapping[str, Node], fields: Sequence[str]
) -> list[str]:
    edits: list[tuple[int, int, list[str]]] = []
    for name in fields:
        made = entry(name, data[name]).rstrip("\n").split("\n") if name in data else []
        if name in blocks:
            edits.append((*blocks[name], made))
        elif made:
            at = _place(name, blocks, len(lines))
            edits.append((at, at, made))
    result = list(lines)
    # From the bottom up, so that places further up stay right. Where an addition and a replacement share
    # their place, the addition goes in last and so above; of several additions the first listed does.
    order = sorted(enumerate(edits), key=lambda edit: (edit[1][0], edit[1][1] > edit[1][0], edit[0]), reverse=True)
    for _, (start, end, made) in order:
        result[start:end] = made
    return result


def _place(name: str, blocks: dict[str, tuple[int, int]], end: int) -> int:
    rank = _FIELDS.index(name) if name in _FIELDS else len(_FIELDS)
    before = [blocks[other][1] for other in _FIELDS[:rank] if other in blocks]
    after = [blocks[other][0] for other in _FIELDS[rank + 1 :] if other in blocks]
    if before:
        return max(before)
    return min(after) if after else max((stop for _, stop in blocks.values()), default=end)


def _reads_as(file: str, text: str, data: Mapping[str, Node]) -> bool:
    try:
        return yaml.parse(file, text.encode()).data == plain(data)
    except Problems:
        return False


def _comment(lines: list[str]) -> str:
    head = []
    for line in lines:
        if not line.startswith("#"):
            break
        head.append(line.lstrip("#").strip())
    return "\n".join(head)


_NUMBERS = frozenset(("price", "compare_at_price", "inventory", "quantity", "width", "height", "limit"))


def untyped(value: Plain, name: str = "") -> Node:
    """Data read from YAML as data to be written: what is a number by its field's `name` is one again."""
    if isinstance(value, dict):
        return {key: untyped(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [untyped(item, "") for item in value]
    if isinstance(value, str) and name in _NUMBERS:
        return _number(value)
    return value


def _number(text: str) -> Node:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() and format(number, "f") == text else text
