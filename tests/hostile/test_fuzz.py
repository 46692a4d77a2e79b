"""Fuzz: random documents for YAML, Markdown, drawings, fonts, CSV, templates and what reads templates' markup again.

Whatever comes in, there is an answer or a diagnostic. HIGHSTREET_LONG=1 tries a hundred times as much.
"""

from __future__ import annotations

import contextlib
import os
import re

import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from highstreet.action import limits
from highstreet.base.diagnostic import Problems
from highstreet.importers.table import table
from highstreet.run import font, lettering, markdown, markup, page
from highstreet.run.outline import outline
from highstreet.source import svg, yaml
from highstreet.source.image import ImageProblem
from highstreet.theme.templates import Template
from hostile import fonts

EFFORT = 100 if os.environ.get("HIGHSTREET_LONG") else 1
quick = settings(max_examples=200 * EFFORT)

YAML = ["a", "key", ": ", ":", "\n", "\n  ", "\n- ", "- ", "[", "]", "{", "}", ",", '"', "'", "&a ", "*a", "!!str ", "!", "|", ">", "|\n  x", "#", "%TAG", "---\n", "...\n", "<<", "? ", "\t", "\\", "\\u0041", "\\0", "\x85", "\u2028", "\ufeff", "\0", "é", "👩", "null", "~", "1.5", " "]  # fmt: skip


@quick
@given(st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(YAML), max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))))
def test_yaml_is_read_or_told(data: bytes) -> None:
    try:
        document = yaml.parse("x.yaml", data)
    except Problems as problems:
        for found in problems.diagnostics:
            assert found.fix
            assert found.span.line <= data.count(b"\n") + data.count(b"\r") + 1
        return
    document.span(("a", 0, "key"))


SVG = ["<svg", ' xmlns="http://www.w3.org/2000/svg"', ' viewBox="0 0 9 9"', ">", "/>", "</svg>", "<g>", "</g>", "<rect", ' width="5"', ' style="fill:url(#a)"', ' onload="alert(1)"', ' href="javascript:x"', ' href="#a"', ' id="a"', "<use", "<style>", "</style>", "@import 'x';", ".a{fill:url(//x)}", "<script>", "</script>", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE svg [", "]>", '<!ENTITY a "b">', "&a;", "&#0;", "<?xml version='1.0' encoding='", "utf-16", "'?>", "text", "\0", "\xff", "<a>", "<image", ' href="data:image/png;base64,AAAA"']  # fmt: skip


@quick
@given(st.lists(st.sampled_from(SVG), max_size=30).map("".join), st.booleans())
def test_drawings_are_cleaned_or_told(body: str, whole: bool) -> None:
    data = (body if whole else f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{body}</svg>').encode("latin-1", "replace")
    try:
        clean = svg.sanitise(data)
    except ImageProblem as problem:
        assert problem.fix  # noqa: PT017
        return
    assert not re.search(rb"<script|onload|javascript:|@import|<!|url\(//", re.sub(rb">[^<]*<", b"><", clean)), clean
    assert svg.sanitise(clean) == clean


CELLS = ["a", "Handle", "Title", ",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", "=cmd|' /C calc'!A0", "\0", "\ufeff", "sep=;", "é", "\x1b", " ", "1,50", "-", "+1", "@x"]  # fmt: skip


@quick
@given(st.one_of(st.binary(max_size=200), st.builds(lambda parts, code: "".join(parts).encode(code, "replace"), st.lists(st.sampled_from(CELLS), max_size=60), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]))))
def test_tables_are_read_or_told(data: bytes) -> None:
    try:
        read = table(data, "x.csv", lambda header: sum(name in ("Handle", "Title") for name in header))
    except Problems as problems:
        assert all(found.fix for found in problems.diagnostics)  # noqa: PT017
        return
    assert all(cell.text == cell.text.strip() and "\0" not in cell.text for cell in read.cells())


CODE = ["{{ ", " }}", "{% ", " %}", "if ", "endif", "for x in ", "endfor", "set x = ", "x", "y", "'a'", '"', "1", "[1]", "|", "upper", "join", "map(attribute='a')", ".", "__class__", "(", ")", "[", "]", "~", "*", "loop", "range(3)", "macro m()", "endmacro", "block b", "endblock", "include 'z'", "{#", "#}", "\n", "-", "<p>", "raw", "endraw", "call", "filter upper", "endfilter", "namespace()", "autoescape false", "endautoescape"]  # fmt: skip


