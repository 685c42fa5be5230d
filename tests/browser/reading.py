"""Reader: what someone at the page does and sees."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def expect(what: "Locator") -> Any:
    """Return what can be asserted of `what`, waited for; imported here so that tests can be collected without it."""
    from playwright.sync_api import expect as expected

    return expected(what)


class Reader:
    """A page and the steps that most tests take on it."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    def ask(self, question: str, wait: bool = True) -> "Locator":
        """Type a question and send it; returns its turn, by default once that is answered."""
        turns = self.page.locator(".turn").count()
        box = self.page.get_by_role("textbox", name="Your question")
        box.fill(question)
        box.press("Enter")
        turn = self.page.locator(".turn").nth(turns)
        turn.wait_for()
        if wait:
            turn.locator(".tools").wait_for()
        return turn

    @property
    def panel(self) -> "Locator":
        """The source."""
        return self.page.locator("#panel")

    @property
    def highlighted(self) -> str:
        """What is marked as the quote, with the white space that the text has."""
        self.panel.locator("mark.current").first.wait_for()
        return "".join(self.panel.locator("mark.current").all_text_contents())

    @property
    def focused(self) -> str:
        """Name or text of what has the focus."""
        return str(self.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))

    @property
    def conversation(self) -> str:
        """The id of the conversation in the address."""
        self.page.wait_for_url(re.compile(r"/c/\w+"))
        return self.page.url.split("/c/")[1].split("?")[0]

    def get(self, path: str) -> Any:
        """Read something from the server as JSON."""
        return self.page.request.get(path).json()
