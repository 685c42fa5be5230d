"""ExtractiveAnswerer: the sentences that answer, verbatim, as few as do the job, or none."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice

from assistant.answering import Draft, Quote
from assistant.answering.asked_years import of_another_year
from assistant.answering.contest import Told, contested
from assistant.answering.f_measure import expected_total, worth_quoting
from assistant.answering.following import goes_on
from assistant.answering.lists import (
    ItemList,
    is_counted,
    is_label,
    items_after,
    items_below,
    list_around,
    wanted_item,
    wanted_list,
)
from assistant.answering.questions import AskedFor, analyse
from assistant.answering.short_answers import short_answer
from assistant.catalog.lexical import stems
from assistant.models.reading import Judgement, Reader
from assistant.phrases import matter
from assistant.sentences import sentence_spans, trim
from assistant.types import Article, Block, Hit, Sentence
from assistant.verification.instructions import instructs, states

# Sentences that are chosen for an answer at most; what they lean on comes with them.
MOST_SENTENCES = 6
# A sentence that opens with one of these speaks of something named in the sentence before.
_LEANS = re.compile(
    r"(?:This|These|That|Those|It|They|He|She|Its|Their|His|Her|Such|Both|The (?:latter|former|same))\b(?! is why\b)"
)
# One that opens with these says what is so, after one that says what is not.
_COMPLETES = re.compile(r"(?:Instead|Rather|On the contrary)\b")
_LEADS_IN = re.compile(r"(?::|—|–|the following|as follows)[\s*]*$")
_LIST_ARTICLES = 3
_LIST_TRUST = 0.8
# How much of the confidence is left where all that would be quoted is of another year than the one asked for: of six
# such answers none was right.
_ANOTHER_YEAR = 0.1
# A statement says nothing new when one that is quoted holds this much of its stems.
_SAME = 0.8
# The same words elsewhere are quoted too, unless the reader finds them far less likely to answer where they stand.
_ECHO_SHARE = 0.5
_MOST_ECHOES = 2
_MOST_CHARACTERS = 1400
_MOST_MARKED = 0.6
# A sentence at least this share as likely as the best one may contradict it; so many contradictions are shown.
_RIVAL_SHARE = 0.2
_MOST_RIVALS = 2
# A longer question without a word of matter may be a saying: "he who is not against us is for us".
_SHORT = 6
# The sentence after the best one has to be at least this share as likely to be quoted for what it tells.
_FOLLOWING_SHARE = 0.05
# Share of a question's terms in a sentence that the question is about.
_ABOUT = 0.6


@dataclass(frozen=True)
class _Candidate:
    hit: Hit
    index: int
    chance: float
    span: tuple[int, int] | None = None

    @property
    def sentence(self) -> Sentence:
        return self.hit.sentences[self.index]

    @property
    def length(self) -> int:
        return self.sentence.end - self.sentence.start

    @property
    def highlight(self) -> tuple[int, int] | None:
        """The short answer, unless it is most of the sentence: marking that tells nothing."""
        if self.span is None:
            return None
        return self.span if self.span[1] - self.span[0] <= _MOST_MARKED * self.length else None

    @property
    def text(self) -> str:
        return _text(self.hit, self.sentence)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of the sentence's words, taken once: it is held against every one that is chosen before it."""
        return frozenset(stems(self.text))

    @property
    def dated(self) -> tuple[tuple[str, ...], date | None]:
        """What can tell of which year the sentence is: itself, what stands around and above it, and when it came."""
        above = (self.hit.title, *self.hit.heading_path, *self.sentence.columns)
        return (self.text, self.hit.text, *above), self.hit.published

    @property
    def told(self) -> Told | None:
        """The short answer in its surroundings, None where none is marked."""
        if self.span is None:
            return None
        start, end = (at - self.sentence.start for at in self.span)
        above = " ".join((self.hit.title, *self.hit.heading_path, *self.sentence.columns))
        return Told(self.text, start, end, self.hit.text, above)


