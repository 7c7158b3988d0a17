"""The same lesson in each place where it is opened, and on the day after."""

from collections.abc import Callable, Iterator

import nbformat
import pytest
from house import some
from lab import NOTEBOOKS, RUN_SECONDS, Lab, Lesson, Lessons, View, run_all_classic, solve_classic
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One of their own: where Notebook 7 has been opened, JupyterLab looks for icons in vain.

    Jupyter's server keeps where a file with a name lies, once for all, and the two share names.
    """
    with Lab.of_the_lessons(tmp_path_factory.mktemp("places")) as server:
        yield server


LESSON = "05_learning_alpha.ipynb"  # with a player
LIVE_VIEW, RATE_SLIDER = "noise in y", "learning rate"


def notebook_7(page: Page, lab: Lab, notebook: str) -> Callable[[], None]:
    lesson = Lesson(page, lab, notebook, "notebooks")
    lesson.run_all()
    assert lesson.cell_errors() == []
    return lambda: lesson.put_the_solution_into("check_alpha_step")


def nbclassic(page: Page, lab: Lab, notebook: str) -> Callable[[], None]:
    page.goto(lab.address(notebook, "nbclassic/notebooks"))
    run_all_classic(page)
    return lambda: solve_classic(page, "my_alpha_step")


def voila(page: Page, lab: Lab, notebook: str) -> None:
    """It runs the cells itself, and hides them: there are no exercises."""
    page.goto(lab.address(notebook, "voila/render"), timeout=RUN_SECONDS * 1000)
    page.locator(".lesson-guide", has_text="Your turn:").wait_for(timeout=RUN_SECONDS * 1000)


# On a quick run the first alone: each takes a page and a run of its own.
@pytest.mark.parametrize("opened", some([notebook_7, nbclassic, voila], 1))
def test_a_lesson_is_walked(
    context: BrowserContext, server: Lab, opened: Callable[[Page, Lab, str], Callable | None]
) -> None:
    page = context.new_page()
    page.set_default_timeout(30_000)
    # Of its own: two pages with one notebook would have one kernel.
    solve = opened(page, server, copied(server, f"in {opened.__name__}.ipynb"))
    view = View(page.locator(".lesson-view", has_text=LIVE_VIEW).first)
    a_slider_is_moved(view)
    a_menu_is_moved_by_keys(view)
    a_run_is_played_and_held(view)
    the_picture_is_taken_by_hand(view)
    a_question_is_answered(page)
    if solve:
        solve()
        page.get_by_text("1 of 3 exercises right").wait_for()


def test_jupyterlab_too_and_its_keys(lessons: Lessons) -> None:
    view = lessons(LESSON).view(LIVE_VIEW)
    view.start_over()
    a_slider_is_moved(view)
    a_menu_is_moved_by_keys(view)
    a_run_is_played_and_held(view)
    the_picture_is_taken_by_hand(view)
    view.start_over()


def copied(lab: Lab, name: str, cells: int | None = None) -> str:
    """The lesson, or its first cells, under this name."""
    notebook = nbformat.read(NOTEBOOKS / LESSON, as_version=4)  # ours: others have saved theirs
    notebook.cells = notebook.cells[:cells]
    nbformat.write(notebook, lab.root / name)
    return name


def a_slider_is_moved(view: View) -> None:
    picture, words = view.picture(), view.text()
    view.drag_slider(RATE_SLIDER, 0.2)
    view.wait_for_a_change(picture, words)
    handle = view.slider(RATE_SLIDER).locator(".noUi-handle")
    for key, rate in (("Home", 0.01), ("ArrowRight", 0.02), ("ArrowLeft", 0.01), ("End", 3)):
        handle.press(key)
        says_the_rate(view, rate)
    entry = view.locator.get_by_label(RATE_SLIDER, exact=True).first
    # What the kernel says of the key is there: it would come over what is typed.
    view.wait_until(lambda: entry.input_value() == "3", "the entry at the slider's end")
    entry.fill("0,5")
    entry.press("Enter")
    says_the_rate(view, 0.5)


def a_menu_is_moved_by_keys(view: View) -> None:
    menu = view.locator.locator(".player select")
    menu.focus()
    chosen = menu.input_value()
    menu.press("ArrowDown")
    assert menu.evaluate("menu => menu === document.activeElement")
    view.wait_until(lambda: menu.input_value() != chosen, "another speed")


def says_the_rate(view: View, rate: float) -> None:
    view.wait_until(lambda: f"Learning rate {rate} =" in view.text(), f"the rate {rate}")


def a_run_is_played_and_held(view: View) -> None:
    view.start_over()
    view.press("Play")
    view.wait_until(lambda: not view.text().startswith("Step 0"), "a step")
    view.press("Pause")
    view.is_held()


def the_picture_is_taken_by_hand(view: View) -> None:
    view.start_over()
    for finger in (False, True):
        ring, said = view.ring("rate"), view.text()
        view.drag(ring, 60, 0, finger)
        view.wait_until(lambda said=said: view.text() != said, f"a higher rate, finger {finger}")


def a_question_is_answered(where: Page | Locator) -> None:
    question = where.locator(".lesson-guide:has(.choice)").first
    question.locator(".choice").first.click()
    question.get_by_text("Your guess.").wait_for()
    # Each reason is a part of its own, and comes a moment after the one above it.
    expect(question.locator(".reason")).to_have_count(question.locator(".choice").count())


SHOWS = """views => {
    const stills = [...document.querySelectorAll('.lesson-reopened')];
    const page = document.querySelector('.jp-Notebook').textContent;
    return stills.length === views && stills.every(still => still.querySelector('img').naturalWidth)
        && page.includes('AlphaExplorer: Step 0') && !page.includes('model not found');
}"""

# JupyterLab lays out what is in sight; what comes in above moves a view out of it again.
COMES_INTO_SIGHT = """() => {
    const view = document.querySelector('.lesson-view');
    view?.scrollIntoView();
    return view?.getBoundingClientRect().height > 0;
}"""


def test_on_the_day_after_a_lesson_shows_its_pictures_and_words(
    context: BrowserContext, lab: Lab
) -> None:
    name = copied(lab, "the day after.ipynb", cells=17)  # three questions and a view
    lesson = Lesson(context.new_page(), lab, name)
    lesson.run_all()
    views = lesson.page.locator(".lesson-view").count()
    lesson.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    # The kernel is still there, and so are the views. A reload would open what others have open:
    # all pages of a server share one layout.
    lesson.page.goto(lab.address(name))
    lesson.page.wait_for_function(COMES_INTO_SIGHT)
    lesson.page.close()
    lab.end_kernel(name)
    lesson = Lesson(context.new_page(), lab, name)
    lesson.page.wait_for_function(SHOWS, arg=views)
    lesson.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    assert "lesson-reopened" not in (lab.root / name).read_text(encoding="utf-8")
    lesson.run_all()
    assert lesson.page.locator(".lesson-view").count() == views
