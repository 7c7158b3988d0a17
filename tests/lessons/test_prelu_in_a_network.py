"""Lesson 05: the digits, the experiments on them, what the views draw, and the same in PyTorch."""

import hashlib
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import nbformat
import numpy as np
import pytest

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x, relu, relu_grad
from utils.data import DIGITS, digits
from utils.lessons.prelu_in_a_network import experiments as lesson
from utils.lessons.prelu_in_a_network.experiments import (
    INITS,
    KINDS,
    PUBLISHED,
    Plan,
    compare,
    digits_network,
    expected_variances,
    race,
    run,
    signal_variances,
    train,
)
from utils.lessons.prelu_in_a_network.explorers import (
    AlphaDecayExplorer,
    DigitsExplorer,
    SignalExplorer,
)
from utils.network import LeakyReLU, Network, PReLU, ReLU
from utils.training import SGD, cross_entropy, dead_units, fit, in_pieces

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05_prelu_in_a_network.ipynb"
SMALL = Plan(width=16, epochs=2, dtype="float64")


def xy(view, name):
    return [np.asarray(part, dtype=float) for part in view.artists[name].get_data()]


# --- the data


def test_the_file_of_digits_is_the_one_that_was_made():
    checksum = hashlib.sha256(DIGITS.read_bytes()).hexdigest()
    assert checksum == "1144d4003c39a84471483055ad053b18c279ac620335dc9951f06fd3b59bc791"
    assert DIGITS.stat().st_size < 50_000


