"""A question rewritten so that it stands alone, and what its search needs besides."""

import re
from collections.abc import Sequence

from assistant.conversation.ellipsis import LINKED, about, elliptic, fragment, quantity
from assistant.conversation.persons import asks_who
from assistant.conversation.pronouns import point
from assistant.conversation.turns import MAX_ANSWER, Turn, said
from assistant.conversation.wording import regarding, sentence
from assistant.phrases import EDGE, OPENING, VERBS, matter
from assistant.types import Frozen

MAX_QUESTION = 4000
_REASON = re.compile(r"\W*(?:why|how come|how so)\b", re.IGNORECASE)
_VERB_ALONE = re.compile(r"(?:who|what)\s+(?:also\s+|then\s+)?([a-z]+)\W*$", re.IGNORECASE)
_NOUN_ALONE = re.compile(r"(?:why|how come)\s+the\s+[\w-]+(?:\s+[\w-]+)?\W*$", re.IGNORECASE)


class Standalone(Frozen):
    """A question that needs no conversation.

    `question` is what is shown and read, at most 4,000 characters unless more were asked; `context` are texts that
    retrieval adds at a lower weight, the nearest first, empty when the question stands alone; `rewritten` says that
    `question` is not what was asked.
    """

    question: str
    context: tuple[str, ...] = ()
    rewritten: bool = False


def standalone(question: str, turns: Sequence[Turn]) -> Standalone:
    """Return `question` as it reads without `turns`, the turns before it, oldest first.

    Without turns, and where the question names a topic of its own, it is returned as it is.
    """
    before = [turn for turn in turns if matter(turn.standalone_question)]
    if not before or not OPENING.sub("", question).strip(EDGE):
        return Standalone(question=question)
    found = _rewrite(question, before)
    if found is None:
        context = _context(question, before) if _related(question, before) else ()
        return Standalone(question=question, context=context)
    rewritten = found != question and len(found) <= MAX_QUESTION
    asked = found if rewritten else question
    return Standalone(question=asked, context=_context(asked, before), rewritten=rewritten)


def _context(question: str, before: Sequence[Turn]) -> tuple[str, ...]:
    """Return the question after the last answer that was given, and after the last question.

    Each holds the question too: one that goes another way than the last turns is so led astray less.
    """
    answers = [turn.answer for turn in before[-2:] if turn.answer.strip()]
    texts = [*answers[-1:], before[-1].standalone_question]
    return tuple(f"{text.strip()[:MAX_ANSWER]} {question.strip()}"[:MAX_QUESTION] for text in texts)


def _related(question: str, before: Sequence[Turn]) -> bool:
    """Tell whether a question that leaves nothing out may still be meant in the light of the last turns.

    It is where it shares a word of matter with them, or has so few that it hardly names a topic.
    """
    mine = set(matter(question))
    return len(mine) <= 2 or any(mine & set(matter(said(turn))) for turn in before[-2:])


def _rewrite(question: str, before: Sequence[Turn]) -> str | None:
    """Return the question with what it leaves out, itself where it leans but nothing is found, None where it stands."""
    body = OPENING.sub("", question).strip()
    last = _topical(before) if _REASON.match(body) else before[-1]
    stated = question.rstrip().endswith((".", "!"))
    if (whole := elliptic(question, body, last)) is not None:
        return whole
    pointed = point(body, before)
    if pointed is not None:
        return question if pointed == body or stated else sentence(pointed)
    if how_many := quantity(body, last):
        return how_many
    if stated:
        return question if LINKED.match(question) else None
    if LINKED.match(question) and fragment(body):
        return about(body.rstrip(" ?!."), last)
    if body and (not matter(question) or _lacks_noun(body)):
        return regarding(body, last)
    return None


def _topical(before: Sequence[Turn]) -> Turn:
    """Return the last turn that may have been about more than who somebody is: "why?" does not ask that."""
    return next((turn for turn in reversed(before) if not _tells_who(turn)), before[-1])


def _tells_who(turn: Turn) -> bool:
    return turn.standalone_question != turn.question and asks_who(turn.standalone_question)


def _lacks_noun(body: str) -> bool:
    """Tell whether a question is about nothing that it names: "who paid?", "why the delay?" (of what?)."""
    verb = _VERB_ALONE.match(body)
    return bool(verb and (verb[1].lower() in VERBS or verb[1].endswith("ed"))) or bool(_NOUN_ALONE.match(body))
