"""Markdown: what people write becomes HTML that cannot do harm, quickly, and the short cuts change nothing."""

from __future__ import annotations

import random
import re
import string
import time

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from highstreet.run import markdown

SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:")

# Text → what comes out, word for word.
KEPT = {
    "a *b* **c** `d`": "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>",
    "# One\n\n## Two": "<h2>One</h2>\n<h2>Two</h2>",
    "### Deep\n\n##### Deeper\n\n### Again": "<h2>Deep</h2>\n<h3>Deeper</h3>\n<h2>Again</h2>",
    "- a\n- b": "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
    "[a](https://x.example/ 't')": '<p><a href="https://x.example/" title="t">a</a></p>',
    "[a](/products/mug/)": '<p><a href="/products/mug/">a</a></p>',
    "[a](mailto:a@b.example)": '<p><a href="mailto:a@b.example">a</a></p>',
    "[a][1]\n\n[1]: https://x.example/": '<p><a href="https://x.example/">a</a></p>',
    "![alt](/a.png)": '<p><img alt="alt" src="/a.png"></p>',
    "a  \nb": "<p>a<br>\nb</p>",
    "{{ 7*7 }} {% raw %} ${x} %s": "<p>{{ 7*7 }} {% raw %} ${x} %s</p>",
    "AT&T &amp; &lt;b&gt; 3 < 4 > 2": "<p>AT&amp;T &amp; &lt;b&gt; 3 &lt; 4 &gt; 2</p>",
    "<b>bold</b> <u>x</u>": "<p><b>bold</b> <u>x</u></p>",
    "<abbr title='x'>y</abbr>": '<p><abbr title="x">y</abbr></p>',
    '<h3 id="size">S</h3>': '<h2 id="text-size">S</h2>',
    "a --- b ... 'c'": "<p>a --- b ... 'c'</p>",
    "| a | b |\n|---|---|\n| 1 | 2 |": "<div class=\"table-scroll\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table></div>",
    "Term\n: What it is": "<dl>\n<dt>Term</dt>\n<dd>What it is</dd>\n</dl>",
    "```\n<b> & x\n```": "<pre><code>&lt;b&gt; &amp; x\n</code></pre>",
    "": "",
    "  \n ": "",
}  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_markdown_becomes_html(text: str) -> None:
    assert markdown.html(text) == KEPT[text]


