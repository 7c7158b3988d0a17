"""Runs a lesson with the browser's own Python, in the JupyterLite of a built site.

    python tests/walk_lab.py [SITE [PYODIDE]]

It needs the web: numpy, matplotlib and Python itself come from Pyodide's place on it. Where of the
web only npm and PyPI are there, name a folder with what `npm pack pyodide@VERSION` brings, of the
version that the site asks for. Python then starts from there; packages that are Python alone come
from PyPI; numpy, matplotlib and pillow, which are not, have stand-ins that do nothing. So the
lessons' code is installed and imported, questions answer and players run, and no view is made.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import nbformat
from house import LESSONS, ROOT
from lab import BROWSER_FLAGS, Lesson, find_browser
from playwright.sync_api import sync_playwright
from test_places import a_question_is_answered

WALKED = "04_prelu.ipynb"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# What JupyterLite's kernel and the lessons import, and is Python alone: of Pyodide, and of PyPI.
OF_PYODIDE = ("micropip", "packaging", "ipython", "jedi", "typing-extensions")
OF_PYPI = {
    "comm": [],
    "ipywidgets": ["comm"],
    "anywidget": ["psygnal", "typing-extensions"],
    "psygnal": [],
}
PURE = ("--only-binary=:all:", "--python-version=3.14", "--platform=any", "--abi=none")
UNLISTED = {"imports": [], "install_dir": "site", "package_type": "package"}
# In place of the packages that are not: every name is there, and whatever is asked is answered with
# one more of the kind, as a number or as a pair where the lessons' modules look at it at once.
STAND_INS = """import sys
from importlib.machinery import ModuleSpec
from unittest.mock import MagicMock

import micropip

for name, version in {versions}.items():
    micropip.add_mock_package(name, version, modules={{}})


class StandIn(MagicMock):
    kind, ndim = "f", 0

    def __init__(self, *words, **named):
        super().__init__(*words, **named)
        self.__iter__ = lambda me: iter((me, me))
        for order in ("__lt__", "__le__", "__gt__", "__ge__"):
            setattr(self, order, lambda *_: True)


class StandIns:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "matplotlib", "PIL"):
            return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StandIn(name=spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, StandIns())"""
PLAYER = """from ipywidgets import HTML, VBox

from utils.player import Player

said = HTML()
player = Player(lambda: iter(range(1000)), lambda step: setattr(said, "value", f"Step {step}."))
player.reset()
VBox([player, said])"""


class Site(SimpleHTTPRequestHandler):
    """A folder's files; it writes no line for each."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Served:
    """Where the lessons of a served site are, as `Lesson` asks."""

    def __init__(self, url: str) -> None:
        self.url = url

    def address(self, notebook: str, place: str) -> str:
        """Where a lesson opens."""
        return f"{self.url}/{place}/index.html?path={notebook}"


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The folder at an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield Served(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def configure(lab: Path, pyodide: Path | None) -> None:
    """Let `Lesson` reach into this JupyterLite; where Pyodide is here, take it and what fits."""
    file = lab / "jupyter-lite.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["jupyter-config-data"]["exposeAppInBrowser"] = True
    if pyodide:
        stand_in(lab, bring(pyodide, lab))
        kernel = config["jupyter-config-data"]["litePluginSettings"][KERNEL]
        kernel["pyodideUrl"] = "./pyodide/pyodide.mjs"
    file.write_text(json.dumps(config), encoding="utf-8")


def bring(pyodide: Path, lab: Path) -> dict[str, dict]:
    """Put Pyodide, and what is Python alone, into the site's copy; its list of packages."""
    check_version(pyodide, lab)
    place = shutil.copytree(pyodide, lab / "pyodide")
    lock = json.loads((place / "pyodide-lock.json").read_text(encoding="utf-8"))
    packages = lock["packages"]
    wanted = [f"{name}=={packages[name]['version']}" for name in needed(OF_PYODIDE, packages)]
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"--dest={place}")
    subprocess.run([*pip, *PURE, *wanted, *OF_PYPI], check=True)
    for wheel in place.glob(
        "*.whl"
    ):  # PyPI's are packed in another way, and OF_PYPI are not listed
        name, version = wheel.name.split("-")[:2]
        name = name.lower().replace("_", "-")
        unlisted = {**UNLISTED, "name": name, "depends": OF_PYPI.get(name, [])}
        entry = packages.setdefault(name, unlisted)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        entry.update(version=version, file_name=wheel.name, sha256=digest)
    (place / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return packages


def check_version(pyodide: Path, lab: Path) -> None:
    """Raise unless this Pyodide is of the version that the site asks the web for."""
    version = json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]
    kernel = lab / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    code = "".join(file.read_text(encoding="utf-8") for file in sorted(kernel.glob("*.js")))
    asked = set(re.findall(r"pyodide/v([\d.]+)/", code))
    assert asked == {version}, f"This is Pyodide {version}; the site asks for {asked}."


def needed(names: Iterable[str], packages: dict[str, dict]) -> set[str]:
    """These packages and all that they need, in turn."""
    found: set[str] = set()
    for name in names:
        name = name.lower().replace("_", "-")
        found |= {name} | needed(packages[name]["depends"], packages)
    return found


def stand_in(lab: Path, packages: dict[str, dict]) -> None:
    """In the lesson's place what needs neither numpy nor a picture: a question and a player."""
    file = lab / "files" / WALKED
    lesson = nbformat.read(file, as_version=4)
    versions = {name: packages[name]["version"] for name in ("numpy", "matplotlib", "pillow")}
    install = next(cell.source for cell in lesson.cells if "%pip install" in cell.source)
    asked = next(cell.source for cell in lesson.cells if "Predict(" in cell.source)
    imports = "\n".join(f"from utils.lessons.{name} import *" for name in LESSONS)
    ready = "from utils import ready\nassert not ready.problems()"
    sources = (STAND_INS.format(versions=versions), install, imports, ready, asked, PLAYER)
    lesson.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(lesson, file)


def walk_stand_in(lesson: Lesson) -> None:
    """The question is answered, the player played and held."""
    page = lesson.page
    a_question_is_answered(page)
    print("ok  a question answers", flush=True)
    page.get_by_role("button", name="Play").click()
    page.get_by_text(re.compile(r"^Step [1-9]")).wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Paused", exact=True).wait_for()
    print("ok  a player plays and pauses", flush=True)


def walk_lesson(lesson: Lesson) -> None:
    """A view follows its slider."""
    view = lesson.view("alpha (slope)")
    before = view.text()
    view.drag_slider("alpha (slope)", 0.8)
    view.wait_until(lambda: view.text() != before, "other words")
    print("ok  a view moves", flush=True)


def main(arguments: list[str]) -> int:
    """Walk a copy of the site's JupyterLite."""
    site = Path(arguments[0] if arguments else ROOT / "site")
    pyodide = Path(arguments[1]) if arguments[1:] else None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = shutil.copytree(site / "lab", Path(folder) / "lab")
        configure(lab, pyodide)
        with served(lab.parent) as place:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
            lesson = Lesson(browser.new_page(), place, WALKED, "lab/lab")
            print("ok  JupyterLite opens the lesson, and its kernel is idle", flush=True)
            lesson.run_all()
            assert not lesson.cell_errors(), lesson.cell_errors()
            print("ok  every cell runs", flush=True)
            (walk_stand_in if pyodide else walk_lesson)(lesson)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
