"""Tests of `assistant.evaluation.checks`."""

from typing import Any

import pytest

from assistant.evaluation.checks import answer_text, check_answer
from assistant.types import Answer, Article

from .material import HALVES, RIVER, TIN, answer, cite, expect, look_up, lookup_of

BOTH = answer((TIN, HALVES[0]), (TIN, HALVES[1]))


def failed(given: Answer, status: str = "answered", **expected: Any) -> dict[str, str]:
    """The names of the checks that fail, with why."""
    return {one.name: one.why for one in check_answer(expect(status, **expected), given, look_up) if not one.passed}


def quotes(*texts: str, article: str = "tin") -> list[dict[str, str]]:
    return [{"article": article, "text": text} for text in texts]


def test_what_is_not_expected_is_not_checked() -> None:
    found = check_answer(expect(), BOTH, look_up)
    assert [(one.name, one.passed, one.why) for one in found] == [("status", True, ""), ("exact", True, "")]


def test_the_status() -> None:
    assert failed(BOTH, "abstained") == {"status": "answered with confidence 0.90, not abstained"}
    assert failed(answer(), "abstained") == {}
    assert failed(answer(), "answered") == {"status": "abstained with confidence 0.10, not answered"}


@pytest.mark.parametrize(
    "text",
    [
        "232 degrees",
        "Tin melts at 232 degrees Celsius.",
        "Celsius. Solder takes",
        "232  degrees\nCelsius",
        "Solder takes",
    ],
)
def test_a_quote_counts_when_the_citations_cover_it_together(text: str) -> None:
    assert failed(BOTH, quotes=quotes(text)) == {}


def test_a_quote_that_is_cited_in_part_does_not_count() -> None:
    why = failed(answer((TIN, "melts at 232")), quotes=quotes("232 degrees", "melts"))["quotes"]
    assert why == "not cited: “232 degrees” (tin)"


def test_a_quote_counts_in_its_own_article_alone() -> None:
    twin = Article(id="twin", title="Twin", text=TIN.text)
    given = answer((twin, HALVES[0]))
    found = check_answer(expect(quotes=quotes("232 degrees")), given, lookup_of(TIN, twin))
    assert [one.passed for one in found] == [True, False, True]


def test_any_of_several_places_of_a_quote_will_do() -> None:
    article = Article(id="twice", title="Twice", text="Soft tin. Tin is soft. Hard tin.")
    found = check_answer(
        expect(quotes=quotes("tin.", article="twice")), answer((article, "Hard tin.")), lookup_of(article)
    )
    assert all(one.passed for one in found)


def test_one_alternative_has_to_be_cited_whole() -> None:
    some = [quotes("Tin is soft"), quotes("232 degrees", "half of all tin")]
    assert failed(BOTH, any_of=some) == {}
    why = failed(answer((TIN, HALVES[0])), any_of=some)["quotes"]
    assert why == "not cited: “Tin is soft” (tin)"
    why = failed(answer((TIN, HALVES[0])), any_of=[quotes("Tin is soft", "Tin is"), some[1]])["quotes"]
    assert why == "not cited: “half of all tin” (tin)"


def test_quotes_and_articles_that_went() -> None:
    assert failed(BOTH, quotes=quotes("231 degrees"))["quotes"] == "not cited: “231 degrees” (tin, no longer in it)"
    assert failed(BOTH, quotes=quotes("x", article="lead"))["quotes"] == "not cited: “x” (lead, gone)"


def test_patterns_in_any_case_and_without_markers() -> None:
    assert failed(BOTH, contains=["TIN melts", r"^solder"], lacks=["lead"]) == {"contains": "nothing matches /^solder/"}
    assert failed(BOTH, contains=["(?m)^solder"], lacks=[r"\[1\]"]) == {}
    assert failed(BOTH, lacks=[r"\d+"]) == {"lacks": r"/\d+/ matches “232”"}
    assert answer_text(BOTH) == "\n".join(HALVES)


def test_articles() -> None:
    assert failed(BOTH, cites=["tin"], avoids=["river"]) == {}
    found = failed(BOTH, cites=["tin", "river"], avoids=["tin"])
    assert found == {"cites": "river is not cited", "avoids": "tin is cited"}


def test_the_number_of_statements() -> None:
    assert failed(BOTH, max_statements=2) == {}
    assert failed(BOTH, max_statements=1) == {"max_statements": "2 statements"}


def test_a_citation_that_is_not_exact() -> None:
    good = cite(1, TIN, HALVES[0])
    for change in ({"quote": "Tin melts at 233"}, {"start": 1}, {"sha256": "0"}, {"article_id": "gone"}):
        given = BOTH.model_copy(update={"citations": (cite(1, RIVER, "river"), good.model_copy(update=change))})
        assert failed(given)["exact"] == "not verbatim: 1"


def test_every_expectation_is_told_on_its_own() -> None:
    found = failed(answer(), quotes=quotes("232"), contains=["232"], cites=["tin"])
    assert list(found) == ["status", "quotes", "contains", "cites"]
