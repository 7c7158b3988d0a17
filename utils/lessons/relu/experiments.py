"""What lesson 01 measures: the kink, pieces, sums of hinges, gradients through depth, and speed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import relu
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
from utils.data import two_moons
from utils.network import Linear, Network, ReLU, initial_std
from utils.training import SGD, Loss, cross_entropy, squared_error, train_step

FAR = 1e4  # a loss that large has diverged
LARGEST = 1e100  # of numbers whose squares are summed
REACH = 3.0  # inputs x run from -REACH to REACH


def share_passed(w: float, b: float) -> float:
    """The share of the inputs from -REACH to REACH for which w x + b is above 0."""
    w, b = one_number(w, "w"), one_number(b, "b")
    if w == 0:
        return float(b > 0)
    hinge = np.clip(-b / w, -REACH, REACH)
    return float(REACH - np.sign(w) * hinge) / (2 * REACH)


@quiet
def difference_quotients(
    function: Callable[[Any], Any], x0: float, h: ArrayLike
) -> tuple[Any, Any]:
    """The slope of `function` at `x0`, measured over a step `h` to the left and to the right.

    Returns:
        (f(x0) - f(x0 - h)) / h and (f(x0 + h) - f(x0)) / h, each of the shape of `h`.
    """
    a_function(function, "function")
    h, x0 = real(h, "h"), one_number(x0, "x0")
    if not np.all(h > 0):
        raise ValueError(f"h must be above 0, got {h}")
    here = function(x0)
    return (here - function(x0 - h)) / h, (function(x0 + h) - here) / h


def subgradients(x: float) -> tuple[float, float]:
    """The least and the largest slope of a line through ReLU at `x` that is nowhere above ReLU."""
    x = one_number(x, "x")
    return float(x > 0), float(x >= 0)


def stack_layers(depth: int, width: int, seed: int = 0) -> list[Linear]:
    """Linear layers from one number over `width` to one, He's weights and normal biases.

    The first layers are the same at every depth.
    """
    whole_number(whole_number(depth, "depth") * whole_number(width, "width") ** 2, "all weights")
    rng = generator(seed)
    layers = []
    for n, m in pairwise([1] + [width] * (depth - 1) + [1]):
        layers.append(Linear(n, m, rng, dtype=float))
        layers[-1].bias[:] = rng.standard_normal(m)
    return layers


def with_relu(layers: list[Linear]) -> Network:
    """The network that has a ReLU between every two of `layers`."""
    _check_stack(layers)
    return _with_between(layers, ReLU)


def _with_between(layers: Sequence[Linear], make: Callable[[], Any]) -> Network:
    return Network([part for layer in layers for part in (layer, make())][:-1])


def _check_stack(layers: Sequence[Linear]) -> None:
    """Refuse what is no stack of linear layers from one number to one."""
    if not isinstance(layers, Sequence) or not layers:
        raise TypeError(f"layers must be a list of at least one Linear, got {layers!r:.60}")
    shapes = [of_type(layer, "each of layers", Linear).weight.shape for layer in layers]
    fit = all(before[1] == after[0] for before, after in pairwise(shapes))
    if not fit or (shapes[0][0], shapes[-1][1]) != (1, 1):
        raise ValueError(f"layers must lead from 1 number to 1, got weights of shapes {shapes}")


@quiet
def collapse(layers: list[Linear]) -> tuple[float, float]:
    """Slope and offset of the one line that linear `layers` make: multiply their weights."""
    _check_stack(layers)
    slope, offset = np.ones((1, 1)), np.zeros(1)
    for layer in layers:
        slope, offset = slope @ layer.weight, offset @ layer.weight + layer.bias
    return float(slope.item()), float(offset.item())


@quiet
def kinks(layers: list[Linear], low: float = -REACH, high: float = REACH) -> np.ndarray:
    """Where between `low` and `high` the slope of `with_relu(layers)` changes, exactly.

    Between the kinks of the layers before it a pre-activation is a line, so its zero is found by
    proportion; a zero that leaves no trace in the output is dropped.
    """
    _check_stack(layers)
    if not one_number(low, "low") < one_number(high, "high"):
        raise ValueError(f"low must lie below high, got {low} and {high}")
    network, x = with_relu(layers), np.array([low, high], dtype=float)
    for hidden in network.layers[1::2]:
        network.forward(x[:, np.newaxis])
        x = np.union1d(x, _zeros(x, hidden.x))
    x = x[np.append(True, np.diff(x) > 1e-9)]
    network.forward((x[1:, np.newaxis] + x[:-1, np.newaxis]) / 2)
    slopes = network.backward(np.ones((len(x) - 1, 1)))[:, 0]
    return x[1:-1][np.abs(np.diff(slopes)) > 1e-9 * np.abs(slopes).max()]


def _zeros(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Where lines through z, of shape (points, lines), at x, of shape (points,), cross 0."""
    place, line = np.nonzero(z[:-1] * z[1:] < 0)
    before, after = z[place, line], z[place + 1, line]
    return x[place] + (x[place + 1] - x[place]) * before / (before - after)


