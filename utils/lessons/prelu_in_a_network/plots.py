"""The pictures of PReLU in a network."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from utils.style import BALL, COLOURS, Artists, Panels, draw_axes, draw_lines

LAST = {"markevery": [-1], "markersize": 7}  # a dot where a line ends, and so where it begins
LOOKS = {"relu": ("ReLU", "-"), "leaky": ("leaky ReLU", "--"), "prelu": ("PReLU", "-.")}
LOSSES = (1e-4, 10.0)  # the span of the loss's axis
ALPHAS = (-2.0, 3.0)  # the span of alpha's axis beside the three networks
SIGNALS = (1e-10, 1e10)
INIT_LINES = {
    "Xavier": ("wrong", ":", "s"),
    "He": ("relu", "--", "o"),
    "He, 1 + a^2": ("prelu", "-", "^"),
}


def draw_digits(axes: Sequence[Axes], images: np.ndarray, labels: np.ndarray) -> None:
    """An image of 8 x 8 pixels on each of `axes`, its label above it."""
    for ax, image, label in zip(axes, images, labels, strict=False):
        ax.imshow(image.reshape(8, 8), cmap="gray_r")
        ax.set(title=str(label), xticks=[], yticks=[])


def draw_learning(axes: Panels, epochs: int, layers: int) -> Artists:
    """Frames for networks that learn side by side, on axes "loss", "accuracy", "inactive", "alpha".

    The first three over `epochs`, the last over `layers`.
    """
    axes["loss"].set(xlabel="epoch", title="training loss", yscale="log", ylim=LOSSES)
    draw_axes(axes["accuracy"], "epoch", "test accuracy")
    draw_axes(axes["inactive"], "epoch", "inactive units, share")
    draw_axes(axes["alpha"], "hidden layer", "alpha")
    for name in ("loss", "accuracy", "inactive"):
        axes[name].set_xlim(0, epochs)
    for name in ("accuracy", "inactive"):
        axes[name].set_ylim(-0.03, 1.03)
    axes["alpha"].set(xlim=(0.4, layers + 0.6), ylim=ALPHAS, xticks=range(1, layers + 1))
    return draw_lines(axes, _learning_lines())


def _learning_lines() -> dict[str, tuple]:
    dots = {"markersize": 3, "alpha": 0.5}
    lines: dict[str, tuple] = {}
    for kind, (name, dash) in LOOKS.items():
        lines[f"{kind}_loss"] = ("loss", f"o{dash}", kind, LAST | {"label": name})
        lines[f"{kind}_accuracy"] = ("accuracy", f"o{dash}", kind, LAST)
        lines[f"{kind}_inactive"] = ("inactive", f"o{dash}", kind, LAST)
    lines["start"] = ("alpha", ":", "dead", {"linewidth": 2, "label": "alpha's start"})
    lines["alphas"] = ("alpha", "o", "prelu", dots)
    lines["alpha"] = ("alpha", "o", "prelu", {**BALL, "markersize": 10})
    return lines


def draw_learned_alphas(
    axes: Sequence[Axes], ours: Mapping[str, np.ndarray], published: Mapping[str, tuple]
) -> None:
    """Learned alpha, layer by layer: `ours` on the left, on the right what He et al. published.

    `ours` has arrays of shape (seeds, layers): each seed a small mark, their mean a line.
    """
    lines = {"shared": ("-", "o", COLOURS["prelu"]), "channel-wise (mean)": ("--", "^", "white")}
    theirs = dict(zip(lines, np.array(list(published.values())).T, strict=True))
    for ax, found in zip(axes, (ours, theirs), strict=True):
        draw_axes(ax, "layer", "alpha")
        for name, (dash, mark, fill) in lines.items():
            rows = np.atleast_2d(found[name])
            layers = np.arange(1, rows.shape[1] + 1)
            style = {"marker": mark, "color": COLOURS["prelu"], "markerfacecolor": fill}
            ax.plot(layers, rows.T, linestyle="", markersize=5, alpha=0.6, **style)
            ax.plot(layers, rows.mean(axis=0), dash, markersize=8, label=name, **style)
        ax.set(xlim=(0.5, len(layers) + 0.5), ylim=(-0.1, 1.3), xticks=layers)
    axes[0].set_title("alpha, our networks on digits")
    axes[1].set_title("alpha, He et al. 2015 on ImageNet")
    axes[0].legend(loc="upper left")


def draw_decay_run(axes: Panels, epochs: int, layers: int) -> Artists:
    """Frames for alpha under weight decay: axes "path", alpha over epochs, and "shape", f(x)."""
    draw_axes(axes["path"], "epoch", "alpha of each hidden layer")
    draw_axes(axes["shape"], "pre-activation x", "f(x) of each hidden layer")
    axes["path"].set(xlim=(0, epochs), ylim=(-0.5, 4))
    axes["shape"].set(xlim=(-1, 1), ylim=(-2.5, 1))
    named = {0: {"label": "first layer"}, layers - 1: {"label": "last layer"}}
    lines = {"relu": ("shape", "--", "relu", {"label": "ReLU"})}
    for layer in range(layers):
        lines[f"path_{layer}"] = ("path", "o-", "prelu", LAST | named.get(layer, {}))
        lines[f"shape_{layer}"] = ("shape", "-", "prelu", {"linewidth": 1.5})
    artists = draw_lines(axes, lines)
    artists["relu"].set(data=([-1, 0, 1], [0, 0, 1]), linewidth=5)
    shade_layers(axes["path"].figure.legends[0].legend_handles[:2])
    return artists


def shade_layers(lines: Sequence[Line2D]) -> None:
    """The first line lightest, the last in full colour."""
    for line, share in zip(lines, np.linspace(0.35, 1, len(lines)), strict=True):
        line.set_color(1 + share * (np.array(to_rgb(COLOURS["prelu"])) - 1))


def draw_signals(ax: Axes, layers: int) -> Artists:
    """A frame for the variance of the pre-activations, on a log scale, over `layers` layers."""
    ax.set(xlabel="layer", title="variance of the pre-activations (log scale)", yscale="log")
    ax.set(xlim=(0.5, layers + 0.5), ylim=SIGNALS)
    lines = {}
    for name, (role, dash, mark) in INIT_LINES.items():
        wide = {"linewidth": 7, "alpha": 0.25}
        lines[f"{name}_expected"] = ("signal", "-", role, wide)
        style = {"label": name.replace("^2", "²"), "markersize": 5, "linewidth": 1.5}
        lines[name] = ("signal", dash + mark, role, style)
    return draw_lines({"signal": ax}, lines)
