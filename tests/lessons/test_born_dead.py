"""Born dead and the |x| race, held against formulas, finite differences and plain loops."""

import re
import runpy
import subprocess
import sys
from functools import cache
from itertools import islice

import numpy as np
import pytest
from house import ROOT, xy
from hypothesis import given
from hypothesis import strategies as st

from utils.activations import relu
from utils.lessons.born_dead import BornDeadExplorer, RaceExplorer
from utils.lessons.born_dead.experiments import (
    TUTORIAL_SHARES,
    TUTORIAL_SIZES,
    born_dead_chance,
    count_dead,
    dead_shares,
    default_layer,
    draw_dead,
    he_layer,
    stand_in_pictures,
    unbiased_layer,
    wilson_band,
)
from utils.lessons.born_dead.race import (
    EPOCHS,
    GRID,
    KINDS,
    LEARNING_RATE,
    SLOPES,
    STEPS,
    STEPS_AN_EPOCH,
    Networks,
    draw_parameters,
    judge,
    line_up,
    run_race,
    split,
    stored_race,
    train,
)

CAUTIOUS = 3.5  # standard errors: at fixed seeds a band this wide holds unless something is wrong
SHAPES = [(2, 1), (10, 2), (10, 3), (10, 5), (10, 10), (20, 4), (3, 7)]


# --- born dead -----------------------------------------------------------------------------------


@given(st.integers(1, 60), st.integers(1, 30))
def test_the_formula_is_one_minus_the_chance_that_each_layer_survives(depth, width):
    survives = 1.0
    for _ in range(depth - 1):
        survives *= 1 - 2.0**-width
    assert born_dead_chance(depth, width) == pytest.approx(1 - survives, abs=1e-12)


def test_the_formula_takes_arrays_and_keeps_its_digits_where_the_chance_is_tiny():
    table = born_dead_chance(10, np.array([2, 3, 5, 10]))
    np.testing.assert_array_equal(table.round(4), [0.9249, 0.6993, 0.2485, 0.0088])
    assert born_dead_chance(10, 60) == pytest.approx(9 * 2.0**-60, rel=1e-12)


@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_count_on_one_input_agrees_with_the_formula(depth, width):
    dead = draw_dead(20_000, depth, width, seed=1)[0]
    low, high = wilson_band(dead.sum(), dead.size, CAUTIOUS)
    assert low <= born_dead_chance(depth, width) <= high


@pytest.mark.parametrize(("depth", "width"), SHAPES)
def test_the_formula_bounds_the_chance_on_a_domain_from_above(depth, width):
    one, line = draw_dead(20_000, depth, width, seed=2)
    assert not (line & ~one).any(), "dead on the whole line, and alive on a point of it"
    low, _ = wilson_band(line.sum(), line.size, CAUTIOUS)
    assert low <= born_dead_chance(depth, width)


@pytest.mark.parametrize(("width", "share"), [(2, 0.880), (3, 0.576), (5, 0.130), (10, 0.001)])
def test_the_count_on_the_whole_line_is_what_was_measured_before(width, share):
    line = draw_dead(20_000, 10, width, seed=3)[1]
    low, high = wilson_band(line.sum(), line.size, CAUTIOUS)
    assert low <= share <= high


def test_two_inputs_tell_of_the_whole_line():
    x = np.linspace(-3, 3, 41)
    found = draw_dead(300, depth=6, width=3, seed=4)
    rng = np.random.default_rng(4)  # the same weights again, now on many inputs
    values = np.broadcast_to(x, (300, 1, 41))
    for fan_in in (1, 3, 3, 3, 3):
        weights = rng.standard_normal((300, 3, fan_in)) * np.sqrt(2 / fan_in)
        values = np.maximum(weights @ values, 0)
    zero = ~values.any(axis=1)
    np.testing.assert_array_equal(found, [zero[:, -1], zero.all(axis=1)])


def test_counting_adds_up_ends_and_asks_for_the_batch_anew():
    batches = iter([10, 200, 50, 1000])
    counts = list(count_dead(10, 3, lambda: next(batches), most=300))
    assert [count.drawn for count in counts] == [0, 10, 210, 260, 300]
    assert (np.diff([count.dead for count in counts], axis=0) >= 0).all()
    again = list(islice(count_dead(10, 3, lambda: 10, most=300), 2))
    np.testing.assert_array_equal(again[1].dead, counts[1].dead)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_wilsons_band_ends_where_the_share_is_z_standard_errors_away(draws, fraction):
    hits = round(fraction * draws)
    for end in wilson_band(hits, draws):
        error = np.sqrt(end * (1 - end) / draws)
        assert abs(hits / draws - end) == pytest.approx(1.96 * error, abs=1e-7)


