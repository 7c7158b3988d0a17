"""How a ReLU unit dies, and what brings it back: one unit, then a small network on two moons.

A unit is dead when its output is 0 on every training input; its share of `firing` is then 0. What
`utils.training.dead_units` finds in a network is the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import prelu
from utils.arguments import (
    a_function,
    finite,
    generator,
    of_type,
    one_number,
    one_of,
    quiet,
    real,
    several,
    shaped,
    whole_number,
)
from utils.layer import Layer
from utils.network import LeakyReLU, Linear, Network, PReLU, ReLU
from utils.training import SGD, cross_entropy, fit, squared_error

REACH = 2.0  # the inputs of the one unit run from -REACH to REACH
START = (1.0, 2.0)  # the weight and bias it starts from in the lesson
FAR = 100.0  # a weight, bias or alpha this large has diverged
REMEDIES = ("nothing", "leaky slope 0.01", "PReLU", "lower learning rate", "better init")
INITS: dict[str, str | float] = {"He": "he", "Xavier": "xavier", "too large (3)": 3.0}
Rate = float | Callable[[], float]  # a function is asked anew for each step, so that it may change


def rate_now(learning_rate: Rate) -> float:
    """The learning rate of this step."""
    now = learning_rate() if callable(learning_rate) else learning_rate
    return one_number(now, "learning_rate, or what it returns,")


def hinge_data(points: int = 41) -> tuple[np.ndarray, np.ndarray]:
    """Inputs evenly spaced over [-2, 2], and relu(x) for targets: each of shape (points, 1)."""
    x = np.linspace(-REACH, REACH, whole_number(points, "points", 2))[:, np.newaxis]
    return x, np.maximum(x, 0)


def single_unit(weight: ArrayLike, bias: float, activation: Layer | None = None) -> Network:
    """One unit in double precision: activation(x @ weight + bias), ReLU unless told otherwise.

    `weight` is a number, or one number an input.
    """
    weight = finite(np.atleast_1d(real(weight, "weight")), "weight", "inputs")
    linear = Linear(len(weight), 1, np.random.default_rng(0), bias=bias, dtype=float)
    linear.weight[:, 0] = weight
    return Network([linear, ReLU() if activation is None else activation])


def unit_gradients(unit: Network, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The gradients of the squared error of `unit`: its weights, its bias, alpha if it learns one.

    x has shape (examples, inputs), y (examples, 1).
    """
    _, grad = squared_error(of_type(unit, "unit", Network).forward(x), y)
    unit.backward(grad)
    return np.concatenate([grad.ravel() for grad in unit.grads])


@quiet
def loss_surface(
    weights: ArrayLike, biases: ArrayLike, alpha: float, x: ArrayLike, y: ArrayLike
) -> np.ndarray:
    """The squared error of prelu(weight * x + bias, alpha) for each pair of the two rows.

    Returns:
        shape (biases, weights).
    """
    weights, biases = shaped(weights, "weights", "weights"), shaped(biases, "biases", "biases")
    x, y = real(x, "x"), real(y, "y")
    if x.shape != y.shape or not x.size:
        raise ValueError(f"x and y must have one shape, not empty, got {x.shape} and {y.shape}")
    whole_number(len(weights) * len(biases) * x.size, "weights x biases x examples")
    alpha = one_number(alpha, "alpha")
    pre_activations = weights[:, np.newaxis] * x.ravel() + biases[:, np.newaxis, np.newaxis]
    return np.mean((prelu(pre_activations, alpha) - y.ravel()) ** 2, axis=-1)


@dataclass(frozen=True)
class UnitStep:
    """Where the descent of one unit with one input stands.

    Attributes:
        step: how many steps have been taken.
        alpha: the slope on the left: 0 for ReLU.
        firing: the share of inputs on which the pre-activation is above 0.
    """

    step: int
    weight: float
    bias: float
    alpha: float
    loss: float
    firing: float

    @property
    def dead(self) -> bool:
        """Zero output on every input."""
        return self.firing == 0 and self.alpha == 0

    @property
    def diverged(self) -> bool:
        """Whether it is so far away that it will not come back."""
        return not max(abs(self.weight), abs(self.bias), abs(self.alpha)) < FAR


def slope_of(activation: Layer) -> float:
    """What an activation layer multiplies a negative input by."""
    if isinstance(activation, PReLU):
        return activation.alpha.item()
    return activation.slope if isinstance(activation, LeakyReLU) else 0.0


def descend_unit(
    unit: Network,
    x: np.ndarray,
    y: np.ndarray,
    learning_rate: Callable[[int], float],
    before_step: Callable[[int], None] = lambda step: None,
) -> Iterator[UnitStep]:
    """Gradient descent on the squared error of a unit with one input, all examples at once.

    `learning_rate(step)` is asked anew for each step, and `before_step(step)` may change the unit.
    Yields the start, then every step, for ever, or until it has diverged.
    """
    step = 0
    _parts(unit), a_function(learning_rate, "learning_rate"), a_function(before_step, "before_step")
    while True:
        before_step(step)
        now = _look_at_unit(unit, x, y, step)
        yield now
        if now.diverged:
            return
        unit_gradients(unit, x, y)
        SGD(learning_rate(step)).step(unit)
        step += 1


def _parts(unit: Network) -> tuple[Linear, Layer]:
    """The two layers of a unit."""
    layers = of_type(unit, "unit", Network).layers
    if len(layers) != 2 or getattr(layers[0], "weight", np.empty(0)).shape != (1, 1):
        raise ValueError(f"unit must be a Linear(1, 1, ...) and an activation, got {layers!r:.60}")
    return tuple(layers)


