"""A neural network in numpy, small enough to read in one sitting.

A layer keeps its input in `forward`. Its `backward` takes the gradient of the loss in its output,
writes the gradients of its own `params` into `grads` (same order, same shapes), and returns the
gradient in its input. So PReLU's slope is one more parameter and needs no special case.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike


class Layer(Protocol):
    """What a network asks of a layer."""

    params: list[np.ndarray]
    grads: list[np.ndarray]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The output for the input `x`."""

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """From the gradient in the output to the gradient in the input."""


def initial_std(inputs: int, init: str | float = "he", alpha: float = 0.0) -> float:
    """The standard deviation of a layer's first weights, `inputs` to a unit.

    "he" keeps the signal's variance through ReLU (alpha = 0) or PReLU: (1/2)(1 + alpha^2) n Var = 1
    (He et al. 2015, section 2.2). "xavier" keeps it through a linear layer: n Var = 1. A number is
    taken as it is; anything else raises ValueError.
    """
    if init == "he":
        return float(np.sqrt(2 / ((1 + alpha**2) * inputs)))
    if init == "xavier":
        return float(np.sqrt(1 / inputs))
    if isinstance(init, str) or not 0 <= init < np.inf:
        raise ValueError(f'init must be "he", "xavier" or a standard deviation, got {init!r}')
    return float(init)


class Linear:
    """x @ weight + bias.

    Args:
        inputs, outputs: weight has shape (inputs, outputs), bias (outputs,).
        rng: draws the weights, normal with the standard deviation `initial_std` of `init`, `alpha`.
        bias: what every bias starts at.
    """

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
        weight = rng.standard_normal((inputs, outputs)) * initial_std(inputs, init, alpha)
        self.weight, self.bias = weight.astype(dtype), np.full(outputs, bias, dtype)
        self.params = [self.weight, self.bias]
        self.grads = [np.zeros_like(param) for param in self.params]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """From (examples, inputs) to (examples, outputs), the pre-activations."""
        if x.ndim != 2 or x.shape[1] != len(self.weight):
            raise ValueError(f"x must have shape (examples, {len(self.weight)}), got {x.shape}")
        self.x = x
        output = x @ self.weight
        output += self.bias
        return output

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """Fill the gradients of weight and bias, summed over the examples."""
        np.matmul(self.x.T, grad, out=self.grads[0])
        grad.sum(axis=0, out=self.grads[1])
        return grad @ self.weight.T


class ReLU:
    """max(0, x)."""

    def __init__(self) -> None:
        self.params: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Any shape."""
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """The gradient passes where x > 0."""
        return grad * (self.x > 0)


class LeakyReLU:
    """x where x > 0, else slope * x, with a fixed slope."""

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope
        self.params: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Any shape."""
        self.x, self.gate = x, _gate(x, x.dtype.type(self.slope))
        return x * self.gate

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """The gradient passes whole where x > 0, else times the slope."""
        return grad * self.gate


class PReLU:
    """x where x > 0, else alpha * x, with alpha learned.

    Args:
        alpha: where it starts; 0.25 as in He et al. 2015.
        channels: None for one alpha that all share; else one a channel, channels on axis 1.
    """

    def __init__(
        self, alpha: float = 0.25, channels: int | None = None, dtype: DTypeLike = np.float32
    ) -> None:
        self.alpha = np.full(1 if channels is None else channels, alpha, dtype)
        self.channels = channels
        self.params = [self.alpha]
        self.grads = [np.zeros_like(self.alpha)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Any shape; with an alpha for each channel, (examples, channels, ...)."""
        if self.channels is not None and x.shape[1:2] != (self.channels,):
            raise ValueError(f"x must have shape (examples, {self.channels}, ...), got {x.shape}")
        self.x, self.gate = x, _gate(x, self.alpha.reshape(-1, *[1] * (x.ndim - 2)))
        return x * self.gate

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """Fill alpha's gradient, summed over all that share it (He et al. 2015, eq. 2 and 3)."""
        left = np.minimum(self.x, 0)  # df/dalpha
        if self.channels is None:
            self.grads[0][...] = np.vdot(grad, left)
        else:
            (grad * left).sum(axis=(0, *range(2, left.ndim)), out=self.grads[0])
        return grad * self.gate


def _gate(x: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """1 where x > 0, else `slope`: the factor on the way forward, and on the way back."""
    return np.where(x > 0, x.dtype.type(1), slope)


class Network:
    """Layers, one after the other."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = list(layers)

    @property
    def params(self) -> list[np.ndarray]:
        """Every layer's parameters, first layer first."""
        return [param for layer in self.layers for param in layer.params]

    @property
    def grads(self) -> list[np.ndarray]:
        """Their gradients, in the same order."""
        return [grad for layer in self.layers for grad in layer.grads]

    def forward(self, x: np.ndarray) -> Any:
        """Through all layers, in the dtype of the parameters."""
        x = np.asarray(x, dtype=self.params[0].dtype if self.params else None)
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """Back through all layers, filling their `grads`."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad
