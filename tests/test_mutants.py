"""No wrong answer passes: the solutions, and others as right, each spoilt in every small way.

A spoilt answer is a mutant. It may pass only if it agrees with the solution on a crowd of inputs
that the checks do not know.
"""

import ast
import random
import re
import warnings
from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from test_judge import AROUND, EXERCISES, NUMBERS, SOLUTIONS

from utils import judge
from utils.activations import relu
from utils.lessons.dying_relu import experiments as dying

FUNCTIONS = sorted(set(EXERCISES) - NUMBERS)
DEEP = 12  # mutants of mutants of each form, drawn
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in SOLUTIONS}
# What else is right.
# fmt: off
FORMS = {
    "relu": [
        "def my_relu(x):\n    return np.where(x > 0, x, 0)",
        "def my_relu(x):\n    return (x + np.abs(x)) / 2",
        "def my_relu(x):\n    return [v if v > 0 else 0 for v in x]",
    ],
    "unit_grad": [
        "def my_unit_grad(x, w, b):\n    return x * (w * x + b > 0)",
        "def my_unit_grad(x, w, b):\n    z = w * x + b\n    return np.heaviside(z, 0) * x",
        "def my_unit_grad(x, w, b):\n    return [v if w * v > -b else 0 for v in x]",
        "def my_unit_grad(x, w, b):\n"
        "    return np.where(x > -b / w if w > 0 else x < -b / w, x, 0)",
    ],
    "roof": [
        "def my_roof(x):\n    return np.maximum(1 - np.abs(x), 0)",
        "def my_roof(x):\n    return np.clip(1 - np.abs(x), 0, 1)",
        "def my_roof(x):\n    return np.where(x < 0, relu(x + 1), relu(1 - x))",
        "def my_roof(x):\n    return np.interp(x, [-1, 0, 1], [0, 1, 0])",
    ],
    "prelu_grad": [
        "def my_prelu_grad(x, alpha):\n    return alpha + (1 - alpha) * (x > 0)",
        "def my_prelu_grad(x, alpha):\n    return [1 if v > 0 else alpha for v in x]",
    ],
    "prelu_grad_alpha": [
        "def my_prelu_grad_alpha(x):\n    return np.minimum(x, 0)",
        "def my_prelu_grad_alpha(x):\n    return x * (x <= 0)",
        "def my_prelu_grad_alpha(x):\n    return x - relu(x)",
    ],
    "max_differs": [
        "def my_max_differs(alphas):\n    return alphas > 1",
        "def my_max_differs(alphas):\n    return [a > 1 for a in alphas]",
        "def my_max_differs(alphas):\n    return np.maximum(-alphas, -1) != -alphas",
    ],
    "alpha_step": [
        "def my_alpha_step(alpha, x, y, learning_rate):\n"
        "    left = np.minimum(x, 0)\n"
        "    error = np.maximum(x, 0) + alpha * left - y\n"
        "    return alpha - learning_rate * 2 * error @ left / len(x)",
    ],
    "safe_width": [
        "def my_safe_width(depth, chance):\n"
        "    widths = range(1, 60)\n"
        "    return next(n for n in widths if 1 - (1 - 2.0**-n) ** (depth - 1) <= chance)",
        "def my_safe_width(depth, chance):\n"
        "    alive = np.exp(np.log(1 - chance) / (depth - 1))\n"
        "    return -np.floor(np.log(1 - alive) / np.log(2))",
    ],
    "networks_needed": [
        "def my_networks_needed(share, error):\n    return (share - share**2) / error / error",
        "def my_networks_needed(share, error):\n"
        "    return (np.sqrt(share * (1 - share)) / error) ** 2",
    ],
    "flat_share": [
        "def my_flat_share(outputs):\n"
        "    return np.mean(outputs.max(axis=1) - outputs.min(axis=1) < 0.001)",
        "def my_flat_share(outputs):\n"
        "    return sum(max(row) - min(row) < 0.001 for row in outputs) / len(outputs)",
    ],
    "dead_share": [
        "def my_dead_share(z):\n    return (z.max(axis=0) <= 0).mean()",
        "def my_dead_share(z):\n    return 1 - np.any(z > 0, axis=0).mean()",
        "def my_dead_share(z):\n    return np.sum(np.all(z <= 0, axis=0)) / z.shape[1]",
        "def my_dead_share(z):\n    return np.mean(np.sum(relu(z), axis=0) == 0)",
    ],
    "deadly_bias": [
        "def my_deadly_bias(x, w):\n    return np.min(-x @ w)",
        "def my_deadly_bias(x, w):\n    return -(x * w).sum(axis=1).max()",
        "def my_deadly_bias(x, w):\n    return -max(np.dot(row, w) for row in x)",
    ],
    "unit_move": [
        "def my_unit_move(x, y, w, b, learning_rate):\n"
        "    z = w * x + b\n"
        "    each = -2 * np.where(z > 0, z - y, 0)\n"
        "    return learning_rate * np.mean(each * x), learning_rate * np.mean(each)",
        "def my_unit_move(x, y, w, b, learning_rate):\n"
        "    fires = w * x + b > 0\n"
        "    error = (w * x + b - y) * fires\n"
        "    return -2 * learning_rate / len(x) * np.array([x @ error, error.sum()])",
    ],
    "alpha_grad": [
        "def my_alpha_grad(x, grad):\n    return (grad * x * (x < 0)).sum()",
        "def my_alpha_grad(x, grad):\n    return np.sum(np.where(x > 0, 0, x) * grad)",
        "def my_alpha_grad(x, grad):\n    return np.vdot(grad, x - relu(x))",
    ],
    "prelu_std": [
        "def my_prelu_std(inputs, alpha):\n    return (2 / (1 + alpha**2) / inputs) ** 0.5",
        "def my_prelu_std(inputs, alpha):\n    return np.sqrt(2 * inputs**-1 / (1 + alpha**2))",
        "def my_prelu_std(inputs, alpha):\n"
        "    return np.sqrt(2) / np.sqrt(inputs + inputs * alpha**2)",
    ],
    "decayed_step": [
        "def my_decayed_step(w, alpha, grad_w, grad_alpha, rate, decay):\n"
        "    return (1 - rate * decay) * w - rate * grad_w, alpha - rate * grad_alpha",
        "def my_decayed_step(w, alpha, grad_w, grad_alpha, rate, decay):\n"
        "    w = w - rate * decay * w - rate * grad_w\n"
        "    return np.array([w, alpha - rate * grad_alpha])",
    ],
    "softplus_grad": [
        "def my_softplus_grad(x):\n    return np.exp(x) / (1 + np.exp(x))",
        "def my_softplus_grad(x):\n    return (1 + np.tanh(x / 2)) / 2",
    ],
    "factor": [
        "def my_factor(values):\n    return np.mean(values * values) ** -0.5",
        "def my_factor(values):\n    return np.sqrt(len(values) / np.sum(values**2))",
    ],
    "swish_grad_beta": [
        "def my_swish_grad_beta(x, beta):\n    return (x / 2 / np.cosh(beta * x / 2)) ** 2",
        "def my_swish_grad_beta(x, beta):\n"
        "    return x**2 / (2 + np.exp(beta * x) + np.exp(-beta * x))",
    ],
}
# fmt: on
NAMES = {"np": np, "relu": relu, "prelu": AROUND["prelu"]}


