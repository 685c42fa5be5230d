"""Tests of `assistant.pipeline`."""

import shutil
import threading
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import Answerer, Draft
from assistant.conversation import MAX_QUESTION, Standalone, Turn
from assistant.errors import NotFoundError, QuestionError, Stopped
from assistant.events import Answered, Retrieved, Stated, stated_of
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant, clean_question
from assistant.spelling import Speller
from assistant.types import Answer, Filters, Hit

from .material import write_markdown

LENGTH = "How many kilometres is the length of the Danube?"


class Meddling:
    """An Answerer that lets something happen before each answer of the real one."""

    def __init__(self, real: Answerer, meddle: Callable[[], object], times: int) -> None:
        self.real, self.meddle, self.times, self.calls = real, meddle, times, 0
        self.name, self.settings = real.name, real.settings

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        self.calls += 1
        if self.calls <= self.times:
            self.meddle()
        return self.real.answer(question, hits)


def same(answer: Answer) -> Answer:
    """The answer without what differs between two runs."""
    return answer.model_copy(update={"id": "", "timings_ms": {}})


def check(assistant: Assistant, answer: Answer) -> None:
    """Assert all that holds of every answer."""
    for marker, citation in enumerate(answer.citations, start=1):
        article = assistant.article(citation.article_id)
        assert citation.marker == marker
        assert citation.sha256 == article.sha256
        assert citation.quote
        assert article.text[citation.start : citation.end] == citation.quote
        assert (citation.title, citation.publisher, citation.published) == (
            article.title,
            article.publisher,
            article.published,
        )
    markers = [marker for statement in answer.statements for marker in statement.markers]
    assert sorted(set(markers)) == list(range(1, len(answer.citations) + 1))
    assert all(statement.markers for statement in answer.statements)
    for statement in answer.statements:
        assert "".join(f"[{marker}]" for marker in statement.markers) in answer.text
        assert statement.text in answer.text
    assert (answer.status == "abstained") == (not answer.citations)
    assert answer.receipt.passage_ids == tuple(hit.id for hit in answer.passages)


class TestCleanQuestion:
    """What is made of what was typed."""

    @pytest.mark.parametrize(
        ("typed", "wanted"),
        [
            ("  How   long?\n", "How long?"),
            ("How\x00long\x1b[31m\x7f?", "How long [31m ?"),
            ("a\u2028b\u2029c\u0085d\te", "a b c d e"),
            ("Cafe\u0301?", "Café?"),
            ("\u00a0a\u3000b", "a b"),
            ("7", "7"),
            ("稀土?", "稀土?"),
        ],
    )
    def test_white_space_and_control_characters_are_folded(self, typed: str, wanted: str) -> None:
        assert clean_question(typed) == wanted

    @pytest.mark.parametrize("typed", ["", " \n\t", "\x00\x01", "?", "... !?", "—", "\u200b"])
    def test_a_question_without_a_word_is_refused(self, typed: str) -> None:
        with pytest.raises(QuestionError, match="holds no word: type a question"):
            clean_question(typed)

    def test_a_question_may_be_as_long_as_the_limit_and_no_longer(self) -> None:
        assert clean_question("a" * MAX_QUESTION) == "a" * 4000
        with pytest.raises(QuestionError, match="is 4,001 characters long: ask in at most 4,000"):
            clean_question("a" * 4001)
        with pytest.raises(QuestionError, match="20,000"):
            clean_question("x " * 10_000)

    @pytest.mark.parametrize("typed", ["\ud800", "tin \udfff?", "\udc80" * 5000])
    def test_half_a_character_is_refused_in_words_that_can_be_printed(self, typed: str) -> None:
        with pytest.raises(QuestionError, match="lone surrogate") as raised:
            clean_question(typed)
        assert str(raised.value).isascii()

    @given(st.text())
    def test_what_is_cleaned_is_clean(self, typed: str) -> None:
        try:
            cleaned = clean_question(typed)
        except QuestionError:
            assert not any(c.isalnum() for c in unicodedata.normalize("NFC", typed))
            return
        assert clean_question(cleaned) == cleaned == unicodedata.normalize("NFC", cleaned)
        assert not any(unicodedata.category(c) == "Cc" for c in cleaned)
        assert [c for c in cleaned if c.isalnum()] == [c for c in unicodedata.normalize("NFC", typed) if c.isalnum()]


