"""Outbox: recorded posts get into Slack once each, whatever happens on the way."""

import logging
from collections.abc import Iterator
from typing import Any

from assistant.catalog import SlackAsk, SlackStore, StoredPost
from assistant.slack.asks import is_ts
from assistant.slack.calls import JSON, Calls, SlackRefusal, SlackUnclear

EVENT_TYPE = "assistant_post"
GAP = 1.0
UPDATE_GAP = 1.5
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
_PAGE = 200
_PAGES = 10
# The message is not there any more, or may not be changed: another one takes its place.
_LOST = ("message_not_found", "cant_update_message", "edit_window_closed", "update_failed")
_UNFIT = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "blocks_too_long")

logger = logging.getLogger(__name__)


def metadata_of(post: StoredPost, *, live: bool = False) -> JSON:
    """Return what tells a post from others in Slack; `live`: its message does not hold all of it yet."""
    return {"event_type": EVENT_TYPE, "event_payload": {"id": post.id, "live": live}}


class Outbox:
    """Posts what `store` holds; each post is marked there before it is tried, and looked for before it is tried again.

    What only one user sees cannot be looked for: after an unclear failure it is posted again.
    """

    def __init__(self, calls: Calls, store: SlackStore, bot_user: str) -> None:
        """Post as the user `bot_user`."""
        self._calls = calls
        self._store = store
        self._bot_user = bot_user

    def send(self, ask: SlackAsk, post: StoredPost) -> str | None:
        """Return the time stamp of the message that holds `post`, once there is one; None for one that vanishes.

        Failures that pass are waited out. Raises SlackRefusal for others, and Stopped.
        """
        if post.state == "sent":
            return post.ts
        ts = post.ts
        look = post.state != "planned"
        self._store.sending(post.id)
        for pause in _pauses():
            try:
                if ts is None and look and not ask.ephemeral:
                    ts, whole = self._find(ask, post)
                    if ts is not None and whole:
                        break
                ts = self._put(ask, post, ts)
                break
            except SlackUnclear as error:
                logger.warning("%s; looking in %s s", error, pause)
                look = True
                self._calls.pace.sleep(pause)
            except SlackRefusal as error:
                if ts is None or error.code not in _LOST:
                    raise
                ts = None
                self._store.shown(post.id, None)
        self._store.sent(post.id, ts)
        return ts

    def _put(self, ask: SlackAsk, post: StoredPost, ts: str | None) -> str | None:
        """Post, or change the message that stands there; blocks that Slack does not take are left out."""
        body = {name: post.payload.get(name) for name in ("text", "blocks")}
        try:
            return self._put_body(ask, post, ts, body)
        except SlackRefusal as error:
            if error.code not in _UNFIT or not body["blocks"]:
                raise
            logger.error("%s; the ask %s is answered without blocks", error, ask.id)
            return self._put_body(ask, post, ts, body | {"blocks": None})

    def _put_body(self, ask: SlackAsk, post: StoredPost, ts: str | None, body: JSON) -> str | None:
        if ask.ephemeral:
            self._whisper(ask, body)
            return None
        body = body | {"metadata": metadata_of(post)}
        if ts is None:
            return self._post(ask, body)
        self._update(ask, ts, body)
        return ts

    def _post(self, ask: SlackAsk, body: JSON) -> str:
        where = {"channel": ask.place, "thread_ts": ask.thread_ts if is_ts(ask.thread_ts) else None}
        unfurl = {"unfurl_links": False, "unfurl_media": False}
        done = self._calls.call("chat.postMessage", where | unfurl | body, slot=(ask.place, GAP))
        return str(done["ts"])

    def _update(self, ask: SlackAsk, ts: str, body: JSON) -> None:
        where = {"channel": ask.place, "ts": ts}
        # Without blocks the former ones would stay.
        body = body | {"blocks": body["blocks"] or []}
        try:
            self._calls.call("chat.update", where | body, slot=(f"{ask.place} {ts}", UPDATE_GAP))
        except SlackRefusal as error:
            if error.code != "streaming_state_conflict":
                raise
            self._calls.call("chat.stopStream", where)
            self._calls.call("chat.update", where | body, slot=(f"{ask.place} {ts}", UPDATE_GAP))

    def _whisper(self, ask: SlackAsk, body: JSON) -> None:
        answer = body | {"response_type": "ephemeral", "replace_original": False}
        try:
            self._calls.respond(ask.response_url or "", answer)
        except SlackRefusal as error:
            if error.code in _UNFIT:
                raise
            logger.info("%s; the ask %s is answered in its channel", error, ask.id)
            where = {"channel": ask.place, "user": ask.user}
            self._calls.call("chat.postEphemeral", where | body, slot=(ask.place, GAP))

    def _find(self, ask: SlackAsk, post: StoredPost) -> tuple[str | None, bool]:
        """Return the message that was made for `post` and whether it holds all of it; None where there is none.

        A stream says what it was made for only at its end. One that nobody knows of, made by the bot after the
        question, is the one of this post: a thread is answered by one ask at a time.
        """
        try:
            messages = list(self._messages(ask))
        except SlackRefusal as error:
            logger.error("%s; the ask %s may be answered a second time", error, ask.id)
            return None, False
        # A button asks without a message of its own: then whatever is in its thread came after it began.
        after = next((one for one in (ask.message_ts, ask.thread_ts) if is_ts(one)), None)
        known: frozenset[str] | None = None
        orphan: str | None = None
        for message in messages:
            ts, payload = str(message.get("ts")), _payload(message)
            if payload is not None:
                if payload.get("id") == post.id:
                    return ts, not payload.get("live")
                continue
            if message.get("user") != self._bot_user or after is None or ts <= after:
                continue
            if known is None:
                known = self._store.known_messages(ask.place)
            if ts not in known:
                orphan = ts
        if orphan is not None:
            self._store.shown(post.id, orphan)
        return orphan, False

    def _messages(self, ask: SlackAsk) -> Iterator[JSON]:
        threaded = is_ts(ask.thread_ts)
        method = "conversations.replies" if threaded else "conversations.history"
        asked = {
            "channel": ask.place,
            "ts": ask.thread_ts if threaded else None,
            "oldest": ask.message_ts if is_ts(ask.message_ts) else None,
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        cursor: str | None = None
        for _ in range(_PAGES):
            page = self._calls.call(method, asked | {"cursor": cursor}, form=True)
            yield from page.get("messages", ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def _payload(message: JSON) -> dict[str, Any] | None:
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload") if metadata.get("event_type") == EVENT_TYPE else None


def _pauses() -> Iterator[float]:
    yield from _PAUSES
    while True:
        yield _PAUSES[-1]
