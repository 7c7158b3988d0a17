"""Every exercise: three dots, the solution, and each mistake that its check names."""

import contextlib
import io
import itertools
import re
import sys

import numpy as np
import pytest
from house import ROOT  # and with it every lesson, and so every check
from hypothesis import given
from hypothesis import strategies as st

from utils import judge
from utils.activations import prelu, relu
from utils.lessons.dying_relu import experiments as dying
from utils.shelf import softplus_grad as sigmoid
from utils.shelf import swish, swish_grad

SOLUTIONS = sorted(ROOT.glob("utils/lessons/*/solutions/*.py"))
OTHER_X = np.array([-1.0, -0.5, 0.5, 1.0, 3.0])


def gradient(alpha, x, y):
    return 2 * (prelu(x, alpha) - y) * np.minimum(x, 0)


def unit_move(x, y, w, b, rate, passes=None):
    z = w * x + b
    each = 2 * (relu(z) - y) * (z > 0 if passes is None else passes)
    return -rate * np.array([np.mean(each * x), np.mean(each)])


LINE_X, LINE_Y = dying.hinge_data()
TRIED = {0.01: np.array([0.1, 0.1]), 0.1: np.array([0.3, 0.9]), 0.2: np.array([0.8, 0.9])}
TRIED |= {0.25: np.array([0.9, 0.9])}
# What a solution finds in its notebook.
AROUND = {
    "np": np,
    "prelu": prelu,
    "dying": dying,
    "other_x": OTHER_X,
    "line_x": LINE_X,
    "line_y": LINE_Y,
    "few": 0.12,
    "many": 0.03,
    "tried": TRIED,
}
EXERCISES = {
    "relu": (judge.EXERCISES["relu"], "my_relu", ()),
    "prelu_grad": (judge.EXERCISES["prelu_grad"], "my_prelu_grad", ()),
    "prelu_grad_alpha": (judge.EXERCISES["prelu_grad_alpha"], "my_prelu_grad_alpha", ()),
    "max_differs": (judge.EXERCISES["max_differs"], "my_max_differs", ()),
    "alpha_step": (judge.EXERCISES["alpha_step"], "my_alpha_step", ()),
    "one_step_rate": (judge.EXERCISES["one_step_rate"], "my_learning_rate", (OTHER_X,)),
    "hidden_decay": (judge.EXERCISES["hidden_decay"], "my_decay", (OTHER_X, 0.5, 0.2)),
    "safe_width": (judge.EXERCISES["safe_width"], "my_safe_width", ()),
    "networks_needed": (judge.EXERCISES["networks_needed"], "my_networks_needed", ()),
    "flat_share": (judge.EXERCISES["flat_share"], "my_flat_share", ()),
    "dead_share": (judge.EXERCISES["dead_share"], "my_dead_share", ()),
    "deadly_bias": (judge.EXERCISES["deadly_bias"], "my_deadly_bias", ()),
    "deadly_rate": (judge.EXERCISES["deadly_rate"], "my_deadly_rate", (LINE_X, LINE_Y, 1.0, 1.5)),
    "unit_move": (judge.EXERCISES["unit_move"], "my_unit_move", ()),
    "unit_grad": (judge.EXERCISES["unit_grad"], "my_unit_grad", ()),
    "roof": (judge.EXERCISES["roof"], "my_roof", ()),
    "hinge_power": (judge.EXERCISES["hinge_power"], "my_power", (0.12, 0.03)),
    "alpha_grad": (judge.EXERCISES["alpha_grad"], "my_alpha_grad", ()),
    "prelu_std": (judge.EXERCISES["prelu_std"], "my_prelu_std", ()),
    "decayed_step": (judge.EXERCISES["decayed_step"], "my_decayed_step", ()),
    "smallest_slope": (judge.EXERCISES["smallest_slope"], "my_smallest_slope", (TRIED, 0.8)),
    "softplus_grad": (judge.EXERCISES["softplus_grad"], "my_softplus_grad", ()),
    "factor": (judge.EXERCISES["factor"], "my_factor", ()),
    "swish_grad_beta": (judge.EXERCISES["swish_grad_beta"], "my_swish_grad_beta", ()),
}
NUMBERS = {"one_step_rate", "hidden_decay", "deadly_rate", "hinge_power", "smallest_slope"}
MISTAKES = [
    ("relu", lambda x: np.minimum(x, 0), "the larger"),
    ("relu", np.abs, "absolute value"),
    ("relu", lambda x: np.where(x > 0, 1, 0), "slope"),
    ("relu", lambda x: x, "negative inputs"),
    ("prelu_grad", lambda x, a: np.where(x >= 0, 1, a), "x >= 0"),
    ("prelu_grad", lambda x, a: np.where(prelu(x, a) > 0, 1, a), "output f(x)"),
    ("prelu_grad", lambda x, a: np.where(x > 0, a, 1), "swapped"),
    ("prelu_grad", lambda x, a: (x > 0) * 1.0, "ReLU's slope"),
    ("prelu_grad", prelu, "f itself"),
    ("prelu_grad_alpha", lambda x: -np.minimum(x, 0), "sign"),
    ("prelu_grad_alpha", lambda x: np.maximum(x, 0), "swapped"),
    ("prelu_grad_alpha", lambda x: x, "right side"),
    ("prelu_grad_alpha", lambda x: x > 0, "slope in x"),
    ("prelu_grad_alpha", lambda x: x <= 0, "left side"),
    ("alpha_step", lambda a, x, y, lr: a + lr * gradient(a, x, y).mean(), "added"),
    ("alpha_step", lambda a, x, y, lr: a - lr * gradient(a, x, y).sum(), "summed"),
    ("alpha_step", lambda a, x, y, lr: a - lr * gradient(a, x, y).mean() / 2, "2 of the square"),
    ("alpha_step", lambda a, x, y, lr: lr * gradient(a, x, y).mean(), "change alone"),
    ("alpha_step", lambda a, x, y, lr: a - gradient(a, x, y).mean(), "learning rate is missing"),
    ("one_step_rate", 4.0, "edge"),
    ("one_step_rate", 0.5, "c itself"),
    ("one_step_rate", 0.8, "x > 0 too"),
    ("safe_width", lambda d, p: np.ceil(-np.log2(1 - (1 - p) ** (1 / d))), "no hidden one"),
    ("safe_width", lambda d, p: np.ceil(-np.log2(p)), "one layer escapes"),
    ("safe_width", lambda d, p: -np.log2(1 - (1 - p) ** (1 / (d - 1))), "whole number"),
    ("safe_width", lambda d, p: np.floor(-np.log2(1 - (1 - p) ** (1 / (d - 1)))), "too narrow"),
    ("safe_width", lambda d, p: np.ceil(np.log2((d - 1) / p)), "adds up the chances"),
    ("networks_needed", lambda p, e: p * (1 - p) / e, "root is forgotten"),
    ("networks_needed", lambda p, e: np.sqrt(p * (1 - p)) / e, "root of the number"),
    ("networks_needed", lambda p, e: p / e**2, "factor 1 - share"),
    ("networks_needed", lambda p, e: (1 - p) / e**2, "factor share"),
    ("networks_needed", lambda p, e: 1 / e**2, "share is missing"),
    ("networks_needed", lambda p, e: 0.25 / e**2, "share of 1/2"),
    ("flat_share", lambda f: np.mean(np.all(np.abs(f) < 0.001, axis=1)), "any height"),
    ("flat_share", lambda f: np.mean(np.ptp(f, axis=0) < 0.001), "axes are swapped"),
    ("flat_share", lambda f: np.sum(np.ptp(f, axis=1) < 0.001), "number of flat networks"),
    ("flat_share", lambda f: np.ptp(f, axis=1) < 0.001, "which are flat"),
    ("flat_share", lambda f: np.mean(np.ptp(f, axis=1) >= 0.001), "that move"),
    ("flat_share", lambda f: np.mean(f.std(axis=1) < 0.001), "standard deviation"),
    ("flat_share", lambda f: np.mean(np.ptp(f, axis=1) <= 0.001), "moves by 0.001"),
    ("dead_share", lambda z: np.mean(z <= 0), "share of zero outputs"),
    ("dead_share", lambda z: np.mean(np.all(z <= 0, axis=1)), "axes are swapped"),
    ("dead_share", lambda z: np.mean(np.all(z < 0, axis=0)), "exactly 0"),
    ("dead_share", lambda z: np.mean(np.any(z <= 0, axis=0)), "on some input"),
    ("dead_share", lambda z: np.mean(np.any(z > 0, axis=0)), "alive"),
    ("dead_share", lambda z: np.sum(np.all(z <= 0, axis=0)), "number of dead units"),
    ("dead_share", lambda z: np.all(z <= 0, axis=0), "which units are dead"),
    ("deadly_bias", lambda x, w: np.max(x @ w), "sign"),
    ("deadly_bias", lambda x, w: -np.min(x @ w), "smallest"),
    ("deadly_bias", lambda x, w: -np.mean(x @ w), "half of the inputs"),
    ("deadly_bias", lambda x, w: -np.max(np.abs(x @ w)), "larger bias"),
    ("unit_grad", lambda x, w, b: x * (x > 0), "look at the pre-activation"),
    ("unit_grad", lambda x, w, b: x * (w * x + b >= 0), ">= 0"),
    ("unit_grad", lambda x, w, b: w * x + b > 0, "slope in b"),
    ("unit_grad", lambda x, w, b: w * (w * x + b > 0), "slope in x"),
    ("unit_grad", lambda x, w, b: x, "nothing passes"),
    ("unit_grad", lambda x, w, b: relu(w * x + b), "output itself"),
    ("roof", lambda x: relu(x + 1) - relu(x), "height 1"),
    ("roof", lambda x: relu(x + 1) - 2 * relu(x), "for ever"),
    ("roof", lambda x: relu(x + 1) - relu(x) + relu(x - 1), "from 1 to -1"),
    ("roof", lambda x: 2 * relu(x) - relu(x + 1) - relu(x - 1), "upside down"),
    ("roof", lambda x: relu(x + 1) + 2 * relu(x) + relu(x - 1), "subtracted"),
    ("alpha_grad", lambda x, g: np.mean(g * np.minimum(x, 0)), "the mean"),
    ("alpha_grad", lambda x, g: np.sum(g * x), "right side counts too"),
    ("alpha_grad", lambda x, g: np.sum(g * relu(x)), "swapped"),
    ("alpha_grad", lambda x, g: np.minimum(x, 0).sum(), "is missing"),
    ("alpha_grad", lambda x, g: np.sum(g * (x <= 0)), "not 1"),
    ("alpha_grad", lambda x, g: -np.sum(g * np.minimum(x, 0)), "sign"),
    ("alpha_grad", lambda x, g: np.sum(g * np.minimum(x, 0), axis=0), "over the examples alone"),
    ("alpha_grad", lambda x, g: np.sum(g * np.minimum(x, 0), axis=1), "wrong axis"),
    ("hinge_power", 4.0, "how many times"),
    ("hinge_power", 0.25, "as a share"),
    ("hinge_power", -2.0, "sign"),
    ("hinge_power", np.log(4), "divide it by the logarithm of 2"),
    ("hinge_power", np.log10(4), "the same logarithm"),
    ("deadly_rate", 1.0459, "alive again"),
    ("deadly_rate", 0.7321, "bias to 0"),
    ("deadly_rate", 0.7915, "weight to 0"),
    ("deadly_rate", -0.7649, "sign"),
    ("unit_move", lambda x, y, w, b, lr: -unit_move(x, y, w, b, lr), "sign"),
    ("unit_move", lambda x, y, w, b, lr: unit_move(x, y, w, b, lr, x > -9), "gate is missing"),
    ("unit_move", lambda x, y, w, b, lr: unit_move(x, y, w, b, lr, x > 0), "gate looks at x"),
    ("unit_move", lambda x, y, w, b, lr: unit_move(x, y, w, b, lr) * len(x), "summed"),
    ("unit_move", lambda x, y, w, b, lr: unit_move(x, y, w, b, lr) / 2, "2 of the square"),
    ("unit_move", lambda x, y, w, b, lr: unit_move(x, y, w, b, 1), "learning rate is missing"),
    ("unit_move", lambda x, y, w, b, lr: [w, b] + unit_move(x, y, w, b, lr), "how far"),
    ("max_differs", lambda a: a >= 1, "alpha = 1"),
    ("max_differs", lambda a: abs(a) > 1, "alpha = -2"),
    ("max_differs", lambda a: a <= 1, "turned around"),
    ("max_differs", lambda a: a != 1, "alpha = 0.25"),
    ("max_differs", lambda a: a < 0, "above 1"),
    ("hidden_decay", 1.5, "curvature c is missing"),
    ("hidden_decay", 0.3, "divides by the true alpha"),
    ("hidden_decay", 0.375, "decay / 2"),
    ("hidden_decay", 0.4, "how much of alpha is left"),
    ("hidden_decay", 1.25, "take c away"),
    ("softplus_grad", lambda x: np.logaddexp(0, x), "softplus itself"),
    ("softplus_grad", lambda x: 1 / (1 + np.exp(x)), "inner derivative"),
    ("softplus_grad", lambda x: (x > 0) * 1.0, "slope of ReLU"),
    ("softplus_grad", lambda x: 1 / (2 + np.exp(x) + np.exp(-x)), "one derivative too many"),
    ("factor", lambda v: 1 / np.mean(v**2), "root is missing"),
    ("factor", lambda v: np.sqrt(np.mean(v**2)), "makes up for it"),
    ("factor", lambda v: 1 / np.mean(v), "mean of the values"),
    ("factor", lambda v: 1 / np.std(v), "must not be taken away"),
    ("factor", lambda v: 1 / np.sqrt(np.sum(v**2)), "takes no mean"),
    ("factor", lambda v: np.sqrt(2), "ReLU's factor"),
    ("factor", lambda v: np.sqrt(2 / np.mean(v**2)), "ReLU alone"),
    ("swish_grad_beta", swish_grad, "slope in x"),
    ("swish_grad_beta", lambda x, b: x * sigmoid(b * x) * sigmoid(-b * x), "one x is missing"),
    ("swish_grad_beta", lambda x, b: sigmoid(b * x) * sigmoid(-b * x), "both factors"),
    ("swish_grad_beta", lambda x, b: b * x * sigmoid(b * x) * sigmoid(-b * x), "not beta"),
    ("swish_grad_beta", lambda x, b: -(x**2) * sigmoid(b * x) * sigmoid(-b * x), "sign"),
    ("swish_grad_beta", swish, "Swish itself"),
    ("swish_grad_beta", lambda x, b: x**2 * sigmoid(b * x), "1 - s is missing"),
    ("swish_grad_beta", lambda x, b: x**2 * sigmoid(-b * x), "s is missing"),
    ("decayed_step", lambda w, a, g, h, r, d: (w - r * (g + d * w), a - r * (h + d * a)), "too"),
    ("decayed_step", lambda w, a, g, h, r, d: (w - r * g, a - r * h), "nothing is decayed"),
    ("decayed_step", lambda w, a, g, h, r, d: (w - r * g, a - r * (h + d * a)), "wrong way round"),
    ("decayed_step", lambda w, a, g, h, r, d: (w - r * (g - d * w), a - r * h), "must pull"),
    ("decayed_step", lambda w, a, g, h, r, d: (w - r * g - d * w, a - r * h), "not multiplied"),
    ("decayed_step", lambda w, a, g, h, r, d: (w + r * (g - d * w), a + r * h), "climbs"),
    ("smallest_slope", 0.1, "best seed"),
    ("smallest_slope", 0.01, "smallest that was tried"),
    ("smallest_slope", 0.25, "a smaller one"),
    ("prelu_std", lambda n, a: 2 / ((1 + a**2) * n), "variance"),
    ("prelu_std", lambda n, a: np.sqrt(2 / n), "alpha is missing"),
    ("prelu_std", lambda n, a: np.sqrt(1 / n), "Xavier"),
    ("prelu_std", lambda n, a: np.sqrt(2 / ((1 + a) ** 2 * n)), "wrong place"),
    ("prelu_std", lambda n, a: np.sqrt(2 * (1 + a**2) / n), "below the line"),
]


