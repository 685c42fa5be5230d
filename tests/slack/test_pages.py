from hypothesis import given
from hypothesis import strategies as st

from assistant.slack.pages import BLOCKS, BYTES, Block, Pages, context, cost, section


def shown(page: list[Block]) -> list[str]:
    return [block["text"]["text"] for block in page]


def test_things_added_alike_share_a_section() -> None:
    pages = Pages()
    pages.add(["a"], join="\n")
    pages.add(["b"], join="\n")
    pages.add(["c"], join="\n\n")
    pages.add(["d", "e"], join="\n\n")
    pages.add(["f"], join="\n\n")
    pages.add(["g"])
    pages.add(["h"])
    assert [shown(page) for page in pages.pages] == [["a\nb", "c", "d", "e", "f", "g", "h"]]


def test_a_section_takes_no_more_than_3000_characters() -> None:
    pages = Pages()
    pages.add(["a" * 2_000], join="\n")
    pages.add(["b" * 999], join="\n")
    pages.add(["c"], join="\n")
    assert [len(text) for text in shown(pages.pages[0])] == [3_000, 1]


def test_sections_of_one_thing_stay_on_one_page() -> None:
    pages = Pages()
    pages.add(["a" * 3_000] * 2)
    pages.add(["b" * 3_000] * 3)
    assert [len(page) for page in pages.pages] == [2, 3]


def test_a_thing_longer_than_a_page_fills_pages_from_where_it_begins() -> None:
    pages = Pages()
    pages.add(["a"])
    pages.add(["b" * 3_000] * 5)
    assert [len(page) for page in pages.pages] == [4, 2]


def test_room_is_left_on_the_first_page_and_on_the_further_ones() -> None:
    first, further = [context("x" * 3_000)] * 3, [context("y" * 3_000)]
    pages = Pages(first, further)
    for _ in range(4):
        pages.add(["z" * 3_000])
    assert [len(page) for page in pages.pages] == [0, 2, 2]


def test_a_page_holds_no_more_than_50_blocks() -> None:
    pages = Pages([context("x")] * 10)
    for _ in range(100):
        pages.add(["z"])
    assert [len(page) for page in pages.pages] == [40, 50, 10]


@given(
    st.lists(
        st.tuples(st.lists(st.integers(1, 3_000), min_size=1, max_size=6), st.sampled_from(["", "\n"])), max_size=12
    )
)
def test_every_text_is_laid_out_once_in_order_within_limits(things: list[tuple[list[int], str]]) -> None:
    first, further = [context("r" * 2_500)], [context("more")]
    pages = Pages(first, further)
    said = []
    for at, (sizes, join) in enumerate(things):
        pages.add([chr(945 + at) * size for size in sizes], join=join)
        said += [chr(945 + at) * size for size in sizes]
    assert "".join("".join(shown(page)) for page in pages.pages).replace("\n", "") == "".join(said)
    for page, reserved in zip(pages.pages, [first, *[further] * len(pages.pages)], strict=False):
        assert cost(page) + cost(reserved) <= BYTES
        assert len(page) + len(reserved) <= BLOCKS
    assert all(len(text) <= 3_000 for page in pages.pages for text in shown(page))


def test_only_what_is_to_be_read_at_once_forbids_folding() -> None:
    assert section("a", expand=True)["expand"] is True
    assert "expand" not in section("a")
