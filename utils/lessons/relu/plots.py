"""The pictures of ReLU."""

from matplotlib.axes import Axes

from utils.style import BALL, COLOURS, GRIP, Artists, Panels, draw_axes, draw_lines

MARKS = {"ReLU": ("relu", "-"), "tanh": ("dead", "-."), "sigmoid": ("wrong", "--")}


def draw_unit(axes: Panels, reach: float) -> Artists:
    """Frames for one unit over [-reach, reach]: axes "out", its output, and "slope"."""
    draw_axes(axes["out"], "input x", "relu(w x + b)")
    draw_axes(axes["slope"], "input x", "its slope in x")
    axes["out"].set_xlim(-reach, reach)
    axes["slope"].set(xlim=(-reach, reach), ylim=(-1.8, 1.8))
    return _draw_sides(axes["out"]) | draw_lines(
        axes,
        {
            "before": ("out", "--", "data", {"label": "w x + b"}),
            "after": ("out", "-", "relu", {"label": "relu(w x + b)", "linewidth": 3.5}),
            "hinge": ("out", "o", "dead", {**BALL, "clip_on": True, "label": "hinge"}),
            "grip": ("out", "o", "data", {**GRIP, "clip_on": True}),
            "slope": ("slope", "-", "relu", {}),
            "filled": ("slope", "o", "relu", {"markersize": 8}),
            "open": ("slope", "o", "relu", {"markersize": 8, "mfc": "white"}),
        },
    )


def _draw_sides(ax: Axes) -> Artists:
    artists: Artists = {}
    above = {"transform": ax.get_xaxis_transform(), "ha": "center", "va": "center"}
    for name, role in {"blocked": "data", "passed": "theory"}.items():
        artists[name] = ax.axvspan(0, 1, color=COLOURS[role], alpha=0.2, linewidth=0)
        artists[f"{name}_word"] = ax.text(0, 0.93, name, **above)
    return artists


def draw_kink(axes: Panels, smallest: float) -> Artists:
    """Frames for ReLU near a point: "zoom", in units of h, and "quotient", against h."""
    draw_axes(axes["zoom"], "x, in steps of h from x0", "ReLU under the microscope")
    draw_axes(axes["quotient"], "step h (log scale)", "slope measured over h")
    axes["zoom"].set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2))
    axes["quotient"].set(xlim=(1.5, smallest / 1.5), xscale="log", ylim=(-0.3, 1.5))
    wide, dashes = {"linewidth": 6, "markersize": 11}, {"linestyle": (0, (1.2, 0.6))}
    return draw_lines(
        axes,
        {
            "line": ("zoom", ":", "true", {"label": "line of your slope"}),
            "left": ("zoom", "s", "dead", {**wide, **dashes, "label": "from the left"}),
            "right": ("zoom", "o-", "theory", {**wide, "label": "from the right"}),
            "curve": ("zoom", "-", "relu", {"label": "ReLU"}),
            "grip": ("zoom", "o", "true", GRIP),
            "right_slope": ("quotient", "-", "theory", {"linewidth": 5}),
            "left_slope": ("quotient", "--", "dead", {}),
            "right_now": ("quotient", "o", "theory", {**BALL, "markersize": 13}),
            "left_now": ("quotient", "s", "dead", {**BALL, "markersize": 9}),
        },
    )


def draw_stack(axes: Panels, reach: float) -> Artists:
    """Frames for one stack of layers without and with ReLU: axes "linear" and "bent"."""
    draw_axes(axes["linear"], "input x", "output without ReLU (scaled)")
    draw_axes(axes["bent"], "input x", "output with ReLU (scaled)")
    for ax in axes.values():
        ax.set(xlim=(-reach, reach), ylim=(-1.15, 1.15))
    return draw_lines(
        axes,
        {
            "product": ("linear", "-", "theory", {"linewidth": 5, "label": "product of weights"}),
            "stack": ("linear", "o", "data", {"markersize": 6, "label": "layer by layer"}),
            "output": ("bent", "-", "relu", {"label": "with ReLU between"}),
            "kinks": ("bent", "o", "dead", {"markersize": 6, "label": "kinks"}),
        },
    )


def draw_hinge_fit(axes: Panels, most: int) -> Artists:
    """Frames for a sum of hinges: "fit", over x, and "loss", its error over 0 to `most` hinges."""
    draw_axes(axes["fit"], "input x", "output y")
    draw_axes(axes["loss"], "number of hinges", "error (log scale)")
    axes["loss"].set(xlim=(-1, most + 1), ylim=(1e-4, 1), yscale="log")
    return draw_lines(
        axes,
        {
            "points": ("fit", "o", "data", {"markersize": 5, "label": "target"}),
            "sum": ("fit", "-", "relu", {"label": "sum of hinges"}),
            "bends": ("fit", "o", "dead", {"markersize": 7, "label": "hinges"}),
            "errors": ("loss", ".-", "relu", {"linewidth": 1.5}),
            "now": ("loss", "o", "relu", BALL),
        },
    )


def draw_hand_fit(axes: Panels, reach: float) -> Artists:
    """Frames for two hinges by hand: axes "parts", each hinge, and "sum", with what to hit."""
    draw_axes(axes["parts"], "input x", "the two hinges")
    draw_axes(axes["sum"], "input x", "their sum")
    for ax in axes.values():
        ax.set(xlim=(-reach, reach), ylim=(-4.2, 4.2))
    return draw_lines(
        axes,
        {
            "hinge 1": ("parts", "-", "relu", {"label": "hinge 1"}),
            "hinge 2": ("parts", "--", "relu", {"label": "hinge 2"}),
            "place 1": ("parts", "o", "dead", BALL),
            "place 2": ("parts", "s", "dead", {**BALL, "markersize": 10}),
            "slope 1": ("parts", "o", "relu", GRIP),
            "slope 2": ("parts", "s", "relu", GRIP),
            "target": ("sum", "--", "true", {"linewidth": 4, "label": "target"}),
            "sum": ("sum", "-", "relu", {"label": "hinge 1 + hinge 2"}),
            "gap": ("sum", ".-", "dead", {"linewidth": 1.5, "label": "largest gap"}),
        },
    )


def draw_gradients(axes: Panels, depth: int) -> Artists:
    """Frames for the "length" of a gradient over 0 to `depth` layers back."""
    ax = axes["length"]
    draw_axes(ax, "layers back from the output", "length of the gradient (log scale)")
    ax.set(xlim=(0, depth + 0.3), ylim=(1e-16, 1e4), yscale="log")
    ax.set_xticks(range(0, depth + 1, 2))
    bound = {"bound": ("length", ":", "theory", {"linewidth": 5, "label": "sigmoid's bound"})}
    lines = {
        name: ("length", f"o{mark}", role, {"markersize": 5, "label": name})
        for name, (role, mark) in MARKS.items()
    }
    return draw_lines(axes, bound | lines)


def draw_speed(axes: Panels, steps: int) -> Artists:
    """Frames for three losses, axes "loss", over `steps` steps."""
    draw_axes(axes["loss"], "step", "loss (log scale)")
    axes["loss"].set(xlim=(-0.02 * steps, 1.02 * steps), ylim=(0.01, 10), yscale="log")
    lines: dict[str, tuple] = {"goal": ("loss", ":", "true", {"label": "goal"})}
    for name, (role, mark) in MARKS.items():
        lines[name] = ("loss", mark, role, {"label": name})
        lines[f"{name} now"] = ("loss", "o", role, {**BALL, "clip_on": True})
    return draw_lines(axes, lines)
