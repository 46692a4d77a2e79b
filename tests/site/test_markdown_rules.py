"""Markdown without rules that cannot match gives what all rules give."""

from __future__ import annotations

import random

from markdown import Markdown

from highstreet.run import markdown
from highstreet.run.markdown_usual import Usual

PIECES = ["word", "two words", "*a*", "**b**", "_c_", "__d__", "`x`", "[t](/u)", "![i](/p)", "<http://a.b>", "<b>x</b>", "&amp;", "&", "<", "\\*", "  \n", "\n",
          "\n\n", "- item\n", "1. one\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "```\ncode\n```\n", "term\n:   def\n", "# H\n", "> q\n", "    code\n", "***",
          "* * *\n", ":", "|", "~~~\nx\n~~~\n", "[r]: /x\n", "[r][r]", "a_b_c", "~~s~~", "\\\n", "  - nested\n", "2) two\n", "***bi***", "http://x.y"]  # fmt: skip


def test_leaving_out_rules_without_their_trigger_changes_nothing() -> None:
    rng = random.Random(5)
    whole = Markdown(extensions=["tables", "sane_lists", "fenced_code", "def_list", Usual()], output_format="html", tab_length=4)

    for _ in range(3000):
        text = "".join(rng.choice(PIECES) + (" " if rng.random() < 0.5 else "") for _ in range(rng.randint(1, 10))).strip() or "x"
        engine = markdown._engine(markdown._seen(text))
        engine.reset()
        whole.reset()

        assert engine.convert(text) == whole.convert(text), text
