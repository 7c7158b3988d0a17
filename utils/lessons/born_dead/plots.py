"""The pictures of networks born dead, and of the |x| race."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from utils.style import BALL, COLOURS, Artists, Panels, draw_axes

# Lu et al. 2019 at depth 10: width -> share, and how the paper says it
PUBLISHED = {2: (0.9, "over"), 3: (0.6, "about"), 5: (0.1, "over"), 10: (0.01, "under")}
MARKERS = {"over": "^", "under": "v", "about": "D"}
HOLLOW = {"markerfacecolor": "none", "linestyle": ""}
STORED = {**HOLLOW, "markersize": 7, "markeredgewidth": 1.5}
BELOW = {"loc": "outside lower center", "ncols": 5}
# kind of network -> its name, colour, dashes live, marker stored
RACERS = {
    "relu": ("ReLU", "relu", "-", "o"),
    "leaky": ("leaky 0.01", "leaky", "--", "s"),
    "prelu": ("PReLU", "prelu", "-.", "^"),
    "rai": ("RAI", "wrong", ":", "D"),
}
PANELS = {"flat": "share flat (lines live, marks stored)", "close": "share close to |x|"}


def draw_born_dead(axes: Panels, widths: int, depths: int, networks: int) -> Artists:
    """Frames for the chance of being born dead: axes "width", "depth" and "draws"."""
    draw_axes(axes["width"], "width N", "chance of being born dead")
    draw_axes(axes["depth"], "depth L", "the same, against depth")
    axes["width"].set(xlim=(0, widths + 0.7), ylim=(-0.03, 1.03), xticks=range(0, widths + 1, 2))
    axes["depth"].set(xlim=(0, depths + 1), ylim=(-0.03, 1.03), xticks=range(0, depths + 1, 5))
    names = {"xlabel": "networks drawn (log scale)", "title": "share found dead so far"}
    axes["draws"].set(xscale="log", xlim=(10, networks), **names)  # no x = 0 on a log scale
    artists: Artists = {}
    for panel in ("width", "depth"):
        ball = {**BALL, "color": COLOURS["theory"], "markersize": 14, "zorder": 3}
        artists[f"{panel}_now"] = axes[panel].plot([], [], "o", **ball)[0]
    for panel, ax in axes.items():
        artists |= _draw_counts(ax, panel, run=panel == "draws")
    artists |= _draw_published(axes["width"])
    axes["width"].figure.legend(**BELOW)
    return artists


def _draw_published(ax: Axes) -> Artists:
    """The marks of the paper; they stay, but lie above what moves."""
    style = {"color": COLOURS["true"], "markersize": 11, "markeredgewidth": 2, **HOLLOW}
    artists = {}
    for word, marker in MARKERS.items():
        found = {width: share for width, (share, said) in PUBLISHED.items() if said == word}
        artists[f"published_{word}"] = ax.plot(*_xy(found), marker, zorder=6, **style)[0]
    artists["published_about"].set_label("Lu et al. 2019, depth 10")
    return artists


def _xy(found: Mapping[int, float]) -> tuple[list[int], list[float]]:
    return list(found), list(found.values())


def _draw_counts(ax: Axes, panel: str, run: bool) -> Artists:
    """The formula, and two counts with their bands, as balls or as a `run` over the draws."""
    labels = ("formula", "drawn, one input", "drawn, whole line")
    formula, one, line = (label if panel == "width" else None for label in labels)
    dots = {"markersize": 0 if run else 11, "linewidth": 3, "zorder": 3}
    made = {"formula": ax.plot([], [], ".-", color=COLOURS["theory"], label=formula, **dots)[0]}
    styles = {"one": ("relu", "-", "o", one), "line": ("dead", "--", "s", line)}
    for order, (name, (role, dash, mark, label)) in enumerate(styles.items(), start=4):
        style: dict[str, Any] = {"color": COLOURS[role], "zorder": order}
        # without a point yet it would stand at the corner of the figure, and be laid out for
        ball = {**BALL, "markersize": 9, "linestyle": "", "in_layout": False}
        if run:
            made[f"{name}_band"] = ax.fill([], [], alpha=0.25, linewidth=0, **style)[0]
            made[name] = ax.plot([], [], dash, **style)[0]
        else:
            made[f"{name}_band"] = ax.plot([], [], "-", linewidth=4, alpha=0.5, **style)[0]
            made[name] = ax.plot([], [], mark, label=label, **style, **ball)[0]
    return {f"{panel}_{name}": artist for name, artist in made.items()}


def draw_race(axes: Panels, reach: float, epochs: int) -> Artists:
    """Frames for the |x| race: an axes for each of `RACERS`, and "flat" and "close"."""
    artists: Artists = {}
    for racer in RACERS:
        artists |= _draw_outputs(axes[racer], racer, reach)
    for panel, title in PANELS.items():
        draw_axes(axes[panel], "epoch", title)
        axes[panel].set(xlim=(0, epochs), ylim=(-0.04, 1.04), xticks=range(0, epochs + 1, 5))
        artists |= _draw_shares(axes[panel], panel)
    axes["flat"].figure.legend(*axes["flat"].get_legend_handles_labels(), **BELOW)
    return artists


def _draw_outputs(ax: Axes, racer: str, reach: float) -> Artists:
    name, role, *_ = RACERS[racer]
    draw_axes(ax, "input x", name)
    ax.set(xlim=(-reach, reach), ylim=(-0.5, 3.2), xticks=(-2, 0, 2), yticks=(0, 1, 2, 3))
    ends = np.array([-reach, 0, reach])
    ax.plot(ends, np.abs(ends), "--", color=COLOURS["true"], linewidth=2)
    thin = {"linewidth": 1, "alpha": 0.6}
    return {
        f"{racer}_curves": ax.plot([], [], color=COLOURS[role], zorder=4, **thin)[0],
        f"{racer}_lines": ax.plot([], [], color=COLOURS["dead"], zorder=3, **thin)[0],
    }


def _draw_shares(ax: Axes, panel: str) -> Artists:
    artists = {}
    for racer, (name, role, dash, mark) in RACERS.items():
        style = {"color": COLOURS[role], "clip_on": False}
        artists[f"{racer}_{panel}_stored"] = ax.plot([], [], mark, zorder=3, **style, **STORED)[0]
        artists[f"{racer}_{panel}"] = ax.plot([], [], dash, zorder=4, **style)[0]
        both = {**STORED, "markerfacecolor": "white", "linestyle": dash}
        ax.plot([], [], marker=mark, label=name, color=COLOURS[role], **both)  # the legend's
    return artists


def spread_out(x: np.ndarray, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Many curves as one line with gaps: `outputs` of shape (curves, len(x)) over `x`."""
    gap = np.full((len(outputs), 1), np.nan)
    across = np.tile(np.append(x, np.nan), len(outputs))
    return across, np.hstack([outputs, gap]).ravel()
