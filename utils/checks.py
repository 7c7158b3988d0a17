"""One friendly check an exercise: it answers in words, and never raises.

What was answered right stands in `passed` until the kernel ends. A check tries the reader's answer
on inputs of its own, and knows the results that the usual mistakes give.
"""

import traceback
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakSet

import numpy as np

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x

passed: set[str] = set()  # the exercises answered right so far, each by its check's name
watchers: WeakSet = WeakSet()  # whoever shows `passed`: its `refresh()` is called when that grows

X = np.array([-2.0, -0.5, 0.0, 0.5, 3.0])
ALPHA = -0.5  # below 0, so that the sign of the output differs from that of the input
Y = np.array([1.0, 0.5, 0.5, 0.0, 2.0])
RATE = 0.1
# Pre-activations of five units, a column each: the first two are dead, the second just so.
Z = np.array([[-1, -2, 3, 1, 1], [-2, 0, -1, 2, 2], [-3, -1, -2, -2, 3], [-1, -3, -1, -1, 1.0]])
INPUTS = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -7.0], [2.0, 1.0]])
WEIGHTS = np.array([1.0, 0.5])
ALPHAS = np.array([-2.0, -1.0, 0.0, 0.25, 1.0, 1.5, 2.0])


def check_relu(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is ReLU."""
    mistakes = {
        "this is the smaller of x and 0; ReLU takes the larger": np.minimum(X, 0),
        "this is the absolute value: a negative input must become 0": np.abs(X),
        "this is ReLU's slope; an input above 0 goes through as it is": np.where(X > 0, 1, 0),
        "the negative inputs must become 0": X,
    }
    _check("relu", attempt, {"x": X}, np.maximum(X, 0), mistakes)


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
    _check("prelu_grad", attempt, {"x": X, "alpha": ALPHA}, prelu_grad_x(X, ALPHA), mistakes)


def check_prelu_grad_alpha(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is df/dalpha of PReLU."""
    mistakes = {
        "the sign is turned": -prelu_grad_alpha(X),
        "the two sides are swapped": np.maximum(X, 0),
        "the right side should be 0: f = x does not contain alpha there": X,
        "this is ReLU's slope in x, not PReLU's in alpha": np.where(X > 0, 1, 0),
        "the left side should be x: the derivative of alpha * x in alpha": np.where(X > 0, 0, 1),
    }
    _check("prelu_grad_alpha", attempt, {"x": X}, prelu_grad_alpha(X), mistakes)


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
    inputs = {"alpha": ALPHA, "x": X, "y": Y, "learning_rate": RATE}
    _check("alpha_step", attempt, inputs, ALPHA - RATE * each.mean(), mistakes)


def check_one_step_rate(attempt: Any, x: np.ndarray) -> None:
    """Say whether `attempt` is the learning rate that reaches the best alpha of `x` in one step."""
    curvature = np.mean(2 * np.minimum(x, 0) ** 2)
    mistakes = {
        "this is 2 / c, the edge: it swings for ever": 2 / curvature,
        "this is c itself; a steeper parabola needs smaller steps": curvature,
        "count the examples with x > 0 too: they are part of the mean": 1
        / np.mean(2 * x[x < 0] ** 2),
    }
    _check_number("one_step_rate", attempt, 1 / curvature, mistakes)


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
    _check("dead_share", attempt, {"z": Z}, silent.all(axis=0).mean(), mistakes)


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
    _check("deadly_bias", attempt, {"x": INPUTS, "w": WEIGHTS}, -sums.max(), mistakes)


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
    _check("unit_grad", attempt, inputs, np.where(before > 0, X, 0), mistakes)


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
    _check("roof", attempt, {"x": X}, np.maximum(1 - np.abs(X), 0), mistakes)


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
    _check("alpha_grad", attempt, {"x": Z, "grad": grad}, each.sum(), mistakes)


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
    _check("prelu_std", attempt, {"inputs": n, "alpha": a}, np.sqrt(2 / ((1 + a**2) * n)), mistakes)


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
    _check_number("hinge_power", attempt, np.log2(ratio), mistakes, tolerance=0.05)


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
    _check_number("deadly_rate", attempt, deadly, mistakes)


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
    _check("unit_move", attempt, inputs, move, mistakes)


def check_max_differs(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(alphas)` tells for which alphas max(alpha x, x) is not PReLU."""
    mistakes = {
        "at alpha = 1 both are x, the identity": ALPHAS >= 1,
        "below 0 the two agree: try alpha = -2 at x = -1 and x = 1": np.abs(ALPHAS) > 1,
        "the answer is turned around: this says where they agree": ALPHAS <= 1,
        "between 0 and 1 the two agree: try alpha = 0.25 at x = -1 and x = 1": ALPHAS != 1,
        "below 0 the two agree, and above 1 they do not: try both at x = -1 and x = 1": ALPHAS < 0,
    }
    _check("max_differs", attempt, {"alphas": ALPHAS}, ALPHAS > 1, mistakes)


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
    _check_number("hidden_decay", attempt, decay, mistakes)


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
    _check("decayed_step", attempt, inputs, plain - pull * [1, 0], mistakes)


def check_smallest_slope(attempt: Any, accuracies: Mapping[float, np.ndarray], goal: float) -> None:
    """Say whether `attempt` is the smallest slope whose every seed reaches `goal`."""
    every = min(slope for slope, seeds in accuracies.items() if np.min(seeds) >= goal)
    some = min(slope for slope, seeds in accuracies.items() if np.max(seeds) >= goal)
    mistakes = {
        "with this slope the best seed gets there, and others do not": some,
        "this is the smallest that was tried; look at its accuracies": min(accuracies),
        "this gets there, but is a smaller one enough?": max(accuracies),
    }
    _check_number("smallest_slope", attempt, every, mistakes)


def _moves(x: np.ndarray, y: np.ndarray, w: float, b: float, passes: np.ndarray) -> np.ndarray:
    """How far w and b of a ReLU unit move in one step down the squared error, at rate 1."""
    z = w * x + b
    each = 2 * (np.maximum(z, 0) - y) * passes
    return -np.array([np.mean(each * x), np.mean(each)])


def _check(
    name: str,
    attempt: Callable[..., Any],
    inputs: Mapping[str, Any],
    expected: Any,
    mistakes: Mapping[str, Any],
) -> None:
    """Try a function on `inputs`, and say how its answer differs from `expected`."""
    expected = np.asarray(expected)

    def answer() -> Any:
        copies = (np.copy(value)[()] for value in inputs.values())  # theirs to change
        return attempt if attempt is Ellipsis else attempt(*copies)

    def difference(values: np.ndarray) -> str:
        return _difference(values, expected, inputs)

    print(_judge(name, answer, expected, mistakes, difference))


def _check_number(
    name: str, attempt: Any, expected: float, mistakes: Mapping[str, Any], tolerance: float = 0.005
) -> None:
    """Judge a number that the reader has to find: it is not given away, only its direction."""

    def difference(value: np.ndarray) -> str:
        return f"{value:.4g} is too {'large' if value > expected else 'small'}"

    print(_judge(name, lambda: attempt, np.asarray(expected), mistakes, difference, tolerance))


def _judge(
    name: str,
    answer: Callable[[], Any],
    expected: np.ndarray,
    mistakes: Mapping[str, Any],
    difference: Callable[[np.ndarray], str],
    tolerance: float = 1e-9,
) -> str:
    try:
        given = answer()
        if given is Ellipsis:
            return "Not attempted yet: put your answer in place of the three dots."
        if given is None:
            return "Not yet: the answer is None. Is a `return` missing?"
        values = np.asarray(given, dtype=float)
    except (Exception, SystemExit) as error:  # whatever the reader wrote: it is said in words
        return f"Not yet: it stops with {traceback.format_exception_only(error)[-1].strip()}"
    if _equal(values, expected, tolerance):
        _pass(name)
        return "Right."
    usual = next((words for words in mistakes if _equal(values, mistakes[words], tolerance)), "")
    if values.shape != expected.shape:
        said = f"expected {_shape(expected)}, got {_shape(values)}"
    elif not np.isfinite(values).all():
        said = "the answer has a value in it that is not a number, or infinite"
    else:
        said = difference(values)
    return f"Not yet: {said}. Most likely: {usual}." if usual else f"Not yet: {said}."


def _equal(values: np.ndarray, other: Any, tolerance: float) -> bool:
    same_shape = values.shape == np.shape(other)
    return same_shape and np.allclose(values, np.asarray(other, float), rtol=0, atol=tolerance)


def _pass(name: str) -> None:
    passed.add(name)
    for watcher in tuple(watchers):
        watcher.refresh()


def _difference(values: np.ndarray, expected: np.ndarray, inputs: Mapping[str, Any]) -> str:
    """The first place where the answer is wrong: the inputs there, what was expected, what came."""
    wrong = np.argwhere(~np.isclose(values, expected, rtol=0, atol=1e-9))[0]
    place = tuple(int(index) for index in wrong)
    elementwise = {name for name in inputs if place and np.shape(inputs[name]) == expected.shape}
    here = {name: inputs[name][place] if name in elementwise else inputs[name] for name in inputs}
    where = ", ".join(f"{name} = {_said(value)}" for name, value in here.items())
    which = f" at place {place[0]}" if place and not elementwise else ""
    came = expected.dtype.type(values[place])
    return f"for {where} expected {_said(expected[place])}{which}, got {_said(came)}"


def _said(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if np.ndim(value):
        return "[" + ", ".join(map(_said, value)) + "]"
    return f"{value:.4g}"


def _shape(values: np.ndarray) -> str:
    return f"an array of shape {values.shape}" if values.ndim else "one number"
