"""Tests of `assistant.verification.lemmas`."""

import pytest

from assistant.verification.lemmas import lemma


@pytest.mark.parametrize(
    "forms", ["fall falls fell fallen falling", "sell sold selling", "good goods", "price prices priced"]
)
def test_forms_share_a_lemma(forms: str) -> None:
    assert len({lemma(form) for form in forms.split()}) == 1
