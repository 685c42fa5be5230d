"""How a rewritten question is put."""

import re

from assistant.conversation.turns import Turn, topic
from assistant.phrases import EDGE


def sentence(text: str, like: str = "?") -> str:
    """Return the text as one line that begins with a capital and ends as `like` does, in a question mark if in none."""
    text = re.sub(r"\s+", " ", text).strip()
    text = text[:1].upper() + text[1:]
    if text[-1:] in ".?!":
        return text
    return text + ("?" if not like.rstrip().endswith(".") else ".")


def regarding(text: str, last: Turn) -> str:
    """Return the text as a question on what the turn `last` was about: "Why, regarding the summit?"."""
    subject = topic(last)
    bare = text.strip(EDGE)
    return sentence(f"{bare or 'What'}, regarding {subject}" if subject else bare or "What", text)
