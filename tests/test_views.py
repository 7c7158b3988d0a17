"""Every view without a browser: controls to their ends, and the numbers in the pictures."""

import asyncio
import base64
import io
import threading
import time

import ipywidgets as widgets
import numpy as np
import pytest
from house import VIEWS
from PIL import Image

from utils.activations import prelu
from utils.data import prelu_data
from utils.lessons.learning_alpha.experiments import Descent
from utils.lessons.learning_alpha.explorers import AlphaExplorer, DecayExplorer, SignExplorer

SLIDERS = (widgets.FloatSlider, widgets.IntSlider)


def settings(control):
    """The values that a sweep gives a control: both ends and the middle, or every menu entry."""
    if isinstance(control, SLIDERS):
        middle = type(control.value)((control.min + control.max) / 2)
        return [control.min, middle, control.max]
    return list(control._options_values)


def movable(view):
    return {n: c for n, c in view.controls.items() if not isinstance(c, widgets.Button)}


def frame(view):
    return np.asarray(Image.open(io.BytesIO(view.canvas.png)).convert("RGB"))


def xy(view, name):
    return [np.asarray(part, dtype=float) for part in view.artists[name].get_data()]


@pytest.mark.parametrize("make", VIEWS)
def test_each_control_to_each_of_its_settings(make):
    view = make()
    for name, control in movable(view).items():
        for value in settings(control):
            control.value = value
            assert view.text.strip(), f"{name} = {value} leaves no words"
            assert "nan" not in view.text, f"{name} = {value}: {view.text}"
            if view.player and name != "speed":  # without a loop there is only one
                view.player.play()
                assert view.player.error is None, f"{name} = {value}: {view.player.status}"


@pytest.mark.parametrize("make", VIEWS)
def test_all_controls_at_their_ends_together(make):
    for end in (0, -1):
        view = make()
        for control in movable(view).values():
            control.value = settings(control)[end]
        if view.player:
            view.player.play()
            assert view.player.error is None, view.player.status


@pytest.mark.parametrize("make", VIEWS)
def test_reset_brings_the_start_back(make):
    view = make()
    picture, text = frame(view), view.text
    for control in movable(view).values():
        control.value = settings(control)[-1]
    if view.player:
        view.player.play()
    view.controls["reset"].click()
    assert view.text == text
    np.testing.assert_array_equal(frame(view), picture)


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_starts_where_its_arguments_say(make):
    for name, control in movable(make()).items():
        if name == "speed":
            continue
        value = settings(control)[1]
        assert make(**{name: value}).controls[name].value == value


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_stores_its_picture_and_its_words(make):
    view = make()
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == f"{make.__name__}: {view.text}"
    assert base64.b64decode(bundle["image/png"]) == view.canvas.png
    assert "application/vnd.jupyter.widget-view+json" in bundle


@pytest.mark.parametrize("make", VIEWS)
def test_every_letter_in_a_picture_has_at_least_12_points(make):
    figure = make().canvas.figure
    texts = figure.findobj(lambda artist: hasattr(artist, "get_fontsize") and artist.get_text())
    small = [
        text for text in texts if text.get_fontsize() < 12 and "\\mathdefault" not in str(text)
    ]
    assert texts
    assert not small


@pytest.mark.parametrize("make", VIEWS)
def test_every_axis_is_named(make):
    for ax in make().canvas.figure.axes:
        if ax.get_subplotspec() and len(ax.get_yticks()):
            assert ax.get_xlabel(), ax
            assert ax.get_title(loc="left") or ax.get_yticklabels()[0].get_text(), ax


def descent_of(view, **settings):
    names = ("true_alpha", "noise", "points")
    x, y = prelu_data(*(view.controls[name].value for name in names), seed=view.seed)
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
    ("rate", "name"),
    [(0.1, "slow"), (0.71, "one step"), (1.2, "ringing"), (1.6, "divergent")],
)
def test_alpha_explorer_names_the_regime_as_the_slider_reaches_it(rate, name):
    view = AlphaExplorer()
    view.controls["learning_rate"].value = rate
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
    view.controls["learning_rate"].value = 0.71
    after = xy(view, "theory")[1]
    np.testing.assert_allclose(after[:6], before[:6])
    assert after[7] == pytest.approx(descent_of(view).optimum, abs=0.01)
    view.player.step()
    assert xy(view, "walked")[1][-1] == pytest.approx(after[6])


def test_alpha_explorer_batch_follows_the_number_of_points():
    view = AlphaExplorer()
    batch, points = view.controls["batch"], view.controls["points"]
    points.value = 100
    assert (batch.value, batch.max) == (100, 100), "all stays all"
    batch.value = 10
    points.value = 50
    assert (batch.value, batch.max) == (10, 50)
    points.value = 5
    assert (batch.value, batch.max) == (5, 5)


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
    descent = Descent(view.x, view.y)
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


@pytest.mark.parametrize("elsewhere", [False, True], ids=["main", "subshell"])
def test_sliders_are_heard_while_a_view_plays(elsewhere):
    def sweep(view):
        for name, control in movable(view).items():
            for value in settings(control)[:3] if name != "speed" else ():
                control.value = value

    async def scene():
        view = AlphaExplorer(steps=1000)
        view.controls["speed"].value = 100
        view.player.play()
        await (asyncio.to_thread(sweep, view) if elsewhere else asyncio.sleep(0, sweep(view)))
        view.reset()  # the sweep went through settings that diverge, and those end the run
        view.player.play()
        view.controls["learning_rate"].value = 0.5
        end = time.monotonic() + 5
        while view._now.step < 20 and time.monotonic() < end:
            await asyncio.sleep(0.01)
        assert view.player.error is None, view.player.status
        assert view.player.playing
        assert "Learning rate 0.5" in view.text
        view.player.pause()

    asyncio.run(scene())
    assert threading.active_count() < 20
