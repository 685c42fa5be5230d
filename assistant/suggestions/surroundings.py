"""What can be asked around an answer: of the passages ranked for it, and of the articles that it cites."""

from collections.abc import Mapping, Set
from dataclasses import replace

from assistant.answering.questions import COUNT_WORDS
from assistant.catalog.lexical import stem
from assistant.pipeline import Assistant
from assistant.suggestions.articles import READ, candidates, still_there
from assistant.suggestions.candidate import Candidate, topic
from assistant.suggestions.patterns import MONTHS
from assistant.types import Answer

_FOLLOW_UP_ARTICLES = 4
# What it adds that all of a question's words are in the question before it.
_RELATED = 0.5
# What is left of it where the article is not one that the answer cites.
_UNCITED = 0.65
# An article that holds less than this share of the words that were asked about is about something else, cited or not.
_AKIN = 0.5
# How many words, at least, a question has in common with the answer where its article may be about something else.
_SHARED = 2


def around(assistant: Assistant, answer: Answer, texts: Mapping[str, str]) -> list[Candidate]:
    """Return the candidates of the passages ranked for `answer`, and of the sections of the articles it cites."""
    cited = {one.article_id for one in answer.citations}
    order = dict.fromkeys(sorted((h.article_id for h in answer.passages), key=lambda i: i not in cited))
    told = " ".join((answer.question, answer.standalone_question, answer.text))
    # That two texts hold a number or a month tells nothing of what they are about.
    known = {one for one in topic(told) if one.isalpha()} - {stem(word) for word in (*COUNT_WORDS, *MONTHS)}
    asked = topic(answer.question) | topic(answer.standalone_question)
    # Where nothing was found, only what is close to the question is of use.
    least = 0 if cited else min(2, len(asked))
    out: list[Candidate] = []
    for article_id in list(order)[:_FOLLOW_UP_ARTICLES]:
        article = still_there(assistant, article_id)
        ranked = [(rank, hit) for rank, hit in enumerate(answer.passages) if hit.article_id == article_id]
        if article is None or any(hit.sha256 != article.sha256 for _, hit in ranked):
            continue
        held = len(asked & topic(article.text[:READ])) / max(len(asked), 1)
        elsewhere = [text for other, text in texts.items() if other != article_id]
        for one in candidates(article, [s for _, hit in ranked for s in hit.sentences], elsewhere):
            ranks = [rank for rank, hit in ranked if hit.start < one.end and hit.end > one.start]
            if (
                not _fits(one, known, asked, held, cited=article_id in cited)
                or not (ranks or article_id in cited)
                or (one.name and one.name in told)
                or len(one.topic & asked) < least
            ):
                continue
            related = 1 + _RELATED * len(one.topic & asked) / len(one.topic)
            near = (1.0 if article_id in cited else _UNCITED) * max(
                0.1, 1 - 0.03 * min(ranks, default=len(answer.passages))
            )
            out.append(replace(one, promise=one.promise * related * near))
    return out


def _fits(one: Candidate, known: Set[str], asked: Set[str], held: float, *, cited: bool) -> bool:
    """Whether a question of an article that holds the share `held` of the words `asked` goes on from the answer.

    `known` are the words that were asked or told.
    """
    if held >= _AKIN and one.alone and cited:
        return True
    sure = held == 1 or (held >= _AKIN and one.topic & asked)
    return len(one.topic & known) >= (1 if sure else _SHARED)
