"""The full lessons, with a Python that runs in the browser: JupyterLite at `lab/` of the site.

Where JupyterLite brings its own (a kernel, numpy, matplotlib from Pyodide's place on the web), it
is left to it. Ours are the lessons' code as a wheel, and a cell in front of each lesson that
installs what that Python lacks.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

ROOT = Path(__file__).parents[1]
INSTALL = """# Only here, in the browser: what its Python lacks. It may take a minute, once.
%pip install -q numpy matplotlib pillow packaging ipywidgets anywidget relu-lessons"""
NEEDS, LITE = "requirements-lite.txt", "lite"  # what builds it, and the folder it is put into
# What shows widgets; no other extension that happens to be installed.
WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}  # the time that files bear: the same in each build
NAME = "lab"


def build(site: Path) -> str:
    """Make `lab/` of the site; what was made, in words."""
    with TemporaryDirectory() as folder:
        around = Path(folder)
        lay_out(around / "contents")
        wheel = make_wheel(around)
        pip("install", f"--target={around / LITE}", f"--requirement={ROOT / NEEDS}", folder=around)
        configure(around, site / NAME, wheel)
        run(sys.executable, "-m", "jupyterlite_core.app", "build", folder=around)
    size = sum(file.stat().st_size for file in (site / NAME).rglob("*") if file.is_file()) / 1e6
    return f"{NAME}: JupyterLite with {wheel.name}, {size:.1f} MB"


def lay_out(folder: Path) -> None:
    """The lessons and their pictures, each lesson with the cell that installs."""
    shutil.copytree(ROOT / "notebooks" / "pictures", folder / "pictures")
    for path in sorted(ROOT.glob("notebooks/[0-9][0-9]_*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(1, nbformat.v4.new_code_cell(INSTALL, id="install"))
        notebook.metadata.kernelspec = {"name": "python", "display_name": "Python (Pyodide)"}
        nbformat.write(notebook, folder / path.name)


def make_wheel(folder: Path) -> Path:
    """`utils` as a wheel, of a copy: building leaves things behind."""
    source = folder / "source"
    shutil.copytree(ROOT / "utils", source / "utils", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip("wheel", "--no-deps", f"--wheel-dir={folder}", source, folder=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def configure(folder: Path, target: Path, wheel: Path) -> None:
    """Say of which parts JupyterLite is made, and of no others that happen to be installed."""
    share = "share/jupyter/labextensions"
    found = [Path(sys.prefix) / share / name for name in WIDGETS]
    found += sorted((folder / LITE / share).glob("@jupyterlite/*"))
    parts = {
        "apps": ["lab"],
        "contents": [str(folder / "contents")],
        "federated_extensions": [str(path) for path in found],
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(target.resolve()),
    }
    config = {"LiteBuildConfig": parts, "PipliteAddon": {"piplite_urls": [str(wheel)]}}
    (folder / "jupyter_lite_config.json").write_text(json.dumps(config), encoding="utf-8")


def pip(*words: object, folder: Path) -> None:
    """Run pip; a reader's own settings of where it installs do not count."""
    run(sys.executable, "-m", "pip", *words, folder=folder)


def run(*words: object, folder: Path) -> None:
    """A command, quiet unless it fails; then what it said, and CalledProcessError."""
    more = {**EPOCH, "PYTHONPATH": str(folder / LITE), "PIP_USER": "0"}
    told = {"cwd": folder, "env": {**os.environ, **more}, "text": True}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run([str(word) for word in words], **told, **pipes)
    if done.returncode:
        sys.stderr.write(done.stdout)
    done.check_returncode()
