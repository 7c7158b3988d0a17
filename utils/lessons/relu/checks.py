"""The exercises of lesson 01, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.activations import relu
from utils.judge import WIDE, X, exercise, judge_function, judge_number

# In the first the hinge lies on one of X, and the side that passes is the left one.
UNITS = [
    (X, -2.0, 1.0),
    *((WIDE, w, b) for w in (-2.0, -0.5, 1.0, 2.5) for b in (-2.5, 0.0, 1.25, 4.0)),
]


@exercise
def check_unit_grad(attempt: Callable[[np.ndarray, float, float], Any]) -> None:
    """Say whether `attempt(x, w, b)` is the slope of relu(w x + b) in w."""
    mistakes = {
        "the test looks at x; look at the pre-activation w x + b": lambda x, w, b: x * (x > 0),
        "b is missing; look at the pre-activation w x + b": lambda x, w, b: x * (w * x > 0),
        "the test is >= 0; at exactly 0 this course takes slope 0": (
            lambda x, w, b: x * (w * x + b >= 0)
        ),
        "this is the slope in b; in w the chain rule adds a factor x": (
            lambda x, w, b: w * x + b > 0
        ),
        "this is the slope in x; in w the factor is x, not w": (
            lambda x, w, b: w * (w * x + b > 0)
        ),
        "where the pre-activation is not above 0, nothing passes": lambda x, w, b: x,
        "this is the output itself, not its slope": lambda x, w, b: relu(w * x + b),
    }
    judge_function(
        "unit_grad", attempt, lambda x, w, b: np.where(w * x + b > 0, x, 0), UNITS, mistakes
    )


@exercise
def check_roof(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is a roof: 0 outside of -1 to 1, height 1 at 0."""
    mistakes = {
        "it stays at height 1; the hinge at 0 must take away 2, not 1": _hinges(1, -1, 0),
        "it falls for ever; a third hinge at 1 must bring it back to flat": _hinges(1, -2, 0),
        "the slope at 0 must turn from 1 to -1: take away 2 there": _hinges(1, -1, 1),
        "the roof hangs upside down": _hinges(-1, 2, -1),
        "all three hinges are added; the middle one must be subtracted": _hinges(1, 2, 1),
    }
    judge_function(
        "roof", attempt, lambda x: np.maximum(1 - np.abs(x), 0), [(X,), (WIDE,)], mistakes
    )


def _hinges(*heights: int) -> Callable[[np.ndarray], np.ndarray]:
    """Hinges at -1, 0 and 1, each times its height."""
    return lambda x: sum(
        height * relu(x - at) for at, height in zip((-1, 0, 1), heights, strict=True)
    )


@exercise
def check_hinge_power(attempt: Any, few: float, many: float) -> None:
    """Say whether `attempt` is p in error = k / n^p; `many` is the error with twice the hinges."""
    ratio = few / many
    mistakes = {
        "this is how many times smaller the error gets; p is the power of 2 that gives it": ratio,
        "this is the error with more hinges as a share of the other": 1 / ratio,
        "the sign is turned: the error falls, and n^p stands below the line": -np.log2(ratio),
        "this is the logarithm of the ratio; divide it by the logarithm of 2": np.log(ratio),
        "this is the logarithm of the ratio; divide it by the same logarithm of 2": np.log10(ratio),
    }
    judge_number("hinge_power", attempt, np.log2(ratio), mistakes, decimals=1)
