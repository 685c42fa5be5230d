"""Tests of `assistant.answering.contest`."""

from collections.abc import Mapping

import pytest

from assistant.answering import Draft
from assistant.answering.contest import Told, contested
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.answering.questions import analyse
from tests.answering.scripted import EMBEDDER, Counting
from tests.material import make_article, make_hits

EPISODES = "How many episodes are in season 4 of the show?"


def told(sentence: str, answer: str, above: str = "", passage: str = "") -> Told:
    start = sentence.index(answer)
    return Told(sentence, start, start + len(answer), passage or sentence, above)


def differ(question: str, one: tuple[str, str], other: tuple[str, str], above: str = "") -> bool:
    first, second = told(*one, above), told(*other, above)
    found = contested(analyse(question), first, second)
    assert found == contested(analyse(question), second, first)
    return found


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            EPISODES,
            ("Season 4 of the show has 23 episodes.", "23"),
            ("The fourth season of the show comprises a total of 24 episodes.", "24"),
        ),
        (
            "How long do players stay on waivers?",
            ("Players stay on waivers for 24 hours.", "24 hours"),
            ("A player stays on waivers for two days.", "two days"),
        ),
        (
            "When was the first cable laid beneath the channel?",
            ("In 1850 the first cable was laid beneath the channel.", "1850"),
            ("The first cable beneath the channel was laid in 1875.", "1875"),
        ),
        (
            "Who wrote the theme of the film?",
            ("The theme of the film was written by Lalo Schifrin.", "Lalo Schifrin"),
            ("John Williams wrote the theme of the film.", "John Williams"),
        ),
        (
            "What is the center of heredity in a cell?",
            ("The nucleus is the center of heredity in a cell.", "nucleus"),
            ("In a cell the mitochondria are the center of heredity.", "mitochondria"),
        ),
        (
            "What was the name of the bomb?",
            ("The name of the bomb was Little Boy.", "Little Boy"),
            ("The name of the bomb was Big Man, not Little Boy.", "Big Man"),
        ),
        (
            "How much ore did the mine produce?",
            ("The mine did produce 500 tonnes of ore.", "500 tonnes"),
            ("The mine did produce 700,000 kg of ore.", "700,000 kg"),
        ),
        (
            "How much ore did the mine produce?",
            ("The mine did produce 1,449 tonnes of ore.", "1,449 tonnes"),
            ("The mine did produce 1,000 tonnes of ore.", "1,000 tonnes"),
        ),
        (
            "How much did the mine cost?",
            ("The mine did cost $1.4 billion.", "$1.4 billion"),
            ("The mine did cost $1 billion.", "$1 billion"),
        ),
        (
            "Who hosted the summit?",
            ("The summit was hosted by Baogang Group.", "Baogang Group"),
            ("Minmetals Group hosted the summit.", "Minmetals Group"),
        ),
        (
            "Who signed the pact?",
            ("The pact was signed by North Korea.", "North Korea"),
            ("South Korea signed the pact.", "South Korea"),
        ),
        (
            "Who chaired the summit?",
            ("The summit was chaired by Li Wei.", "Li Wei"),
            ("Li Xiao chaired the summit.", "Li Xiao"),
        ),
        (
            "Where was the summit held?",
            ("The summit was held in Kuantan.", "Kuantan"),
            ("The summit was held in Baotou, not in Kuantan.", "Baotou"),
        ),
    ],
)
def test_another_answer_to_the_same_question(question: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    assert differ(question, one, other)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # The same, or the same rounded or in another unit.
        (EPISODES, ("Season 4 of the show has 23 episodes.", "23"), ("Season 4 of the show: 23 episodes.", "23")),
        (
            EPISODES,
            ("Season 4 of the show has 23 episodes.", "23"),
            ("Season 4 of the show has twenty-three.", "twenty-three"),
        ),
        (
            "How much ore did the mine produce?",
            ("The mine did produce 45,230 tons of ore.", "45,230 tons"),
            ("The mine did produce about 45,000 tons of ore.", "about 45,000 tons"),
        ),
        # More than one thing is true, or asked for.
        (
            "Which countries signed the pact?",
            ("Japan signed the pact.", "Japan"),
            ("Malaysia signed the pact.", "Malaysia"),
        ),
        (
            "Who signed the pact?",
            ("The pact was signed by Donald Trump and Anwar Ibrahim.", "Donald Trump"),
            ("Anwar Ibrahim signed the pact.", "Anwar Ibrahim"),
        ),
        (
            "Who signed the pact?",
            ("President Trump signed the pact.", "President Trump"),
            ("Donald Trump signed the pact.", "Donald Trump"),
        ),
        (
            "Why was the pact signed?",
            ("The pact was signed because of Tin.", "Tin"),
            ("It was signed because of Ore.", "Ore"),
        ),
        (
            "Who banned the exports?",
            ("The exports were banned by China.", "China"),
            ("The Ministry of Commerce banned the exports.", "Ministry of Commerce"),
        ),
        (
            "Who banned the exports?",
            ("The exports were banned by Beijing.", "Beijing"),
            ("China banned the exports.", "China"),
        ),
        (
            "Who banned the exports?",
            ("The exports were banned by the United States.", "United States"),
            ("America banned the exports.", "America"),
        ),
        (
            "Who chaired the summit?",
            ("The summit was chaired by J. Smith.", "J. Smith"),
            ("John Smith chaired the summit.", "John Smith"),
        ),
        (
            "Where is the refinery?",
            ("The refinery is in Kuantan.", "Kuantan"),
            ("The refinery stands in Malaysia.", "Malaysia"),
        ),
        (
            "How much ore did the mine produce?",
            ("The mine did produce 500 tonnes of ore.", "500 tonnes"),
            ("The mine did produce 503,000 kg of ore.", "503,000 kg"),
        ),
        # Other things are counted, or at other times.
        (EPISODES, ("Season 4 of the show has 23 episodes.", "23"), ("The show has 92 scenes in season 4.", "92")),
        (
            "How much ore did the mine produce?",
            ("In 2023 the mine did produce 40 tons of ore.", "40 tons"),
            ("In 2024 the mine did produce 45 tons of ore.", "45 tons"),
        ),
        # It is about something else.
        (EPISODES, ("Season 4 of the show has 23 episodes.", "23"), ("Season 3 of the show has 22 episodes.", "22")),
        # Bounds.
        (
            EPISODES,
            ("Season 4 of the show has 23 episodes.", "23"),
            ("Season 4 of the show has more than 20 episodes.", "more than 20"),
        ),
    ],
)
def test_what_does_not_exclude_each_other(question: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not differ(question, one, other)


def test_what_stands_above_tells_what_a_sentence_is_about() -> None:
    one, other = ("It is 500 kilometres long.", "500 kilometres"), ("Its length is 329 kilometres.", "329 kilometres")
    assert differ("How long is the river Morava?", one, other, "The river Morava")
    assert not differ("How long is the river Morava?", one, other, "The canal")


def test_weekdays_do_not_hide_that_the_years_differ() -> None:
    asked = analyse("How big was the budget of Strelsau in 2025?")
    one = told("On Tuesday Strelsau adopted a budget of 1.71 billion for 2025.", "1.71 billion")
    sentence = "The budget of Strelsau for 2026, shown on Monday, is 1.84 billion."
    other = told(sentence, "1.84 billion", passage=f"{sentence} It is larger than that of 2025.")
    assert not contested(asked, one, other)
    assert not contested(asked, other, one)


def told_by(*sentences: str, chances: Mapping[str, float] | None = None) -> Draft:
    """The draft on how many parts the show has, where each of `sentences` is an article of its own."""
    articles = [make_article(one, id=f"a{i}") for i, one in enumerate(sentences)]
    hits = [hit for article in articles for hit in make_hits(article, EMBEDDER)]
    reader = Counting(chances or {"parts": 0.9}, short="x")
    by_id = {article.id: article for article in articles}
    return ExtractiveAnswerer(reader, by_id.__getitem__).answer("How many parts does the show have?", hits)


def test_what_contradicts_the_answer_is_quoted_beside_it() -> None:
    draft = told_by("The show does have 23 parts.", "The show does have 24 parts.")
    assert [(quote.article_id, quote.highlight) for quote in draft.quotes] == [("a0", (19, 21)), ("a1", (19, 21))]
    assert draft.contested == (0, 1)


def test_those_who_say_the_same_are_one_side() -> None:
    draft = told_by(*["The show does have 24 parts."] * 4, "The show does have 23 parts.")
    assert [quote.article_id for quote in draft.quotes] == ["a0", "a4", "a1", "a2"]
    assert draft.contested == (0, 1)


def test_sources_that_agree_are_not_contested() -> None:
    draft = told_by("The show does have 23 parts.", "In all the show does have twenty-three parts: 23.")
    assert draft.contested == ()


def test_what_hardly_answers_contradicts_nothing() -> None:
    draft = told_by("The show does have 23 parts.", "The show does have 24 pieces, or parts.", chances={"23": 0.9})
    assert draft.contested == ()


def test_an_article_does_not_contradict_itself() -> None:
    assert told_by("The show does have 23 parts. The show does have 24 parts.").contested == ()
