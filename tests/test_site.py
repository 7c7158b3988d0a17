"""The lessons as pages: built, opened from a folder with the network away, and moved."""

import ast
import re
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from house import pixels
from packaging.requirements import Requirement
from playwright.sync_api import Browser, Locator, Page
from walk_pages import axe_finds_nothing_serious, opened

import pages.lab
import pages.lesson
import pages.recording
import pages.site
from pages.prose import Renderer, as_html
from pages.recording import as_script, evenly, places, record_run, record_slider
from utils import ready
from utils.lessons.learning_alpha import SignExplorer
from utils.lessons.prelu import ParameterExplorer, PReLUExplorer
from utils.settings import LONGEST

browser = pytest.mark.browser
PRELU = next(path for path in pages.site.LESSONS if path.stem == "04_prelu")
CELLS = (  # of the lessons: those of which a page is made
    ("04_prelu", "# PReLU"),
    ("04_prelu", "import *"),
    ("05_learning_alpha", "import *"),
    ("00_start_here", "## 1. Is this machine ready?"),
    ("00_start_here", "check = ReadyCheck()"),
    ("04_prelu", "## 1. "),
    ("04_prelu", "def prelu(x, alpha)"),
    ("04_prelu", 'Predict("useless alpha")'),
    ("04_prelu", "PReLUExplorer("),
    ("05_learning_alpha", "SignExplorer("),
    ("04_prelu", "check_prelu_grad(my_prelu_grad)"),
    ("04_prelu", "Compare(my_prelu_grad)"),
)


def small_lesson(folder: Path) -> Path:
    """A lesson with one of each thing that lessons have."""
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in pages.site.LESSONS}
    found = [
        next(cell for cell in notebooks[lesson].cells if words in cell.source)
        for lesson, words in CELLS
    ]
    path = folder / "99_small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=found), path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page of the small lesson; of few and coarse pictures, which take less."""
    folder = tmp_path_factory.mktemp("the pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages.lesson, "FINE", 1)
        patch.setattr(pages.recording, "PLACES", 4)
        patch.setattr(pages.recording, "FRAMES", 10)
        pages.site.lay_out(folder / "site")
        lesson = pages.lesson.Lesson(small_lesson(folder), folder / "site")
        lesson.write(pages.site.around(PRELU))
        assert list(lesson.record())
        yield folder / "site" / "99_small.html"


@pytest.fixture(scope="module")
def open_page(small: Path, browser: Browser) -> Iterator[Page]:
    with opened(browser, small) as page:
        yield page


@pytest.fixture
def page(open_page: Page) -> Page:
    """The page as it comes: a new one for each test would take three times as long."""
    open_page.reload()
    return open_page


def view_of(page: Page, name: str) -> Locator:
    return page.locator(f'[data-view="{name}"]')


def words(view: Locator) -> str:
    return view.locator("figcaption").inner_text()


def wait_for_words(view: Locator, expected: str) -> None:
    view.locator("figcaption", has_text=re.compile(f"^{re.escape(expected)}$")).wait_for()
    assert view.locator("img").get_attribute("alt") == expected


@browser
def test_the_slider_moves_picture_and_words_as_the_view_does(page):
    page_view, live = view_of(page, "PReLUExplorer"), PReLUExplorer(alpha=0.25)
    slider = page_view.get_by_role("slider", name="alpha (slope)")
    values = places(live)
    assert 0.25 in values
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
def test_each_scene_is_a_button_and_its_picture_the_views_own_to_the_last_pixel(page):
    page_view, live = view_of(page, "PReLUExplorer"), PReLUExplorer(alpha=0.25)
    before = words(page_view)
    for scene in live.scenes:
        page_view.get_by_role("button", name=scene[:1].upper() + scene[1:], exact=True).click()
        live.show(scene)
        wait_for_words(page_view, live.frame().words)
        assert page_view.locator("output").inner_text() == f"{live.now.alpha:g}"
        shown = b64decode(page_view.locator("canvas").evaluate("c => c.toDataURL().split(',')[1]"))
        assert (pixels(shown) == pixels(live.frame().picture)).all()
    page_view.get_by_role("button", name="Reset").click()
    wait_for_words(page_view, before)


@browser
def test_a_run_plays_pauses_steps_and_is_dragged(page):
    view, live = view_of(page, "SignExplorer"), SignExplorer(learning_rate=0.1)
    along, place = view.locator(".along"), view.locator(".first")
    at_start = place.input_value()
    view.get_by_role("button", name="From the left").click()
    live.show("from the left")
    live.player.step(LONGEST)  # an event loop runs here: `show` has only begun
    wait_for_words(view, live.frame().words)  # at its end
    assert along.input_value() == along.get_attribute("max")
    assert view.get_by_role("slider", name="Run “From the left”").count() == 1
    view.get_by_role("button", name="Play").click()
    page.wait_for_function("a => a.value > 2", arg=along.element_handle())
    view.get_by_role("button", name="Pause").click()
    paused = int(along.input_value())
    assert 2 < paused < int(along.get_attribute("max"))
    view.get_by_role("button", name="Step").click()
    page.wait_for_function("([a, n]) => a.value == n", arg=[along.element_handle(), paused + 1])
    along.press("End")
    wait_for_words(view, live.frame().words)
    place.press("End")  # shows where another run ends: the bar and its run begin again
    wait_for_words(view, ends_at(live, places(live)[-1]))
    assert along.input_value() == "0"
    view.get_by_role("button", name="Step").click()
    page.wait_for_function(
        "([a, b, n]) => a.value == 1 && b.value == n",
        arg=[along.element_handle(), place.element_handle(), at_start],
    )


def ends_at(view: SignExplorer, learning_rate: float) -> str:
    """The words at the end of the run with this learning rate, all else as at the start."""
    view.reset()
    view.set(learning_rate=learning_rate)
    view.player.reset()
    view.player.step(LONGEST)
    return view.frame().words


@browser
def test_a_run_that_is_slow_to_be_drawn_shows_every_picture(page):
    view, along = view_of(page, "SignExplorer"), view_of(page, "SignExplorer").locator(".along")
    page.evaluate(
        """() => {
            const show = View.prototype.show;
            View.prototype.show = async function (...shot) {
                await new Promise(done => setTimeout(done, 2 * PACE));
                return show.apply(this, shot);
            };
        }"""
    )
    view.get_by_role("button", name="Play").click()
    page.wait_for_function("a => a.value > 2", arg=along.element_handle())


@browser
def test_a_question_says_why_of_every_choice_and_can_be_asked_again(page):
    question = page.locator(".question").first
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
@pytest.mark.parametrize(
    "colours, width", [("light", 1280), pytest.param("dark", 400, marks=pytest.mark.long)]
)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    small, browser, colours, width
):
    size = {"width": width, "height": 900}
    with opened(browser, small, color_scheme=colours, viewport=size) as page:
        page.locator(".choice").first.click()
        axe_finds_nothing_serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width


@browser
def test_formulas_are_drawn_by_the_browser_and_code_is_coloured(page):
    box = page.locator("math mfrac, math mtable").first.bounding_box()
    assert box["height"] > 20
    colours = "e => getComputedStyle(e).color"
    keyword = page.locator(".highlight .k").first
    assert keyword.evaluate(colours) != page.locator("body").evaluate(colours)


def test_a_page_prints_what_the_notebook_has_stored(small):
    shown = re.findall(r'<pre class="output">(.*?)</pre>', small.read_text("utf-8"), re.DOTALL)
    assert [unescape(text) for text in shown] == ["array([-0.5 , -0.25,  0.  ,  1.  ,  2.  ])"]


def test_a_solution_stands_behind_a_fold(small):
    folds = re.findall(r"<summary>(.*?)</summary>(.*?)</details>", small.read_text("utf-8"), re.S)
    (solution,) = [inside for words, inside in folds if words == "A solution"]
    assert "my_prelu_grad" in solution


def test_what_draws_a_readers_own_answer_needs_python(small):
    assert "<code>Compare(my_prelu_grad)</code>, needs Python" in small.read_text(encoding="utf-8")


def test_how_to_run_cells_and_whether_a_machine_is_ready_is_not_on_a_page(small):
    page = small.read_text(encoding="utf-8")
    lesson = small_lesson(small.parent).read_text(encoding="utf-8")
    for words in ("ReadyCheck", "Is this machine ready", "Shift+Enter"):
        assert words in lesson and words not in page
    assert page.count("<h2 ") == 1


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


def test_a_formula_within_a_line_is_drawn_there_too():
    html = as_html("The slope is $\\frac{1}{2}$ there.", Renderer())
    assert "<math" in html and 'display="inline"' in html and "<mfrac>" in html


def test_what_is_not_on_the_site_is_words_and_no_link():
    html = as_html("See [TEACHING.md](../TEACHING.md) and [02](02_dying_relu.ipynb#a).", Renderer())
    assert 'href="02_dying_relu.html#a"' in html
    assert "../TEACHING.md" not in html and ">TEACHING.md</span>" in html


