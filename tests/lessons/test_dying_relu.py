"""Units that die, held against finite differences and closed forms, and what their views draw."""

from itertools import islice

import numpy as np
import pytest
from house import xy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from utils.data import two_moons
from utils.layer import initial_std
from utils.lessons.dying_relu import (
    FiringExplorer,
    LayerExplorer,
    PlateauExplorer,
    RescueExplorer,
    SleepExplorer,
    explorers,
)
from utils.lessons.dying_relu.experiments import (
    FAR,
    INITS,
    REMEDIES,
    answers,
    descend_unit,
    find_wakings,
    firing_history,
    give_remedy,
    hinge_data,
    loss_surface,
    moons_network,
    rescue_unit,
    single_unit,
    survives,
    train_network,
    unit_gradients,
)
from utils.lessons.dying_relu.plots import shade_firing
from utils.network import LeakyReLU, PReLU, ReLU
from utils.style import COLOURS
from utils.training import cross_entropy, inactive_units, squared_error

X, Y = hinge_data()
MOONS, LABELS = two_moons()


def layer_of(name):
    """A layer of its own for each use: PReLU's alpha learns."""
    return {"relu": ReLU, "leaky": LeakyReLU, "prelu": lambda: PReLU(dtype=float)}[name]()


def loss_of(network, x, y, loss=squared_error):
    return loss(network.forward(x), y)[0]


def measured_gradients(network, x, y, loss=squared_error, h=1e-6):
    """By central differences, one number of the network after the other."""
    slopes = []
    for param in network.params:
        for place in np.ndindex(param.shape):
            kept = param[place]
            param[place] = kept + h
            above = loss_of(network, x, y, loss)
            param[place] = kept - h
            slopes.append((above - loss_of(network, x, y, loss)) / (2 * h))
            param[place] = kept
    return np.array(slopes)


def steps(view, count):
    for _ in range(count):
        view.player.step()


# The data


def test_moons_lie_on_two_half_circles_that_mirror_each_other():
    x, labels = two_moons(points=300, noise=0)
    for label, centre, side in ((0, (-0.5, -0.25), 1), (1, (0.5, 0.25), -1)):
        moon = x[labels == label] - centre
        np.testing.assert_allclose(np.hypot(*moon.T), 1)
        assert (side * moon[:, 1] >= 0).all()
    assert np.abs(x.mean(axis=0)).max() < 0.1


def test_moons_are_decided_by_the_seed():
    np.testing.assert_array_equal(two_moons(seed=1)[0], two_moons(seed=1)[0])
    assert not np.array_equal(two_moons(seed=1)[0], two_moons(seed=2)[0])
    assert MOONS.shape == (200, 2)
    assert np.bincount(LABELS).tolist() == [100, 100]


def test_noise_shakes_the_moons_as_much_as_it_says():
    shaken = two_moons(5000, noise=0.2)[0] - two_moons(5000, noise=0)[0]
    assert shaken.std(axis=0) == pytest.approx([0.2, 0.2], rel=0.05)


@pytest.mark.parametrize("wrong", [{"points": 1}, {"noise": -0.1}, {"noise": np.nan}])
def test_moons_refuse_what_makes_none(wrong):
    with pytest.raises(ValueError, match="got"):
        two_moons(**wrong)


# One unit


@pytest.mark.parametrize("name", ["relu", "leaky", "prelu"])
@given(weight=st.floats(-2, 2), bias=st.floats(-3, 3))
def test_the_gradients_of_a_unit_match_finite_differences(name, weight, bias):
    assume(np.abs(weight * X + bias).min() > 1e-5)  # at the kink there is no derivative to measure
    unit = single_unit(weight, bias, layer_of(name))
    given_back = unit_gradients(unit, X, Y)
    np.testing.assert_allclose(given_back, measured_gradients(unit, X, Y), atol=1e-7)


def test_the_gradients_of_the_lesson_are_those_of_the_network():
    w, y = np.array([1.0, -1.0]), LABELS
    for b in (0.0, -1.0, -1.8, -2.0):
        z = MOONS @ w + b
        each = 2 * (np.maximum(z, 0) - y) * (z > 0)
        wanted = np.array([*(each @ MOONS), each.sum()]) / len(y)
        unit = single_unit(w, b)
        np.testing.assert_allclose(unit_gradients(unit, MOONS, y[:, None]), wanted)


