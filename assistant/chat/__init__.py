"""The chat: conversations whose messages are answered, followed, stopped, judged, asked again, exported and counted."""

from assistant.chat.chat import Chat, Sent, Stopping
from assistant.chat.export import Export, ExportFormat
from assistant.chat.replay import Replay
from assistant.chat.runs import Began, Ended, Run, RunEvent
from assistant.chat.tally import Counts, Durations, Tally

__all__ = [
    "Began",
    "Chat",
    "Counts",
    "Durations",
    "Ended",
    "Export",
    "ExportFormat",
    "Replay",
    "Run",
    "RunEvent",
    "Sent",
    "Stopping",
    "Tally",
]