def _look_at_unit(unit: Network, x: np.ndarray, y: np.ndarray, step: int) -> UnitStep:
    linear, activation = _parts(unit)
    loss, _ = squared_error(unit.forward(x), y)
    firing = float(np.mean(activation.x > 0))
    weight, bias = linear.weight.item(), linear.bias.item()
    return UnitStep(step, weight, bias, slope_of(activation), loss, firing)


def survives(
    learning_rate: float, weight: float = START[0], bias: float = START[1], steps: int = 100
) -> bool:
    """Whether a ReLU unit that starts at `weight`, `bias` is alive after each of `steps` steps."""
    one_number(learning_rate, "learning_rate")
    steps = whole_number(steps, "steps", 0)
    unit = single_unit(one_number(weight, "weight"), bias)
    run = descend_unit(unit, *hinge_data(), lambda _: learning_rate)
    return not any(now.dead for now in islice(run, steps + 1))


def give_remedy(unit: Network, remedy: str, step: int) -> None:
    """Change a ReLU unit as `remedy` says: its slope on the left, or where it starts.

    A better init keeps the sign of the weight, takes its size from He et al. 2015 and the bias 0,
    at step 0; later it is too late for one, and nothing changes. A lower learning rate does not
    change the unit.
    """
    one_of(remedy, "remedy", REMEDIES)
    whole_number(step, "step", 0, np.inf)
    linear, _ = _parts(unit)
    if remedy == "leaky slope 0.01":
        unit.layers[1] = LeakyReLU(0.01)
    elif remedy == "PReLU":
        unit.layers[1] = PReLU(dtype=float)
    elif remedy == "better init" and step == 0:
        linear.weight[...] = np.copysign(np.sqrt(2), linear.weight)
        linear.bias[...] = 0


def rescue_unit(
    remedy: str,
    given_at: int,
    learning_rate: Rate,
    weight: float = START[0],
    bias: float = START[1],
) -> Iterator[UnitStep]:
    """The descent of a ReLU unit that is given one of `REMEDIES` at step `given_at`.

    The lower learning rate is a tenth of `learning_rate`.
    """
    one_of(remedy, "remedy", REMEDIES)
    whole_number(given_at, "given_at", 0, np.inf)
    rate_now(learning_rate)
    unit = single_unit(one_number(weight, "weight"), bias)
    lowered_from = given_at if remedy == "lower learning rate" else np.inf

    def before_step(step: int) -> None:
        if step == given_at:
            give_remedy(unit, remedy, step)

    def rate(step: int) -> float:
        return rate_now(learning_rate) / (10 if step >= lowered_from else 1)

    return descend_unit(unit, *hinge_data(), rate, before_step)


def moons_network(
    init: str | float = "he", bias: float = 0.0, seed: int = 0, width: int = 16
) -> Network:
    """2 inputs, two hidden ReLU layers of `width` units, 2 classes; `bias` is the hidden one."""
    rng = generator(seed)
    whole_number(whole_number(width, "width") ** 2, "width x width")
    return Network(
        [
            *(Linear(2, width, rng, init, bias=bias, dtype=float), ReLU()),
            *(Linear(width, width, rng, init, bias=bias, dtype=float), ReLU()),
            Linear(width, 2, rng, init, dtype=float),
        ]
    )


@dataclass(frozen=True)
class NetworkStep:
    """Where the training of a network stands.

    Attributes:
        step: how many steps have been taken.
        loss: on all examples; may be inf or NaN, and is then the last.
        accuracy: the share of examples that are classified right.
        firing: for each hidden layer, on which share of the examples each unit fires: (units,).
    """

    step: int
    loss: float
    accuracy: float
    firing: list[np.ndarray]

    @property
    def dead(self) -> list[np.ndarray]:
        """For each hidden layer, which units fire on no example: booleans of shape (units,)."""
        return [share == 0 for share in self.firing]


def train_network(
    network: Network,
    x: np.ndarray,
    labels: np.ndarray,
    learning_rate: Rate,
    steps: int,
) -> Iterator[NetworkStep]:
    """Plain gradient descent on all examples at once.

    Yields the start, then every step; ends early if the loss leaves the numbers.
    """
    now = _look_at_network(network, x, labels, 0)
    yield now
    optimiser = SGD(rate_now(learning_rate))
    for done in fit(network, x, labels, cross_entropy, optimiser, steps=steps):
        now = _look_at_network(network, x, labels, done.step)
        yield now
        if not np.isfinite(now.loss):
            return
        optimiser.learning_rate = rate_now(learning_rate)


def _look_at_network(network: Network, x: np.ndarray, labels: np.ndarray, step: int) -> NetworkStep:
    logits = of_type(network, "network", Network).forward(x)
    loss, _ = cross_entropy(logits, labels)
    hidden = [layer for layer in network.layers if isinstance(layer, ReLU)]
    firing = [np.mean(layer.x > 0, axis=0) for layer in hidden]
    return NetworkStep(step, loss, float(np.mean(logits.argmax(axis=1) == labels)), firing)


def firing_history(run: Iterable[NetworkStep], layer: int) -> np.ndarray:
    """On which share of the examples each unit of hidden layer 0 or 1 fires: (steps + 1, units)."""
    whole_number(layer, "layer", 0, 1)
    steps = (of_type(now, "each of run", NetworkStep) for now in several(run, "run"))
    return np.array([now.firing[layer] for now in steps])


def find_wakings(firing: np.ndarray) -> np.ndarray:
    """Which units were dead at one step and fire at the next.

    Args:
        firing: the share of examples on which each unit fires: (steps, units).

    Returns:
        booleans of shape (steps - 1, units).
    """
    firing = shaped(firing, "firing", "steps", "units")
    return (firing[:-1] == 0) & (firing[1:] > 0)