@given(weight=st.floats(-2, 2), below=st.floats(0.001, 3))
def test_a_dead_unit_has_exactly_zero_gradients(weight, below):
    unit = single_unit(weight, -2 * abs(weight) - below)
    assert inactive_units(unit, X)[0].all()
    assert (unit_gradients(unit, X, Y) == 0).all()
    assert (measured_gradients(unit, X, Y) == 0).all()


@given(weight=st.floats(-2, 2), bias=st.floats(-3, 3))
def test_three_ways_to_say_that_a_unit_is_dead_agree(weight, bias):
    unit = single_unit(weight, bias)
    now = next(descend_unit(unit, X, Y, lambda _: 0.0))
    outputs = unit.forward(X)
    assert now.dead == np.all(outputs == 0) == inactive_units(unit, X)[0].item()
    assert now.firing == pytest.approx(np.mean(outputs > 0))


def test_a_unit_is_dead_below_the_dashed_line_and_nowhere_else():
    for weight in np.linspace(-2, 2, 17):
        for gap, dead in ((-0.01, True), (0.0, True), (0.01, False)):
            unit = single_unit(weight, -2 * abs(weight) + gap)
            assert inactive_units(unit, X)[0].item() == dead


@pytest.mark.parametrize("name", ["relu", "leaky", "prelu"])
def test_the_loss_map_is_the_loss_of_the_unit(name):
    layer = layer_of(name)
    alpha = {"relu": 0.0, "leaky": 0.01, "prelu": 0.25}[name]
    weights, biases = np.array([-1.0, 0.3, 2.0]), np.array([-2.5, 0.4])
    surface = loss_surface(weights, biases, alpha, X, Y)
    for row, bias in enumerate(biases):
        for column, weight in enumerate(weights):
            wanted = loss_of(single_unit(weight, bias, layer), X, Y)
            assert surface[row, column] == pytest.approx(wanted)


def test_the_plateau_is_flat_and_as_high_as_the_mean_square_of_the_targets():
    weights, biases = np.linspace(-1, 1, 9), np.linspace(-3, -2, 9)
    surface = loss_surface(weights, biases, 0.0, X, Y)
    assert (surface == surface[0, 0]).all()
    assert surface[0, 0] == pytest.approx(np.mean(Y**2)) == pytest.approx(0.7)
    assert np.ptp(loss_surface(weights, biases, 0.01, X, Y)) > 0


def test_the_first_step_kills_from_the_closed_form_on():
    grad_w, grad_b = unit_gradients(single_unit(1.0, 2.0), X, Y)
    limit = 4 / (grad_b + 2 * grad_w)
    assert limit == pytest.approx(0.6926, abs=5e-5)
    assert survives(limit - 1e-6)
    assert not survives(limit + 1e-6, steps=1)


def test_from_the_lessons_start_every_rate_below_the_limit_is_survived_and_none_above():
    rates = np.arange(0.05, 2.01, 0.05)
    assert [survives(rate) for rate in rates] == [rate < 0.6926 for rate in rates]


def test_a_dead_unit_stays_where_it_is_at_every_learning_rate():
    for rate in (0.1, 10.0, 1e6):
        unit = single_unit(0.5, -1.5)
        walk = list(islice(descend_unit(unit, X, Y, lambda _, rate=rate: rate), 50))
        assert all((now.weight, now.bias) == (0.5, -1.5) for now in walk)


@pytest.mark.parametrize("name", ["leaky", "prelu"])
def test_with_a_slope_on_the_left_the_unit_walks_off_the_plateau(name):
    unit = single_unit(-0.12, -0.38, layer_of(name))
    walk = list(islice(descend_unit(unit, X, Y, lambda _: 0.8), 101))
    assert walk[0].firing == 0
    assert not walk[0].dead
    assert walk[-1].firing == pytest.approx(21 / 41)
    assert walk[-1].loss < 0.001


