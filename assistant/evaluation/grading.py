"""Grading: a language model judges answers beside the checks.

Its grades are shown as its judgement; no outcome, exit code, threshold or comparison depends on them.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from pydantic import Field

from assistant.errors import AssistantError
from assistant.evaluation.pairs import Pair
from assistant.ingestion import Progress
from assistant.models.writing import Instructions, LanguageModel
from assistant.prompts import Prompt
from assistant.spotlighting import fenced, new_boundary, visible
from assistant.types import Frozen, Statement

if TYPE_CHECKING:
    from assistant.evaluation.results import PairResult

_GRADE = re.compile(r"PASS|FAIL: *(\S.*)")
# What is longer is no grade, and the rest of it is not waited for.
_LONGEST = 500
_SHOWN = 80
# The program's own words, between blocks of quotes that stand for one another.
_OR = "\n\nor, which would do as well:\n\n"


class Grade(Frozen):
    """What the language model `model` says of an answer.

    `passed` is None where it gave no grade. `reason` says why it failed the answer or gave no grade, empty for a pass.
    """

    passed: bool | None
    reason: str = ""
    model: str

    @property
    def said(self) -> str:
        """The grade in words, such as "FAIL: the year differs"."""
        if self.passed:
            return "PASS"
        return f"{'no grade' if self.passed is None else 'FAIL'}: {self.reason}"


class Grades(Frozen):
    """What a language model judged over a whole run; pairs are named by id.

    `prompt` is the reference of the text that it was given. `graded` counts the pairs that got a grade: of those it
    `agreed` with the checks, all of them together, on some and comes to another result on the `differing`. The
    `ungraded` were put to it and got none.
    """

    model: str
    prompt: str
    graded: int = Field(ge=0)
    passed: int = Field(ge=0)
    agreed: int = Field(ge=0)
    differing: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()


class Grader:
    """Puts answers to a language model, one call each."""

    def __init__(self, model: LanguageModel, prompt: Prompt) -> None:
        """Ask `model` with `prompt`, which says what a grade is; whoever made the model closes it."""
        self._model = model
        self._prompt = prompt

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def reference(self) -> str:
        """The prompt's reference."""
        return self._prompt.reference

    def grade(self, pair: Pair, statements: Sequence[Statement]) -> Grade:
        """Return whether `statements` say what the pair's expected quotes say, as the model judges.

        Nothing is raised: whatever keeps the model from a grade is the reason why there is none.
        """
        try:
            text = self._written(self._instructions(pair, statements))
        except Exception as error:  # noqa: BLE001  # grades decide nothing, so none may end the run
            why = str(error) if isinstance(error, AssistantError) else f"{type(error).__name__}: {error}"
            return Grade(passed=None, reason=_line(why), model=self.name)
        found = _GRADE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
        if found is None:
            said = _line(text)
            said = said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"
            why = f"the language model {self.name} wrote neither PASS nor FAIL with a reason, but “{said}”"
            return Grade(passed=None, reason=why, model=self.name)
        return Grade(passed=found[1] is None, reason=_line(found[1] or ""), model=self.name)

    def _instructions(self, pair: Pair, statements: Sequence[Statement]) -> Instructions:
        question = _line(pair.question)
        if pair.after:
            question += f" (asked after: {' '.join(f'“{_line(one)}”' for one in pair.after)})"
        groups = [_listed(quote.text for quote in some) for some in pair.expect.alternatives]
        answer = _listed(statement.text for statement in statements)
        boundary = new_boundary([question, answer, *groups])
        system, user = self._prompt.render(
            question=question,
            quotes=_OR.join(fenced(group, boundary) for group in groups),
            statements=fenced(answer, boundary),
            boundary=boundary,
        )
        return Instructions(system, user, tags=("grade",))

    def _written(self, instructions: Instructions) -> str:
        text = ""
        with closing(self._model.write(instructions)) as pieces:
            for piece in pieces:
                text += piece if isinstance(piece, str) else ""
                if len(text) > _LONGEST:
                    break
        return text


def grade_all(
    grader: Grader, results: Sequence["PairResult"], progress: Progress | None = None
) -> tuple[list["PairResult"], Grades]:
    """Return `results`, each answer that has expected quotes with its grade, and what they come to.

    `progress` counts on from the questions that were asked, one for each result.
    """
    done = len(results)
    total = done + sum(bool(_statements(result)) for result in results)
    graded = []
    for result in results:
        grade = None
        if statements := _statements(result):
            if progress:
                progress(done, total, f"grading {result.pair.id}")
            grade = grader.grade(result.pair, statements)
            done += 1
        graded.append(result.model_copy(update={"grade": grade}))
    if progress:
        progress(total, total, "")
    return graded, _grades(grader, graded)


def _statements(result: "PairResult") -> Sequence[Statement]:
    """Return what there is to grade, nothing where nothing was answered or no quote is expected."""
    given = result.given
    if given is None or given.status == "abstained" or not result.pair.expect.alternatives:
        return ()
    return given.statements


def _grades(grader: Grader, results: Iterable["PairResult"]) -> Grades:
    put = [(one, one.grade) for one in results if one.grade is not None]
    graded = [(one, grade) for one, grade in put if grade.passed is not None]
    differing = tuple(one.pair.id for one, _ in graded if one.disputed)
    return Grades(
        model=grader.name,
        prompt=grader.reference,
        graded=len(graded),
        passed=sum(grade.passed is True for _, grade in graded),
        agreed=len(graded) - len(differing),
        differing=differing,
        ungraded=tuple(one.pair.id for one, grade in put if grade.passed is None),
    )


def _listed(texts: Iterable[str]) -> str:
    """Return each text as one line of a list: none can pass for two, nor, repeated as it stands, for a grade."""
    return "\n".join(f"- {_line(text)}" for text in texts)


def _line(text: str) -> str:
    return " ".join(visible(text).split())
