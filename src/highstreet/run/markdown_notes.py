"""Notes: the footnotes of Python-Markdown, with ids that are made of their numbers, whatever a text calls them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.extensions.footnotes import FootnoteExtension


class Notes(FootnoteExtension):
    def __init__(self) -> None:
        self._complete = False
        super().__init__(
            # A letter's shape is asked for, as phones show an emoji else. None of a shop's fonts has this arrow: one
            # that had would be fetched for it alone.
            BACKLINK_TEXT="&#8617;&#65038;",
            BACKLINK_TITLE="",  # it would be English
            PLACE_MARKER="\0",  # none
            SEPARATOR="-",
        )

    def makeFootnoteId(self, id: str) -> str:
        return f"fn-{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        return self.unique_ref(f"fnref-{self._number(id)}", found)

    def makeFootnotesDiv(self, root: Element) -> Element | None:
        self._complete = True
        try:
            return super().makeFootnotesDiv(root)
        finally:
            self._complete = False

    def setFootnote(self, id: str, text: str) -> None:
        # A quotation or list within a note may hold a note: one more, while all are gone through, would end the build.
        if not self._complete:
            super().setFootnote(id, text)

    def _number(self, id: str) -> int:
        return list(self.footnotes).index(id) + 1
