"""Learning alpha: runs against closed forms and differences; what the views draw and promise."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from house import xy
from hypothesis import given
from hypothesis import strategies as st

from utils.activations import prelu
from utils.data import prelu_data
from utils.lessons.learning_alpha import AlphaExplorer, DecayExplorer, SignExplorer
from utils.lessons.learning_alpha.experiments import (
    FAR,
    AlphaStep,
    Descent,
    alpha_loss,
    alpha_loss_grad,
    descend_alpha,
    forecast_alpha,
    regime,
    run_alpha,
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
    measured = (alpha_loss(alpha + h, X, Y) - alpha_loss(alpha - h, X, Y)) / (2 * h)
    assert alpha_loss_grad(alpha, X, Y) == pytest.approx(float(measured), abs=1e-6)
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
        change = 0.9 * change + 0.1 * alpha_loss_grad(alpha, X, Y)
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
    # near where ringing begins, the first swing would take longer than the gap has digits
    clear = rate * descent.curvature > 1.1 * (1 - momentum**0.5) ** 2
    if regime(descent) == "ringing" and margin > 0.05 and clear:
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
        ({"y": Y[:3]}, "equally long, got 41 and 3"),
        ({"x": np.ones((2, 2))}, r"x must be a row of finite numbers, got shape \(2, 2\)"),
        ({"x": np.abs(X)}, "no effect"),
        ({"y": Y * np.nan}, "y must be a row of finite numbers, got NaN"),
    ],
)
def test_data_without_a_meaning_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        replace(PLAIN, **wrong)


def descent_of(view, **settings):
    now = view.now
    x, y = prelu_data(now.true_alpha, now.noise, now.points, now.seed)
    return Descent(x, y, **settings)


def test_alpha_explorer_shows_run_theory_and_loss():
    view = AlphaExplorer(learning_rate=0.3, noise=0.2)
    descent = descent_of(view, learning_rate=0.3)
    theory = descent.optimum + (1 - 0.3 * descent.curvature) ** np.arange(61) * (
        1.0 - descent.optimum
    )
    np.testing.assert_allclose(xy(view, "theory")[1], theory)  # drawn in advance
    for _ in range(10):
        view.player.step()
    np.testing.assert_allclose(xy(view, "walked")[1], theory[:11])
    alpha = theory[10]
    np.testing.assert_allclose(np.ravel(xy(view, "ball")), [alpha, descent.objective(alpha)])
    np.testing.assert_allclose(xy(view, "now")[1], prelu(np.array([-2, 0, 2]), alpha))
    alphas, losses = xy(view, "parabola")
    np.testing.assert_allclose(losses, descent.objective(alphas))
    assert xy(view, "lowest")[0][0] == pytest.approx(descent.optimum)
    np.testing.assert_array_equal(xy(view, "points"), [descent.x, descent.y])
    assert "Step 10: " in view.text


@pytest.mark.parametrize(
    ("rate", "name"), [(0.1, "slow"), (0.71, "one step"), (1.2, "ringing"), (1.6, "divergent")]
)
def test_alpha_explorer_names_the_regime_as_the_slider_reaches_it(rate, name):
    view = AlphaExplorer()
    view.set(learning_rate=rate)
    assert name in view.text
    assert view.artists["rate"].get_xdata()[0] == pytest.approx(rate / (2 / 1.4))


def test_alpha_explorer_reaches_its_goal_and_says_so():
    view = AlphaExplorer()
    view.player.play()
    assert "alpha = 0.257 has reached its goal, 0.257." in view.text


def test_alpha_explorer_divergence_is_drawn_said_and_ends():
    view = AlphaExplorer(learning_rate=1.7)
    view.player.play()
    assert view.text.startswith("Diverged at step ")
    assert view.player.ended
    low, high = view.axes["path"].get_ylim()
    path = xy(view, "walked")[1]
    assert low < path.min() and path.max() < high, "the whole path is in the frame"
    assert high > 50


def test_alpha_explorer_a_new_setting_gives_a_new_forecast_from_here():
    view = AlphaExplorer()
    for _ in range(5):
        view.player.step()
    before = xy(view, "theory")[1]
    view.set(learning_rate=0.71)
    after = xy(view, "theory")[1]
    np.testing.assert_allclose(after[:6], before[:6])
    assert after[7] == pytest.approx(descent_of(view).optimum, abs=0.01)
    view.player.step()
    assert xy(view, "walked")[1][-1] == pytest.approx(after[6])


def test_alpha_explorer_weight_decay_and_run_agree():
    view = AlphaExplorer(weight_decay=0.7, learning_rate=0.3)
    view.player.play()
    plain = descent_of(view)
    wanted = plain.optimum * plain.curvature / (plain.curvature + 0.7)
    assert xy(view, "walked")[1][-1] == pytest.approx(wanted, abs=1e-6)
    assert f"{wanted:.3f} has reached its goal" in view.text


def test_sign_explorer_one_goes_down_and_one_climbs():
    view = SignExplorer()
    view.player.play()
    subtracted, added = (xy(view, name)[1] for name in ("subtracted", "added"))
    descent = Descent(*prelu_data(true_alpha=0.25, noise=0.1))
    assert (np.diff(descent.objective(subtracted)) < 0).all()
    assert (np.diff(descent.objective(added)) > 0).all()
    assert subtracted[-1] == pytest.approx(descent.optimum, abs=0.01)
    assert added[-1] > 100


@pytest.mark.parametrize("decay", [0, 0.7, 1.4, 10])
@pytest.mark.parametrize("true_alpha", [-1, 0.05, 2])
def test_decay_explorer_formula_and_run_agree(decay, true_alpha):
    view = DecayExplorer(decay, true_alpha)
    x, y = prelu_data(true_alpha, noise=0.1)
    plain = Descent(x, y)
    wanted = plain.optimum * plain.curvature / (plain.curvature + decay)
    np.testing.assert_allclose(np.ravel(xy(view, "run")), [decay, wanted], atol=1e-9)
    decays, pull = xy(view, "pull")
    assert np.interp(decay, decays, pull) == pytest.approx(wanted, abs=1e-9)
    alphas, losses = xy(view, "sum")
    assert alphas[losses.argmin()] == pytest.approx(wanted, abs=0.02)


def shown(scene, make=AlphaExplorer):
    view = make()
    view.show(scene)
    return view


def gaps(view):
    """How far alpha is from its goal, at each step."""
    return view.state.path - descent_of(view).optimum


def test_slow_comes_from_one_side_and_has_not_arrived_after_60_steps():
    far = gaps(shown("slow"))
    assert len(far) == 61
    assert (far > 0.05).all() and (np.diff(far) < 0).all()


def test_one_step_lands_on_the_goal_in_the_first_step():
    assert abs(gaps(shown("one step"))[1:]).max() < 0.005


def test_ringing_jumps_across_the_goal_each_time_and_comes_closer():
    far = gaps(shown("ringing"))
    assert (far[:20] * far[1:21] < 0).all()
    assert (np.diff(np.abs(far[:20])) < 0).all() and abs(far[-1]) < 0.005


def test_divergent_lands_further_away_each_time_and_stops_by_itself():
    view = shown("divergent")
    far = np.abs(gaps(view))
    assert (np.diff(far) > 0).all() and far[-1] > FAR
    assert view.player.ended and len(far) < 61


def test_momentum_rolls_past_the_goal_below_0_and_comes_back():
    view = shown("below 0 and back")
    assert view.state.path.min() < 0 < descent_of(view).optimum
    assert abs(gaps(view)[-1]) < 0.1


def test_small_batches_shake_around_the_goal():
    late = gaps(shown("shaking"))[30:]
    wild = AlphaExplorer(learning_rate=0.3, batch=4)
    wild.player.play()
    assert gaps(wild)[30:].std() > 1.5 * late.std()
    assert late.min() < -0.005 and late.max() > 0.005
    assert np.abs(late).max() < 0.2


@pytest.mark.parametrize("scene", SignExplorer.scenes)
def test_one_goes_to_the_goal_and_one_away_from_either_side(scene):
    view = shown(scene, SignExplorer)
    descent = Descent(*prelu_data(true_alpha=0.25, noise=0.1))
    start = {"from the right": 1.0, "from the left": -0.5}[scene]
    assert view.state.added[0] == view.state.subtracted[0] == start
    assert (np.sign(view.state.added - descent.optimum) == np.sign(start)).all()
    assert abs(view.state.subtracted[-1] - descent.optimum) < 0.01
    assert abs(view.state.added[-1] - descent.optimum) > 100 / 2


@pytest.mark.parametrize(
    ("scene", "kept"), [("no decay", 1), ("as large as c", 1 / 2), ("nearly ReLU", 0.12)]
)
def test_decay_leaves_this_share_of_alpha(scene, kept):
    view = shown(scene, DecayExplorer)
    plain = Descent(*prelu_data(view.now.true_alpha, noise=0.1)).optimum
    within = 0.005 if scene == "nearly ReLU" else 1e-6
    assert xy(view, "run")[1].item() / plain == pytest.approx(kept, abs=within)
    assert xy(view, "lowest")[0].item() / plain == pytest.approx(kept, abs=within)


def test_a_rate_moved_between_two_steps_is_foretold_anew_from_there_by_the_run_itself():
    view = AlphaExplorer(learning_rate=0.1)
    plain = view.state.forecast.copy()
    for _ in range(5):
        view.player.step()
    np.testing.assert_array_equal(view.state.forecast, plain)
    view.set(learning_rate=0.3)
    view.player.step()
    descent = descent_of(view, learning_rate=0.3)
    np.testing.assert_array_equal(view.state.forecast[:5], plain[:5])
    np.testing.assert_allclose(
        view.state.forecast[5:], forecast_alpha(AlphaStep(5, plain[5]), descent, 55), atol=1e-12
    )


def test_with_small_batches_the_theory_stays_that_of_all_examples():
    view = AlphaExplorer(batch=4)
    plain = xy(view, "theory")[1]
    for _ in range(20):
        view.player.step()
    np.testing.assert_array_equal(xy(view, "theory")[1], plain)
    assert np.abs(view.state.path - plain[:21]).max() > 0.01


def test_the_true_slope_is_drawn_as_itself_and_the_seed_shakes_the_data():
    view = AlphaExplorer(true_alpha=0.6, noise=0.5, seed=3)
    np.testing.assert_allclose(xy(view, "true")[1], prelu(np.array([-2, 0, 2]), 0.6))
    np.testing.assert_array_equal(xy(view, "aim")[1], [0.6, 0.6])
    np.testing.assert_array_equal(xy(view, "points"), prelu_data(0.6, 0.5, 41, 3))


def test_a_rate_moved_while_the_sign_lab_plays_moves_both_runs():
    view = SignExplorer(learning_rate=0.1)
    view.player.step()
    view.set(learning_rate=0.5)
    view.player.step()
    descent = Descent(*prelu_data(true_alpha=0.25, noise=0.1))
    for name, sign in (("subtracted", -1), ("added", 1)):
        before, after = getattr(view.state, name)[1:]
        assert after == pytest.approx(before + sign * 0.5 * descent.gradient(before))


def test_a_state_that_was_handed_on_does_not_change_later():
    view = AlphaExplorer()
    states = view.run(lambda: view.now)
    first = next(states)
    before = [part.copy() for part in (first.path, first.forecast)]
    list(islice(states, 30))
    np.testing.assert_array_equal(before[0], first.path)
    np.testing.assert_array_equal(before[1], first.forecast)


def test_what_the_factor_foretells_is_said_of_steps_that_see_all_examples():
    view = AlphaExplorer()
    assert view.text.endswith("slow, always from one side.")
    view.set(batch=4)
    foretold = "slow, always from one side, if each step saw all examples."
    assert view.text.endswith(f"{foretold} With batch size 4.")