HOSTILE = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.example/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</script>", "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>", "<IMG SRC=x OnErRoR=alert(1)>", "<img src='x' onerror='alert(1)'/>", "<img/src=x/onerror=alert(1)>", "<img src=x onerror=alert(1)//",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1)>", "<math><mtext><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=x></object>", "<embed src=x>", "<form action=/x><input name=q></form>",
    "<style>body{display:none}</style>", "<p style='position:fixed'>x</p>", "<link rel=stylesheet href=x>", "<meta http-equiv=refresh content='0;url=x'>", "<base href=//x.example/>",
    "<a href='javascript:alert(1)'>x</a>", "<a href='java&#10;script:alert(1)'>x</a>", "<a href='&#106;avascript:alert(1)'>x</a>", "<a href='&#x6A;&#x61;vascript:alert(1)'>x</a>",
    "<a href='\u0001javascript:alert(1)'>x</a>", "<a href=' javascript:alert(1)'>x</a>", "<a href='JaVaScRiPt:alert(1)'>x</a>", "<a href='vbscript:x'>x</a>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>", "<a href='java\tscript:alert(1)'>x</a>",
    "[x](javascript:alert(1))", "[x](JAVASCRIPT:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](&#x6a;avascript&#58;alert(1))", "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:msgbox)", "[x](file:///etc/passwd)", "[x](<javascript:alert(1)>)", "[x]( javascript:alert(1))", "[x](\u0001javascript:alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)", "[1]\n\n[1]: <javascript:alert(1)>", "[x][1]\n\n[1]: data:text/html,x", "<javascript:alert(1)>", "<data:text/html,x>", "<vbscript:x>",
    "![x](javascript:alert(1))", "![x](data:image/svg+xml,<svg/onload=alert(1)>)", "![x\" onerror=\"alert(1)](x.png)", "![x](x.png\" onerror=\"alert(1))", "[x](x \"a\\\" onclick=\\\"alert(1)\")",
    "[x](https://a.example/\" onclick=\"alert(1))", "`<script>`<script>alert(1)</script>", "**<script>alert(1)</script>**", "- <script>alert(1)</script>", "> <script>alert(1)</script>",
    "<!-- --><script>alert(1)</script>", "<!--><script>alert(1)</script>-->", "<![CDATA[<script>alert(1)</script>]]>", "<?php echo 1 ?><script>alert(1)</script>", "<!DOCTYPE html><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>", "<template><script>alert(1)</script></template>", "<textarea><script>alert(1)</script></textarea>", "<title><script>alert(1)</script></title>",
    "<details open ontoggle=alert(1)>x</details>", "<video><source onerror=alert(1)></video>", "<marquee onstart=alert(1)>x</marquee>", "<table background=javascript:alert(1)><tr><td>x</table>",
    "<a href=\"#\" target=_top class=x id=main>x</a>", "<div id=cart class=button data-cart-open>x</div>", "<input autofocus onfocus=alert(1)>", "<button formaction=javascript:alert(1)>x</button>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "*[a]: <script>\n\na", "[^1]\n\n[^1]: <script>alert(1)</script>", "<p>\u202e<script>alert(1)</script>", "\x00<script>alert(1)</script>", "<scr\x00ipt>alert(1)</script>", "```<script>\n```<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_active_comes_through(text: str) -> None:
    made = str(markdown.html(text))

    assert_harmless(made)


def assert_harmless(made: str) -> None:
    for node in html5lib.parseFragment(made, namespaceHTMLElements=False).iter():
        if not isinstance(node.tag, str) or node.tag == "DOCUMENT_FRAGMENT":
            continue
        assert node.tag in markdown._TAGS, made
        for name, value in node.attrib.items():
            assert not name.startswith("on") and ((name, value) in (("class", "table-scroll"), ("class", "anchor")) or name not in ("style", "class", "target", "srcdoc", "formaction")), made
            if name == "id":
                assert value.startswith("text-"), made
            if name in ("href", "src"):
                address = re.sub(r"[\t\n\r]", "", value).lstrip("".join(map(chr, range(33)))).lower()  # as browsers do
                scheme = re.match(r"[a-z][a-z0-9+.-]*:", address)
                assert scheme is None or scheme[0] in SAFE_SCHEMES, made


def test_random_soup_of_markup_is_harmless_and_closed() -> None:
    pieces = ["<script>", "</script>", "<b", ">", "'", '"', "<img src=", "onerror=", "javascript:", "[a](", ")", "`", "**", "\n\n", "    ", "&#x6a;", "<!--", "-->", "<svg>", "</div>", "<div>", "]", "x ", "[1]: ", "<a href=", "|", "\\"]
    chance = random.Random(7)

    for _ in range(400):
        made = str(markdown.html("".join(chance.choices(pieces, k=chance.randint(3, 25)))))
        assert_harmless(made)
        inside = html5lib.parseFragment(f"<main>{made}</main><footer></footer>", namespaceHTMLElements=False)
        assert [child.tag for child in inside] == ["main", "footer"], made  # it cannot close what it stands in


