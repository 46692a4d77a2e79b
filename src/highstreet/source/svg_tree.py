"""SVG tree: a drawing parsed under caps and rebuilt from an allowlist of elements and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from highstreet.base.xml import escaped, quoted
from highstreet.source.image import ImageProblem
from highstreet.source.svg_style import boundless, safe_style, safe_value, stylesheet

MAX_NODES = 50_000
MAX_DEPTH = 100
MAX_DRAWN = 200_000  # elements to draw once every <use>, pattern, mask and clip path is followed
MAX_MATCHES = 10_000_000  # of selectors' parts with elements
_PASS = 4_000  # a filter's step goes over every pixel: as dear as so many elements (25 ms in 512 × 512)
_LAYER = 100  # what is drawn aside, then put on the rest, costs a pass over its own box (1.7 ms at most)
MAX_CHAIN = 150  # elements on the way from the outermost to the innermost one drawn; the renderer's stack ends at 250
MAX_TEXT = 4_000_000  # characters, entities expanded

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

_ELEMENTS = frozenset(
    """svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan
    textPath image linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence""".split()  # noqa: SIM905
)
_TEXTUAL = frozenset({"title", "desc", "style", "text", "tspan", "textPath"})
_LINKING = frozenset({"use", "image", "textPath", "linearGradient", "radialGradient", "pattern", "filter"})
_REFUSED_ATTRIBUTES = frozenset({"src", "base", "target", "download", "ping", "requiredExtensions", "xmlns"})
# Steps of a filter that cost more with every one of these than with any number of pixels. (feMorphology is left out for
# the same reason: its radius is in units of the drawing, and has no largest that would be small in all.)
_LARGEST = {"numOctaves": 8.0, "order": 7.0}
_LAYERED = re.compile(r"(?:^|[\s;{])(?:opacity|mix-blend-mode|isolation|mask|clip-path|filter)\s*:")
_LAYERS = frozenset({"opacity", "mix-blend-mode", "isolation", "mask", "clip-path", "filter"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)")


@dataclass(slots=True)
class Node:
    """An element. `children` holds elements and pieces of text in their order."""

    name: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


def parse(data: bytes) -> Node:
    """The drawing with only what is allowed in it. Elements that are not are left out with all they hold, save links
    and unknown groups of the SVG namespace, whose shapes stay.

    Raises: ImageProblem.
    """
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = builder.entity
    parser.SkippedEntityHandler = lambda name, parameter: None
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ImageProblem(
            "drawing is not well-formed XML",
            f"{expat.ErrorString(error.code)} (line {error.lineno}, column {error.offset + 1})",
            "an SVG file",
            "export the drawing again as SVG",
        ) from error
    except (ValueError, LookupError) as error:  # an encoding it names and expat cannot read
        raise ImageProblem(
            "drawing is in an encoding that cannot be read", str(error), "UTF-8", "save it as UTF-8"
        ) from error
    if builder.root is None:
        raise ImageProblem(
            "file is not an SVG drawing",
            f"XML whose outermost element is <{builder.outermost}>",
            "<svg>",
            "export the drawing as SVG",
        )
    _clean_references(builder.root)
    _check_multiplication(builder.root)
    return builder.root


def write(root: Node) -> bytes:
    """The drawing as UTF-8 text: attributes in alphabetical order, no indentation, no declaration."""
    parts: list[str] = []
    _write(root, parts, f' xmlns="{_SVG}"')
    return "".join(parts).encode()


def _write(node: Node, parts: list[str], extra: str = "") -> None:
    attributes = "".join(f" {name}={quoted(value)}" for name, value in sorted(node.attributes.items()))
    if not node.children:
        parts.append(f"<{node.name}{extra}{attributes}/>")
        return
    parts.append(f"<{node.name}{extra}{attributes}>")
    for child in node.children:
        if isinstance(child, Node):
            _write(child, parts)
        else:
            parts.append(escaped(child))
    parts.append(f"</{node.name}>")


class _Builder:
    """Takes expat's events, drops what is not allowed, and stops at the caps."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.outermost = ""
        self.open: list[Node | None] = []  # None stands for an element that is left out
        self.nodes = 0
        self.length = 0

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        space, _, name = qualified.rpartition(" ")
        self.outermost = self.outermost or name
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _too_much(f"more than {MAX_NODES} elements", f"at most {MAX_NODES}")
        if len(self.open) >= MAX_DEPTH:
            raise _too_much(f"elements nested more than {MAX_DEPTH} deep", f"at most {MAX_DEPTH}")
        node = self._node(space, name, attributes)
        if node is not None:
            if self.open:
                parent = self.open[-1]
                assert parent is not None
                parent.children.append(node)
            elif name == "svg":
                self.root = node
        self.open.append(node)

    def end(self, qualified: str) -> None:
        node = self.open.pop()
        if node is not None and node.name == "style":
            css = stylesheet("".join(child for child in node.children if isinstance(child, str)))
            node.children = [css] if css else []

    def text(self, text: str) -> None:
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise _too_much(f"more than {MAX_TEXT} characters", f"at most {MAX_TEXT}")
        node = self.open[-1] if self.open else None
        if node is not None and node.name in _TEXTUAL:
            node.children.append(text)

    def entity(
        self, name: str, parameter: bool, value: str | None, base: str | None, system: str | None, public: str | None,
        notation: str | None,
    ) -> None:  # fmt: skip
        """Plain abbreviations, as old Illustrator files have for namespaces, pass; anything else is an attack."""
        if parameter or value is None or "&" in value or "%" in value or "<" in value or len(value) > 200:
            raise ImageProblem(
                "drawing declares an XML entity that reads files or multiplies text",
                f"<!ENTITY {name} …>",
                "no entities",
                "export it again as SVG 1.1 without “preserve editing capabilities”",
            )

    def _node(self, space: str, name: str, attributes: dict[str, str]) -> Node | None:
        if self.open and self.open[-1] is None:
            return None
        if space not in ("", _SVG):
            return None
        if name == "a":
            name, attributes = "g", {key: value for key, value in attributes.items() if not key.endswith("href")}
        if name not in _ELEMENTS:
            return None
        return Node(name, dict(filter(None, (_attribute(name, key, value) for key, value in attributes.items()))))


