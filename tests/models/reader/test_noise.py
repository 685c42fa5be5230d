import random
import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.models.reader.noise import noisy, telegraphic, typos

QUESTION = "When did the Secretary of Energy publish the 2021 report on 17 rare earths?"


@given(st.text(max_size=80), st.integers(0, 1000))
def test_digits_stay_in_order(question: str, seed: int) -> None:
    changed = noisy(question, random.Random(seed), share=1.0)
    assert re.findall(r"[0-9]", changed) == re.findall(r"[0-9]", question)


@given(st.integers(0, 1000))
def test_a_typo_changes_a_little_and_only_words(seed: int) -> None:
    changed = typos(QUESTION, random.Random(seed))
    assert abs(len(changed) - len(QUESTION)) <= 2
    assert len(set(QUESTION.split()) - set(changed.split())) <= 2
    assert changed.split()[8] == "2021"


def test_telegraphic_drops_stop_words_and_capitals() -> None:
    assert telegraphic(QUESTION, random.Random(0)) == "when secretary energy publish 2021 report 17 rare earths"
    assert telegraphic("Who is it?", random.Random(0)).startswith("who is it")


def test_share_says_how_many_are_changed_and_the_seed_which() -> None:
    rng = random.Random(0)
    changed = [noisy(QUESTION, rng) for _ in range(2000)]
    share = sum(question != QUESTION for question in changed) / 2000
    assert 0.17 < share < 0.25  # 12 % noise, and a tenth of the rest lower-cased
    again = random.Random(0)
    assert changed == [noisy(QUESTION, again) for _ in range(2000)]
