"""Every exercise: three dots, the solution, and each mistake that its check names."""

from pathlib import Path

import numpy as np
import pytest

from utils import checks
from utils.activations import prelu, relu

SOLUTIONS = Path(__file__).parents[1] / "notebooks" / "solutions"
OTHER_X = np.array([-1.0, -0.5, 0.5, 1.0, 3.0])


def gradient(alpha, x, y):
    return 2 * (prelu(x, alpha) - y) * np.minimum(x, 0)


EXERCISES = {
    "prelu_grad": (checks.check_prelu_grad, "my_prelu_grad", ()),
    "prelu_grad_alpha": (checks.check_prelu_grad_alpha, "my_prelu_grad_alpha", ()),
    "alpha_step": (checks.check_alpha_step, "my_alpha_step", ()),
    "one_step_rate": (checks.check_one_step_rate, "my_learning_rate", (OTHER_X,)),
    "dead_share": (checks.check_dead_share, "my_dead_share", ()),
    "deadly_bias": (checks.check_deadly_bias, "my_deadly_bias", ()),
    "unit_grad": (checks.check_unit_grad, "my_unit_grad", ()),
    "roof": (checks.check_roof, "my_roof", ()),
    "alpha_grad": (checks.check_alpha_grad, "my_alpha_grad", ()),
    "prelu_std": (checks.check_prelu_std, "my_prelu_std", ()),
}
MISTAKES = [
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
    ("alpha_grad", lambda x, g: np.sum(g * np.minimum(x, 0), axis=0), "expected shape ()"),
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
def test_the_solution_is_right(exercise, capsys):
    names = {"np": np, "other_x": OTHER_X}
    exec((SOLUTIONS / f"{exercise}.py").read_text(encoding="utf-8"), names)
    assert verdict(exercise, names[EXERCISES[exercise][1]], capsys) == "Right."


def test_every_solution_belongs_to_an_exercise():
    assert {path.stem for path in SOLUTIONS.glob("*.py")} == set(EXERCISES)


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
    attempt = ... if exercise == "one_step_rate" else lambda *_: ...
    assert verdict(exercise, attempt, capsys).startswith("Not attempted yet")


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("answer", [None, "a", [1, 2, 3, 4], np.ones((5, 5)), {}, np.nan, 1j])
def test_whatever_comes_is_answered_in_words(exercise, answer, capsys):
    attempt = answer if exercise == "one_step_rate" else lambda *_: answer
    assert verdict(exercise, attempt, capsys).startswith("Not yet: ")


def test_an_error_in_the_attempt_is_said(capsys):
    said = verdict("prelu_grad", lambda: 0, capsys)
    assert "TypeError" in said
    assert verdict("prelu_grad", 3, capsys).startswith("Not yet: it stops with TypeError")


def test_another_wrong_answer_names_the_first_input(capsys):
    said = verdict("prelu_grad_alpha", lambda x: np.minimum(x, 0) + (x == -0.5), capsys)
    assert said == "Not yet: for x = -0.5 expected -0.5, got 0.5."
