"""Linear: a logistic regression that was fitted elsewhere."""

import numpy as np
from numpy.typing import NDArray

from assistant.types import Frozen


class Linear(Frozen):
    """A logistic regression over standardised features."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def predict(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a probability a row of `matrix`, shape (rows, len(features))."""
        standard = (matrix - np.array(self.mean)) / np.array(self.scale)
        return np.asarray(1 / (1 + np.exp(-(standard @ np.array(self.weights) + self.bias))))
