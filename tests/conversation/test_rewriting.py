"""Tests of `assistant.conversation.rewriting`, and of ellipsis, pronouns and wording through it."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import MAX_QUESTION, Standalone, Turn, standalone


def turn(question: str, answer: str = "", headings: Sequence[str] = ()) -> Turn:
    return Turn(question=question, standalone_question=question, answer=answer, headings=tuple(headings))


def asked(question: str, *before: str) -> str:
    return standalone(question, [turn(one) for one in before]).question


@pytest.mark.parametrize(
    ("before", "question", "wanted"),
    [
        ("Who hosted the summit?", "And when did it take place?", "When did the summit take place?"),
        ("What is Project Vault?", "Who lends to it?", "Who lends to Project Vault?"),
        ("What are alkaloids?", "Are they poisonous?", "Are alkaloids poisonous?"),
        ("What is estate planning?", "When should one start doing it?", "When should one start doing estate planning?"),
        ("What is Cloud Directory?", "What are its features?", "What are Cloud Directory's features?"),
        (
            "What were the five directives of the Baogang summit?",
            "Who came up with them?",
            "Who came up with the five directives of the Baogang summit?",
        ),
        (
            "What does the Japan framework cover?",
            "and what does it say about magnets?",
            "What does the Japan framework say about magnets?",
        ),
        ("Who took part in the summit?", "What did they tour?", "What did those who took part in the summit tour?"),
        ("What happens to rare earth oxides?", "Why are they exported?", "Why are rare earth oxides exported?"),
        (
            "Which companies attended the summit?",
            "Did they tour the base?",
            "Did the companies that attended the summit tour the base?",
        ),
        (
            "What did Executive Order 14285 do?",
            "How long did that order give the agencies?",
            "How long did Executive Order 14285 give the agencies?",
        ),
        (
            "What is the location of the Ventura Superior Court?",
            "Do they provide online services?",
            "Does the Ventura Superior Court provide online services?",
        ),
    ],
)
def test_a_pronoun_takes_the_place_of_what_was_spoken_of(before: str, question: str, wanted: str) -> None:
    assert asked(question, before) == wanted


@pytest.mark.parametrize(
    ("before", "question", "wanted"),
    [
        ("How much did China mine in 2024?", "What about Malaysia?", "How much did Malaysia mine in 2024?"),
        ("How much did China mine in 2024?", "And in 2023?", "How much did China mine in 2023?"),
        ("What did the US agree with Malaysia?", "And with Thailand?", "What did the US agree with Thailand?"),
        (
            "How much did China mine in 2024 according to USGS?",
            "And Brazil?",
            "How much did Brazil mine in 2024 according to USGS?",
        ),
        (
            "What was the average price of neodymium oxide in 2024?",
            "what about terbium oxide?",
            "What was the average price of terbium oxide in 2024?",
        ),
        ("What is lead?", "And zinc?", "What is zinc?"),
        (
            "How many people did mines employ in 2024?",
            "How many were there in 2023?",
            "How many people were there in 2023?",
        ),
        ("When does lead melt?", "And zinc?", "When does zinc melt?"),
        (
            "What did officials promise under the fourth article?",
            "And under the fifth?",
            "What did officials promise under the fifth article?",
        ),
        ("What are the five directives?", "What does the third one say?", "What does the third directive say?"),
        (
            "Was the tariff raised?",
            "For how long, according to USGS?",
            "For how long was the tariff raised, according to USGS?",
        ),
        ("Is the license valid?", "How many?", "How many, regarding the license?"),
        ("What is the first directive?", "And the third?", "What is the third directive?"),
        ("What are the five directives?", "And the second one?", "What is the second of the five directives?"),
        ("Did China suspend the export controls?", "Why?", "Why did China suspend the export controls?"),
        ("When did China suspend the export controls?", "And why?", "Why did China suspend the export controls?"),
        ("Where was the framework signed?", "By whom?", "By whom was the framework signed?"),
        ("Who hosted the summit?", "When?", "When, regarding the summit?"),
        ("Who hosted the summit?", "Anything else?", "Anything else about the summit?"),
        ("Who hosted the summit?", "Tell me more.", "Tell me more about the summit."),
        ("What does the plan say on steel?", "And paper mills?", "What about paper mills, regarding the plan?"),
    ],
)
def test_what_is_left_out_comes_from_the_question_before(before: str, question: str, wanted: str) -> None:
    found = standalone(question, [turn(before)])
    assert found.question == wanted
    assert found.rewritten
    assert found.context == (f"{before} {wanted}",)


def test_a_person_comes_from_the_answer_to_who() -> None:
    before = turn("Who was present besides the companies?", "SASAC director Chen Bo was also present.")
    assert standalone("Who is he?", [before]).question == "Who is Chen Bo?"
    other = turn("What did Andrew Carnegie give away?", "Carnegie gave away $350 million.")
    assert standalone("How old was he when he died?", [other]).question == "How old was Andrew Carnegie when he died?"
    assert standalone("Where was he born?", [before, turn("What is SASAC?")]).question == "Where was Chen Bo born?"


def test_a_first_name_is_no_document() -> None:
    turns = [turn("Who leads the fund?", "Bill Osei leads the fund.")]
    assert standalone("How old is he?", turns).question == "How old is Bill Osei?"


def test_it_is_no_person() -> None:
    turns = [turn("Who led the trial of the drug?", "Ada Brandt led the trial of the drug.")]
    where = standalone("Where does she work?", turns)
    assert where.question == "Where does Ada Brandt work?"
    turns.append(Turn(question="Where does she work?", standalone_question=where.question, answer="She is at Ulm."))
    assert standalone("How much did it cost?", turns).question == "How much did the trial of the drug cost?"


def test_why_does_not_ask_why_somebody_is_who_he_is() -> None:
    turns = [turn("What did the auditor miss?", "Receipts.")]
    who = standalone("Who is he?", turns)
    assert who.question == "Who is the auditor?"
    turns.append(Turn(question="Who is he?", standalone_question=who.question, answer="The auditor is Ben Osei."))
    assert standalone("Why?", turns).question == "Why, regarding the auditor?"
    turns.append(turn("Who is Ada Brandt?", "Ada Brandt is a judge."))
    assert standalone("Why?", turns).question == "Why, regarding Ada Brandt?"


@pytest.mark.parametrize("question", ["and who paid?", "Who paid?", "Who resigned?"])
def test_a_question_without_a_noun_leans_on_the_topic(question: str) -> None:
    found = standalone(question, [turn("How large was the grant?", "The grant was 4 crowns.")])
    assert found.question == f"{question.removeprefix('and ').rstrip('?').capitalize()}, regarding the grant?"


def test_a_noun_after_why_leans_on_the_topic_and_does_not_take_its_place() -> None:
    turns = [turn("When is line 6 to open?", "Line 6 is to open in 2029.")]
    why = standalone("Why the delay?", turns)
    assert why.question == "Why the delay, regarding line 6?"
    turns.append(Turn(question="Why the delay?", standalone_question=why.question, answer="A tomb was found."))
    assert standalone("How many stops does it have?", turns).question == "How many stops does line 6 have?"
    assert standalone("Who said that?", turns).question == "Who said that, regarding line 6?"


def test_a_title_in_quotation_marks_is_no_person() -> None:
    before = turn("Who convened the meeting?", 'The body met as "Experience Exchange Meeting" with director Chen Bo.')
    assert standalone("Who is he?", [before]).question == "Who is Chen Bo?"


def test_a_person_nobody_named_stays_a_pronoun_and_is_searched_with_the_conversation() -> None:
    found = standalone("Where was he born?", [turn("how much was donated to the library")])
    assert found == Standalone(
        question="Where was he born?", context=("how much was donated to the library Where was he born?",)
    )


def test_what_is_still_spoken_of_stays_the_topic() -> None:
    first = "What is the framework with Japan?"
    second = asked("Where was it signed?", first)
    assert second == "Where was the framework with Japan signed?"
    assert asked("Is it binding?", first, second) == "Is the framework with Japan binding?"


def test_the_topic_is_what_the_answer_takes_up_and_else_a_heading() -> None:
    before = "What did the fact sheet say about the tariff?"
    assert standalone("why is that?", [turn(before)]).question == "Why, regarding the fact sheet?"
    answered = turn(before, "Tariffs fell by half.")
    assert standalone("why is that?", [answered]).question == "Why, regarding the tariff?"
    untold = turn("what happened afterwards in trade", headings=("The tariff of May",))
    assert standalone("why?", [untold]).question == "Why, regarding The tariff of May?"


def test_the_last_answer_that_was_given_is_context_and_weighs_more() -> None:
    turns = [turn("What is tin?", "Tin is a metal."), turn("What is lead?", "Lead is soft."), turn("What is zinc?")]
    assert standalone("Is it soft?", turns).context == ("Lead is soft. Is zinc soft?", "What is zinc? Is zinc soft?")


def test_small_talk_before_is_passed_over() -> None:
    turns = [turn("What is Project Vault?"), turn("Thanks!"), turn("ok")]
    assert standalone("Who lends to it?", turns).question == "Who lends to Project Vault?"


@pytest.mark.parametrize("said", ["Thanks!", "Ok.", "thank you", "?", "...", "And?!"])
def test_small_talk_is_left_alone(said: str) -> None:
    assert standalone(said, [turn("What is Project Vault?")]) == Standalone(question=said)


# No two of these share a word that carries matter.
OWN_TOPICS = (
    "Which body convened the Baogang summit?",
    "What was the average price of dysprosium oxide in 2024?",
    "Why did China impose its export controls on gallium?",
    "Does Lockheed Martin still hold its licenses for the seabed?",
    "How large is the Clarion-Clipperton Zone, and who maps that area of the ocean?",
    "If a contractor misleads the government, can it be prosecuted?",
    "Who wrote the novel Moby-Dick, and when was it published?",
    "Is it true that Tokyo hosted Prime Minister Takaichi?",
    "What are the tariffs that apply to soybeans?",
    "How many people worked at Mountain Pass this year?",
    "List the five-year targets for semiconductors.",
    "Which of those who attended came from Mongolian Energy Group?",
    "At how many degrees does tin melt?",
    "Does it take long to refine bastnaesite concentrates?",
)


@pytest.mark.parametrize("question", OWN_TOPICS)
def test_a_question_on_a_topic_of_its_own_is_not_bent(question: str) -> None:
    for before in OWN_TOPICS:
        if before != question:
            turns = [turn("What is a haiku?", "A haiku has 17 syllables."), turn(before)]
            found = standalone(question, turns)
            assert (found.question, found.rewritten) == (question, False), before
            assert found.context == (), before


def test_a_question_that_shares_words_with_the_last_turn_is_searched_with_it_but_not_changed() -> None:
    question = "How does Calico enforce network policies?"
    found = standalone(question, [turn("What do Kubernetes policies describe?", "They describe pods.")])
    assert (found.question, found.rewritten) == (question, False)
    assert found.context == (f"They describe pods. {question}", f"What do Kubernetes policies describe? {question}")


def test_what_a_long_answer_adds_is_bounded() -> None:
    found = standalone("Is it soft?", [turn("What is tin?", "Tin is a metal. " * 500)])
    assert [len(one) for one in found.context] == [1000 + len(" Is tin soft?"), len("What is tin? Is tin soft?")]


def test_a_rewriting_that_would_be_too_long_is_not_made() -> None:
    filler = "x" * (MAX_QUESTION - 10)
    found = standalone(f"Is it {filler}?", [turn("What is the framework with Japan?")])
    assert (found.question, found.rewritten) == (f"Is it {filler}?", False)
    assert all(len(one) <= MAX_QUESTION for one in found.context)


PIECES = st.sampled_from(
    "it they he and what about the second one why ? . , that this those controls China Malaysia 2024 's who is was in "
    "of for \n \x00 é ’ ( * [ \\ { How did Baogang host summit a an five directives 27 May 2025 more tell me".split(" ")
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map(" ".join))
LONG = st.lists(PIECES, min_size=600, max_size=700).map(lambda parts: " ".join(parts)[:MAX_QUESTION])
TURNS = st.lists(
    st.builds(turn, st.one_of(TEXTS, TEXTS, LONG), TEXTS, st.lists(st.text(max_size=20), max_size=2)), max_size=4
)


@settings(deadline=None)
@given(st.one_of(TEXTS, TEXTS, TEXTS, LONG), TURNS)
def test_whatever_is_said_a_question_comes_out(question: str, turns: list[Turn]) -> None:
    found = standalone(question, turns)
    assert len(found.question) <= MAX_QUESTION
    assert bool(found.question.strip()) == bool(question.strip())
    assert found.rewritten == (found.question != question)
    assert all(one.strip() and len(one) <= MAX_QUESTION for one in found.context)
    assert standalone(question, turns) == found


@given(TEXTS)
def test_without_turns_nothing_changes(question: str) -> None:
    found = standalone(question, [])
    assert found == Standalone(question=question)
    assert standalone(found.question, []) == found
