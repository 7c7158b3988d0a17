"""Every layer's gradients against finite differences, and training against what it promises."""

from itertools import product

import numpy as np
import pytest

from utils.network import LeakyReLU, Linear, Network, PReLU, ReLU, initial_std
from utils.training import SGD, Adam, cross_entropy, dead_units, fit, squared_error


def rng(seed=0):
    return np.random.default_rng(seed)


ACTIVATIONS = {
    "relu": ReLU,
    "leaky": LeakyReLU,
    "shared": lambda: PReLU(dtype=np.float64),
    "channel-wise": lambda: PReLU(channels=5, dtype=np.float64),
}


def small_network(activation, seed=0, dtype=np.float64):
    draw = rng(seed)
    return Network(
        [
            Linear(3, 5, draw, dtype=dtype, bias=0.1),
            ACTIVATIONS[activation](),
            Linear(5, 5, draw, dtype=dtype),
            ACTIVATIONS[activation](),
            Linear(5, 2, draw, init="xavier", dtype=dtype),
        ]
    )


def measured(function, array, h=1e-6):
    """d function / d array by central differences."""
    slope = np.empty_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + h
        above = function()
        array[place] = kept - h
        slope[place] = (above - function()) / (2 * h)
        array[place] = kept
    return slope


@pytest.mark.parametrize(("activation", "loss"), product(ACTIVATIONS, ["squared", "entropy"]))
def test_every_gradient_of_a_network_matches_finite_differences(activation, loss):
    network, x = small_network(activation), rng(1).standard_normal((7, 3))
    judge = squared_error if loss == "squared" else cross_entropy
    y = rng(2).standard_normal((7, 2)) if loss == "squared" else rng(2).integers(0, 2, 7)
    _, grad = judge(network.forward(x), y)
    into_x = network.backward(grad)
    for param, grad in zip(network.params, [g.copy() for g in network.grads], strict=True):
        slope = measured(lambda: judge(network.forward(x), y)[0], param)
        np.testing.assert_allclose(grad, slope, atol=1e-7)
    slope = measured(lambda: judge(network.forward(x), y)[0], x)
    np.testing.assert_allclose(into_x, slope, atol=1e-7)


@pytest.mark.parametrize(("channels", "shape"), [(None, (1,)), (3, (3,))])
def test_alphas_gradient_sums_over_all_that_share_it_in_four_dimensions(channels, shape):
    layer = PReLU(channels=channels, dtype=np.float64)
    x, grad = rng(1).standard_normal((2, 3, 4, 5)), rng(2).standard_normal((2, 3, 4, 5))
    layer.forward(x)
    layer.backward(grad)
    assert layer.grads[0].shape == shape
    slope = measured(lambda: float(np.sum(grad * layer.forward(x))), layer.alpha)
    np.testing.assert_allclose(layer.grads[0], slope, atol=1e-7)


def test_initialisations_have_the_variance_of_the_paper():
    assert initial_std(50, "he") == pytest.approx(np.sqrt(2 / 50))
    assert initial_std(50, "he", alpha=0.25) == pytest.approx(np.sqrt(2 / (1.0625 * 50)))
    assert initial_std(50, "xavier") == pytest.approx(np.sqrt(1 / 50))
    assert initial_std(50, 0.3) == 0.3
    weight = Linear(400, 400, rng()).weight
    assert weight.std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)


@pytest.mark.parametrize("init", ["kaiming", -1.0, np.inf, np.nan])
def test_another_initialisation_is_refused(init):
    with pytest.raises(ValueError, match="init must be"):
        initial_std(3, init)


def test_a_linear_layer_names_the_shape_it_wants():
    with pytest.raises(ValueError, match=r"\(examples, 3\), got \(4, 2\)"):
        Linear(3, 5, rng()).forward(np.ones((4, 2), dtype=np.float32))


def test_training_stays_in_float32():
    network = Network([Linear(3, 4, rng()), PReLU(channels=4), Linear(4, 1, rng())])
    x = rng(1).standard_normal((8, 3))
    list(fit(network, x, x[:, :1], squared_error, Adam(), steps=3))
    assert {array.dtype for array in network.params + network.grads} == {np.dtype(np.float32)}
    assert network.forward(x).dtype == np.float32


def test_cross_entropy_is_the_textbooks_and_does_not_overflow():
    logits = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 1000.0]])
    loss, grad = cross_entropy(logits, np.array([0, 2]))
    softmax = np.exp(logits[0]) / np.exp(logits[0]).sum()
    assert loss == pytest.approx(-np.log(softmax[0]) / 2)
    np.testing.assert_allclose(grad[0], (softmax - [1, 0, 0]) / 2)


