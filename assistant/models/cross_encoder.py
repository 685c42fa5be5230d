"""CrossEncoderScorer: judges texts with a sentence-transformers CrossEncoder; torch is imported when one is loaded."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# The classifier that sentence-transformers puts, untrained, on a model that was saved without one.
_HEAD = "ForSequenceClassification"
_REMEDY = (
    "give the folder of a CrossEncoder, or the name of one on a model hub that can be reached (HF_HUB_OFFLINE unset)"
)


class CrossEncoderScorer:
    """A CrossEncoder with one label, on a GPU where there is one. Calls from several threads are allowed.

    No code that comes with a model is run.
    """

    def __init__(self, name_or_path: str, threads: int = 2) -> None:
        """Load the model in the folder, or of that name on the hub, running on `threads` cores without a GPU.

        The number of cores holds for all that torch does in this process. Raises ModelError when the model does not
        load, has no classifier, or has more than one label.
        """
        import torch

        self._model = _load(name_or_path)
        _check(self._model, name_or_path)
        if self._model.device.type == "cpu":
            torch.set_num_threads(threads)
        folder = Path(name_or_path)
        # Where a folder lies is nobody's business but its owner's: the name goes into receipts.
        shown = folder.resolve().name if folder.is_dir() else name_or_path
        self._name = f"cross-encoder:{shown}@{_digest(self._model)[:12]}"
        self._logits = torch.nn.Identity()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Name and the beginning of the weights' sha256, for the receipt."""
        return self._name

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each (question, text) the probability in [0, 1] that the text answers: the sigmoid of its logit.

        A pair longer than the model's window is cut. Raises ModelError when the model fails, or gives no numbers.
        """
        if not pairs:
            return []
        try:
            # One call at a time: each thread would have all the cores, and the tokeniser keeps how it pads and cuts.
            with self._lock:
                found = self._model.predict(list(pairs), activation_fn=self._logits, show_progress_bar=False)
        except Exception as error:  # torch and tokenizers raise errors of many kinds
            raise ModelError(f"{self.name} fails ({_said(error)}): set another ASSISTANT_READER") from error
        logits = np.asarray(found, np.float64)
        if not np.isfinite(logits).all():
            raise ModelError(f"{self.name} gives scores that are no numbers: set another ASSISTANT_READER")
        chances: list[float] = (0.5 * (1 + np.tanh(logits / 2))).tolist()
        return chances


def _load(name: str) -> "CrossEncoder":
    try:
        from sentence_transformers import CrossEncoder

        with _no_progress_bars():
            model: CrossEncoder = CrossEncoder(name, local_files_only=Path(name).is_dir())
    except Exception as error:  # transformers, the hub's client, safetensors and torch raise errors of many kinds
        raise ModelError(f"cross-encoder {name!r} does not load ({_said(error)}): {_REMEDY}") from error
    return model


def _check(model: "CrossEncoder", name: str) -> None:
    network = model.transformers_model
    saved = (network.config.architectures if network is not None else None) or []
    if type(network).__name__.endswith(_HEAD) and not any(one.endswith(_HEAD) for one in saved):
        kind = saved[0] if saved else "model without a classifier"
        raise ModelError(f"cross-encoder {name!r} is none, its weights are those of a {kind}: {_REMEDY}")
    if model.num_labels != 1:
        raise ModelError(
            f"cross-encoder {name!r} has {model.num_labels} labels where one score is wanted: "
            "give one that was trained to rank"
        )


def _digest(model: "CrossEncoder") -> str:
    """Return the sha256 of all weights, whichever files they came from."""
    import torch

    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        # As bytes, because numpy has no bfloat16.
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _said(error: Exception) -> str:
    """Return the first line of what `error` says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


@contextmanager
def _no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing on the terminal, which belongs to the caller."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    if shown:
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
