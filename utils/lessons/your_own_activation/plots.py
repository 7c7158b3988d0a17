"""The pictures of a function of the reader's."""

from utils.style import BALL, COLOURS, Artists, Panels, draw_axes, draw_lines, draw_point

LOOKS = {
    "relu": ("ReLU", "-", "o", "relu"),
    "leaky": ("leaky ReLU", "--", "s", "leaky"),
    "prelu": ("PReLU", "-.", "^", "prelu"),
    "yours": ("yours", "-", "D", "dead"),
}
SIGNALS = (1e-20, 1e10)  # the span of a signal's axis
GRADIENTS = (1e-16, 1e2)  # and of a gradient's
SIDE = 0.16  # from one seed's mark to the next, in columns


def draw_slopes(axes: Panels, wide: float) -> Artists:
    """A frame over [-wide, wide] for a function, axes "f", and one for its slope, axes "slope"."""
    draw_axes(axes["f"], "x", "f(x)")
    draw_axes(axes["slope"], "x", "slope of f at x")
    for ax in axes.values():
        ax.set_xlim(-wide, wide)
    beside = {"linewidth": 2, "label": "beside it"}
    artists = draw_lines(
        axes,
        {
            "beside": ("f", ":", "relu", beside),
            "f": ("f", "-", "dead", {"label": "yours"}),
            "measured": ("slope", "-", "theory", {"linewidth": 7, "label": "measured"}),
            "beside_slope": ("slope", ":", "relu", {"linewidth": 2}),
            "given": ("slope", "-", "dead", {}),
            "worst": ("slope", "X", "wrong", {**BALL, "clip_on": True, "label": "worst place"}),
        },
    )
    return artists | {"point": draw_point(axes["f"]), "slope_point": draw_point(axes["slope"])}


def draw_unit(axes: Panels, reach: float) -> Artists:
    """Frames for one unit: axes "unit", f with the inputs on it; "loss" and "gradient", over b."""
    draw_axes(axes["unit"], "pre-activation x + b", "f, and where the inputs fall")
    draw_axes(axes["loss"], "bias b", "loss")
    axes["gradient"].set(xlabel="bias b", title="size of the gradient (log)", yscale="log")
    axes["gradient"].set(xlim=(-reach, reach), ylim=GRADIENTS)
    axes["unit"].set_xlim(-reach - 2, reach + 2)
    axes["loss"].set_xlim(-reach, reach)
    return draw_lines(axes, _unit_lines())


def _unit_lines() -> dict[str, tuple]:
    """What `draw_lines` draws for one unit."""
    dead = {"linewidth": 6, "solid_capstyle": "butt", "label": "gradient exactly 0"}
    return {
        "f": ("unit", "-", "dead", {"label": "yours"}),
        "inputs": ("unit", "o", "data", {"markersize": 5, "label": "inputs"}),
        "loss": ("loss", "-", "theory", {}),
        "dead": ("loss", "-", "wrong", dead),
        "goal": ("loss", "--", "true", {"label": "goal"}),
        "trail": ("loss", ".", "prelu", {"markersize": 5}),
        "ball": ("loss", "o", "prelu", {**BALL, "label": "unit"}),
        "gradient": ("gradient", "-", "theory", {}),
        "gradient_ball": ("gradient", "o", "prelu", BALL),
    }


def draw_signals(axes: Panels, layers: int) -> Artists:
    """Frames over `layers` layers for a signal, axes "forward", and its gradient, "backward"."""
    axes["forward"].set_title("variance of the pre-activations (log)")
    axes["backward"].set_title("variance of the gradient (log)")
    lines = {}
    for panel, ax in axes.items():
        ax.set(xlabel="layer", yscale="log", xlim=(0.5, layers + 0.5), ylim=SIGNALS)
        ax.axhline(1, color=COLOURS["data"], linewidth=1)
        named = panel == "forward"
        he = {"markersize": 5, "label": "yours, its own factor"} if named else {"markersize": 5}
        moved = {"markersize": 5, "label": "yours, the slider's factor"} if named else {}
        lines[f"{panel}_he"] = (panel, "o-", "dead", {"linewidth": 1.5, **he})
        lines[f"{panel}_moved"] = (
            panel,
            "s--",
            "wrong",
            {"markersize": 5, "linewidth": 1.5, **moved},
        )
    return draw_lines(axes, lines)


def draw_race(axes: Panels, epochs: int) -> Artists:
    """Frames for the test accuracy: axes "path", over epochs; "ends", a column a network."""
    draw_axes(axes["path"], "epoch", "test accuracy, middle seed")
    axes["ends"].set(xlabel="network", title="test accuracy now, seed by seed")
    axes["path"].set(xlim=(0, epochs), ylim=(0, 1.01))
    axes["ends"].set(xlim=(-0.5, len(LOOKS) - 0.5), ylim=(0, 1))
    axes["ends"].set_xticks(range(len(LOOKS)), ["ReLU", "leaky", "PReLU", "yours"])
    lines = {}
    for kind, (name, dash, mark, role) in LOOKS.items():
        thick = {"linewidth": 4 if kind == "yours" else 2.5}
        lines[kind] = ("path", f"{mark}{dash}", role, {"markersize": 5, "label": name, **thick})
        lines[f"{kind}_seeds"] = ("ends", mark, role, {"markersize": 9, "mec": "white"})
        lines[f"{kind}_middle"] = ("ends", dash, role, thick)
    return draw_lines(axes, lines)


def draw_parameter(axes: Panels, low: float, high: float, steps: int) -> Artists:
    """Frames for a number p that is learned: axes "data", "loss" over [low, high], and "path"."""
    draw_axes(axes["data"], "x", "f(x, p)")
    draw_axes(axes["loss"], "p", "loss")
    draw_axes(axes["path"], "step", "p")
    axes["data"].set(xlim=(-3, 3))
    axes["loss"].set_xlim(low, high)
    axes["path"].set(xlim=(0, steps), ylim=(low - 0.1, high + 0.1))
    return draw_lines(
        axes,
        {
            "points": ("data", "o", "data", {"markersize": 4, "label": "data"}),
            "now": ("data", "-", "dead", {"label": "yours now"}),
            "curve": ("loss", "-", "data", {}),
            "trail": ("loss", "o", "prelu", {"markersize": 4, "alpha": 0.5}),
            "ball": ("loss", "o", "prelu", {**BALL, "label": "p"}),
            "true": ("path", "--", "true", {"label": "true p"}),
            "walked": ("path", ".-", "prelu", {"linewidth": 1.5}),
            "end": ("path", "o", "prelu", BALL),
        },
    )
