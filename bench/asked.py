"""`python -m bench.asked`: whether the reader tells questions a passage answers from those it only seems to answer.

It reads the written questions that no training has seen, each with the one passage that it was written about, so that
search has no part in the figures. The passages are those of ../shared/training and those written for statements.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.models.reader.data.asked import ASKED
from assistant.models.reader.data.items import Item
from assistant.models.reader.groups import load_corpora
from assistant.models.reader.runtime import READER_FOLDER, PassageInput, ReaderNetwork
from assistant.models.reader.validation import auroc

_ROOT = Path(__file__).resolve().parent.parent
_HELD_OUT = READER_FOLDER.parent / "written" / "questions-12.jsonl"


@dataclass(frozen=True)
class Read:
    """What a reader made of one question and of `others`, its like that the passage does not answer, as logits.

    `best`: the likeliest sentence is a gold one. `sentences`: AUROC of the gold ones, None where all of them are gold.
    """

    answerable: float
    others: tuple[float, ...]
    best: bool
    sentences: float | None


def read(reader: ReaderNetwork, items: Sequence[Item], most: int) -> Iterator[Read]:
    """Yield what `reader` makes of each item whose passage has at most so many characters."""
    for item in items:
        passage = item.passage
        if len(passage.text) > most:
            continue
        shown = [PassageInput(passage.title, passage.text, passage.sentences)]
        scores = reader.score(item.question, shown)[0]
        relevance = np.array(scores.sentences[: len(passage.sentences)])
        gold = np.array([i in item.gold for i in range(len(relevance))])
        yield Read(
            scores.answerable,
            tuple(reader.score(question, shown)[0].answerable for question in item.impossible),
            bool(gold[relevance.argmax()]),
            auroc(relevance[gold], relevance[~gold]) if 0 < gold.sum() < len(gold) else None,
        )


def summary(found: Sequence[Read]) -> list[str]:
    """Return the figures as lines."""
    answered = np.array([one.answerable for one in found])
    others = np.array([logit for one in found for logit in one.others])
    above = [one.answerable > logit for one in found for logit in one.others]
    told = [one.sentences for one in found if one.sentences is not None]
    return [
        f"{len(answered)} questions the passage answers, {len(others)} it only seems to answer",
        f"AUROC of answered against not      {auroc(answered, others):.4f}",
        f"answered above its unanswered like {np.mean(above):.4f}",
        f"likeliest sentence is gold         {np.mean([one.best for one in found]):.4f}",
        f"AUROC of gold sentences            {np.mean(told):.4f}",
    ]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.asked", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=[_HELD_OUT], help="questions to ask; held out: file 12")
    parser.add_argument("--reader", type=Path, default=READER_FOLDER, help="folder of the exported reader")
    parser.add_argument("--data", type=Path, default=_ROOT.parent / "shared" / "training")
    parser.add_argument("--most", type=int, default=1400, help="characters of the longest passage")
    args = parser.parse_args()
    corpus = next(one for one in load_corpora(args.data, 0, args.files) if one.name == ASKED)
    found = list(read(ReaderNetwork(args.reader, 2), corpus.items, args.most))
    if not found:
        print(f"no passage of {', '.join(map(str, args.files))} is in {args.data} or written in this project")
        return 2
    print("\n".join(summary(found)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
