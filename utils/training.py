"""Losses, optimisers, and training as a generator: one yield a step, to be watched or disturbed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

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
    whole_number,
)
from utils.network import Linear, Network, PReLU

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]


def squared_error(output: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """mean((output - target)^2) over all numbers, and its gradient in `output`. Equal shapes."""
    if output.shape != target.shape:  # numpy would stretch one to the other, and train on that
        raise ValueError(
            f"output and target must have one shape, got {output.shape} and {target.shape}"
        )
    gap = _wide(output) - target.astype(output.dtype, copy=False)
    return float(np.mean(gap**2)), 2 * gap / gap.dtype.type(gap.size)


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """Softmax cross-entropy, mean over the examples, and its gradient in `logits`.

    Args:
        logits: shape (examples, classes).
        labels: the true class of each example, whole numbers of shape (examples,).
    """
    if labels.shape != logits.shape[:1]:
        raise ValueError(
            f"labels must be one for each of the logits {logits.shape}, got shape {labels.shape}"
        )
    logits, truth = _wide(logits), (np.arange(len(logits)), labels)
    shifted = logits - logits.max(axis=1, keepdims=True)  # the same softmax, and no overflow
    softmax = np.exp(shifted)
    sums = softmax.sum(axis=1, keepdims=True)
    loss = float((np.log(sums[:, 0]) - shifted[truth]).mean())
    softmax /= sums
    softmax[truth] -= 1
    softmax /= len(logits)
    return loss, softmax


def _wide(array: np.ndarray) -> np.ndarray:
    """At least 32 bits: sums and squares of float16 stand still, or leave its range."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


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

    def step(self, network: Any) -> None:
        """Move every parameter of `network`: anything with `params`, `grads` and `layers`."""
        params, decays = network.params, _decays(network, self.weight_decay, self.decay_alpha)
        self._changes = self._changes or [np.zeros_like(param) for param in params]
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
        self._memory: list[tuple[np.ndarray, np.ndarray]] = []
        self._steps = 0

    def step(self, network: Any) -> None:
        """As in `SGD`, by the gradient's running mean and size."""
        params, decays = network.params, _decays(network, self.weight_decay, self.decay_alpha)
        self._memory = self._memory or [(np.zeros_like(p), np.zeros_like(p)) for p in params]
        self._steps += 1
        (first, second), t = self.betas, self._steps
        for param, grad, (mean, square), decay in zip(
            params, network.grads, self._memory, decays, strict=True
        ):
            grad = grad + decay * param if decay else grad
            mean += (1 - first) * (grad - mean)
            square += (1 - second) * (grad**2 - square)
            mean_now = mean / (1 - first**t)  # both began at 0: this makes up for it
            size = np.sqrt(square / (1 - second**t)) + self.epsilon
            param -= self.learning_rate * mean_now / size


def _as_decay(decay_alpha: bool | float) -> bool | float:
    if isinstance(decay_alpha, bool):
        return decay_alpha
    return one_number(decay_alpha, "decay_alpha, if not True or False,", 0)


def _as_betas(betas: tuple[float, float]) -> tuple[float, float]:
    pair = real(betas, "betas")
    if pair.shape != (2,) or not ((pair >= 0) & (pair < 1)).all():
        raise ValueError(f"betas must be two numbers of at least 0 and below 1, got {betas!r:.60}")
    return tuple(pair.tolist())


def _decays(network: Any, weight_decay: float, decay_alpha: bool | float) -> list[float]:
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
    of_type(network, "network", Network)
    fires = []
    for rows in in_pieces(x):
        network.forward(rows)
        others = (layer for layer in network.layers if not isinstance(layer, Linear))
        kept = [layer.x for layer in others if hasattr(layer, "x")]
        fires.append([(before > 0).any(axis=0) for before in kept])
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
    (x, y), losses = _checked(network, x, y, loss, optimiser, (steps, every)), []
    for step, chosen in zip(range(1, steps + 1), _batches(len(x), batch, seed), strict=False):
        losses.append(train_step(network, x[chosen], y[chosen], loss, optimiser))
        ended = step == steps or not np.isfinite(losses[-1])
        if ended or step % every == 0:
            yield _look(network, x, step, losses)
            losses.clear()
        if ended:
            return


@quiet
def train_step(
    network: Network, x: np.ndarray, y: np.ndarray, loss: Loss, optimiser: Optimiser
) -> float:
    """Forward, backward, update, on all examples given; returns the loss before the update.

    x is in the dtype of the network's parameters.
    """
    now, grad = loss(network.forward_pass(x), y)
    network.backward(grad)
    optimiser.step(network)
    return now


def _checked(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    loss: Loss,
    optimiser: Optimiser,
    counts: tuple[int, int],
) -> tuple[np.ndarray, np.ndarray]:
    """`x` and `y` as arrays that `network` and `loss` can take, after a look at all of `fit`."""
    a_function(loss, "loss")
    if not hasattr(optimiser, "step") or isinstance(optimiser, type):
        raise TypeError(f"optimiser must be one, such as SGD(0.1), got {optimiser!r:.60}")
    whole_number(counts[0], "steps", 0, np.inf), whole_number(counts[1], "every", 1, np.inf)
    outputs = of_type(network, "network", Network).forward(x)
    return _examples(network, x, y, outputs, loss)


@quiet
def _examples(
    network: Network, x: ArrayLike, y: ArrayLike, outputs: np.ndarray, loss: Loss
) -> tuple[np.ndarray, np.ndarray]:
    params, y = network.params, array_of(y, "y")
    if len(y.shape or ()) == 0 or len(y) != len(outputs) or not len(y):
        raise ValueError(
            f"x and y must have one row an example, at least one: got {len(outputs)} rows and "
            f"y of shape {y.shape}"
        )
    if loss is cross_entropy:
        y = _as_labels(y, outputs.shape[1])
    x = real(x, "x")
    return x.astype(params[0].dtype, copy=False) if params else x, y


def _as_labels(labels: np.ndarray, classes: int) -> np.ndarray:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"y must be one whole number an example for cross_entropy, got {labels.dtype} of "
            f"shape {labels.shape}"
        )
    if labels.astype(np.uint64).max() >= classes:  # a negative label is a huge one there
        raise ValueError(f"y must lie in [0, {classes - 1}], got {labels.min()} to {labels.max()}")
    return labels


def _look(network: Network, x: np.ndarray, step: int, losses: list[float]) -> FitStep:
    dead = [float(units.mean()) for units in dead_units(network, x)]
    words = ""
    if not np.isfinite(losses[-1]):
        dead, words = [np.nan] * len(dead), f"The loss left the numbers at step {step}."
    return FitStep(step, float(np.mean(losses)), dead, learned_alphas(network), words)


def _batches(examples: int, batch: int | None, seed: int) -> Iterator[np.ndarray | slice]:
    """Which rows each step takes, for ever."""
    rng = generator(seed)
    if batch is not None:
        whole_number(batch, "batch", 1, examples)
    while True:
        if batch is None or batch == examples:
            yield slice(None)
            continue
        order = rng.permutation(examples)
        yield from (order[i : i + batch] for i in range(0, examples, batch))
