"""Sets whose text is split into tokens (QAMR, the split of SQuAD by Du et al. 2017), put together again."""

import random
import re
from pathlib import Path

from assistant.models.reader.data.items import Corpus, Item, joined_passage

_BRACKETS = {"-lrb-": "(", "-rrb-": ")", "-lsb-": "[", "-rsb-": "]", "``": '"', "''": '"', "--": "–"}
_SPACE_BEFORE = re.compile(r" (?=[,.;:?!)\]%]|'s\b|n't\b|'(?:re|ve|ll|d|m)\b)")
_SPACE_AFTER = re.compile(r"(?<=[(\[$]) ")
_QUOTED = re.compile(r'" ([^"]*?) "')


def detokenise(text: str) -> str:
    """Return `text` with the spaces between tokens removed where English has none."""
    tokens = [_BRACKETS.get(token.lower(), token) for token in text.split()]
    joined = _SPACE_AFTER.sub("", _SPACE_BEFORE.sub("", " ".join(tokens)))
    return _QUOTED.sub(r'"\1"', joined)


def load_du(folder: Path, seed: int) -> Corpus:
    """Return sentence and question pairs; the passage is made of the sentences that stand next to it in the file."""
    corpus = Corpus("squad1_du_split")
    rng = random.Random(f"{seed}-du")
    for split in ("test", "dev"):
        sources = [detokenise(line) for line in (folder / f"src-{split}.txt").read_text("utf-8").splitlines()]
        questions = (folder / f"tgt-{split}.txt").read_text("utf-8").splitlines()
        order = list(dict.fromkeys(sources))
        place = {sentence: i for i, sentence in enumerate(order)}
        for start in range(0, len(order), 5):
            corpus.passages.append(
                joined_passage("squad1_du_split", f"{split}-{start // 100}", "", order[start : start + 5])
            )
        for source, question in dict.fromkeys(zip(sources, questions, strict=True)):
            at = place[source]
            first, end = max(0, at - rng.randint(0, 3)), at + 1 + rng.randint(0, 3)
            passage = joined_passage("squad1_du_split", f"{split}-{at // 100}", "", order[first:end])
            corpus.items.append(Item(passage, detokenise(question), (at - first,), None, (source,)))
    return corpus


def load_qamr(folder: Path) -> Corpus:
    """Return the questions of dev and test, each over the annotated sentences of its document.

    Few documents have more than one. The short answer is the longest run of answer tokens of the first annotator.
    """
    corpus = Corpus("qamr")
    tokens = {
        key: sentence.split()
        for key, _, sentence in (
            line.partition("\t") for line in (folder / "wiki-sentences.tsv").read_text("utf-8").splitlines()
        )
    }
    seen: set[tuple[str, str]] = set()
    for split in ("dev", "test"):
        for line in (folder / f"filtered.{split}.tsv").read_text("utf-8").splitlines():
            fields = line.split("\t")
            key, question, indices = fields[0], fields[5], fields[6]
            if (key, question) in seen or key not in tokens:
                continue
            seen.add((key, question))
            text = detokenise(" ".join(tokens[key]))
            passage = joined_passage("qamr", ":".join(key.split(":")[1:3]), "", [text])
            if passage not in corpus.passages[-1:]:
                corpus.passages.append(passage)
            answer = detokenise(" ".join(tokens[key][i] for i in _run([int(i) for i in indices.split()])))
            start = text.find(answer) if text.count(answer) == 1 else -1
            span = (start, start + len(answer)) if start >= 0 else None
            corpus.items.append(Item(passage, question.strip(), (0,), span, (answer,)))
    return corpus


def _run(indices: list[int]) -> list[int]:
    """Return the longest run of consecutive numbers."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return max(runs, key=len, default=[])
