"""Walks views and a question in the widget bundle that VS Code's Jupyter extension loads.

    python tests/vscode.py

VS Code itself has no way to be driven here. What its window shows of a widget is made by a package
of its own, @vscode/jupyter-ipywidgets8: this loads that package into a page and lets it show what a
running lesson has made. It needs npm; each line says a step, and the first that fails ends it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from lab import BROWSER_FLAGS, OUTPUTS, STEP_SECONDS, Lab, Lesson, View, find_browser
from playwright.sync_api import Page, sync_playwright
from test_places import (
    LESSON,
    a_menu_is_moved_by_keys,
    a_question_is_answered,
    a_run_is_played_and_held,
    a_slider_is_moved,
    the_picture_is_taken_by_hand,
)

PACKAGES = ("@vscode/jupyter-ipywidgets8@1", "requirejs@2")
SHOWN = ("AlphaExplorer: Step 0", "Predict first.")  # the first of each is shown
# The bundle is a module that the extension activates; it asks require.js for other widgets.
ACTIVATED = "\n;__webpack_exports__activate(); window.vscIPyWidgets8.load();"
REQUIRE = "requirejs.config({paths: {anywidget: '/nbextensions/anywidget/index'}})"
SHOW = """async models => {
    const session = window.jupyterapp.shell.currentWidget.context.sessionContext.session;
    const kernel = session.kernel.clone({handleComms: true});
    await kernel.info;
    const box = document.createElement('div');
    box.id = 'vscode';
    box.style = 'position: fixed; inset: 0; z-index: 9999; overflow: auto; background: white';
    document.body.appendChild(box);
    const loader = {
        widgetsRegisteredInRequireJs: new Set(),
        errorHandler(...words) { console.error(...words); },
        successHandler() {},
        loadWidgetScript: name => new Promise((done, no) => requirejs([name], done, no)),
    };
    const manager = new window.vscIPyWidgets.WidgetManager(kernel, box, loader, () => {});
    await manager._loadFromKernel();
    for (const id of models) {
        const view = await manager.create_view(await manager.get_model(id));
        const host = box.appendChild(document.createElement('div'));
        await manager.display_view(null, view, {node: host});
    }
}"""


def install(folder: Path) -> Path:
    """Fetch the packages into `folder`, and give back where they stand."""
    npm = shutil.which("npm") or sys.exit("npm is not installed")
    subprocess.run([npm, "install", "--silent", "--prefix", str(folder), *PACKAGES], check=True)
    return folder / "node_modules"


def models(page: Page) -> list[str]:
    """The widgets that stand behind the first view and the first question of the lesson."""
    outputs = [output.get("data", {}) for cell in page.evaluate(OUTPUTS) for output in cell]
    live = "application/vnd.jupyter.widget-view+json"
    return [
        next(
            data[live]["model_id"]
            for data in outputs
            if live in data and "".join(data["text/plain"]).startswith(words)
        )
        for words in SHOWN
    ]


def show(page: Page, packages: Path) -> None:
    """Let the bundle show them over JupyterLab's own page."""
    bundle = packages / "@vscode/jupyter-ipywidgets8"
    version = json.loads((bundle / "package.json").read_text(encoding="utf-8"))["version"]
    print(f"@vscode/jupyter-ipywidgets8 {version}", flush=True)
    found = models(page)
    page.add_script_tag(path=packages / "requirejs/require.js")
    page.evaluate(REQUIRE)
    script = (bundle / "dist/ipywidgets.js").read_text(encoding="utf-8")
    page.add_script_tag(content=script + ACTIVATED, type="module")
    page.wait_for_function("window.vscIPyWidgets")
    page.evaluate(SHOW, found)
    page.locator("#vscode .view-text").wait_for()


def what_is_drawn_has_a_name(view: View) -> None:
    handle, picture = (view.locator.locator(part).first for part in (".noUi-handle", "img"))
    view.wait_until(lambda: handle.get_attribute("aria-label"), "a name of the slider")
    view.wait_until(lambda: picture.get_attribute("alt"), "words for the picture")


def walk() -> None:
    """Run the lesson, show a view and a question in the bundle, and take all steps."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        packages = install(folder / "npm")
        lab = stack.enter_context(Lab.of_the_lessons(folder))
        chromium = stack.enter_context(sync_playwright()).chromium
        browser = chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.set_default_timeout(STEP_SECONDS * 1000)
        Lesson(page, lab, LESSON).run_all()
        show(page, packages)
        shown = page.locator("#vscode")
        view = View(shown.locator(".lesson-view"))
        what_is_drawn_has_a_name(view)
        print("a slider and a picture: named", flush=True)
        a_slider_is_moved(view)
        print("a slider by mouse, by keys, a typed number: moved", flush=True)
        a_menu_is_moved_by_keys(view)
        a_run_is_played_and_held(view)
        print("a menu, Play, Pause: followed", flush=True)
        the_picture_is_taken_by_hand(view)
        print("a ring on the picture, by mouse and finger: taken", flush=True)
        a_question_is_answered(shown)
        print("a question: answered", flush=True)


if __name__ == "__main__":
    walk()
