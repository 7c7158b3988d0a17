"""What the course has taught, done to a function that the reader brings.

Its derivative against differences, where it is flat, one unit that descends, the factor of its
first weights, a signal through 30 layers, a race on the digits, and a number of it that is learned.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from utils.arguments import one_number, quiet
from utils.data import REACH, digits
from utils.layer import Layer
from utils.network import Custom, LeakyReLU, Linear, Network, PReLU, ReLU
from utils.own import LIMIT, Given, Own
from utils.training import SGD, cross_entropy, fit, in_pieces

WIDE = 6.0  # a function is looked at from -WIDE to WIDE
PLACES = np.linspace(-WIDE, WIDE, 481).round(10)
FAR = np.linspace(-30, 30, 1201).round(10)  # where it is asked for its flat ends
H = 2.0**-17  # the step of the differences: half the digits of a float
JUMP = 100.0  # steeper by this than from one place to the next, and it is no slope: f jumps
CLOSE = 1e-4  # a derivative is right if it is as close as this, relatively where it is above 1
FLAT = 0.01  # a slope below it counts as flat
A_CALL = 0.02  # seconds: a function that takes longer on average is too slow for a run


class Function(Own):
    """A function of the reader's, for all calls of one view; `said` is what went wrong first."""

    said = ""
    _calls, _spent = 0, 0.0

    def __call__(self, *inputs: Any, shape: tuple[int, ...] | None = None) -> Given:
        """As `Own`; and one that takes long again and again is given up."""
        began = time.monotonic()
        given = super().__call__(*inputs, shape=shape)
        self._calls, self._spent = self._calls + 1, self._spent + time.monotonic() - began
        if not self._given_up and self._spent > LIMIT / 2 + A_CALL * self._calls:
            self._given_up = (
                f"{self.name} is too slow: a run calls it a thousand times. "
                "Let it take the whole array at once, without a loop."
            )
        if all(np.isfinite(each).all() for each in inputs):  # no fault of its own, if not
            self.said = self.said or given.words
        return given

    def __repr__(self) -> str:
        return self.name


def function(value: Any, name: str) -> Function:
    """The rule for a function of the reader's: whatever it is, it is taken, and called with care.

    One without a name of its own is called what the setting is called.
    """
    if isinstance(value, Function):
        return value
    known = Own(value).name
    return Function(value, known if known.isidentifier() else name)


def said(*functions: Function) -> str:
    """What went wrong with these, in words; empty if nothing did."""
    return " ".join(dict.fromkeys(each.said for each in functions if each.said))


class Slopes(NamedTuple):
    """A function at `x`, and its slope as given and as measured to the left and to the right.

    `gap` is how far the given slope lies outside of what was measured; NaN where one is missing.
    """

    x: np.ndarray
    f: np.ndarray
    given: np.ndarray
    left: np.ndarray
    right: np.ndarray
    gap: np.ndarray

    @property
    @quiet
    def jumps(self) -> np.ndarray:
        """Where the function has no slope at all, since it jumps."""
        steps = np.abs(np.diff(self.f) / np.diff(self.x))
        around = np.fmax(np.append(steps, 0), np.append(0, steps))
        return np.fmax(np.abs(self.left), np.abs(self.right)) > JUMP * np.maximum(around, 1)

    @property
    @quiet
    def wrong(self) -> np.ndarray:
        """Where the given slope is not the function's."""
        return (self.gap > CLOSE * np.maximum(1, np.abs(self.given))) & ~self.jumps

    @property
    @quiet
    def measured(self) -> np.ndarray:
        """The slope halfway between both sides."""
        return (self.left + self.right) / 2


@lru_cache(maxsize=64)
@quiet
def slopes(f: Function, df: Function) -> Slopes:
    """At each of `PLACES`. At a kink every slope between the two sides is right: a subgradient."""
    x = PLACES
    below, here, above = np.split(f(np.concatenate([x - H, x, x + H])).values, 3)
    given, left, right = df(x).values, (here - below) / H, (above - here) / H
    low, high = np.minimum(left, right), np.maximum(left, right)
    return Slopes(x, here, given, left, right, np.maximum(0, np.maximum(low - given, given - high)))


