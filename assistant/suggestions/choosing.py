"""Which questions are offered: the most promising of other forms and topics, once each was asked and is answered.

Starter questions are kept while the corpus is the same; those that follow an answer are made when they are asked for.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

from assistant.errors import NotFoundError
from assistant.pipeline import Assistant
from assistant.suggestions.articles import READ, candidates, first_sentences, still_there
from assistant.suggestions.candidate import Candidate, alike, topic
from assistant.suggestions.lines import folded
from assistant.suggestions.surroundings import around
from assistant.types import Answer, Citation, Filters

# At most so many questions are asked, to see that they are answered.
_STARTER_CHECKS = 16
_FOLLOW_UP_CHECKS = 8
_CHECKS_AN_ARTICLE = 3
# So many of the latest articles are read for starter questions.
_STARTER_ARTICLES = 40
# So many sets of starter questions are kept.
_CACHED = 4
# What is left of a question's promise for each of its form that was chosen before it.
_AGAIN = 0.75

Place = tuple[str, int, int]


def starters(assistant: Assistant, most: int = 4) -> tuple[str, ...]:
    """Return at most `most` questions to begin with, each from another article, the latest articles first.

    Every one was asked and is answered from the article that it was made from. They are kept until the corpus changes.
    """
    shelf = _shelf_of(assistant)
    with shelf.making:
        stats = assistant.stats()
        key = (stats.corpus, stats.reader, most)
        if key not in shelf.kept:
            found = _fresh_starters(assistant, shelf.texts(assistant), most)
            if assistant.stats().corpus != stats.corpus:
                return found
            shelf.kept[key] = found
            while len(shelf.kept) > _CACHED:
                shelf.kept.popitem(last=False)
        shelf.kept.move_to_end(key)
        return shelf.kept[key]


def follow_ups(assistant: Assistant, answer: Answer, most: int = 3) -> tuple[str, ...]:
    """Return at most `most` questions to ask after `answer`, best first.

    Every one was asked under the filters of `answer` and is answered from the passage or section that it was made
    from, for the most part with quotes that `answer` does not show.
    """
    filters = Filters.model_validate_json(str(answer.receipt.settings.get("filters", "{}")))
    try:
        return _fresh_follow_ups(assistant, answer, _shelf_of(assistant).texts(assistant), filters, most)
    except NotFoundError:  # an article that the answer was filtered by is gone, and with it what could be asked
        return ()


class _Shelf:
    """What is kept for one assistant while its corpus is the same; who sees the same articles has the same.

    `kept` are starter questions by corpus snapshot, reader and number; `making` is held while they are made.
    """

    def __init__(self) -> None:
        self.making = threading.Lock()
        self.kept: OrderedDict[tuple[str, str, int], tuple[str, ...]] = OrderedDict()
        self._reading = threading.Lock()
        self._texts: OrderedDict[str, dict[str, str]] = OrderedDict()

    def texts(self, assistant: Assistant) -> dict[str, str]:
        """Return the beginnings of the latest articles by id."""
        with self._reading:
            corpus = assistant.stats().corpus
            if corpus not in self._texts:
                latest = (still_there(assistant, facts.id) for facts in assistant.articles()[:_STARTER_ARTICLES])
                self._texts[corpus] = {one.id: folded(one.text[:READ]) for one in latest if one}
                while len(self._texts) > _CACHED:
                    self._texts.popitem(last=False)
            return self._texts[corpus]


_guard = threading.Lock()
_shelves: WeakKeyDictionary[Assistant, _Shelf] = WeakKeyDictionary()


def _shelf_of(assistant: Assistant) -> _Shelf:
    with _guard:
        return _shelves.setdefault(assistant.root, _Shelf())


def _fresh_starters(assistant: Assistant, texts: Mapping[str, str], most: int) -> tuple[str, ...]:
    chosen: list[Candidate] = []
    left = _STARTER_CHECKS
    for article_id in texts:
        article = still_there(assistant, article_id)
        if article is None:
            continue
        elsewhere = [text for other, text in texts.items() if other != article_id]
        found = candidates(article, first_sentences(article), elsewhere)
        fresh = [c for c in found if c.alone and not any(alike(c.topic, other.topic) for other in chosen)]
        for one in _by_promise(fresh, chosen)[:_CHECKS_AN_ARTICLE]:
            if left == 0 or len(chosen) == most:
                return tuple(c.question for c in chosen)
            left -= 1
            if _places(assistant, one, Filters()):
                chosen.append(one)
                break
    return tuple(c.question for c in chosen)


def _fresh_follow_ups(
    assistant: Assistant, answer: Answer, texts: Mapping[str, str], filters: Filters, most: int
) -> tuple[str, ...]:
    asked = [topic(text) for text in (answer.question, answer.standalone_question)]
    shown = {_place(one) for one in answer.citations}
    left = [one for one in around(assistant, answer, texts) if not any(alike(one.topic, other) for other in asked)]
    chosen: list[Candidate] = []
    for _ in range(_FOLLOW_UP_CHECKS):
        if not left or len(chosen) >= most:
            break
        one = _by_promise(left, chosen)[0]
        left = [other for other in left if other.question != one.question]
        places = _places(assistant, one, filters)
        if len(places & shown) * 2 < len(places):
            chosen.append(one)
            shown |= places
            left = [other for other in left if not alike(other.topic, one.topic)]
    return tuple(one.question for one in chosen)


def _by_promise(candidates: Iterable[Candidate], chosen: Sequence[Candidate]) -> list[Candidate]:
    times = Counter(one.form for one in chosen)
    return sorted(candidates, key=lambda one: -one.promise * _AGAIN ** times[one.form])


def _places(assistant: Assistant, one: Candidate, filters: Filters) -> set[Place]:
    """Return the places that answer the candidate; none where it is not answered from where it was made."""
    answer = assistant.extractive.ask(one.question, filters)
    if answer.status != "answered" or answer.uncertain:
        return set()
    here = [c for c in answer.citations if c.article_id == one.article_id]
    inside = [c for c in here if c.start < one.end and c.end > one.start and one.name in folded(c.quote)]
    allowed = [c for c in answer.citations if c.publisher == one.publisher] if one.publisher else here
    return {_place(c) for c in answer.citations} if inside and len(allowed) == len(answer.citations) else set()


def _place(one: Citation) -> Place:
    return one.article_id, one.start, one.end