def made(source):
    """The function that a source defines, among the names of a notebook."""
    names = dict(NAMES)
    exec(compile(source, "<an answer>", "exec"), names)
    return next(value for name, value in names.items() if name.startswith("my_"))


def near_a_width(rng):
    """Depths and chances close to where another width is needed."""
    for _ in range(300):
        depth, width = int(rng.integers(2, 120)), int(rng.integers(1, 11))
        chance = 1 - (1 - 2.0**-width) ** (depth - 1)
        yield float(depth), min(chance * rng.uniform(0.995, 1.005), 0.99)


def flat_and_others(rng):
    """Outputs at every height, many of them flat or just not, some flat but for a thousandth."""
    outputs = rng.uniform(0, 1, (rng.integers(1, 12), rng.integers(2, 9)))
    outputs *= rng.choice([0, 0.0005, 0.0015, 3], (len(outputs), 1))
    outputs += rng.choice([0, 0, 1, -3, 7], (len(outputs), 1))
    if rng.random() < 0.3:
        outputs[0], outputs[0, 0] = 0, 0.001
    return outputs


def crowd(exercise):
    """Inputs that no check knows: drawn, on kinks, close to them, and far from them."""
    rng = np.random.default_rng(1234)

    def numbers(*shape):
        kinds = rng.normal(0, 2, shape), rng.integers(-8, 9, shape) / 4, rng.normal(0, 0.01, shape)
        return np.choose(rng.choice(3, shape, p=(0.5, 0.4, 0.1)), kinds)

    def number():
        return numbers()[()]

    def positive():
        return rng.uniform(0.05, 6)

    def unit():
        w = rng.choice([-2, -1, -0.75, -0.25, 0.25, 0.5, 1, 3])
        return w, rng.integers(-16, 17) / 4

    def size():
        return rng.integers(2, 9)

    def pair(x=None):
        x = numbers(size()) if x is None else x
        return x, numbers(x.size) + rng.choice([0, 0, 5])

    kinks = np.add.outer([-1, 0, 1], np.linspace(-0.02, 0.02, 21)).ravel()
    wide = [numbers(200), np.linspace(-5, 5, 101), rng.normal(0, 100, 50), kinks]
    matrices = [numbers(size(), size()) - rng.choice([0, 1, 2]) for _ in range(100)]
    return {
        "unit_grad": lambda: [(x, *unit()) for x in wide * 15],
        "prelu_grad": lambda: [(x, number()) for x in wide * 8],
        "alpha_step": lambda: [(number(), *pair(), positive()) for _ in range(130)],
        "unit_move": lambda: [(*pair(x), *unit(), positive()) for x in wide * 10 + [None] * 60],
        "safe_width": lambda: list(near_a_width(rng)),
        "networks_needed": lambda: [tuple(rng.uniform(0.05, 0.95, 2)) for _ in range(150)],
        "flat_share": lambda: [(flat_and_others(rng),) for _ in range(100)],
        "dead_share": lambda: [(z,) for z in matrices],
        "deadly_bias": lambda: [(z, numbers(z.shape[1])) for z in matrices],
        "alpha_grad": lambda: [(z, numbers(*z.shape)) for z in matrices],
        "prelu_std": lambda: [(float(rng.integers(1, 999)), number()) for _ in range(150)],
        "decayed_step": lambda: [(*numbers(4), positive(), positive()) for _ in range(150)],
        "factor": lambda: [(numbers(size()) + rng.choice([0, 1]),) for _ in range(150)],
        "swish_grad_beta": lambda: [(np.clip(x, -50, 50), number()) for x in wide * 8],
    }.get(exercise, lambda: [(x,) for x in wide])()


