"""Sets in the format of SQuAD: paragraphs, questions, answers with offsets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.models.reader.data.items import Corpus, Item, Passage, make_passage, overlapping
from assistant.sentences import sentence_spans, trim

_AROUND = 6


def load_squad(name: str, *paths: Path, broad: bool = False, paragraphs_apart: bool = False) -> Corpus:
    """Return the set in `paths`; questions without an answer go to the items of the same paragraph.

    `paragraphs_apart`: the paragraphs of one "article" have nothing to do with each other (reviews, comments).
    """
    corpus = Corpus(name)
    for path in paths:
        for document in json.loads(path.read_text("utf-8"))["data"]:
            title = "" if paragraphs_apart else document.get("title", "").replace("_", " ")
            for number, paragraph in enumerate(document["paragraphs"]):
                article = f"{path.stem}-{document.get('title')}-{number}" if paragraphs_apart else title
                passage = make_passage(name, article, title, paragraph["context"])
                if not passage.sentences:
                    continue
                corpus.passages.append(passage)
                corpus.items.extend(_items(passage, paragraph["qas"], broad=broad))
    return corpus


def _items(passage: Passage, questions: list[dict[str, Any]], *, broad: bool) -> Iterator[Item]:
    impossible = [q["question"].strip() for q in questions if q.get("is_impossible")]
    answerable = [q for q in questions if not q.get("is_impossible")]
    for number, question in enumerate(answerable):
        found = locate_answer(passage.text, question["answers"])
        if found is None:
            continue
        gold = overlapping(passage.sentences, *found)
        share = impossible[number :: len(answerable)]
        texts = tuple(dict.fromkeys(a["text"].strip() for a in question["answers"]))
        yield Item(passage, question["question"].strip(), gold, found, texts, tuple(share), broad)


def locate_answer(text: str, answers: list[dict[str, Any]]) -> tuple[int, int] | None:
    """Return the span of the first answer whose offset is right, or, when none is, that occurs once in `text`."""
    for answer in answers:
        start, wanted = answer["answer_start"], answer["text"]
        if wanted.strip() and text[start : start + len(wanted)] == wanted:
            return trim(text, start, start + len(wanted))
    for answer in answers:
        wanted = answer["text"].strip()
        if wanted and text.count(wanted) == 1:
            start = text.index(wanted)
            return start, start + len(wanted)
    return None


def load_covidqa(folder: Path) -> Corpus:
    """Return the questions of both versions, each over the sentences around its answer, titled by the paper."""
    corpus = Corpus("covidqa")
    seen: set[str] = set()
    for path in sorted(folder.glob("*.json"), reverse=True):
        for document in json.loads(path.read_text("utf-8"))["data"]:
            for paragraph in document["paragraphs"]:
                _add_paper(corpus, paragraph, seen)
    return corpus


def _add_paper(corpus: Corpus, paper: dict[str, Any], seen: set[str]) -> None:
    text = paper["context"]
    title = text.strip().split("\n", 1)[0][:120]
    spans = [s for s in sentence_spans(text) if s[1] - s[0] < 800]
    if title not in seen:
        for first in range(4, len(spans), _AROUND):
            corpus.passages.append(_part(title, text, spans[first : first + _AROUND]))
    for question in paper["qas"]:
        found = locate_answer(text, question["answers"])
        if found is None or question["question"] in seen:
            continue
        seen.add(question["question"])
        touched = overlapping(tuple(spans), *found)
        if not touched:
            continue
        first = max(0, touched[0] - _AROUND)
        passage = _part(title, text, spans[first : touched[-1] + 1 + _AROUND])
        offset = spans[first][0]
        answer = (found[0] - offset, found[1] - offset)
        if answer[0] < 0 or passage.text[slice(*answer)] != text[slice(*found)]:
            continue
        gold = overlapping(passage.sentences, *answer)
        excluded = (text[slice(*found)],)
        corpus.items.append(Item(passage, question["question"].strip(), gold, answer, excluded))
    seen.add(title)


def _part(title: str, text: str, spans: list[tuple[int, int]]) -> Passage:
    start = spans[0][0]
    moved = tuple((a - start, b - start) for a, b in spans)
    return Passage("covidqa", title, title, text[start : spans[-1][1]], moved)
