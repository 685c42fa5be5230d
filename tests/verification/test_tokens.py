"""Tests of `assistant.verification.tokens`."""

from assistant.verification.tokens import parts, singular, tokens


def test_keys_are_without_points_possessives_and_diacritics() -> None:
    found = tokens("The U.S. guild's R&D in Zürich")
    assert [one.key for one in found] == ["the", "us", "guild", "r&d", "in", "zurich"]
    assert [one.text for one in found if one.possessive] == ["guild's"]


def test_tells_beginnings() -> None:
    assert [one.text for one in tokens("It rained. Then it froze: Ice | Snow") if one.opens] == [
        "It",
        "Then",
        "Ice",
        "Snow",
    ]


def test_tells_acronyms_and_scripts() -> None:
    found = {one.text: (one.capital, one.acronym, one.foreign) for one in tokens("The SASAC of 北京 bid")}
    assert found["The"] == (True, False, False)
    assert found["SASAC"] == (True, True, False)
    assert found["北京"] == (True, False, True)
    assert found["bid"] == (False, False, False)


def test_marks_part_names_but_not_initials() -> None:
    ada, j, byron, peel = tokens("Ada J. Byron, Peel")
    assert [parts(ada, j), parts(j, byron), parts(byron, peel)] == [False, False, True]


def test_plurals() -> None:
    assert [singular(key) for key in ("soes", "gas", "glass", "boats")] == ["soe", "gas", "glass", "boat"]
