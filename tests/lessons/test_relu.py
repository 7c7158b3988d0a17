"""ReLU: what it measures against independent references, and the numbers in its pictures."""

from itertools import islice, pairwise, product

import numpy as np
import pytest
from house import xy

from utils.activations import relu
from utils.lessons.relu import (
    GradientExplorer,
    HandFitExplorer,
    HingeExplorer,
    KinkExplorer,
    SpeedExplorer,
    StackExplorer,
    UnitExplorer,
    explorers,
)
from utils.lessons.relu import experiments as lesson
from utils.network import Network
from utils.training import inactive_units

STACKS = [(1, 5, 0), (2, 8, 1), (3, 8, 0), (5, 4, 2), (8, 16, 3), (12, 8, 4), (12, 1, 0)]
FUNCTIONS = {
    "ReLU": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def test_the_share_that_passes_is_what_counting_gives():
    x = np.linspace(-3, 3, 60_001)
    for w, b in product((-1.5, -0.1, 0, 0.7, 1.5), (-3, -0.4, 0, 1, 3)):
        assert lesson.share_passed(w, b) == pytest.approx(np.mean(w * x + b > 0), abs=1e-4)


def test_a_hinge_at_the_end_of_the_inputs_leaves_all_or_nothing():
    for w, b, share in ((-0.4, -1.2, 0), (0.4, -1.2, 0), (0.4, 1.2, 1), (-1, 3, 1)):
        assert lesson.share_passed(w, b) == share


def test_difference_quotients_of_a_parabola_lie_h_beside_its_slope():
    left, right = lesson.difference_quotients(np.square, 1.5, np.array([1, 0.1, 0.001]))
    np.testing.assert_allclose(left, [2, 2.9, 2.999])
    np.testing.assert_allclose(right, [4, 3.1, 3.001])


def test_difference_quotients_of_relu_at_0_never_move():
    left, right = lesson.difference_quotients(relu, 0.0, 10.0 ** np.arange(-12, 3))
    assert (left == 0).all()
    assert (right == 1).all()


def test_a_subgradient_is_a_line_that_is_nowhere_above_relu():
    x = np.linspace(-5, 5, 10_001)
    for x0, slope in product((-1, -0.01, 0, 0.01, 1), (-0.5, -0.05, 0, 0.5, 1, 1.05)):
        below = (relu(x0) + slope * (x - x0) <= relu(x) + 1e-12).all()
        low, high = lesson.subgradients(x0)
        assert (low <= slope <= high) == below


@pytest.mark.parametrize(("depth", "width", "seed"), STACKS)
def test_linear_layers_are_the_one_line_that_collapse_gives(depth, width, seed):
    layers = lesson.stack_layers(depth, width, seed)
    slope, offset = lesson.collapse(layers)
    x = np.linspace(-3, 3, 11)
    through_all = Network(layers).forward(x[:, np.newaxis])[:, 0]
    np.testing.assert_allclose(through_all, slope * x + offset, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("depth", "width", "seed"), STACKS)
def test_between_kinks_a_stack_is_straight_and_at_each_it_turns(depth, width, seed):
    layers = lesson.stack_layers(depth, width, seed)
    network, kinks = lesson.with_relu(layers), lesson.kinks(layers)

    def f(x):
        return network.forward(np.reshape(x, (-1, 1)))[:, 0]

    ends = np.concatenate([[-3], kinks, [3]])
    assert (np.diff(ends) > 0).all()
    for low, high in pairwise(ends):
        inside = np.linspace(low, high, 9)
        np.testing.assert_allclose(f(inside), np.linspace(f(low), f(high), 9)[:, 0], atol=1e-9)
    h = min(np.diff(ends)) / 3
    turns = np.abs(f(kinks + h) - 2 * f(kinks) + f(kinks - h))
    assert (turns > 1e-12).all()


def test_one_hidden_layer_has_a_kink_a_unit_at_most_and_one_layer_none():
    counts = [len(lesson.kinks(lesson.stack_layers(2, 6, seed))) for seed in range(30)]
    assert max(counts) == 6
    assert not len(lesson.kinks(lesson.stack_layers(1, 6)))


def test_a_deeper_stack_begins_with_the_same_layers():
    short, long = lesson.stack_layers(3, 4), lesson.stack_layers(7, 4)
    for one, other in zip(short[:2], long[:2], strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
        np.testing.assert_array_equal(one.bias, other.bias)


def test_the_absolute_value_is_one_hinge():
    x, y = lesson.target_points("|x|")
    np.testing.assert_allclose(lesson.fit_hinges(x, y, [0.0]), [0, -1, 2], atol=1e-12)
    np.testing.assert_allclose(lesson.best_places(x, y, 30), [0], atol=1e-12)


def test_the_best_places_of_a_jump_are_at_most_as_many_as_its_points_need():
    x, y = lesson.target_points("step")
    places = lesson.best_places(x, y, 30)
    assert lesson.hinge_error(x, y, places) < 1e-9
    assert len(places) <= 10


@pytest.mark.parametrize("target", lesson.TARGETS)
def test_each_chosen_hinge_is_the_best_there_is(target):
    x, y = lesson.target_points(target, points=41)
    places = lesson.best_places(x, y, 6)
    for n in range(len(places)):
        tries = [lesson.hinge_error(x, y, [*places[:n], place]) for place in x[1:-1]]
        chosen = lesson.hinge_error(x, y, places[: n + 1])
        assert chosen == pytest.approx(min(tries), abs=1e-9)


def test_a_sum_of_hinges_with_one_at_every_point_goes_through_all():
    x, y = np.arange(6.0), np.array([1.0, -2, 0, 5, 5, 3])
    assert lesson.hinge_error(x, y, x[1:-1]) < 1e-12


def test_twice_the_hinges_quarter_the_error_on_a_smooth_target_and_not_on_a_jump():
    ratios = {}
    for target in ("sine", "step"):
        x, y = lesson.target_points(target)
        ten, twenty = (lesson.hinge_error(x, y, lesson.even_places(x, n)) for n in (10, 20))
        ratios[target] = twenty / ten
    assert 0.2 < ratios["sine"] < 0.3
    assert 0.6 < ratios["step"] < 0.8


def test_an_unknown_target_or_task_is_named():
    with pytest.raises(KeyError, match="'cosine'"):
        lesson.target_points("cosine")
    with pytest.raises(KeyError, match="'cosine'"):
        lesson.speed_task("cosine")


def test_the_sigmoid_is_itself_and_overflows_nowhere():
    x = np.linspace(-30, 30, 301)
    np.testing.assert_allclose(lesson.sigmoid(x), 1 / (1 + np.exp(-x)), atol=1e-15)
    np.testing.assert_array_equal(lesson.sigmoid(np.array([-1e4, 1e4])), [0, 1])


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_the_slopes_of_the_smooth_layers_are_those_of_their_functions(activation):
    layer, x, h = lesson.ACTIVATIONS[activation][0](), np.linspace(-4, 4, 81), 1e-6
    measured = (layer.forward(x + h) - layer.forward(x - h)) / (2 * h)
    np.testing.assert_array_equal(layer.forward(x), lesson.ACTIVATIONS[activation][0]().forward(x))
    np.testing.assert_allclose(layer.backward(np.ones(81)), measured, atol=1e-8)


@pytest.fixture
def small_width(monkeypatch):
    monkeypatch.setattr(lesson, "WIDTH", 12)
    monkeypatch.setattr(lesson, "EXAMPLES", 5)
    lesson._rotation.cache_clear()
    yield
    lesson._rotation.cache_clear()


def numerical_length(function, at):
    """The length of the gradient of a function of a matrix, by central differences."""
    gradient, h = np.empty_like(at), 1e-6
    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = h
        gradient[place] = (function(at + step) - function(at - step)) / (2 * h)
    return np.linalg.norm(gradient)


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize(("size", "scale"), [(1.0, 1.0), (4.0, 1.5), (0.1, 0.7)])
def test_the_gradient_that_is_left_is_the_measured_one(small_width, activation, size, scale):
    depth, gain = 4, scale * (np.sqrt(2) if activation == "ReLU" else 1)
    x, direction = np.random.default_rng(3).standard_normal((2, 5, 12))
    direction /= np.linalg.norm(direction)
    weights = [gain * lesson._rotation(k, 3) for k in range(depth)]

    def run(x, layers):
        for weight in layers:
            x = FUNCTIONS[activation](x @ weight)
        return x

    lengths = lesson.gradient_left(activation, depth, size, scale, seed=3)
    for back in range(depth + 1):
        here = run(x * size, weights[: depth - back])
        rest = weights[depth - back :]
        measured = numerical_length(lambda a, rest=rest: np.sum(direction * run(a, rest)), here)
        assert lengths[back] == pytest.approx(measured, rel=1e-5)


@pytest.mark.parametrize("size", [0.1, 1, 20])
@pytest.mark.parametrize("scale", [0.7, 1, 1.5])
def test_the_sigmoid_stays_under_its_bound(size, scale):
    for depth in (1, 7, 20):
        left = lesson.gradient_left("sigmoid", depth, size, scale)
        assert (left <= (scale / 4) ** np.arange(depth + 1) * (1 + 1e-12)).all()


def test_relu_does_not_see_the_size_of_inputs_and_takes_the_scale_whole():
    plain = lesson.gradient_left("ReLU", 20)
    np.testing.assert_allclose(lesson.gradient_left("ReLU", 20, input_size=20), plain)
    scaled = lesson.gradient_left("ReLU", 20, scale=1.5)
    np.testing.assert_allclose(scaled, plain * 1.5 ** np.arange(21))
    assert plain.min() > 0.7
    assert plain.max() < 1.4


def test_rotations_keep_lengths():
    turn = lesson._rotation(0, 0)
    np.testing.assert_allclose(turn @ turn.T, np.eye(lesson.WIDTH), atol=1e-12)


def test_steps_are_counted_to_the_first_loss_that_is_low_enough():
    assert lesson.steps_to([3, 2, 0.1, 1, 0], 0.1) == 2
    assert lesson.steps_to([3, 2], 0.1) == np.inf
    assert lesson.steps_to([np.nan, np.inf], 0.1) == np.inf


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize("task", ["two moons", "sine"])
def test_descent_walks_against_the_measured_gradient(activation, task):
    task = lesson.speed_task(task)
    network = lesson.speed_network(activation, task, depth=2)
    weight, h, rate = network.params[2], 1e-6, 1e-3
    start = weight.copy()
    measured = np.empty(3)
    for i in range(3):
        losses = []
        for side in (h, -h):
            weight[i, i] = start[i, i] + side
            losses.append(task.loss(network.forward(task.x), task.y)[0])
        measured[i] = (losses[0] - losses[1]) / (2 * h)
        weight[i, i] = start[i, i]
    next(lesson.descend(network, task, rate))
    np.testing.assert_allclose((start - weight).diagonal()[:3] / rate, measured, atol=1e-7)


def test_each_in_a_race_ends_at_the_goal_or_when_it_has_diverged():
    runs = {"fast": [3, 0.05, 1], "slow": [3, 2, 0.1, 0], "lost": [3, 1e5, 2], "gone": [np.nan, 1]}
    states = list(lesson.race({name: iter(run) for name, run in runs.items()}, goal=0.1))
    assert [state["slow"] for state in states] == [(3,), (3, 2), (3, 2, 0.1)]
    assert [len(losses) for losses in states[-1].values()] == [2, 3, 2, 1]


def test_descent_that_diverges_ends():
    task = lesson.speed_task("sine")
    for activation in FUNCTIONS:
        network = lesson.speed_network(activation, task, depth=2)
        losses = list(islice(lesson.descend(network, task, 1e3), 100))
        assert len(losses) < 100
        assert not losses[-1] < lesson.FAR


@pytest.mark.parametrize(
    ("task", "rate", "medians"),
    [("two moons", 1.0, (27, 37, np.inf)), ("sine", 0.1, (87, 27, np.inf))],
)
def test_the_figures_of_the_race(task, rate, medians):
    task = lesson.speed_task(task)
    names = ("ReLU", "tanh", "sigmoid")
    assert tuple(lesson.median_steps(name, task, rate, goal=0.1) for name in names) == medians


@pytest.mark.parametrize(
    ("activation", "task", "rate"),
    [("ReLU", "two moons", 1.0), ("tanh", "two moons", 1.0), ("ReLU", "sine", 0.1)],
)
def test_a_count_of_steps_does_not_hang_on_the_last_digits(activation, task, rate):
    task, counts = lesson.speed_task(task), []
    for shake in (0, 1e-12):
        network = lesson.speed_network(activation, task, depth=2)
        for param in network.params:
            param *= 1 + shake * np.random.default_rng(0).standard_normal(param.shape)
        counts.append(lesson.steps_to(islice(lesson.descend(network, task, rate), 501), 0.1))
    assert counts[0] == counts[1] < np.inf


@pytest.mark.parametrize("shake", [0, 1e-9])
def test_seed_5_at_rate_3_is_dead_after_a_few_steps_and_stays_so(shake):
    task = lesson.speed_task("two moons")
    network = lesson.speed_network("ReLU", task, depth=2, seed=5)
    network.params[0][...] *= 1 + shake
    run = islice(lesson.descend(network, task, 3.0), 30)
    dead = [inactive_units(network, task.x)[1].sum() for _ in run]
    assert dead[0] < 8
    assert (np.array(dead[5:]) == 16).all()


@pytest.mark.parametrize(("w", "b"), [(-1.5, -3), (-0.3, 0), (0.4, -0.3), (0.4, -1.2), (1.5, 3)])
def test_unit_explorer_shows_the_unit(w, b):
    view = UnitExplorer(w=w, b=b)
    across, up = xy(view, "after")
    np.testing.assert_allclose(up, relu(w * across + b), atol=1e-12)
    np.testing.assert_allclose(xy(view, "before")[1], w * across + b)
    assert xy(view, "hinge")[0] == pytest.approx(-b / w)
    across, up = xy(view, "slope")
    beside = np.isfinite(across) & (across != across[1])
    np.testing.assert_array_equal(up[beside], w * (w * across[beside] + b > 0))
    passed = view.artists["passed"]
    inside = np.linspace(-2.99, 2.99, 100)
    shaded = (inside > passed.get_x()) & (inside < passed.get_x() + passed.get_width())
    np.testing.assert_array_equal(shaded, w * inside + b > 0)
    assert f"{lesson.share_passed(w, b):.0%}" in view.text


@pytest.mark.parametrize(("b", "words"), [(-1, "the output is 0"), (2, "the output is b = 2")])
def test_unit_explorer_without_a_weight_has_no_hinge(b, words):
    view = UnitExplorer(w=0, b=b)
    assert "no hinge" in view.text
    assert words in view.text
    assert np.isnan(xy(view, "hinge")[0])
    assert (xy(view, "after")[1] == max(b, 0)).all()


@pytest.mark.parametrize(("x0", "exponent"), [(-1, 0), (-0.01, -1), (0, -6), (0.3, -2.5), (0.3, 0)])
def test_kink_explorer_measures_slopes(x0, exponent):
    view, h = KinkExplorer(x0=x0, exponent=exponent), 10.0**exponent
    left, right = (relu(x0) - relu(x0 - h)) / h, (relu(x0 + h) - relu(x0)) / h
    assert xy(view, "left_now")[1][0] == pytest.approx(left)
    assert xy(view, "right_now")[1][0] == pytest.approx(right)
    assert xy(view, "left")[1][1] == pytest.approx(-left)
    assert xy(view, "right")[1][1] == pytest.approx(right)
    across, up = xy(view, "curve")
    np.testing.assert_allclose(up, (relu(x0 + h * across) - relu(x0)) / h, atol=1e-9)
    agree = abs(left - right) < 1e-6
    assert ("that is the derivative" in view.text) == (agree and x0 != 0)
    assert ("no derivative" in view.text) == (x0 == 0)


def test_kink_explorer_says_which_slopes_are_subgradients():
    view = KinkExplorer()
    for x0, slope, yes in ((0, 0, True), (0, 1, True), (0, 1.05, False), (0.1, 0.5, False)):
        view.set(x0=x0, slope=slope)
        assert ("a subgradient" in view.text) == yes


@pytest.mark.parametrize(("depth", "width", "draw"), STACKS)
def test_stack_explorer_shows_both_networks(depth, width, draw):
    view = StackExplorer(depth=depth, width=width, draw=draw)
    layers = lesson.stack_layers(depth, width, draw)
    across, up = xy(view, "stack")
    np.testing.assert_allclose(up, np.interp(across, *xy(view, "product")), atol=1e-9)
    assert len(xy(view, "kinks")[0]) == len(lesson.kinks(layers))
    across, up = xy(view, "output")
    outputs = lesson.with_relu(layers).forward(across[:, np.newaxis])[:, 0]
    np.testing.assert_allclose(up, outputs / np.abs(outputs).max())
    pieces = f"{len(across) - 1} straight piece"
    assert pieces in view.text or "flat" in view.text or depth == 1


@pytest.mark.parametrize("target", lesson.TARGETS)
@pytest.mark.parametrize("places", ["even", "best"])
def test_hinge_explorer_shows_fit_and_error(target, places):
    view = HingeExplorer(target=target, hinges=4, places=places)
    x, y = lesson.target_points(target)
    at = lesson.even_places(x, 4) if places == "even" else lesson.best_places(x, y, 4)
    error = lesson.hinge_error(x, y, at)
    drawn = np.interp(x, *xy(view, "sum"))
    assert lesson.root_mean_square(drawn - y) == pytest.approx(error, abs=1e-12)
    counts, errors = xy(view, "errors")
    assert list(counts) == list(range(31))
    assert [part[0] for part in xy(view, "now")] == [4, errors[4]]
    assert errors[4] == pytest.approx(max(error, view.axes["loss"].get_ylim()[0]))


def test_hinge_explorer_fits_points_of_the_readers_own():
    view = HingeExplorer(x=[4, 0, 1, 2, 3], y=[5, 1, 3, 2, 2], hinges=1, places="best")
    assert view.controls["target"].value == "yours"
    np.testing.assert_array_equal(xy(view, "points"), [range(5), [1, 3, 2, 2, 5]])
    view.set(hinges=3)
    assert "goes through every point" in view.text
    view.set(target="sine")
    assert len(xy(view, "points")[0]) == 201
    view.show("each where it helps")
    view.reset()
    assert (view.now.target, view.now.hinges, view.now.places) == ("yours", 1, "best")


def test_hinge_explorer_measures_the_errors_of_a_target_once(monkeypatch):
    calls, measure = [], lesson.fit_each

    def fit_each(x, y, way, most):
        calls.append(way)
        return measure(x, y, way, most)

    monkeypatch.setattr(explorers.experiments, "fit_each", fit_each)
    explorers._target_fits.cache_clear()
    view = HingeExplorer()
    for places in ("best", "even"):
        for hinges in (0, 7, 30):
            view.set(hinges=hinges, places=places)
            kept = view.canvas._backgrounds[1]
    assert calls == ["even", "best"]
    view.set(hinges=8)
    assert view.canvas._backgrounds[1] is kept


@pytest.mark.parametrize("y", [[5, 5, 5], [0, 0, 0], [1, 2, 3]])
def test_hinge_explorer_takes_points_on_a_line(y):
    view = HingeExplorer(x=[0, 1, 2], y=y, hinges=5, places="best")
    assert "of which 0 in use: the sum goes through every point" in view.text


@pytest.mark.parametrize(
    ("x", "y"), [([1], [1]), ([1, 2], [1]), (None, [1, 2]), ([1, np.nan], [1, 2]), ([1, 1], [1, 2])]
)
def test_hinge_explorer_names_what_is_wrong_with_points(x, y):
    with pytest.raises(ValueError, match="x and y must be"):
        HingeExplorer(x=x, y=y)


@pytest.mark.parametrize("target", explorers.HAND_TARGETS)
def test_hand_fit_explorer_is_hit_by_its_answer_in_either_order_and_by_no_neighbour(target):
    view, answer = HandFitExplorer(target=target), explorers.HAND_TARGETS[target]
    view.set(**answer)
    assert view.text.startswith("Hit!")
    np.testing.assert_allclose(xy(view, "sum")[1], xy(view, "target")[1], atol=1e-12)
    view.set(**{f"{name[:-1]}{3 - int(name[-1])}": value for name, value in answer.items()})
    assert view.text.startswith("Hit!")
    for name, value in answer.items():
        view.set(**answer | {name: value - 0.1})
        assert view.text.startswith("Distance to the target 0.")


def test_hand_fit_explorer_names_the_largest_gap():
    view = HandFitExplorer(target="ramp", slope_1=0, slope_2=0)
    assert "largest at x = 1, where the sum is 2.00 too low" in view.text
    assert xy(view, "gap")[1].tolist() == [2, 0]
    x = np.linspace(-3, 3, 10_001)
    ramp = np.clip(x + 1, 0, 2)
    assert f"{np.sqrt(np.mean(ramp**2)):.2f} (root" in view.text


def test_gradient_explorer_shows_the_measured_lengths_and_the_bound():
    view = GradientExplorer(depth=7, input_size=3, scale=1.2)
    for name in FUNCTIONS:
        lengths = lesson.gradient_left(name, 7, 3, 1.2)
        np.testing.assert_array_equal(xy(view, name), [range(8), lengths])
        assert f"{lengths[-1]:.2g} ({name})" in view.text
    np.testing.assert_allclose(xy(view, "bound")[1], 0.3 ** np.arange(8))
    assert "(0.25 x 1.2)^7" in view.text
    assert "0.25^10 = 9.5e-07" in GradientExplorer().text


def test_speed_explorer_runs_each_network_to_the_goal():
    view = SpeedExplorer(learning_rate=3.0)
    view.player.play()
    task = lesson.speed_task("two moons")
    for name in FUNCTIONS:
        losses = xy(view, name)[1]
        wanted = lesson.descend(lesson.speed_network(name, task, 2), task, 3.0)
        np.testing.assert_array_equal(losses, list(islice(wanted, len(losses))))
        assert losses[-1] <= 0.1 < losses[:-1].min()
        assert xy(view, f"{name} now") == [len(losses) - 1, losses[-1]]
        assert f"{name} reached it at step {len(losses) - 1}" in view.text


def test_speed_explorer_starts_anew_when_its_setting_changes():
    view = SpeedExplorer()
    for _ in range(5):
        view.player.step()
    assert view.text.startswith("Step 5.")
    view.set(goal=0.2)
    assert view.text.startswith("Step 0. The goal is a loss of 0.2")
    assert xy(view, "goal")[1].tolist() == [0.2, 0.2]


@pytest.mark.parametrize(
    ("make", "values", "dragged"),
    [
        (UnitExplorer, {"w": -0.4, "b": -1.2}, {"w": -0.4, "b": -1.2000000000000002}),
        (UnitExplorer, {"w": 0.3, "b": -0.9}, {"w": 0.1 + 0.1 + 0.1, "b": -0.9}),
        (UnitExplorer, {"w": 0.0, "b": 0.0}, {"w": -2e-17, "b": -2e-17}),
        (KinkExplorer, {"x0": -0.1}, {"x0": -0.09999999999999998}),
        (HandFitExplorer, {"place_1": 0.3}, {"place_1": 0.1 + 0.1 + 0.1}),
    ],
)
def test_a_dragged_value_says_what_the_typed_one_says(make, values, dragged):
    view = make()
    for name, value in dragged.items():
        view.controls[name].value = value
    assert view.text == make(**values).text


def scene(make, name):
    view = make()
    view.show(name)
    return view


def passed(view):
    area = view.artists["passed"]
    return [area.get_x(), area.get_x() + area.get_width()]


def test_a_larger_bias_moves_the_hinge_to_the_left_and_more_inputs_pass():
    start, raised = UnitExplorer(), scene(UnitExplorer, "bias raised")
    assert raised.now.b > start.now.b
    assert xy(raised, "hinge")[0] < xy(start, "hinge")[0]
    assert passed(raised)[0] < passed(start)[0]


def test_turned_around_the_unit_passes_what_is_left_of_its_hinge():
    view = scene(UnitExplorer, "turned around")
    assert xy(view, "hinge")[0] == -1
    assert passed(view) == [-3, -1]
    across, up = xy(view, "after")
    np.testing.assert_array_equal(up, [2, 0, 0])
    assert across[1] == -1


def test_all_blocked_the_hinge_has_left_and_output_and_slope_are_0():
    view = scene(UnitExplorer, "all blocked")
    assert (view.now.w, view.now.b) == (0.9, -3), "the unit of section 5"
    assert xy(view, "hinge")[0] > 3
    assert not xy(view, "after")[1].any()
    across, up = xy(view, "slope")
    assert across[1] > 3
    assert up[:2].tolist() == [0, 0]
    assert passed(view) == [3, 3]


def test_without_a_weight_the_input_has_no_say():
    view = scene(UnitExplorer, "no hinge")
    assert np.ptp(xy(view, "before")[1]) == np.ptp(xy(view, "after")[1]) == 0
    assert not np.nan_to_num(xy(view, "slope")[1]).any()
    assert np.isnan(xy(view, "hinge")[0])


def test_the_kink_looks_the_same_at_every_magnification():
    start, view = KinkExplorer(), scene(KinkExplorer, "the kink magnified")
    assert xy(view, "left_now") == [1e-6, 0]
    assert xy(view, "right_now") == [1e-6, 1]
    np.testing.assert_allclose(xy(view, "curve"), xy(start, "curve"))


def test_beside_the_kink_the_slopes_meet_once_h_does_not_reach_across_it():
    across, beside = (scene(KinkExplorer, name) for name in ("across the kink", "beside the kink"))
    across.set(exponent=-0.9)
    assert xy(across, "left_now")[1] < 0.9
    across.set(exponent=-1.1)
    assert xy(across, "left_now")[1] == pytest.approx(1), "from h = 0.1 on"
    across.show("across the kink")
    assert xy(across, "left_now")[1] < 0.5 < xy(across, "right_now")[1]
    np.testing.assert_allclose(
        [xy(beside, "left_now"), xy(beside, "right_now")], [[[0.01], [1]]] * 2
    )
    x, y = xy(beside, "curve")
    np.testing.assert_allclose(y, x, atol=1e-12)  # a straight line


@pytest.mark.parametrize(
    ("name", "below"), [("too steep a line", False), ("one subgradient", True)]
)
def test_a_subgradient_is_drawn_nowhere_above_the_curve(name, below):
    view = scene(KinkExplorer, name)
    x = np.linspace(-2, 2, 101)
    gap = np.interp(x, *xy(view, "curve")) - np.interp(x, *xy(view, "line"))
    assert (gap.min() >= -1e-12) == below
    assert ("no subgradient" in view.text) != below
    for slope in (0.95, 1.05):
        view.set(slope=slope)
        assert ("no subgradient" in view.text) == (below or slope > 1), "0 to 1 at 0, 1 beside it"


def stack(name):
    """A scene of the view as the lesson starts it."""
    view = StackExplorer(depth=3, width=8, draw=28)
    view.show(name)
    return view


def test_one_layer_has_no_place_for_a_relu():
    view = stack("one layer")
    assert not len(xy(view, "kinks")[0])
    (left, right), (start, end) = xy(view, "product")[1], xy(view, "output")[1]
    assert abs(left - right) > 0.1 and abs(start - end) > 0.1, "a line on both sides"
    assert "no place" in view.text


def test_twelve_layers_are_a_line_without_relu_and_many_pieces_with_it():
    for view in (stack("twelve layers"), scene(StackExplorer, "twelve layers")):
        np.testing.assert_allclose(np.diff(xy(view, "stack")[1], 2), 0, atol=1e-9)
        pieces = len(xy(view, "kinks")[0])
        view.reset()
        assert pieces > 2 * len(xy(view, "kinks")[0])


def test_many_narrow_layers_go_flat_but_not_their_product():
    for view in (stack("gone flat"), scene(StackExplorer, "gone flat")):
        assert (view.now.depth, view.now.width) == (12, 2)
        assert np.ptp(xy(view, "output")[1]) == 0
        assert np.ptp(xy(view, "product")[1]) > 0.1
    flat = 0
    for draw in range(20):
        view.set(draw=draw)
        flat += np.ptp(xy(view, "output")[1]) == 0
    assert flat > 10, "it often goes flat"


def test_one_hinge_makes_the_absolute_value_and_two_beside_0_do_not():
    one, two = (scene(HingeExplorer, name) for name in ("one hinge is enough", "two are worse"))
    x, y = xy(one, "sum")
    np.testing.assert_allclose(y, np.abs(x), atol=1e-12)
    assert xy(one, "bends")[0].tolist() == [0]
    x, y = xy(two, "points")
    np.testing.assert_allclose(y, np.abs(x))
    assert xy(two, "now")[1] > 100 * xy(one, "now")[1]


def test_the_error_of_a_jump_falls_slowly():
    view = scene(HingeExplorer, "a jump is hard")
    errors = xy(view, "errors")[1]
    assert (view.now.hinges, errors[30] / errors[0]) == (30, pytest.approx(1 / 5, abs=0.01))
    smooth = xy(HingeExplorer(target="sine"), "errors")[1]
    assert smooth[30] < 0.02 * smooth[0]


def test_hinges_where_they_help_leave_less_and_each_lowers_the_error():
    view = scene(HingeExplorer, "each where it helps")
    helped = xy(view, "errors")[1]
    assert (np.diff(helped) <= 0).all()
    view.set(places="even")
    assert view.now.hinges == 10 and xy(view, "now")[1] > 4 * helped[10]


def test_scenes_by_hand_one_hinge_never_closes_and_too_much_falls():
    ends = {}
    for name in HandFitExplorer.scenes:
        x, y = xy(scene(HandFitExplorer, name), "sum")
        ends[name] = (np.interp([-2, -1, 0, 1, 2, 3], x, y)).round(9).tolist()
    assert ends == {
        "one hinge never closes": [0, 0, 1, 2, 3, 4],
        "falling again": [0, 0, 1, 2, 1, 0],
    }
    for name in HandFitExplorer.scenes:
        view = scene(HandFitExplorer, name)
        view.set(slope_2=-1.0)
        np.testing.assert_allclose(*[xy(view, line)[1] for line in ("sum", "target")], atol=1e-9)


def test_large_inputs_saturate_the_first_layer_and_do_not_move_relu():
    start, view = GradientExplorer(), scene(GradientExplorer, "saturated")
    np.testing.assert_allclose(xy(view, "ReLU")[1], xy(start, "ReLU")[1])
    for name in ("tanh", "sigmoid"):
        (*_, before, last), (*_, was, end) = xy(view, name)[1], xy(start, name)[1]
        assert last / before < 0.5 * end / was


def test_large_weights_make_relus_gradient_grow_in_every_layer_and_tanhs_far_less():
    start, view = GradientExplorer(), scene(GradientExplorer, "growing")
    grown = xy(view, "ReLU")[1] / xy(start, "ReLU")[1]
    np.testing.assert_allclose(grown, 1.5 ** np.arange(11))
    assert xy(view, "tanh")[1][-1] / xy(start, "tanh")[1][-1] < 0.2 * grown[-1]


def test_after_twenty_layers_relu_keeps_the_gradient_and_the_sigmoid_is_under_its_bound():
    view = scene(GradientExplorer, "twenty layers")
    ends = {name: xy(view, name)[1][20] for name in (*FUNCTIONS, "bound")}
    assert 0.5 < ends["ReLU"] < 2
    assert ends["tanh"] == pytest.approx(1 / 5, abs=0.05)
    assert ends["sigmoid"] < ends["bound"] < 1e-12


def test_the_race_depends_on_the_task():
    moons, sine = (scene(SpeedExplorer, name).state for name in ("the two moons", "the sine"))
    assert len(moons["ReLU"]) < len(moons["tanh"]) < len(moons["sigmoid"])
    assert len(sine["tanh"]) < len(sine["ReLU"]) < len(sine["sigmoid"])
    assert max(state[name][-1] for state in (moons, sine) for name in ("ReLU", "tanh")) <= 0.1
    assert len(moons["sigmoid"]) > 5 * len(moons["tanh"]) and sine["sigmoid"][-1] > 0.1


def test_on_the_sine_a_large_rate_has_no_end():
    view = scene(SpeedExplorer, "without end")
    for name in ("ReLU", "tanh"):
        assert not view.state[name][-1] < lesson.FAR
        assert f"{name} diverged at step {len(view.state[name]) - 1}" in view.text


def test_with_a_dead_layer_relu_stands_at_fifty_fifty_and_tanh_goes_on():
    view = scene(SpeedExplorer, "a dead layer")
    np.testing.assert_allclose(view.state["ReLU"][10:], np.log(2), atol=1e-3)
    assert len(view.state["ReLU"]) == 501
    assert view.state["tanh"][-1] <= 0.1
    assert "ReLU stands at 0.693; tanh reached it" in view.text
