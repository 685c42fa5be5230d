"""Conversation: a follow-up question and the turns before it become one question that stands alone.

Rules alone, no model: pronouns, "what about ...", "and the second?", "why?" and their like take what they leave out
from the question before and its answer. What names a topic of its own is left as it is.
"""

from assistant.conversation.rewriting import MAX_QUESTION, Standalone, standalone
from assistant.conversation.turns import TURNS, Turn, turn_of

__all__ = ["MAX_QUESTION", "TURNS", "Standalone", "Turn", "standalone", "turn_of"]