class End(NamedTuple):
    """From where on, to one side, a function's slope stays 0, and stays below `FLAT`; or None."""

    zero: float | None
    flat: float | None


@lru_cache(maxsize=64)
def ends(df: Function) -> tuple[End, End]:
    """The left end and the right end, as far as 30 to both sides."""
    size = np.abs(df(FAR).values)
    left = (_until(size == 0, FAR), _until(size < FLAT, FAR))
    right = (_until(size[::-1] == 0, FAR[::-1]), _until(size[::-1] < FLAT, FAR[::-1]))
    return End(*left), End(*right)


def _until(holds: np.ndarray, places: np.ndarray) -> float | None:
    """The last place up to which it holds from the first on."""
    count = len(holds) if holds.all() else int(np.argmin(holds))
    return float(places[count - 1]) if count else None


# One unit, f(x + b), that is to become f(x): only its bias is learned, from the wrong place.
UNIT_X = np.linspace(-REACH, REACH, 41)
BIASES = np.linspace(-10, 10, 201).round(10)


class Landscape(NamedTuple):
    """The loss of the unit over its bias, and the size of its gradient: at each of `BIASES`."""

    loss: np.ndarray
    gradient: np.ndarray

    @property
    def dead_places(self) -> np.ndarray:
        """Which biases have a gradient of exactly 0; the goal, b = 0, is no plateau."""
        return (self.gradient == 0) & (BIASES != 0)


@lru_cache(maxsize=64)
@quiet
def landscape(f: Function, df: Function) -> Landscape:
    """Of the loss mean((f(x + b) - f(x))^2)."""
    before = UNIT_X + BIASES[:, np.newaxis]
    gap = f(before).values - f(UNIT_X).values
    return Landscape(np.mean(gap**2, axis=1), np.mean(2 * gap * df(before).values, axis=1))


CURVE = np.linspace(-12, 12, 481).round(10)


@lru_cache(maxsize=64)
def curve(f: Function) -> np.ndarray:
    """f over all that the unit's inputs can reach: at each of `CURVE`."""
    return f(CURVE).values


class UnitStep(NamedTuple):
    """Where the unit stands: its bias, its loss, and the gradient there."""

    step: int
    bias: float
    loss: float
    gradient: float


def descend(
    f: Function, df: Function, bias: float, rate: Callable[[], float]
) -> Iterator[UnitStep]:
    """Gradient descent on the bias; `rate` is asked anew for each step. Ends with the numbers."""
    goal, step = f(UNIT_X).values, 0
    while np.isfinite(bias):
        now = _unit_at(step, bias, goal, f, df)
        yield now
        step, bias = step + 1, bias - rate() * now.gradient


@quiet
def _unit_at(step: int, bias: float, goal: np.ndarray, f: Function, df: Function) -> UnitStep:
    gap = f(UNIT_X + bias).values - goal
    gradient = np.mean(2 * gap * df(UNIT_X + bias).values)
    return UnitStep(step, bias, float(np.mean(gap**2)), float(gradient))


# He's argument, by a sum instead of an integral. No place is 0, where most kinks are.
Z = (np.arange(4000) - 1999.5) / 200
BELL = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()


@lru_cache(maxsize=64)
@quiet
def mean_square(f: Function) -> float:
    """E[f(z)^2] for z standard normal: what is left of a variance of 1; NaN without numbers."""
    return float(BELL @ f(Z).values ** 2)


@quiet
def he_factor(f: Function) -> float:
    """What the first weights are multiplied by so that f keeps the signal: 1 / sqrt(E[f(z)^2])."""
    return float(1 / np.sqrt(np.float64(mean_square(f))))


