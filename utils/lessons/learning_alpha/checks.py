"""The exercises on learning alpha, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.activations import prelu, prelu_grad_alpha
from utils.judge import X, drawn, exercise, judge_function, judge_number

# The first alpha is below 0, so that the sign of the output differs from that of the input.
STEPS = [
    (-0.5, X, np.array([1.0, 0.5, 0.5, 0.0, 2.0]), 0.1),
    *((*drawn(n, (), (n,), (n,)), n / 4) for n in range(3, 14)),
    (-4.0, X / 32, X, 2.0),  # all inputs lie close to the kink
]


@exercise
def check_alpha_step(attempt: Callable[[float, np.ndarray, np.ndarray, float], Any]) -> None:
    """Say whether `attempt(alpha, x, y, learning_rate)` takes one step down the squared error."""
    judge_function("alpha_step", attempt, _steps, STEPS)


def _steps(
    alpha: float, x: np.ndarray, y: np.ndarray, learning_rate: float
) -> tuple[Any, dict[str, Any]]:
    slope = np.mean(2 * (prelu(x, alpha) - y) * prelu_grad_alpha(x))
    change = learning_rate * slope
    return alpha - change, {
        "the gradient is added: that climbs the loss": alpha + change,
        "the gradient is summed; the loss is a mean": alpha - change * len(x),
        "the 2 of the square is missing": alpha - change / 2,
        "this is the change alone; subtract it from alpha": change,
        "the learning rate is missing": alpha - slope,
    }


@exercise
def check_one_step_rate(attempt: Any, x: np.ndarray) -> None:
    """Say whether `attempt` is the learning rate that reaches the best alpha of `x` in one step."""
    curvature = np.mean(2 * np.minimum(x, 0) ** 2)
    mistakes = {
        "this is 2 / c, the edge: it swings for ever": 2 / curvature,
        "this is c itself; a steeper parabola needs smaller steps": curvature,
        "count the examples with x > 0 too: they are part of the mean": 1
        / np.mean(2 * x[x < 0] ** 2),
    }
    judge_number("one_step_rate", attempt, 1 / curvature, mistakes)


@exercise
def check_hidden_decay(attempt: Any, x: np.ndarray, true_alpha: float, found: float) -> None:
    """Say whether `attempt` is the weight decay under which alpha ends at `found`."""
    curvature = np.mean(2 * np.minimum(x, 0) ** 2)
    decay = curvature * (true_alpha / found - 1)
    mistakes = {
        "the curvature c is missing": true_alpha / found - 1,
        "this divides by the true alpha; solve found (c + decay) = true alpha c again": (
            curvature * (1 - found / true_alpha)
        ),
        "the decay adds decay / 2 times alpha^2 to the loss, not decay times alpha^2": decay / 2,
        "this is how much of alpha is left, not the decay that does it": found / true_alpha,
        "this is c + decay; take c away": curvature + decay,
    }
    judge_number("hidden_decay", attempt, decay, mistakes)