def test_wilsons_band_holds_the_truth_in_95_of_100_trials():
    hits = np.random.default_rng(0).binomial(200, 0.07, size=20_000)
    low, high = wilson_band(hits, np.full(20_000, 200))
    assert np.mean((low <= 0.07) & (high >= 0.07)) == pytest.approx(0.95, abs=0.015)


# --- dead units of the tutorial's network --------------------------------------------------------


def test_layers_are_drawn_as_they_say():
    rng = np.random.default_rng(0)
    weights, biases = he_layer(rng, 400, 500)
    assert (weights.shape, biases.any()) == ((400, 500), False)
    assert weights.var() == pytest.approx(2 / 400, rel=0.02)
    for layer in (default_layer, unbiased_layer):
        weights, biases = layer(rng, 400, 500)
        assert 0.999 / 20 < np.abs(weights).max() <= 1 / 20
        assert weights.var() == pytest.approx(1 / (3 * 400), rel=0.02)
        assert (np.abs(biases).max() <= 1 / 20) and biases.any() == (layer is default_layer)


def test_stand_in_pictures_have_the_statistics_that_the_lesson_states():
    pictures = stand_in_pictures(2000)
    assert pictures.shape == (2000, 784)
    assert (pictures.min(), pictures.max()) == (-1, 1)
    assert pictures.mean() == pytest.approx(-0.46, abs=0.01)
    assert pictures.std() == pytest.approx(0.71, abs=0.01)
    assert np.mean(pictures == -1) == pytest.approx(0.49, abs=0.01)
    assert np.corrcoef(pictures[:, 400], pictures[:, 401])[0, 1] > 0.9


def test_a_unit_counts_as_dead_when_every_gradient_of_it_is_zero():
    inputs = np.random.default_rng(1).standard_normal((30, 4))

    def layer(rng, fan_in, units):
        return he_layer(rng, fan_in, units)[0], np.linspace(-6, 3, units)

    share = dead_shares(inputs, layer, sizes=(12,))[0]
    weights, biases = layer(np.random.default_rng(0), 4, 12)
    h = 1e-6

    def moved(unit, change):
        shift = np.zeros(12)
        shift[unit] = change
        return relu(inputs @ weights + biases + shift)

    frozen = [np.array_equal(moved(unit, h), moved(unit, -h)) for unit in range(12)]
    assert 0 < sum(frozen) < 12
    assert share == pytest.approx(sum(frozen) / 12)


def test_random_biases_kill_half_the_deep_units_and_zero_biases_do_not():
    pictures = stand_in_pictures(500)
    deep = slice(6, None)
    default, unbiased, he = (
        dead_shares(pictures, layer, networks=3)[deep].mean()
        for layer in (default_layer, unbiased_layer, he_layer)
    )
    assert default == pytest.approx(0.5, abs=0.05)
    assert unbiased < 0.2 and he < 0.2
    assert np.mean(TUTORIAL_SHARES[deep]) == pytest.approx(0.5, abs=0.03)
    assert len(TUTORIAL_SHARES) == len(TUTORIAL_SIZES) == 10


# --- the race ------------------------------------------------------------------------------------


def plain_outputs(row, x):
    """One network, layer by layer, unit by unit."""
    layers, slopes = split(row[np.newaxis])
    outputs = []
    for value in x:
        values = [value]
        for k, layer in enumerate(layers):
            before = [
                sum(w * v for w, v in zip(unit[:-1], values, strict=True)) + unit[-1]
                for unit in layer[0]
            ]
            if k == len(layers) - 1:
                outputs.append(before[0])
            values = [z if z > 0 else slopes[0, min(k, 8)] * z for z in before]
    return np.array(outputs)


def test_many_networks_at_once_are_what_each_is_alone():
    field = line_up(3, seed=1)
    outputs = field.forward(GRID[::10])
    for row, output in zip(field.parameters, outputs, strict=True):
        np.testing.assert_allclose(output, plain_outputs(row, GRID[::10]), rtol=1e-12, atol=1e-14)


