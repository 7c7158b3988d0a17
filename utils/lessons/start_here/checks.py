"""The exercises of lesson 00, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import POINT, WIDE, X, exercise, judge_function, seen_over


@exercise
def check_relu(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is ReLU."""
    judge_function("relu", attempt, _relus, [(X,), (WIDE,)])


@seen_over("relu", x=POINT)
def _relus(x: np.ndarray) -> tuple[Any, dict[str, Any]]:
    return np.maximum(x, 0), {
        "this is the smaller of x and 0; ReLU takes the larger": np.minimum(x, 0),
        "this is the absolute value: a negative input must become 0": np.abs(x),
        "this is ReLU's slope; an input above 0 goes through as it is": np.where(x > 0, 1, 0),
        "the negative inputs must become 0": x,
    }
