"""Statements with a source that states them or does not, made from texts and from questions with their answers."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.models.entailment.edits import Editor, Pieces, cut, joined, names_in
from assistant.models.entailment.wordnet import WordNet
from assistant.models.reader.data.items import Corpus, Item, Passage, held_out

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_SUBJECT = re.compile(r"(?:Who|Which \w+|What (?!is |was |are |were |did |does |do |has |had )\w+) (\w.+)\?")
_COPULA = re.compile(r"(?:What|Who) (is|was|are|were) (the .+|an? .+|[A-Z].+)\?")
_DID = re.compile(r"(When|Where|In what year|In which year) did (.+)\?")
_PARTICIPLE = re.compile(r"(When|Where|In what year) (was|were) (.+ )(\w+ed|born|built|made|held|found|written|sold)\?")
_CLAUSE = re.compile(r", (?:which|who|and|with|including|as|after|while|because|to|for) [^,.;]{15,60}(?=[,.])")
# Sets whose sentences are those of edited prose, and whose questions are whole and plain.
_PROSE = frozenset("squad2 new_wiki xquad nq_oracle multihop selqa text".split())
_ASKED = frozenset("squad2 new_wiki xquad nq_oracle".split())
_MOST_CHARACTERS = 700
_MOST_STATED = 420
_WITH_TITLE = 0.4
_LEAST = 45


@dataclass(frozen=True)
class Example:
    """A statement in pieces, its source, and whether the source states it.

    `located`: every piece that the source does not state is marked as altered.
    """

    source: str
    statement: Pieces
    supported: bool
    located: bool
    apart: bool


class Maker:
    """Makes examples of the passages and questions of `corpora`."""

    def __init__(self, corpora: Sequence[Corpus], wordnet: WordNet, seed: int) -> None:
        """Gather the names, numbers and phrases that edits draw from."""
        self._rng = random.Random(seed)
        passages = [p for corpus in corpora if corpus.name in _PROSE for p in corpus.passages]
        self._passages = self._rng.sample(passages, len(passages))
        self._items = [item for corpus in corpora if corpus.name in _ASKED for item in corpus.items]
        sample = [p.text for p in self._passages[:6000]]
        names = [joined(pieces[a:b]) for pieces in map(cut, sample) for a, b in names_in(pieces)]
        numbers = [n for text in sample for n in _NUMBER.findall(text)]
        phrases = [found for text in sample for found in _CLAUSE.findall(text)]
        self._editor = Editor(wordnet, names, numbers, phrases)

    def keep(self, pieces: Pieces, rng: random.Random) -> Pieces:
        """Return `pieces` reworded at random, so that they say the same."""
        return self._editor.keep(pieces, rng)

    def examples(self) -> Iterator[Example]:
        """Yield examples in random order, without end; about as many supported as not."""
        items = self._rng.sample(self._items, len(self._items))
        place = 0
        while True:
            for passage in self._passages:
                yield from self._of_passage(passage)
                while place < len(items) and self._rng.random() < 0.6:
                    yield from self._of_item(items[place])
                    place += 1
            place = 0

    def _of_passage(self, passage: Passage) -> Iterator[Example]:
        rng = self._rng
        spans = [s for s in passage.sentences if s[1] - s[0] >= _LEAST]
        if not spans:
            return
        apart = held_out(passage.article)
        texts = [passage.text[a:b] for a, b in passage.sentences]
        at = rng.randrange(len(texts))
        if not _LEAST <= len(texts[at]) <= _MOST_STATED:
            return
        source, shown = around(texts, at, rng)
        source = led(source, passage.title, rng)
        own = texts[at]
        if rng.random() < 0.15 and at + 1 in shown and len(own) + len(texts[at + 1]) < _MOST_STATED:
            own = f"{own} {texts[at + 1]}"
        pieces = cut(own)
        near = [joined(some[a:b]) for some in [cut(passage.text[:1500])] for a, b in names_in(some)]
        for supported in (True, False):
            worded = self._editor.keep(pieces, rng)
            if supported:
                yield Example(source, worded, supported=True, located=True, apart=apart)
            elif (made := self._editor.change(worded, rng, near)) is not None:
                yield Example(source, made, supported=False, located=True, apart=apart)
        others = [i for i in range(len(texts)) if i not in shown and _LEAST <= len(texts[i]) <= _MOST_STATED]
        if others and rng.random() < 0.25:
            other = self._editor.keep(cut(texts[rng.choice(others)]), rng)
            yield Example(source, other, supported=False, located=False, apart=apart)

    def _of_item(self, item: Item) -> Iterator[Example]:
        rng = self._rng
        if item.answer is None or not item.gold:
            return
        text = item.passage.text
        answer = text[slice(*item.answer)].strip(" .,")
        if not 1 < len(answer) <= 60:
            return
        texts = [text[a:b] for a, b in item.passage.sentences]
        source, _ = around(texts, item.gold[0], rng)
        if answer not in source:
            return
        apart = held_out(item.passage.article)
        if (made := declared(item.question, answer)) is None:
            return
        before, after = made
        pieces = (*cut(before), *cut(answer), *cut(after))
        yield Example(source, self._editor.keep(pieces, rng), supported=True, located=True, apart=apart)
        if (other := _like(answer, text, rng)) is not None:
            wrong = tuple(type(p)(p.text, altered=True) for p in cut(other))
            statement = (*cut(before), *wrong, *cut(after))
            yield Example(source, statement, supported=False, located=True, apart=apart)


def declared(question: str, answer: str) -> tuple[str, str] | None:
    """Return what stands before and behind the answer in the statement that answers the question, None if unknown."""
    question = " ".join(question.split())
    if found := _SUBJECT.fullmatch(question):
        return "", f" {found[1]}."
    if found := _COPULA.fullmatch(question):
        return f"{found[2][0].upper()}{found[2][1:]} {found[1]} ", "."
    preposition = "" if answer.lower().split()[0] in ("in", "on", "at", "during", "after", "before") else "in "
    if found := _DID.fullmatch(question):
        return f"{found[2][0].upper()}{found[2][1:]} {preposition}", "."
    if found := _PARTICIPLE.fullmatch(question):
        return f"{found[3][0].upper()}{found[3][1:]}{found[2]} {found[4]} {preposition}", "."
    return None


def around(texts: Sequence[str], at: int, rng: random.Random) -> tuple[str, range]:
    """Return sentence `at` with up to three around it, and which they are."""
    first = after = at
    after += 1
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        if rng.random() < 0.5 and first > 0 and len(" ".join(texts[first - 1 : after])) < _MOST_CHARACTERS:
            first -= 1
        elif after < len(texts) and len(" ".join(texts[first : after + 1])) < _MOST_CHARACTERS:
            after += 1
    return " ".join(texts[first:after])[: 2 * _MOST_CHARACTERS], range(first, after)


def led(source: str, title: str, rng: random.Random) -> str:
    """Return the source, at times after its title and heading, as candidates of support are shown."""
    parts = [part for part in title.split(" > ") if part]
    return " ".join([*(f"{part}." for part in parts), source]) if parts and rng.random() < _WITH_TITLE else source


def _like(answer: str, text: str, rng: random.Random) -> str | None:
    """Return something of the text that could be taken for the answer: a number for a number, a name for a name."""
    if _NUMBER.search(answer):
        found = [n for n in _NUMBER.findall(text) if n not in answer]
        return _NUMBER.sub(lambda _: rng.choice(found), answer, count=1) if found else None
    pieces = cut(text)
    names = [joined(pieces[a:b]) for a, b in names_in(pieces)]
    other = [n for n in names if n not in answer and answer not in n]
    return rng.choice(other) if other and answer[0].isupper() else None
