"""The limits that Slack puts on texts, blocks, metadata and views, each with the error that a breach gives."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .workspace import JSON, Refused

TEXT, UPDATED_TEXT, MARKDOWN, SECTION, BLOCKS, ELEMENTS, CONTEXT = 40_000, 4_000, 12_000, 3_000, 50, 25, 10
BUTTON_TEXT, BUTTON_VALUE, BUTTON_URL, FIELDS, FIELD, HEADER = 75, 2_000, 3_000, 10, 2_000, 150
# Not documented: messages whose blocks hold more than about 13,200 characters are refused (slackapi/bolt-js#2509).
ALL_BLOCKS = 13_200
METADATA, PRIVATE_METADATA, VIEW_BLOCKS, VIEW_TITLE, PROMPTS, ID = 8_000, 3_000, 100, 24, 4, 255
_MESSAGE_BLOCKS = {"section", "divider", "context", "actions", "context_actions", "header", "markdown", "rich_text"}
_VIEW_BLOCKS = {"section", "divider", "context", "actions", "header", "input"}


def check_text(text: object, limit: int = TEXT) -> str:
    """Return `text`; raises Refused where it is too long."""
    if len(str(text or "")) > limit:
        raise Refused("msg_too_long")
    return str(text or "")


def check_markdown(text: object) -> str:
    """Return what a stream is given; raises Refused where it is too long."""
    return check_text(text, MARKDOWN)


def check_blocks(blocks: object, allowed: set[str] = _MESSAGE_BLOCKS, most: int = BLOCKS) -> tuple[JSON, ...]:
    """Return the blocks of a message; raises Refused with a line for each fault."""
    given = json.loads(blocks) if isinstance(blocks, str) else blocks
    if given is None:
        return ()
    if not isinstance(given, list):
        raise Refused("invalid_blocks_format")
    faults = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(given) > most else []
    for at, block in enumerate(given):
        faults += [f"{fault} [json-pointer:/blocks/{at}]" for fault in _faults(block, allowed)]
    ids = [block["block_id"] for block in given if isinstance(block, dict) and "block_id" in block]
    if len(set(ids)) < len(ids):
        faults.append("`block_id` already exists [json-pointer:/blocks]")
    if faults:
        raise Refused("invalid_blocks", response_metadata={"messages": [f"[ERROR] {fault}" for fault in faults]})
    if sum(len(text) for text in texts(given)) > ALL_BLOCKS:
        raise Refused("msg_blocks_too_long")
    return tuple(given)


def check_metadata(metadata: object) -> JSON | None:
    """Return a message's metadata; raises Refused."""
    given = json.loads(metadata) if isinstance(metadata, str) else metadata
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format")
    if not isinstance(given["event_payload"], dict) or not isinstance(given["event_type"], str):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(given["event_payload"])) > METADATA:
        raise Refused("metadata_too_large")
    return given


def check_view(view: object) -> JSON:
    """Return a modal; raises Refused."""
    given = json.loads(view) if isinstance(view, str) else view
    if not isinstance(given, dict) or given.get("type") != "modal":
        raise Refused("invalid_arguments")
    blocks = check_blocks(given.get("blocks"), _VIEW_BLOCKS, VIEW_BLOCKS)
    faults = [f"`{name}` is wrong" for name in ("title", "submit", "close") if not _title(given, name)]
    if len(given.get("private_metadata", "")) > PRIVATE_METADATA or len(given.get("callback_id", "")) > ID:
        faults.append("no more characters allowed")
    if any(block["type"] == "input" for block in blocks) and "submit" not in given:
        faults.append("`submit` is required when an `input` block is within the `blocks` array")
    if faults:
        raise Refused("invalid_arguments", response_metadata={"messages": faults})
    return given


def check_prompts(prompts: object) -> list[JSON]:
    """Return suggested prompts; raises Refused."""
    given = json.loads(prompts) if isinstance(prompts, str) else prompts
    if not isinstance(given, list) or not 1 <= len(given) <= PROMPTS:
        raise Refused("invalid_arguments")
    if any(not (one.get("title") and one.get("message")) for one in given):
        raise Refused("invalid_arguments")
    return given


