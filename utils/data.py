"""Toy data, the same for the same seed, and a file of real handwritten digits."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils.activations import prelu
from utils.arguments import generator, one_number, quiet, whole_number

DIGITS = Path(__file__).with_name("digits.npz")  # source and licence: digits.txt beside it
REACH = 2.0  # the inputs of one number run from -REACH to REACH in the toy data
WIDE = 3.0  # and from -WIDE to WIDE where a function is looked at
TRAINING = 1437  # of the 1797 digits; the other 360 test


@quiet
def prelu_data(
    true_alpha: float, noise: float = 0.0, points: int = 41, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Points on PReLU with `true_alpha`, their y shaken by normal noise.

    Args:
        true_alpha: the slope left of 0 that made the data.
        noise: standard deviation of what is added to y, at least 0.
        points: how many, at least 2, evenly spaced over [-REACH, REACH].
        seed: of the noise.

    Returns x and y, each of shape (points,).
    """
    points, noise = whole_number(points, "points", 2), one_number(noise, "noise", 0)
    x = np.linspace(-REACH, REACH, points)
    shake = generator(seed).standard_normal(points)
    return x, prelu(x, one_number(true_alpha, "true_alpha")) + noise * shake


@quiet
def two_moons(
    points: int = 200, noise: float = 0.1, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles of radius 1 that reach into each other, centred on (0, 0).

    Args:
        points: how many, at least 2, taking turns between the upper and the lower moon.
        noise: standard deviation of what is added to both coordinates, at least 0.
        seed: of the places along the moons and of the noise.

    Returns x of shape (points, 2), and labels of shape (points,): 0 the upper moon, 1 the lower.
    """
    points, noise = whole_number(points, "points", 2), one_number(noise, "noise", 0)
    rng = generator(seed)
    labels = np.arange(points) % 2
    angles = np.pi * rng.random(points)
    sides = 1 - 2 * labels  # 1 for the upper moon, -1 for the lower, its mirror image
    x = np.column_stack([np.cos(angles) - 0.5, np.sin(angles) - 0.25]) * sides[:, np.newaxis]
    return x + noise * rng.standard_normal((points, 2)), labels


class Digits(NamedTuple):
    """Images of shape (images, 64), a row 8 x 8 pixels in [0, 1], and their labels 0 to 9."""

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


@cache
def digits() -> Digits:
    """The UCI handwritten digits (Alpaydin and Kaynak 1998), always split in the same way.

    1437 images train and 360 test. float32; read-only, since all who ask get the same arrays.
    """
    with np.load(DIGITS) as stored:
        x, y = stored["images"] / np.float32(16), stored["labels"].astype(np.int64)
    x.flags.writeable = y.flags.writeable = False
    return Digits(x[:TRAINING], y[:TRAINING], x[TRAINING:], y[TRAINING:])
