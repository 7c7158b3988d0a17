"""Runs a lesson with the browser's own Python, in the JupyterLite of a built site.

    python tests/walk_lab.py [SITE [PYODIDE]]

It needs the web: numpy, matplotlib and Python itself come from Pyodide's place on it. Where that is
out of reach, name a folder with what `npm pack pyodide` brings: then JupyterLite comes up, its
kernel starts from there and finds the lessons' code, and no more is tried.
"""

from __future__ import annotations

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
KERNEL, PYODIDE = "@jupyterlite/pyodide-kernel-extension:kernel", "/pyodide"
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


class Files(SimpleHTTPRequestHandler):
    """The files of a site, and those of Pyodide beside them; it writes no line for each."""

    def __init__(self, *words: object, pyodide: Path | None, **named: object) -> None:
        self.pyodide = pyodide
        super().__init__(*words, **named)

    def translate_path(self, path: str) -> str:
        """The file at this address."""
        if self.pyodide and path.startswith(f"{PYODIDE}/"):
            return str(self.pyodide / path.rpartition("/")[2].partition("?")[0])
        return super().translate_path(path)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path, pyodide: Path | None) -> Iterator[Served]:
    """The site at an address of this machine."""
    files = partial(Files, directory=site, pyodide=pyodide)
    server = ThreadingHTTPServer(("127.0.0.1", 0), files)
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


def configure(place: Served, pyodide: bool, route: Route) -> None:
    """JupyterLite's own configuration; `Lesson` may reach into it, and Pyodide may be here."""
    config = route.fetch().json()
    data = config["jupyter-config-data"]
    data["exposeAppInBrowser"] = True
    if pyodide:
        kernel = data.setdefault("litePluginSettings", {}).setdefault(KERNEL, {})
        kernel["pyodideUrl"] = f"{place.url}{PYODIDE}/pyodide.mjs"
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
    with served(site, pyodide) as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        context = browser.new_context(service_workers="block")  # what they fetch is not seen
        config = f"{place.url}/lab/jupyter-lite.json*"
        context.route(config, partial(configure, place, bool(pyodide)))
        walk(context.new_page(), place, whole=not pyodide)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
