"""The lessons as a reader has them: JupyterLab in a real browser, a mouse, and pixels."""

import re
from collections.abc import Callable

import pytest
from house import some
from lab import NOTEBOOKS, Lessons, View
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))

# Words on the page. A slider is found by its label, a view by the label of one of its sliders.
START, PRELU_LESSON = "00_start_here.ipynb", "04_prelu.ipynb"
ALPHA_LESSON = "05_learning_alpha.ipynb"
ALPHA_SLIDER, ALPHA_RANGE = "alpha (slope)", (-1, 2)
RATE_SLIDER, RATE_RANGE = "learning rate", (0.01, 3)
LIVE_VIEW = "noise in y"
ALPHA_NOW = re.compile(r"^alpha = (-?\d+(?:\.\d+)?)")
RATE_NOW = re.compile(r"Learning rate (-?\d+(?:\.\d+)?)")
STEP_NOW = re.compile(r"^Step (\d+)")
REACHED = "has reached its goal"
PLAYING, ENDED, READY = "Playing", "Ended", "Ready"


@pytest.fixture
def live_view(lessons: Lessons) -> View:
    """The view in which alpha is trained, at its start."""
    view = lessons(ALPHA_LESSON).view(LIVE_VIEW)
    view.start_over()
    return view


def number_in(view: View, pattern: re.Pattern[str]) -> float:
    found = pattern.search(view.text())
    assert found, f"no {pattern.pattern} in: {view.text()}"
    return float(found[1])


def at(fraction: float, ends: tuple[float, float]) -> object:
    """Where a slider with these ends stands after a drag; within 3% of it is close enough."""
    low, high = ends
    return pytest.approx(low + fraction * (high - low), abs=0.03 * (high - low))


def play_pause_and_start_over(view: View) -> None:
    """What a teacher does with every player."""
    view.locator.scroll_into_view_if_needed()
    start = view.text()
    view.press("Play")
    view.wait_until(lambda: view.text() != start, "the first step")
    view.press("Pause")
    view.is_held()
    view.press("Reset all")
    view.wait_until(lambda: (view.text(), view.status()) == (start, READY), "the start again")


@pytest.mark.parametrize("notebook", LESSONS)
def test_every_cell_runs_and_every_player_plays(
    lessons: Lessons, notebook: str, sample: Callable[..., list]
) -> None:
    lesson = lessons(notebook)
    views = [lesson.view(place) for place in range(lesson.page.locator(".lesson-view").count())]
    assert views
    assert lesson.page.locator(".lesson-guide:has(.choice)").count()
    players = [view for view in views if view.locator.locator(".player").count()]
    for view in sample(players, 1):
        play_pause_and_start_over(view)
    assert lesson.cell_errors() == []
    assert lesson.console_errors == []


def drag_alpha_to(view: View, place: float) -> None:
    """Drag, and wait for another picture and for the alpha that belongs to the place."""
    before, wanted = view.picture(), at(place, ALPHA_RANGE)
    view.drag_slider(ALPHA_SLIDER, place)
    view.wait_for_new_picture(before)
    view.wait_until(lambda: number_in(view, ALPHA_NOW) == wanted, f"alpha = {wanted}")


def test_dragging_alpha_changes_the_picture_and_the_words(lessons: Lessons) -> None:
    view = lessons(PRELU_LESSON).view(ALPHA_SLIDER)
    view.start_over()
    for place in (0.8, 0.2, 0.55):  # there and back: an answer that comes late must not undo a move
        drag_alpha_to(view, place)