def test_descent_is_plain_gradient_descent():
    w, b = 1.0, 2.0
    for now in islice(descend_unit(single_unit(w, b), X, Y, lambda _: 0.3), 10):
        assert (now.weight, now.bias) == pytest.approx((w, b))
        each = 2 * (np.maximum(w * X + b, 0) - Y) * (w * X + b > 0)
        w, b = w - 0.3 * np.mean(each * X), b - 0.3 * np.mean(each)


def test_a_divergent_unit_ends_by_itself_and_in_finite_numbers():
    unit = single_unit(1.0, 2.0, PReLU(dtype=float))
    walk = list(islice(descend_unit(unit, X, Y, lambda _: 1.5), 1000))
    last = walk[-1]
    assert len(walk) < 20
    assert last.diverged
    assert FAR <= max(abs(last.weight), abs(last.bias), abs(last.alpha)) < np.inf


# The remedies


def end_of(remedy, given_at):
    *_, last = islice(rescue_unit(remedy, given_at, 0.8), 101)
    return last


@pytest.mark.parametrize(
    ("remedy", "after_death", "from_start"),
    [
        ("nothing", False, False),
        ("leaky slope 0.01", True, True),
        ("PReLU", True, True),
        ("lower learning rate", False, True),
        ("drawn anew", True, True),
    ],
)
def test_which_remedies_bring_back_and_which_only_prevent(remedy, after_death, from_start):
    for given_at, alive in ((20, after_death), (0, from_start)):
        last = end_of(remedy, given_at)
        assert last.dead != alive
        assert last.loss == (pytest.approx(0, abs=0.003) if alive else pytest.approx(0.7))


def test_every_remedy_of_the_menu_is_tested():
    assert len(REMEDIES) == 5


def test_until_the_remedy_is_given_all_runs_are_one():
    runs = [list(islice(rescue_unit(remedy, 20, 0.8), 20)) for remedy in REMEDIES]
    assert all(run == runs[0] for run in runs)
    assert runs[0][1].dead


def test_a_lower_learning_rate_is_a_tenth():
    lowered = list(islice(rescue_unit("lower learning rate", 0, 0.8), 10))
    assert lowered == list(islice(rescue_unit("nothing", 0, 0.08), 10))


def test_drawn_anew_a_unit_has_the_size_of_he_and_no_bias():
    unit = single_unit(-0.12, -0.38)
    give_remedy(unit, "drawn anew")
    assert unit.layers[0].weight.item() == pytest.approx(initial_std(1, "he"))
    assert unit.layers[0].bias.item() == 0


def test_drawn_with_the_other_sign_the_unit_of_the_lesson_dies_again():
    for sign, dies in ((1, False), (-1, True)):
        unit = single_unit(sign * np.sqrt(2), 0.0)
        *_, last = islice(descend_unit(unit, X, Y, lambda _: 0.8), 101)
        assert last.dead == dies and (last.loss < 1e-12) != dies


def test_an_unknown_remedy_is_not_taken_for_none():
    with pytest.raises(ValueError, match="'prelu'"):
        rescue_unit("prelu", 20, 0.8)


# A network on the moons


def train(rate=1.0, count=100, **more):
    return list(train_network(moons_network(**more), MOONS, LABELS, rate, count))


def test_dead_units_of_a_network_have_zero_gradients_by_backpropagation_and_by_differences():
    network = moons_network("he", bias=-0.5)
    for dead, place in zip(inactive_units(network, MOONS), (0, 2), strict=True):
        assert dead.any()
        network.backward(cross_entropy(network.forward(MOONS), LABELS)[1])
        weight, bias = network.layers[place].grads
        assert (weight[:, dead] == 0).all()
        assert (bias[dead] == 0).all()
        assert (np.abs(weight[:, ~dead]).max(axis=0) > 0).all()
    sizes = [param.size for param in network.params]
    slopes = measured_gradients(network, MOONS, LABELS, cross_entropy)
    given_back = np.concatenate([grad.ravel() for grad in network.grads])
    np.testing.assert_allclose(given_back, slopes, atol=1e-5)
    first_bias = slopes[sizes[0] : sizes[0] + sizes[1]]
    assert (first_bias[inactive_units(network, MOONS)[0]] == 0).all()


