"""views.open, reactions.add and the methods of an agent's thread: status, suggested prompts, title."""

import time

from .limits import check_prompts, check_view
from .workspace import JSON, Refused, Status, Workspace

TRIGGER_SECONDS = 3.0


class Triggers:
    """The trigger ids given out; each opens one view, for three seconds."""

    def __init__(self) -> None:
        self._given: dict[str, float] = {}
        self._used: set[str] = set()

    def make(self, number: int) -> str:
        """Return a new trigger id."""
        trigger = f"{number}.fake.{number:x}"
        self._given[trigger] = time.monotonic()
        return trigger

    def take(self, trigger: object) -> None:
        """Use a trigger id; raises Refused."""
        made = self._given.get(str(trigger))
        if made is None:
            raise Refused("invalid_trigger_id")
        if trigger in self._used:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - made > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        self._used.add(str(trigger))


def open_view(slack: Workspace, triggers: Triggers, given: JSON) -> JSON:
    """Open a modal."""
    triggers.take(given.get("trigger_id"))
    view = check_view(given.get("view")) | {"id": f"V{slack.number()}", "team_id": "T0TEAM", "hash": "1"}
    with slack.changed:
        slack.views.append(view)
        slack.changed.notify_all()
    return {"view": view}


def add_reaction(slack: Workspace, given: JSON) -> JSON:
    """React to a message, once with each emoji."""
    channel = slack.joined(given.get("channel"))
    message = slack.message(channel.id, given.get("timestamp"))
    reaction = (channel.id, message.ts, str(given.get("name")))
    if reaction in slack.reactions:
        raise Refused("already_reacted")
    slack.reactions.append(reaction)
    return {}


def set_status(slack: Workspace, given: JSON) -> JSON:
    """Show or clear the status of a thread."""
    channel = slack.joined(given.get("channel_id"))
    if (channel.id, given.get("thread_ts")) not in slack.messages:
        raise Refused("invalid_thread_ts")
    if not isinstance(given.get("status"), str) or len(given.get("loading_messages") or ()) > 10:
        raise Refused("invalid_arguments")
    with slack.changed:
        slack.statuses.append(Status(channel.id, str(given["thread_ts"]), given["status"], time.monotonic()))
        slack.changed.notify_all()
    return {}


def set_prompts(slack: Workspace, given: JSON) -> JSON:
    """Suggest prompts in a direct message; with a thread_ts an agent's call does nothing and says nothing."""
    channel = slack.joined(given.get("channel_id"))
    prompts = check_prompts(given.get("prompts"))
    with slack.changed:
        if not given.get("thread_ts"):
            slack.prompts[channel.id] = {"title": given.get("title"), "prompts": prompts}
        slack.changed.notify_all()
    return {}


def set_title(slack: Workspace, given: JSON) -> JSON:
    """Name an agent's thread."""
    channel = slack.joined(given.get("channel_id"))
    slack.titles[channel.id, str(given.get("thread_ts"))] = str(given.get("title"))
    return {}
