"""HTML bodies: what they become as Markdown, and that the Markdown means what the HTML meant."""

from __future__ import annotations

import html as entities
import random
import re
import time

import pytest

from highstreet.importers.body import body, plain
from highstreet.run.markdown import html as render


def said(markup: str) -> str:
    """The words of HTML on one line."""
    return " ".join(entities.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ('<meta charset="utf-8"><p style="color:red">Hi&nbsp;<span style="x">there</span></p>', "Hi there\n"),
        ("<h6>One</h6><p>a</p><h3>Two</h3>", "### One\n\na\n\n## Two\n"),
        ("<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li></ul>", "- a\n    - b\n        1. c\n"),
        ("<p>a<br>b<br><br>c</p>", "a  \nb\n\nc\n"),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1|2</td><td>3</td></tr></table>",
            "| A | B |\n| --- | --- |\n| 1\\|2 | 3 |\n",
        ),
        ("<p>5 &lt; 6 &amp; R&amp;D &copy;</p>", "5 < 6 & R&D ©\n"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "&lt;script>alert(1)&lt;/script>\n"),
        ("<script>x</script><style>y</style><p>z</p>", "z\n"),
        (
            "<p># not a heading</p><p>- no list</p><p>1. no list</p><p>a * b</p>",
            "\\# not a heading\n\n\\- no list\n\n1\\. no list\n\na \\* b\n",
        ),
        ("Just words, 20% off; size_m {{ 7*7 }}", "Just words, 20% off; size_m {{ 7\\*7 }}\n"),
        ("First\nline\n\nSecond", "First\nline\n\nSecond\n"),
        ("", ""),
        ("<p> &nbsp; </p><div></div>", ""),
    ],
)
def test_bodies(source: str, markdown: str) -> None:
    assert body(source).text == markdown


def test_what_is_dropped_is_said() -> None:
    made = body(
        '<p>a</p><iframe src="https://v.example"></iframe><img alt="" src="https://x.example/a.jpg"><form><input></form>'
    )

    assert made.text == "a\n"
    assert made.dropped == ("1 × <form>", "1 × <iframe>", "1 × <input>", "1 × picture inside the text")
    assert made.pictures == ("https://x.example/a.jpg",)


def test_markdown_says_what_the_html_said() -> None:
    """Property: for texts full of signs that Markdown knows, rendering gives the words of the HTML again."""
    random_ = random.Random(7)
    signs = ["*", "_", "`", "#", "+", "-", "1.", "2)", ">", "<", "&", "&amp;", "[a](b)", "![x]", "]:", "|", "~~~", "===", "---", ":", "\\", "{{ 7*7 }}", "word", "a_b_c", "$x$",
             "**", "__", "日本", "\\*", "=", "[^1]", "***", "~", "~x~", "~~", "\\]", "\\~", "1)", "  - x"]  # fmt: skip
    for _ in range(1500):
        words = " ".join(random_.choice(signs) for _ in range(random_.randint(1, 8)))
        shape = random_.choice(
            [
                "<p>{}</p>",
                "<ul><li>{}</li><li>x</li></ul>",
                "<b>{}</b> y",
                "<table><tr><td>{}</td><td>z</td></tr></table>",
                "<p>x<br>{}</p>",
                "<h2>{}</h2>",
                "{}<br>",
            ]
        )
        source = shape.format(entities.escape(words, quote=False))

        made = body(source)

        assert said(render(made.text)) == said(source), (source, made.text, render(made.text))


def test_plain_text_says_what_it_said() -> None:
    random_ = random.Random(8)
    signs = [
        "*",
        "_",
        "`",
        "#",
        "-",
        "1.",
        ">",
        "<b",
        "&lt;",
        "]:",
        "~~~",
        "===",
        ":",
        "\\",
        "{{ 7*7 }}",
        "word",
        "\n",
        "\n\n",
        "    ",
        "+",
        "[x]: y",
    ]
    for _ in range(1500):
        text = " ".join(random_.choice(signs) for _ in range(random_.randint(1, 8)))

        assert said(render(plain(text)).replace("&lt;b", "‹b")) == " ".join(text.replace("<b", "‹b").split()), (
            text,
            plain(text),
            render(plain(text)),
        )


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 50_000, "<p>" * 40_000, "<ol>" + "<li>x</li>" * 15_000, "<img " * 20_000, "<" * 180_000 + "a<b>", "<a href=" * 20_000, "<b>x</b> " * 15_000,
        "<pre>" * 150_000, "<x>" * 150_000, "<rt>" * 150_000, "<p>" + "".join(f"<b id={n}>" for n in range(390)) + "</p>" + "<p>x</p>" * 100_000,
        "<td>" * 20_000, "[](" * 50_000 + "<b>", "] " * 90_000 + "<b>", "<table>" * 300 + "<tr>" * 300, "<span " + "a=b " * 40_000 + ">x</span>",
    ],
)  # fmt: skip
def test_hostile_markup_takes_no_time(source: str) -> None:
    started = time.process_time()

    body(source)

    assert time.process_time() - started < 12
