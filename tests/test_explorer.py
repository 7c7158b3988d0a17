"""The base of a view: one door, tidy values, faults said where they are, a picture that holds."""

import asyncio
import inspect
import logging
import random
from functools import partial

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from house import ROOT, VIEWS, at_start, lesson_of, pixels
from ipywidgets.widgets.widget import _instances as OPEN

from utils.explorer import Explorer
from utils.lessons.relu import HingeExplorer
from utils.settings import ByHand, Fixed, Number, Whole, given, length

each_view = pytest.mark.parametrize("make", VIEWS)


class Walk(Explorer):
    """A toy: a dot that walks to the right in steps of `stride`, at `height`."""

    settings = {
        "height": Number("height", 0.5, 0, 1, 0.1),
        "stride": Number("stride", 1.0, 0.5, 2, 0.5),
        "begin": Whole("begin", 0, 0, 5, restarts=True),
        "steps": Fixed(5, length),
    }
    scenes = {"from 2": {"begin": 2}, "high and far": {"height": 1.0, "stride": 2.0}}
    inches = 2.0
    panels = {"mosaic": [["path"]]}
    speed = 20
    updates = 0

    def draw(self, axes):
        axes["path"].set(xlim=(0, 20), ylim=(0, 1), xlabel="place", title="height")
        words = axes["path"].text(10, 0.5, "")
        return {"dot": axes["path"].plot([], [], "o")[0], "words": words}

    def run(self, settings):
        place = settings().begin
        for _ in range(settings().steps + 1):
            yield place
            place += settings().stride

    def update(self, now, state=None):
        self.updates += 1
        self.artists["dot"].set_data([state], [now.height])
        self.artists["words"].set_text(f"height {now.height}")
        return f"At {state:g}, height {now.height:g}."


def frame(view):
    return pixels(view.frame().picture)


def test_set_moves_several_settings_and_draws_once():
    view = Walk()
    before = view.updates
    view.set(height=0.1, stride=2)
    assert view.updates == before + 1
    assert (view.now.height, view.now.stride) == (0.1, 2)
    assert view.controls["height"].value == 0.1
    view.player.step()
    assert view.text == "At 2, height 0.1."


def test_what_restarts_the_run_restarts_it():
    view = Walk()
    view.player.step()
    view.set(begin=3)
    assert view.state == 3


def test_a_scene_starts_from_the_start_and_plays():
    view = Walk(steps=3)
    view.set(height=0.2, begin=5)
    view.show("high and far")
    assert (view.now.height, view.now.begin, view.state) == (1.0, 0, 6)
    view.show("from 2")
    assert view.text == "From 2. At 5, height 0.5."


def test_a_scene_is_named_until_something_is_moved():
    view = Walk(steps=3)
    view.controls["scene high and far"].click()
    assert view.text == "High and far. At 6, height 1."
    view.player.step()
    assert view.text == "High and far. At 2, height 1."
    view.set(height=1.0)
    assert view.scene == "high and far", "nothing has moved"
    view.set(height=0.5)
    assert (view.scene, view.text) == ("", "At 2, height 0.5.")
    view.show("from 2")
    view.reset()
    assert (view.scene, view.text) == ("", "At 0, height 0.5.")


def test_the_line_of_code_is_shown_follows_and_hides():
    view = Walk()
    line, button = view.children[-1], view.controls["code"]
    assert line.layout.display == "none" and view.code == "Walk()"
    button.click()
    assert (line.layout.display, line.value) == (None, "Walk()")
    view.set(height=0.1, begin=3)
    assert line.value == view.code == "Walk(height=0.1, begin=3)"
    button.click()
    assert line.layout.display == "none"


def random_values(settings, draw):
    """Values for some of these settings, each as `settings` allows."""
    values = {}
    for name, setting in settings.items():
        if isinstance(setting, ByHand):
            values[name] = {draw.randrange(40): draw.uniform(-1, 1), 3: 0.25}
        if draw.random() < 0.5 or isinstance(setting, Fixed):
            continue
        if isinstance(setting, Number):
            steps = round((setting.high - setting.low) / setting.step)
            values[name] = setting.low + draw.randint(0, steps) * setting.step
        elif isinstance(setting, Whole):
            high = setting.high if isinstance(setting.high, int) else values.get(setting.high, 5)
            values[name] = draw.randint(setting.low, high)
        else:
            option = draw.choice(setting.options)
            values[name] = option[1] if isinstance(option, tuple) else option
    return values


