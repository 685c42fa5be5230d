"""Answers that a language model writes, and those that it was to write."""

import re

import pytest

from assistant.answering import Outcome
from assistant.types import Usage

from .conftest import Open
from .reading import Reader, expect
from .test_accessibility import violations
from .writing import ScriptedWriter

TRIBUTARIES = "What are the three largest tributaries of the Danube?"
TWO = "The Tisza and the Sava are two of its largest tributaries."
THIRD = "Near Osijek it takes in the Drava."
METALS = "It has little to do with tin or copper."
MELTS = "Tin melts at 232 degrees Celsius."
DRAVA = "the Drava, which joins it near Osijek."
RODS = "Copper conducts electricity better than every metal but silver."
ROW = "Pewter | 92 percent | plates and cups"
WRITTEN = "Written by openai:gpt-5-mini. Each sentence was checked against its quotes."
UNNAMED = WRITTEN.replace("openai:gpt-5-mini", "a language model")
REASON = "the language model openai:gpt-5-mini takes no more for now (HTTP 429): ask again in 3 s"
FALLBACK = f"The language model did not answer: {REASON}. These are the articles' own words."
LONG_NAME = "openai:" + "an-uncommonly-long-name-of-a-model-" * 4
LONG_REASON = f"the language model {LONG_NAME} sent https://models.example/{'x' * 150}: " + "ask again later, " * 12
TEMPERATURE = "At what temperature does tin melt?"
_TOP = "(one) => one.getBoundingClientRect().top"
_TOO_WIDE = """[document.documentElement, document.getElementById("scroll"), ...document.querySelectorAll(".turn p")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.outerHTML.slice(0, 100))"""


@pytest.fixture
def reader(opened_written: Open, writer: ScriptedWriter) -> Reader:
    """Someone at the empty page of a server where a language model writes."""
    writer.lines = [(TWO, [0, 1]), (THIRD, [2])]
    return opened_written(permissions=["clipboard-read", "clipboard-write"])


def _details(reader: Reader) -> dict[str, str]:
    """What the details of the last answer tell, by name."""
    rows = reader.page.locator(".turn").last.locator(".confidence dl div").all()
    return {row.locator("dt").text_content() or "": row.locator("dd").text_content() or "" for row in rows}


def test_each_marker_of_a_sentence_opens_its_own_source(reader: Reader, writer: ScriptedWriter) -> None:
    writer.lines = [(TWO, [0, 1]), (METALS, [MELTS, RODS, 0])]
    turn = reader.ask(TRIBUTARIES)
    assert turn.locator(".statement-text").all_inner_texts() == [
        f"{TWO[:-12]}tributaries.12",
        f"{METALS[:-7]}copper.341",
    ]
    for sentence, place, quote, title in (
        (0, 0, "the Tisza, which joins it in Serbia;", "The river Danube"),
        (0, 1, "the Sava, which joins it at Belgrade;", "The river Danube"),
        (1, 0, MELTS, "Tin and its alloys"),
        (1, 1, RODS, "Copper in wiring"),
        (1, 2, "the Tisza, which joins it in Serbia;", "The river Danube"),
    ):
        marker = turn.locator(".statement").nth(sentence).locator(".marker").nth(place)
        assert (marker.get_attribute("aria-label") or "").endswith(title)
        marker.click()
        expect(reader.panel.get_by_role("heading", level=2)).to_have_text(title)
        assert reader.highlighted == quote
    expect(turn.locator(".authorship")).to_have_text(WRITTEN)
    expect(turn.get_by_role("status").first).to_be_empty()


