"""The views: one slope and one point, and what the slopes of a layer cost."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x
from utils.data import WIDE
from utils.explorer import Explorer
from utils.hand import Hand
from utils.lessons.prelu.plots import draw_counts, draw_prelu_panels
from utils.settings import Number, Values, Whole
from utils.style import Artists, Panels, set_limits

SPECIAL_CASES = {
    -1.0: "the absolute value |x|",
    0.0: "ReLU",
    0.01: "leaky ReLU with its usual slope",
    1.0: "the identity: no nonlinearity is left",
}


class PReLUExplorer(Explorer):
    """PReLU and both its derivatives, with a slider for alpha and one for a point x."""

    settings = {
        "alpha": Number("alpha (slope)", 0.25, -1, 2, 0.01),
        "x": Number("point x", -2.0, -WIDE, WIDE, 0.05),
    }
    scenes = {
        "ReLU": {"alpha": 0.0},
        "leaky ReLU": {"alpha": 0.01},
        "the identity": {"alpha": 1.0},
        "the absolute value": {"alpha": -1.0},
        "on the right": {"x": 1.5},
        "at the kink": {"x": 0.0},
    }
    hands = {
        "marker": Hand("line", "x", "alpha"),
        "f_point": Hand("f", "x", "the point x"),
        "dx_point": Hand("dx", "x", "the point x"),
        "dalpha_point": Hand("dalpha", "x", "the point x"),
    }
    inches = 4.3
    panels = {"mosaic": [["line"] * 3, ["f", "dx", "dalpha"]], "height_ratios": [1, 8]}

    def draw(self, axes: Panels) -> Artists:
        return draw_prelu_panels(axes, WIDE)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"alpha" if hand == "marker" else "x": x}

    def update(self, now: Any, state: None = None) -> str:
        ends = np.array([-WIDE, 0.0, WIDE])
        self.artists["marker"].set_xdata([now.alpha])
        self.artists["f"].set_data(ends, prelu(ends, now.alpha))
        set_limits(self.axes["f"], y=(-1.1 * WIDE * max(1, np.ceil(now.alpha)), 1.1 * WIDE))
        jump = [now.alpha, now.alpha, np.nan, 1, 1]
        self.artists["dx"].set_data([-WIDE, 0, np.nan, 0, WIDE], jump)
        self.artists["dalpha"].set_data(ends, prelu_grad_alpha(ends))
        self.artists["filled"].set_ydata([now.alpha])
        values = {
            "f": prelu(now.x, now.alpha) + 0.0,  # + 0.0: no minus before a zero
            "dx": prelu_grad_x(now.x, now.alpha),
            "dalpha": prelu_grad_alpha(now.x),
        }
        for (name, value), symbol in zip(values.items(), ("f", "df/dx", "df/dalpha"), strict=True):
            self.artists[f"{name}_point"].set_data([now.x], [value])
            self.artists[f"{name}_value"].set_text(f"{symbol} = {value:.4g}")
        return _words(now.alpha, now.x, values)


def _words(alpha: float, x: float, values: Mapping[str, float]) -> str:
    words = f"alpha = {alpha:.4g}"
    if alpha in SPECIAL_CASES:
        words += f", which is {SPECIAL_CASES[alpha]}"
    words += f". At x = {x:.4g}: f = {values['f']:.4g}, df/dx = {values['dx']:.4g}, "
    words += f"df/dalpha = {values['dalpha']:.4g}."
    if x == 0 and alpha != 1:
        words += " There is no derivative at the kink: PReLU takes alpha there, as PyTorch does."
    return words


class ParameterExplorer(Explorer):
    """How many slopes a PReLU layer learns: shared, channel-wise or element-wise."""

    settings = {
        "channels": Whole("channels", 64, 1, 512),
        "height": Whole("height", 28, 1, 64),
        "width": Whole("width", 28, 1, 64),
    }
    scenes = {
        "one channel": {"channels": 1},
        "as large as can be": {"channels": 512, "height": 64, "width": 64},
    }
    inches = 2.9
    panels = {"mosaic": [["counts"]]}

    def draw(self, axes: Panels) -> Artists:
        names = ("shared alpha", "channel-wise", "element-wise", "3 x 3 weights")
        return draw_counts(axes["counts"], names, limit=2e7)

    def update(self, now: Any, state: None = None) -> str:
        counts = [1, now.channels, now.channels * now.height * now.width, 9 * now.channels**2]
        for row, count in enumerate(counts):
            bar, label = self.artists[f"bar {row}"], self.artists[f"label {row}"]
            bar.set_width(count - bar.get_x())
            label.set_text(f" {count:,}")
            label.set_x(count)
        return (
            f"A layer of {now.channels} channels, {now.height} x {now.width} each: shared alpha "
            f"learns 1 number, channel-wise {counts[1]:,}, element-wise {counts[2]:,}. For scale, "
            f"a 3 x 3 convolution from {now.channels} to {now.channels} channels has "
            f"{counts[3]:,} weights."
        )
