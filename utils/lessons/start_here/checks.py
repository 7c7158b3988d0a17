"""The exercises of lesson 00, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import X, exercise, judge_function


@exercise
def check_relu(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is ReLU."""
    mistakes = {
        "this is the smaller of x and 0; ReLU takes the larger": np.minimum(X, 0),
        "this is the absolute value: a negative input must become 0": np.abs(X),
        "this is ReLU's slope; an input above 0 goes through as it is": np.where(X > 0, 1, 0),
        "the negative inputs must become 0": X,
    }
    judge_function("relu", attempt, {"x": X}, np.maximum(X, 0), mistakes)
