"""The lessons as pages: built, opened from a folder with the network away, and moved."""

import re
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from house import pixels
from playwright.sync_api import Browser, Locator, Page

import pages.lesson
import pages.recording
import pages.site
from pages.prose import Renderer, as_html
from pages.recording import LIMIT, as_script, evenly, places, record_run, record_slider
from utils.lessons.learning_alpha import SignExplorer
from utils.lessons.prelu import ParameterExplorer, PReLUExplorer
from utils.settings import LONGEST

browser = pytest.mark.browser
PRELU = next(path for path in pages.site.LESSONS if path.stem == "04_prelu")


def small_lesson(folder: Path) -> Path:
    """A notebook of one view with a run."""
    line = "SignExplorer(learning_rate=0.1)"
    bundle = {pages.lesson.WIDGET: {}, "image/png": "", "text/plain": "SignExplorer: As it begins."}
    shown = nbformat.v4.new_output("execute_result", bundle)
    cells = [
        nbformat.v4.new_markdown_cell("# A run\n\n## 1. It plays"),
        nbformat.v4.new_code_cell("from utils.lessons.learning_alpha import *"),
        nbformat.v4.new_code_cell(line, outputs=[shown]),
    ]
    path = folder / "99_run.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A site of one lesson, and of a small one with a run; of coarse pictures, which take less."""
    folder = tmp_path_factory.mktemp("the pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages.lesson, "FINE", 1)
        pages.site.lay_out(folder / "site")
        for path in (PRELU, small_lesson(folder)):
            lesson = pages.lesson.Lesson(path, folder / "site")
            lesson.write(pages.site.around(PRELU))
            patch.setattr(pages.recording, "PLACES", 31 if path == PRELU else 3)
            assert list(lesson.record())
    return folder / "site"


class Visit:
    """A page opened from a folder, with the network away: what it asked for and said."""

    def __init__(self, browser: Browser, path: Path, colours: str = "light") -> None:
        self.context = browser.new_context(offline=True, color_scheme=colours)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())

    def view(self, name: str) -> Locator:
        return self.page.locator(f'[data-view="{name}"]')

    def close(self) -> None:
        assert [url for url in self.asked if not url.startswith(("file:", "data:"))] == []
        assert self.said == []
        self.context.close()


@pytest.fixture
def visit(site: Path, browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser, site / "04_prelu.html")
    yield visit
    visit.close()


def words(view: Locator) -> str:
    return view.locator("figcaption").inner_text()


def wait_for_words(view: Locator, expected: str) -> None:
    view.locator("figcaption", has_text=re.compile(f"^{re.escape(expected)}$")).wait_for()
    assert view.locator("img").get_attribute("alt") == expected


@browser
def test_the_slider_moves_picture_and_words_as_the_view_does(visit):
    page_view, live = visit.view("PReLUExplorer"), PReLUExplorer(alpha=0.25)
    slider = page_view.get_by_role("slider", name="alpha (slope)")
    values = places(live)
    assert len(values) >= 31 and 0.25 in values
    assert int(slider.get_attribute("max")) == len(values) - 1
    assert words(page_view) == live.frame().words
    slider.focus()
    slider.press("ArrowRight")
    live.set(alpha=values[values.index(0.25) + 1])
    wait_for_words(page_view, live.frame().words)
    assert page_view.get_by_role("img", name=live.frame().words, exact=True).is_visible()
    assert page_view.locator("output").inner_text() == slider.get_attribute("aria-valuetext")
    slider.press("Home")
    live.set(alpha=-1)
    wait_for_words(page_view, live.frame().words)


@browser
def test_each_scene_is_a_button(visit):
    page_view, live = visit.view("PReLUExplorer"), PReLUExplorer(alpha=0.25)
    before = words(page_view)
    for scene in live.scenes:
        page_view.get_by_role("button", name=scene[:1].upper() + scene[1:], exact=True).click()
        live.show(scene)
        wait_for_words(page_view, live.frame().words)
        assert page_view.locator("output").inner_text() == f"{live.now.alpha:g}"
    page_view.get_by_role("button", name="Reset").click()
    wait_for_words(page_view, before)


@browser
def test_the_picture_on_the_page_is_the_views_own_to_the_last_pixel(visit):
    page_view, live = visit.view("ParameterExplorer"), ParameterExplorer()
    page_view.get_by_role("button", name="One channel").click()
    live.show("one channel")
    wait_for_words(page_view, live.frame().words)
    shown = b64decode(page_view.locator("canvas").evaluate("c => c.toDataURL().split(',')[1]"))
    assert (pixels(shown) == pixels(live.frame().picture)).all()


@browser
def test_a_run_plays_pauses_steps_and_is_dragged(site, browser):
    visit = Visit(browser, site / "99_run.html")
    view, live = visit.view("SignExplorer"), SignExplorer(learning_rate=0.1)
    assert words(view) == "As it begins."
    along = view.locator(".along")
    view.get_by_role("button", name="From the left").click()
    live.show("from the left")
    live.player.step(LONGEST)  # an event loop runs here: `show` has only begun
    wait_for_words(view, live.frame().words)  # at its end
    assert along.input_value() == along.get_attribute("max")
    view.get_by_role("button", name="Play").click()
    visit.page.wait_for_function("a => a.value > 2", arg=along.element_handle())
    view.get_by_role("button", name="Pause").click()
    place = int(along.input_value())
    assert 2 < place < int(along.get_attribute("max"))
    view.get_by_role("button", name="Step").click()
    visit.page.wait_for_function(
        "([a, n]) => a.value == n", arg=[along.element_handle(), place + 1]
    )
    along.focus()
    along.press("End")
    wait_for_words(view, live.frame().words)
    visit.close()


