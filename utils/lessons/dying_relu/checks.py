"""The exercises on the dying ReLU, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import X, exercise, judge_function, judge_number

Y = np.array([1.0, 0.5, 0.5, 0.0, 2.0])
RATE = 0.1
# Pre-activations of five units, a column each: the first two are dead, the second just so.
Z = np.array([[-1, -2, 3, 1, 1], [-2, 0, -1, 2, 2], [-3, -1, -2, -2, 3], [-1, -3, -1, -1, 1.0]])
INPUTS = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -7.0], [2.0, 1.0]])
WEIGHTS = np.array([1.0, 0.5])


@exercise
def check_deadly_bias(attempt: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Say whether `attempt(x, w)` is the largest bias with which a ReLU unit is dead."""
    sums = INPUTS @ WEIGHTS
    mistakes = {
        "the sign is turned: the bias must pull the largest w . x down to 0": sums.max(),
        "this silences only the input with the smallest w . x": -sums.min(),
        "this silences half of the inputs, more or less: look at the largest w . x": -sums.mean(),
        "this is dead, but so is a larger bias: a negative w . x is silent by itself": (
            -np.abs(sums).max()
        ),
    }
    judge_function("deadly_bias", attempt, {"x": INPUTS, "w": WEIGHTS}, -sums.max(), mistakes)


@exercise
def check_deadly_rate(
    attempt: Any, x: np.ndarray, y: np.ndarray, weight: float, bias: float
) -> None:
    """Say whether `attempt` is the smallest learning rate whose first step kills the unit."""
    grad_w, grad_b = -_moves(x, y, weight, bias, (weight * x + bias) > 0)

    def outputs(rate: float) -> np.ndarray:
        return (weight - rate * grad_w) * x + bias - rate * grad_b

    # Where the first input falls silent, and where the last one does: each at an end of the line.
    limits = sorted((bias + end * weight) / (grad_b + end * grad_w) for end in (x.min(), x.max()))
    deadly = next(rate for rate in limits if outputs(rate).max() < 1e-9)
    mistakes = {
        "at this rate the step is so long that the unit is alive again": limits[-1],
        "this brings the bias to 0; the weight still lets inputs through": bias / grad_b,
        "this brings the weight to 0; the bias still lets inputs through": weight / grad_w,
        "the sign is turned: a step subtracts learning rate times gradient": -deadly,
        "dead means 0 on every input; this looks at one input, x = 1": (
            (bias + weight) / (grad_b + grad_w)
        ),
    }
    judge_number("deadly_rate", attempt, deadly, mistakes)


@exercise
def check_unit_move(attempt: Callable[..., Any]) -> None:
    """Say whether `attempt(x, y, w, b, learning_rate)` is how far one step moves w and b."""
    w, b = -2.0, 1.0  # the hinge lies on one of X
    passes = w * X + b > 0
    move = RATE * _moves(X, Y, w, b, passes)
    mistakes = {
        "the sign is turned: gradient descent goes against the gradient": -move,
        "the gate is missing: an input with w x + b <= 0 passes nothing": (
            RATE * _moves(X, Y, w, b, np.full(len(X), True))
        ),
        "the gate looks at x; look at the pre-activation w x + b": RATE * _moves(X, Y, w, b, X > 0),
        "the gradient is summed; the loss is a mean": move * len(X),
        "the 2 of the square is missing": move / 2,
        "the learning rate is missing": move / RATE,
        "this is where w and b end; asked is how far they move": np.array([w, b]) + move,
    }
    inputs = {"x": X, "y": Y, "w": w, "b": b, "learning_rate": RATE}
    judge_function("unit_move", attempt, inputs, move, mistakes)


@exercise
def check_dead_share(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(z)` is the share of dead units in a layer with pre-activations `z`."""
    silent = Z <= 0
    mistakes = {
        "this is the share of zero outputs: a unit is dead only if all of its outputs are 0": (
            silent.mean()
        ),
        "the axes are swapped: this is the share of inputs on which no unit fires": (
            silent.all(axis=1).mean()
        ),
        "a pre-activation of exactly 0 gives an output of 0, too": (Z < 0).all(axis=0).mean(),
        "these units are silent on some input; a dead one is silent on every input": (
            silent.any(axis=0).mean()
        ),
        "this is the share of units that are alive": 1 - silent.all(axis=0).mean(),
        "this is the number of dead units; divide it by the number of units": silent.all(0).sum(),
        "this says which units are dead; the share is the mean of it": silent.all(axis=0),
    }
    judge_function("dead_share", attempt, {"z": Z}, silent.all(axis=0).mean(), mistakes)


def _moves(x: np.ndarray, y: np.ndarray, w: float, b: float, passes: np.ndarray) -> np.ndarray:
    """How far w and b of a ReLU unit move in one step down the squared error, at rate 1."""
    z = w * x + b
    each = 2 * (np.maximum(z, 0) - y) * passes
    return -np.array([np.mean(each * x), np.mean(each)])
