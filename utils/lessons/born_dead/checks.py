"""The exercises on networks born dead, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.judge import exercise, judge_function, seen_over
from utils.settings import Number

# The first by hand; then just above and just below what a width gives.
WIDTHS = [
    *((10, 0.05), (10, 0.5), (3, 0.9), (50, 0.01), (2, 0.9)),
    *(
        (depth, (1 + side) * (1 - (1 - 2.0**-width) ** (depth - 1)))
        for depth, width in ((2, 1), (3, 2), (6, 3), (10, 5), (40, 4), (100, 8))
        for side in (-0.003, 0.003)
    ),
]
COUNTS = [(0.5, 0.05), (0.925, 0.01), (0.1, 0.002), (0.25, 0.125), (0.75, 0.5), (0.01, 0.02)]
# Flat at 0 and elsewhere, nearly flat, just not flat, and two that move.
OUTPUTS = np.array([[0, 0, 0], [2, 2, 2], [1, 1.0005, 1], [0, 0.001, 0], [-1, 0, 3], [0, 1, 0.0]])
FIELDS = [
    *((rows,) for rows in (OUTPUTS, OUTPUTS[:3], OUTPUTS[3:], OUTPUTS.T, -OUTPUTS)),
    (OUTPUTS[[0, 1, 2, 4, 5]] - 5,),
    (OUTPUTS[[0, 1, 4, 5]] * 10 + 5,),
    (OUTPUTS[:, ::-1],),
    (np.array([[0, 0.0015, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0.0005]]),),
    (np.array([[0, 0.0005, 0.001, 0.0015, 0.002], [0, 0, 0, 0, 0]]),),  # one rises slowly
]


@exercise
def check_safe_width(attempt: Callable[[float, float], Any]) -> None:
    """Say whether `attempt(depth, chance)` is the smallest width that is safe enough."""
    judge_function("safe_width", attempt, _widths, WIDTHS)


def _widths(depth: float, chance: float) -> tuple[Any, dict[str, Any]]:
    one_more, right, single = (
        -np.log2(1 - (1 - chance) ** (1 / layers)) for layers in (depth, depth - 1, 1)
    )
    return np.ceil(right), {
        "the output layer is no hidden one: depth - 1 layers must escape": np.ceil(one_more),
        "one layer escapes with that chance; here depth - 1 layers must": np.ceil(single),
        "a width is a whole number": right,
        "rounded down, it is too narrow": np.floor(right),
        "this adds up the chances of the layers; at times that is one too wide": (
            np.ceil(np.log2((depth - 1) / chance))
        ),
    }


@exercise
def check_networks_needed(attempt: Callable[[float, float], Any]) -> None:
    """Say whether `attempt(share, error)` is the number of networks for that standard error."""
    judge_function("networks_needed", attempt, _counts, COUNTS)


@seen_over(
    "networks_needed",
    each=True,
    share=Number("share", 0.3, 0.01, 0.99, 0.01),
    error=Number("error", 0.05, 0.01, 0.2, 0.01),
)
def _counts(share: float, error: float) -> tuple[Any, dict[str, Any]]:
    spread = share * (1 - share)
    return spread / error**2, {
        "the root is forgotten: half the error takes four times as many": spread / error,
        "this is the root of the number": np.sqrt(spread) / error,
        "the factor 1 - share is missing": share / error**2,
        "the factor share is missing": (1 - share) / error**2,
        "the share is missing": 1 / error**2,
        "this is the number for a share of 1/2": 0.25 / error**2,
    }


@exercise
def check_flat_share(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(outputs)` is the share of networks whose output is flat."""
    judge_function("flat_share", attempt, _shares, FIELDS)


def _shares(outputs: np.ndarray) -> tuple[Any, dict[str, Any]]:
    flat = np.ptp(outputs, axis=1) < 0.001
    return flat.mean(), {
        "these are near 0; a flat output may lie at any height": (
            np.mean(np.abs(outputs).max(axis=1) < 0.001)
        ),
        "the axes are swapped: a row is a network": np.mean(np.ptp(outputs, axis=0) < 0.001),
        "this is the number of flat networks; divide it by how many there are": flat.sum(),
        "this says which are flat; the share is the mean of it": flat,
        "this is the share of the networks that move": 1 - flat.mean(),
        "this looks at the standard deviation; look from the lowest to the highest": (
            np.mean(np.std(outputs, axis=1) < 0.001)
        ),
        "this looks from each x to the next; look from the lowest to the highest": (
            np.mean(np.abs(np.diff(outputs, axis=1)).max(axis=1) < 0.001)
        ),
        "an output that moves by 0.001 is not flat": np.mean(np.ptp(outputs, axis=1) <= 0.001),
    }
