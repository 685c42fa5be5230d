"""Tests of `assistant.suggestions.rows`."""

from tests.material import make_article, piece

from .material import questions


def test_rows_ask_for_their_figures() -> None:
    columns = ("Country", "Mine output 2024 (tons)", "Reserves (tons)", "Remark 2024", "Last visit")
    article = make_article(
        piece("table_row", "| China | 270,000 | 44,000 | 1 | 3 May 2024", columns=columns),
        piece("table_row", "| Other countries | 270 | 44 | 1 | 3 May 2024", columns=columns),
        piece("table_row", "| 2023 | 270 | 44 | 1 | 3 May 2024", columns=columns),
        "Most of the mines are in China.",
        title="Mines",
    )
    assert questions(article) == ["What was the mine output of China in 2024?", "What are the reserves of China?"]
