"""The pictures of units that die, and of what brings one back."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap, to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from utils.style import BALL, COLOURS, GRIP, Artists, Panels, draw_axes, draw_lines, draw_value

LEVELS = (0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 1e9)  # a shade from each to the next
PLANE = (-2, 2, -3, 3)  # the weights and biases that a loss map shows
Frame = tuple[float, float, float, float]  # from and to, of x and of y
FRAME: Frame = (-2, 2, -1.4, 1.4)  # what is shown of the two moons
BARS = ("b", "w2", "w1")  # from below
SMALL = {"o": {"markersize": 5, "mfc": "white", "mew": 1.2}, "^": {"markersize": 4}}


def draw_firing(axes: Panels, frame: Frame, reach: float, bins: int) -> Artists:
    """Frames for one unit with two inputs: axes "inputs", "histogram" and "gradients"."""
    ax = axes["inputs"]
    draw_axes(ax, "input x1", "input x2")
    ax.set(xlim=frame[:2], ylim=frame[2:])
    artists: Artists = {
        "blocked": ax.plot([], [], "o", color=COLOURS["data"], **SMALL["o"])[0],
        "passed": ax.plot([], [], "o", color=COLOURS["relu"], markersize=5)[0],
        "hinge": ax.plot([], [], "--", color=COLOURS["dead"], linewidth=2)[0],
        "foot": ax.plot([], [], "o", color=COLOURS["dead"], **GRIP)[0],
    }
    artists |= _draw_histogram(axes["histogram"], reach, bins)
    return artists | _draw_gradients(axes["gradients"])


def _draw_histogram(ax: Axes, reach: float, bins: int) -> Artists:
    draw_axes(ax, "pre-activation", "number of inputs")
    ax.set(xlim=(-reach, reach), ylim=(0, 40))
    ax.axvline(0, color=COLOURS["dead"], linestyle="--", linewidth=2)
    edges = np.linspace(-reach, reach, bins + 1)
    bars = ax.bar(edges[:-1], [0] * bins, width=2 * reach / bins, align="edge")
    (mean,) = ax.plot([], [], "o", color=COLOURS["dead"], zorder=5, **BALL)
    return {"mean": mean} | {f"bar {place}": bar for place, bar in enumerate(bars)}


def _draw_gradients(ax: Axes) -> Artists:
    ax.set(xlabel="gradient of the loss", title="parameter")
    ax.grid(axis="y", visible=False)
    ax.axvline(0, color=COLOURS["data"], linewidth=1, zorder=1)
    artists: Artists = {}
    place = {"ha": "center", "fontsize": 14, "transform": ax.get_yaxis_transform()}
    for row, name in enumerate(BARS):
        artists[name] = ax.barh(row, 0, height=0.4, color=COLOURS["relu"])[0]
        artists[f"{name}_value"] = ax.text(0.5, row + 0.28, "", **place)
    ax.set(yticks=range(len(BARS)), yticklabels=BARS, ylim=(-0.5, 2.8))
    ax.locator_params(axis="x", nbins=2)
    return artists


def draw_loss_map(ax: Axes, role: str, plane: Frame = PLANE, tall: float = 1.0) -> AxesImage:
    """An empty map of the loss over weight and bias: white is low, the full colour is high.

    The loss is shown in units of `tall`.
    """
    shades = np.linspace(0.06, 0.75, len(LEVELS) - 1)
    colours = ListedColormap([_shade(role, shade) for shade in shades])
    return _draw_map(ax, plane, colours, BoundaryNorm(tall * np.array(LEVELS), colours.N))


def draw_plateaus(
    axes: Panels, span: tuple[float, float], plane: Frame, tall: float, made: bool
) -> Artists:
    """A loss map each for "relu", "leaky" and "prelu", over one unit's weight and bias.

    The inputs reach over `span`; `made` is whether a unit is known that made the targets.
    """
    artists: Artists = {}
    for name, words in {"relu": "ReLU", "leaky": "leaky ReLU", "prelu": "PReLU"}.items():
        axes[name].grid(False)
        axes[name].set(xlabel="weight w", title=f"bias b, {words}")
        artists[name] = draw_loss_map(axes[name], name, plane, tall)
        artists |= _draw_walk(axes[name], name, made)
        artists[f"{name}_slope"] = draw_value(axes[name])
    artists |= _draw_edge(axes["relu"], span, plane)
    words = {
        **({"relu_best": "made the targets"} if made else {}),
        "relu_ball": "the unit now",
        "relu_path": "its path",
        "edge": "edge of the dead",
    }
    key = [artists[name] for name in words], list(words.values())
    axes["relu"].figure.legend(*key, loc="outside lower center", ncols=4)
    return artists


def _draw_walk(ax: Axes, name: str, made: bool = True) -> Artists:
    ball = BALL | {"clip_on": True}  # what has left the map is not drawn beside it
    best = ax.plot([1] * made, [0] * made, "*", color=COLOURS["true"], markersize=13)[0]
    return {
        f"{name}_best": best,
        f"{name}_path": ax.plot([], [], ".-", color=COLOURS["dead"], linewidth=1.2)[0],
        f"{name}_start": ax.plot([], [], "o", color=COLOURS["dead"], **GRIP)[0],
        f"{name}_ball": ax.plot([], [], "o", color=COLOURS["dead"], **ball)[0],
    }


def _draw_edge(ax: Axes, span: tuple[float, float], plane: Frame = PLANE) -> Artists:
    """Below this line the pre-activation is at most 0 on every input of the `span`."""
    weights = np.array([plane[0], 0, plane[1]])
    (line,) = ax.plot(weights, _edge(span, weights), "--", color=COLOURS["dead"], linewidth=2)
    ax.set(xlim=plane[:2], ylim=plane[2:])
    low = 2.6 / 3 * plane[2]
    words = ax.text(0, low, "flat: dead", ha="center", fontsize=13)
    words.set_visible(np.mean(_edge(span, np.linspace(*plane[:2], 99)) >= low) > 0.5)  # or no room
    return {"edge": line, "flat": words}


def _edge(span: tuple[float, float], weights: np.ndarray) -> np.ndarray:
    """The largest bias that silences a unit on all inputs of the `span`, for each weight."""
    return -np.outer(span, weights).max(axis=0)


def draw_rescue(axes: Panels, reach: float, steps: int) -> Artists:
    """Frames for the rescue of one unit: axes "data", "loss" over weight and bias, and "firing"."""
    draw_axes(axes["data"], "input x", "output")
    axes["data"].set(xlim=(-reach, reach), ylim=(-1.2, 4.2))
    axes["loss"].grid(False)
    axes["loss"].set(xlabel="weight w", title="bias b")
    draw_axes(axes["firing"], "step", "inputs on which it fires (%)")
    axes["firing"].set(xlim=(0, steps), ylim=(-4, 104))
    artists: Artists = {"map": draw_loss_map(axes["loss"], "data")}
    artists |= _draw_walk(axes["loss"], "map") | _draw_edge(axes["loss"], (-reach, reach))
    return artists | draw_lines(
        axes,
        {
            "targets": ("data", "o", "data", {"markersize": 4, "label": "targets"}),
            "now": ("data", "-", "relu", {"label": "the unit now"}),
            "given": ("firing", ":", "dead", {"linewidth": 2, "label": "remedy given"}),
            "given_mark": ("firing", "o", "dead", GRIP),
            "firing": ("firing", "-", "relu", {}),
            "end": ("firing", "o", "relu", BALL),
        },
    )


def draw_layers(
    axes: Panels, x: np.ndarray, labels: np.ndarray, frame: Frame, width: int, steps: int
) -> Artists:
    """Frames for a network on points of two kinds: axes "regions", "units" and "share"."""
    artists = _draw_regions(axes["regions"], x, labels, frame)
    artists |= _draw_units(axes["units"], width)
    draw_axes(axes["share"], "step", "dead units (%)")
    axes["share"].set(xlim=(0, steps), ylim=(-4, 104))
    for layer, dash in ((1, "-"), (2, "--")):
        style = {"color": COLOURS["dead"], "label": f"layer {layer}"}
        artists[f"share {layer}"] = axes["share"].plot([], [], dash, **style)[0]
    _draw_key(axes["units"], [artists["share 1"], artists["share 2"]])
    return artists


def _draw_regions(ax: Axes, x: np.ndarray, labels: np.ndarray, frame: Frame) -> Artists:
    draw_axes(ax, "input x1", "input x2")
    ax.grid(False)
    colours = ListedColormap([_shade("theory", 0), _shade("theory", 0.45)])
    artists: Artists = {"regions": _draw_map(ax, frame, colours, BoundaryNorm([-2, 0, 2], 2))}
    lines = LineCollection([], colors=COLOURS["relu"], linewidths=1, zorder=2)
    artists["hinges"] = ax.add_collection(lines)
    for label, (mark, role) in enumerate((("o", "data"), ("^", "dead"))):
        points = x[labels == label].T
        style = {"color": COLOURS[role], "zorder": 3, **SMALL[mark]}
        artists[f"moon {label}"] = ax.plot(*points, mark, **style)[0]
    ax.set(xlim=frame[:2], ylim=frame[2:])
    return artists


def _draw_units(ax: Axes, width: int) -> dict[str, QuadMesh]:
    half = width // 2
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set(xlim=(0, half), ylim=(4.4, 0), xticks=[], yticks=[1, 3.4], yticklabels=["1", "2"])
    ax.set(xlabel="hidden units", title="layer")
    style = {"cmap": _firing_colours(), "vmin": 0, "vmax": 1, "edgecolors": COLOURS["data"]}
    across, none = np.arange(half + 1), np.zeros((2, half))
    return {
        f"layer {layer}": ax.pcolormesh(across, top + np.arange(3), none, linewidth=1, **style)
        for layer, top in ((1, 0), (2, 2.4))
    }


def draw_sleep(axes: Panels, width: int, steps: int) -> Artists:
    """Frames for how often each unit fires at each step, in an axes a layer, by its name."""
    artists: Artists = {}
    extent = (-0.5, steps + 0.5, width + 0.5, 0.5)
    for name, ax in axes.items():
        ax.grid(False)
        ax.set(xlabel="step", title=f"units of {name}", yticks=[1, width // 2, width])
        style = {"cmap": _firing_colours(), "vmin": 0, "vmax": 1, "interpolation": "nearest"}
        none = np.full((width, steps + 1), np.nan)
        artists[name] = ax.imshow(none, extent=extent, aspect="auto", **style)
        style = {"color": COLOURS["leaky"], "markersize": 8, "mec": "white", "label": "wakes"}
        artists[f"{name}_woke"] = ax.plot([], [], ">", **style)[0]
    _draw_key(ax, [artists[f"{name}_woke"]])
    return artists


def shade_firing(firing: np.ndarray) -> np.ndarray:
    """Shares of firing as the meshes and images of firing take them: a dead unit is -1, black."""
    return np.where(firing == 0, -1.0, firing)


def _firing_colours() -> LinearSegmentedColormap:
    """Pale to full blue; black below 0; what has not come yet is white."""
    ends = [_shade("relu", 0.1), _shade("relu", 1)]
    colours = LinearSegmentedColormap.from_list("firing", ends)
    return colours.with_extremes(under=COLOURS["dead"], bad="white")


def _draw_key(ax: Axes, lines: list[Line2D]) -> None:
    """What the shades of a unit mean, and the names of `lines`."""
    patches = [
        Patch(facecolor=COLOURS["dead"], label="dead"),
        Patch(facecolor=_shade("relu", 0.1), edgecolor=COLOURS["data"], label="fires rarely"),
        Patch(facecolor=COLOURS["relu"], label="fires always"),
    ]
    ax.figure.legend(handles=[*patches, *lines], loc="outside lower center", ncols=5)


def _draw_map(
    ax: Axes, extent: tuple[float, ...], colours: ListedColormap, norm: BoundaryNorm
) -> AxesImage:
    """An empty image in a few shades, with smooth borders between them."""
    style = {"origin": "lower", "aspect": "auto", "interpolation": "bilinear"}
    style["interpolation_stage"] = "data"  # of the numbers, not of the shades
    return ax.imshow(np.zeros((2, 2)), norm=norm, cmap=colours, extent=extent, **style)


def _shade(role: str, strength: float) -> np.ndarray:
    """From white (0) to the colour of `role` (1)."""
    return 1 + strength * (np.array(to_rgb(COLOURS[role])) - 1)
