"""Tests of `assistant.pipeline` where a language model writes the answers: a writer that says what the test says."""

import threading
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assistant.answering import Answerer, Claim, Draft, Outcome, Quote
from assistant.conversation import ModelRewriter, Turn
from assistant.errors import Stopped
from assistant.events import Answered, Event, Retrieved, Stated
from assistant.pipeline import Assistant
from assistant.types import Answer, Hit, Usage

from .material import write_markdown

TRIBUTARIES = "What are the three largest tributaries of the Danube?"
LENGTH = "How many kilometres is the length of the Danube?"
TISZA, SAVA, DRAVA = "The Tisza is a tributary.", "The Sava is a tributary.", "The Drava is a tributary."
BROKEN = "the language model openai:scripted broke off in the middle: ask again"
USAGE = Usage(input_tokens=70, output_tokens=30, cost_usd=0.001)
# A sentence and the quotes of the draft, by place, that it rests on; or something that happens; or the end.
Step = tuple[str, Sequence[int]] | Callable[[], object] | Outcome


@dataclass
class FakeWriter:
    """`Writer` of the steps."""

    steps: Sequence[Step] = ()
    drafts: list[tuple[str, Draft]] = field(default_factory=list)
    closed: int = 0
    name: str = "openai:scripted"

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        return {"llm": self.name, "prompt": "answer@1:0123abcd"}

    def write(self, question: str, draft: Draft, stop: threading.Event | None = None) -> Iterator[Claim | Outcome]:
        self.drafts.append((question, draft))
        try:
            for step in self.steps:
                if isinstance(step, Outcome):
                    yield step
                elif callable(step):
                    step()
                    if stop is not None and stop.is_set():
                        raise Stopped("stopped: ask again")
                else:
                    text, places = step
                    yield Claim(text, tuple(draft.quotes[place] for place in places))
        finally:
            self.closed += 1


@dataclass
class FakeRewriter(ModelRewriter):
    """Rewrites every question into `written`."""

    written: str | None
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "rewrite@1:4567cdef openai:scripted"

    def rewrite(self, question: str, turns: Sequence[Turn], stop: threading.Event | None = None) -> str | None:
        if stop is not None and stop.is_set():
            raise Stopped("stopped: ask again")
        self.asked.append((question, tuple(turns)))
        return self.written


@pytest.fixture
def writing(assistant: Assistant) -> Callable[..., tuple[Assistant, FakeWriter]]:
    """Makes an assistant whose writer takes the given steps; `own` is one that the test may change."""

    def make(
        *steps: Step, rewriter: FakeRewriter | None = None, own: Assistant | None = None
    ) -> tuple[Assistant, FakeWriter]:
        made = own or copy(assistant)
        writer = FakeWriter(steps)
        made._writer, made._rewriter = writer, rewriter
        return made, writer

    return make


Writing = Callable[..., tuple[Assistant, FakeWriter]]


def ended(events: Sequence[Event]) -> tuple[list[Stated], Answer]:
    """The statements and the answer of a whole stream."""
    first, *stated, last = events
    assert isinstance(first, Retrieved)
    assert isinstance(last, Answered)
    assert all(isinstance(one, Stated) for one in stated)
    return [one for one in stated if isinstance(one, Stated)], last.answer


def check(assistant: Assistant, answer: Answer) -> None:
    """Assert that markers and citations are consistent and quotes verbatim."""
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.marker == number
        assert assistant.article(citation.article_id).text[citation.start : citation.end] == citation.quote
    used = [marker for statement in answer.statements for marker in statement.markers]
    assert list(dict.fromkeys(used)) == [citation.marker for citation in answer.citations]
    lines = [f"{s.text} {''.join(f'[{marker}]' for marker in s.markers)}" for s in answer.statements]
    assert answer.text.split("\n") == (lines or [""])


