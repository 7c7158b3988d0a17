"""What the questions say, computed: which choice is right, and what each reason states.

`@holds("the name")` marks the function that computes what a question says. It returns, for each
letter, whether that choice is right, and for words of the question whether what they state is so.
Numbers are best put into the words by the computation: f"{slope.max()}" must then stand there.
"""

import importlib
import re
from collections.abc import Callable
from functools import cache, partial
from itertools import islice

import nbformat
import numpy as np
import pytest
from house import LESSONS, ROOT

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x, relu, relu_grad
from utils.data import digits, prelu_data, two_moons
from utils.lessons.born_dead import experiments as born
from utils.lessons.born_dead.race import KINDS as RACED
from utils.lessons.born_dead.race import SLOPES, stored_race
from utils.lessons.dying_relu import experiments as dying
from utils.lessons.learning_alpha.experiments import (
    AlphaStep,
    Descent,
    alpha_loss,
    descend_alpha,
    run_alpha,
)
from utils.lessons.prelu_in_a_network import experiments as deep
from utils.lessons.relu import experiments as hinges
from utils.lessons.your_own_activation import experiments as own
from utils.network import LeakyReLU, Network, PReLU
from utils.questions import Question
from utils.shelf import SHELF, silu, silu_grad, softplus_grad, swish, swish_grad, swish_grad_beta
from utils.training import SGD, cross_entropy, inactive_units

ASKED: dict[str, dict[str, Question]] = {
    lesson: importlib.import_module(f"utils.lessons.{lesson}.questions").QUESTIONS
    for lesson in LESSONS
}
HELD: dict[str, Callable[[], dict[str, bool]]] = {}
NUMERAL = re.compile(
    r"\d|\b(half|twice|quarter|two|three|four|five|nine|ten|twelve|thirty|thousand|million)\b"
)

each_question = pytest.mark.parametrize(
    ("lesson", "name"), [(lesson, name) for lesson in LESSONS for name in ASKED[lesson]]
)


def holds(name: str) -> Callable:
    """Mark the function that computes what the question `name` says."""

    def keep(function: Callable[[], dict[str, bool]]) -> Callable:
        assert name not in HELD, f"{name} is held twice"
        HELD[name] = cache(function)
        return function

    return keep


def stands(words: str, text: str) -> bool:
    """Whether `text` has these words, whole: 0.5 does not stand in 10.5 or 0.55."""
    return bool(re.search(rf"(?<![\w.-]){re.escape(words)}(?![\w]|\.\d)", text))


def lettered(question: Question) -> dict:
    return dict(zip("ABCDE", question.choices, strict=False))


@each_question
def test_a_question_is_held_by_a_computation(lesson, name):
    assert name in HELD, "no function computes what it says"
    found, question = HELD[name](), ASKED[lesson][name]
    right = {letter: choice.right for letter, choice in lettered(question).items()}
    assert {letter: bool(found[letter]) for letter in right} == right
    assert [words for words, true in found.items() if words not in right and not true] == []


@each_question
def test_what_is_computed_stands_in_the_question(lesson, name):
    question = ASKED[lesson][name]
    parts = [question.stem, *(part for choice in question.choices for part in choice[:2])]
    computed = set(HELD[name]()) - set(lettered(question))
    assert [words for words in computed if not any(stands(words, part) for part in parts)] == []


@each_question
def test_each_reason_is_held_and_each_number_in_it(lesson, name):
    for letter, choice in lettered(ASKED[lesson][name]).items():
        held = [words for words in HELD[name]() if len(words) > 1 and stands(words, choice.reason)]
        assert held, f"nothing that {letter} gives as its reason is computed"
        rest = choice.reason
        for words in sorted(held, key=len, reverse=True):
            rest = rest.replace(words, "...")
        assert not NUMERAL.search(rest), f"{letter}: {rest}"


# Words with which a lesson gives an answer, and which therefore may stand only below the question.
ANSWERS = {
    "first relu": r"max\(0, -3\)",
    "raise the bias": r"\*left\*|to the left|[Mm]ore inputs pass",
    "two slopes": r"no derivative",
    "twelve linear layers": r"layers are one|W3 @ W2 @ W1|one straight line",
    "hinges of |x|": r"2 relu\(x\)|[Oo]ne is enough",
    "build a ramp": r"take away|slope -1",
    "steepest sigmoid": r"0\.25",
    "faster than tanh": r"loses to|depends on the task",
    "how many dead": r"layer is dead|whole layer",
    "lower the bias": r"learns nothing|exactly 0|times 0",
    "too long a step": r"[Kk]illed by a step|learning rate kills|too long can kill",
    "five times the rate": r"layer die|layer dead",
    "who wakes up": r"only be asleep|stays dead|goes on learning|never turns blue",
    "which remedy": r"left to initialise|[Nn]othing can bring|slope on the left (brings|keeps)",
    "ten layers of two": r"1 - 2|0\.75|92",
    "without biases": r"biases\*\* that do|take them away",
    "how many to be sure": r"four times|half as|4,000",
    "alphas in AdamW": r"group of their own|\*you\*",
    "fewest flat": r"25 times|none is dead|82%",
    "useless alpha": r"identity|no kink",
    "what stays": r"df/dalpha does not|does not depend on alpha",
    "max is not PReLU": r"(above|at most|up to) 1\b|alpha = 2",
    "the value at 0": r"PyTorch|Keras|Flax",
    "test the output": r"\*?positive\*? output",
    "how many alphas": r"50,176|28 x 28",
    "not the true alpha": r"because of the noise|the noise in",
    "sign of the gradient": r"gradient is positive|to the left, towards",
    "one single step": r"1 / c",
    "momentum": r"heavy ball|rolls past|[Oo]vershoot",
    "gradient added": r"[Cc]limb",
    "decay as large as c": r"c \+ |exactly half",
    "who wins the race": r"no difference",
    "learned or steep": r"slope.{0,2}0\.25",
    "where alpha is large": r"from seed to seed",
    "decay on the weights": r"alphas \*?rise|drives alpha up|volume knob",
    "measured at a kink": r"[Aa]t a kink (every|any)|subgradient",
    "SiLU far left": r"away|hill",
    "factor of SiLU": r"not enough for SiLU|1\.67",
    "SiLU starts low": r"lies between",
    "beta from 0": r"[Bb]oth signs",
    "thirty layers": r"sqrt\(2\)|33,000|32,768",
}


def notebook(lesson: str) -> list[str]:
    """The sources of a lesson's cells."""
    (path,) = (ROOT / "notebooks").glob(f"[0-9][0-9]_{lesson}.ipynb")
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def halves(name: str) -> tuple[str, str]:
    """The sources of the cells above and below a question, in the notebook that asks it."""
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
        sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
        for place, source in enumerate(sources):
            if f'Predict("{name}")' in source:
                return "\n".join(sources[:place]), "\n".join(sources[place + 1 :])
    raise AssertionError(f"no notebook asks {name}")