@each_view
def test_a_view_and_what_its_line_of_code_makes_show_the_same(make):
    draw = random.Random(make.__name__)
    fixed = {"seed": 3} if isinstance(make.settings.get("seed"), Fixed) else {}
    view = make(**fixed)
    for _ in range(3):
        view.set(**random_values(view.settings, draw))
        asked = eval(view.code, {make.__name__: partial(given, make.settings)})
        assert asked == view.panel.values
    if view.player:
        view.player.reset()
    again = eval(view.code, {make.__name__: make})  # the last: a view takes its time to make
    assert again.now == view.now
    assert again.text == view.text
    assert np.array_equal(frame(again), frame(view))


def test_the_line_of_code_has_the_points_that_were_handed_in():
    view = HingeExplorer(x=[3, 1, 2], y=[0.5, 0, 1], hinges=2)
    again = eval(view.code, {"HingeExplorer": HingeExplorer})
    assert again.text == view.text and np.array_equal(frame(again), frame(view))


def test_a_frame_is_the_picture_and_the_words_of_now():
    view = Walk()
    view.set(height=0.9)
    picture, words = view.frame()
    assert words == view.text
    assert np.array_equal(pixels(picture), frame(Walk(height=0.9)))


def test_reset_all_brings_settings_run_and_speed_back():
    view = Walk()
    view.set(height=1.0)
    view.controls["speed"].value = 100
    view.player.play()
    view.controls["reset"].click()
    assert (view.now.height, view.state, view.player.status) == (0.5, 0, "Ready")
    assert view.controls["speed"].value == 20


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda view: view.set(hight=1), "no setting 'hight' to be moved; there are height, "),
        (lambda view: view.set(steps=3), "no setting 'steps' to be moved"),
        (lambda view: view.set(height=2), r"height must be a finite number in \[0, 1\], got 2"),
        (lambda view: view.show("from 3"), "scene must be one of"),
    ],
)
def test_the_door_refuses_in_words_and_nothing_has_moved(act, words):
    view = Walk()
    before = view.frame()
    with pytest.raises(ValueError, match=words):
        act(view)
    same = view.frame() == before
    assert same


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"scenes": {"up": {"hight": 1}}}, "Bad, scene 'up': no setting 'hight'"),
        ({"scenes": {"up": {"height": 2}}}, r"Bad, scene 'up': height must be .* in \[0, 1\]"),
        ({"settings": {"height": Number("height", 3, 0, 1, 0.1)}}, "height must be a finite"),
    ],
)
def test_a_table_with_a_slip_is_refused_when_the_class_is_made(tables, words):
    with pytest.raises(ValueError, match=words):
        type("Bad", (Walk,), tables)


def slip(*args):
    raise ZeroDivisionError("a slip")


@pytest.mark.parametrize("where", ["draw", "update", "run"])
def test_a_slip_at_construction_is_raised_as_itself(where):
    with pytest.raises(ZeroDivisionError, match="a slip"):
        type("Slips", (Walk,), {where: slip})()


def test_a_later_slip_in_update_is_said_and_logged_and_passes(caplog):
    view = Walk()
    view.update = slip
    with caplog.at_level(logging.ERROR):
        view.controls["height"].value = 0.9
    assert view.text == "A fault in this view: ZeroDivisionError: a slip"
    assert view.text in view.children[-2].value
    assert isinstance(view.error, ZeroDivisionError)
    assert "a slip" in caplog.text and "Traceback" in caplog.text
    del view.update
    view.set(height=0.1)
    assert (view.error, view.text) == (None, "At 0, height 0.1.")


def test_a_later_slip_in_run_ends_it_and_is_said_and_logged(caplog):
    view = Walk()

    def run(settings):
        yield 0
        slip()

    view.run = run
    view.player.reset()
    view.player.play()
    assert view.player.status.startswith("Stopped by an error. ZeroDivisionError")
    assert view.text == "A fault in this view: ZeroDivisionError: a slip"
    assert "Traceback" in caplog.text
    del view.run
    view.controls["play"].click()
    assert (view.error, view.player.status, view.text) == (None, "Ended", "At 5, height 0.5.")


@each_view
def test_shift_tab_shows_the_settings_with_their_starts(make):
    shown = {name: each.default for name, each in inspect.signature(make).parameters.items()}
    assert list(shown)[: len(make.settings)] == list(make.settings)
    starts = {name: make.settings[name].start for name in shown if name in make.settings}
    starts |= {name: None for name in shown if shown[name] is None}  # found when it is made
    assert shown == starts
    assert make.__doc__ and make.__doc__ != Explorer.__doc__


def dragged(setting):
    """Places of a slider as a browser reckons them, and the same as a reader types them."""
    steps = int(round((setting.high - setting.low) / setting.step))
    place = setting.low
    for step in range(steps + 1):
        typed = round(setting.low + step * setting.step, 10) + 0.0
        if place != typed and setting.low <= place <= setting.high:
            yield place, typed
        place += setting.step
    if setting.low < 0 < setting.high:
        yield -2e-17, 0.0


@each_view
def test_a_dragged_value_gives_the_words_of_the_typed_one(make, monkeypatch):
    view = at_start(make)
    monkeypatch.setattr(view.canvas, "draw", view._tell)  # words alone: ten times as fast
    for name, setting in make.settings.items():
        if not isinstance(setting, Number):
            continue
        places = list(dragged(setting))
        for drag, type_ in [*places[:: len(places) // 2 + 1], *places[-1:]]:
            view.controls[name].value = drag
            said = view.text
            view.reset()
            view.set(**{name: type_})
            assert view.text == said, f"{name} = {drag}"
            view.reset()


@each_view
def test_every_view_has_scenes_and_a_test_names_each(make):
    tests = (ROOT / "tests" / "lessons" / f"test_{lesson_of(make)}.py").read_text("utf-8")
    assert make.scenes
    for scene in make.scenes:
        assert f'"{scene}"' in tests or f"{make.__name__}.scenes" in tests, scene


STYLES = [("before it is made", style) for style in plt.style.available]
STYLES += [("after", style) for style in ("dark_background", "classic", "fivethirtyeight")]


@pytest.mark.parametrize(("when", "style"), STYLES)
def test_a_view_looks_the_same_whatever_style_the_reader_has_set(when, style):
    view = Walk()
    wanted = frame(view)
    with plt.style.context(style):
        if when == "before it is made":
            view = Walk()
        else:
            view.canvas.figure.stale = True  # the ground is drawn anew
        # "classic" rounds a dot's rim in another way while it is drawn: some thirty pixels
        assert (frame(view) != wanted).any(axis=-1).mean() < 5e-4


def test_the_readers_own_style_is_left_alone():
    with plt.style.context("dark_background"):
        before = dict(matplotlib.rcParams)
        Walk().frame()
        assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda ax: ax.set_title("another title"),
        lambda ax: ax.set_xlabel("another label"),
        lambda ax: ax.plot([0, 20], [0, 1]),
        lambda ax: ax.set_xlim(0, 30),
    ],
    ids=["title", "label", "line", "limits"],
)
def test_what_is_changed_later_on_an_axis_is_seen(change):
    view = Walk()
    before = frame(view)
    change(view.axes["path"])
    assert (frame(view) != before).any()


def test_playing_after_the_loop_has_closed_says_so():
    async def make():
        return Walk()

    view = asyncio.run(make())
    view.player.play()
    assert not view.player.playing
    assert view.player.status.startswith("Nothing can move: this view's event loop has ended.")
    view.player.step()
    assert view.text == "At 1, height 0.5."


def test_a_view_that_is_closed_leaves_no_widget_open():
    before = set(OPEN)
    view = Walk()
    assert len(set(OPEN) - before) > 20
    view.close()
    assert set(OPEN) == before
