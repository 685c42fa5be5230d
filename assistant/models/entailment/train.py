"""Trains the network: `python -m assistant.models.entailment.train --data ../shared/training --output DIR --minutes M`.

Writes weights-STEP.pt at every validation and model.pt at the end into DIR. The statements of the
files `--written` are mixed in at `--share` of all examples.
"""

import argparse
import itertools
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from assistant.models.entailment.edits import joined
from assistant.models.entailment.examples import Example, Maker
from assistant.models.entailment.inputs import encode
from assistant.models.entailment.network import EntailmentNetwork, Row, build_network, collate, losses
from assistant.models.entailment.statements import Keep, Written
from assistant.models.entailment.wordnet import WordNet
from assistant.models.reader.batches import load_tokenizer
from assistant.models.reader.checkpoints import load_state
from assistant.models.reader.groups import load_corpora
from assistant.models.reader.train import factor, model_folder

DECAY, CLIP, TOKENS = 0.01, 1.0, 1.0
_POOL = 40
_LOG_EVERY = 50


def to_row(example: Example, tokenizer: Tokenizer) -> Row:
    """Return the example as numbers."""
    ids, second, offsets = encode(tokenizer, joined(example.statement), [example.source])[0]
    if not example.located:
        return Row(ids, second, example.supported, [-1] * len(offsets))
    ends = np.cumsum([len(piece.text) for piece in example.statement])
    marks = [int(example.statement[int(np.searchsorted(ends, a, side="right"))].altered) for a, _ in offsets]
    return Row(ids, second, example.supported, marks)


def batches(rows: Iterator[Row], size: int, rng: random.Random) -> Iterator[list[Row]]:
    """Yield batches of rows of like length."""
    while pool := list(itertools.islice(rows, size * _POOL)):
        pool.sort(key=lambda row: len(row.ids))
        some = [pool[i : i + size] for i in range(0, len(pool), size)]
        rng.shuffle(some)
        yield from some


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the chance that a supported statement scores higher than another one."""
    order = np.argsort(np.argsort(np.array(scores), kind="stable"), kind="stable") + 1
    good = np.array(labels)
    positive, negative = int(good.sum()), int((~good).sum())
    return float((order[good].sum() - positive * (positive + 1) / 2) / max(1, positive * negative))


@torch.inference_mode()
def score(network: EntailmentNetwork, rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """Return the logits of stated, and the highest logit of altered over the statement's tokens, negated."""
    network.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    stated, worst = [0.0] * len(rows), [0.0] * len(rows)
    for first in range(0, len(order), 32):
        some = order[first : first + 32]
        found, altered = network(*collate([rows[i] for i in some]).inputs)
        for place, i in enumerate(some):
            stated[i] = float(found[place])
            worst[i] = -float(altered[place, 1 : rows[i].second - 1].max())
    network.train()
    return stated, worst


def mixed(made: Iterator[Example], written: Written, keep: Keep, share: float, rng: random.Random) -> Iterator[Example]:
    """Yield examples of both kinds without end, `share` of them written ones."""
    again = itertools.chain.from_iterable(written.examples(rng, keep, apart=False) for _ in itertools.count())
    while True:
        yield next(again) if len(written) and rng.random() < share else next(made)


def main() -> int:
    """Train as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder training/ of ../shared")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--written", type=Path, nargs="*", default=[], help="JSON lines of id, ok, bad")
    parser.add_argument("--share", type=float, default=0.15, help="share of written examples")
    parser.add_argument("--reader", type=Path, help="model.pt or folder of a trained reader to start from")
    parser.add_argument("--start", type=Path, help="model.pt or folder to train on from")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--every", type=float, default=8, help="minutes between validations")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="multiply in bfloat16: faster where the CPU has AMX")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    os.environ["HF_HUB_OFFLINE"] = "1"
    torch.set_num_threads(args.threads)
    torch.set_float32_matmul_precision("medium")
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer = load_tokenizer(model_folder())
    network = build_network(model_folder(), args.reader)
    if args.start:
        network.load_state_dict(load_state(args.start))
    maker = Maker(load_corpora(args.data, args.seed), WordNet(args.wordnet), args.seed)
    written = Written(args.written, args.data / "text")
    apart = list(itertools.islice((one for one in maker.examples() if one.apart), 800))
    checks = {"made": [to_row(one, tokenizer) for one in apart]}
    if len(written):
        checks["written"] = [to_row(one, tokenizer) for one in written.examples(rng, maker.keep, apart=True)]
    made = (one for one in maker.examples() if not one.apart)
    rows = (to_row(one, tokenizer) for one in mixed(made, written, maker.keep, args.share, rng))
    _train(args, network, batches(rows, args.batch, rng), checks)
    torch.save(network.state_dict(), args.output / "model.pt")
    return 0


def _train(
    args: argparse.Namespace, network: EntailmentNetwork, source: Iterator[list[Row]], checks: dict[str, list[Row]]
) -> None:
    parameters = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=DECAY)
    begun = checked = time.monotonic()
    planned, parts = 4000, []
    network.train()
    for step, some in enumerate(source):
        elapsed = time.monotonic() - begun
        if step >= 20 and step % 25 == 0:
            planned = max(step, int(args.minutes * 60 / (elapsed / step)))
        if elapsed > args.minutes * 60 or step >= planned:
            break
        for group in optimizer.param_groups:
            group["lr"] = args.rate * factor(step, planned)
        batch = collate(some)
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
            stated, altered = network(*batch.inputs)
        whole, tokens = losses((stated.float(), altered.float()), batch)
        optimizer.zero_grad(set_to_none=True)
        (whole + TOKENS * tokens).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        parts.append((float(whole.detach()), float(tokens.detach())))
        if step % _LOG_EVERY == 0:
            mean = np.mean(parts, axis=0)
            parts.clear()
            _say(f"step {step}/{planned} {elapsed / 60:.1f} min  statement {mean[0]:.4f}  token {mean[1]:.4f}")
        if time.monotonic() - checked > args.every * 60:
            _check(network, checks, f"step {step}")
            torch.save(network.state_dict(), args.output / f"weights-{step}.pt")
            checked = time.monotonic()
    _check(network, checks, "end")


def _check(network: EntailmentNetwork, checks: dict[str, list[Row]], where: str) -> None:
    for name, rows in checks.items():
        stated, worst = score(network, rows)
        labels = [row.supported for row in rows]
        _say(
            f"{where}: {name} {len(rows)}: AUROC stated {auroc(stated, labels):.4f}, tokens {auroc(worst, labels):.4f}"
        )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