def above(name: str) -> str:
    return halves(name)[0]


def below(name: str) -> str:
    return halves(name)[1]


@each_question
def test_the_answer_does_not_stand_above_the_question(lesson, name):
    question = ASKED[lesson][name]
    if question.lead != "Predict first.":
        return  # it asks to explain what stands above
    assert [found[0] for found in re.finditer(ANSWERS[name], above(name))] == []


def near(found, wanted, within=1e-9) -> bool:
    return bool(np.all(np.abs(np.asarray(found) - wanted) <= within))


def falls(values) -> bool:
    return bool((np.diff(values) < 0).all())


def straight(values) -> bool:
    """Whether a curve at evenly spaced points is one line."""
    return bool(np.ptp(np.diff(values)) < 1e-9 * max(np.ptp(values), 1e-9))


X = np.linspace(-5, 5, 1001)


# --- start here ----------------------------------------------------------------------------------


@holds("first relu")
def _():
    found = relu(-3)
    return {
        "A": found == -3,
        "B": found == 3,
        "C": found == 0,
        "if it is above 0, and -3 is not": near(relu(X)[X > 0], X[X > 0]) and not -3 > 0,
        "absolute value |x|": abs(-3) == 3,
        "does not turn the sign around": found != 3,
        "0 is larger than -3, and ReLU takes the larger of the two": found == max(0, -3) == 0,
    }


# --- ReLU ----------------------------------------------------------------------------------------


@holds("raise the bias")
def _():
    low, high = (X[relu(X + b) > 0].min() for b in (-1, 0))
    turned = [X[relu(-X + b) > 0].max() for b in (-1, 0)]
    return {
        "A": high > low,
        "B": high < low and turned[1] > turned[0],  # as long as w is positive
        "C": high == low,
        "a larger b gives a smaller x": high < low,
        "The blocked side stays at 0": not relu(X + 0)[X < 0].any(),
        "from 1 at b = -1 to 0 at b = 0": near([low, high], [1, 0], within=0.011),
        "More inputs pass": hinges.share_passed(1, 0) > hinges.share_passed(1, -1),
    }


@holds("two slopes")
def _():
    h = 10.0 ** -np.arange(9)
    left, right = hinges.difference_quotients(relu, 0.0, h)
    return {
        "A": near(left[-1], 0.5, 0.1) and near(right[-1], 0.5, 0.1),
        "B": near(left[-1], 0, 0.1) and near(right[-1], 0, 0.1),
        "C": near(left, 0, 0) and near(right, 1, 0),
        "Some programs return 0.5 at 0": "`torch.maximum`: 0.5" in "".join(notebook("relu")),
        "neither of the two slopes comes near it": np.abs([left - 0.5, right - 0.5]).min() >= 0.5,
        "The value at 0 says nothing": relu(0.0) == 0,
        "relu(h) / h = 1": near(relu(h) / h, 1, 0),
        "However small h is, the two differ": bool((left != right).all()),
        "at 0 there is no derivative": left[-1] != right[-1],
    }


@holds("twelve linear layers")
def _():
    x, draws = np.linspace(-3, 3, 61), (28, 0, 1)  # 28 is what the view shows
    stacks = {n: [hinges.stack_layers(n, 8, draw) for draw in draws] for n in (3, 12)}
    lines = [[Network(some).forward(x[:, np.newaxis])[:, 0] for some in stacks[n]] for n in stacks]
    pieces = [1 + len(hinges.kinks(some[0])) for some in stacks.values()]
    slope, offset = hinges.collapse(stacks[12][0])
    all_straight = all(straight(line) for some in lines for line in some)
    return {
        "A": all_straight,
        "B": not all_straight,
        "C": not all_straight,
        "w x + b of what it gets, and so do twelve in a row: one line": np.allclose(
            lines[1][0], slope * x + offset
        ),
        "only with a nonlinearity in between": pieces[1] > pieces[0] > 1 and all_straight,
        "See the right": pieces[1] > pieces[0],
        "change which line it is": len({round(line[0], 3) for line in lines[1]}) == len(draws),
        "not that it is one": all_straight,
    }


@holds("hinges of |x|")
def _():
    x, y = hinges.target_points("|x|")
    none, one = (hinges.hinge_error(x, y, places) for places in ([], [0.0]))
    weights = hinges.fit_hinges(x, y, [0.0])
    sine = [
        hinges.hinge_error(*hinges.target_points("sine"), hinges.even_places(x, n)) for n in (1, 9)
    ]
    return {
        "A": none < 1e-9,
        "B": one > 1e-9,
        "C": one < 1e-9 < none,
        "D": one > 1e-9,
        "|x| has one at 0": near(hinges.difference_quotients(np.abs, 0.0, 0.1), [-1, 1]),
        "relu(x) + relu(-x) works": near(relu(x) + relu(-x), y),
        "with the line -x to start from, one is enough": one < 1e-9,
        "Many are needed where a target is curved": 0.01 < sine[1] < sine[0],
        "two straight pieces": straight(y[x <= 0]) and straight(y[x >= 0]) and not straight(y),
        f"|x| = -x + {weights[2]:.0f} relu(x)": near(weights, [0, -1, 2]),
        f"turns it by {weights[2]:.0f} at 0": True,
    }


@holds("build a ramp")
def _():
    x = np.linspace(-3, 3, 601)
    target = np.clip(x + 1, 0, 2)

    def total(slope, place, x=x):
        return relu(x + 1) + slope * relu(x - place)

    after = np.diff(total(-2, 1))[-1] / np.diff(x)[-1]
    return {
        "A": near(total(0, 1), target),
        "B": near(total(-1, 1), target),
        "C": near(total(-2, 1), target),
        "D": near(total(-1, 2), target),
        "A hinge of slope 0 adds nothing": near(total(0, 1), relu(x + 1)),
        "goes on rising for ever": total(0, 1, 1e9) > 1e8,
        "1 from the first and -1 from the second make 0": near(
            np.diff(total(-1, 1))[x[1:] > 1.01], 0
        ),
        f"1 - 2 = {after:.0f}: the sum would fall from x = 1 on": falls(total(-2, 1)[x >= 1]),
        f"to {total(-1, 2).max():.0f}, not to 2": target.max() == 2,
    }


