"""The exercises on the dying ReLU, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import WIDE, X, drawn, exercise, judge_function, judge_number

# Pre-activations of five units, a column each: the first two are dead, the second just so.
Z = np.array([[-1, -2, 3, 1, 1], [-2, 0, -1, 2, 2], [-3, -1, -2, -2, 3], [-1, -3, -1, -1, 1.0]])
# Then some dead and some alive, all dead, all alive, all close to the kink.
LAYERS = [
    (Z,),
    *(drawn(n, (2 + n % 3, n)) for n in range(2, 10)),
    (-np.abs(Z),),
    (np.abs(Z) + 1,),
    (Z / 512,),
]
INPUTS = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -7.0], [2.0, 1.0]])
# Then drawn, every w . x below 0, every w . x above 0.
UNITS = [
    (INPUTS, np.array([1.0, 0.5])),
    *(drawn(n, (n, 1 + n % 4), (1 + n % 4,)) for n in range(1, 10)),
    (np.abs(INPUTS), np.array([-4.0, -3.0])),
    (np.abs(INPUTS), np.array([0.5, 1.0])),
]
NEAR = WIDE[np.abs(WIDE) < 9]
SIDES = ((1.0, 0.0), (-1.0, 1.0), (3.0, 4.0), (1.0, -2.5))
# The first hinge lies on an input whose target is not 0: there > and >= move the unit differently.
MOVES = [
    (X, np.array([1.0, 0.5, 0.5, -1.0, 2.0]), -2.0, 1.0, 0.1),
    *((*drawn(n, (n,), (n,), (), ()), n / 4) for n in range(3, 7)),
    (X, np.full(5, 6.0), 1.0, 0.25, 2.0),  # all targets lie above the outputs
    (X, X, 2**-9, 0.0, 4.0),  # all pre-activations lie close to the kink
    *((NEAR, *drawn(0, NEAR.shape), *unit, 4.0) for unit in SIDES),
]


@exercise
def check_deadly_bias(attempt: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Say whether `attempt(x, w)` is the largest bias with which a ReLU unit is dead."""
    judge_function("deadly_bias", attempt, _deadly_biases, UNITS)


def _deadly_biases(x: np.ndarray, w: np.ndarray) -> tuple[Any, dict[str, Any]]:
    sums = x @ w
    return -sums.max(), {
        "the sign is turned: the bias must pull the largest w . x down to 0": sums.max(),
        "this silences only the input with the smallest w . x": -sums.min(),
        "this silences half of the inputs, more or less: look at the largest w . x": -sums.mean(),
        "this is dead, but so is a larger bias: a negative w . x is silent by itself": (
            -np.abs(sums).max()
        ),
    }


@exercise
def check_deadly_rate(
    attempt: Any, x: np.ndarray, y: np.ndarray, weight: float, bias: float
) -> None:
    """Say whether `attempt` is the smallest learning rate whose first step kills the unit."""
    grad_w, grad_b = -_move(x, y, weight, bias, weight * x + bias > 0)
    ends = np.array([np.min(x), np.max(x)])
    before, change = bias + ends * weight, grad_b + ends * grad_w
    limits = before / change  # where the first input falls silent, and where the last one does
    dead = np.max(before - limits[:, np.newaxis] * change, axis=1) < 1e-9
    deadly = min(limits[dead & (limits > 0)], default=np.nan)
    mistakes = {
        "at this rate the step is so long that the unit is alive again": limits.max(),
        "this brings the bias to 0; the weight still lets inputs through": bias / grad_b,
        "this brings the weight to 0; the bias still lets inputs through": weight / grad_w,
        "the sign is turned: a step subtracts learning rate times gradient": -deadly,
        "dead means 0 on every input; this looks at one input, x = 1": (
            (bias + weight) / (grad_b + grad_w)
        ),
        "rounded down, it lies below the limit, and the unit lives": np.floor(deadly * 100) / 100,
    }
    judge_number("deadly_rate", attempt, deadly, mistakes, upwards=True)


@exercise
def check_unit_move(attempt: Callable[..., Any]) -> None:
    """Say whether `attempt(x, y, w, b, learning_rate)` is how far one step moves w and b."""
    judge_function("unit_move", attempt, _moves, MOVES)


def _moves(
    x: np.ndarray, y: np.ndarray, w: float, b: float, learning_rate: float
) -> tuple[Any, dict[str, Any]]:
    z = w * x + b
    right, ungated, by_x, at_zero = (
        learning_rate * _move(x, y, w, b, passes) for passes in (z > 0, True, x > 0, z >= 0)
    )
    return right, {
        "the sign is turned: gradient descent goes against the gradient": -right,
        "the gate is missing: an input with w x + b <= 0 passes nothing": ungated,
        "the gate looks at x; look at the pre-activation w x + b": by_x,
        "the gate is >= 0; at exactly 0 this course takes slope 0": at_zero,
        "the gradient is summed; the loss is a mean": right * len(x),
        "the 2 of the square is missing": right / 2,
        "the learning rate is missing": right / learning_rate,
        "this is where w and b end; asked is how far they move": right + [w, b],
    }


def _move(x: np.ndarray, y: np.ndarray, w: float, b: float, passes: Any) -> np.ndarray:
    """How far w and b of a ReLU unit move in one step down the squared error, at rate 1."""
    each = 2 * (np.maximum(w * x + b, 0) - y) * passes
    return -np.array([np.mean(each * x), np.mean(each)])


@exercise
def check_dead_share(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(z)` is the share of dead units in a layer with pre-activations `z`."""
    judge_function("dead_share", attempt, _dead_shares, LAYERS)


def _dead_shares(z: np.ndarray) -> tuple[Any, dict[str, Any]]:
    silent, dead = z <= 0, np.all(z <= 0, axis=0)
    return dead.mean(), {
        "this is the share of zero outputs: a unit is dead only if all of its outputs are 0": (
            silent.mean()
        ),
        "the axes are swapped: this is the share of inputs on which no unit fires": (
            silent.all(axis=1).mean()
        ),
        "a pre-activation of exactly 0 gives an output of 0, too": (z < 0).all(axis=0).mean(),
        "these units are silent on some input; a dead one is silent on every input": (
            silent.any(axis=0).mean()
        ),
        "this is the share of units that are alive": 1 - dead.mean(),
        "this is the number of dead units; divide it by the number of units": dead.sum(),
        "this says which units are dead; the share is the mean of it": dead,
    }
