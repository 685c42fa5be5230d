import re

from .conftest import Open
from .reading import Reader, expect
from .serving import Valve

TRIBUTARIES = "What are the three largest tributaries of the Danube?"
LENGTH = "How long is the Danube?"
UNANSWERED = "What is the price of lithium in Chile?"


def test_the_empty_page_says_what_the_corpus_holds_and_asks_a_starter(reader: Reader) -> None:
    page = reader.page
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to know?")
    expect(page.locator(".holdings")).to_contain_text("6 articles")
    expect(page.locator(".holdings")).to_contain_text("1 March 2024 to 2 February 2025")
    starter = page.locator(".starter").first
    question = starter.inner_text()
    starter.click()
    expect(page.locator(".turn h2")).to_have_text(question)
    expect(page.locator(".turn .tools")).to_be_visible()


def test_statements_come_one_by_one_and_the_answer_stops(reader: Reader, valve: Valve) -> None:
    valve.hold(1)
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.locator(".statement")).to_have_count(1)
    expect(turn.locator(".progress")).to_contain_text("Reading")
    expect(reader.page.get_by_role("log")).to_contain_text("the Tisza, which joins it in Serbia;")
    valve.hold(1)
    expect(turn.locator(".statement")).to_have_count(2)
    reader.page.get_by_role("button", name="Stop").click()
    expect(turn.locator(".note")).to_contain_text("Stopped before the answer was whole.")
    expect(turn.locator(".statement")).to_have_count(2)
    message = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]
    assert message["status"] == "stopped"

    valve.open()
    turn.get_by_role("button", name="Ask again").click()
    expect(reader.page.locator(".tools")).to_be_visible()
    expect(reader.page.locator(".statement")).to_have_count(3)
    assert len(reader.get(f"/v1/conversations/{reader.conversation}")["messages"]) == 1


def test_the_short_answer_comes_first_and_confidence_is_in_words(reader: Reader) -> None:
    turn = reader.ask(LENGTH)
    first = turn.locator(".answer > *").first
    expect(first.locator(".short-text")).to_have_text("2,850 kilometres")
    summary = turn.locator(".confidence summary")
    expect(summary).to_have_text("Very likely answers this")
    number = turn.locator(".confidence dd").first
    expect(number).to_be_hidden()
    summary.click()
    confidence = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["answer"]["confidence"]
    expect(number).to_contain_text(f"{round(confidence * 100)} %")
    turn.get_by_role("button", name="Ask again and compare").click()
    expect(turn.locator(".replay")).to_have_text("Identical: the same statements and the same quotes.")


def test_a_row_of_a_table_is_shown_under_its_column_heads(reader: Reader) -> None:
    turn = reader.ask("What is the share of tin in pewter?")
    assert turn.locator(".statements th").all_inner_texts()[:3] == ["Alloy", "Share of tin", "Use"]
    row = turn.get_by_role("row", name="Pewter")
    expect(row.locator(".figure")).to_have_text("92 percent")


def test_a_row_is_copied_below_its_column_heads(opened: Open) -> None:
    reader = opened(permissions=["clipboard-read", "clipboard-write"])
    reader.ask("What is the share of tin in pewter?").get_by_role("button", name="Copy").click()
    expect(reader.page.locator("#toast")).to_have_text("Copied with its sources")
    copied = str(reader.page.evaluate("navigator.clipboard.readText()"))
    told = copied.partition("\nSources\n")[0]
    assert told.count("Columns: ") == 1
    assert "\nColumns: Alloy | Share of tin | Use\nPewter | 92 percent | plates and cups [" in told
    assert "\n    Columns: Alloy | Share of tin | Use\n    “Pewter | 92 percent | plates and cups”" in copied


