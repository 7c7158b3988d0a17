"""How an answer is judged: in words, and whatever it is, without an error.

What was answered right stands in `passed` until the kernel ends. A check knows for any inputs what
is right, and what the usual mistakes give. It tries some that are small and readable first, then
drawn ones and hard ones, and names a mistake if that alone gives all that the reader's gives.
"""

import inspect
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakSet

import numpy as np

from utils.data import WIDE as REACH
from utils.own import Unfit, copied, in_shape, in_words, numbers
from utils.settings import Number, Setting

EXERCISES: dict[str, Callable[..., None]] = {}  # all checks of the lessons imported so far
passed: set[str] = set()  # the exercises answered right so far, each by its check's name
watchers: WeakSet = WeakSet()  # whoever shows `passed`: its `refresh()` is called when that grows

X = np.array([-2.0, -0.5, 0.0, 0.5, 3.0])  # what most checks first try a function of x on
# Then quarters, where the kinks are; both sides of a kink, close by; far out; and some between.
KINKS, BETWEEN = np.array([-1, 0, 1]), np.random.default_rng(0).integers(-192, 193, 25) / 64
WIDE = np.r_[np.arange(-16, 17) / 4, KINKS - 2**-10, KINKS + 2**-10, -50, 50, BETWEEN]
SOME = [*np.arange(-16, 17) / 4, -6, 6, -(2**-4), 2**-4, -(2**-7), 2**-7]

POINT = Number("point x", -1.0, -REACH, REACH, 0.05)  # of what is seen over x

# Inputs in; out comes what is right, and what each usual mistake gives.
Answers = Callable[..., tuple[Any, Mapping[str, Any]]]


def drawn(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """An array a shape: often on a kink or close to it, sometimes far, and exact in float32."""
    rng = np.random.default_rng(seed)
    return [rng.choice(SOME, shape) for shape in shapes]


class Curve(NamedTuple):
    """How an answer is looked at that is a function of one number: what is right, and over what.

    Attributes:
        answers: what the check of the exercise knows.
        settings: of its inputs, by their names; the first is the axis.
        each: whether it is asked for one number at a time, as by its check.
    """

    answers: Answers
    settings: Mapping[str, Setting]
    each: bool


CURVES: dict[str, Curve] = {}  # by exercise


def seen_over(name: str, each: bool = False, **settings: Setting) -> Callable[[Answers], Answers]:
    """Make the answers below the curve of the exercise `name`: `utils.compare` draws it."""

    def noted(answers: Answers) -> Answers:
        CURVES[name] = Curve(answers, settings, each)
        return answers

    return noted


class _Solution:
    """Stands for the solution of whatever exercise it is given to the check of."""

    def __repr__(self) -> str:
        return "Put it into the check of an exercise, in place of your answer: check_relu(solution)"


solution = _Solution()


NOT_YET = "Not yet: "
NOT_THE_ANSWER = (
    "This cannot be judged, and your answer is not the reason: {}. "
    "Run the cells above in order, and look at what else the check is given."
)


def exercise(check: Callable[..., None]) -> Callable[..., None]:
    """Make `check_<name>` the check of the exercise <name>, which takes `solution` as well.

    That shows what stands in the file solutions/<name>.py of its lesson, and judges it. It is run
    among the reader's own names, and changes none of them. No check raises: what is wrong with the
    rest that it is given is said in words as well, and numpy does not warn of hard inputs.
    """
    name = check.__name__.removeprefix("check_")

    @wraps(check)
    def judged(attempt: Any = ..., *more: Any, **named: Any) -> None:
        names = sys._getframe(1).f_globals
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                with in_words(NOT_THE_ANSWER.format):
                    mine = _solved(check, name, dict(names)) if attempt is solution else attempt
                    check(mine, *more, **named)
            except Unfit as words:
                print(words)

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
    name: str, attempt: Any, answers: Answers, cases: Sequence[Sequence[Any]]
) -> None:
    """Try a function on `cases`, and say where it first differs from what is right, and why."""
    names = inspect.signature(answers).parameters
    inputs = [dict(zip(names, map(copied, case), strict=True)) for case in cases]
    wanted, usual = zip(*(answers(*case.values()) for case in inputs), strict=True)
    wanted = [np.asarray(right) for right in wanted]
    got = [_tried(attempt, *pair) for pair in zip(inputs, wanted, strict=True)]
    tried = zip(got, wanted, inputs, strict=True)
    difference = next((_difference(*each) for each in tried if not _alike(*each[:2])), "")
    explains = {words: all(map(_alike, got, [each[words] for each in usual])) for words in usual[0]}
    _say(name, difference, [words for words in explains if explains[words]])


