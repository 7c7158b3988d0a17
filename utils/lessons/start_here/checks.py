"""The exercises of lesson 00, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.activations import relu
from utils.judge import WIDE, X, exercise, judge_function


@exercise
def check_relu(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is ReLU."""
    mistakes = {
        "this is the smaller of x and 0; ReLU takes the larger": lambda x: np.minimum(x, 0),
        "this is the absolute value: a negative input must become 0": np.abs,
        "this is ReLU's slope; an input above 0 goes through as it is": lambda x: x > 0,
        "the negative inputs must become 0": lambda x: x,
    }
    judge_function("relu", attempt, relu, [(X,), (WIDE,)], mistakes)
