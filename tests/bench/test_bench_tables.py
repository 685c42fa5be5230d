import io

import pytest
from rich.console import Console
from rich.table import Table

from bench.tables import comparison, ratio, ratios, show, show_ratio, show_value


def printed(table: Table) -> list[list[str]]:
    """Return the cells of a table as it is printed where there is no terminal."""
    file = io.StringIO()
    show(Console(file=file, width=200), "A title", table)
    title, *lines = [line for line in file.getvalue().splitlines() if line.strip()]
    assert title == "A title"
    assert "\x1b" not in file.getvalue()
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    assert set("".join(rows.pop(1))) <= set("-:")
    return rows


def test_ratio_is_ours_over_the_peers() -> None:
    assert ratio(3.0, 4.0) == 0.75
    assert ratio(0.0, 4.0) == 0.0


@pytest.mark.parametrize(("ours", "peer"), [(None, 1.0), (1.0, None), (1.0, 0.0), (0.0, 0.0)])
def test_ratio_is_nothing_without_a_denominator_or_a_figure(ours: float | None, peer: float | None) -> None:
    assert ratio(ours, peer) is None


def test_ratios_leave_out_what_one_of_the_two_lacks() -> None:
    ours = {"cite_f1": 0.5, "facts": 0.8, "unknown": 1.0}
    peer = {"cite_f1": 0.25, "auroc": 0.5, "unknown": 1.0}
    assert ratios(ours, peer) == {"cite_f1": 2.0}


def test_values_are_shown_by_their_unit() -> None:
    assert show_value(0.87654, "share") == "0.877"
    assert show_value(12345.6, "count") == "12,346"
    assert show_value(1234.56, "ms") == "1,234.6"
    assert show_value(None, "share") == "-"
    assert show_value(float("nan"), "share") == "-"
    assert show_ratio(None) == "-"
    assert show_ratio(2.0) == "2.00"


def test_comparison_has_a_row_for_each_measured_figure_in_a_fixed_order() -> None:
    ours = {"ms_p50": 10.0, "cite_f1": 0.5, "auroc": None, "wrong_abstain": 0.1}
    peer = {"ms_p50": 40.0, "cite_f1": 0.25, "auroc": None, "wrong_abstain": 0.0}
    assert printed(comparison(ours, peer)) == [
        ["measure", "this project", "peer", "ratio", "better"],
        ["cite_f1", "0.500", "0.250", "2.00", "more"],
        ["wrong_abstain", "0.100", "0.000", "-", "less"],
        ["question p50, ms", "10.0", "40.0", "0.25", "less"],
    ]


def test_times_of_a_disturbed_run_have_no_ratio() -> None:
    ours, peer = (
        {"ms_p50": 10.0, "cite_f1": 0.5, "peak_mib": 300.0},
        {"ms_p50": 40.0, "cite_f1": 0.25, "peak_mib": 600.0},
    )
    assert ratios(ours, peer, disturbed=True) == {"ms_p50": None, "cite_f1": 2.0, "peak_mib": 0.5}
    rows = printed(comparison(ours, peer, disturbed=True))
    assert ["question p50, ms", "10.0", "40.0", "-", "less"] in rows
    assert ["peak memory, MiB", "300", "600", "0.50", "less"] in rows


def test_a_terminal_gets_no_markdown() -> None:
    file = io.StringIO()
    show(Console(file=file, width=200, force_terminal=True), "A title", comparison({"auroc": 0.9}, {"auroc": 0.6}))
    assert "1.50" in file.getvalue()
    assert "|" not in file.getvalue()