def solution_of(exercise):
    """What a solution calls my_..., among the names of its notebook."""
    names = dict(AROUND)
    (path,) = (path for path in SOLUTIONS if path.stem == exercise)
    exec(path.read_text(encoding="utf-8"), names)
    return names[EXERCISES[exercise][1]]


def verdict(exercise, attempt, capsys):
    check, _, more = EXERCISES[exercise]
    assert check(attempt, *more) is None
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_right_and_noted(exercise, capsys, monkeypatch):
    monkeypatch.setattr(judge, "passed", set())
    check, answer, more = EXERCISES[exercise]
    names = {**AROUND, answer: ..., "check": check, "more": more, "solution": judge.solution}
    exec("check(solution, *more)", names)  # as a cell does
    shown = capsys.readouterr().out
    assert answer in shown and shown.endswith("\nRight.\n")
    assert judge.passed == {exercise}
    assert names[answer] is ..., "the reader's own answer is as it was"


def test_every_solution_belongs_to_an_exercise():
    assert sorted(path.name for path in SOLUTIONS) == sorted(f"{name}.py" for name in EXERCISES)


@pytest.mark.parametrize(("exercise", "attempt", "words"), MISTAKES)
def test_a_known_mistake_is_recognised(exercise, attempt, words, capsys):
    said = verdict(exercise, attempt, capsys)
    assert said.startswith("Not yet: ")
    assert words in said