BOMBS = {
    "brackets": "[" * 200_000, "nested links": "[a](" * 50_000, "images": "![" * 100_000, "stars": "*a_ " * 50_000, "more stars": "*" * 200_000, "underscores": "_a" * 100_000,
    "backticks": "`" * 199_999, "uneven backticks": "".join("`" * n + "x" for n in range(600)), "quotes": "> " * 100_000, "deep lists": "".join("  " * n + "- x\n" for n in range(400)),
    "many references": "".join(f"[a{n}]: /x\n" for n in range(15_000)), "used references": "[a][b]" * 30_000, "angle brackets": "<" * 200_000, "open tags": "<b>" * 60_000, "attributes": "<a " + "a=b " * 49_000,
    "entities": "&amp" * 50_000, "pipes": "|" * 200_000, "table": "|a" * 60_000 + "\n" + "|-" * 60_000 + "\n" + "|b" * 20_000, "lines": "\n" * 200_000, "words": "word " * 40_000, "escapes": "\\" * 200_000,
    "definition": "a\n: b\n" * 33_000, "fences": "```\n" * 50_000, "comments": "<!--" * 50_000, "headings": "#" * 200_000, "heading lines": "# a\n" * 50_000, "spaces": " " * 200_000 + "x", "tabs": "a\n" + "\t" * 199_000 + "b",
    "bold": "**a** " * 33_000, "italics": "_a_ " * 50_000, "code": "`a` " * 50_000, "links": "[a](/b) " * 25_000, "tags": "<b>a</b> " * 22_000, "breaks": "a  \n" * 50_000, "titles": "a\n===\n" * 33_000, "list": "- a\n" * 50_000,
    "definitions": "a\n:   b\n" * 900, "more definitions": "a\n:   b\n" * 20_000, "escaped": "\\* " * 66_000, "deep quotes": ">" * 200_000, "deep quotes with spaces": " > " * 66_000, "quoted brackets": "> " + "[" * 190_000,
    "numbers": "".join(f"{n}. x\n" for n in range(20_000)), "autolinks": "<a@b.c>" * 28_000, "rules": "- " * 100_000, "equals": "a\n" + "=" * 199_000, "tildes": "~" * 200_000, "nested divs": "<div>" * 40_000,
    "long reference used often": "[x]: /" + "a" * 90_000 + "\n\n" + "[x] " * 25_000, "long title used often": "[x\ny]:\n /a\n '" + "a" * 90_000 + "'\n\n" + "[x y] " * 15_000, "quotes in lists": "> - " * 50_000 + "a", "struck": "~~a" * 66_000,
    "brackets before a long text": "[a " * 390 + "y" * 100_000 + "]", "one note used often": "[^a]\n\n" * 30_000 + "\n\n[^a]: x", "one note used as often as can be": "[^a]" * 395 + "\n\n[^a]: x",
    "notes": "".join(f"[^{n}]: x\n" for n in range(18_000)), "notes that are never closed": "[^a\n" * 390 + "x" * 40_000 + "]:", "headings alike": "# a\n\n" * 40_000, "links to places": "[a](#b)" * 20_000 + '<p id="b">',
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_takes_long(name: str) -> None:
    start = time.process_time()

    made = str(markdown.html(BOMBS[name][:200_000], article=True))

    assert time.process_time() - start < 8
    assert len(made) < 6_000_000


def test_brackets_before_a_long_text_are_not_sought_one_by_one() -> None:
    start = time.process_time()

    markdown.html(BOMBS["brackets before a long text"])

    assert time.process_time() - start < 2  # it was 8 s


def test_random_articles_with_notes_and_headings_are_harmless() -> None:
    pieces = ["[^1]", "[^a]", "[^1]: ", "\n\n[^2]: > [^3]: x", "\n\n[^4]: - [^5]: x", "[^a]: ", "\n", "\n\n", "    ", "x", "- ", "> ", "`", "```\n", "|", "<div>", "</div>", "*", "# ", "](#a)", "[", '<sup id="fn:1">', "[^\"><script>]", '<h2 id="x">', "</h2>", "<h2 title='<h3>'>"]
    chance = random.Random(11)

    for _ in range(400):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 40)))
        made = str(markdown.html(text, "", article=True))
        assert_harmless(made)
        assert_harmless(markdown.feed(text, "", "https://shop.example/p/"))
        assert "<" not in markdown.plain(text) or "<" in text


