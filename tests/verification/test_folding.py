"""Tests of `assistant.verification.folding`."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.folding import fold, plain


def test_makes_marks_and_digits_plain() -> None:
    assert fold("2–3 ％ of Nd₂O₃, it’s ٣ km²") == "2-3 % of Nd2O3, it's 3 km²"


def test_keeps_spaces_that_join_digits_apart() -> None:
    assert fold("1\u202f000 1 000") == "1\u00a0000 1 000"


def test_plain_text_has_no_case_and_diacritics() -> None:
    assert plain("Zoë’s CAFÉ") == "zoe's cafe"


@given(st.text())
def test_offsets_stay(text: str) -> None:
    assert len(fold(text)) == len(text)
