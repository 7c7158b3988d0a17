"""The settings of a view, as data: what each is called, what it may be, where it starts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, Signature
from typing import Any, ClassVar

import numpy as np

from utils.arguments import one_number, one_of, whole_number

LONGEST = 10_000  # steps or epochs of a run that a picture has room for
Values = Mapping[str, Any]  # of all settings of a view, by name


def tidy(value: float) -> float:
    """0.1 for the 0.09999999999999999 that a browser's slider makes of it; and 0, never -0."""
    return round(value, 10) + 0.0


def typed(words: str, name: str) -> float:
    """The number that a reader has typed, whatever their language writes for a point or a minus."""
    plain = words.strip().replace("\N{MINUS SIGN}", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"{name} must be a number, got {words!r:.40}") from None


@dataclass(frozen=True)
class Number:
    """A real number from `low` to `high`, with a slider in steps of `step` and an exact entry.

    With `restarts`, here and below, a change starts the view's run anew; what is `rare` folds away.
    """

    label: str
    start: float
    low: float
    high: float
    step: float
    restarts: bool = False
    rare: bool = False

    def check(self, value: Any, name: str, others: Values) -> float:
        """`value` as this setting takes it; ValueError, with its `name`, for what it does not."""
        return one_number(tidy(one_number(value, name)), name, self.low, self.high)

    def nearest(self, value: float, others: Values) -> float:
        """The place of the slider that is nearest to `value`."""
        steps = round((np.clip(value, self.low, self.high) - self.low) / self.step)
        return tidy(min(self.low + steps * self.step, self.high))


def scaled(setting: Number, factor: float) -> Number:
    """The same for numbers that are so many times as large."""
    values = (setting.start, setting.low, setting.high, setting.step)
    start, low, high, step = (tidy(value * factor) for value in values)
    return replace(setting, start=start, low=low, high=high, step=step)


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, or to the setting before it that `high` names.

    With `start` None it starts at that end, and stays at it while the end moves.
    """

    label: str
    start: int | None
    low: int
    high: int | str
    restarts: bool = False
    rare: bool = False

    def highest(self, others: Values) -> int:
        """Where the range ends, for these values of the other settings."""
        return others[self.high] if isinstance(self.high, str) else self.high

    def check(self, value: Any, name: str, others: Values) -> int:
        high = self.highest(others)
        at_the_end = value is None and self.start is None
        return high if at_the_end else whole_number(value, name, self.low, high)

    def nearest(self, value: float, others: Values) -> int:
        """The whole number of the range that is nearest to `value`."""
        return round(np.clip(value, self.low, self.highest(others)))


@dataclass(frozen=True)
class Choice:
    """One of `options`, which are values, or pairs of words and a value; with a menu."""

    label: str
    start: Any
    options: Sequence[Any]
    restarts: bool = False
    rare: bool = False

    def check(self, value: Any, name: str, others: Values) -> Any:
        values = [option[1] if isinstance(option, tuple) else option for option in self.options]
        return values[values.index(one_of(value, name, values))]


@dataclass(frozen=True)
class Fixed:
    """What is given once, when the view is made: `rule(value, name)` returns it or refuses it."""

    start: Any
    rule: Callable[[Any, str], Any]
    restarts: ClassVar[bool] = False

    def check(self, value: Any, name: str, others: Values) -> Any:
        return self.rule(value, name)


class ByHand(Fixed):
    """What only a hand on the picture moves, or a line of code: it has no control."""


Setting = Number | Whole | Choice | Fixed


def length(value: Any, name: str) -> int:
    """The rule for how many steps or epochs a run has."""
    return whole_number(value, name, 1, LONGEST)


def seed(value: Any, name: str) -> int:
    """The rule for a seed."""
    return whole_number(value, name, 0, np.inf)


def signature(settings: Mapping[str, Setting], takes: Sequence[str] = ()) -> Signature:
    """That of a view's constructor, which also `takes` data: what Shift+Tab shows."""
    kind = Parameter.POSITIONAL_OR_KEYWORD
    moved = [Parameter(name, kind, default=s.start) for name, s in settings.items()]
    return Signature([*moved, *(Parameter(n, Parameter.KEYWORD_ONLY, default=None) for n in takes)])


def given(settings: Mapping[str, Setting], *args: Any, **named: Any) -> Values:
    """The values that a constructor was given, checked, and the starts of the others."""
    bound = signature(settings).bind(*args, **named)
    bound.apply_defaults()
    values: dict[str, Any] = {}
    for name, setting in settings.items():
        values[name] = setting.check(bound.arguments[name], name, values)
    return values


def unmoved(settings: Mapping[str, Setting], values: Values) -> Values:
    """The `values` of what is given once, and the starts of all that can be moved."""
    return given(settings, **{n: values[n] for n, s in settings.items() if type(s) is Fixed})


def as_code(view: Any, values: Values, data: Values) -> str:
    """The call that makes `view`, which has `settings`, with these values and the reader's data."""
    starts = given(view.settings)
    others = data | {name: value for name, value in values.items() if value != starts[name]}
    arguments = ", ".join(f"{name}={value!r}" for name, value in others.items())
    return f"{type(view).__name__}({arguments})"


def moved(settings: Mapping[str, Setting], before: Values, values: Values) -> Values:
    """The values `before`, with these in their places, checked: ValueError for what does not do.

    An end that has moved takes along the value that stood on it, or beyond it now.
    """
    free = [name for name, setting in settings.items() if type(setting) is not Fixed]
    for name in values:
        if name not in free:
            raise ValueError(f"no setting {name!r} to be moved; there are {', '.join(free)}")
    after = dict(before)
    for name, setting in settings.items():
        if name in values:
            after[name] = setting.check(values[name], name, after)
        elif isinstance(setting, Whole):
            high, stood_there = setting.highest(after), before[name] == setting.highest(before)
            after[name] = high if stood_there else min(before[name], high)
    return after


def nearest(settings: Mapping[str, Setting], before: Values, values: Values) -> Values:
    """`values` that a hand has pointed at, each at the nearest place of its setting.

    What is no number, as a hinge's place without a weight, is left out.
    """
    numbers = {name: setting for name, setting in settings.items() if hasattr(setting, "nearest")}
    return {
        name: numbers[name].nearest(value, before) if name in numbers else value
        for name, value in values.items()
        if name not in numbers or np.isfinite(value)
    }


def said(settings: Mapping[str, Setting], values: Values) -> str:
    """The values of what folds away, where they are not at their start; empty for none."""
    folded = {name: s for name, s in settings.items() if getattr(s, "rare", False)}
    away = [
        f"{setting.label} {in_words(setting, values[name])}"
        for name, setting in folded.items()
        if values[name] != setting.check(setting.start, name, values)
    ]
    return f" With {', '.join(away)}." if away else ""


def in_words(setting: Setting, value: Any) -> str:
    """A value as its control shows it."""
    if not isinstance(setting, Choice):
        return f"{value:.10g}"
    return next((o[0] for o in setting.options if isinstance(o, tuple) and o[1] == value), value)
