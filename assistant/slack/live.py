"""Live: the message in which the statements of an answer appear while it is being written, each of them verified."""

import logging
from collections.abc import Sequence

from assistant.catalog import SlackAsk, SlackStore, StoredPost
from assistant.slack.blocks import statement_markdown
from assistant.slack.calls import JSON, RATE_LIMITED, Calls, SlackRefusal, SlackUnclear
from assistant.slack.outbox import GAP, UPDATE_GAP, metadata_of
from assistant.types import Statement

# Slack takes 12,000 characters a call; what is counted may be bytes of UTF-16.
MOST = 11_000
_WRITING = "An answer is being written."

logger = logging.getLogger(__name__)


class Streams:
    """Whether the workspace has streaming; it is taken to have it until it says otherwise."""

    def __init__(self) -> None:
        """Begin with a workspace that has it."""
        self.there = True


class Live:
    """One answer while it is being written; nothing that goes wrong here is raised: the recorded post follows anyway.

    It is recorded before it is begun. `shown` counts the statements that Slack is known to show.
    """

    def __init__(self, calls: Calls, store: SlackStore, ask: SlackAsk, streams: Streams) -> None:
        """Show what is written for `ask`."""
        self._calls = calls
        self._store = store
        self._ask = ask
        self._streams = streams
        self._post: StoredPost | None = None
        self._ts: str | None = None
        self._streaming = False
        self._over = ask.ephemeral
        self._said: tuple[Statement, ...] = ()

    def end(self) -> None:
        """Show nothing more."""
        self._over = True

    def show(self, statements: Sequence[Statement]) -> None:
        """Show `statements`, which begin with those shown before, unless it is too early for another call."""
        if self._over or len(statements) <= len(self._said):
            return
        try:
            if self._ts is None:
                self._begin(tuple(statements))
            else:
                self._go_on(tuple(statements))
        except SlackUnclear as error:
            self._give_up(error)
        except SlackRefusal as error:
            if error.code != RATE_LIMITED or (self._post is not None and self._ts is None):
                self._give_up(error)

    def finish(self, statements: Sequence[Statement], rest: JSON) -> bool:
        """End the stream with the last statements and the blocks of `rest` below them; return whether that was done.

        It is not where nothing was streamed, where other statements were, and where Slack failed.
        """
        post, ts = self._post, self._ts
        if self._over or post is None or ts is None or not self._streaming:
            return False
        if tuple(statements[: len(self._said)]) != self._said:
            return False
        try:
            parts = _parts(statements[len(self._said) :])
            for part in parts[:-1]:
                self._append(ts, part, patient=True)
            end = {"markdown_text": parts[-1] if parts else None, "blocks": rest["blocks"]}
            self._calls.call("chat.stopStream", self._at(ts) | end | {"metadata": metadata_of(post)})
        except (SlackUnclear, SlackRefusal) as error:
            self._give_up(error)
            return False
        self._store.sent(post.id, ts)
        return True

    def _begin(self, statements: tuple[Statement, ...]) -> None:
        with self._calls.pace.slot(self._ask.place, GAP, wait=False) as free:
            if free:
                # From here on a message may be there; before, nothing was tried.
                self._post = self._store.go_live(self._ask.id)
                self._open(self._post, statements)

    def _open(self, post: StoredPost, statements: tuple[Statement, ...]) -> None:
        if self._streams.there:
            try:
                self._start(statements)
                return
            except SlackRefusal as error:
                if error.code == RATE_LIMITED:
                    raise
                self._streams.there = error.code not in ("unknown_method", "missing_scope", "feature_not_enabled")
                logger.info("%s; the answer is posted and changed instead", error)
        body = self._body(statements) | {"metadata": metadata_of(post, live=True)}
        where = {"channel": self._ask.place, "thread_ts": self._ask.thread_ts, "unfurl_links": False}
        done = self._calls.call("chat.postMessage", where | {"unfurl_media": False} | body, patient=False)
        self._stands_at(str(done["ts"]), statements)

    def _start(self, statements: tuple[Statement, ...]) -> None:
        first, *others = _parts(statements)
        done = self._calls.call(
            "chat.startStream",
            {
                "channel": self._ask.place,
                "thread_ts": self._ask.thread_ts,
                "recipient_user_id": self._ask.user,
                "recipient_team_id": self._ask.team,
                "markdown_text": first,
            },
            patient=False,
        )
        self._streaming = True
        self._stands_at(str(done["ts"]), statements)
        for part in others:
            self._append(str(done["ts"]), part, patient=True)

    def _go_on(self, statements: tuple[Statement, ...]) -> None:
        assert self._ts is not None
        assert self._post is not None
        if not self._streaming:
            body = self._body(statements) | {"metadata": metadata_of(self._post, live=True)}
            self._calls.call("chat.update", self._at(self._ts) | body, slot=(self._name, UPDATE_GAP), patient=False)
        else:
            for number, part in enumerate(_parts(statements[len(self._said) :])):
                self._append(self._ts, part, patient=number > 0)
        self._said = statements

    def _append(self, ts: str, markdown: str, *, patient: bool) -> None:
        arguments = self._at(ts) | {"markdown_text": markdown}
        self._calls.call("chat.appendStream", arguments, slot=(self._name, GAP), patient=patient)

    def _stands_at(self, ts: str, statements: tuple[Statement, ...]) -> None:
        assert self._post is not None
        self._ts, self._said = ts, statements
        self._store.shown(self._post.id, ts)
        with self._calls.pace.slot(self._name, GAP if self._streaming else UPDATE_GAP):
            pass  # it was changed just now, as it were

    def _body(self, statements: tuple[Statement, ...]) -> JSON:
        return {"text": _WRITING, "blocks": [{"type": "markdown", "text": _parts(statements)[0]}]}

    def _at(self, ts: str) -> JSON:
        return {"channel": self._ask.place, "ts": ts}

    @property
    def _name(self) -> str:
        return f"{self._ask.place} {self._ts}"

    def _give_up(self, error: Exception) -> None:
        logger.warning("%s; the ask %s is answered at once when its answer is whole", error, self._ask.id)
        self._over = True


def _parts(statements: Sequence[Statement]) -> list[str]:
    """Return the statements as Markdown, a paragraph each, in parts that a call takes, broken between words."""
    parts: list[str] = []
    for statement in statements:
        line = statement_markdown(statement) + "\n\n"
        while len(line) > MOST:
            at = line.rfind(" ", 0, MOST) + 1 or MOST
            parts.append(line[:at])
            line = line[at:]
        if parts and len(parts[-1]) + len(line) <= MOST:
            parts[-1] += line
        else:
            parts.append(line)
    return parts
