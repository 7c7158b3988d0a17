"""Every view without a browser: controls to their ends, and the numbers in the pictures."""

import asyncio
import base64
import io
import threading
import time

import ipywidgets as widgets
import numpy as np
import pytest
from house import VIEWS, at_start
from PIL import Image

from utils.lessons.learning_alpha.explorers import AlphaExplorer
from utils.settings import tidy

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
    view = at_start(make)
    for name, control in movable(view).items():
        for value in settings(control):
            control.value = value
            assert view.error is None, f"{name} = {value}: {view.text}"
            assert view.text.strip(), f"{name} = {value} leaves no words"
            assert "nan" not in view.text, f"{name} = {value}: {view.text}"
            if view.player and name != "speed":  # to the end they play with all at their ends
                view.player.step()
                assert view.player.error is None, f"{name} = {value}: {view.player.status}"


@pytest.mark.parametrize("make", VIEWS)
def test_all_controls_at_their_ends_together(make):
    for end in (0, -1):
        view = at_start(make)
        for control in movable(view).values():
            control.value = settings(control)[end]
        if view.player:
            view.player.play()
            assert view.player.error is None, view.player.status
        assert view.error is None, view.text


@pytest.mark.parametrize("make", VIEWS)
def test_reset_brings_the_start_back(make):
    view = at_start(make)
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
    middles = {n: settings(c)[1] for n, c in movable(at_start(make)).items() if n != "speed"}
    middles = {n: tidy(v) if isinstance(v, float) else v for n, v in middles.items()}
    view = make(**middles)
    assert {name: view.controls[name].value for name in middles} == middles


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_stores_picture_and_words_names_its_axes_and_has_large_letters(make):
    view = at_start(make)
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == f"{make.__name__}: {view.text}"
    stored = base64.b64decode(bundle["image/png"]) == view.canvas.png
    assert stored
    assert "application/vnd.jupyter.widget-view+json" in bundle
    figure = view.canvas.figure
    for ax in figure.axes:
        if ax.get_subplotspec() and len(ax.get_yticks()):
            assert ax.get_xlabel(), ax
            assert ax.get_title(loc="left") or ax.get_yticklabels()[0].get_text(), ax
    texts = figure.findobj(lambda artist: hasattr(artist, "get_fontsize") and artist.get_text())
    small = [each for each in texts if each.get_fontsize() < 12 and "mathdefault" not in str(each)]
    assert texts and not small


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
        while view.state.step.step < 20 and time.monotonic() < end:
            await asyncio.sleep(0.01)
        assert view.player.error is None, view.player.status
        assert view.player.playing
        assert "Learning rate 0.5" in view.text
        view.player.pause()

    asyncio.run(scene())
    assert threading.active_count() < 20
