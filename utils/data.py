"""Toy data, the same for the same seed."""

import numpy as np

from utils.activations import prelu


def prelu_data(
    true_alpha: float, noise: float = 0.0, points: int = 41, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Points on PReLU with `true_alpha`, their y shaken by normal noise.

    Args:
        true_alpha: the slope left of 0 that made the data.
        noise: standard deviation of what is added to y, at least 0.
        points: how many, at least 2, evenly spaced over [-2, 2].
        seed: of the noise.

    Returns:
        x and y, each of shape (points,).
    """
    if points < 2:
        raise ValueError(f"points must be at least 2, got {points}")
    if not noise >= 0:
        raise ValueError(f"noise is a standard deviation and must be at least 0, got {noise}")
    x = np.linspace(-2, 2, points)
    shake = np.random.default_rng(seed).standard_normal(points)
    return x, prelu(x, true_alpha) + noise * shake