@holds("steepest sigmoid")
def _():
    z = np.linspace(-10, 10, 2001)
    s, h = hinges.sigmoid(z), 1e-5
    slope = (hinges.sigmoid(z + h) - hinges.sigmoid(z - h)) / (2 * h)
    tanh = (np.tanh(z + h) - np.tanh(z - h)) / (2 * h)
    steepest = round(slope.max(), 6)
    return {
        "A": steepest == 1,
        "B": steepest == 0.5,
        "C": steepest == 0.25,
        "That is tanh": near(tanh.max(), 1, 1e-6),
        "2 sigmoid(2 z) - 1": near(np.tanh(z), 2 * hinges.sigmoid(2 * z) - 1),
        f"and so {tanh.max() / steepest:.0f} times as steep": True,
        "0.5 is its value at z = 0": hinges.sigmoid(np.zeros(1))[0] == 0.5,
        "s (1 - s)": near(slope, s * (1 - s), 1e-9),
        f"largest at s = {s[slope.argmax()]}": True,
        f"multiplies a gradient by 1/{1 / steepest:.0f} at most": True,
    }


@cache
def best_steps(task: str, activation: str) -> float:
    """What an activation needs to a loss of 0.1 at the best of the lesson's rates, up to 100."""
    rates = {"two moons": (0.3, 1.0, 3.0), "sine": (0.03, 0.1, 0.3)}[task]
    count = partial(hinges.median_steps, activation, hinges.speed_task(task), goal=0.1, most=100)
    return min(count(rate) for rate in rates)


@holds("faster than tanh")
def _():
    moons, sine = (
        best_steps(task, "ReLU") / best_steps(task, "tanh") for task in ("two moons", "sine")
    )
    sigmoid = [best_steps(task, "sigmoid") for task in ("two moons", "sine")]
    return {
        "A": max(moons, sine) < 0.25,
        "B": max(moons, sine) < 1,
        "C": moons == sine == 1,
        "D": moons < 1 < sine,
        "factor of 6 comes from one network on one task": "six times faster"
        in "".join(notebook("relu")),
        "Here it is on neither": min(moons, sine) > 1 / 3,
        "On the sine tanh needs fewer": sine > 1,
        "less than half as many": sine > 2,
        "it takes more than 100 steps on each task": min(sigmoid) > 100,
        "Fewer on the two moons, more on the sine": moons < 1 < sine,
        "Only the sigmoid is far behind on both": min(sigmoid) > 100 > best_steps("sine", "ReLU"),
    }


@holds("how many dead")
def _():
    task, ends = hinges.speed_task("two moons"), {}
    for rate in (1.0, 3.0):
        network = hinges.speed_network("ReLU", task, depth=2, seed=5)
        losses = list(islice(hinges.descend(network, task, rate), 101))
        ends[rate] = [int(dead.sum()) for dead in inactive_units(network, task.x)]
    network.backward(cross_entropy(network.forward(task.x), task.y)[1])
    first, second = ends[3.0]
    return {
        "A": first + second in (2, 3),
        "B": first + second > 16 and 16 in (first, second),
        "C": first + second == 32,
        "So it is with learning rate 1": sum(ends[1.0]) in (2, 3),
        "With 3 the first two steps raise the loss": losses[0] < losses[1] < losses[2],
        "No gradient comes back": second == 16,
        "what is before it stops": not any(grad.any() for grad in network.layers[0].grads),
        "A dead unit leaves its neighbours alone": 0 < first < 16,
        "Half of the first layer still fires": first == 8,
    }


# --- the dying ReLU ------------------------------------------------------------------------------

MOONS, LABELS = two_moons()
LINE_X, LINE_Y = dying.hinge_data()


def unit_loss(w, b):
    return float(np.mean((relu(w * LINE_X + b) - LINE_Y) ** 2))


@holds("lower the bias")
def _():
    targets = LABELS[:, np.newaxis].astype(float)
    silent, firing = (dying.single_unit([1.0, -1.0], b) for b in (-3.0, -1.0))
    (*weights, bias), z = dying.unit_gradients(silent, MOONS, targets), MOONS @ [1.0, -1.0] - 1.0
    gated = np.mean(2 * (relu(z) - LABELS) * relu_grad(z))
    far = hinges.sigmoid(np.array([-30.0]))
    return {
        "A": 0 < np.abs(weights).max() < 1e-3,
        "B": not any(weights) and bias != 0,
        "C": not any(weights) and bias == 0,
        "small but never 0": 0 < (far * (1 - far))[0] < 1e-9,
        "ReLU's left slope is 0": relu_grad(-1.0) == 0,
        "The bias sits behind the same gate": near(
            dying.unit_gradients(firing, MOONS, targets)[-1], gated
        ),
        "it is 0 for every single one": not relu_grad(MOONS @ [1.0, -1.0] - 3.0).any(),
    }


@holds("too long a step")
def _():
    walk = dying.descend_unit(dying.single_unit(1.0, 2.0), LINE_X, LINE_Y, lambda _: 0.8)
    start, landed, *later = islice(walk, 101)
    places = [(w, -2 * abs(w) - d) for w in (-2.0, -0.1, 0.5, 3.0) for d in (0.0, 0.1, 5.0)]
    there = [dying.unit_gradients(dying.single_unit(*at), LINE_X, LINE_Y) for at in places]
    gradients = dying.unit_gradients(dying.single_unit(1.0, 2.0), LINE_X, LINE_Y)
    where = {(now.weight, now.bias) for now in (landed, *later)}
    return {
        "A": landed.dead and all(now.dead for now in later),
        "B": not later[-1].dead,
        "C": later[-1].loss > landed.loss,
        "the first step points downhill": unit_loss(*([1.0, 2.0] - 0.01 * gradients)) < start.loss,
        "On flat ground the gradient is 0": not np.any(there),
        "the step that led there was the last one": len(where) == 1,
        "A parabola would point back from everywhere": bool((2 * X * X >= 0).all()),
        "The plateau has no slope": not np.any(there),
        "a silent unit has the same loss everywhere": near(
            [unit_loss(*at) for at in places], landed.loss
        ),
    }


@cache
def moons_run(rate, steps, bias=0.0):
    return list(dying.train_network(dying.moons_network("he", bias), MOONS, LABELS, rate, steps))


@holds("five times the rate")
def _():
    slow, fast = moons_run(1.0, 100), moons_run(5.0, 100)
    losses = [now.loss for now in fast]
    second = dying.firing_history(fast, 1)
    whole = (second == 0).all(axis=1)
    death = int(whole.argmax())
    woken = dying.find_wakings(second).any(axis=1)
    return {
        "A": fast[20].accuracy > slow[100].accuracy,
        "B": fast[-1].accuracy > 0.9,
        "C": whole.any() and death <= 20,
        "With learning rate 1 the network of the view learns": slow[-1].accuracy == 1,
        "Here the first one does: the loss rises": losses[1] > losses[0],
        "The loss does swing at first": (np.diff(np.sign(np.diff(losses[:13]))) != 0).sum() >= 4,
        "none of it wakes again": whole[death:].all(),
        "Some wake again": woken[:death].any(),
        "until all of layer 2 are dead": whole[-1],
    }


