"""What the tests share: bounds, two at a time, one JupyterLab and its lessons for the browser."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from house import close_widgets, spread
from lab import BROWSER_FLAGS, NOTEBOOKS, Lab, Lessons, find_browser
from nbval.plugin import IPyNbCell
from playwright.sync_api import Browser

# A busy machine may take longer for an example than hypothesis expects, and that is no fault.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile(
    "untimed", deadline=None, max_examples=30, suppress_health_check=SLOW
)
hypothesis.settings.load_profile("untimed")

NO_BROWSER = "Install Chromium or Google Chrome (or set CHROME_PATH) to run the browser tests."
# More than JupyterLab's start, a lesson's cells and some steps may take: those say what they
# waited for, this only ends what hangs.
BROWSER_SECONDS = 400


FOLDERS = [path.name for path in sorted((NOTEBOOKS.parent / "utils" / "lessons").glob("[a-z]*"))]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: all that a quick run leaves out, as the workflow does on every push."""
    parser.addoption("--long", action="store_true", help="all of what a quick run samples")


def pytest_configure(config: pytest.Config) -> None:
    """A mark for each lesson: `-m prelu` runs all that concerns its folder and its notebook."""
    for lesson in FOLDERS:
        config.addinivalue_line("markers", f"{lesson}: concerns this lesson")


def lessons_of(item: pytest.Item) -> set[str]:
    """The lessons that a test concerns: by its file, and by what it is given."""
    given = getattr(getattr(item, "callspec", None), "params", {}).values()
    words = [item.path.stem.removeprefix("test_"), *(getattr(v, "__module__", "") for v in given)]
    words += [Path(str(value)).stem for value in given if isinstance(value, str | Path)]
    names = {part for word in words for part in (*word.split("."), word[3:])}
    return names & set(FOLDERS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests first, the longest chain of all: beside it another worker runs the rest."""
    if not config.getoption("long"):
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    for item in items:
        for lesson in lessons_of(item):
            item.add_marker(lesson)
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.timeout(BROWSER_SECONDS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Each worker takes whole files in our order, and one of them all tests in the browser."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            # pytest-playwright ends the names of its tests so.
            return "browser" if "[chromium" in nodeid else super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Hide the event loop that Playwright leaves running: asyncio.run does not start beside it."""
    loop = asyncio._get_running_loop()
    if not item.get_closest_marker("browser"):
        asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)


def pytest_exception_interact(node: pytest.Item, call: pytest.CallInfo) -> None:
    """After a failure, leave nothing to the next test that could make it fail too."""
    if isinstance(node, IPyNbCell) and "Timeout" in str(call.excinfo.value):
        node.parent.kernel.interrupt()  # or each cell below would wait as long for this one
    if lessons := getattr(node, "funcargs", {}).get("lessons"):
        lessons.close()


class Progress:
    """Says which test begins: the first of each file, and then one every few seconds.

    The workers' dots alone would not say what they stand for.
    """

    EVERY = 5

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter, self._files, self._last = reporter, set(), 0.0

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Called where the console is, also for the tests of a worker."""
        file, now = nodeid.split("::")[0], time.monotonic()
        if file in self._files and now < self._last + self.EVERY:
            return
        self._files.add(file)
        self._last = now
        self._reporter.write(f"\n{nodeid} ", flush=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Report progress where workers have a console: pytest alone, and with -v, names all itself."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.getoption("numprocesses", None) and config.get_verbosity() == 0:
        config.pluginmanager.register(Progress(reporter))


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Callable[..., list]:
    """Of many things alike a `few`, from the first to the last; with `--long` all of them."""

    def sample(many: list, few: int = 2) -> list:
        if request.config.getoption("long"):
            return many
        return [many[place] for place in spread(len(many), few)]

    return sample


@pytest.fixture(autouse=True)
def closed_widgets() -> Iterator[None]:
    """Let go of a test's views: ipywidgets keeps what is open, and thousands slow all that follow.

    Each of them is then in the way of the garbage collector, and of whoever closes all.
    """
    yield
    close_widgets()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """Tell pytest-playwright to use the installed browser; it would look for one of its own."""
    browser = find_browser()
    if browser is None and os.environ.get("CI"):
        pytest.fail(NO_BROWSER)  # a skip would leave CI green with nothing tested
    if browser is None:
        pytest.skip(NO_BROWSER)
    return {"executable_path": browser, "args": BROWSER_FLAGS}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with the lessons."""
    with Lab.of_the_lessons(tmp_path_factory.mktemp("lessons")) as lab:
        yield lab


@pytest.fixture(scope="session")
def lessons(lab: Lab, browser: Browser, browser_context_args: dict) -> Iterator[Lessons]:
    """The lessons, each opened and run once for all tests that leave it as they found it."""
    lessons = Lessons(lambda: browser.new_context(**browser_context_args), lab)
    yield lessons
    lessons.close()
