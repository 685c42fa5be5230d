"""Tests of `assistant.sources.glued`."""

import pytest

from assistant.sources.glued import find_tables, split_row


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("Price OutlookThe market falls.", ("Price Outlook", "The market falls.")),
        ("State PowerOfficials called for it.", ("State Power", "Officials called for it.")),
        ("Rules on GasThe ministry decides.", ("Rules on Gas", "The ministry decides.")),
        ("The \u201cDual Use\u201dMinistries decide.", ("The \u201cDual Use\u201d", "Ministries decide.")),
        ("Supply Chains\u201cSecure\u201d is the word.", ("Supply Chains", "\u201cSecure\u201d is the word.")),
        ("Freeport-McMoRan StakeThe firm buys.", ("Freeport-McMoRan Stake", "The firm buys.")),
        ("A YouTube ChannelViewers may comment.", ("A YouTube Channel", "Viewers may comment.")),
        ("A Deal with ExxonMobilThe firm pays.", ("A Deal with ExxonMobil", "The firm pays.")),
        ("PhD ProgramsStudents of LaTeX may apply.", ("PhD Programs", "Students of LaTeX may apply.")),
    ],
)
def test_takes_rows_apart(line: str, row: tuple[str, str]) -> None:
    assert split_row(line) == row


@pytest.mark.parametrize(
    "line",
    [
        "The firm McMoRan mines copper.",
        "He holds a PhD in physics.",
        "An iPhone holds eight rare earths.",
        "Write it in LaTeX and send it.",
        "YouTube shows it to all.",
        "It was said on YouTube Tuesday that prices fell.",
        "Nothing is glued here.",
        "A label that is written in small letters onlyThe text goes on.",
        "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve ThirteenThe text goes on.",
    ],
)
def test_leaves_names_and_prose_whole(line: str) -> None:
    assert split_row(line) is None


ROWS = ["MeasureEffect", "Export LicencesThe ministry issues them.", "Price FloorsMines must sell above them."]


def test_a_run_of_rows_below_a_head_is_a_table() -> None:
    (table,) = find_tables(["Prose.", "", *ROWS, "", "Prose again."])
    assert (table.start, table.stop) == (2, 5)
    assert table.rows == (
        ("Measure", "Effect"),
        ("Export Licences", "The ministry issues them."),
        ("Price Floors", "Mines must sell above them."),
    )


def test_blank_lines_may_stand_between_rows() -> None:
    (table,) = find_tables([ROWS[0], "", ROWS[1], "", ROWS[2]])
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    "lines", [ROWS[:2], ROWS[1:], ["Measure Effect", *ROWS[1:]], ["MeasureEffect", "Prose.", *ROWS[1:]]]
)
def test_anything_less_is_no_table(lines: list[str]) -> None:
    assert find_tables(lines) == []
