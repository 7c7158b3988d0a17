"""Networks that are dead before their first step: the exact chance of it, and counting.

Depth counts the layers with weights, the output layer too: depth - 1 hidden layers. A network is
born dead on some inputs when one of its hidden layers is 0 on all of them. From there on nothing
depends on the input any more, and no gradient comes through.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from utils.activations import relu

INPUTS = ("one input", "whole line")  # on which a network can be dead
# Hidden layers of the ten-layer network in the UvA deep learning course, tutorial 3, "Activation
# Functions", and the share of dead units that the tutorial prints for each.
TUTORIAL_SIZES = (256, 256, 256, 256, 256, 128, 128, 128, 128, 128)
TUTORIAL_SHARES = (0, 0, 0.0273, 0.1055, 0.3477, 0.4688, 0.4531, 0.4766, 0.5625, 0.4375)


def born_dead_chance(depth: int | np.ndarray, width: int | np.ndarray) -> Any:
    """1 - (1 - 2^-width)^(depth - 1): the chance of being dead on one nonzero input.

    Exact for weights that are symmetric around 0 and biases of 0: each unit of a layer that sees
    anything but zeros is off with chance 1/2, independently. Arrays broadcast.
    """
    return -np.expm1((depth - 1) * np.log1p(-(2.0**-width)))


def draw_dead(
    networks: int, depth: int, width: int, seed: int | np.random.Generator = 0
) -> np.ndarray:
    """Draw networks with He's initialisation and see which of them are born dead.

    Without biases a network's output for c x is c times that for x, for every c > 0. So all
    positive inputs share the fate of 1, all negative ones that of -1: two inputs tell of the whole
    line.

    Returns shape (2, networks): dead on the one input 1; dead on the whole line.
    """
    rng = np.random.default_rng(seed)
    values = np.broadcast_to([1.0, -1.0], (networks, 1, 2))
    for _ in range(depth - 1):
        fan_in = values.shape[1]
        weights = rng.standard_normal((networks, width, fan_in)) * np.sqrt(2 / fan_in)
        values = relu(weights @ values)
    alive = values.any(axis=1)  # once a layer is all zero, so is the last one
    return ~np.array([alive[:, 0], alive.any(axis=1)])


@dataclass(frozen=True)
class Count:
    """How many networks were drawn, and how many of them were dead: shape (2,), as `INPUTS`."""

    drawn: int
    dead: np.ndarray


def count_dead(
    depth: int, width: int, batch: Callable[[], int], most: int = 10_000, seed: int = 0
) -> Iterator[Count]:
    """Draw `batch()` networks a step and count, until `most` are drawn. Yields the start, too."""
    rng = np.random.default_rng(seed)
    count = Count(0, np.zeros(2, dtype=int))
    yield count
    while count.drawn < most:
        networks = min(batch(), most - count.drawn)
        dead = draw_dead(networks, depth, width, rng).sum(axis=1)
        count = Count(count.drawn + networks, count.dead + dead)
        yield count


def wilson_band(
    hits: int | np.ndarray, draws: int | np.ndarray, z: float = 1.96
) -> tuple[Any, Any]:
    """Wilson's confidence band of a chance, 95% for z = 1.96, after `hits` in `draws` trials.

    Unlike share +- z standard errors it stays inside [0, 1] and is honest near its ends.
    """
    share, extra = hits / draws, np.square(z) / draws
    centre = (share + extra / 2) / (1 + extra)
    half = z * np.sqrt((share * (1 - share) + extra / 4) / draws) / (1 + extra)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def he_layer(rng: np.random.Generator, fan_in: int, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal weights (fan_in, units) of variance 2 / fan_in, and biases 0 (He et al. 2015)."""
    return rng.standard_normal((fan_in, units)) * np.sqrt(2 / fan_in), np.zeros(units)


def default_layer(
    rng: np.random.Generator, fan_in: int, units: int
) -> tuple[np.ndarray, np.ndarray]:
    """What `torch.nn.Linear` does by itself: weights and biases uniform in +-1 / sqrt(fan_in)."""
    reach = 1 / np.sqrt(fan_in)
    return rng.uniform(-reach, reach, (fan_in, units)), rng.uniform(-reach, reach, units)


def unbiased_layer(
    rng: np.random.Generator, fan_in: int, units: int
) -> tuple[np.ndarray, np.ndarray]:
    """The weights of `default_layer`, and biases 0."""
    weights, biases = default_layer(rng, fan_in, units)
    return weights, np.zeros_like(biases)


def dead_shares(
    inputs: np.ndarray,
    layer: Callable[[np.random.Generator, int, int], tuple[np.ndarray, np.ndarray]],
    networks: int = 1,
    sizes: tuple[int, ...] = TUTORIAL_SIZES,
    seed: int = 0,
) -> np.ndarray:
    """The share of units that are 0 on every one of `inputs` (examples, features), by hidden layer.

    Returns shape (len(sizes),), the mean over `networks` freshly drawn with `layer`.
    """
    rng = np.random.default_rng(seed)
    shares = np.zeros((networks, len(sizes)))
    for row in shares:
        values = inputs
        for k, units in enumerate(sizes):
            weights, biases = layer(rng, values.shape[1], units)
            values = relu(values @ weights + biases)
            row[k] = np.mean(~values.any(axis=0))
    return shares.mean(axis=0)


def stand_in_pictures(count: int, seed: int = 0) -> np.ndarray:
    """Smooth random pictures of 28 x 28 pixels in [-1, 1], half of them background: (count, 784).

    They stand in for FashionMNIST, which is not here: 7 x 7 random numbers, interpolated and cut
    off so that mean and spread come near those of the real pictures.
    """
    coarse = np.random.default_rng(seed).standard_normal((count, 7, 7))
    grid = np.linspace(0, 6, 28)
    blend = np.maximum(1 - np.abs(grid[:, np.newaxis] - np.arange(7)), 0)  # linear, (28, 7)
    return np.clip(2.2 * (blend @ coarse @ blend.T) - 0.95, -1, 1).reshape(count, -1)
