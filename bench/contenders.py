"""What the bench compares, each made inside the notebook: our view, and its plot as others draw it.

The same draw functions and the view's own `update` draw for all of them, so that all show the same
lines. Each answers to a CSS class: "prelu-ours", "alpha-usual", "echo".
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import matplotlib.pyplot as plt
from ipympl.backend_nbagg import Canvas as IpymplCanvas
from ipympl.backend_nbagg import FigureManager
from IPython import get_ipython
from IPython.display import clear_output
from matplotlib.figure import Figure

from utils.lessons.learning_alpha import AlphaExplorer
from utils.lessons.learning_alpha import explorers as alpha_views
from utils.lessons.learning_alpha.plots import draw_descent, draw_regime_line
from utils.lessons.prelu import PReLUExplorer
from utils.lessons.prelu import explorers as prelu_views
from utils.lessons.prelu.plots import draw_prelu_panels
from utils.style import draw_number_line

# As a notebook has it from the start; importing ipympl took its place.
get_ipython().run_line_magic("matplotlib", "inline")

VIEWS = {"prelu": PReLUExplorer, "alpha": AlphaExplorer}


class Twin:
    """A view that is not shown: it computes, and draws on the axes that it is given."""

    def __init__(self, name: str, **settings: Any) -> None:
        self.name, self.view = name, VIEWS[name](**settings)
        self.size = self.view.canvas.figure.get_size_inches()
        self.control = "alpha" if name == "prelu" else "learning_rate"
        real = self.view.controls
        span = {part: getattr(real[self.control], part) for part in ("value", "min", "max", "step")}
        self.slider = widgets.FloatSlider(description=self.control, **span)
        # Plain numbers in place of widgets, which would send messages of their own.
        with_values = {key: each for key, each in real.items() if hasattr(each, "value")}
        self.view.controls = {
            key: SimpleNamespace(value=each.value) for key, each in with_values.items()
        }

    @property
    def panels(self) -> dict[str, Any]:
        """How the view's figure is divided."""
        if self.name == "prelu":
            return {"mosaic": [["line"] * 3, ["f", "dx", "dalpha"]], "height_ratios": [1, 8]}
        mosaic = [["line"] * 3, ["data", "loss", "path"]]
        return {"mosaic": mosaic, "height_ratios": [1, 6], "width_ratios": [3, 3, 4]}

    def draw_on(self, axes: dict[str, Any]) -> None:
        """Draw the whole plot on new axes."""
        view = self.view
        if self.name == "prelu":
            marks = {-1: "-1: |x|", 0: "0: ReLU,  0.01: leaky", 1: "1: identity", 2: "2"}
            view.marker = draw_number_line(axes["line"], -1, 2, marks)
            view.artists = draw_prelu_panels(axes, prelu_views.REACH)
        else:
            view.axes, view.artists = axes, draw_regime_line(axes["line"])
            view.artists |= draw_descent(axes, alpha_views.REACH, view.steps)
        view.update()

    def move(self, value: float) -> None:
        """Bring the control to `value`, as the reader's slider stands."""
        self.view.controls[self.control].value = value

    def show(self, layout: str | None) -> None:
        """A new figure with `plt.show()`, the way a notebook usually does."""
        self.draw_on(plt.subplot_mosaic(figsize=self.size, layout=layout, **self.panels)[1])
        plt.show()


def ours(name: str, **settings: Any) -> widgets.Widget:
    """The view itself."""
    view = VIEWS[name](**settings)
    view.add_class(f"{name}-ours")
    return view


def usual(name: str, layout: str | None = "constrained") -> widgets.Widget:
    """What `@interact` makes of a function that ends in `plt.show()`."""
    twin = Twin(name)

    def show(value: float) -> None:
        twin.move(value)
        twin.show(layout)

    box = widgets.interactive(show, value=twin.slider)
    box.add_class(f"{name}-usual" if layout else f"{name}-plain")
    return box


def ipympl(name: str) -> widgets.Widget:
    """The figure drawn once by ipympl, its artists moved, the whole redrawn by `draw_idle`."""
    twin, figure = Twin(name), Figure(layout="constrained")
    figure.set_size_inches(twin.size)
    canvas = IpymplCanvas(figure)
    canvas.manager = FigureManager(canvas, 0)
    twin.draw_on(figure.subplot_mosaic(**twin.panels))

    def show(change: dict[str, Any]) -> None:
        twin.move(change["new"])
        twin.view.update(twin.control)
        canvas.draw_idle()

    twin.slider.observe(show, "value")
    box = widgets.VBox([twin.slider, canvas])
    box.add_class(f"{name}-ipympl")
    return box


def echo() -> widgets.Widget:
    """A number there and back: the floor below which no kernel answers."""
    number, answer = widgets.FloatSlider(0.25, min=-1, max=2, step=0.01), widgets.Label("0.25")
    number.observe(lambda change: setattr(answer, "value", f"{change['new']:.2f}"), "value")
    answer.add_class("echo-text")
    box = widgets.VBox([number, answer])
    box.add_class("echo")
    return box


def loop(steps: int) -> Iterator[int]:
    """Training in a loop of `clear_output` and `plt.show()`."""
    twin = Twin("alpha", steps=steps)
    for now in twin.view._run():
        clear_output(wait=True)
        twin.show("constrained")
        yield now.step
