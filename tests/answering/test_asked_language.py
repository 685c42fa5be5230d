"""Tests of `assistant.answering.asked_language`: a language goes with a question into the thread that answers it."""

from collections.abc import Callable

import pytest

from assistant.answering.asked_language import answers_in, asked_language
from assistant.chat import Chat
from assistant.models.scripted import ScriptedModelServer
from assistant.pipeline import Assistant

LINE = "Tin melts at 232 degrees Celsius. [1]"


def test_it_holds_within_and_the_inner_one_goes_first() -> None:
    assert asked_language() is None
    with answers_in("German"):
        with answers_in("French"):
            assert asked_language() == "French"
        assert asked_language() == "German"
        with answers_in(None):
            assert asked_language() is None
    assert asked_language() is None


@pytest.mark.parametrize(("language", "told"), [("German", "German"), (None, "English")])
def test_the_language_model_is_told_it(build: Callable[..., Assistant], language: str | None, told: str) -> None:
    with ScriptedModelServer(LINE) as server:
        own = build(
            threshold=0.0, llm="openai:scripted", llm_base_url=server.url, llm_api_key="none", llm_format="plain"
        )
        with Chat(own, own.conversations) as chat:
            conversation = chat.create().id
            with answers_in(language):
                run = chat.send(conversation, "At how many degrees does tin melt?").run
            assert run.result().message.status == "done"
        prompts = str(server.requests)
    others = {"German", "English"} - {told}
    assert f"in {told}" in prompts
    assert not any(f"in {other}" in prompts for other in others)
