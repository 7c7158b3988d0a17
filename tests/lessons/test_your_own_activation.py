"""Your own activation: what is measured, the views and their scenes, and hostile functions."""

import itertools
import time

import numpy as np
import pytest
from house import at_start, pixels, xy
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import own
from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x, relu, relu_grad
from utils.lessons.your_own_activation import experiments as lesson
from utils.lessons.your_own_activation.explorers import (
    OwnParameterExplorer,
    OwnRaceExplorer,
    OwnSignalExplorer,
    OwnSlopeExplorer,
    OwnUnitExplorer,
)
from utils.network import Linear, PReLU, ReLU
from utils.shelf import SHELF, silu, silu_grad, swish, swish_grad, swish_grad_beta
from utils.training import SGD, cross_entropy, fit

VIEWS = (OwnSlopeExplorer, OwnUnitExplorer, OwnSignalExplorer, OwnRaceExplorer)


def given_as(f, df):
    return lesson.function(f, "f"), lesson.function(df, "df")


def my_relu(x):
    return x * (x > 0)


def my_relu_grad(x):
    return [[float(v > 0) for v in row] for row in x] if np.ndim(x) == 2 else np.where(x > 0, 1, 0)


SILU, MINE = given_as(silu, silu_grad), given_as(my_relu, my_relu_grad)


# --- the derivative


@pytest.mark.parametrize("name", SHELF)
def test_what_stands_on_the_shelf_is_found_right(name):
    found = lesson.slopes(*given_as(*SHELF[name][:2]))
    assert np.isfinite(found.gap).all() and not found.wrong.any() and not found.jumps.any()


def test_a_wrong_derivative_is_found_where_it_is_most_wrong():
    found = lesson.slopes(*given_as(np.sin, lambda x: np.cos(x) + np.exp(-((x - 2) ** 2))))
    assert found.x[np.where(found.wrong, found.gap, 0).argmax()] == 2.0
    assert found.gap.max() == pytest.approx(1, abs=1e-4)
    assert found.wrong.sum() < len(found.x)  # far from there it is right
    np.testing.assert_allclose(found.measured, np.cos(found.x), atol=1e-8)


def test_a_kink_takes_every_slope_between_its_sides_and_no_other():
    for at_zero, right in ((0.0, True), (0.3, True), (1.0, True), (1.1, False), (-0.1, False)):
        df = lambda x, a=at_zero: np.where(x == 0, a, x > 0)  # noqa: E731
        assert lesson.slopes(*given_as(relu, df)).wrong.any() != right
        turned = given_as(lambda x: -relu(x), lambda x, df=df: -df(x))
        assert lesson.slopes(*turned).wrong.any() != right


def test_a_jump_is_no_kink():
    found = lesson.slopes(*given_as(np.sign, np.zeros_like))
    assert found.x[found.jumps].tolist() == [0] and not found.wrong.any()


def test_flat_ends():
    def ends(name):
        return lesson.ends(given_as(*SHELF[name][:2])[1])

    left, right = lesson.ends(MINE[1])
    assert (left, right) == (lesson.End(0.0, 0.0), lesson.End(None, None))
    assert ends("hard-swish")[0] == lesson.End(-3.0, -3.0)
    assert ends("ELU")[0].flat == pytest.approx(np.log(0.01), abs=0.05)
    assert ends("tanh") == (lesson.End(None, -3.0), lesson.End(None, 3.0))


# --- one unit


def test_the_unit_s_gradient_is_that_of_its_loss():
    found = lesson.landscape(*SILU)
    for place in (20, 60, 130):
        loss = [
            np.mean((silu(lesson.UNIT_X + b) - silu(lesson.UNIT_X)) ** 2)
            for b in lesson.BIASES[place] + np.array([-1e-5, 0, 1e-5])
        ]
        assert found.loss[place] == pytest.approx(loss[1])
        assert found.gradient[place] == pytest.approx((loss[2] - loss[0]) / 2e-5, rel=1e-4)


