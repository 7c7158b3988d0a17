"""One friendly check an exercise: it answers in words, and never raises."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x

X = np.array([-2.0, -0.5, 0.0, 0.5, 3.0])
ALPHA = -0.5  # below 0, so that the sign of the output differs from that of the input
Y = np.array([1.0, 0.5, 0.5, 0.0, 2.0])
RATE = 0.1
# Pre-activations of five units, a column each: the first two are dead, the second just so.
Z = np.array([[-1, -2, 3, 1, 1], [-2, 0, -1, 2, 2], [-3, -1, -2, -2, 3], [-1, -3, -1, -1, 1.0]])
INPUTS = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -7.0], [2.0, 1.0]])
WEIGHTS = np.array([1.0, 0.5])


def check_prelu_grad(attempt: Callable[[np.ndarray, float], Any]) -> None:
    """Say whether `attempt(x, alpha)` is df/dx of PReLU."""
    output = prelu(X, ALPHA)
    mistakes = {
        "the test is x >= 0; at exactly 0 PyTorch takes alpha": np.where(X >= 0, 1, ALPHA),
        "the test looks at the output f(x); look at the input x": np.where(output > 0, 1, ALPHA),
        "the two sides are swapped": np.where(X > 0, ALPHA, 1),
        "this is ReLU's slope, 0 on the left": np.where(X > 0, 1, 0),
        "this is f itself, not its slope": output,
    }
    _check(lambda: attempt(X.copy(), ALPHA), prelu_grad_x(X, ALPHA), mistakes, X)


def check_prelu_grad_alpha(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is df/dalpha of PReLU."""
    mistakes = {
        "the sign is turned": -prelu_grad_alpha(X),
        "the two sides are swapped": np.maximum(X, 0),
        "the right side should be 0: f = x does not contain alpha there": X,
        "this is ReLU's slope in x, not PReLU's in alpha": np.where(X > 0, 1, 0),
        "the left side should be x: the derivative of alpha * x in alpha": np.where(X > 0, 0, 1),
    }
    _check(lambda: attempt(X.copy()), prelu_grad_alpha(X), mistakes, X)


def check_alpha_step(attempt: Callable[[float, np.ndarray, np.ndarray, float], Any]) -> None:
    """Say whether `attempt(alpha, x, y, learning_rate)` takes one step down the squared error."""
    each = 2 * (prelu(X, ALPHA) - Y) * prelu_grad_alpha(X)
    mistakes = {
        "the gradient is added: that climbs the loss": ALPHA + RATE * each.mean(),
        "the gradient is summed; the loss is a mean": ALPHA - RATE * each.sum(),
        "the 2 of the square is missing": ALPHA - RATE * each.mean() / 2,
        "this is the change alone; subtract it from alpha": RATE * each.mean(),
        "the learning rate is missing": ALPHA - each.mean(),
    }
    _check(lambda: attempt(ALPHA, X.copy(), Y.copy(), RATE), ALPHA - RATE * each.mean(), mistakes)


def check_one_step_rate(attempt: Any, x: np.ndarray) -> None:
    """Say whether `attempt` is the learning rate that reaches the best alpha of `x` in one step."""
    curvature = np.mean(2 * np.minimum(x, 0) ** 2)
    mistakes = {
        "this is 2 / c, the edge: it swings for ever": 2 / curvature,
        "this is c itself; a steeper parabola needs smaller steps": curvature,
        "count the examples with x > 0 too: they are part of the mean": 1
        / np.mean(2 * x[x < 0] ** 2),
    }
    # Two decimals, as on a slider, are enough.
    _check(lambda: attempt, 1 / curvature, mistakes, tolerance=0.005)


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
    }
    _check(lambda: attempt(Z.copy()), silent.all(axis=0).mean(), mistakes)


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
    _check(lambda: attempt(INPUTS.copy(), WEIGHTS.copy()), -sums.max(), mistakes)


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
    _check(lambda: attempt(X.copy(), w, b), np.where(before > 0, X, 0), mistakes, X)


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
    _check(lambda: attempt(X.copy()), np.maximum(1 - np.abs(X), 0), mistakes, X)


def check_alpha_grad(attempt: Callable[[np.ndarray, np.ndarray], Any]) -> None:
    """Say whether `attempt(x, grad)` is the gradient of a shared alpha; both (examples, units)."""
    grad = np.linspace(-0.3, 0.8, Z.size).reshape(Z.shape)
    each = grad * np.minimum(Z, 0)
    mistakes = {
        "this is the mean; what shares alpha is summed": each.mean(),
        "only inputs on the left teach alpha anything; here the right side counts too": (
            np.sum(grad * Z)
        ),
        "the two sides are swapped": np.sum(grad * np.maximum(Z, 0)),
        "the gradient of the loss in the output, grad, is missing": np.minimum(Z, 0).sum(),
        "on the left df/dalpha is x, not 1": np.sum(grad * (Z <= 0)),
        "the sign is turned": -each.sum(),
    }
    _check(lambda: attempt(Z.copy(), grad.copy()), each.sum(), mistakes)


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
    _check(lambda: attempt(n, a), np.sqrt(2 / ((1 + a**2) * n)), mistakes)


def _check(
    answer: Callable[[], Any],
    expected: Any,
    mistakes: Mapping[str, Any],
    inputs: np.ndarray | None = None,
    tolerance: float = 1e-9,
) -> None:
    print(_judge(answer, np.asarray(expected), mistakes, inputs, tolerance))


def _judge(
    answer: Callable[[], Any],
    expected: np.ndarray,
    mistakes: Mapping[str, Any],
    inputs: np.ndarray | None,
    tolerance: float,
) -> str:
    try:
        given = answer()
        if given is Ellipsis:
            return "Not attempted yet: put your answer in place of the three dots."
        if given is None:
            return "Not yet: the answer is None. Is a `return` missing?"
        values = np.asarray(given, dtype=float)
    except Exception as error:  # whatever the reader wrote: it is said in words
        return f"Not yet: it stops with {type(error).__name__}: {error}"
    if values.shape != expected.shape:
        return f"Not yet: expected shape {expected.shape}, got {values.shape}."
    if np.allclose(values, expected, rtol=0, atol=tolerance):
        return "Right."
    for words, wrong in mistakes.items():
        if np.allclose(values, wrong, rtol=0, atol=tolerance):
            return f"Not yet: {words}."
    return f"Not yet: {_first_difference(values, expected, inputs, tolerance)}"


def _first_difference(
    values: np.ndarray, expected: np.ndarray, inputs: np.ndarray | None, tolerance: float
) -> str:
    if inputs is None:
        return f"expected {float(expected):.4g}, got {float(values):.4g}."
    i = int(np.flatnonzero(~np.isclose(values, expected, rtol=0, atol=tolerance))[0])
    return f"for x = {inputs[i]:g} expected {expected[i]:g}, got {values[i]:g}."