@pytest.mark.parametrize("exercise", EXERCISES)
def test_at_least_three_mistakes_are_known(exercise):
    assert sum(name == exercise for name, *_ in MISTAKES) >= 3


@pytest.mark.parametrize("exercise", EXERCISES)
def test_three_dots_are_not_attempted_yet(exercise, capsys):
    assert verdict(exercise, ..., capsys).startswith("Not attempted yet")
    if exercise not in NUMBERS:
        assert verdict(exercise, lambda *_: ..., capsys).startswith("Not attempted yet")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError


def explode(*_):
    raise Unspeakable


def leave(*_):
    raise SystemExit


class Stop(BaseException):
    pass


def stop(*_):
    raise Stop


def spoil(*arrays):
    for array in arrays:
        if np.ndim(array):
            array[...] = np.nan
    return np.nan


class Untouchable:
    def __getattr__(self, name):
        raise Stop

    __array__ = __float__ = __len__ = __iter__ = __eq__ = __bool__ = __repr__ = stop
    __hash__ = object.__hash__


WHATEVER = [
    None,
    "a",
    [1, 2, 3, 4],
    np.ones((5, 5)),
    {},
    np.nan,
    1j,
    [[1], [2, 3]],
    object(),
    [...],
    "",
    "0.77",
    b"1",
    [],
    np.array([]),
    np.inf,
    10**400,
    {1, 2},
    float,
    len,
    itertools.count(),
    np.array(["1"]),
    np.datetime64("2026-01-01"),
]


