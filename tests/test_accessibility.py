"""Every view and question as a screen reader and a keyboard find it, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import NOTEBOOKS, Lab, Lesson
from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
OURS = ".lesson-view, .lesson-guide"
TARGET = """view => {
    document.getElementById('axe-target')?.removeAttribute('id');
    view.id = 'axe-target';
}"""
DARK = "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"


def findings(page: Page, view: Locator) -> list[str]:
    """What axe finds in a view that is serious or critical, each with the element."""
    view.scroll_into_view_if_needed()
    view.evaluate(TARGET)
    found = Axe().run(page, context="#axe-target").response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def wait_for_names(page: Page) -> None:
    page.wait_for_function(
        "() => document.querySelector('.noUi-handle') && "
        "![...document.querySelectorAll('.noUi-handle')].some(h => !h.ariaLabel)"
    )


@pytest.mark.parametrize("notebook", LESSONS)
def test_axe_finds_nothing_serious_in_our_views(page: Page, lab: Lab, notebook: str) -> None:
    lesson = Lesson(page, lab, notebook)
    lesson.run_all()
    wait_for_names(page)
    views = page.locator(OURS)
    assert views.count() > 3
    for theme in ("light", "dark"):
        if theme == "dark":
            page.evaluate(DARK)
            page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
        for place in range(views.count()):
            assert findings(page, views.nth(place)) == [], f"view {place}, {theme} theme"


def test_a_nameless_slider_would_be_found(page: Page, lab: Lab) -> None:
    lesson = Lesson(page, lab, "03_prelu.ipynb")
    lesson.run_all()
    wait_for_names(page)
    view = lesson.view().locator
    view.locator(".noUi-handle").first.evaluate("h => h.removeAttribute('aria-label')")
    view.locator("img").evaluate("img => img.removeAttribute('alt')")
    kinds = {finding.split(":")[0] for finding in findings(page, view)}
    assert kinds == {"aria-input-field-name", "image-alt"}


def test_names_and_pictures_say_what_is_there_now_and_keys_move_it(page: Page, lab: Lab) -> None:
    lesson = Lesson(page, lab, "03_prelu.ipynb")
    lesson.run_all()
    wait_for_names(page)
    view = lesson.view()
    slider = view.locator.get_by_role("slider", name="alpha (slope)")
    slider.focus()
    before = view.text()
    assert view.locator.get_by_role("img", name=before, exact=True).count() == 1
    slider.press("ArrowRight")
    view.wait_until(lambda: view.text() != before, "another line")
    view.locator.get_by_role("img", name=view.text(), exact=True).wait_for()
    assert "solid" in slider.evaluate("h => getComputedStyle(h).outline")


def test_the_keyboard_reaches_every_control_of_a_view(page: Page, lab: Lab) -> None:
    lesson = Lesson(page, lab, "04_learning_alpha.ipynb")
    lesson.run_all()
    wait_for_names(page)
    view = lesson.view("noise in y").locator
    controls = "input, select, button, .noUi-handle"
    view.locator(controls).first.focus()
    reached = set()
    for _ in range(view.locator(controls).count() + 2):
        reached.add(
            page.evaluate(f"""() => {{
            const view = document.activeElement.closest('.lesson-view');
            return view ? [...view.querySelectorAll('{controls}')].indexOf(
                document.activeElement) : -1;
        }}""")
        )
        page.keyboard.press("Tab")
    assert reached >= set(range(view.locator(controls).count()))
