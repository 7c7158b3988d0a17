"""A real JupyterLab, driven in a real browser, for the browser tests and the measurements.

`Lab` is the server: one of its own, with its own settings, so that nobody's JupyterLab is touched.
`Lesson` is one notebook in it, open in a Playwright page, and `View` one of its views.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path
from typing import TextIO

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

START_SECONDS = 60  # JupyterLab's first start on a slow machine
RUN_SECONDS = 180  # all the cells of one lesson
STEP_SECONDS = 30  # anything a reader would wait for: a picture, a kernel, a line of text

# A proxy that is set up for the web does not know this machine's own ports.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# no-sandbox: containers and CI give Chromium no user namespaces, and it only sees our own pages.
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BROWSER_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
BROWSER_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Chromium\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    ),
    "linux": ("/snap/bin/chromium",),
}


def find_browser() -> str | None:
    """The path of an installed Chromium, Chrome or Edge; CHROME_PATH comes before all others."""
    places = (os.path.expandvars(place) for place in BROWSER_PLACES.get(sys.platform, ()))
    installed = (shutil.which(name) for name in BROWSER_NAMES)
    candidates = [os.environ.get("CHROME_PATH"), *installed, *places]
    return next((path for path in candidates if path and Path(path).is_file()), None)


class Lab:
    """A JupyterLab server on a free port of this machine, for the length of a `with` block.

    Args:
        root: the folder whose notebooks it serves. Autosave writes there: hand it a copy.
        environment: variables for the server and its kernels, besides those of this process.
    """

    def __init__(self, root: Path, **environment: str) -> None:
        self.root, self._environment = root, environment
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{_free_port()}"

    @classmethod
    def of_the_lessons(cls, folder: Path) -> Lab:
        """One on a copy of the lessons in this folder, so that the originals stay as they are."""
        copy, left_behind = folder / "notebooks", shutil.ignore_patterns(".ipynb_checkpoints")
        return cls(shutil.copytree(NOTEBOOKS, copy, ignore=left_behind))

    def __enter__(self) -> Lab:
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True)
            home = Path(stack.enter_context(folder))
            log = stack.enter_context((home / "server.log").open("w+", encoding="utf-8"))
            self._server = self._start(home, log)
            stack.callback(self._stop)
            self._wait_until_it_answers(log)
            self._opened = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def address(self, notebook: str, place: str = "lab/tree") -> str:
        """Where a browser finds `notebook`, with no window layout left from before."""
        return f"{self.url}/{place}/{notebook}?token={self.token}&reset"

    def end_kernel(self, notebook: str) -> None:
        """End the kernel of `notebook`, as a computer does that is switched off for the night."""
        with self._answer("/api/sessions") as answer:
            sessions = {session["path"]: session["id"] for session in json.load(answer)}
        self._answer(f"/api/sessions/{sessions[notebook]}", "DELETE").close()

    def _command(self) -> list[str]:
        host, port = self.url.removeprefix("http://").split(":")
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            # window.jupyterapp, through which Lesson asks for things; in Notebook 7, too
            "--expose-app-in-browser",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            f"--ServerApp.ip={host}",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            "--ServerApp.contents_manager_class=utils.reopened.Reopened",
            f"--IdentityProvider.token={self.token}",
        ]

    def _start(self, home: Path, log: TextIO) -> subprocess.Popen:
        _silence_news(home / "settings")
        return subprocess.Popen(
            self._command(),
            env=os.environ | self._environment | _own_folders(home),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def _stop(self) -> None:
        # Asked rather than ended, it ends its kernels too, on Windows as well.
        if not self._ask("/api/shutdown", method="POST"):
            self._server.terminate()
        try:
            self._server.wait(timeout=STEP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _wait_until_it_answers(self, log: TextIO) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._ask("/api/status"):
            if self._server.poll() is not None or time.monotonic() > end:
                log.seek(0)
                raise RuntimeError(f"JupyterLab did not start:\n{log.read()[-4000:]}")
            time.sleep(0.1)

    def _answer(self, path: str, method: str = "GET") -> HTTPResponse:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        return DIRECT.open(request, timeout=5)

    def _ask(self, path: str, method: str = "GET") -> bool:
        try:
            self._answer(path, method).close()
            return True
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the connection
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _own_folders(home: Path) -> dict[str, str]:
    """Environment variables that keep the server away from the settings of whoever runs this."""
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    return {name: str(home / folder) for name, folder in folders.items()}


def _silence_news(settings: Path) -> None:
    """No popup that asks whether to fetch news: it would lie over the page."""
    file = settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}), encoding="utf-8")


# JavaScript that Lesson runs in the page. PANEL is the open notebook, null until there is one.
PANEL = "window.jupyterapp?.shell.currentWidget"
KERNEL_IS_IDLE = f"{PANEL}?.context?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = """() => {
    window.lessonHasRun = false;
    const run = window.jupyterapp.commands.execute('notebook:run-all-cells');
    run.finally(() => { window.lessonHasRun = true; });
}"""
RUN_CELL = """words => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = Array.from(panel.content.model.cells);
    window.lessonHasRun = false;
    panel.content.activeCellIndex = cells.findIndex(c => c.sharedModel.source.includes(words));
    panel.content.scrollToItem(panel.content.activeCellIndex);
    const run = window.jupyterapp.commands.execute('notebook:run-cell');
    run.finally(() => { window.lessonHasRun = true; });
}"""
STANDS_STILL = """() => new Promise(done => {
    const places = () => Array.from(document.querySelectorAll('.jp-Notebook *'))
        .filter(part => part.scrollTop > 0).map(part => part.scrollTop).join();
    let [last, since] = [places(), performance.now()];
    const look = () => {
        const now = places();
        if (now !== last) [last, since] = [now, performance.now()];
        if (performance.now() - since > 1000) done(true); else setTimeout(look, 50);
    };
    look();
})"""
CELLS = f"Array.from({PANEL}.content.model.cells)"
OUTPUTS = f"() => {CELLS}.map(cell => cell.toJSON().outputs ?? [])"
PIXELS = """img => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
    canvas.getContext('2d').drawImage(img, 0, 0);
    return canvas.toDataURL();
}"""


class Lesson:
    """A notebook open in a page: what a reader does with it, and what they then see."""

    def __init__(self, page: Page, lab: Lab, notebook: str, place: str = "lab/tree") -> None:
        self.page = page
        # Nothing else is filtered: JupyterLab itself wrote no error to the console.
        self.console_errors: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self._note_error(str(error)))
        page.set_default_timeout(STEP_SECONDS * 1000)
        page.goto(lab.address(notebook, place))
        self._wait_for(KERNEL_IS_IDLE, START_SECONDS)

    def run_all(self) -> None:
        """Run every cell and wait for the last, as Run > Run All Cells does."""
        self.page.evaluate(RUN_ALL)
        self._wait_for(f"window.lessonHasRun && {KERNEL_IS_IDLE}", RUN_SECONDS)
        self._wait_until_it_stands_still()

    def run_cell(self, words: str) -> None:
        """Run the first cell with these words in it, and wait for it."""
        self.page.evaluate(RUN_CELL, words)
        self._wait_for(f"window.lessonHasRun && {KERNEL_IS_IDLE}", RUN_SECONDS)
        self._wait_until_it_stands_still()

    def type_in_place_of_the_dots(self, words: str, answer: str) -> None:
        """Write what the `return` line of the cell with these words gives back, and run the cell.

        The cell's first answer is three dots, and this types over whatever stands there now.
        """
        cell = self.page.locator(".jp-CodeCell", has_text=words)
        cell.locator(".cm-line", has_text="return").click()
        self.page.keyboard.press("End")
        self.page.keyboard.press("Shift+Home")
        self.page.keyboard.type(f"return {answer}")
        self.page.keyboard.press("Shift+Enter")

    def put_the_solution_into(self, check: str) -> None:
        """Do what a lesson says: write `solution` over the answer in the check's parentheses."""
        line = self.page.locator(".jp-CodeCell .cm-line", has_text=f"{check}(")
        before, answer = re.match(r"(\w+\()(\w+)", line.text_content()).groups()
        line.click()
        keys = ["Home", *["ArrowRight"] * len(before), *["Shift+ArrowRight"] * len(answer)]
        for key in keys:
            self.page.keyboard.press(key)
        self.page.keyboard.type("solution")
        self.page.keyboard.press("Shift+Enter")

    def cell_errors(self) -> list[str]:
        """What the cells have put out as an error or on stderr, with the cell's place."""
        return [
            f"cell {place}: {error}"
            for place, outputs in enumerate(self.page.evaluate(OUTPUTS))
            for error in output_errors(outputs)
        ]

    def view(self, which: int | str = 0) -> View:
        """The view at that place from the top, or the first one that has these words in it."""
        views = self.page.locator(".lesson-view")
        if isinstance(which, str):
            return View(views.filter(has_text=which).first)
        return View(views.nth(which))

    def _wait_until_it_stands_still(self) -> None:
        # JupyterLab scrolls to the last cell; a click before that would miss what it aims at.
        self.page.wait_for_function(STANDS_STILL, timeout=STEP_SECONDS * 1000)

    def _wait_for(self, condition: str, seconds: float) -> None:
        self.page.wait_for_function(f"() => {condition}", timeout=seconds * 1000)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note_error(f"{message.text} ({message.location.get('url', '')})")

    def _note_error(self, words: str) -> None:
        # anywidget gives up after two seconds, which a busy machine takes; whether the names stand
        # is for the accessibility tests to see.
        if "[anywidget] Failed to initialize model." not in words:
            self.console_errors.append(words)


