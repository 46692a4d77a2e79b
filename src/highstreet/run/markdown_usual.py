"""The usual in Markdown: what people write who know it from their editor or from GitHub, as Python-Markdown reads it.

A list or a table may stand right below a line of text, two spaces nest one list in another, "1)" counts like "1.", a
backslash ends a line, and ~~two tildes~~ strike through. All else is left to the engine.
"""

from __future__ import annotations

import re

from markdown import Extension, Markdown
from markdown.inlinepatterns import SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor

_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +)(?=\S)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")
_DELIMITERS = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:?)? *")
_DEEPEST = 30  # lists in one another


class Usual(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_Lines(md), "usual", 15)  # after fences and HTML were put aside
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"()~~(?=\S)(.+?)(?<=\S)~~", "del"), "strike", 65)
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "~"]


class _Lines(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        made: list[str] = []
        lists = _Lists()
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            text_before = bool(made) and _is_text(made[-1])
            item = _ITEM.match(line) if not _RULE.fullmatch(line) else None
            if item is not None and lists.begins(item, text_before):
                if (text_before and not lists.columns) or lists.parted:
                    made.append("")
                line = lists.item(item, line)
            elif not line.strip():
                lists.ended = True
            else:
                line = lists.other(line)
                if text_before and "|" in line and "|" not in made[-1] and _DELIMITERS.fullmatch(following):
                    made.append("")
            if following.strip() and line.endswith("\\") and not line.endswith("\\\\"):
                line = f"{line[:-1].rstrip()}  "
            made.append(line)
        return made


class _Lists:
    """The lists that are open at a line: for each, the column at which the text of its last item begins."""

    def __init__(self) -> None:
        self.columns: list[int] = []
        self.ended = False  # by an empty line: only what is indented belongs to them from here on
        self.parted = False  # the last line is of a further paragraph of an item

    def begins(self, item: re.Match[str], text_before: bool) -> bool:
        """Whether what looks like an item is one: not a line of code, nor a year that a line of text begins with."""
        if self.columns:
            return True
        return len(item[1]) < 4 and (not text_before or item[2] in ("-", "*", "+", "1.", "1)"))

    def item(self, item: re.Match[str], line: str) -> str:
        """The line of a list's item as the engine wants it: four spaces for each list around it."""
        self._leave(len(item[1]))
        depth = len(self.columns)
        if depth < _DEEPEST:
            self.columns.append(len(item[1]) + len(item[2]) + (len(item[3]) if len(item[3]) < 5 else 1))
        self.ended = self.parted = False
        return f"{'    ' * depth}{item[2].replace(')', '.')}{item[3]}{line[item.end() :]}"

    def other(self, line: str) -> str:
        """A line of text; the further paragraphs of an item are indented as the engine wants them, too."""
        if not self.columns or not self.ended:
            return line
        indent = len(line) - len(line.lstrip(" "))
        self._leave(indent)
        self.ended, self.parted = False, bool(self.columns)
        return f"{'    ' * len(self.columns)}{line.lstrip(' ')}" if indent < 4 * len(self.columns) else line

    def _leave(self, indent: int) -> None:
        while self.columns and indent < self.columns[-1]:
            self.columns.pop()


def _is_text(line: str) -> bool:
    """Whether a line is of a paragraph, as far as a look at it can tell."""
    return bool(line.strip()) and not line.startswith(("    ", "#", "\x02")) and _ITEM.match(line) is None
