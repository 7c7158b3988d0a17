"""How the lessons look: one colour a function, one style, and the drawings of views and cells.

Each draw_* function takes an `ax`, labels it, and returns the artists that change.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from utils.activations import prelu

# Okabe and Ito's palette, told apart by the colour-blind; line styles repeat what colour says.
COLOURS = {
    "relu": "#0072B2",
    "leaky": "#E69F00",
    "prelu": "#009E73",
    "data": "#7F7F7F",
    "dead": "#000000",
    "true": "#D55E00",
    "theory": "#56B4E9",
    "wrong": "#CC79A7",
}
STYLE = {
    "font.size": 12,
    "axes.titlesize": 12,
    "legend.fontsize": 12,
    "figure.dpi": 100,
    "figure.facecolor": "white",  # a dark theme keeps the picture readable
    "axes.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "lines.linewidth": 2.5,
    "axes.titlelocation": "left",
    "legend.frameon": False,
}
matplotlib.rcParams.update(STYLE)  # so that what a reader plots in a cell looks like the views

BALL = {"markersize": 12, "markeredgecolor": "white", "clip_on": False}


def new_figure(width: float, height: float, **grid: Any) -> tuple[Figure, Any]:
    """A figure of `width` x `height` inches in the lessons' style, and its axes.

    `grid` goes to `Figure.subplot_mosaic` (with `mosaic=`) or else to `Figure.subplots`. pyplot is
    left out of it: its list of open figures would keep every picture of a long session alive.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    # Room for longer numbers on an axis later: the layout is made once.
    figure.get_layout_engine().set(w_pad=0.12, rect=(0.03, 0, 0.97, 1))
    make = figure.subplot_mosaic if "mosaic" in grid else figure.subplots
    return figure, make(**grid)


def draw_axes(ax: Axes, xlabel: str, ylabel: str) -> None:
    """Name both axes, the upright one above it in reading direction, and draw x = 0 and y = 0."""
    ax.set(xlabel=xlabel, title=ylabel)
    ax.axhline(0, color="#B0B0B0", linewidth=1, zorder=1)
    ax.axvline(0, color="#B0B0B0", linewidth=1, zorder=1)


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


def draw_number_line(ax: Axes, low: float, high: float, marks: Mapping[float, str]) -> Line2D:
    """A line from `low` to `high` with named `marks` on it; returns the marker that moves on it."""
    ax.set(xlim=(low, high), ylim=(-1, 1), yticks=[])
    ax.set_xticks(list(marks), list(marks.values()))
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.axhline(0, color=COLOURS["data"], linewidth=2)
    ax.plot(list(marks), [0] * len(marks), "|", color=COLOURS["data"], markersize=14, mew=2)
    return ax.plot([low], [0], "o", color=COLOURS["prelu"], markersize=11, clip_on=False)[0]


def draw_value(ax: Axes) -> Text:
    """A large text in the lower right corner, for the number that the picture is about."""
    return ax.text(0.97, 0.04, "", transform=ax.transAxes, ha="right", fontsize=15)


def draw_point(ax: Axes, role: str = "dead") -> Line2D:
    """A dot that moves."""
    return ax.plot([], [], "o", color=COLOURS[role], markersize=10, mec="white", zorder=5)[0]


def draw_prelu_panels(axes: Mapping[str, Axes], reach: float) -> dict[str, Artist]:
    """Frames for PReLU and its two derivatives over [-reach, reach], on axes "f", "dx", "dalpha".

    Returns:
        for each of the three names a curve, "<name>_point" and "<name>_value"; for the jump of
        df/dx at 0 also "filled", the value taken there, and "open", the one not taken.
    """
    frames = {
        "f": ("output f(x)", (-2.1 * reach, 1.1 * reach)),
        "dx": ("slope df/dx", (-1.4, 2.4)),
        "dalpha": ("slope df/dalpha", (-1.1 * reach, 0.4 * reach)),
    }
    artists: dict[str, Artist] = {}
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


def draw_counts(ax: Axes, names: Iterable[str], limit: float) -> tuple[BarContainer, list[Text]]:
    """A bar a name on a logarithmic axis up to `limit`; returns the bars and their labels."""
    names = list(names)
    ax.set(xscale="log", xlim=(0.8, limit), xlabel="numbers to learn (log scale)")
    bars = ax.barh(names, [1] * len(names), color=COLOURS["prelu"], left=0.8)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    return bars, [ax.text(1, row, "", va="center") for row in range(len(names))]


