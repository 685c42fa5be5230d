from typing import Any

import pytest

from .conftest import AXE, Open
from .reading import Reader, expect

TRIBUTARIES = "What are the three largest tributaries of the Danube?"
UNANSWERED = "What is the price of lithium in Chile?"
_RUN = """axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})"""


def violations(reader: Reader) -> list[str]:
    """Return what axe finds wrong with the page as it is now."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    # By way of the debugger, which the Content-Security-Policy does not hold back.
    reader.page.evaluate(AXE.read_text("utf-8") + ";0")
    found: dict[str, Any] = reader.page.evaluate(_RUN)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_no_state_of_the_page_breaks_wcag_2_1_aa(opened: Open, width: int, scheme: str) -> None:
    reader = opened(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = reader.page
    expect(page.locator(".holdings")).to_be_visible()
    assert violations(reader) == [], "empty"
    turn = reader.ask(TRIBUTARIES)
    turn.locator(".follow-up").first.wait_for()
    turn.locator(".confidence summary").click()
    turn.get_by_role("button", name="Bad answer").click()
    assert violations(reader) == [], "answer"
    turn.locator(".statements .marker").first.click()
    assert reader.highlighted
    assert violations(reader) == [], "source"
    page.keyboard.press("Escape")
    reader.ask("What is the share of tin in pewter?")
    reader.ask(UNANSWERED)
    assert violations(reader) == [], "abstention"
    page.get_by_role("button", name="Filters").click()
    assert violations(reader) == [], "filters"
    page.keyboard.press("Escape")
    if width < 1000:
        page.get_by_role("button", name="Sidebar").click()
        page.get_by_role("tab", name="Articles").click()
        expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(6)
        assert violations(reader) == [], "sidebar"