def test_an_answer_quotes_what_was_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask(LENGTH)
    check(assistant, answer)
    assert answer.status == "answered"
    assert answer.citations[0].article_id == "danube"
    assert any("Its length is 2,850 kilometres." in citation.quote for citation in answer.citations)
    assert answer.citations[0].link is not None
    assert answer.citations[0].link.startswith("https://rivers.example/danube#:~:text=")
    assert answer.mode == "extractive"
    assert answer.nearest == ()
    assert answer.passages[0].article_id == "danube"
    assert answer.passages[0].reader_score is not None


def test_a_question_for_one_thing_is_not_answered_with_headings(assistant: Assistant) -> None:
    quotes = [citation.quote for citation in assistant.ask("What is the length of the Danube in kilometres?").citations]
    assert quotes != ["Tributaries", "Shipping"]


def test_a_list_is_given_whole(assistant: Assistant) -> None:
    answer = assistant.ask("What are the three largest tributaries of the Danube?")
    check(assistant, answer)
    assert [citation.quote.split(",")[0] for citation in answer.citations] == ["the Tisza", "the Sava", "the Drava"]


@pytest.mark.parametrize(
    "question",
    [LENGTH, "Which tributaries does the Danube have?", "What share of bronze is tin?", "Who directed the works?"],
)
def test_asking_again_gives_the_same(assistant: Assistant, question: str) -> None:
    first, second = assistant.ask(question), assistant.ask(question)
    assert same(first) == same(second)
    assert first.id != second.id
    check(assistant, first)


@given(st.text(min_size=1, max_size=300))
def test_whatever_is_asked_the_quotes_are_verbatim(assistant: Assistant, question: str) -> None:
    try:
        answer = assistant.ask(question)
    except QuestionError:
        return
    check(assistant, answer)
    assert answer.question == question
    assert answer.standalone_question == clean_question(question)
    assert 0 <= answer.confidence <= 1


def test_an_abstention_names_what_is_nearest_and_cites_nothing(build: Callable[..., Assistant]) -> None:
    assistant = build(threshold=1.0)
    answer = assistant.ask(LENGTH)
    check(assistant, answer)
    assert answer.status == "abstained"
    assert (answer.statements, answer.text, answer.citations) == ((), "", ())
    assert answer.nearest == answer.passages[:3] != ()
    assert answer.nearest[0].article_id == "danube"
    assert answer.confidence < 1


def test_filters_bound_what_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("What does tin or copper melt into?", Filters(publisher=("metal monthly",)))
    assert {hit.article_id for hit in answer.passages} == {"tin", "copper"}
    assert {hit.article_id for hit in assistant.search("copper", Filters(as_of=date(2024, 12, 31)))} == {
        "tin",
        "danube",
    }
    nothing = assistant.ask(LENGTH, Filters(until=date(1999, 1, 1)))
    assert (nothing.status, nothing.passages, nothing.nearest) == ("abstained", (), ())
    assert nothing.confidence == 0
    with pytest.raises(NotFoundError, match="'nowhere'"):
        assistant.ask(LENGTH, Filters(article=("nowhere",)))


def test_at_most_ten_passages_are_ranked_and_search_keeps_its_limit(assistant: Assistant) -> None:
    answer = assistant.ask(LENGTH)
    assert len(answer.passages) == min(10, assistant.stats().passages)
    assert [hit.id for hit in assistant.search(LENGTH, limit=3)] == [hit.id for hit in answer.passages[:3]]
    with pytest.raises(QuestionError):
        assistant.search("?")


def test_the_receipt_holds_what_the_answer_depends_on(assistant: Assistant) -> None:
    plain, filtered = (
        assistant.ask(LENGTH),
        assistant.ask(LENGTH, Filters(publisher=("River Review",), since=date(2024, 1, 1))),
    )
    assert plain.receipt.corpus == assistant.stats().corpus
    assert plain.receipt.embedding_model == "hashing@1 (64)"
    assert plain.receipt.reader.startswith("similarity-")
    assert plain.receipt.settings == {
        "threshold": 0.0,
        "passages": 8,
        "recall_weight": 1.5,
        "lexical_weight": 0.9,
        "sentence_weight": 0.5,
    }
    assert filtered.receipt.settings["filters"] == '{"publisher": ["River Review"], "since": "2024-01-01"}'