class Lessons:
    """Lessons that tests share: each is opened and run when it is first asked for.

    Whoever takes one leaves it as it was, and begins a view with its own `start_over`.
    """

    def __init__(self, new_context: Callable[[], BrowserContext], lab: Lab) -> None:
        self._new_context, self._lab = new_context, lab
        self._open: dict[str, Lesson] = {}

    def __call__(self, notebook: str) -> Lesson:
        """The lesson with every cell run, in a page of its own."""
        if notebook not in self._open:
            lesson = Lesson(self._new_context().new_page(), self._lab, notebook)
            self._open[notebook] = lesson  # before the run: what fails there is closed too
            lesson.run_all()
        return self._open[notebook]

    def close(self) -> None:
        """Close all pages; the next that is asked for is opened anew."""
        while self._open:
            self._open.popitem()[1].page.context.close()


class View:
    """One view of a lesson: its controls, its picture, and the line that says what is in it."""

    def __init__(self, locator: Locator) -> None:
        self.locator, self.page = locator, locator.page

    def text(self) -> str:
        """The line in which the view says what its picture shows, on the screen or scrolled out."""
        return self.locator.locator(".view-text").text_content() or ""

    def status(self) -> str:
        """What the player says of itself."""
        return self.locator.locator("[role=status]").text_content() or ""

    def press(self, button: str) -> None:
        """Click the button with exactly these words; its icon is part of its accessible name."""
        words = re.compile(rf"^\s*{re.escape(button)}\s*$")
        found = self.locator.locator("button", has_text=words)
        self._bring_to_rest(found)  # pressed here and let go there is no click
        found.click()

    def start_over(self) -> None:
        """Bring it back to its start, from wherever the test before has left it."""
        self.press("Reset all" if self.locator.locator(".player").count() else "Reset")
        if self.locator.locator("[role=status]").count():
            self.wait_until(lambda: self.status() == "Ready", "the start")

    def is_held(self) -> str:
        """What it says when it is paused, and goes on saying; one picture was under way at most."""
        self.wait_until(lambda: self.status() in ("Paused", "Ended"), "Paused")
        said = [self.text()]
        for _ in range(14):
            self.page.wait_for_timeout(50)
            said.append(self.text())
        changes = sum(before != after for before, after in zip(said, said[1:], strict=False))
        assert changes <= 1 and len(set(said[8:])) == 1, said
        return said[-1]

    def set_speed(self, steps_a_second: int) -> None:
        """Choose the player's speed in its menu, whose names begin with the number."""
        menu = self.locator.locator(".player select")
        option = menu.locator("option", has_text=re.compile(rf"^{steps_a_second}\s"))
        menu.select_option(label=option.text_content())

    def slider(self, label: str) -> Locator:
        """The slider in the row with this label."""
        rows = self.locator.locator(".widget-hbox:has(.widget-hslider)")
        return rows.filter(has_text=label).locator(".widget-hslider").first

    def drag_slider(self, label: str, fraction: float) -> None:
        """Take the slider's handle with the mouse to `fraction` of its length."""
        slider = self.slider(label)
        handle = slider.locator(".noUi-handle")
        self._bring_to_rest(handle)
        handle.hover()
        track = slider.locator(".noUi-base").bounding_box()
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + fraction * track["width"], track["y"], steps=5)
        self.page.mouse.up()

    def _bring_to_rest(self, part: Locator) -> None:
        """Into view, until it stays: what comes into sight is laid out anew, and may move it."""
        places = []

        def rests() -> bool:
            part.scroll_into_view_if_needed()
            places.append(part.bounding_box())
            return len(places) > 2 and places[-1] == places[-2] == places[-3]

        self.wait_until(rests, f"{part} to stand still")

    def ring(self, hand: str, which: int = 0) -> Locator:
        """The ring on the picture around this point of this thing to be taken."""
        return self.locator.locator(f'.hands [data-hand="{hand}"][data-which="{which}"]')

    def drag(self, ring: Locator, x: float, y: float, finger: bool = False) -> tuple[float, float]:
        """Take a ring with the mouse, or with a finger, so far, in pixels; where it was taken."""
        self._bring_to_rest(ring)
        box = ring.bounding_box()
        begin = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        steps = [(begin[0] + x * step / 3, begin[1] + y * step / 3) for step in range(4)]
        if finger:
            self._touch(steps)
        else:
            self._pull(steps)
        return begin

    def _pull(self, places: list[tuple[float, float]]) -> None:
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places:
            self.page.mouse.move(*place)
        self.page.mouse.up()

    def _touch(self, places: list[tuple[float, float]]) -> None:
        session = self.page.context.new_cdp_session(self.page)
        events = [("touchStart", places[:1]), *(("touchMove", [place]) for place in places)]
        for kind, at in [*events, ("touchEnd", [])]:
            points = [{"x": x, "y": y} for x, y in at]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        session.detach()

    def picture(self) -> str:
        """The pixels of the view's picture, as a data URL."""
        return self.locator.locator("img").first.evaluate(PIXELS)

    def wait_for_new_picture(self, before: str) -> None:
        """Wait until the view's picture is no longer `before`."""
        self.wait_until(lambda: self.picture() != before, "another picture")

    def wait_for_a_change(self, picture: str, words: str) -> None:
        """Wait until it shows others: words come in a message of their own, after the picture."""
        self.wait_for_new_picture(picture)
        self.wait_until(lambda: self.text() != words, "the words of that picture")

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until `holds()`; `what` names it if it never does."""
        end = time.monotonic() + STEP_SECONDS
        while not holds():
            if time.monotonic() > end:
                words = self.locator.inner_text()
                raise AssertionError(f"waited {STEP_SECONDS} s for {what}: {words}")
            self.page.wait_for_timeout(50)  # not time.sleep: the page's events go on arriving


# The classic Notebook, and nbclassic. What was stored would look as if it had been run.
CLASSIC_IS_READY = """() => window.Jupyter?.notebook?._fully_loaded
    && Jupyter.notebook.kernel?.is_connected()
    && Jupyter.notebook.kernel.comm_manager.targets['jupyter.widget']"""
CLASSIC_RUN_ALL = """() => {
    Jupyter.notebook.clear_all_output();
    for (const cell of Jupyter.notebook.get_cells()) cell.set_input_prompt?.(null);
    Jupyter.notebook.execute_all_cells();
}"""
CLASSIC_HAS_RUN = """() => !Jupyter.notebook.kernel_busy && Jupyter.notebook.get_cells()
    .filter(cell => cell.cell_type === 'code').every(cell => cell.input_prompt_number > 0)"""
CLASSIC_SOLVE = """answer => {
    const [cells, last] = [Jupyter.notebook.get_cells(), `(${answer})`];
    const place = cells.findIndex(cell => cell.get_text().includes(last));
    cells[place].set_text(cells[place].get_text().replace(last, '(solution)'));
    Jupyter.notebook.execute_cells([place]);
}"""


def run_all_classic(page: Page) -> None:
    """Run every cell of the notebook that is open there, and wait for the last."""
    page.wait_for_function(CLASSIC_IS_READY, timeout=START_SECONDS * 1000)
    page.wait_for_timeout(3000)  # it goes on loading widgets when it says that it is ready
    page.evaluate(CLASSIC_RUN_ALL)
    page.wait_for_function(CLASSIC_HAS_RUN, timeout=RUN_SECONDS * 1000)


def solve_classic(page: Page, answer: str) -> None:
    """Write `solution` over the answer in the check's parentheses, and run the cell."""
    page.evaluate(CLASSIC_SOLVE, answer)


def output_errors(outputs: list[dict]) -> Iterator[str]:
    """What a cell with these outputs has put out as an error or on stderr."""
    for output in outputs:
        if output["output_type"] == "error":
            yield f"{output['ename']}: {output['evalue']}"
        if output["output_type"] == "stream" and output["name"] == "stderr":
            yield f"stderr: {output['text']}"