def test_gradients_match_finite_differences_for_every_parameter():
    rng = np.random.default_rng(2)
    parameters = rng.standard_normal((4, 64)) * 0.9
    parameters[:, -9:] = rng.uniform(-0.5, 1.5, (4, 9))
    x = rng.uniform(-2, 2, 8)
    networks = Networks(parameters, learners=slice(0, 4))

    def loss():
        return np.mean((networks.forward(x) - np.abs(x)) ** 2, axis=1)

    gradient = networks.backward(2 * (networks.forward(x) - np.abs(x)) / len(x)).copy()
    h, measured = 1e-6, np.empty_like(parameters)
    for j in range(parameters.shape[1]):
        before = parameters[:, j].copy()
        sides = []
        for sign in (1, -1):
            parameters[:, j] = before + sign * h
            sides.append(loss())
        parameters[:, j] = before
        measured[:, j] = (sides[0] - sides[1]) / (2 * h)
    assert np.abs(gradient).max(axis=1).min() > 1e-3, "a dead network would prove nothing"
    np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-7)


def test_only_prelu_learns_its_slopes():
    field = line_up(5)
    for _ in islice(train(field, lambda: 0.01), 30):
        pass
    slopes = field.slopes.reshape(4, 5, 9)
    for kind, found in zip(KINDS, slopes, strict=True):
        assert (found != SLOPES[kind]).any() == (kind == "prelu"), kind


def test_three_kinds_start_from_the_same_weights_and_the_first_rows_never_change():
    relu_rows = draw_parameters("relu", 6)
    for kind in ("leaky", "prelu"):
        np.testing.assert_array_equal(draw_parameters(kind, 6)[:, :-9], relu_rows[:, :-9])
    for kind in KINDS:
        few, many = draw_parameters(kind, 3), draw_parameters(kind, 50)
        np.testing.assert_array_equal(few, many[:3])
    assert not np.array_equal(draw_parameters("relu", 6, seed=1), relu_rows)


def test_he_starts_with_the_right_spread_and_no_bias():
    layers, _ = split(draw_parameters("relu", 20_000))
    for layer in layers:
        assert layer[:, :, :-1].var() == pytest.approx(2 / (layer.shape[2] - 1), rel=0.03)
        assert not layer[:, :, -1].any()


def test_rai_draws_one_entry_of_each_unit_from_beta_and_the_rest_from_the_normal():
    layers, _ = split(draw_parameters("rai", 40_000))
    normal, _ = split(np.random.default_rng([0, 0]).standard_normal((40_000, 64)))
    for layer, start in zip(layers, normal, strict=True):
        columns = layer.shape[2]
        picked = layer != 0.6007 / np.sqrt(columns - 1) * start
        assert (picked.sum(axis=2) == 1).all()
        np.testing.assert_allclose(picked.mean(axis=(0, 1)), 1 / columns, atol=0.015)
        beta = np.sort(layer[picked])
        empirical = np.arange(1, beta.size + 1) / beta.size
        assert np.abs(empirical - beta**2).max() < 2 / np.sqrt(beta.size), "Kolmogorov-Smirnov"


def test_training_takes_all_its_steps_asks_the_rate_anew_and_lowers_the_loss():
    asked = []
    field = line_up(2)
    before = np.mean((field.forward(GRID) - np.abs(GRID)) ** 2)
    steps = list(train(field, lambda: asked.append(1) or LEARNING_RATE))
    assert steps == list(range(STEPS + 1))
    assert len(asked) == STEPS == EPOCHS * STEPS_AN_EPOCH == 940
    assert np.mean((field.forward(GRID) - np.abs(GRID)) ** 2) < before / 2


def test_a_dead_network_gets_no_gradient_but_at_its_last_bias():
    field = line_up(20)
    dead = np.flatnonzero(judge(field)[1].dead.ravel())
    assert len(dead) > 10
    x = np.linspace(-2, 2, 9)
    gradient = field.backward(field.forward(x) - np.abs(x))[dead[dead < 20]]
    last = gradient.shape[1] - 9 - 1  # before the slopes
    assert gradient[:, last].all()
    assert not np.delete(gradient, last, axis=1).any()


