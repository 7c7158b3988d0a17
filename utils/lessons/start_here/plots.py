"""The picture of lesson 00: what the colours mean."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from utils.style import COLOURS

MEANINGS = {
    "relu": ("-", "ReLU"),
    "leaky": ("--", "leaky ReLU"),
    "prelu": ("-.", "PReLU, and what is learned"),
    "dead": (":", "a dead unit; the lowest loss"),
    "true": ("--", "the true value"),
    "data": ("o", "data"),
    "theory": ("-", "theory: a formula, drawn in advance"),
    "wrong": ("-", "a mistake, made on purpose"),
}


def draw_colours(ax: Axes) -> list[Line2D]:
    """A line in each colour of the house with what it stands for, in two columns."""
    ax.set(xlim=(0, 2), ylim=(3.6, -0.6))
    ax.axis("off")
    lines = []
    for place, (role, (mark, meaning)) in enumerate(MEANINGS.items()):
        column, row = divmod(place, 4)
        x = [column, column + 0.1, column + 0.2]
        lines += ax.plot(x, [row] * 3, mark, color=COLOURS[role], label=meaning)
        ax.text(column + 0.25, row, meaning, va="center")
    lines[-2].set_linewidth(5)
    return lines