def test_a_relu_unit_is_dead_where_no_input_is_above_0_and_silu_nowhere():
    dead = lesson.landscape(*MINE).dead_places
    np.testing.assert_array_equal(dead, lesson.BIASES <= -2)
    assert not lesson.landscape(*SILU).dead_places.any()


# --- He's factor, and the signal


# ReLU's is known, SELU's is 1 by design (Klambauer et al. 2017); the others are integrals by hand.
SQUARES = {
    "relu": (relu, 1 / 2),
    "leaky": (lambda x: prelu(x, 0.1), (1 + 0.1**2) / 2),
    "identity": (lambda x: x, 1.0),
    "square": (np.square, 3.0),
    "cosine": (np.cos, (1 + np.exp(-2)) / 2),
    "step": (lambda x: (x > 0) * 1.0, 1 / 2),
    "SELU": (SHELF["SELU"].f, 1.0),
}


@pytest.mark.parametrize("name", SQUARES)
def test_the_mean_square_is_the_integral(name):
    f, square = SQUARES[name]
    f = lesson.function(f, "f")
    assert lesson.mean_square(f) == pytest.approx(square, abs=1e-6)
    assert lesson.he_factor(f) == pytest.approx(square**-0.5, abs=1e-6)


@pytest.mark.parametrize("name", SHELF)
def test_the_mean_squares_of_the_shelf_are_those_of_drawn_numbers(name):
    z = np.random.default_rng(0).standard_normal(200_000)
    drawn = SHELF[name].f(z) ** 2
    square = lesson.mean_square(lesson.function(SHELF[name].f, "f"))
    assert abs(drawn.mean() - square) < 4 * drawn.std() / np.sqrt(len(z))


def test_the_signal_is_that_of_layers_and_its_gradient_is_measured():
    found = lesson.signal(*SILU, 1.5, layers=3, width=8)
    rng = np.random.default_rng(0)
    x, stds = rng.standard_normal((16, 8)), np.array([1, 1.5, 1.5]) / np.sqrt(8)
    layers = [Linear(8, 8, rng, std, dtype=float) for std in stds]
    grad, signals = rng.standard_normal((16, 8)), [layers[0].forward(x)]
    for layer in layers[1:]:
        signals.append(layer.forward(silu(signals[-1])))
    np.testing.assert_allclose(found.forward, [np.mean(each**2) for each in signals])

    def ahead(first):
        return np.sum(grad * layers[2].forward(silu(layers[1].forward(silu(first)))))

    into, h = np.empty((16, 8)), 1e-5
    for place in np.ndindex(16, 8):
        step = np.zeros((16, 8))
        step[place] = h
        into[place] = (ahead(signals[0] + step) - ahead(signals[0] - step)) / (2 * h)
    assert found.backward[0] == pytest.approx(np.mean(into**2), rel=1e-6)
    assert found.backward[-1] == 1


def test_what_section_3_says_of_thirty_layers():
    """SiLU creeps up; softplus keeps its signal and loses its gradient; tanh's gradient grows."""
    ends = {}
    for name in ("SiLU", "softplus", "tanh"):
        f, df = given_as(*SHELF[name][:2])
        found = lesson.signal(f, df, lesson.he_factor(f))
        ends[name] = found.forward[-1], found.backward[0]
    assert ends["SiLU"][0] > 10
    assert 0.5 < ends["softplus"][0] < 2 and ends["softplus"][1] < 1e-10
    assert 0.5 < ends["tanh"][0] < 2 and ends["tanh"][1] > 10
    z = lesson.Z
    twice = [lesson.BELL @ f(np.sqrt(2) * z) ** 2 / (lesson.BELL @ f(z) ** 2) for f in (relu, silu)]
    assert twice[0] == pytest.approx(2) and twice[1] > 2.2


# --- ReLU as the reader's own is ReLU


def test_relu_of_ones_own_has_all_numbers_of_the_built_in():
    theirs = given_as(relu, relu_grad)
    for name in ("slopes", "landscape", "signal"):
        more = (np.sqrt(2),) if name == "signal" else ()
        for one, other in zip(
            getattr(lesson, name)(*MINE, *more), getattr(lesson, name)(*theirs, *more), strict=True
        ):
            np.testing.assert_array_equal(one, other)
    assert lesson.he_factor(MINE[0]) == lesson.he_factor(theirs[0])
    *_, last = lesson.race(*MINE, rate=0.05, bias=0.0, epochs=1, seeds=(0,))
    np.testing.assert_array_equal(last["yours"], last["relu"])