@holds("who wakes up")
def _():
    network = dying.moons_network("he", bias=-0.5)
    dead = inactive_units(network, MOONS)
    before = [param.copy() for param in network.params]
    run = dying.train_network(network, MOONS, LABELS, 1.0, 200)
    histories = zip(*(now.firing for now in run), strict=True)
    first, second = (dying.find_wakings(np.array(firing)).sum() for firing in histories)
    weights = network.params[0]
    still = np.array_equal(weights[:, dead[0]], before[0][:, dead[0]])
    return {
        "A": first + second == 0,
        "B": first > 0 and second > 0,
        "C": first > 0 and second == 0,
        "D": first == 0 and second > 0,
        "A dead unit's weights do not move": still and dead[0].any(),
        "But its inputs may": not np.array_equal(weights, before[0]),
        "The inputs of layer 1 are the data": np.array_equal(MOONS, two_moons()[0]),
        "For its dead nothing changes": still and inactive_units(network, MOONS)[0][dead[0]].all(),
        "neither do a dead unit's weights": still,
        "Its inputs come from layer 1, which goes on learning, and may wake it up": second > 0,
    }


def remedied(remedy, given_at):
    *_, last = islice(dying.rescue_unit(remedy, given_at, learning_rate=0.8), 101)
    return last


@holds("which remedy")
def _():
    lower, longer, leaky, learned = (
        remedied(name, 21)
        for name in ("lower learning rate", "nothing", "leaky slope 0.01", "PReLU")
    )
    killed = list(islice(dying.rescue_unit("nothing", 0, 0.8), 22))
    unit = dying.single_unit(killed[-1].weight, killed[-1].bias)
    dead_gradient = dying.unit_gradients(unit, LINE_X, LINE_Y)
    unit.layers[1] = LeakyReLU(0.01)
    return {
        "A": not lower.dead,
        "B": not longer.dead,
        "C": leaky.firing == 0 and learned.firing == 0,
        "D": leaky.loss < 0.01 and learned.loss < 0.01,
        "has been dead for 20 steps": sum(now.dead for now in killed) == 20 + 1,
        "A smaller number times a gradient of 0 is still 0": not (0.08 * dead_gradient).any(),
        "It only prevents": not remedied("lower learning rate", 0).dead,
        "Each of them adds learning rate times 0": not (0.8 * dead_gradient).any(),
        "Its weight and bias can still move": leaky.weight != killed[-1].weight != learned.weight,
        "What is missing is a gradient": not dead_gradient.any(),
        "the gradient is no longer 0": dying.unit_gradients(unit, LINE_X, LINE_Y).all(),
    }


@holds("dead and pushed")
def _():
    dead, rates = dying.single_unit(-0.12, -0.38), np.array([1, 1e3, 1e6])
    gradient = dying.unit_gradients(dead, LINE_X, LINE_Y)
    moves = np.outer(rates, gradient)
    z = -0.12 * LINE_X - 0.38
    each = 2 * (relu(z) - LINE_Y) * relu_grad(z)
    leaky = dying.single_unit(-0.12, -0.38, LeakyReLU(0.01))
    return {
        "A": moves.any(),
        "B": not gradient.any() and not moves.any(),
        "C": each.any() and near(each.sum(), 0),
        "It did not move at all": not moves.any(),
        "No factor makes anything else of 0": not (1e300 * gradient).any(),
        "What helps is a slope on the left": dying.unit_gradients(leaky, LINE_X, LINE_Y).all(),
        "every single input contributes 0": not each.any(),
    }


# --- born dead -----------------------------------------------------------------------------------


@holds("ten layers of two")
def _():
    counted = born.draw_dead(20_000, depth=10, width=2)[0].mean()
    one = born.draw_dead(20_000, depth=2, width=2)[0].mean()
    return {
        "A": counted < 0.1,
        "B": near(counted, 0.25, 0.1),
        "C": counted == 1,
        "D": near(counted, 0.92, 0.01),
        "So it is with one wide layer": born.draw_dead(20_000, depth=2, width=10)[0].mean() < 0.01,
        "nine narrow ones must all escape": near(counted, 1 - (1 - one) ** 9, 0.01),
        "A quarter is the chance for one layer of two units": near(one, 0.25, 0.01),
        "There are nine of them": near(born.born_dead_chance(10, 2), 1 - 0.75**9),
        "Nine times, three layers out of four escape: 0.75^9 is not 0": 0.75**9 > 0.07,
        f"1 - (1 - 1/4)^9 = {born.born_dead_chance(10, 2):.3f}": True,
    }


@holds("how many to be sure")
def _():
    def points(networks):
        return 100 * np.sqrt(0.925 * 0.075 / networks)

    counts = np.random.default_rng(0).binomial(4000, 0.925, 20_000) / 4000
    return {
        "A": near(points(1500), points(1000) / 2, 0.05),
        "B": near(points(2000), points(1000) / 2, 0.05),
        "C": near(points(4000), points(1000) / 2) and near(100 * counts.std(), points(4000), 0.01),
        "D": near(points(1_000_000), points(1000) / 2, 0.05),
        f"a standard error of {points(1000):.1f} points": True,
        "half of that error": near(points(1000) / points(4000), 2),
        f"That takes it to {points(1500):.1f} points only": True,
        f"That takes it to {points(2000):.1f} points: the number stands under a root": True,
        "sqrt(4) = 2: four times as many networks, half the error": np.sqrt(4) == 2,
        f"That takes it to {points(1_000_000):.2f} points, which is far more than is asked": True,
    }


@holds("without biases")
def _():
    pictures, rng = born.stand_in_pictures(1000), np.random.default_rng(0)
    default, unbiased = (
        born.dead_shares(pictures, layer)[-3:].mean()
        for layer in (born.default_layer, born.unbiased_layer)
    )
    values = pictures
    for units in born.TUTORIAL_SIZES:
        weights, biases = born.default_layer(rng, values.shape[1], units)
        received, values = values, relu(values @ weights + biases)
    ours, plain = (
        make(np.random.default_rng(0), 256, 128)
        for make in (born.default_layer, born.unbiased_layer)
    )
    return {
        "A": 0 < unbiased < default / 2,
        "B": near(unbiased / default, 1, 0.3),
        "C": unbiased == 0,
        "On our pictures it is half, too": near(default, 0.5, 0.1),
        "they weigh more than what comes from the picture": np.abs(biases).mean()
        > 2 * np.abs(received @ weights).mean(),
        "What changes is how the layers start": np.array_equal(ours[0], plain[0])
        and ours[1].all()
        and not plain[1].any(),
        "Deep down no input is below 0": received.min() >= 0 > pictures.min(),
        "can silence it": unbiased > 0,
    }


