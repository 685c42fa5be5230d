"""Tests of `assistant.sources.markdown`."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SourceError
from assistant.sources.document import ParsedDocument
from assistant.sources.markdown import parse
from assistant.types import Article


def outline(document: ParsedDocument | Article) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def read(markdown: str) -> list[tuple[str, int, str]]:
    return outline(parse(markdown.encode(), "x"))


def test_front_matter_and_title() -> None:
    document = parse(b"---\ntitle: T\npublished: 2025-05-30\n---\n# Head\n\nbody", "x")
    assert (document.title, document.published) == ("T", date(2025, 5, 30))
    assert document.text == "Head\n\nbody"


@pytest.mark.parametrize(("markdown", "title"), [("## A\n\n# B\n\nx", "B"), ("## A\n\nx", "A"), ("x", "name")])
def test_the_title_falls_back(markdown: str, title: str) -> None:
    assert parse(markdown.encode(), "name").title == title


def test_blocks_of_all_kinds() -> None:
    markdown = """# Top

Wrapped *prose*
of [two](x) lines.

- item one
  - inner

  more of one
3. third
4. fourth

| Metal | Use |
|---|---|
| Dy | **magnets** |

> quoted

```
code  x

  y
```

-----

![image](x.png)

<div>tagged <b>text</b></div>
"""
    assert read(markdown) == [
        ("heading", 1, "Top"),
        ("paragraph", 0, "Wrapped prose of two lines."),
        ("list_item", 1, "item one"),
        ("list_item", 2, "inner"),
        ("list_item", 1, "more of one"),
        ("list_item", 1, "3. third"),
        ("list_item", 1, "4. fourth"),
        ("table_row", 0, "Metal | Use"),
        ("table_row", 0, "Dy | magnets"),
        ("paragraph", 0, "quoted"),
        ("paragraph", 0, "code  x\n  y"),
        ("paragraph", 0, "tagged text"),
    ]


def test_rows_name_their_columns() -> None:
    document = parse(b"|Metal|Use|\n|---|---|\n|Dy|magnets|", "x")
    assert document.blocks[1].columns == ("Metal", "Use")


def test_a_table_of_labels_and_prose_becomes_sections() -> None:
    prose = "The state keeps a firm grip on the mines. Firms outside look for other sources, and they pay a premium."
    assert read(f"## Measures\n\n|Measure|Summary|\n|-|-|\n|Licences|{prose}|\n")[1:] == [
        ("paragraph", 0, "Measure | Summary"),
        ("heading", 3, "Licences"),
        ("paragraph", 0, prose),
    ]


def test_enumerated_paragraphs_are_items() -> None:
    assert read("Sec. 2. (a)  The Secretary shall:\n\n\\(i\\)   act under section\n(b) of it; and\n\n\\(ii\\) report.")[
        1:
    ] == [
        ("list_item", 1, "(i) act under section (b) of it; and"),
        ("list_item", 1, "(ii) report."),
    ]


def test_a_table_without_a_rule_of_dashes() -> None:
    assert read("| **Type:** | In Focus \n| **Number:** | IF12608 ") == [
        ("table_row", 0, "Type: | In Focus"),
        ("table_row", 0, "Number: | IF12608"),
    ]


def test_bold_lines_are_headings_only_above_text() -> None:
    prose = "Africa has a large part of the world's potential for energy."
    assert read(f"Intro.\n\n**Clean Energy**\n\n{prose}\n\n**The End**") == [
        ("paragraph", 0, "Intro."),
        ("heading", 2, "Clean Energy"),
        ("paragraph", 0, prose),
        ("paragraph", 0, "The End"),
    ]


def test_bold_questions_are_headings_of_their_answers() -> None:
    assert read("# T\n\nIntro.\n\n**Who paid?**\n\nThe city paid for the whole of it.") == [
        ("heading", 1, "T"),
        ("paragraph", 0, "Intro."),
        ("heading", 2, "Who paid?"),
        ("paragraph", 0, "The city paid for the whole of it."),
    ]


def test_plain_titles_are_headings_only_where_no_others_are_marked() -> None:
    prose = "Congress may continue to consider the matter in the year that comes."
    assert read(f"# T\n\nPending Applications\n\n{prose}")[1] == ("heading", 2, "Pending Applications")
    assert read(f"# T\n\n## S\n\nPending Applications\n\n{prose}")[2] == ("paragraph", 0, "Pending Applications")


def test_a_file_without_text_is_refused() -> None:
    with pytest.raises(SourceError, match="no text"):
        parse(b"---\ntitle: T\n---\n\n![image](x)\n", "x")


def test_carriage_returns_are_line_ends() -> None:
    document = parse(b"---\r\ntitle: T\r\n---\r\na\r\n\r\nb", "x")
    assert (document.title, document.text) == ("T", "a\n\nb")


_LINES = """
# H|**B**|* a|  * b|1. c|(a) d|¦a¦b¦|¦-¦-¦|¦ c|<p>e</p>|<br>|> q|---|```|A 1 2|B 3 4|    code|*x|[l](u)|*i|a  |`v
"""
_MARKDOWN = st.sampled_from([line.replace("¦", "|") for line in _LINES.strip("\n").split("|")])


@given(st.one_of(st.text(min_size=1), st.lists(st.one_of(_MARKDOWN, st.just(""), st.text(max_size=9))).map("\n".join)))
def test_any_markdown_keeps_the_invariant(assert_blocks: Callable[[Any], None], text: str) -> None:
    try:
        document = parse(text.encode(), "x")
    except SourceError:
        return
    assert_blocks(document)
    assert not re.search(r"[ \t]\n|[ \t]$|\r|\n{3}", document.text)


def test_a_table_that_a_pdf_left_as_lines(shared: Path, read_one: Callable[[Path], Article]) -> None:
    article = read_one(shared / "minerals" / "articles" / "usgs-mcs-2025-rare-earths.md")
    rows = {article.text[b.start : b.end]: b.columns for b in article.blocks if b.kind == "table_row"}
    years = ("2020", "2021", "2022", "2023", "2024")
    assert rows["Dysprosium oxide, 99.5% minimum 261 410 382 330 260"] == years
    assert rows["Mineral concentrates E E E E E"] == years
    assert rows["World total (rounded) 376,000 390,000 >90,000,000"] == ("2023", "2024")
    assert rows["Cerium 550 \u2014 \u2014 \u2014"] == ()
    paragraphs = {article.text[b.start : b.end] for b in article.blocks if b.kind == "paragraph"}
    assert {"Imports: [e, 4]", "Price, average, dollars per kilogram: [6]", "Metals:"} <= paragraphs
    assert any(words.startswith("Domestic Production and Use: Rare earths were mined") for words in paragraphs)


def test_all_articles_at_hand(
    shared: Path, read_one: Callable[[Path], Article], assert_blocks: Callable[[Any], None]
) -> None:
    paths = sorted((shared / "minerals" / "articles").glob("*.md"))
    assert len(paths) == 60
    for path in paths:
        article = read_one(path)
        assert_blocks(article)
        assert article.id == path.stem
        assert article.published is not None
        assert not re.search(r"\*\*|\]\(|</?(?:span|u|sup|p)\b|\\[()]|<!--|^\| ", article.text, re.MULTILINE)


def test_an_order_s_clauses(shared: Path, read_one: Callable[[Path], Article]) -> None:
    article = read_one(shared / "minerals" / "articles" / "eo-defense-supply-chains-2026-07.md")
    items = [words for kind, _, words in outline(article) if kind == "list_item"]
    assert "(iv) establishes a strict projected timeline for complete implementation of the mitigation plan." in items
    assert items[0].startswith("(a) On January 1, 2027")
    assert not any(words.startswith("(a) of this section") for words in items)


def test_a_report_s_plain_headings_and_box(shared: Path, read_one: Callable[[Path], Article]) -> None:
    article = read_one(shared / "minerals" / "articles" / "crs-if12608-seabed-mining-brief.md")
    found = outline(article)
    assert found[1:3] == [
        ("table_row", 0, "CRS Product Type: | In Focus"),
        ("table_row", 0, "CRS Product Number: | IF12608"),
    ]
    assert ("heading", 2, "Exploration Licenses Issued by NOAA") in found