@settings(max_examples=120 * EFFORT)
@given(st.lists(st.sampled_from(CODE), max_size=25).map("".join))
def test_templates_render_or_are_told(source: str) -> None:
    templates = (Template("sections/x.html", "tenants/a/theme/sections/x.html", source, trusted=False),)
    try:
        page.run({"root": ("sections/x.html", source), "templates": templates, "y": "<b>"})
    except Problems as problems:
        assert all(found.code in ("HS421", "HS422", "HS423") and found.fix for found in problems.diagnostics)  # noqa: PT017


HTML = ["<", ">", "</", "/>", "a", "p", "img", "svg", "math", "title", "style", "script", "textarea", "noscript", "template", "xmp", "table", "select", "iframe", " ", "\n", "\x0c", "/", '"', "'", "=", "src", "href", "onerror", "x", "alert(1)", "javascript:", "https://evil.example/", "//evil.example", "&#106;", "&Tab;", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "<p>", "</p>", "<b title='", "<img src=x ", "<svg><title>", "</title>", "</textarea>", "</noscript>", "<p title=\"", "\">", "`", "\\"]  # fmt: skip


@settings(max_examples=600 * EFFORT)
@given(st.lists(st.sampled_from(HTML), max_size=25).map("".join))
def test_markup_that_passes_is_harmless_to_a_browsers_parser(html: str) -> None:
    if markup.active(html):
        return
    _harmless(html)


def _harmless(html: str) -> None:
    """No browser runs or fetches anything for it, with scripts and without."""
    for tree in (html5lib.parseFragment(f"<main>{html}</main>", namespaceHTMLElements=False), html5lib.parseFragment(f"<main>{html}</main>", namespaceHTMLElements=False, scripting=True)):
        for node in tree.iter():
            if not isinstance(node.tag, str) or node.tag == "DOCUMENT_FRAGMENT":
                continue
            name = node.tag.rpartition("}")[2]
            assert name not in ("script", "style", "iframe", "xmp"), html
            for key, value in node.attrib.items():
                assert not str(key).startswith("on"), html
                address = re.sub(r"[\t\n\r]", "", value).lstrip("".join(map(chr, range(33)))).lower()
                if str(key) in ("href", "src"):
                    assert not address.startswith("javascript:"), html
                if str(key) == "src":
                    assert "evil.example" not in address or not address.startswith(("http", "//", "/\\", "\\")), html


TEXT = ["a", " ", "  ", "    ", "\n", "\n\n", "*", "**", "_", "`", "```\n", "~~~\n", "[", "]", "(", ")", "![", "](", "[a]: ", "<", ">", "<a href='", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<svg onload=alert(1)>", "<style>", "<iframe src=//evil.example>", "<!--", "-->", "javascript:alert(1)", "java&#115;cript:alert(1)", "https://evil.example/x.png", "//evil.example", "<https://a.example>", "&lt;", "&#0;", "#", "## ", "- ", "1. ", "> ", "|", "|-|-|\n", ": ", "\\", "'", '"', "{: onclick=alert(1)}", "&Tab;", "\t", "<p title='", "</p>", "<table background=//evil.example>", "\xa0", "\u202e", "=" * 5, "---"]  # fmt: skip


@settings(max_examples=300 * EFFORT)
@given(st.lists(st.sampled_from(TEXT), max_size=30).map("".join))
def test_markdown_becomes_harmless_markup(text: str) -> None:
    _harmless(str(markdown.html(text)))


FONTS = (fonts.plain(), fonts.shapes(2), fonts.muttering())


@settings(max_examples=40 * EFFORT)
@given(st.sampled_from(FONTS), st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), max_size=12), st.integers(0, 4_000))
def test_fonts_are_cut_or_told(sound: bytes, changes: list[tuple[int, int]], end: int) -> None:
    data = bytearray(sound)
    for at, value in changes:
        data[at % len(data)] = value
    whole = bytes(data[:-end] if 0 < end < 200 else data)
    limits.renew()
    for use in (lambda: font.run({"font": whole, "unicodes": "U+0-FF"}), lambda: outline("Ab", (whole,), 400), lambda: lettering.line("Acme", (lettering.font(whole),), 20, "ltr")):
        with contextlib.suppress(font.BadFont):
            use()
