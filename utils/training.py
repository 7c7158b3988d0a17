"""Losses, optimisers, and training as a generator: one yield a step, to be watched or disturbed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from utils.arguments import (
    a_function,
    array_of,
    generator,
    of_type,
    one_number,
    quiet,
    real,
    shaped,
    whole_number,
)
from utils.network import Linear, Network, PReLU

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]


@quiet
def squared_error(output: ArrayLike, target: ArrayLike) -> tuple[float, np.ndarray]:
    """mean((output - target)^2) over all numbers, and its gradient in `output`. Equal shapes."""
    output, target = real(output, "output"), real(target, "target")
    if output.shape != target.shape or not output.size:
        raise ValueError(
            "output and target must have the same shape and at least one number: "
            f"got {output.shape} and {target.shape}, which differ in shape or are empty"
        )
    gap = output - target.astype(output.dtype, copy=False)
    return float(np.mean(gap**2)), 2 * gap / gap.dtype.type(gap.size)


@quiet
def cross_entropy(logits: ArrayLike, labels: ArrayLike) -> tuple[float, np.ndarray]:
    """Softmax cross-entropy, mean over the examples, and its gradient in `logits`.

    Args:
        logits: shape (examples, classes).
        labels: the true class of each example, whole numbers of shape (examples,).
    """
    logits = shaped(logits, "logits", "examples", "classes")
    truth = np.arange(len(logits)), _as_labels(labels, logits.shape)
    shifted = logits - logits.max(axis=1, keepdims=True)  # the same softmax, and no overflow
    softmax = np.exp(shifted)
    sums = softmax.sum(axis=1, keepdims=True)
    loss = float((np.log(sums[:, 0]) - shifted[truth]).mean())
    softmax /= sums
    softmax[truth] -= 1
    softmax /= len(logits)
    return loss, softmax


def _as_labels(labels: ArrayLike, shape: tuple[int, int]) -> np.ndarray:
    """`labels` for logits of this `shape`: one an example, each one of the classes."""
    labels = array_of(labels, "labels")
    if labels.shape != shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be one whole number for each of the logits {shape}, "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    if labels.astype(np.uint64).max() >= shape[1]:  # a negative label is a huge one there
        raise ValueError(
            f"labels must lie in [0, {shape[1] - 1}], got {labels.min()} to {labels.max()}"
        )
    return labels


class Optimiser(Protocol):
    """What `fit` asks of an optimiser. Its settings may be changed between two steps."""

    learning_rate: float

    def step(self, network: Network) -> None:
        """Move every parameter of `network` by its gradient."""


class SGD:
    """Gradient descent with momentum: change = momentum * change + learning_rate * grad.

    `weight_decay` adds weight_decay * param to the gradient of every parameter but alpha, which it
    would pull towards ReLU. `decay_alpha` True includes alpha; a number is a decay for alpha alone.
    """

    def __init__(
        self,
        learning_rate: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        decay_alpha: bool | float = False,
    ) -> None:
        self.learning_rate = one_number(learning_rate, "learning_rate")
        self.momentum = one_number(momentum, "momentum", 0, 1)
        self.weight_decay = one_number(weight_decay, "weight_decay", 0)
        self.decay_alpha = _as_decay(decay_alpha)
        self._changes: list[np.ndarray] = []

    @quiet
    def step(self, network: Network) -> None:
        """Move every parameter of `network` by its gradient."""
        params, decays = _params(network), _decays(network, self.weight_decay, self.decay_alpha)
        self._changes = _remembered(self._changes, params)
        for param, grad, change, decay in zip(
            params, network.grads, self._changes, decays, strict=True
        ):
            change *= self.momentum
            change += self.learning_rate * (grad + decay * param if decay else grad)
            param -= change


class Adam:
    """Adam (Kingma and Ba 2015), its weight decay added to the gradient as in `SGD`."""

    def __init__(
        self,
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        decay_alpha: bool | float = False,
    ) -> None:
        self.learning_rate = one_number(learning_rate, "learning_rate")
        self.betas, self.epsilon = _as_betas(betas), one_number(epsilon, "epsilon", 0)
        self.weight_decay = one_number(weight_decay, "weight_decay", 0)
        self.decay_alpha = _as_decay(decay_alpha)
        self._means: list[np.ndarray] = []
        self._squares: list[np.ndarray] = []
        self._steps = 0

    @quiet
    def step(self, network: Network) -> None:
        """Move every parameter of `network` by its gradient's running mean and size."""
        params = _params(network)
        self._means = _remembered(self._means, params)
        self._squares = _remembered(self._squares, params)
        self._steps += 1
        decays = _decays(network, self.weight_decay, self.decay_alpha)
        first, second = (1 - beta**self._steps for beta in self.betas)
        for param, grad, mean, square, decay in zip(
            params, network.grads, self._means, self._squares, decays, strict=True
        ):
            grad = grad + decay * param if decay else grad
            mean += (1 - self.betas[0]) * (grad - mean)
            square += (1 - self.betas[1]) * (grad**2 - square)
            size = np.sqrt(square / second) + self.epsilon
            param -= self.learning_rate / first * mean / size


def _as_decay(decay_alpha: bool | float) -> bool | float:
    if isinstance(decay_alpha, bool):
        return decay_alpha
    return one_number(decay_alpha, "decay_alpha, if not True or False,", 0)


def _as_betas(betas: tuple[float, float]) -> tuple[float, float]:
    pair = real(betas, "betas")
    if pair.shape != (2,) or not ((pair >= 0) & (pair < 1)).all():
        raise ValueError(f"betas must be two numbers of at least 0 and below 1, got {betas!r:.60}")
    return tuple(pair.tolist())