@pytest.mark.parametrize("labels", [np.zeros(3, int), np.zeros((2, 1), int)])
def test_losses_refuse_shapes_that_do_not_fit(labels):
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        cross_entropy(np.ones((2, 3)), labels)
    with pytest.raises(ValueError, match="differ in shape"):
        squared_error(np.ones((2, 1)), np.ones(2))


@pytest.mark.parametrize("optimiser", [SGD, Adam])
def test_weight_decay_leaves_alpha_alone_unless_told_otherwise(optimiser):
    for told in (False, True):
        layers = [Linear(2, 2, rng(), bias=1.0), PReLU()]
        network = Network(layers)
        before = [param.copy() for param in network.params]
        optimiser(learning_rate=0.1, weight_decay=0.5, decay_alpha=told).step(network)
        assert all((abs(p) < abs(b)).all() for p, b in zip(layers[0].params, before, strict=False))
        assert (layers[1].alpha == 0.25) != told


def test_momentum_is_that_of_the_paper():
    layer = Linear(1, 1, rng(), dtype=np.float64)
    layer.weight[...] = 1.0
    optimiser, network = SGD(0.1, momentum=0.9), Network([layer])
    weight, change = 1.0, 0.0
    for _ in range(5):
        layer.grads[0][...] = 2 * layer.weight
        change = 0.9 * change + 0.1 * 2 * weight
        weight -= change
        optimiser.step(network)
        assert layer.weight.item() == pytest.approx(weight)


def test_adams_first_step_is_as_long_as_its_learning_rate():
    network = Network([Linear(3, 2, rng())])
    before = network.params[0].copy()
    network.grads[0][...] = rng(1).standard_normal((3, 2))
    Adam(0.01).step(network)
    moved = network.params[0] - before
    np.testing.assert_allclose(moved, -0.01 * np.sign(network.grads[0]), rtol=1e-4)


def test_the_same_seed_gives_the_same_run_and_another_another():
    def losses(seed):
        network, x = small_network("shared"), rng(1).standard_normal((20, 3))
        y = np.tanh(x[:, :2])
        run = fit(network, x, y, squared_error, SGD(0.1), batch=6, steps=20, seed=seed)
        return [step.loss for step in run]

    assert losses(0) == losses(0) != losses(1)


def test_an_epoch_takes_every_example_once():
    seen = []
    network, x = Network([Linear(1, 1, rng())]), np.arange(10.0)[:, None]
    forward = network.forward
    network.forward = lambda rows: seen.append(rows[:, 0]) or forward(rows)
    list(fit(network, x, x, squared_error, SGD(0.0), batch=4, steps=3))
    batches = [rows for rows in seen if len(rows) < 10]  # the others look for dead units
    assert sorted(np.concatenate(batches)) == list(range(10))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_learns(activation):
    network, x = small_network(activation), rng(1).standard_normal((50, 3))
    steps = list(fit(network, x, np.abs(x[:, :2]), squared_error, Adam(0.01), steps=400))
    assert steps[-1].loss < 0.2 * steps[0].loss
    assert len(steps[-1].alphas) == (2 if activation in ("shared", "channel-wise") else 0)
    for before, after in zip(steps[0].alphas, steps[-1].alphas, strict=True):
        assert (before != after).all()


def test_dead_means_no_output_and_no_gradient_on_any_input():
    network, x = small_network("relu"), rng(1).standard_normal((30, 3))
    network.layers[0].bias[2] = -100
    dead = dead_units(network, x)
    assert dead[0].tolist() == [False, False, True, False, False]
    _, grad = squared_error(network.forward(x), np.ones((30, 2)))
    network.backward(grad)
    assert (network.layers[0].grads[0][:, 2] == 0).all()
    assert network.layers[0].grads[1][2] == 0
    slope = measured(
        lambda: squared_error(network.forward(x), np.ones((30, 2)))[0], network.layers[0].weight
    )
    assert (slope[:, 2] == 0).all() and slope.any()


def test_a_loss_that_leaves_the_numbers_is_said_with_its_step():
    network, x = small_network("relu"), rng(1).standard_normal((10, 3))
    steps = list(fit(network, x, x[:, :2], squared_error, SGD(1e6), steps=100))
    assert len(steps) < 100
    assert steps[-1].words.startswith(f"The loss left the numbers at step {steps[-1].step}")
    assert not any(step.words for step in steps[:-1])


@pytest.mark.parametrize("batch", [0, 11])
def test_a_batch_that_does_not_fit_is_refused(batch):
    x = np.ones((10, 3))
    with pytest.raises(ValueError, match=r"\[1, 10\]"):
        next(fit(small_network("relu"), x, x, squared_error, SGD(0.1), batch=batch))
