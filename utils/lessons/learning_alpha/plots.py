"""The pictures of learning alpha."""

from matplotlib.axes import Axes

from utils.style import BALL, COLOURS, Artists, Panels, draw_axes, draw_lines, draw_number_line


def draw_regime_line(ax: Axes) -> Artists:
    """The learning rate on a line, in units of the edge beyond which it diverges."""
    marks = {0: "learning rate 0", 0.5: "half the edge", 1: "the edge", 1.5: "1.5 x edge"}
    artists: Artists = {"rate": draw_number_line(ax, 0, 1.5, marks)}
    artists["limit"] = ax.plot([0.5], [0], "|", color=COLOURS["dead"], markersize=20, mew=3)[0]
    for name, place in {"slow": 0.25, "one step": 0.5, "ringing": 0.75, "divergent": 1.25}.items():
        artists[name] = ax.text(place, 0.7, name, ha="center", va="bottom")
    artists.pop("divergent")
    return artists


def draw_descent(axes: Panels, span: tuple[float, float], steps: int, true: bool) -> Artists:
    """Frames for a descent on alpha: axes "data" over `span`, "loss" and "path".

    `true` is whether an alpha is known that made the data.
    """
    draw_axes(axes["data"], "input x", "output y")
    draw_axes(axes["loss"], "alpha", "loss")
    draw_axes(axes["path"], "step", "alpha")
    edge = 0.025 * (span[1] - span[0])
    axes["data"].set_xlim(span[0] - edge, span[1] + edge)
    axes["path"].set_xlim(0, steps)
    lines = _descent_lines()
    return draw_lines(axes, {n: lines[n] for n in lines if true or n not in ("true", "aim")})


def _descent_lines() -> dict[str, tuple]:
    """What `draw_lines` draws for a descent."""
    foretold = {"linewidth": 3, "markersize": 13, "label": "theory"}
    return {
        "points": ("data", "o", "data", {"markersize": 4, "label": "data"}),
        "true": ("data", "--", "true", {"label": "true"}),
        "now": ("data", "-", "prelu", {"label": "PReLU now"}),
        "parabola": ("loss", "-", "data", {}),
        "trail": ("loss", "o", "prelu", {"markersize": 4, "alpha": 0.5}),
        "lowest": ("loss", ":", "dead", {"linewidth": 2, "label": "lowest loss"}),
        "ball": ("loss", "o", "prelu", BALL),
        "theory": ("path", ".-", "theory", foretold),
        "aim": ("path", "--", "true", {}),
        "goal": ("path", ":", "dead", {"linewidth": 2}),
        "walked": ("path", ".-", "prelu", {"linewidth": 1.5}),
        "end": ("path", "o", "prelu", BALL),
    }


def draw_signs(axes: Panels, steps: int) -> Artists:
    """Frames for two runs, the gradient subtracted and added: axes "loss" and "path"."""
    draw_axes(axes["loss"], "alpha", "loss")
    draw_axes(axes["path"], "step", "alpha")
    axes["path"].set_xlim(0, steps)
    return draw_lines(
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


def draw_decay(axes: Panels) -> Artists:
    """Frames for weight decay on alpha: axes "loss", over alpha, and "goal", over the decay."""
    draw_axes(axes["loss"], "alpha", "loss")
    draw_axes(axes["goal"], "weight decay", "best alpha")
    axes["loss"].set(xlim=(-1.5, 2.5), ylim=(0, 5))
    axes["goal"].set_xlim(0, 10)
    return draw_lines(
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
