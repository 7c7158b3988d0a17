"""Every exercise: three dots, the solution, and each mistake that its check names."""

import numpy as np
import pytest
from house import ROOT  # and with it every lesson, and so every check

from utils import judge
from utils.activations import prelu, relu
from utils.lessons.dying_relu import experiments as dying

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
    shown, said = capsys.readouterr().out.rstrip().rsplit("\n", 1)
    assert answer in shown and said == "Right."
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


def spoil(*arrays):
    for array in arrays:
        if np.ndim(array):
            array[...] = np.nan
    return np.nan


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
@pytest.mark.parametrize("attempt", [explode, leave, spoil, lambda: 0, 3, None], ids=kind)
def test_whatever_a_function_does_is_answered_in_words(exercise, attempt, capsys):
    assert verdict(exercise, attempt, capsys).startswith("Not yet: ")


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