def kind(answer):
    """A name without an address, the same in both workers."""
    return getattr(answer, "__name__", type(answer).__name__)


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("answer", WHATEVER, ids=kind)
def test_whatever_comes_is_answered_in_words(exercise, answer, capsys):
    attempt = answer if exercise in NUMBERS else lambda *_: answer
    assert verdict(exercise, attempt, capsys).startswith("Not yet: ")


@pytest.mark.parametrize("exercise", sorted(set(EXERCISES) - NUMBERS))
@pytest.mark.parametrize("attempt", [explode, leave, stop, spoil, lambda: 0, 3, None], ids=kind)
def test_whatever_a_function_does_is_answered_in_words(exercise, attempt, capsys):
    assert verdict(exercise, attempt, capsys).startswith("Not yet: ")


VERDICTS = ("Right.", "Not yet: ", "Not attempted yet", "This cannot be judged, ")


@pytest.mark.parametrize("exercise", sorted(NUMBERS))
@pytest.mark.parametrize("setting", [*WHATEVER, ..., -1, {0.1: "a"}, {"a": [1]}], ids=kind)
def test_whatever_else_a_check_is_given_is_answered_in_words(exercise, setting, capsys):
    check, _, more = EXERCISES[exercise]
    for place in range(len(more)):
        for attempt in (1.0, ..., "a", solution_of(exercise)):
            check(attempt, *more[:place], setting, *more[place + 1 :])
            assert capsys.readouterr().out.startswith(VERDICTS)
    check(1.0, *[setting] * len(more))
    assert capsys.readouterr().out.startswith(VERDICTS)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_what_cannot_be_looked_at_is_answered_in_words(exercise, capsys):
    check, _, more = EXERCISES[exercise]
    for attempt in (Untouchable(), lambda *_: Untouchable(), lambda *_: [Untouchable()]):
        check(attempt, *more)
        assert capsys.readouterr().out.startswith(VERDICTS)
    check(1.0, *[Untouchable() for _ in more])
    assert capsys.readouterr().out.startswith(VERDICTS)


