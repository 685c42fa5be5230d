"""Turn: a question that was asked, and what its answer said."""

import re

from assistant.phrases import asked_for, matter, noun_phrases, subjects
from assistant.types import Answer, Frozen

# How many characters of an answer are looked at.
MAX_ANSWER = 1000
# How many of the turns before a question can bear on it.
TURNS = 6
_REGARDING = re.compile(r", regarding ([^,?!]+)[?!. ]*$")


class Turn(Frozen):
    """One question with the answer's text (without markers) and the last parts of its cited passages' headings."""

    question: str
    standalone_question: str
    answer: str = ""
    headings: tuple[str, ...] = ()


def turn_of(answer: Answer) -> Turn:
    """Return the turn that `answer` makes: its statements without markers, and the headings that it cites from."""
    cited = [
        hit.heading_path[-1]
        for citation in answer.citations
        for hit in answer.passages
        if hit.heading_path and hit.article_id == citation.article_id and hit.start <= citation.start < hit.end
    ]
    return Turn(
        question=answer.question,
        standalone_question=answer.standalone_question,
        answer="\n".join(statement.text for statement in answer.statements),
        headings=tuple(dict.fromkeys(cited)),
    )


def said(turn: Turn) -> str:
    """Return all words of a turn: its question, the beginning of its answer, its headings."""
    return " ".join([turn.standalone_question, turn.answer[:MAX_ANSWER], *turn.headings])


def topic(turn: Turn) -> str:
    """Return what a turn was about: a noun phrase of its question that its answer takes up, else its heading.

    What leant on a topic itself ("Why the delay, regarding line 6?") keeps that.
    """
    if leant := _REGARDING.search(turn.standalone_question):
        return leant[1]
    phrases = subjects(turn.standalone_question) or noun_phrases(turn.standalone_question)
    if phrases:
        answered = set(matter(" ".join([turn.answer[:MAX_ANSWER], *turn.headings])))
        taken_up = [phrase for phrase in phrases if answered & set(matter(phrase.text))]
        return (taken_up or phrases)[0].text
    if asked := asked_for(turn.standalone_question):
        return asked
    return next((heading for heading in turn.headings if matter(heading)), "")
