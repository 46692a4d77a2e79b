"""YAML documents: plain data in which every scalar is text as written, and the place of each value.

Scalars keep their spelling because YAML readers do not agree on anything else: PyYAML's own loader turns 12.50 into
12.5, no into False, 12:30 into 750 and 007 into 7. Only a plain empty value, ~ or null means "nothing" (None).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode, YAMLError
from yaml._yaml import CParser

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Keys, Part, Span
from highstreet.source import yaml_limits as limits
from highstreet.source.text import decoded, place, spanning

Plain = str | None | list["Plain"] | dict[str, "Plain"]

LARGEST = 1024 * 1024
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document. `line` and `offset` say where it begins in its file (front matter begins on line 2)."""

    file: str
    data: Plain
    text: str
    offset: int = 0
    _root: list[Node] = field(default_factory=list, repr=False, compare=False)

    def span(self, keys: Keys = (), part: Part = "value") -> Span:
        """Where the value (or key) at `keys` stands, or the nearest enclosing place; line 1 when there is nothing."""
        node = self._whole()
        start, end = (0, 0) if node is None else _find(node, keys, part)
        return spanning(self.file, self.text, self.offset + start, self.offset + end)

    def unquoted(self) -> Iterator[tuple[str, Span]]:
        """Every value that is written without quotes, with its place."""
        node = self._whole()
        for one in () if node is None else _values(node):
            if not one.style:
                start, end = one.start_mark.index, one.end_mark.index
                yield one.value, spanning(self.file, self.text, self.offset + start, self.offset + end)

    def _whole(self) -> Node | None:
        if not self._root:
            # Composed again only when someone asks for a place: valid files never pay for marks.
            node = _compose(self.text[self.offset :])
            if node is None:
                return None
            self._root.append(node)
        return self._root[0]


def parse(file: str, data: bytes) -> Document:
    """The YAML document in `data`. `file` is the name diagnostics use.

    Raises Problems for bytes that are not UTF-8 text, syntax errors, duplicate or complex keys, tags, anchors,
    merge keys, several documents, and anything beyond the caps on size, depth and number of values.
    """
    text = decoded(file, data, LARGEST)
    return parse_text(file, text, 0, data.removeprefix(b"\xef\xbb\xbf"))


def parse_text(file: str, text: str, offset: int = 0, data: bytes | None = None) -> Document:
    """The document in `text` from `offset` on, with places counted from the beginning of `text`."""
    body = text[offset:] if offset else text
    data = body.encode() if data is None else data
    try:
        if limits.suspicious(data):
            limits.measure(file, text, offset, _Parser(body))
        root = _compose(body)
    except YAMLError as error:
        deep = limits.too_deep_to_read(file, text, offset, error)
        raise Problems([deep or _syntax(file, text, offset, error)]) from error
    if root is None:
        return Document(file, None, text, offset)
    mistakes: list[Diagnostic] = []
    plain = _Walk(file, text, offset, mistakes).plain(root, 0)
    if mistakes:
        raise Problems(mistakes)
    if "\\" in body and _ESCAPED_CONTROL.search(body):
        _refuse_controls(Document(file, plain, text, offset, [root]))
    return Document(file, plain, text, offset)


class _Parser(CParser):
    """libyaml's composer without PyYAML's guessing of types: a node has a tag only when the file states one."""

    def resolve(self, kind: object, value: object, implicit: object) -> None:
        return None

    def descend_resolver(self, current: object, index: object) -> None:
        return None

    def ascend_resolver(self) -> None:
        return None


def _compose(text: str) -> Node | None:
    node: Node | None = _Parser(text).get_single_node()
    return node