def test_relu_of_ones_own_has_the_signal_of_the_layer_relu():
    rng, found = np.random.default_rng(0), lesson.signal(*MINE, 1.4, layers=4, width=16)
    now, forward, stack = rng.standard_normal((16, 16)), [], []
    for factor in (1, 1.4, 1.4, 1.4):
        stack += [Linear(16, 16, rng, factor / 4, dtype=float), ReLU()]
        before = stack[-2].forward(now)
        forward.append(np.mean(before**2))
        now = stack[-1].forward(before)
    np.testing.assert_array_equal(found.forward, forward)
    grad, backward = rng.standard_normal((16, 16)), [1.0]
    for layer in stack[-2:0:-1]:
        grad = layer.backward(grad)
        backward += [np.mean(grad**2)] if isinstance(layer, ReLU) else []
    np.testing.assert_array_equal(found.backward, backward[::-1])


@pytest.mark.parametrize("make", [OwnSlopeExplorer, OwnUnitExplorer, OwnSignalExplorer])
def test_relu_of_ones_own_has_all_pictures_of_the_built_in(make):
    frames = [make(f, df).frame() for f, df in ((my_relu, my_relu_grad), (relu, relu_grad))]
    assert frames[0].words == frames[1].words
    np.testing.assert_array_equal(*(pixels(frame.picture) for frame in frames))


# --- the race


def test_the_race_is_training_as_everywhere():
    *_, last = lesson.race(*SILU, rate=0.05, bias=-0.5, epochs=1, seeds=(1,))
    data, network = lesson.digits(), lesson.digits_network(ReLU, 1, -0.5)
    assert [layer.weight.shape for layer in network.layers[::2]] == [(64, 32), (32, 32), (32, 10)]
    assert (network.layers[0].bias == -0.5).all() and (network.layers[4].bias == 0).all()
    how = {"batch": 64, "steps": 23, "seed": 1, "every": 23}
    list(fit(network, data.train_x, data.train_y, cross_entropy, SGD(0.05, 0.9), **how))
    right = network.forward(data.test_x).argmax(axis=1) == data.test_y
    assert last["relu"][-1, 0] == pytest.approx(right.mean())
    assert all(scores.shape == (2, 1) for scores in last.values())


def test_a_spread_says_what_is_lost():
    assert lesson.spread(np.array([0.9, 0.5, 0.6])) == "0.60 (0.50 to 0.90)"
    assert lesson.spread(np.array([0.9, np.nan])) == "0.90 (0.90 to 0.90, 1 lost)"
    assert lesson.spread(np.full(3, np.nan)) == "all lost"


def test_the_scenes_of_the_race():
    view = at_start(OwnRaceExplorer)
    view.show("good settings")
    ends = {kind: scores[-1] for kind, scores in view.state.items()}
    assert min(map(np.min, ends.values())) > 0.9  # the dots of the four lie among each other
    assert all(ends["yours"].min() < ends[k].max() for k in ends)
    assert all(ends["yours"].max() > ends[k].min() for k in ends)
    assert xy(view, "yours_seeds")[1].tolist() == ends["yours"].tolist()
    assert xy(view, "yours")[1][-1] == np.median(ends["yours"])
    view.show("all units start low")
    ends = {kind: scores[-1] for kind, scores in view.state.items()}
    assert ends["relu"].max() < ends["yours"].min() and ends["yours"].max() < 0.5
    assert np.median(ends["prelu"]) > 0.7 and ends["leaky"].max() < 0.12


# --- one number, learned


