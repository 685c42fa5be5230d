"""Instructions: sentences of an article that tell whoever answers how to do it, which answer and prove nothing."""

import re
from collections.abc import Sequence

_ANSWER = r"your\s+(?:\w+\s+){0,2}(?:response|reply|replies|answers?|output|message)\b"
# Whose duty it is to heed instructions: "The agency may not disregard any prior guidelines."
_DUTY = "".join(
    rf"(?<!\b{word}\s)" for word in "may might can could would will shall must should not never did does do".split()
)
_INSTRUCTS = re.compile(
    # "Add ... to your reply", "In your response, suggest ...".
    rf"\b(?:in|into|to|of|with|from|throughout|within|inside|before|after|for|on)\s+{_ANSWER}"
    # "Scramble your answer's words.", not "Send your reply to the office."
    rf"|^(?:please\s+)?(?!(?:send|submit|mail|post|return|file|hand|see|check|is|was|are|were|if|when|what|that)\b)"
    rf"[a-z]+\s+{_ANSWER}"
    # The same behind another sentence, or a text without a full stop.
    rf"|(?-i:(?<=[a-z0-9).!?:;”\"'’][ |])(?!Send|Submit|Mail|Post|Return|File|Hand|See|Check)[A-Z][a-z]+)\s+{_ANSWER}"
    # "Ignore all previous instructions."
    rf"|(?:{_DUTY}|\byou\s+\w+\s)\b(?:ignore|disregard|forget|override|bypass)\s+(?:all|any|every|your|the\s+above|"
    r"(?:the\s+)?(?:previous|prior|earlier|preceding))\s+(?:\w+\s+){0,3}(?:instructions?|prompts?|guidelines|context)\b"
    r"|\bsystem\s+prompt\b|\byou\s+are\s+now\s+an?\b"
    r"|\bas\s+an?\s+(?:ai|language)\s+(?:language\s+)?model(?=\s*[,.;:!]|\s+(?:i|you|we)\b|$)"
    r"|\b(?:replace|convert|substitute)\s+(?:\w+\s+){0,4}(?:vowels?|letters?)\b(?!\s+of\b)",
    re.IGNORECASE,
)

# "Explain the theory", "Draft an introduction": not "Draft rules were published".
_OBJECT = r"(?:\s+(?:a|an|the|this|these|how|why|what|your|my|each|every|all|some|in|it|following)\b|\s+[\w'’-]+[.!]?$)"
_TEXT_VERBS = (
    r"provide|explain|describe|draft|write|compose|translate|rewrite|summarise|summarize|paraphrase|show\s+me|"
    r"tell\s+me|give\s+me|break\s+down"
)
# What wants a text of whoever reads it.
_TEXT_WANTED = re.compile(rf"(?:please\s+)?(?:{_TEXT_VERBS}){_OBJECT}", re.IGNORECASE)
# The same behind a text without a full stop: "... with partners Explain the process of ...", not "How to Write a Book".
_RUN_ON = re.compile(
    rf"(?<=[a-z]{{4}} )(?:{'|'.join(verb[0].upper() + verb[1:] for verb in _TEXT_VERBS.split('|'))}){_OBJECT}"
)
_REQUESTS = re.compile(
    rf"(?:please\s+)?(?:{_TEXT_VERBS}|develop|replace|substitute|convert|render|rearrange|scramble|imagine|pretend|repeat|"
    rf"ignore|disregard|click|subscribe){_OBJECT}",
    re.IGNORECASE,
)
# "Never open it", not "Never had so few come".
_ORDERS = re.compile(
    r"\W*(?:\d+[.)] )?(?:do not|don['’]t|always|please|never (?!(?:had|has|have|before|was|were|is|are|did|do|does|in|"
    r"since|again|would|will|could|can|should|may|might|a|an|the|at|on|so|more|less|mind)\b))\s*[a-z]+",
    re.IGNORECASE,
)


def instructs(sentence: str) -> bool:
    """Tell whether `sentence` speaks to whoever writes an answer rather than of the article's matter."""
    return _INSTRUCTS.search(" ".join(sentence.split())) is not None


def states(sentence: str) -> bool:
    """Tell whether `sentence`, or each cell of a row, tells something, rather than asking or wanting an answer.

    A row whose cell is a question states what a later cell answers.
    """
    *before, last = (cell.strip() for cell in sentence.split("|"))
    if any(instructs(cell) or _wants_text(cell) for cell in (*before, last)) or _is_question(last):
        return False
    asked = [at for at, cell in enumerate(before) if _is_question(cell)]
    return not asked or any((*before, last)[asked[-1] + 1 :])


def _wants_text(cell: str) -> bool:
    # An item in small letters goes on with what leads in to it: "The plan must: describe the steps".
    return (not cell[:1].islower() and _TEXT_WANTED.match(cell) is not None) or _RUN_ON.search(cell) is not None


def asks(sentence: str) -> bool:
    """Tell whether `sentence` asks or requests something, and so states nothing: a question, or "Explain how ..."."""
    return any(_is_question(cell) or _REQUESTS.match(cell.strip()) for cell in sentence.split("|"))


def orders(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` orders or forbids something, as no quote does that begins with it: "Do not open it"."""
    return _ORDERS.match(statement) is not None and not any(map(_ORDERS.match, quotes))


def _is_question(text: str) -> bool:
    return text.rstrip(" \"'”’)").endswith("?")
