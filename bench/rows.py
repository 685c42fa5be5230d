"""Rows: the settings that are compared over one question set, from one search alone to the shipped one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.extractive import ExtractiveAnswerer
from assistant.answering.similarity import SimilarityModel, SimilarityReader
from assistant.models.reader.runtime import ReaderNetwork
from assistant.pipeline import Assistant
from bench.answers import TIMES, ask, score
from bench.fitting import fit_homes
from bench.homes import Home
from bench.pipelines import say
from bench.scoring import Figures
from bench.searches import AsFound, LexicalOnly, dense_only

LEXICAL, DENSE, FUSED, SHIPPED = "lexical only", "dense only", "fused", "fused + reader"


@dataclass(frozen=True)
class Fits:
    """The regressions without the network and with it."""

    plain: SimilarityModel
    read: SimilarityModel


def fits(homes: Sequence[Home], network: ReaderNetwork) -> Fits:
    """Return the regressions fitted on half of the questions of `homes`; those shipped are fitted on all of them.

    Raises BenchError where there are too few.
    """
    return Fits(fit_homes(homes, None), fit_homes(homes, network))


def assistants(home: Home, network: ReaderNetwork, fitted: Fits) -> dict[str, Assistant]:
    """Return the assistants over a home by setting.

    All but the last answer without the network, and leave the passages in the order of the search. Their reader knows
    both scores of a passage, whichever search ranks.
    """
    article = home.catalog.article
    plain = AsFound(ExtractiveAnswerer(SimilarityReader(home.catalog, home.embedder, fitted.plain), article))
    shipped = ExtractiveAnswerer(SimilarityReader(home.catalog, home.embedder, fitted.read, network), article)
    return {
        LEXICAL: home.assistant(plain, LexicalOnly(home.catalog, home.embedder)),
        DENSE: home.assistant(plain, dense_only(home.catalog, home.embedder)),
        FUSED: home.assistant(plain, home.retriever),
        SHIPPED: home.assistant(shipped, home.retriever),
    }


def figures(home: Home, network: ReaderNetwork, fitted_on: Fits) -> dict[str, Any]:
    """Return the figures of a set by setting and half, how many questions a half has, and what other processes took.

    One search alone has no times: both are run all the same, for the candidates are those of the fused ranking.
    """
    fitted, other = home.halves()
    halves = {"not fitted on": other, "fitted on": fitted} if home.fitted else {"all": home.questions}
    rows: dict[str, dict[str, Figures]] = {}
    others: dict[str, float | None] = {}
    for name, assistant in assistants(home, network, fitted_on).items():
        say(f"{home.name}: {name}")
        answers = ask(assistant, home.questions)
        left_out = TIMES if name in (LEXICAL, DENSE) else ()
        others[name] = answers.others
        rows[name] = {
            half: {key: value for key, value in score(home, answers, some).items() if key not in left_out}
            for half, some in halves.items()
        }
    return {"questions": {half: len(some) for half, some in halves.items()}, "rows": rows, "others_cores": others}
