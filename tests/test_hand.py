"""The hand on the picture: what is taken goes where the hand goes, and nowhere else."""

from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np
import pytest
from house import VIEWS, at_start, lesson_of, some
from lab import NOTEBOOKS, Lessons, View
from playwright.sync_api import Locator

from utils.hand import Hand
from utils.lessons.dying_relu import FiringExplorer
from utils.lessons.learning_alpha import AlphaExplorer
from utils.lessons.prelu import PReLUExplorer
from utils.settings import nearest

HANDED = [(make, name) for make in VIEWS for name in make.hands]
each_hand = pytest.mark.parametrize(("make", "name"), HANDED)
NEAR = 0.02  # of the picture: half a step of the coarsest setting


def place(view, name, which=0):
    """Where this ring is, as a share of the picture."""
    return view._hands.places()[name][which]


DRAGS = count()


def drag(view, name, share, which=0):
    """What the page says of a hand, heard as the page's script hands it on."""
    view._hands.script[0].taken = [next(DRAGS), name, which, *share]


@each_hand
def test_a_hand_that_is_put_down_where_it_was_changes_nothing(make, name):
    view = at_start(make)
    before = view.now
    drag(view, name, place(view, name))
    changed = {n for n, a, b in zip(before._fields, before, view.now, strict=True) if a != b}
    assert changed <= {"dragged"}  # of which none was
    assert view.error is None


@each_hand
def test_what_is_taken_goes_where_the_hand_goes(make, name):
    view, hand = at_start(make), make.hands[name]
    for away in [(-0.04, 0.05), (-0.03, -0.06), (0.02, 0.03)]:
        view.reset()
        wanted = np.add(place(view, name), away)
        drag(view, name, wanted)
        off = np.abs(np.subtract(place(view, name), wanted))
        assert view.error is None, view.text
        if name != "foot":  # of a line, which below goes through the hand
            assert max(off["xy".index(way)] for way in hand.moves) < NEAR, away


@pytest.mark.parametrize("x", [-1.0, 0.3, 1.2])
@pytest.mark.parametrize("y", [-0.8, 0.1, 0.9])
def test_the_line_of_a_unit_with_two_inputs_goes_through_the_hand(x, y):
    view = at_start(FiringExplorer)
    view.set(**nearest(view.settings, {}, view.pointed(view.now, "foot", x, y)))
    assert abs(view.now.weight_1 * x + view.now.weight_2 * y + view.now.bias) <= 0.025 + 1e-9


@each_hand
def test_a_hand_far_outside_is_at_the_edge_of_what_there_is(make, name):
    view = at_start(make)
    for share in [(-5, -5), (5, 5), (-5, 5), (0, 0), (1, 1)]:
        drag(view, name, share)
        assert view.error is None
        for setting, value in view.now._asdict().items():
            make.settings[setting].check(value, setting, view.now._asdict())


def test_a_hand_gives_the_places_of_the_slider_and_leaves_what_is_no_number():
    settings = PReLUExplorer.settings
    assert nearest(settings, {}, {"alpha": 0.12345, "x": np.nan}) == {"alpha": 0.12}
    assert nearest(settings, {}, {"alpha": -7, "x": np.inf}) == {"alpha": -1.0}


def test_a_drag_ends_the_name_of_the_scene_and_moves_the_slider():
    view = at_start(PReLUExplorer)
    view.show("the identity")
    x, y = place(view, "marker")
    drag(view, "marker", (x - 0.1, y))
    assert view.scene == "" and view.controls["alpha"].value == view.now.alpha < 1


def test_a_data_point_is_moved_the_parabola_answers_and_reset_brings_it_back():
    view = at_start(AlphaExplorer)
    heights, losses = ([*view.artists[name].get_ydata()] for name in ("points", "parabola"))
    x, y = place(view, "points", which=0)
    drag(view, "points", (x, y - 0.2), which=0)
    moved = view.artists["points"].get_ydata()
    assert moved[0] > heights[0] + 1 and list(moved[1:]) == heights[1:]
    assert (view.artists["parabola"].get_ydata() != losses).any()
    assert view.now.dragged == ((0, round(moved[0], 2)),)
    assert view.code == f"AlphaExplorer(dragged={view.now.dragged})"
    view.reset()
    assert [*view.artists["points"].get_ydata()] == heights


@pytest.mark.parametrize("points", [3, [1, 2], {"a": 1}, {-1: 0}, {200: 0}, {0: np.nan}, {0: "up"}])
def test_what_no_point_can_be_dragged_to_is_refused_in_words(points):
    with pytest.raises(ValueError, match="dragged"):
        AlphaExplorer(dragged=points)


LESSONS = sorted(path.name for path in NOTEBOOKS.glob("0[1-5]*.ipynb"))


@pytest.mark.browser
@pytest.mark.parametrize("notebook", some(LESSONS, 2))
def test_all_that_can_be_taken_follows_the_mouse_and_a_finger(
    lessons: Lessons, notebook: str, sample: Callable[..., list]
) -> None:
    lesson = lessons(notebook)
    lesson.page.evaluate("window.jupyterapp.shell.collapseLeft()")
    taken = []
    for view in map(lesson.view, range(lesson.page.locator(".lesson-view").count())):
        view.start_over()
        many = view.locator.locator(".hands > .small").all()
        # What a reader has not written yet, Compare does not show, and nothing of it can be taken.
        rings = [*view.locator.locator(".hands > :not(.small):visible").all(), *many[3:4]]
        taken += [ring.get_attribute("data-hand") for ring in rings]
        for ring in sample(rings, 1):
            goes_there_and_back(view, ring)
        view.start_over()
    lesson.page.evaluate("window.jupyterapp.shell.expandLeft()")
    there_are = [name for make, name in HANDED if lesson_of(make) == notebook[3:-6]]
    assert sorted(taken) == sorted(there_are)
    assert lesson.cell_errors() == lesson.console_errors == []


def goes_there_and_back(view: View, ring: Locator) -> None:
    """Drag it to the left and up with the mouse, see it there, and back again with a finger."""
    said = view.text()
    ways = (ring.get_attribute("class") or "").split()[0]
    if ring.get_attribute("data-hand") == "foot":  # of a line, which goes through the hand
        ways = ""
    begin = view.drag(ring, -24, -18)
    there = np.add(begin, (-24, -18))
    view.wait_until(partial(is_near, ring, there, ways), f"{ring} at {there}")
    view.wait_until(lambda: view.text() != said, "other words")
    view.drag(ring, 24, 18, finger=True)
    view.wait_until(partial(is_near, ring, begin, ways), f"{ring} back at {begin}")


def is_near(ring: Locator, place: tuple[float, float], ways: str) -> bool:
    """Whether it is there, up to half a step of the coarsest setting."""
    off = np.abs(np.subtract(middle(ring), place))
    return all(off["xy".index(way)] < 12 for way in ways)


def middle(ring: Locator) -> tuple[float, float]:
    box = ring.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("make", [make for make in VIEWS if make.hands])
def test_each_hand_is_an_artist_on_a_panel_and_says_what_it_is(make):
    view = at_start(make)
    for name, hand in make.hands.items():
        assert isinstance(hand, Hand) and hand.words and hand.moves in ("x", "y", "xy")
        assert view.artists[name].axes is view.axes[hand.panel]
        assert any(view._hands.places()[name])
