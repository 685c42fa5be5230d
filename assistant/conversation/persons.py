"""Whom "he" and "she" mean: a person's name, else the role that was asked about."""

import re
from collections.abc import Sequence, Set

from assistant.conversation.turns import MAX_ANSWER, Turn
from assistant.phrases import (
    DEFINED,
    DETERMINERS,
    EDGE,
    OPENING,
    Phrase,
    is_body,
    noun_phrases,
    people,
    subjects,
    tokenize,
)

HE = frozenset("he him his himself she her hers herself".split())
# So many turns back a person who is only called "he" is looked for.
BACK = 4
_PLACED = frozenset("in at from near across around via outside inside".split())
_ROLES = frozenset(
    "mayor minister president chancellor secretary senator governor ambassador judge justice prosecutor lawyer "
    "attorney auditor inspector commissioner director manager coach captain striker goalkeeper player owner founder "
    "chairman chairwoman chairperson chair chief head leader boss executive treasurer economist analyst scientist "
    "researcher professor doctor nurse teacher author writer poet actor actress singer painter artist architect "
    "engineer pilot officer general admiral king queen prince princess pope bishop priest spokesman spokeswoman "
    "spokesperson deputy successor predecessor candidate winner victim witness suspect driver farmer editor "
    "reporter journalist entrepreneur investor inventor man woman boy girl person".split()
)
_OF = re.compile(r"\s+of\b")  # which parts "Ada Brandt of Amber Hollow" and joins no person's name
_WHO_IS = re.compile(r"who\s+(?:is|was)\b", re.IGNORECASE)


def person(before: Sequence[Turn]) -> str | None:
    """Return the person last spoken of, None where nobody was: a name, else "the mayor" that a question asked about.

    A name after "of" is a place's more often than not ("the auditor of Ulm Hollow"), so it is taken last.
    """
    for placed in (_PLACED | {"of"}, _PLACED):
        for turn in reversed(before[-BACK:]):
            texts = [turn.standalone_question, turn.answer[:MAX_ANSWER]]
            if re.match(r"(?i)\W*(?:who|whom|which|whose)\b", turn.standalone_question):
                texts.reverse()
            for text in texts:
                if found := _named(text, placed):
                    return found[0]
            if role := _role(turn.standalone_question):
                return role
    return None


def is_person(name: str, before: Sequence[Turn]) -> bool:
    """Tell whether `name` is surely a person's in this conversation: it was asked who that is, or "he" stood for it."""
    return any(_calls_a_person(turn, name) for turn in before[-BACK:])


def asks_who(question: str) -> bool:
    """Tell whether the question asks who somebody is, and nothing else."""
    body = OPENING.sub("", question).strip()
    return bool(_WHO_IS.match(body) and DEFINED.match(body))


def _calls_a_person(turn: Turn, name: str) -> bool:
    if name not in turn.standalone_question:
        return False
    replaced = HE & {word.low for word in tokenize(turn.question)} and name not in turn.question
    return bool(replaced) or asks_who(turn.standalone_question) or _head(name) in _ROLES


def _named(text: str, placed: Set[str]) -> list[str]:
    """Return the names in a text that are persons', without their roles, those with a title first."""
    found = people(_OF.sub(" , of", text))
    return [name for name in map(_without_role, found) if name and not _is_other(name, text, placed)]


def _without_role(name: str) -> str:
    parts = name.split()
    while parts and parts[0].lower() in _ROLES:
        parts = parts[1:]
    return " ".join(parts)


def _is_other(name: str, text: str, placed: Set[str]) -> bool:
    """Tell whether a name is that of a body or a place: by its words, or because it always follows a word of place."""
    if is_body(name):
        return True
    before = [text[: match.start()].split() for match in re.finditer(rf"\b{re.escape(name)}\b", text)]
    return bool(before) and all(words[-1:] and words[-1].lower() in placed for words in before)


def _role(question: str) -> str | None:
    phrases = [*subjects(question), *noun_phrases(question)]
    found = (phrase for phrase in phrases if not phrase.plural and _is_role(phrase))
    return next((phrase.text.strip(EDGE) for phrase in found), None)


def _is_role(phrase: Phrase) -> bool:
    return phrase.text.split()[0].lower() in DETERMINERS and _head(phrase.short) in _ROLES


def _head(name: str) -> str:
    return name.lower().split()[-1]