def test_headings_of_an_article_can_be_linked_to() -> None:
    def anchors(text: str) -> list[str]:
        return re.findall(r'<h[2-6] id="([^"]*)">.*?<a class="anchor" href="#\1" aria-hidden="true" tabindex="-1">#</a></h[2-6]>', markdown.html(text, article=True))

    assert anchors("# Größe & *Maß*\n\n## It's `all` [here](/x/)") == ["text-größe-maß", "text-its-all-here"]
    assert anchors("# हिन्दी\n\n# 日本語!\n\n# مقاس") == ["text-हिन्दी", "text-日本語", "text-مقاس"]
    assert anchors("# A\n\n# A\n\n# A 2\n\n# ?\n\n# !") == ["text-a", "text-a-2", "text-a-2-2", "text-section", "text-section-2"]
    assert anchors('<h2 id="a">x</h2>\n\n# a') == ["text-a", "text-a-2"]
    assert "anchor" not in markdown.html("# A\n\n# B")


def test_links_of_a_text_lead_to_its_own_places() -> None:
    assert 'href="#text-returns"' in markdown.html("[r](#returns)\n\n# Returns", article=True)
    assert markdown.html('[r](#a)\n\n<p id="a">x</p>') == '<p><a href="#text-a">r</a></p>\n<p id="text-a">x</p>'
    assert 'href="#cart"' in markdown.html("[r](#cart)\n\n# Returns", article=True)


def test_notes_stand_below_an_article_and_nowhere_else() -> None:
    text = "Wool[^1] and *felt*[^x].\n\n[^1]: From **here**.\n[^x]: Two\n\n    paragraphs."

    made = markdown.html(text, article=True)

    assert made.startswith('<p>Wool<sup id="text-fnref-1"><a href="#text-fn-1">1</a></sup> and <em>felt</em><sup id="text-fnref-2"><a href="#text-fn-2">2</a></sup>.</p>')
    assert '<li id="text-fn-1">\n<p>From <strong>here</strong>.&nbsp;<a href="#text-fnref-1">↩\ufe0e</a></p>\n</li>' in made
    assert made.count("<li") == 2
    assert markdown.plain(text) == "Wool and felt ."
    assert "text-fn" not in markdown.html(text)


def test_note_without_a_mark_leads_nowhere() -> None:
    assert "<a" not in markdown.html("a\n\n[^1]: n", article=True)


def test_notes_are_numbered_whatever_they_are_called() -> None:
    made = markdown.html("a[^x y] b[^x y] c[^ä:1]\n\n[^x y]: n\n[^ä:1]: > [^new]: within a note", article=True)

    assert re.findall('(?:id|href)="([^"]*)"', made) == ["text-fnref-1", "#text-fn-1", "text-fnref2-1", "#text-fn-1", "text-fnref-2", "#text-fn-2",
                                                        "text-fn-1", "#text-fnref-1", "#text-fnref2-1", "text-fn-2", "#text-fnref-2"]  # fmt: skip


def test_ids_cannot_meet_those_of_the_page() -> None:
    assert markdown.html('<h2 id="main">x</h2>\n\n<p id="cart">y</p>') == '<h2 id="text-main">x</h2>\n\n<p id="text-cart">y</p>'
    assert markdown.html('<h2 id="text-a">x</h2>') == '<h2 id="text-a">x</h2>'


PLAIN = {
    "A **round** frame.\n\n- one\n- two": "A round frame. one two",
    "[a link](https://x.example/) & <b>bold</b>": "a link & bold",
    "3 < 4 & 5 > 2": "3 < 4 & 5 > 2",
    "&lt;b&gt; stays": "<b> stays",
    "# Title\n\nText": "Title Text",
    "a\xa0b\n\n\nc": "a b c",
    "<script>x()</script>shown": "shown",
    "": "",
}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_what_a_reader_sees(text: str) -> None:
    assert markdown.plain(text) == PLAIN[text]