def test_judging_by_hand():
    field = line_up(10)
    outputs, standing = judge(field)
    assert outputs.shape == (4, 10, len(GRID))
    np.testing.assert_array_equal(standing.flat, np.ptp(outputs, axis=2) < 0.001)
    assert not (standing.dead & ~standing.flat).any()
    assert not standing.dead[1:3].any(), "a slope left of 0 lets everything through"
    exact = np.zeros((1, 64))  # |x| = relu(x) + relu(-x), handed on by the layers after the first
    layers, _ = split(exact)
    layers[0][0, :, 0] = (1, -1)
    for layer in layers[1:-1]:
        layer[0, :, :2] = np.eye(2)
    layers[-1][0, 0, :2] = 1
    _, alone = judge(Networks(np.repeat(exact, 4, axis=0)))
    assert alone.close.all() and not alone.flat.any() and not alone.dead.any()


def test_a_part_of_the_race_is_the_race_of_that_part():
    whole = run_race(7, block=3)
    part = run_race(2, block=50)
    for name in ("dead", "flat", "close"):
        assert getattr(whole, name).shape == (EPOCHS + 1, 4, 7)
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[:, :, :2])


def test_the_stored_race_is_what_its_command_gives():
    stored, again = stored_race(), run_race(12)
    for name in ("dead", "flat", "close"):
        assert getattr(stored, name).shape == (EPOCHS + 1, 4, 1000)
        np.testing.assert_array_equal(getattr(stored, name)[:, :, :12], getattr(again, name))


def test_storing_and_reading_give_the_race_back(tmp_path):
    path = tmp_path / "race.npz"
    runpy.run_path(str(ROOT / "bench" / "store_race.py"))["store"](3, path)
    stored, wanted = stored_race(path), run_race(3)
    for name in ("dead", "flat", "close"):
        np.testing.assert_array_equal(getattr(stored, name), getattr(wanted, name))


def test_the_stored_figures_of_the_lesson():
    stored = stored_race()
    shares = {
        name: getattr(stored, name).mean(axis=2).round(3) for name in ("dead", "flat", "close")
    }
    np.testing.assert_array_equal(
        shares["dead"][[0, -1]], [[0.865, 0, 0, 0.197], [0.91, 0, 0, 0.402]]
    )
    np.testing.assert_array_equal(
        shares["flat"][[0, -1]], [[0.877, 0.673, 0.045, 0.431], [0.913, 0.217, 0.001, 0.426]]
    )
    np.testing.assert_array_equal(shares["close"][-1], [0.034, 0.16, 0.82, 0.143])


def test_relu_networks_start_dead_as_often_as_part_5_counts():
    dead = stored_race().dead[0, 0]
    low, high = wilson_band(dead.sum(), dead.size, CAUTIOUS)
    assert low <= draw_dead(20_000, 10, 2)[1].mean() <= high


# --- the views -----------------------------------------------------------------------------------


def test_born_dead_explorer_shows_the_formula_before_anything_is_drawn():
    view = BornDeadExplorer(depth=7, width=3)
    widths, chances = xy(view, "width_formula")
    np.testing.assert_allclose(chances, born_dead_chance(7, widths))
    depths, chances = xy(view, "depth_formula")
    np.testing.assert_allclose(chances, born_dead_chance(depths, 3))
    assert xy(view, "draws_formula")[1] == pytest.approx(born_dead_chance(7, 3))
    assert "Press Play" in view.text
    assert not xy(view, "draws_one")[0].size


def test_the_published_numbers_are_marked_where_the_paper_has_them():
    view = BornDeadExplorer()
    marks = {
        word: np.transpose(xy(view, f"published_{word}")) for word in ("over", "about", "under")
    }
    np.testing.assert_array_equal(marks["over"], [[2, 0.9], [5, 0.1]])
    np.testing.assert_array_equal(marks["about"], [[3, 0.6]])
    np.testing.assert_array_equal(marks["under"], [[10, 0.01]])
    for width, share in marks["over"]:
        assert born_dead_chance(10, width) > share
    assert born_dead_chance(10, 10) < 0.01 and born_dead_chance(10, 3) > 0.6