def test_a_recording_is_the_same_twice_and_each_place_begins_from_the_start(monkeypatch):
    monkeypatch.setattr(pages.recording, "PLACES", 4)
    view, begun = ParameterExplorer(channels=64), []
    first = list(record_slider(view))
    view.set(height=5)
    reset = view.reset
    view.reset = lambda: begun.append(reset())  # else what one place moves would stay for the next
    assert as_script("a", list(record_slider(view))) == as_script("a", first)
    assert len(begun) == 1 + len(first)


def test_a_run_is_recorded_from_its_first_state_to_its_last(monkeypatch):
    monkeypatch.setattr(pages.recording, "FRAMES", 4)
    view = SignExplorer(learning_rate=0.1)
    begin = view.frame().words
    for scene in (next(iter(view.scenes)), ""):
        shots = list(record_run(view, scene))
        view.player.reset()
        assert len(shots) == 4 and shots[0].frame == view.frame()
        view.player.step(LONGEST)
        assert shots[-1].frame == view.frame()
    assert shots[0].frame.words == begin


def test_a_recording_that_would_be_too_large_gets_coarser_and_then_shorter(monkeypatch):
    monkeypatch.setattr(pages.recording, "PLACES", 7)
    shots = list(record_slider(ParameterExplorer()))
    whole = as_script("a", shots)
    monkeypatch.setattr(pages.recording, "LIMIT", len(whole) * 3 // 4)
    coarse = as_script("a", shots, fine=2)
    assert len(coarse) <= len(whole) * 3 // 4
    assert coarse.count("data:image") == whole.count("data:image")
    monkeypatch.setattr(pages.recording, "LIMIT", len(coarse) // 2)
    assert len(as_script("a", shots, fine=2)) <= len(coarse) // 2
    monkeypatch.setattr(pages.recording, "LIMIT", 1)
    assert as_script("a", shots, fine=2).count("data:image") == 3  # what is common, begin and end


def test_only_a_site_is_written_over(tmp_path, capsys):
    for name in ("letters", "index.html"):
        (tmp_path / name).touch()
        with pytest.raises(SystemExit):
            pages.site.main([str(tmp_path)])
    assert f"{tmp_path} is there and is no site" in capsys.readouterr().err
    assert (tmp_path / "letters").exists()
    pages.site.lay_out(tmp_path)
    assert pages.site.asked_for([str(tmp_path)])[0] == tmp_path
    with pytest.raises(SystemExit):
        pages.site.main([str(tmp_path), "07_more"])
    assert "no lesson 07_more; there are 00_start_here, " in capsys.readouterr().err
    assert pages.site.is_ours(tmp_path)


@pytest.mark.parametrize("count, most", [(5, 31), (301, 31), (1, 31), (2, 2), (40, 1)])
def test_evenly_spread_numbers_go_from_the_first_to_the_last(count, most):
    found = evenly(count, most)
    assert found == sorted(set(found)) and len(found) == min(count, max(most, 2))
    assert found[0] == 0 and found[-1] == count - 1


def test_a_lesson_in_the_browsers_own_python_begins_with_what_that_lacks(tmp_path):
    pages.lab.lay_out(tmp_path / "contents")
    for path in pages.site.LESSONS:
        title, installs, *rest = nbformat.read(tmp_path / "contents" / path.name, 4).cells
        assert installs.source == pages.lab.INSTALL
        assert [title, *rest] == nbformat.read(path, as_version=4).cells
    installed = pages.lab.INSTALL.rpartition("install -q ")[2].split()
    assert {Requirement(needed).name for needed in ready.NEEDED} < set(installed)
    assert f'name = "{installed[-1]}"' in (pages.lab.ROOT / "pyproject.toml").read_text("utf-8")


def test_the_ways_to_open_a_lesson_are_on_its_page_with_the_address_that_is_known(monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert pages.site.repository() == ""
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    assert pages.site.around(PRELU)["repository"] == "https://github.com/a/b"


def test_a_page_names_every_way_to_open_its_lesson(small):
    page = small.read_text(encoding="utf-8")
    for way in ("In the browser", "In Colab", "On Binder", "On your machine"):
        assert f"<b>{way}:</b>" in page
    assert 'href="lab/lab/index.html?path=99_small.ipynb"' in page


def test_a_page_has_the_functions_that_a_lesson_hands_to_its_views(tmp_path):
    path = pages.lesson.ROOT / "notebooks" / "07_your_own_activation.ipynb"
    lesson = pages.lesson.Lesson(path, tmp_path)
    for cell in lesson.notebook.cells:
        if cell.cell_type == "code" and cell.source.startswith(("import", "def f(")):
            lesson._take_in(ast.parse(cell.source))
    assert lesson.names["f"](0.0) == 0 and lesson.names["df"](0.0) == 0.5