@given(st.data())
def test_garbage_of_all_kinds_is_answered_in_words(data):
    whatever = st.one_of(st.sampled_from(WHATEVER), st.floats(), st.integers(), st.text(max_size=3))
    garbage = st.recursive(whatever, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
    check, _, more = EXERCISES[data.draw(st.sampled_from(sorted(EXERCISES)))]
    attempt = data.draw(st.one_of(garbage, st.functions(like=lambda *_: 0, returns=garbage)))
    rest = [data.draw(st.one_of(st.just(setting), garbage)) for setting in more]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        check(attempt, *rest)
    assert said.getvalue().startswith(VERDICTS)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_check_called_in_another_way_is_answered_in_words(exercise, capsys):
    check, _, more = EXERCISES[exercise]
    check()
    assert capsys.readouterr().out.startswith("Not attempted yet" if not more else "This cannot")
    for rest in ((*more, 1, 2), ()):
        check(0.5, *rest, nonsense=3)
        assert capsys.readouterr().out.startswith("This cannot be judged, ")


def test_where_no_rate_kills_there_is_none_to_judge(capsys):
    judge.EXERCISES["deadly_rate"](0.77, LINE_X, LINE_Y + 100, weight=1.0, bias=1.5)
    assert "there is no such number" in capsys.readouterr().out
    judge.EXERCISES["deadly_rate"](0.77, LINE_X, LINE_Y - 1, weight=1.0, bias=1.5)
    assert capsys.readouterr().out.startswith("Not yet: 0.77 is too ")


@pytest.mark.timeout(10)
def test_too_many_numbers_are_not_waited_for(capsys):
    assert verdict("hinge_power", range(10**8), capsys).startswith("Not yet: ")
    assert verdict("relu", lambda x: range(10**8), capsys).startswith("Not yet: ")


def test_whoever_interrupts_is_let_go(capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict("relu", interrupted, capsys)


def test_what_the_reader_prints_is_left(capsys):
    assert verdict("relu", lambda x: sys.stdout.write("mine\n") and relu(x), capsys).startswith(
        "mine\n"
    )


@pytest.mark.parametrize("off", [1.0002, 1 + 1e-3])
def test_what_is_called_different_looks_different(off, capsys):
    said = verdict("prelu_std", lambda n, a: off * np.sqrt(2 / ((1 + a**2) * n)), capsys)
    expected, got = re.fullmatch(r".* expected (\S+), got (\S+)\.", said).groups()
    assert expected != got
    assert verdict("one_step_rate", 2.0051, capsys) == "Not yet: 2.0051 is too large."
    assert "expected True, got 2." in verdict("max_differs", lambda a: 2 * (a > 1), capsys)


# Each fits what a mistake gives on some inputs, and not on all.
OTHERS = [
    ("dead_share", lambda z: np.mean(np.all(z < 0, axis=1))),
    ("unit_grad", lambda x, w, b: np.where(w * x > 0, x, 0) + (b == 1)),
    ("prelu_grad", lambda x, a: np.where(x >= 0, 1, min(a, 1))),
    ("roof", lambda x: relu(x + 1) - 2 * relu(x) + relu(x - 2)),
    ("decayed_step", lambda w, a, g, h, r, d: (w - r * (g + d * w * w / 2), a - r * h)),
    ("alpha_grad", lambda x, g: np.sum(g * (x < 0))),
    ("factor", lambda v: 1 / np.median(np.abs(v))),
    ("hidden_decay", 0.3777),
    ("one_step_rate", 3.9),
]


@pytest.mark.parametrize(("exercise", "attempt"), OTHERS)
def test_another_mistake_is_not_taken_for_a_known_one(exercise, attempt, capsys):
    said = verdict(exercise, attempt, capsys)
    assert said.startswith("Not yet: ") and "Most likely" not in said


def test_where_two_mistakes_explain_an_answer_none_is_named(capsys):
    judge.judge_number("a number", 3.0, 2.0, {"this": 3.0, "that": 3.001})
    assert capsys.readouterr().out == "Not yet: 3 is too large.\n"


def test_an_error_in_the_attempt_is_said(capsys):
    assert "it stops with TypeError" in verdict("prelu_grad", lambda: 0, capsys)


def test_a_wrong_answer_says_which_input_what_was_expected_what_came_and_why(capsys):
    said = verdict("prelu_grad", lambda x, a: np.where(x >= 0, 1, a), capsys)
    assert said.startswith("Not yet: for x = 0, alpha = -0.5 expected -0.5, got 1. Most likely: ")
    said = verdict("prelu_grad_alpha", lambda x: np.minimum(x, 0) + (x == -0.5), capsys)
    assert said == "Not yet: for x = -0.5 expected -0.5, got 0.5."
    said = verdict("max_differs", lambda a: a >= 1, capsys)
    assert said.startswith("Not yet: for alphas = 1 expected False, got True. ")
    said = verdict("dead_share", lambda z: 0.5, capsys)
    assert said.startswith("Not yet: for z = [[-1, -2, 3, 1, 1], ")
    assert said.endswith("expected 0.4, got 0.5.")
    said = verdict("prelu_grad", lambda x, a: 1.0, capsys)
    assert said == "Not yet: expected an array of shape (5,), got one number."


@pytest.mark.parametrize("exercise", sorted(NUMBERS))
def test_a_number_to_be_found_is_not_given_away(exercise, capsys):
    assert verdict(exercise, 12.34, capsys).startswith("Not yet: 12.34 is too large.")
    assert verdict(exercise, -12.34, capsys).startswith("Not yet: -12.34 is too small.")


def test_whoever_watches_is_told(capsys):
    class Watcher:
        told = 0

        def refresh(self):
            self.told += 1

    watcher = Watcher()
    judge.watchers.add(watcher)
    verdict("prelu_grad", lambda x, a: 0, capsys)
    assert watcher.told == 0
    verdict("prelu_grad", lambda x, a: np.where(x > 0, 1, a), capsys)
    assert watcher.told == 1