TARGETS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "|x|": np.abs,
    "sine": lambda x: np.sin(2 * x),
    "step": lambda x: np.where(x > 0, 1.0, 0.0),
    "bump": lambda x: np.exp(-2 * x**2),
}


def target_points(name: str, points: int = 201) -> tuple[np.ndarray, np.ndarray]:
    """The target `name` at evenly spaced inputs from -REACH to REACH."""
    one_of(name, "name, the target,", TARGETS)
    x = np.linspace(-REACH, REACH, whole_number(points, "points", 2))
    return x, TARGETS[name](x)


def hinge_columns(x: np.ndarray, places: ArrayLike) -> np.ndarray:
    """A column of ones, x itself, and relu(x - t) for each t of `places`."""
    x, places = _row(x, "x"), _row(places, "places")
    whole_number(len(x) * len(places), "x times places", 0)
    return np.column_stack([np.ones_like(x), x, relu(x[:, np.newaxis] - places)])


def _row(values: ArrayLike, name: str) -> np.ndarray:
    """`values` as a row of finite numbers small enough to square; it may be empty."""
    row = real(values, name)
    if row.ndim != 1 or not (np.abs(row) <= LARGEST).all():
        raise ValueError(
            f"{name} must be a row of numbers in [-{LARGEST:g}, {LARGEST:g}], "
            f"got {values!r:.60} of shape {row.shape}"
        )
    return row


