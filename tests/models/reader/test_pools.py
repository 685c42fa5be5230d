import numpy as np

from assistant.models.reader.bm25 import Stemmer
from assistant.models.reader.data.items import make_passage
from assistant.models.reader.pools import Pool, Vectors

TEXTS = ("Lithium mines in Nevada.", "A quarry for spodumene ore.", "Magnets made in Japan.", "Magnets made in Japan.")
PASSAGES = [make_passage("s", f"a{i}", "", text) for i, text in enumerate(TEXTS)]
MEANINGS = {"lithium": (1.0, 0.0), "spodumene": (0.9, 0.1), "magnets": (0.0, 1.0)}


def embed(texts: object) -> Vectors:
    """One direction for mining, one for magnets."""
    rows = []
    for text in texts:  # type: ignore[attr-defined]
        found = np.array([v for word, v in MEANINGS.items() if word in text.lower()][:1] or [(0.7, 0.7)], np.float32)
        rows.append(found[0] / np.linalg.norm(found[0]))
    return np.array(rows)


def test_each_text_is_in_the_pool_once() -> None:
    assert len(Pool(PASSAGES, Stemmer()).passages) == 3


def test_words_alone_find_what_shares_words() -> None:
    assert [p.text for p in Pool(PASSAGES, Stemmer()).best("lithium mine", None, 2)] == [TEXTS[0]]


def test_meaning_adds_what_shares_none_in_turns_and_once() -> None:
    pool = Pool(PASSAGES, Stemmer(), embed)
    vector = embed(["lithium"])[0]
    assert [p.text for p in pool.best("lithium mine", vector, 2)] == [TEXTS[0], TEXTS[1]]
    assert [p.text for p in pool.best("no such word", vector, 1)] == [TEXTS[0]]
    assert len(pool.best("lithium", vector, 9)) == 3