@holds("fewest flat")
def _():
    stored = stored_race()
    flat = dict(zip(RACED, stored.flat[-1].mean(axis=1), strict=True))
    start, end = (dict(zip(RACED, dead.mean(axis=1), strict=True)) for dead in stored.dead[[0, -1]])
    ever = dict(zip(RACED, stored.dead.any(axis=(0, 2)), strict=True))
    fewest, steeper = min(flat, key=flat.get), SLOPES["prelu"] / SLOPES["leaky"]
    return {
        "A": fewest == "prelu",
        "B": fewest == "leaky",
        "C": fewest == "rai",
        "D": fewest == "relu",
        "a thousand of each kind": stored.dead.shape[1:] == (4, 1000),
        "None of them dies either": not ever["prelu"],
        f"left of 0 a layer starts with {steeper:.0f} times the slope": True,
        "None dies": not ever["leaky"],
        f"nine layers of slope {SLOPES['leaky']} leave next to nothing": SLOPES["leaky"] ** 9
        < 1e-15,
        "Fewer are born dead than of ReLU": start["rai"] < start["relu"],
        "more die later": end["rai"] > start["rai"],
        "most are dead before the first step": start["relu"] > 0.5,
    }


# --- PReLU ---------------------------------------------------------------------------------------


@holds("useless alpha")
def _():
    off = {alpha: np.abs(prelu(X, alpha) - relu(X)).max() for alpha in (0.1, 0.5, 1.0)}
    same = {alpha: near(prelu(X, alpha), X, 0) for alpha in off}
    return {
        "A": same[0.1],
        "B": same[0.5],
        "C": same[1.0],
        "It is close to ReLU": off[0.1] < off[0.5] / 4,
        "It bends less than ReLU, but it bends": 0 < 1 - 0.5 < 1 and not straight(prelu(X, 0.5)),
        "Both sides then have slope 1: the identity": near(prelu_grad_x(X, 1.0), 1, 0),
        "It adds no nonlinearity": straight(prelu(X, 1.0)),
    }


@holds("what stays")
def _():
    x, low, high, h = -2.0, 0.25, 0.75, 1e-6
    by_alpha = [(prelu(x, alpha + h) - prelu(x, alpha)) / h for alpha in (low, high)]
    by_x = [(prelu(x + h, alpha) - prelu(x, alpha)) / h for alpha in (low, high)]
    stays = near(by_alpha[0], by_alpha[1], 1e-6)
    return {
        "A": stays,
        "B": prelu(x, low) == prelu(x, high),
        "C": near(by_x[0], by_x[1], 1e-6),
        "D": not stays,
        f"at the rate x. Here that is {by_alpha[0]:.0f}": near(prelu_grad_alpha(x), by_alpha, 1e-6),
        "f = alpha x on the left": near([prelu(x, low), prelu(x, high)], [low * x, high * x]),
        "On the left the slope in x is alpha itself": near(by_x, [low, high], 1e-6),
        "One does not contain alpha": stays,
    }


@holds("max is not PReLU")
def _():
    def differs(alpha):
        return not near(np.maximum(alpha * X, X), prelu(X, alpha), 0)

    negative = np.maximum(-0.5 * X, X)
    return {
        "A": not any(differs(alpha) for alpha in (-1, 0.25, 1, 2)),
        "B": any(differs(alpha) for alpha in (-3, -0.5)),
        "C": [differs(alpha) for alpha in (-3, -0.5, 0, 0.25, 1, 1.01, 2)]
        == [False] * 5 + [True] * 2,
        f"Try alpha = 2 at x = 2: the maximum is {max(2 * 2, 2)}": prelu(2.0, 2.0) == 2,
        "At x < 0 alpha x is then positive and the larger one": (negative[X < 0] > 0).all(),
        "at x > 0 it is x": near(negative[X > 0], X[X > 0], 0),
        "the maximum takes the other branch on both sides of 0": near(
            np.maximum(2 * X, X), np.where(X > 0, 2 * X, X), 0
        ),
    }


@holds("the value at 0")
def _():
    rows = re.findall(r"^\| (\w+) [^|]*\|[^|]*\| (\w+) \|", "\n".join(notebook("prelu")), re.M)
    said, h = dict(rows), 1e-6
    left, right = ((prelu(side, 0.25) - 0) / side for side in (-h, h))
    values = [{"alpha": 0.25}.get(words) or float(words) for words in said.values()]
    return {
        "A": near(values, 0.625, 1e-6),
        "B": len(set(values)) > 1,
        "C": not values,
        "None of PyTorch, Keras and Flax does that": np.abs(np.array(values) - 0.625).min() > 0.1,
        f"PyTorch takes {said['PyTorch']}, Keras {said['Keras']} and Flax {said['Flax']}": True,
        "There is no derivative": not near(left, right, 0.1),
        "a 0 is no rare input": np.mean(digits().train_x == 0) > 0.4,
        "All three return a number": len(values) == 3 and np.isfinite(values).all(),
    }


@holds("test the output")
def _():
    def agree(alpha):
        return np.array_equal(prelu(X, alpha) > 0, X > 0)

    descent = Descent(*prelu_data(true_alpha=-0.5, noise=0.1), learning_rate=0.5)
    return {
        "A": agree(-0.5),
        "B": not prelu(X, -0.5)[X < 0].any(),
        "C": (prelu(X, -0.5)[X < 0] > 0).all(),
        "Only for alpha above 0": [agree(a) for a in (-1, -0.1, 0.01, 0.25, 2)]
        == [False] * 2 + [True] * 3,
        "A learned alpha may become negative": run_alpha(0.25, descent, 50)[-1] < 0,
        "which is 0 at x = 0 alone": (X[prelu(X, -0.5) == 0] == 0).all(),
        "-0.5 times a negative number is positive": (-0.5 * X[X < 0] > 0).all(),
    }


@holds("how many alphas")
def _():
    count = np.zeros((64, 28, 28)).size
    kernel = np.zeros((64, 64, 3, 3)).size  # to 64 channels, from 64, 3 x 3
    return {
        "A": count == 64,
        "B": count == 784,
        "C": count == 1,
        "D": f"{count:,}" == ASKED["prelu"]["how many alphas"].choices[3].text,
        "channel-wise: one alpha for each channel": PReLU(channels=64).alpha.size == 64,
        "28 x 28. But each channel has its own, too": 28 * 28 == 784 == count / 64,
        "a shared alpha": PReLU().alpha.size == 1,
        "64 x 28 x 28: one for each number": True,
        f"A 3 x 3 convolution from 64 channels to 64 has only {kernel:,} weights": kernel < count,
    }


