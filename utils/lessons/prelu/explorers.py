"""The views of lesson 03: one slope and one point, and what the slopes of a layer cost."""

import numpy as np

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x
from utils.canvas import Canvas
from utils.explorer import Explorer
from utils.lessons.prelu.plots import draw_counts, draw_prelu_panels
from utils.settings import number, whole
from utils.style import COLOURS, draw_number_line, new_figure

REACH = 3.0  # x runs from -REACH to REACH
SPECIAL_CASES = {
    -1.0: "the absolute value |x|",
    0.0: "ReLU",
    0.01: "leaky ReLU with its usual slope",
    1.0: "the identity: no nonlinearity is left",
}


class PReLUExplorer(Explorer):
    """PReLU and both its derivatives, with a slider for alpha and one for a point x."""

    def __init__(self, alpha: float = 0.25, x: float = -2.0) -> None:
        controls = {
            "alpha": number("alpha (slope)", alpha, -1, 2, 0.01),
            "x": number("point x", x, -REACH, REACH, 0.05),
        }
        panels = [["line"] * 3, ["f", "dx", "dalpha"]]
        figure, axes = new_figure(9.2, 4.3, mosaic=panels, height_ratios=[1, 8])
        marks = {-1: "-1: |x|", 0: "0: ReLU,  0.01: leaky", 1: "1: identity", 2: "2"}
        self.marker = draw_number_line(axes["line"], -1, 2, marks)
        self.artists = draw_prelu_panels(axes, REACH)
        super().__init__(controls, Canvas(figure, [self.marker, *self.artists.values()]))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Move the three curves, and the point on each."""
        alpha, x = self.read("alpha", "x")
        ends = np.array([-REACH, 0.0, REACH])
        self.marker.set_xdata([alpha])
        self.artists["f"].set_data(ends, prelu(ends, alpha))
        self.artists["dx"].set_data([-REACH, 0, np.nan, 0, REACH], [alpha, alpha, np.nan, 1, 1])
        self.artists["dalpha"].set_data(ends, prelu_grad_alpha(ends))
        self.artists["filled"].set_ydata([alpha])
        values = {"f": prelu(x, alpha), "dx": prelu_grad_x(x, alpha), "dalpha": prelu_grad_alpha(x)}
        for (name, value), symbol in zip(values.items(), ("f", "df/dx", "df/dalpha"), strict=True):
            self.artists[f"{name}_point"].set_data([x], [value])
            self.artists[f"{name}_value"].set_text(f"{symbol} = {value:.4g}")
        return _words(alpha, x, values)


def _words(alpha: float, x: float, values: dict[str, float]) -> str:
    words = f"alpha = {alpha:.4g}"
    for case, name in SPECIAL_CASES.items():
        if np.isclose(alpha, case, atol=1e-9):
            words += f", which is {name}"
    words += f". At x = {x:.4g}: f = {values['f']:.4g}, df/dx = {values['dx']:.4g}, "
    words += f"df/dalpha = {values['dalpha']:.4g}."
    if x == 0 and alpha != 1:
        words += " There is no derivative at the kink: PReLU takes alpha there, as PyTorch does."
    return words


class ParameterExplorer(Explorer):
    """How many slopes a PReLU layer learns: shared, channel-wise or element-wise."""

    def __init__(self, channels: int = 64, height: int = 28, width: int = 28) -> None:
        controls = {
            "channels": whole("channels", channels, 1, 512),
            "height": whole("height", height, 1, 64),
            "width": whole("width", width, 1, 64),
        }
        figure, ax = new_figure(9.2, 2.9)
        names = ("shared alpha", "channel-wise", "element-wise", "3 x 3 weights")
        self.bars, self.labels = draw_counts(ax, names, limit=2e7)
        self.bars[-1].set_facecolor(COLOURS["data"])
        super().__init__(controls, Canvas(figure, [*self.bars, *self.labels]))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Make the bars as long as the counts."""
        channels, height, width = self.read("channels", "height", "width")
        counts = [1, channels, channels * height * width, 9 * channels**2]
        for bar, label, count in zip(self.bars, self.labels, counts, strict=True):
            bar.set_width(count - bar.get_x())
            label.set_text(f" {count:,}")
            label.set_x(count)
        return (
            f"A layer of {channels} channels, {height} x {width} each: shared alpha learns 1 "
            f"number, channel-wise {counts[1]:,}, element-wise {counts[2]:,}. For scale, a 3 x 3 "
            f"convolution from {channels} to {channels} channels has {counts[3]:,} weights."
        )