def _points(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    x, y = _row(x, "x"), _row(y, "y")
    if len(x) != len(y) or not len(x):
        raise ValueError(
            f"x and y must be two rows of equal length, not empty, got {len(x)} and {len(y)}"
        )
    return x, y


def fit_hinges(x: np.ndarray, y: np.ndarray, places: ArrayLike) -> np.ndarray:
    """c, d and one weight a hinge: c + d x + sum of a relu(x - t), least squares through x, y."""
    x, y = _points(x, y)
    return np.linalg.lstsq(hinge_columns(x, places), y, rcond=None)[0]


def even_places(x: np.ndarray, n: int) -> np.ndarray:
    """`n` hinges that cut the range of `x` into equal parts."""
    x = finite(x, "x", "points")
    return np.linspace(x.min(), x.max(), whole_number(n, "n", 0) + 2)[1:-1]


def best_places(x: np.ndarray, y: np.ndarray, n: int) -> np.ndarray:
    """Up to `n` hinges, one after the other at the x where it lowers the error most.

    Ends early when nothing is left to lower. Known as orthogonal least squares.
    """
    x, y = _points(x, y)
    whole_number(n, "n", 0)
    candidates, places = np.unique(x)[1:-1], []
    candidates = candidates[:: len(candidates) // 300 + 1]  # among many x, 300 to choose from
    columns = relu(x[:, np.newaxis] - candidates)
    basis = np.linalg.qr(hinge_columns(x, []))[0]
    for _ in range(min(n, len(candidates))):
        new = columns - basis @ (basis.T @ columns)  # what each hinge can say that is not yet said
        sizes = np.linalg.norm(new, axis=0)
        sizes[sizes <= 1e-9 * np.linalg.norm(columns, axis=0)] = np.inf
        gains = np.abs(y @ new) / sizes
        if gains.max() <= 1e-9 * np.linalg.norm(y):
            break
        places.append(candidates[gains.argmax()])
        basis = np.column_stack([basis, new[:, gains.argmax()] / sizes[gains.argmax()]])
    return np.array(places)


def hinge_error(x: np.ndarray, y: np.ndarray, places: ArrayLike) -> float:
    """The root mean square of what the best sum of hinges at `places` leaves."""
    x, y = _points(x, y)
    return root_mean_square(hinge_columns(x, places) @ fit_hinges(x, y, places) - y)


@quiet
def root_mean_square(values: ArrayLike) -> float:
    """The size of typical values."""
    values = real(values, "values")
    if not values.size:
        raise ValueError(f"values must hold at least one number, got shape {values.shape}")
    return float(np.sqrt(np.mean(np.square(values))))


class Smooth:
    """An activation layer for `function`, whose slope is `slope_of` of its output."""

    def __init__(self, function: Callable, slope_of: Callable) -> None:
        self.function = a_function(function, "function")
        self.slope_of = a_function(slope_of, "slope_of")
        self.params: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Any shape."""
        self.output = self.function(real(x, "x"))
        return self.output

    def backward(self, grad: ArrayLike) -> np.ndarray:
        """The gradient times the slope, which is near 0 where the function is nearly flat."""
        if not hasattr(self, "output"):
            raise ValueError("backward must come after forward, got none yet")
        return shaped(grad, "grad", *self.output.shape) * self.slope_of(self.output)


def sigmoid(x: ArrayLike) -> Any:
    """1 / (1 + exp(-x)), written so that no x overflows."""
    return 0.5 * (1 + np.tanh(real(x, "x") / 2))


# Each with the initialisation made for it: He's for ReLU, Xavier's for the other two.
ACTIVATIONS: dict[str, tuple[Callable[[], Any], str]] = {
    "ReLU": (ReLU, "he"),
    "tanh": (lambda: Smooth(np.tanh, lambda f: 1 - f**2), "xavier"),
    "sigmoid": (lambda: Smooth(sigmoid, lambda f: f * (1 - f)), "xavier"),
}
WIDTH, EXAMPLES = 128, 32  # units a layer, and inputs, where gradients are measured


@cache
def _rotation(layer: int, seed: int) -> np.ndarray:
    """A random matrix that turns vectors and keeps their length, shape (WIDTH, WIDTH)."""
    rng = np.random.default_rng([seed, layer])
    return np.linalg.qr(rng.standard_normal((WIDTH, WIDTH)))[0]


@quiet
def gradient_left(
    activation: str, depth: int, input_size: float = 1.0, scale: float = 1.0, seed: int = 0
) -> np.ndarray:
    """The length of a gradient after 0, 1, ... `depth` layers on its way back, 1 at the output.

    The weights are rotations, times sqrt(2) for ReLU (He) and 1 for the others (Xavier), times
    `scale`; so without activations the length would be multiplied by that factor a layer. Inputs
    are normal with standard deviation `input_size`. Root mean square over the examples.

    Returns:
        shape (depth + 1,). For the sigmoid entry k cannot exceed (scale / 4)^k.
    """
    make, init = ACTIVATIONS[one_of(activation, "activation", ACTIVATIONS)]
    whole_number(depth, "depth", 0)
    input_size, scale = one_number(input_size, "input_size"), one_number(scale, "scale")
    rng = np.random.default_rng(whole_number(seed, "seed", 0, np.inf))
    x, grad = rng.standard_normal((2, EXAMPLES, WIDTH))
    x, grad = x * input_size, grad / np.linalg.norm(grad)
    weights = [scale * initial_std(1, init) * _rotation(k, seed) for k in range(depth)]
    layers = [make() for _ in weights]
    for weight, layer in zip(weights, layers, strict=True):
        x = layer.forward(x @ weight)
    lengths = [1.0]
    for weight, layer in zip(reversed(weights), reversed(layers), strict=True):
        grad = layer.backward(grad) @ weight.T
        lengths.append(float(np.linalg.norm(grad)))
    return np.array(lengths)


@dataclass(frozen=True)
class Task:
    """What the three networks learn: x of shape (examples, inputs), y as `loss` wants it."""

    x: np.ndarray
    y: np.ndarray
    loss: Loss
    outputs: int


def speed_task(name: str) -> Task:
    """Either "two moons", 200 points in two classes, or "sine", 100 points of sin(2 x)."""
    if isinstance(name, str) and name == "two moons":
        return Task(*two_moons(200), cross_entropy, outputs=2)
    if isinstance(name, str) and name == "sine":
        x = np.linspace(-2, 2, 100)[:, np.newaxis]
        return Task(x, np.sin(2 * x), squared_error, outputs=1)
    raise ValueError(f'name, the task, must be "two moons" or "sine", got {name!r}')


def speed_network(activation: str, task: Task, depth: int, seed: int = 0) -> Network:
    """`depth` hidden layers of 16 units; the weights start as is usual for the activation."""
    make, init = ACTIVATIONS[one_of(activation, "activation", ACTIVATIONS)]
    rng, depth = generator(seed), whole_number(depth, "depth", 0)
    sizes = [of_type(task, "task", Task).x.shape[1]] + [16] * depth + [task.outputs]
    layers = [Linear(n, m, rng, init, dtype=float) for n, m in pairwise(sizes)]
    return _with_between(layers, make)


def descend(network: Network, task: Task, learning_rate: float) -> Iterator[float]:
    """Plain gradient descent on all examples: the loss at the start, then after each step.

    Goes on for ever, or until the loss has left for `FAR`.
    """
    of_type(task, "task", Task)
    optimiser, loss = SGD(learning_rate), 0.0
    while loss < FAR:
        loss = train_step(network, task.x, task.y, task.loss, optimiser)
        yield loss


def steps_to(losses: Iterable[float], goal: float) -> float:
    """The first step at which the loss is at most `goal`; infinity if there is none."""
    goal = one_number(goal, "goal")
    losses = (shaped(loss, "each of losses") for loss in several(losses, "losses"))
    return next((step for step, loss in enumerate(losses) if loss <= goal), np.inf)


def median_steps(
    activation: str,
    task: Task,
    learning_rate: float,
    goal: float,
    depth: int = 2,
    seeds: int = 5,
    most: int = 500,
) -> float:
    """`steps_to` the goal for `seeds` networks, their median; infinity beyond `most` steps."""
    whole_number(seeds, "seeds")
    whole_number(most, "most", 0)
    networks = [speed_network(activation, task, depth, seed) for seed in range(seeds)]
    runs = [islice(descend(network, task, learning_rate), most + 1) for network in networks]
    return float(np.median([steps_to(run, goal) for run in runs]))
