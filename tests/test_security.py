"""What the lessons may do on a reader's machine: nothing but compute and draw, and on loopback."""

import ast
import contextlib
import re
import sys
import time

import nbformat
import psutil
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from lab import NOTEBOOKS, START_SECONDS, Lab
from test_start import load

ROOT = NOTEBOOKS.parent
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
OUR_CODE = sorted(ROOT.glob("utils/**/*.py"))

# The packages of requirements.txt, ourselves, and the parts of Python that reach nothing outside.
# fmt: off
ALLOWED = {
    "IPython", "PIL", "anywidget", "ipywidgets", "jupyter_server", "matplotlib",
    "numpy", "packaging", "traitlets",
    "utils",
    "asyncio", "base64", "collections", "contextlib", "dataclasses", "functools", "gc", "html",
    "importlib", "inspect", "io", "itertools", "logging", "math", "operator", "os", "pathlib",
    "queue", "re", "sys", "textwrap", "threading", "time", "traceback", "typing", "warnings",
    "weakref", "zlib",
}
# fmt: on
FORBIDDEN = {"__import__", "compile", "eval", "exec", "open", "system", "popen", "import_module"}
FETCHING = re.compile(r"!\[[^\]]*\]\(https?:|<(?:script|iframe|link|object|embed)\b|src=.?https?:")

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


def cells(lesson, kind):
    notebook = nbformat.read(lesson, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def reaches_outside(source):
    """The modules and functions in a piece of Python that could read, run or fetch something."""
    nodes = list(ast.walk(ast.parse(source)))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    names += [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    outside = [module for module in modules if module.split(".")[0] not in ALLOWED]
    return outside + [name for name in names if name in FORBIDDEN]


@each_lesson
def test_no_cell_runs_a_shell_or_fetches_anything(lesson):
    for source in cells(lesson, "code"):
        # What IPython would rewrite (!, %, ?) is a command and no Python.
        assert TransformerManager().transform_cell(source).strip() == source.strip()
        assert not reaches_outside(source), source


@each_lesson
def test_no_text_loads_anything_from_the_web(lesson):
    assert not FETCHING.findall("\n\n".join(cells(lesson, "markdown")))


@pytest.mark.parametrize("path", OUR_CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_runs_a_shell_or_fetches_anything(path):
    source = path.read_text(encoding="utf-8")
    # A solution is run in the place of the reader's answer; a call of theirs that never ends is
    # ended by the one function of Python's that can, which has no other door.
    known = {"judge.py": ["exec"], "own.py": ["ctypes"]}
    assert reaches_outside(source) == known.get(path.name, [])
    assert not FETCHING.findall(source)


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess",
        "from urllib.request import urlopen",
        "import numpy as np, requests",
        "np.os.system('ls')",
        "open('notes.txt')",
        "__import__('socket')",
    ],
)
def test_a_way_out_is_recognised(source):
    assert reaches_outside(source)


class StartedLab(Lab):
    """JupyterLab by start.py's own command, on a port and with a token that the test knows."""

    def _command(self):
        port = self.url.rpartition(":")[2]
        words = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
        return [sys.executable, *load(ROOT / "start.py").lab(words)[1:]]

    def asks_for_the_token(self):
        """Whether it refuses whoever has no token; with it, a kernel starts."""
        token, self.token = self.token, ""
        refused = not self._ask("/api/kernels") and not self._ask("/api/kernels", method="POST")
        self.token = token
        return refused and self._ask("/api/kernels", method="POST")

    def listening(self):
        """The addresses on which the server and its kernels listen."""
        server = psutil.Process(self._server.pid)
        sockets = []
        for process in [server, *server.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):  # it has ended since it was listed
                sockets += process.net_connections("inet")
        return [socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN]


def test_started_jupyterlab_keeps_its_token_and_listens_on_loopback(tmp_path, monkeypatch):
    lab = StartedLab(tmp_path)
    monkeypatch.setenv("JUPYTER_TOKEN", lab.token)
    with lab:
        assert lab.asks_for_the_token()
        end = time.monotonic() + START_SECONDS
        while len(addresses := lab.listening()) < 6:  # the server's and a kernel's five
            assert time.monotonic() < end, addresses
            time.sleep(0.1)
        assert set(addresses) == {"127.0.0.1"}
