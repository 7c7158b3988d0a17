"""What the bench compares, each made inside the notebook: our view, and its plot as others draw it.

The same draw functions and the view's own `update` draw for all of them, so that all show the same
lines. Each answers to a CSS class: "prelu-ours", "alpha-usual", "echo".
"""

from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets
import matplotlib.pyplot as plt
from IPython import get_ipython
from IPython.display import clear_output
from matplotlib.figure import Figure

from utils.lessons.learning_alpha import AlphaExplorer
from utils.lessons.prelu import PReLUExplorer
from utils.style import lesson_style

try:
    from ipympl.backend_nbagg import Canvas as IpymplCanvas
    from ipympl.backend_nbagg import FigureManager
except ImportError:  # then nobody may ask for it
    IpymplCanvas = FigureManager = None

# As a notebook has it from the start; importing ipympl took its place.
get_ipython().run_line_magic("matplotlib", "inline")

VIEWS = {"prelu": PReLUExplorer, "alpha": AlphaExplorer}


class Twin:
    """A view that is not shown: it computes, and draws on the axes that it is given."""

    def __init__(self, name: str, **settings: Any) -> None:
        self.view = VIEWS[name](**settings)
        self.size = self.view.canvas.figure.get_size_inches()
        self.control, setting = next(iter(self.view.settings.items()))
        self.slider = widgets.FloatSlider(
            setting.start, min=setting.low, max=setting.high, step=setting.step
        )
        self.slider.description = self.control

    def draw_on(self, axes: dict[str, Any]) -> None:
        """Draw the whole plot on new axes."""
        self.view.axes, self.view.artists = axes, self.view.draw(axes)
        self.update()

    def update(self) -> None:
        """Move the artists to where the setting is."""
        self.view.update(self.view.now, self.view.state)

    def move(self, value: float) -> None:
        """Bring the setting to `value`, past the view's own control, which would send messages."""
        self.view.panel.values = {**self.view.panel.values, self.control: value}

    def show(self, layout: str | None) -> None:
        """A new figure with `plt.show()`, the way a notebook usually does."""
        with lesson_style():
            panels = self.view.panels
            self.draw_on(plt.subplot_mosaic(figsize=self.size, layout=layout, **panels)[1])
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
    twin = Twin(name)
    with lesson_style():
        figure = Figure(figsize=twin.size, layout="constrained")
        canvas = IpymplCanvas(figure)
        canvas.manager = FigureManager(canvas, 0)
        twin.draw_on(figure.subplot_mosaic(**twin.view.panels))

    def show(change: dict[str, Any]) -> None:
        twin.move(change["new"])
        twin.update()
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
    for state in twin.view.run(lambda: twin.view.now):
        twin.view.state = state
        clear_output(wait=True)
        twin.show("constrained")
        yield state.step.step
