"""Runs a lesson with the browser's own Python, in the JupyterLite of a built site.

    python tests/walk_lab.py [SITE [PYODIDE]]

It needs the web: numpy, matplotlib and Python itself come from Pyodide's place on it. Where that is
out of reach, name a folder with what `npm pack pyodide` brings: then JupyterLite comes up, its
kernel starts from there and finds the lessons' code, and no more is tried.
"""

from __future__ import annotations

import mimetypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from house import ROOT
from lab import BROWSER_FLAGS, Lesson, find_browser
from playwright.sync_api import Page, Route, sync_playwright

LESSON = "04_prelu.ipynb"
PYODIDE = "https://cdn.jsdelivr.net/pyodide/**"
# The wheel is found, installed and there; said by the kernel itself.
FOUND = "import piplite\nawait piplite.install('relu-lessons')\nimport utils\nprint(utils.__doc__)"
SAY = """code => new Promise((done, failed) => {
    const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
    const future = kernel.requestExecute({code});
    let said = '';
    future.onIOPub = message => {
        said += message.content.text ?? message.content.evalue ?? '';
    };
    future.done.then(() => done(said), failed);
})"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that writes no line for each."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[Served]:
    """The site at an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield Served(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


class Served:
    """Where the lessons of a served site are, as `Lesson` asks."""

    def __init__(self, url: str) -> None:
        self.url = url

    def address(self, notebook: str, place: str) -> str:
        """Where a lesson opens."""
        return f"{self.url}/{place}/index.html?path={notebook}"


def bring(folder: Path, route: Route) -> None:
    """A file of Pyodide from the folder, in place of the web."""
    path = folder / route.request.url.rpartition("/")[2].partition("?")[0]
    if path.is_file():
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if path.suffix in (".mjs", ".js"):
            kind = "text/javascript"
        route.fulfill(path=path, content_type=kind, headers={"Access-Control-Allow-Origin": "*"})
    else:
        route.abort()


def expose(route: Route) -> None:
    """JupyterLite's own configuration, and besides that `Lesson` may reach into it."""
    config = route.fetch().json()
    config["jupyter-config-data"]["exposeAppInBrowser"] = True
    route.fulfill(json=config)


def walk(page: Page, site: Served, whole: bool) -> None:
    """Open the lesson; run it, or only look for the lessons' code."""
    lesson = Lesson(page, site, LESSON, "lab/lab")
    print("ok  JupyterLite opens the lesson, and its kernel is idle", flush=True)
    if not whole:
        said = page.evaluate(SAY, FOUND)
        assert "lessons" in said, said
        print(f"ok  the lessons' code is found: {said.strip()}")
        return
    lesson.run_all()
    assert lesson.cell_errors() == []
    print("ok  every cell runs", flush=True)
    view = lesson.view("alpha (slope)")
    before = view.text()
    view.drag_slider("alpha (slope)", 0.8)
    view.wait_until(lambda: view.text() != before, "other words")
    print("ok  a view moves")


def main(arguments: list[str]) -> int:
    """Walk the site's JupyterLite."""
    site = Path(arguments[0] if arguments else ROOT / "site").resolve()
    pyodide = Path(arguments[1]).resolve() if arguments[1:] else None
    with served(site) as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        context = browser.new_context()
        context.route(f"{place.url}/lab/jupyter-lite.json*", expose)
        if pyodide:
            context.route(PYODIDE, partial(bring, pyodide))
        walk(context.new_page(), place, whole=not pyodide)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
