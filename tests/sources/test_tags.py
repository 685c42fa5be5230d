"""Tests of `assistant.sources.tags`."""

from assistant.sources.document import Piece
from assistant.sources.tags import tag_pieces


def test_tags_go_and_words_stay() -> None:
    html = (
        "<div><h3>Head &amp; all</h3><p>One <b>two</b>.</p><script>x()</script><!-- no --><figure><img></figure>3</div>"
    )
    assert tag_pieces(html, 1) == [
        Piece("heading", "Head & all", level=3),
        Piece("paragraph", "One two."),
        Piece("paragraph", "3"),
    ]


def test_lists_keep_their_depth() -> None:
    assert tag_pieces("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", 1) == [
        Piece("list_item", "a", level=1),
        Piece("list_item", "b", level=2),
        Piece("list_item", "c", level=1),
    ]


def test_tables_keep_their_heads() -> None:
    html = "<table><tr><th>Metal</th><th>Use</th></tr><tr><td>Dy</td><td><p>magnets</p></td></tr></table>after"
    assert tag_pieces(html, 1) == [
        Piece("table_row", "Metal | Use"),
        Piece("table_row", "Dy | magnets", columns=("Metal", "Use")),
        Piece("paragraph", "after"),
    ]


def test_an_empty_cell_keeps_its_place() -> None:
    html = "<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><td>1</td><td></td><td>3</td></tr></table>"
    assert tag_pieces(html, 1)[1] == Piece("table_row", "1 |  | 3", columns=("a", "b", "c"))


def test_end_tags_of_cells_may_be_left_out() -> None:
    assert tag_pieces("<table><tr><td>a<td>b<tr><td>c<td>d</table>", 1) == [
        Piece("table_row", "a | b"),
        Piece("table_row", "c | d"),
    ]


def test_broken_html_loses_no_words() -> None:
    words = " ".join(
        piece.text for piece in tag_pieces("<table><tr><td>a</td><td>b</table></li></script><p>c <td>d", 1)
    )
    assert words.split() == ["a", "|", "b", "c", "d"]
    assert tag_pieces("<!-- -->", 1) == []
