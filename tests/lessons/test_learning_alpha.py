"""Runs held against closed forms and finite differences."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.activations import prelu
from utils.data import prelu_data
from utils.lessons.learning_alpha.experiments import (
    FAR,
    AlphaStep,
    Descent,
    descend_alpha,
    forecast_alpha,
    regime,
    run_alpha,
    squared_error,
    squared_error_grad,
)

X, Y = prelu_data(true_alpha=0.25, noise=0.1)
PLAIN = Descent(X, Y)


def run(descent, steps, seed=0):
    return run_alpha(1.0, descent, steps, seed)


def test_data_lie_on_prelu_and_the_seed_decides_the_noise():
    x, y = prelu_data(0.3, noise=0, points=7)
    np.testing.assert_array_equal(y, prelu(x, 0.3))
    assert (x[0], x[-1], len(x)) == (-2, 2, 7)
    np.testing.assert_array_equal(prelu_data(0.3, 0.1, seed=5)[1], prelu_data(0.3, 0.1, seed=5)[1])
    assert not np.array_equal(prelu_data(0.3, 0.1, seed=5)[1], prelu_data(0.3, 0.1, seed=6)[1])


@pytest.mark.parametrize("wrong", [{"points": 1}, {"noise": -0.1}, {"noise": np.nan}])
def test_data_refuse_what_makes_none(wrong):
    with pytest.raises(ValueError, match="got"):
        prelu_data(0.3, **wrong)


@given(st.floats(-3, 3))
def test_the_gradient_matches_finite_differences(alpha):
    h = 1e-6
    measured = (squared_error(alpha + h, X, Y) - squared_error(alpha - h, X, Y)) / (2 * h)
    assert squared_error_grad(alpha, X, Y) == pytest.approx(float(measured), abs=1e-6)
    decayed = replace(PLAIN, weight_decay=0.7)
    measured = (decayed.objective(alpha + h) - decayed.objective(alpha - h)) / (2 * h)
    assert decayed.gradient(alpha) == pytest.approx(float(measured), abs=1e-6)


def test_the_figures_of_the_lesson():
    assert PLAIN.curvature == pytest.approx(1.4)
    assert PLAIN.edge == pytest.approx(2 / 1.4)


@given(st.floats(-3, 3), st.floats(0, 3))
def test_the_loss_is_the_parabola_that_curvature_and_optimum_say(alpha, decay):
    descent = replace(PLAIN, weight_decay=decay)
    gap = alpha - descent.optimum
    parabola = descent.objective(descent.optimum) + descent.curvature / 2 * gap**2
    assert descent.objective(alpha) == pytest.approx(float(parabola))


def test_the_optimum_is_that_of_least_squares():
    left = X < 0
    fitted = np.linalg.lstsq(X[left, None], Y[left], rcond=None)[0][0]
    assert PLAIN.optimum == pytest.approx(fitted)


@pytest.mark.parametrize("rate", [0.02, 0.3, 1 / 1.4, 1.2, 1.4])
def test_a_run_follows_the_power_law(rate):
    descent = replace(PLAIN, learning_rate=rate)
    t = np.arange(31)
    theory = PLAIN.optimum + (1 - rate * PLAIN.curvature) ** t * (1.0 - PLAIN.optimum)
    np.testing.assert_allclose(run(descent, 30), theory, atol=1e-10)
    np.testing.assert_allclose(forecast_alpha(AlphaStep(0, 1.0), descent, 30), theory, atol=1e-10)


@given(st.floats(0.01, 1), st.floats(0, 0.95), st.floats(0, 2), st.integers(0, 20))
def test_the_forecast_is_the_run_from_any_step_on(rate, momentum, decay, begin):
    descent = Descent(X, Y, rate, momentum, decay)
    walk = list(islice(descend_alpha(1.0, lambda: descent), 41))
    rest = [step.alpha for step in walk[begin:]]
    forecast = forecast_alpha(walk[min(begin, len(walk) - 1)], descent, 40 - begin)[: len(rest)]
    np.testing.assert_allclose(rest, forecast[: len(rest)], atol=1e-8)


def test_weight_decay_moves_the_optimum_as_the_closed_form_says():
    c = PLAIN.curvature
    for decay in (0.0, 0.7, c):
        descent = replace(PLAIN, learning_rate=0.2, weight_decay=decay)
        assert descent.optimum == pytest.approx(PLAIN.optimum * c / (c + decay))
        assert run(descent, 200)[-1] == pytest.approx(descent.optimum)


def test_momentum_is_that_of_the_paper():
    descent = replace(PLAIN, learning_rate=0.1, momentum=0.9)
    alpha, change = 1.0, 0.0
    for wanted in run(descent, 10)[1:]:
        change = 0.9 * change + 0.1 * squared_error_grad(alpha, X, Y)
        alpha -= change
        assert wanted == pytest.approx(alpha)


@pytest.mark.parametrize(
    ("rate", "momentum", "name"),
    [
        (0.1, 0, "slow"),
        (0.71, 0, "one step"),
        (1.2, 0, "ringing"),
        (2 / 1.4, 0, "on the edge"),
        (1.44, 0, "divergent"),
        (-0.1, 0, "divergent"),
        (0.1, 0.9, "ringing"),
        (2.7, 0.9, "ringing"),
        (2.72, 0.9, "divergent"),
    ],
)
def test_regimes_by_name(rate, momentum, name):
    assert regime(replace(PLAIN, learning_rate=rate, momentum=momentum)) == name


@given(st.floats(0.01, 3), st.floats(0, 0.9))
def test_the_regime_says_what_the_run_does(rate, momentum):
    descent = replace(PLAIN, learning_rate=rate, momentum=momentum)
    gaps = forecast_alpha(AlphaStep(0, 1.0), descent, 400) - descent.optimum
    margin = abs(rate / descent.edge - 1)
    if regime(descent) == "divergent" and margin > 0.05:
        assert np.abs(gaps[-50:]).max() > np.abs(gaps[0])
    if regime(descent) == "slow":
        assert (gaps >= -1e-12).all()
    if regime(descent) == "ringing" and margin > 0.05:
        assert gaps[:400].min() < 0
        assert np.abs(gaps[-50:]).max() < np.abs(gaps[0])


def test_adding_the_gradient_climbs_at_every_learning_rate():
    for rate in (0.001, 0.1, 1.0):
        losses = PLAIN.objective(run(replace(PLAIN, learning_rate=-rate), 5))
        assert (np.diff(losses) > 0).all()


def test_a_divergent_run_ends_by_itself_and_in_finite_numbers():
    walk = list(islice(descend_alpha(1.0, lambda: replace(PLAIN, learning_rate=3.0)), 1000))
    assert len(walk) < 20
    assert FAR < abs(walk[-1].alpha - PLAIN.optimum) < np.inf


def test_settings_are_asked_anew_for_each_step():
    rates = iter([0.1, 0.0, 0.0, 0.1])
    walk = descend_alpha(1.0, lambda: replace(PLAIN, learning_rate=next(rates)))
    alphas = [step.alpha for step in islice(walk, 5)]
    assert alphas[1] == alphas[2] == alphas[3] != alphas[4]


def test_batches_are_seeded_and_right_on_average():
    descent = replace(PLAIN, batch=4)
    np.testing.assert_array_equal(run(descent, 20, seed=1), run(descent, 20, seed=1))
    assert not np.array_equal(run(descent, 20, seed=1), run(descent, 20, seed=2))
    rng = np.random.default_rng(0)
    gradients = [descent.gradient(1.0, descent.rows(rng)) for _ in range(20000)]
    spread = np.std(gradients) / np.sqrt(len(gradients))
    assert abs(np.mean(gradients) - descent.gradient(1.0)) < 4 * spread
    np.testing.assert_array_equal(run(replace(PLAIN, batch=len(X)), 5), run(PLAIN, 5))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"y": Y[:3]}, "equal length"),
        ({"x": np.ones((2, 2)), "y": np.ones((2, 2))}, "two rows"),
        ({"x": np.abs(X)}, "no effect"),
        ({"momentum": 1.0}, "momentum"),
        ({"momentum": -0.1}, "momentum"),
        ({"weight_decay": -1.0}, "weight_decay"),
        ({"batch": 0}, "batch"),
        ({"batch": 42}, r"\[1, 41\], got 42"),
    ],
)
def test_settings_without_a_meaning_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        replace(PLAIN, **wrong)
