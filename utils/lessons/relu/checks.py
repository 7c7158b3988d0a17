"""The exercises on ReLU, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import POINT, WIDE, X, exercise, judge_function, judge_number, seen_over
from utils.settings import Number

# In the first the hinge lies on one of X, and the side that passes is the left one.
UNITS = [
    (X, -2.0, 1.0),
    *((WIDE, w, b) for w in (-2.0, -0.5, 1.0, 2.5) for b in (-2.5, 0.0, 1.25, 4.0)),
]


@exercise
def check_unit_grad(attempt: Callable[[np.ndarray, float, float], Any]) -> None:
    """Say whether `attempt(x, w, b)` is the slope of relu(w x + b) in w."""
    judge_function("unit_grad", attempt, _unit_grads, UNITS)


@seen_over(
    "unit_grad",
    x=POINT,
    w=Number("weight w", -2.0, -2, 2, 0.1),
    b=Number("bias b", 1.0, -3, 3, 0.1),
)
def _unit_grads(x: np.ndarray, w: float, b: float) -> tuple[Any, dict[str, Any]]:
    before = w * x + b
    return np.where(before > 0, x, 0), {
        "the test looks at x; look at the pre-activation w x + b": np.where(x > 0, x, 0),
        "b is missing; look at the pre-activation w x + b": np.where(w * x > 0, x, 0),
        "the test is >= 0; at exactly 0 this course takes slope 0": np.where(before >= 0, x, 0),
        "this is the slope in b; in w the chain rule adds a factor x": np.where(before > 0, 1, 0),
        "this is the slope in x; in w the factor is x, not w": np.where(before > 0, w, 0),
        "where the pre-activation is not above 0, nothing passes": x,
        "this is the output itself, not its slope": np.maximum(before, 0),
    }


@exercise
def check_roof(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is a roof: 0 outside of -1 to 1, height 1 at 0."""
    judge_function("roof", attempt, _roofs, [(X,), (WIDE,)])


@seen_over("roof", x=POINT)
def _roofs(x: np.ndarray) -> tuple[Any, dict[str, Any]]:
    first, second, third = (np.maximum(x - place, 0) for place in (-1, 0, 1))
    return np.maximum(1 - np.abs(x), 0), {
        "it stays at height 1; the hinge at 0 must take away 2, not 1": first - second,
        "it falls for ever; a third hinge at 1 must bring it back to flat": first - 2 * second,
        "the slope at 0 must turn from 1 to -1: take away 2 there": first - second + third,
        "the roof hangs upside down": 2 * second - first - third,
        "all three hinges are added; the middle one must be subtracted": first + 2 * second + third,
    }


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
