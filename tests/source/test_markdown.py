"""Markdown files: where the front matter ends and the text begins."""

from __future__ import annotations

import pytest

from highstreet.base.diagnostic import Problems
from highstreet.source.markdown import split


def test_front_matter_and_body() -> None:
    source = split("about.md", b"---\ntitle: About\nseo:\n  title: x\n---\n\nWe make mugs.\n\n---\n\nMore.\n")

    assert source.front.data == {"title": "About", "seo": {"title": "x"}}
    assert source.body == "We make mugs.\n\n---\n\nMore.\n"
    assert source.body_line == 7
    span = source.front.span(("seo", "title"))
    assert (span.line, span.column, span.frame) == (4, 10, "  title: x")


@pytest.mark.parametrize("data", [b"", b"Text\n", b"\nText", b"----\nText\n"])
def test_without_front_matter_everything_is_body(data: bytes) -> None:
    source = split("about.md", data)

    assert source.front.data is None
    assert source.body_line == 1
    assert source.body == data.decode()


@pytest.mark.parametrize("data", [b"---\n---\nText", b"---\r\n---\r\nText", b"\xef\xbb\xbf---\n---\nText", b"---  \n--- \nText"])
def test_empty_front_matter(data: bytes) -> None:
    source = split("about.md", data)

    assert source.front.data is None
    assert source.body == "Text"


def test_line_ends_of_windows_do_not_reach_the_text() -> None:
    source = split("about.md", b"---\r\ntitle: A\r\n---\r\none\r\n\r\ntwo\r\n")

    assert source.front.data == {"title": "A"}
    assert source.body == "one\n\ntwo\n"


def test_a_front_matter_that_never_ends_is_refused() -> None:
    with pytest.raises(Problems) as raised:
        split("about.md", b"---\ntitle: A\nText")

    assert raised.value.diagnostics[0].code == "HS013"
