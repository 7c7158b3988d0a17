"""PReLU in a network: the digits, the experiments, the views and their scenes, and PyTorch."""

import hashlib
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import nbformat
import numpy as np
import pytest
from house import xy

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x, relu, relu_grad
from utils.data import DIGITS, digits
from utils.lessons.prelu_in_a_network import experiments as lesson
from utils.lessons.prelu_in_a_network.experiments import (
    INITS,
    KINDS,
    MOMENTUM,
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
from utils.training import SGD, cross_entropy, fit, in_pieces, inactive_units

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "06_prelu_in_a_network.ipynb"
SMALL = Plan(width=16, epochs=2, dtype="float64")


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
    dead = inactive_units(network, x)
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
    assert seldom[-1].alphas == each[-1].alphas and seldom[-1].inactive == each[-1].inactive


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
    with pytest.raises(ValueError, match="kind must be one of"):
        digits_network("tanh", Plan())


def test_a_race_shows_what_each_kind_does_alone():
    states = list(race(SMALL))
    assert states[0]["relu"].epoch == 0 and states[-1]["relu"].epoch == 2
    for kind in KINDS:
        last, alone = states[-1][kind], run(kind, SMALL)
        assert (last.accuracy, last.inactive) == (alone.accuracy, alone.inactive)
        assert last.alphas == alone.alphas
    assert [len(states[-1][kind].alphas) for kind in KINDS] == [0, 0, 2]


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
    found = compare(Plan(bias=-1.0, epochs=10, dtype="float64"), seeds=range(2))
    assert (found["relu"] < 0.15).all() and (found["leaky"] < 0.15).all()
    assert (found["prelu"] > 0.9).all()
    dead = run("relu", Plan(bias=-3.0, epochs=1)).inactive
    assert dead[-1] == 1.0


def test_a_spread_is_said_in_words():
    assert lesson.spread(np.array([0.5, 0.987, 0.1])) == "0.10 to 0.99"
    assert lesson.spread(np.array([0.5, np.nan])) == "1 of 2 lost"


def test_with_good_settings_there_is_no_difference_to_see():
    found = compare(Plan(epochs=10, dtype="float64"), seeds=range(2))
    means = [found[kind].mean() for kind in KINDS]
    assert min(means) > 0.93 and max(means) - min(means) < 0.02


def test_thirty_layers_learn_from_he_and_not_from_xavier():
    plan = Plan(depth=30, epochs=2, learning_rate=0.002, dtype="float64")
    assert run("prelu", replace(plan, init="Xavier")).accuracy < 0.1
    assert run("prelu", replace(plan, init="He")).accuracy > 0.3


def test_shared_alphas_end_as_the_lesson_says():
    ends = []
    for seed in range(3):
        plan = Plan(depth=6, epochs=10, seed=seed, dtype="float64")
        network = digits_network("prelu", plan)
        *_, last = train(network, plan, SGD(plan.learning_rate, MOMENTUM))
        ends.append(np.ravel(last.alphas))
        data = digits()
        assert np.mean(network.forward(data.train_x).argmax(axis=1) == data.train_y) > 0.99
    means = np.mean(ends, axis=0)
    assert np.max(ends) < 1 and min(means) > 0.25
    assert min(means[3:]) > max(means[:3])
    assert np.std(ends, axis=0).max() > np.ptp(means), "one run says little"


def test_of_the_published_shared_alphas_eleven_lie_below_their_start():
    shared = [shared for shared, _ in lesson.PUBLISHED.values()]
    assert sum(alpha < 0.25 for alpha in shared) == 11 and max(shared) == shared[0]


def test_the_published_table_has_thirteen_layers():
    assert len(lesson.PUBLISHED) == 13
    assert lesson.PUBLISHED["conv1"] == (0.681, 0.596)
    assert lesson.PUBLISHED["fc2"] == (0.031, 0.075)


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


def play(view):
    """The state at the end; without an event loop that comes at once."""
    view.player.play()
    return view.state


def test_the_race_is_drawn_as_it_runs():
    view = DigitsExplorer(epochs=1)
    looks = play(view)
    alone = list(race(Plan(epochs=1)))
    for kind in KINDS:
        epochs, right = xy(view, f"{kind}_accuracy")
        assert epochs.tolist() == [now[kind].epoch for now in alone]
        assert right.tolist() == [now[kind].accuracy for now in alone]
        assert xy(view, f"{kind}_loss")[1].tolist() == [now[kind].loss for now in alone]
        assert xy(view, f"{kind}_inactive")[1][-1] == np.mean(alone[-1][kind].inactive)
    layers, alphas = xy(view, "alpha")
    assert layers.tolist() == [1, 2]
    np.testing.assert_allclose(alphas, np.ravel(looks[-1]["prelu"].alphas))
    assert f"PReLU {looks[-1]['prelu'].accuracy:.2f}" in view.text


def test_a_state_of_the_race_stays_what_it_was():
    view = DigitsExplorer(epochs=1)
    first = view.state
    view.player.step()
    assert (len(first), len(view.state)) == (1, 2)


def test_every_unit_s_alpha_is_drawn_above_its_layer():
    view = DigitsExplorer(epochs=1, channel_wise=True, width=5, depth=3, alpha=0.4)
    view.player.step()
    layers, alphas = xy(view, "alphas")
    assert layers.tolist() == np.repeat([1, 2, 3], 5).tolist()
    np.testing.assert_allclose(alphas, np.concatenate(view.state[-1]["prelu"].alphas))
    assert xy(view, "start")[1].tolist() == [0.4, 0.4]


def test_what_the_settings_say_is_what_is_trained():
    view = DigitsExplorer(epochs=1)
    view.set(batch=50, bias=-0.5, alpha=0.1, width=6, depth=3, init="Xavier", channel_wise=True)
    plan = Plan(6, 3, "Xavier", bias=-0.5, alpha=0.1, channel_wise=True, batch=50, epochs=1)
    end, alone = play(view)[-1], list(race(plan))[-1]
    assert [end[kind].loss for kind in KINDS] == [alone[kind].loss for kind in KINDS]


def test_a_learning_rate_moved_on_the_way_takes_hold_at_the_next_look():
    view = DigitsExplorer(epochs=1)
    view.player.step()
    view.set(learning_rate=0.5)
    rates = iter([0.02, 0.5, 0.5, 0.5])
    looks, alone = play(view), list(race(Plan(epochs=1), lambda: next(rates)))
    for kind in KINDS:
        np.testing.assert_array_equal(
            *[[now[kind].loss for now in path] for path in (looks, alone)]
        )


def test_divergence_of_a_kind_is_drawn_and_said():
    view = DigitsExplorer(learning_rate=0.2, epochs=3)
    play(view)
    assert "PReLU: The loss left the numbers at step " in view.text
    assert xy(view, "prelu_loss")[1][-1] == 10  # the top of the axis
    assert view.player.ended and view.player.error is None


def test_alpha_under_decay_is_drawn_layer_by_layer():
    view = AlphaDecayExplorer(depth=3, epochs=2)
    looks = play(view)
    for layer in range(3):
        epochs, alphas = xy(view, f"path_{layer}")
        assert epochs.tolist() == [now.epoch for now in looks]
        assert alphas.tolist() == [now.alphas[layer].item() for now in looks]
        assert xy(view, f"shape_{layer}")[1].tolist() == [-alphas[-1], 0, 1]
    assert not xy(view, "path_3")[1].size and not xy(view, "shape_3")[1].size


def test_no_zero_has_a_minus():
    view = AlphaDecayExplorer(alpha_decay=0.2)
    assert any(-0.005 < alpha < 0 for alpha in play(view)[-1].alphas), "else nothing is tested"
    assert "-0.00" not in view.text and "this is a ReLU network" in view.text


def test_decay_moved_on_the_way_takes_hold_at_the_next_look():
    view = AlphaDecayExplorer()
    for _ in range(20):
        view.player.step()
    before = abs(xy(view, "path_1")[1][-1])
    view.set(alpha_decay=0.2)
    assert len(play(view)) == 88, "the run went on"
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


# --- what the prose promises of each scene


def raced(scene):
    """The view, and where ReLU, leaky ReLU and PReLU stand at the scene's end."""
    view = DigitsExplorer()
    view.show(scene)
    assert view.player.ended and view.player.error is None
    return view, *view.state[-1].values()


def test_good_settings_make_no_difference_but_in_the_training_loss():
    view, relu_end, leaky_end, prelu_end = raced("good settings")
    late = np.array([xy(view, f"{kind}_accuracy")[1][30:] for kind in KINDS])
    assert late.min() > 0.9 and np.ptp(late, axis=0).max() < 0.05, "the curves lie on each other"
    assert prelu_end.loss < 0.2 * min(relu_end.loss, leaky_end.loss)
    start, end = xy(view, "start")[1][0], xy(view, "alpha")[1]
    assert (abs(end - start) > 1).all(), "each alpha leaves the dotted line"


def test_bias_minus_1_leaves_relu_with_one_answer_for_every_image():
    _, relu_end, leaky_end, prelu_end = raced("only PReLU learns")
    assert round(relu_end.accuracy, 2) == round(leaky_end.accuracy, 2) == 0.08
    assert prelu_end.accuracy > 0.95


def test_bias_minus_3_makes_even_prelu_look_dead_for_fifteen_epochs():
    view, relu_end, leaky_end, prelu_end = raced("PReLU learns late")
    epochs, dead = xy(view, "prelu_inactive")
    assert 12 < epochs[dead < 1][0] < 15, "the first unit is back"
    assert 15 < epochs[xy(view, "prelu_accuracy")[1] > 0.5][0] < 17
    assert prelu_end.accuracy > 0.95
    assert relu_end.inactive == leaky_end.inactive == [1, 1]
    assert np.mean(prelu_end.inactive) == pytest.approx(0.43, abs=0.05)


def test_narrow_and_deep_puts_prelu_ahead():
    view, relu_end, leaky_end, prelu_end = raced("PReLU ahead")
    assert view.now.width == len(prelu_end.alphas) == 4
    assert prelu_end.accuracy > 0.1 + max(relu_end.accuracy, leaky_end.accuracy)


def test_at_learning_rate_02_prelu_leaves_the_numbers_and_relu_learns():
    _, relu_end, _, prelu_end = raced("PReLU lost")
    assert relu_end.accuracy > 0.95 and 0.05 < np.mean(relu_end.inactive) < 0.5
    assert prelu_end.words.startswith("The loss left the numbers")


def test_at_learning_rate_02_one_alpha_a_unit_learns():
    view, *_, prelu_end = raced("one alpha a unit learns")
    assert view.now.learning_rate == 0.2
    assert prelu_end.accuracy > 0.95 and [len(a) for a in prelu_end.alphas] == [64, 64]


def test_weights_too_small_are_cured_by_no_activation():
    _, *ends = raced("nobody learns")
    assert all(end.accuracy < 0.1 for end in ends)
    assert len(ends[-1].alphas) == 8 and np.allclose(ends[-1].alphas, 0.25, atol=1e-3)


def test_scenes_of_decay_fold_onto_relu_or_make_the_alphas_rise():
    view, ends = AlphaDecayExplorer(), {}
    for scene in view.scenes:
        view.show(scene)
        shapes = [xy(view, f"shape_{layer}")[1] for layer in range(4)]
        ends[scene] = np.ravel(view.state[-1].alphas), shapes, view.state[-1].accuracy
    free, (sunk, folded, right) = ends["no decay"], ends["decay on alpha"]
    assert abs(sunk).max() < 0.02 and free[0].max() > 1
    np.testing.assert_allclose(folded, [[0, 0, 1]] * 4, atol=0.02)
    assert right == pytest.approx(free[2], abs=0.02), "the accuracy does not mind"
    assert (ends["decay on the weights"][0] > free[0] + 0.5).all()


def signal(scene):
    """For each initialisation what is measured and what is expected, over the layers."""
    view = SignalExplorer()
    view.show(scene)
    return {
        init: (xy(view, init)[1], xy(view, f"{init}_expected")[1])
        for init in ("Xavier", "He", "He, 1 + a^2")
    }


def test_through_relu_xavier_halves_the_variance_and_he_keeps_it():
    found = signal("Xavier fades")
    (xavier, halved), (he, level) = found["Xavier"], found["He"]
    np.testing.assert_allclose(halved, 0.5 ** np.arange(30))
    np.testing.assert_allclose(level, 2)
    np.testing.assert_allclose(xavier / he, 0.5 ** np.arange(1, 31), rtol=1e-3)
    for measured, expected in found.values():
        assert abs(np.log2(measured / expected)).max() < 1, "the marks lie on the lines"


def test_with_alpha_up_he_grows_and_he_with_alpha_stays_level():
    found = signal("the signal grows")
    (he, grown), (counted, level) = found["He"], found["He, 1 + a^2"]
    assert he[-1] > 500 * he[0] and grown[-1] > 500 * grown[0]
    assert 0.5 < counted[-1] / counted[0] < 2
    np.testing.assert_allclose(level, level[0])


def test_with_a_small_width_the_marks_stray():
    measured, expected = signal("the marks stray")["He"]
    assert abs(np.log2(measured / expected)).max() > 10


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


def test_adamw_decays_alpha_as_everything_else_and_by_a_hundredth_unless_told():
    torch = pytest.importorskip("torch")
    layer = torch.nn.PReLU()
    optimiser = torch.optim.AdamW(layer.parameters())
    assert optimiser.defaults["weight_decay"] == 0.01 and optimiser.defaults["lr"] == 0.001
    layer.weight.grad = torch.zeros(1)
    optimiser.step()
    assert layer.weight.item() == pytest.approx(0.25 * (1 - 0.001 * 0.01))
