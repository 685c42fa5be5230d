"""Thresholds: what the figures of a whole run must reach, kept in a file beside the pairs."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, TypeAdapter, model_validator

from assistant.errors import EvaluationError
from assistant.evaluation.located import read_yaml
from assistant.evaluation.metrics import Metrics
from assistant.evaluation.pairs import THRESHOLDS
from assistant.types import Frozen

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Bound(Frozen):
    """The least and the most that a figure may be; one of them at least."""

    least: Number | None = None
    most: Number | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("gives neither least nor most: give one")
        return self

    def holds(self, value: float | None) -> bool:
        """Whether `value` is within the bounds; a figure that nothing was measured for is not."""
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        return " and at ".join(f"{name} {bound:g}" for name, bound in self if bound is not None)


class Missed(Frozen):
    """A figure that is not what it must be."""

    metric: str
    value: float | None
    bound: str


def load_thresholds(folder: Path) -> dict[str, Bound]:
    """Return the bounds by metric of the thresholds in `folder`; none where there is no such file.

    Raises EvaluationError for a file that cannot be used, among others for a metric that is not known.
    """
    file = folder / THRESHOLDS
    if not file.exists():
        return {}
    document = read_yaml(file)
    if document.data is None:
        return {}
    bounds = document.validate(TypeAdapter(dict[str, Bound]), document.data)
    for name in bounds:
        if name not in Metrics.model_fields:
            known = ", ".join(Metrics.model_fields)
            raise EvaluationError(f"{document.where(name)}: {name!r} is no metric: there are {known}")
    return bounds


def missed(bounds: dict[str, Bound], metrics: Metrics) -> tuple[Missed, ...]:
    """Return the bounds that `metrics` do not keep."""
    values: dict[str, float | None] = {name: getattr(metrics, name) for name in bounds}
    return tuple(
        Missed(metric=name, value=values[name], bound=str(bound))
        for name, bound in bounds.items()
        if not bound.holds(values[name])
    )
