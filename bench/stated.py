"""`python -m bench.stated`: whether the entailment network tells what a passage states from what it does not.

It judges written statements that no training has seen, each beside the sentences that it was written about and what
stands above them, so that choosing sentences has no part in the figures, nor have the rules.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.models.entailment.runtime import ENTAILMENT_FOLDER, EntailmentNetwork
from assistant.models.reader.data.balance import tenths
from assistant.models.reader.inputs import words
from assistant.models.reader.validation import auroc
from assistant.verification.candidates import Candidate, joined

_WRITTEN = ENTAILMENT_FOLDER.parent / "written"
_HELD_OUT = [_WRITTEN / f"passages-{number}.jsonl" for number in (62, 71)]
_PASSING = 0.02
_NEAR = 9


@dataclass(frozen=True)
class Stated:
    """A statement's logit beside its sentences, how many tenths of its words they have, and whether they state it."""

    logit: float
    tenths: int
    supported: bool


def judge(network: EntailmentNetwork, files: Sequence[Path]) -> Iterator[Stated]:
    """Yield what `network` makes of every statement in `files`, JSON lines of passages with `ok` and `bad`."""
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            passage = json.loads(line)
            above = tuple(head for head in (passage["title"], passage.get("heading")) if head)
            columns = tuple(passage.get("columns") or ())
            for part in ("ok", "bad"):
                for one in passage[part]:
                    texts = (passage["sentences"][i] for i in one["of"])
                    source = joined(Candidate(text, above, columns=columns) for text in texts)
                    shared = tenths(set(words(one["text"])), set(words(source)))
                    yield Stated(network.judge(one["text"], [source])[0].stated, shared, part == "ok")


def summary(found: Sequence[Stated]) -> list[str]:
    """Return the figures as lines. What the words alone tell is 0.5 where right and wrong are worded alike."""
    right, wrong = ([one for one in found if one.supported is supported] for supported in (True, False))
    logits = [np.array([one.logit for one in some]) for some in (right, wrong)]
    shared = [np.array([float(one.tenths) for one in some]) for some in (right, wrong)]
    least = np.quantile(logits[1], 1 - _PASSING)
    near = [float(np.mean(some >= _NEAR)) for some in shared]
    return [
        f"{len(right)} statements that the passage states, {len(wrong)} that it does not",
        f"AUROC                                       {auroc(*logits):.4f}",
        f"right ones kept where {_PASSING:.0%} of the wrong ones are {np.mean(logits[0] > least):.4f}",
        f"AUROC of the share of words alone           {auroc(*shared):.4f}",
        f"nine tenths of the words shared             {near[0]:.4f} of the right, {near[1]:.4f} of the wrong ones",
    ]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.stated", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, default=_HELD_OUT, help="statements; held out: files 62 and 71")
    parser.add_argument("--network", type=Path, default=ENTAILMENT_FOLDER, help="folder of the exported network")
    args = parser.parse_args()
    print("\n".join(summary(list(judge(EntailmentNetwork(args.network), args.files)))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
