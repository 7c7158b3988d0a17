"""How an answer is judged: in words, and whatever it is, without an error.

What was answered right stands in `passed` until the kernel ends. A check tries the reader's answer
on inputs of its own, and knows the results that the usual mistakes give.
"""

import inspect
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakSet

import numpy as np

EXERCISES: dict[str, Callable[..., None]] = {}  # all checks of the lessons imported so far
passed: set[str] = set()  # the exercises answered right so far, each by its check's name
watchers: WeakSet = WeakSet()  # whoever shows `passed`: its `refresh()` is called when that grows

X = np.array([-2.0, -0.5, 0.0, 0.5, 3.0])  # what most checks try a function of x on


class _Solution:
    """Stands for the solution of whatever exercise it is given to the check of."""

    def __repr__(self) -> str:
        return "Put it into the check of an exercise, in place of your answer: check_relu(solution)"


solution = _Solution()


def exercise(check: Callable[..., None]) -> Callable[..., None]:
    """Make `check_<name>` the check of the exercise <name>, which takes `solution` as well.

    That shows what stands in the file solutions/<name>.py of its lesson, and judges it. It is run
    among the reader's own names, and changes none of them.
    """
    name = check.__name__.removeprefix("check_")

    @wraps(check)
    def judged(attempt: Any, *more: Any, **named: Any) -> None:
        if attempt is solution:
            attempt = _solved(check, name, dict(sys._getframe(1).f_globals))
        check(attempt, *more, **named)

    EXERCISES[name] = judged
    return judged


def _solved(check: Callable[..., None], name: str, names: dict[str, Any]) -> Any:
    """What the solution calls my_..., once it has been shown, and run among these names."""
    file = Path(inspect.getfile(check)).parent / "solutions" / f"{name}.py"
    words = file.read_text(encoding="utf-8")
    print(words)
    exec(words, names)
    (answer,) = re.findall(r"^(?:def )?(my_\w+)", words, re.MULTILINE)
    return names[answer]


def judge_function(
    name: str,
    attempt: Callable[..., Any],
    inputs: Mapping[str, Any],
    expected: Any,
    mistakes: Mapping[str, Any],
) -> None:
    """Try a function on `inputs`, and say how its answer differs from `expected`."""
    expected = np.asarray(expected)

    def answer() -> Any:
        copies = (np.copy(value)[()] for value in inputs.values())  # theirs to change
        return attempt if attempt is Ellipsis else attempt(*copies)

    def difference(values: np.ndarray) -> str:
        return _difference(values, expected, inputs)

    print(_judge(name, answer, expected, mistakes, difference))


def judge_number(
    name: str, attempt: Any, expected: float, mistakes: Mapping[str, Any], tolerance: float = 0.005
) -> None:
    """Judge a number that the reader has to find: it is not given away, only its direction."""

    def difference(value: np.ndarray) -> str:
        return f"{value:.4g} is too {'large' if value > expected else 'small'}"

    print(_judge(name, lambda: attempt, np.asarray(expected), mistakes, difference, tolerance))


def _judge(
    name: str,
    answer: Callable[[], Any],
    expected: np.ndarray,
    mistakes: Mapping[str, Any],
    difference: Callable[[np.ndarray], str],
    tolerance: float = 1e-9,
) -> str:
    values = _numbers(answer)
    if isinstance(values, str):
        return values
    if _equal(values, expected, tolerance):
        _pass(name)
        return "Right."
    known = [words for words, value in mistakes.items() if _equal(values, value, tolerance)]
    usual = f" Most likely: {known[0]}." if known else ""
    return f"Not yet: {_what_differs(values, expected, difference)}.{usual}"


def _numbers(answer: Callable[[], Any]) -> np.ndarray | str:
    """The answer as an array of numbers, or words that say why it is none."""
    try:
        given = answer()
        if given is Ellipsis:
            return "Not attempted yet: put your answer in place of the three dots."
        if given is None:
            return "Not yet: the answer is None. Is a `return` missing?"
        return np.asarray(given, dtype=float)
    except (Exception, SystemExit) as error:  # whatever the reader wrote: it is said in words
        return f"Not yet: it stops with {traceback.format_exception_only(error)[-1].strip()}"


def _what_differs(
    values: np.ndarray, expected: np.ndarray, difference: Callable[[np.ndarray], str]
) -> str:
    if values.shape != expected.shape:
        return f"expected {_shape(expected)}, got {_shape(values)}"
    if not np.isfinite(values).all():
        return "the answer has a value in it that is not a number, or infinite"
    return difference(values)


def _equal(values: np.ndarray, other: Any, tolerance: float) -> bool:
    same_shape = values.shape == np.shape(other)
    return same_shape and np.allclose(values, np.asarray(other, float), rtol=0, atol=tolerance)


def _pass(name: str) -> None:
    passed.add(name)
    for watcher in tuple(watchers):
        watcher.refresh()


def _difference(values: np.ndarray, expected: np.ndarray, inputs: Mapping[str, Any]) -> str:
    """The first place where the answer is wrong: the inputs there, what was expected, what came."""
    wrong = np.argwhere(~np.isclose(values, expected, rtol=0, atol=1e-9))[0]
    place = tuple(int(index) for index in wrong)
    elementwise = {name for name in inputs if place and np.shape(inputs[name]) == expected.shape}
    here = {name: inputs[name][place] if name in elementwise else inputs[name] for name in inputs}
    where = ", ".join(f"{name} = {_said(value)}" for name, value in here.items())
    which = f" at place {place[0]}" if place and not elementwise else ""
    came = expected.dtype.type(values[place])
    return f"for {where} expected {_said(expected[place])}{which}, got {_said(came)}"


def _said(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if np.ndim(value):
        return "[" + ", ".join(map(_said, value)) + "]"
    return f"{value:.4g}"


def _shape(values: np.ndarray) -> str:
    return f"an array of shape {values.shape}" if values.ndim else "one number"
