"""The chat: conversations whose messages are answered, followed, stopped, judged, asked again and exported."""

from assistant.chat.chat import Chat, Sent, Stopping
from assistant.chat.export import Export, ExportFormat
from assistant.chat.replay import Replay
from assistant.chat.runs import Began, Ended, Run, RunEvent

__all__ = ["Began", "Chat", "Ended", "Export", "ExportFormat", "Replay", "Run", "RunEvent", "Sent", "Stopping"]
