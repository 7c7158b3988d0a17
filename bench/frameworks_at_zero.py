"""What PyTorch, Keras and JAX/Flax answer where ReLU and PReLU are a matter of choice.

At 0 the slope jumps, so every framework has to pick a derivative; at NaN and the infinities it is
easy to get something by accident. Run this to see those choices beside each other::

    python bench/frameworks_at_zero.py

A framework that is not installed gets a line that says so. Keras runs on JAX, PyTorch or
TensorFlow, whichever is found first; set KERAS_BACKEND to choose.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

POINTS = {"0": 0.0, "NaN": math.nan, "+inf": math.inf, "-inf": -math.inf}
ALPHAS = (0.25, 0.0)
CHANNELS, FEATURES = 3, (4, 4, 3)  # an image batch's layout, to show what shape alpha takes


class Answer(NamedTuple):
    """What a function says at one point; ``d_alpha`` is None when there is no alpha."""

    value: float
    d_x: float
    d_alpha: float | None = None

    def __str__(self) -> str:
        """'value, df/dx[, df/dalpha]' in a few characters."""
        # + 0.0 turns the sign of a -0, which is of no interest here
        return ", ".join(f"{part + 0.0:g}" for part in self if part is not None)


class Row(NamedTuple):
    """One spelling of an activation, and how to ask it for a value and its derivatives."""

    name: str
    ask: Callable[[float], Answer]


class Report(NamedTuple):
    """Everything that one framework answers."""

    title: str
    rows: list[Row]
    alphas: list[str]  # sentences: how alpha starts, and with what shape


# --- PyTorch ---------------------------------------------------------------------------------


def torch_answer(function: Callable[..., Any], x: float, alpha: float | None = None) -> Answer:
    """Evaluate a PyTorch function at one point and differentiate it by backward()."""
    import torch

    leaves = [torch.tensor([v], requires_grad=True) for v in (x, alpha) if v is not None]
    result = function(*leaves)
    result.backward(torch.ones_like(result))
    # grad is None when the output does not depend on a leaf at all
    return Answer(result.item(), *(math.nan if p.grad is None else p.grad.item() for p in leaves))


def torch_spellings() -> dict[str, Callable]:
    """Ways to write ReLU in PyTorch, and its leaky cousin."""
    import torch

    return {
        "torch.relu(x)": torch.relu,
        "torch.maximum(x, 0)": lambda x: torch.maximum(x, torch.zeros_like(x)),
        "x.clamp(min=0)": lambda x: x.clamp(min=0),
        "torch.where(x > 0, x, 0)": lambda x: torch.where(x > 0, x, torch.zeros_like(x)),
        "F.leaky_relu(x, 0.01)": lambda x: torch.nn.functional.leaky_relu(x, 0.01),
    }


def torch_report() -> Report:
    """PyTorch: its ways to write ReLU, and nn.PReLU."""
    import torch

    layers = {"nn.PReLU()": torch.nn.PReLU(), f"nn.PReLU({CHANNELS})": torch.nn.PReLU(CHANNELS)}
    rows = plain_rows(torch_answer, torch_spellings())
    rows += prelu_rows(torch_answer, "F.prelu", torch.nn.functional.prelu)
    alphas = [alpha_line(name, layer.weight.detach()) for name, layer in layers.items()]
    return Report(f"PyTorch {torch.__version__}", rows, alphas)


# --- JAX and Flax ----------------------------------------------------------------------------


def jax_answer(function: Callable[..., Any], x: float, alpha: float | None = None) -> Answer:
    """Evaluate a JAX function at one point and differentiate it by jax.grad."""
    import jax
    import jax.numpy as jnp

    inputs = [jnp.asarray(v) for v in (x, alpha) if v is not None]
    derivatives = jax.grad(function, argnums=tuple(range(len(inputs))))(*inputs)
    return Answer(float(function(*inputs)), *map(float, derivatives))


def jax_report() -> Report:
    """JAX has no PReLU of its own; Flax adds it."""
    import jax
    import jax.numpy as jnp

    spellings = {
        "jax.nn.relu(x)": jax.nn.relu,
        "jnp.maximum(x, 0)": lambda x: jnp.maximum(x, 0.0),
        "jnp.clip(x, min=0)": lambda x: jnp.clip(x, min=0.0),
        "jnp.where(x > 0, x, 0)": lambda x: jnp.where(x > 0, x, 0.0),
        "jax.nn.leaky_relu(x, 0.01)": lambda x: jax.nn.leaky_relu(x, 0.01),
    }
    return Report(f"JAX {jax.__version__}", plain_rows(jax_answer, spellings), [])


def flax_functions() -> dict[str, Callable]:
    """Flax's two PReLUs as functions of x and alpha.

    linen keeps its parameters outside the module, nnx inside: each is given alpha in its own way.
    """
    import jax.numpy as jnp
    from flax import linen, nnx

    def linen_prelu(x: Any, alpha: Any) -> Any:
        return linen.PReLU().apply({"params": {"negative_slope": alpha}}, x)

    def nnx_prelu(x: Any, alpha: Any) -> Any:
        return nnx.PReLU(negative_slope_init=alpha, param_dtype=jnp.float32)(x)

    return {"linen.PReLU": linen_prelu, "nnx.PReLU": nnx_prelu}


def flax_report() -> Report:
    """Flax: linen.PReLU and nnx.PReLU, each with one scalar alpha."""
    import flax
    import jax
    from flax import linen, nnx

    rows = [row for name, f in flax_functions().items() for row in prelu_rows(jax_answer, name, f)]
    parameters = linen.PReLU().init(jax.random.key(0), jax.numpy.zeros((1, *FEATURES)))
    starts = {
        "linen.PReLU()": parameters["params"]["negative_slope"],
        "nnx.PReLU()": nnx.PReLU().negative_slope[...],
    }
    alphas = [alpha_line(name, start) for name, start in starts.items()]
    return Report(f"Flax {flax.__version__}", rows, alphas)


# --- Keras -----------------------------------------------------------------------------------


def keras_backend() -> str:
    """Return the backend to run Keras on: KERAS_BACKEND, else the first one installed."""
    installed = [n for n in ("jax", "torch", "tensorflow") if importlib.util.find_spec(n)]
    return os.environ.get("KERAS_BACKEND") or next(iter(installed), "tensorflow")


def tensorflow_answer(function: Callable[..., Any], x: float, alpha: float | None = None) -> Answer:
    """Evaluate a TensorFlow function at one point and differentiate it by a GradientTape."""
    tf: Any = importlib.import_module("tensorflow")
    inputs = [tf.Variable([v]) for v in (x, alpha) if v is not None]
    with tf.GradientTape() as tape:
        result = function(*inputs)
    return Answer(float(result[0]), *(float(d[0]) for d in tape.gradient(result, inputs)))


def keras_spellings(keras: Any) -> dict[str, Callable]:
    """Ways to write ReLU in Keras, and its leaky cousin."""
    return {
        "keras.activations.relu(x)": keras.activations.relu,
        "keras.ops.maximum(x, 0)": lambda x: keras.ops.maximum(x, 0.0),
        "keras.activations.leaky_relu": lambda x: keras.activations.leaky_relu(x, 0.01),
    }


def keras_report() -> Report:
    """Keras: relu by its names, and layers.PReLU with and without shared_axes."""
    os.environ["KERAS_BACKEND"] = backend = keras_backend()  # has to be set before the import
    import keras

    answers = {"torch": torch_answer, "jax": jax_answer, "tensorflow": tensorflow_answer}
    rows = plain_rows(answers[backend], keras_spellings(keras))
    rows += prelu_rows(answers[backend], "layers.PReLU", keras_prelu(keras))
    alphas = [
        alpha_line("layers.PReLU()", keras_alpha(keras)),
        alpha_line("layers.PReLU(shared_axes=[1, 2])", keras_alpha(keras, shared_axes=[1, 2])),
    ]
    return Report(f"Keras {keras.__version__} on {backend}", rows, alphas)


def keras_alpha(keras: Any, **options: Any) -> Any:
    """The alpha that a fresh layers.PReLU makes for FEATURES, as an array."""
    layer = keras.layers.PReLU(**options)
    layer.build((None, *FEATURES))
    return keras.ops.convert_to_numpy(layer.alpha)


def keras_prelu(keras: Any) -> Callable[..., Any]:
    """layers.PReLU's own call() as a function of x and alpha, so that alpha can be differentiated.

    call() reads nothing from the layer but ``self.alpha``, which is why a stand-in will do; a real
    layer's variable cannot be swapped for a traced value on every backend.
    """

    class StandIn:
        alpha: Any = None

    def prelu(x: Any, alpha: Any) -> Any:
        stand_in = StandIn()
        stand_in.alpha = alpha
        return keras.layers.PReLU.call(stand_in, x)

    return prelu


# --- the table -------------------------------------------------------------------------------


def plain_rows(answer: Callable[..., Answer], spellings: dict[str, Callable]) -> list[Row]:
    """A row for each function of x alone."""
    return [
        Row(name, lambda x, function=function: answer(function, x))
        for name, function in spellings.items()
    ]


def prelu_rows(answer: Callable[..., Answer], name: str, prelu: Callable[..., Any]) -> list[Row]:
    """A row for each alpha of a function of x and alpha."""
    return [
        Row(f"{name}, alpha = {alpha:g}", lambda x, alpha=alpha: answer(prelu, x, alpha))
        for alpha in ALPHAS
    ]


def alpha_line(name: str, alpha: Any) -> str:
    """'nn.PReLU(): alpha starts at 0.25, shape (1,)'."""
    starts = sorted({float(value) for value in alpha.reshape(-1)})
    values = ", ".join(f"{value:g}" for value in starts)
    return f"{name}: alpha starts at {values}, shape {tuple(alpha.shape)}"


def print_report(report: Report) -> None:
    """One framework's table, then how its alpha starts."""
    print(f"\n{report.title}")
    print(f"  {'value, df/dx[, df/dalpha] at':<36}" + "".join(f"{p:<18}" for p in POINTS))
    for row in report.rows:
        cells = "".join(f"{row.ask(x)!s:<18}" for x in POINTS.values())
        print(f"  {row.name:<36}{cells}".rstrip())
    for line in report.alphas:
        print(f"  {line}")


def reports() -> Iterator[tuple[str, Callable[[], Report]]]:
    """The module to look for, and what to ask when it is there."""
    yield "torch", torch_report
    yield "keras", keras_report
    yield "jax", jax_report
    yield "flax", flax_report


def main() -> None:
    """Print what each installed framework answers."""
    print(f"alpha's shape is shown for features {FEATURES}, channels last.")
    for module, report in reports():
        if importlib.util.find_spec(module) is None:
            print(f"\n{module}: not installed")
        else:
            print_report(report())


if __name__ == "__main__":
    main()
