from datetime import date

import pytest
from pydantic import ValidationError

from assistant.mcp.wire import ArticleArguments, AskArguments, NoArguments, SearchArguments, sentence_of
from assistant.types import Filters, Frozen


def test_filters_are_those_given() -> None:
    asked = AskArguments.model_validate(
        {"question": "q", "since": "2025-05-01", "publisher": "A", "article": ["x", "y"]}
    )
    assert asked.filters() == Filters(since=date(2025, 5, 1), publisher=("A",), article=("x", "y"))
    assert AskArguments.model_validate({"question": "q"}).filters() == Filters()


def test_what_language_models_send_for_nothing_and_for_a_list() -> None:
    nothing = {"question": "q", "since": "", "until": None, "as_of": None, "publisher": None, "article": ""}
    assert AskArguments.model_validate(nothing).filters() == Filters()
    assert SearchArguments.model_validate({"query": "q", "limit": None}).limit == 10
    assert SearchArguments.model_validate({"query": "q", "limit": "3"}).limit == 3
    lists = AskArguments.model_validate({"question": '["a"]', "publisher": ' ["A", "B"]', "article": "[draft] x"})
    assert (lists.question, lists.publisher, lists.article) == ('["a"]', ("A", "B"), ("[draft] x",))


@pytest.mark.parametrize(
    ("model", "given", "sentence"),
    [
        (AskArguments, {}, "question is missing: add it"),
        (AskArguments, {"question": None}, "question is null, but should be a valid string"),
        (AskArguments, {"question": ["q"]}, 'question is ["q"], but should be a valid string'),
        (AskArguments, {"question": "q", "since": 5}, 'since is 5, but should be a date such as "2025-05-27"'),
        (AskArguments, {"question": "q", "publisher": 5}, "publisher is 5, but should be a valid tuple"),
        (AskArguments, {"question": "q", "article": ["a", 5]}, "article.1 is 5, but should be a valid string"),
        (
            AskArguments,
            {"question": "q", "publisher": "p" * 501},
            f'publisher.0 is "{"p" * 59}…, but should have at most 500 characters',
        ),
        (SearchArguments, {"query": "q", "limit": 0}, "limit is 0, but should be greater than or equal to 1"),
        (ArticleArguments, {"id": "a", "x" * 99: 1}, f"{'x' * 60} is no argument of this tool: leave it out"),
        (NoArguments, {"id": "a"}, "id is no argument of this tool: leave it out"),
    ],
)
def test_mistakes_are_told_in_a_sentence(model: type[Frozen], given: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(given)
    assert sentence_of(raised.value) == sentence
