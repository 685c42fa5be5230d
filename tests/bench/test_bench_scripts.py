"""Tests of `bench.scripts`: what the scripted model says."""

from assistant.models.scripted import ChatRequest, Reply
from bench.scripts import Model, Scripted, load, made_bad

MILL = Scripted("Who built the mill?", "Anna Berg built it.", (("mill", "built by Anna  Berg"),), "good", good=True)
PASSAGES = """BEGIN abc [1]
title: Fish
text:
Trout.
END abc [1]

BEGIN abc [2]
title: Mills
text:
It was built
by Anna Berg in 1874.
END abc [2]
"""


def ask(model: Model, number: int) -> str:
    body = {"messages": [{"role": "user", "content": f"{PASSAGES}\nQuestion: Who built it? ({number})"}]}
    reply = model(ChatRequest(body, {}))
    assert isinstance(reply, Reply)
    return "".join(reply.texts)


def test_a_statement_bears_the_number_of_the_passage_that_holds_its_quote() -> None:
    model = Model({7: [MILL]})
    assert ask(model, 7) == "Anna Berg built it. [2]"
    assert model.unshown == set()


def test_forged_numbers_and_statements_without_their_passage() -> None:
    lost = Scripted("Where?", "In Bern.", (("mill", "at Bern"),), "good", good=True)
    model = Model({1: [MILL], 2: [lost]}, forge=frozenset({MILL.text}))
    assert ask(model, 1) == "Anna Berg built it. [97][98]"
    assert ask(model, 2) == "In Bern. [1]"
    assert model.unshown == {"In Bern."}
    assert ask(model, 3) == "NO ANSWER"


def test_the_sets_are_as_large_as_what_is_asked_of_them() -> None:
    good, bad = load("good"), load("bad")
    made = list(made_bad(good))
    assert len({one.question for one in good}) >= 200
    assert len(bad) + len(made) >= 500
    assert all(one.good for one in good)
    assert not any(one.good for one in [*bad, *made])
    texts = {one.text for one in good}
    assert not [one.text for one in [*bad, *made] if one.text in texts]
    assert {one.kind for one in made} == {"made figure", "made quotation", "made link", "made instruction"}