# --- learning alpha ------------------------------------------------------------------------------

DATA = prelu_data(true_alpha=0.25, noise=0.1)
BEST, CURVATURE = Descent(*DATA).optimum, Descent(*DATA).curvature


def descended(rate, steps, start=1.0, **more):
    return run_alpha(start, Descent(*DATA, learning_rate=rate, **more), steps)


@holds("not the true alpha")
def _():
    x, y = DATA
    silent, other = (
        Descent(*prelu_data(true_alpha=0.25, **how))
        for how in ({"noise": 0.0}, {"noise": 0.1, "seed": 1})
    )
    moved = Descent(x, np.where(x > 0, y + 5, y)).optimum
    slope = np.linalg.lstsq(x[x <= 0, np.newaxis], y[x <= 0], rcond=None)[0].item()
    return {
        "A": near(descended(0.1, 1000)[-1], 0.25, 1e-3),
        "B": near(silent.optimum, 0.25) and not near(BEST, 0.25, 1e-3),
        "C": not near(moved, BEST),
        f"the best alpha a* is {BEST:.3f}": True,
        "a* comes from a formula": near(slope, BEST),
        "With noise 0 the two agree": near(silent.optimum, 0.25),
        "Other noise would give another a*": not near(other.optimum, BEST, 1e-3),
        "There f = x does not contain alpha": not prelu_grad_alpha(x[x > 0]).any(),
        "those points have no say": near(moved, BEST),
    }


@holds("sign of the gradient")
def _():
    before, h = alpha_loss(1.0, *DATA), 1e-6
    gradient = (alpha_loss(1 + h, *DATA) - alpha_loss(1 - h, *DATA)) / (2 * h)
    down, up = (alpha_loss(1.0 - sign * 0.1 * gradient, *DATA) < before for sign in (1, -1))
    return {
        "A": gradient < 0 and down,
        "B": gradient > 0 and up,
        "C": gradient > 0 and down and BEST < 1,
        "the loss rises with alpha: the slope is positive": gradient > 0,
        "The gradient points uphill": not up,
        "alpha minus rate x gradient": near(descended(0.1, 1)[1], 1 - 0.1 * gradient, 1e-6),
        "The loss rises to the right": alpha_loss(1.1, *DATA) > before,
        f"to the right of a* = {BEST:.3f}": BEST < 1,
    }


@holds("one single step")
def _():
    def factor(rate):
        return (descended(rate, 1)[1] - BEST) / (1 - BEST)

    swing = descended(2 / CURVATURE, 50) - BEST
    beyond = abs(descended(2.2 / CURVATURE, 10) - BEST)
    return {
        "A": near(factor(1), 0),
        "B": near(factor(1 / CURVATURE), 0),
        "C": near(factor(2 / CURVATURE), 0),
        "D": near(factor(0.001), 0),
        "The factor is then 1 - c, which is 0 only if c happens to be 1": near(
            factor(1), 1 - CURVATURE
        ),
        "The factor is then 0": near(factor(1 / CURVATURE), 0),
        "From 2 / c on, alpha never arrives": abs(swing).min() > 0.7 and falls(-beyond),
        "The factor is then -1": near(factor(2 / CURVATURE), -1),
        "from side to side for ever": near(swing[1:], -swing[:-1]),
        "the factor is then close to 1": near(factor(0.001), 1, 0.01),
        "many steps": abs(descended(0.001, 100)[-1] - BEST) > 0.5,
    }


@holds("momentum")
def _():
    rolling, plain = descended(0.1, 200, momentum=0.9), descended(0.1, 200)
    arrival = int((rolling <= BEST).argmax())
    pushed = descend_alpha(BEST, lambda: Descent(*DATA, learning_rate=0.1, momentum=0.9))
    next(pushed)
    at_best = AlphaStep(0, BEST, 0.5)
    carried = at_best.alpha - (0.9 * at_best.velocity + 0.1 * Descent(*DATA).gradient(BEST))
    return {
        "A": near(rolling[arrival:], BEST, 0.01),
        "B": not (rolling <= BEST).any(),
        "C": rolling.min() < BEST - 0.1 and near(rolling[-1], BEST, 0.01),
        "The gradient is": near(next(pushed).alpha, BEST),
        "the last change still carries alpha on": carried < BEST - 0.4,
        f"It gets there sooner, in {arrival} steps": (plain > BEST).all() and plain[arrival] > 0.5,
        "the changes add up": falls(np.diff(rolling[:4])),
        "it rings": (np.diff(np.sign(rolling[:60] - BEST)) != 0).sum() > 2,
    }


@holds("gradient added")
def _():
    up = descended(-0.1, 10)
    gaps, steps = up - BEST, np.diff(up)
    smaller = [descended(-rate, 100) - BEST for rate in (0.01, 0.001, 1e-6)]
    return {
        "A": near(up[-1], BEST, 0.1),
        "B": near(up[-1], 1, 0.1),
        "C": gaps[-1] > 3 * gaps[0],
        "D": any(near(gap[-1], 0, 0.1) for gap in smaller),
        "Every one of its steps goes away from a*": falls(-gaps),
        "They all go the same way, and each is longer than the one before": falls(-steps)
        and steps[0] > 0,
        "It climbs": falls(-alpha_loss(up, *DATA)),
        "the wall gets steeper the higher it is": falls([-Descent(*DATA).gradient(a) for a in up]),
        "A smaller rate only makes it climb more slowly": falls([gap[10] for gap in smaller])
        and max(gap[10] for gap in smaller) < gaps[10],
        "None helps": all(falls(-gap) for gap in smaller),
    }


@holds("decay as large as c")
def _():
    decayed = Descent(*DATA, learning_rate=0.2, weight_decay=CURVATURE)
    end, grid = run_alpha(1.0, decayed, 200)[-1], np.linspace(-1, 1, 20_001)
    lowest = grid[decayed.objective(grid).argmin()]
    early = [
        abs(run_alpha(1.0, one, 5)[-1] - one.optimum) for one in (decayed, Descent(*DATA, 0.2))
    ]
    endless = [Descent(*DATA, weight_decay=decay).optimum for decay in (1e3, 1e6, 1e9)]
    return {
        "A": near(end, BEST / 2),
        "B": near(end, 0, 0.01),
        "C": near(end, BEST, 0.01),
        "a* c / (c + decay) with decay = c": near(end, BEST * CURVATURE / (CURVATURE + CURVATURE)),
        "Two parabolas, equally steep, meet half-way": near(end, BEST / 2),
        "as strongly as the decay": near(Descent(*DATA).gradient(end), -CURVATURE * end),
        "Only endless decay gives 0": falls(endless) and 0 < endless[-1] < 1e-8,
        "Decay is no brake": early[0] < early[1],
        "It changes where the loss is lowest": near(lowest, end, 1e-3),
    }