def _values(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
        return
    for child in node.value:
        yield from _values(child[1] if node.__class__ is MappingNode else child)


def _scalar(node: ScalarNode) -> str | None:
    value: str = node.value
    return None if value in _NOTHING and not node.style else value


@dataclass(frozen=True, slots=True)
class _Walk:
    """Nodes → plain data; mistakes are gathered, so that all of a file's are told at once."""

    file: str
    text: str
    offset: int
    mistakes: list[Diagnostic]

    def plain(self, node: Node, depth: int) -> Plain:
        if node.tag is not None:
            self._tag(node)
        if isinstance(node, ScalarNode):
            return _scalar(node)
        kind = node.__class__
        if depth >= limits.DEEPEST:
            raise Problems([limits.too_deep(self.file, self.text, self.offset + node.start_mark.index)])
        if kind is MappingNode:
            return self._mapping(node, depth)
        return [self.plain(item, depth + 1) for item in node.value]

    def _mapping(self, node: Node, depth: int) -> Plain:
        plain: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if key_node.__class__ is not ScalarNode:
                self._add(
                    key_node,
                    "HS018",
                    "a key must be a single word or text",
                    "a list or keys and values as a key",
                    "text before the colon",
                    "put quotes around the key if it is text that begins with [ or {",
                )
                continue
            if key in plain or key == "<<" or key_node.tag is not None:
                if key in plain:
                    self._duplicate(node, key_node)
                elif key_node.tag is not None:
                    self._tag(key_node)
                else:
                    self._add(
                        key_node, "HS016", "merge keys are not supported", "<<", "plain keys", "write the keys out here"
                    )
                continue
            if value_node.__class__ is ScalarNode and value_node.tag is None:
                value = value_node.value
                plain[key] = None if value in _NOTHING and not value_node.style else value
            else:
                plain[key] = self.plain(value_node, depth + 1)
        return plain

    def _duplicate(self, mapping: Node, again: Node) -> None:
        first = next(key for key, _ in mapping.value if key.__class__ is ScalarNode and key.value == again.value)
        line = place(self.text, self.offset + first.start_mark.index).line
        self._add(
            again,
            "HS014",
            f"key {again.value} is given twice",
            f"{again.value} again (first on line {line})",
            "each key once",
            "delete one of the two",
            (self._span(first),),
        )

    def _tag(self, node: Node) -> None:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        self._add(
            node,
            "HS015",
            "YAML tags are not supported",
            tag,
            "a plain value",
            f"remove {tag}, or put quotes around the text if it begins with !",
        )

    def _span(self, node: Node) -> Span:
        return spanning(self.file, self.text, self.offset + node.start_mark.index, self.offset + node.end_mark.index)

    def _add(
        self, node: Node, code: str, message: str, found: str, expected: str, fix: str, related: tuple[Span, ...] = ()
    ) -> None:
        self.mistakes.append(Diagnostic(code, self._span(node), message, found, expected, fix, related=related))


_ESCAPED_CONTROL = re.compile(
    r"\\(?:[0abefv]|x[01][0-9A-Fa-f]|x7f|x[89][0-9A-Fa-f]|u00[0189][0-9A-Fa-f]|u007f|U000000[0189])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def _refuse_controls(document: Document) -> None:
    """Escapes such as "\\0" in double quotes must not smuggle in what the file itself may not hold."""
    mistakes = [
        Diagnostic(
            "HS012",
            document.span(keys),
            "control characters are not allowed",
            ascii(text)[:60],
            "printable text",
            "remove the escape",
        )
        for keys, text in _texts(document.data, ())
        if _CONTROL.search(text)
    ]
    if mistakes:
        raise Problems(mistakes)


def _texts(data: Plain, keys: tuple[str | int, ...]) -> Iterable[tuple[Keys, str]]:
    if isinstance(data, str):
        yield keys, data
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _texts(item, (*keys, index))
    elif isinstance(data, dict):
        for key, item in data.items():
            yield (*keys, key), key
            yield from _texts(item, (*keys, key))


def _find(node: Node, keys: Keys, part: Part) -> tuple[int, int]:
    """Character range, within the document, of what `keys` leads to, or of the last thing on the way that exists."""
    key_node: Node | None = None
    for step, key in enumerate(keys):
        if isinstance(node, ScalarNode):
            break  # a picture written as a name alone is its own src
        inner_key, inner = _child(node, key)
        if inner is None:
            # A missing key is pointed at by the key above it, or by the first key of the file.
            target = key_node or (node.value[0][0] if node.__class__ is MappingNode and node.value else node)
            return target.start_mark.index, target.end_mark.index
        key_node, node = inner_key, inner
        last = step == len(keys) - 1
        if last and part == "key" and key_node is not None:
            return key_node.start_mark.index, key_node.end_mark.index
    if node.start_mark.index >= node.end_mark.index and key_node is not None:
        return key_node.start_mark.index, key_node.end_mark.index  # an empty value has no place of its own
    if node.start_mark.index >= node.end_mark.index > 0:
        return node.start_mark.index - 1, node.end_mark.index  # the dash of an empty entry
    return node.start_mark.index, node.end_mark.index


def _child(node: Node, key: str | int) -> tuple[Node | None, Node | None]:
    if node.__class__ is MappingNode:
        for key_node, value_node in node.value:
            if key_node.value == key:
                return key_node, value_node
    elif node.__class__ is not ScalarNode and isinstance(key, int) and key < len(node.value):
        return None, node.value[key]
    return None, None


def _syntax(file: str, text: str, offset: int, error: YAMLError) -> Diagnostic:
    """libyaml's complaint in a shop owner's words."""
    from highstreet.source import yaml_errors  # only a broken file pays for the explanations

    if not isinstance(error, MarkedYAMLError):
        return yaml_errors.bad_character(file, text, offset)
    began = error.context_mark or error.problem_mark
    at = error.problem_mark or began
    return yaml_errors.explained(
        file,
        text,
        error.problem or "",
        error.context or "",
        offset + (at.index if at else 0),
        offset + (began.index if began else 0),
    )