def test_who_wrote_is_told_wherever_the_answer_goes(reader: Reader, writer: ScriptedWriter) -> None:
    writer.outcome = Outcome(dropped=2, usage=Usage(input_tokens=2415, output_tokens=138, cost_usd=0.00087975))
    turn = reader.ask(TRIBUTARIES)
    left_out = "2 sentences were left out because no quote supports them."
    expect(turn.locator(".authorship")).to_have_text(f"{WRITTEN} {left_out}")
    details = _details(reader)
    assert details["Wording"] == "the language model's own, each sentence checked against its quotes"
    assert details["Model"] == "openai:gpt-5-mini"
    assert details["Tokens"] == "2,415 in, 138 out"
    assert details["Cost"] == "US$0.00088"
    turn.get_by_role("button", name="Copy").click()
    copied = str(reader.page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(f"{TWO} [1][2]\n{THIRD} [3]\n\n{WRITTEN}\n\n{left_out}\n\nSources\n[1] The river Danube")
    reader.page.emulate_media(media="print")
    expect(turn.locator(".authorship")).to_be_visible()
    reader.page.emulate_media(media="screen")
    turn.get_by_role("button", name="Share").click()
    reader.page.goto(str(reader.page.evaluate("navigator.clipboard.readText()")))
    expect(reader.page.locator(".authorship")).to_have_text(f"{WRITTEN} {left_out}")

    writer.outcome = Outcome(dropped=1, usage=Usage(input_tokens=7, output_tokens=0, cost_usd=1.5))
    reader.page.goto("/")
    turn = reader.ask(TRIBUTARIES)
    expect(turn.locator(".authorship")).to_contain_text("1 sentence was left out because no quote supports it.")
    assert (_details(reader)["Tokens"], _details(reader)["Cost"]) == ("7 in, 0 out", "US$1.50")


def test_a_sentence_that_rests_on_a_row_is_no_row(reader: Reader, writer: ScriptedWriter) -> None:
    writer.lines = [("Pewter is mostly tin: 92 percent of it.", [ROW])]
    turn = reader.ask("What is the share of tin in pewter?")
    expect(turn.locator(".statement-text")).to_contain_text("Pewter is mostly tin: 92 percent of it.")
    expect(turn.locator(".table")).to_have_count(0)
    turn.locator(".figure").click()
    assert reader.highlighted == ROW


def test_where_the_model_breaks_off_the_articles_words_take_the_place_of_its_own(
    reader: Reader, writer: ScriptedWriter
) -> None:
    page = reader.page
    writer.outcome = Outcome(dropped=1, fallback=REASON, usage=Usage(input_tokens=2415, output_tokens=20))
    writer.valve.hold(2)
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.locator(".statement")).to_have_count(2)
    expect(turn.get_by_role("status")).to_be_empty()
    expect(page.get_by_role("log")).to_contain_text(THIRD)
    turn.locator(".marker").nth(1).focus()
    writer.valve.open()
    expect(turn.locator(".tools")).to_be_visible()
    expect(turn.get_by_role("status").first).to_have_text(FALLBACK)
    expect(turn.locator(".fallback .icon")).to_be_visible()
    assert [text[:-1] for text in turn.locator(".statements .statement-text").all_inner_texts()] == [
        "the Tisza, which joins it in Serbia;",
        "the Sava, which joins it at Belgrade;",
        DRAVA,
    ]
    expect(turn.locator(".authorship")).to_have_count(0)
    expect(turn.locator(".statements .marker").nth(1)).to_be_focused()
    told = page.get_by_role("log").locator("p").all_inner_texts()
    (withdrawn,) = [one for one in told if "What was read out so far no longer stands." in one]
    assert withdrawn == told[-1]
    assert "the Drava, which joins it near Osijek. Answer complete, 3 quotes." in withdrawn
    assert not any(REASON in one for one in told)
    details = _details(reader)
    assert details["Wording"] == "verbatim from the articles"
    assert details["Model"] == "openai:gpt-5-mini, which did not answer"
    assert details["Left out"] == "1 sentence that no quote supports"
    assert "Cost" not in details
    turn.get_by_role("button", name="Copy").click()
    expect(page.locator("#toast")).to_be_visible()
    assert f"Osijek. [3]\n\n{FALLBACK}\n\nSources\n" in str(page.evaluate("navigator.clipboard.readText()"))

    page.reload()
    expect(page.locator(".statement")).to_have_count(3)
    expect(page.locator(".fallback")).to_have_text(FALLBACK)


@pytest.mark.parametrize(("scrolled", "seen"), [(20, "h2"), (130, ".statements"), (250, ".statements")])
def test_what_is_in_sight_stays_where_it_is_when_the_statements_are_replaced(
    reader: Reader, writer: ScriptedWriter, scrolled: int, seen: str
) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 420})
    writer.lines = [(f"{TWO} " * 6, [0, 1]), (f"{THIRD} " * 6, [2])]
    writer.outcome = Outcome(fallback=REASON)
    writer.valve.hold(2)
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.locator(".statement")).to_have_count(2)
    where = reader.page.locator("#scroll")
    where.evaluate("(scroll, top) => { scroll.scrollTop = top; }", scrolled)
    assert where.evaluate("(scroll) => scroll.scrollTop") == scrolled
    top = turn.locator(seen).evaluate(_TOP)
    writer.valve.open()
    expect(turn.locator(".tools")).to_be_attached()
    assert turn.locator(seen).evaluate(_TOP) == pytest.approx(top, abs=2)


