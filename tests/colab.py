"""Runs the lessons as Colab would: its packages, no anywidget, and the README's own cell.

    python tests/colab.py PYTHON

makes an environment with Colab's packages from PYTHON, a Python 3.12, in a folder of its own that
goes when all is over. Every cell of every lesson runs there; then one lesson is walked in a
browser, in the nearest front end that can be had: Notebook 6.5 with ipywidgets 7.7.1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from lab import BROWSER_FLAGS, RUN_SECONDS, Lab, View, find_browser, run_all_classic, solve_classic
from playwright.sync_api import Page, sync_playwright
from test_places import a_question_is_answered, a_run_is_played_and_held

ROOT = Path(__file__).parents[1]
PACKAGES = (
    *("ipywidgets==7.7.1", "ipykernel==6.17.1", "ipython==7.34.0", "notebook==6.5.7"),
    *("matplotlib==3.10.0", "numpy==2.0.2", "pillow==11.3.0", "packaging"),
    "setuptools<80",  # IPython 7 and Notebook 6 still import pkg_resources
)
# Colab's kernel has this module before the reader's first cell.
COLAB = "import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')"
WALKED, LIVE_VIEW = "05_learning_alpha.ipynb", "noise in y"


def main(python: str) -> None:
    """All of it, in a folder that is then removed."""
    with tempfile.TemporaryDirectory(prefix="colab-") as folder:
        home = Path(folder)
        there = make_environment(python, home)
        for lesson in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            run_every_cell(there, home, lesson)
        walk(there, home)
    print("All as in JupyterLab.")


def make_environment(python: str, home: Path) -> Path:
    """An environment with Colab's packages; its Python."""
    subprocess.run([python, "-m", "venv", home / "colab"], check=True)
    there = home / "colab" / "bin" / "python"
    subprocess.run([there, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    startup = home / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "colab.py").write_text(COLAB, encoding="utf-8")
    return there


def readme_cell() -> str:
    """The cell of the README's Colab section, with this folder for the repository's address."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (cell,) = re.findall(r"## In Colab\n.*?\n\n((?:    [^\n]*\n)+)", readme, re.DOTALL)
    lines = [line.removeprefix("    ") for line in cell.splitlines()]
    return re.sub(r"https://github\.com/\.\.\.", str(ROOT), "\n".join(lines))


def run_every_cell(there: Path, home: Path, lesson: Path) -> None:
    """The README's cell, then the lesson's; SystemExit for the first that puts out an error."""
    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.argv[0] = str(there)
    manager.start_kernel(cwd=home, env=os.environ | {"IPYTHONDIR": str(home / "ipython")})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    sources = [readme_cell(), *code_cells(lesson)]
    for source in sources:
        for content in answers(client, source):
            if "ename" in content or content.get("name") == "stderr":
                sys.exit(f"{lesson.name}: {source[:200]}\n{content}")
    print(f"{lesson.name}: {len(sources)} cells, no error")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    shutil.rmtree(home / "lessons")


def code_cells(lesson: Path) -> list[str]:
    """The code of a lesson, cell by cell."""
    notebook = nbformat.read(lesson, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def answers(client: object, source: str) -> Iterator[dict]:
    """What a kernel puts out for a cell; git speaks on its own stderr, which is no cell's."""
    found: list[dict] = []
    client.execute_interactive(
        source, output_hook=lambda message: found.append(message["content"]), timeout=RUN_SECONDS
    )
    return (content for content in found if "Cloning into" not in content.get("text", ""))


class OldNotebook(Lab):
    """Notebook 6.5 in Colab's environment."""

    python: Path

    def _command(self) -> list[str]:
        port = self.url.rpartition(":")[2]
        options = ["--no-browser", "--allow-root", f"--port={port}", f"--notebook-dir={self.root}"]
        return [str(self.python), "-m", "notebook", *options, f"--NotebookApp.token={self.token}"]


def walk(there: Path, home: Path) -> None:
    """One lesson, opened as from GitHub: without the folder around it, the README's cell first."""
    (home / "opened").mkdir()
    notebook = nbformat.read(ROOT / "notebooks" / WALKED, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(readme_cell() + f"\n{COLAB}"))
    nbformat.write(notebook, home / "opened" / WALKED)
    server = OldNotebook(home / "opened")
    server.python = there
    with server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        page = browser.new_page()
        page.goto(server.address(WALKED, "notebooks"))
        run_all_classic(page)
        move_a_view(View(page.locator(".lesson-view", has_text=LIVE_VIEW).first))
        answer_and_solve(page)
        page.evaluate("Jupyter.notebook.save_notebook()")
        page.wait_for_function("() => !Jupyter.notebook.dirty")
        browser.close()
    look_at_what_is_saved(home / "opened" / WALKED)


def move_a_view(view: View) -> None:
    """A slider by mouse and by keys, an exact number, Play and Pause."""
    handle = view.locator.locator(".ui-slider-handle").first
    picture, words = view.picture(), view.text()
    handle.drag_to(view.locator.locator(".ui-slider").first)  # to the middle
    view.wait_for_a_change(picture, words)
    words = view.text()
    handle.press("ArrowRight")
    view.wait_until(lambda: view.text() != words, "the arrow")
    entry = view.locator.locator(".setting input").first
    entry.fill("0,5")
    entry.press("Enter")
    view.wait_until(lambda: "Learning rate 0.5 " in view.text(), "the number that was typed")
    print("a slider by mouse, by keys, a typed number: moved")
    a_run_is_played_and_held(view)
    print("Play, Pause: followed")


def answer_and_solve(page: Page) -> None:
    """A question is answered, an exercise takes its solution, and the tally follows."""
    a_question_is_answered(page)
    solve_classic(page, "my_alpha_step")
    page.get_by_text("1 of 3 exercises right").wait_for()
    print("a question, an exercise, the tally: answered")


def look_at_what_is_saved(notebook: Path) -> None:
    """Each view that is saved has its picture and its words beside it."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    saved = [out.get("data", {}) for cell in cells for out in cell.get("outputs", [])]
    views = [data for data in saved if "Explorer: " in "".join(data.get("text/plain", ""))]
    if len(views) < 3 or not all("image/png" in data for data in views):
        sys.exit(f"saved: {[sorted(data) for data in views]}")
    print(f"saved: {len(views)} views with their pictures and words")


if __name__ == "__main__":
    main(*sys.argv[1:])