def judge_number(
    name: str,
    attempt: Any,
    exact: float,
    mistakes: Mapping[str, float],
    decimals: int = 2,
    upwards: bool = False,
) -> None:
    """Judge a number that the reader has to find: it is not given away, only its direction.

    Right is `exact`, rounded to `decimals` or, if told so, `upwards` to them; and what is nearer.
    """
    low, high = _span(exact, decimals, upwards)
    value = _one_number(attempt)
    digits = (f"{value:.{count}g}" for count in range(4, 18))
    shown = next((text for text in digits if not low <= float(text) <= high), "")
    difference = f"{shown} is too {'large' if value > high else 'small'}" if shown else ""
    near = [words for words, other in mistakes.items() if _rounded(other, value, decimals)]
    _say(name, difference, near)


def _say(name: str, difference: str, known: Sequence[str]) -> None:
    """Print the verdict; a mistake is named only where no other explains the answer as well."""
    if difference:
        likely = f" Most likely: {known[0]}." if len(known) == 1 else ""
        print(f"Not yet: {difference}.{likely}")
        return
    print("Right.")
    passed.add(name)
    for watcher in tuple(watchers):
        watcher.refresh()


def _tried(attempt: Any, inputs: Mapping[str, Any], wanted: np.ndarray) -> np.ndarray:
    """What the reader's function gives for these inputs, as numbers."""
    if attempt is not Ellipsis and not callable(attempt):
        raise Unfit("Not yet: the check takes the function itself, as in `check_relu(my_relu)`.")
    with in_words(lambda what: f"Not yet: for {_listed(inputs)} it stops with {what}."):
        answer = attempt if attempt is Ellipsis else attempt(*map(copied, inputs.values()))
    values = numbers(answer, NOT_YET)
    # Axes of length 1 are a difference only where each input has an answer of its own.
    each = wanted.ndim and any(np.shape(value) == wanted.shape for value in inputs.values())
    return values if each or values.squeeze().shape != wanted.shape else values.squeeze()


def _one_number(attempt: Any) -> float:
    values = numbers(attempt, NOT_YET)
    if values.size != 1:
        raise Unfit(f"Not yet: expected one number, got {in_shape(values)}.")
    if not np.isfinite(values).all():
        raise Unfit("Not yet: the answer is not a number, or infinite.")
    return values.item()


def _alike(values: np.ndarray, other: Any) -> bool:
    return values.shape == np.shape(other) and bool(close(values, other).all())


def close(values: np.ndarray, other: Any) -> np.ndarray:
    """Where two answers agree, as far as float32 does."""
    return np.isclose(values, np.asarray(other, float), rtol=1e-4, atol=1e-5, equal_nan=True)


def _span(exact: float, decimals: int, upwards: bool) -> tuple[float, float]:
    """From where to where a number is right."""
    unit, exact = 10.0**-decimals, float(exact)
    if not np.isfinite(exact):
        raise ValueError("there is no such number")
    near = unit / 200
    if upwards:
        return exact - near, (np.ceil(exact / unit - 1e-4) + 1e-4) * unit
    below, above = np.round(exact / unit + np.array([-1e-4, 1e-4])) * unit  # two, if half-way
    half = 0.5001 * unit
    return min(below - half, exact - near), max(above + half, exact + near)


def _rounded(exact: float, value: float, decimals: int) -> bool:
    """Whether `value` is `exact`, rounded to so many decimals or to more."""
    rounded = [round(float(exact), places) for places in range(decimals, 12)]
    return bool(np.isclose(rounded, value, rtol=1e-6, atol=1e-9).any())


def _difference(values: np.ndarray, wanted: np.ndarray, inputs: Mapping[str, Any]) -> str:
    """The first place where the answer is wrong: the inputs there, what was expected, what came."""
    if values.shape != wanted.shape:
        return f"expected {in_shape(wanted)}, got {in_shape(values)}"
    place = tuple(int(index) for index in np.argwhere(~close(values, wanted))[0])
    elementwise = {name for name in inputs if place and np.shape(inputs[name]) == wanted.shape}
    here = {name: inputs[name][place] if name in elementwise else inputs[name] for name in inputs}
    which = f" at place {place[0]}" if place and not elementwise else ""
    expected, got = apart(wanted[place], values[place])
    return f"for {_listed(here)} expected {expected}{which}, got {got}"


def apart(wanted: Any, came: float) -> tuple[str, str]:
    """Both in as many digits as show that they differ."""
    if isinstance(wanted, np.bool_):
        return str(wanted), str(bool(came)) if came in (0, 1) else in_digits(came)
    pairs = ((in_digits(wanted, digits), in_digits(came, digits)) for digits in range(4, 18))
    return next(pair for pair in pairs if pair[0] != pair[1])


def _listed(inputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {in_digits(value)}" for name, value in inputs.items())


def in_digits(value: Any, digits: int = 4) -> str:
    """A number, or some, as it is said."""
    if np.size(value) > 20:
        return f"{np.size(value)} numbers"
    if np.ndim(value):
        return "[" + ", ".join(map(in_digits, value)) + "]"
    return f"{value + 0.0:.{digits}g}"  # no -0
