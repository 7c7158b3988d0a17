"""ReLU and its relatives: functions of arrays, and their derivatives.

Every function takes numbers or arrays of any shape and returns a new array (a number for a number).
float32 in gives float32 out; integers and booleans become float64; NaN stays NaN; infinities behave
as in PyTorch, so that 0 * inf is NaN. At exactly 0 the derivatives are PyTorch's: 0 for ReLU, alpha
for PReLU, and 0 with respect to alpha. Anything that is not real numbers raises ValueError.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from utils.arguments import one_number, quiet, real


def relu(x: ArrayLike) -> Any:
    """max(0, x), element by element."""
    return np.maximum(real(x, "x"), 0)


def relu_grad(x: ArrayLike, at_zero: float = 0.0) -> Any:
    """The slope of ReLU at `x`: 0 on the left, 1 on the right, `at_zero` at exactly 0.

    ReLU has no derivative at 0. Any `at_zero` in [0, 1] is a subgradient; others raise ValueError.
    """
    return np.heaviside(real(x, "x"), one_number(at_zero, "at_zero", 0, 1))


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Any:
    """x where x > 0, else slope * x, with one fixed `slope`."""
    return prelu(x, one_number(slope, "slope"))


@quiet
def prelu(x: ArrayLike, alpha: ArrayLike) -> Any:
    """x where x > 0, else alpha * x (He et al. 2015, eq. 1).

    `alpha` is shared (one number), channel-wise (shape (channels,), channels on axis 1 of `x`) or
    element-wise (the shape of one example, x.shape[1:]); another shape raises ValueError.
    """
    x = real(x, "x")
    return np.where(x > 0, x, _fit_alpha(alpha, x) * x)[()]


@quiet
def prelu_grad_x(x: ArrayLike, alpha: ArrayLike) -> Any:
    """The slope of PReLU at `x`: 1 where x > 0, else alpha. `alpha` as in `prelu`."""
    x = real(x, "x")
    slope = np.where(x > 0, x.dtype.type(1), _fit_alpha(alpha, x))
    return np.where(np.isnan(x), x, slope)[()]


def prelu_grad_alpha(x: ArrayLike) -> Any:
    """How PReLU changes with alpha, at `x`: 0 where x > 0, else x. It does not depend on alpha."""
    return np.minimum(real(x, "x"), 0)


def _fit_alpha(alpha: ArrayLike, x: np.ndarray) -> np.ndarray:
    """`alpha` in the dtype of `x`, shaped so that it broadcasts against `x`."""
    alpha = real(alpha, "alpha").astype(x.dtype, copy=False)
    if alpha.shape in ((), (1,)):
        return alpha.reshape(())
    if alpha.shape == x.shape[1:]:
        return alpha
    if x.ndim >= 2 and alpha.shape == (x.shape[1],):
        return alpha.reshape(-1, *[1] * (x.ndim - 2))
    raise ValueError(
        f"alpha of shape {alpha.shape} does not fit x of shape {x.shape}: allowed are one number, "
        f"one a channel {x.shape[1:2]} and one an element of an example {x.shape[1:]}"
    )
