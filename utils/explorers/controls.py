"""The controls of the views: each with its name; a slider with its exact value and its range."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import traitlets
from ipywidgets import Layout


class Number(widgets.FloatSlider):
    """A slider for a real number that keeps 0.1 from coming back as 0.09999999999999999."""

    @traitlets.validate("value")
    def _validate_value(self, proposal: dict[str, Any]) -> float:
        return round(min(max(proposal["value"], self.min), self.max), 10)


def number(label: str, value: float, low: float, high: float, step: float) -> Number:
    """A slider for a real number, named by what it means."""
    return Number(value, min=low, max=high, step=step, description=label)


def whole(label: str, value: int, low: int, high: int) -> widgets.IntSlider:
    """A slider for a whole number, named by what it means."""
    return widgets.IntSlider(value, min=low, max=high, description=label)


def choice(label: str, value: Any, options: Sequence[Any]) -> widgets.Dropdown:
    """A menu, named by what it means."""
    width = {"description_width": "125px"}
    return widgets.Dropdown(
        options=options, value=value, description=label, style=width, layout=Layout(width="440px")
    )


def row(control: widgets.ValueWidget) -> widgets.Widget:
    """A slider with its name, an entry for the exact value and its range; a menu as it is."""
    return control if isinstance(control, widgets.Dropdown) else _slider_row(control)


def _slider_row(slider: Number | widgets.IntSlider) -> widgets.HBox:
    kind = widgets.BoundedFloatText if isinstance(slider, Number) else widgets.BoundedIntText
    names = ("description", "min", "max", "value", "step")
    entry = kind(**{name: getattr(slider, name) for name in names})
    entry.layout.width, entry.style.description_width = "205px", "125px"
    # The name belongs to the entry: a screen reader finds it there, and on a slider it does not.
    slider.description, slider.readout, slider.layout.width = "", False, "140px"
    span = widgets.Label(layout=Layout(width="95px"))
    widgets.dlink((slider, "max"), (span, "value"), lambda high: f"{slider.min:g} to {high:g}")
    for name in ("max", "value"):
        widgets.link((slider, name), (entry, name))
    return widgets.HBox([entry, slider, span])
