"""Tests of `assistant.conversation.persons`."""

import pytest

from assistant.conversation.persons import asks_who, is_person, person
from assistant.conversation.turns import Turn


def turn(question: str, answer: str = "", asked: str = "") -> Turn:
    return Turn(question=asked or question, standalone_question=question, answer=answer)


@pytest.mark.parametrize(
    ("question", "answer", "wanted"),
    [
        ("Who led the study?", "Ada Brandt led the study from Port Ellis.", "Ada Brandt"),
        ("Who won the cup?", "Ulm United won the cup with coach Ada Brandt.", "Ada Brandt"),
        ("Who was sold?", "Harlow Athletic sold striker Ben Osei to Sud Marine in May.", "Ben Osei"),
        ("Who opened the bridge?", "Mayor Ada Brandt of Amber Hollow opened it.", "Ada Brandt"),
        ("What did the mayor say?", "The mayor of Amber Hollow said that Port Ellis is poor.", "the mayor"),
        ("What did Ada Brandt say of the River Board?", "She said that it is poor.", "Ada Brandt"),
        ("What do people think of Ada Brandt?", "They like her.", "Ada Brandt"),
        ("What does the Ministry of Trade plan?", "It plans a port at Amber Hollow.", None),
        ("Who owns the mine?", "Amber Hollow University owns it.", None),
    ],
)
def test_he_is_a_person_and_neither_place_nor_body(question: str, answer: str, wanted: str | None) -> None:
    assert person([turn(question, answer)]) == wanted


def test_the_last_who_was_named_goes_before_those_of_earlier_turns() -> None:
    first = turn("Who led the study?", "Ada Brandt led it.")
    assert person([first, turn("How much did it cost?", "It cost 4 crowns.")]) == "Ada Brandt"
    assert person([first, turn("What did the auditor find?", "Nothing.")]) == "the auditor"


def test_names_are_surely_persons_only_where_the_conversation_says_so() -> None:
    asked = turn("Where does Ada Brandt work?", asked="Where does she work?")
    assert is_person("Ada Brandt", [asked])
    assert is_person("Ada Brandt", [turn("Who is Ada Brandt?")])
    assert not is_person("Project Vault", [asked, turn("What is Project Vault?")])
    assert not is_person("Amber Hollow", [turn("How big is Amber Hollow?", asked="And Amber Hollow?")])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [("Who is Ada Brandt?", True), ("And who was she?", True), ("Who led it?", False), ("What is tin?", False)],
)
def test_asking_who_somebody_is(question: str, wanted: bool) -> None:
    assert asks_who(question) is wanted