def alike(answer: Answer) -> Answer:
    """What two answers to the same question have in common, whoever wrote them."""
    receipt = answer.receipt.model_copy(update={"settings": {}})
    return answer.model_copy(
        update={"id": "", "timings_ms": {}, "receipt": receipt, "model": None, "fallback": None, "usage": None}
    )


def test_an_answer_is_what_the_writer_wrote(writing: Writing) -> None:
    assistant, writer = writing((TISZA, [0]), (SAVA, [1]), Outcome(dropped=2, usage=USAGE))
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    check(assistant, answer)
    assert [statement.text for statement in answer.statements] == [TISZA, SAVA]
    assert [statement.markers for statement in answer.statements] == [(1,), (2,)]
    assert [citation.quote.split(",")[0] for citation in answer.citations] == ["the Tisza", "the Sava"]
    assert answer.text == f"{TISZA} [1]\n{SAVA} [2]"
    assert [one.statement for one in stated] == list(answer.statements)
    assert [one.citations for one in stated] == [(citation,) for citation in answer.citations]
    assert (answer.status, answer.mode, answer.model) == ("answered", "generative", "openai:scripted")
    assert (answer.dropped, answer.fallback, answer.usage) == (2, None, USAGE)
    assert (answer.short_answer, answer.nearest) == (None, ())
    extractive = assistant.extractive.ask(TRIBUTARIES)
    ((question, draft),) = writer.drafts
    assert (question, draft.hits) == (TRIBUTARIES, answer.passages)
    assert (answer.passages, answer.confidence) == (extractive.passages, extractive.confidence)


def test_statements_come_while_the_writer_writes(writing: Writing) -> None:
    seen: list[str] = []
    assistant, _ = writing(
        (TISZA, [0]), lambda: seen.append("second"), (SAVA, [1]), lambda: seen.append("end"), Outcome()
    )
    before: list[list[str]] = []
    for event in assistant.stream(TRIBUTARIES):
        before.append(list(seen))
        assert not isinstance(event, Answered) or seen == ["second", "end"]
    assert before == [[], [], ["second"], ["second", "end"]]


def test_statements_that_share_a_quote_share_its_marker(writing: Writing) -> None:
    assistant, _ = writing((TISZA, [0, 1]), (SAVA, [1]), (DRAVA, [2, 0, 2]), Outcome())
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    check(assistant, answer)
    assert [statement.markers for statement in answer.statements] == [(1, 2), (2,), (3, 1)]
    assert [[c.marker for c in one.citations] for one in stated] == [[1, 2], [], [3]]
    assert len(answer.citations) == 3


def test_a_failure_before_any_statement_gives_the_extractive_answer(writing: Writing) -> None:
    assistant, _ = writing(Outcome(fallback=BROKEN))
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    check(assistant, answer)
    assert (answer.mode, answer.fallback, answer.model) == ("extractive", BROKEN, "openai:scripted")
    assert [one.statement for one in stated] == list(answer.statements)
    assert alike(answer) == alike(assistant.extractive.ask(TRIBUTARIES))
    assert len(answer.statements) == 3


def test_a_failure_after_statements_gives_the_extractive_answer_and_states_nothing_more(writing: Writing) -> None:
    assistant, _ = writing((TISZA, [0]), (SAVA, [1]), Outcome(dropped=1, fallback=BROKEN, usage=USAGE))
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    check(assistant, answer)
    assert [one.statement.text for one in stated] == [TISZA, SAVA]
    assert (answer.mode, answer.fallback, answer.usage, answer.dropped) == ("extractive", BROKEN, USAGE, 1)
    plain = assistant.extractive.ask(TRIBUTARIES)
    assert (answer.statements, answer.citations) == (plain.statements, plain.citations)
    assert TISZA not in answer.text