def test_an_abstention_shows_the_nearest_passages_and_filters_to_widen(opened: Open) -> None:
    reader = opened("/?publisher=Metal+Monthly&since=2024-01-01")
    turn = reader.ask(UNANSWERED)
    expect(turn.locator(".abstention-title")).to_have_text("The articles do not answer this")
    expect(turn.locator(".abstention-what")).to_contain_text(UNANSWERED)
    expect(turn.locator(".statements")).to_have_count(0)
    turn.locator(".passage").first.click()
    assert reader.highlighted
    reader.page.keyboard.press("Escape")
    turn.get_by_role("button", name="Ask without “Metal Monthly”").click()
    wider = reader.page.locator(".turn").nth(1)
    expect(wider.locator(".asked-with")).to_have_text("From 1 January 2024")
    expect(wider.locator(".tools")).to_be_visible()
    filters = [one["filters"] for one in reader.get(f"/v1/conversations/{reader.conversation}")["messages"]]
    assert [one["publisher"] for one in filters] == [["Metal Monthly"], []]


def test_a_follow_up_is_rewritten_and_the_rewriting_can_be_changed(reader: Reader) -> None:
    reader.ask(LENGTH)
    turn = reader.ask("And where does it rise?")
    read = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][1]["standalone_question"]
    assert "Danube" in read
    expect(turn.locator(".rewritten q")).to_have_text(read)
    turn.get_by_role("button", name="Change how it is understood").click()
    box = turn.get_by_role("textbox", name="The question as it is understood")
    box.fill("Where does the Danube rise?")
    box.press("Enter")
    again = reader.page.locator(".turn").nth(1)
    expect(again.locator(".rewritten q")).to_have_text("Where does the Danube rise?")
    expect(again.locator(".statements")).to_contain_text("Donaueschingen")
    expect(again.locator(".tools")).to_be_visible()
    messages = reader.get(f"/v1/conversations/{reader.conversation}")["messages"]
    assert [one["standalone_question"] for one in messages] == [LENGTH, "Where does the Danube rise?"]


def test_a_suggestion_asks_on(reader: Reader) -> None:
    reader.ask(LENGTH)
    suggestion = reader.page.locator(".follow-up").first
    question = suggestion.inner_text()
    suggestion.click()
    turn = reader.page.locator(".turn").nth(1)
    expect(turn.locator("h2")).to_have_text(question)
    expect(turn.locator(".tools")).to_be_visible()
    expect(reader.page.locator(".turn").first.locator(".follow-up")).to_have_count(0)


def test_regenerate_and_edit_put_one_answer_in_place_of_another(reader: Reader) -> None:
    turn = reader.ask(LENGTH)
    former = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["answer"]["id"]
    turn.get_by_role("button", name="Regenerate").click()
    expect(reader.page.locator(".turn")).to_have_count(1)
    expect(reader.page.locator(".tools")).to_be_visible()
    messages = reader.get(f"/v1/conversations/{reader.conversation}")["messages"]
    assert len(messages) == 1
    assert messages[0]["answer"]["id"] != former
    assert reader.get(f"/v1/answers/{former}")["question"] == LENGTH

    reader.page.get_by_role("button", name="Edit the question").click()
    box = reader.page.locator(".turn textarea")
    expect(box).to_have_value(LENGTH)
    box.fill("At what temperature does tin melt?")
    box.press("Enter")
    expect(reader.page.locator(".short-text")).to_have_text("232 degrees Celsius")
    expect(reader.page.locator(".turn")).to_have_count(1)


def test_reload_shows_the_conversation_as_it_was(reader: Reader) -> None:
    reader.ask(LENGTH)
    reader.ask("At what temperature does tin melt?")
    before = reader.page.locator(".answer").all_inner_texts()
    reader.page.reload()
    expect(reader.page.locator(".tools")).to_have_count(2)
    assert reader.page.locator(".answer").all_inner_texts() == before
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(LENGTH)
    reader.page.locator(".statements .marker").last.click()
    assert reader.highlighted == "Tin melts at 232 degrees Celsius."