def test_born_dead_explorer_counts_and_its_band_shrinks():
    view = BornDeadExplorer(depth=10, width=3, batch=100)
    widths = []
    for _ in range(16):
        view.player.step()
        low, high = xy(view, "width_one_band")[1]
        widths.append(high - low)
    one, line = draw_dead(100, 10, 3, np.random.default_rng(0))
    drawn, shares = xy(view, "draws_one")
    assert (drawn[0], drawn[-1]) == (100, 1600)
    assert (shares[0], xy(view, "draws_line")[1][0]) == (one.mean(), line.mean())
    assert widths[-1] == pytest.approx(widths[0] / 4, rel=0.15), "16 times as many, a quarter"
    band = view.artists["draws_one_band"].get_xy()
    np.testing.assert_allclose(band[15, 1], xy(view, "width_one_band")[1][0])
    assert xy(view, "width_one")[0] == 3 and xy(view, "depth_line")[0] == 10
    assert "Of 1,600 drawn" in view.text


@pytest.mark.parametrize(("depth", "width"), [(10, 2), (20, 10), (2, 1)])
def test_born_dead_explorer_ends_with_the_formula_inside_its_band(depth, width):
    view = BornDeadExplorer(depth=depth, width=width, batch=200)
    view.player.play()
    assert xy(view, "draws_one")[0][-1] == 10_000
    low, high = wilson_band(view.state.dead[0, -1], 10_000, CAUTIOUS)
    assert low <= born_dead_chance(depth, width) <= high
    bottom, top = view.axes["draws"].get_ylim()
    assert bottom <= xy(view, "draws_line")[1][-1] <= top


def test_born_dead_explorer_a_new_shape_starts_a_new_count():
    view = BornDeadExplorer()
    view.player.step()
    view.set(batch=20)
    view.player.step()
    assert "Of 70 drawn" in view.text, "the batch takes effect on the next step"
    view.set(width=5)
    assert "width 5" in view.text and "Press Play" in view.text


def test_race_explorer_shows_the_live_run_over_the_stored_one():
    view = RaceExplorer(networks=20)
    stored = stored_race()
    for _ in range(STEPS_AN_EPOCH + 3):  # two steps of training each
        view.player.step()
    live = run_race(20)
    for k, kind in enumerate(KINDS):
        for panel in ("flat", "close"):
            epochs, shares = xy(view, f"{kind}_{panel}_stored")
            np.testing.assert_array_equal(epochs, range(EPOCHS + 1))
            np.testing.assert_array_equal(shares, getattr(stored, panel)[:, k].mean(axis=1))
            epochs, shares = xy(view, f"{kind}_{panel}")
            np.testing.assert_allclose(epochs, [0, 1, 2, 2 + 6 / STEPS_AN_EPOCH])
            np.testing.assert_array_equal(shares[:3], getattr(live, panel)[:3, k].mean(axis=1))
    assert view.text.startswith("Epoch 2 of 20, learning rate 0.001. Flat of 20 each: ReLU ")
    assert "stored run of 1000 each, learning rate 0.001, at this epoch: ReLU 90.5%" in view.text


def test_race_explorer_draws_every_output_once_flat_ones_in_black():
    view = RaceExplorer(networks=20)
    outputs, standing = judge(line_up(20))
    for k, kind in enumerate(KINDS):
        flat = xy(view, f"{kind}_lines")[1].reshape(-1, len(GRID) + 1)
        moving = xy(view, f"{kind}_curves")[1].reshape(-1, len(GRID) + 1)
        np.testing.assert_array_equal(flat[:, :-1], outputs[k][standing.flat[k]])
        np.testing.assert_array_equal(moving[:, :-1], outputs[k][~standing.flat[k]])
        assert view.artists[f"{kind}_lines"].get_color() == "#000000"


def test_race_explorer_a_learning_rate_moved_while_it_plays_counts_from_the_next_step():
    still, moved = RaceExplorer(networks=20), RaceExplorer(networks=20)
    for view in (still, moved):
        view.player.step()
    moved.set(learning_rate=0.02)
    np.testing.assert_array_equal(still.state.parameters, moved.state.parameters)
    for view in (still, moved):
        view.player.step()
    assert not np.allclose(still.state.parameters, moved.state.parameters)
    assert "learning rate 0.02. Flat" in moved.text
    assert "1000 each, learning rate 0.001" in moved.text, "the stored run keeps its own"


