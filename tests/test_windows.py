"""Views in small windows: nothing is clipped, nothing overlaps, every slider can be moved."""

from collections.abc import Iterator

import pytest
from house import some
from lab import Lessons
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# The last: a phone; before it a laptop's 1280 x 800 at 200%. JupyterLab's side bar is closed.
WINDOWS = [(1280, 800), (1024, 768), (800, 700), (640, 400), (400, 800)]
CLOSE_SIDE_BAR, OPEN_IT = (f"window.jupyterapp.shell.{do}Left()" for do in ("collapse", "expand"))
FAULTS = """() => [...document.querySelectorAll('.lesson-view')].flatMap((view, place) => {
    const edge = view.getBoundingClientRect().right + 1, faults = [];
    for (const part of view.querySelectorAll('.setting > *, .widget-dropdown, button')) {
        const box = part.getBoundingClientRect();
        const row = part.closest('.lesson-view > .widget-hbox');
        if (row && getComputedStyle(row).flexWrap === 'nowrap') continue;  // it is scrolled to
        if (box.right > edge) faults.push(`view ${place}: ${part.className} is clipped`);
    }
    for (const row of view.querySelectorAll('.setting')) {
        const [, slider, range] = [...row.children].map(part => part.getBoundingClientRect());
        const handle = row.querySelector('.noUi-handle').getBoundingClientRect();
        if (slider.width < 60) faults.push(`view ${place}: a slider of ${slider.width} px`);
        const beside = handle.top < range.bottom && handle.bottom > range.top;
        if (beside && handle.right > range.left)
            faults.push(`view ${place}: a handle on its range`);
    }
    return faults;
})"""
# What is seen of a view whose first slider stands at the top of the window.
SEEN = """view => {
    view.querySelector('.setting').scrollIntoView();
    const bottom = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect().bottom;
    return ['.widget-image', '.view-text'].map(
        part => view.querySelector(part).getBoundingClientRect().bottom <= bottom);
}"""


def sizes(page: Page) -> Iterator[tuple[int, int]]:
    """Each of the windows, once the page has taken its size."""
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        yield width, height


@pytest.mark.parametrize(
    "notebook", some(["05_learning_alpha.ipynb", "06_prelu_in_a_network.ipynb"], 1)
)
def test_controls_take_the_room_that_there_is(lessons: Lessons, notebook: str) -> None:
    page = lessons(notebook).page
    size = page.viewport_size
    page.evaluate(CLOSE_SIDE_BAR)
    page.locator(".lesson-view button", has_text="More settings").click()
    for handle in page.locator(".lesson-view .noUi-handle").all():
        handle.press("End")  # there it comes closest to the range beside it
    for width, height in sizes(page):
        assert page.evaluate(FAULTS) == [], f"{width} x {height}"
    page.locator(".lesson-view button", has_text="Fewer settings").click()
    for reset in page.locator(".lesson-view button", has_text="Reset all").all():
        reset.click()
    for width, height in sizes(page):
        seen = page.locator(".lesson-view").first.evaluate(SEEN)
        assert seen[0] or width < 640, f"{width} x {height}: the picture beside its first slider"
        assert seen[1] or width < 1024, f"{width} x {height}: the words, too"
    page.set_viewport_size(size)
    page.evaluate(OPEN_IT)
