"""A neural network in numpy, small enough to read in one sitting.

A layer keeps its input in `forward`. Its `backward` takes the gradient of the loss in its output,
writes the gradients of its own `params` into `grads` (same order, same shapes), and returns the
gradient in its input. So PReLU's slope is one more parameter and needs no special case.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from utils.arguments import float_type, generator, one_number, quiet, whole_number
from utils.layer import Layer, Parameter, initial_std, input_that_fits, layers_that_fit


class Linear(Layer):
    """x @ weight + bias, from (examples, inputs) to (examples, outputs): the pre-activations.

    `rng` draws `weight`, of shape (inputs, outputs), with the `initial_std` of `init` and `alpha`.
    """

    weight, bias = Parameter(0), Parameter(1)

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
        std, dtype = initial_std(inputs, init, alpha), float_type(dtype)
        self.inputs, self.outputs = inputs, whole_number(outputs, "outputs")
        whole_number(inputs * outputs, "inputs x outputs")
        weight = generator(rng, "rng").standard_normal((inputs, outputs)) * std
        super().__init__(weight.astype(dtype), np.full(outputs, one_number(bias, "bias"), dtype))

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, grad: np.ndarray) -> np.ndarray:
        np.matmul(self.x.T, grad, out=self.grads[0], dtype=self.weight.dtype)
        grad.sum(axis=0, out=self.grads[1])
        return grad @ self.weight.T


class ReLU(Layer):
    """max(0, x)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad: np.ndarray) -> np.ndarray:
        return grad * (self.x > 0)


class LeakyReLU(Layer):
    """x where x > 0, else slope * x, with a fixed slope."""

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = one_number(slope, "slope")

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x, one = x, x.dtype.type
        self.gate = np.where(x > 0, one(1), one(self.slope))  # the factor, forward and back
        return x * self.gate

    def backward(self, grad: np.ndarray) -> np.ndarray:
        return grad * self.gate


class PReLU(Layer):
    """x where x > 0, else alpha * x, with alpha learned; from 0.25 on, as in He et al. 2015.

    `channels` None: one alpha that all share. Else one a channel, for x (examples, channels, ...).
    """

    alpha = Parameter(0)

    @quiet
    def __init__(
        self, alpha: float = 0.25, channels: int | None = None, dtype: DTypeLike = np.float32
    ) -> None:
        count = 1 if channels is None else whole_number(channels, "channels")
        super().__init__(np.full(count, one_number(alpha, "alpha"), float_type(dtype)))
        self.inputs = self.channels = channels

    def forward(self, x: np.ndarray) -> np.ndarray:
        along = () if self.channels is None else (-1, *[1] * (x.ndim - 2))
        self.x, self.gate = x, np.where(x > 0, x.dtype.type(1), self.alpha.reshape(along))
        return x * self.gate

    def backward(self, grad: np.ndarray) -> np.ndarray:
        left = np.minimum(self.x, 0, dtype=self.alpha.dtype)  # df/dalpha; all that share it add up
        if self.channels is None:
            self.grads[0][...] = np.vdot(grad, left)
        else:
            (grad * left).sum(axis=(0, *range(2, left.ndim)), out=self.grads[0])
        return grad * self.gate


class Custom(Layer):
    """A function of yours, f(x), with its derivative df(x); or f(x, p) with one number p learned.

    `start`, where p begins, makes it so: then all units share p, df is df/dx(x, p), and `in_p`
    is df/dp(x, p). PReLU is Custom(prelu, prelu_grad_x, lambda x, p: prelu_grad_alpha(x), 0.25).
    """

    def __init__(
        self,
        f: Callable[..., np.ndarray],
        df: Callable[..., np.ndarray],
        in_p: Callable[..., np.ndarray] | None = None,
        start: float | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        learned = () if start is None else [one_number(start, "start")]
        super().__init__(*(np.full(1, number, float_type(dtype)) for number in learned))
        self.f, self.df, self.in_p = f, df, in_p

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x, self.p = x, [param.item() for param in self.params]
        return self.f(x, *self.p)

    def backward(self, grad: np.ndarray) -> np.ndarray:
        for total in self.grads:  # of p, if there is one; all that share it add up
            total[...] = np.vdot(grad, self.in_p(self.x, *self.p))
        return grad * self.df(self.x, *self.p)


class Network:
    """Layers, one after the other."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = layers_that_fit(layers)

    @property
    def params(self) -> tuple[np.ndarray, ...]:
        """Every layer's parameters, first layer first."""
        return tuple(param for layer in self.layers for param in layer.params)

    @property
    def grads(self) -> tuple[np.ndarray, ...]:
        """Their gradients, in the same order."""
        return tuple(grad for layer in self.layers for grad in layer.grads)

    @quiet
    def forward(self, x: ArrayLike) -> np.ndarray:
        """Through all layers, in the dtype of the parameters; ValueError for what does not fit."""
        x, params = input_that_fits(x, layers_that_fit(self.layers)), self.params
        return self.forward_pass(x.astype(params[0].dtype, copy=False) if params else x)

    def forward_pass(self, x: np.ndarray) -> np.ndarray:
        """The same without a look at x: a step of training."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    @quiet
    def backward(self, grad: np.ndarray) -> np.ndarray:
        """Back through all layers after a `forward`, filling their `grads`."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad
