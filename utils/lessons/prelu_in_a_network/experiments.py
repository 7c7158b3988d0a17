"""Three networks learn handwritten digits: ReLU, leaky ReLU and PReLU, from the same weights.

They see the same batches in the same order, so that what differs comes from the activation alone.
And what a signal goes through on its way down a deep network, before any training.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from utils.arguments import quiet
from utils.data import digits
from utils.layer import Layer
from utils.network import LeakyReLU, Linear, Network, PReLU, ReLU, initial_std
from utils.training import SGD, Adam, cross_entropy, fit, in_pieces, inactive_units, learned_alphas

KINDS = ("relu", "leaky", "prelu")
PIXELS, CLASSES = 64, 10
MOMENTUM = 0.9  # as in He et al. 2015
# The names of the ways to draw the first weights, and what `utils.network.initial_std` calls them.
INITS: dict[str, str | float] = {
    "He": "he",
    "He, 1 + a^2": "he",
    "Xavier": "xavier",
    "too small, 0.01": 0.01,
    "too large, 1": 1.0,
}
# What He et al. 2015, table 1, learned on ImageNet: layer -> alpha shared, mean channel-wise alpha.
PUBLISHED = {
    "conv1": (0.681, 0.596),
    "conv2_1": (0.103, 0.321),
    "conv2_2": (0.099, 0.204),
    "conv2_3": (0.228, 0.294),
    "conv2_4": (0.561, 0.464),
    "conv3_1": (0.126, 0.196),
    "conv3_2": (0.089, 0.152),
    "conv3_3": (0.124, 0.145),
    "conv3_4": (0.062, 0.124),
    "conv3_5": (0.008, 0.134),
    "conv3_6": (0.210, 0.198),
    "fc1": (0.063, 0.074),
    "fc2": (0.031, 0.075),
}


@dataclass(frozen=True)
class Plan:
    """A network for the digits, all but its activation, and how it is trained.

    Attributes:
        width: units in each hidden layer.
        depth: hidden layers.
        init: one of `INITS`; "He, 1 + a^2" counts `alpha` in, for all kinds alike.
        bias: what every bias of the hidden layers starts at.
        slope: of the leaky ReLU.
        alpha: where every alpha of PReLU starts.
        channel_wise: an alpha for each unit; else one for each layer.
        learning_rate, batch, epochs: of gradient descent with momentum 0.9.
        seed: of the weights, and of the order of the examples.
        dtype: "float64" is slower, and its rounding too small to show in what is printed.
    """

    width: int = 64
    depth: int = 2
    init: str = "He"
    bias: float = 0.0
    slope: float = 0.01
    alpha: float = 0.25
    channel_wise: bool = False
    learning_rate: float = 0.02
    batch: int = 64
    epochs: int = 30
    seed: int = 0
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if self.init not in INITS:
            raise ValueError(f"init must be one of {tuple(INITS)}, got {self.init!r}")

    @property
    def steps_an_epoch(self) -> int:
        """How many batches go through all training images."""
        return ceil(len(digits().train_x) / self.batch)


def digits_network(kind: str, plan: Plan) -> Network:
    """A network of one of `KINDS`. Under one plan all kinds start from the same weights."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
    rng, inputs, layers = np.random.default_rng(plan.seed), PIXELS, []
    init, alpha = INITS[plan.init], _counted_alpha(plan.init, plan.alpha)
    for _ in range(plan.depth):
        layers.append(Linear(inputs, plan.width, rng, init, alpha, plan.bias, plan.dtype))
        layers.append(_activation(kind, plan))
        inputs = plan.width
    return Network([*layers, Linear(inputs, CLASSES, rng, init, alpha, dtype=plan.dtype)])


def _activation(kind: str, plan: Plan) -> Layer:
    if kind == "prelu":
        return PReLU(plan.alpha, plan.width if plan.channel_wise else None, plan.dtype)
    return LeakyReLU(plan.slope) if kind == "leaky" else ReLU()


@dataclass(frozen=True)
class Progress:
    """Where the training of a network stands.

    Attributes:
        epoch: how often it has seen every training image.
        loss: mean over the batches since the last look; at epoch 0 over all training images.
        accuracy: the share of the test images that it names right.
        inactive: for each hidden layer, the share of units that no training image brings above 0.
            After a loss that left the numbers, accuracy and these are NaN.
        alphas: for each hidden layer of a PReLU network its alpha, shape (1,) or (width,).
        words: empty, or what went wrong.
    """

    epoch: float
    loss: float
    accuracy: float
    inactive: list[float]
    alphas: list[np.ndarray]
    words: str = ""


def train(
    network: Network, plan: Plan, optimiser: SGD | Adam, every: int | None = None
) -> Iterator[Progress]:
    """Train on the digits; yields the start, then every `every` steps and the last (None: only it).

    `optimiser` may be changed between two yields.
    """
    x, y, steps = digits().train_x, digits().train_y, plan.steps_an_epoch * plan.epochs
    loss, _ = cross_entropy(_outputs(network, x), y)
    inactive = [float(units.mean()) for units in inactive_units(network, x)]
    yield Progress(0, loss, accuracy(network), inactive, learned_alphas(network))
    batch = min(plan.batch, len(x))
    every = steps if every is None else every
    for now in fit(network, x, y, cross_entropy, optimiser, batch, steps, plan.seed, every):
        epoch = now.step / plan.steps_an_epoch
        right = np.nan if now.words else accuracy(network)
        yield Progress(epoch, now.loss, right, now.inactive, now.alphas, now.words)


def accuracy(network: Network) -> float:
    """The share of the test images that `network` names right."""
    data = digits()
    return float(np.mean(_outputs(network, data.test_x).argmax(axis=1) == data.test_y))


def _outputs(network: Network, x: np.ndarray) -> np.ndarray:
    return np.concatenate([network.forward(rows) for rows in in_pieces(x)])


def run(kind: str, plan: Plan) -> Progress:
    """Where a whole training ends."""
    *_, last = train(digits_network(kind, plan), plan, SGD(plan.learning_rate, MOMENTUM))
    return last


def compare(
    plan: Plan, kinds: Iterable[str] = KINDS, seeds: Iterable[int] = range(5)
) -> dict[str, np.ndarray]:
    """The test accuracies of `kinds`, each of shape (seeds,)."""
    plans = [replace(plan, seed=seed) for seed in seeds]
    return {kind: np.array([run(kind, each).accuracy for each in plans]) for kind in kinds}


def ranges(plan: Plan, kinds: Iterable[str] = KINDS) -> dict[str, str]:
    """The lowest and the highest test accuracy of each of `kinds` over five seeds, in words."""
    return {kind: spread(found) for kind, found in compare(plan, kinds).items()}


def spread(accuracies: np.ndarray) -> str:
    """The lowest and the highest of `accuracies`, in words; NaN is a training that was lost."""
    if lost := np.isnan(accuracies).sum():
        return f"{lost} of {len(accuracies)} lost"
    return f"{np.min(accuracies):.2f} to {np.max(accuracies):.2f}"


def race(
    plan: Plan, learning_rate: Callable[[], float] | None = None
) -> Iterator[dict[str, Progress]]:
    """All `KINDS` side by side, from the same weights on the same batches, three looks an epoch.

    `learning_rate` is asked anew before each look. A kind that has left the numbers stays where it
    was; the race goes on while one moves.
    """
    optimisers = {kind: SGD(plan.learning_rate, MOMENTUM) for kind in KINDS}
    every = ceil(plan.steps_an_epoch / 3)
    runs = {
        kind: train(digits_network(kind, plan), plan, optimisers[kind], every) for kind in KINDS
    }
    now: dict[str, Progress] = {}
    while moved := {kind: state for kind, run in runs.items() if (state := next(run, None))}:
        now = now | moved
        yield now
        rate = learning_rate() if learning_rate else plan.learning_rate
        for optimiser in optimisers.values():
            optimiser.learning_rate = rate


@quiet
def signal_variances(
    init: str, alpha: float, layers: int = 30, width: int = 256, seed: int = 0
) -> np.ndarray:
    """The mean square of the pre-activations, layer by layer, before any training.

    16 examples of `width` standard normal numbers go through `layers` layers of `width` PReLU units
    with slope `alpha` (0: ReLU).

    Returns shape (layers,).
    """
    rng, counted = np.random.default_rng(seed), _counted_alpha(init, alpha)
    signal, activation = rng.standard_normal((16, width), dtype=np.float32), PReLU(alpha)
    variances = []
    for _ in range(layers):
        before = Linear(width, width, rng, INITS[init], counted).forward(signal)
        variances.append(float(np.mean(before**2)))
        signal = activation.forward(before)
    return np.array(variances)


@quiet
def expected_variances(init: str, alpha: float, layers: int = 30, width: int = 256) -> np.ndarray:
    """What `signal_variances` is on average over all weights (He et al. 2015, section 2.2).

    The first layer multiplies by n Var[w], every other by (1/2)(1 + alpha^2) n Var[w].
    """
    factor = width * initial_std(width, INITS[init], _counted_alpha(init, alpha)) ** 2
    growth = (1 + alpha**2) / 2 * factor
    return factor * growth ** np.arange(layers)


def _counted_alpha(init: str, alpha: float) -> float:
    """The slope that an initialisation takes into account."""
    return alpha if init == "He, 1 + a^2" else 0.0