def texts(blocks: Sequence[Any]) -> Iterator[str]:
    """Yield every text that blocks show."""
    for block in blocks:
        if isinstance(block, dict):
            for name, value in block.items():
                if name == "text" and isinstance(value, str):
                    yield value
                elif isinstance(value, dict):
                    yield from texts([value])
                elif isinstance(value, list):
                    yield from texts(value)


def elements(blocks: Sequence[JSON]) -> Iterator[JSON]:
    """Yield the interactive elements of blocks."""
    for block in blocks:
        if block["type"] in ("actions", "context_actions"):
            yield from block["elements"]
        if "accessory" in block:
            yield block["accessory"]


def _title(view: JSON, name: str) -> bool:
    given = view.get(name)
    if given is None:
        return name != "title"
    return given.get("type") == "plain_text" and 1 <= len(given.get("text", "")) <= VIEW_TITLE


def _faults(block: Any, allowed: set[str]) -> Iterator[str]:
    if not isinstance(block, dict) or block.get("type") not in allowed:
        yield f"unsupported type: {block.get('type') if isinstance(block, dict) else block}"
        return
    if len(block.get("block_id", "")) > ID:
        yield f"must be no more than {ID} characters in `block_id`"
    match block["type"]:
        case "section":
            if "text" not in block and "fields" not in block:
                yield "missing required field: text"
            if "text" in block:
                yield from _text_faults(block["text"], SECTION)
            if len(block.get("fields", ())) > FIELDS:
                yield f"no more than {FIELDS} items allowed"
            for one in block.get("fields", ()):
                yield from _text_faults(one, FIELD)
        case "header":
            yield from _text_faults(block.get("text"), HEADER, {"plain_text"})
        case "markdown":
            if not 1 <= len(block.get("text", "")) <= MARKDOWN:
                yield f"must be 1 to {MARKDOWN} characters"
        case "context":
            if not 1 <= len(block.get("elements", ())) <= CONTEXT:
                yield f"must be 1 to {CONTEXT} elements"
            for one in block.get("elements", ()):
                if one.get("type") != "image":
                    yield from _text_faults(one, SECTION)
        case "actions":
            if not 1 <= len(block.get("elements", ())) <= ELEMENTS:
                yield f"must be 1 to {ELEMENTS} elements"
            yield from _element_faults(block.get("elements", ()))
        case "context_actions":
            if not 1 <= len(block.get("elements", ())) <= 5:
                yield "must be 1 to 5 elements"
            for one in block.get("elements", ()):
                if one.get("type") not in ("feedback_buttons", "icon_button"):
                    yield f"unsupported type: {one.get('type')}"
        case "input":
            yield from _text_faults(block.get("label"), 2_000, {"plain_text"})
            if "element" not in block:
                yield "missing required field: element"
    if "accessory" in block:
        yield from _element_faults([block["accessory"]])


def _text_faults(text: Any, limit: int, kinds: set[str] | None = None) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in (kinds or {"mrkdwn", "plain_text"}):
        yield "text object of a wrong type"
    elif not isinstance(text.get("text"), str) or not text["text"]:
        yield "must be more than 0 characters"
    elif len(text["text"]) > limit:
        yield f"must be less than {limit + 1} characters"


def _element_faults(given: Sequence[Any]) -> Iterator[str]:
    ids = [one.get("action_id") for one in given if "action_id" in one]
    if len(set(ids)) < len(ids):
        yield "`action_id` already exists"
    for one in given:
        if len(one.get("action_id", "")) > ID:
            yield f"must be no more than {ID} characters in `action_id`"
        if one.get("type") == "button":
            yield from _text_faults(one.get("text"), BUTTON_TEXT, {"plain_text"})
            if len(one.get("value", "")) > BUTTON_VALUE:
                yield f"must be no more than {BUTTON_VALUE} characters in `value`"
            if len(one.get("url", "")) > BUTTON_URL:
                yield f"must be no more than {BUTTON_URL} characters in `url`"
            if one.get("style") not in (None, "primary", "danger"):
                yield "`style` is wrong"
