"""Conversation: a follow-up question and the turns before it become one question that stands alone.

Rules do it: pronouns, "what about ...", "and the second?", "why?" and their like take what they leave out from the
question before and its answer. What names a topic of its own is left as it is. Where there is a language model it may
do it in their place.
"""

from assistant.conversation.model_rewriting import ModelRewriter
from assistant.conversation.rewriting import MAX_QUESTION, Standalone, standalone
from assistant.conversation.turns import TURNS, Turn, turn_of

__all__ = ["MAX_QUESTION", "TURNS", "ModelRewriter", "Standalone", "Turn", "standalone", "turn_of"]
