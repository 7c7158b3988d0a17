"""What the reader wrote for an exercise, over what is right: where they part, and both at a point.

What is right comes from the exercise's own check. What was written is looked up by its name when a
cell has run, so that the picture follows the cell in which it stands.
"""

import sys
from collections.abc import Callable
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from utils.arguments import quiet
from utils.canvas import drawing
from utils.cells import after_each_cell
from utils.explorer import Explorer
from utils.hand import Hand
from utils.judge import CURVES, KINKS, apart, close, in_digits
from utils.own import Own, numbers
from utils.settings import Number, Values
from utils.style import BALL, Artists, Panels, draw_axes, draw_lines, round_up, set_limits

PIECES = 240  # of the axis
MARKS = 40  # of where they part, at the most
BESIDE = 2.0**-10  # and how far from a kink it is looked at, too
LINES: dict[str, tuple] = {
    "right": ("curve", "--", "true", {"linewidth": 5, "label": "right"}),
    "yours": ("curve", "-", "dead", {"label": "yours"}),
    "parts": ("curve", "x", "wrong", {"markersize": 9, "mew": 2.5, "label": "where they part"}),
    "right_point": ("curve", "D", "true", {**BALL, "clip_on": True}),
    "yours_point": ("curve", "o", "dead", {**BALL, "markersize": 9, "clip_on": True}),
}
NOTHING_YET = "What it gives will be drawn here, over what is right."


class Both(NamedTuple):
    """Where the two are looked at, what each gives there, and the place of the point among them."""

    places: np.ndarray
    yours: np.ndarray
    right: np.ndarray
    point: int

    @property
    def apart(self) -> np.ndarray:
        """At which places they part."""
        return ~close(self.yours, self.right)


class Name(str):
    """A name that stands in a line of code as it is."""

    def __repr__(self) -> str:
        return str(self)


class Compare(Explorer):
    """What you wrote for an exercise, over what is right: where they part, and both at a point.

    Args:
        function: by the name that the exercise gives it, as in `Compare(my_relu)`. What bears that
            name after a cell has run is what is drawn from then on.
        settings: where the point and the other settings start, by their names.

    Raises ValueError for what bears the name of no exercise.
    """

    hands = {
        "right_point": Hand("curve", "x", "the point"),
        "yours_point": Hand("curve", "x", "the point"),
    }
    inches = 3.6
    panels = {"mosaic": [["curve"]]}

    def __init__(self, function: Any, **settings: Any) -> None:
        self._leave: Callable[[], None] = lambda: None
        self._names = sys._getframe(1).f_globals
        self.exercise = _exercise(function, self._names)
        self.name, self._curve = Name(f"my_{self.exercise}"), CURVES[self.exercise]
        self.settings, self.data = self._curve.settings, {"function": self.name}
        self._axis, self._inputs = next(iter(self.settings)), signature(self._curve.answers)
        self._grid = grid(self.settings[self._axis])
        self._bound = self._names.get(self.name) is function
        self._take_in(function)
        super().__init__(**settings)
        self._leave = after_each_cell(self._follow_cell)

    def close(self) -> None:
        """Stop following the reader's cells, too."""
        self._leave()
        super().close()

    def draw(self, axes: Panels) -> Artists:
        words = f"{self.name}({', '.join(self._inputs.parameters)})"
        draw_axes(axes["curve"], self._axis, words)
        axes["curve"].set_xlim(self._grid[0], self._grid[-1])
        return draw_lines(axes, LINES)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {self._axis: x}

    def update(self, now: Any, state: None = None) -> str:
        both, said = self._look(now)
        if not np.isfinite(both.yours).any():  # nothing to compare, and nothing given away
            self._draw_both(both._replace(right=both.yours))
            return f"{said} {NOTHING_YET}"
        self._draw_both(both)
        return f"{_words(self._axis, both)} {said}".strip()

    @quiet
    def _look(self, now: Any) -> tuple[Both, str]:
        """What both give under these settings, and what there is to say of the reader's."""
        places = np.union1d(self._grid, now[0])
        inputs = now._asdict() | {self._axis: places}
        asked = [inputs[name] for name in self._inputs.parameters]
        right, _ = self._curve.answers(*asked)
        yours, said = self._own(*asked, shape=places.shape)
        return Both(places, yours, right, int(np.searchsorted(places, now[0]))), said

    def _draw_both(self, both: Both) -> None:
        low, high = _limits(both)
        set_limits(self.axes["curve"], y=(low, high))
        given, right = np.isfinite(both.yours), both.right.astype(float)
        # What lies far out is as good at the edge of what a picture can hold.
        yours = np.where(given, np.clip(both.yours, 2 * low - high, 2 * high - low), np.nan)
        for name, heights in {"right": right, "yours": yours}.items():
            self.artists[name].set_data(both.places, heights)
            point = both.places[both.point], heights[both.point]
            self.artists[f"{name}_point"].set_data(*np.array(point)[:, np.newaxis])
        marked = np.flatnonzero(both.apart)
        marked = marked[:: len(marked) // MARKS + 1]
        heights = np.where(given, yours, right)
        self.artists["parts"].set_data(both.places[marked], heights[marked])

    def _take_in(self, function: Any) -> None:
        """Look at this from now on."""
        self._function = function
        place = list(self._inputs.parameters).index(self._axis)
        one_by_one = self._curve.each and callable(function)
        asked = _one_by_one(function, place, self.name) if one_by_one else function
        self._own = Own(asked, self.name)

    def _follow_cell(self) -> None:
        """After a cell has run: look at what bears the name now, if that is something else."""
        function = self._names.get(self.name, ...) if self._bound else self._function
        if function is not self._function:
            with drawing:
                self._take_in(function)
                self._refresh()


def _exercise(function: Any, names: dict[str, Any]) -> str:
    """The exercise that `function` answers: by its name among these, or the one it was given."""
    called = Own(function).name
    bound = [name for name in CURVES if names.get(f"my_{name}") is function]
    found = bound or [name for name in CURVES if f"my_{name}" == called]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"my_{name}" for name in CURVES)
    came = " and ".join(f"my_{name}" for name in found) or f"of type {type(function).__name__}"
    raise ValueError(
        "function must be what you wrote for one exercise, by its name, as in Compare(my_relu); "
        f"there are {known}, got {came}"
    )


