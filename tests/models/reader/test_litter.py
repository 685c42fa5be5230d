import random

from hypothesis import given
from hypothesis import strategies as st

from assistant.models.reader.data.items import joined_passage
from assistant.models.reader.litter import littered
from assistant.models.reader.negatives import excerpt


@given(st.lists(st.text("abc .", min_size=1, max_size=30), min_size=1, max_size=6), st.integers(0, 10**6))
def test_a_fragment_moves_the_sentences_behind_it_and_changes_none(sentences: list[str], seed: int) -> None:
    passage = joined_passage("s", "a", "", sentences)
    shown = excerpt(passage, range(len(sentences)))
    changed, place, moved = littered(shown, random.Random(seed))
    texts = [changed.text[a:b] for a, b in changed.sentences]
    assert changed.indices[place] == -1
    added = texts.pop(place)
    assert texts == sentences
    assert len(added) + 1 == moved == len(changed.text) - len(shown.text)
    assert changed.text.replace(f"{added} ", "", 1) == shown.text