def test_a_finger_moves_a_slider(live_view: View) -> None:
    handle = live_view.slider(RATE_SLIDER).locator(".noUi-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    screen = live_view.page.context.new_cdp_session(live_view.page)
    before, fingers = number_in(live_view, RATE_NOW), [[x + shift, y] for shift in (0, 20, 40)]
    for kind, place in zip(("Start", "Move", "Move"), fingers, strict=True):
        points = [{"x": place[0], "y": place[1]}]
        screen.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    live_view.wait_until(lambda: number_in(live_view, RATE_NOW) > before + 0.1, "the finger's rate")


def test_training_plays_to_the_goal(live_view: View) -> None:
    view = live_view
    before = view.picture()
    view.press("Play")
    view.wait_until(lambda: REACHED in view.text(), REACHED)
    view.wait_for_new_picture(before)


def test_the_learning_rate_moves_while_training_plays(live_view: View) -> None:
    view = live_view
    view.set_speed(5)  # time to drag before the run ends, on a slow machine too
    view.press("Play")
    view.wait_until(lambda: number_in(view, STEP_NOW) > 0, "a step")
    view.drag_slider(RATE_SLIDER, 0.2)
    view.wait_until(lambda: number_in(view, RATE_NOW) == at(0.2, RATE_RANGE), "the new rate")
    assert view.status() == PLAYING


def test_pause_holds_the_step(live_view: View) -> None:
    view = live_view
    view.press("Play")
    view.wait_until(lambda: number_in(view, STEP_NOW) > 0, "a step")
    view.press("Pause")
    view.is_held()
    held = number_in(view, STEP_NOW)
    view.page.wait_for_timeout(1000)
    assert number_in(view, STEP_NOW) == held


def test_a_question_is_answered_and_an_exercise_is_passed(lessons: Lessons) -> None:
    lesson = lessons(START)
    page = lesson.page
    question = page.locator(".lesson-guide:has(.choice)")
    question.locator("button", has_text="A.").click()
    # Each part is a widget of its own, and comes a moment after the one above it.
    question.get_by_text("Not A. Read why, above.").wait_for()
    expect(question.locator(".reason")).to_have_count(3)
    question.locator("button", has_text="Ask again").click()
    question.get_by_text("Choose one.").wait_for()
    lesson.type_in_place_of_the_dots("def my_relu", "np.minimum(x, 0)")
    page.get_by_text("Most likely: this is the smaller of x and 0").wait_for()
    page.get_by_text("At x = -1: right 0, yours -1. They part at").wait_for()
    tally = page.locator(".lesson-guide", has_text="Your turn:")
    assert "0 of 1 exercises right" in tally.text_content()
    lesson.type_in_place_of_the_dots("def my_relu", "np.maximum(x, 0)")
    page.get_by_text("Right.", exact=True).wait_for()
    page.get_by_text("At x = -1: both 0. They agree at all").wait_for()  # it has followed
    tally.get_by_text("1 of 1 exercises right").wait_for()
    assert lesson.cell_errors() == lesson.console_errors == []


@pytest.mark.parametrize("notebook", some(LESSONS, 3))
def test_every_exercise_takes_solution_in_place_of_an_answer(
    lessons: Lessons, notebook: str, sample: Callable[..., list]
) -> None:
    lesson = lessons(notebook)
    tally = lesson.page.locator(".lesson-guide", has_text="Your turn:")
    lines = lesson.page.locator(".jp-CodeCell .cm-line", has_text=re.compile("^check_"))
    checks = [line.split("(")[0] for line in lines.all_text_contents()]
    done = sample(checks)
    for place, check in enumerate(done, 1):
        lesson.put_the_solution_into(check)
        tally.get_by_text(f"{place} of {len(checks)} exercises right").wait_for()
    assert tally.get_by_text("That is all of them.").count() == (done == checks)
    assert lesson.cell_errors() == []


def test_the_page_is_found_ready_once_the_slider_has_moved(lessons: Lessons) -> None:
    lesson = lessons(START)
    page = lesson.page
    lesson.run_cell("check.report()")
    page.get_by_text("The slider is shown. Move it").wait_for()
    page.locator(".lesson-guide .noUi-handle").first.press("ArrowRight")
    page.get_by_text("The lessons hear you: the slider stands at 1.").wait_for()
    lesson.run_cell("check.report()")
    page.get_by_text("Ready. The slider stands at 1").wait_for()
