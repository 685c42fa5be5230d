import pytest
from hypothesis import given

from assistant.slack.actions import FOLLOW_UP, feedback_row, follow_up_rows, follow_up_value, read_follow_up

from .answers import nasty


@given(nasty())
def test_a_follow_up_is_read_as_it_was_written(question: str) -> None:
    assert read_follow_up(follow_up_value("a-1", question)) == ("a-1", question)


@pytest.mark.parametrize("value", ["", "null", "[]", '{"answer_id": 1, "question": "q"}', '{"answer_id": "a"}'])
def test_what_is_no_follow_up_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"value|Expecting"):
        read_follow_up(value)


def test_follow_ups_are_at_most_five_each_once_none_too_long() -> None:
    (row,) = follow_up_rows("a", ["One?", " ", "One?", "x" * 2_000, *(f"Question {at}?" for at in range(9))])
    asked = [read_follow_up(one["value"])[1] for one in row["elements"]]
    assert asked == ["One?", *(f"Question {at}?" for at in range(4))]
    assert [one["action_id"] for one in row["elements"]] == [f"{FOLLOW_UP}{at}" for at in range(5)]
    assert follow_up_rows("a", ["", "x" * 3_000]) == []


def test_a_long_question_is_cut_on_its_button_only() -> None:
    question = "What did the company say of costs " * 6 + "?"
    (row,) = follow_up_rows("a", [question])
    (one,) = row["elements"]
    assert len(one["text"]["text"]) <= 75
    assert one["text"]["text"].endswith("…")
    assert read_follow_up(one["value"])[1] == question


def test_only_what_others_see_calls_a_human() -> None:
    def ids(**options: bool) -> list[str]:
        return [one["action_id"] for one in feedback_row("a", **options)["elements"]]

    assert ids(owner=True, ephemeral=False) == ["vote_up", "vote_down", "need_human"]
    assert ids(owner=False, ephemeral=False) == ["vote_up", "vote_down"]
    assert ids(owner=True, ephemeral=True) == ["share", "keep", "vote_up", "vote_down"]
