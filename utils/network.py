"""A neural network in numpy, small enough to read in one sitting.

A layer keeps its input in `forward`. Its `backward` takes the gradient of the loss in its output,
writes the gradients of its own `params` into `grads` (same order, same shapes), and returns the
gradient in its input. So PReLU's slope is one more parameter and needs no special case.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from utils.arguments import (
    float_type,
    generator,
    one_number,
    quiet,
    real,
    several,
    shaped,
    whole_number,
)


class Layer(Protocol):
    """What a network asks of a layer."""

    params: list[np.ndarray]
    grads: list[np.ndarray]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The output for the input `x`."""

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """From the gradient in the output to the gradient in the input."""


@quiet
def initial_std(inputs: int, init: str | float = "he", alpha: float = 0.0) -> float:
    """The standard deviation of a layer's first weights, `inputs` to a unit.

    "he" keeps the signal's variance through ReLU (alpha = 0) or PReLU: (1/2)(1 + alpha^2) n Var = 1
    (He et al. 2015, section 2.2). "xavier" keeps it through a linear layer: n Var = 1. A number is
    taken as it is; anything else raises ValueError.
    """
    inputs, alpha = whole_number(inputs, "inputs"), one_number(alpha, "alpha")
    if not isinstance(init, str):
        return one_number(init, "init", 0)
    if init not in ("he", "xavier"):
        raise ValueError(f'init must be "he", "xavier" or a standard deviation, got {init!r}')
    gain = 2 / (1 + np.square(alpha)) if init == "he" else 1
    return float(np.sqrt(gain / inputs))


class Linear:
    """x @ weight + bias.

    Args:
        inputs, outputs: weight has shape (inputs, outputs), bias (outputs,).
        rng: draws the weights, normal with the standard deviation `initial_std` of `init`, `alpha`.
        bias: what every bias starts at.
    """

    @quiet
    def __init__(
        self,
        inputs: int,
        outputs: int,
        rng: np.random.Generator,
        init: str | float = "he",
        alpha: float = 0.0,
        bias: float = 0.0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        scale, dtype = initial_std(inputs, init, alpha), float_type(dtype)
        whole_number(inputs * whole_number(outputs, "outputs"), "inputs x outputs")
        weight = generator(rng, "rng").standard_normal((inputs, outputs)) * scale
        bias = one_number(bias, "bias")
        self.weight, self.bias = weight.astype(dtype), np.full(outputs, bias, dtype)
        self.params = [self.weight, self.bias]
        self.grads = [np.zeros_like(param) for param in self.params]

    def forward(self, x: ArrayLike) -> np.ndarray:
        """From (examples, inputs) to (examples, outputs), the pre-activations."""
        x = real(x, "x")
        if x.ndim != 2 or x.shape[1] != len(self.weight):
            raise ValueError(f"x must have shape (examples, {len(self.weight)}), got {x.shape}")
        self.x = x
        output = x @ self.weight
        output += self.bias
        return output

    def backward(self, grad: ArrayLike) -> np.ndarray:
        """Fill the gradients of weight and bias, summed over the examples."""
        x = _kept(self)
        grad = _gradient(grad, (len(x), len(self.bias)))
        np.matmul(x.T, grad, out=self.grads[0])
        grad.sum(axis=0, out=self.grads[1])
        return grad @ self.weight.T


class ReLU:
    """max(0, x)."""

    def __init__(self) -> None:
        self.params: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Any shape."""
        self.x = real(x, "x")
        return np.maximum(self.x, 0)

    def backward(self, grad: ArrayLike) -> np.ndarray:
        """The gradient passes where x > 0."""
        x = _kept(self)
        return _gradient(grad, x.shape) * (x > 0)


class LeakyReLU:
    """x where x > 0, else slope * x, with a fixed slope."""

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = one_number(slope, "slope")
        self.params: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Any shape."""
        self.x = x = real(x, "x")
        self.gate = _gate(x, x.dtype.type(self.slope))
        return x * self.gate

    def backward(self, grad: ArrayLike) -> np.ndarray:
        """The gradient passes whole where x > 0, else times the slope."""
        return _gradient(grad, _kept(self).shape) * self.gate


class PReLU:
    """x where x > 0, else alpha * x, with alpha learned.

    Args:
        alpha: where it starts; 0.25 as in He et al. 2015.
        channels: None for one alpha that all share; else one a channel, channels on axis 1.
    """

    @quiet
    def __init__(
        self, alpha: float = 0.25, channels: int | None = None, dtype: DTypeLike = np.float32
    ) -> None:
        count = 1 if channels is None else whole_number(channels, "channels")
        self.alpha = np.full(count, one_number(alpha, "alpha"), float_type(dtype))
        self.channels = channels
        self.params = [self.alpha]
        self.grads = [np.zeros_like(self.alpha)]

    def forward(self, x: ArrayLike) -> np.ndarray:
        """Any shape; with an alpha for each channel, (examples, channels, ...)."""
        x, spread = real(x, "x"), () if self.channels is None else (-1, *[1] * (np.ndim(x) - 2))
        if self.channels is not None and x.shape[1:2] != (self.channels,):
            raise ValueError(f"x must have shape (examples, {self.channels}, ...), got {x.shape}")
        self.x, self.gate = x, _gate(x, self.alpha.reshape(spread))
        return x * self.gate

    def backward(self, grad: ArrayLike) -> np.ndarray:
        """Fill alpha's gradient, summed over all that share it (He et al. 2015, eq. 2 and 3)."""
        left = np.minimum(_kept(self), 0)  # df/dalpha
        grad = _gradient(grad, left.shape)
        if self.channels is None:
            self.grads[0][...] = np.vdot(grad, left)
        else:
            (grad * left).sum(axis=(0, *range(2, left.ndim)), out=self.grads[0])
        return grad * self.gate


def _gate(x: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """1 where x > 0, else `slope`: the factor on the way forward, and on the way back."""
    return np.where(x > 0, x.dtype.type(1), slope)


def _kept(layer: Layer) -> np.ndarray:
    """The input that `layer` was given in its last `forward`."""
    if not hasattr(layer, "x"):
        raise ValueError(f"{type(layer).__name__}: backward must come after forward, got none yet")
    return layer.x


def _gradient(grad: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """`grad`, which has the `shape` of the layer's last output."""
    grad = real(grad, "grad")
    return grad if grad.shape == shape else shaped(grad, "grad", *shape)


def a_layer(value: Layer, name: str) -> Layer:
    """`value`, if it is a layer, made already; else TypeError."""
    if not (hasattr(value, "forward") and hasattr(value, "params")):
        raise TypeError(f"{name} must be a layer that is made, such as ReLU(), got {value!r:.60}")
    return value


class Network:
    """Layers, one after the other."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = [a_layer(layer, "each of layers") for layer in several(layers, "layers")]

    @property
    def params(self) -> list[np.ndarray]:
        """Every layer's parameters, first layer first."""
        return [param for layer in self.layers for param in layer.params]

    @property
    def grads(self) -> list[np.ndarray]:
        """Their gradients, in the same order."""
        return [grad for layer in self.layers for grad in layer.grads]

    @quiet
    def forward(self, x: ArrayLike) -> Any:
        """Through all layers, in the dtype of the parameters."""
        x, params = real(x, "x"), self.params
        x = x.astype(params[0].dtype, copy=False) if params else x
        for layer in self.layers:
            x = layer.forward(x)
        return x

    @quiet
    def backward(self, grad: ArrayLike) -> np.ndarray:
        """Back through all layers, filling their `grads`."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad
