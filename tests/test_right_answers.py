"""What is right is called right, in whatever shape, type and precision that nobody asked about."""

import fractions
import warnings

import numpy as np
import pytest
from test_mutants import FORMS, FUNCTIONS, SOURCES, made, passes

from utils import judge


class Tensor:
    """As PyTorch's: while it needs a gradient, numpy cannot look at it."""

    def __init__(self, values, needs_grad=True):
        self._values, self._needs_grad = np.asarray(values, np.float32), needs_grad

    def detach(self):
        return Tensor(self._values, needs_grad=False)

    def cpu(self):
        return self

    def numpy(self):
        if self._needs_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return self._values

    def __array__(self, dtype=None, copy=None):
        return self.numpy()


class ArrayLike:
    """As jax's and others': numpy can look at it, and that is all."""

    def __init__(self, values):
        self._values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self._values


def each(kind):
    """One by one, in a list: what a function returns that computes them so."""
    return lambda values: [kind(value) for value in np.ravel(values)] if np.ndim(values) else values


SHAPES = {
    "float32": lambda values: np.asarray(values, np.float32),
    "a list": lambda values: np.asarray(values).tolist(),
    "a tensor": Tensor,
    "a list of tensors": each(Tensor),
    "like an array": ArrayLike,
    "objects": lambda values: np.asarray(values, object),
    "a tuple": lambda values: tuple(values) if np.ndim(values) else values,
    "rounded": lambda values: np.round(np.asarray(values, float), 6),
    "six digits": lambda values: np.array(
        [float(f"{value:.6g}") for value in np.ravel(values)]
    ).reshape(np.shape(values)),
}
ONE = {
    "shape (1,)": lambda value: np.reshape(value, 1),
    "shape (1, 1)": lambda value: np.reshape(value, (1, 1)),
    "a tensor of shape (1,)": lambda value: Tensor(np.reshape(value, 1)),
    "a list of one": lambda value: [value],
    "a fraction": lambda value: fractions.Fraction(float(value)),
    "float": lambda value: float(value),
}
OF_ONE = ["alpha_step", "alpha_grad", "dead_share", "deadly_bias", "prelu_std"]
OF_ONE += ["safe_width", "networks_needed", "flat_share", "factor"]
OF_TWO = ["unit_move", "decayed_step"]
TWO = {
    "a column": lambda pair: np.reshape(pair, (2, 1)),
    "a row": lambda pair: [tuple(pair)],
    "a list of arrays of one": each(lambda value: np.array([value])),
}
CASES = [(name, SHAPES, shape) for name in FUNCTIONS for shape in SHAPES]
CASES += [(name, ONE, shape) for name in OF_ONE for shape in ONE]
CASES += [(name, TWO, shape) for name in OF_TWO for shape in TWO]


@pytest.fixture(autouse=True)
def nothing_passed(monkeypatch):
    monkeypatch.setattr(judge, "passed", set())


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_every_form_of_the_answer_is_right(exercise):
    for form in [SOURCES[exercise], *FORMS[exercise]]:
        assert passes(exercise, made(form)), form


@pytest.mark.parametrize(("exercise", "kinds", "shape"), CASES)
def test_a_right_answer_is_right_in_every_shape(exercise, kinds, shape):
    function = made(SOURCES[exercise])
    assert passes(exercise, lambda *inputs: kinds[shape](function(*inputs)))


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_computed_in_float32_it_is_right(exercise):
    for form in [SOURCES[exercise], *FORMS[exercise]]:
        function = made(form)
        assert passes(exercise, lambda *all, f=function: f(*map(np.float32, all))), form


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_neither_warnings_nor_errors_of_numpy_come_of_hard_inputs(exercise):
    function = made(SOURCES[exercise])

    def careless(*inputs):
        warnings.warn("a reader's own", UserWarning, stacklevel=1)
        np.divide(inputs[0], 0)
        return function(*inputs)

    with np.errstate(all="raise"):
        assert passes(exercise, careless)


LIMIT = 205 / 268  # of deadly_rate: from here on the first step kills
EXACT = {"one_step_rate": 2.0, "hidden_decay": 0.75, "hinge_power": 2.0, "smallest_slope": 0.2}
RIGHT = [
    (name, kinds[kind](EXACT[name])) for name in EXACT for kinds in (SHAPES, ONE) for kind in kinds
]
RIGHT += [
    ("deadly_rate", kind(rate)) for kind in (float, np.float32, Tensor) for rate in (LIMIT, 0.77)
]
RIGHT += [("deadly_rate", round(LIMIT, decimals)) for decimals in range(3, 12)]
RIGHT += [("one_step_rate", 2), ("hinge_power", 1.96), ("hinge_power", 2.04)]
RIGHT += [("one_step_rate", 1.996), ("hidden_decay", 0.7451), ("hidden_decay", 0.754)]
WRONG = [("deadly_rate", rate) for rate in (0.76, 0.764, 0.7644, 0.78, 0.771, 0.775, 1.0459)]
WRONG += [("one_step_rate", 2.01), ("one_step_rate", 1.99), ("one_step_rate", 2.006)]
WRONG += [
    ("hidden_decay", 0.76),
    ("hidden_decay", 0.74),
    ("hinge_power", 1.9),
    ("hinge_power", 2.1),
]
WRONG += [("smallest_slope", slope) for slope in (0.15, 0.199, 0.201, 0.2001, 0.25)]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
def test_a_right_number_is_right(exercise, answer):
    assert passes(exercise, answer)


@pytest.mark.parametrize(("exercise", "answer"), WRONG)
def test_a_number_that_is_not_what_was_asked_for_is_refused(exercise, answer, capsys):
    assert not passes(exercise, answer)
    shown = capsys.readouterr().out.split()[2]
    assert not passes(exercise, float(shown)), "as it is shown it would be right"


@pytest.mark.parametrize("exact", [0.0, 1.0, 0.125, -0.125, 2.675, 1 / 3, -2 / 3, 1.9801, 1e-3])
@pytest.mark.parametrize("decimals", [1, 2])
def test_rounded_as_asked_or_more_exact_it_is_right(exact, decimals, capsys):
    def right(answer):
        judge.judge_number("a number", answer, exact, {}, decimals)
        return capsys.readouterr().out == "Right.\n"

    unit = 10.0**-decimals
    down, up = np.floor(exact / unit) * unit, np.ceil(exact / unit) * unit
    for answer in (down, up):
        assert right(answer) == (abs(answer - exact) <= unit / 2 + 1e-9)
    assert all(right(round(exact, more)) for more in range(decimals, 9))
    assert not right(exact + 1.01 * unit) and not right(exact - 1.01 * unit)


@pytest.mark.parametrize("decimals", [1, 2])
def test_rounded_upwards(decimals, capsys):
    def right(answer):
        judge.judge_number("a number", answer, LIMIT, {}, decimals, upwards=True)
        return capsys.readouterr().out == "Right.\n"

    for thousandths in range(500, 1000):
        rate = thousandths / 1000
        assert right(rate) == (LIMIT <= rate <= (0.8 if decimals == 1 else 0.77))
