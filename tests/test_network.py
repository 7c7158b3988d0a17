"""Every layer's gradients against finite differences, and training against what it promises."""

import copy
from itertools import product

import numpy as np
import pytest

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x
from utils.network import Custom, LeakyReLU, Linear, Network, PReLU, ReLU, initial_std
from utils.training import SGD, Adam, cross_entropy, fit, inactive_units, squared_error, train_step


def rng(seed=0):
    return np.random.default_rng(seed)


def swish(x, beta):
    return x / (1 + np.exp(-beta * x))


SWISH = (
    lambda x, beta: (1 + np.exp(-beta * x) * (1 + beta * x)) / (1 + np.exp(-beta * x)) ** 2,
    lambda x, beta: x**2 * np.exp(-beta * x) / (1 + np.exp(-beta * x)) ** 2,
)
ACTIVATIONS = {
    "relu": ReLU,
    "leaky": LeakyReLU,
    "shared": lambda: PReLU(dtype=np.float64),
    "channel-wise": lambda: PReLU(channels=5, dtype=np.float64),
    "custom": lambda: Custom(np.sin, np.cos),
    "custom, learned": lambda: Custom(swish, *SWISH, start=0.7, dtype=np.float64),
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


@pytest.mark.parametrize("shape", [(4,), (2, 3, 4, 5)])
def test_prelu_written_as_a_function_of_ones_own_is_prelu(shape):
    x, grad = rng(1).standard_normal(shape), rng(2).standard_normal(shape)
    x.flat[0] = 0
    for dtype in (np.float32, np.float64):
        theirs = PReLU(dtype=dtype)
        ours = Custom(prelu, prelu_grad_x, lambda x, p: prelu_grad_alpha(x), 0.25, dtype)
        for layer in (theirs, ours):
            layer.out = layer.forward(x.astype(dtype))
            layer.back = layer.backward(grad.astype(dtype))
        for one, other in [(theirs.out, ours.out), (theirs.back, ours.back)]:
            assert one.dtype == other.dtype == dtype
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(theirs.grads[0], ours.grads[0])


def test_prelu_of_ones_own_trains_step_for_step_as_prelu():
    ours = Custom(prelu, prelu_grad_x, lambda x, p: prelu_grad_alpha(x), 0.25, float)
    ends = []
    for activation in (PReLU(dtype=float), ours):
        network = Network([Linear(3, 4, rng(), dtype=float), activation])
        run = fit(network, rng(1).random((7, 3)), rng(2).random((7, 4)), squared_error, SGD(0.1))
        ends.append([next(run).loss for _ in range(20)] + [activation.params[0].item()])
    assert ends[0] == ends[1] and ends[0][-1] != 0.25


def test_a_function_without_a_learned_number_has_no_parameters():
    layer, x = Custom(np.tanh, lambda x: 1 - np.tanh(x) ** 2), rng(1).standard_normal((2, 3))
    assert layer.params == layer.grads == []
    np.testing.assert_array_equal(layer.forward(x), np.tanh(x))
    np.testing.assert_array_equal(layer.backward(x), x * (1 - np.tanh(x) ** 2))
    with pytest.raises(ValueError, match="start must be a finite number"):
        Custom(np.tanh, np.tanh, np.tanh, start=np.inf)


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
def test_labels_that_numpy_would_stretch_are_refused(labels):
    with pytest.raises(ValueError, match=r"labels must be one for each of the logits \(2, 2\)"):
        cross_entropy(np.zeros((2, 2)), labels)


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


class OneLayer:
    """Whatever has `params`, `grads` and `layers` can be trained."""

    def __init__(self, param):
        self.params, self.grads, self.layers = [param], [np.zeros_like(param)], [self]


def test_adam_is_that_of_the_paper_in_this_order_of_operations():
    field, adam = OneLayer(np.zeros(2)), Adam(0.05)
    param, mean, square = np.zeros((3, 2))
    for t in range(1, 30):
        field.grads[0] = gradient = rng(t).standard_normal(2)
        adam.step(field)
        mean = mean + (1 - 0.9) * (gradient - mean)
        square = square + (1 - 0.999) * (gradient**2 - square)
        size = np.sqrt(square / (1 - 0.999**t)) + 1e-8
        param = param - 0.05 * (mean / (1 - 0.9**t)) / size
        np.testing.assert_array_equal(field.params[0], param)


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

    def noted(output, target):
        seen.append(target[:, 0])
        return squared_error(output, target)

    list(fit(network, x, x, noted, SGD(0.0), batch=4, steps=3))
    assert [len(rows) for rows in seen] == [4, 4, 2]
    assert sorted(np.concatenate(seen)) == list(range(10))


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
    dead = inactive_units(network, x)
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


# --- what a network refuses ------------------------------------------------------------------


def test_a_layer_in_two_places_is_refused_since_it_keeps_one_input_only():
    draw, relu = rng(), ReLU()
    layers = [Linear(3, 4, draw), relu, Linear(4, 4, draw), relu, Linear(4, 2, draw)]
    with pytest.raises(ValueError, match="must all be different, got the same ReLU in two places"):
        Network(layers)


DOORS = {
    "forward": lambda network, x: network.forward(x),
    "fit": lambda network, x: next(fit(network, x, x[:, :2], squared_error, SGD(0.1))),
    "inactive_units": inactive_units,
}


@pytest.mark.parametrize("door", DOORS)
def test_also_when_it_was_put_there_afterwards(door):
    network, x = small_network("relu"), rng(1).standard_normal((7, 3))
    network.layers[3] = network.layers[1]
    with pytest.raises(ValueError, match="the same ReLU"):
        DOORS[door](network, x)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((lambda: Linear(3, 4, 0), lambda: Linear(5, 2, 0)), "got 4 before a Linear that takes 5"),
        ((lambda: Linear(3, 4, 0), ReLU, lambda: Linear(5, 2, 0)), "got 4 before a Linear"),
        ((lambda: Linear(3, 4, 0), lambda: PReLU(channels=7)), "got 4 before a PReLU that takes 7"),
        ((lambda: PReLU(channels=3), lambda: Linear(4, 2, 0)), "got 3 before a Linear"),
    ],
)
def test_layers_that_do_not_fit_each_other_are_refused_in_words(layers, words):
    with pytest.raises(ValueError, match=words):
        Network([make() for make in layers])


