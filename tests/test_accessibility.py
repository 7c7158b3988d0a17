"""Every view and question as a screen reader and a keyboard find it, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from house import some
from lab import NOTEBOOKS, Lesson, Lessons
from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
OURS = ".lesson-view, .lesson-guide"
HEIGHT = "document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
# All that a theme changes: names, roles and keys are the same in the dark.
ONLY_COLOURS = {"runOnly": {"type": "tag", "values": ["cat.color"]}}
CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"


def findings(page: Page, **options: object) -> list[str]:
    """What axe finds in the page's views that is serious or critical, each with the element."""
    options["resultTypes"] = ["violations"]
    with all_in_sight(page):
        found = Axe().run(page, context=OURS, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@contextmanager
def all_in_sight(page: Page) -> Iterator[None]:
    """A screen as high as the lesson: axe judges no colours that lie outside of it, or of the body.

    JupyterLab's body has no height; to axe, all of it is hidden.
    """
    size, height = page.viewport_size, page.evaluate(HEIGHT)
    page.add_style_tag(content="body { height: 100vh; }")
    page.set_viewport_size({**size, "height": height + 300})
    yield
    page.set_viewport_size(size)


def named(lessons: Lessons, notebook: str) -> Lesson:
    """The lesson, once the names for a screen reader stand."""
    lesson = lessons(notebook)
    lesson.page.wait_for_function(
        "() => document.querySelector('.noUi-handle') && "
        "![...document.querySelectorAll('.noUi-handle')].some(h => !h.ariaLabel)"
    )
    return lesson


@contextmanager
def theme(page: Page, name: str) -> Iterator[None]:
    """The page in the theme of this name, `Light` or `Dark`, and then in the light one again."""

    def change(name: str) -> None:
        page.evaluate(CHANGE_THEME, f"JupyterLab {name}")
        light = "true" if name == "Light" else "false"
        page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{light}'")

    change(name)
    yield
    change("Light")


# A theme changes the colours of what all lessons share.
@pytest.mark.parametrize("colours", some(["Light", "Dark"], 1))
@pytest.mark.parametrize("notebook", some(LESSONS, 3))
def test_axe_finds_nothing_serious_in_our_views(
    lessons: Lessons, notebook: str, colours: str
) -> None:
    page = named(lessons, notebook).page
    assert page.locator(OURS).count() > 3
    with theme(page, colours):
        assert findings(page, **(ONLY_COLOURS if colours == "Dark" else {})) == []


def test_a_nameless_slider_and_pale_words_would_be_found_also_out_of_sight(
    lessons: Lessons,
) -> None:
    lesson = named(lessons, "04_prelu.ipynb")
    first, last = lesson.view().locator, lesson.page.locator(".lesson-view").last
    first.scroll_into_view_if_needed()
    handle, picture = last.locator(".noUi-handle").first, first.locator("img")
    words = last.locator(".view-text")
    pale = words.get_attribute("style") or ""
    words.evaluate("e => { e.style.color = '#bbb'; e.style.background = '#fff'; }")
    with without(handle, "aria-label"), without(picture, "alt"):
        kinds = {found.split(":")[0] for found in findings(lesson.page)}
    words.evaluate("(e, style) => e.setAttribute('style', style)", pale)
    assert kinds == {"aria-input-field-name", "image-alt", "color-contrast"}


@contextmanager
def without(element: Locator, attribute: str) -> Iterator[None]:
    """The element without one of its attributes, which it then gets back."""
    value = element.get_attribute(attribute)
    element.evaluate("(e, name) => e.removeAttribute(name)", attribute)
    yield
    element.evaluate("(e, [name, value]) => e.setAttribute(name, value)", [attribute, value])


def test_names_and_pictures_say_what_is_there_now_and_keys_move_it(lessons: Lessons) -> None:
    view = named(lessons, "04_prelu.ipynb").view()
    view.start_over()
    slider = view.locator.get_by_role("slider", name="alpha (slope)")
    slider.focus()
    before = view.text()
    view.locator.get_by_role("img", name=before, exact=True).wait_for()
    slider.press("ArrowRight")
    view.wait_until(lambda: view.text() != before, "another line")
    view.locator.get_by_role("img", name=view.text(), exact=True).wait_for()
    assert "solid" in slider.evaluate("h => getComputedStyle(h).outline")


def test_the_keyboard_reaches_every_control_of_a_view(lessons: Lessons) -> None:
    lesson = named(lessons, "05_learning_alpha.ipynb")
    page, view = lesson.page, lesson.view("noise in y").locator
    controls = "input, select, button, .noUi-handle"
    for fold in ("More settings", "Code"):
        view.locator("button", has_text=fold).click()
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
    for fold in ("Fewer settings", "Hide code"):
        view.locator("button", has_text=fold).click()
