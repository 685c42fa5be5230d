"""Tests of `assistant.sources.pipes`."""

from assistant.sources.pipes import cells, read


def test_cells_of_a_row() -> None:
    assert cells("| a | b |") == ("a", "b")
    assert cells("a | b") == ("a", "b")
    assert cells("| a | b") == ("a", "b")
    assert cells("no row") == ()


def test_a_table_with_a_rule() -> None:
    rows = read(["| Metal | Use |", "|---|:-:|", "| Dy | magnets |"])
    assert rows[0].cells == ("Metal", "Use")
    assert rows[1].rule
    assert rows[2].columns == ("Metal", "Use")


def test_without_a_rule_years_are_heads() -> None:
    rows = read(["in millions | 2023 | 2024", "sales | $5 | $6", "costs | $4 | -3 (3)"])
    assert rows[0].columns == ()
    assert rows[2].columns == ("in millions", "2023", "2024")


def test_without_a_rule_words_above_words_are_no_heads() -> None:
    rows = read(["| **Type:** | In Focus", "| **Number:** | IF12608"])
    assert [row.columns for row in rows.values()] == [(), ()]


def test_a_title_with_the_name_of_its_site_is_no_row() -> None:
    assert read(["Price of Metals | Example News", "Price of Metals | Example News"]) == {}
    assert read(["a | b | c"]) == {}
    assert read(["Prices | News | 2024", "Prices of 2024 | 5"]) == {}


def test_heads_that_do_not_fit_are_left_out() -> None:
    rows = read(["| a | b |", "|---|---|", "| 1 | 2 | 3 |"])
    assert rows[2].columns == ()
