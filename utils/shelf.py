"""A shelf of known activations: each function, its derivative, its formula, year and source.

All take numbers or arrays of any shape, return a new array (a number for a number), keep float32,
and stay right for inputs as large as floats can be. SiLU is also called Swish.
"""

from collections.abc import Callable
from math import erfc
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from utils.arguments import quiet, real

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805  # SELU's, as its authors print them
_erfc = np.vectorize(erfc, otypes=[float])


@quiet
def elu(x: ArrayLike) -> Any:
    """x where x > 0, else exp(x) - 1."""
    x = real(x, "x")
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))[()]


@quiet
def elu_grad(x: ArrayLike) -> Any:
    """1 where x > 0, else exp(x)."""
    return np.exp(np.minimum(real(x, "x"), 0))


def selu(x: ArrayLike) -> Any:
    """ELU with another slope on each side, so that mean 0 and variance 1 stay as they are."""
    x = real(x, "x")
    return (x.dtype.type(SCALE) * np.where(x > 0, x, x.dtype.type(ALPHA) * elu(x)))[()]


def selu_grad(x: ArrayLike) -> Any:
    """The slope of SELU: `SCALE` where x > 0, else SCALE * ALPHA * exp(x)."""
    x = real(x, "x")
    return (x.dtype.type(SCALE) * np.where(x > 0, 1, x.dtype.type(ALPHA) * elu_grad(x)))[()]


@quiet
def gelu(x: ArrayLike) -> Any:
    """x times the chance that a standard normal number lies below x."""
    x = real(x, "x")
    return x * _below(x)


@quiet
def gelu_grad(x: ArrayLike) -> Any:
    """That chance, and x times the height of the bell curve at x."""
    x = real(x, "x")
    return _below(x) + x * np.exp(-x * x / 2) * x.dtype.type(1 / np.sqrt(2 * np.pi))


def silu(x: ArrayLike) -> Any:
    """x times the sigmoid of x: Swish with beta = 1."""
    return swish(x, 1)


def silu_grad(x: ArrayLike) -> Any:
    """s + x s (1 - s), with s the sigmoid of x."""
    return swish_grad(x, 1)


@quiet
def swish(x: ArrayLike, beta: float) -> Any:
    """x times the sigmoid of beta x."""
    x = real(x, "x")
    return x * _sigmoid(beta * x)


@quiet
def swish_grad(x: ArrayLike, beta: float) -> Any:
    """The slope of Swish in x: s + beta x s (1 - s), with s the sigmoid of beta x."""
    x = real(x, "x")
    return _sigmoid(beta * x) * (1 + beta * x * _sigmoid(-beta * x))


@quiet
def swish_grad_beta(x: ArrayLike, beta: float) -> Any:
    """The slope of Swish in beta: x^2 s (1 - s), with s the sigmoid of beta x."""
    x = real(x, "x")
    return x * (x * _sigmoid(beta * x) * _sigmoid(-beta * x))


@quiet
def softplus(x: ArrayLike) -> Any:
    """log(1 + exp(x)): ReLU with its corner rounded."""
    x = real(x, "x")
    return np.logaddexp(x.dtype.type(0), x)


@quiet
def softplus_grad(x: ArrayLike) -> Any:
    """The sigmoid of x."""
    return _sigmoid(real(x, "x"))


def tanh(x: ArrayLike) -> Any:
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x))."""
    return np.tanh(real(x, "x"))


@quiet
def tanh_grad(x: ArrayLike) -> Any:
    """1 - tanh(x)^2, which is 1 / cosh(x)^2: so written, it is not 0 too early."""
    return np.cosh(real(x, "x")) ** -2.0


@quiet
def mish(x: ArrayLike) -> Any:
    """x times tanh(softplus(x))."""
    x = real(x, "x")
    return x * np.tanh(softplus(x))


@quiet
def mish_grad(x: ArrayLike) -> Any:
    """t + x s (1 - t^2), with t = tanh(softplus(x)) and s the sigmoid of x."""
    x = real(x, "x")
    gate = np.tanh(softplus(x))
    return gate + x * (1 - gate**2) * _sigmoid(x)


def hard_swish(x: ArrayLike) -> Any:
    """0 left of -3, x right of 3, and x (x + 3) / 6 between them."""
    x = real(x, "x")
    return x * (np.clip(x + 3, 0, 6) / 6)


@quiet
def hard_swish_grad(x: ArrayLike) -> Any:
    """0 left of -3, 1 right of 3, and (2 x + 3) / 6 between; at the two kinks as outside."""
    x = real(x, "x")
    return np.where(np.abs(x) < 3, (2 * x + 3) / 6, np.heaviside(x, 0))[()]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(x.dtype.type(0), -x))


def _below(x: np.ndarray) -> np.ndarray:
    """The chance that a standard normal number lies below x."""
    return (_erfc(-x / np.sqrt(2)) / 2).astype(x.dtype)


class Known(NamedTuple):
    """What stands on the shelf: the function, its derivative, the formula, the year, the source."""

    f: Callable[[ArrayLike], Any]
    df: Callable[[ArrayLike], Any]
    formula: str
    year: int
    source: str


SHELF = {
    "tanh": Known(
        tanh,
        tanh_grad,
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        1998,
        "Y. LeCun, L. Bottou, G. Orr, K.-R. Müller: Efficient BackProp, which recommends it",
    ),
    "softplus": Known(
        softplus,
        softplus_grad,
        "log(1 + exp(x))",
        2000,
        "C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia: Incorporating Second-Order "
        "Functional Knowledge for Better Option Pricing",
    ),
    "ELU": Known(
        elu,
        elu_grad,
        "x for x > 0, else exp(x) - 1",
        2015,
        "D.-A. Clevert, T. Unterthiner, S. Hochreiter: arXiv:1511.07289",
    ),
    "GELU": Known(
        gelu,
        gelu_grad,
        "x times the chance that a standard normal number lies below x",
        2016,
        "D. Hendrycks, K. Gimpel: arXiv:1606.08415",
    ),
    "SiLU": Known(
        silu,
        silu_grad,
        "x / (1 + exp(-x)), also called Swish",
        2017,
        "S. Elfwing, E. Uchibe, K. Doya: arXiv:1702.03118; as Swish, with beta, "
        "P. Ramachandran, B. Zoph, Q. Le: arXiv:1710.05941",
    ),
    "SELU": Known(
        selu,
        selu_grad,
        "1.0507 x for x > 0, else 1.7581 (exp(x) - 1)",
        2017,
        "G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter: arXiv:1706.02515",
    ),
    "Mish": Known(mish, mish_grad, "x tanh(log(1 + exp(x)))", 2019, "D. Misra: arXiv:1908.08681"),
    "hard-swish": Known(
        hard_swish,
        hard_swish_grad,
        "0 for x < -3, x for x > 3, else x (x + 3) / 6",
        2019,
        "A. Howard and others, Searching for MobileNetV3: arXiv:1905.02244",
    ),
}