def test_where_nothing_is_left_the_extractive_answer_says_so(writing: Writing) -> None:
    assistant, _ = writing(Outcome(dropped=3, usage=USAGE))
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    check(assistant, answer)
    assert answer.fallback == "No sentence that the language model wrote is supported by the articles."
    assert (answer.mode, answer.dropped, answer.usage) == ("extractive", 3, USAGE)
    assert [one.statement for one in stated] == list(answer.statements) != []


def test_a_writer_that_finds_no_answer_makes_an_abstention(writing: Writing) -> None:
    assistant, _ = writing(Outcome(found=False, usage=USAGE))
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    assert (answer.status, answer.mode, answer.fallback) == ("abstained", "generative", None)
    assert (stated, answer.statements, answer.text, answer.citations, answer.uncertain) == ([], (), "", (), False)
    assert answer.nearest == answer.passages[:3] != ()
    assert (answer.model, answer.usage) == ("openai:scripted", USAGE)


def test_an_answerer_that_abstains_asks_no_writer(writing: Writing, build: Callable[..., Assistant]) -> None:
    assistant, writer = writing((TISZA, [0]), Outcome(), own=build(threshold=1.0))
    answer = assistant.ask(TRIBUTARIES)
    assert (answer.status, answer.mode, answer.model, answer.statements) == ("abstained", "extractive", None, ())
    assert writer.drafts == []


def test_a_statement_whose_article_has_gone_meanwhile_is_dropped(
    writing: Writing, build: Callable[..., Assistant], articles_folder: Path
) -> None:
    assistant, writer = writing(own=build(threshold=0.0))

    def replace() -> None:
        write_markdown(articles_folder / "danube.md", "# The river Danube\n\nThe Danube is a river of ten countries.")
        assistant.ingest([articles_folder])

    def remove() -> None:
        assistant.remove("danube")

    writer.steps = ((TISZA, [0]), replace, (SAVA, [1]), remove, (DRAVA, [2]), Outcome(dropped=1))
    stated, answer = ended(list(assistant.stream(TRIBUTARIES)))
    assert [one.statement.text for one in stated] == [TISZA]
    assert [statement.text for statement in answer.statements] == [TISZA]
    assert (answer.dropped, answer.mode) == (3, "generative")


@pytest.mark.parametrize("when", range(3))
def test_a_stream_that_is_stopped_ends_the_writer(when: int, writing: Writing) -> None:
    stop = threading.Event()
    steps: list[Step] = [(TISZA, [0]), (SAVA, [1]), Outcome()]
    steps.insert(when, stop.set)
    assistant, writer = writing(*steps)
    seen: list[Event] = []
    with pytest.raises(Stopped):
        seen.extend(event for event in assistant.stream(TRIBUTARIES, stop=stop))
    assert writer.closed == 1
    assert len(seen) == 1 + when
    assert not any(isinstance(event, Answered) for event in seen)


def test_a_reader_that_lets_go_ends_the_writer(writing: Writing) -> None:
    assistant, writer = writing((TISZA, [0]), (SAVA, [1]), Outcome())
    stream = assistant.stream(TRIBUTARIES)
    assert [type(next(stream)) for _ in range(2)] == [Retrieved, Stated]
    assert writer.closed == 0
    del stream
    assert writer.closed == 1


def test_the_receipt_names_model_and_prompt(writing: Writing) -> None:
    assistant, _ = writing((TISZA, [0]), Outcome(), rewriter=FakeRewriter(None))
    settings = assistant.ask(TRIBUTARIES).receipt.settings
    plain = assistant.extractive.ask(TRIBUTARIES).receipt.settings
    named = {"llm": "openai:scripted", "prompt": "answer@1:0123abcd", "rewriter": "rewrite@1:4567cdef openai:scripted"}
    assert settings == {**plain, **named}
    assert not set(named) & set(plain)