def test_a_state_of_the_race_stays_what_it_was_while_the_race_goes_on():
    view = RaceExplorer(networks=5)
    view.player.step()
    early, words, picture = view.state, view.text, view.canvas.png
    for _ in range(30):
        view.player.step()
    assert view.update(view.now, early) == words
    view.canvas.draw()
    same = view.canvas.png == picture  # a difference of bytes would be spelt out for minutes
    assert same


# --- what each scene promises --------------------------------------------------------------------


def played(scene):
    view = BornDeadExplorer(batch=200)
    view.show(scene)
    return view


@pytest.mark.parametrize(
    ("scene", "width", "low", "high"),
    [
        ("nearly all dead", 2, 0.9, 0.95),
        ("hardly any dead", 10, 0, 0.01),
        ("still above 5%", 7, 0.05, 0.08),
        ("first below 5%", 8, 0.02, 0.05),
    ],
)
def test_a_scene_of_ten_layers_counts_this_share(scene, width, low, high):
    view = played(scene)
    place, share = xy(view, "width_one")
    assert (place, view.now.depth) == (width, 10)
    assert low < share < high
    assert xy(view, "depth_line")[1] < share, "the whole line lies below"


def test_from_width_five_on_each_further_unit_about_halves_the_chance():
    view = played("hardly any dead")
    widths, chances = xy(view, "width_formula")
    assert widths[-1] == view.now.width
    np.testing.assert_allclose(chances[5:] / chances[4:-1], 0.5, atol=0.06)


def test_more_layers_more_chances_to_die():
    view = played("more layers, more dead")
    depths, chances = xy(view, "depth_formula")
    assert view.now.width == 3
    assert (np.diff(chances) > 0).all()
    place, share = xy(view, "depth_one")
    assert (place, share) == (20, pytest.approx(chances[-1], abs=0.01))
    assert chances[[8, -1]].round(2).tolist() == [0.70, 0.92] and depths[8] == 10


RACED = 20  # networks a kind where the scene says none


@pytest.fixture(scope="module")
def raced():
    """The race after a scene's last epoch, run when it is first asked for."""

    @cache
    def run(scene):
        view = RaceExplorer(networks=RACED)
        view.show(scene)
        return view

    return run


def ends(view, panel):
    return [xy(view, f"{kind}_{panel}")[1][-1] for kind in KINDS]


def test_a_race_as_stored_is_the_first_part_of_the_stored_one(raced):
    stored = stored_race()
    view = raced("as stored")
    assert view.state.step == STEPS
    assert ends(view, "flat") == stored.flat[-1, :, :RACED].mean(axis=1).tolist()
    assert ends(view, "close") == stored.close[-1, :, :RACED].mean(axis=1).tolist()


def test_ten_times_the_rate_leaves_the_marks_where_they_are(raced):
    plain, fast = raced("as stored"), raced("more come close")
    assert fast.now.learning_rate == pytest.approx(10 * LEARNING_RATE)
    for kind in KINDS:
        np.testing.assert_array_equal(
            xy(fast, f"{kind}_close_stored"), xy(plain, f"{kind}_close_stored")
        )
    relu_end, *others = np.subtract(ends(fast, "close"), stored_race().close[-1].mean(axis=1))
    assert min(others) > 0.1 and relu_end < 0.05, "three rise above their marks"


def off(view):
    """How far its lines are from the marks, in the mean over the epochs and the kinds."""
    lines = [f"{kind}_{panel}" for kind in KINDS for panel in ("flat", "close")]
    gaps = [xy(view, name)[1][: EPOCHS + 1] - xy(view, f"{name}_stored")[1] for name in lines]
    return np.abs(gaps).mean()


@pytest.mark.long
def test_a_hundred_each_are_nearer_the_marks(raced):
    view = raced("nearer the marks")
    assert off(view) < 0.8 * off(raced("as stored"))
    stored = stored_race()
    assert len(view.state.parameters) == 400
    np.testing.assert_allclose(ends(view, "flat"), stored.flat[-1].mean(axis=1), atol=0.1)
    np.testing.assert_allclose(ends(view, "close"), stored.close[-1].mean(axis=1), atol=0.1)


def test_both_ways_of_the_bench_find_the_share_of_the_formula():
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / "born_dead.py"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    shares = [float(share) for share in re.findall(r"([\d.]+)% \|", done.stdout)]
    assert shares == pytest.approx([100 * born_dead_chance(10, 2)] * 2, abs=0.7)
