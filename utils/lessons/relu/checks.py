"""The exercises on ReLU, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import X, exercise, judge_function, judge_number


@exercise
def check_unit_grad(attempt: Callable[[np.ndarray, float, float], Any]) -> None:
    """Say whether `attempt(x, w, b)` is the slope of relu(w x + b) in w."""
    w, b = -2.0, 1.0  # the hinge lies on one of X, and the side that passes is the left one
    before = w * X + b
    mistakes = {
        "the test looks at x; look at the pre-activation w x + b": np.where(X > 0, X, 0),
        "the test is >= 0; at exactly 0 this course takes slope 0": np.where(before >= 0, X, 0),
        "this is the slope in b; in w the chain rule adds a factor x": np.where(before > 0, 1, 0),
        "this is the slope in x; in w the factor is x, not w": np.where(before > 0, w, 0),
        "where the pre-activation is not above 0, nothing passes": X,
        "this is the output itself, not its slope": np.maximum(before, 0),
    }
    inputs = {"x": X, "w": w, "b": b}
    judge_function("unit_grad", attempt, inputs, np.where(before > 0, X, 0), mistakes)


@exercise
def check_roof(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is a roof: 0 outside of -1 to 1, height 1 at 0."""
    first, second, third = (np.maximum(X - place, 0) for place in (-1, 0, 1))
    mistakes = {
        "it stays at height 1; the hinge at 0 must take away 2, not 1": first - second,
        "it falls for ever; a third hinge at 1 must bring it back to flat": first - 2 * second,
        "the slope at 0 must turn from 1 to -1: take away 2 there": first - second + third,
        "the roof hangs upside down": 2 * second - first - third,
        "all three hinges are added; the middle one must be subtracted": first + 2 * second + third,
    }
    judge_function("roof", attempt, {"x": X}, np.maximum(1 - np.abs(X), 0), mistakes)


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
    judge_number("hinge_power", attempt, np.log2(ratio), mistakes, tolerance=0.05)
