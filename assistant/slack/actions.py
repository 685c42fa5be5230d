"""Buttons: their action ids, what they bear, and the rows of them below an answer."""

import json
from collections.abc import Iterator, Sequence

from assistant.slack.pages import Block, cost
from assistant.slack.text import label, length, one_line

VOTE_UP = "vote_up"
VOTE_DOWN = "vote_down"
NEED_HUMAN = "need_human"
FOLLOW_UP = "follow_up:"
SHARE = "share"
KEEP = "keep"

LABEL = 75
VALUE = 2_000
_FOLLOW_UPS = 5
_ROW_BYTES = 3_000


def button(action_id: str, text: str, value: str) -> Block:
    """Return a button; `text` is cut to 75 characters, `value` is what its action bears, at most 2,000."""
    shown = {"type": "plain_text", "text": label(text, LABEL), "emoji": False}
    return {"type": "button", "action_id": action_id, "text": shown, "value": value}


def follow_up_value(answer_id: str, question: str) -> str:
    """Return what the button of a follow-up bears: the answer that it follows, and the question."""
    return json.dumps({"answer_id": answer_id, "question": question}, ensure_ascii=False)


def read_follow_up(value: str) -> tuple[str, str]:
    """Return the answer's id and the question that the button of a follow-up bears.

    Raises ValueError for what `follow_up_value` did not make.
    """
    match json.loads(value):
        case {"answer_id": str(answer_id), "question": str(question)}:
            return answer_id, question
    raise ValueError(f"{value!r} is not the value of a follow-up's button")


def follow_up_rows(answer_id: str, questions: Sequence[str]) -> list[Block]:
    """Return the row of the first five questions that a button can bear; no row where there is none."""
    row: Block = {"type": "actions", "elements": []}
    for question in dict.fromkeys(filter(None, map(one_line, questions))):
        value = follow_up_value(answer_id, question)
        one = button(f"{FOLLOW_UP}{len(row['elements'])}", question, value)
        longer = row | {"elements": [*row["elements"], one]}
        if length(value) <= VALUE and cost([longer]) <= _ROW_BYTES and len(longer["elements"]) <= _FOLLOW_UPS:
            row = longer
    return [row] if row["elements"] else []


def feedback_row(answer_id: str, *, owner: bool, ephemeral: bool) -> Block:
    """Return the row of what can be done with an answer.

    Only a reader sees an ephemeral one: it can be shared and kept, and nobody else can be called to it.
    """
    return {"type": "actions", "elements": [*_feedback(answer_id, owner=owner, ephemeral=ephemeral)]}


def _feedback(answer_id: str, *, owner: bool, ephemeral: bool) -> Iterator[Block]:
    if ephemeral:
        yield button(SHARE, "Share", answer_id)
        yield button(KEEP, "Keep", answer_id)
    yield button(VOTE_UP, "👍 Helpful", answer_id)
    yield button(VOTE_DOWN, "👎 Not helpful", answer_id)
    if owner and not ephemeral:
        yield button(NEED_HUMAN, "Need a human", answer_id)