def _attribute(element: str, qualified: str, value: str) -> tuple[str, str] | None:
    """The attribute as it may stay, or None."""
    space, _, name = qualified.rpartition(" ")
    if name == "href" and space in ("", _XLINK):
        local = value.strip()
        if element in _LINKING and local.startswith("#"):
            return name, local
        return (name, re.sub(r"\s+", "", local)) if element == "image" and _DATA_IMAGE.fullmatch(local) else None
    if space == _XML and name in ("space", "lang"):
        return f"xml:{name}", value
    if space or name in _REFUSED_ATTRIBUTES or name.lower().startswith("on") or not _NAME.fullmatch(name):
        return None
    if name == "style":
        style = safe_style(value)
        return (name, style) if style else None
    # A size that is none is told as such, by the one who asks for it.
    if not safe_value(value) or (name not in ("id", "class") and element != "svg" and boundless(value)):
        return None
    if name in _LARGEST and any(float(found) > _LARGEST[name] for found in re.findall(r"\d+\.?\d*", value)):
        return None
    return name, value


def _clean_references(root: Node) -> None:
    """Takes out embedded pictures that no viewer should be asked to decode."""
    from base64 import b64decode
    from binascii import Error

    from highstreet.source.image import probe

    for node in root.walk():
        href = node.attributes.get("href", "")
        if node.name == "image" and href.startswith("data:"):
            try:
                probe(b64decode(href.partition(",")[2], validate=True))
            except (ImageProblem, Error):
                del node.attributes["href"]


