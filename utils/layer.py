"""What all layers have: parameters, and first weights; and what a network asks of them."""

from collections.abc import Iterable
from itertools import takewhile

import numpy as np
from numpy.typing import ArrayLike

from utils.arguments import one_number, quiet, real, several, whole_number


class Layer:
    """Arrays that are learned, `params`, and their gradients, `grads`, of the same shapes.

    Beside them it has `forward` and `backward`, and may say how many numbers an example it takes,
    `inputs`, and gives, `outputs`; without that it takes any, and gives as many.
    """

    inputs: int | None = None

    def __init__(self, *params: np.ndarray) -> None:
        self.params = list(params)
        self.grads = [np.zeros_like(param) for param in params]


class Parameter:
    """A name for the array at one place of `params`: what is assigned to it is written into it.

    The network and the optimiser hold that array, and would go on with it if it were replaced.
    """

    def __init__(self, place: int) -> None:
        self.place = place

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Layer, owner: type) -> np.ndarray:
        return layer.params[self.place]

    def __set__(self, layer: Layer, values: ArrayLike) -> None:
        array, values = layer.params[self.place], real(values, self.name)
        if values.shape not in ((), array.shape):
            raise ValueError(f"{self.name} must have shape {array.shape}, got {values.shape}")
        array[...] = values


@quiet
def initial_std(inputs: int, init: str | float = "he", alpha: float = 0.0) -> float:
    """The standard deviation of a layer's first weights, `inputs` to a unit.

    "he" keeps the signal's variance through ReLU (alpha = 0) or PReLU: (1/2)(1 + alpha^2) n Var = 1
    (He et al. 2015, section 2.2); "xavier" through a linear layer: n Var = 1. Or a number itself.
    """
    inputs, alpha = whole_number(inputs, "inputs"), one_number(alpha, "alpha")
    if not isinstance(init, str):
        return one_number(init, "init", 0)
    if init not in ("he", "xavier"):
        raise ValueError(f'init must be "he", "xavier" or a standard deviation, got {init!r}')
    gain = 2 / (1 + np.square(alpha)) if init == "he" else 1
    return float(np.sqrt(gain / inputs))


def layers_that_fit(layers: Iterable[Layer]) -> list[Layer]:
    """`layers` as a list, if they can stand one after the other; else TypeError or ValueError."""
    layers, numbers = list(several(layers, "layers")), None
    for place, layer in enumerate(layers):
        name = type(layer).__name__
        if isinstance(layer, type) or not (hasattr(layer, "forward") and hasattr(layer, "params")):
            raise TypeError(f"layers must be layers that are made, as ReLU(), got {layer!r:.60}")
        if any(layer is other for other in layers[:place]):  # it keeps one input, and one gradient
            raise ValueError(f"layers must all be different, got the same {name} in two places")
        takes = getattr(layer, "inputs", None)
        if None not in (takes, numbers) and takes != numbers:
            found = f"got {numbers} before a {name} that takes {takes}"
            raise ValueError(f"layers must fit each other in numbers an example, {found}")
        own = not hasattr(layer, "inputs")  # a reader's own layer, of which nothing is known
        numbers = None if own else getattr(layer, "outputs", takes or numbers)
    return layers


def input_that_fits(x: ArrayLike, layers: list[Layer]) -> np.ndarray:
    """`x` as floats, if it has as many numbers an example as the first layer that says so takes."""
    x = real(x, "x")
    known = takewhile(lambda layer: hasattr(layer, "inputs"), layers)
    first = next((layer for layer in known if layer.inputs), None)
    if first is None:
        return x
    flat = hasattr(first, "outputs")  # a Linear takes no more axes
    if x.shape[1:2] != (first.inputs,) or (flat and x.ndim > 2):
        more = "" if flat else ", ..."
        raise ValueError(f"x must have shape (examples, {first.inputs}{more}), got {x.shape}")
    return x
