"""Sets with labels on sentences or whole passages: SelQA, Natural Questions (gold passages), MuSiQue, HotpotQA."""

import gzip
import json
import re
from pathlib import Path

from assistant.models.reader.data.items import Corpus, Item, Passage, joined_passage, make_passage, overlapping


def load_selqa(folder: Path) -> Corpus:
    """Return questions over whole sections of Wikipedia; several sentences may be gold."""
    corpus = Corpus("selqa")
    seen: set[str] = set()
    for path in sorted(folder.glob("*.json")):
        for row in json.loads(path.read_text("utf-8")):
            sentences = [" ".join(s.split()) for s in row["candidates"]]
            if not row["answers"] or not all(sentences):
                continue
            title = f"{row['article']} > {row['section']}" if row["section"] != "Abstract" else row["article"]
            passage = joined_passage("selqa", row["article"], title, sentences)
            if passage.text not in seen:
                seen.add(passage.text)
                corpus.passages.append(passage)
            gold = tuple(sorted(row["answers"]))
            corpus.items.append(Item(passage, row["question"].strip(), gold, None, tuple(sentences[i] for i in gold)))
    return corpus


def load_nq(path: Path) -> Corpus:
    """Return real queries over the long answer; gold are the sentences that hold a short answer."""
    corpus = Corpus("nq_oracle")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            annotated = row["nq_annotated_gold"]
            text, title = annotated["long_answer"].strip(), annotated["title"]
            short = [s for s in annotated["short_answers"] if s and s in text]
            if not short or text.count("<") > 3:
                continue
            passage = make_passage("nq_oracle", title, title, text)
            corpus.passages.append(passage)
            spans = [_first(text, s) for s in short]
            gold = sorted({i for span in spans for i in overlapping(passage.sentences, *span)})
            excluded = tuple(dict.fromkeys([*short, *row["answers"]]))
            corpus.items.append(Item(passage, row["question"].strip(), tuple(gold), spans[0], excluded))
    return corpus


def _first(text: str, wanted: str) -> tuple[int, int]:
    found = re.search(rf"\b{re.escape(wanted)}\b", text)
    start = found.start() if found else text.index(wanted)
    return start, start + len(wanted)


def load_multihop(folder: Path) -> Corpus:
    """Return the single steps of MuSiQue's questions, and HotpotQA's questions over both supporting paragraphs."""
    corpus = Corpus("multihop")
    for row in json.loads((folder / "musique_train.json").read_text("utf-8")):
        passages = [
            make_passage("multihop", row["id"], p["title"], " ".join(p["paragraph_text"].split()))
            for p in row["paragraphs"]
        ]
        corpus.passages.extend(passages)
        for step in row["question_decomposition"]:
            passage, answer = passages[step["paragraph_support_idx"]], step["answer"]
            if "#" in step["question"] or ">>" in step["question"] or answer not in passage.text:
                continue
            span = _first(passage.text, answer)
            gold = overlapping(passage.sentences, *span)
            corpus.items.append(Item(passage, step["question"].strip(), gold, span, (answer,)))
    for row in json.loads((folder / "hotpotqa_train.json").read_text("utf-8")):
        _add_hotpot(corpus, row)
    return corpus


def _add_hotpot(corpus: Corpus, row: dict[str, list[list[str]]]) -> None:
    identity, question, answer = str(row["_id"]), str(row["question"]), str(row["answer"])
    facts = {(title, int(number)) for title, number in row["supporting_facts"]}
    titles = {title for title, _ in facts}
    supporting: list[str] = []
    gold: list[int] = []
    for title, raw in row["context"]:
        sentences = [" ".join(s.split()) for s in raw if s.strip()]
        if title not in titles:
            corpus.passages.append(joined_passage("multihop", identity, title, sentences))
            continue
        gold.extend(len(supporting) + i for i in range(len(sentences)) if (title, i) in facts)
        supporting.extend(sentences)
    passage: Passage = joined_passage("multihop", identity, " > ".join(sorted(titles)), supporting)
    if gold and passage.sentences[gold[-1]][1] - passage.sentences[gold[0]][0] <= 1000:
        corpus.passages.append(passage)
        excluded = (answer,) if answer not in {"yes", "no"} else ()
        corpus.items.append(Item(passage, question.strip(), tuple(gold), None, excluded))