def test_the_same_assistant_without_a_language_model(writing: Writing) -> None:
    assistant, writer = writing((TISZA, [0]), Outcome(), rewriter=FakeRewriter("Which river?"))
    plain = assistant.extractive
    assert (assistant.writes, plain.writes) == (True, False)
    plain.close()  # the articles belong to the other
    answer = plain.ask(TRIBUTARIES, turns=[Turn(question=LENGTH, standalone_question=LENGTH)])
    assert (answer.mode, answer.model, answer.standalone_question) == ("extractive", None, TRIBUTARIES)
    assert writer.drafts == []
    assert plain.extractive is plain
    assert assistant.ask(TRIBUTARIES).mode == "generative"


RISES = "Where does the Danube rise?"
TURNS = [Turn(question=RISES, standalone_question=RISES, answer="The Danube rises in the Black Forest.")]
FOLLOW_UP = "And what are its three largest tributaries?"


def test_a_follow_up_is_read_as_the_rewriter_puts_it(writing: Writing) -> None:
    rewriter = FakeRewriter(TRIBUTARIES)
    assistant, writer = writing((TISZA, [0]), Outcome(), rewriter=rewriter)
    answer = assistant.ask(FOLLOW_UP, turns=TURNS)
    assert rewriter.asked == [(FOLLOW_UP, tuple(TURNS))]
    assert (answer.question, answer.standalone_question) == (FOLLOW_UP, TRIBUTARIES)
    assert [question for question, _ in writer.drafts] == [TRIBUTARIES]


@pytest.mark.parametrize("turns", [[], TURNS])
def test_the_rewriter_is_asked_for_follow_ups_alone(turns: Sequence[Turn], writing: Writing) -> None:
    rewriter = FakeRewriter(LENGTH)
    assistant, _ = writing((TISZA, [0]), Outcome(), rewriter=rewriter)
    # Neither a first question nor one in the user's own wording is put otherwise.
    wording = TRIBUTARIES if turns else None
    assert assistant.ask(TRIBUTARIES, turns=turns, standalone=wording).standalone_question == TRIBUTARIES
    assert rewriter.asked == []


def test_where_the_rewriter_fails_the_rules_do_it(writing: Writing) -> None:
    rewriter = FakeRewriter(None)
    assistant, _ = writing((TISZA, [0]), Outcome(), rewriter=rewriter)
    answer = assistant.ask(FOLLOW_UP, turns=TURNS)
    assert len(rewriter.asked) == 1
    assert answer.standalone_question == assistant.extractive.ask(FOLLOW_UP, turns=TURNS).standalone_question
    assert answer.standalone_question == "What are the Danube's three largest tributaries?"
    assert answer.fallback is None


def test_to_stop_while_a_question_is_rewritten_ends_it(writing: Writing) -> None:
    stop = threading.Event()
    stop.set()
    assistant, writer = writing((TISZA, [0]), Outcome(), rewriter=FakeRewriter(TRIBUTARIES))
    with pytest.raises(Stopped):
        next(assistant.stream(FOLLOW_UP, turns=TURNS, stop=stop))
    assert writer.drafts == []


def test_what_a_claim_quotes_is_checked(writing: Writing) -> None:
    assistant, writer = writing()
    real = writer.write

    def write(question: str, draft: Draft, stop: threading.Event | None = None) -> Iterator[Claim | Outcome]:
        sha256 = draft.hits[0].sha256
        for start, end in ((0, 10**9), (5, 5), (-4, 3)):
            yield Claim("A forged one.", (Quote("danube", sha256, start, end),))
        yield Claim("Another version.", (Quote("danube", "0" * 64, 0, 5),))
        yield Claim("No article.", (Quote("nowhere", sha256, 0, 5),))
        yield from real(question, draft, stop)

    writer.steps = ((TISZA, [0]), Outcome())
    writer.write = write  # type: ignore[method-assign]
    answer = assistant.ask(TRIBUTARIES)
    check(assistant, answer)
    assert ([statement.text for statement in answer.statements], answer.dropped) == ([TISZA], 5)