# --- PReLU in a network --------------------------------------------------------------------------


@cache
def raced():
    """Test accuracy, shape (2, kinds, seeds), after 10 and 30 epochs, and the last losses."""
    right, losses = np.zeros((2, 3, 5)), np.zeros((3, 5))
    for seed in range(5):
        plan = deep.Plan(epochs=30, seed=seed, dtype="float64")
        for k, kind in enumerate(deep.KINDS):
            network, optimiser = deep.digits_network(kind, plan), SGD(plan.learning_rate, 0.9)
            looks = list(deep.train(network, plan, optimiser, 10 * plan.steps_an_epoch))
            assert [now.epoch for now in looks] == [0, 10, 20, 30]
            right[:, k, seed] = looks[1].accuracy, looks[3].accuracy
            losses[k, seed] = looks[3].loss
    return right, losses


@holds("who wins the race")
def _():
    right, losses = raced()
    means, apart = right.mean(axis=2), np.ptp(right, axis=2).max(axis=1)
    ahead = means[:, 2] - means[:, 0]  # PReLU of ReLU, after 10 and after 30 epochs
    best = [(right[:, k] > np.delete(right, k, axis=1).max(axis=1)).all() for k in range(3)]
    return {
        "A": best[2],
        "B": best[0],
        "C": not any(best) and (apart > np.ptp(means, axis=1)).all(),
        "D": near(ahead, 0.01, 0.004),
        "It gets its training loss lower": (losses[2] < losses[:2]).all(),
        "After 30 epochs the test digits do not reward that": ahead[1] < 0,
        "On average over the five seeds it is behind PReLU after 10 epochs": ahead[0] > 0,
        "On average PReLU is ahead of ReLU after 10 epochs, behind after 30": ahead[0]
        > 0
        > ahead[1],
        "each time by less than a point": near(ahead, 0, 0.01),
        "Two seeds may lie more than a point apart": (apart > 0.01).all(),
        "with 1.2 million images": "1.2 million images" in "".join(notebook("prelu_in_a_network")),
        f"Ours has {len(digits().train_x)}": True,
    }


@holds("learned or steep")
def _():
    plan = partial(deep.Plan, bias=-1.0, epochs=10, dtype="float64")
    found = deep.compare(plan(), ("leaky", "prelu"), range(3))
    steep = deep.compare(plan(slope=0.25), ["leaky"], range(2))["leaky"]
    fixed = deep.digits_network("leaky", plan(slope=0.25)).layers[1]
    learned = deep.digits_network("prelu", plan()).layers[1]
    apart = found["leaky"].max() < 0.15 and found["prelu"].min() > 0.9
    return {  # a run tells the two apart if of "learned" and "steep" it has one, and not the other
        "A": (fixed.slope == 0.25) and not fixed.params,
        "B": not apart,
        "C": (learned.alpha == 0.25).all() != bool(learned.params),
        "At bias -1 PReLU trained and leaky ReLU with slope 0.01 did not": apart,
        "It changes one thing": steep.min() > 0.9 and deep.Plan().slope == 0.01,
        "the slope is steep, and it is not learned": not fixed.params,
        "They would show the same difference": apart,
        "be steep from the start all the same": (learned.alpha == 0.25).all(),
    }


@holds("where alpha is large")
def _():
    plans = [deep.Plan(depth=6, epochs=15, seed=seed, dtype="float64") for seed in range(3)]
    shared = np.array([np.ravel(deep.run("prelu", plan).alphas) for plan in plans])
    own = deep.Plan(depth=6, epochs=15, channel_wise=True, dtype="float64")
    means = np.array([alpha.mean() for alpha in deep.run("prelu", own).alphas])
    largest, published = shared.argmax(axis=1), np.array(list(deep.PUBLISHED.values()))
    return {
        "A": (largest <= 1).all(),
        "B": near(shared, 0.25, 0.1),
        "C": len(set(largest)) == 3,
        "In the paper, alpha is largest in the first layer": not published.argmax(axis=0).any(),
        "its alpha is never the largest": (largest > 0).all(),
        "So it is on average with one alpha for each unit": near(means, 0.25, 0.05),
        "A shared one hears all units, and moves": (np.abs(shared - 0.25).max(axis=1) > 0.3).all(),
        "From seed to seed they differ more than from layer to layer": shared.std(axis=0).mean()
        > shared.mean(axis=0).std(),
        "the last layer's is larger than the first one's": shared.mean(axis=0)[-1]
        > shared.mean(axis=0)[0],
    }


@holds("decay on the weights")
def _():
    plan = deep.Plan(depth=4, dtype="float64")
    ends = {}
    for decay in (0.0, 0.01):
        network = deep.digits_network("prelu", plan)
        *_, last = deep.train(network, plan, SGD(0.02, momentum=0.9, weight_decay=decay))
        size = np.sqrt(sum(np.square(layer.weight).sum() for layer in network.layers[::2]))
        ends[decay] = np.ravel(last.alphas), size
    (alphas, size), (decayed, smaller) = ends.values()
    still = deep.digits_network("prelu", plan)
    SGD(0.02, weight_decay=0.01).step(still)  # all gradients are 0 so far
    left_out = all((layer.alpha == 0.25).all() for layer in still.layers[1::2])
    return {
        "A": (decayed > alphas).all(),
        "B": (decayed < alphas).all(),
        "C": near(decayed, alphas, 0.1),
        "Smaller weights shrink the signal": smaller < size,
        "larger slopes make up for it": (decayed > alphas).all(),
        "It leaves the alphas out": left_out,
        "Left out of the decay, yes": left_out,
        "in a network whose weights have changed": smaller != size,
    }


@holds("alphas in AdamW")
def _():
    # What AdamW does to a parameter whose gradient is 0: test_prelu_in_a_network asks PyTorch.
    alphas = 0.25 * (1 - 0.001 * 0.01) ** np.arange(1001)
    network = deep.digits_network("prelu", deep.Plan(dtype="float64"))
    _, grad = cross_entropy(network.forward(digits().train_x), digits().train_y)
    network.backward(grad)
    prose = above("alphas in AdamW") + below("alphas in AdamW")
    return {
        "A": alphas[-1] == alphas[0],
        "B": alphas[-1] == alphas[0],
        "C": falls(alphas),
        "D": alphas[-1] == 0,
        "The advice stands in the documentation": "the documentation advises against" in prose,
        "An optimiser gets parameters": "torch.optim.SGD(network.parameters()" in prose,
        "All that is handed over together has one decay": "as a group of their own" in prose,
        "It pulls towards 0, a little at each step": falls(alphas) and alphas[-1] > 0.24,
        "The gradient of the loss pulls, too": all(
            layer.grads[0] for layer in network.layers[1::2]
        ),
    }