def test_through_a_layer_that_is_dead_as_a_whole_nothing_passes():
    network = moons_network("he", bias=-2.0)
    dead = inactive_units(network, MOONS)
    assert dead[1].all()
    assert not dead[0].all()
    network.backward(cross_entropy(network.forward(MOONS), LABELS)[1])
    assert all((grad == 0).all() for layer in network.layers[:4] for grad in layer.grads)
    assert {now.accuracy for now in train(bias=-2.0)} == {0.5}


def test_a_step_says_what_dead_units_says():
    network = moons_network("he", bias=-0.5)
    for now in train_network(network, MOONS, LABELS, 2.0, 20):
        for mine, theirs in zip(now.dead, inactive_units(network, MOONS), strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("rate", [0.5, 2.0, 5.0])
def test_no_unit_of_the_first_layer_ever_wakes(init, rate):
    for seed in range(3):
        run = train(rate, init=INITS[init], bias=-0.5, seed=seed)
        assert not find_wakings(firing_history(run, 0)).any()


def test_a_unit_of_the_second_layer_wakes_although_its_own_weights_stand_still():
    network = moons_network("he", bias=-0.5)
    weight, bias = network.layers[2].params
    before = weight[:, 6].copy(), bias[6].copy()
    walk = train_network(network, MOONS, LABELS, 1.0, 200)
    awake = next(now for now in walk if now.firing[1][6] > 0)
    assert awake.step == 14
    np.testing.assert_array_equal(weight[:, 6], before[0])
    assert bias[6] == before[1]


def test_wakings_are_found_where_they_happen():
    firing = np.array([[0, 0.5, 0], [0.1, 0, 0], [0.1, 0.2, 0]])
    woke = [[True, False, False], [False, True, False]]
    assert find_wakings(firing).tolist() == woke


def test_the_figures_of_the_lesson():
    ends = [train(rate)[-1] for rate in (0.5, 1.0, 5.0)]
    dead = [[int(units.sum()) for units in end.dead] for end in ends]
    assert dead == [[0, 1], [0, 1], [9, 16]]
    assert [end.accuracy for end in ends] == [0.995, 1.0, 0.5]
    runs = [train(count=200, bias=-0.5, seed=seed) for seed in range(10)]
    for layer, (ever_dead, ever_woke) in enumerate([(14, 0), (68, 29)]):
        firing = [firing_history(run, layer) for run in runs]
        assert sum((f == 0).any(axis=0).sum() for f in firing) == ever_dead
        assert sum(find_wakings(f).any(axis=0).sum() for f in firing) == ever_woke


def test_a_learning_rate_may_change_between_two_steps():
    rates = iter([1.0, 0.0, 0.0, 1.0, 1.0])
    losses = [now.loss for now in train_network(moons_network(), MOONS, LABELS, rates.__next__, 4)]
    assert losses[1] == losses[2] == losses[3]
    assert losses[0] != losses[1] != losses[4]


def test_the_answers_of_kept_parameters_are_those_of_the_network():
    network = moons_network("he", bias=-0.5)
    np.testing.assert_array_equal(answers(network.params, MOONS), network.forward(MOONS))


def test_training_that_leaves_the_numbers_ends_by_itself():
    run = train(1e200, 100)
    assert len(run) < 20
    assert not np.isfinite(run[-1].loss)


# The views


def test_firing_explorer_shows_inputs_histogram_and_gradients():
    view = FiringExplorer(bias=-0.5, weight_1=0.8, weight_2=-1.2)
    w = np.array([0.8, -1.2])
    z = MOONS @ w - 0.5
    np.testing.assert_array_equal(xy(view, "passed"), MOONS[z > 0].T)
    np.testing.assert_array_equal(xy(view, "blocked"), MOONS[z <= 0].T)
    np.testing.assert_allclose(np.array(xy(view, "hinge")).T @ w - 0.5, 0, atol=1e-9)
    bars = [view.artists[f"bar {place}"] for place in range(48)]
    for bar in bars:
        low, high = bar.get_x(), bar.get_x() + bar.get_width()
        assert bar.get_height() == np.sum((z > low) & (z <= high))
    unit = single_unit(w, -0.5)
    for name, wanted in zip(
        ("w1", "w2", "b"), unit_gradients(unit, MOONS, LABELS[:, None]), strict=True
    ):
        assert view.artists[name].get_width() == pytest.approx(wanted)
        assert view.artists[f"{name}_value"].get_text() == f"{wanted:.4f}"
    assert f"{np.sum(z > 0)} of 200 inputs" in view.text


def test_firing_explorer_turns_black_and_says_exactly_zero_when_the_last_input_is_gone():
    view = FiringExplorer()
    limit = -(MOONS @ np.array([1.0, -1.0])).max()
    view.set(bias=limit + 0.01)
    assert "exactly 0" not in view.artists["b_value"].get_text()
    view.set(bias=limit - 0.01)
    assert view.text.startswith("Dead: none of the 200 inputs")
    assert {view.artists[f"{name}_value"].get_text() for name in ("w1", "w2", "b")} == {"exactly 0"}
    assert view.artists["bar 0"].get_facecolor()[:3] == (0, 0, 0)


def test_a_pre_activation_of_exactly_zero_counts_as_blocked():
    view = FiringExplorer(bias=0, weight_1=0, weight_2=0)
    assert view.artists["bar 23"].get_height() == 200
    assert view.text.startswith("Dead")
    assert view.axes["histogram"].get_ylim()[1] >= 200


def test_plateau_explorer_walks_all_three_paths():
    view = PlateauExplorer(learning_rate=0.8)
    steps(view, 30)
    for name in ("relu", "leaky", "prelu"):
        walk = descend_unit(single_unit(1.0, 2.0, layer_of(name)), X, Y, lambda _: 0.8)
        wanted = [(now.weight, now.bias) for now in islice(walk, 31)]
        np.testing.assert_allclose(np.array(xy(view, f"{name}_path")).T, wanted)
        np.testing.assert_allclose(np.ravel(xy(view, f"{name}_ball")), wanted[-1])
    assert (
        "Step 30, learning rate 0.8. ReLU has been dead since step 1, every gradient 0" in view.text
    )
    assert "Leaky ReLU fires on" in view.text


def test_plateau_explorer_draws_the_loss_of_each_slope():
    view = PlateauExplorer(leaky_slope=0.1)
    weights, biases = np.linspace(-2, 2, 41), np.linspace(-3, 3, 61)
    for name, alpha in {"relu": 0.0, "leaky": 0.1, "prelu": 0.25}.items():
        wanted = np.minimum(loss_surface(weights, biases, alpha, X, Y), 30)
        np.testing.assert_allclose(view.artists[name].get_array(), wanted)
    assert view.artists["prelu_slope"].get_text() == "alpha = 0.25"
    steps(view, 2)  # at the first no input lies below 0, and alpha learns nothing
    assert view.artists["prelu_slope"].get_text() != "alpha = 0.25"


@pytest.mark.parametrize(
    ("rate", "words"), [(0.69, "has survived"), (0.7, "has been dead since step 1")]
)
def test_plateau_explorer_says_whether_the_unit_survived(rate, words):
    view = PlateauExplorer(learning_rate=rate)
    view.player.play()
    assert f"ReLU {words}" in view.text


def test_plateau_explorer_a_learning_rate_moved_meanwhile_is_used_at_the_next_step():
    view = PlateauExplorer(learning_rate=0.1)
    steps(view, 1)
    view.set(learning_rate=2.0)
    steps(view, 1)
    assert "ReLU has been dead since step 2" in view.text


def test_plateau_explorer_a_slope_is_drawn_at_once_and_used_at_the_next_step():
    view = PlateauExplorer(learning_rate=0.8)
    steps(view, 20)
    before = view.state.walks["leaky"].now
    view.set(leaky_slope=0.3)
    assert view.artists["leaky_slope"].get_text() == "slope = 0.3"
    assert view.state.walks["leaky"].now is before
    steps(view, 2)
    after = view.state.walks["leaky"].now
    assert after.alpha == 0.3
    assert after.bias - before.bias > 10 * (before.bias - view.state.walks["leaky"].biases[19])


def test_plateau_explorer_divergence_is_said_and_the_others_go_on():
    view = PlateauExplorer(learning_rate=1.5)
    view.player.play()
    assert "PReLU diverged at step 3" in view.text
    assert view.text.startswith("Step 60")
    assert len(xy(view, "leaky_path")[0]) == 61


def test_rescue_explorer_draws_the_run_of_its_remedy():
    view = RescueExplorer(remedy="leaky slope 0.01", given_at=20)
    view.player.play()
    walk = list(islice(rescue_unit("leaky slope 0.01", 20, 0.8), 101))
    np.testing.assert_allclose(xy(view, "firing")[1], [100 * now.firing for now in walk])
    np.testing.assert_allclose(xy(view, "map_path")[1], [now.bias for now in walk])
    np.testing.assert_array_equal(xy(view, "given")[0], [20, 20])
    ends = xy(view, "now")
    z = walk[-1].weight * ends[0] + walk[-1].bias
    np.testing.assert_allclose(ends[1], np.where(z > 0, z, 0.01 * z))
    assert "It fired on none between step 1 and step 41." in view.text


def test_rescue_explorer_says_since_when_a_unit_that_was_drawn_anew_fires_again():
    view = RescueExplorer(remedy="drawn anew", given_at=20)
    view.player.play()
    assert "fires on" in view.text
    assert "It fired on none between step 1 and step 20." in view.text


def test_rescue_explorer_a_new_remedy_starts_the_run_anew():
    view = RescueExplorer()
    steps(view, 30)
    view.set(remedy="PReLU")
    assert view.text.startswith("Step 0, PReLU from step 20 on")


def test_layer_explorer_shows_units_dead_shares_and_regions():
    view = LayerExplorer(learning_rate=5.0)
    steps(view, 10)
    run = train(5.0, 10)
    for layer in (0, 1):
        wanted = shade_firing(run[-1].firing[layer])
        np.testing.assert_array_equal(
            view.artists[f"layer {layer + 1}"].get_array().ravel(), wanted
        )
        shares = [100 * now.dead[layer].mean() for now in run]
        np.testing.assert_allclose(xy(view, f"share {layer + 1}")[1], shares)
    alive = 16 - int(run[-1].dead[0].sum())
    assert len(view.artists["hinges"].get_segments()) == alive < 16


def test_layer_explorer_draws_the_side_on_which_each_point_of_the_grid_falls():
    view = LayerExplorer()
    steps(view, 20)
    network = moons_network()
    list(train_network(network, MOONS, LABELS, 1.0, 20))
    across, up = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-1.4, 1.4, 29))
    logits = network.forward(np.column_stack([across.ravel(), up.ravel()]))
    image = view.artists["regions"].get_array()
    np.testing.assert_array_equal(image.ravel() > 0, logits[:, 1] > logits[:, 0])


