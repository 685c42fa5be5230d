"""Tests of `assistant.sources.scripts`."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sources.scripts import unlikely


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "Caf\u00e9s in \u0141\u00f3d\u017a: 5 \u2264 6, \u03b1-particles and \u03bcm.",
        "\u6771\u4eac\u306e\u5e02\u5834\u3067\u30ec\u30a2\u30a2\u30fc\u30b9\u304c\u58f2\u308c\u305f\u3002",
        "\uc11c\uc6b8\u5e02 \uc2dc\uc7a5\uc740 \ub9d0\ud588\ub2e4.",
        "\u4e2d\u56fdA\u80a1\u5e02\u573a\u4e0a\u6da8\u3002"
        " \u0426\u0435\u043d\u044b \u0440\u0430\u0441\u0442\u0443\u0442. "
        "\u0627\u0644\u0633\u0648\u0642 \u064a\u0631\u062a\u0641\u0639."
        " \u0e15\u0e25\u0e32\u0e14\u0e02\u0e36\u0e49\u0e19",
        "\U0001f600 good \ue000 news, and an icon of the page among many words",
    ],
)
def test_writing_is_let_through(text: str) -> None:
    assert unlikely(text) is None


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_read_as_utf_16_are_none(seed: int) -> None:
    text = random.Random(seed).randbytes(400).decode("utf-16-le", "ignore")
    assert unlikely(text)


def test_private_and_unassigned_characters_are_let_through_in_small_numbers_only() -> None:
    assert unlikely("word " * 20 + "\ue000" * 5) is None
    assert "unassigned" in (unlikely("word " * 5 + "\ue000" * 5) or "")


def test_letters_of_scripts_that_are_not_written_together() -> None:
    assert "side by side" in (unlikely("\u0416\u0e01\u4e2d\u05d0\u0b85\u1200" * 5) or "")


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert unlikely(text) is None or not text.isascii()
