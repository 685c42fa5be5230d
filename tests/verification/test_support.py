"""Tests of `assistant.verification.support`: which sentences are chosen, with a network that counts words."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.models.entailment.runtime import Entailment
from assistant.models.linear import Linear
from assistant.verification.candidates import Candidate
from assistant.verification.support import FEATURES, Judged, Support, SupportModel, shipped_support


class Words:
    """Stands in for the network: a word of the statement that the source lacks is altered."""

    name = "words"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def reads(self, statement: str) -> bool:
        return len(statement) < 400

    def judge(self, statement: str, sources: Sequence[str]) -> list[Entailment]:
        self.seen += sources
        out = []
        for source in sources:
            held = [word.strip(";.") for word in source.lower().split()]
            lacks = [word not in held for word in statement.lower().split()]
            words = tuple((i, i + 1, 5.0 if lack else -5.0) for i, lack in enumerate(lacks))
            out.append(Entailment(5.0 - 10.0 * float(np.mean(lacks)), words))
        return out


def model() -> SupportModel:
    count = len(FEATURES)
    weights = tuple(float(name == "stated") for name in FEATURES)
    linear = Linear(features=FEATURES, mean=(0.0,) * count, scale=(1.0,) * count, weights=weights, bias=0.0)
    return SupportModel(version=1, support=linear, threshold=0.5)


@pytest.fixture
def support() -> Support:
    return Support(Words(), model())  # type: ignore[arg-type]


MILL = [
    Candidate("the mill stands in bern"),
    Candidate("two brothers built it"),
    Candidate("trout eat insects"),
    Candidate("the brothers came from basel"),
]


def test_the_one_sentence_that_states_it_is_chosen(support: Support) -> None:
    judged = support.judge("the mill stands in bern", MILL)
    assert judged.chosen == (0,)
    assert judged.probability > 0.99


def test_sentences_are_put_together_where_one_does_not_do(support: Support) -> None:
    judged = support.judge("the mill stands in bern two brothers built it", MILL)
    assert judged.chosen == (0, 1)
    assert judged.probability > 0.99


def test_a_list_may_be_taken_as_a_whole(support: Support) -> None:
    items = [
        Candidate(name, kind="list_item") for name in ("red mill", "old weir", "two locks", "one pier", "the quay")
    ]
    listed = [Candidate("the town has"), Candidate("it keeps:"), *items, Candidate("it sold a barge")]
    judged = support.judge("it keeps: red mill old weir two locks one pier the quay", listed)
    assert judged.chosen == (1, 2, 3, 4, 5, 6)
    assert judged.probability > 0.99


def test_a_row_joins_others_only_where_its_first_cell_is_named(support: Support) -> None:
    rows = [Candidate("mill | red roof", kind="table_row"), Candidate("weir | oak gate", kind="table_row")]
    assert support.judge("the mill has a red roof and oak gate", rows).chosen == (0,)
    assert support.judge("mill and weir : red roof, oak gate", rows).chosen == (0, 1)


def test_what_is_written_otherwise_is_put_in_the_words_of_the_source(support: Support) -> None:
    written = [Candidate("the mill was sold for 500,000 pounds in may")]
    assert support.judge("the mill was sold for half a million pounds in may", written).probability > 0.99


def test_what_stands_above_a_sentence_counts_but_is_no_support_alone(support: Support) -> None:
    led = [Candidate("it has a wheel", ("the old mill of bern",)), Candidate("they left", ("the mill stands in bern",))]
    assert support.judge("the old mill of bern has a wheel", led).chosen == (0,)
    assert support.judge("the mill stands in bern", led[1:]).chosen == ()


HEADED = ("the mill stands in bern",)


@pytest.mark.parametrize(
    ("statement", "candidates", "supported"),
    [
        ("the mill stands in bern", [Candidate("the trout left", HEADED)], False),
        ("the mill stands in bern", [Candidate("the mill of two brothers", HEADED)], False),
        ("the mill stands in bern", [Candidate("in 1904 it burned", HEADED), Candidate("the weir", HEADED)], False),
        ("the mill stands in bern", [Candidate("the old mill stands in bern today", HEADED)], True),
        ("the mill stands in bern", [Candidate("the mill stands in bern", ("mills",))], True),
        ("the mill in bern has a red wheel", [Candidate("it has a red wheel", HEADED)], True),
        ("mill bern", [Candidate("mill | bern", ("the mill",), "table_row", ("place", "stands"))], True),
    ],
)
def test_a_heading_supports_nothing_alone(
    support: Support, statement: str, candidates: list[Candidate], supported: bool
) -> None:
    judged = support.judge(statement, candidates)
    assert bool(judged.probability >= 0.5) is supported


def test_where_a_heading_would_do_the_sentence_that_says_so_is_chosen(support: Support) -> None:
    some = [Candidate("the trout in bern left", HEADED), Candidate("now the old mill stands again in bern", HEADED)]
    assert support.judge("the mill stands in bern", some).chosen == (1,)


def test_what_rules_find_something_against_supports_nothing(support: Support) -> None:
    some = [Candidate("the mill stands in bern"), Candidate("the old mill stands in bern today")]

    def refute(chosen: Sequence[int]) -> str | None:
        return "it is another mill" if 0 in chosen else None

    judged = support.judge("the mill stands now in bern", some, refute)
    assert judged.chosen == (1,)
    assert judged.refuted == "it is another mill"
    alone = support.judge("the mill stands now in bern", some[:1], refute)
    assert (alone.chosen, alone.refuted) == ((), "it is another mill")
    assert support.judge("the mill stands in bern", some, refute) == Judged((), 1.0, "it is another mill")


def test_what_a_text_has_in_its_order_counts_as_contained() -> None:
    contained = FEATURES.index("contained")
    support = Support(Words(), model())  # type: ignore[arg-type]
    text = [Candidate("the old mill, which two brothers built, stands in bern")]

    def feature(statement: str) -> float:
        return support.sets(statement, text)[0][1][contained]

    assert feature("two brothers built the mill") == 0.0
    assert feature("the mill stands in bern") == 1.0
    assert feature("it stands in bern") == 1.0
    assert feature("the new mill stands in bern") == 0.0


def test_nothing_supports_what_shares_no_word(support: Support) -> None:
    assert support.judge("nickel is scarce", MILL) == support.judge("", MILL)
    assert support.judge("nickel is scarce", MILL).chosen == ()
    assert support.judge("the mill", []).probability == 0.0


def test_what_is_longer_than_is_read_has_support_only_where_a_sentence_says_it(support: Support) -> None:
    long = " ".join(["the mill stands in bern"] * 20)
    assert support.judge(long, MILL).chosen == ()
    assert support.judge(long, [*MILL, Candidate(long)]).chosen == (len(MILL),)


def test_only_a_few_sentences_are_read_of_many() -> None:
    network = Words()
    many = [Candidate(f"the mill stands in bern number {n}") for n in range(500)]
    Support(network, model()).judge("the mill stands in bern", many)  # type: ignore[arg-type]
    assert 0 < len(network.seen) <= 12


def test_the_shipped_weights_fit_the_features() -> None:
    shipped = shipped_support()
    assert 0.0 < shipped.threshold < 1.0
    stated = shipped.support.weights[FEATURES.index("stated")]
    worst = shipped.support.weights[FEATURES.index("worst")]
    assert stated > 0 >= worst
