"""Views: the dialog that asks what is wrong with an answer, and what was said in it."""

from collections.abc import Mapping
from typing import Any

from assistant.slack.pages import Block

REASON_VIEW = "vote_reason"
REASONS = {
    "wrong": "The answer is wrong",
    "incomplete": "Something is missing",
    "source": "A source does not support it",
    "outdated": "It is out of date",
    "other": "Something else",
}
_TEXT = 2_000
_REASON, _WORDS = "reason", "text"


def reason_view(private_metadata: str) -> dict[str, Any]:
    """Return the dialog after a vote down; its submission bears `private_metadata`, at most 3,000 characters."""
    choices = [{"text": _plain(text), "value": reason} for reason, text in REASONS.items()]
    radio = {"type": "radio_buttons", "action_id": _REASON, "options": choices}
    words = {"type": "plain_text_input", "action_id": _WORDS, "multiline": True, "max_length": _TEXT}
    return {
        "type": "modal",
        "callback_id": REASON_VIEW,
        "private_metadata": private_metadata,
        "title": _plain("What is wrong?"),
        "submit": _plain("Send"),
        "close": _plain("Cancel"),
        "blocks": [
            _input(_REASON, "What is wrong with the answer?", radio),
            _input(_WORDS, "In your own words", words),
        ],
    }


def read_reason(view: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the reason (a key of `REASONS`) and the words in a dialog as Slack submits it; None for what was left."""
    values = view["state"]["values"]
    chosen = values.get(_REASON, {}).get(_REASON, {}).get("selected_option") or {}
    words = (values.get(_WORDS, {}).get(_WORDS, {}).get("value") or "").strip()
    return chosen.get("value"), words or None


def _input(block_id: str, text: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "optional": True, "label": _plain(text), "element": element}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
