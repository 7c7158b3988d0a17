"""The controls of the views: each with its name; a slider with its exact value and its range."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
from ipywidgets import Layout
from traitlets import validate

from utils.arguments import one_number, one_of, whole_number

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
