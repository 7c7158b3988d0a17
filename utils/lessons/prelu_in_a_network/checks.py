"""The exercises on PReLU in a network, each with the mistakes that its check knows."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from utils.judge import exercise, judge_function, judge_number

ALPHA = -0.5  # below 0, so that the sign of the output differs from that of the input
# Pre-activations of five units, a column each: the first two are dead, the second just so.
Z = np.array([[-1, -2, 3, 1, 1], [-2, 0, -1, 2, 2], [-3, -1, -2, -2, 3], [-1, -3, -1, -1, 1.0]])


@exercise
def check_alpha_grad(attempt: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Say whether `attempt(x, grad)` is the gradient of a shared alpha; both (examples, units)."""
    grad = np.linspace(-0.3, 0.8, Z.size).reshape(Z.shape)
    each = grad * np.minimum(Z, 0)
    mistakes = {
        "this is the mean; what shares alpha is summed": each.mean(),
        "this sums over the examples alone; a shared alpha adds up the units too": each.sum(axis=0),
        "this sums over the wrong axis, and over one only; all that share alpha add up": (
            each.sum(axis=1)
        ),
        "only inputs on the left teach alpha anything; here the right side counts too": (
            np.sum(grad * Z)
        ),
        "the two sides are swapped": np.sum(grad * np.maximum(Z, 0)),
        "the gradient of the loss in the output, grad, is missing": np.minimum(Z, 0).sum(),
        "on the left df/dalpha is x, not 1": np.sum(grad * (Z <= 0)),
        "the sign is turned": -each.sum(),
    }
    judge_function("alpha_grad", attempt, {"x": Z, "grad": grad}, each.sum(), mistakes)


@exercise
def check_prelu_std(attempt: Callable[[int, float], Any]) -> None:
    """Say whether `attempt(inputs, alpha)` is the first weights' standard deviation for PReLU."""
    n, a = 50, ALPHA
    mistakes = {
        "this is the variance; take its square root": 2 / ((1 + a**2) * n),
        "alpha is missing: this is He's for ReLU": np.sqrt(2 / n),
        "this is Xavier's, for a linear layer": np.sqrt(1 / n),
        "the square is in the wrong place: 1 + alpha^2, not (1 + alpha)^2": (
            np.sqrt(2 / n) / abs(1 + a)
        ),
        "1 + alpha^2 belongs below the line: with a slope on the left, less is enough": (
            np.sqrt(2 * (1 + a**2) / n)
        ),
    }
    judge_function(
        "prelu_std", attempt, {"inputs": n, "alpha": a}, np.sqrt(2 / ((1 + a**2) * n)), mistakes
    )


@exercise
def check_decayed_step(attempt: Callable[..., Any]) -> None:
    """Say whether `attempt` steps a weight with weight decay, and alpha without."""
    inputs = {"w": 2.0, "alpha": 0.25, "grad_w": -0.5, "grad_alpha": 1.5, "rate": 0.1, "decay": 0.3}
    w, a, grad_w, grad_a, rate, decay = inputs.values()
    plain = np.array([w - rate * grad_w, a - rate * grad_a])
    pull = rate * decay * np.array([w, a])
    mistakes = {
        "alpha is decayed, too; that pulls PReLU towards ReLU": plain - pull,
        "nothing is decayed": plain,
        "alpha is decayed and the weight is not: the wrong way round": plain - pull * [0, 1],
        "the decay pushes the weight away from 0; it must pull": plain + pull * [1, 0],
        "the decay is not multiplied by the learning rate": plain - pull * [1, 0] / rate,
        "the gradient is added: that climbs the loss": np.array(
            [w + rate * (grad_w - decay * w), a + rate * grad_a]
        ),
    }
    judge_function("decayed_step", attempt, inputs, plain - pull * [1, 0], mistakes)


@exercise
def check_smallest_slope(attempt: Any, accuracies: Mapping[float, np.ndarray], goal: float) -> None:
    """Say whether `attempt` is the smallest slope whose every seed reaches `goal`."""
    every = min(slope for slope, seeds in accuracies.items() if np.min(seeds) >= goal)
    some = min(slope for slope, seeds in accuracies.items() if np.max(seeds) >= goal)
    mistakes = {
        "with this slope the best seed gets there, and others do not": some,
        "this is the smallest that was tried; look at its accuracies": min(accuracies),
        "this gets there, but is a smaller one enough?": max(accuracies),
    }
    judge_number("smallest_slope", attempt, every, mistakes)
