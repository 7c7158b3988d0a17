"""What is measured of ReLU: the kink, pieces, sums of hinges, gradients through depth, speed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import relu
from utils.data import WIDE, two_moons
from utils.network import Linear, Network, ReLU, initial_std
from utils.training import SGD, Loss, cross_entropy, squared_error, train_step

FAR = 1e4  # a loss that large has diverged


def share_passed(w: float, b: float) -> float:
    """The share of the inputs from -WIDE to WIDE for which w x + b is above 0."""
    if w == 0:
        return float(b > 0)
    hinge = np.clip(round(-b / w, 10), -WIDE, WIDE)  # -3 at b = -1.2, w = -0.4, and nothing passes
    return float(WIDE - np.sign(w) * hinge) / (2 * WIDE)


def difference_quotients(
    function: Callable[[Any], Any], x0: float, h: ArrayLike
) -> tuple[Any, Any]:
    """The slope of `function` at `x0`, measured over a step `h` to the left and to the right.

    Returns (f(x0) - f(x0 - h)) / h and (f(x0 + h) - f(x0)) / h, each of the shape of `h`.
    """
    here = function(x0)
    return (here - function(x0 - h)) / h, (function(x0 + h) - here) / h


def subgradients(x: float) -> tuple[float, float]:
    """The least and the largest slope of a line through ReLU at `x` that is nowhere above ReLU."""
    return float(x > 0), float(x >= 0)


def stack_layers(depth: int, width: int, seed: int = 0) -> list[Linear]:
    """Linear layers from one number over `width` to one, He's weights and normal biases.

    The first layers are the same at every depth.
    """
    rng, layers = np.random.default_rng(seed), []
    for n, m in pairwise([1] + [width] * (depth - 1) + [1]):
        layers.append(Linear(n, m, rng, dtype=float))
        layers[-1].bias[:] = rng.standard_normal(m)
    return layers


def with_relu(layers: Sequence[Linear]) -> Network:
    """The network that has a ReLU between every two of `layers`."""
    return _with_between(layers, ReLU)


def _with_between(layers: Sequence[Linear], make: Callable[[], Any]) -> Network:
    return Network([part for layer in layers for part in (layer, make())][:-1])


def collapse(layers: Sequence[Linear]) -> tuple[float, float]:
    """Slope and offset of the one line that linear `layers` make: multiply their weights."""
    slope, offset = np.ones((1, 1)), np.zeros(1)
    for layer in layers:
        slope, offset = slope @ layer.weight, offset @ layer.weight + layer.bias
    return float(slope.item()), float(offset.item())


def kinks(layers: Sequence[Linear], low: float = -WIDE, high: float = WIDE) -> np.ndarray:
    """Where between `low` and `high` the slope of `with_relu(layers)` changes, exactly.

    Between the kinks of the layers before it a pre-activation is a line, so its zero is found by
    proportion; a zero that leaves no trace in the output is dropped.
    """
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
    """The target `name` at evenly spaced inputs from -WIDE to WIDE."""
    x = np.linspace(-WIDE, WIDE, points)
    return x, TARGETS[name](x)


def hinge_columns(x: np.ndarray, places: ArrayLike) -> np.ndarray:
    """A column of ones, x itself, and relu(x - t) for each t of `places`."""
    return np.column_stack([np.ones_like(x), x, relu(x[:, np.newaxis] - places)])


def fit_hinges(x: np.ndarray, y: np.ndarray, places: ArrayLike) -> np.ndarray:
    """c, d and one weight a hinge: c + d x + sum of a relu(x - t), least squares through x, y."""
    return np.linalg.lstsq(hinge_columns(x, places), y, rcond=None)[0]


def even_places(x: np.ndarray, n: int) -> np.ndarray:
    """`n` hinges that cut the range of `x` into equal parts."""
    return np.linspace(x.min(), x.max(), n + 2)[1:-1]


def best_places(x: np.ndarray, y: np.ndarray, n: int) -> np.ndarray:
    """Up to `n` hinges, one after the other at the x where it lowers the error most.

    Ends early when nothing is left to lower. Known as orthogonal least squares.
    """
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
    return root_mean_square(hinge_columns(x, places) @ fit_hinges(x, y, places) - y)


def root_mean_square(values: np.ndarray) -> float:
    """The size of typical values."""
    return float(np.sqrt(np.mean(np.square(values))))


class HingeFits(NamedTuple):
    """The best sums of 0, 1, 2, ... hinges: where the hinges of each are, and its error."""

    places: list[np.ndarray]
    errors: list[float]


def fit_each(x: np.ndarray, y: np.ndarray, way: str, most: int) -> HingeFits:
    """The sums of 0 to `most` hinges, their places "even", or "best": `best_places`."""
    best, counts = best_places(x, y, most), range(most + 1)
    places = [even_places(x, n) if way == "even" else best[:n] for n in counts]
    return HingeFits(places, [hinge_error(x, y, some) for some in places])


class Smooth:
    """An activation layer for `function`, whose slope is `slope_of` of its output."""

    def __init__(self, function: Callable, slope_of: Callable) -> None:
        self.function, self.slope_of = function, slope_of
        self.params: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Any shape."""
        self.output = self.function(x)
        return self.output

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """The gradient times the slope, which is near 0 where the function is nearly flat."""
        return grad * self.slope_of(self.output)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), written so that no x overflows."""
    return 0.5 * (1 + np.tanh(x / 2))


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


def gradient_left(
    activation: str, depth: int, input_size: float = 1.0, scale: float = 1.0, seed: int = 0
) -> np.ndarray:
    """The length of a gradient after 0, 1, ... `depth` layers on its way back, 1 at the output.

    The weights are rotations, times sqrt(2) for ReLU (He) and 1 for the others (Xavier), times
    `scale`; so without activations the length would be multiplied by that factor a layer. Inputs
    are normal with standard deviation `input_size`. Root mean square over the examples.

    Returns shape (depth + 1,). For the sigmoid entry k cannot exceed (scale / 4)^k.
    """
    make, init = ACTIVATIONS[activation]
    x, grad = np.random.default_rng(seed).standard_normal((2, EXAMPLES, WIDTH))
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


def _moons() -> Task:
    return Task(*two_moons(200), cross_entropy, outputs=2)


def _sine() -> Task:
    x = np.linspace(-2, 2, 100)[:, np.newaxis]
    return Task(x, np.sin(2 * x), squared_error, outputs=1)


TASKS: dict[str, Callable[[], Task]] = {"two moons": _moons, "sine": _sine}


def speed_task(name: str) -> Task:
    """Either "two moons", 200 points in two classes, or "sine", 100 points of sin(2 x)."""
    return TASKS[name]()


def speed_network(activation: str, task: Task, depth: int, seed: int = 0) -> Network:
    """`depth` hidden layers of 16 units; the weights start as is usual for the activation."""
    (make, init), rng = ACTIVATIONS[activation], np.random.default_rng(seed)
    sizes = [task.x.shape[1]] + [16] * depth + [task.outputs]
    layers = [Linear(n, m, rng, init, dtype=float) for n, m in pairwise(sizes)]
    return _with_between(layers, make)


def descend(network: Network, task: Task, learning_rate: float) -> Iterator[float]:
    """Plain gradient descent on all examples: the loss at the start, then after each step.

    Goes on for ever, or until the loss has left for `FAR`.
    """
    optimiser, loss = SGD(learning_rate), 0.0
    while loss < FAR:
        loss = train_step(network, task.x, task.y, task.loss, optimiser)
        yield loss


def race(
    runs: Mapping[str, Iterator[float]], goal: float
) -> Iterator[Mapping[str, tuple[float, ...]]]:
    """The losses so far of each of `runs`, which end at the `goal`, or when they have diverged."""
    losses = {name: (next(run),) for name, run in runs.items()}
    yield losses
    while racing := [name for name in runs if goal < losses[name][-1] < FAR]:
        losses = losses | {name: (*losses[name], next(runs[name])) for name in racing}
        yield losses


def steps_to(losses: Iterable[float], goal: float) -> float:
    """The first step at which the loss is at most `goal`; infinity if there is none."""
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
    networks = [speed_network(activation, task, depth, seed) for seed in range(seeds)]
    runs = [islice(descend(network, task, learning_rate), most + 1) for network in networks]
    return float(np.median([steps_to(run, goal) for run in runs]))
