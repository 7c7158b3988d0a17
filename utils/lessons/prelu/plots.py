"""The pictures of PReLU."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from utils.activations import prelu
from utils.style import (
    COLOURS,
    Artists,
    Panels,
    draw_axes,
    draw_number_line,
    draw_point,
    draw_value,
)


def draw_prelu_family(ax: Axes, x: np.ndarray, alphas: Iterable[float]) -> list[Line2D]:
    """PReLU over `x`, a curve for each of `alphas`, told apart by their dashes."""
    draw_axes(ax, "input x", "output f(x)")
    dashes = ("-", "--", ":", "-.")
    curves = []
    for i, alpha in enumerate(alphas):
        label = f"alpha = {alpha:g}"
        style = dashes[i % len(dashes)]
        curves += ax.plot(x, prelu(x, alpha), style, color=COLOURS["prelu"], label=label)
    ax.legend()
    return curves


def draw_prelu_panels(axes: Panels, reach: float) -> Artists:
    """Frames for PReLU and its two derivatives over [-reach, reach]: axes "f", "dx", "dalpha"."""
    marks = {-1: "-1: |x|", 0: "0: ReLU,  0.01: leaky", 1: "1: identity", 2: "2"}
    frames = {
        "f": ("output f(x)", (-2.1 * reach, 1.1 * reach)),
        "dx": ("slope df/dx", (-1.4, 2.4)),
        "dalpha": ("slope df/dalpha", (-1.1 * reach, 0.4 * reach)),
    }
    artists: Artists = {"marker": draw_number_line(axes["line"], -1, 2, marks)}
    for name, (label, heights) in frames.items():
        ax = axes[name]
        draw_axes(ax, "input x", label)
        ax.set(xlim=(-reach, reach), ylim=heights)
        artists[name] = ax.plot([], [], color=COLOURS["prelu"])[0]
        artists[f"{name}_point"], artists[f"{name}_value"] = draw_point(ax), draw_value(ax)
    end = {"marker": "o", "markersize": 8, "color": COLOURS["prelu"]}
    artists["filled"] = axes["dx"].plot([0], [0], **end)[0]
    artists["open"] = axes["dx"].plot([0], [1], **end, mfc="white")[0]
    return artists


def draw_counts(ax: Axes, names: Iterable[str], limit: float) -> Artists:
    """A bar a name on a logarithmic axis up to `limit`, the last one grey."""
    names = list(names)
    ax.set(xscale="log", xlim=(0.8, limit), xlabel="numbers to learn (log scale)")
    bars = ax.barh(names, [1] * len(names), color=COLOURS["prelu"], left=0.8)
    bars[-1].set_facecolor(COLOURS["data"])
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    labels = {f"label {row}": ax.text(1, row, "", va="center") for row in range(len(names))}
    return {f"bar {row}": bar for row, bar in enumerate(bars)} | labels