class Signal(NamedTuple):
    """The mean squares, layer by layer, of the pre-activations and of the gradients in them."""

    forward: np.ndarray
    backward: np.ndarray


@lru_cache(maxsize=256)
@quiet
def signal(f: Function, df: Function, factor: float, layers: int = 30, width: int = 64) -> Signal:
    """16 examples through layers of `width` units whose weights have factor / sqrt(width).

    The first layer has factor 1: its inputs are standard normal, so that its pre-activations have
    variance 1. Backwards goes a gradient of variance 1 in the last pre-activations.
    """
    if not np.isfinite(factor):
        return Signal(np.full(layers, np.nan), np.full(layers, np.nan))
    rng = np.random.default_rng(0)
    now, network, forward = rng.standard_normal((16, width)), [], []
    for layer in range(layers):
        std = (factor if layer else 1.0) / np.sqrt(width)
        linear = Linear(width, width, rng, std, dtype=float)
        now = linear.forward(now)
        forward.append(np.mean(now**2))
        network.append((linear, activation(f, df)))
        now = network[-1][1].forward(now)
    grad, backward = rng.standard_normal((16, width)), [1.0]
    for (_, bend), (linear, _) in zip(network[-2::-1], network[:0:-1], strict=True):
        grad = bend.backward(linear.backward(grad))
        backward.append(np.mean(grad**2))
    return Signal(np.array(forward), np.array(backward[::-1]))


def activation(f: Function, df: Function) -> Layer:
    """The layer of the reader's function; what it does not give is NaN there."""
    return Custom(*(_in_a_layer(each) for each in (f, df)))


def _in_a_layer(function: Function) -> Callable[..., np.ndarray]:
    def values(x: np.ndarray, *p: float) -> np.ndarray:
        return function(x, *p).values.astype(x.dtype, copy=False)

    return values


# The race: small networks, so that it can be watched.
KINDS = ("relu", "leaky", "prelu", "yours")
WIDTH, BATCH, MOMENTUM = 32, 64, 0.9
SEEDS = (0, 1, 2)


def digits_network(make: Callable[[], Layer], seed: int, bias: float = 0.0) -> Network:
    """Two hidden layers of `WIDTH` units; the same weights for the same seed, He's for ReLU.

    In double precision, so that what is printed is the same on every machine.
    """
    rng, inputs, layers = np.random.default_rng(seed), 64, []
    for _ in range(2):
        layers += [Linear(inputs, WIDTH, rng, bias=bias, dtype=float), make()]
        inputs = WIDTH
    return Network([*layers, Linear(inputs, 10, rng, dtype=float)])