SHOW = "How many parts does the show have?"
PARTS = {"one": "The show does have 23 parts.", "two": "The show does have 24 parts."}


class Contradicted(Answerer):
    """An answerer that quotes two articles as contradicting each other."""

    name = "contradicted"

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        return {}

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        del question
        found = {hit.article_id: hit for hit in hits if hit.article_id in PARTS}
        quotes = tuple(
            Quote(hit.article_id, hit.sha256, s.start, s.end, highlight=(s.start + 19, s.start + 21))
            for hit in (found["one"], found["two"])
            for s in hit.sentences[-1:]
        )
        return Draft("answered", 0.9, quotes, tuple(hits), best=0, contested=(0, 1))


@pytest.fixture
def contradicted(build: Callable[..., Assistant], tmp_path: Path) -> Assistant:
    """An assistant over the articles of `PARTS`."""
    for name, body in PARTS.items():
        write_markdown(tmp_path / "show" / f"{name}.md", body, title="The show")
    made = build(corpus=tmp_path / "show", threshold=0.0)
    made._answerer = Contradicted()
    return made


def test_both_sides_are_told_and_there_is_no_short_answer(contradicted: Assistant) -> None:
    answer = contradicted.ask(SHOW)
    assert [statement.text for statement in answer.statements] == list(PARTS.values())
    assert (answer.contested, answer.short_answer) == ((1, 2), None)
    check(contradicted, answer)


@pytest.mark.parametrize("told", [0, 1])
def test_a_model_that_tells_one_side_is_completed_by_the_other(
    contradicted: Assistant, writing: Writing, told: int
) -> None:
    text = list(PARTS.values())[told]
    assistant, _ = writing((f"Surely: {text}", [told]), Outcome(), own=contradicted)
    stated, answer = ended(list(assistant.stream(SHOW)))
    check(assistant, answer)
    assert [one.text for one in answer.statements] == [f"Surely: {text}", list(PARTS.values())[1 - told]]
    assert [one.statement for one in stated] == list(answer.statements)
    assert (answer.mode, answer.contested) == ("generative", (1, 2))


def test_a_model_that_tells_both_sides_is_left_as_it_is(contradicted: Assistant, writing: Writing) -> None:
    assistant, _ = writing(("One says 23.", [0]), ("One says 24.", [1]), Outcome(), own=contradicted)
    answer = ended(list(assistant.stream(SHOW)))[1]
    assert [one.text for one in answer.statements] == ["One says 23.", "One says 24."]
    assert answer.contested == (1, 2)


def test_a_model_that_finds_nothing_is_not_completed(contradicted: Assistant, writing: Writing) -> None:
    assistant, _ = writing(Outcome(found=False), own=contradicted)
    answer = ended(list(assistant.stream(SHOW)))[1]
    assert (answer.status, answer.statements, answer.contested) == ("abstained", (), ())


def test_a_source_tells_how_many_articles_copy_it_and_an_answer_outlives_them(
    build: Callable[..., Assistant], tmp_path: Path
) -> None:
    body = "The barges on the upper river carry grain and ore in every month but January. Then it has ice, which is {}."
    words = "thick strong deep hard firm solid heavy dense rigid old new white grey".split()
    for i, word in enumerate(words):
        write_markdown(tmp_path / "copies" / f"copy{i:02}.md", body.format(word), title="The river", publisher="Mill")
    assistant = build(corpus=tmp_path / "copies", threshold=0.0)
    answer = assistant.ask("Which barges carry grain and ore on the river?")
    assert {(one.copies, len(one.copied_by)) for one in answer.citations} == {(12, 10)}
    assert len({one.article_id for one in answer.citations}) == 1
    assistant.conversations.keep(answer)
    assert len(assistant.remove_publisher("mill")) == 13
    assert assistant.articles() == ()
    assert assistant.search("Which barges carry grain?") == ()
    assert assistant.answer(answer.id).citations == answer.citations