def test_timings_add_up(assistant: Assistant) -> None:
    timings = assistant.ask(LENGTH).timings_ms
    assert timings["total"] == pytest.approx(timings["retrieval"] + timings["answering"], abs=0.01)
    assert min(timings.values()) > 0


def meddle(assistant: Assistant, happening: Callable[[], object], times: int = 1) -> Meddling:
    meddling = Meddling(assistant._answerer, happening, times)
    assistant._answerer = meddling
    return meddling


NEWER = "# The river Danube\n\nSome water. The length of the Danube is 2,857 kilometres."


def apart(happening: Callable[[], object]) -> Callable[[], None]:
    """What lets something happen in a thread of its own, and waits for it."""

    def run() -> None:
        thread = threading.Thread(target=happening)
        thread.start()
        thread.join()

    return run


def replace_danube(assistant: Assistant, folder: Path, body: str = NEWER) -> None:
    write_markdown(folder / "danube.md", body, publisher="River Review")
    assistant.ingest([folder])


def test_an_article_replaced_while_it_is_quoted(build: Callable[..., Assistant], articles_folder: Path) -> None:
    assistant = build(threshold=0.0)
    before, corpus = assistant.ask(LENGTH), assistant.stats().corpus
    meddle(assistant, apart(lambda: replace_danube(assistant, articles_folder)))
    during, after = assistant.ask(LENGTH), assistant.ask(LENGTH)
    assert same(during) == same(before)
    assert during.receipt.corpus == corpus != assistant.stats().corpus == after.receipt.corpus
    check(assistant, after)
    assert any("2,857" in citation.quote for citation in after.citations)


def test_an_article_replaced_before_it_is_quoted(build: Callable[..., Assistant], articles_folder: Path) -> None:
    assistant = build(threshold=0.0)
    old = assistant.article("danube").sha256
    events = assistant.stream(LENGTH)
    first = next(events)
    assert isinstance(first, Retrieved)
    assert old in {hit.sha256 for hit in first.hits}
    replace_danube(assistant, articles_folder)
    *_, last = events
    assert isinstance(last, Answered)
    check(assistant, last.answer)
    assert any("2,857" in citation.quote for citation in last.answer.citations)
    assert old not in {hit.sha256 for hit in last.answer.passages}
    assert last.answer.receipt.corpus == assistant.stats().corpus


def test_an_article_removed_before_it_is_quoted(build: Callable[..., Assistant]) -> None:
    assistant = build(threshold=0.0)
    events = assistant.stream(LENGTH)
    next(events)
    assistant.remove("danube")
    *_, last = events
    assert isinstance(last, Answered)
    check(assistant, last.answer)
    assert "danube" not in {hit.article_id for hit in last.answer.passages}


def test_an_article_that_never_stops_changing_is_answered_from(
    build: Callable[..., Assistant], articles_folder: Path
) -> None:
    assistant = build(threshold=0.0)
    turn = iter(range(100))
    meddle(
        assistant,
        apart(lambda: replace_danube(assistant, articles_folder, f"{next(turn)}. The length of the Danube is 5 km.")),
        times=100,
    )
    for _ in range(4):
        answer = assistant.ask(LENGTH)
        assert answer.status == "answered"
        assert len({hit.sha256 for hit in answer.passages if hit.article_id == "danube"}) == 1
    assert next(turn) == 4


def test_stats_tell_what_is_held(assistant: Assistant) -> None:
    stats = assistant.stats()
    assert (stats.articles, stats.index) == (4, "in step")
    assert stats.passages == len({hit.id for hit in assistant.search("the", limit=50)})
    assert stats.publishers == ("Metal Monthly", "River Review")
    assert (stats.published_first, stats.published_last) == ("2024-03-01", "2025-01-10")
    assert [facts.id for facts in assistant.articles()] == ["copper", "tin", "danube", "bridges"]


