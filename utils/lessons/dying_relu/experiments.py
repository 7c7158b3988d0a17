"""How a ReLU unit dies, and what brings it back: one unit, then a small network on two moons.

A unit is dead when its output is 0 on every training input; its share of `firing` is then 0. What
`utils.training.inactive_units` finds in a network is the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import prelu, relu
from utils.arguments import quiet
from utils.data import REACH
from utils.layer import Layer
from utils.network import LeakyReLU, Linear, Network, PReLU, ReLU
from utils.training import SGD, cross_entropy, fit, squared_error

START = (1.0, 2.0)  # the weight and bias it starts from in the lesson
FAR = 100.0  # a weight, bias or alpha this large has diverged
REMEDIES = ("nothing", "leaky slope 0.01", "PReLU", "lower learning rate", "drawn anew")
INITS: dict[str, str | float] = {"He": "he", "Xavier": "xavier", "too large (3)": 3.0}
Rate = float | Callable[[], float]  # a function is asked anew for each step, so that it may change


def rate_now(learning_rate: Rate) -> float:
    """The learning rate of this step."""
    return learning_rate() if callable(learning_rate) else learning_rate


def hinge_data(points: int = 41) -> tuple[np.ndarray, np.ndarray]:
    """Inputs evenly spaced over [-2, 2], and relu(x) for targets: each of shape (points, 1)."""
    x = np.linspace(-REACH, REACH, points)[:, np.newaxis]
    return x, relu(x)


def single_unit(weight: ArrayLike, bias: float, activation: Layer | None = None) -> Network:
    """One unit in double precision: activation(x @ weight + bias), ReLU unless told otherwise.

    `weight` is a number, or one number an input.
    """
    weight = np.atleast_1d(weight)
    linear = Linear(len(weight), 1, np.random.default_rng(0), bias=bias, dtype=float)
    linear.weight[:, 0] = weight
    return Network([linear, ReLU() if activation is None else activation])


def unit_gradients(unit: Network, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The gradients of the squared error of `unit`: its weights, its bias, alpha if it learns one.

    x has shape (examples, inputs), y (examples, 1).
    """
    _, grad = squared_error(unit.forward(x), y)
    unit.backward(grad)
    return np.concatenate([grad.ravel() for grad in unit.grads])


@quiet
def loss_surface(
    weights: np.ndarray, biases: np.ndarray, alpha: float, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """The squared error of prelu(weight * x + bias, alpha) for each pair of the two rows.

    Returns shape (biases, weights).
    """
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
    for step in count():
        before_step(step)
        now = _look_at_unit(unit, x, y, step)
        yield now
        if now.diverged:
            return
        unit_gradients(unit, x, y)
        SGD(learning_rate(step)).step(unit)


def _look_at_unit(unit: Network, x: np.ndarray, y: np.ndarray, step: int) -> UnitStep:
    linear, activation = unit.layers
    loss, _ = squared_error(unit.forward(x), y)
    firing = float(np.mean(activation.x > 0))
    weight, bias = linear.weight.item(), linear.bias.item()
    return UnitStep(step, weight, bias, slope_of(activation), loss, firing)


def survives(
    learning_rate: float, weight: float = START[0], bias: float = START[1], steps: int = 100
) -> bool:
    """Whether a ReLU unit that starts at `weight`, `bias` is alive after each of `steps` steps."""
    run = descend_unit(single_unit(weight, bias), *hinge_data(), lambda _: learning_rate)
    return not any(now.dead for now in islice(run, steps + 1))


def give_remedy(unit: Network, remedy: str) -> None:
    """Change a ReLU unit as `remedy` says: its slope on the left, or where it stands.

    Drawn anew, it has the standard deviation of He et al. 2015 for its weight, and the bias 0. A
    lower learning rate does not change the unit.
    """
    linear = unit.layers[0]
    if remedy == "leaky slope 0.01":
        unit.layers[1] = LeakyReLU(0.01)
    elif remedy == "PReLU":
        unit.layers[1] = PReLU(dtype=float)
    elif remedy == "drawn anew":
        linear.weight[...] = np.sqrt(2)
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
    if remedy not in REMEDIES:  # it would be taken for "nothing"
        raise ValueError(f"remedy must be one of {REMEDIES}, got {remedy!r}")
    unit = single_unit(weight, bias)
    lowered_from = given_at if remedy == "lower learning rate" else np.inf

    def before_step(step: int) -> None:
        if step == given_at:
            give_remedy(unit, remedy)

    def rate(step: int) -> float:
        return rate_now(learning_rate) / (10 if step >= lowered_from else 1)

    return descend_unit(unit, *hinge_data(), rate, before_step)


def moons_network(
    init: str | float = "he", bias: float = 0.0, seed: int = 0, width: int = 16
) -> Network:
    """2 inputs, two hidden ReLU layers of `width` units, 2 classes; `bias` is the hidden one."""
    rng = np.random.default_rng(seed)
    return Network(
        [
            *(Linear(2, width, rng, init, bias=bias, dtype=float), ReLU()),
            *(Linear(width, width, rng, init, bias=bias, dtype=float), ReLU()),
            Linear(width, 2, rng, init, dtype=float),
        ]
    )


@quiet
def answers(params: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """The logits of a `moons_network` that had these `params`, for `x` of shape (examples, 2)."""
    weight_1, bias_1, weight_2, bias_2, weight_3, bias_3 = params
    hidden = relu(relu(x @ weight_1 + bias_1) @ weight_2 + bias_2)
    return hidden @ weight_3 + bias_3


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
    network: Network, x: np.ndarray, labels: np.ndarray, learning_rate: Rate, steps: int
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
    logits = network.forward(x)
    loss, _ = cross_entropy(logits, labels)
    hidden = [layer for layer in network.layers if isinstance(layer, ReLU)]
    firing = [np.mean(layer.x > 0, axis=0) for layer in hidden]
    return NetworkStep(step, loss, float(np.mean(logits.argmax(axis=1) == labels)), firing)


def firing_history(run: Iterable[NetworkStep], layer: int) -> np.ndarray:
    """On which share of the examples each unit of hidden layer 0 or 1 fires: (steps + 1, units)."""
    return np.array([now.firing[layer] for now in run])


def find_wakings(firing: np.ndarray) -> np.ndarray:
    """Which units were dead at one step and fire at the next.

    Args:
        firing: the share of examples on which each unit fires: (steps, units).

    Returns booleans of shape (steps - 1, units).
    """
    return (firing[:-1] == 0) & (firing[1:] > 0)