def test_layer_explorer_hinges_are_where_the_units_change_sides():
    view = LayerExplorer(initial_bias=-0.5)
    linear = moons_network("he", bias=-0.5).layers[0]
    alive = ~inactive_units(moons_network("he", bias=-0.5), MOONS)[0]
    segments = view.artists["hinges"].get_segments()
    for unit, segment in zip(np.flatnonzero(alive), segments, strict=True):
        on_line = segment @ linear.weight[:, unit] + linear.bias[unit]
        np.testing.assert_allclose(on_line, 0, atol=1e-9)


def test_layer_explorer_says_when_a_whole_layer_is_dead():
    view = LayerExplorer(learning_rate=5.0)
    view.player.play()
    assert "16 of 16 in layer 2. A whole layer is dead" in view.text


def test_layer_explorer_ends_and_says_so_when_the_numbers_are_left(monkeypatch):
    broken = moons_network()
    broken.params[0][...] = np.inf
    monkeypatch.setattr(explorers.experiments, "moons_network", lambda *_: broken)
    view = LayerExplorer()
    view.player.play()
    assert "left the numbers" in view.text
    assert view.player.ended
    assert view.player.error is None


def test_a_state_of_a_network_stays_what_it_was_while_the_training_goes_on():
    view = LayerExplorer()
    early, words, picture = view.state, *reversed(view.frame())
    view.player.play()
    assert view.update(view.now, early) == words
    view.canvas.draw()
    same = view.canvas.png == picture  # a difference of bytes would be spelt out for minutes
    assert same