def test_an_empty_catalog_abstains(build: Callable[..., Assistant]) -> None:
    assistant = build(corpus="")
    answer = assistant.ask(LENGTH)
    assert (answer.status, answer.confidence, answer.passages, answer.nearest) == ("abstained", 0.0, (), ())
    assert assistant.stats().published_first is None


def test_removing_and_rebuilding(build: Callable[..., Assistant]) -> None:
    assistant = build()
    passages = assistant.stats().passages
    assert assistant.remove("tin").id == "tin"
    assert assistant.rebuild_index() == assistant.stats().passages < passages
    assert assistant.stats().index == "in step"
    with pytest.raises(NotFoundError):
        assistant.article("tin")


def test_threads_may_ask_while_articles_come_and_go(build: Callable[..., Assistant], articles_folder: Path) -> None:
    assistant = build(threshold=0.0)
    want = same(assistant.ask("What share of pewter is tin?"))
    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(assistant.ask, "What share of pewter is tin?", Filters(article=("tin",))) for _ in range(24)
        ]
        for number in range(4):
            write_markdown(articles_folder / "new.md", f"Nickel number {number} is magnetic.", title="Nickel")
            assistant.ingest([articles_folder])
        got = [one.result() for one in answers]
    assert {citation.quote for one in got for citation in one.citations} == {c.quote for c in want.citations}
    assert assistant.stats().index == "in step"


def test_closing_gives_the_folder_back(build: Callable[..., Assistant], tmp_path: Path) -> None:
    with build() as assistant:
        assert (tmp_path / "home" / "owner.json").exists()
    assert not (tmp_path / "home" / "owner.json").exists()
    assert len(build().articles()) == 4
    assert assistant is not None
    shutil.rmtree(tmp_path / "home" / "index", ignore_errors=True)


def test_the_embedder_of_the_tests_is_the_one_in_the_receipt(embedder: HashingEmbedder, assistant: Assistant) -> None:
    assert assistant.stats().embedding_model == str(embedder.identity)


TRIBUTARIES = "What are the three largest tributaries of the Danube?"


def test_a_stream_ends_with_the_answer_that_ask_gives(assistant: Assistant) -> None:
    retrieved, *stated, answered = assistant.stream(TRIBUTARIES)
    assert isinstance(retrieved, Retrieved)
    assert isinstance(answered, Answered)
    answer = answered.answer
    assert same(answer) == same(assistant.ask(TRIBUTARIES))
    assert retrieved.hits == assistant.search(TRIBUTARIES)
    assert stated == list(stated_of(answer))
    assert [one.statement for one in stated if isinstance(one, Stated)] == list(answer.statements)
    assert [c for one in stated if isinstance(one, Stated) for c in one.citations] == list(answer.citations)


def test_an_abstention_states_nothing(assistant: Assistant) -> None:
    events = list(assistant.stream(LENGTH, Filters(until=date(1999, 1, 1))))
    retrieved, answered = events
    assert (isinstance(retrieved, Retrieved), isinstance(answered, Answered)) == (True, True)


def test_nothing_is_sent_twice_or_withdrawn_when_articles_change_meanwhile(
    build: Callable[..., Assistant], articles_folder: Path
) -> None:
    assistant = build(threshold=0.0)
    stream = assistant.stream(LENGTH)
    events = [next(stream)]
    replace_danube(assistant, articles_folder)
    events += stream
    assert [type(event) for event in events].count(Retrieved) == 1
    last = events[-1]
    assert isinstance(last, Answered)
    check(assistant, last.answer)
    assert [event for event in events if isinstance(event, Stated)] == list(stated_of(last.answer))
    assert events[1:-1] == list(stated_of(last.answer))


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_stream_stops_at_its_next_step(assistant: Assistant, steps: int) -> None:
    stop = threading.Event()
    stream = assistant.stream(TRIBUTARIES, stop=stop)
    seen = [next(stream) for _ in range(steps)]
    stop.set()
    with pytest.raises(Stopped, match="ask again for the answer"):
        next(stream)
    assert not any(isinstance(event, Answered) for event in seen)
    assert len(seen) == steps


