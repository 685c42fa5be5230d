"""Ablation: the reader without a head, in other weights, reading more or less, each with regressions of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.extractive import ExtractiveAnswerer
from assistant.answering.similarity import SimilarityModel, SimilarityReader
from bench.answers import TIMES, ask, score
from bench.fitting import READ, fit_homes
from bench.homes import Home
from bench.networks import HEADS, RememberingNetwork
from bench.scoring import Figures
from bench.searches import Deeper

_READS = (4, 12, 16)


@dataclass(frozen=True)
class Variant:
    """A network and how many passages it reads; `part` says what is varied."""

    part: str
    name: str
    network: RememberingNetwork
    read: int = READ


def variants(
    shipped: RememberingNetwork, full: RememberingNetwork | None, others: Mapping[str, RememberingNetwork]
) -> Iterator[Variant]:
    """Yield what is compared, first the shipped reader as it is."""
    yield Variant("nothing", f"shipped reader, {READ} passages", shipped)
    for head in HEADS:
        yield Variant("heads", f"without {head}", shipped.without(head))
    if full:
        yield Variant("quantisation", "full precision", full)
    for name, network in others.items():
        yield Variant("weights", name, network)
    for read in _READS:
        yield Variant("passages read", str(read), shipped, read)


def refit(variant: Variant, homes: Sequence[Home]) -> SimilarityModel:
    """Return the regressions fitted to what the variant says of the fitted half of the questions of `homes`.

    Raises BenchError where there are too few.
    """
    return fit_homes(homes, variant.network, variant.read)


def figures(variant: Variant, model: SimilarityModel, home: Home) -> Figures:
    """Return the figures of the questions that nothing was fitted to; no times, for the network remembers."""
    reader = SimilarityReader(home.catalog, home.embedder, model, variant.network)
    answerer = ExtractiveAnswerer(reader, home.catalog.article, passages=variant.read)
    questions = home.halves()[1] if home.fitted else home.questions
    answers = ask(home.assistant(answerer, Deeper(home.retriever, variant.read)), questions)
    return {key: value for key, value in score(home, answers).items() if key not in TIMES}