def grid(axis: Number) -> np.ndarray:
    """The places of an axis that are looked at: evenly spaced, the kinks, and beside each kink."""
    even = np.linspace(axis.low, axis.high, PIECES + 1).round(10)
    places = np.concatenate([even, KINKS, KINKS - BESIDE, KINKS + BESIDE])
    return np.unique(places[(axis.low <= places) & (places <= axis.high)])


def _one_by_one(function: Callable[..., Any], place: int, name: str) -> Callable[..., Any]:
    """The answers of `function`, which takes numbers, for each of the inputs at this `place`."""

    def answers(*inputs: Any) -> list[Any]:
        before, after = inputs[:place], inputs[place + 1 :]
        found = [numbers(function(*before, x, *after), f"{name}: ") for x in inputs[place]]
        return [each.item() if each.size == 1 else each for each in found]

    return answers


def _limits(both: Both) -> tuple[float, float]:
    """The ends of the upright axis: 0, what is right, and of the reader's what is not far out."""
    right, yours = (row[np.isfinite(row)].astype(float) for row in (both.right, both.yours))
    reach = 3 * np.abs(right).max(initial=0.1)
    seen = np.append(right, np.clip(yours, -reach, reach))
    low, high = (_end(end) for end in (-seen.min(initial=0), seen.max(initial=0)))
    low, high = (low, high) if low + high else (0, 1)
    pad = 0.08 * (low + high)
    return -low - pad, high + pad


def _end(value: float) -> float:
    """The end of an axis that holds this: one of a few, so that they change seldom."""
    return float(min(round_up(value), 3 * round_up(value / 3))) if value else 0.0


def _words(axis: str, both: Both) -> str:
    """Both at the point, and where they part."""
    apart, count = both.apart, len(both.places)
    words = f"At {axis} = {in_digits(both.places[both.point])}: {_read(both, both.point)}."
    if not apart.any():
        return f"{words} They agree at all {count} places."
    first = int(apart.argmax())
    where = f"{axis} = {in_digits(both.places[first])}: {_read(both, first)}"
    return f"{words} They part at {apart.sum()} of {count} places, first at {where}."


def _read(both: Both, place: int) -> str:
    """What each gives at a place, in as many digits as show whether they differ."""
    right, yours = both.right[place], both.yours[place]
    if not np.isfinite(yours):
        return f"right {in_digits(right)}, yours no number"
    if both.apart[place]:
        return "right {}, yours {}".format(*apart(right, yours))
    return f"both {right if isinstance(right, np.bool_) else in_digits(right)}"
