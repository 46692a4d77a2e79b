"""The toolbar, operated as a person does. Its tree is closed to the page; the browser's own inspector may look inside."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

from support.command import PATIENCE

_PRESS = """function (title) {
    const found = [...this.querySelectorAll('button,a')].find(one => one.title === title || one.textContent.trim().startsWith(title))
    found?.click()
    return found !== undefined
}"""


class Toolbar:
    """Finds and presses what is in the toolbar's closed tree."""

    def __init__(self, page: Page) -> None:
        self._cdp = page.context.new_cdp_session(page)

    def _tree(self) -> str:
        """The object id of the closed tree."""
        root = self._cdp.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]

        def find(node: dict[str, Any]) -> dict[str, Any] | None:
            if node.get("localName") == "highstreet-toolbar":
                return node
            return next((found for child in node.get("children", ()) if (found := find(child))), None)

        host = find(root)
        assert host is not None, "there is no toolbar"
        identity: str = self._cdp.send("DOM.resolveNode", {"backendNodeId": host["shadowRoots"][0]["backendNodeId"]})["object"]["objectId"]
        return identity

    def _call(self, function: str, *words: str) -> Any:
        answer = self._cdp.send("Runtime.callFunctionOn", {"objectId": self._tree(), "functionDeclaration": function, "arguments": [{"value": word} for word in words], "returnByValue": True})
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, title: str) -> None:
        """A button or link by its title or its words, waited for as a person would."""
        end = time.monotonic() + PATIENCE
        while not self._call(_PRESS, title):
            assert time.monotonic() < end, f"nothing to press is called {title!r}: {self.all('button,a')}"
            time.sleep(0.05)

    def words(self) -> str:
        """What the open panel says."""
        return str(self._call("function () { return this.querySelector('.panel')?.textContent ?? '' }"))

    def all(self, selector: str) -> list[str]:
        """The words of everything the panel or bar has of a kind."""
        found: list[str] = self._call("function (selector) { return [...this.querySelectorAll(selector)].map(node => node.href || node.textContent) }", selector)
        return found