def test_alpha_is_learned_as_lesson_05_learns_it():
    prelu_alpha = lesson.function(prelu, "f")
    in_alpha = lesson.function(lambda x, p: prelu_grad_alpha(x), "in_p")
    run = lesson.first(lesson.learn(prelu_alpha, in_alpha, lambda: 0.25, 1.0, lambda: 0.1), 20)
    c = np.mean(2 * np.minimum(lesson.PARAMETER_X, 0) ** 2)
    theory = 0.25 + (1 - 0.1 * c) ** np.arange(21) * 0.75
    np.testing.assert_allclose([step.p for step in run], theory, atol=1e-12)


def test_prelu_of_ones_own_ends_where_the_layer_prelu_ends():
    parts = [
        lesson.function(each, "f")
        for each in (prelu, prelu_grad_x, lambda x, p: prelu_grad_alpha(x))
    ]
    found = lesson.learned(*parts, start=0.25, seeds=(0,))
    network = lesson.digits_network(lambda: PReLU(dtype=float), 0)
    list(lesson.accuracies(network, 0, 0.02, 5))
    np.testing.assert_array_equal(found[0], [p.alpha.item() for p in network.layers[1::2]])


def test_where_beta_ends_is_said_or_why_not(monkeypatch):
    monkeypatch.setattr(lesson, "learned", lambda *_: np.array([[1.234, -0.001], [0.5, 2]]))
    said = lesson.where_it_ends(swish, swish_grad, swish_grad_beta, 1.0)
    assert said == "layer 1, seed by seed: 1.23, 0.50\nlayer 2, seed by seed: 0.00, 2.00"
    monkeypatch.undo()
    said = lesson.where_it_ends(lambda x, p: 1 / 0, swish_grad, swish_grad_beta, 1.0)
    assert said == "f stops with ZeroDivisionError: division by zero."


def test_the_scenes_of_one_number():
    view = at_start(OwnParameterExplorer)
    view.show("it is found")
    assert "Found" in view.text and abs(view.state.now.p - 1) < 0.01
    view.show("hardly a slope")
    assert 1.5 < view.state.now.p < 2.5
    f = [swish(lesson.PARAMETER_X, p) for p in (2, 3)]
    assert np.abs(f[0] - f[1]).max() < 0.08  # nearly the same
    view.show("too long a step")
    assert view.state.now.p > 2.5 and "Found" not in view.text
    view.set(learning_rate=0.5, true=2.0)
    assert xy(view, "true")[1].tolist() == [2, 2]


# --- the views


def test_the_scenes_of_the_slope():
    view = at_start(OwnSlopeExplorer)
    view.show("beside ReLU")
    x, beside = xy(view, "beside")
    np.testing.assert_array_equal(beside, relu(x))
    assert (silu(x) <= beside).all()
    view.show("beside GELU")
    np.testing.assert_array_equal(xy(view, "beside")[1], SHELF["GELU"].f(x))
    view.show("far left")
    assert "your slope -0.01233, measured -0.01233" in view.text
    assert "f turns near x = -1.28." in view.text
    view.show("beside ReLU")
    assert "right at 481 places" in view.text and not len(xy(view, "worst")[0])


def test_a_mistake_has_its_cross_and_its_words():
    view = OwnSlopeExplorer(lambda x: x**2, lambda x: 2 * x + (x > 3), x=1)
    assert view.code == "OwnSlopeExplorer(f=f, df=df, x=1.0)"
    assert "wrong at 120 of 481 places" in view.text
    assert [part.tolist() for part in xy(view, "worst")] == [[3.025], [7.05]]


