"""Tests of `assistant.errors`."""

import inspect
import re

import assistant.errors
from assistant.errors import AssistantError, RunError, UserError


def drawn() -> dict[str, str]:
    """Parent by name, as the tree in the module's docstring draws it."""
    parents: dict[str, str] = {}
    above = {0: "Exception"}
    for line in (assistant.errors.__doc__ or "").splitlines():
        if match := re.match(r" {4}([ │├└─]*)([A-Z]\w+)(?:  |$)", line):
            depth = len(match.group(1)) // 4
            parents[match.group(2)] = above[depth]
            above[depth + 1] = match.group(2)
    return parents


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    classes = [one for one in vars(assistant.errors).values() if inspect.isclass(one)]
    assert drawn() == {one.__name__: one.mro()[1].__name__ for one in classes}
    assert len(classes) == 19


def test_every_error_is_the_callers_or_the_runs() -> None:
    classes = [one for one in vars(assistant.errors).values() if inspect.isclass(one)]
    for one in classes:
        assert one.__doc__
        if one is not AssistantError:
            assert issubclass(one, UserError) != issubclass(one, RunError)


def test_an_error_says_what_it_was_given() -> None:
    assert str(RunError("the tin is full: empty it")) == "the tin is full: empty it"
