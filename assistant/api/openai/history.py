"""A chat that its client keeps, as the question asked last and the turns before it."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from assistant.api.openai.rendering import said
from assistant.api.openai.wire import ChatMessage
from assistant.conversation import Standalone, Turn
from assistant.conversation.turns import MAX_ANSWER
from assistant.errors import QuestionError

# How many turns before the question are read: more than bear on it, as each is read in the light of those before it.
READ = 12

Settle = Callable[[str, Sequence[Turn]], Standalone]


def asked_in(messages: Sequence[ChatMessage], settle: Settle) -> tuple[str, tuple[Turn, ...]]:
    """Return the last message of the user, and the turns before it, oldest first.

    A turn is a message of the user with the replies that follow it; messages of other roles say nothing that could be
    quoted, so they have no effect. `settle` says how a question reads after the turns before it; one that cannot be
    read is left out. Raises QuestionError where the user says nothing.
    """
    said_by_user = [place for place, message in enumerate(messages) if message.role == "user"]
    if not said_by_user:
        raise QuestionError('messages holds no question: send one of the role "user"')
    turns: list[Turn] = []
    for place, following in [*pairwise(said_by_user)][-READ:]:
        question = messages[place].text
        replies = [said(one.text) for one in messages[place + 1 : following] if one.role == "assistant"]
        try:
            standalone = settle(question, turns).question
        except QuestionError:
            continue
        answer = "\n".join(filter(None, replies))[:MAX_ANSWER]
        turns.append(Turn(question=question, standalone_question=standalone, answer=answer))
    return messages[said_by_user[-1]].text, tuple(turns)
