"""Tests of `assistant.answering.markers`."""

import pytest

from assistant.answering.markers import Marks, lift, lift_parentheses, marks_in, marks_of, unbracketed

PASSAGES = 5


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("[1]", Marks((1,))),
        ("[2][1]", Marks((2, 1))),
        ("[1, 2; 2 and 3]", Marks((1, 2, 3))),
        ("[1 2]", Marks((1, 2))),
        ("[2-4]", Marks((2, 3, 4))),
        ("[2]–[4]", Marks((2, 3, 4))),
        ("[3-1]", Marks((3, 1))),
        ("【1】", Marks((1,))),
        ("【2†source】【3:0†L1-L9】", Marks((2, 3))),
        ("[^4]", Marks((4,))),
        ("^[4]", Marks((4,))),
        ("[[5]]", Marks((5,))),
        ("[[1],[2]]", Marks((1, 2))),
        ("[1, [2]]", Marks((2, 1))),
        ("[ ３ ]", Marks((3,))),
        ("［3］", Marks((3,))),
        ("[Passage 1]", Marks((1,))),
        ("[Sources 1 and 2]", Marks((1, 2))),
        ("[#2]", Marks((2,))),
        ("¹", Marks((1,))),
        ("¹,³", Marks((1, 3))),
        ("¹³", Marks((1, 3))),
        ("[6]", Marks((), ("6",))),
        ("[0, 5]", Marks((5,), ("0",))),
        ("[4-9]", Marks((4, 5), ("4-9",))),
        ("[2024]", Marks((), ("2024",))),
        ("[1,000]", Marks((), ("1,000",))),
        ("[-1]", Marks((), ("-1",))),
        ("[1.5]", Marks((), ("1.5",))),
        (f"[{'9' * 5000}]", Marks((), ("9" * 20,))),
        ("[n]", Marks((), ("n",))),
        ("[Source: Metal Monthly]", Marks((), ("Source: Metal Monthl",))),
        ("[citation needed]", Marks((), ("citation needed",))),
    ],
)
def test_each_form_is_lifted(marker: str, wanted: Marks) -> None:
    assert lift(f"Tin melts. {marker}", PASSAGES) == ("Tin melts.", [(10, wanted)])
    assert lift(f"Tin melts {marker}.".replace(" ¹", "¹"), PASSAGES) == ("Tin melts.", [(9, wanted)])


@pytest.mark.parametrize(
    "text",
    [
        "Tin [of the mine] melts [...] at 232 degrees [sic].",
        "It took [5 tonnes] of [the ore].",
        "It has 5 km², 3 m³, 4 square metres² and 10⁶ grains at 10⁻³.",
        "Nd³⁺ and ²³⁸U are ions and isotopes.",
        "An open [bracket of words.",
    ],
)
def test_what_is_no_marker_stays(text: str) -> None:
    assert lift(text, PASSAGES) == (text, [])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tin [1] melts.", "Tin melts."),
        ("Tin[1]-rich ore", "Tin-rich ore"),
        ("Tin melts.[1]Lead too.", "Tin melts. Lead too."),
        ("Tin, [1], lead", "Tin,, lead"),
        ("[1] Tin melts", "Tin melts"),
        ("锡熔化。[1]铅也。", "锡熔化。铅也。"),
        ("Tin melts [1", "Tin melts"),
        ("Tin[] melts", "Tin melts"),
    ],
)
def test_what_is_left_reads_well(text: str, wanted: str) -> None:
    assert lift(text, PASSAGES)[0] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tin melts (1).", ("Tin melts.", Marks((1,)))),
        ("Tin melts. (1)(2, 3)", ("Tin melts.", Marks((1, 2, 3)))),
        ("Tin melts (6).", ("Tin melts (6).", Marks())),
        ("Tin melted in (2024)", ("Tin melted in (2024)", Marks())),
        ("Tin (1) melts.", ("Tin (1) melts.", Marks())),
        ("See Article 5(1).", ("See Article 5(1).", Marks())),
        ("See paragraph (2).", ("See paragraph (2).", Marks())),
    ],
)
def test_parentheses_count_at_the_end_and_where_they_exist(text: str, wanted: tuple[str, Marks]) -> None:
    assert lift_parentheses(text, PASSAGES) == wanted


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        ([1, 2.0, "3", "[4]", "Passage 5"], Marks((1, 2, 3, 4, 5))),
        (2, Marks((2,))),
        ("1, 2", Marks((1, 2))),
        ([1, 1, [2]], Marks((1, 2))),
        ([True, None, {"id": 1}, ""], Marks()),
        ([0, 6, -1, 1.5, "tin"], Marks((), ("0", "6", "-1", "1.5", "tin"))),
        ([float("inf"), float("nan"), 10**5000], Marks((), ("inf",))),
        (None, Marks()),
    ],
)
def test_numbers_in_json(sources: object, wanted: Marks) -> None:
    assert marks_in(sources, PASSAGES) == wanted


def test_no_flood_of_forged_numbers() -> None:
    marks = marks_of(", ".join(str(number) for number in range(100, 9000)), PASSAGES)
    assert marks.forged == tuple(str(number) for number in range(100, 120))


def test_unbracketed() -> None:
    assert unbracketed("[1 [of] 2]") == "[1 [of] 2]"
    assert unbracketed("tin [12] of [it]") == "tin 12 of it"