def _check_multiplication(root: Node) -> None:
    """Raises ImageProblem for a drawing in which copies of copies multiply, the SVG form of “billion laughs”, or in
    which few elements cost as much as that: steps of filters, layers, rules to match."""
    _check_rules(root)
    layered, everything = _layers(root)
    by_id = {node.attributes["id"]: node for node in reversed(list(root.walk())) if "id" in node.attributes}
    by_class = _class_references(root)
    cost: dict[int, tuple[int, int]] = {}
    under_way: set[int] = set()

    def drawn(node: Node) -> tuple[int, int]:
        """What drawing it costs, and how many elements there are on the way to the innermost."""
        if id(node) in cost:
            return cost[id(node)]
        if id(node) in under_way:
            raise _too_much("an element that draws itself", "no circular references")
        if len(under_way) > MAX_CHAIN:
            raise _chained()
        under_way.add(id(node))
        total, deepest = 1, 0
        if everything or not _LAYERS.isdisjoint(node.attributes) or _is_layer(node, layered):
            total += _LAYER
        for child in node.children:
            if isinstance(child, Node):
                more, depth = drawn(child)
                total, deepest = total + more, max(deepest, depth)
        for name in _references(node, by_class):
            target = by_id.get(name)
            # Gradients and filters draw no elements; they may point in any order.
            if target is None or target.name in ("linearGradient", "radialGradient"):
                continue
            more, depth = (_PASS * len(target.children), 0) if target.name == "filter" else drawn(target)
            total, deepest = total + more, max(deepest, depth)
        under_way.discard(id(node))
        if total > MAX_DRAWN:
            raise _too_much("copies or effects that multiply when drawn", f"at most {MAX_DRAWN} elements in all")
        if deepest >= MAX_CHAIN:
            raise _chained()
        cost[id(node)] = total, deepest + 1
        return cost[id(node)]

    drawn(root)


def _references(node: Node, by_class: dict[str, set[str]]) -> Iterator[str]:
    if node.name in ("use", "pattern"):
        yield from filter(None, [node.attributes.get("href", "")[1:]])
    for value in node.attributes.values():
        if "url(" in value:
            yield from _REFERENCE.findall(value)
    for token in node.attributes.get("class", "").split():
        yield from by_class.get(token, ())


def _rules(root: Node) -> Iterator[tuple[str, str]]:
    """(selector, declarations) of every style sheet."""
    for node in root.walk():
        if node.name == "style":
            yield from re.findall(r"([^{}]*)\{([^{}]*)\}", "".join(map(str, node.children)))


def _check_rules(root: Node) -> None:
    """Every selector is held against every element, its parts one by one."""
    parts = sum(len(re.findall(r"[^\s,>+~]+", selector)) for selector, _ in _rules(root))
    if parts and parts * sum(1 for _ in root.walk()) > MAX_MATCHES:
        raise _too_much("a style sheet too long for so many elements", "fewer rules, or fewer elements")


def _layers(root: Node) -> tuple[frozenset[str], bool]:
    """Classes that a style sheet draws on a layer of their own; True when other selectors do so too."""
    classes: set[str] = set()
    everything = False
    for selector, body in _rules(root):
        if _LAYERED.search(body):
            classes.update(re.findall(r"\.([A-Za-z_][\w\-]*)", selector))
            everything = everything or not re.fullmatch(r"[\s,.\w\-]*\.[\s,.\w\-]*", selector)
    return frozenset(classes), everything


def _is_layer(node: Node, classes: frozenset[str]) -> bool:
    return bool(_LAYERED.search(node.attributes.get("style", ""))) or not classes.isdisjoint(
        node.attributes.get("class", "").split()
    )


def _class_references(root: Node) -> dict[str, set[str]]:
    """Class name → ids that a style sheet makes its elements refer to (svg_style.py lets no other selector do so)."""
    found: dict[str, set[str]] = {}
    for selector, body in _rules(root):
        for token in re.findall(r"\.([A-Za-z_][\w\-]*)", selector):
            found.setdefault(token, set()).update(_REFERENCE.findall(body))
    return found


def _chained() -> ImageProblem:
    return _too_much(f"a chain of more than {MAX_CHAIN} copies of copies", f"at most {MAX_CHAIN}")


def _too_much(found: str, expected: str) -> ImageProblem:
    return ImageProblem(
        "drawing is too complex", found, expected, "simplify it in a drawing program, or supply it as PNG"
    )