def test_plain_text_is_cut_at_a_word() -> None:
    text = "The quick brown fox jumps over the lazy dog"

    assert markdown.plain(text, 100) == text
    assert markdown.plain(text, 20) == "The quick brown fox…"
    assert markdown.plain("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…"
    assert all(len(markdown.plain(text, n)) <= n for n in range(2, 50))


def test_what_would_take_too_long_is_shown_as_written() -> None:
    text = "[" * 150_000 + "\n\n<script>"

    assert markdown.html(text) == f"<p>{'[' * 150_000}</p>\n<p>&lt;script&gt;</p>"


def test_a_text_given_up_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_laborious", lambda text: False)
    markdown.html("x\n:   y\n" * 3_000)  # too deep for the engine

    assert markdown.html("A :\n\n: b") == whole("A :\n\n: b")
    assert markdown.html(": a") == "<p>: a</p>"


def test_long_honest_texts_are_not_taken_for_bombs() -> None:
    words = "Some **bold** words, a [link](/x/), `code`, and <b>HTML</b> & more in a paragraph of usual length, as people write. " * 6
    table = "| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 600
    items = "".join(f"- **{n}** of *many* things\n" for n in range(900))

    for text in (f"{words}\n\n" * 230, table, items, f"<p>{words}</p>\n" * 100):
        assert not markdown._laborious(text)


ELSEWHERE = (
    "<img src='/a.png' srcset='/a.png 1x, https://evil.example/b.png 2x'>", "<img src='/a.png' srcset='//evil.example/b.png'>", "<img src='/a.png' srcset='/a.png&#32;1x,&#10;ht&Tab;tps://evil.example/b.png'>",
    "<picture><source srcset='\\\\evil.example/b.png'><img src='/a.png'></picture>", "<picture><source srcset='/a.png 1x,https://evil.example/b.png 2x'><img src='/a.png'></picture>",
    "<img src='/a.png' srcset='https://cdn.example.evil/b.png'>",
)  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_no_candidate_of_a_picture_is_elsewhere(text: str) -> None:
    assert "evil" not in markdown.html(text, "https://cdn.example")


def test_a_responsive_picture_of_the_shop_or_its_cdn_stays() -> None:
    text = '<picture><source type="image/webp" srcset="/a.webp 240w, https://cdn.example/w_3,h_4/a.webp 480w" sizes="92vw"><img src="/a.jpg" alt="A" loading="lazy"></picture>'

    assert markdown.html(f"a {text}", "https://cdn.example") == f"<p>a {text}</p>"


# What people write who know Markdown from their editor, from GitHub or from another generator.
USUAL = {
    "We ship:\n- fast\n- far": "<p>We ship:</p>\n<ul>\n<li>fast</li>\n<li>far</li>\n</ul>",
    "Then:\n1. one\n2. two": "<p>Then:</p>\n<ol>\n<li>one</li>\n<li>two</li>\n</ol>",
    "## Care\n* wash\n* dry": "<h2>Care</h2>\n<ul>\n<li>wash</li>\n<li>dry</li>\n</ul>",
    "Born in\n1990. Then": "<p>Born in\n1990. Then</p>",
    "- a\n  - b\n- c": "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>",
    "1. a\n   - b\n     - c\n2. d": "<ol>\n<li>a<ul>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ol>",
    "- a\n    - b\n        - c": "<ul>\n<li>a<ul>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n</ul>",
    "- a\n\n  more\n- b": "<ul>\n<li>\n<p>a</p>\n<p>more</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>",
    "- a\n\ntext\n- b": "<ul>\n<li>a</li>\n</ul>\n<p>text</p>\n<ul>\n<li>b</li>\n</ul>",
    "1) one\n2) two": "<ol>\n<li>one</li>\n<li>two</li>\n</ol>",
    "x\n* * *\ny": "<p>x</p>\n<hr>\n<p>y</p>",
    "text\n\n    - code": "<p>text</p>\n<pre><code>- code\n</code></pre>",
    "```\nWe:\n- x\n\\\n```": "<pre><code>We:\n- x\n\\\n</code></pre>",
    "<pre>\nx\n- y\n</pre>": "<pre>x\n- y\n</pre>",
    "~~old~~ new": "<p><del>old</del> new</p>",
    "a ~~ b, \\~~c~~": "<p>a ~~ b, ~~c~~</p>",
    "a\\\nb": "<p>a<br>\nb</p>",
    "Sizes\n| a |\n|---|\n| 1 |": "<p>Sizes</p>\n<div class=\"table-scroll\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table></div>",
    "snake_case_word, 3 * 4 * 5": "<p>snake_case_word, 3 * 4 * 5</p>",
    "a\r\nb\r\n\r\n- c\r\n": "<p>a\nb</p>\n<ul>\n<li>c</li>\n</ul>",
    "この**「強い茶」**です。": "<p>この<strong>「強い茶」</strong>です。</p>",
}


@pytest.mark.parametrize("text", USUAL)
def test_markdown_is_read_as_elsewhere(text: str) -> None:
    assert markdown.html(text) == USUAL[text]


# The short cuts


def whole(text: str) -> str:
    """`text` by the whole engine: every rule, every extension."""
    from markdown import Markdown

    from highstreet.run.markdown_usual import Usual

    engine = Markdown(extensions=["tables", "sane_lists", "fenced_code", "def_list", Usual()], output_format="html", tab_length=4)
    text = text.strip()
    made = markdown._framed(markdown._cleaner().clean(markdown._levelled(engine.convert(text)))) if text else ""
    return made.replace("&nbsp;", "\xa0")


LETTERS = string.ascii_letters + string.digits + " .,;:!?()'\"/+-=éß漢字\u200f\xa0\u3000\u2028\t👩"


@settings(max_examples=250)
@given(st.lists(st.text(LETTERS, max_size=30), max_size=8).map("\n".join))
def test_text_without_markup_takes_the_short_way_to_the_same_html(text: str) -> None:
    assert str(markdown.html(text)).replace("&nbsp;", "\xa0") == whole(text)


SIMPLE = ["a", "word", "two words", " ", " ", "\n", "\n\n", "\n\n- ", "\n- ", "- ", "*a*", "**b c**", " *d e* ", " **f** ", "[g](/h/)", " [i j](https://k.example/l) ", "1", ".", "!", "?", ":", "'", "é", "  ", "**", "*", "[m]", "(n)", "-", "\n\n\n", "\xa0", "=", "+", "漢", "# ", "\n\n## ", "\n\n#### n\n\n", "#", "\n\n1. ", "\n2. ", "\n12. x"]  # fmt: skip


@settings(max_examples=600)
@given(st.lists(st.sampled_from(SIMPLE), max_size=12).map("".join))
def test_simple_markup_takes_the_short_way_to_the_same_html(text: str) -> None:
    assert str(markdown.html(text)).replace("&nbsp;", "\xa0") == whole(text)


def test_the_short_way_is_taken() -> None:
    text = "A **real** favourite, *ours* and [yours](/pages/shipping/).\n\n- one *soft* thing\n- two\n\n## The end\n\n1. first\n2. last"

    assert markdown._simple(text) == whole(text)


PIECES = ["a", "word", " ", "\n", "\n\n", "*", "**", "_", "`", "[", "](", "](/x)", "]", "![", ")", "<", ">", "<b>", "</b>", "&", "&amp;", "|", "\n|-|-|\n", "#", "\n# ", "\n- ", "\n1. ", "  \n", "\\", "\n> ", "~~~\n", "\n```\n", "\n: ", "!", "https://x.example", "<https://x.example>", "<a@b.example>", "\n---\n", "\n    ", "\t", "\r\n", "[1]: /x\n", "'", '"', "=", "\n===\n"]  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_rules_left_out_would_have_matched_nothing(text: str) -> None:
    assert str(markdown.html(text)).replace("&nbsp;", "\xa0") == whole(text)
