"""The exercises on PReLU in a network, each with the mistakes that its check knows."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from utils.judge import drawn, exercise, judge_function, judge_number, seen_over
from utils.settings import Number, Whole

# Pre-activations of five units, a column each: the first two are dead, the second just so.
Z = np.array([[-1, -2, 3, 1, 1], [-2, 0, -1, 2, 2], [-3, -1, -2, -2, 3], [-1, -3, -1, -1, 1.0]])
GRAD = np.linspace(-0.3, 0.8, Z.size).reshape(Z.shape)
LAYERS = [
    (Z, GRAD),
    (Z / 512, GRAD),
    *(drawn(n, (2 + n % 5, 6 - n % 5), (2 + n % 5, 6 - n % 5)) for n in range(10)),
]
STARTS = [(50, -0.5), (3, 0.25), (784, 1.5), (1, 0.0), (20, -2.0), (8, 1.0), (100, 6.0)]
STEPS = [
    (2.0, 0.25, -0.5, 1.5, 0.1, 0.3),
    *((*drawn(n, (), (), (), ()), 0.25 + n / 4, n / 4) for n in range(1, 12)),
    (6.0, -6.0, 4.0, 4.0, 5.0, 6.0),
]


@exercise
def check_alpha_grad(attempt: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Say whether `attempt(x, grad)` is the gradient of a shared alpha; both (examples, units)."""
    judge_function("alpha_grad", attempt, _alpha_grads, LAYERS)


def _alpha_grads(x: np.ndarray, grad: np.ndarray) -> tuple[Any, dict[str, Any]]:
    each = grad * np.minimum(x, 0)
    return each.sum(), {
        "this is the mean; what shares alpha is summed": each.mean(),
        "this sums over the examples alone; a shared alpha adds up the units too": each.sum(axis=0),
        "this sums over the wrong axis, and over one only; all that share alpha add up": (
            each.sum(axis=1)
        ),
        "only inputs on the left teach alpha anything; here the right side counts too": (
            np.sum(grad * x)
        ),
        "the two sides are swapped": np.sum(grad * np.maximum(x, 0)),
        "the gradient of the loss in the output, grad, is missing": np.minimum(x, 0).sum(),
        "on the left df/dalpha is x, not 1": np.sum(grad * (x <= 0)),
        "the sign is turned": -each.sum(),
    }


@exercise
def check_prelu_std(attempt: Callable[[float, float], Any]) -> None:
    """Say whether `attempt(inputs, alpha)` is the first weights' standard deviation for PReLU."""
    judge_function("prelu_std", attempt, _stds, STARTS)


@seen_over(
    "prelu_std",
    each=True,
    alpha=Number("alpha", 0.25, -2, 2, 0.05),
    inputs=Whole("inputs", 50, 1, 200),
)
def _stds(inputs: float, alpha: float) -> tuple[Any, dict[str, Any]]:
    he, more = np.sqrt(2 / inputs), 1 + alpha**2
    return he / np.sqrt(more), {
        "this is the variance; take its square root": he**2 / more,
        "alpha is missing: this is He's for ReLU": he,
        "this is Xavier's, for a linear layer": np.sqrt(1 / inputs),
        "the square is in the wrong place: 1 + alpha^2, not (1 + alpha)^2": he / abs(1 + alpha),
        "1 + alpha^2 belongs below the line: with a slope on the left, less is enough": (
            he * np.sqrt(more)
        ),
    }


@exercise
def check_decayed_step(attempt: Callable[..., Any]) -> None:
    """Say whether `attempt` steps a weight with weight decay, and alpha without."""
    judge_function("decayed_step", attempt, _decayed_steps, STEPS)


def _decayed_steps(
    w: float, alpha: float, grad_w: float, grad_alpha: float, rate: float, decay: float
) -> tuple[Any, dict[str, Any]]:
    old, change = np.array([w, alpha]), rate * np.array([grad_w, grad_alpha])
    plain, pull = old - change, rate * decay * old
    return plain - pull * [1, 0], {
        "alpha is decayed, too; that pulls PReLU towards ReLU": plain - pull,
        "nothing is decayed": plain,
        "alpha is decayed and the weight is not: the wrong way round": plain - pull * [0, 1],
        "the decay pushes the weight away from 0; it must pull": plain + pull * [1, 0],
        "the decay is not multiplied by the learning rate": plain - decay * old * [1, 0],
        "the gradient is added: that climbs the loss": old + change - pull * [1, 0],
    }


@exercise
def check_smallest_slope(attempt: Any, accuracies: Mapping[float, np.ndarray], goal: float) -> None:
    """Say whether `attempt` is the smallest slope whose every seed reaches `goal`."""
    every = min((s for s, seeds in accuracies.items() if np.min(seeds) >= goal), default=np.nan)
    some = min((s for s, seeds in accuracies.items() if np.max(seeds) >= goal), default=np.nan)
    mistakes = {
        "with this slope the best seed gets there, and others do not": some,
        "this is the smallest that was tried; look at its accuracies": min(accuracies),
        "this gets there, but so does a smaller one": max(accuracies),
    }
    # One of those that were tried, to the last decimal.
    judge_number("smallest_slope", attempt, every, mistakes, decimals=6)