class Doubled:
    """A reader's own layer, of which a network knows nothing: twice as many numbers come out."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        return np.concatenate([x, x], axis=1)

    def backward(self, grad):
        return sum(np.split(grad, 2, axis=1))


def test_a_readers_own_layer_may_change_the_width_and_trains():
    network, x = Network([Linear(3, 2, rng()), Doubled(), Linear(4, 1, rng())]), np.eye(3)
    steps = list(fit(network, x, x[:, :1], squared_error, SGD(0.1), steps=20))
    assert steps[-1].loss < steps[0].loss


@pytest.mark.parametrize(
    ("network", "x", "words"),
    [
        (lambda: small_network("relu"), np.ones((4, 2)), r"\(examples, 3\), got \(4, 2\)"),
        (lambda: small_network("relu"), np.ones(3), r"\(examples, 3\), got \(3,\)"),
        (lambda: small_network("relu"), np.ones((4, 3, 2)), r"\(examples, 3\), got \(4, 3, 2\)"),
        (lambda: Network([PReLU(channels=3)]), np.ones((4, 2)), r"\(examples, 3, ...\), got"),
        (lambda: small_network("relu"), "text", "x must hold real numbers"),
    ],
)
def test_a_network_names_the_shape_it_wants(network, x, words):
    with pytest.raises(ValueError, match=words):
        network().forward(x)


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([0, 1, 1, 0, 1, -1], r"y must lie in \[0, 1\], got -1 to 1"),
        ([0, 1, 1, 0, 1, 2], r"y must lie in \[0, 1\], got 0 to 2"),
        ([0.0, 1, 1, 0, 1, 1], "y must be one whole number an example"),
        ([0, 1, 1], "x and y must have one row an example"),
    ],
)
def test_labels_are_looked_at_before_the_first_step(y, words):
    network, x = small_network("relu"), np.ones((6, 3))
    before = [param.copy() for param in network.params]
    with pytest.raises(ValueError, match=words):
        next(fit(network, x, y, cross_entropy, SGD(0.1), batch=2))
    for param, old in zip(network.params, before, strict=True):
        np.testing.assert_array_equal(param, old)


def test_a_target_that_numpy_would_stretch_is_refused():
    with pytest.raises(ValueError, match=r"one shape, got \(6, 1\) and \(6,\)"):
        squared_error(np.ones((6, 1)), np.ones(6))


# --- what is assigned is what is trained ----------------------------------------------------------

ASSIGN = {
    "weight": lambda network, value: setattr(network.layers[0], "weight", value),
    "layer.params": lambda network, value: network.layers[0].params.__setitem__(0, value.copy()),
}


@pytest.mark.parametrize("optimiser", [lambda: SGD(0.1, 0.9), lambda: Adam(0.1)])
@pytest.mark.parametrize("assign", ASSIGN)
def test_a_weight_that_was_assigned_is_the_one_that_is_used_and_trained(assign, optimiser):
    network, x, optimiser = small_network("shared"), rng(1).standard_normal((7, 3)), optimiser()
    value = rng(5).standard_normal((3, 5)).astype(network.params[0].dtype)
    kept = value.copy()
    train_step(network, x, x[:, :2], squared_error, optimiser)
    ASSIGN[assign](network, value)
    np.testing.assert_array_equal(network.layers[0].weight, kept)
    outputs = network.layers[0].forward(x)
    np.testing.assert_allclose(outputs, x @ kept + network.layers[0].bias)
    train_step(network, x, x[:, :2], squared_error, optimiser)
    assert (network.layers[0].weight != kept).all()
    np.testing.assert_array_equal(value, kept, "what was assigned belongs to the reader")


def test_a_parameter_cannot_be_put_into_the_networks_list_unheard():
    with pytest.raises(TypeError):
        small_network("relu").params[0] = np.ones((3, 5))


@pytest.mark.parametrize(("layer", "name"), [(0, "bias"), (1, "alpha")])
def test_bias_and_alpha_too_and_one_number_stands_for_all(layer, name):
    network, x = small_network("channel-wise"), rng(1).standard_normal((7, 3))
    for value in (0.5, np.linspace(0.1, 0.5, 5)):
        setattr(network.layers[layer], name, value)
        np.testing.assert_array_equal(getattr(network.layers[layer], name), np.full(5, value))
        assert any(param is getattr(network.layers[layer], name) for param in network.params)
        train_step(network, x, x[:, :2], squared_error, SGD(0.1))
        assert (getattr(network.layers[layer], name) != value).all()


@pytest.mark.parametrize("value", [np.ones((5, 3)), np.ones(5), [[1.0]], "a", None])
def test_what_does_not_fit_a_parameter_is_refused_in_words(value):
    layer = Linear(3, 5, rng())
    before = layer.weight.copy()
    with pytest.raises(ValueError, match="weight must"):
        layer.weight = value
    np.testing.assert_array_equal(layer.weight, before)


def test_a_slope_changed_between_two_steps_takes_effect():
    network, x = Network([LeakyReLU(0.1)]), -np.ones((2, 3))
    network.forward(x)
    network.layers[0].slope = 0.5
    np.testing.assert_array_equal(network.forward(x), 0.5 * x)
    np.testing.assert_array_equal(network.backward(np.ones((2, 3))), np.full((2, 3), 0.5))


def test_a_copy_of_a_network_is_trained_by_itself():
    network, x = small_network("shared"), rng(1).standard_normal((7, 3))
    twin = copy.deepcopy(network)
    train_step(twin, x, x[:, :2], squared_error, SGD(0.1))
    assert (twin.layers[0].weight != network.layers[0].weight).any()
    np.testing.assert_array_equal(twin.layers[0].weight, twin.params[0])


# --- float16 -------------------------------------------------------------------------------------


def halves(*shape, value=1.0):
    return np.full(shape, value, np.float16)


@pytest.mark.parametrize("channels", [None, 1])
def test_alphas_gradient_adds_float16_up_in_float32(channels):
    layer = PReLU(channels=channels)
    layer.forward(halves(4000, 1, value=-0.5))
    layer.backward(halves(4000, 1))
    assert layer.grads[0] == -2000
    layer.forward(halves(4000, 1, value=-300))
    layer.backward(halves(4000, 1, value=300))
    assert layer.grads[0] == -3.6e8


def test_the_gradients_of_weight_and_bias_add_float16_up_in_float32():
    layer = Linear(1, 1, rng())
    layer.forward(halves(4000, 1, value=300))
    layer.backward(halves(4000, 1, value=300))
    assert layer.grads[0] == 3.6e8
    assert layer.grads[1] == 1.2e6


def test_losses_of_float16_are_those_of_float32():
    output, target = halves(70_000, value=300), halves(70_000, value=-1)
    loss, grad = squared_error(output, target)
    assert loss == 301**2
    np.testing.assert_allclose(grad, np.full(70_000, 602 / 70_000), rtol=1e-6)
    logits, labels = halves(3, 70_000), np.zeros(3, int)
    loss, grad = cross_entropy(logits, labels)
    assert loss == pytest.approx(np.log(70_000))
    np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-5)


@pytest.mark.parametrize("make", [lambda t: Linear(2, 2, 0, dtype=t), lambda t: PReLU(dtype=t)])
def test_a_network_in_float16_is_refused_in_words(make):
    with pytest.raises(ValueError, match="dtype must be np.float32 or np.float64, got"):
        make(np.float16)
