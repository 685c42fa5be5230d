"""Tests of `assistant.models.entailment.wordnet`, on a database of a few words in WordNet's own format."""

import pytest

from assistant.models.entailment.wordnet import WordNet

_NOUNS = """  1 A line of the licence.
00000010 03 n 01 metal 0 003 ~ 00000020 n 0000 ~ 00000030 n 0000 ~ 00000040 n 0000 | a kind of matter
00000020 03 n 01 copper 0 001 @ 00000010 n 0000 | a red one
00000030 03 n 02 tin 0 stannum 0 001 @ 00000010 n 0000 | a soft one
00000040 03 n 01 calf 0 001 @ 00000010 n 0000 | not one at all
"""
_VERBS = """00000050 30 v 02 increase 0 grow 0 001 ! 00000060 v 0101 01 + 08 00 | become more
00000060 30 v 01 decrease 0 001 ! 00000050 v 0101 01 + 08 00 | become less
00000070 30 v 02 stop 0 halt 0 000 01 + 08 00 | come to an end
"""


@pytest.fixture(scope="module")
def wordnet(tmp_path_factory: pytest.TempPathFactory) -> WordNet:
    folder = tmp_path_factory.mktemp("wordnet")
    files = {
        "data.noun": _NOUNS,
        "data.verb": _VERBS,
        "index.noun": "metal n 1 1 ~ 1 0 00000010\ncopper n 1 1 @ 1 1 00000020\ntin n 1 1 @ 1 1 00000030\n"
        "stannum n 1 1 @ 1 0 00000030\ncalf n 1 1 @ 1 1 00000040\nstop n 1 0 1 0 00000040\n",
        "index.verb": "increase v 1 1 ! 1 1 00000050\ngrow v 1 0 1 1 00000050\ndecrease v 1 1 ! 1 1 00000060\n"
        "stop v 1 0 1 1 00000070\nhalt v 1 0 1 1 00000070\n",
        "noun.exc": "calves calf\n",
        "verb.exc": "grew grow\ngrown grow\n",
        "cntlist.rev": "copper%1:27:00:: 1 5\ntin%1:27:00:: 1 4\ncalf%1:05:00:: 1 3\nincrease%2:30:00:: 1 9\n"
        "grow%2:30:00:: 1 9\ndecrease%2:30:00:: 1 9\nstop%2:30:00:: 1 9\nhalt%2:30:00:: 1 9\n",
    }
    for name in ("adj", "adv"):
        files |= {f"data.{name}": "", f"index.{name}": "", f"{name}.exc": ""}
    for name, text in files.items():
        (folder / name).write_text(text, "latin-1")
    return WordNet(folder)


@pytest.mark.parametrize(
    ("word", "synonyms"),
    [
        ("increased", ["grew"]),
        ("increases", ["grows"]),
        ("growing", ["increasing"]),
        ("stopped", ["halted"]),
        ("tin", []),
    ],
)
def test_synonyms_are_inflected_as_the_word_is(wordnet: WordNet, word: str, synonyms: list[str]) -> None:
    assert wordnet.synonyms(word) == synonyms


def test_antonyms_are_those_of_the_word_and_not_of_its_synonyms(wordnet: WordNet) -> None:
    assert wordnet.antonyms("increasing") == ["decreasing"]
    assert wordnet.antonyms("grew") == []


def test_sisters_are_other_kinds_of_the_same(wordnet: WordNet) -> None:
    assert wordnet.sisters("copper") == ["tin", "calf"]
    assert wordnet.sisters("coppers") == ["tins", "calves"]
    assert wordnet.sisters("metal") == []


def test_what_is_not_in_it_has_no_sense(wordnet: WordNet) -> None:
    assert not wordnet.known("neodymium")
    assert wordnet.known("calves")
    assert wordnet.sense("make") is None
