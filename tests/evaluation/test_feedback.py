"""Tests of `assistant.evaluation.feedback`."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EvaluationError
from assistant.evaluation.feedback import append_pair, pair_from_answer, pair_yaml, taken_ids
from assistant.evaluation.located import parse_yaml
from assistant.evaluation.pairs import Pair, load_pairs, read_pairs
from assistant.evaluation.suite import Asked, article_lookup, ask, judge
from assistant.pipeline import Assistant
from assistant.types import Article, Filters

from .material import HALVES, TIN, answer, entry, look_up, pair, quote

GIVEN = answer((TIN, HALVES[0]), (TIN, HALVES[1]))


def parsed(text: str) -> list[Pair]:
    return [one.pair for one in read_pairs(parse_yaml(text, Path("a.yaml")))]


def test_a_pair_keeps_what_the_answer_quotes() -> None:
    found = pair_from_answer(GIVEN, tags=["metal"])
    assert found.id == "at-what-temperature-does-tin-melt"
    assert found.question == "At what temperature does tin melt?"
    assert found.tags == ("metal",)
    assert found.expect.status == "answered"
    assert found.expect.quotes == (quote("tin", HALVES[0]), quote("tin", HALVES[1]))
    assert judge(Asked(entry(**found.model_dump(mode="json")), GIVEN), look_up).passed


def test_an_abstention_makes_a_pair_too() -> None:
    found = pair_from_answer(answer(question="Who? ", standalone_question="Who owns the tin mine?"))
    assert (found.question, found.expect.status, found.expect.quotes) == ("Who owns the tin mine?", "abstained", ())


def test_a_quote_that_is_cited_twice_is_expected_once() -> None:
    assert len(pair_from_answer(answer((TIN, "Tin"), (TIN, "Tin"))).expect.quotes) == 1


def test_the_pair_of_an_answer_asks_with_its_filters(assistant: Assistant) -> None:
    filters = Filters(article=("tin",), publisher=("Metal Monthly",))
    given = assistant.ask("At how many degrees does tin melt?", filters)
    found = pair_from_answer(given)
    assert found.filters == filters
    again = ask(assistant, entry(**found.model_dump(mode="json", exclude_defaults=True)))
    assert judge(again, article_lookup(assistant)).outcome == "passed"


@pytest.mark.parametrize(
    ("question", "stem"),
    [
        ("What  is—Çelik's price?", "what-is-celik-s-price"),
        ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
        ("x" * 100, "x" * 60),
        ("稀土?", "question"),
    ],
)
def test_ids(question: str, stem: str) -> None:
    given = answer(question=question, standalone_question=question)
    assert pair_from_answer(given).id == stem
    assert pair_from_answer(given, {stem}).id == f"{stem}-2"
    assert pair_from_answer(given, {stem, f"{stem}-2"}).id == f"{stem}-3"


def test_an_answer_that_makes_no_pair() -> None:
    with pytest.raises(EvaluationError, match=r"makes no pair \(tags.0: String should match pattern"):
        pair_from_answer(GIVEN, tags=["two words"])
    broken = Article(id="broken", title="Broken", text="half \ud800 character")
    with pytest.raises(EvaluationError, match="makes no pair"):
        pair_from_answer(answer((broken, broken.text)))


def test_a_new_file_is_made(tmp_path: Path) -> None:
    append_pair(pair_from_answer(GIVEN, tags=["a", "b"]), tmp_path / "new.yaml")
    assert (tmp_path / "new.yaml").read_text("utf-8") == (
        "- id: at-what-temperature-does-tin-melt\n"
        "  question: At what temperature does tin melt?\n"
        "  tags: [a, b]\n"
        "  expect:\n"
        "    status: answered\n"
        "    quotes:\n"
        "      - article: tin\n"
        "        text: Tin melts at 232 degrees Celsius.\n"
        "      - article: tin\n"
        "        text: Solder takes half of all tin.\n"
    )


@pytest.mark.parametrize(
    "kept",
    [
        b"# a comment alone\n",
        b"- id: a  # kept\n  question: 'b?'\n  expect: {status: abstained}",
        b"\xef\xbb\xbf- {id: a, question: b, expect: {status: abstained}}\r\n",
        b"---\n  - id: a\n    question: >\n      b\n      c\n    expect:\n      status: abstained\n\n\n",
    ],
)
def test_what_a_file_holds_stays_as_it_is(tmp_path: Path, kept: bytes) -> None:
    path = tmp_path / "pairs.yaml"
    path.write_bytes(kept)
    before = parsed(kept.decode("utf-8-sig"))
    for name in ("first", "second"):
        append_pair(pair(name), path)
    written = path.read_bytes()
    assert written.startswith(kept)
    assert [one.pair for one in load_pairs(path)] == [*before, pair("first"), pair("second")]
    assert (b"\r\n" in written) == (written.count(b"\r\n") == written.count(b"\n"))


@pytest.mark.parametrize(
    "kept",
    [
        b"[]\n",
        b"[{id: a, question: b, expect: {status: abstained}}]\n",
        b"- {id: a, question: b, expect: {status: abstained}}\n...\n",
        b"- {id: a, question: b, expect: {status: abstained}}\n# end\n---\n",
        b"id: a\n",
        b"- id: [\n",
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(tmp_path: Path, kept: bytes) -> None:
    path = tmp_path / "pairs.yaml"
    path.write_bytes(kept)
    with pytest.raises(EvaluationError, match=r"pairs\.yaml"):
        append_pair(pair(), path)
    assert path.read_bytes() == kept
    assert list(tmp_path.iterdir()) == [path]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: bool(text.strip())),
    st.integers(0, 6),
)
def test_any_text_can_be_written(tmp_path: Path, text: str, indent: int) -> None:
    one = pair(expect={"status": "answered", "quotes": [{"article": "tin", "text": text}]}, known=text)
    path = tmp_path / "pairs.yaml"
    path.write_text(f"{' ' * indent}- {{id: a, question: b, expect: {{status: abstained}}}}\n", "utf-8")
    append_pair(one, path)
    assert load_pairs(path)[1].pair == one
    assert parsed(pair_yaml(one)) == [one]


def test_ids_that_are_taken(tmp_path: Path) -> None:
    assert taken_ids(tmp_path / "new.yaml") == frozenset()
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(pair_yaml(pair(name)), "utf-8")
    (tmp_path / "thresholds.yaml").write_text("pass_rate: {least: 1}\n")
    assert taken_ids(tmp_path / "new.yaml") == {"a", "b"}
    with pytest.raises(EvaluationError, match=r"there is no folder '.*nope': make it first"):
        taken_ids(tmp_path / "nope" / "new.yaml")


def test_the_filters_of_a_receipt_are_read_as_the_pipeline_writes_them() -> None:
    receipt = GIVEN.receipt.model_copy(update={"settings": {"filters": json.dumps({"as_of": "2025-01-01"})}})
    found = pair_from_answer(GIVEN.model_copy(update={"receipt": receipt}))
    assert str(found.filters.as_of) == "2025-01-01"
