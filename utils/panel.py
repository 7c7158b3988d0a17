"""The controls of a view: a slider with its name, exact value and range, or a menu, a setting."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets as widgets
import numpy as np
from ipywidgets import Layout
from traitlets import validate

from utils.canvas import drawing
from utils.settings import Choice, Fixed, Number, Setting, Values, Whole, moved, tidy


class Panel(widgets.Box):
    """The controls of all `settings` but the fixed ones, and the values of all of them.

    Args:
        settings: by name.
        values: where they start.
        heard: called with the names of the settings that a control has moved.
    """

    def __init__(
        self, settings: Mapping[str, Setting], values: Values, heard: Callable[[set[str]], None]
    ) -> None:
        self.settings, self.values, self._heard, self._writing = settings, values, heard, False
        free = {name: s for name, s in settings.items() if not isinstance(s, Fixed)}
        self.controls = {name: make_control(s, values[name], values) for name, s in free.items()}
        # Before the rows, whose entries listen too: the picture comes first.
        for name, control in self.controls.items():
            control.observe(partial(self._hear, name), "value")
        super().__init__([make_row(control) for control in self.controls.values()])
        self.layout.flex_flow = "row wrap"

    def move(self, values: Values) -> set[str]:
        """Move these settings; the names of those that have changed."""
        return self.go_to(moved(self.settings, self.values, values))

    def go_to(self, values: Values) -> set[str]:
        """Take the values of all settings, checked before; the names of those that have changed."""
        before, self.values = self.values, values
        self._write()
        return {name for name in self.controls if values[name] != before[name]}

    def _hear(self, name: str, _: Any) -> None:
        with drawing:
            if not self._writing:
                # The value of now, not of the message: another thread may have moved it since.
                self._heard(self.move({name: self.controls[name].value}))

    def _write(self) -> None:
        """Bring the controls to where the settings are."""
        self._writing = True
        try:
            for name, control in self.controls.items():
                setting, value = self.settings[name], self.values[name]
                if isinstance(setting, Whole):
                    control.max = setting.highest(self.values)
                shown = tidy(control.value) if isinstance(setting, Number) else control.value
                if shown != value:
                    control.value = value
        finally:  # the kernel may be interrupted here, and the panel must not stay deaf
            self._writing = False


class _Steady:
    """A control of a real number that stays where it is when told to go to NaN."""

    @validate("value")
    def _validate_value(self, proposal: Any) -> float:
        return self.value if np.isnan(proposal["value"]) else super()._validate_value(proposal)


class _Slider(_Steady, widgets.FloatSlider):
    """A slider for a real number.

    It keeps what the browser sent: a value put right here and sent back would pull the handle from
    under the reader's hand.
    """


class _Entry(_Steady, widgets.BoundedFloatText):
    """A box for its exact value."""


def make_control(setting: Setting, value: Any, others: Values) -> widgets.ValueWidget:
    """A slider or a menu, at `value`."""
    if isinstance(setting, Choice):
        return _menu(setting, value)
    ends = {"min": setting.low, "description": setting.label}
    if isinstance(setting, Whole):
        return widgets.IntSlider(value, max=setting.highest(others), **ends)
    return _Slider(value, max=setting.high, step=setting.step, **ends)


def _menu(setting: Choice, value: Any) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=setting.options,
        value=value,
        description=setting.label,
        style={"description_width": "125px"},
        layout=Layout(width="440px"),
    )


def make_row(control: widgets.ValueWidget) -> widgets.Widget:
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