@browser
def test_a_question_says_why_of_every_choice_and_can_be_asked_again(visit):
    question = visit.page.locator(".question").first
    wrong = question.locator(".choice:not([data-right])").first
    reasons = question.locator(".reason")
    assert reasons.count() == 3 and not any(r.is_visible() for r in reasons.all())
    wrong.click()
    assert all(reason.is_visible() for reason in reasons.all())
    assert "Your guess. ✗ Wrong: " in reasons.first.inner_text()
    assert question.get_by_role("status").inner_text() == "Not A. Read why, above."
    question.locator(".choice[data-right]").click()
    assert question.get_by_role("status").inner_text() == "Right."
    question.get_by_role("button", name="Ask again").click()
    assert not any(reason.is_visible() for reason in reasons.all())


@browser
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    site, browser, colours, width
):
    visit = Visit(browser, site / "04_prelu.html", colours)
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.locator("summary").first.click()
    visit.page.locator(".choice").first.click()
    found = Axe().run(visit.page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert [(f["id"], n["html"][:200]) for f in serious for n in f["nodes"]] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    visit.said.clear()  # axe speaks
    visit.close()


@browser
def test_formulas_are_drawn_by_the_browser_and_code_is_coloured(visit):
    box = visit.page.locator("math mfrac, math mtable").first.bounding_box()
    assert box["height"] > 20
    colours = "e => getComputedStyle(e).color"
    keyword = visit.page.locator(".highlight .k").first
    assert keyword.evaluate(colours) != visit.page.locator("body").evaluate(colours)


def test_a_page_prints_what_the_notebook_has_stored(site):
    page = (site / "04_prelu.html").read_text(encoding="utf-8")
    shown = [unescape(text) for text in re.findall(r'<pre class="output">(.*?)</pre>', page, re.S)]
    stored = [
        output.get("text") or output.data["text/plain"]
        for cell in nbformat.read(PRELU, as_version=4).cells
        for output in cell.get("outputs", [])
        if pages.lesson.WIDGET not in output.get("data", {}) and "image/png" not in str(output)
    ]
    assert shown == [text for text in stored if not text.startswith("Not attempted yet")]


def test_solutions_stand_behind_a_fold(site):
    page = (site / "04_prelu.html").read_text(encoding="utf-8")
    folds = re.findall(r"<summary>A solution</summary>(.*?)</details>", page, re.DOTALL)
    assert len(folds) == 3 and all("my_" in fold for fold in folds)


def test_all_links_and_anchors_between_lessons_lead_somewhere():
    made = {}
    for path in pages.site.LESSONS:
        cells = nbformat.read(path, as_version=4).cells
        prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
        made[f"{path.stem}.html"] = "".join(as_html(text, Renderer()) for text in prose)
    names = {
        page: {unescape(name) for name in re.findall(r'id="([^"]+)"', html)}
        for page, html in made.items()
    }
    found = 0
    for html in made.values():
        for link in re.findall(r'href="([^"]+)"', html):
            if not link.startswith("http"):
                page, _, name = unescape(link).partition("#")
                assert page in made
                assert not name or unquote(name) in names[page], link
                found += 1
    assert found > 50


def test_what_is_not_on_the_site_is_words_and_no_link():
    html = as_html("See [TEACHING.md](../TEACHING.md) and [02](02_dying_relu.ipynb#a).", Renderer())
    assert 'href="02_dying_relu.html#a"' in html
    assert "../TEACHING.md" not in html and ">TEACHING.md</span>" in html


def test_a_recording_is_the_same_twice_and_each_place_begins_from_the_start():
    view = ParameterExplorer(channels=64)
    first = list(record_slider(view))
    view.set(height=5)
    assert as_script("a", list(record_slider(view))) == as_script("a", first)


def test_a_run_is_recorded_from_its_first_state_to_its_last():
    view = SignExplorer(learning_rate=0.1)
    begin = view.frame().words
    shots = list(record_run(view))
    view.player.step(LONGEST)
    assert shots[0].frame.words == begin
    assert shots[-1].frame == view.frame()


def test_a_recording_that_would_be_too_large_gets_coarser_and_then_shorter(monkeypatch):
    shots = list(record_slider(ParameterExplorer()))
    whole = as_script("a", shots)
    monkeypatch.setattr(pages.recording, "LIMIT", len(whole) * 3 // 4)
    coarse = as_script("a", shots, fine=2)
    assert len(coarse) <= len(whole) * 3 // 4
    assert coarse.count("data:image") == whole.count("data:image")
    monkeypatch.setattr(pages.recording, "LIMIT", len(coarse) // 3)
    assert len(as_script("a", shots, fine=2)) <= len(coarse) // 3


def test_every_file_is_small_enough(site):
    for file in site.glob("recordings/*.js"):
        assert file.stat().st_size <= LIMIT * 1.01
    page = (site / "04_prelu.html").read_text(encoding="utf-8")
    pictures = [site / name for name in re.findall(r'<img[^>]*src="([^"]+)"', page)]
    files = [site / name for name in ("04_prelu.html", "page.css", "page.js")] + pictures
    assert sum(file.stat().st_size for file in files) < 1_500_000


@pytest.mark.parametrize("count, most", [(5, 31), (301, 31), (1, 31), (2, 2), (40, 1)])
def test_evenly_spread_numbers_go_from_the_first_to_the_last(count, most):
    found = evenly(count, most)
    assert found == sorted(set(found)) and len(found) == min(count, max(most, 2))
    assert found[0] == 0 and found[-1] == count - 1
