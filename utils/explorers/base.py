"""What every view has: controls, a picture, and a line that says in words what the picture shows."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
from ipywidgets import Layout

from utils.canvas import Canvas, drawing
from utils.player import Player

# Read from the back of a classroom; and the line keeps its height, so that nothing below it jumps.
CSS = """<style>
.lesson-view { --jp-widgets-font-size: 16px; --jp-widgets-inline-height: 32px; }
.lesson-view .view-text { font-size: 17px; line-height: 1.4; min-height: 2.8em; }
.lesson-view .lesson-range { opacity: 0.8; }
.lesson-view .player { flex-wrap: wrap; }
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
        reset = widgets.Button(description="Reset all" if player else "Reset", icon="undo")
        reset.on_click(lambda _: self.reset())
        self.controls: dict[str, Any] = {**controls, "reset": reset}
        if player:
            self.controls |= player.controls
        self._line = widgets.HTML()
        rows = [*map(_row, controls.values()), reset]
        panel = widgets.Box(rows, layout=Layout(flex_flow="row wrap", align_items="center"))
        super().__init__(
            [widgets.HTML(CSS), panel, *([player] if player else []), canvas, self._line]
        )
        self.add_class("lesson-view")
        self._listening = True
        for name, control in controls.items():
            control.observe(partial(self._changed, name), "value")

    def update(self, changed: str | None = None) -> str:
        """Move the artists to where the controls are; `changed` names the one that moved.

        Returns:
            The line of text that says what the picture now shows.
        """
        raise NotImplementedError

    def refresh(self, changed: str | None = None) -> None:
        """Update and draw."""
        with drawing:
            self.text = self.update(changed)
            self._line.value = f'<div class="view-text">{escape(self.text)}</div>'
            self.canvas.draw()

    def reset(self) -> None:
        """Bring every control, and the run, back to the start."""
        with drawing:
            self._listening = False
            for name, value in self._starts.items():
                self.controls[name].value = value
            self._listening = True
            self.refresh()
            if self.player:
                self.player.reset()

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
        picture = b64encode(self.canvas.value).decode()
        return {**bundle, "image/png": picture, "text/plain": f"{type(self).__name__}: {self.text}"}


def number(label: str, value: float, low: float, high: float, step: float) -> widgets.FloatSlider:
    """A slider for a real number, named by what it means."""
    return widgets.FloatSlider(value, min=low, max=high, step=step, description=label)


def whole(label: str, value: int, low: int, high: int) -> widgets.IntSlider:
    """A slider for a whole number, named by what it means."""
    return widgets.IntSlider(value, min=low, max=high, description=label)


def choice(label: str, value: Any, options: Any) -> widgets.Dropdown:
    """A menu, named by what it means."""
    return widgets.Dropdown(
        options=options, value=value, description=label, style={"description_width": "175px"}
    )


def _row(control: widgets.ValueWidget) -> widgets.Widget:
    """A slider with its name, an entry for the exact value and its range; others as they are."""
    if not isinstance(control, (widgets.FloatSlider, widgets.IntSlider)):
        return control
    whole_number = isinstance(control, widgets.IntSlider)
    make_entry = widgets.BoundedIntText if whole_number else widgets.BoundedFloatText
    same = {name: getattr(control, name) for name in ("description", "min", "max", "value", "step")}
    entry = make_entry(
        **same, layout=Layout(width="265px"), style={"description_width": "175px"}
    )
    # The name belongs to the entry: a screen reader finds it there, and on a slider it does not.
    control.set_trait("description", "")
    control.readout, control.layout.width = False, "130px"
    span = widgets.Label(f"{control.min:g} to {control.max:g}", layout=Layout(width="95px"))
    span.add_class("lesson-range")
    for name in ("max", "value"):
        widgets.link((control, name), (entry, name))
    control.observe(lambda _: setattr(span, "value", f"{control.min:g} to {control.max:g}"), "max")
    return widgets.HBox([entry, control, span])