def test_sleep_explorer_marks_each_waking_and_finds_none_in_the_first_layer():
    view = SleepExplorer()
    view.player.play()
    run = train(1.0, 200, bias=-0.5)
    for layer, name in enumerate(("layer 1", "layer 2")):
        firing = firing_history(run, layer)
        image = np.ma.getdata(view.artists[name].get_array())
        np.testing.assert_array_equal(image, shade_firing(firing).T)
        woke, units = np.nonzero(find_wakings(firing))
        np.testing.assert_array_equal(xy(view, f"{name}_woke"), [woke + 1, units + 1])
    assert "Layer 1: 2 of 16 units dead, none ever woke." in view.text
    assert "Layer 2: 5 of 16 dead, 4 wakings." in view.text


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 50), st.sampled_from([0.3, 3.0, 10.0]), st.sampled_from([-1.0, 0.0]))
def test_sleep_explorer_never_shows_a_waking_in_the_first_layer(seed, rate, bias):
    view = SleepExplorer(rate, bias, seed)
    view.player.play()
    assert len(xy(view, "layer 1_woke")[0]) == 0


# What each scene promises


def at_the_end(make, scene):
    view = make()
    view.show(scene)
    return view


@pytest.mark.parametrize(
    ("scene", "passed"), [("fires on all", 200), ("hardly alive", 2), ("silenced", 0)]
)
def test_firing_scenes_let_this_many_inputs_through(scene, passed):
    view = at_the_end(FiringExplorer, scene)
    assert len(xy(view, "passed")[0]) == passed
    widths = np.array([view.artists[name].get_width() for name in ("w1", "w2", "b")])
    assert widths.all() if passed else not widths.any()
    assert abs(widths).max() < 0.1 or passed == 200, "small, before they are 0"
    black = view.artists["blocked"].get_color() == COLOURS["dead"]
    assert black == (not passed)