def accuracies(network: Network, seed: int, rate: float, epochs: int) -> Iterator[float]:
    """The share of the test digits that it names right: at the start and after each epoch.

    NaN, and the end, once the loss has left the numbers.
    """
    data = digits()
    an_epoch = -(-len(data.train_x) // BATCH)
    how = {"batch": BATCH, "steps": an_epoch * epochs, "seed": seed, "every": an_epoch}
    yield _accuracy(network)
    for now in fit(network, data.train_x, data.train_y, cross_entropy, SGD(rate, MOMENTUM), **how):
        yield np.nan if now.words else _accuracy(network)


@quiet
def _accuracy(network: Network) -> float:
    data = digits()
    outputs = np.concatenate([network.forward(rows) for rows in in_pieces(data.test_x)])
    right = outputs.argmax(axis=1) == data.test_y
    return float(right.mean()) if np.isfinite(outputs).all() else np.nan


def race(
    f: Function, df: Function, rate: float, bias: float, epochs: int, seeds: Sequence[int] = SEEDS
) -> Iterator[dict[str, np.ndarray]]:
    """All `KINDS` from the same weights on the same batches; each state has one epoch more.

    Yields for each kind its accuracies so far, of shape (looks, seeds); NaN for what is lost.
    """
    makers = {"relu": ReLU, "leaky": LeakyReLU, "prelu": PReLU, "yours": lambda: activation(f, df)}
    runs = {
        kind: [accuracies(digits_network(make, s, bias), s, rate, epochs) for s in seeds]
        for kind, make in makers.items()
    }
    found = {kind: np.empty((0, len(seeds))) for kind in KINDS}
    for _ in range(epochs + 1):
        looks = {kind: [next(run, np.nan) for run in each] for kind, each in runs.items()}
        found = {kind: np.vstack([found[kind], looks[kind]]) for kind in KINDS}
        yield found


def spread(scores: np.ndarray) -> str:
    """The middle one of `scores`, the lowest and the highest, in words; NaN is a lost network."""
    kept = scores[np.isfinite(scores)]
    lost = len(scores) - len(kept)
    if not len(kept):
        return "all lost"
    words = f"{np.median(kept):.2f} ({kept.min():.2f} to {kept.max():.2f}"
    return f"{words}, {lost} lost)" if lost else f"{words})"


# One number of a function, learned.
PARAMETERS = np.linspace(-1, 3, 81).round(10)
PARAMETER_X = np.linspace(-3, 3, 61)


@lru_cache(maxsize=32)
@quiet
def outputs(f: Function) -> np.ndarray:
    """f(x, p) at `PARAMETER_X` for each of `PARAMETERS`: (parameters, examples)."""
    return np.stack([f(PARAMETER_X, p).values for p in PARAMETERS.tolist()])


@quiet
def parameter_losses(f: Function, true: float) -> np.ndarray:
    """The loss mean((f(x, p) - f(x, true))^2) at each of `PARAMETERS`."""
    return np.mean((outputs(f) - f(PARAMETER_X, true).values) ** 2, axis=1)


class ParameterStep(NamedTuple):
    """Where p stands, and the gradient of the loss there."""

    step: int
    p: float
    gradient: float


def learn(
    f: Function, in_p: Function, true: Callable[[], float], p: float, rate: Callable[[], float]
) -> Iterator[ParameterStep]:
    """Gradient descent on p for mean((f(x, p) - f(x, true))^2); ends when p is 100 away, or NaN."""
    step = 0
    while abs(p) < 100:
        now = ParameterStep(step, p, _slope_in_p(f, in_p, true(), p))
        yield now
        step, p = step + 1, p - rate() * now.gradient


@quiet
def _slope_in_p(f: Function, in_p: Function, true: float, p: float) -> float:
    gap = f(PARAMETER_X, p).values - f(PARAMETER_X, true).values
    return float(np.mean(2 * gap * in_p(PARAMETER_X, p).values))


@quiet
def learned(
    f: Function, df: Function, in_p: Function, start: float, seeds: Sequence[int] = SEEDS
) -> np.ndarray:
    """Where p of each hidden layer of a network for the digits ends: shape (seeds, layers).

    f(x, p), df(x, p) and in_p(x, p) are the function, its slope in x and its slope in p.
    """
    parts, found = [_in_a_layer(each) for each in (f, df, in_p)], []
    for seed in seeds:
        network = digits_network(lambda: Custom(*parts, start, float), seed)
        for _ in accuracies(network, seed, rate=0.02, epochs=5):
            pass
        found.append([layer.params[0].item() for layer in network.layers[1:-1:2]])
    return np.array(found)


def where_it_ends(f: Any, df: Any, in_p: Any, start: float) -> str:
    """What `learned` finds with a reader's functions, in words: a line for each layer."""
    parts = [function(value, name) for name, value in (("f", f), ("df", df), ("in_p", in_p))]
    found = learned(*parts, one_number(start, "start"))
    if words := said(*parts):
        return words
    layers = (", ".join(f"{p:z.2f}" for p in column) for column in found.T)
    return "\n".join(f"layer {i}, seed by seed: {ends}" for i, ends in enumerate(layers, start=1))


def first(run: Iterator[Any], count: int) -> list[Any]:
    """The start of a run and `count` steps, fewer if it ends."""
    return list(islice(run, count + 1))
