from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from .conftest import Open
from .reading import Reader, expect
from .serving import Valve

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def test_conversations_are_found_opened_renamed_and_deleted(reader: Reader) -> None:
    page = reader.page
    reader.ask("How long is the Danube?")
    long = reader.conversation
    page.get_by_role("button", name="New conversation", exact=True).click()
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    reader.ask("Who directed the works of the Chain Bridge?")
    bridge = reader.conversation
    assert bridge != long

    page.get_by_role("searchbox", name="Search conversations").fill("Chain Bridge")
    expect(page.locator(f'.item-link[href="/c/{long}"]')).to_have_count(0)
    item = page.locator(".item", has=page.locator(f'[href="/c/{bridge}"]'))
    item.hover()
    item.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Title").fill("Who built the Chain Bridge")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who built the Chain Bridge")
    assert reader.get(f"/v1/conversations/{bridge}")["title"] == "Who built the Chain Bridge"

    item.hover()
    item.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(item).to_be_visible()
    item.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(f'[href="/c/{bridge}"]')).to_have_count(0)
    page.wait_for_url("**/")
    assert page.request.get(f"/v1/conversations/{bridge}").status == 404

    page.get_by_role("searchbox", name="Search conversations").fill("")
    page.locator(f'.item-link[href="/c/{long}"]').click()
    expect(page.locator(".short-text")).to_have_text("2,850 kilometres")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to know?")


def test_a_list_that_is_read_anew_leaves_the_focus_and_what_is_typed(reader: Reader, valve: Valve) -> None:
    page = reader.page
    reader.ask("How long is the Danube?")
    former = page.locator(f'.item-link[href="/c/{reader.conversation}"]')

    def asked_next(question: str) -> "Locator":
        page.get_by_role("button", name="New conversation", exact=True).click()
        valve.hold(0)
        reader.ask(question, wait=False)
        page.wait_for_url("**/c/*")
        return page.locator(f'.item-link[href="/c/{reader.conversation}"]')

    item = asked_next("Who directed the works of the Chain Bridge?")
    former.focus()
    valve.open()
    expect(item).to_be_visible()
    expect(former).to_be_focused()

    item = asked_next("At what temperature does tin melt?")
    line = page.locator(".item", has=former)
    line.hover()
    line.get_by_role("button", name="Rename").click()
    box = page.get_by_role("textbox", name="Title")
    box.fill("From source to mouth")
    valve.open()
    expect(page.locator(".tools")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(box).to_have_value("From source to mouth")
    box.press("Enter")
    expect(former).to_have_text("From source to mouth")
    expect(former).to_be_focused()
    expect(item).to_be_visible()


def test_articles_are_found_and_opened(reader: Reader) -> None:
    page = reader.page
    page.get_by_role("tab", name="Articles").click()
    expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(6)
    page.get_by_role("searchbox", name="Search articles").fill("courier coast 2025")
    expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Lights of the coast").click()
    expect(reader.panel.locator(".text")).to_contain_text("It was built in 1871.")
    reader.panel.get_by_role("button", name="Ask about this article only").click()
    expect(page.locator(".chip-label")).to_have_text("Lights of the coast")
    assert parse_qs(urlsplit(page.url).query) == {"article": ["coast/lights"]}


def test_filters_are_chips_kept_in_the_address(opened: Open) -> None:
    reader = opened("/?since=2024-01-01&article=tin")
    page = reader.page
    chips = page.locator(".chip-label")
    expect(chips).to_have_text(["From 1 January 2024", "Tin and its alloys"])
    page.get_by_role("button", name="Filters").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Metal Monthly").first.check()
    dialog.get_by_label("As of a date").fill("2024-12-31")
    dialog.get_by_label("Published until").fill("2023-01-01")
    dialog.get_by_label("Published until").blur()
    expect(dialog.get_by_role("alert")).to_contain_text("later than")
    dialog.get_by_label("Published until").fill("2024-12-31")
    dialog.get_by_role("button", name="Done").click()
    names = ["From 1 January 2024", "Until 31 December 2024", "As of 31 December 2024", "Metal Monthly"]
    expect(chips).to_have_text([*names, "Tin and its alloys"])
    page.get_by_role("button", name="Remove the filter Tin and its alloys").click()
    page.get_by_role("button", name="Remove the filter Until 31 December 2024").click()
    reader.ask("At what temperature does tin melt?")
    asked = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["filters"]
    expected = {
        "since": "2024-01-01",
        "until": None,
        "as_of": "2024-12-31",
        "publisher": ["Metal Monthly"],
        "article": [],
    }
    assert asked == expected
    page.reload()
    expect(chips).to_have_text(["From 1 January 2024", "As of 31 December 2024", "Metal Monthly"])
