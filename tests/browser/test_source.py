from .reading import Reader, expect
from .serving import ASTRAL_QUESTION, ASTRAL_QUOTE, HOSTILE, HOSTILE_QUESTION

TRIBUTARIES = "What are the three largest tributaries of the Danube?"


def test_a_marker_shows_its_quote_and_opens_it_in_the_article(reader: Reader) -> None:
    page = reader.page
    turn = reader.ask(TRIBUTARIES)
    citations = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["answer"]["citations"]
    marker = turn.locator(".statements .marker").nth(1)
    marker.hover()
    expect(page.get_by_role("tooltip")).to_contain_text(citations[1]["quote"])
    expect(page.get_by_role("tooltip")).to_contain_text("River Review · 1 March 2024")
    marker.click()
    expect(page.get_by_role("tooltip")).to_be_hidden()
    assert reader.highlighted == citations[1]["quote"]
    expect(reader.panel.locator("mark.current")).to_be_in_viewport()
    expect(reader.panel.get_by_role("heading", level=2)).to_have_text("The river Danube")
    expect(reader.panel.locator(".panel-by")).to_have_text("River Review · 1 March 2024")
    expect(reader.panel.get_by_role("link")).to_have_attribute("href", citations[1]["link"])
    expect(reader.panel.locator("li")).to_have_count(3)
    assert reader.panel.locator("mark.other").all_inner_texts() == [citations[0]["quote"], citations[2]["quote"]]

    reader.panel.get_by_role("button", name="Next quote").click()
    assert reader.highlighted == citations[2]["quote"]
    expect(turn.locator('.statements .marker[aria-current="true"]')).to_have_text("3")
    expect(reader.panel.get_by_role("button", name="Next quote")).to_be_disabled()
    page.keyboard.press("j")
    expect(page.get_by_role("log")).to_contain_text("This is the last quote.")
    reader.panel.locator("mark.other").first.click()
    assert reader.highlighted == citations[0]["quote"]
    reader.panel.get_by_role("button", name="Close the source").click()
    expect(reader.panel).to_be_hidden()
    assert reader.focused == "Source 2: The river Danube"


def test_offsets_count_code_points(reader: Reader) -> None:
    turn = reader.ask(ASTRAL_QUESTION)
    turn.locator(".statements .marker").first.click()
    assert reader.highlighted == ASTRAL_QUOTE
    assert reader.panel.locator("mark.key").inner_text() == "𝟒𝟐 metres"
    assert turn.locator(".statements .key").inner_text() == "𝟒𝟐 metres"


def test_a_row_is_marked_across_its_cells_as_it_stands_in_the_text(reader: Reader) -> None:
    turn = reader.ask("What is the share of tin in pewter?")
    turn.get_by_role("row", name="Pewter").get_by_role("button").click()
    assert reader.highlighted == "Pewter | 92 percent | plates and cups"
    assert reader.panel.locator("th").all_text_contents() == ["Alloy | ", "Share of tin | ", "Use\n"]
    expect(reader.panel.locator("tbody tr")).to_have_count(3)


def test_a_figure_is_tied_to_its_quote(reader: Reader) -> None:
    turn = reader.ask("How long is the Danube?")
    figure = turn.locator(".statements .figure").last
    assert figure.inner_text() == "2,850"
    figure.hover()
    expect(reader.page.get_by_role("tooltip").locator(".key")).to_have_text("2,850")
    figure.click()
    assert reader.highlighted == "Its length is 2,850 kilometres."
    expect(reader.panel.locator("mark.figure-here")).to_have_text("2,850")


def test_an_article_that_has_changed_since_says_so_and_one_that_is_gone_shows_the_quote(reader: Reader) -> None:
    page = reader.page
    turn = reader.ask("At what temperature does tin melt?")
    article = reader.get("/v1/articles/tin")
    moved = {**article, "text": "New. " + article["text"], "blocks": [], "sha256": "0" * 64}
    page.route("**/v1/articles/tin", lambda route: route.fulfill(json=moved))
    turn.locator(".statements .marker").first.click()
    expect(reader.panel).to_contain_text("The article has changed since this answer was given.")
    assert reader.highlighted == "Tin melts at 232 degrees Celsius."
    page.keyboard.press("Escape")

    page.route("**/v1/articles/tin", lambda route: route.fulfill(json={**moved, "text": "All of it is new."}))
    turn.locator(".statements .marker").first.click()
    expect(reader.panel.get_by_text("As it was quoted")).to_be_visible()
    page.keyboard.press("Escape")
    problem = {"status": 404, "detail": "there is no article 'tin'"}
    page.route("**/v1/articles/tin", lambda route: route.fulfill(status=404, json=problem))
    turn.locator(".statements .marker").first.click()
    expect(reader.panel).to_contain_text("This article is no longer there.")
    expect(reader.panel.locator("blockquote")).to_contain_text("Tin melts at 232 degrees Celsius.")


def test_text_from_articles_never_becomes_markup(reader: Reader) -> None:
    page = reader.page
    turn = reader.ask(HOSTILE_QUESTION)
    expect(turn.locator(".statement-text")).to_contain_text(HOSTILE)
    turn.locator(".statements .marker").hover()
    expect(page.get_by_role("tooltip")).to_contain_text(HOSTILE)
    turn.locator(".statements .marker").click()
    assert reader.highlighted == f"The label of the crate says {HOSTILE} in red letters."
    expect(reader.panel.get_by_role("heading", level=2)).to_have_text(f"Labels of crates {HOSTILE}")
    expect(reader.panel.get_by_role("link")).to_have_count(0)
    page.get_by_role("tab", name="Articles").click()
    expect(page.get_by_role("tabpanel")).to_contain_text(HOSTILE)
    reader.ask(f"Is {HOSTILE} so?")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"Crate {HOSTILE} Post")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Conversations").click()
    page.get_by_role("link", name=HOSTILE_QUESTION).hover()
    page.get_by_role("button", name=f"Rename {HOSTILE_QUESTION}").first.click()
    page.get_by_role("textbox", name="Title").fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == page.locator(".brand img").count() == 1
    assert page.locator('[href^="javascript" i]').count() == 0