@pytest.mark.parametrize(
    ("scene", "alive"),
    [
        ("one step too long", False),
        ("just survives", True),
        ("just too far", False),
        ("a steeper leak", False),
        ("far too fast", False),
        ("a safer start", True),
    ],
)
def test_plateau_scenes_kill_relu_at_the_first_step_or_never(scene, alive):
    view = at_the_end(PlateauExplorer, scene)
    walk = view.state.walks["relu"]
    assert view.state.step == 60
    assert walk.dead[1:].any() != alive
    assert walk.dead[1:].all() != alive
    moved = np.diff(xy(view, "relu_path")[1])
    assert (moved[1:] == 0).all() != alive
    assert now_at_goal(walk.now) == alive


def now_at_goal(unit):
    return unit.weight == pytest.approx(1, abs=0.01) and unit.bias == pytest.approx(0, abs=0.01)


def test_the_limit_lies_between_two_scenes_that_differ_by_a_hundredth():
    scenes = PlateauExplorer.scenes
    rates = [scenes[name]["learning_rate"] for name in ("just survives", "just too far")]
    assert rates[1] - rates[0] == pytest.approx(0.01)


@pytest.mark.parametrize(("scene", "step"), [("one step too long", 22), ("a steeper leak", 3)])
def test_leaky_relu_fires_again_at_this_step_and_prelu_is_out_at_once(scene, step):
    walks = at_the_end(PlateauExplorer, scene).state.walks
    assert np.flatnonzero(walks["leaky"].firing == 0).tolist() == list(range(1, step))
    assert np.flatnonzero(walks["prelu"].firing == 0).tolist() == [1]
    assert walks["relu"].now.dead


def test_a_safer_start_bears_the_rate_that_kills_from_the_start_of_the_view():
    view = at_the_end(PlateauExplorer, "a safer start")
    assert view.now.learning_rate == PlateauExplorer.scenes["one step too long"]["learning_rate"]
    assert [xy(view, "relu_path")[axis][0] for axis in (0, 1)] == [0.5, 0.5]