CROWDS = {exercise: crowd(exercise) for exercise in FUNCTIONS}
ANSWERS = {
    exercise: [
        np.asarray(made(SOURCES[exercise])(*map(np.copy, case)), float) for case in CROWDS[exercise]
    ]
    for exercise in FUNCTIONS
}


def agrees(exercise, function):
    """Whether a function gives what the solution gives, on the whole crowd."""
    for case, answer in zip(CROWDS[exercise], ANSWERS[exercise], strict=True):
        try:
            given = np.asarray(function(*(np.copy(value)[()] for value in case)), float)
        except Exception:
            return False
        given = given.reshape(answer.shape) if given.size == answer.size == 1 else given
        if given.shape != answer.shape or not np.abs(given - answer).max() < 1e-7:
            return False
    return True


TWINS = [names.split() for names in ("maximum minimum", "mean sum prod", "any all", "max min mean")]
TWINS += [["sqrt", "square", "abs"], ["relu", "abs"]]
WRAPS = ("-{}", "2 * {}", "{} + 1", "{} ** 2", "({} > 0) * 1", "np.abs({})")
WRAPS += ("np.maximum({}, 0)", "np.minimum({}, 0)", "np.minimum({}, 2)")


def spans(source, tree):
    """Each expression and what text it is: where it begins, where it ends."""
    starts = [0, *(at.end() for at in re.finditer("\n", source))]
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            first, last = starts[node.lineno - 1], starts[node.end_lineno - 1]
            yield node, first + node.col_offset, last + node.end_col_offset


def of_call(node, text):
    """Another function, arguments in another order or one of them alone, another axis."""
    name, args = text(node.func), [text(each) for each in node.args]
    named = [f"{each.arg}={text(each.value)}" for each in node.keywords]
    head, dot, last = name.rpartition(".")
    for other in (twin for twins in TWINS if last in twins for twin in twins):
        yield f"{head}{dot}{other}({', '.join(args + named)})"
    for order in permutations(args):
        yield f"{name}({', '.join([*order, *named])})"
    for axis in (["axis=0"], ["axis=1"], []) if named else ():
        yield f"{name}({', '.join(args + axis)})"
    yield from args


