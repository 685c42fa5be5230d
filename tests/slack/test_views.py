from slack_sdk.models.views import View

from assistant.slack.views import REASON_VIEW, REASONS, read_reason, reason_view


def test_the_dialog_is_within_slacks_limits_and_bears_the_metadata() -> None:
    view = reason_view('{"answer_id": "a"}')
    View(**view).validate_json()
    assert view["private_metadata"] == '{"answer_id": "a"}'
    assert view["callback_id"] == REASON_VIEW
    assert all(len(view[name]["text"]) <= 24 for name in ("title", "submit", "close"))
    options = view["blocks"][0]["element"]["options"]
    assert [one["value"] for one in options] == list(REASONS)
    assert len(options) <= 10
    assert all(len(one["text"]["text"]) <= 75 for one in options)


def submitted(reason: str | None, words: str | None) -> dict[str, object]:
    """Return the dialog as Slack sends it back, by the ids that the dialog has."""
    first, second = reason_view("")["blocks"]
    chosen = None if reason is None else {"value": reason, "text": {"type": "plain_text", "text": REASONS[reason]}}
    values = {
        first["block_id"]: {first["element"]["action_id"]: {"type": "radio_buttons", "selected_option": chosen}},
        second["block_id"]: {second["element"]["action_id"]: {"type": "plain_text_input", "value": words}},
    }
    return {"state": {"values": values}}


def test_what_was_said_is_read() -> None:
    assert read_reason(submitted("wrong", " It is not so. ")) == ("wrong", "It is not so.")
    assert read_reason(submitted(None, None)) == (None, None)
    assert read_reason(submitted("other", "  ")) == ("other", None)
    assert read_reason({"state": {"values": {}}}) == (None, None)
