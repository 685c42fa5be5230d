"""Replay: an answer asked for again from its receipt, and what has changed since."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime

from assistant.conversation import Standalone
from assistant.pipeline import Assistant
from assistant.types import Answer, ArticleFacts, Filters, Frozen

_PER_QUESTION = ("filters", "context")
_NAMED = 10


class Replay(Frozen):
    """What comes of asking again: `identical` compares status, statements and citations.

    `differences` say in plain words what changed in the answer and in what it depends on. `answer` is the new one; it
    is not kept.
    """

    identical: bool
    differences: tuple[str, ...]
    answer: Answer


def replay(assistant: Assistant, answer: Answer, given: datetime, stop: threading.Event | None = None) -> Replay:
    """Ask `answer`, which was `given` then, again.

    Raises NotFoundError where it was filtered by an article that is gone, Stopped after `stop` is set.
    """
    settings = answer.receipt.settings
    filters = Filters.model_validate_json(str(settings.get("filters", "{}")))
    context = tuple(json.loads(str(settings.get("context", "[]"))))
    rewritten = answer.standalone_question != answer.question
    asked = Standalone(question=answer.standalone_question, context=context, rewritten=rewritten)
    again = assistant.ask(answer.question, filters, standalone=asked, stop=stop)
    differences = [*_in_answer(answer, again), *_in_receipt(answer, again)]
    if answer.receipt.corpus != again.receipt.corpus:
        differences += _in_corpus(answer, {facts.id: facts for facts in assistant.articles()}, given)
    return Replay(identical=not _in_answer(answer, again), differences=tuple(differences), answer=again)


def _in_answer(old: Answer, new: Answer) -> list[str]:
    found = []
    if old.status != new.status:
        found.append(f"answer: it was {old.status}, now it is {new.status}")
    if old.statements != new.statements:
        found.append(f"answer: the statements differ ({len(old.statements)} then, {len(new.statements)} now)")
    if old.citations != new.citations:
        found.append(f"answer: the citations differ ({len(old.citations)} then, {len(new.citations)} now)")
    return found


def _in_receipt(old: Answer, new: Answer) -> list[str]:
    found = []
    for name, then, now in (
        ("reader", old.receipt.reader, new.receipt.reader),
        ("embedding model", old.receipt.embedding_model, new.receipt.embedding_model),
    ):
        if then != now:
            found.append(f"{name}: it was {then}, now it is {now}")
    settings = dict.fromkeys([*old.receipt.settings, *new.receipt.settings])
    for name in settings:
        then, now = (json.dumps(one.receipt.settings.get(name), ensure_ascii=False) for one in (old, new))
        if name not in _PER_QUESTION and then != now:
            found.append(f"settings: {name} was {then}, now it is {now}")
    return found


def _in_corpus(old: Answer, articles: Mapping[str, ArticleFacts], given: datetime) -> list[str]:
    """Return which articles changed, as far as the passages and citations of the old answer tell."""
    versions = {hit.article_id: (hit.sha256, hit.title) for hit in old.passages}
    versions |= {one.article_id: (one.sha256, one.title) for one in old.citations}
    found = []
    for article_id, (sha256, title) in versions.items():
        if article_id not in articles:
            found.append(f"corpus: the article {article_id!r} ({title}) was removed")
        elif articles[article_id].sha256 != sha256:
            found.append(f"corpus: the article {article_id!r} ({title}) was changed")
    for facts in articles.values():
        since = facts.ingested_at is not None and facts.ingested_at > given
        if facts.id not in versions and since:
            found.append(f"corpus: the article {facts.id!r} ({facts.title}) was added or changed")
    if len(found) > _NAMED:
        found[_NAMED:] = [f"corpus: {len(found) - _NAMED} more articles were added, changed or removed"]
    return found or ["corpus: articles that this answer did not rest on were changed or removed"]
