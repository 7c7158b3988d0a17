"""What every view has: controls, a picture, and a line that says what the picture shows."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np
from IPython import get_ipython
from ipywidgets import Layout
from matplotlib.figure import Figure
from traitlets import validate

from utils.arguments import one_number, one_of, whole_number
from utils.canvas import Canvas, drawing
from utils.page import names
from utils.player import Player, button

# Read from the back of a classroom; and the line keeps its height, so that nothing below it jumps.
CSS = """<style>
.lesson-view { --jp-widgets-font-size: 16px; --jp-widgets-inline-height: 32px; }
.lesson-view .view-text { font-size: 17px; line-height: 1.4; min-height: 2.8em; }
.lesson-view .player { flex-wrap: wrap; }
.lesson-view button { flex-shrink: 0; }
.lesson-view .noUi-handle { border: 2px solid var(--jp-ui-font-color2, #616161); }
.lesson-view :is(button, input, select, .noUi-handle):focus-visible {
    outline: 3px solid #0072B2; outline-offset: 2px; }
</style>"""


class Explorer(widgets.VBox):
    """The base of a view.

    A subclass makes its controls (name -> widget) and its canvas, hands them to `__init__`, and
    writes `update`: move the artists to the values of the controls, return the line. A view with
    a `player` names the controls whose change starts the run anew, `restarting`.
    """

    def __init__(
        self,
        controls: Mapping[str, widgets.ValueWidget],
        canvas: Canvas,
        player: Player | None = None,
        restarting: Collection[str] = (),
    ) -> None:
        self.canvas, self.player, self._restarting = canvas, player, restarting
        self._starts = {name: control.value for name, control in controls.items()}
        reset = button("Reset all" if player else "Reset", "undo", self.reset)
        self.controls: dict[str, Any] = {**controls, "reset": reset}
        if player:
            self.controls |= player.controls
        self._line = widgets.HTML()
        self._listening = True
        # Before the rows, whose entries listen too: the picture comes first.
        for name, control in controls.items():
            control.observe(partial(self._changed, name), "value")
        panel = widgets.Box([row(control) for control in controls.values()])
        panel.layout.flex_flow = "row wrap"
        bar = widgets.HBox([reset, *([player] if player else []), *names()])
        super().__init__([widgets.HTML(CSS), panel, bar, canvas, self._line])
        self.add_class("lesson-view")
        _replace_earlier(self)

    def update(self, changed: str | None = None) -> str:
        """Move the artists to where the controls are; `changed` names the one that moved.

        Returns:
            The line of text that says what the picture now shows.
        """
        raise NotImplementedError

    def read(self, *names: str) -> list[Any]:
        """The values of these sliders, as they are shown."""
        return [tidy(self.controls[name].value) for name in names]

    def refresh(self, changed: str | None = None) -> None:
        """Update and draw."""
        with drawing:
            self.text = self.update(changed)
            self.canvas.draw()
            self._line.value = f'<div class="view-text">{escape(self.text)}</div>'

    def reset(self) -> None:
        """Bring every control, and the run, back to the start."""
        with drawing:
            self._listening = False
            try:
                for name, value in self._starts.items():
                    self.controls[name].value = value
            finally:  # the kernel may be interrupted here, and the view must not stay deaf
                self._listening = True
            if self.player:
                self.player.reset()
            else:
                self.refresh()

    def close(self) -> None:
        """Close the controls, the picture and the line too: ipywidgets keeps all that is open."""
        if self.comm is not None:  # neither half made nor closed already
            if self.player:
                self.player.pause()
            _close_inside(self)
            self.layout.close()
        super().close()

    def _changed(self, name: str, _: Any) -> None:
        if not self._listening:
            return
        if name in self._restarting:
            self.player.restart()
        else:
            self.refresh(name)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The picture and the line beside the live widget, for readers where no kernel runs."""
        bundle = super()._repr_mimebundle_(**kwargs)
        with drawing:
            self.canvas.draw()  # what is stored may not hang on whether the sharp frame has come
            picture = b64encode(self.canvas.png).decode()
        return {**bundle, "image/png": picture, "text/plain": f"{type(self).__name__}: {self.text}"}


# By cell: which of its runs made the views that stand below it, and these views.
_views: dict[str, tuple[str, list[Explorer]]] = {}


def _replace_earlier(view: Explorer) -> None:
    """A cell run again closes the views of its last run, or their figures would stay for ever."""
    shell = get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell, run = request.get("metadata", {}).get("cellId"), request.get("header", {}).get("msg_id")
    if cell is None:  # no notebook that names its cells
        return
    last_run, views = _views.get(cell, (run, []))
    if last_run != run:
        for earlier in views:
            earlier.close()
        views = []
    _views[cell] = run, [*views, view]


def _close_inside(box: widgets.Box) -> None:
    """Close what is in a box, and what says how it looks: each is a widget of its own."""
    for child in box.children:
        if isinstance(child, widgets.Box):
            _close_inside(child)
        for part in (child.layout, getattr(child, "style", None), child):
            if part is not None:
                part.close()


LONGEST = 10_000  # steps or epochs of a run that a picture has room for


def length(value: int, name: str) -> int:
    """The `value` of a view's argument `name`, how many steps or epochs a run has."""
    return whole_number(value, name, 1, LONGEST)


def seed_number(value: int) -> int:
    """The `value` of a view's argument "seed"."""
    return whole_number(value, "seed", 0, np.inf)


def tidy(value: float) -> float:
    """0.1 for the 0.09999999999999999 that a browser's slider makes of it.

    For whoever shows or compares the value. The slider keeps what the browser sent: a value put
    right here and sent back would pull the handle from under the reader's hand.
    """
    return round(value, 10)


class _Steady:
    """A control of a real number that stays where it is when told to go to NaN."""

    @validate("value")
    def _validate_value(self, proposal: Any) -> float:
        return self.value if np.isnan(proposal["value"]) else super()._validate_value(proposal)


class _Slider(_Steady, widgets.FloatSlider):
    """A slider for a real number."""


class _Entry(_Steady, widgets.BoundedFloatText):
    """A box for its exact value."""


def number(label: str, value: float, low: float, high: float, step: float) -> widgets.FloatSlider:
    """A slider for a real number, named by what it means."""
    value = one_number(value, label, low, high)
    return _Slider(value, min=low, max=high, step=step, description=label)


def whole(label: str, value: int, low: int, high: int) -> widgets.IntSlider:
    """A slider for a whole number, named by what it means."""
    value = whole_number(value, label, low, high)
    return widgets.IntSlider(value, min=low, max=high, description=label)


def choice(label: str, value: Any, options: Sequence[Any]) -> widgets.Dropdown:
    """A menu, named by what it means."""
    values = [option[1] if isinstance(option, tuple) else option for option in options]
    one_of(value, label, values)
    width = {"description_width": "125px"}
    return widgets.Dropdown(
        options=options, value=value, description=label, style=width, layout=Layout(width="440px")
    )


def row(control: widgets.ValueWidget) -> widgets.Widget:
    """A slider with its name, an entry for the exact value and its range; a menu as it is."""
    return control if isinstance(control, widgets.Dropdown) else _slider_row(control)


def _slider_row(slider: widgets.FloatSlider | widgets.IntSlider) -> widgets.HBox:
    whole_numbers = isinstance(slider, widgets.IntSlider)
    kind = widgets.BoundedIntText if whole_numbers else _Entry
    names = ("description", "min", "max", "value", "step")
    entry = kind(**{name: getattr(slider, name) for name in names})
    entry.layout.width, entry.style.description_width = "205px", "125px"
    # The name belongs to the entry: a screen reader finds it there, and on a slider it does not.
    slider.description, slider.readout, slider.layout.width = "", False, "130px"
    span = widgets.Label(layout=Layout(width="105px"))
    _keep_together(slider, entry)

    def show_range(_: Any = None) -> None:
        entry.max = slider.max
        span.value = f"{slider.min:g} to {slider.max:g}"

    slider.observe(show_range, "max")
    show_range()
    return widgets.HBox([entry, slider, span])


def _keep_together(slider: widgets.ValueWidget, entry: widgets.ValueWidget) -> None:
    """The exact entry shows what the slider has, and the slider goes where the entry says.

    `widgets.link` would do, but raises when two threads move the two at once. Here each change is
    followed by a look at how the two stand now, so that the last one holds.
    """

    def to_entry(_: Any) -> None:
        if entry.value != tidy(slider.value):
            entry.value = tidy(slider.value)

    def to_slider(_: Any) -> None:
        if entry.value != tidy(slider.value):
            slider.value = entry.value

    slider.observe(to_entry, "value")
    entry.observe(to_slider, "value")


def new_figure(width: float, height: float, **grid: Any) -> tuple[Figure, Any]:
    """A figure of `width` x `height` inches in the lessons' style, and its axes.

    `grid` goes to `Figure.subplot_mosaic` (with `mosaic=`) or else to `Figure.subplots`. pyplot is
    left out of it: its list of open figures would keep every picture of a long session alive.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    # Room for longer numbers on an axis later: the layout is made once.
    figure.get_layout_engine().set(w_pad=0.12, rect=(0.03, 0, 0.97, 1))
    make = figure.subplot_mosaic if "mosaic" in grid else figure.subplots
    return figure, make(**grid)


import matplotlib  # noqa: E402

from utils.style import STYLE  # noqa: E402

matplotlib.rcParams.update(STYLE)
