"""How the lessons look: one colour a function, one style, the parts that pictures share."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

Panels = Mapping[str, Axes]  # the axes of a picture, by name
Artists = dict[str, Artist]  # what moves in it, by name

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
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters on every machine
    "font.size": 12,
    "axes.titlesize": 12,
    "legend.fontsize": 12,
    "figure.dpi": 100,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "lines.linewidth": 2.5,
    "axes.titlelocation": "left",
    "legend.frameon": False,
}
_LOOKS = ("axes", "figure", "font", "grid", "hatch", "image", "legend", "lines", "markers")
_LOOKS += ("mathtext", "patch", "path", "text", "xaxis", "xtick", "yaxis", "ytick", "_internal")
# matplotlib's own white ground and black ink under ours, in place of what a reader has set.
_ALL = {k: v for k, v in matplotlib.rcParamsDefault.items() if k.split(".")[0] in _LOOKS} | STYLE


def lesson_style() -> AbstractContextManager[None]:
    """The style of the lessons while a `with` block lasts, whatever the reader has set."""
    return matplotlib.rc_context(_ALL)


@contextmanager
def finer(times: int) -> Iterator[None]:
    """Views made while a `with` block lasts have `times` pixels for each, both ways."""
    coarse = _ALL["figure.dpi"]
    _ALL["figure.dpi"] = times * coarse
    try:
        yield
    finally:
        _ALL["figure.dpi"] = coarse


WIDTH = 9.2  # inches, of every view
BALL = {"markersize": 12, "markeredgecolor": "white", "clip_on": False}
GRIP = {"markersize": 9, "markerfacecolor": "white", "markeredgewidth": 2}  # to be dragged


def new_figure(height: float, **grid: Any) -> tuple[Figure, Any]:
    """A figure of `WIDTH` x `height` inches and its axes; `grid` goes to `subplot_mosaic`.

    To be called, and drawn on, in the lessons' style. pyplot is left out of it: its list of open
    figures would keep every picture of a long session alive.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    # Room for longer numbers on an axis later: the layout is made once.
    figure.get_layout_engine().set(w_pad=0.12, rect=(0.03, 0, 0.97, 1))
    return figure, figure.subplot_mosaic(**grid)


def set_limits(ax: Axes, x: tuple[float, float] | None = None, y: Any = None) -> None:
    """Move the ends of `ax` if they are others: the picture behind what moves is drawn anew."""
    if x is not None and ax.get_xlim() != tuple(x):
        ax.set_xlim(x)
    if y is not None and ax.get_ylim() != tuple(y):
        ax.set_ylim(y)


def draw_axes(ax: Axes, xlabel: str, ylabel: str) -> None:
    """Name both axes, the upright one above it in reading direction, and draw x = 0 and y = 0."""
    ax.set(xlabel=xlabel, title=ylabel)
    ax.axhline(0, color="#B0B0B0", linewidth=1, zorder=1)
    ax.axvline(0, color="#B0B0B0", linewidth=1, zorder=1)


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


def draw_lines(axes: Mapping[str, Axes], lines: Mapping[str, tuple]) -> dict[str, Artist]:
    """An empty line a name, later ones above; below all axes one legend for those with a label."""
    artists = {}
    for order, (name, (panel, mark, role, more)) in enumerate(lines.items(), start=3):
        artists[name] = axes[panel].plot([], [], mark, color=COLOURS[role], zorder=order, **more)[0]
    next(iter(axes.values())).figure.legend(loc="outside lower center", ncols=5)
    return artists


def round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten, so that an axis changes seldom."""
    power = 10 ** np.floor(np.log10(value))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= value)
