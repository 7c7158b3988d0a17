"""Every scene is a button: one click in a real page brings the view to it."""

from collections.abc import Callable

import pytest
from house import VIEWS, lesson_of, some
from lab import NOTEBOOKS, Lessons, View

from utils.explorer import Explorer
from utils.scenes import named

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("0[1-9]*.ipynb"))


@pytest.mark.parametrize("notebook", some(LESSONS, 3))
def test_one_click_brings_a_view_to_each_of_its_scenes(
    lessons: Lessons, notebook: str, sample: Callable[..., list]
) -> None:
    lesson, seen = lessons(notebook), set()
    of_lesson = {tuple(map(named, m.scenes)): m for m in VIEWS if lesson_of(m) == notebook[3:-6]}
    for view in map(lesson.view, range(lesson.page.locator(".lesson-view").count())):
        buttons = view.locator.locator(".scenes button").all_text_contents()
        if not buttons:  # Compare has none
            continue
        make = of_lesson[tuple(words.strip() for words in buttons)]
        for scene in sample(list(make.scenes), 1):
            is_shown(view, make, scene)
        view.start_over()
        seen.add(make)
    assert seen == set(of_lesson.values())
    assert lesson.cell_errors() == lesson.console_errors == []


def is_shown(view: View, make: type[Explorer], scene: str) -> None:
    """Click it; what stands then says what the same view says in Python, or plays."""
    view.press(named(scene))
    view.wait_until(lambda: view.text().startswith(f"{named(scene)}. "), scene)
    if make.run:
        view.wait_until(lambda: view.status() in ("Playing", "Ended"), f"{scene} to play")
