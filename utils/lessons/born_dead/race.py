"""The |x| race: deep and narrow networks, many trained at once, and what becomes of them.

The first axis of every array counts networks, so one line of numpy moves all of them, in float64.
Target, depth 10, width 2, a thousand runs and [-sqrt 7, sqrt 7] are those of Lu et al. 2019, "Dying
ReLU and Initialization". The rest may differ from theirs: 3000 examples in batches of 64, 20 epochs
of Adam with learning rate 0.001, and the same examples in the same order for every network.

    python bench/store_race.py

trains a thousand networks of each kind (about a minute) and writes what `stored_race` reads.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np

from utils.arguments import quiet
from utils.training import Adam

SPAN = float(np.sqrt(7))  # the inputs run from -SPAN to SPAN
GRID = np.linspace(-SPAN, SPAN, 61)  # where an output is looked at
SLOPES = {"relu": 0.0, "leaky": 0.01, "prelu": 0.25, "rai": 0.0}  # left of 0, at the start
KINDS = tuple(SLOPES)
SIZES = (1, *[2] * 9, 1)  # 10 layers with weights, the output layer counted
EXAMPLES, BATCH, EPOCHS = 3000, 64, 20
STEPS_AN_EPOCH = ceil(EXAMPLES / BATCH)
STEPS = EPOCHS * STEPS_AN_EPOCH
LEARNING_RATE = 0.001
FLAT = 0.001  # an output is flat when its range over GRID is smaller; that of |x| is 2.6
CLOSE = 0.1  # an output is close to |x| when the root of its mean squared error is smaller
STORED = Path(__file__).with_name("race_1000.npz")


_COUNT = sum(fan_out * (fan_in + 1) for fan_in, fan_out in pairwise(SIZES)) + len(SIZES) - 2


class Networks:
    """Networks of the shape `SIZES`, side by side.

    `parameters` of shape (networks, numbers) holds all that can be learned, a network a row. Views
    into it: `weights[k]` of shape (networks, fan_out, fan_in + 1), layer k with the bias as last
    column, and `slopes` of shape (networks, hidden layers), the slope left of 0. The networks in
    `learners` learn their slopes, the others keep them.
    """

    def __init__(self, parameters: np.ndarray, learners: slice = slice(0)) -> None:
        self.parameters = parameters
        self.learners = learners
        self.gradient = np.zeros_like(parameters)
        self.params, self.grads = [parameters], [self.gradient]
        self.weights, self.slopes = split(parameters)
        self._layer_grads, self._slope_grads = split(self.gradient)
        self._rooms: dict[int, _Room] = {}

    @property
    def layers(self) -> list["Networks"]:
        """To an optimiser, the one layer of a network."""
        return [self]

    @quiet
    def forward(self, x: np.ndarray) -> np.ndarray:
        """The outputs for inputs `x` of shape (examples,): shape (networks, examples)."""
        if len(x) not in self._rooms:
            self._rooms[len(x)] = _Room.build(len(self.parameters), len(x))
        room = self._room = self._rooms[len(x)]
        room.inputs[:, 0] = x
        values, slopes = room.inputs, self.slopes.T[:, :, np.newaxis, np.newaxis]
        rest = 1 - slopes
        for k, weights in enumerate(self.weights[:-1]):
            before, gate = np.matmul(weights, values, out=room.before[k]), room.gates[k]
            np.multiply(before > 0, rest[k], out=gate)
            gate += slopes[k]  # 1 where before > 0, else the slope
            values = room.hidden[k]
            np.multiply(before, gate, out=values[:, :-1])
        return (self.weights[-1] @ values)[:, 0]

    @property
    def hidden(self) -> np.ndarray:
        """What the layers handed on in the last `forward`: (layers, networks, 2, examples)."""
        return self._room.hidden[:, :, :-1]

    @quiet
    def backward(self, grad: np.ndarray) -> np.ndarray:
        """The gradient, shaped as `parameters`, of losses with the gradient `grad` in the outputs.

        It belongs to the last `forward`, and is the same array each time.
        """
        room, rows = self._room, self.learners
        grad = grad[:, np.newaxis]
        for k in reversed(range(len(self.weights))):
            values = room.hidden[k - 1] if k else room.inputs
            np.matmul(grad, values.transpose(0, 2, 1), out=self._layer_grads[k])
            if k:
                weights = self.weights[k][:, :, :-1].transpose(0, 2, 1)
                grad = np.matmul(weights, grad, out=room.grads[k - 1]) * room.gates[k - 1]
        below = room.before[:, rows] * (room.before[:, rows] < 0)
        self._slope_grads[rows] = (room.grads[:, rows] * below).sum(axis=(2, 3)).T
        return self.gradient


@dataclass(frozen=True)
class _Room:
    """Arrays to write into: making new ones at each step costs more than the arithmetic.

    What a layer receives, `inputs` or `hidden`, has a last row of ones, which carries the bias.
    """

    inputs: np.ndarray
    hidden: np.ndarray
    before: np.ndarray
    gates: np.ndarray
    grads: np.ndarray

    @classmethod
    def build(cls, networks: int, examples: int) -> "_Room":
        layers, width = len(SIZES) - 2, SIZES[1]
        inputs = np.ones((networks, 2, examples))
        hidden = np.ones((layers, networks, width + 1, examples))
        return cls(inputs, hidden, *np.empty((3, layers, networks, width, examples)))


def split(numbers: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """The layers and the slopes, views into `numbers` of shape (networks, numbers)."""
    layers, start = [], 0
    for fan_in, fan_out in pairwise(SIZES):
        end = start + fan_out * (fan_in + 1)
        layers.append(numbers[:, start:end].reshape(-1, fan_out, fan_in + 1))
        start = end
    return layers, numbers[:, start:]


def draw_parameters(kind: str, networks: int, seed: int = 0) -> np.ndarray:
    """Fresh parameters, a network a row; the first rows are the same however many are drawn.

    The kinds "relu", "leaky" and "prelu" get the very same weights, He's, and biases of 0. "rai"
    is the randomized asymmetric initialisation of Lu et al. 2019 in every layer: weights and bias
    of a unit are normal with standard deviation 0.6007 / sqrt(fan_in), but one of them, picked at
    random, is drawn from Beta(2, 1) instead, which is never negative.
    """
    numbers = np.random.default_rng([seed, 0]).standard_normal((networks, _COUNT))
    layers, slopes = split(numbers)
    slopes[:] = SLOPES[kind]
    shape = _asymmetric if kind == "rai" else _he
    shape(layers, np.random.default_rng([seed, 1]))
    return numbers


def _he(layers: list[np.ndarray], _: np.random.Generator) -> None:
    for layer in layers:
        layer *= np.sqrt(2 / (layer.shape[2] - 1))
        layer[:, :, -1] = 0


def _asymmetric(layers: list[np.ndarray], rng: np.random.Generator) -> None:
    picks = rng.random((len(layers[0]), sum(SIZES[1:]), 2))
    units = np.split(picks, np.cumsum(SIZES[1:-1]), axis=1)
    for layer, (which, value) in zip(layers, (np.moveaxis(u, 2, 0) for u in units), strict=True):
        layer *= 0.6007 / np.sqrt(layer.shape[2] - 1)
        column = (which * layer.shape[2]).astype(int)[..., np.newaxis]
        # the distribution function of Beta(2, 1) is x^2 on [0, 1], so sqrt(uniform) has it
        np.put_along_axis(layer, column, np.sqrt(value)[..., np.newaxis], axis=2)


def line_up(networks: int, seed: int = 0, rows: slice = slice(None)) -> Networks:
    """The `rows` of `networks` of every kind, one kind after the other as in `KINDS`."""
    drawn = [draw_parameters(kind, networks, seed)[rows] for kind in KINDS]
    first = KINDS.index("prelu") * len(drawn[0])
    return Networks(np.concatenate(drawn), slice(first, first + len(drawn[0])))


def train(networks: Networks, learning_rate: Callable[[], float], seed: int = 0) -> Iterator[int]:
    """Train all `networks` on |x|, in place; yields 0, then the number of each step, to `STEPS`.

    `learning_rate` is asked anew for each step, so that a slider moved meanwhile takes effect.
    """
    rng = np.random.default_rng([seed, 2])
    examples = rng.uniform(-SPAN, SPAN, EXAMPLES)
    adam, step = Adam(), 0
    yield step
    for _ in range(EPOCHS):
        rng.shuffle(examples)
        for x in np.split(examples, range(BATCH, EXAMPLES, BATCH)):
            error = networks.forward(x) - np.abs(x)
            networks.backward(2 * error / len(x))
            adam.learning_rate = learning_rate()
            adam.step(networks)
            step += 1
            yield step


@dataclass(frozen=True)
class Standing:
    """What has become of each network: three arrays of truth values with the same shape.

    dead: a hidden layer is 0 on the whole grid, so nothing reaches it or the layers before.
    flat: the output's range is below `FLAT`. Every dead network is flat, not the other way round.
    close: the output is close to |x|.
    """

    dead: np.ndarray
    flat: np.ndarray
    close: np.ndarray


_NAMES = tuple(Standing.__dataclass_fields__)


@quiet
def judge(networks: Networks) -> tuple[np.ndarray, Standing]:
    """The outputs on the grid, (kinds, networks a kind, len(GRID)), and how each network stands."""
    outputs = networks.forward(GRID)
    silent = ~networks.hidden.any(axis=(2, 3))
    errors = np.sqrt(np.mean((outputs - np.abs(GRID)) ** 2, axis=1))
    found = (np.any(silent, axis=0), np.ptp(outputs, axis=1) < FLAT, errors < CLOSE)
    by_kind = (len(KINDS), -1)
    return outputs.reshape(*by_kind, len(GRID)), Standing(*(row.reshape(by_kind) for row in found))


def run_race(networks: int, seed: int = 0, block: int = 50) -> Standing:
    """The whole race for `networks` of each kind, in blocks: smaller arrays are faster.

    Returns arrays of shape (epochs + 1, kinds, networks), the start first.
    """
    blocks = []
    for first in range(0, networks, block):
        field = line_up(networks, seed, slice(first, first + block))
        steps = train(field, lambda: LEARNING_RATE, seed)
        epochs = [judge(field)[1] for step in steps if step % STEPS_AN_EPOCH == 0]
        blocks.append([[getattr(now, name) for now in epochs] for name in _NAMES])
    return Standing(*np.concatenate(blocks, axis=3))


def stored_race(path: Path = STORED) -> Standing:
    """What bench/store_race.py wrote, as `run_race` returned it."""
    with np.load(path) as file:
        count = int(file["networks"])
        return Standing(
            *(np.unpackbits(file[name], axis=2, count=count).astype(bool) for name in _NAMES)
        )