def test_the_digits_have_their_counts_and_their_split():
    data = digits()
    assert data.train_x.shape == (1437, 64) and data.test_x.shape == (360, 64)
    assert data.train_x.dtype == np.float32
    assert data.train_x.min() == 0 and data.train_x.max() == 1
    counts = np.bincount(np.concatenate([data.train_y, data.test_y]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(data.test_y).tolist() == [39, 37, 47, 28, 42, 32, 37, 27, 30, 41]


def test_nobody_can_change_the_digits_for_the_others():
    assert digits() is digits()
    with pytest.raises(ValueError, match="read-only"):
        digits().train_x[0, 0] = 1


def test_source_and_licence_lie_beside_the_digits():
    text = DIGITS.with_suffix(".txt").read_text(encoding="utf-8")
    assert "Alpaydin" in text and "CC BY 4.0" in text and "make_digits.py" in text


# --- the engine, as this lesson needs it


EDGES = np.array([[-np.inf, -2.0, -0.0, 0.0, 1e-30, 3.0, np.inf, np.nan]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_layers_are_the_activations_of_the_other_lessons(dtype):
    x = EDGES.astype(dtype)
    ones = np.ones_like(x)
    wanted = {
        ReLU(): (relu(x), relu_grad(x)),
        LeakyReLU(0.25): (prelu(x, 0.25), prelu_grad_x(x, 0.25)),
        PReLU(-0.5, dtype=dtype): (prelu(x, -0.5), prelu_grad_x(x, -0.5)),
        PReLU(2.0, channels=8, dtype=dtype): (prelu(x, 2.0), prelu_grad_x(x, 2.0)),
    }
    for layer, (values, slopes) in wanted.items():
        np.testing.assert_array_equal(layer.forward(x), values)
        assert layer.forward(x).dtype == dtype
        numbers = ~np.isnan(x)
        np.testing.assert_array_equal(layer.backward(ones)[numbers], slopes[numbers])


def test_channel_wise_alphas_learn_from_their_own_channel():
    x = np.random.default_rng(0).standard_normal((50, 3))
    layer = PReLU(channels=3, dtype=np.float64)
    layer.forward(x)
    layer.backward(np.ones_like(x))
    np.testing.assert_allclose(layer.grads[0], prelu_grad_alpha(x).sum(axis=0))


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 2), (4, 2, 3)])
def test_channel_wise_alphas_name_the_shape_they_want(shape):
    with pytest.raises(ValueError, match=r"\(examples, 3, ...\)"):
        Network([PReLU(channels=3)]).forward(np.ones(shape, dtype=np.float32))


def test_a_decay_of_its_own_moves_alpha_alone():
    network = digits_network("prelu", SMALL)
    before = [param.copy() for param in network.params]
    SGD(0.1, decay_alpha=0.5).step(network)
    for param, old in zip(network.params, before, strict=True):
        np.testing.assert_allclose(param, old * 0.95 if old.shape == (1,) else old)


def test_pieces_find_the_same_dead_units_as_the_whole():
    network, x = digits_network("relu", replace(SMALL, bias=-0.7)), digits().train_x
    assert [len(rows) for rows in in_pieces(x)] == [64] * 22 + [29]
    dead = dead_units(network, x)
    network.forward(x)
    hidden = [layer for layer in network.layers if isinstance(layer, ReLU)]
    assert 0 < np.concatenate(dead).sum() < 32
    for units, layer in zip(dead, hidden, strict=True):
        np.testing.assert_array_equal(units, (layer.x <= 0).all(axis=0))


def test_looking_seldom_trains_the_same_and_means_the_losses():
    def steps(every):
        data, network = digits(), digits_network("prelu", SMALL)
        settings = {"batch": 64, "steps": 20, "every": every}
        how = (cross_entropy, SGD(0.02, 0.9))
        return list(fit(network, data.train_x, data.train_y, *how, **settings))

    each, seldom = steps(1), steps(8)
    assert [now.step for now in seldom] == [8, 16, 20]
    assert seldom[0].loss == pytest.approx(np.mean([now.loss for now in each[:8]]))
    assert seldom[-1].alphas == each[-1].alphas and seldom[-1].dead == each[-1].dead


# --- the experiments


@pytest.mark.parametrize("init", INITS)
def test_all_kinds_start_from_the_same_weights(init):
    networks = [digits_network(kind, Plan(init=init, depth=3, bias=-0.5)) for kind in KINDS]
    first = networks[0].params
    for network in networks[1:]:
        weights = [param for param in network.params if param.shape != (1,)]
        for ours, theirs in zip(weights, first, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert (first[1] == -0.5).all() and (first[-1] == 0).all()


def test_a_plan_says_what_it_does_not_know():
    with pytest.raises(ValueError, match="init must be one of"):
        Plan(init="he")
    with pytest.raises(ValueError, match="depth must be .* at least 1, got 0"):
        Plan(depth=0)
    with pytest.raises(ValueError, match="kind must be one of"):
        digits_network("tanh", Plan())


def test_a_race_shows_what_each_kind_does_alone():
    states = list(race(SMALL))
    assert states[0]["relu"].epoch == 0 and states[-1]["relu"].epoch == 2
    for kind in KINDS:
        last, alone = states[-1][kind], run(kind, SMALL)
        assert (last.accuracy, last.dead) == (alone.accuracy, alone.dead)
        assert last.alphas == alone.alphas
    assert len(states[-1]["prelu"].alphas) == 2 and not states[-1]["relu"].alphas


def test_the_learning_rate_of_a_race_may_change_on_the_way():
    states = race(SMALL, lambda: 0.0)
    before, after = next(states), [now["prelu"] for now in states]
    assert all(now.alphas == before["prelu"].alphas for now in after)
    assert all(now["prelu"].alphas != before["prelu"].alphas for now in list(race(SMALL))[1:])


def test_a_kind_that_leaves_the_numbers_says_so_and_the_others_go_on():
    last = list(race(Plan(learning_rate=0.2, epochs=3)))[-1]
    assert last["prelu"].words.startswith("The loss left the numbers at step ")
    assert np.isnan(last["prelu"].accuracy)
    assert last["relu"].accuracy > 0.8 and not last["relu"].words


def test_bias_minus_one_kills_relu_and_prelu_trains():
    found = compare(Plan(bias=-1.0, epochs=10, dtype="float64"), range(2))
    assert (found["relu"] < 0.15).all() and (found["leaky"] < 0.15).all()
    assert (found["prelu"] > 0.9).all()
    dead = run("relu", Plan(bias=-3.0, epochs=1)).dead
    assert dead[-1] == 1.0


def test_a_spread_is_said_in_words():
    assert lesson.spread(np.array([0.5, 0.987, 0.1])) == "0.10 to 0.99"
    assert lesson.spread(np.array([0.5, np.nan])) == "1 of 2 lost"
    with pytest.raises(ValueError, match="at least one"):
        lesson.spread(np.array([]))


def test_with_good_settings_there_is_no_difference_to_see():
    found = compare(Plan(epochs=10, dtype="float64"), range(2))
    means = [found[kind].mean() for kind in KINDS]
    assert min(means) > 0.93 and max(means) - min(means) < 0.02


def test_thirty_layers_learn_from_he_and_not_from_xavier():
    plan = Plan(depth=30, epochs=5, learning_rate=0.002, dtype="float64")
    assert run("prelu", replace(plan, init="Xavier")).accuracy < 0.2
    assert run("prelu", replace(plan, init="He")).accuracy > 0.6


def test_the_published_table_has_thirteen_layers():
    assert len(PUBLISHED) == 13
    assert PUBLISHED["conv1"] == (0.681, 0.596) and PUBLISHED["fc2"] == (0.031, 0.075)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("init", ["Xavier", "He", "He, 1 + a^2"])
def test_a_signals_variance_is_the_formulas_on_average(alpha, init):
    draws = [signal_variances(init, alpha, 4, 128, seed) for seed in range(60)]
    mean, error = np.mean(draws, axis=0), np.std(draws, axis=0) / np.sqrt(60)
    expected = expected_variances(init, alpha, 4, 128)
    assert (abs(mean - expected) < 4 * error).all(), (mean, expected, error)


@pytest.mark.parametrize("layers", [1, 10, 30])
def test_xavier_falls_behind_he_by_one_over_the_root_of_two_a_layer(layers):
    variances = [signal_variances(init, 0.0, layers)[-1] for init in ("Xavier", "He")]
    assert np.sqrt(variances[0] / variances[1]) == pytest.approx(2 ** (-layers / 2), rel=1e-3)


def test_the_paper_condition_keeps_the_variance_for_every_alpha():
    for alpha in (0.0, 0.25, 0.5, 1.0):
        expected = expected_variances("He, 1 + a^2", alpha)
        np.testing.assert_allclose(expected, expected[0])


# --- the views


def test_the_race_is_drawn_as_it_runs():
    view = DigitsExplorer(epochs=1)
    states = list(race(view._plan))
    view.player.play()
    for kind in KINDS:
        epochs, right = xy(view, f"{kind}_accuracy")
        assert epochs.tolist() == [now[kind].epoch for now in states]
        assert right.tolist() == [now[kind].accuracy for now in states]
        assert xy(view, f"{kind}_dead")[1][-1] == np.mean(states[-1][kind].dead)
    layers, alphas = xy(view, "alpha")
    assert layers.tolist() == [1, 2]
    np.testing.assert_allclose(alphas, np.ravel(states[-1]["prelu"].alphas))
    assert f"PReLU {states[-1]['prelu'].accuracy:.2f}" in view.text


def test_every_unit_s_alpha_is_drawn_above_its_layer():
    view = DigitsExplorer(epochs=1, channel_wise=True, width=5, depth=3)
    view.player.step()
    layers, alphas = xy(view, "alphas")
    assert layers.tolist() == np.repeat([1, 2, 3], 5).tolist()
    np.testing.assert_allclose(alphas, np.concatenate(view._path[-1]["prelu"].alphas))


def test_divergence_of_a_kind_is_drawn_and_said():
    view = DigitsExplorer(learning_rate=0.2, epochs=3)
    view.player.play()
    assert "PReLU: The loss left the numbers at step " in view.text
    assert xy(view, "prelu_loss")[1][-1] == 10  # the top of the axis
    assert view.player.ended and view.player.error is None


def test_decay_of_alpha_makes_a_relu_network():
    view = AlphaDecayExplorer(alpha_decay=0.2)
    view.player.play()
    assert "this is a ReLU network" in view.text
    ends = [xy(view, f"path_{layer}")[1][-1] for layer in range(4)]
    assert max(np.abs(ends)) < 0.02
    np.testing.assert_allclose(xy(view, "shape_0")[1], [-ends[0], 0, 1])


def test_decay_moved_on_the_way_takes_hold_at_the_next_look():
    view = AlphaDecayExplorer()
    list(islice(iter(view.player.step, 0), 20))
    before = abs(xy(view, "path_1")[1][-1])
    view.controls["alpha_decay"].value = 0.2
    view.player.play()
    assert len(xy(view, "path_1")[1]) == 88, "the run went on"
    assert abs(xy(view, "path_1")[1][-1]) < 0.1 * before


def test_the_signal_view_draws_measurement_and_formula():
    view = SignalExplorer(layers=12, alpha=0.5, width=32)
    for init in ("Xavier", "He", "He, 1 + a^2"):
        layers, variances = xy(view, init)
        assert layers.tolist() == list(range(1, 13))
        np.testing.assert_allclose(variances, signal_variances(init, 0.5, 12, 32))
        expected = expected_variances(init, 0.5, 12, 32)
        np.testing.assert_allclose(xy(view, f"{init}_expected")[1], expected)
    assert "1 / sqrt(2)^12 = 0.016" in view.text


# --- the same in PyTorch


def lesson_code():
    """What the lesson gives the reader to copy."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    [code] = re.findall(r"```python\n(.*?)```", "\n".join(c.source for c in cells), re.DOTALL)
    return code


def torch_names(code):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    names = {}
    exec(code, names)
    return torch, names


def torch_twin(network: Network, torch, theirs):
    """Give PyTorch's layers the parameters of ours."""
    params = iter(network.params)
    with torch.no_grad():
        for param in theirs.parameters():
            ours = torch.tensor(next(params))
            param.copy_(ours.T if ours.ndim == 2 else ours)


def test_the_lessons_pytorch_code_is_a_dozen_lines_or_so():
    lines = [line for line in lesson_code().splitlines() if line]
    assert len(lines) <= 18


def test_pytorch_gives_the_same_numbers_step_by_step():
    setup = lesson_code().split("for epoch")[0]
    torch, names = torch_names(setup)
    plan = Plan()
    network, optimiser = digits_network("prelu", plan), SGD(plan.learning_rate, lesson.MOMENTUM)
    torch_twin(network, torch, names["network"])
    order = np.random.default_rng(plan.seed).permutation(1437)
    for step, now in enumerate(islice(train(network, plan, optimiser, every=1), 1, 23)):
        x, y = (names[name][order[step * 64 : (step + 1) * 64]] for name in "xy")
        loss = torch.nn.functional.cross_entropy(names["network"](x), y)
        names["optimiser"].zero_grad()
        loss.backward()
        names["optimiser"].step()
        assert now.loss == pytest.approx(loss.item(), rel=1e-4)
        theirs = [names["network"][i].weight.item() for i in (1, 3)]
        np.testing.assert_allclose(np.ravel(now.alphas), theirs, rtol=1e-4)


def test_the_lessons_pytorch_code_learns_the_digits():
    torch, names = torch_names(lesson_code().replace("range(30)", "range(5)"))
    data = digits()
    answers = names["network"](torch.tensor(data.test_x)).argmax(dim=1).numpy()
    assert np.mean(answers == data.test_y) > 0.85
