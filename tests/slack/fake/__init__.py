"""A Slack on loopback: Web API, Socket Mode and signed requests over a workspace in memory."""

from .deliveries import Attempt, Delivery
from .faults import Fault, dropped, lost, rate_limited, refused, server_error, slow
from .slack import Asked, Commanded, FakeSlack
from .web_api import Call
from .workspace import (
    ANN,
    APP_TOKEN,
    BEN,
    BOT,
    BOT_ID,
    BOT_TOKEN,
    CLOSED,
    GENERAL,
    GUEST,
    RESEARCH,
    ROBOT,
    SECRET,
    TEAM,
    Message,
    dm_of,
)

__all__ = [
    "ANN",
    "APP_TOKEN",
    "BEN",
    "BOT",
    "BOT_ID",
    "BOT_TOKEN",
    "CLOSED",
    "GENERAL",
    "GUEST",
    "RESEARCH",
    "ROBOT",
    "SECRET",
    "TEAM",
    "Asked",
    "Attempt",
    "Call",
    "Commanded",
    "Delivery",
    "FakeSlack",
    "Fault",
    "Message",
    "dm_of",
    "dropped",
    "lost",
    "rate_limited",
    "refused",
    "server_error",
    "slow",
]
