"""The exercises on a function of one's own, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import POINT, WIDE, X, drawn, exercise, judge_function, seen_over
from utils.settings import Number
from utils.shelf import softplus, softplus_grad, swish, swish_grad, swish_grad_beta

NEAR = WIDE[np.abs(WIDE) < 5]  # further out float32 has lost what 1 - s is
BETAS = [(X, 0.5), (4 * X, 0.0), *((NEAR, beta) for beta in (1.0, 3.0, 0.25, 0.0, -1.0, -4.0, 6.0))]
VALUES = [
    (np.array([0.0, 0.0, 1.0, 3.0]),),
    (np.array([0.1, -0.2, 0.05]),),
    *(drawn(n, (5 + n,)) for n in range(8)),
]


@exercise
def check_softplus_grad(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is the derivative of softplus, log(1 + exp(x))."""
    judge_function("softplus_grad", attempt, _softplus_grads, [(X,), (WIDE,)])


@seen_over("softplus_grad", x=POINT)
def _softplus_grads(x: np.ndarray) -> tuple[Any, dict[str, Any]]:
    sigmoid = softplus_grad(x)
    return sigmoid, {
        "this is softplus itself": softplus(x),
        "the inner derivative, exp(x), is missing: this is 1 / (1 + exp(x))": 1 - sigmoid,
        "this is the slope of ReLU, which softplus only has far out": np.heaviside(x, 0),
        "this is the slope of the sigmoid: one derivative too many": sigmoid * (1 - sigmoid),
    }


@exercise
def check_factor(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(values)`, given many f(z), is the factor of the first weights."""
    judge_function("factor", attempt, _factors, VALUES)


def _factors(values: np.ndarray) -> tuple[Any, dict[str, Any]]:
    square, variance = np.mean(values**2), np.var(values)
    return 1 / np.sqrt(square), {
        "the root is missing: this is the factor of the variance": 1 / square,
        "this is what is left of the signal; the factor makes up for it": np.sqrt(square),
        "the mean must not be taken away: weights see the square, not the variance": (
            1 / np.sqrt(variance)
        ),
        "this is of the mean of the values; their squares are what counts": 1 / np.mean(values),
        "this adds up the squares and takes no mean": 1 / np.sqrt(np.sum(values**2)),
        "this is ReLU's factor; it has to come from the values": np.sqrt(2),
        "2 belongs to ReLU alone; the mean square has it already": np.sqrt(2 / square),
    }


@exercise
def check_swish_grad_beta(attempt: Callable[[np.ndarray, float], Any]) -> None:
    """Say whether `attempt(x, beta)` is the derivative of x / (1 + exp(-beta x)) in beta."""
    judge_function("swish_grad_beta", attempt, _swish_grads, BETAS)


@seen_over("swish_grad_beta", x=POINT, beta=Number("beta", 1.0, -1, 3, 0.05))
def _swish_grads(x: np.ndarray, beta: float) -> tuple[Any, dict[str, Any]]:
    right, gate = swish_grad_beta(x, beta), softplus_grad(beta * x)
    return right, {
        "this is the slope in x; beta is what is learned": swish_grad(x, beta),
        "one x is missing: the inner derivative of beta x in beta is x, too": x * gate * (1 - gate),
        "this is only the sigmoid's slope: both factors x are missing": gate * (1 - gate),
        "the inner derivative in beta is x, not beta": beta * x * gate * (1 - gate),
        "the sign is turned": -right,
        "this is Swish itself": swish(x, beta),
        "the factor 1 - s is missing": x**2 * gate,
        "the factor s is missing": x**2 * (1 - gate),
    }
