"""Tests of `assistant.api.openai.history`."""

from collections.abc import Sequence
from typing import Any

import pytest

from assistant.api.openai.history import READ, asked_in
from assistant.api.openai.wire import ChatMessage
from assistant.conversation import Standalone, Turn
from assistant.errors import QuestionError


def chat(*messages: tuple[str, Any]) -> list[ChatMessage]:
    return [ChatMessage.model_validate({"role": role, "content": content}) for role, content in messages]


def settle(question: str, turns: Sequence[Turn]) -> Standalone:
    """Name the turns that a question is read after."""
    if not question:
        raise QuestionError("the question is empty: type one")
    return Standalone(question=f"{question} <- {'/'.join(turn.question for turn in turns)}")


def test_questions_are_paired_with_the_replies_after_them() -> None:
    question, turns = asked_in(
        chat(
            ("system", "Be brief."),
            ("assistant", "How can I help?"),
            ("user", "a"),
            ("assistant", "A. [1]\n\nSources\n\n[1] “A.” — T"),
            ("user", "unanswered"),
            ("developer", "Be long."),
            ("user", "b"),
            ("tool", "ignored"),
            ("assistant", None),
            ("assistant", "B."),
            ("assistant", "B too."),
            ("user", "c"),
        ),
        settle,
    )
    assert question == "c"
    assert turns == (
        Turn(question="a", standalone_question="a <- ", answer="A."),
        Turn(question="unanswered", standalone_question="unanswered <- a"),
        Turn(question="b", standalone_question="b <- a/unanswered", answer="B.\nB too."),
    )


def test_the_question_is_the_users_last_message_whatever_follows() -> None:
    assert asked_in(chat(("user", "a"), ("assistant", "half")), settle) == ("a", ())


def test_parts_are_joined() -> None:
    parts = [{"type": "text", "text": "What is"}, {"type": "text", "text": "tin?"}]
    assert asked_in(chat(("user", parts)), settle) == ("What is\ntin?", ())


def test_of_a_long_reply_only_the_beginning_is_kept() -> None:
    _, (turn,) = asked_in(chat(("user", "a"), ("assistant", "b" * 5000), ("user", "c")), settle)
    assert turn.answer == "b" * 1000


def test_what_cannot_be_read_is_left_out() -> None:
    assert asked_in(chat(("user", ""), ("assistant", "A."), ("user", "b")), settle) == ("b", ())
    _, turns = asked_in(chat(*[("user", str(number)) for number in range(READ + 5)]), settle)
    assert [turn.question for turn in turns] == [str(number) for number in range(4, READ + 4)]


@pytest.mark.parametrize("messages", [[], chat(("system", "x")), chat(("assistant", "x"))])
def test_a_chat_without_a_question(messages: list[ChatMessage]) -> None:
    with pytest.raises(QuestionError, match='send one of the role "user"'):
        asked_in(messages, settle)