def test_a_stop_while_answering_states_nothing(build: Callable[..., Assistant]) -> None:
    assistant = build(threshold=0.0)
    stop = threading.Event()
    meddle(assistant, stop.set)
    stream = assistant.stream(TRIBUTARIES, stop=stop)
    assert isinstance(next(stream), Retrieved)
    with pytest.raises(Stopped):
        next(stream)


def test_a_question_that_is_none_is_refused_before_anything_is_found(assistant: Assistant) -> None:
    for refused in (assistant.stream("?"), assistant.stream(LENGTH, standalone=" ")):
        with pytest.raises(QuestionError):
            next(refused)


TURN = Turn(
    question="Where does the Danube rise?",
    standalone_question="Where does the Danube rise?",
    answer="The Danube rises in the Black Forest at Donaueschingen.",
    headings=("The river Danube",),
)


def test_the_turns_before_it_make_a_question_whole(assistant: Assistant) -> None:
    asked = "What is its length in kilometres?"
    answer = assistant.ask(asked, turns=(TURN,))
    assert (answer.question, assistant.ask(asked).standalone_question) == (asked, asked)
    assert "Danube" in answer.standalone_question
    assert answer.citations[0].article_id == "danube"
    whole = assistant.ask(LENGTH, turns=(TURN,))
    assert whole.standalone_question == LENGTH
    assert same(whole).statements == same(assistant.ask(LENGTH)).statements


def test_a_wording_that_is_given_is_read_as_it_is(assistant: Assistant) -> None:
    answer = assistant.ask("And its length?", turns=(TURN,), standalone="  How much of solder\tis tin? ")
    assert (answer.question, answer.standalone_question) == ("And its length?", "How much of solder is tin?")
    other = assistant.ask("How much of solder is tin?")
    assert (answer.text, answer.passages, answer.receipt) == (other.text, other.passages, other.receipt)


def test_the_receipt_holds_the_context_that_was_searched_with(assistant: Assistant) -> None:
    made = Standalone(question="What is its length?", context=("“Danube”", "rivers"), rewritten=True)
    answer = assistant.ask("And how long?", standalone=made)
    assert (answer.question, answer.standalone_question) == ("And how long?", "What is its length?")
    assert answer.receipt.settings["context"] == '["“Danube”", "rivers"]'
    assert "context" not in assistant.ask("What is its length?").receipt.settings
    assert same(answer) == same(assistant.ask("And how long?", standalone=made))


def test_what_is_read_in_place_of_a_question(assistant: Assistant) -> None:
    assert assistant.settle(" Why  tin? ") == Standalone(question="Why tin?", context=(), rewritten=False)
    assert assistant.settle("Why tin?", (TURN,), "Why\ntin?") == Standalone(question="Why tin?", rewritten=False)
    assert assistant.settle("Why?", (TURN,), "Why tin?") == Standalone(question="Why tin?", rewritten=True)


def test_misspelt_questions_are_read_as_they_were_meant(build: Callable[..., Assistant]) -> None:
    class Pieces(HashingEmbedder):
        def count_tokens(self, texts: Sequence[str]) -> list[int]:
            return [2 for _ in texts]

    real = build(threshold=0.0)
    parts = (real._catalog, real._retriever, real._answerer, real._ingestion)
    spelling = Assistant(*parts, correct=Speller(real._catalog, Pieces()).correct)
    answer = spelling.ask("How many kilometres is the legnth of the danube?")
    assert answer.question == "How many kilometres is the legnth of the danube?"
    assert answer.standalone_question == "How many kilometres is the length of the danube?"
    assert spelling.settle("the legnth").rewritten
    assert spelling.settle("the legnth", (), "the legnth").question == "the legnth"


def test_which_articles_pass(assistant: Assistant) -> None:
    assert assistant.matching(Filters(publisher=("metal monthly",))) == ("copper", "tin")
    with pytest.raises(NotFoundError, match="'nowhere'"):
        assistant.matching(Filters(article=("nowhere",)))
    with pytest.raises(NotFoundError, match="'Nobody'"):
        assistant.ask("Where is tin mined?", Filters(publisher=("Nobody",)))
