"""The controls of a view: a slider with its name, exact value and range, or a menu, a setting."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets as widgets
import numpy as np
from traitlets import validate

from utils.canvas import drawing
from utils.settings import Choice, Fixed, Number, Setting, Values, Whole, moved, said, tidy, typed

LABEL = "125px"  # room for the longest name of a setting


class Panel(widgets.Box):
    """The controls of all `settings` but the fixed ones, and the values of all of them.

    Args:
        settings: by name.
        values: where they start.
        heard: called with the names of the settings that a control has moved.
        refused: called with a sentence about what was typed and cannot be.
    """

    def __init__(
        self,
        settings: Mapping[str, Setting],
        values: Values,
        heard: Callable[[set[str]], None],
        refused: Callable[[str], None],
    ) -> None:
        self.settings, self.values, self._writing = settings, values, False
        self._heard, self._refused = heard, refused
        free = {name: s for name, s in settings.items() if not isinstance(s, Fixed)}
        self.controls = {name: make_control(s, values[name], values) for name, s in free.items()}
        # Before the rows, whose entries listen too: the picture comes first.
        for name, control in self.controls.items():
            control.observe(partial(self._hear, name), "value")
        rows = {n: make_row(c, partial(self._typed, n)) for n, c in self.controls.items()}
        hidden = [row for name, row in rows.items() if free[name].rare]
        self.rare = widgets.Box(hidden, _dom_classes=["settings", "rare"])  # what folds away
        super().__init__([*(row for row in rows.values() if row not in hidden), self.rare])
        self.add_class("settings")

    def move(self, values: Values) -> set[str]:
        """Move these settings; the names of those that have changed."""
        return self.go_to(moved(self.settings, self.values, values))

    def go_to(self, values: Values) -> set[str]:
        """Take the values of all settings, checked before; the names of those that have changed."""
        before, self.values = self.values, values
        self._write()
        return {name for name in values if values[name] != before[name]}

    def said(self) -> str:
        """The values of what is folded away, where they are not at their start."""
        return said(self.settings, self.values)

    def _hear(self, name: str, _: Any) -> None:
        with drawing:
            if not self._writing:
                # The value of now, not of the message: another thread may have moved it since.
                self._heard(self.move({name: self.controls[name].value}))

    def _typed(self, name: str, words: str) -> None:
        """Go to the value that was typed, or say why not."""
        try:
            with drawing:
                self._heard(self.move({name: typed(words, name)}))
        except ValueError as error:  # in which the setting has the name that stands on the page
            self._refused(f"{error}.".replace(name, self.settings[name].label, 1))

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


class _Slider(widgets.FloatSlider):
    """A slider for a real number, that stays where it is when told to go to NaN.

    It keeps what the browser sent: a value put right here and sent back would pull the handle from
    under the reader's hand.
    """

    @validate("value")
    def _validate_value(self, proposal: Any) -> float:
        return self.value if np.isnan(proposal["value"]) else super()._validate_value(proposal)


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
        style={"description_width": LABEL},
    )


def make_row(control: widgets.ValueWidget, typed: Callable[[str], None]) -> widgets.Widget:
    """A slider with its name, an entry for the exact value and its range; a menu as it is.

    What the reader has typed goes to `typed`; the entry then shows what the slider has.
    """
    return control if isinstance(control, widgets.Dropdown) else _slider_row(control, typed)


def _slider_row(
    slider: widgets.FloatSlider | widgets.IntSlider, typed: Callable[[str], None]
) -> widgets.HBox:
    # Text: of a box for numbers a browser takes the comma in 0,5 away, and hands on 5.
    entry = widgets.Text(continuous_update=False)
    # The name belongs to the entry: a screen reader finds it there, and on a slider it does not.
    entry.description, slider.description, slider.readout = slider.description, "", False
    entry.style.description_width = LABEL
    span = widgets.Label(_dom_classes=["range"])

    def now() -> str:
        return f"{tidy(slider.value):.10g}"

    def show(_: Any = None) -> None:
        entry.value = now()
        span.value = f"{slider.min:g} to {slider.max:g}"

    def hear(_: Any) -> None:
        if entry.value != now():
            typed(entry.value)
            show()

    slider.observe(show, ["value", "max"])
    entry.observe(hear, "value")
    show()
    return widgets.HBox([entry, slider, span], _dom_classes=["setting"])