def instead(node, text, names):
    """What may stand in the place of a part of an answer."""
    if isinstance(node, ast.BinOp):
        left, right = text(node.left), text(node.right)
        yield from (left, right, f"{right} - {left}", f"{right} / {left}", f"{right} @ {left}")
        yield from (f"{left} {sign} {right}" for sign in ("+", "-", "*", "/", "**"))
    elif isinstance(node, ast.Compare):
        left, right = text(node.left), text(node.comparators[0])
        yield from (f"{left} {sign} {right}" for sign in (">", ">=", "<", "<=", "==", "!="))
        yield from ("True", "False")
    elif isinstance(node, ast.Call):
        yield from of_call(node, text)
    elif isinstance(node, ast.Constant):
        n = node.value
        yield from map(str, (0, 1, 2, n + 1, n - 1, -n, 2 * n, n / 2, n + 0.1, n - 0.1, n + 0.01))
    elif isinstance(node, ast.UnaryOp):
        yield text(node.operand)
    elif isinstance(node, ast.IfExp):
        yield from (text(node.body), text(node.orelse))
        yield f"{text(node.orelse)} if {text(node.test)} else {text(node.body)}"
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (f"[{', '.join(order)}]" for order in permutations(map(text, node.elts)))
        yield from map(text, node.elts)
    elif isinstance(node, ast.Name) and node.id in names:
        yield from names
    if not isinstance(node, ast.Tuple | ast.List | ast.GeneratorExp | ast.ListComp):
        yield from (wrap.format(text(node)) for wrap in WRAPS)


def mutants(source):
    """Every answer that differs from `source` in one part."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    names = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    where = {node: (first, last) for node, first, last in spans(source, tree)}
    functions = {node.func for node in nodes if isinstance(node, ast.Call)}
    functions |= {node for node in nodes if isinstance(node, ast.Name) and node.id in NAMES}

    def text(node):
        words = source[slice(*where[node])]
        bare = isinstance(node, ast.Name | ast.Constant) or node in functions
        return words if bare else f"({words})"

    others = (
        f"{source[:first]}({other}){source[last:]}"
        for node, (first, last) in where.items()
        if node not in functions
        for other in instead(node, text, sorted(names))
    )
    return sorted(set(others))


def spoilt(exercise):
    """The mutants of all forms of an exercise's answer, and some of those mutants' own."""
    draw = random.Random(exercise)
    found = []
    for form in [SOURCES[exercise], *FORMS[exercise]]:
        once = mutants(form)
        found += once
        found += [draw.choice(mutants(source)) for source in draw.choices(once, k=DEEP)]
    return dict.fromkeys(found)


def passes(exercise, attempt):
    """Whether the check says "Right."."""
    judge.passed.discard(exercise)
    check, _, more = EXERCISES[exercise]
    check(attempt, *more)
    return exercise in judge.passed


@pytest.fixture(autouse=True)
def quietly(monkeypatch):
    monkeypatch.setattr(judge, "passed", set())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_mutant_passes_only_where_it_is_as_right_as_the_solution(exercise, record_property):
    counts, passing, refused = Counter(), [], []
    for source in spoilt(exercise):
        function = made(source)
        accepted, equal = passes(exercise, function), agrees(exercise, function)
        counts["as right" if equal else "wrong"] += 1
        if accepted != equal:
            (passing if accepted else refused).append(source)
    record_property("mutants", dict(counts))
    assert not passing, "wrong, and yet it passes:\n" + "\n".join(passing)
    assert not refused, "right, and yet refused:\n" + "\n".join(refused)
    assert counts["wrong"] > 150


# How each number may be found, and from where to where it is what its exercise asks for.
NUMBER_FORMS = {
    "one_step_rate": ("1 / np.mean(2 * np.minimum(other_x, 0) ** 2)", 1.995, 2.005),
    "hidden_decay": ("np.mean(2 * np.minimum(other_x, 0) ** 2) * (0.5 / 0.2 - 1)", 0.745, 0.755),
    "deadly_rate": (
        "(1.5 + 1.0 * line_x[-1, 0]) / (grad_b + grad_w * line_x[-1, 0])",
        0.76488,
        0.77,
    ),
    "hinge_power": ("np.log(few / many) / np.log(2)", 1.95, 2.05),
    "smallest_slope": ("min(s for s, found in tried.items() if found.min() >= 0.8)", 0.2, 0.2),
}


@pytest.mark.parametrize("exercise", sorted(NUMBERS))
def test_a_mutant_of_a_number_passes_only_within_what_is_asked_for(exercise, record_property):
    form, low, high = NUMBER_FORMS[exercise]
    grads = dying.unit_gradients(dying.single_unit(1.0, 1.5), AROUND["line_x"], AROUND["line_y"])
    names = {**AROUND, **dict(zip(("grad_w", "grad_b"), grads, strict=True))}
    assert passes(exercise, eval(form, dict(names)))
    counts = Counter()
    for source in mutants(form):
        try:
            value = float(eval(source, dict(names)))
        except Exception:
            continue
        right = low - 1e-9 <= value <= high + 1e-9
        counts["as right" if right else "wrong"] += 1
        assert passes(exercise, value) == right, f"{source} is {value}"
    record_property("mutants", dict(counts))
    assert counts["wrong"] > 30
