"""Options: what can be set of the bot."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.types import Filters


@dataclass(frozen=True)
class Options:
    """What can be set of the bot.

    `channels` it answers in besides direct messages, all where there are none; whether it answers `guests`; the user
    id of the `owner` who is called with "Need a human"; the default `filters` by channel; the `url` of the page;
    the `language` that a model writes in, by default that of the question; seconds that the bot waits for follow-up
    questions (`suggesting`), and before it shows an unfinished answer (`grace`): one that is whole by then is one post.
    """

    channels: frozenset[str] = frozenset()
    guests: bool = False
    owner: str | None = None
    filters: Mapping[str, Filters] = field(default_factory=dict)
    url: str | None = None
    language: str | None = None
    suggesting: float = 2.0
    grace: float = 0.3