class ExtractiveAnswerer:
    """`Answerer` that quotes: it reads the first passages and takes the sentences that the reader finds likeliest."""

    def __init__(
        self,
        reader: Reader,
        article: Callable[[str], Article],
        *,
        threshold: float | None = None,
        passages: int = 8,
        recall_weight: float = 1.5,
    ) -> None:
        """Take the reader and a function that gives an article by id.

        `threshold`: least confidence of an answer, by default the reader's. `passages`: how many are read.
        `recall_weight`: how much quoting all that answers weighs, beside quoting nothing else.
        """
        self._reader = reader
        self._article = article
        self._threshold = reader.threshold if threshold is None else threshold
        self._passages = passages
        self._recall_weight = recall_weight

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._reader.name

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        """Threshold, passages read, weight of recall."""
        return {"threshold": self._threshold, "passages": self._passages, "recall_weight": self._recall_weight}

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """Return the answer to `question` from `hits` (best first), or an abstention with the same hits.

        A short question without a word that says what it is about is not answered.
        """
        if len(question.split()) <= _SHORT and not matter(question):
            return Draft("abstained", 0.0, (), tuple(hits))
        read = list(hits[: self._passages])
        judged = self._reader.read(question, read)
        ranked = _ranked(read, judged) + tuple(hits[len(read) :])
        asked = analyse(question)
        candidates = _candidates(asked, read, judged)
        chosen = self._choose(candidates)
        listed = self._listed(asked, read, chosen)
        # A list whose title is what was asked for answers, however little its items sound like the question.
        confidence = round(max(judged.confidence, _LIST_TRUST * listed[0].share if listed else 0.0), 6)
        if chosen and all(of_another_year(question, *one.dated) for one in chosen):
            confidence = round(confidence * _ANOTHER_YEAR, 6)
        if not chosen or confidence < self._threshold:
            return Draft("abstained", confidence, (), ranked)
        uncertain = confidence < self._reader.uncertain
        if placed := self._placed(asked, read, chosen):
            return Draft("answered", confidence, tuple(placed), ranked, uncertain=uncertain, best=0)
        if listed:
            quotes = _item_quotes(listed[1], listed[0].items)
            return Draft("answered", confidence, tuple(quotes), ranked, uncertain=uncertain)
        sides = _sides(asked, chosen, candidates)
        more = [*sides, *_following(asked, chosen, candidates)]
        quotes = self._quotes([*chosen, *(one for one in more if one not in chosen)], asked)
        quotes = _with_echoes(quotes, _echoes(chosen, candidates))
        best, *others = (
            next(i for i, quote in enumerate(quotes) if _quotes_sentence(quote, one)) for one in (chosen[0], *sides)
        )
        told = tuple(sorted(others))
        return Draft("answered", confidence, tuple(quotes), ranked, uncertain=uncertain, best=best, contested=told)

    def _choose(self, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        """Return the sentences that are worth quoting together, best first, each with something new."""
        chosen: list[_Candidate] = []
        for one in candidates:
            if len(chosen) == MOST_SENTENCES:
                break
            if not any(_says_nothing_new(one, other) for other in chosen) and not self._heads_a_table(one):
                chosen.append(one)
        total = expected_total([one.chance for one in candidates], [one.length for one in candidates])
        count = worth_quoting(
            [one.chance for one in chosen], [one.length for one in chosen], total, self._recall_weight
        )
        return chosen[:count]

    def _heads_a_table(self, one: _Candidate) -> bool:
        """Tell whether the sentence is a row of column heads, which says nothing by itself."""
        if one.sentence.kind != "table_row" or one.sentence.columns:
            return False
        following = (b for b in self._article(one.hit.article_id).blocks if b.start >= one.sentence.end)
        below = next(following, None)
        return below is not None and below.kind == "table_row" and bool(below.columns)

    def _quotes(self, chosen: Sequence[_Candidate], asked: AskedFor) -> list[Quote]:
        """Return the quotes in reading order, each with the sentence it leans on and the list it leads into.

        An item of a list that is asked for as a whole brings the others.
        """
        order = {c.hit.article_id: rank for rank, c in reversed(list(enumerate(chosen)))}
        spans: dict[tuple[str, int, int], Quote] = {}
        for one in chosen:
            for i in range(_leaned_on(one.hit, one.index), _completed_by(one.hit, one.index) + 1):
                sentence = one.hit.sentences[i]
                if i != one.index and not states(_text(one.hit, sentence)):
                    continue
                spans.setdefault((one.hit.article_id, sentence.start, sentence.end), _quote(one.hit, sentence))
            for item in self._items(one, asked):
                for part in self._parted(item, chosen):
                    spans.setdefault((part.article_id, part.start, part.end), part)
        for one in chosen:
            key = (one.hit.article_id, one.sentence.start, one.sentence.end)
            spans[key] = replace(spans[key], highlight=one.highlight)
        return [spans[key] for key in sorted(spans, key=lambda key: (order[key[0]], key[1]))]

    def _parted(self, item: Quote, chosen: Sequence[_Candidate]) -> list[Quote]:
        """Return an item as one quote, or its sentences where one of them is quoted by itself."""
        mine = (one.sentence for one in chosen if one.hit.article_id == item.article_id)
        if all(one.end <= item.start or item.end <= one.start for one in mine):
            return [item]
        spans = sentence_spans(self._article(item.article_id).text, item.start, item.end)
        return [replace(item, start=start, end=end) for start, end in spans]

    def _items(self, one: _Candidate, asked: AskedFor) -> list[Quote]:
        article = self._article(one.hit.article_id)
        if one.sentence.kind == "list_item":
            if around := list_around(asked, article, one.sentence.start, one.sentence.end):
                return _item_quotes(article, around.items)
            item = next(block for block in article.blocks if block.end >= one.sentence.end)
            if below := _below(article, item):
                return _item_quotes(article, below)
        if not _LEADS_IN.search(one.text) or one.sentence.kind == "table_row":
            return []
        return _item_quotes(article, items_after(article, one.sentence.end))

    def _placed(self, asked: AskedFor, hits: Sequence[Hit], chosen: Sequence[_Candidate]) -> list[Quote]:
        """Return the item that is asked for by its place in a list, and what of the chosen stands under its name."""
        if asked.place is None:
            return []
        for article_id in list(dict.fromkeys(hit.article_id for hit in hits))[:_LIST_ARTICLES]:
            article = self._article(article_id)
            if item := wanted_item(asked, article):
                (named,) = _item_quotes(article, [item])
                name = article.text[named.start : named.end]
                below = [c for c in chosen if c.hit.article_id == article_id and c.hit.heading_path[-1:] == (name,)]
                return [named, *(quote for quote in self._quotes(below, asked) if quote.start != named.start)]
        return []

    def _listed(
        self, asked: AskedFor, hits: Sequence[Hit], chosen: Sequence[_Candidate]
    ) -> tuple[ItemList, Article] | None:
        """Return the list that is asked for: of the right number, or one in which the reader finds an answer too."""
        if not asked.listed:
            return None
        for article_id in list(dict.fromkeys(hit.article_id for hit in hits))[:_LIST_ARTICLES]:
            article = self._article(article_id)
            found = wanted_list(asked, article)
            if found and (found.counted or any(_lies_in(one, found, article_id) for one in chosen)):
                return found, article
        return None


def _candidates(asked: AskedFor, hits: Sequence[Hit], judged: Judgement) -> list[_Candidate]:
    """Return every sentence that can be quoted, likeliest first.

    One that asks, or tells whoever answers how to do it, answers no question but one about itself.
    """
    found = [
        _Candidate(hit, i, chance, _span(asked, hit, i, reading.spans[i]) if reading.spans else None)
        for hit, reading in zip(hits, judged.readings, strict=True)
        for i, chance in enumerate(reading.sentences)
        if hit.sentences[i].kind != "heading"
    ]
    answering = [one for one in found if states(one.text) or (not instructs(one.text) and _asks_for(asked, one.text))]
    return sorted(answering, key=lambda c: (-c.chance, c.hit.id, c.index))


def _span(asked: AskedFor, hit: Hit, index: int, found: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the short answer that the reader `found` in a sentence as it is to be marked, in the article's offsets."""
    if found is None:
        return None
    sentence = hit.sentences[index]
    start, end = (at - sentence.start for at in found)
    whole = short_answer(asked, _text(hit, sentence), (start, end), sentence.columns)
    return whole and (sentence.start + whole[0], sentence.start + whole[1])


def _following(asked: AskedFor, chosen: Sequence[_Candidate], candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the sentence after the likeliest one, where that alone tells what was asked for."""
    best = chosen[0]
    if any(one.told for one in chosen) or best.sentence.kind != "paragraph":
        return []
    return [
        one
        for one in candidates
        if one.hit.id == best.hit.id
        and one.index == best.index + 1
        and one.sentence.kind == "paragraph"
        and one.chance >= _FOLLOWING_SHARE * best.chance
        and goes_on(asked, " ".join(other.text for other in chosen), one.text)
    ]


def _echoes(chosen: Sequence[_Candidate], candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the sentences that say word for word what a chosen one says, in another place.

    None is of an article that would be quoted before the chosen one's: the first of the same words is what is stated.
    """
    found: list[_Candidate] = []
    for i, quoted in enumerate(chosen):
        before = {one.hit.article_id for one in chosen[:i]} - {quoted.hit.article_id}
        echoes = (
            one
            for one in candidates
            if one.text == quoted.text
            and one is not quoted
            and one.sentence.columns == quoted.sentence.columns
            and one.chance >= _ECHO_SHARE * quoted.chance
            and one.hit.article_id not in before
        )
        found.extend(islice(echoes, _MOST_ECHOES))
    return found


def _with_echoes(quotes: Sequence[Quote], echoes: Sequence[_Candidate]) -> list[Quote]:
    """Return quotes and echoes in reading order: articles as they come, each from its beginning, no place twice."""
    new = [one for one in echoes if not any(_quotes_sentence(quote, one) for quote in quotes)]
    every = [*quotes, *(replace(_quote(one.hit, one.sentence), highlight=one.highlight) for one in new)]
    rank = {quote.article_id: place for place, quote in reversed(list(enumerate(every)))}
    return sorted(every, key=lambda quote: (rank[quote.article_id], quote.start))


def _asks_for(asked: AskedFor, text: str) -> bool:
    return len(set(asked.terms) & set(stems(text))) >= _ABOUT * len(asked.terms)


def _sides(asked: AskedFor, chosen: Sequence[_Candidate], candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the likeliest of `chosen` that gives a short answer and what contradicts it in other articles, or none.

    No two of them say the same.
    """
    first = next((one for one in chosen if one.told), None)
    if first is None:
        return []
    sides = [first]
    for one in candidates:
        if len(sides) > _MOST_RIVALS or one.chance < _RIVAL_SHARE * first.chance:
            break
        if all(_excludes(asked, side, one) for side in sides):
            sides.append(one)
    return sides if len(sides) > 1 else []


def _excludes(asked: AskedFor, one: _Candidate, other: _Candidate) -> bool:
    if one.hit.article_id == other.hit.article_id or one.told is None or other.told is None:
        return False
    return contested(asked, one.told, other.told)


def _lies_in(one: _Candidate, found: ItemList, article_id: str) -> bool:
    return one.hit.article_id == article_id and found.holds(one.sentence.start, one.sentence.end)


def _ranked(hits: Sequence[Hit], judged: Judgement) -> tuple[Hit, ...]:
    """Return the hits in the order in which the reader finds that they answer."""
    scored = [
        hit.model_copy(update={"reader_score": round(reading.passage, 6)})
        for hit, reading in zip(hits, judged.readings, strict=True)
    ]
    return tuple(sorted(scored, key=lambda hit: -(hit.reader_score or 0.0)))


def _text(hit: Hit, sentence: Sentence) -> str:
    return hit.text[sentence.start - hit.start : sentence.end - hit.start]


def _leaned_on(hit: Hit, index: int) -> int:
    """Return the index of the first sentence that sentence `index` needs to be understood."""
    first = index
    while first > 0 and index - first < 2:
        sentence = hit.sentences[first]
        if sentence.kind != "paragraph" or hit.sentences[first - 1].kind != "paragraph":
            break
        if not _LEANS.match(hit.text, sentence.start - hit.start):
            break
        first -= 1
    return first


def _completed_by(hit: Hit, index: int) -> int:
    """Return the index of the sentence that completes sentence `index`: itself, or the next ("Instead, ...")."""
    following = hit.sentences[index + 1 : index + 2]
    goes_on = any(
        sentence.kind == "paragraph" and _COMPLETES.match(hit.text, sentence.start - hit.start)
        for sentence in following
    )
    return index + 1 if goes_on else index


def _quotes_sentence(quote: Quote, one: _Candidate) -> bool:
    return (quote.article_id, quote.start, quote.end) == (one.hit.article_id, one.sentence.start, one.sentence.end)


def _quote(hit: Hit, sentence: Sentence) -> Quote:
    return Quote(hit.article_id, hit.sha256, sentence.start, sentence.end, sentence.columns)


def _item_quotes(article: Article, items: Sequence[Block]) -> list[Quote]:
    """Return a quote an item, of its first sentence alone where the whole items would be too long to read.

    An item that asks or orders something, among others that do not, is none of the list's, unless what leads in to
    the list says how many they are.
    """
    item_text = {block.start: article.text[block.start : block.end] for block in items}
    if not is_counted(article, items):
        stating = [block for block in items if states(item_text[block.start])]
        items = stating if 2 * len(stating) > len(items) else items
    items = [block for item in items for block in (item, *_below(article, item))]
    items = [block for block in items if not instructs(article.text[block.start : block.end])]
    spans = [trim(article.text, block.start, block.end) for block in items]
    if sum(end - start for start, end in spans) > _MOST_CHARACTERS:
        spans = [sentence_spans(article.text, start, end)[0] for start, end in spans]
    columns = [block.columns for block in items]
    return [Quote(article.id, article.sha256, a, b, heads) for (a, b), heads in zip(spans, columns, strict=True)]


def _below(article: Article, item: Block) -> list[Block]:
    """Return what stands in the list below an item that is a label."""
    return items_below(article, item) if is_label(article.text[item.start : item.end]) else []


def _says_nothing_new(one: _Candidate, quoted: _Candidate) -> bool:
    return len(one.stems & quoted.stems) >= _SAME * max(len(one.stems), 1)