def test_the_scenes_of_the_unit():
    view = at_start(OwnUnitExplorer)
    view.show("from far left")
    assert "AWAY" in view.text and view.state.now.bias < -6
    for scene in ("from close by", "from the right"):
        view.show(scene)
        assert "back at its goal" in view.text
    assert abs(view.state.path[1]) < 0.5  # at once
    view.show("one step too long")
    assert view.state.path[1] < -5 and view.state.now.bias < view.state.path[1]
    loss = xy(view, "loss")[1]
    hill = loss[: len(loss) // 2].argmax()
    assert 0 < hill < len(loss) // 2 - 1
    dead = OwnUnitExplorer(relu, relu_grad)
    assert "stays here for ever. On 40% of the biases" in dead.text
    assert np.isfinite(xy(dead, "dead")[1]).sum() == 81


def test_the_scenes_of_the_signal():
    view = at_start(OwnSignalExplorer)
    ends = {}
    for scene in view.scenes:
        view.show(scene)
        ends[scene] = xy(view, "forward_moved")[1][-1], xy(view, "backward_moved")[1][0]
    assert max(ends["without a factor"]) < 1e-10
    assert max(ends["ReLU's factor"]) < 1e-6
    assert min(ends["a factor too large"]) > 1e8
    assert "E[f(z)²] = 0.3558, so its own factor is 1.6765." in view.text
    assert "f" in view.text and xy(view, "forward_he")[1][0] == pytest.approx(1, abs=0.3)


# --- functions that do anything


def takes_long(x, *more):
    time.sleep(0.05)
    return x


def changes(x, *more):
    x *= 2
    return x


COUNT = itertools.count()
HOSTILE = {
    "raises": lambda x, *more: 1 / 0,
    "another shape": lambda x, *more: np.ravel(x)[:3],
    "text": lambda x, *more: "f",
    "NaN": lambda x, *more: np.full(np.shape(x), np.nan),
    "infinity": lambda x, *more: np.full(np.shape(x), np.inf),
    "keeps state": lambda x, *more: x + next(COUNT),
    "changes its input": changes,
    "takes long": takes_long,
    "huge": lambda x, *more: 1e300 * x,
    "three dots": ...,
    "no function": 3,
    "jumps": lambda x, *more: np.floor(x),
    "0": lambda x, *more: 0 * x,
    "right": silu,
}


@settings(max_examples=5)
@given(st.sampled_from(sorted(HOSTILE)), st.sampled_from(sorted(HOSTILE)), st.data())
def test_views_live_on_whatever_the_function_does(f, df, data):
    make = data.draw(st.sampled_from([*VIEWS[:3], OwnParameterExplorer]))
    view = make(HOSTILE[f], HOSTILE[df])
    lives(view)


def lives(view):
    began = time.process_time()
    if view.player:
        for _ in range(3):
            view.player.step()
        assert view.player.error is None
    first = next(name for name in view.panel.controls if hasattr(view.settings[name], "high"))
    view.set(**{first: view.settings[first].high})
    assert view.error is None and view.text and "nan" not in view.text
    assert view.frame().picture[:4] == b"\x89PNG"
    assert time.process_time() - began < 20
    view.close()


def test_a_variance_that_is_no_number_is_said_so():
    lives(OwnSignalExplorer(changes, changes))


def test_each_fault_has_its_sentence():
    said = {
        "raises": "stops with ZeroDivisionError",
        "another shape": "expected an array of shape (1443,), got an array of shape (3,)",
        "NaN": "gives no finite number at 1443 of 1443 places",
        "keeps state": "gives another answer when it is called again",
        "three dots": "Not attempted yet",
        "no function": "must be handed in itself",
    }
    for name, words in said.items():
        f, df = given_as(HOSTILE[name], silu_grad)
        lesson.slopes(f, df)
        assert words in lesson.said(f, df), name
        assert lesson.said(df) == ""


def test_a_race_with_a_function_that_stops_says_so_and_the_others_run_on():
    f, df = given_as(HOSTILE["raises"], silu_grad)
    *_, last = lesson.race(f, df, rate=0.02, bias=0.0, epochs=1, seeds=(0,))
    assert np.isnan(last["yours"]).all() and last["relu"][-1, 0] > 0.3
    assert lesson.said(f, df) == "f stops with ZeroDivisionError: division by zero."


def test_a_function_that_takes_long_again_and_again_is_given_up(monkeypatch):
    clock = itertools.count(step=0.3)
    monkeypatch.setattr(lesson.time, "monotonic", lambda: float(next(clock)))
    f, calls = lesson.function(silu, "f"), 0
    while not f.said and calls < 10:
        f(np.zeros(3))
        calls += 1
    assert 1 <= calls <= 4 and "too slow" in f.said
    assert np.isnan(f(np.zeros(3)).values).all()
    assert own.LIMIT == 1.0