@holds("thirty layers")
def _():
    xavier, he = (np.sqrt(deep.signal_variances(init, 0.0, 30)) for init in ("Xavier", "He"))
    ratio = xavier / he
    return {
        "A": near(ratio[-1], 0.5, 0.1),
        "B": near(ratio[-1], 1 / 30, 0.01),
        "C": near(ratio[-1], 1, 0.1),
        "D": near(ratio[-1] * 33_000, 1, 0.02),
        "A factor of 2 in the variance, but once a layer, 30 times over": near(
            ratio[:-1] ** 2 / ratio[1:] ** 2, 2, 0.01
        ),
        "Layers multiply, they do not add": falls(ratio) and ratio[-1] < 1 / 300,
        "Each layer hands on what it received": falls(ratio),
        f"A factor of sqrt(2) in each of 30 layers: sqrt(2)^30 = {2**15:,}": near(
            1 / ratio[-1] / 2**15, 1, 0.01
        ),
    }


# --- your own activation -------------------------------------------------------------------------


def of_ones_own(*functions):
    return [own.function(each, "f") for each in functions]


SILU = of_ones_own(silu, silu_grad)


@holds("measured at a kink")
def _():
    h = 2.0**-10
    left, right = (relu(0.0) - relu(-h)) / h, (relu(h) - relu(0.0)) / h
    both = (relu(h) - relu(-h)) / (2 * h)
    found = own.slopes(*of_ones_own(relu, relu_grad))
    return {
        "A": not left <= relu_grad(0.0) <= right,
        "B": left <= relu_grad(0.0) <= right,
        "C": not np.isfinite([left, right]).all(),
        "It gives 0.5 at x = 0": both == 0.5,
        "which says 0 at x = 0": relu_grad(0.0) == 0,
        "0.5 is the mean of two slopes, 0 and 1": both == (left + right) / 2
        and (left, right) == (0, 1),
        "The left side gives 0, the right side 1": (left, right) == (0, 1),
        "Each side alone can be measured": not found.wrong.any(),
    }


@holds("SiLU far left")
def _():
    run = own.first(own.descend(*SILU, -6.0, lambda: 0.5), 400)
    soft = own.first(own.descend(*of_ones_own(*SHELF["softplus"][:2]), -6.0, lambda: 0.5), 400)
    x = np.linspace(-30, 0, 300_001)
    turn = x[silu(x).argmin()]
    return {
        "A": run[0].gradient == 0,
        "B": abs(run[-1].bias) < 1,
        "C": run[-1].bias < run[0].bias,
        "SiLU's slope is small there and not 0": 0 < abs(silu_grad(-6.0)) < 0.02,
        "So it would with softplus, whose slope is above 0 everywhere": abs(soft[-1].bias) < 0.01
        and (softplus_grad(x) > 0).all(),
        f"Left of {turn:.2f} SiLU's is below 0": (silu_grad(x[x < turn - 0.01]) < 0).all(),
        f"Left of {turn:.2f} SiLU falls": falls(silu(x[x < turn - 0.01])),
        "going further left brings its output up": run[-1].loss < run[0].loss
        and silu(-7.0) > silu(-6.0),
    }


@holds("factor of SiLU")
def _():
    z = np.random.default_rng(0).standard_normal(1_000_000)
    drawn, square, factor = np.mean(silu(z) ** 2), own.mean_square(SILU[0]), own.he_factor(SILU[0])
    near_0 = np.mean(np.abs(z) < 2)
    return {
        "A": factor < np.sqrt(2),
        "B": near(factor, np.sqrt(2), 0.01),
        "C": factor > np.sqrt(2),
        "ReLU halves the mean square": near(np.mean(relu(z) ** 2), 0.5, 0.002),
        "sqrt(2) = 1.414": near(np.sqrt(2), 1.414, 5e-4),
        "On the right it passes less than z, and that counts more": np.mean(
            (z**2 - silu(z) ** 2)[z > 0]
        )
        > np.mean(silu(z[z < 0]) ** 2),
        "is mostly between -2 and 2": near_0 > 0.9,
        f"The mean square that is left is {square:.4f}": near(drawn, square, 0.002),
        "less than ReLU's half": square < 0.5,
        f"1 / sqrt({square:.4f}) is {factor:.4f}": near(square**-0.5, factor),
    }


@holds("SiLU starts low")
def _():
    *_, last = own.race(*SILU, rate=0.02, bias=-1.0, epochs=5)
    ends = {kind: scores[-1] for kind, scores in last.items()}
    mean = {kind: scores.mean() for kind, scores in ends.items()}
    slopes = silu_grad(np.linspace(-6, -1, 501))
    return {
        "A": near(mean["yours"], mean["prelu"], 0.1),
        "B": near(mean["yours"], mean["relu"], 0.05),
        "C": mean["relu"] + 0.05 < mean["yours"] < mean["prelu"] - 0.1,
        "ReLU's network learns nothing, PReLU's does": ends["relu"].max() < 0.12
        and ends["prelu"].min() > 0.3,
        "SiLU's left side is nearly flat, and turns": np.abs(slopes).max() < 0.11
        and len(set(np.sign(slopes))) > 1,
        "each of them is better than ReLU's": ends["yours"].min() > ends["relu"].max(),
        "Each seed is better than ReLU's": ends["yours"].min() > ends["relu"].max(),
        "on average they are far behind PReLU's": mean["prelu"] - mean["yours"] > 0.3,
    }


@holds("beta from 0")
def _():
    ends = own.learned(*of_ones_own(swish, swish_grad, swish_grad_beta), start=0.0)
    return {
        "A": near(ends, 0, 0.01),
        "B": (ends > 0).all(),
        "C": (ends > 0).any() and (ends < 0).any(),
        "With beta = 0 it is x / 2": near(swish(X, 0.0), X / 2),
        "df/dbeta is x² / 4 at beta = 0": near(swish_grad_beta(X, 0.0), X**2 / 4),
        "Swish with -beta is Swish with beta, turned around": near(swish(X, -2.0), -swish(-X, 2.0)),
        "Swish with -beta at x is minus Swish with beta at -x": near(
            swish(X, -0.7), -swish(-X, 0.7)
        ),
    }