def draw_regime_line(ax: Axes) -> dict[str, Artist]:
    """The learning rate on a line, in units of the edge beyond which it diverges.

    Returns:
        "rate", the marker that moves; "limit", the mark where ringing begins; and the names
        "slow", "one step" and "ringing", which move with it when there is momentum.
    """
    marks = {0: "learning rate 0", 0.5: "half the edge", 1: "the edge", 1.5: "1.5 x edge"}
    artists: dict[str, Artist] = {"rate": draw_number_line(ax, 0, 1.5, marks)}
    artists["limit"] = ax.plot([0.5], [0], "|", color=COLOURS["dead"], markersize=20, mew=3)[0]
    for name, place in {"slow": 0.25, "one step": 0.5, "ringing": 0.75, "divergent": 1.25}.items():
        artists[name] = ax.text(place, 0.7, name, ha="center", va="bottom")
    artists.pop("divergent")
    return artists


def draw_descent(axes: Mapping[str, Axes], reach: float, steps: int) -> dict[str, Artist]:
    """Frames for a descent on alpha: axes "data" over [-reach, reach], "loss" and "path".

    Returns:
        "points", "true" and "now" on the data; "parabola", "trail", "ball" and "lowest" on the
        loss; "theory", "walked", "end", "goal" and "aim" over the steps.
    """
    draw_axes(axes["data"], "input x", "output y")
    draw_axes(axes["loss"], "alpha", "loss")
    draw_axes(axes["path"], "step", "alpha")
    axes["data"].set(xlim=(-1.05 * reach, 1.05 * reach), ylim=(-2.3 * reach, 1.6 * reach))
    axes["path"].set_xlim(0, steps)
    return _draw_lines(
        axes,
        {
            "points": ("data", "o", "data", {"markersize": 4, "label": "data"}),
            "true": ("data", "--", "true", {"label": "true"}),
            "now": ("data", "-", "prelu", {"label": "PReLU now"}),
            "parabola": ("loss", "-", "data", {}),
            "trail": ("loss", "o", "prelu", {"markersize": 4, "alpha": 0.5}),
            "lowest": ("loss", ":", "dead", {"linewidth": 2, "label": "lowest loss"}),
            "ball": ("loss", "o", "prelu", BALL),
            "theory": (
                "path",
                ".-",
                "theory",
                {"linewidth": 3, "markersize": 13, "label": "theory"},
            ),
            "aim": ("path", "--", "true", {}),
            "goal": ("path", ":", "dead", {"linewidth": 2}),
            "walked": ("path", ".-", "prelu", {"linewidth": 1.5}),
            "end": ("path", "o", "prelu", BALL),
        },
    )


def draw_signs(axes: Mapping[str, Axes], steps: int) -> dict[str, Artist]:
    """Frames for two runs, the gradient subtracted and added: axes "loss" and "path".

    Returns:
        "parabola" and "goal"; for each of "subtracted" and "added" the path by that name and its
        "<name>_ball" on the loss.
    """
    draw_axes(axes["loss"], "alpha", "loss")
    draw_axes(axes["path"], "step", "alpha")
    axes["path"].set_xlim(0, steps)
    return _draw_lines(
        axes,
        {
            "parabola": ("loss", "-", "data", {}),
            "goal": ("path", ":", "dead", {"linewidth": 2, "label": "lowest loss"}),
            "subtracted": ("path", ".-", "prelu", {"label": "gradient subtracted"}),
            "added": ("path", ".--", "wrong", {"label": "gradient added"}),
            "subtracted_ball": ("loss", "o", "prelu", BALL),
            "added_ball": ("loss", "D", "wrong", {**BALL, "markersize": 8}),
        },
    )


def draw_decay(axes: Mapping[str, Axes]) -> dict[str, Artist]:
    """Frames for weight decay on alpha: axes "loss", over alpha, and "goal", over the decay.

    Returns:
        "data", "penalty" and "sum", the three losses; "lowest", where the sum is; "pull", the
        optimum against the decay; "run", where a run ended.
    """
    draw_axes(axes["loss"], "alpha", "loss")
    draw_axes(axes["goal"], "weight decay", "best alpha")
    return _draw_lines(
        axes,
        {
            "data": ("loss", "--", "data", {"label": "data"}),
            "penalty": ("loss", ":", "leaky", {"label": "decay"}),
            "sum": ("loss", "-", "prelu", {"label": "both"}),
            "lowest": ("loss", "o", "dead", BALL),
            "pull": ("goal", "-", "theory", {"linewidth": 5, "label": "a* c / (c + decay)"}),
            "run": ("goal", "o", "prelu", {**BALL, "label": "end of a run"}),
        },
    )


def _draw_lines(axes: Mapping[str, Axes], lines: Mapping[str, tuple]) -> dict[str, Artist]:
    """An empty line a name, later ones above; below all axes one legend for those with a label."""
    artists = {}
    for order, (name, (panel, mark, role, more)) in enumerate(lines.items(), start=3):
        artists[name] = axes[panel].plot([], [], mark, color=COLOURS[role], zorder=order, **more)[0]
    axes["loss"].figure.legend(loc="outside lower center", ncols=5)
    return artists
