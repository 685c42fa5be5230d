"""Tests of `assistant.suggestions.surroundings`."""

from pathlib import Path

from assistant.pipeline import Assistant
from assistant.suggestions import follow_ups
from assistant.suggestions.surroundings import around
from assistant.types import Filters
from tests.material import write_markdown


def test_follow_ups_stay_with_the_article(lakes: Assistant) -> None:
    answer = lakes.ask("How thick is the ice in the harbour of Arvik?")
    offered = follow_ups(lakes, answer, most=5)
    assert len(offered) >= 2
    assert all(lakes.ask(one).citations[0].article_id == "ships" for one in offered)


def test_an_article_that_is_gone_is_not_asked_about(changing: Assistant, asked: list[tuple[str, Filters]]) -> None:
    answer = changing.ask("How thick is the ice in the harbour of Arvik?")
    filtered = changing.ask("How thick is the ice?", Filters(article=("ships",)))
    changing.remove("ships")
    asked.clear()
    assert not [question for question in follow_ups(changing, answer) if "Arvik" in question or "Harbour" in question]
    assert follow_ups(changing, filtered) == ()


def test_a_changed_article_is_not_asked_about(changing: Assistant, articles_folder: Path) -> None:
    answer = changing.ask("How thick is the ice in the harbour of Arvik?")
    write_markdown(articles_folder / "ships.md", "# Ships of the northern changing\n\nNothing is known.\n")
    changing.ingest([articles_folder])
    assert not [question for question in follow_ups(changing, answer) if "Arvik" in question or "Harbour" in question]


def test_another_matter_is_not_offered_for_a_number_or_a_month(changing: Assistant, articles_folder: Path) -> None:
    write_markdown(
        articles_folder / "money.md",
        "# Money of the club\n\nThe club lost 40 million crowns in January. The debts of the Meadow Bank grew.\n\n"
        "## Debts of January\n\nThe debts of the club in January were 40 million crowns, said the Meadow Bank.\n",
    )
    changing.ingest([articles_folder])
    answer = changing.ask("Why is the harbour of Arvik closed in January, when 40 ships wait?")
    offered = {one.article_id for one in around(changing, answer, {})}
    assert "ships" in offered
    assert "money" not in offered