def test_reload_takes_up_an_answer_on_its_way(reader: Reader, valve: Valve) -> None:
    valve.hold(1)
    reader.ask(TRIBUTARIES, wait=False).locator(".statement").wait_for()
    assert reader.conversation
    reader.page.reload()
    expect(reader.page.locator(".statement")).to_have_count(1)
    valve.open()
    expect(reader.page.locator(".tools")).to_be_visible()
    expect(reader.page.locator(".statement")).to_have_count(3)


def test_feedback_is_kept_with_its_reason(reader: Reader) -> None:
    turn = reader.ask(LENGTH)
    down = turn.get_by_role("button", name="Bad answer")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    turn.get_by_label("Something is missing").check(force=True)
    turn.get_by_role("textbox", name="In your own words").fill("Which river mouth?")
    turn.get_by_role("button", name="Send", exact=True).click()
    expect(turn.locator(".thanks")).to_be_visible()
    kept = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["feedback"]
    assert (kept["vote"], kept["reason"], kept["text"]) == ("down", "incomplete", "Which river mouth?")
    reader.page.reload()
    expect(reader.page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")


def test_copy_share_and_the_page_of_a_shared_answer(opened: Open) -> None:
    reader = opened(permissions=["clipboard-read", "clipboard-write"])
    turn = reader.ask(TRIBUTARIES)
    turn.get_by_role("button", name="Copy").click()
    expect(reader.page.locator("#toast")).to_have_text("Copied with its sources")
    copied = str(reader.page.evaluate("navigator.clipboard.readText()"))
    assert "the Sava, which joins it at Belgrade; [2]" in copied
    assert "[2] The river Danube — River Review, 1 March 2024\n    “the Sava, which joins it at Belgrade;”" in copied

    turn.get_by_role("button", name="Share").click()
    expect(reader.page.locator("#toast")).to_have_text("Link copied")
    link = str(reader.page.evaluate("navigator.clipboard.readText()"))
    assert re.search(r"/a/[0-9a-f]{32}$", link)
    reader.page.goto(link)
    expect(reader.page.locator(".statement")).to_have_count(3)
    expect(reader.page.get_by_role("textbox", name="Your question")).to_be_hidden()
    expect(reader.page.get_by_role("button", name="Regenerate")).to_have_count(0)
    reader.page.locator(".statements .marker").nth(1).click()
    assert reader.highlighted == "the Sava, which joins it at Belgrade;"
    reader.page.get_by_role("link", name="Ask on").click()
    expect(reader.page.get_by_role("textbox", name="Your question")).to_have_value(TRIBUTARIES)
    expect(reader.page.locator(".turn")).to_have_count(0)


def test_the_conversation_is_exported(reader: Reader) -> None:
    reader.ask(TRIBUTARIES)
    for form, ending in (("Markdown", ".md"), ("HTML", ".html")):
        reader.page.get_by_text("Export").click()
        with reader.page.expect_download() as download:
            reader.page.get_by_role("link", name=form, exact=True).click()
        assert download.value.suggested_filename.endswith(ending)
        assert "the Sava, which joins it at Belgrade;" in download.value.path().read_text("utf-8")


def test_an_uncertain_answer_is_marked(reader: Reader) -> None:
    reader.ask(LENGTH)
    answer = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["answer"]
    doubtful = {**answer, "uncertain": True, "confidence": 0.51}
    reader.page.route("**/v1/answers/*", lambda route: route.fulfill(json=doubtful))
    reader.page.goto(f"/a/{answer['id']}")
    expect(reader.page.locator(".doubt")).to_contain_text("Uncertain: the quotes may not answer this.")
    expect(reader.page.locator(".confidence summary")).to_have_text("Uncertain")


def test_what_does_not_exist_is_said(opened: Open) -> None:
    reader = opened("/c/" + "0" * 32)
    expect(reader.page.get_by_role("alert")).to_contain_text("There is no such conversation")
    reader.page.goto("/a/" + "0" * 32)
    expect(reader.page.get_by_role("alert")).to_contain_text("There is no such answer")
