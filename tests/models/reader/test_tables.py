from assistant.models.reader.tables import made_tables


def test_a_question_on_a_cell_has_its_row_for_gold() -> None:
    corpus = made_tables(40, seed=0)
    assert len(corpus.passages) == 40
    assert len(corpus.items) == 120
    for item in corpus.items:
        passage = item.passage
        (row,) = item.gold
        start, end = passage.sentences[row]
        assert passage.text[start:end] == item.excluded[0]
        if item.answer is not None:
            assert start <= item.answer[0] < item.answer[1] <= end
            assert passage.text[slice(*item.answer)] in item.excluded[0]
        assert item.impossible
        assert item.impossible[0] != item.question


def test_the_seed_decides() -> None:
    assert made_tables(5, seed=1).passages == made_tables(5, seed=1).passages
    assert made_tables(5, seed=1).passages != made_tables(5, seed=2).passages


def test_what_is_asked_in_vain_is_worded_as_what_is_answered() -> None:
    for item in made_tables(40, seed=0).items:
        thing, arrow, measure = item.passage.title.lower().partition(" > ")
        if arrow:
            assert f" {measure} of " in item.question
            assert f" {measure} of " in item.impossible[0]
        else:
            assert f" of {thing.removesuffix(' statistics')}" in item.question
            assert " of " in item.impossible[0]
