"""Losses, optimisers, and training as a generator: one yield a step, to be watched or disturbed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from utils.arguments import array_of, generator, of_type, one_number, quiet, real, whole_number
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


class _Optimiser:
    """What all optimisers have: a learning rate, and a decay for each parameter."""

    def __init__(
        self, learning_rate: float, weight_decay: float, decay_alpha: bool | float
    ) -> None:
        self.learning_rate = one_number(learning_rate, "learning_rate")
        self.weight_decay = one_number(weight_decay, "weight_decay", 0)
        self.decay_alpha = _as_decay(decay_alpha)
        self._memory: list[Any] = []  # what is kept for each parameter

    def _gradients(self, network: Any) -> list[np.ndarray]:
        """The gradient of each parameter, its weight decay included."""
        for_alpha = self.weight_decay if self.decay_alpha is True else float(self.decay_alpha)
        found = []
        for layer in network.layers:
            decay = for_alpha if isinstance(layer, PReLU) else self.weight_decay
            for param, grad in zip(layer.params, layer.grads, strict=True):
                found.append(grad + decay * param if decay else grad)
        return found


class SGD(_Optimiser):
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
        super().__init__(learning_rate, weight_decay, decay_alpha)
        self.momentum = one_number(momentum, "momentum", 0, 1)

    def step(self, network: Any) -> None:
        """Move every parameter of `network`, which is anything with `params` and `layers`."""
        self._memory = self._memory or [np.zeros_like(param) for param in network.params]
        grads = self._gradients(network)
        for param, grad, change in zip(network.params, grads, self._memory, strict=True):
            change *= self.momentum
            change += self.learning_rate * grad
            param -= change


class Adam(_Optimiser):
    """Adam (Kingma and Ba 2015), its weight decay added to the gradient as in `SGD`."""

    def __init__(
        self,
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        decay_alpha: bool | float = False,
    ) -> None:
        super().__init__(learning_rate, weight_decay, decay_alpha)
        self.betas, self.epsilon = _as_betas(betas), one_number(epsilon, "epsilon", 0)
        self._steps = 0

    def step(self, network: Any) -> None:
        """As in `SGD`, by the gradient's running mean and size."""
        self._memory = self._memory or [np.zeros((2, *p.shape), p.dtype) for p in network.params]
        self._steps += 1
        (first, second), t, grads = self.betas, self._steps, self._gradients(network)
        for param, grad, (mean, square) in zip(network.params, grads, self._memory, strict=True):
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


def inactive_units(network: Network, x: np.ndarray) -> list[np.ndarray]:
    """For each activation layer, which of its units are inactive: above 0 on NO row of `x`.

    A ReLU unit that is inactive is dead: zero output, and zero gradient, on every input.

    Returns one row of booleans a layer, of shape (units,).
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
        inactive: the share of inactive units in each activation layer, over all inputs; NaN after
            a loss that left the numbers.
        alphas: a copy of every PReLU's alpha.
        words: empty, or what went wrong, and when.
    """

    step: int
    loss: float
    inactive: list[float]
    alphas: list[np.ndarray]
    words: str = ""


def fit(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss,
    optimiser: "SGD | Adam",
    batch: int | None = None,
    steps: int = 1000,
    seed: int = 0,
    every: int = 1,
) -> Iterator[FitStep]:
    """Train `network` on `x`, `y`, one yield every `every` steps and at the last.

    Each epoch goes through all examples in a new order, `batch` at a time (None: all at once).
    Ends early if the loss leaves the numbers. Looking for inactive units takes all of `x` through
    the network: a larger `every` trains faster.
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
    network: Network, x: np.ndarray, y: np.ndarray, loss: Loss, optimiser: "SGD | Adam"
) -> float:
    """Forward, backward, update, on all examples given; returns the loss before the update.

    x is in the dtype of the network's parameters.
    """
    now, grad = loss(network.forward_pass(x), y)
    network.backward(grad)
    optimiser.step(network)
    return now


@quiet
def _checked(network: Any, x: Any, y: Any, loss: Any, optimiser: Any, counts: Any) -> tuple:
    """`x` and `y` as arrays that `network` and `loss` can take, after a look at all of `fit`."""
    if not callable(loss):
        raise TypeError(f"loss must be a function, got {loss!r:.60}")
    if not hasattr(optimiser, "step") or isinstance(optimiser, type):
        raise TypeError(f"optimiser must be one, such as SGD(0.1), got {optimiser!r:.60}")
    whole_number(counts[0], "steps", 0, np.inf), whole_number(counts[1], "every", 1, np.inf)
    outputs, y = of_type(network, "network", Network).forward(x), array_of(y, "y")
    params = network.params
    if not y.ndim or len(y) != len(outputs) or not len(y):
        rows = f"{len(outputs)} rows and y of shape {y.shape}"
        raise ValueError(f"x and y must have one row an example, at least one: got {rows}")
    if loss is cross_entropy:
        _check_labels(y, outputs.shape[1])
    x = real(x, "x")
    return x.astype(params[0].dtype, copy=False) if params else x, y


def _check_labels(labels: np.ndarray, classes: int) -> None:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        found = f"{labels.dtype} of shape {labels.shape}"
        raise ValueError(f"y must be one whole number an example for cross_entropy, got {found}")
    if labels.astype(np.uint64).max() >= classes:  # a negative label is a huge one there
        raise ValueError(f"y must lie in [0, {classes - 1}], got {labels.min()} to {labels.max()}")


def _look(network: Network, x: np.ndarray, step: int, losses: list[float]) -> FitStep:
    inactive = [float(units.mean()) for units in inactive_units(network, x)]
    words = ""
    if not np.isfinite(losses[-1]):
        inactive, words = [np.nan] * len(inactive), f"The loss left the numbers at step {step}."
    return FitStep(step, float(np.mean(losses)), inactive, learned_alphas(network), words)


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