def test_a_source_that_is_being_read_stays_when_the_statements_are_replaced(
    reader: Reader, writer: ScriptedWriter
) -> None:
    page = reader.page
    writer.lines = [(METALS, [MELTS]), (THIRD, [2])]
    for marker, now, where in ((0, MELTS, "Passage"), (1, DRAVA, "Quote 3 of 3")):
        page.goto("/")
        writer.outcome = Outcome(fallback=REASON)
        writer.valve.hold(2)
        turn = reader.ask(TRIBUTARIES, wait=False)
        expect(turn.locator(".statement")).to_have_count(2)
        turn.locator(".marker").nth(marker).click()
        expect(reader.panel.locator(".stepper-where")).to_have_text(f"Quote {marker + 1} of 2")
        expect(reader.panel.locator("mark.current").first).to_be_focused()
        writer.valve.open()
        expect(turn.locator(".tools")).to_be_visible()
        expect(reader.panel.locator(".stepper-where")).to_have_text(where)
        assert reader.highlighted == now
        expect(reader.panel.locator("mark.current").first).to_be_focused()
        expect(turn.locator('.statements .marker[aria-current="true"]')).to_have_count(marker)
        page.keyboard.press("Escape")
        expect(reader.panel).to_be_hidden()
        expect(turn).to_be_focused()


def test_what_was_shown_and_stands_stays_untouched(reader: Reader, writer: ScriptedWriter) -> None:
    writer.valve.hold(2)
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.locator(".statement")).to_have_count(2)
    expect(turn.locator(".authorship")).to_have_text(UNNAMED)
    turn.locator(".statement").evaluate_all("(all) => all.forEach((one) => one.classList.add('former'))")
    turn.locator(".marker").nth(2).focus()
    writer.valve.open()
    expect(turn.locator(".tools")).to_be_visible()
    expect(turn.locator(".statement.former")).to_have_count(2)
    expect(turn.locator(".statements .marker").nth(2)).to_be_focused()
    expect(turn.locator(".authorship")).to_have_text(WRITTEN)
    expect(reader.page.get_by_role("log")).not_to_contain_text("no longer stands")


def test_while_nothing_is_written_the_page_is_alive_and_stops(reader: Reader, writer: ScriptedWriter) -> None:
    page = reader.page
    page.clock.install()
    writer.valve.hold(0)
    turn = reader.ask(TRIBUTARIES, wait=False)
    line = turn.locator(".progress")
    expect(line).to_have_text(re.compile(r"^Reading \d+ passages …$"))
    page.clock.run_for(5_000)
    expect(line).to_have_text(re.compile(r"passages … ?[5-9] s$"))
    page.clock.run_for(7_000)
    expect(line).to_have_text(re.compile(r"passages … ?1[2-9] s$"))
    expect(page.get_by_role("log")).to_contain_text("Still at it after 10 seconds.")
    page.get_by_role("button", name="Stop").click()
    expect(turn.locator(".note")).to_contain_text("Stopped before the answer was whole.")
    expect(line).to_be_empty()
    assert reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["status"] == "stopped"
    writer.valve.hold(1)
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator(".statement")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".note")).to_contain_text("Stopped before the answer was whole.")
    expect(page.locator(".authorship")).to_have_text(UNNAMED)


def test_a_model_that_finds_no_answer_is_named(reader: Reader, writer: ScriptedWriter) -> None:
    writer.lines, writer.outcome = [], Outcome(found=False)
    turn = reader.ask(TRIBUTARIES)
    expect(turn.locator(".abstention-title")).to_have_text("The articles do not answer this")
    said = "openai:gpt-5-mini read the passages and found no answer in them."
    expect(turn.locator(".authorship")).to_have_text(said)
    details = _details(reader)
    assert details["Confidence"].endswith(": the reader's estimate, before the language model found no answer")
    assert (details["Wording"], details["Model"]) == ("none", "openai:gpt-5-mini")
    turn.get_by_role("button", name="Copy").click()
    expect(reader.page.locator("#toast")).to_be_visible()
    copied = str(reader.page.evaluate("navigator.clipboard.readText()"))
    assert copied == f"{TRIBUTARIES}\n\nThe articles do not answer this.\n\n{said}\n"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_long_names_and_reasons_break_neither_wcag_2_1_aa_nor_the_width(
    opened_written: Open, writer: ScriptedWriter, width: int, scheme: str
) -> None:
    reader = opened_written(color_scheme=scheme, viewport={"width": width, "height": 800})
    writer.name = LONG_NAME
    writer.lines = [(f"All of it stands at https://rivers.example/{'danube' * 20}.", [0, 1, 2])]
    writer.outcome = Outcome(dropped=1200, usage=Usage(input_tokens=10**7, output_tokens=10**6, cost_usd=1e-7))
    turn = reader.ask(TRIBUTARIES)
    turn.locator(".confidence summary").click()
    expect(turn.locator(".authorship")).to_contain_text("1,200 sentences were left out")
    assert reader.page.evaluate(_TOO_WIDE) == []
    writer.lines, writer.outcome = [], Outcome(fallback=LONG_REASON)
    turn = reader.ask(TEMPERATURE)
    turn.locator(".confidence summary").click()
    expect(turn.locator(".fallback")).to_be_visible()
    assert reader.page.evaluate(_TOO_WIDE) == []
    assert violations(reader) == []