def test_far_too_fast_leaky_still_creeps_and_prelu_diverges():
    walks = at_the_end(PlateauExplorer, "far too fast").state.walks
    assert walks["leaky"].now.firing == 0
    assert not walks["leaky"].now.dead
    assert walks["prelu"].now.diverged
    assert walks["prelu"].now.step == 3


@pytest.mark.parametrize("scene", RescueExplorer.scenes)
def test_rescue_scenes_bring_back_prevent_or_come_too_late(scene):
    firing = xy(at_the_end(RescueExplorer, scene), "firing")[1]
    assert firing[0] > 0
    if "prevents" in scene:
        assert (firing > 0).all()
    elif "from the start" in scene:
        assert (firing[1], firing[-1] > 0) == (0, True)
    else:
        assert (firing[1:20] == 0).all()
        assert (firing[-1] > 0) == ("rescues" in scene)


def test_rescue_scenes_go_through_the_whole_menu_twice():
    found = {(scene["remedy"], scene["given_at"]) for scene in RescueExplorer.scenes.values()}
    wanted = {(remedy, given_at) for remedy in REMEDIES for given_at in (20, 0)}
    assert found == wanted - {("nothing", 0)}


def test_it_learns_until_every_point_is_right():
    view = at_the_end(LayerExplorer, "it learns")
    regions = view.artists["regions"].get_array()
    columns = np.rint((MOONS[:, 0] + 2) / 0.1).astype(int)
    rows = np.rint((MOONS[:, 1] + 1.4) / 0.1).astype(int)
    assert view.state.now.accuracy == 1
    assert sum(units.sum() for units in view.state.now.dead) == 1, "part 5 counts it"
    assert np.mean((regions[rows, columns] > 0) == LABELS) > 0.95


def test_a_layer_dies_within_a_few_steps_and_nothing_moves_any_more():
    state = at_the_end(LayerExplorer, "a layer dies").state
    first = np.argmax(state.dead[1] == 1)
    assert 0 < first <= 12
    assert (np.ptp(state.dead[:, first:], axis=1) == 0).all()
    assert state.now.accuracy == 0.5


def test_a_bias_of_minus_two_leaves_most_dead_before_the_first_step():
    state = at_the_end(LayerExplorer, "most dead from the start").state
    assert 16 * state.dead[:, 0].sum() == 28


def test_too_large_weights_are_alive_at_the_start_and_everything_dies():
    view = at_the_end(LayerExplorer, "everything dies")
    assert view.now.learning_rate == 1, "one that was fine"
    assert view.state.dead[:, 0].max() < 0.2
    assert (view.state.dead[:, -1] == 1).all()


@pytest.mark.parametrize("scene", SleepExplorer.scenes)
def test_sleep_scenes_wake_units_of_layer_2_alone_unless_the_layer_is_dead(scene):
    view = at_the_end(SleepExplorer, scene)
    woke = [len(xy(view, f"layer {layer}_woke")[0]) for layer in (1, 2)]
    assert woke[0] == 0
    assert (woke[1] > 0) == (scene != "nobody is woken")
    dead = view.state[0] == 0
    assert dead[0].any()
    assert (dead[1:] >= dead[:-1]).all(), "who is dead in layer 1 stays dead"


def test_other_units_wake_with_another_seed_and_many_at_three_times_the_rate():
    some, others, many = (
        at_the_end(SleepExplorer, name)
        for name in ("some wake up", "others wake up", "many wake up")
    )
    woke = [xy(view, "layer 2_woke")[1] for view in (some, others, many)]
    assert set(woke[0]) != set(woke[1])
    assert len(woke[2]) > 3 * len(woke[0])
    dead = (many.state[0] == 0).sum(axis=1)
    assert dead[-1] > 3 * dead[0], "on the left ever more die"
    asleep = np.flatnonzero(some.state[1][0] == 0) + 1
    assert len(set(asleep) & set(woke[0])) > 1, "dead at the start, and woken"


def test_nobody_is_woken_where_the_whole_second_layer_is_dead_from_the_start():
    firing = at_the_end(SleepExplorer, "nobody is woken").state
    assert not firing[1].any()
    assert (firing[0] == firing[0, 0]).all(), "so the first layer learns nothing, either"