def _params(network: Network) -> list[np.ndarray]:
    return of_type(network, "network", Network).params


def _remembered(kept: list[np.ndarray], params: list[np.ndarray]) -> list[np.ndarray]:
    """What an optimiser `kept` for each of `params`; zeros before its first step."""
    kept = kept or [np.zeros_like(param) for param in params]
    if [array.shape for array in kept] != [param.shape for param in params]:
        raise ValueError("network must have the shapes of the one this optimiser began with")
    return kept


def _decays(network: Network, weight_decay: float, decay_alpha: bool | float) -> list[float]:
    """The weight decay of each parameter."""
    for_alpha = weight_decay if decay_alpha is True else float(decay_alpha)
    return [
        for_alpha if isinstance(layer, PReLU) else weight_decay
        for layer in network.layers
        for _ in layer.params
    ]


def dead_units(network: Network, x: np.ndarray) -> list[np.ndarray]:
    """For each activation layer, which of its units are dead: not above 0 on ANY row of `x`.

    Of a ReLU unit this means: zero output, and zero gradient, on every input.

    Returns:
        one row of booleans a layer, of shape (units,).
    """
    layers = of_type(network, "network", Network).layers
    activations = [layer for layer in layers if not isinstance(layer, Linear)]
    fires = []
    for rows in in_pieces(x):
        network.forward(rows)
        fires.append([(layer.x > 0).any(axis=0) for layer in activations])
    return [~np.any(units, axis=0) for units in zip(*fires, strict=True)]


def in_pieces(x: np.ndarray) -> Iterator[np.ndarray]:
    """`x` in pieces of 64 rows: so small, a matrix product stays on one thread and in the cache.

    Waiting for a second thread, on a machine that draws the pictures too, costs more than it gains.
    """
    x = real(x, "x")
    if not x.ndim:
        raise ValueError(f"x must have at least one row, got the single number {x}")
    return (x[i : i + 64] for i in range(0, len(x), 64))


def learned_alphas(network: Network) -> list[np.ndarray]:
    """A copy of every PReLU's alpha."""
    layers = of_type(network, "network", Network).layers
    return [layer.alpha.copy() for layer in layers if isinstance(layer, PReLU)]


@dataclass(frozen=True)
class FitStep:
    """Where training stands.

    Attributes:
        step: how many steps have been taken.
        loss: mean over the batches since the last of these; on each batch before its step.
        dead: the share of dead units in each activation layer, over all inputs; NaN after a loss
            that left the numbers.
        alphas: a copy of every PReLU's alpha.
        words: empty, or what went wrong, and when.
    """

    step: int
    loss: float
    dead: list[float]
    alphas: list[np.ndarray]
    words: str = ""


def fit(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss,
    optimiser: Optimiser,
    batch: int | None = None,
    steps: int = 1000,
    seed: int = 0,
    every: int = 1,
) -> Iterator[FitStep]:
    """Train `network` on `x`, `y`, one yield every `every` steps and at the last.

    Each epoch goes through all examples in a new order, `batch` at a time (None: all at once).
    Ends early if the loss leaves the numbers. Looking for dead units takes all of `x` through the
    network: a larger `every` trains faster.
    """
    _check_parts(network, loss, optimiser)
    x, y = _examples(x, y)
    if batch is not None:
        whole_number(batch, "batch", 1, len(x))
    whole_number(steps, "steps", 0, np.inf)
    whole_number(every, "every", 1, np.inf)
    rows, losses = _batches(len(x), batch, generator(seed)), []
    for step in range(1, steps + 1):
        chosen = next(rows)
        losses.append(train_step(network, x[chosen], y[chosen], loss, optimiser))
        lost = not np.isfinite(losses[-1])
        if lost or step % every == 0 or step == steps:
            yield _look(network, x, step, losses)
            losses = []
        if lost:
            return


def train_step(
    network: Network, x: np.ndarray, y: np.ndarray, loss: Loss, optimiser: Optimiser
) -> float:
    """Forward, backward, update, on all examples given; returns the loss before the update."""
    _check_parts(network, loss, optimiser)
    now, grad = loss(network.forward(x), y)
    network.backward(grad)
    optimiser.step(network)
    return now


def _check_parts(network: Network, loss: Loss, optimiser: Optimiser) -> None:
    of_type(network, "network", Network)
    a_function(loss, "loss")
    if not hasattr(optimiser, "step"):
        raise TypeError(f"optimiser must be one, such as SGD(0.1), got {optimiser!r:.60}")


def _examples(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """`x` and `y` as arrays with one row an example, equally many and at least one."""
    x, y = real(x, "x"), array_of(y, "y")
    if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
        raise ValueError(
            f"x and y must have one row an example, at least one: got shapes {x.shape}, {y.shape}"
        )
    return x, y


def _look(network: Network, x: np.ndarray, step: int, losses: list[float]) -> FitStep:
    dead = [float(units.mean()) for units in dead_units(network, x)]
    words = ""
    if not np.isfinite(losses[-1]):
        dead, words = [np.nan] * len(dead), f"The loss left the numbers at step {step}."
    return FitStep(step, float(np.mean(losses)), dead, learned_alphas(network), words)


def _batches(
    examples: int, batch: int | None, rng: np.random.Generator
) -> Iterator[np.ndarray | slice]:
    """Which rows each step takes, for ever."""
    while True:
        if batch is None or batch == examples:
            yield slice(None)
            continue
        order = rng.permutation(examples)
        yield from (order[i : i + batch] for i in range(0, examples, batch))
